"""Decisions that were made before: the same ask over the same facts has the same answer.

Rules:
1. What is remembered is keyed by everything an ask is, and belongs to one unchanging collection of facts; with other
   facts one begins anew.
2. When it is full the oldest is forgotten; nothing else is ever forgotten or changed.
"""

from __future__ import annotations

from comity.consent.decide import decide
from comity.consent.facts import Facts
from comity.values.fact import Ask
from comity.values.verdict import Decision

_Key = tuple[object, ...]


class Cached:
    """Decisions over one collection of facts, remembered.

    Args:
        facts: the facts.
        most: how many decisions are remembered.
    """

    def __init__(self, facts: Facts, most: int = 100_000) -> None:
        self._facts, self._most = facts, most
        self._known: dict[_Key, Decision] = {}

    def decide(self, ask: Ask) -> Decision:
        """As `comity.consent.decide.decide`, and from memory the second time: rules 1 and 2.

        Raises:
            Malformed: the ask gives an attribute a value of the wrong type, or the thing is derived from itself.
        """
        key = (
            ask.party, ask.action, ask.thing, ask.on, ask.known, ask.purpose, ask.clearance, ask.face,
            *ask.context.items(),
        )  # fmt: skip
        found = self._known.get(key)
        if found is None:
            if len(self._known) >= self._most:
                del self._known[next(iter(self._known))]
            found = self._known[key] = decide(ask, self._facts)
        return found
