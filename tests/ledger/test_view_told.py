"""What was told stays told, to those it was told to and nobody else: rule 6 of views."""

from __future__ import annotations

import pytest

from comity.errors import Impossible
from comity.ledger.book import Book
from comity.ledger.view import View
from comity.values.instant import instant
from tests.ledger.nations import Clock, book, grant, refuse, report

TO_FIN: list[object] = [{"owner": "GBR", "scope": "r1", "readers": ["FIN"]}]
TO_PACT: list[object] = [{"owner": "GBR", "scope": "r1", "readers": ["PACT@dynamic"]}]


def told(view: View[None], *kinds: str) -> set[str]:
    return {one.id for one in view.told(kinds or ["report"])}


def gets(view: View[None], name: str) -> bool:
    """Whether it gets a fact that it may have been told; whoever asks for more than that is refused."""
    try:
        return view.get(name, told=True).id == name
    except Impossible:
        return False


def refused() -> tuple[Book[None], str]:
    """GBR told FIN something, and then refuses it."""
    made = book(None)
    first = made.record(report("GBR", "r1", label=TO_FIN))
    made.record(refuse("GBR", "FIN", "r1"))
    return made, first.id


def test_what_was_refused_since_was_told_to_whom_it_names() -> None:
    made, first = refused()
    assert not made.view("FIN").may_read(first)
    assert gets(made.view("FIN"), first)
    assert told(made.view("FIN")) == {first}
    assert made.view("FIN").get(first, told=True).record.body["says"] == "what GBR knows of r1"
    with pytest.raises(Impossible):
        made.view("FIN").get(first)


def test_what_names_others_was_not_told() -> None:
    made, first = refused()
    for others in ((), ("USA",), ("FIN", "USA")):
        assert not gets(made.view(*others), first)
        assert told(made.view(*others)) == set()
    for issuer in (("GBR",), ("GBR", "FIN")):
        assert gets(made.view(*issuer), first)
        assert told(made.view(*issuer)) == {first}


def test_what_does_not_exist_was_not_told() -> None:
    made, _ = refused()
    assert not gets(made.view("FIN"), "0" * 64)


def test_what_needs_a_clearance_was_told_to_nobody_else() -> None:
    made = book(None)
    label = [{"owner": "GBR", "scope": "r1", "readers": ["FIN"], "clearance": "SECRET"}]
    first = made.record(report("GBR", "r1", label=label))
    assert not gets(made.view("FIN"), first.id)
    assert gets(made.view("GBR"), first.id)


def test_what_is_public_was_told_to_everybody() -> None:
    made = book(None)
    first = made.record(report("GBR", "r1", label=[]))
    for audience in ((), ("FIN",), ("FIN", "USA")):
        assert told(made.view(*audience)) == {first.id}
        assert gets(made.view(*audience), first.id)


def test_what_a_consent_opens_is_told_as_long_as_it_is_open() -> None:
    made = book(None)
    first = made.record(report("GBR", "r1", label=[{"owner": "GBR", "scope": "r1"}]))
    assert told(made.view("FIN")) == set()
    given = made.record(grant("GBR", "FIN", "r1"))
    assert told(made.view("FIN")) == {first.id}
    assert gets(made.view("FIN"), first.id)
    made.record({"revoke": {"by": "GBR", "grant": given.id}})
    assert told(made.view("FIN")) == set()
    assert not gets(made.view("FIN"), first.id)


def test_what_was_corrected_since_was_told_with_what_corrects_it() -> None:
    made = book(None)
    first = made.record(report("GBR", "r1", label=TO_FIN))
    second = made.record(report("GBR", "r1", label=TO_FIN, supersedes=first.id))
    assert [one.id for one in made.view("FIN").records(["report"])] == [second.id]
    assert told(made.view("FIN")) == {first.id, second.id}
    assert gets(made.view("FIN"), first.id)


def test_only_the_kinds_that_are_asked_for_are_told() -> None:
    made, first = refused()
    note = made.record({"note": {"by": "GBR", "says": "x", "label": TO_FIN}})
    assert told(made.view("FIN")) == {first}
    assert told(made.view("FIN"), "note") == {note.id}
    assert told(made.view("FIN"), "note", "report") == {first, note.id}


def test_whoever_joins_a_group_was_told_what_names_it_from_then_on() -> None:
    made = book(None, clock=Clock("2026-01-01"))
    first = made.record(report("GBR", "r1", label=TO_PACT))
    before = made.view("USA")
    joined = made.record({"member": {"group": "PACT", "party": "USA"}})
    assert told(made.view("USA")) == {first.id}
    assert gets(made.view("USA"), first.id)
    for view in (before, made.view("USA", known=joined.arrived - 1), made.view("FIN")):
        assert told(view) == set()
        assert not gets(view, first.id)


def test_what_was_not_in_force_or_had_not_arrived_was_not_told_then() -> None:
    made, _ = refused()
    later = made.record(report("GBR", "r1", label=TO_FIN, **{"from": "2026-02-01", "until": "2026-03-01"}))
    assert gets(made.view("FIN", on=instant("2026-02-15")), later.id)
    for view in (
        made.view("FIN", on=instant("2026-01-15")),
        made.view("FIN", on=instant("2026-03-01")),
        made.view("FIN", known=later.arrived - 1),
    ):
        assert later.id not in told(view)
        assert not gets(view, later.id)
