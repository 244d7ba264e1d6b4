"""Delegated publishing: another decides who reads, and the originator's control stays."""

from __future__ import annotations

import json

import pytest

from comity.casebook.book import Casebook
from comity.errors import Malformed, Refused
from comity.flow.delegation import delegation, passing_on
from comity.flow.intelligence_import import How, plan
from comity.instruments.intelligence.shelf import Shelf
from comity.ledger.book import Book, Draft
from comity.values.instant import DAY
from tests.serve.desks import book_of

TOOL = "tool--5e6b41a4-6a29-4e1d-8e62-66f4a3a4a333"
AT = "2026-01-01T00:00:00.001Z"


def made(**terms: object) -> tuple[Book[Casebook], str]:
    """Japan lets Estonia publish a tool, and Estonia lets Poland read it; the delegation's id."""
    book = book_of([])
    told = {"type": "tool", "spec_version": "2.1", "id": TOOL, "created": AT, "modified": AT, "name": "netscan"}
    plan(book, json.dumps([told]).encode(), How("JPN", "tools", ())).commit()
    name = book.record(delegation(book, "JPN", "EST", "tools", terms), Draft("JPN")).id
    book.record(passing_on(book, "EST", ["POL"], "tools"), Draft("EST"))
    return book, name


def reads(book: Book[Casebook]) -> list[str]:
    return [party for party in ("EST", "KOR", "POL") if TOOL in Shelf.of(book.view(party))]


def later(book: Book[Casebook], days: int = 1) -> None:
    book.clock.now += days * DAY  # type: ignore[attr-defined]  # a clock that is set by hand


def test_whom_the_publisher_names_reads_and_nobody_else() -> None:
    assert reads(made()[0]) == ["EST", "POL"]


def test_the_originators_revocation_reaches_every_reader() -> None:
    book, name = made()
    book.record({"revoke": {"grant": name, "by": "JPN"}}, Draft("JPN"))
    later(book)
    assert reads(book) == []


def test_the_originators_refusal_of_a_reader_beats_the_publishers_word() -> None:
    book, _ = made()
    book.record({"refuse": {"by": "JPN", "to": ["POL"], "actions": ["read"], "scope": "tools"}}, Draft("JPN"))
    assert reads(book) == ["EST"]


def test_a_delegation_ends_when_it_says() -> None:
    book, _ = made(until="2026-12-31")
    later(book, 60)
    assert reads(book) == []


def test_a_reader_does_not_pass_on_what_may_be_passed_on_once() -> None:
    book, _ = made()
    with pytest.raises(Refused, match="POL may not pass tools on to KOR"):
        passing_on(book, "POL", ["KOR"], "tools")
    book.record({"grant": {"by": "POL", "to": ["KOR"], "actions": ["read"], "scope": "tools"}}, Draft("POL"))
    assert reads(book) == ["EST", "POL"]


def test_only_an_owner_delegates_and_at_least_once() -> None:
    book, _ = made()
    with pytest.raises(Refused, match="EST is not known to own tools"):
        delegation(book, "EST", "POL", "tools")
    with pytest.raises(Malformed, match="no depth"):
        delegation(book, "JPN", "POL", "tools", depth=0)
    with pytest.raises(Malformed, match="nobody is named"):
        passing_on(book, "EST", [], "tools")


@pytest.mark.parametrize(("until", "told"), [("2001-01-01", "2001-01-01 is past"), ("soon", "soon")])
def test_what_has_ended_already_is_not_stated(until: str, told: str) -> None:
    book, _ = made()
    with pytest.raises(Malformed, match=told) as refused:
        delegation(book, "JPN", "EST", "tools", {"until": until})
    assert refused.value.field == "until"
    with pytest.raises(Malformed, match=told):
        passing_on(book, "EST", ["POL"], "tools", {"until": until})
