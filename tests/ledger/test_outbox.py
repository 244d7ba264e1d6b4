"""Outboxes: what an audience may read, told once, in an order that loses nothing and betrays nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.ledger import sqlite
from comity.ledger.memory import MemoryStore
from comity.ledger.outbox import Entry, Offer, news, rows_of, shelf, standing
from comity.ledger.sqlite_outboxes import OFFERS_OF
from comity.ledger.store import Store
from comity.values.instant import Instant

PROPERTIES = {"book": "b", "node": "00", "ceiling": "UNMARKED"}
OURS, THEIRS = shelf(["POL", "EST", "POL"], "cyber"), shelf(["FIN"], "cyber")
FIRST, SECOND = Entry("malware--1", "2026-01-01T00:00:00Z", "2.1", b"1"), Entry("tool--1", "", "2.1", b"2")
NEWER = Entry("malware--1", "2026-02-01T00:00:00Z", "2.1", b"3")


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    made: Store = MemoryStore(PROPERTIES) if request.param == "memory" else sqlite.create(tmp_path / "b", PROPERTIES)
    yield made
    made.close()


def look(store: Store, entries: list[Entry], now: Instant) -> list[Offer]:
    """One look: what an audience may read, against how its outbox stands."""
    fresh, gone = news(standing(store.offers(OURS)), entries)
    return store.offer(OURS, lambda last: rows_of(fresh, gone, last, now))


def test_an_audience_is_one_however_it_is_written() -> None:
    assert shelf(["EST", "POL"], "cyber") == OURS


def test_what_a_look_adds_is_in_the_order_of_version_and_id(store: Store) -> None:
    assert [(row.seq, row.added, row.object) for row in look(store, [FIRST, SECOND], 100)] == [
        (1, 100, "tool--1"), (2, 101, "malware--1"),
    ]  # fmt: skip
    assert look(store, [SECOND, FIRST], 200) == []
    assert [row.seq for row in store.offers(OURS)] == [1, 2]


def test_an_instant_is_never_given_twice_though_the_clock_stands_or_goes_back(store: Store) -> None:
    look(store, [FIRST], 100)
    look(store, [FIRST, SECOND], 100)
    look(store, [FIRST, SECOND, NEWER], 50)
    assert [row.added for row in store.offers(OURS)] == [100, 101, 102]


def test_what_can_be_read_no_more_is_gone_and_may_come_again(store: Store) -> None:
    look(store, [FIRST, SECOND], 100)
    assert [(row.object, row.gone) for row in look(store, [FIRST], 200)] == [("tool--1", 1)]
    assert [row.object for row in standing(store.offers(OURS)).values()] == ["malware--1"]
    assert [(row.object, row.gone, row.added) for row in look(store, [FIRST, SECOND], 300)] == [("tool--1", 0, 300)]


def test_other_bytes_under_the_same_version_are_offered_anew(store: Store) -> None:
    look(store, [FIRST], 100)
    look(store, [FIRST._replace(digest=b"other")], 200)
    assert [row.digest for row in store.offers(OURS)] == [b"1", b"other"]
    assert [row.digest for row in standing(store.offers(OURS)).values()] == [b"other"]


def test_audiences_and_collections_have_outboxes_of_their_own(store: Store) -> None:
    look(store, [FIRST], 100)
    assert store.offers(THEIRS) == store.offers(OURS._replace(collection="other")) == []
    assert store.last_offer(THEIRS) is None


def test_an_outbox_is_read_in_parts_and_by_object(store: Store) -> None:
    look(store, [FIRST, SECOND, NEWER], 100)
    first, second, third = store.offers(OURS)
    assert store.offers(OURS, 1, 1) == [second]
    assert store.offers(OURS, 3) == []
    assert store.offers(OURS, types=["malware"]) == [second, third]
    assert store.offers(OURS, 1, 1, ["tool", "malware", "mal", "x'"]) == [second]
    assert store.offers(OURS, types=["mal", "tool-", "%"]) == []
    assert store.last_offer(OURS) == third
    assert store.offers_of(OURS, ["malware--1", "tool--none"]) == [second, third]
    assert first.object == "tool--1"


def test_a_look_that_fails_adds_nothing(store: Store) -> None:
    def fails(last: Offer | None) -> list[Offer]:
        raise RuntimeError(last)

    with pytest.raises(RuntimeError):
        store.offer(OURS, fails)
    assert store.offers(OURS) == []


ENTRIES = st.lists(
    st.builds(
        Entry, st.sampled_from(["a--1", "a--2", "b--1"]), st.sampled_from(["", "1", "2"]), st.just("2.1"),
        st.sampled_from([b"x", b"y"]),
    ),
    max_size=6, unique_by=lambda one: (one.object, one.version),
)  # fmt: skip


@given(st.lists(st.tuples(ENTRIES, st.integers(0, 50))))
def test_after_every_look_the_outbox_stands_as_what_can_be_read(looks: list[tuple[list[Entry], Instant]]) -> None:
    store = MemoryStore(PROPERTIES)
    for entries, now in looks:
        look(store, entries, now)
        stands = standing(store.offers(OURS))
        assert {(row.object, row.version, row.spec, row.digest) for row in stands.values()} == {*entries}
    added = [row.added for row in store.offers(OURS)]
    assert added == sorted(set(added))
    assert [row.seq for row in store.offers(OURS)] == [*range(1, len(added) + 1)]


def test_the_rows_of_an_object_are_found_by_their_index(tmp_path: Path) -> None:
    store = sqlite.create(tmp_path / "b", PROPERTIES)
    plan = store._raw.execute(f"EXPLAIN QUERY PLAN {OFFERS_OF} AND object = ?", (*OURS, "tool--1")).fetchall()
    assert "offer_object" in plan[0][3]
    assert "object=?" in plan[0][3]
    store.close()
