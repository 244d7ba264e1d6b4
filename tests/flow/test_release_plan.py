"""The release planner: who may read already, what stands in whose way, and whose consent or what omission clears it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.consent.facts import Facts, Moment
from comity.consent.labels import may_read, missing, read_by
from comity.flow.release_plan import Consent, Copy, Part, ReleasePlan, planned
from comity.values.fact import Fact, Grant, Refuse, Terms
from comity.values.instant import ALWAYS, NEVER, instant
from comity.values.label import Atom, Label

OPEN = Atom("EST", "port-watch", ("FIN", "LVA"))
BRITISH = Atom("GBR", "harbour")
AMERICAN = Atom("USA", "signals")
WORLD = Facts([
    Fact("g", "GBR", Grant("GBR", Terms(("LVA",), ("read",), "harbour")), recorded=ALWAYS),
])  # fmt: skip
DAY = instant("2026-11-26")


def plan(*labels: Label, audience: tuple[str, ...] = ("FIN", "LVA"), facts: Facts = WORLD) -> ReleasePlan:
    parts = [Part(f"p{number}", "report", ("description",), label) for number, label in enumerate(labels)]
    return planned(parts, audience, lambda party: read_by(party, Moment(facts, DAY, NEVER)))


def test_who_may_read_everything_already_needs_nothing() -> None:
    found = plan(frozenset({OPEN}))
    assert (found.already, found.blocks, found.clear) == (("FIN", "LVA"), (), True)


def test_a_part_stands_in_the_way_of_those_its_owner_did_not_let_read() -> None:
    found = plan(frozenset({OPEN}), frozenset({OPEN, BRITISH}))
    assert [part.id for part in found.remains] == ["p0"]
    assert found.missing == (Consent("GBR", "FIN", "harbour"),)
    assert found.already == ("LVA",)


def test_one_owner_alone_clears_what_waits_for_nobody_else() -> None:
    found = plan(frozenset({BRITISH}), frozenset({BRITISH, AMERICAN}), frozenset({AMERICAN}))
    assert [part.id for part in found.clears("GBR")] == ["p0"]
    assert [part.id for part in found.clears("USA")] == ["p2"]
    assert [block.part.id for block in found.cheapest()] == ["p0", "p2", "p1"]


def test_a_refusal_stands_in_the_way_of_whom_the_label_names() -> None:
    refusing = WORLD.plus([Fact("r", "EST", Refuse("EST", Terms(("FIN",), ("read",), "port-watch")), recorded=ALWAYS)])
    assert plan(frozenset({OPEN}), facts=refusing).missing == (Consent("EST", "FIN", "port-watch"),)


def test_nobody_is_blocked_where_nobody_is_asked_for() -> None:
    assert plan(frozenset({BRITISH}), audience=()).clear


def test_what_has_to_go_and_who_is_asked_is_told_in_one_order() -> None:
    owners, audience = [f"Y{one}{one}" for one in "HGFEDCBA"], tuple(f"Z{one}{one}" for one in "HGFEDCBA")
    parts = [Part(f"p{number}", "report", (), frozenset({Atom(one, "c")})) for number, one in enumerate(owners)]
    whole = Part("p8", "annex", (), frozenset(Atom(one, "c") for one in owners))
    found = planned([*reversed(parts), whole], audience, lambda party: read_by(party, Moment(WORLD, DAY, NEVER)))
    every = [Consent(owner, party, "c") for owner in sorted(owners) for party in sorted(audience)]
    assert found.audience == tuple(sorted(audience))
    assert [block.part.id for block in found.blocks] == ["p8", *(part.id for part in parts)]
    first = found.blocks[0]
    assert (first.needs, found.missing) == (tuple(every), tuple(every))
    assert (first.owners, first.parties) == (tuple(sorted(owners)), tuple(sorted(audience)))


COPIED = Copy("EST", frozenset({Atom("EST", "port-watch", ("FIN",))}))
PUBLISHED = Copy("SWE", frozenset())
NATIONAL = Copy("SWE", frozenset({Atom("SWE", "archive")}))
BLOCKED = frozenset({BRITISH, AMERICAN})
TO_LATVIA = (Consent("USA", "LVA", "signals"),)
TO_ALL = (Consent("GBR", "FIN", "harbour"), Consent("USA", "FIN", "signals"), *TO_LATVIA)
COPIES: dict[str, tuple[tuple[Copy, ...], tuple[Consent, ...]]] = {
    "no copy": ((), TO_ALL),
    "a copy that one of the audience may read": ((COPIED,), TO_LATVIA),
    "a copy that nobody of it may read": ((NATIONAL,), TO_ALL),
    "a copy that all may read": ((PUBLISHED,), ()),
    "of several, some of which nobody may read": ((NATIONAL, COPIED), TO_LATVIA),
    "two that between them all may read": ((COPIED, Copy("LVA", frozenset({Atom("LVA", "own", ("LVA",))}))), ()),
}


@pytest.mark.parametrize("case", COPIES.values(), ids=COPIES)
def test_what_another_states_as_well_waits_for_nobody_who_may_read_that(
    case: tuple[tuple[Copy, ...], tuple[Consent, ...]],
) -> None:
    copies, missing = case
    part, beside = Part("p", "report", (), BLOCKED, copies), Part("q", "report", (), frozenset({OPEN}), (PUBLISHED,))
    found = planned([part, beside], ("FIN", "LVA"), lambda party: read_by(party, Moment(WORLD, DAY, NEVER)))
    assert found.missing == missing
    spared = () if missing else (part,)
    assert (found.remains, found.spared) == ((*spared, beside), spared)
    assert found.label == (BLOCKED if missing else frozenset()) | {OPEN}


ATOMS = st.builds(
    Atom,
    st.sampled_from(["GBR", "USA", "FIN"]),
    st.sampled_from(["harbour", "signals"]),
    st.lists(st.sampled_from(["FIN", "LVA"]), max_size=2, unique=True).map(tuple),
)
LABELS = st.frozensets(ATOMS, max_size=3)


@given(st.lists(LABELS, max_size=6))
def test_what_remains_is_what_all_may_read_and_what_is_missing_is_what_the_calculus_misses(labels: list[Label]) -> None:
    found = plan(*labels)
    acts = [read_by(party, Moment(WORLD, DAY, NEVER)) for party in found.audience]
    assert [part.label for part in found.remains] == [
        label for label in labels if all(may_read(label, act) for act in acts)
    ]
    assert {(need.owner, need.to) for need in found.missing} == {
        (owner, act.party) for label in labels for act in acts for owner in missing(label, act)
    }


@given(st.lists(LABELS, max_size=6))
def test_with_everything_missing_granted_all_of_it_is_clear(labels: list[Label]) -> None:
    needed = plan(*labels).missing
    granted = [
        Fact(f"if-{number}", need.owner, Grant(need.owner, Terms((need.to,), ("read",), need.scope)), recorded=ALWAYS)
        for number, need in enumerate(needed)
    ]
    assert plan(*labels, facts=WORLD.plus(granted)).clear
