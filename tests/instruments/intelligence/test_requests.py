"""Requests for information: how each addressee stands, by when; passing on; who might know; all in a real book."""

from __future__ import annotations

import pytest

from comity.errors import Impossible, Malformed, Refused
from comity.flow import intelligence_stating as stating
from comity.instruments.intelligence.graded_table import asked_data, asked_lines
from comity.instruments.intelligence.requests import Asked, requests
from comity.values.deadline import Standing
from comity.values.instant import instant
from tests.instruments.intelligence.room import Room

DEADLINE = "2026-03-10T12:00Z"
ASKED: dict[str, object] = {"asks": "Which units are at the railhead?", "answer_by": DEADLINE, "about": ["railhead"]}


def ask(room: Room, at: str = "09:00", by: str = "EST", **more: object) -> list[str]:
    room.now = room.at(at)
    room.dice.go_to(at)
    given = {"to": ["LVA", "LTU"], **ASKED, **more}
    apart = given.pop("apart", False) is True
    made = stating.state(room.book, by, lambda desk: stating.asked(desk, apart=apart, **given))
    return [one.id for one in made]


def answer(room: Room, at: str, by: str, of: str, word: str = "answered", **more: object) -> str:
    room.now = room.at(at)
    room.dice.go_to(at)
    reports = more.pop("reports", ())
    assert isinstance(reports, tuple)
    says = more.pop("says", None)
    build = lambda desk: stating.answered(desk, of, word, says=str(says) if says else None, reports=reports)  # noqa: E731
    return stating.state(room.book, by, build)[0].id


def stands(room: Room, by: str, at: str) -> Asked:
    (found,) = requests(room.book.view(by), room.at(at)).every
    return found


def standings(found: Asked) -> dict[str, Standing]:
    return {one.party: one.standing for one in found.addressees}


TIMES = {
    "nobody has answered yet": ([], "11:00", (Standing.OPEN, Standing.OPEN)),
    "a minute before the deadline it is still open": ([], "11:59", (Standing.OPEN, Standing.OPEN)),
    "the deadline itself is late": ([], "12:00", (Standing.OVERDUE, Standing.OVERDUE)),
    "the deadline has passed": ([], "12:01", (Standing.OVERDUE, Standing.OVERDUE)),
    "one answers in time": ([("10:00", "LVA")], "12:01", (Standing.ANSWERED, Standing.OVERDUE)),
    "one answers a minute before the deadline": ([("11:59", "LVA")], "12:01", (Standing.ANSWERED, Standing.OVERDUE)),
    "one answers at the deadline": ([("12:00", "LVA")], "12:01", (Standing.LATE, Standing.OVERDUE)),
    "one answers late": ([("12:30", "LVA")], "13:00", (Standing.LATE, Standing.OVERDUE)),
    "one answers in time, and once more": (
        [("10:00", "LVA"), ("12:30", "LVA")], "13:00", (Standing.ANSWERED, Standing.OVERDUE),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("answers", "at", "expected"), TIMES.values(), ids=TIMES)
def test_each_addressee_stands_for_itself(
    answers: list[tuple[str, str]], at: str, expected: tuple[Standing, Standing]
) -> None:
    room = Room()
    (made,) = ask(room)
    for hour, party in answers:
        answer(room, hour, party, made)
    found = standings(stands(room, "EST", at))
    assert (found["LVA"], found["LTU"]) == expected


def test_that_nothing_is_held_is_an_answer_and_reports_go_with_one() -> None:
    room = Room()
    (made,) = ask(room)
    report = room.say(
        "09:30", "LTU", "intelligence-report", title="t", says="s", reliability="B", credibility="2",
        about=["railhead"], parties=["EST"],
    )  # fmt: skip
    answer(room, "10:00", "LVA", made, "nothing held")
    answer(room, "10:01", "LTU", made, says="two battalions", reports=(report[:8],))
    assert list(asked_lines(stands(room, "EST", "11:00")))[1:] == [
        f"  LTU answered: answered (two battalions); reports {report[:8]}", "  LVA answered: nothing held",
    ]  # fmt: skip
    assert not stands(room, "EST", "11:00").open


def test_only_who_was_asked_answers() -> None:
    room = Room()
    (made,) = ask(room, parties=["POL"])
    with pytest.raises(Refused, match="POL was not asked"):
        answer(room, "10:00", "POL", made)
    with pytest.raises(Impossible, match="is not available"):
        answer(room, "10:00", "SWE", made)
    room.say("10:05", "POL", "information-reply", of=made, answer="answered", to=["EST"])
    assert set(standings(stands(room, "EST", "11:00")).values()) == {Standing.OPEN}


def test_a_request_passed_on_shows_neither_the_asker_nor_his_words() -> None:
    room = Room()
    (made,) = ask(room, to=["LVA"])
    on = {
        "to": ["POL"],
        "asks": "Anything new at the railhead?",
        "answer_by": "2026-03-10T11:00Z",
        "passes_on": made[:8],
    }
    (further,) = ask(room, "09:30", "LVA", **on, about=None, parties=["EST"])
    answer(room, "10:00", "POL", further, says="a battalion")
    assert [one.request.stamp.by for one in requests(room.book.view("POL"), room.at("11:00")).every] == ["LVA"]
    assert b"Which units" not in b"".join(one.record.data for one in room.book.view("POL").records())
    asker = {one.request.stamp.id: one for one in requests(room.book.view("EST"), room.at("11:00")).every}
    assert asker[made].addressees[0].passed_on == ("POL",)
    assert asker[made].addressees[0].standing is Standing.OPEN
    with pytest.raises(Refused, match="LTU was not asked"):
        ask(room, "10:30", "LTU", **{**on, "passes_on": _addressed_to(room, "LTU")})


def _addressed_to(room: Room, reader: str) -> str:
    return ask(room, "10:20", "EST", to=["LVA"], parties=[reader])[0]


def test_whoever_is_asked_apart_does_not_learn_who_else_is() -> None:
    together, apart = Room(), Room()
    ask(together)
    assert len(ask(apart, apart=True)) == 2
    assert [one.request.to for one in requests(apart.book.view("LVA"), 0).every] == [("LVA",)]
    assert [one.request.to for one in requests(together.book.view("LVA"), 0).every] == [("LVA", "LTU")]


def test_who_might_know_is_whoever_has_reported_readably() -> None:
    room = Room()
    ask(room, to=["LVA"])
    given = {"title": "t", "says": "s", "reliability": "B", "credibility": "2", "about": ["railhead"]}
    room.say("09:30", "POL", "intelligence-report", **given, parties=["EST"])
    room.say("09:31", "LTU", "intelligence-report", **given)
    room.say("09:32", "EST", "intelligence-report", **given)
    assert stands(room, "EST", "10:00").might_know == ("POL",)
    assert asked_data(stands(room, "LVA", "10:00"))["might_know"] == []


def test_a_group_as_such_does_not_have_to_answer() -> None:
    room = Room()
    ask(room, to=["NATO@dynamic", "LVA"])
    assert list(standings(stands(room, "EST", "11:00"))) == ["LVA"]


def test_a_deadline_lies_ahead() -> None:
    room = Room()
    with pytest.raises(Malformed, match="the deadline has passed"):
        ask(room, answer_by=DEADLINE.replace("2026", "2025"))
    assert instant(DEADLINE) == room.at("12:00")
