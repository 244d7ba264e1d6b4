"""What an audience may read of consultations, gathered from its view."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from comity.errors import Malformed
from comity.instruments.consultation.bodies import KINDS, LASTING, read
from comity.instruments.consultation.facts import AnyFact, Case, Stamp
from comity.values import stated
from comity.values.instant import instant
from comity.values.label import Label, join, normalise
from comity.values.party import PartyCode
from comity.values.stated import Seen, Stated


class Reading(stated.Reading, Protocol):
    """What a question about consultations is asked of."""

    def told(self, kinds: list[str]) -> Iterable[Seen]:
        """The facts of some kinds that are readable or were told when they were stated, and stay so."""


def stamp(seen: Seen) -> Stamp:
    """Who stated a record, and when."""
    record = seen.record
    signed = instant(record.text("recorded"))
    return Stamp(record.id, record.issuer, signed, seen.arrived)


F = TypeVar("F")


@dataclass(frozen=True, slots=True, order=True)
class Unread:
    """A fact that cannot be read: whose it is, which case it names, if it names one, and why."""

    fact: str
    by: PartyCode
    case: str | None
    says: str


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts of an audience's view, by arrival; what could not be read; the label of having looked, and of each."""

    every: tuple[AnyFact, ...]
    label: Label
    unread: tuple[Unread, ...] = ()
    labels: Mapping[str, Label] = field(default_factory=dict, compare=False, repr=False)
    _kinds: dict[type, tuple[AnyFact, ...]] = field(default_factory=dict, compare=False, repr=False)

    def of(self, kind: type[F]) -> tuple[F, ...]:
        """Those of one kind, by arrival."""
        if kind not in self._kinds:
            self._kinds[kind] = tuple(fact for fact in self.every if isinstance(fact, kind))
        return self._kinds[kind]  # type: ignore[return-value]  # filtered by exactly this type


def unread_in(case: str, facts: Facts) -> tuple[Unread, ...]:
    """What cannot be read and names this case: it is told there, and on the page of no other."""
    return tuple(one for one in facts.unread if one.case == case)


def unread_of(party: PartyCode | None, facts: Facts) -> tuple[Unread, ...]:
    """What cannot be read and names no case that is known: it is told to who stated it, and clutters nobody's case."""
    known = {one.stamp.id for one in facts.of(Case)}
    return tuple(one for one in facts.unread if one.by == party and one.case not in known)


def _unread(record: Stated, error: Malformed) -> Unread:
    case = record.body.get("case")
    return Unread(record.id, record.issuer, case if isinstance(case, str) else None, str(error))


def gather(reading: Reading, kinds: Iterable[str] = KINDS) -> Facts:
    """What an audience may read of consultations.

    What a procedure rests on stays as it was told: no correction and no later refusal takes a break, a receipt or an
    act of the chair from those whom it named. The label is the join over everything searched, whether or not it is
    used.
    """
    found, unread, labels = list[AnyFact](), list[Unread](), dict[str, Label]()
    passing, lasting = sorted(set(kinds) - LASTING), sorted(set(kinds) & LASTING)
    for seen in (*reading.records(passing), *(reading.told(lasting) if lasting else ())):
        record = seen.record
        labels[record.id] = record.label
        try:
            found.append(read(record.kind, record.body, stamp(seen)))
        except Malformed as error:
            unread.append(_unread(record, error))
    found.sort(key=lambda fact: (fact.stamp.arrived, fact.stamp.id))
    return Facts(tuple(found), normalise(join(labels.values())), tuple(sorted(unread)), labels)
