"""Pages of an outbox: every walk meets everything, as if the whole had been read at once; tokens serve their owner."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.errors import Impossible, Malformed
from comity.flow import taxii_offers, taxii_tokens
from comity.flow.taxii_offers import Held, Offers, objects
from comity.formats.taxii import Listed, stamp
from comity.formats.taxii_filters import Filters, chosen, read
from comity.ledger.memory import MemoryStore
from comity.ledger.outbox import shelf, standing

SECRET = bytes(range(32))
OURS = shelf(["POL"], "cyber")
PROPERTIES = {"book": "b", "node": "00", "ceiling": "UNMARKED"}


class Shelf:
    """What a party may read, as a list: the plain version of a shelf."""

    def __init__(self, held: Iterable[Held] = (), at: int = 1000) -> None:
        self.held, self.at = list(held), at

    def anew(self) -> Shelf:
        return self

    @property
    def stamp(self) -> object:
        return tuple(self.held)

    def entries(self, collection: str) -> list[Held]:
        return self.held if collection == "cyber" else []

    def export(self, name: str, version: str | None = None) -> Mapping[str, object]:
        for one in self.held:
            if one.id == name and version in {None, one.version}:
                made = {"id": name, "created": "2017-01-20T00:00:00.000Z"}
                return {**made, **({"modified": one.version} if one.version else {})}
        raise Impossible("not here")


def held(name: str, day: int, spec: str = "2.1", text: bytes = b"x") -> Held:
    """A version of an object, of a day in January; of day 0, without one."""
    return Held(name, f"2026-01-{day:02}T00:00:00Z" if day else "", name.partition("--")[0], spec, text)


def offers_of(shelved: Shelf) -> Offers:
    made = Offers(MemoryStore(PROPERTIES), OURS, SECRET)
    made.look(shelved)
    return made


def walked(offers: Offers, asked: list[tuple[str, str]], between: Iterable[object] = ()) -> list[Listed]:
    """Everything that a walk by `next` meets."""
    found: list[Listed] = []
    token, meanwhile = None, iter(between)
    while True:
        page = offers.page(read([*asked, *([("next", token)] if token else [])]), "objects")
        found += page.items
        token = page.next
        if token is None:
            return found
        next(meanwhile, None)


def test_a_page_goes_on_where_the_last_ended() -> None:
    offers = offers_of(Shelf(held("tool--1", day) for day in range(1, 6)))
    asked = [("match[version]", "all"), ("limit", "2")]
    assert [one.version[8:10] for one in walked(offers, asked)] == ["01", "02", "03", "04", "05"]
    assert [one.added for one in walked(offers, asked)] == [1000, 1001, 1002, 1003, 1004]


def test_a_page_that_ends_with_the_last_object_says_so() -> None:
    offers = offers_of(Shelf(held("tool--1", day) for day in range(1, 5)))
    asked = [("match[version]", "all"), ("limit", "2")]
    page = offers.page(read(asked), "objects")
    assert page.next is not None
    assert offers.page(read([*asked, ("next", page.next)]), "objects").next is None


def test_a_page_has_a_measure_where_nobody_says() -> None:
    offers = offers_of(Shelf(held(f"tool--{n}", 1) for n in range(taxii_offers.MOST + 5)))
    assert len(offers.page(read([]), "objects").items) == taxii_offers.PAGE
    assert len(offers.page(read([("limit", "999999")]), "objects").items) == taxii_offers.MOST
    assert len(walked(offers, [("limit", "999")])) == taxii_offers.MOST + 5


def test_a_marking_bears_the_instant_when_it_was_made() -> None:
    offers = offers_of(Shelf([held("marking-definition--1", 0), held("url--1", 0)]))
    assert [one.version for one in offers.page(read([]), "objects").items] == ["", "2017-01-20T00:00:00.000Z"]


def test_nothing_is_looked_for_twice_while_nothing_changed() -> None:
    class Counting(Shelf):
        looks = 0

        def entries(self, collection: str) -> list[Held]:
            self.looks += 1
            return super().entries(collection)

    shelved = Counting([held("tool--1", 1)])
    offers = offers_of(shelved)
    offers.look(shelved)
    assert shelved.looks == 1
    shelved.held.append(held("tool--1", 2))
    assert [row.seq for row in offers.look(shelved)] == [2]


def test_two_processes_share_an_outbox() -> None:
    store, shelved = MemoryStore(PROPERTIES), Shelf([held("tool--1", 1)], 10)
    one, other = Offers(store, OURS, SECRET), Offers(store, OURS, SECRET)
    assert len(one.look(shelved)) == 1
    assert other.look(shelved) == []
    shelved.held.append(held("tool--2", 1))
    shelved.at = 30
    assert len(other.look(shelved)) == 1
    assert one.look(shelved) == []
    assert [row.added for row in store.offers(OURS)] == [10, 30]


class Earlier(Shelf):
    """A shelf of a while ago, and the one that holds by now."""

    def __init__(self, held: Iterable[Held], later: Shelf) -> None:
        super().__init__(held)
        self.later = later

    def anew(self) -> Shelf:
        return self.later


def test_a_shelf_that_was_looked_at_earlier_adds_what_holds_by_now() -> None:
    store, later = MemoryStore(PROPERTIES), Shelf([held("tool--2", 1), held("tool--3", 1)], 50)
    one, other = Offers(store, OURS, SECRET), Offers(store, OURS, SECRET)
    one.look(Shelf([held("tool--1", 1)], 10))
    other.look(Earlier([held("tool--1", 1), held("tool--2", 1)], later))
    assert [(row.object, row.gone, row.added) for row in store.offers(OURS)] == [
        ("tool--1", 0, 10), ("tool--1", 1, 50), ("tool--2", 0, 51), ("tool--3", 0, 52)
    ]  # fmt: skip
    assert other.shelf is later
    one.look(Earlier([held("tool--1", 1)], later))
    assert len(store.offers(OURS)) == 4, "what is on the earlier shelf alone is not offered again, nor the other gone"


def test_what_another_adds_meanwhile_is_on_no_page_before_it_was_looked_at() -> None:
    store, shelved = MemoryStore(PROPERTIES), Shelf([held("tool--1", 1)])
    one, other = Offers(store, OURS, SECRET), Offers(store, OURS, SECRET)
    one.look(shelved)
    other.look(Shelf([held("tool--2", 1)], 50))
    assert one.passed()
    asked = (read([]), read([("match[id]", "tool--1,tool--2")]), read([("match[type]", "tool")]))
    assert [[item.id for item in one.page(each, "objects").items] for each in asked] == [["tool--1"]] * 3
    assert (one.has("tool--1"), one.has("tool--2"), one.of_object("tool--2")) == (True, False, [])
    assert one.gone(read([])).items == []
    one.look(Shelf([held("tool--2", 1)], 60))
    assert not one.passed()
    assert [item.id for item in one.page(read([]), "objects").items] == ["tool--2"]
    assert [item.id for item in one.gone(read([])).items] == ["tool--1"]


def test_a_page_of_which_nothing_may_leave_does_not_end_a_walk() -> None:
    shelved = Shelf(held(f"tool--{number}", 1) for number in range(6))
    offers, asked = offers_of(shelved), read([("limit", "2")])
    del shelved.held[:3]
    page, left = offers.leaving(asked, "objects")
    assert ([item.id for item in page.items], [one["id"] for one in left]) == (["tool--3"], ["tool--3"])
    assert page.next is not None
    page, left = offers.leaving(read([("limit", "2"), ("next", page.next)]), "objects")
    assert ([one["id"] for one in left], page.next) == (["tool--4", "tool--5"], None)
    shelved.held.clear()
    assert offers.leaving(asked, "objects") == (taxii_offers.Page([], None), [])


def test_what_ceased_to_be_readable_is_neither_listed_nor_left() -> None:
    shelved = Shelf([held("tool--1", 1), held("tool--2", 1)])
    offers = offers_of(shelved)
    page = offers.page(read([]), "objects")
    shelved.held.pop()
    assert [one["id"] for one in objects(shelved, page.items)] == ["tool--1"]
    offers.look(shelved)
    assert [one.id for one in offers.page(read([]), "objects").items] == ["tool--1"]
    assert offers.has("tool--1")
    assert not offers.has("tool--2")


def test_dates_that_were_told_elsewhere_are_kept_and_equal_ones_follow_each_other() -> None:
    shelved = Shelf([held("tool--1", 1), held("tool--2", 1), held("tool--3", 1), held("tool--4", 1)])
    offers = Offers(MemoryStore(PROPERTIES), OURS, SECRET)
    day = "2026-01-01T00:00:00Z"
    offers.dated(shelved, {("tool--3", day): 5, ("tool--1", day): 7, ("tool--2", day): 7}, 1000)
    added = [(one.id, one.added) for one in offers.page(read([]), "objects").items]
    assert added == [("tool--3", 5), ("tool--1", 7), ("tool--2", 8), ("tool--4", 1000)]
    assert offers.look(shelved) == []


# Tokens


def test_a_token_serves_its_owner_in_his_question_alone() -> None:
    shelved = Shelf(held("tool--1", day) for day in range(1, 6))
    offers, asked = offers_of(shelved), [("match[version]", "all"), ("limit", "2")]
    token = offers.page(read(asked), "objects").next
    assert token is not None
    again = [*asked, ("next", token)]
    assert len(offers.page(read(again), "objects").items) == 2
    others = {
        "another party": Offers(MemoryStore(PROPERTIES), shelf(["EST"], "cyber"), SECRET),
        "another collection": Offers(MemoryStore(PROPERTIES), shelf(["POL"], "other"), SECRET),
        "another book": Offers(MemoryStore(PROPERTIES), OURS, SECRET[::-1]),
    }
    for other in others.values():
        with pytest.raises(Malformed, match="no token"):
            other.page(read(again), "objects")
    for question, listing in (
        ([("match[version]", "first"), ("next", token)], "objects"),
        (again, "manifest"),
        ([*asked, ("next", token[:-2] + "AA")], "objects"),
        ([*asked, ("next", "")], "objects"),
        ([*asked, ("next", "é")], "objects"),
        ([*asked, ("next", "x" * 5)], "objects"),
    ):
        with pytest.raises(Malformed, match="no token"):
            offers.page(read(question), listing)


@given(st.integers(0, 2**63), st.lists(st.binary(max_size=9), max_size=4))
def test_a_token_tells_its_place_and_nothing_else(seq: int, bound: list[bytes]) -> None:
    token = taxii_tokens.sealed(SECRET, seq, bound)
    assert taxii_tokens.opened(SECRET, token, bound) == seq
    assert token == taxii_tokens.sealed(SECRET, seq, bound)
    assert len(token) == len(taxii_tokens.sealed(SECRET, 0, bound))


# Laws

HELD = st.builds(
    held, st.sampled_from(["tool--1", "tool--2", "url--1"]), st.integers(0, 4), st.sampled_from(["2.0", "2.1"]),
    st.sampled_from([b"x", b"y"]),
)  # fmt: skip
SHELVES = st.lists(HELD, max_size=8, unique_by=lambda one: (one.id, one.version))
ASKED = st.lists(
    st.sampled_from([
        ("match[version]", "all"), ("match[version]", "first"), ("match[version]", "2026-01-02T00:00:00Z,last"),
        ("match[type]", "tool"), ("match[id]", "tool--1,url--1"), ("match[spec_version]", "2.0"),
        ("match[spec_version]", "2.0,2.1"), ("added_after", stamp(1002)), ("added_after", stamp(0)),
    ]),
    max_size=3, unique_by=lambda one: one[0],
)  # fmt: skip


def plainly(offers: Offers, filters: Filters) -> list[Listed]:
    """What a filter chooses, with the whole outbox read at once."""
    rows = sorted(standing(offers._boxes.offers(OURS)).values())
    return chosen([Listed(row.added, row.object, row.version, row.spec, row.seq) for row in rows], filters)


@given(st.lists(SHELVES, min_size=1, max_size=4), ASKED, st.integers(1, 4), st.integers(1, 3))
@settings(deadline=None)
def test_pages_joined_are_what_the_whole_outbox_gives(
    shelves: list[list[Held]], asked: list[tuple[str, str]], limit: int, chunk: int
) -> None:
    offers = offers_of(Shelf())
    for held_ in shelves:
        offers.look(Shelf(held_))
    before, taxii_offers.CHUNK = taxii_offers.CHUNK, chunk
    try:
        found = walked(offers, [*asked, ("limit", str(limit))])
    finally:
        taxii_offers.CHUNK = before
    assert found == plainly(offers, read(asked))


@given(st.lists(SHELVES, min_size=2, max_size=6), ASKED, st.integers(1, 3))
@settings(deadline=None)
def test_a_walk_during_which_more_arrives_loses_nothing(
    shelves: list[list[Held]], asked: list[tuple[str, str]], limit: int
) -> None:
    shelved = Shelf()
    offers = offers_of(shelved)

    def arriving() -> Iterable[object]:
        for more in shelves:
            keys = {(one.id, one.version) for one in shelved.held}
            shelved.held += [one for one in more if (one.id, one.version) not in keys]
            yield offers.look(shelved)

    meanwhile = iter(arriving())
    next(meanwhile)
    met = walked(offers, [*asked, ("limit", str(limit))], meanwhile)
    assert set(plainly(offers, read(asked))) <= set(met)
    assert [one.added for one in met] == sorted({one.added for one in met}), "in order, and none twice"


@given(st.lists(SHELVES, min_size=2, max_size=6), st.integers(1, 3))
@settings(deadline=None)
def test_who_asks_by_the_last_instant_he_was_told_loses_nothing_either(shelves: list[list[Held]], limit: int) -> None:
    shelved, met = Shelf(), list[Listed]()
    offers = offers_of(shelved)
    for more in [*shelves, [], []]:
        keys = {(one.id, one.version) for one in shelved.held}
        shelved.held += [one for one in more if (one.id, one.version) not in keys]
        offers.look(shelved)
        asked = [("match[version]", "all"), ("match[spec_version]", "2.0,2.1"), ("limit", str(limit))]
        while page := offers.page(read([*asked, ("added_after", stamp(met[-1].added if met else 0))]), "objects").items:
            met += page
    assert met == plainly(offers, read([("match[version]", "all"), ("match[spec_version]", "2.0,2.1")]))
