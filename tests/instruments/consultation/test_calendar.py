"""The calendar, read back by the package that others use: same UIDs, rising SEQUENCE, tombstones, UTC, labels."""

from __future__ import annotations

from datetime import UTC, datetime

from icalendar import Calendar, Component

from comity.casebook.book import casebook
from comity.cli.own_book import label_words
from comity.formats import ical
from comity.instruments.consultation import acts, calendar
from comity.instruments.consultation.facts import Task
from tests.instruments.consultation.council import CHAIR, OTHER, Council, at


def events(council: Council, party: str, clock: str) -> dict[str, Component]:
    facts = council.facts(party)
    label = label_words(facts.label)
    data = ical.write(calendar.entries(facts, at(clock), label), name="x", at=at(clock), label=label)
    read = Calendar.from_ical(data)
    return {str(event["SUMMARY"]): event for event in read.walk("VEVENT")}


SILENCE = "Silence ends: Cable, 1"


def test_a_deadline_keeps_its_uid_when_it_moves_and_ends_as_a_tombstone() -> None:
    council = Council()
    council.opened()
    council.put()
    first = events(council, "LVA", "11:00")[SILENCE]
    council.state("11:00", acts.extended(council.case, council.seen(CHAIR, "11:00"), at("15:00")))
    moved = events(council, "LVA", "11:10")[SILENCE]
    council.put("11:30", "16:00", OTHER)
    amended = events(council, "LVA", "11:40")[SILENCE]
    council.state("12:00", acts.dropped(council.case, council.seen(CHAIR, "12:00"), "we meet"))
    gone = events(council, "LVA", "12:10")[SILENCE]
    told = [first, moved, amended, gone]
    assert len({str(one["UID"]) for one in told}) == 1
    assert [str(one["SEQUENCE"]) for one in told] == ["0", "1", "2", "3"]
    assert [str(one["STATUS"]) for one in told] == ["CONFIRMED", "CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert amended.decoded("DTSTART") == datetime(2026, 3, 1, 16, tzinfo=UTC)


def test_a_meeting_that_is_called_off_stays_as_a_tombstone() -> None:
    council = Council()
    case = council.opened()
    council.state("10:00", acts.meeting(case, "m", title="Meeting", at=at("16:00")))
    council.state("11:00", acts.meeting(case, "m", title="Meeting", at=at("16:00"), cancelled=True))
    event = events(council, "LVA", "12:00")["Meeting"]
    assert (str(event["STATUS"]), str(event["SEQUENCE"])) == ("CANCELLED", "1")


def test_tasks_exercises_and_questions_have_their_day() -> None:
    council = Council()
    case = council.opened()
    council.state("10:00", acts.task(case, "EST", "LVA", name="t", says="draw the map", due=at("12:00")))
    council.state(
        "10:10", acts.notice("EST", ["LVA"], name="Gull", begins=at("12:00"), ends=at("14:00"), area="the gulf")
    )
    asked = council.state("10:20", acts.question("EST", ["LVA"], asks="Whose boat?", answer_by=at("13:00")))
    found = events(council, "LVA", "11:00")
    assert {"Due: draw the map", "Exercise: Gull", "Answer due: Whose boat?", "Consultation: Cable"} == set(found)
    council.state("11:00", acts.reply(asked, "LVA", ["EST"], "ours"))
    (task,) = council.facts("LVA").of(Task)
    council.state("11:10", acts.task_done(case, task))
    later = events(council, "LVA", "11:20")
    assert str(later["Answer due: Whose boat?"]["STATUS"]) == "CANCELLED"
    assert str(later["Due: draw the map"]["STATUS"]) == "CANCELLED"


def test_every_entry_and_the_calendar_bear_their_label() -> None:
    council = Council()
    council.opened()
    event = events(council, "LVA", "11:00")["Consultation: Cable"]
    assert str(event["X-COMITY-LABEL"]) == "EST content/consultation to LTU, LVA"
    assert str(event["CLASS"]) == "CONFIDENTIAL"
    assert events(council, "SWE", "11:00") == {}


def test_the_dates_that_agreements_state_are_entries_of_one_day() -> None:
    book = casebook()
    found = calendar.renewals(book.agreements.values(), ical.PUBLIC)
    stated = {
        name: agreement.document.get("duration")
        for name, agreement in book.agreements.items()
        if isinstance(agreement.document.get("duration"), dict)
    }
    dated = [name for name, rule in stated.items() if isinstance(rule, dict) and rule.get("next") is not None]
    assert dated
    assert {entry.uid for entry in found} >= {calendar.uid(name, "duration", "next") for name in dated}
    assert all(entry.whole_day for entry in found)


def test_the_same_entries_give_the_same_bytes_in_any_order_and_long_lines_are_folded() -> None:
    entries = calendar.renewals(casebook().agreements.values(), ical.PUBLIC)
    one = ical.write(entries, name="x", at=at("11:00"))
    assert one == ical.write(reversed(entries), name="x", at=at("11:00"))
    assert all(len(line) <= 75 for line in one.split(b"\r\n"))
    assert b"METHOD" not in one
