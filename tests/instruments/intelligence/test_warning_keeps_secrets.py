"""What an audience may not read changes no byte of a warning problem: by variation, in a real book."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from comity.flow.labelled import label_words
from comity.instruments.intelligence import graded_table as table
from comity.instruments.intelligence.corroboration import corroboration
from comity.instruments.intelligence.requests import requests
from comity.instruments.intelligence.warning import State, warning
from tests.instruments.intelligence.reports import TWO_B2
from tests.instruments.intelligence.room import Room

NEED = {"independent": 2, "at_least": "B2", "within_days": 30}
ALL = ["LVA", "LTU", "POL"]
Hidden = Callable[[Room, dict[str, str]], None]


def a_report(room: Room, at: str, by: str, to: list[str], **more: object) -> str:
    given: dict[str, object] = {
        "title": "tents", "says": f"tents seen by {by}", "reliability": "B", "credibility": "2",
        "observed": "2026-03-08",
        "about": ["border"], "bears_on": [{"problem": "border", "indicator": "hospitals", "shows": "activity"}],
        "parties": to, **more,
    }  # fmt: skip
    return room.say(at, by, "intelligence-report", **{name: one for name, one in given.items() if one is not None})


def world(hidden: Hidden) -> Room:
    """A problem of Estonia's that three others follow, two reports, and something of which Poland must not learn."""
    room, made = Room(), dict[str, str]()
    levels = [{"level": "elevated", "all_of": ["hospitals"]}]
    problem = {"name": "border", "title": "Build-up", "question": "What for?", "levels": levels, "otherwise": "routine"}
    room.say("08:01", "EST", "warning-problem", **problem, parties=ALL)
    sign = {"problem": "border", "name": "hospitals", "title": "Field hospitals", "looks_for": "tents"}
    room.say("08:02", "EST", "warning-indicator", **sign, active_when=NEED, parties=ALL)
    made["a"] = a_report(room, "09:01", "EST", ALL, source="S1")
    made["v"] = a_report(room, "09:02", "LVA", ["EST", "LTU", "POL"])
    hidden(room, made)
    a_report(room, "10:01", "LTU", ["EST", "LVA", "POL"], source="K", reliability="C")
    room.now = room.at("11:00")
    return room


def nothing(room: Room, made: dict[str, str]) -> None:
    """A party that keeps nothing to itself."""


def further(room: Room, made: dict[str, str]) -> None:
    a_report(room, "09:30", "LTU", ["EST"], source="K2")


def rests(room: Room, made: dict[str, str]) -> None:
    room.say("09:30", "LVA", "report-lineage", report=made["v"], depends_on=[made["a"]], parties=["EST"])


def overlaps(room: Room, made: dict[str, str]) -> None:
    room.say("09:30", "LVA", "source-overlap", reports=[made["a"], made["v"]], parties=["EST"])


def circle(room: Room, made: dict[str, str]) -> None:
    room.say("09:30", "EST", "report-lineage", report=made["a"], depends_on=[made["v"]], parties=["LVA"])
    room.say("09:31", "LVA", "report-lineage", report=made["v"], depends_on=[made["a"]], parties=["EST"])


def assessed(room: Room, made: dict[str, str]) -> None:
    said = {"problem": "border", "indicator": "hospitals", "report": made["a"], "shows": "neither"}
    room.say("09:30", "EST", "warning-assessed", **said)


def indicator(room: Room, made: dict[str, str]) -> None:
    sign = {"problem": "border", "name": "bridges", "title": "Bridges", "looks_for": "pontoons"}
    room.say("09:30", "EST", "warning-indicator", **sign, active_when=NEED, parties=["LVA"])


def problem(room: Room, made: dict[str, str]) -> None:
    levels = [{"level": "high", "all_of": ["hospitals"]}]
    given = {"name": "border", "title": "Mine", "question": "Who?", "levels": levels, "otherwise": "low"}
    room.say("09:30", "LVA", "warning-problem", **given)


def unreadable(room: Room, made: dict[str, str]) -> None:
    room.say("09:30", "LTU", "sighting", of="x", count=1, first="2026-03-01", last="2026-03-02", anonymity="party")


HIDDEN = {
    "a further report": further, "what a report rests on": rests, "that the source is one": overlaps,
    "a circle": circle, "what its keeper makes of a report": assessed, "a further indicator": indicator,
    "another's problem of the same name": problem, "something else": unreadable,
}  # fmt: skip


def everything(room: Room, *audience: str) -> bytes:
    view, at = room.book.view(*audience), room.at("11:00")
    found, ties = warning(view, "border", at), corroboration(view, "border", TWO_B2, at)
    label = label_words(found.label)
    told = [
        table.warned_data(found, label), list(table.warned_lines(found, label, why=True)),
        table.counted_data(ties.counted), table.graph_data(ties.graph), label_words(ties.label),
        [table.asked_data(one) for one in requests(view, at).every],
    ]  # fmt: skip
    return json.dumps(told).encode()


@pytest.mark.parametrize("audience", [("POL",), ("EST", "POL")], ids=str)
@pytest.mark.parametrize("hidden", HIDDEN.values(), ids=HIDDEN)
def test_what_is_hidden_changes_no_byte(hidden: Hidden, audience: tuple[str, ...]) -> None:
    assert everything(world(hidden), *audience) == everything(world(nothing), *audience)


SEEN = {
    "a further report": ("EST", further),
    "what a report rests on": ("EST", rests),
    "an indicator": ("LVA", indicator),
}


@pytest.mark.parametrize(("reader", "hidden"), SEEN.values(), ids=SEEN)
def test_whoever_may_read_it_sees_it(reader: str, hidden: Hidden) -> None:
    assert everything(world(hidden), reader) != everything(world(nothing), reader)


def test_what_one_may_read_settles_it_for_him_and_leaves_it_open_for_another() -> None:
    """Estonia is told that the second report rests on its own: for Poland it may be a second source."""
    room = world(rests)
    for party, state in (("EST", State.BELOW), ("POL", State.OPEN)):
        (sign,) = warning(room.book.view(party), "border", room.at("11:00")).signs
        assert (sign.state, sign.activity.least) == (state, 1)


def test_a_correction_takes_the_place_of_what_it_corrects() -> None:
    room = world(nothing)
    (first,) = (one for one in room.book.view("LTU").records(["intelligence-report"]) if one.record.issuer == "LTU")
    a_report(room, "10:30", "LTU", ["EST", "LVA", "POL"], source="K", supersedes=first.id)
    (sign,) = warning(room.book.view("POL"), "border", room.at("11:00")).signs
    assert sign.state is State.ACTIVE


def test_what_cannot_be_read_is_set_aside_and_told() -> None:
    room = world(nothing)
    room.book.record({"intelligence-report": {"by": "EST", "title": "t", "parties": ["POL"]}})
    room.book.record(
        {"intelligence-report": {"issuer": "EST", "by": "LVA", "title": "t", "says": "s", "parties": ["POL"]}}
    )
    found = warning(room.book.view("POL"), "border", room.at("11:00"))
    assert sorted(one.says.split(":")[0] for one in found.unread) == [
        "intelligence-report.by",
        "intelligence-report.says",
    ]
