"""What others read in a shared book is owed back when that ends, by whatever ends it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from comity.flow.delegation import delegation, passing_on
from comity.flow.intelligence_import import How, plan
from comity.flow.recalling import asked_back, asked_of, disclosures, owed_to
from comity.flow.recalls import Done, receipt
from comity.flow.release_told import disclosure_table
from comity.flow.taking_back import take_back
from comity.instruments.intelligence.shelf import Shelf
from comity.ledger.book import Book, Draft
from comity.values.party import recipient
from tests.flow.test_own_agreements import book
from tests.serve.desks import Stated, Visitor, book_of, desk_of
from tests.serve.held import portion

AT = "2026-01-01T00:00:00.001Z"
TOOL, OTHER = "tool--5e6b41a4-6a29-4e1d-8e62-66f4a3a4a333", "tool--5e6b41a4-6a29-4e1d-8e62-66f4a3a4a334"
Made = Book[Any]


def brought(into: Made, name: str, to: Sequence[str] | None, by: str = "JPN", clause: str = "harbour") -> None:
    one = {"type": "tool", "spec_version": "2.1", "id": name, "created": AT, "modified": AT, "name": f"n {name[-1]}"}
    readers = None if to is None else tuple(map(recipient, to))
    planned = plan(into, json.dumps([one]).encode(), How(by, clause, readers))
    assert planned.bad == ()
    planned.commit()


def grant(book: Made, to: str = "POL", **more: object) -> str:
    line = {"grant": {"by": "JPN", "to": [to], "actions": ["read"], "scope": "harbour", **more}}
    return book.record(line, Draft("JPN")).id


def owed(book: Made, party: str = "JPN") -> list[tuple[str, str]]:
    return [(one.party, one.thing) for one in owed_to(book, party)]


def by_consent(made: Made) -> None:
    given = grant(made)
    assert owed(made) == []
    made.record({"revoke": {"by": "JPN", "grant": given}}, Draft("JPN"))


def by_refusal(made: Made) -> None:
    grant(made)
    made.record({"refuse": {"by": "JPN", "to": ["POL"], "actions": ["read"], "scope": "harbour"}}, Draft("JPN"))


def by_delegation(made: Made) -> None:
    given = made.record(delegation(made, "JPN", "EST", "harbour"), Draft("JPN")).id
    made.record(passing_on(made, "EST", ["POL"], "harbour"), Draft("EST"))
    assert TOOL in Shelf.of(made.view("POL"))
    made.record({"revoke": {"by": "JPN", "grant": given}}, Draft("JPN"))


ENDS: dict[str, Callable[[Made], None]] = {
    "a consent is taken back": by_consent,
    "the owner refuses": by_refusal,
    "a delegation ends, and with it what was passed on": by_delegation,
}


@pytest.mark.parametrize("ends", ENDS.values(), ids=ENDS)
def test_what_was_read_is_owed_back_when_it_ends(ends: Callable[[Made], None]) -> None:
    made = book("JPN", "EST", "POL")
    brought(made, TOOL, ["EST"])
    ends(made)
    assert TOOL not in Shelf.of(made.view("POL"))
    assert owed(made) == [("POL", TOOL)]
    (entry,) = disclosures(made, "JPN")
    assert (entry.to, entry.version, entry.by) == (("POL",), AT, "JPN")
    (row,) = disclosure_table([entry]).rows
    assert "read here" in row


def test_it_is_asked_for_and_answered_like_anything_handed_over() -> None:
    made = book("JPN", "EST", "POL")
    brought(made, TOOL, ["EST"])
    by_consent(made)
    made.record_all(asked_back(made, "JPN", TOOL), Draft("JPN"))
    (asked,) = asked_of(made, "POL")
    made.record(receipt(asked, "POL", Done.DESTROYED), Draft("POL"))
    (one,) = owed_to(made, "JPN")
    assert (one.state, one.outstanding) == ("destroyed", False)


def test_it_was_read_from_when_both_were_there_under_the_consent_that_let_it() -> None:
    made = book("JPN", "EST", "POL")
    brought(made, TOOL, ["EST"])
    given = grant(made)
    brought(made, OTHER, ["EST"])
    revoked = made.record({"revoke": {"by": "JPN", "grant": given}}, Draft("JPN"))
    found = {one.thing: one for one in disclosures(made, "JPN")}
    assert {name: one.under for name, one in found.items()} == {TOOL: (given,), OTHER: (given,)}
    assert found[TOOL].arrived < found[OTHER].arrived < revoked.arrived


def test_what_came_after_the_end_was_never_read() -> None:
    made = book("JPN", "EST", "POL")
    brought(made, TOOL, ["EST"])
    by_consent(made)
    brought(made, OTHER, ["EST"])
    assert owed(made) == [("POL", TOOL)]


def test_whoever_was_named_and_is_refused_owes_it_back_and_whoever_still_reads_does_not() -> None:
    made = book("JPN", "EST", "POL")
    brought(made, TOOL, ["EST", "POL"])
    assert (owed(made), disclosures(made, "JPN")) == ([], [])
    made.record({"refuse": {"by": "JPN", "to": ["POL"], "actions": ["read"], "scope": "harbour"}}, Draft("JPN"))
    assert owed(made) == [("POL", TOOL)]


def test_what_nobody_could_read_is_owed_by_nobody() -> None:
    made = book("JPN", "EST", "POL")
    brought(made, TOOL, None)
    grant(made, "EST", **{"from": "2999-01-01"})
    made.record({"refuse": {"by": "JPN", "to": ["EST"], "actions": ["read"], "scope": "harbour"}}, Draft("JPN"))
    assert (owed(made), disclosures(made, "JPN")) == ([], [])


def test_what_stands_in_the_register_is_entered_once() -> None:
    made = book("JPN", "EST", "POL")
    brought(made, TOOL, ["EST", "POL"])
    take_back(made, "JPN", TOOL, ["POL"])
    assert owed(made) == [("POL", TOOL)]
    assert [one.to for one in disclosures(made, "JPN")] == [("POL",)]


def test_only_whoever_stated_it_learns_who_could_read_it() -> None:
    made = book("JPN", "EST", "POL")
    brought(made, TOOL, ["EST"])
    by_consent(made)
    assert (disclosures(made, "EST"), disclosures(made, "POL"), owed(made, "EST")) == ([], [], [])


def test_who_leaves_a_group_owes_back_what_its_members_read() -> None:
    made = book("JPN", "POL")
    brought(made, TOOL, ["CLUB@dynamic"])
    assert TOOL not in Shelf.of(made.view("POL"))
    member = made.record({"member": {"group": "CLUB", "party": "POL"}}).id
    assert TOOL in Shelf.of(made.view("POL"))
    gone = {"member": {"group": "CLUB", "party": "POL", "until": "2026-01-01", "supersedes": member}}
    made.record(gone)
    assert TOOL not in Shelf.of(made.view("POL"))
    assert owed(made) == [("POL", TOOL)]


def test_pages_say_that_it_was_read_here_and_lead_to_no_fact() -> None:
    made = book_of([
        Stated("tool", portion(TOOL, "JPN", "harbour", ["EST"], name="netscan"), "JPN"),
        Stated("g", {"grant": {"by": "JPN", "to": ["POL"], "actions": ["read"], "scope": "harbour"}}, "JPN"),
        Stated("r", {"refuse": {"by": "JPN", "to": ["POL"], "actions": ["read"], "scope": "harbour"}}, "JPN"),
    ])  # fmt: skip
    reader = Visitor(desk_of(made), "JPN")
    for path in ("/intelligence/disclosures", f"/intelligence/recall/{TOOL}"):
        page = reader.get(path).text
        assert "read here" in page
        assert "/ledger/here" not in page
