"""The facts that count, kept while they only grow.

Rules:
1. What is kept is what would be found by counting anew (`comity.ledger.authority.effective`).
2. What was added is laid over what was there. Where a fact takes another's place (a correction, a party's own
   statement in place of public knowledge) or content comes to bind, everything is counted anew.
3. Public knowledge is counted once and lies under everybody's facts: it holds nothing of any book.
"""

from __future__ import annotations

from collections.abc import Sequence

from comity.consent.facts import Facts
from comity.ledger.authority import Arrived, Authority, binding
from comity.ledger.background import Background
from comity.ledger.record import Record
from comity.ledger.turns import Turning, reached, touched, turns
from comity.values.fact import AnyFact
from comity.values.instant import Instant

MOST_OVER = 400
"""So many facts are laid over others before all are arranged anew."""


class Counting:
    """How facts are counted over public knowledge, and what content adds to that."""

    def __init__(self, background: Background[object]) -> None:
        self._background = background
        self._public: tuple[Authority, Facts] | None = None

    def of(self, arrivals: Sequence[Arrived]) -> Facts:
        """The facts that count among some that arrived."""
        return Growing(self).facts(arrivals)

    def stated(self, arrivals: Sequence[Arrived]) -> list[Record]:
        """The content among some arrivals that binds, and so adds to public knowledge."""
        kinds = self._background.kinds
        return binding(arrivals, kinds) if any(one.record.kind in kinds for one in arrivals) else []

    def steers(self, arrived: Arrived) -> bool:
        """Whether content may come to bind by it."""
        return arrived.record.kind in self._background.kinds

    def under(self, stated: Sequence[Record]) -> tuple[Authority, Facts]:
        """Public knowledge with what content adds to it, weighed and arranged: rule 3. The authority may be grown."""
        if stated:
            return _arranged(self._background.facts(stated))
        if self._public is None:
            self._public = _arranged(self._background.facts(()))
        authority, facts = self._public
        return authority.copy(), facts


def _arranged(public: Sequence[AnyFact]) -> tuple[Authority, Facts]:
    authority = Authority(public)
    facts = Facts(authority.facts())
    authority.grown()
    return authority, facts


class Growing:
    """The facts that count among arrivals to which more are added: rules 1 and 2."""

    def __init__(self, counting: Counting) -> None:
        self._counting = counting
        self._taken = -1
        self._stated: list[str] = []
        self._over: list[AnyFact] = []
        self._turns, self._reached = set[Instant](), set[str]()
        self._to_turn: list[AnyFact] = []
        self._turning: Turning | None = None
        self._era, self._touched = object(), list[str]()
        self._to_touch: list[AnyFact] = []

    def facts(self, arrivals: Sequence[Arrived]) -> Facts:
        """The facts that count among arrivals that begin with those of the time before."""
        new = arrivals[max(self._taken, 0) :]
        if self._taken < 0 or (any(map(self._counting.steers, new)) and self._stated_by(arrivals) != self._stated):
            return self._anew(arrivals)
        return self._grown(new) if new else self._facts

    def turning(self, arrivals: Sequence[Arrived]) -> Turning:
        """These facts, and when one of them turns."""
        facts = self.facts(arrivals)
        self._turns.update(turns(self._to_turn, facts))
        self._reached.update(reached(self._to_turn))
        self._to_turn = []
        self._touch(facts)
        if self._turning is None or self._turning.facts is not facts:
            self._turning = Turning(facts, sorted(self._turns), self._reached, self._era, self._touched)
        return self._turning

    def _touch(self, facts: Facts) -> None:
        """Note on what new facts bear; where it may be anything, another era begins."""
        scopes = [touched(fact, facts) for fact in self._to_touch]
        self._to_touch = []
        if None in scopes:
            self._era, self._touched = object(), []
        else:
            self._touched += (name for found in scopes if found for name in found)

    def _stated_by(self, arrivals: Sequence[Arrived]) -> list[str]:
        return [record.id for record in self._counting.stated(arrivals)]

    def _anew(self, arrivals: Sequence[Arrived]) -> Facts:
        stated = self._counting.stated(arrivals)
        self._authority, self._under = self._counting.under(stated)
        self._stated, self._over, self._taken, self._facts = [record.id for record in stated], [], 0, self._under
        self._turn_anew()
        return self._grown(arrivals)

    def _turn_anew(self) -> None:
        self._turns, self._reached, self._to_turn = set(), set(), list(self._under)
        self._era, self._touched, self._to_touch = object(), [], []

    def _grown(self, new: Sequence[Arrived]) -> Facts:
        for arrived in new:
            self._authority.take(arrived)
        self._taken += len(new)
        more = self._authority.grown()
        if more is None:
            self._under, self._over = Facts(self._authority.facts()), []
            self._turn_anew()
        else:
            self._over += more
            self._to_turn += more
            self._to_touch += more
            if len(self._over) > MOST_OVER:
                self._under, self._over = Facts([*self._under, *self._over]), []
        self._facts = Facts(self._over, self._under) if self._over else self._under
        return self._facts
