"""Facts: what one means that leaves out what it may leave out."""

from __future__ import annotations

from comity.values.fact import ANY, Fact, Grant, Leg, Member, Quorum, Revoke, Terms
from comity.values.instant import ALWAYS, HOUR
from comity.values.period import OPEN


def test_a_grant_that_says_no_more_is_for_every_purpose_may_not_be_passed_on_and_costs_nothing() -> None:
    terms = Terms(("FIN",), ("read",), "r1")
    assert (terms.purposes, terms.when) == ((ANY,), None)
    given = Grant("GBR", terms)
    assert (given.depth, given.obligations, given.notice_days) == (0, (), 0)
    assert (given.quota, given.lease_days, given.clearance) == (None, None, None)


def test_a_revocation_that_says_no_more_has_no_notice_of_its_own() -> None:
    assert (Revoke("GBR", "g").effective, Revoke("GBR", "g").notice_days) == (None, 0)


def test_a_fact_that_says_no_more_holds_for_ever_and_was_always_known_before_what_arrives() -> None:
    fact = Fact("f", "GBR", Member("PACT", "FIN"))
    assert (fact.valid, fact.recorded, fact.order, fact.basis) == (OPEN, ALWAYS, 0, None)


def test_a_quorum_is_for_every_act_and_a_leg_lasts_an_hour_where_nobody_says_so() -> None:
    assert (Quorum("r1", 2).actions, Quorum("r1", 2).of) == ((ANY,), ())
    assert Leg("FIN", 0).stay == HOUR
