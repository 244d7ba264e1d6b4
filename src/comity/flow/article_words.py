"""An article in sentences: who owes what to whom, what sets it off, who finds that it has, and how it is carried out.

Rules:
1. Every sentence is made from a field of the clause, and every field that decides anything makes a sentence.
2. A field that does not narrow says so ("by anybody", "anywhere"), so that silence is never read as either.
3. The file's own words are quoted as its words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from comity.casebook import agreement as strict
from comity.casebook.agreement import Agreement, Clause, Names, Target, Trigger
from comity.flow.agreement_words import condition
from comity.values.period import OPEN

_DUTIES = {
    "defend": "to defend {} by the means it has",
    "assist": "to assist {}, by means that the one bound chooses",
    "act": "to act with {} against the danger, by its own constitutional processes",
    "consult": "to consult with {}",
    "notify": "to notify {}",
    "admit": "to admit {}",
    "refrain": "to refrain towards {} from what the article names",
    "assure": "to give {} the assurance that the article names",
    "cooperate": "to cooperate with {}",
    "unknown": "towards {}, to what is not published or not known",
}
_ALONE = {
    "refrain": "to refrain from what the article names",
    "admit": "to admit whom the article names",
    "unknown": "to what is not published or not known",
}
_KINDS = {
    "armed-attack": "an armed attack", "cyber-attack": "a cyber attack", "sabotage": "sabotage", "threat": "a threat",
    "coercion": "coercion", "coup": "a coup", "unrest": "unrest", "intervention-request": "a request to intervene",
    "treaty-breach": "a breach of treaty", "terrorist-attack": "a terrorist attack", "disaster": "a disaster",
}  # fmt: skip
_TARGETS = {
    "territory": "territory", "forces": "forces", "vessel": "public vessels", "aircraft": "aircraft",
    "space-asset": "space assets", "infrastructure": "infrastructure", "citizens": "citizens",
}  # fmt: skip
_VICTIMS = {strict.PARTIES: "a party", strict.ANY: "anybody"}
_ATTACKERS = {strict.ANY: "anybody", strict.STATE: "a state", strict.OUTSIDERS: "somebody who is no party"}
Codes = Mapping[str, str]


def sentences(agreement: Agreement, clause: Clause, names: Codes) -> Iterator[str]:
    """An article in sentences.

    Args:
        agreement: whose article it is.
        clause: the article.
        names: the names of parties by code (`Casebook.parties`).
    """
    yield _owed(clause, names)
    if clause.trigger is None:
        yield "It waits for no event."
    else:
        yield from _trigger(clause.trigger, names)
        when = condition(agreement, clause)
        yield "It has no further condition." if when is None else f"It holds only if {when}."
        yield f"Whether it is set off is found by {listed(clause.determined_by) or 'nobody whom the file names'}."
    if clause.processes is not None:
        yield f"How it is carried out: {clause.processes.rstrip('.')}."
    if clause.valid != OPEN:
        yield f"It holds {clause.valid}."
    yield _strength(clause)


def _owed(clause: Clause, names: Codes) -> str:
    who = "Each party" if clause.bound == strict.PARTIES else _named(clause.bound, names)
    is_bound = "are bound" if not isinstance(clause.bound, str) and len(clause.bound) > 1 else "is bound"
    if clause.toward == ():
        return f"{who} {is_bound}, towards nobody who is named, {_ALONE.get(clause.duty, f'to {clause.duty}')}."
    return f"{who} {is_bound} {_DUTIES[clause.duty].format(_toward(clause.toward, names))}."


def _toward(toward: Names, names: Codes) -> str:
    if toward == strict.PARTIES:
        return "every other party"
    return "the victim" if toward == strict.VICTIM else _named(toward, names)


def _trigger(trigger: Trigger, names: Codes) -> Iterator[str]:
    plain = [_KINDS[kind] for kind, word in trigger.kinds.items() if word == strict.YES]
    found = [_KINDS[kind] for kind, word in trigger.kinds.items() if word == strict.FINDING]
    if plain:
        yield f"It is set off by {either(plain)}."
    if found:
        yield f"It may be set off by {either(found)}, if that is found to amount to what the article names."
    victim = _VICTIMS.get(trigger.victim, "") if isinstance(trigger.victim, str) else _named(trigger.victim, names)
    by = _ATTACKERS.get(trigger.attacker, "") if isinstance(trigger.attacker, str) else _named(trigger.attacker, names)
    yield f"It must happen to {victim}, and may come from {by}."
    yield from _ground(trigger)
    if trigger.by_administration:
        yield "It goes by who administers a territory, whoever claims it."


def _ground(trigger: Trigger) -> Iterator[str]:
    where = "anywhere" if trigger.place is None else f"in the area the file calls {trigger.place}"
    if trigger.targets is None:
        yield f"It reaches every target, {where}."
        return
    covered = list(_covered(trigger.targets, where))
    doubtful = [_TARGETS[name] for name, target in trigger.targets.items() if target.covered == strict.FINDING]
    yield f"It reaches {'; '.join(covered) or 'no target for certain'}."
    if doubtful:
        yield f"It may reach {listed(doubtful)}, if so found."
    left = [
        words for name, words in _TARGETS.items() if trigger.targets.get(name, Target(strict.NO)).covered == strict.NO
    ]
    if left:
        yield f"It does not reach {either(left)}."


def _covered(targets: Mapping[str, Target], otherwise: str) -> Iterator[str]:
    """The targets that are certainly covered, those of one place together."""
    together: dict[str, list[str]] = {}
    for name, target in targets.items():
        if target.covered == strict.YES:
            together.setdefault(_where(target, otherwise), []).append(_TARGETS[name])
    return (f"{listed(names)} {where}" for where, names in together.items())


def _where(target: Target, otherwise: str) -> str:
    own = "on the victim's own territory" if target.in_territory else ""
    place = "" if target.place is None else f"in the area the file calls {target.place}"
    return " ".join(part for part in (own, place) if part) or otherwise


def _strength(clause: Clause) -> str:
    stated = clause.strength
    order = "its order of strength is not stated" if stated.order is None else f"order {stated.order} on the ladder"
    return f"In its words “{stated.words}”, as read by {stated.read_by}: {order}."


def _named(names: Names, known: Codes) -> str:
    if isinstance(names, str):
        return names
    return listed([known.get(name, f"the members of {name}") for name in names])


def listed(items: Iterable[str]) -> str:
    """Several with `and` before the last."""
    return _joined(list(items), "and")


def either(items: Iterable[str]) -> str:
    """Several with `or` before the last."""
    return _joined(list(items), "or")


def _joined(items: Sequence[str], word: str) -> str:
    return f"{', '.join(items[:-1])} {word} {items[-1]}" if len(items) > 1 else "".join(items)
