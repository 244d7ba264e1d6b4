"""The circumstances of an event that articles ask about: which there are, and what the author tells of them.

Rules:
1. When the author is another state, the attack is by a state and came from outside; when it is none, not by a state.
   A government that asks for help from outside has asked for it.
2. What the event states beside its author, or beside its target, must not contradict it: nobody can answer both.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

from comity.casebook.book import Casebook
from comity.errors import Malformed
from comity.instruments.guarantees.event import Event
from comity.values.condition import Condition, Context, Value, types

_REQUEST = "intervention-request"
OWN: Mapping[str, type] = {"amounts": bool, "in_territory": bool, "external": bool, "by_state": bool, "requested": bool}
"""Circumstances that tests read by name, besides those in conditions."""


@lru_cache(maxsize=16)
def asked_about(book: Casebook) -> Mapping[str, type]:
    """Every circumstance that the agreements of a casebook ask about, with the type of its value."""
    found = dict(OWN)
    for condition in _conditions(book):
        for name, kind in types(condition).items():
            found.setdefault(name, kind)
    return dict(sorted(found.items()))


def _conditions(book: Casebook) -> Iterator[Condition]:
    for agreement in book.agreements.values():
        yield from (c.trigger.when for c in agreement.clauses if c.trigger is not None and c.trigger.when is not None)
        yield from (narrowing.when for narrowing in agreement.narrowings)


def known(book: Casebook, event: Event, victim: str | None) -> Context:
    """What is known of the circumstances: rule 1."""
    told: dict[str, Value] = {"requested": True} if event.kind == _REQUEST else {}
    if event.attacker is not None:
        told["by_state"] = event.attacker in book.states
        if told["by_state"] and victim is not None and event.attacker != victim:
            told["external"] = True
    return {**told, **event.attributes}


def consistent(book: Casebook, event: Event) -> None:
    """Refuse an event that contradicts itself: rule 2.

    Raises:
        Malformed: it does; `field` names the circumstance.
    """
    stated = event.attributes
    if event.target == "territory" and stated.get("in_territory") is False:
        raise Malformed(
            "an attack on the victim's territory did not happen outside it",
            field="in_territory",
            next_step="leave in_territory out, or name another target",
        )
    if event.kind == _REQUEST and stated.get("requested") is False:
        raise Malformed(
            "a government asks for help, and requested says it did not",
            field="requested",
            next_step="leave requested out, or name another kind of event",
        )
    for who in event.attackers:
        by_state = who in book.states
        if stated.get("by_state") is (not by_state):
            says = f"{who} is {'a state' if by_state else 'no state'}, and by_state says otherwise"
            raise Malformed(says, field="by_state", next_step="leave by_state out, or correct the attacker")
        if by_state and event.victim not in {None, who} and stated.get("external") is False:
            raise Malformed(
                f"an attack by {who} on {event.victim} came from outside, and external says it did not",
                field="external",
                next_step="leave external out, or correct the attacker",
            )
