"""What a party has from elsewhere is its own to pass on; what it has from one alone is not, whoever else states it."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from comity.casebook.book import Casebook
from comity.errors import Refused
from comity.flow.proposals import READ
from comity.flow.release_plan import ReleasePlan, planned
from comity.flow.variant import Variant, Words, begun, parts_of
from comity.flow.variant_draft import drafted, reader
from comity.flow.variant_release import release
from comity.instruments.intelligence.facts import PORTION, portion
from comity.instruments.intelligence.shelf import Shelf
from comity.ledger.book import Book, Draft
from comity.values.label import Atom
from tests.flow.test_variant_release import BORN, GROUP, shared
from tests.serve.desks import book_of

PUBLIC = {"type": "intrusion-set", "id": GROUP, **BORN, "name": "Quiet Heron", "aliases": ["APT-Q9"]}
OTHER = {**PUBLIC, "aliases": ["APT-Q9", "Reed"]}
WORDS = Words("Of a group", "Quiet Heron was seen again.")


def later(book: Book[Casebook]) -> None:
    book.clock.now += 1000  # type: ignore[attr-defined]  # a clock that is set by hand


def stated(book: Book[Casebook], by: str, one: Mapping[str, object], to: tuple[str, ...]) -> None:
    """A party states an object past every import, under a label of its own."""
    body = portion(GROUP, BORN["modified"], "intrusion-set", json.dumps(one), {"policy": "NONE"})
    book.record({PORTION: body}, Draft(by, frozenset({Atom(by, f"{by}'s", to)})))
    later(book)


def plan(book: Book[Casebook], to: str = "POL", by: str = "EST") -> ReleasePlan:
    ours = reader(book, by)
    return planned(parts_of([ours.shelf.get(GROUP)], ours), [to], ours.reading)


def variant(book: Book[Casebook]) -> Variant:
    line = begun(book.clock(), lambda size: bytes([7] * size))
    return drafted(book, "EST", [GROUP], ["POL"], WORDS, line=line)


def from_both(first: str, second: str, to: tuple[str, ...] = ("EST",)) -> Book[Casebook]:
    """Estonia has it from a public file, for Poland to read, and Japan lets Estonia alone read the same."""
    book = book_of([])
    for by in (first, second):
        shared(book, by, [PUBLIC], f"{by}'s", ("POL",) if by == "EST" else to)
        later(book)
    return book


def test_what_one_had_before_is_passed_on_by_ones_own_label() -> None:
    book = from_both("EST", "JPN")
    found = plan(book)
    assert (found.clear, found.missing, [one.label for one in found.spared]) == (
        True, (), [frozenset({Atom("JPN", "JPN's", ("EST",))})]
    )  # fmt: skip
    assert [(copy.originator, {atom.scope for atom in copy.label}) for copy in found.spared[0].copies] == [
        ("EST", {"EST's"})
    ]  # fmt: skip


def test_a_text_of_it_asks_nobody_and_shows_nothing_withheld() -> None:
    book = from_both("EST", "JPN")
    one = variant(book)
    assert (one.owners, one.shows, {atom.owner for atom in one.label}) == ((), (), {"EST"})
    release(book, one)
    assert one.id in Shelf.of(book.view("POL"))


def test_a_party_that_may_read_neither_waits_for_the_owner_of_what_is_asked_about() -> None:
    found = plan(from_both("EST", "JPN"), "KOR")
    assert {(need.owner, need.to) for need in found.missing} == {("EST", "KOR"), ("JPN", "KOR")}


def test_what_one_states_after_another_gave_it_goes_no_further() -> None:
    book = from_both("JPN", "EST")
    assert {need.owner for need in plan(book).missing} == {"JPN"}
    with pytest.raises(Refused, match="what is withheld shows in it"):
        release(book, variant(book))


def test_nor_does_it_by_a_statement_past_the_import() -> None:
    book = book_of([])
    shared(book, "JPN", [PUBLIC], "JPN's", ("EST",))
    later(book)
    stated(book, "EST", PUBLIC, ("POL",))
    assert {need.owner for need in plan(book).missing} == {"JPN"}


def test_what_was_stated_while_the_other_was_hidden_is_ones_own() -> None:
    book = book_of([])
    shared(book, "JPN", [PUBLIC], "JPN's", ("FIN",))
    later(book)
    shared(book, "EST", [PUBLIC], "EST's", ("POL",))
    later(book)
    book.record({"grant": {"by": "JPN", "to": ["EST"], "actions": [READ], "scope": "JPN's"}}, Draft("JPN"))
    assert len(reader(book, "EST").shelf.get(GROUP).portions) == 2
    assert plan(book).clear


def test_what_a_third_lets_both_read_may_go() -> None:
    book = book_of([])
    shared(book, "JPN", [PUBLIC], "JPN's", ("EST",))
    later(book)
    shared(book, "KOR", [PUBLIC], "KOR's", ("EST", "POL"))
    found = plan(book)
    assert [copy.originator for part in found.spared for copy in part.copies] == ["KOR"]
    assert found.clear


DIFFERS = {
    "another value": {"name": "Quiet Reed"},
    "a property more": {"description": "seen by our sensor"},
    "another kind of number": {"x_count": 1.0},
}


@pytest.mark.parametrize("more", DIFFERS.values(), ids=DIFFERS)
def test_what_differs_is_no_copy(more: dict[str, object]) -> None:
    book = book_of([])
    stated(book, "EST", {**PUBLIC, "x_count": 1}, ("POL",))
    stated(book, "JPN", {**PUBLIC, "x_count": 1, **more}, ("EST",))
    assert {need.owner for need in plan(book).missing} == {"JPN"}


def test_a_copy_that_says_more_is_one_of_what_says_less() -> None:
    book = book_of([])
    stated(book, "EST", {**PUBLIC, "description": "a heron"}, ("POL",))
    stated(book, "JPN", PUBLIC, ("EST",))
    assert plan(book).clear


def test_what_others_hold_and_the_releasing_party_may_not_read_changes_nothing() -> None:
    plans = list[ReleasePlan]()
    for hidden in (False, True):
        book = book_of([])
        shared(book, "JPN", [PUBLIC], "JPN's", ("EST",))
        if hidden:
            shared(book, "KOR", [PUBLIC], "KOR's", ("POL",))
        plans.append(plan(book))
    told = [[(need, block.part.copies) for block in one.blocks for need in block.needs] for one in plans]
    assert told[0] == told[1]
    assert [one.spared for one in plans] == [(), ()]


def test_an_import_joins_the_label_of_one_of_several_that_let_the_same_be_read() -> None:
    book = book_of([])
    shared(book, "JPN", [PUBLIC], "JPN's", ("EST",))
    shared(book, "KOR", [PUBLIC], "KOR's", ("*",))
    shared(book, "EST", [PUBLIC], "EST's", ("POL",))
    (own,) = [one for one in reader(book, "EST").shelf.get(GROUP).portions if one.originator == "EST"]
    assert own.label == frozenset({Atom("EST", "EST's", ("POL",))})


def test_an_import_of_something_else_than_one_of_them_joins_all() -> None:
    book = book_of([])
    stated(book, "JPN", PUBLIC, ("EST",))
    stated(book, "KOR", {name: OTHER[name] for name in ("type", "id", "name")}, ("EST", "POL"))
    shared(book, "EST", [PUBLIC], "EST's", ("POL",))
    (own,) = [one for one in reader(book, "EST").shelf.get(GROUP).portions if one.originator == "EST"]
    assert {atom.owner for atom in own.label} == {"EST", "JPN"}
