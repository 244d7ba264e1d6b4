"""Dates as a visitor chose to read them; what programs read stays ISO."""

from __future__ import annotations

import pytest

from comity.serve.dates import DTG, ISO, group, marked, shown
from comity.values.instant import ALWAYS, NEVER, instant
from tests.serve.desks import Visitor, book_of, desk_of
from tests.serve.test_non_interference import VISIBLE

GROUPS = {
    "the hour of an exercise": ("2026-11-26T12:00Z", "261200ZNOV26"),
    "another zone is told in UTC": ("2026-11-26T01:30+02:00", "252330ZNOV26"),
    "seconds are left out": ("2026-11-26T12:00:59Z", "261200ZNOV26"),
    "a day has no hour": ("2026-11-26", "26NOV26"),
    "midnight is the day": ("2026-11-26T00:00Z", "26NOV26"),
    "a treaty outlives two digits": ("1949-04-04", "04APR1949"),
    "so does the next century": ("2100-01-01", "01JAN2100"),
}


@pytest.mark.parametrize(("iso", "told"), GROUPS.values(), ids=GROUPS)
def test_an_instant_as_a_date_time_group(iso: str, told: str) -> None:
    assert group(instant(iso)) == told
    assert shown(iso, DTG) == told
    assert shown(iso, ISO) == iso


@pytest.mark.parametrize("text", ["2004-03", "2004", "until it is ended", "open", ""])
def test_what_is_no_instant_stays_as_it_is(text: str) -> None:
    assert shown(text, DTG) == text


def test_people_read_no_fraction_of_a_second() -> None:
    assert shown(instant("2026-11-26T12:00:07.546003Z"), ISO) == "2026-11-26T12:00:07Z"
    assert shown("2026-11-26T12:00:07.546003Z", ISO) == "2026-11-26T12:00:07Z"
    assert shown("at 12.30 or so", ISO) == "at 12.30 or so"
    assert shown(instant("2026-11-26") + 1, ISO) == "2026-11-26T00:00:00Z"
    assert shown(instant("2026-11-26") + 1, DTG) == "260000ZNOV26"


def test_a_page_marks_an_instant_and_nothing_else() -> None:
    at = instant("2026-11-26T12:00Z")
    assert marked(at, DTG) == '<time datetime="2026-11-26T12:00Z">261200ZNOV26</time>'
    assert marked("2026-11-26", ISO) == '<time datetime="2026-11-26">2026-11-26</time>'
    assert marked("<b>", ISO) == "&lt;b&gt;"
    assert (marked(NEVER, ISO), marked("2004-03", DTG), marked(None, ISO)) == ("open", "2004-03", "")


def test_no_end_and_no_beginning_have_no_group() -> None:
    assert (shown(NEVER, DTG), shown(ALWAYS, DTG), shown(None, DTG)) == ("open", "always", "")


def test_a_visitor_s_choice_is_kept_and_programs_never_see_it() -> None:
    reader = Visitor(desk_of(book_of(VISIBLE)), "POL")
    (case,) = reader.desk.view(["POL"]).records(["consultation"])
    machine = ["/api/facts", "/agreements?format=csv", f"/consultations/{case.id}?format=json"]
    before = [reader.get(path).content for path in machine]
    ledger = reader.get("/ledger")
    assert "2026-11-26T" in ledger.text
    sent = reader.post("/dates", {"dates": "dtg", "back": "/ledger"})
    assert (sent.status_code, sent.headers["location"]) == (303, "/ledger")
    for path, group_told in (("/ledger", "ZNOV26"), (f"/consultations/{case.id}", "26NOV26"), ("/inbox", "ZNOV26")):
        page = reader.get(path)
        assert page.status_code == 200
        assert group_told in page.text
    assert reader.get("/ledger").headers["etag"] != ledger.headers["etag"]
    assert [reader.get(path).content for path in machine] == before
    reader.post("/dates", {"dates": "stardate"})
    assert "ZNOV26" in reader.get("/ledger").text
    reader.post("/dates", {"dates": "iso"})
    assert reader.get("/ledger").text == ledger.text
