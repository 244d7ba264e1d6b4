"""From articles to the calculus: a clause's `facts` become titles, grants and refusals between dated parties.

Rules:
1. A template is written out once for each ordered pair of parties (`pairs`), for each party (`parties`), or `once`.
2. What it states is valid while the agreement, the clause and the parties it is written out for are all in force
   together; with `survives` it no longer ends; with `from` or `until` of its own it has those.
3. Its basis is the article, unless it held before the agreement did, such as a state's title to its territory: that
   rests on no article, and no answer about an earlier day cites one. A clause of grade C, or one still to be
   verified, says so in its basis, and so in every answer that rests on it.
4. These facts are public knowledge: they were always known, and bind nobody by being in the book.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from comity.errors import Malformed
from comity.values import reading
from comity.values.fact import AnyFact
from comity.values.instant import ALWAYS, NEVER, Ragged, exactly, show_ragged
from comity.values.party import PartyCode
from comity.values.period import OPEN, Period, period


@dataclass(frozen=True, slots=True)
class Spell:
    """A party bound by an agreement for a period."""

    party: PartyCode
    valid: Period


@dataclass(frozen=True, slots=True)
class Templates:
    """A clause's facts as written, with all that is needed to write them out."""

    agreement: str
    article: str
    basis: str
    each: str
    valid: Period
    facts: tuple[Mapping[str, object], ...]
    where: str = ""


def both(one: Period, other: Period) -> Period:
    """The period in which both hold."""
    start = Ragged(max(one.start.earliest, other.start.earliest), max(one.start.latest, other.start.latest))
    end = Ragged(min(one.end.earliest, other.end.earliest), min(one.end.latest, other.end.latest))
    return Period(start, end)


def empty(valid: Period) -> bool:
    """Whether a period can hold on no day."""
    return valid.end.latest <= valid.start.earliest


def compile_clause(templates: Templates, spells: Iterable[Spell]) -> Iterator[AnyFact]:
    """Write a clause's facts out: rules 1 to 4.

    Raises:
        Malformed: a template is no fact of the calculus, names an unknown placeholder, or `each` is no way to write
        out.
    """
    seen: set[str] = set()
    for names, valid in _occasions(templates, tuple(spells)):
        if not empty(valid):
            for number, template in enumerate(templates.facts, start=1):
                fact = _written(template, number, names, valid, templates)
                yield fact if fact.id not in seen else replace(fact, id=f"{fact.id}@{show_ragged(valid.start)}")
                seen.add(fact.id)


def _occasions(templates: Templates, spells: tuple[Spell, ...]) -> Iterator[tuple[dict[str, str], Period]]:
    """The placeholders' values, and the period in which those they stand for are bound: rule 1."""
    fixed = {"id": templates.agreement}
    match templates.each:
        case "once":
            yield fixed, templates.valid
        case "parties":
            for spell in spells:
                yield {**fixed, "party": spell.party}, both(templates.valid, spell.valid)
        case "pairs":
            for giver in spells:
                for taker in spells:
                    if giver.party != taker.party:
                        names = {**fixed, "giver": giver.party, "taker": taker.party}
                        yield names, both(templates.valid, both(giver.valid, taker.valid))
        case other:
            raise Malformed(
                f"{other!r} is no way to write out",
                where=templates.where,
                field="for",
                next_step="allowed: once, parties, pairs",
            )


def _written(
    template: Mapping[str, object], number: int, names: dict[str, str], valid: Period, templates: Templates
) -> AnyFact:
    """One template written out: rules 2 to 4."""
    if len(template) != 1:
        way = "write one kind and its fields: {grant: {by: ..., to: [...]}}"
        raise Malformed(f"{len(template)} kinds in one fact", where=templates.where, field="facts", next_step=way)
    ((kind, fields),) = template.items()
    filled = _filled(fields, names, templates)
    if not isinstance(filled, dict):
        raise Malformed(f"{kind} needs fields", where=templates.where, field="facts", next_step="write {kind: {...}}")
    survives = filled.pop("survives", False) is True
    own_ends = (filled.pop("from", None), filled.pop("until", None))
    marks = "".join(f"/{names[name]}" for name in ("giver", "taker", "party") if name in names)
    filled.setdefault("id", f"{templates.agreement}/{templates.article}/{number}{marks}")
    if not _older(own_ends[0], templates):
        filled.setdefault("basis", templates.basis)
    filled["recorded"] = "0001-01-01"
    try:
        fact = reading.fact({kind: filled})
    except Malformed as error:
        raise Malformed(
            error.message, where=templates.where, field=f"facts.{error.field}", next_step=error.next_step
        ) from error
    lasting = _ends(Period(valid.start, exactly(NEVER)) if survives else valid, own_ends)
    return replace(fact, valid=lasting, recorded=ALWAYS)


def _older(start: object, templates: Templates) -> bool:
    """Whether what is stated held before the agreement did, and so does not rest on it: rule 3."""
    return start is not None and period(start, None).start.earliest < templates.valid.start.earliest


def _ends(valid: Period, own: tuple[object, object]) -> Period:
    """The period with ends of the template's own: rule 2."""
    stated = period(own[0], own[1]) if own != (None, None) else OPEN
    return Period(
        valid.start if own[0] is None else stated.start,
        valid.end if own[1] is None else stated.end,
    )


def _filled(item: object, names: dict[str, str], templates: Templates) -> object:
    """An item with its placeholders filled in, however deep they stand."""
    if isinstance(item, str):
        return _text(item, names, templates)
    if isinstance(item, Mapping):
        return {str(key): _filled(value, names, templates) for key, value in item.items()}
    if isinstance(item, list | tuple):
        return [_filled(part, names, templates) for part in item]
    return item


def _text(text: str, names: dict[str, str], templates: Templates) -> str:
    for name, value in names.items():
        text = text.replace("{" + name + "}", value)
    if "{" in text:
        raise Malformed(
            f"{text!r} keeps a placeholder that means nothing here",
            where=templates.where,
            field="facts",
            next_step=f"placeholders here: {', '.join('{' + name + '}' for name in names)}",
        )
    return text
