"""Agenda, documents, positions, votes, tasks, decisions, the channel, and what waits for whom."""

from __future__ import annotations

import pytest

from comity.errors import Impossible, Malformed
from comity.instruments.consultation import acts, table
from comity.instruments.consultation.case import Consultation, consultation, named
from comity.instruments.consultation.channel import matters
from comity.instruments.consultation.committee import Progress, waiting
from comity.instruments.consultation.documents import next_version
from comity.instruments.consultation.facts import Stance, Task
from comity.ledger.book import Draft
from comity.values.deadline import Standing
from comity.values.instant import DAY
from comity.values.truth import Truth
from tests.instruments.consultation.council import OTHER, TEXT, Council, at

AGENDA = [{"item": "1", "title": "Watch"}]


def shown(council: Council, party: str, clock: str = "15:00") -> Consultation:
    view = council.book.view(party)
    return consultation(view, "Cable", at(clock), view.casebook)


def test_a_case_is_known_by_its_title_its_id_or_the_first_digits() -> None:
    council = Council()
    case = council.opened()
    facts = council.facts("LVA")
    assert named("Cable", facts) == named(case.stamp.id, facts) == named(case.stamp.id[:8], facts) == case
    with pytest.raises(Impossible, match="no consultation"):
        named("Cable", council.facts("SWE"))
    council.opened("09:30")
    with pytest.raises(Malformed, match="2 consultations"):
        named("Cable", council.facts("LVA"))


def test_a_position_is_its_partys_own_until_it_is_stated_for_others() -> None:
    council = Council()
    council.opened(agenda=AGENDA)
    council.state("10:00", acts.position(council.case, "LVA", "1", Stance.NO, says="not yet"))
    assert [one.stance for one in shown(council, "LVA").points[0].positions] == [Stance.NO]
    assert shown(council, "EST").points[0].positions == ()
    council.state("11:00", acts.position(council.case, "LVA", "1", Stance.YES, release=["EST", "LTU"]))
    assert [one.stance for one in shown(council, "EST").points[0].positions] == [Stance.YES]
    council.state("12:00", acts.position(council.case, "LVA", "1", Stance.ABSTAIN))
    assert [one.stance for one in shown(council, "EST").points[0].positions] == [Stance.YES]
    assert [one.stance for one in shown(council, "LVA").points[0].positions] == [Stance.ABSTAIN]


def test_released_positions_are_votes_and_the_chair_records_what_they_come_to() -> None:
    council = Council()
    council.opened(agenda=AGENDA)
    for clock, party in (("10:00", "EST"), ("10:10", "LTU"), ("10:20", "LVA")):
        release = ["EST", "LTU", "LVA"]
        council.state(clock, acts.position(council.case, party, "1", Stance.YES, release=release))
    point = shown(council, "EST").points[0]
    assert point.tally is not None
    assert point.tally.result is Truth.TRUE
    said = {one.stamp.by: one.stance for one in point.positions}
    council.state("11:00", acts.decided(council.case, "1", {"kind": "consensus"}, point.tally.result, said))
    (decision,) = shown(council, "LVA").decisions
    assert decision.stands


def test_a_decision_that_its_votes_do_not_bear_out_is_told() -> None:
    council = Council()
    case = council.opened(agenda=AGENDA)
    said = {"EST": Stance.YES, "LTU": Stance.NO, "LVA": Stance.YES}
    council.state("11:00", acts.decided(case, "1", {"kind": "consensus"}, Truth.TRUE, said))
    (decision,) = shown(council, "LVA").decisions
    assert not decision.stands
    assert "(its votes do not bear it out)" in "\n".join(table.consultation_lines(shown(council, "LVA"), "x"))


def test_a_decision_somebody_else_recorded_does_not_stand() -> None:
    council = Council()
    case = council.opened(agenda=AGENDA)
    statement = acts.decided(case, "1", {"kind": "k-of-n", "k": 1}, Truth.TRUE, {"LVA": Stance.YES})
    council.book.record({statement.kind: {**statement.body, "by": "LVA"}}, Draft(issuer="LVA"))
    assert [one.stands for one in shown(council, "EST").decisions] == [False]


def test_versions_are_counted_by_author_and_name_and_none_disappears() -> None:
    council = Council()
    case = council.opened()
    council.state("10:00", acts.document(case, "EST", "plan", title="Plan", text=TEXT))
    council.state("11:00", acts.document(case, "EST", "plan", title="Plan", text=OTHER, version=2))
    council.state("12:00", acts.document(case, "LVA", "plan", title="Our plan", text=TEXT, version=99))
    found = shown(council, "LTU").documents
    assert [(one.document.stamp.by, one.document.version, one.newest, one.remark) for one in found] == [
        ("EST", 1, False, ""), ("EST", 2, True, ""), ("LVA", 99, True, ""),
    ]  # fmt: skip
    facts = council.facts("EST")
    assert [next_version(case, party, "plan", facts) for party in ("EST", "LTU", "LVA")] == [3, 1, 100]


def test_a_number_stated_twice_is_told_on_both() -> None:
    council = Council()
    case = council.opened()
    ids = [
        council.state(clock, acts.document(case, "EST", "plan", title="Plan", text=text))
        for clock, text in (("10:00", TEXT), ("11:00", OTHER))
    ]
    first, second = shown(council, "LVA").documents
    assert first.remark == f"version 1 was stated with other content as well: fact {ids[1][:8]}"
    assert second.remark == f"version 1 was stated with other content as well: fact {ids[0][:8]}"
    assert (first.newest, second.newest) == (True, True)
    lines = "\n".join(table.consultation_lines(shown(council, "LVA"), "x"))
    told = f"SHA-256 {OTHER}; arrived 2026-03-01T11:00Z; label: EST content/consultation-document to LTU, LVA"
    assert "document plan by EST, version 1, the newest: Plan" in lines
    assert told in lines


