"""Facts that programs state, and what they ask for, name parties that somebody knows; else the slip is told."""

from __future__ import annotations

import pytest

from tests.serve.desks import Stated, Visitor, book_of, desk_of
from tests.serve.held import REPORT

GRANT = {"by": "POL", "actions": ["read"], "scope": "map"}
HIDDEN = [Stated("hidden", {"grant": {**GRANT, "by": "JPN", "to": ["QQQ"]}}, "JPN")]
LATE = "2026-12-20T12:00Z"
SLIPS: dict[str, tuple[dict[str, dict[str, object]], str]] = {
    "a consent": ({"grant": {**GRANT, "to": ["EST", "ESTT"]}}, "facts[0].grant.to"),
    "a consent to a group": ({"grant": {**GRANT, "to": ["NATOO@dynamic"]}}, "facts[0].grant.to"),
    "a refusal": ({"refuse": {**GRANT, "to": ["ESTT"]}}, "facts[0].refuse.to"),
    "a request": ({"request": {**GRANT, "to": "ESTT"}}, "facts[0].request.to"),
    "a request for information": (
        {"information-request": {"to": ["ESTT"], "asks": "?", "answer_by": LATE}}, "facts[0].information-request.to",
    ),
    "a report": (
        {"intelligence-report": {"title": "x", "says": "y", "parties": ["ESTT"]}},
        "facts[0].intelligence-report.parties",
    ),
    "a label": (
        {"note": {"says": "x", "label": [{"owner": "POL", "scope": "content/note", "readers": ["ESTT"]}]}},
        "facts[0].note.label",
    ),
}  # fmt: skip


def visitor() -> Visitor:
    return Visitor(desk_of(book_of(HIDDEN)), "POL")


@pytest.mark.parametrize("draft", ["", "?draft=true"])
@pytest.mark.parametrize(("fact", "field"), SLIPS.values(), ids=SLIPS)
def test_facts_addressed_to_nobody_are_refused(fact: dict[str, dict[str, object]], field: str, draft: str) -> None:
    who = visitor()
    size = who.desk.book.store.head().size
    answer = who.send(f"/api/facts{draft}", {"facts": [fact]})
    told = answer.json()
    assert (answer.status_code, told["field"]) == (400, field)
    assert ("'ESTT' is no party" in told["detail"]) or ("'NATOO' is no group" in told["detail"])
    assert told["next_step"]
    assert who.desk.book.store.head().size == size


def test_facts_that_bring_a_party_in_make_it_known() -> None:
    who = visitor()
    stranger = {"grant": {**GRANT, "to": ["UNX"]}}
    assert who.send("/api/facts", {"facts": [stranger]}).status_code == 400
    member = {"member": {"group": "PATROL", "party": "UNX"}}
    group = {"grant": {**GRANT, "to": ["PATROL@dynamic", "*"]}}
    assert who.send("/api/facts", {"facts": [member, stranger, group]}).status_code == 201
    assert who.send("/api/facts", {"facts": [stranger]}).status_code == 201


ASKED = {
    "a search": ("/intelligence?originator={}", "originator"),
    "a search by a program": ("/api/intelligence?originator={}", "originator"),
    "reports": ("/intelligence/report?by={}", "by"),
    "reports for a program": ("/api/intelligence/reports?by={}", "by"),
    "a release": (f"/api/intelligence/release?things={REPORT}&to={{}}", "to"),
}


@pytest.mark.parametrize(("path", "field"), ASKED.values(), ids=ASKED)
def test_a_question_about_a_party_nobody_knows_is_told_as_one(path: str, field: str) -> None:
    who = visitor()
    assert who.get(path.format("EST")).status_code in {200, 404}, "a party of whom nothing is held is no slip"
    hidden, absent = who.get(path.format("QQQ")), who.get(path.format("QQX"))
    assert (hidden.status_code, absent.status_code) == (400, 400)
    assert "QQX" in absent.text
    assert hidden.text.replace("QQQ", "QQX") == absent.text, "what others alone may read makes nobody known"
    if path.startswith("/api"):
        assert (absent.json()["field"], bool(absent.json()["next_step"])) == (field, True)


def test_a_party_that_one_may_read_of_is_known() -> None:
    who = Visitor(visitor().desk, "JPN")
    assert who.get("/api/intelligence?originator=QQQ").status_code == 200
