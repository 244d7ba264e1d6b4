"""What holds at one moment, for one kind of act, for all parties at once.

Rules:
1. Whatever may be ragged or unknown is kept as two sets: of whom it is surely true, and of whom it may be.
2. A party that no fact names is the *stranger*: the last column, which only `*` reaches.
3. A condition that compares an attribute of the wrong type is an error for those it would concern, and for no others.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np

from comity.consent.compiled import bits
from comity.consent.compiled.bits import Bits, Flags, Ints
from comity.consent.compiled.columns import Columns, Revocations, Stated
from comity.errors import Malformed
from comity.values.condition import Context, Value, holds
from comity.values.fact import ANY
from comity.values.instant import NEVER, Instant
from comity.values.party import Group, PartyCode
from comity.values.truth import Truth


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked about every party and thing alike: an ask without its party, its thing and its instants."""

    action: str
    purpose: str = ANY
    context: Mapping[str, Value] = field(default_factory=dict)
    clearance: str | None = None
    face: frozenset[str] | None = None

    @property
    def attributes(self) -> Context:
        """What conditions read; a purpose that is stated is an attribute too."""
        return {**({} if self.purpose == ANY else {"purpose": self.purpose}), **self.context}


class Pair(NamedTuple):
    """Of whom something is surely true, and of whom it may be: rule 1."""

    sure: Flags
    may: Flags


class Reach(NamedTuple):
    """The same as packed bits."""

    sure: Bits
    may: Bits


class At:
    """The columns at one moment, asked one question."""

    def __init__(self, columns: Columns, question: Question, on: Instant, known: Instant = NEVER) -> None:
        self.columns, self.question, self.on, self.known = columns, question, on, known
        self.width = len(columns.parties) + 1

    def again(self, on: Instant) -> At:
        """The same at another instant."""
        return At(self.columns, self.question, on, self.known)

    # Who acts for whom, and who is a member

    @cached_property
    def principal(self) -> Ints:
        """For every party, whom it acts for: itself, or the first by name of those that say so themselves."""
        number = self.columns.parties
        principal = np.arange(self.width)
        told = self.columns.acts_for.sure(self.on, self.known)
        for fact in sorted(told, key=lambda fact: fact.body.sovereign, reverse=True):
            if fact.issuer == fact.body.sovereign:
                principal[number(fact.body.organ)] = number(fact.body.sovereign)
        return principal

    def party(self, code: PartyCode) -> int:
        """The column of a party's principal; the stranger's for a party that no fact names: rule 2."""
        number = self.columns.parties.of.get(code)
        return self.width - 1 if number is None else int(self.principal[number])

    def members(self, group: Group, on: Instant) -> Pair:
        """Who is a member of a group, at the instant the reference means: the one given, unless it is frozen."""
        rows = self.columns.members
        sure, may = rows.holds(on if group.frozen is None else group.frozen)
        of_group = self.columns.member_group == self.columns.groups.of.get(group.name, -1)
        told = (rows.recorded <= self.known) & of_group
        party = self.principal[self.columns.member_party]
        planes = np.zeros((2, self.width), dtype=np.bool_)
        planes[0, party[told & sure]] = True
        planes[1, party[told & may]] = True
        return Pair(planes[0], planes[1])

    @cached_property
    def to(self) -> Reach:
        """For every list of recipients, whom it covers."""
        return self.reach(self.on)

    def reach(self, on: Instant) -> Reach:
        """For every list of recipients, whom it covers by the memberships of an instant."""
        columns, sure = self.columns, self._named()
        if not len(columns.references):
            return Reach(sure, sure)
        members = [self.members(group, on) for group in columns.references.of]
        surely = bits.pack(np.stack([pair.sure for pair in members]))[columns.list_group]
        perhaps = bits.pack(np.stack([pair.may for pair in members]))[columns.list_group]
        return Reach(
            sure | bits.gather(columns.grouped_list, surely, len(sure)),
            sure | bits.gather(columns.grouped_list, perhaps, len(sure)),
        )

    @cached_property
    def exact(self) -> bool:
        """Whether nobody's being named is in doubt."""
        return np.array_equal(self.to.sure, self.to.may)

    def _named(self) -> Bits:
        """For every list of recipients, whom it names outright: a party, or the one for which an organ acts."""
        named = self.columns.named(self.width)
        organs = np.flatnonzero(self.principal != np.arange(self.width))
        if not len(organs):
            return named.copy()
        plane = bits.unpack(named, self.width).copy()
        for organ in organs:
            plane[:, self.principal[organ]] |= bits.unpack(named, self.width)[:, organ]
        return bits.pack(plane)

    # What is in force and covers the question

    @cached_property
    def _conditions(self) -> tuple[Flags, Flags, dict[int, Malformed]]:
        sure, may = np.ones((2, len(self.columns.conditions) + 1), dtype=np.bool_)
        wrong: dict[int, Malformed] = {}
        for number, condition in enumerate(self.columns.conditions):
            try:
                truth = holds(condition, self.question.attributes)
            except Malformed as error:
                wrong[number] = error
            else:
                sure[number], may[number] = truth is Truth.TRUE, truth is not Truth.FALSE
        return sure, may, wrong

    def covers(self, words: Ints, word: str) -> Flags:
        """Whether each list of actions or of purposes covers one."""
        listed = np.fromiter((word in names or ANY in names for names in self.columns.words.of), dtype=np.bool_)
        return listed[words] if len(words) else np.zeros(0, dtype=np.bool_)

    def told(self, stated: Stated) -> Flags:
        """Which rows were known and are about such an act: all that could ever bear on it."""
        known = stated.rows.recorded <= self.known
        return known & self.covers(stated.actions, self.question.action)

    def alive(self, stated: Stated, revocations: Revocations) -> Pair:
        """Which rows are in force, cover the action and the purpose, and were not taken back by who stated them."""
        sure, may = stated.rows.holds(self.on)
        covered = self.told(stated) & self.covers(stated.purposes, self.question.purpose)
        row, by = self.revoked(revocations)
        covered[row[by == self.principal[stated.by[row]]]] = False
        sure &= covered
        may &= covered
        if self.columns.conditions:
            held, perhaps, _ = self._conditions
            sure &= held[stated.when]
            may &= perhaps[stated.when]
        return Pair(sure, may)

    def check(self, stated: Stated, rows: Ints) -> None:
        """Complain where a condition of one of these rows compares an attribute of the wrong type: rule 3."""
        wrong = self._conditions[2]
        if wrong:
            for number in np.unique(stated.when[rows]):
                if int(number) in wrong:
                    raise wrong[int(number)]

    def revoked(self, revocations: Revocations) -> tuple[Ints, Ints]:
        """The rows taken back, and by whom: what has been recorded and has taken effect."""
        active = (revocations.recorded <= self.known) & (revocations.begins <= self.on)
        return revocations.row[active], self.principal[revocations.by[active]]
