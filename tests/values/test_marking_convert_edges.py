"""Conversions between two made-up policies, word by word: what goes over, what is lost, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

import pytest

from comity.errors import Refused
from comity.values.instant import DAY
from comity.values.marking import Marking, Role, Succession, marking
from comity.values.marking_convert import Equivalence, convert, no_wider
from comity.values.marking_policy import Origin
from comity.values.marking_policy_reading import policy
from comity.values.marking_readers import Setting
from comity.values.period import OPEN, Period, period
from tests.values.markings import TODAY, members

MANY = [f"N{number}" for number in range(10, 20)]
CODES = [f"X{one}{one}" for one in "BCDEFGHIJ"]


def scheme(name: str, levels: str, tags: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    """A policy as it is written, whose levels nobody but the originator may read."""
    listed = [{"id": one, "unmarked": "originator", "words": one} for one in levels.split()]
    return {
        "id": name, "name": f"the {name}", "source": "made up", "grade": "C", "levels": listed, "tags": tags, **more,
    }  # fmt: skip


FRAMED = {
    "id": "Frame", "kind": "permissive", "values": [{"id": "US", "holders": ["*"]}, {"id": "THEM", "holders": ["*"]}],
}  # fmt: skip
HERE = policy(scheme(
    "HERE", "LOW HIGH", [
        {"id": "Code", "kind": "restrictive", "values": ["RED", "BLUE", "NOTED", *MANY]},
        {"id": "Only", "kind": "permissive", "parties": True},
        FRAMED,
        {"id": "Note", "kind": "informative", "values": ["STAFF", "PRESS"]},
        {"id": "Odd", "kind": "informative", "values": ["STAFF"]},
        {"id": "Colour", "kind": "informative", "values": ["RED"]},
    ],
    owner="XAA",
    flags=[
        {"id": "KEPT", "words": "KEPT"},
        {"id": "HOME", "words": "HOME", "closes": True},
        {"id": "CREST", "words": "CREST", "closes": True},
        *({"id": name, "words": name} for name in MANY),
    ],
    tokens={"LEAGUE": "LEAGUE@dynamic", "UNION": "UNION@dynamic"},
))  # fmt: skip
TAGS: list[dict[str, Any]] = [
    {"id": "Note", "kind": "informative", "values": ["STAFF", "NOTED"]},
    {"id": "Colour", "kind": "restrictive", "values": ["RED"]},
    {"id": "Secrecy", "kind": "restrictive", "values": ["BLUE"]},
]
FLAGS = [{"id": "KEPT", "words": "KEPT"}]
THERE = policy(scheme("THERE", "LEAST LESS MORE", TAGS, flags=FLAGS, tokens={"LEAGUE": "LEAGUE@dynamic"}))
FRAME = policy(scheme(
    "FRAME", "MORE", [FRAMED],
    phrases={"context": "Frame", "default_context": "US", "releasable_context": "THEM"},
))  # fmt: skip
SETTING = Setting({one.id: one for one in (HERE, THERE, FRAME)}, members, TODAY)


def row(level: str, to_level: str, to: str = "THERE", valid: Period = OPEN, policy: str = "HERE") -> Equivalence:
    return Equivalence(policy, level, to, to_level, valid, Origin("made up", "C"))


ROWS = [
    row("HIGH", "LESS"), row("HIGH", "MORE"), row("HIGH", "LEAST"), row("LOW", "LESS"),
    row("LOW", "MORE", valid=period(None, "1970-02-10")), row("LOW", "MORE", valid=period("1970-02-11")),
    row("LOW", "MORE", valid=period(None, 1970)), row("LOW", "MORE", policy="THERE"),
    row("HIGH", "MORE", "FRAME"), row("LOW", "MORE", "FRAME"),
]  # fmt: skip


def marked(**more: Any) -> Marking:
    return marking({"policy": "HERE", "classification": "HIGH", "originators": ["XAA"]} | more)


def alternative(**more: Any) -> Marking:
    base = {"policy": "THERE", "classification": "MORE", "originators": ["XAA"], "releasable_to": []}
    return marking(base | {"role": "alternative"} | more)


class Case(NamedTuple):
    """What is converted, what comes of it, and what is lost."""

    given: Marking
    made: Marking
    losses: list[str]
    to: str = "THERE"


LISTED = {"releasable_to": ["LEAGUE@dynamic", "XCC"]}
CASES = {
    "the highest of several levels": Case(marked(), alternative(), []),
    "a level of the day": Case(marked(classification="LOW"), alternative(classification="LESS"), []),
    "what it is called": Case(replace(marked(), id="L1"), alternative(), []),
    "restrictive values, under the tags for them": Case(
        marked(restrictive={"Code": ["BLUE", "RED"]}),
        alternative(restrictive={"Colour": ["RED"], "Secrecy": ["BLUE"]}), [],
    ),
    "a note": Case(marked(informative={"Note": ["STAFF"]}), alternative(informative={"Note": ["STAFF"]}), []),
    "a note of which one word is known": Case(
        marked(informative={"Note": ["PRESS", "STAFF"]}),
        alternative(informative={"Note": ["STAFF"]}), ["informative Note PRESS"],
    ),
    "a note of which no word is known": Case(
        marked(informative={"Note": ["PRESS"]}), alternative(), ["informative Note PRESS"]
    ),
    "a note whose tag is not known": Case(
        marked(informative={"Odd": ["STAFF"]}), alternative(), ["informative Odd STAFF"]
    ),
    "a note whose tag restricts there": Case(
        marked(informative={"Colour": ["RED"]}), alternative(), ["informative Colour RED"]
    ),
    "a flag that is known, and others": Case(
        marked(handling=["KEPT", *MANY]), alternative(handling=["KEPT"]), [f"handling {one}" for one in MANY]
    ),
    "the flag that closes is said by the list": Case(
        marked(handling=["HOME"], releasable_to=[]), alternative(), []
    ),
    "another flag that closes says more than the list": Case(
        marked(handling=["CREST"], releasable_to=[]), alternative(), ["handling CREST"]
    ),
    "a list that can be written": Case(marked(**LISTED), alternative(**LISTED), []),
    "a list with a group that cannot": Case(
        marked(releasable_to=["LEAGUE@dynamic", "UNION@dynamic"]), alternative(releasable_to=["XBB", "XCC", "XEE"]), []
    ),
    "a category, in place of a list": Case(
        marked(permissive={"Only": ["LEAGUE", "XCC"]}), alternative(releasable_to=["XBB", "XCC"]),
        ["permissive Only LEAGUE, XCC"],
    ),
    "a category beside a list": Case(
        marked(releasable_to=["XBB", "XDD"], permissive={"Only": ["XBB", "XCC"]}), alternative(releasable_to=["XBB"]),
        ["permissive Only XBB, XCC"],
    ),
    "nothing said, of another": Case(
        marked(originators=["XBB"]), alternative(originators=["XBB"], releasable_to=["XAA"]), []
    ),
    "nothing said, of owners in common": Case(
        marked(originators=["XAA", "XBB"], joint=True),
        alternative(originators=["XAA", "XBB"], joint=True, releasable_to=["XAA", "XBB"]), [],
    ),
    "to nobody, of two": Case(
        marked(originators=["XAA", "XBB"], releasable_to=[]), alternative(originators=["XAA", "XBB"]), []
    ),
    "with a successor to come": Case(
        replace(marked(), succession=Succession(50 * DAY, marked(classification="LOW"))),
        alternative(), ["succession 1970-02-20"],
    ),
    "succeeded": Case(
        replace(marked(), succession=Succession(TODAY, marked(classification="LOW"))),
        alternative(classification="LESS"), [],
    ),
    "to a policy that asks for its context": Case(
        marked(releasable_to=["XBB"]),
        alternative(policy="FRAME", releasable_to=["XBB"], permissive={"Frame": ["THEM", "US"]}), [], "FRAME",
    ),
    "everybody's, to a policy that asks for its context": Case(
        marked(permissive={"Only": ["ALL"]}),
        alternative(policy="FRAME", releasable_to=None, permissive={"Frame": ["US"]}),
        ["permissive Only ALL"], "FRAME",
    ),
    "with the context that the other asks for": Case(
        marked(permissive={"Frame": ["US"]}),
        alternative(policy="FRAME", releasable_to=None, permissive={"Frame": ["US"]}), [], "FRAME",
    ),
    "what somebody else marked, word for word": Case(
        marked(display_only_to=["XDD"], authority="the staff", privacy_marks=["own"], created="1970-01-11",
               review="1970-03-01", concealed_source=True),
        alternative(display_only_to=["XDD"], authority="the staff", privacy_marks=["own"], created="1970-01-11",
                    review="1970-03-01", concealed_source=True), [],
    ),
}  # fmt: skip
ALL = replace(SETTING, policies={**SETTING.policies, "HERE": replace(HERE, tokens={**HERE.tokens, "ALL": "*"})})


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_marking_goes_over(case: Case) -> None:
    found = convert(case.given, case.to, ROWS, ALL)
    assert (found.marking, found.marking.id, found.marking.role) == (case.made, None, Role.ALTERNATIVE)
    assert [f"{one.field} {one.what}" for one in found.losses] == case.losses
    assert (found.row.to_policy, found.row.to_level) == (case.to, case.made.classification)


NOT: dict[str, tuple[Marking, list[Equivalence], str, str]] = {
    "a restrictive value that is not there": (
        marked(restrictive={"Code": ["N10"]}), ROWS,
        "the THERE has nothing for N10, and more persons could read", "ask the originator to release it without",
    ),
    "a restrictive value that only tells there": (
        marked(restrictive={"Code": ["NOTED"]}), ROWS,
        "the THERE has nothing for NOTED, and more persons could read", "ask the originator to release it without",
    ),
    "a translation": (
        marked(role="alternative"), ROWS, "this marking is alternative itself, and is translated no further",
        "start from the originator's own marking",
    ),
    "a level without a row": (
        marked(), ROWS[3:], "HIGH of the HERE has no equivalent in the THERE on 1970-02-10",
        "ask the originator which marking he wants there",
    ),
    "a level whose rows are of other days": (
        marked(classification="LOW"), ROWS[4:], "LOW of the HERE has no equivalent in the THERE on 1970-02-10",
        "ask the originator which marking he wants there",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", NOT.values(), ids=NOT)
def test_a_marking_does_not_go_over(case: tuple[Marking, list[Equivalence], str, str]) -> None:
    given, rows, says, step = case
    with pytest.raises(Refused) as refused:
        convert(given, "THERE", rows, SETTING)
    assert (refused.value.message, refused.value.next_step) == (says, step)


def test_whoever_would_read_more_is_named() -> None:
    some = frozenset({"XAA"})
    for before, after in ((None, None), (None, some), (some, some), (some, frozenset())):
        no_wider(before, after)
    with pytest.raises(Refused, match="everybody could read"):
        no_wider(some, None)
    with pytest.raises(Refused, match=f"{', '.join(CODES)} could read, and may not now"):
        no_wider(some, some | frozenset(CODES))
