"""The silence procedure by its table, and by a simulation in which everything goes wrong that can."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.instruments.consultation.silence import State, Trail, follow
from tests.instruments.consultation import silence_cases
from tests.instruments.consultation.silence_cases import CASES, Told
from tests.instruments.consultation.simulator import CHAIR, World, denials, lost_in_time, scenario


@pytest.mark.parametrize("told", CASES.values(), ids=CASES)
def test_what_a_text_under_silence_comes_to(told: Told) -> None:
    assert told.come_to().judged.state == told.state


@pytest.mark.parametrize("told", CASES.values(), ids=CASES)
def test_the_order_in_which_facts_are_listed_makes_no_difference(told: Told) -> None:
    assert silence_cases.backwards(told) == told.come_to()


def test_two_acts_behind_the_same_one_are_a_fork_and_nothing_behind_it_stands() -> None:
    found = silence_cases.forked()
    assert found.judged.state is State.FORKED
    assert found.outcome is None
    assert len(found.forked) == 2


def test_an_overdue_receipt_is_shown_with_what_the_chair_can_do() -> None:
    judged = CASES["no receipt, no consent"].come_to().judged
    assert judged.waiting_for == ("B",)
    assert len(judged.remedies) == 4
    assert "no consent, and no veto" in judged.says


def test_an_adoption_that_leaves_out_a_break_signed_in_time_is_shown_as_contested() -> None:
    told = Told((*silence_cases.BOTH, "SEC record 14:15 adopted", "A break 13:59>14:30"), "14:40", "adopted")
    found = told.come_to()
    assert found.judged.state == told.state
    assert len(found.contested) == 1


def test_where_nothing_was_put_there_is_nothing() -> None:
    assert follow(Trail(()), [], 0) is None


@settings(max_examples=200, deadline=None)
@given(st.integers(min_value=0))
def test_no_outcome_can_be_truthfully_denied_and_there_are_never_two(seed: int) -> None:
    """Lost, doubled, late and reordered messages, cut lines, clocks five minutes off, restarts in the middle."""
    world = World(scenario(Random(seed))).run()
    assert denials(world) == []
    assert lost_in_time(world) == []


@settings(max_examples=40, deadline=None)
@given(st.integers(min_value=0))
def test_who_holds_everything_the_chair_held_comes_to_the_chairs_outcome(seed: int) -> None:
    """A party's node reads the chair's record as the chair does, whatever its own clock says of the arrivals."""
    world = World(scenario(Random(seed))).run()
    chair = world.nodes[CHAIR]
    at_chair = world.procedure(chair)
    for party in world.drawn.parties:
        node = world.nodes[party]
        for fact in chair.log:
            node.hold(fact, world.now)
        found = world.procedure(node)
        assert found is not None
        assert at_chair is not None
        if at_chair.outcome is not None:
            assert found.judged == at_chair.judged
            assert found.outcome is not None
            assert found.outcome.stamp.id == at_chair.outcome.stamp.id


def test_the_simulation_reaches_every_end() -> None:
    """A simulation that never adopts would deny nothing."""
    ends = set()
    for seed in range(60):
        world = World(scenario(Random(seed))).run()
        found = world.procedure(world.nodes[CHAIR])
        ends.add("nothing" if found is None else found.judged.state.value)
    assert {"adopted", "not adopted", "overdue", "dropped"} <= ends
