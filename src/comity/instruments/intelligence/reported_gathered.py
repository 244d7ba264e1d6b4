"""What an audience may read of reports, requests, sightings and warning problems, gathered from its view.

The order is by address, which the facts carry themselves: when something arrived changes no answer.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from comity.errors import Impossible, Malformed
from comity.instruments.intelligence.reported import AnyFact, Stamp
from comity.instruments.intelligence.reported_bodies import KINDS, read
from comity.values.instant import instant
from comity.values.label import PUBLIC, Label, join, normalise
from comity.values.party import PartyCode
from comity.values.stated import Reading, Seen

F = TypeVar("F", bound=AnyFact)
SHORTEST = 4
"""The fewest digits by which a fact is named."""


@dataclass(frozen=True, slots=True, order=True)
class Unread:
    """A fact that cannot be read: whose it is, and why."""

    fact: str
    by: PartyCode
    says: str


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts of an audience's view by address; what could not be read; the label of all that was searched."""

    every: tuple[AnyFact, ...]
    label: Label = PUBLIC
    unread: tuple[Unread, ...] = ()
    _kinds: dict[type, tuple[AnyFact, ...]] = field(default_factory=dict, compare=False, repr=False)

    def of(self, kind: type[F]) -> tuple[F, ...]:
        """Those of one kind, by address."""
        if kind not in self._kinds:
            self._kinds[kind] = tuple(one for one in self.every if isinstance(one, kind))
        return self._kinds[kind]  # type: ignore[return-value]  # filtered by exactly this type

    def named(self, kind: type[F], text: str) -> F:
        """The one fact of a kind that an address, its first digits, or what its author calls it, name.

        Raises:
            Impossible: none does, that this audience may read.
            Malformed: several do.
        """
        found = [one for one in self.of(kind) if _called(one, text)]
        if not found:
            raise Impossible(f"{text} is not available", next_step="list what is, and give its id")
        if len(found) > 1:
            raise Malformed(f"{text} names {len(found)} facts", next_step="give more digits of the id")
        return found[0]


def _called(one: AnyFact, text: str) -> bool:
    return text == one.stamp.name or (len(text) >= SHORTEST and one.stamp.id.startswith(text))


def facts_of(every: Iterable[AnyFact], label: Label = PUBLIC, unread: Iterable[Unread] = ()) -> Facts:
    """Facts in the order of their addresses."""
    return Facts(tuple(sorted(every, key=lambda one: one.stamp.id)), label, tuple(sorted(unread)))


def gather(reading: Reading, kinds: Iterable[str] = KINDS) -> Facts:
    """What an audience may read; the label is the join over everything searched, whether or not it is used."""
    found, unread, labels = list[AnyFact](), list[Unread](), set[Label]()
    for seen in reading.records(sorted(kinds)):
        record = seen.record
        labels.add(record.label)
        try:
            found.append(read(record.kind, record.body, _stamp(seen)))
        except Malformed as error:
            unread.append(Unread(record.id, record.issuer, str(error)))
    return facts_of(found, normalise(join(labels)), unread)


def _stamp(seen: Seen) -> Stamp:
    record = seen.record
    signed = instant(record.text("recorded"))
    return Stamp(record.id, record.issuer, signed, seen.arrived, record.text("supersedes"), record.text("name"))