def test_the_chair_adds_to_the_agenda_and_nobody_else() -> None:
    council = Council()
    case = council.opened(agenda=AGENDA)
    council.state("10:00", acts.agenda_point(case, "2", "Costs"))
    stray = acts.agenda_point(case, "3", "Weather")
    council.book.record({stray.kind: {**stray.body, "by": "LVA"}}, Draft(issuer="LVA"))
    assert [(point.item, point.title) for point in shown(council, "LVA").points] == [("1", "Watch"), ("2", "Costs")]


def test_a_meeting_is_as_it_was_last_called() -> None:
    council = Council()
    case = council.opened()
    council.state("10:00", acts.meeting(case, "first", title="First meeting", at=at("16:00")))
    council.state("10:30", acts.meeting(case, "first", title="First meeting", at=at("17:00"), ends=at("18:00")))
    (meeting,) = shown(council, "LVA").meetings
    assert (meeting.at, meeting.ends) == (at("17:00"), at("18:00"))


def test_a_task_is_open_then_overdue_and_done_when_its_owner_says_so() -> None:
    council = Council()
    case = council.opened()
    council.state("10:00", acts.task(case, "EST", "LVA", name="map", says="draw the map", due=at("12:00")))
    (task,) = council.facts("LVA").of(Task)
    assert [one.progress for one in shown(council, "LTU", "11:59").tasks] == [Progress.OPEN]
    assert [one.progress for one in shown(council, "LTU", "12:00").tasks] == [Progress.OVERDUE]
    assert [(one.what, one.overdue) for one in waiting("LVA", council.facts("LVA"), at("12:30"))] == [("task", True)]
    report = acts.task_done(case, task)
    council.book.record({report.kind: {**report.body, "by": "EST"}}, Draft(issuer="EST"))  # not its to report
    assert [one.progress for one in shown(council, "LTU", "13:00").tasks] == [Progress.OVERDUE]
    council.state("13:00", report)
    assert [one.progress for one in shown(council, "LTU", "13:00").tasks] == [Progress.DONE]
    assert waiting("LVA", council.facts("LVA"), at("13:00")) == ()


def test_what_waits_in_a_silence_procedure() -> None:
    council = Council()
    council.opened()
    council.put()

    def told(party: str, clock: str) -> list[tuple[str, bool]]:
        return [(one.what, one.overdue) for one in waiting(party, council.facts(party), at(clock))]

    assert told("LVA", "11:00") == [("receipt", False)]
    council.receipt("11:00", "LVA")
    assert told("LVA", "11:10") == [("silence", False)]
    assert told("LTU", "15:00") == [("receipt", True)]
    council.receipt("11:20", "LTU")
    council.receipt("11:30", "EST")
    assert told("EST", "15:00") == [("outcome", True)]
    assert told("LVA", "15:00") == []


STAGES = {
    "nobody has answered yet": ("11:00", None, Standing.OPEN),
    "nobody answered in time": ("13:00", None, Standing.OVERDUE),
    "answered": ("13:00", "11:30", Standing.ANSWERED),
    "answered late": ("13:30", "12:30", Standing.LATE),
    "at the deadline nobody has answered in time": ("12:00", None, Standing.OVERDUE),
    "answered at the deadline itself": ("13:00", "12:00", Standing.LATE),
}


@pytest.mark.parametrize(("clock", "answered", "standing"), STAGES.values(), ids=STAGES)
def test_a_clarification_is_open_answered_overdue_or_late(clock: str, answered: str | None, standing: Standing) -> None:
    council = Council()
    of = council.state("10:00", acts.question("EST", ["LTU"], asks="Whose boat?", answer_by=at("12:00")))
    if answered is not None:
        council.state(answered, acts.reply(of, "LTU", ["EST"], "ours"))
    (matter,) = matters(council.facts("EST"), at(clock))
    assert [one.standing for one in matter.addressees] == [standing]


def test_each_addressee_answers_for_itself() -> None:
    council = Council()
    of = council.state("10:00", acts.incident("EST", ["LTU", "LVA"], what="drift", at=at("09:00"), says="a buoy"))
    council.state("10:30", acts.reply(of, "LTU", ["EST", "LVA"]))
    (matter,) = matters(council.facts("LVA"), at("10:00") + DAY)
    assert [(one.party, one.standing) for one in matter.addressees] == [
        ("LTU", Standing.ANSWERED),
        ("LVA", Standing.OVERDUE),
    ]
    assert matter.stage == "overdue"
    assert [one.what for one in waiting("LVA", council.facts("LVA"), at("11:00"))] == ["acknowledgement"]


def test_an_exercise_is_announced_under_way_and_over_and_short_notice_is_told() -> None:
    council = Council()
    notice = acts.notice("EST", ["LVA"], name="Gull", begins=at("12:00"), ends=at("14:00"), area="the gulf")
    council.state("10:00", notice)
    stages = [matters(council.facts("LVA"), at(clock))[0].stage for clock in ("11:00", "12:00", "14:00")]
    assert stages == ["announced", "under way", "over"]
    assert matters(council.facts("LVA"), at("11:00"))[0].remark == "announced 0 days before it begins"


def test_the_channel_is_read_by_those_it_is_addressed_to() -> None:
    council = Council()
    council.state("10:00", acts.incident("EST", ["LVA"], what="drift", at=at("09:00"), says="a buoy"))
    assert len(matters(council.facts("LVA"), at("11:00"))) == 1
    assert matters(council.facts("LTU"), at("11:00")) == ()
