"""Whether a marking keeps to its policy, rule by rule: what passes, and what is refused, at which field."""

from __future__ import annotations

from typing import Any

import pytest

from comity.errors import Malformed
from comity.values.instant import DAY
from comity.values.marking import marking
from comity.values.marking_check import checked, in_force
from comity.values.marking_policy_reading import policy
from comity.values.period import period

CODES = [f"X{one}{one}" for one in "BCDEFGHIJ"]
MANY = [f"N{number}" for number in range(100)]
DRILL: dict[str, Any] = {
    "id": "DRILL",
    "name": "the drill",
    "owner": "XAA",
    "source": "made up",
    "grade": "C",
    "levels": [
        {"id": "LOW", "unmarked": "open", "words": "LOW"},
        {"id": "PAST", "unmarked": "open", "words": "PAST", "until": "1970-02-01"},
        {"id": "TOP", "unmarked": "originator", "words": "TOP"},
        {"id": "PEAK", "unmarked": "originator", "words": "PEAK"},
    ],
    "tags": [
        {"id": "Code", "kind": "restrictive", "pattern": "X[0-9]+", "values": [
            "RED", {"id": "FADED", "until": "1970-02-01"}, {"id": "DEEP", "excluded": ["LOW"]}]},
        {"id": "Only", "kind": "permissive", "parties": True, "values": [{"id": "XBB", "excluded": ["LOW"]}]},
        {"id": "Release", "kind": "permissive", "parties": True, "releases": True, "values": [
            {"id": "CLUB", "excluded": ["LOW"]}, "XBB", {"id": "*", "excluded": ["TOP"]}]},
        {"id": "Context", "kind": "informative", "values": ["DRILL"], "required": True},
    ],
    "flags": [
        {"id": "KEPT", "words": "KEPT", "excludes": ["LENT"]},
        {"id": "LENT", "words": "LENT"},
        {"id": "FADED", "words": "FADED", "until": "1970-02-01"},
        {"id": "HOME", "words": "HOME", "closes": True},
        {"id": "HIGH", "words": "HIGH", "levels": ["TOP", "PEAK"]},
        {"id": "FOND", "words": "FOND", "excludes": MANY},
        {"id": "STEEP", "words": "STEEP", "levels": MANY},
        *({"id": name, "words": name} for name in MANY),
    ],
    "tokens": {"CLUB": "LEAGUE@dynamic"},
}  # fmt: skip
POLICY = policy(DRILL)
PLAIN: dict[str, Any] = {
    "policy": "DRILL", "classification": "TOP", "originators": ["XAA"], "informative": {"Context": ["DRILL"]},
}  # fmt: skip
LOW: dict[str, Any] = {"classification": "LOW"}
OLD, NEW = {"created": "1970-01-31"}, {"created": "1970-02-01"}

PASSES: dict[str, dict[str, Any]] = {
    "what its policy asks for, and nothing else": {},
    "a level of before, of a marking without a day": {"classification": "PAST"},
    "a level of before, made then": {"classification": "PAST"} | OLD,
    "a value of before, made then": {"restrictive": {"Code": ["FADED"]}} | OLD,
    "a flag of before, made then": {"handling": ["FADED"]} | OLD,
    "a value that is listed": {"restrictive": {"Code": ["RED"]}},
    "a value that fits the pattern": {"restrictive": {"Code": ["X17"]}},
    "a value at a level with which it goes": {"restrictive": {"Code": ["DEEP"]}},
    "a party at a level with which it goes": {"permissive": {"Only": ["XBB"]}},
    "a party of whom nothing is said, at any level": {"permissive": {"Only": ["XCC"]}} | LOW,
    "a group by its word": {"permissive": {"Only": ["CLUB"]}},
    "released to a party whose row excludes nothing, whatever the rest gets": {"releasable_to": ["XBB"]},
    "released to the rest at a level they get": {"releasable_to": ["XCC"]} | LOW,
    "released to a group at a level it gets": {"releasable_to": ["LEAGUE@dynamic"]},
    "released to nobody": {"releasable_to": []},
    "a flag at a level with which it goes": {"handling": ["HIGH"]},
    "a flag that closes, and nothing of a release": {"handling": ["HOME"]},
    "a flag that closes, released to nobody": {"handling": ["HOME"], "releasable_to": []},
    "a flag that closes, released and shown to the owner": (
        {"handling": ["HOME"], "releasable_to": ["XAA"], "display_only_to": ["XAA"]} | LOW
    ),
    "a flag that does not close, beside a release": {"handling": ["KEPT"], "releasable_to": ["XBB"]},
    "a flag of any level, beside one with which it goes": {"handling": ["KEPT", "HIGH"]},
}


