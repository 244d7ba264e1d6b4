"""Nothing acknowledged is lost, not by a kill, two writers or a full disk; and a failure leaves a book whole."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from random import Random
from time import sleep

import pytest

from comity.errors import Unavailable
from comity.ledger import sqlite_reach
from comity.ledger.book import Book, Draft
from comity.ledger.seal import Statement, seal
from comity.ledger.verify import verify
from tests.ledger.nations import Line, book, reopened, report

ROOT = Path(__file__).parents[2]
KILLS = 8


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "book.db"
    book(file, "GBR", "USA").close()
    return file


def writer(path: Path, party: str, count: int, room: str = "") -> subprocess.Popen[str]:
    """A writer at work."""
    words = [sys.executable, "-m", "tests.ledger.writer", str(path), party, str(count), *([room] if room else [])]
    return subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def whole(path: Path, acknowledged: list[str]) -> int:
    """Check that every acknowledged fact is there and that all of the book verifies; how many facts it holds."""
    opened = reopened(path)
    try:
        assert list(verify(opened.store)) == []
        assert [name for name in acknowledged if opened.find(name) is None] == []
        return opened.store.head().size
    finally:
        opened.close()


def test_what_was_acknowledged_before_a_kill_is_there(path: Path) -> None:
    rng, acknowledged = Random(2), list[str]()
    for _ in range(KILLS):
        with writer(path, "GBR", 1000) as child:
            assert child.stdout is not None
            acknowledged.append(child.stdout.readline().strip())
            sleep(rng.uniform(0.02, 0.5))
            child.kill()
            rest = child.stdout.read()
        acknowledged += rest[: rest.rfind("\n") + 1].split()  # a line that was cut off was not received
        whole(path, acknowledged[-1:])
    assert whole(path, acknowledged) >= len(acknowledged) + 2
    assert len(acknowledged) > 10 * KILLS


def test_a_copy_taken_at_a_receipt_holds_what_was_acknowledged(path: Path, tmp_path: Path) -> None:
    """The files as they lie on disk at the instant of a receipt, without what a process still keeps to itself."""
    opened = reopened(path)
    for number in range(5):
        receipt = opened.record(report("GBR", f"r{number}"))
        folder = tmp_path / f"copy-{number}"
        folder.mkdir()
        for name in ("book.db", "book.db-wal"):
            shutil.copy(path.parent / name, folder / name)
        assert whole(folder / "book.db", [receipt.id]) == opened.store.head().size
    opened.close()


def test_two_writers_at_once_both_write_all(path: Path) -> None:
    both = [writer(path, party, 150) for party in ("GBR", "USA")]
    said = [child.communicate()[0].split() for child in both]
    assert [child.returncode for child in both] == [0, 0]
    assert [len(names) for names in said] == [150, 150]
    assert whole(path, said[0] + said[1]) == 2 + 300


def test_two_writers_in_one_process_take_turns(path: Path) -> None:
    one, other = reopened(path), reopened(path)
    names = [opened.record(report("GBR", f"r{number}")).id for number in range(10) for opened in (one, other)]
    one.close()
    other.close()
    assert whole(path, names) == 2 + 20


def addressed(number: int, *readers: str) -> Line:
    """A report that goes into a channel to each reader."""
    return report("GBR", f"r{number}", label=[{"owner": "GBR", "scope": "s", "readers": list(readers)}])


def test_channels_go_on_from_where_the_other_writer_left_them(path: Path) -> None:
    one, other = reopened(path), reopened(path)
    names = [opened.record(addressed(n, "FIN", "EST")).id for n in range(6) for opened in (one, one, other)]
    ends = [opened.store.channel("GBR", "FIN") for opened in (one, other)]
    assert [seq for seq, _ in ends] == [18, 18]
    assert ends[0] == ends[1]
    assert one.store.last_batch() == other.store.last_batch() == 2 + 18
    one.close()
    other.close()
    assert whole(path, names) == 2 + 18


def test_a_writing_that_failed_moves_nothing_on(path: Path) -> None:
    opened = reopened(path)
    kept = opened.record(addressed(1, "FIN"))
    before = (opened.store.head(), opened.store.last_batch(), opened.store.channel("GBR", "FIN"))
    for fault in (ZeroDivisionError, KeyboardInterrupt):
        with pytest.raises(fault):
            _add_and_fail(opened, fault)
        assert (opened.store.head(), opened.store.last_batch(), opened.store.channel("GBR", "FIN")) == before
    names = [kept.id, opened.record(addressed(3, "FIN")).id]
    opened.close()
    assert whole(path, names) == 2 + 2


def _add_and_fail(opened: Book[None], fault: type[BaseException]) -> None:
    stated = opened.draft(addressed(2, "FIN"), Draft(), {})
    signer = opened.signing.signer(opened.keys, opened.store.head())
    with opened.store.writing() as writer:
        batch, statements = writer.last_batch(), [Statement(stated, ("GBR",))]
        writer.add(seal(writer, writer.head(), statements, clock=opened.clock(), book=opened.id, signer=signer))
        assert writer.last_batch() == batch + 1
        raise fault


def test_more_channels_than_are_remembered_go_on_all_the_same(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_reach, "MOST_CHANNELS", 2)
    opened = reopened(path)
    names = [opened.record(addressed(n, f"R{n % 5}", f"R{n % 3}")).id for n in range(20)]
    assert len(opened.store._reach.now().channels) <= 2 + 2  # type: ignore[attr-defined]
    opened.close()
    assert whole(path, names) == 2 + 20


def test_a_full_disk_is_told_and_the_book_stays_whole(path: Path) -> None:
    child = writer(path, "GBR", 5000, str(path.stat().st_size + 300_000))
    said = child.communicate()[0].splitlines()
    assert child.returncode == 1
    assert said[-1].startswith("Unavailable: ")
    assert "disk" in said[-1]
    assert len(said) > 1
    assert whole(path, said[:-1]) == 2 + len(said) - 1
    opened = reopened(path)
    opened.record(report("GBR", "there is room again"))
    opened.close()


def test_a_file_that_may_grow_no_more_is_told_and_nothing_is_half_written(path: Path) -> None:
    opened = reopened(path)
    pages = opened.store._raw.execute("PRAGMA page_count").fetchone()[0]  # type: ignore[attr-defined]
    opened.store._raw.execute(f"PRAGMA max_page_count = {pages + 2}")  # type: ignore[attr-defined]
    before = opened.store.head().size
    with pytest.raises(Unavailable, match="the disk is full") as told:
        opened.record_all([report("GBR", f"r{number}", note="x" * 500) for number in range(200)])
    assert told.value.next_step == "free some space; nothing of what was being added is in the book"
    assert told.value.where == str(path)
    assert opened.store.head().size == before
    opened.close()
    assert whole(path, []) == before


def test_a_file_that_may_only_be_read_is_read_and_writing_is_refused(path: Path, tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("whoever may do everything may write everywhere; tried as another user")
    opened = reopened(path)
    names = [opened.record(report("GBR", "r1")).id]
    opened.close()
    path.chmod(0o444)
    tmp_path.chmod(0o555)
    try:
        assert whole(path, names) == 3
        opened = reopened(path)
        with pytest.raises(Unavailable, match="may not be written"):
            opened.record(report("GBR", "r2"))
        opened.close()
    finally:
        tmp_path.chmod(0o755)


def test_a_store_that_was_opened_for_reading_refuses_to_write(path: Path) -> None:
    from comity.ledger.sqlite import SQLiteStore

    store = SQLiteStore(path, writable=False)
    with pytest.raises(Unavailable, match="may not be written") as told, store.writing() as writing:
        writing.label(b"[new]")
    assert told.value.next_step == "check its permissions, and those of its folder"
    assert store.head().size == 2
    store.close()
    assert whole(path, []) == 2


def test_a_file_that_is_damaged_is_told(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[100:4000] = bytes(3900)
    path.write_bytes(data)
    with pytest.raises(Exception, match=r"damaged|no book|comity ledger verify") as told:
        reopened(path).record(report("GBR", "r1"))
    assert not isinstance(told.value, sqlite3.Error)
