"""Verdicts with their reasons: never a bare yes or no."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum

from comity.values.fact import Obligation
from comity.values.instant import Instant
from comity.values.party import PartyCode


class Verdict(IntEnum):
    """How far consent has come, from refused to given."""

    DENIED = 0
    SILENT = 1
    PENDING = 2
    CONDITIONAL = 3
    GRANTED = 4


@dataclass(frozen=True, slots=True)
class Reason:
    """One step of an explanation: what it says, the facts it rests on, and their provisions."""

    says: str
    facts: tuple[str, ...] = ()
    basis: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Duty:
    """An obligation that comes with an act: owed under a grant, or to a party that must be consulted or notified."""

    obligation: Obligation
    grant: str
    discharged: bool


@dataclass(frozen=True, slots=True)
class OwnerAnswer:
    """What one owner says to an act on one thing he owns."""

    owner: PartyCode
    thing: str
    verdict: Verdict
    reasons: tuple[Reason, ...] = ()
    duties: tuple[Duty, ...] = ()
    unsettled: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer to an ask.

    `missing` is the sorted required owners below GRANTED ([] when granted, or when nobody is known to own the thing);
    `needed` how many more yeses a quorum wants (None without one); `proof` the ids of every fact the verdict rests on;
    `horizon` the last arrival among the facts that were considered (None where all were always known): asked as known
    then, the answer is the same for ever. Answers with another horizon and the same content are equal.
    """

    verdict: Verdict
    missing: tuple[PartyCode, ...]
    owners: tuple[OwnerAnswer, ...] = ()
    reasons: tuple[Reason, ...] = ()
    needed: int | None = None
    proof: tuple[str, ...] = ()
    horizon: Instant | None = field(default=None, compare=False)

    @property
    def granted(self) -> bool:
        """Whether every consent this act needs has been given."""
        return self.verdict is Verdict.GRANTED

    @property
    def duties(self) -> tuple[Duty, ...]:
        """What must be done before, with and after the act."""
        return tuple(dict.fromkeys(duty for answer in self.owners for duty in answer.duties))

    @property
    def unsettled(self) -> tuple[str, ...]:
        """What would settle a conditional answer."""
        return tuple(dict.fromkeys(item for answer in self.owners for item in answer.unsettled))
