"""The algebra of labels, and reading under them."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.consent.facts import Facts
from comity.consent.labels import allows, label_of, may_read, missing, sanitise
from comity.values.label import PUBLIC, Atom, Label, join, normalise, originator_only
from comity.values.party import Group
from tests.consent.small_books import act, book, grant, refuse, title

BOOK = book(
    title("report-1", "GBR"),
    title("report-2", "USA"),
    grant("GBR", "EST", "report-1"),
    refuse("GBR", "TUR", "report-1"),
    {"member": {"group": "PACT", "party": "LVA", "from": "2004-03-29"}},
    {"member": {"group": "PACT", "party": "FIN", "from": "2023"}},
    {"derive": {"thing": "plan-7", "by": "EST", "from_things": ["report-1", "report-2"]}},
)
ONE = originator_only("GBR", "report-1")
TWO = originator_only("USA", "report-2")
NAMED: Label = frozenset({Atom("GBR", "report-9", ("EST", Group("PACT")))})
CLEARED: Label = frozenset({Atom("GBR", "report-9", ("EST",), "SECRET")})

READS = {
    "everybody reads what is public": (PUBLIC, "TUR", True, ()),
    "the originator reads his own": (ONE, "GBR", True, ()),
    "a grantee reads": (ONE, "EST", True, ()),
    "a third party does not": (ONE, "FIN", False, ("GBR",)),
    "both owners must agree": (ONE | TWO, "EST", False, ("USA",)),
    "both are missing": (ONE | TWO, "FIN", False, ("GBR", "USA")),
    "the atom itself names a reader": (NAMED, "EST", True, ()),
    "the atom names a group": (NAMED, "LVA", True, ()),
    "a membership that is not sure does not open": (NAMED, "SWE", False, ("GBR",)),
    "a clearance is not read past": (CLEARED, "EST", False, ("GBR",)),
}


@pytest.mark.parametrize("case", READS.values(), ids=READS)
def test_reading_needs_every_owner(case: tuple[Label, str, bool, tuple[str, ...]]) -> None:
    label, party, reads, blocked_by = case
    assert may_read(label, act(party, BOOK)) is reads
    assert missing(label, act(party, BOOK)) == blocked_by


def test_whoever_blocks_is_told_in_the_order_of_names() -> None:
    owners = ("USA", "FRA", "GBR", "DEU", "NOR", "ITA", "ESP", "BEL")
    labels = {owner: originator_only(owner, "s") for owner in owners}
    reader = act("EST", BOOK)
    assert missing(join(labels.values()), reader) == tuple(sorted(owners))
    left_out = sanitise(total, [(number, labels[owner]) for number, owner in enumerate(owners)], reader)
    assert left_out.missing == tuple(sorted(owners))


def test_a_refusal_beats_the_reader_that_the_atom_names() -> None:
    label = frozenset({Atom("GBR", "report-1", ("TUR",))})
    assert not may_read(label, act("TUR", BOOK))


def test_a_membership_within_the_year_is_not_sure() -> None:
    assert not may_read(NAMED, act("FIN", BOOK, on="2023-06-01"))
    assert may_read(NAMED, act("FIN", BOOK, on="2024-01-01"))


def test_a_derived_thing_carries_the_atoms_of_its_inputs() -> None:
    assert label_of("plan-7", act("EST", BOOK)) == ONE | TWO


def test_a_thing_nobody_owns_has_no_label_and_so_no_reader() -> None:
    assert label_of("rumour", act("EST", BOOK)) is None


def test_a_later_grant_opens_everything_that_carries_the_atom() -> None:
    later = BOOK.plus(book(grant("USA", "EST", "report-2", id="later")))
    assert may_read(ONE | TWO, act("EST", Facts(later)))


def total(items: Sequence[int]) -> int:
    """A pure question over inputs."""
    return sum(items)


def test_sanitising_drops_the_blocked_inputs_and_asks_again() -> None:
    found = sanitise(total, [(1, ONE), (10, TWO), (100, PUBLIC)], act("EST", BOOK))
    assert (found.answer, found.whole, found.dropped, found.missing) == (101, 111, (10,), ("USA",))
    assert found.changed


def test_what_may_all_be_read_is_not_changed() -> None:
    found = sanitise(total, [(1, ONE), (100, PUBLIC)], act("EST", BOOK))
    assert (found.answer, found.dropped, found.missing, found.changed) == (101, (), (), False)


atoms = st.builds(
    Atom,
    st.sampled_from(["GBR", "USA"]),
    st.sampled_from(["report-1", "report-2", "report-9"]),
    st.lists(st.sampled_from(["EST", "LVA", "FIN", Group("PACT")]), max_size=3, unique=True).map(tuple),
    st.sampled_from([None, "SECRET"]),
)
labels = st.frozensets(atoms, max_size=5)
parties = st.sampled_from(["EST", "LVA", "FIN", "TUR", "GBR", "USA"])


@given(labels, labels, parties)
def test_reading_under_a_join_is_reading_under_both(one: Label, two: Label, party: str) -> None:
    reader = act(party, BOOK)
    assert may_read(join([one, two]), reader) is (may_read(one, reader) and may_read(two, reader))
    assert set(missing(join([one, two]), reader)) == {*missing(one, reader), *missing(two, reader)}


@given(labels, labels, labels)
def test_the_join_is_associative_commutative_and_idempotent(one: Label, two: Label, three: Label) -> None:
    assert join([join([one, two]), three]) == join([one, join([two, three])])
    assert join([one, two]) == join([two, one])
    assert join([one, one]) == one
    assert join([]) == PUBLIC


@given(labels, parties)
def test_normalising_keeps_the_meaning_and_never_adds(label: Label, party: str) -> None:
    small = normalise(label)
    assert small <= label
    assert normalise(small) == small
    reader = act(party, BOOK)
    assert may_read(small, reader) is may_read(label, reader)


@given(labels)
def test_normalising_keeps_every_owner(label: Label) -> None:
    assert {atom.owner for atom in normalise(label)} == {atom.owner for atom in label}


@given(labels, parties)
def test_missing_is_what_blocks(label: Label, party: str) -> None:
    reader = act(party, BOOK)
    assert set(missing(label, reader)) == {atom.owner for atom in label if not allows(atom, reader)}
    assert may_read(label, reader) is (missing(label, reader) == ())


TO_ONE, TO_TWO, TO_TWO_TURNED = (
    Atom("GBR", "s", ("EST",)),
    Atom("GBR", "s", ("EST", "FIN")),
    Atom("GBR", "s", ("FIN", "EST")),
)
TO_ONE_CLEARED, TO_TWO_CLEARED = Atom("GBR", "s", ("EST",), "SECRET"), Atom("GBR", "s", ("EST", "FIN"), "SECRET")
NORMAL: dict[str, tuple[set[Atom], set[Atom]]] = {
    "whom fewer may read says more": ({TO_ONE, TO_TWO}, {TO_ONE}),
    "the order of readers says nothing": ({TO_TWO, TO_TWO_TURNED}, {TO_TWO}),
    "a clearance wanted says more than none": ({TO_ONE, TO_ONE_CLEARED}, {TO_ONE_CLEARED}),
    "a clearance wanted says more in whatever order": (
        {Atom("GBR", "s", ("FIN", "EST"), "SECRET"), TO_TWO},
        {Atom("GBR", "s", ("FIN", "EST"), "SECRET")},
    ),
    "fewer who are cleared say more than all": ({TO_ONE_CLEARED, TO_TWO}, {TO_ONE_CLEARED}),
    "fewer who are cleared say more than more who are": ({TO_ONE_CLEARED, TO_TWO_CLEARED}, {TO_ONE_CLEARED}),
    "more who are cleared and fewer who are not": ({TO_TWO_CLEARED, TO_ONE}, {TO_TWO_CLEARED, TO_ONE}),
    "two clearances": (
        {TO_ONE_CLEARED, Atom("GBR", "s", ("EST",), "TOP")},
        {TO_ONE_CLEARED, Atom("GBR", "s", ("EST",), "TOP")},
    ),
    "another scope": ({TO_ONE, Atom("GBR", "t", ("EST",))}, {TO_ONE, Atom("GBR", "t", ("EST",))}),
    "another owner": ({TO_ONE, Atom("USA", "s", ("EST",))}, {TO_ONE, Atom("USA", "s", ("EST",))}),
    "other readers": ({TO_ONE, Atom("GBR", "s", ("FIN",))}, {TO_ONE, Atom("GBR", "s", ("FIN",))}),
}


@pytest.mark.parametrize("case", NORMAL.values(), ids=NORMAL)
def test_normalising_drops_what_another_atom_makes_superfluous(case: tuple[set[Atom], set[Atom]]) -> None:
    label, expected = case
    assert normalise(frozenset(label)) == expected
