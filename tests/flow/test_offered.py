"""Disclosures over TAXII: what an outbox offered stands in the register of whoever stated it, and is owed back."""

from __future__ import annotations

import json

import pytest

from comity.casebook.book import Casebook
from comity.errors import Impossible
from comity.flow.intelligence_import import How, plan
from comity.flow.recalling import disclosures, owed_to
from comity.flow.recalls import RECALL, recall
from comity.flow.taking_back import take_back, takings
from comity.flow.taxii_intake import WITHDRAWN
from comity.flow.taxii_offers import Offers
from comity.flow.taxii_shelf import Stock
from comity.instruments.intelligence.shelf import Shelf
from comity.ledger.book import Book, Draft
from comity.ledger.outbox import shelf
from comity.values.fact import Title
from comity.values.instant import DAY
from comity.values.label import PUBLIC
from tests.serve.desks import book_of

TOOL = "tool--5e6b41a4-6a29-4e1d-8e62-66f4a3a4a333"
AT = "2026-01-01T00:00:00.001Z"


def made() -> Book[Casebook]:
    """Japan lets Estonia read a tool, which lies in a collection; Estonia has looked into it."""
    book = book_of([])
    book.record({"intelligence-collection": {"name": "c", "title": "C"}}, Draft(label=PUBLIC, adopt=True))
    told = {"type": "tool", "spec_version": "2.1", "id": TOOL, "created": AT, "modified": AT, "name": "netscan"}
    plan(book, json.dumps([told]).encode(), How("JPN", "tools", ("EST",), collections=("c",))).commit()
    look(book, "EST")
    return book


def look(book: Book[Casebook], party: str) -> None:
    view = book.view(party)
    Offers(book.store, shelf(view.audience, "c"), b"0" * 32).look(Stock(view))


def test_what_was_offered_stands_in_the_register_of_its_originator_alone() -> None:
    book = made()
    (one,) = disclosures(book, "JPN")
    assert (one.by, one.thing, one.to, one.over) == ("JPN", TOOL, ("EST",), "c")
    assert {party: disclosures(book, party) for party in ("EST", "KOR", "POL")} == {"EST": [], "KOR": [], "POL": []}


def test_what_was_not_looked_at_was_not_disclosed() -> None:
    book = made()
    look(book, "KOR")
    assert [one.to for one in disclosures(book, "JPN")] == [("EST",)]


def test_what_may_be_read_no_more_is_owed_back_and_asked_for() -> None:
    book = made()
    assert owed_to(book, "JPN") == []
    book.record({"refuse": {"by": "JPN", "to": ["EST"], "actions": ["read"], "scope": "tools"}}, Draft("JPN"))
    book.clock.now += DAY  # type: ignore[attr-defined]  # a clock that is set by hand
    (owed,) = owed_to(book, "JPN")
    assert (owed.party, owed.thing, owed.state) == ("EST", TOOL, "not asked")
    book.record(recall(owed.release, ["EST"]), Draft("JPN"))
    assert [one.state for one in owed_to(book, "JPN")] == ["asked"]
    assert len(book.view("EST").records([RECALL])) == 1


def test_a_clause_is_its_originators_by_a_title_stated_once() -> None:
    book = made()
    again = {"type": "tool", "spec_version": "2.1", "id": TOOL[:-1] + "4", "created": AT, "modified": AT, "name": "x"}
    plan(book, json.dumps([again]).encode(), How("JPN", "tools", ("EST",))).commit()
    titles = book.view("JPN").facts.of(Title, "tools")
    assert [one.body.owner for one in titles] == ["JPN"]


def test_a_rendition_that_may_be_read_no_more_is_owed_back_under_its_own_name() -> None:
    book = started()
    told = {**netscan(), "description": "from our sensor", "granular_markings": [{
        "marking_ref": "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82", "selectors": ["description"]
    }]}  # fmt: skip
    states(book, told, "EST")
    later(book)
    look(book, "EST")
    assert [row.object for of in book.store.outboxes() for row in book.store.offers(of)] != [TOOL]
    later(book)
    book.record({"refuse": {"by": "JPN", "to": ["EST"], "actions": ["read"], "scope": "tools"}}, Draft("JPN"))
    later(book)
    look(book, "EST")
    assert [(one.thing, one.to) for one in disclosures(book, "JPN")] == [(TOOL, ("EST",))]
    assert [(one.party, one.thing) for one in owed_to(book, "JPN")] == [("EST", TOOL)]


