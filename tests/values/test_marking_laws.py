"""The laws of joining markings, and that the calculus lets exactly those read whom a marking names."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.consent.facts import Facts, Moment
from comity.consent.labels import may_read, read_by
from comity.errors import Refused
from comity.values.instant import NEVER
from comity.values.label import join as join_labels
from comity.values.marking import Marking
from comity.values.marking_atoms import label_of
from comity.values.marking_join import alike, join
from comity.values.marking_readers import Readers, meet, readers, terms, viewers
from tests.values.markings import (
    DAYS,
    PARTIES,
    POLICY,
    TODAY,
    membership_facts,
    party_valued,
    setting,
    stateless,
    with_tasks,
)

SETTING = setting()
MOMENT = Moment(Facts(membership_facts()), TODAY, NEVER)
several = st.lists(party_valued, min_size=1, max_size=4) | st.lists(stateless, min_size=1, max_size=4)


def parties(found: Readers) -> frozenset[str]:
    return frozenset(PARTIES) if found is None else found


def common(markings: list[Marking]) -> Readers:
    found: Readers = None
    for one in markings:
        found = meet(found, readers(one, SETTING))
    return found


@given(several)
def test_joining_is_the_same_in_any_order(markings: list[Marking]) -> None:
    assert len({join(order, SETTING) for order in permutations(markings)}) == 1


@given(several)
def test_joining_step_by_step_is_joining_at_once(markings: list[Marking]) -> None:
    whole = join(markings, SETTING)
    for cut in range(1, len(markings)):
        stepwise = join([join(markings[:cut], SETTING), join(markings[cut:], SETTING)], SETTING)
        assert alike(stepwise, whole, SETTING)


@given(party_valued | stateless)
def test_a_marking_joined_with_itself_is_itself(marking: Marking) -> None:
    assert join([marking, marking], SETTING) == marking


def test_joining_step_by_step_may_spell_the_same_audience_otherwise() -> None:
    bare = Marking("SCHEME", "OPEN", frozenset({"XAA"}), created=DAYS[0])
    house = Marking("SCHEME", "HOUSE", frozenset({"XAA"}))
    inputs = [bare, house, replace(house, created=DAYS[0])]
    whole, stepwise = join(inputs, SETTING), join([join(inputs[:2], SETTING), inputs[2]], SETTING)
    assert whole.releasable_to is None
    assert stepwise.releasable_to is not None
    assert alike(whole, stepwise, SETTING)
    for other in (replace(whole, classification="SHUT"), replace(whole, handling=frozenset({"KEPT"}))):
        assert not alike(whole, other, SETTING)
    assert not alike(whole, replace(whole, releasable_to=frozenset({"XBB"})), SETTING)


@given(several)
def test_who_may_read_the_join_may_read_every_input_and_the_other_way_round(markings: list[Marking]) -> None:
    assert readers(join(markings, SETTING), SETTING) == common(markings)


@given(several)
def test_who_may_be_shown_the_join_may_be_shown_every_input(markings: list[Marking]) -> None:
    for one in markings:
        assert parties(viewers(join(markings, SETTING), SETTING)) <= parties(viewers(one, SETTING))


@given(several, party_valued)
def test_one_more_input_never_widens(markings: list[Marking], more: Marking) -> None:
    if markings[0].policy != more.policy:
        with pytest.raises(Refused, match="no common level"):
            join([*markings, more], SETTING)
        return
    less, whole = join([*markings, more], SETTING), join(markings, SETTING)
    assert parties(readers(less, SETTING)) <= parties(readers(whole, SETTING))
    assert POLICY.level(less.classification).rank >= POLICY.level(whole.classification).rank
    assert less.originators >= whole.originators


@given(st.lists(with_tasks, min_size=1, max_size=3))
def test_contexts_meet_as_words_and_never_let_more_read(markings: list[Marking]) -> None:
    assert parties(readers(join(markings, SETTING), SETTING)) <= parties(common(markings))


def granted(marking: Marking, label_clause: str = "report-1") -> frozenset[str]:
    label = label_of(marking, label_clause, SETTING, public=True)
    return frozenset(party for party in PARTIES if may_read(label, read_by(party, MOMENT)))


@given(party_valued | stateless | with_tasks)
def test_the_calculus_lets_exactly_those_read_whom_the_marking_names(marking: Marking) -> None:
    assert granted(marking) == parties(readers(marking, SETTING))


@given(several)
def test_the_label_of_the_join_opens_to_whom_the_labels_of_the_inputs_open(markings: list[Marking]) -> None:
    labels = join_labels(label_of(one, "report-1", SETTING, public=True) for one in markings)
    opened = frozenset(party for party in PARTIES if may_read(labels, read_by(party, MOMENT)))
    assert opened == granted(join(markings, SETTING))


@given(party_valued)
def test_what_restricts_nobody_is_its_originators_until_somebody_says_it_is_public(marking: Marking) -> None:
    label = label_of(marking, "report-1", SETTING)
    if not terms(marking, SETTING):
        assert {atom.owner for atom in label} == marking.originators
        assert all(atom.readers == () for atom in label)
