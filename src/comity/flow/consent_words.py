"""What an article consents to, in words one can ask with: its things, its acts, its circumstances.

Rules:
1. Every fact that the article compiles to is told, and every field of it that decides anything. Where the article
   speaks of each party (`{giver}`, `{taker}`, `{party}`), so do the words.
2. The things are those that `comity may` takes, written out for the parties where these are few.
3. The circumstances are the attributes that the conditions of its consents, its trigger and its reservations read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import permutations

from comity.casebook.agreement import Agreement, Clause, applies_to
from comity.values.condition import condition, unknowns

_EACH = {"giver": "each party (giver)", "taker": "every other (taker)", "party": "each party (party)"}
_PEOPLE = ("by", "to", "owner", "of")
_FEW = 6
Given = Mapping[str, object]


def facts(agreement: Agreement, clause: Clause) -> list[tuple[str, Given]]:
    """The facts of a clause as written, each with its kind."""
    given = _written(agreement, clause).get("facts")
    found = [fact for fact in given if isinstance(fact, Mapping)] if isinstance(given, list) else []
    return [(str(kind), fields) for fact in found for kind, fields in fact.items() if isinstance(fields, Mapping)]


def consents(agreement: Agreement, clause: Clause) -> Iterator[str]:
    """What a clause consents to, keeps or counts by, in sentences: rule 1."""
    for kind, fields in facts(agreement, clause):
        yield f"{consent(agreement, kind, fields)}."


def consent(agreement: Agreement, kind: str, fields: Given) -> str:
    """One fact of a clause in words."""
    return _sentence(kind, _filled(agreement, fields))


def things(agreement: Agreement, clause: Clause, parties: Sequence[str]) -> tuple[str, ...]:
    """The things a clause knows, as `comity may` takes them: rule 2."""
    named = (
        str(fields[field])
        for _, fields in facts(agreement, clause)
        for field in ("thing", "scope")
        if isinstance(fields.get(field), str)
    )
    written = (thing for name in named for thing in _written_out(name, agreement.id, parties))
    return tuple(dict.fromkeys(written))


def acts(agreement: Agreement, clause: Clause) -> tuple[str, ...]:
    """The acts that a clause's consents are about."""
    return tuple(dict.fromkeys(act for _, fields in facts(agreement, clause) for act in _texts(fields.get("actions"))))


def circumstances(agreement: Agreement, clause: Clause) -> tuple[str, ...]:
    """The attributes that a clause reads, of an event or of an ask: rule 3."""
    when = clause.trigger.when if clause.trigger is not None else None
    narrowed = [one.when for one in agreement.narrowings if applies_to(one.articles, clause.article)]
    stated = [fields["when"] for _, fields in facts(agreement, clause) if fields.get("when") is not None]
    read = [*([] if when is None else [when]), *narrowed, *(condition(str(text)) for text in stated)]
    return tuple(dict.fromkeys(name for one in read for name in unknowns(one, {})))


def _written(agreement: Agreement, clause: Clause) -> Given:
    """A clause as it was written."""
    given = agreement.document.get("clauses")
    found = given[agreement.clauses.index(clause)] if isinstance(given, list) else {}
    return found if isinstance(found, Mapping) else {}


def _written_out(name: str, agreement: str, parties: Sequence[str]) -> Iterator[str]:
    """A thing for each party it stands for; with many parties the first stands for all."""
    name = name.replace("{id}", agreement)
    used = [word for word in _EACH if "{" + word + "}" in name]
    if not used:
        yield name
        return
    for found in list(permutations(parties, len(used)))[: _FEW if len(parties) <= _FEW else 1]:
        text = name
        for word, party in zip(used, found, strict=True):
            text = text.replace("{" + word + "}", party)
        yield text if len(parties) <= _FEW else f"{text} (and so for every party)"


def _filled(agreement: Agreement, fields: Given) -> Given:
    """The fields with the agreement's id in them and, where they name parties, with words for each party."""
    people = {**_EACH, "id": agreement.id}
    return {name: _text(value, people if name in _PEOPLE else {"id": agreement.id}) for name, value in fields.items()}


def _text(item: object, names: Mapping[str, str]) -> object:
    if isinstance(item, list):
        return [_text(part, names) for part in item]
    if isinstance(item, str):
        for name, words in names.items():
            item = item.replace("{" + name + "}", words)
    return item


_OWN = {"id", "survives", "from", "until", "basis", "by", "to", "actions", "scope", "when", "purposes", "obligations",
        "depth", "thing", "kind", "owner", "interest"}  # fmt: skip


def _sentence(kind: str, fields: Given) -> str:
    match kind:
        case "title":
            told = f"{fields.get('thing')} ({fields.get('kind')}) is {_listed(fields.get('owner'))}'s"
            told += f", as {fields.get('interest')}"
        case "grant":
            told = f"{_by(fields)} lets {_to(fields)} {_listed(fields.get('actions'))} {_scope(fields)}"
        case "refuse":
            told = f"{_by(fields)} refuses {_to(fields)} to {_listed(fields.get('actions'))} {_scope(fields)}"
        case "reserve":
            told = f"{_by(fields)} reserves it to itself to {_listed(fields.get('actions'))} {_scope(fields)}"
        case _:
            told = f"{kind} of {_by(fields)}" if fields.get("by") else kind
            told += f" on {_scope(fields)}" if fields.get("scope") else ""
    return "".join((told, *_limits(kind, fields)))


def _limits(kind: str, fields: Given) -> Iterator[str]:
    purposes = [word for word in _texts(fields.get("purposes")) if word != "any"]
    if purposes:
        yield f", for {', '.join(purposes)}"
    if fields.get("when") is not None:
        yield f", if {fields['when']}"
    if kind == "grant":
        depth = fields.get("depth", 0)
        yield ", and may not be passed on" if depth == 0 else f", and may be passed on {depth} times over"
    obligations = fields.get("obligations")
    for duty in obligations if isinstance(obligations, list) else []:
        if isinstance(duty, Mapping):
            yield f"; {duty.get('phase', 'with')} the act: {duty.get('kind')}"
    yield from (f", {name.replace('_', ' ')} {_listed(value)}" for name, value in fields.items() if name not in _OWN)
    if fields.get("from") is not None:
        yield f", from {fields['from']}"
    if fields.get("until") is not None:
        yield f", until {fields['until']}"
    if fields.get("survives") is True:
        yield ", also after the agreement has ended"


def _by(fields: Given) -> str:
    return _listed(fields.get("by"))


def _to(fields: Given) -> str:
    return _listed(["anybody" if name == "*" else name for name in _texts(fields.get("to"))])


def _scope(fields: Given) -> str:
    return str(fields.get("scope") or "everything")


def _texts(given: object) -> list[str]:
    return [str(item) for item in given] if isinstance(given, list) else []


def _listed(given: object) -> str:
    return ", ".join(_texts(given)) if isinstance(given, list) else str(given)
