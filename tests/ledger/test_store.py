"""What every store promises, shown on each of them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from comity.errors import Corrupt
from comity.ledger import sqlite
from comity.ledger.memory import MemoryStore
from comity.ledger.store import START, Addition, Batch, Head, Link, Narrowed, Row, Signature, Store

PROPERTIES = {"book": "b", "node": "00", "ceiling": "UNMARKED"}
CHANNEL = ("GBR", "FIN")


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    made: Store = MemoryStore(PROPERTIES) if request.param == "memory" else sqlite.create(tmp_path / "b", PROPERTIES)
    yield made
    made.close()


def addition(label: int, start: int, kinds: list[str], batch: int = 1) -> Addition:
    rows = [
        Row(
            start + n,
            bytes([start + n]) * 32,
            kind,
            "GBR",
            label,
            1000 + start,
            10 * n,
            90,
            None,
            batch,
            n,
            b"{}",
            b"c" * 32,
        )
        for n, kind in enumerate(kinds)
    ]
    leaves = b"".join(row.address for row in rows)
    links = [Link(*CHANNEL, row.position, row.address, b"h" * 32, None, None) for row in rows]
    head = Head(rows[-1].position, rows[-1].chain, rows[-1].arrived, b"s")
    return Addition(rows, [Batch(batch, "GBR", leaves)], [Signature(batch, "k", b"s")], links, head)


def filled(store: Store) -> None:
    with store.writing() as writer:
        writer.add(addition(writer.label(b"[1]"), 1, ["grant", "report"]))
    with store.writing() as writer:
        writer.add(addition(writer.label(b"[2]"), 3, ["report", "title", "report"], batch=2))


def test_an_empty_store(store: Store) -> None:
    assert store.head() == START
    assert [*store.rows(), *store.batches(), *store.signatures(), *store.links(), *store.heads()] == []
    assert store.last_batch() == 0
    assert store.channel(*CHANNEL) == (0, bytes(32))
    assert store.property("book") == "b"
    assert store.property("none") is None


def test_what_was_added_is_read_back_in_order(store: Store) -> None:
    filled(store)
    assert [row.position for row in store.rows()] == [1, 2, 3, 4, 5]
    assert [row.position for row in store.rows(2, 4)] == [3, 4]
    assert [row.position for row in store.rows(kinds=["grant", "title"])] == [1, 4]
    assert store.head() == Head(5, b"c" * 32, 1003, b"s")
    assert store.find(bytes([4]) * 32) == next(store.rows(3))
    assert store.find(bytes(32)) is None
    assert store.held([bytes([2]) * 32, bytes(32)]) == {bytes([2]) * 32}
    assert store.channel(*CHANNEL) == (5, b"h" * 32)
    assert store.last_batch() == 2
    assert [batch.number for batch in store.batches(1)] == [2]
    assert [one.batch for one in store.signatures()] == [1, 2]
    assert [one.batch for one in store.signatures(0, 1)] == [1]
    assert [link.seq for link in store.links()] == [1, 2, 3, 4, 5]
    assert [head.size for head in store.heads()] == [2, 5]
    assert sorted(store.labels().values()) == [b"[1]", b"[2]"]


def test_a_label_keeps_its_number(store: Store) -> None:
    with store.writing() as writer:
        first, second = writer.label(b"[1]"), writer.label(b"[2]")
        assert writer.label(b"[1]") == first != second
        writer.add(addition(first, 1, ["grant"]))
    with store.writing() as writer:
        assert writer.label(b"[2]") == second


def test_pages_go_label_by_label_then_by_kind_and_address(store: Store) -> None:
    filled(store)
    one, two = sorted(store.labels())
    whole = [row.position for row in store.page([two, one])]
    assert whole == [3, 5, 4, 1, 2]
    assert store.count([one, two]) == 5
    assert store.page([]) == []
    for size in range(1, 6):
        pages, last = list[int](), None
        while rows := store.page([two, one], after=last, limit=size):
            pages += [row.position for row in rows]
            last = rows[-1]
        assert pages == whole


NARROWED: dict[str, tuple[Narrowed, list[int]]] = {
    "of a kind": (Narrowed(kinds=("report",)), [3, 5, 2]),
    "of several kinds": (Narrowed(kinds=("report", "grant")), [3, 5, 1, 2]),
    "of no kind": (Narrowed(kinds=()), []),
    "arrived by": (Narrowed(arrived=1002), [1, 2]),
    "begun by": (Narrowed(holds=10), [3, 4, 1, 2]),
    "not ended by": (Narrowed(holds=90), []),
    "all of it": (Narrowed(arrived=1003, holds=19, kinds=("report",)), [3, 2]),
}


@pytest.mark.parametrize(("narrowed", "positions"), NARROWED.values(), ids=NARROWED)
def test_pages_are_narrowed_before_they_are_cut(store: Store, narrowed: Narrowed, positions: list[int]) -> None:
    filled(store)
    one, two = sorted(store.labels())
    assert [row.position for row in store.page([two, one], narrowed=narrowed)] == positions
    assert [row.position for row in store.page([two, one], limit=1, narrowed=narrowed)] == positions[:1]
    assert store.count([two, one], narrowed) == len(positions)


def test_a_failed_writing_leaves_nothing(tmp_path: Path) -> None:
    store = sqlite.create(tmp_path / "b", PROPERTIES)
    filled(store)

    def fail() -> None:
        with store.writing() as writer:
            writer.add(addition(writer.label(b"[3]"), 6, ["report"], batch=3))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert store.head().size == 5
    assert sorted(store.labels().values()) == [b"[1]", b"[2]"]
    with store.writing() as writer:
        writer.add(addition(writer.label(b"[3]"), 6, ["report"], batch=3))
    assert store.head().size == 6
    store.close()


def test_writers_take_turns(store: Store) -> None:
    def write() -> None:
        for _ in range(20):
            with store.writing() as writer:
                size = writer.head().size
                writer.add(addition(writer.label(b"[1]"), size + 1, ["report"], batch=size + 1))

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [row.position for row in store.rows()] == list(range(1, 81))


def test_a_file_refuses_changes_and_removals(tmp_path: Path) -> None:
    store = sqlite.create(tmp_path / "b", PROPERTIES)
    filled(store)
    for table in ("fact", "batch", "signature", "link", "head", "label", "property"):
        with pytest.raises(Corrupt, match="only added to"), store.writing():
            store._raw.execute(f"DELETE FROM {table}")
        column = store._raw.execute(f"SELECT * FROM {table}").description[0][0]
        with pytest.raises(Corrupt, match="only added to"), store.writing():
            store._raw.execute(f"UPDATE {table} SET {column} = {column}")
    assert store.head().size == 5
    store.close()


def test_nothing_is_added_to_a_file_that_lost_its_end(tmp_path: Path) -> None:
    store = sqlite.create(tmp_path / "b", PROPERTIES)
    filled(store)
    store._raw.execute("DROP TRIGGER fact_no_delete")
    store._raw.execute("DELETE FROM fact WHERE position = 5")
    with pytest.raises(Corrupt, match="last signed head"), store.writing() as writer:
        writer.head()
    store.close()


def test_the_head_is_as_the_file_says_whoever_wrote_it(tmp_path: Path) -> None:
    """What is held of the head between two looks is void once this connection, or another, has written."""
    one = sqlite.create(tmp_path / "book.db", {})
    other = sqlite.open_store(tmp_path / "book.db")
    assert (one.head(), other.head()) == (START, START)
    filled(one)
    size = one.head().size
    assert size > 0
    assert other.head() == one.head()
    before = other.head()
    with pytest.raises(RuntimeError, match="nothing of it"):
        _add_and_fail(other, size)
    assert other.head() == one.head() == before
    one.close()
    other.close()


def _add_and_fail(store: Store, size: int) -> None:
    with store.writing() as writer:
        writer.add(addition(writer.label(b"[]"), size + 1, ["note"], batch=9))
        assert writer.head().size == size + 1, "within a writing its own rows count"
        raise RuntimeError("nothing of it is to stay")