@pytest.mark.parametrize("change", PASSES.values(), ids=PASSES)
def test_a_marking_passes(change: dict[str, Any]) -> None:
    given = marking(PLAIN | change)
    assert checked(given, POLICY) is given


REFUSED: dict[str, tuple[dict[str, Any], str, str, str]] = {
    "of another policy": (
        {"policy": "SCHEME"}, "SCHEME is not DRILL", "policy", "read it by the policy it is written in",
    ),
    "a level that ended": (
        {"classification": "PAST"} | NEW,
        "'PAST' is not in force on 1970-02-01", "classification", "it is in force from always to 1970-02-01",
    ),
    "a value that ended": (
        {"restrictive": {"Code": ["FADED"]}} | NEW,
        "'FADED' is not in force on 1970-02-01", "classification", "it is in force from always to 1970-02-01",
    ),
    "a flag that ended": (
        {"handling": ["FADED"]} | NEW,
        "'FADED' is not in force on 1970-02-01", "classification", "it is in force from always to 1970-02-01",
    ),
    "a tag of another kind": (
        {"permissive": {"Code": ["RED"]}}, "'Code' does not stand here", "permissive", "write it among restrictive",
    ),
    "who it is released to, as a category": (
        {"permissive": {"Release": ["XBB"]}},
        "'Release' does not stand here", "permissive", "write it in releasable_to",
    ),
    "a value that is neither listed nor fits": (
        {"restrictive": {"Code": ["X"]}}, "'X' is no value of Code", "Code", "allowed: RED, FADED, DEEP",
    ),
    "a value that fits in part": (
        {"restrictive": {"Code": ["X17Y"]}}, "'X17Y' is no value of Code", "Code", "allowed: RED, FADED, DEEP",
    ),
    "a value where there is no pattern": (
        {"informative": {"Context": ["X17"]}}, "'X17' is no value of Context", "Context", "allowed: DRILL",
    ),
    "a value at a level with which it does not go": (
        {"restrictive": {"Code": ["DEEP"]}} | LOW,
        "'DEEP' does not go with LOW", "Code", "leave it out, or raise the level",
    ),
    "a party at a level with which it does not go": (
        {"permissive": {"Only": ["XBB"]}} | LOW,
        "'XBB' does not go with LOW", "Only", "leave it out, or raise the level",
    ),
    "nobody's code": (
        {"permissive": {"Only": ["nobody"]}}, "'nobody' names no party and no group of the drill",
        "releasable_to", "write a code of three letters, or one of: CLUB",
    ),
    "released to one of the rest at a level they do not get": (
        {"releasable_to": ["XBB", "XCC"]}, "'XCC' does not go with TOP", "Release", "leave it out, or raise the level",
    ),
    "released to a group at a level it does not get": (
        {"releasable_to": ["LEAGUE@dynamic"]} | LOW,
        "'CLUB' does not go with LOW", "Release", "leave it out, or raise the level",
    ),
    "closed, and released to everybody": (
        {"releasable_to": ["*"]}, "TOP is not released to everybody",
        "releasable_to", "name the parties, or a level that is open to all",
    ),
    "closed, and released to everybody among others": (
        {"releasable_to": ["XBB", "*"]}, "TOP is not released to everybody",
        "releasable_to", "name the parties, or a level that is open to all",
    ),
    "a flag at a level with which it does not go": (
        {"handling": ["HIGH"]} | LOW, "'HIGH' does not go with LOW", "handling", "it goes with PEAK, TOP",
    ),
    "a flag that closes, and a release": (
        {"handling": ["HOME"], "releasable_to": ["XBB"]},
        "'HOME' does not go with a release to XBB", "handling", "keep the one that is meant",
    ),
    "a flag that closes, and many to whom it is shown": (
        {"handling": ["HOME"], "display_only_to": sorted(CODES, reverse=True)},
        f"'HOME' does not go with a release to {', '.join(CODES)}", "handling", "keep the one that is meant",
    ),
    "two flags of which one excludes the other": (
        {"handling": ["KEPT", "LENT"]}, "'KEPT' does not go with 'LENT'", "handling", "keep the stricter of the two",
    ),
    "without the category that is asked for": (
        {"informative": {}}, "lacks the category 'Context'", "informative", "add it; the policy asks for it",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED.values(), ids=REFUSED)
def test_a_marking_is_refused(case: tuple[dict[str, Any], str, str, str]) -> None:
    change, says, field, step = case
    with pytest.raises(Malformed) as refused:
        checked(marking(PLAIN | change), POLICY)
    assert (refused.value.message, refused.value.field, refused.value.next_step) == (says, field, step)


def test_the_day_of_a_marking_counts_before_the_day_on_which_it_is_judged() -> None:
    undated = marking(PLAIN | {"classification": "PAST"})
    old, new = (marking(PLAIN | {"classification": "PAST"} | day) for day in (OLD, NEW))
    assert checked(undated, POLICY, 30 * DAY) == undated
    assert checked(old, POLICY, 31 * DAY) == old
    for given, on in ((undated, 31 * DAY), (new, 30 * DAY)):
        with pytest.raises(Malformed, match="'PAST' is not in force on 1970-02-01"):
            checked(given, POLICY, on)


def test_a_word_of_which_it_is_unknown_whether_it_is_in_force_is_refused() -> None:
    ragged = period(None, "1970")
    in_force(ragged, "a word", None)
    in_force(ragged, "a word", -DAY)
    with pytest.raises(Malformed, match="'a word' is not in force on 1970-01-02"):
        in_force(ragged, "a word", DAY)


def test_whom_a_policy_has_no_word_for_gets_a_marking_where_the_policy_tells_no_levels() -> None:
    release = {"id": "Release", "kind": "permissive", "parties": True, "releases": True}
    plain, bare = (policy(DRILL | {"tags": tags}) for tags in ([release], [release | {"releases": False}]))
    given = marking(PLAIN | {"informative": {}, "releasable_to": ["UNION@dynamic", "XBB"]})
    assert checked(given, plain) == checked(given, bare) == given
    with pytest.raises(Malformed, match="'UNION@dynamic' does not go with TOP"):
        checked(marking(PLAIN | {"releasable_to": ["UNION@dynamic"]}), POLICY)
    with pytest.raises(Malformed, match="'UNION@dynamic' names no party and no group of the drill"):
        checked(marking(PLAIN | LOW | {"releasable_to": ["UNION@dynamic"]}), POLICY)


def test_what_is_open_may_be_released_to_everybody_in_words() -> None:
    open_ = policy({**DRILL, "tags": [tag for tag in DRILL["tags"] if tag["id"] != "Release"], "tokens": {}})
    given = marking(PLAIN | LOW | {"releasable_to": ["*"]})
    assert checked(given, open_) is given
    with pytest.raises(Malformed, match="TOP is not released to everybody"):
        checked(marking(PLAIN | {"releasable_to": ["*"]}), open_)


def test_of_several_flags_the_first_by_its_name_is_told() -> None:
    for first in range(0, 100, 5):
        names = [f"unknown {name}" for name in MANY[first : first + 5]]
        with pytest.raises(Malformed, match=f"'{min(names)}' is no handling flag"):
            checked(marking(PLAIN | {"handling": names}), POLICY)
        with pytest.raises(Malformed, match=f"'FOND' does not go with '{min(MANY[first : first + 5])}'"):
            checked(marking(PLAIN | {"handling": ["FOND", *MANY[first : first + 5]]}), POLICY)
    with pytest.raises(Malformed) as refused:
        checked(marking(PLAIN | {"handling": ["STEEP"]}), POLICY)
    assert refused.value.next_step == f"it goes with {', '.join(sorted(MANY))}"
