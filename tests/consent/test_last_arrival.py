"""How far the facts go that a decision read, and that every decision cites it: its horizon."""

from __future__ import annotations

import pytest

from comity.consent.decide import decide
from comity.consent.disclosure import disclose
from comity.consent.facts import Facts
from comity.values import fact as f
from comity.values.fact import AnyFact, Ask, Fact
from comity.values.instant import ALWAYS, DAY, NEVER, Instant

ARRIVED = (3 * DAY, 5 * DAY, 9 * DAY)
AS_OF = {
    "before anything arrived": (3 * DAY - 1, None),
    "at the very instant of the first": (3 * DAY, 3 * DAY),
    "just before the second": (5 * DAY - 1, 3 * DAY),
    "between the second and the third": (7 * DAY, 5 * DAY),
    "now": (NEVER, 9 * DAY),
}


def stated(name: str, recorded: Instant) -> AnyFact:
    return Fact(name, "GBR", f.Member("PACT", "EST"), recorded=recorded)


@pytest.mark.parametrize(("known", "last"), AS_OF.values(), ids=AS_OF)
def test_the_last_that_arrived_by_an_instant(known: Instant, last: Instant | None) -> None:
    facts = Facts(stated(f"m{when}", when) for when in ARRIVED)
    assert facts.last_arrival(known) == last
    assert facts.last_arrival(known) == last, "asked again"


def test_arrivals_at_any_instant_are_told_in_their_order() -> None:
    arrived = [DAY + turn * 7919 % 1009 for turn in range(40)]
    facts = Facts(stated(f"m{when}", when) for when in arrived)
    assert [facts.last_arrival(when) for when in arrived] == arrived


def test_what_was_always_known_arrived_at_no_instant() -> None:
    facts = Facts([stated("m", ALWAYS)])
    assert facts.last_arrival(NEVER) is None


def test_of_what_lies_over_and_under_the_later_counts() -> None:
    under = Facts([stated("a", 4 * DAY)])
    assert under.plus([stated("b", 2 * DAY)]).last_arrival(NEVER) == 4 * DAY
    assert under.plus([stated("b", 6 * DAY)]).last_arrival(NEVER) == 6 * DAY
    assert under.plus([]).last_arrival(NEVER) == 4 * DAY
    assert under.plus([stated("b", 6 * DAY)]).last_arrival(3 * DAY) is None


@pytest.mark.parametrize(("known", "last"), AS_OF.values(), ids=AS_OF)
def test_a_decision_cites_its_horizon_and_is_the_same_when_asked_as_known_then(
    known: Instant, last: Instant | None
) -> None:
    owned = Fact("t", "GBR", f.Title("map", f.Kind.INFORMATION, "GBR", f.Interest.ORIGINATOR), recorded=ALWAYS)
    facts = Facts([owned, *(stated(f"m{when}", when) for when in ARRIVED)])
    decision = decide(Ask("EST", "read", "map", 20 * DAY, known), facts)
    assert decision.horizon == last
    later = facts.plus([stated("later", 30 * DAY)])
    if last is not None:
        again = decide(Ask("EST", "read", "map", 20 * DAY, last), later)
        assert (again, again.horizon) == (decision, last)


def test_what_is_disclosed_of_a_decision_does_not_tell_when_something_arrived() -> None:
    owned = Fact("t", "GBR", f.Title("map", f.Kind.INFORMATION, "GBR", f.Interest.ORIGINATOR), recorded=3 * DAY)
    decision = decide(Ask("EST", "read", "map", 20 * DAY, NEVER), Facts([owned, stated("hidden", 5 * DAY)]))
    assert decision.horizon == 5 * DAY
    assert disclose(decision, lambda fact: fact != "hidden").horizon is None