def test_taking_one_thing_back_leaves_what_else_stands_under_its_clause() -> None:
    book = started()
    other = {**netscan(), "id": TOOL[:-1] + "4"}
    states(book, [netscan(), other], "EST", "POL")
    for party in ("EST", "POL"):
        look(book, party)
    later(book)
    assert [one.over for one in takings(book, "JPN", TOOL)] == ["c"]
    take_back(book, "JPN", TOOL, ["EST"])
    assert [one.record.body["collection"] for one in book.view("JPN").records([WITHDRAWN])] == ["c"]
    shelves = {party: Shelf.of(book.view(party)) for party in ("JPN", "EST", "POL")}
    assert {party: shelf.ids() for party, shelf in shelves.items()} == {
        "JPN": [TOOL, str(other["id"])], "EST": [other["id"]], "POL": [TOOL, str(other["id"])]
    }  # fmt: skip
    assert shelves["POL"].get(TOOL).whole
    assert [one.party for one in owed_to(book, "JPN")] == ["EST"]
    later(book)
    take_back(book, "JPN", TOOL)
    assert [one.party for one in owed_to(book, "JPN")] == ["EST", "POL"]
    assert TOOL in Shelf.of(book.view("JPN"))


def test_what_was_shared_by_its_label_alone_is_taken_back_and_owed() -> None:
    book = started()
    states(book, [netscan(), {**netscan(), "id": TOOL[:-1] + "4"}], "EST", "POL")
    later(book)
    with pytest.raises(Impossible, match=r"nothing of .* went to KOR"):
        take_back(book, "JPN", TOOL, ["KOR"])
    take_back(book, "JPN", TOOL, ["EST"])
    assert [(one.party, one.thing) for one in owed_to(book, "JPN")] == [("EST", TOOL)]
    assert [one.to for one in disclosures(book, "JPN")] == [("EST",)]
    later(book)
    take_back(book, "JPN", TOOL)
    assert [one.to for one in disclosures(book, "JPN")] == [("EST",), ("POL",)]
    reads = {party: TOOL in Shelf.of(book.view(party)) for party in ("JPN", "EST", "POL")}
    assert reads == {"JPN": True, "EST": False, "POL": False}
    with pytest.raises(Impossible):
        take_back(book, "EST", TOOL)


def test_what_is_divided_is_taken_back_whole_and_stays_whole_for_its_owner() -> None:
    book = started()
    mark = {"marking_ref": "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82", "selectors": ["description"]}
    states(book, {**netscan(), "description": "from our sensor", "granular_markings": [mark]}, "EST")
    look(book, "EST")
    later(book)
    take_back(book, "JPN", TOOL)
    assert TOOL not in Shelf.of(book.view("EST"))
    assert Shelf.of(book.view("JPN")).get(TOOL).whole
    assert Shelf.of(book.view("JPN")).get(TOOL).collections == ("c",)


def test_a_marking_that_went_at_the_date_of_its_making_is_taken_back_though_it_has_no_version() -> None:
    book, statement = started(), f"marking-definition{TOOL[4:]}"
    told = {"type": "marking-definition", "spec_version": "2.1", "id": statement, "created": AT,
            "definition_type": "statement", "definition": {"statement": "Ours"}}  # fmt: skip
    states(book, told, "EST", "POL")
    look(book, "EST")
    later(book)
    take_back(book, "JPN", statement, ["EST"])
    assert {party: statement in Shelf.of(book.view(party)) for party in ("JPN", "EST", "POL")} == {
        "JPN": True, "EST": False, "POL": True
    }  # fmt: skip


def started() -> Book[Casebook]:
    book = book_of([])
    book.record({"intelligence-collection": {"name": "c", "title": "C"}}, Draft(label=PUBLIC, adopt=True))
    return book


def netscan() -> dict[str, object]:
    return {"type": "tool", "spec_version": "2.1", "id": TOOL, "created": AT, "modified": AT, "name": "netscan"}


def states(book: Book[Casebook], told: object, *to: str) -> None:
    planned = plan(book, json.dumps(told).encode(), How("JPN", "tools", to, {"AMBER": ("JPN",)}, collections=("c",)))
    assert planned.bad == ()
    planned.commit()


def later(book: Book[Casebook]) -> None:
    book.clock.now += DAY  # type: ignore[attr-defined]  # a clock that is set by hand


def test_what_a_third_party_gave_of_the_same_thing_hides_nothing_that_is_owed() -> None:
    book = made()
    later(book)
    plan(book, json.dumps([netscan()]).encode(), How("KOR", "theirs", ("EST",))).commit()
    assert owed_to(book, "JPN") == []
    take_back(book, "JPN", TOOL)
    assert TOOL in Shelf.of(book.view("EST"))
    assert [one.party for one in owed_to(book, "JPN")] == ["EST"]
