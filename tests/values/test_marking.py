"""A marking as plain data and back; a policy says what a marking may hold."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.errors import ComityError, Malformed, Refused
from comity.values.canonical import canonical
from comity.values.instant import DAY
from comity.values.marking import Category, Marking, Succession, in_effect, marking, plain
from comity.values.marking_atoms import label_of
from comity.values.marking_check import checked
from comity.values.marking_join import join
from comity.values.marking_policy_reading import policy
from comity.values.marking_readers import readers
from tests.values.markings import POLICY, party_valued, setting, stateless, with_tasks

PLAIN: dict[str, Any] = {"policy": "SCHEME", "classification": "SHUT", "originators": ["XAA"]}
LEVEL: dict[str, Any] = {"id": "LOW", "unmarked": "open", "words": "LOW"}
POLICY_OF: dict[str, Any] = {"id": "P", "name": "the policy", "source": "made up", "grade": "C", "levels": [LEVEL]}


@given(party_valued | stateless | with_tasks)
def test_plain_data_come_back_as_the_same_marking(given: Marking) -> None:
    assert marking(plain(given)) == given
    assert canonical(plain(given))


@given(party_valued, stateless)
def test_a_successor_comes_back_too(one: Marking, other: Marking) -> None:
    both = marking(plain(one) | {"succession": {"on": "2030-01-01", "marking": plain(other)}})
    assert both.succession is not None
    assert both.succession.marking == other
    assert marking(plain(both)) == both


def test_nothing_said_and_nobody_named_are_two_things() -> None:
    assert marking(PLAIN).releasable_to is None
    assert marking(PLAIN | {"releasable_to": []}).releasable_to == frozenset()
    assert plain(marking(PLAIN | {"releasable_to": []}))["releasable_to"] == []


def test_a_list_of_the_only_originator_alone_says_nobody() -> None:
    assert marking(PLAIN | {"releasable_to": ["XAA"]}).releasable_to == frozenset()


REFUSED: dict[str, tuple[dict[str, Any], str, str]] = {
    "an unknown field": ({"color": "red"}, "marking.color", "is no field here"),
    "no originator": ({"originators": []}, "marking.originators", "is empty"),
    "a flag that is no flag": ({"joint": "yes"}, "marking.joint", "'yes' is not true or false"),
    "a category that is a list": ({"restrictive": ["RED"]}, "marking.restrictive", "is no mapping"),
    "a restrictive tag without a value": ({"restrictive": {"Code": []}}, "restrictive", "'Code' has no value"),
    "a group without its mode": ({"releasable_to": ["@dynamic"]}, "marking.releasable_to[1]", "names no group"),
    "a day that allows several": ({"created": 2004}, "marking.created", "allows more than one day"),
    "a role of its own": ({"role": "best"}, "marking.role", "'best' is not known"),
    "a successor with a slip": (
        {"succession": {"on": "2030-01-01", "marking": {"policy": "SCHEME"}}},
        "marking.succession.marking.classification",
        "is missing",
    ),
}


@pytest.mark.parametrize(("change", "field", "says"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_marking_is_refused_at_its_field(change: dict[str, Any], field: str, says: str) -> None:
    with pytest.raises(Malformed, match=says) as refused:
        marking(PLAIN | change)
    assert refused.value.field == field


def test_successors_without_end_are_refused() -> None:
    given = PLAIN
    for _ in range(10):
        given = PLAIN | {"succession": {"on": "2030-01-01", "marking": given}}
    with pytest.raises(Malformed, match="too many successors"):
        marking(given)


KEEPS_NOT: dict[str, tuple[dict[str, Any], str]] = {
    "another policy": ({"policy": "PACT"}, "PACT is not SCHEME"),
    "an unknown level": ({"classification": "SECRET"}, "'SECRET' is no level of the scheme"),
    "an unknown tag": ({"restrictive": {"Colour": ["RED"]}}, "'Colour' is no tag of the scheme"),
    "an unknown value": ({"restrictive": {"Code": ["GREEN"]}}, "'GREEN' is no value of Code"),
    "a tag of another kind": ({"permissive": {"Code": ["RED"]}}, "'Code' does not stand here"),
    "an unknown flag": ({"handling": ["SHARED"]}, "'SHARED' is no handling flag of the scheme"),
    "closed by a flag, and released": (
        {"handling": ["HOME"], "releasable_to": ["XBB"]},
        "'HOME' does not go with a release to XBB",
    ),
    "closed by a flag, and shown": (
        {"handling": ["HOME"], "display_only_to": ["XBB"]},
        "'HOME' does not go with a release to XBB",
    ),
    "two flags that exclude each other": ({"handling": ["HOME", "LENT"]}, "'HOME' does not go with 'LENT'"),
}


@pytest.mark.parametrize(("change", "says"), KEEPS_NOT.values(), ids=KEEPS_NOT)
def test_a_marking_keeps_to_its_policy(change: dict[str, Any], says: str) -> None:
    with pytest.raises(Malformed, match=says):
        checked(marking(PLAIN | change), POLICY)


@given(party_valued | with_tasks)
def test_what_the_policy_has_passes(given: Marking) -> None:
    assert checked(given, POLICY) == given


NO_POLICIES: dict[str, tuple[dict[str, Any], str]] = {
    "no source": ({"source": None}, "is missing"),
    "a looser level above": (
        {"levels": [LEVEL | {"unmarked": "originator"}, LEVEL | {"id": "HIGH"}]},
        "a higher level is looser than a lower one",
    ),
    "an unknown field": ({"colour": "red"}, "is no field here"),
    "a level without words": ({"levels": [{"id": "LOW", "unmarked": "open"}]}, "is missing"),
    "words that are none": ({"levels": [LEVEL | {"words": [1]}]}, "are no words"),
    "tokens that are no mapping": ({"tokens": ["X"]}, "is no mapping"),
}


@pytest.mark.parametrize(("change", "says"), NO_POLICIES.values(), ids=NO_POLICIES)
def test_what_is_no_policy_is_refused(change: dict[str, Any], says: str) -> None:
    with pytest.raises(Malformed, match=says):
        policy({name: one for name, one in (POLICY_OF | change).items() if one is not None})


def test_a_dated_level_is_refused_outside_its_time() -> None:
    dated = policy(POLICY_OF | {"levels": [LEVEL | {"until": "1990-01-01"}]})
    old = Marking("P", "LOW", frozenset({"XAA"}), created=5 * DAY)
    assert checked(old, dated) == old
    with pytest.raises(Malformed, match="'LOW' is not in force on 2000-01-01"):
        checked(marking(plain(old) | {"created": "2000-01-01"}), dated)


def test_a_flag_that_closes_closes_an_open_level_that_says_nothing_else() -> None:
    plain_ = PLAIN | {"classification": "OPEN"}
    assert readers(marking(plain_), setting()) is None
    assert readers(marking(plain_ | {"handling": ["HOME"]}), setting()) == frozenset({"XAA"})


def test_joining_nothing_is_refused() -> None:
    with pytest.raises(Malformed, match="nothing to join"):
        join([], setting())


def test_a_word_that_means_a_community_needs_a_party_set() -> None:
    house = Marking("SCHEME", "HOUSE", frozenset({"XAA"}))
    bare = setting().__class__(setting().policies, setting().members, setting().on)
    for asked in (lambda: readers(house, bare), lambda: label_of(house, "report-1", bare)):
        with pytest.raises(Refused, match="SCHEME:HOUSE names no party set") as refused:
            asked()
        assert refused.value.next_step == "bind SCHEME:HOUSE to the parties that are meant"
    assert readers(house, setting()) == frozenset({"XAA", "XBB", "XCC", "XEE"})


def test_a_successor_is_kept_only_where_all_have_it() -> None:
    later = Succession(99 * DAY, marking(PLAIN | {"classification": "OPEN"}))
    dated = Marking("SCHEME", "SHUT", frozenset({"XAA"}), succession=later)
    assert join([dated, dated], setting()).succession == later
    assert join([dated, marking(PLAIN)], setting()).succession is None


SHUT, SEALED = marking(PLAIN), marking(PLAIN | {"classification": "SEALED"})
FOR_XBB = replace(SHUT, releasable_to=frozenset({"XBB"}))
SUCCEEDED: dict[str, tuple[Marking, Marking, int, set[str]]] = {
    "looser, before its day": (SHUT, FOR_XBB, 41, {"XAA"}),
    "looser, on its day": (SHUT, FOR_XBB, 40, {"XAA", "XBB"}),
    "stricter, before its day": (FOR_XBB, SHUT, 41, {"XAA", "XBB"}),
    "stricter, after its day": (FOR_XBB, SHUT, 39, {"XAA"}),
}


@pytest.mark.parametrize(("first", "then", "day", "wanted"), SUCCEEDED.values(), ids=SUCCEEDED)
def test_from_its_day_on_a_successor_says_who_may_read(
    first: Marking, then: Marking, day: int, wanted: set[str]
) -> None:
    dated = replace(first, succession=Succession(day * DAY, then))
    assert readers(dated, setting()) == frozenset(wanted)  # on day 40
    assert join([dated], setting()) == (then if day <= 40 else dated)
    named = [atom.readers for atom in label_of(dated, "report-1", setting())]
    assert not all("XBB" in readers for readers in named)  # a label has no day: both have to let


def test_a_successor_is_succeeded_in_turn() -> None:
    last = replace(SHUT, succession=Succession(30 * DAY, SEALED))
    dated = replace(SHUT, succession=Succession(20 * DAY, last))
    assert [in_effect(dated, day * DAY).classification for day in (10, 20, 29, 30, 90)] == [
        "SHUT", "SHUT", "SHUT", "SEALED", "SEALED",
    ]  # fmt: skip
    assert join([dated, SHUT], setting()).classification == "SEALED"


def test_what_a_label_is_called_is_kept_and_makes_no_other_marking() -> None:
    called = replace(SHUT, id="L1")
    assert called == SHUT
    assert marking(plain(called)).id == "L1"
    assert join([called], setting()).id == "L1"
    assert join([called, SHUT], setting()).id is None


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda one: st.lists(one) | st.dictionaries(st.text(), one),
    )
)
def test_anything_else_is_refused_and_named(given: object) -> None:
    with pytest.raises(ComityError):
        marking(given)


def test_a_tag_stands_once() -> None:
    with pytest.raises(Malformed, match="'Code' stands twice"):
        Marking(
            "SCHEME", "SHUT", frozenset({"XAA"}), restrictive=(Category("Code", ("RED",)), Category("Code", ("BLUE",)))
        )
