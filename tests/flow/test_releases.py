"""The release register: who has what, on whose consent, and who has to be asked for it back once a consent is gone."""

from __future__ import annotations

import pytest

from comity.casebook.book import Casebook
from comity.errors import Refused
from comity.flow import questions
from comity.flow.releases import KIND, Owed, drafted, owed, register
from comity.ledger.book import Book, Draft
from comity.values.fact import Ask
from comity.values.instant import DAY, NEVER
from tests.serve.desks import Stated, book_of

LINES = [
    Stated("t", {"title": {"thing": "rep", "kind": "information", "owner": "EST", "interest": "originator"}}),
    Stated("g", {"grant": {"id": "g", "by": "EST", "to": ["JPN"], "actions": ["read"], "scope": "rep", "depth": 1}}),
    Stated("h", {"grant": {"id": "h", "by": "JPN", "to": ["POL"], "actions": ["read"], "scope": "rep"}}, "JPN"),
]


def release(book: Book[Casebook], taker: str, by: str) -> str:
    """State a release to a taker; its id."""
    now = book.clock()
    answer = questions.may(book, Ask(taker, "read", "rep", now, NEVER), by)
    return book.record(drafted(answer, by), Draft(by)).id


def asked_back(book: Book[Casebook], party: str) -> list[Owed]:
    """Who has to be asked for what back, as far as a party may read."""
    view = book.view(party)
    return owed(register(view.records([KIND])), view.facts, book.clock())


def test_a_release_is_read_by_its_issuer_its_taker_and_the_owner_alone() -> None:
    book = book_of(LINES)
    name = release(book, "JPN", "EST")
    for party, reads in {"EST": True, "JPN": True, "KOR": False, "POL": False}.items():
        found = register(book.view(party).records([KIND]))
        assert [one.id for one in found] == ([name] if reads else [])
    (one,) = register(book.view("EST").records([KIND]), ["rep"])
    (grant,) = [seen for seen in book.view("EST").records(["grant"]) if seen.record.text("name") == "g"]
    assert (one.by, one.thing, one.to, one.under) == ("EST", "rep", ("JPN",), (grant.id,))
    assert register(book.view("EST").records([KIND]), ["other"]) == []


def test_what_is_not_granted_is_not_released() -> None:
    book = book_of(LINES)
    with pytest.raises(Refused, match="not to be released to KOR"):
        release(book, "KOR", "EST")


def test_taking_a_grant_back_asks_everybody_for_what_rests_on_it_and_the_taker_still_reads_it() -> None:
    book = book_of(LINES)
    first = release(book, "JPN", "EST")
    assert asked_back(book, "EST") == []
    (grant,) = [seen.id for seen in book.view("EST").records(["grant"]) if seen.record.text("name") == "g"]
    book.record({"revoke": {"grant": grant, "by": "EST"}})
    book.clock.now += DAY  # type: ignore[attr-defined]  # a clock that is set by hand
    wanted = [Owed("JPN", "EST", "rep", grant, first)]
    assert asked_back(book, "EST") == wanted
    assert asked_back(book, "JPN") == wanted
    assert asked_back(book, "KOR") == []
