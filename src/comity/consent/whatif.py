"""What would change if: hypothetical consents, and passing on what one holds.

Rules:
1. A hypothetical grant covers exactly the ask: its party, action, thing and purpose, no condition, no depth. It is a
   fact like any other while the question is asked, and is recorded nowhere.
2. If everybody who is missing granted it, the act would be granted, unless a refusal stands: a consent does not lift
   one.
3. Whether a party may pass a thing on is whether the taker may have it once the holder has passed it: the holder's own
   hypothetical grant counts only as far as the depth he holds allows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from comity.consent.decide import decide
from comity.consent.facts import Facts
from comity.values.fact import AnyFact, Ask, Fact, Grant, Terms
from comity.values.instant import ALWAYS
from comity.values.party import PartyCode
from comity.values.verdict import Decision


@dataclass(frozen=True, slots=True)
class WhatIf:
    """An answer before and after hypothetical consents."""

    before: Decision
    after: Decision
    consents: tuple[PartyCode, ...]

    @property
    def changed(self) -> bool:
        """Whether the verdict would change."""
        return self.before.verdict is not self.after.verdict


def hypothetical(by: PartyCode, ask: Ask) -> AnyFact:
    """The grant by which a party would consent to exactly this ask: rule 1."""
    terms = Terms((ask.party,), (ask.action,), ask.thing, (ask.purpose,))
    return Fact(f"if-{by}-consents", by, Grant(by, terms), recorded=ALWAYS)


def if_granted(ask: Ask, facts: Facts, by: Iterable[PartyCode] | None = None) -> WhatIf:
    """The answer as it is, and as it would be if these parties (by default: all that are missing) consented: rule 2."""
    before = decide(ask, facts)
    consents = tuple(sorted(before.missing if by is None else by))
    after = decide(ask, facts.plus(hypothetical(party, ask) for party in consents))
    return WhatIf(before, after, consents)


def pass_on(ask: Ask, to: PartyCode, facts: Facts) -> Decision:
    """Whether the asking party may pass the thing to another for the act asked about: rule 3."""
    taking = replace(ask, party=to)
    return decide(taking, facts.plus([hypothetical(ask.party, taking)]))
