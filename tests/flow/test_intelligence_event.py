"""A graded report of an incident becomes an event of "what binds us?", each field a claim. All is fictitious."""

from __future__ import annotations

import json

import pytest

from comity.errors import Impossible, Malformed
from comity.flow.intelligence_event import Incident, as_event, binds, incident, incidents, left_out, told
from comity.instruments.guarantees.event import Event
from comity.instruments.intelligence.grading import demand
from tests.instruments.intelligence.room import NATIONS, Room

GRID = {"name": "grid", "kind": "cyber-attack", "victim": "EST", "on": "2026-03-09", "target": "infrastructure"}
ALL = [*NATIONS, "CELL"]


def reported(room: Room, at: str, by: str, grade: str = "B2", to: list[str] = ALL, **more: object) -> str:
    source = {} if "depends_on" in more else {"source": "S"}
    rests = {name: more.pop(name) for name in ("depends_on", "observed") if name in more}
    claimed = {**GRID, **more}
    return room.say(
        at, by, "intelligence-report", title="grid", says=f"{by} on the grid", reliability=grade[0],
        credibility=grade[1], incident={name: one for name, one in claimed.items() if one is not None},
        parties=[one for one in to if one != by], **source, **rests,
    )  # fmt: skip


def of(room: Room, *audience: str, least: str | None = None) -> Incident:
    graded = None if least is None else demand(least, "--least")
    return incident(room.book.view(*audience), "grid", room.at("12:00"), graded)


def event(room: Room, *audience: str, least: str | None = None) -> Event:
    return as_event(of(room, *audience, least=least), room.book.view(*audience).casebook)


def test_one_report_makes_an_event_of_its_authors_claims() -> None:
    room = Room()
    reported(room, "09:00", "EST", attacker="RUS", attributes={"external": True})
    found = event(room, "LVA")
    assert (found.kind, found.victim, found.target, found.claimed_by) == (
        "cyber-attack",
        "EST",
        "infrastructure",
        ("EST",),
    )
    assert (found.attacker, [claim.by for claim in found.claims]) == ("RUS", [("EST",)])
    assert found.attributes == {"external": True}


def test_attributions_that_differ_make_the_answer_branch() -> None:
    room = Room()
    reported(room, "09:00", "EST", attacker="RUS")
    reported(room, "09:01", "LVA", "C3", attacker="non-state")
    found = event(room, "EST")
    assert found.attacker is None
    assert [(claim.attacker, claim.by) for claim in found.claims] == [("RUS", ("EST",)), ("non-state", ("LVA",))]
    assert found.claimed_by == ("EST", "LVA")
    assert of(room, "EST").differing == ("attacker",)


def test_where_claims_differ_a_field_is_unknown_and_each_claim_is_told() -> None:
    room = Room()
    reported(room, "09:00", "EST")
    reported(room, "09:01", "LVA", "C3", on="2026-03-08", target=None)
    found = of(room, "EST")
    assert found.differing == ("on",)
    assert "on" not in found.fields
    assert found.fields["target"] == "infrastructure"
    assert sum(line.startswith("on: ") for line in told(found)) == 2
    assert any("claimed by LVA (C3)" in line for line in told(found))


def test_claims_below_a_grade_are_left_out_and_told() -> None:
    room = Room()
    reported(room, "09:00", "EST", attacker="RUS")
    reported(room, "09:01", "LVA", "C3", attacker="non-state")
    reported(room, "09:02", "LTU", "F6", attacker="BLR")
    found = of(room, "EST", least="B2")
    assert event(room, "EST", least="B2").attacker == "RUS"
    assert [line.rsplit(") ")[1] for line in left_out(found)] == ["cannot be judged", "falls short"]
    assert len(of(room, "EST").claims) == len(found.claims) + 10


def test_of_one_party_the_last_report_stands() -> None:
    room = Room()
    reported(room, "09:00", "EST", attacker="RUS")
    reported(room, "09:30", "EST", attacker=None)
    assert event(room, "EST").attacker is None
    assert event(room, "EST").claims == ()


def test_a_report_that_repeats_another_corroborates_nothing() -> None:
    room = Room()
    first = reported(room, "09:00", "EST", observed="2026-03-09")
    reported(room, "09:01", "LVA", depends_on=[first], observed="2026-03-09")
    assert (of(room, "EST").counted.least, of(room, "EST").counted.most) == (1, 1)


def test_the_answer_bears_the_label_of_the_reports() -> None:
    room = Room()
    reported(room, "09:00", "EST", attacker="RUS", attributes={"amounts": True, "in_territory": True})
    answer = binds(room.book.view("LVA"), of(room, "LVA"))
    assert any(row.agreement.id == "NAT-1949" and row.bound == "LVA" for row in answer.rows)
    assert answer.label == "EST content/intelligence-report to CELL, LTU, LVA, POL"


def test_what_is_hidden_changes_no_byte() -> None:
    told_ = []
    for hidden in (False, True):
        room = Room()
        reported(room, "09:00", "EST", attacker="RUS")
        if hidden:
            reported(room, "09:01", "LTU", to=["EST"], attacker="BLR", on="2026-03-01")
        found, view = of(room, "LVA"), room.book.view("LVA")
        answer = binds(view, found)
        told_.append(json.dumps([told(found), found.fields, repr(found.counted), answer.as_json(True)], default=str))
    assert told_[0] == told_[1]


def test_an_incident_nobody_reports_readably_is_not_available() -> None:
    room = Room()
    reported(room, "09:00", "EST", to=["LVA"])
    assert incidents_of(room, "LVA") == ("grid",)
    assert incidents_of(room, "POL") == ()
    with pytest.raises(Impossible, match="no report of an incident grid is available"):
        of(room, "POL")


def incidents_of(room: Room, party: str) -> tuple[str, ...]:
    return incidents(room.facts(party))


def test_a_claim_that_no_event_can_hold_is_refused_with_the_reports_that_make_it() -> None:
    room = Room()
    made = reported(room, "09:00", "EST", kind="cyber-atack")
    with pytest.raises(Malformed) as refused:
        event(room, "EST")
    assert refused.value.field == "kind"
    assert made[:8] in str(refused.value.next_step)
