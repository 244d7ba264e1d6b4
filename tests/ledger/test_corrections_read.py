"""Corrections as the log is read on: those that came too early, and those that come in between."""

from __future__ import annotations

from dataclasses import dataclass

from comity.ledger.corrections import Corrections
from comity.ledger.memory import MemoryStore
from comity.ledger.store import Addition, Head, Row

PROPERTIES = {"book": "b", "node": "00", "ceiling": "UNMARKED"}


@dataclass(frozen=True)
class Stated:
    """A fact, and the place of the one that it corrects."""

    issuer: str = "GBR"
    instead_of: int | None = None


def address(place: int) -> bytes:
    return bytes([place]) * 32


def write(store: MemoryStore, *stated: Stated) -> None:
    """Add facts to a log; where they come from and when does not matter here."""
    with store.writing() as writer:
        start, label = writer.head().size + 1, writer.label(b"[1]")
        rows = [
            Row(place, address(place), "report", one.issuer, label, 1000 + place, 0, 90,
                None if one.instead_of is None else address(one.instead_of), place, 0, b"{}", b"c" * 32)
            for place, one in enumerate(stated, start=start)
        ]  # fmt: skip
        writer.add(Addition(rows, [], [], [], Head(rows[-1].position, rows[-1].chain, rows[-1].arrived, b"s")))


def places(read: Corrections) -> list[int]:
    """The places of the facts that were corrected."""
    return [one.row.position for one in read]


def test_a_correction_that_came_first_waits_for_what_it_corrects() -> None:
    store, read = MemoryStore(PROPERTIES), Corrections()
    write(store, Stated(instead_of=3))
    write(store, Stated("FIN"))
    read.read(store)
    assert places(read) == []
    write(store, Stated())
    read.read(store)
    read.read(store)
    assert places(read) == [3]


def test_what_another_said_in_its_place_does_not_wait_either() -> None:
    store, read = MemoryStore(PROPERTIES), Corrections()
    write(store, Stated("FIN", instead_of=2), Stated(), Stated("GBR", instead_of=2))
    read.read(store)
    write(store, Stated())
    read.read(store)
    assert places(read) == [2]


class _Growing(MemoryStore):
    """A log to which somebody adds just after one looked how long it is."""

    coming: tuple[Stated, ...] = ()

    def head(self) -> Head:
        found = super().head()
        coming, self.coming = self.coming, ()
        if coming:
            write(self, *coming)
        return found


def test_a_correction_that_comes_while_one_reads_is_read_once_the_next_time() -> None:
    store, read = _Growing(PROPERTIES), Corrections()
    write(store, Stated())
    store.coming = (Stated(instead_of=1),)
    read.read(store)
    assert places(read) == []
    read.read(store)
    write(store, Stated())
    read.read(store)
    assert places(read) == [1]
