"""An event that a party states stands on the picture of whoever may read it, as that party's claim."""

from __future__ import annotations

from comity.serve.roles import Role
from tests.serve.desks import Visitor, book_of, desk_of
from tests.serve.staff import appoint, at, office

CLAIM = {"kind": "threat", "victim": "EST", "on": "2026-11-20", "place": "59.4, 24.7", "a-external": "true"}


def test_a_claim_is_seen_by_whom_it_names_and_leads_back_to_its_question() -> None:
    desk = desk_of(book_of([]))
    estonia, poland, japan = (Visitor(desk, party) for party in ("EST", "POL", "JPN"))
    signed = estonia.sign(estonia.post("/binds/claim", {**CLAIM, "readers": "POL"}))
    assert signed.headers["location"] == "/picture?on=2026-11-20"
    words = "threat against EST by an unknown author on 2026-11-20"
    for reader in (estonia, poland):
        shown = reader.get("/picture?on=2026-11-26").text
        assert words in shown
        assert "(claimed by EST)" in shown
        assert "place=59.4%2C24.7&amp;claimed_by=EST&amp;a-external=true" in shown
    assert words not in japan.get("/picture?on=2026-11-26").text
    assert words not in poland.get("/picture?on=2028-01-01").text, "it is two years ago"


def test_a_drafter_alone_states_an_event() -> None:
    desk = office()
    drafter = at(desk, appoint(desk, "jaan", "EST", [Role.DRAFTER]))
    assert drafter.sign(drafter.post("/binds/claim", CLAIM)).status_code == 303


def test_what_is_no_event_is_refused_by_its_field() -> None:
    estonia = Visitor(desk_of(book_of([])), "EST")
    wrong = estonia.post("/binds/claim", {**CLAIM, "place": "59.4"})
    assert (wrong.status_code, "<strong>place</strong>" in wrong.text) == (400, True)
