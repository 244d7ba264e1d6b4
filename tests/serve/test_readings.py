"""Who read what: told to whoever stated it, and to each nation's own auditor."""

from __future__ import annotations

from tests.serve.desks import Stated, Visitor, book_of, desk_of

GRANT = Stated("grant", {"grant": {"by": "JPN", "to": ["POL"], "actions": ["read"], "scope": "r1"}})


def test_whoever_stated_a_fact_sees_which_parties_opened_it() -> None:
    desk = desk_of(book_of([GRANT]))
    japan, poland, korea = (Visitor(desk, party) for party in ("JPN", "POL", "KOR"))
    (fact,) = desk.view(["JPN"]).records(["grant"])
    assert korea.get(f"/ledger/{fact.id}").status_code == 404, "what one may not read one has not read"
    assert "Opened here by" not in poland.get(f"/ledger/{fact.id}").text
    shown = japan.get(f"/ledger/{fact.id}").text
    assert '<li>POL, <time datetime="2026-11-26' in shown
    assert "KOR" not in shown


def test_an_auditor_sees_what_his_own_people_read_and_asked() -> None:
    desk = desk_of(book_of([GRANT]))
    poland, japan = Visitor(desk, "POL"), Visitor(desk, "JPN")
    poland.get("/may?party=POL&action=read&thing=r1&on=2026-11-26")
    assert "may POL read r1" in poland.get("/ledger/readings").text
    assert "may POL read r1" not in japan.get("/ledger/readings").text
