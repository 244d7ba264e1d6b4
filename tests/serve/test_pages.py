"""What an answer keeps of itself while it is kept between requests, and that a page hides nothing in its words."""

from __future__ import annotations

import re
import unicodedata

import pytest

from comity.serve import pages
from tests.serve.desks import Stated, Visitor, book_of, desk_of

NAMED = {
    "/agreements?format=xlsx": "agreements.xlsx",
    "/agreements/calendar?format=ics": "agreements.ics",
    "/binds?kind=threat&victim=FIN&on=2023-10-08&format=csv": "commitments.csv",
}


@pytest.mark.parametrize("path", NAMED)
def test_a_file_has_its_name_the_first_time_and_the_second(path: str) -> None:
    reader = Visitor(desk_of(book_of([])), "POL")
    for _ in range(2):
        assert reader.get(path).headers["content-disposition"] == f'attachment; filename="{NAMED[path]}"'


HOSTILE = "\u202eDLROW\x00 \u2066west\u200b\u2028"
OPEN = "[U+202E]DLROW[U+0000] [U+2066]west[U+200B][U+2028]"
PACT = {
    "id": "X", "name": HOSTILE, "kind": "treaty", "signed": "2020-01-01", "in_force": {"from": "2020-02-01"},
    "parties": [{"party": "JPN"}, {"party": "POL"}], "source": HOSTILE, "grade": "C", "clauses": [],
}  # fmt: skip
STATED = [
    Stated("case", {"consultation": {"by": "JPN", "title": HOSTILE, "article": HOSTILE, "body": HOSTILE,
                                     "members": ["JPN", "POL"], "parties": ["JPN", "POL"],
                                     "opens": "2026-11-26T00:00Z"}}, "JPN"),
    Stated("matter", {"clarification": {"by": "JPN", "to": ["POL"], "asks": HOSTILE,
                                        "answer_by": "2026-11-28T12:00Z"}}, "JPN"),
    Stated("pact", {"agreement": {"id": "X", "by": "JPN", "parties": ["JPN", "POL"], "document": PACT}}, "JPN"),
    Stated("ask", {"request": {"by": "JPN", "to": ["POL"], "actions": ["read"], "scope": HOSTILE}}, "JPN"),
    Stated("given", {"grant": {"by": "POL", "to": ["JPN"], "actions": ["hold"], "scope": HOSTILE}}, "POL"),
    Stated("thing", {"title": {"thing": HOSTILE, "kind": "information", "owner": "POL", "interest": "originator"}}),
]  # fmt: skip
"""What Japan states to Poland in letters that turn, blank out and end what stands around them."""


def words_of(page: str) -> str:
    """What a page shows outside its fields: no tags, no attributes, no text areas."""
    return re.sub(r"<textarea[^>]*>[^<]*|<[^>]*>", "|", page)


@pytest.mark.parametrize(
    "path", ["/consultations", "{case}", "/inbox", "/ledger", "{fact}", "/agreements", "/agreements/X", "/picture",
             "/agreements/X?on=x", "/may?party=POL&action=read&on=2026-11-26&thing=%E2%80%AEx",
             "/agreements/form?from=X", "/agreements/compare?left=X&right=X"]
)  # fmt: skip
def test_no_page_shows_a_text_in_which_something_is_hidden(path: str) -> None:
    desk = desk_of(book_of(STATED))
    (case,) = (seen.id for seen in desk.view(["POL"]).records(["consultation"]))
    path = path.replace("{case}", f"/consultations/{case}").replace("{fact}", f"/ledger/{case}")
    text = Visitor(desk, "POL").get(path).text
    hidden = {letter for letter in words_of(text) if unicodedata.category(letter) in {"Cc", "Cf", "Zl"}} - {"\n"}
    assert hidden == set()


@pytest.mark.parametrize("path", ["/consultations", "/inbox", "/agreements"])
def test_what_was_hidden_is_told_by_its_number(path: str) -> None:
    assert OPEN in Visitor(desk_of(book_of(STATED)), "POL").get(path).text


def test_a_field_keeps_what_was_written_in_it() -> None:
    made = f'<a title="{HOSTILE}">{HOSTILE}</a><textarea name="text">{HOSTILE}</textarea><b>{HOSTILE}</b>'
    told = f'<a title="{HOSTILE}">{OPEN}</a><textarea name="text">{HOSTILE}</textarea><b>{OPEN}</b>'
    assert pages.shown(made) == told


def test_the_inbox_as_data_says_for_whom_it_is_and_under_which_label() -> None:
    told = Visitor(desk_of(book_of(STATED)), "POL").get("/inbox?format=json").json()
    assert sorted(told) == ["audience", "label", "proposals", "requests", "waiting"]
    assert told["audience"] == ["POL"]
    assert any(line.startswith("JPN: ") for line in told["label"])
    (one,) = told["waiting"]
    assert sorted(one) == ["actions", "by", "id", "purposes", "recorded", "scope"]
