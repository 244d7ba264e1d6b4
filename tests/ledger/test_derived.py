"""The index beside a book is a function of the log: made again when it is damaged, foreign or cut off."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from random import Random
from time import sleep

import pytest

from comity.flow.intelligence_import import BATCH, How, plan
from comity.instruments.intelligence.index import Index
from comity.instruments.intelligence.shelf import Shelf
from comity.ledger.book import Book
from comity.ledger.verify import verify
from tests.instruments.intelligence.shelves import APT, TOOL, USES, Stix, brought_in, bundle, thing
from tests.ledger.nations import book, reopened

ROOT = Path(__file__).parents[2]
TABLES = ("thing", "version", "portion", "edge", "member", "word", "term")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A book in a file, with an index beside it."""
    file = tmp_path / "book.db"
    made = book(file, "USA")
    brought_in(made, APT, TOOL, USES, collections=["one"])
    assert len(Shelf.of(made.view()).ids()) == 3
    made.close()
    return file


def index_of(path: Path) -> Path:
    return path.with_name("book.db.index")


def shown(path: Path) -> dict[str, object]:
    """What stands on the shelf of a book that is opened anew."""
    opened = reopened(path)
    try:
        shelf = Shelf.of(opened.view())
        return {one: shelf.export(one) for one in shelf.ids()} | {"found": shelf.search("lantern").total}
    finally:
        opened.close()


def rows(opened: Book[None]) -> list[object]:
    """Every row of the index."""
    _, derived = opened.derived(Index)
    derived.follow()
    return [derived.ask(f"SELECT * FROM {table} ORDER BY 1, 2") for table in TABLES]


WHOLE: dict[str, object] = {str(one["id"]): one for one in (USES, APT, TOOL)} | {"found": 1}


def test_the_index_lies_beside_the_book(path: Path) -> None:
    assert index_of(path).is_file()
    assert shown(path) == WHOLE


def damaged(file: Path) -> None:
    held = bytearray(file.read_bytes())
    held[100:] = b"\x55" * (len(held) - 100)
    file.write_bytes(held)


def of_another_book(file: Path) -> None:
    other = book(file.with_name("other.db"), "USA")
    brought_in(other, thing("tool", "Other"))
    Shelf.of(other.view()).ids()
    other.close()
    file.write_bytes(file.with_name("other.db.index").read_bytes())


def without_a_table(file: Path) -> None:
    with sqlite3.connect(file) as raw:
        raw.execute("DROP TABLE portion")
    raw.close()


def ahead_of_the_log(file: Path) -> None:
    with sqlite3.connect(file) as raw:
        raw.execute("UPDATE followed SET position = position + 7")
    raw.close()


def of_another_version(file: Path) -> None:
    with sqlite3.connect(file) as raw:
        raw.execute("UPDATE followed SET version = 0")
    raw.close()


def of_another_log(file: Path) -> None:
    with sqlite3.connect(file) as raw:
        raw.execute("UPDATE followed SET chain = zeroblob(32)")
    raw.close()


SPOILT = {
    "no database": lambda file: file.write_text("what is this"),
    "empty": lambda file: file.write_bytes(b""),
    "cut off": lambda file: file.write_bytes(file.read_bytes()[:5000]),
    "damaged": damaged,
    "gone": lambda file: file.unlink(),
    "of another book": of_another_book,
    "without a table": without_a_table,
    "ahead of the log": ahead_of_the_log,
    "of another version": of_another_version,
    "of another log": of_another_log,
}


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT)
def test_an_index_that_is_no_good_is_made_again(path: Path, spoil: object) -> None:
    for name in ("-wal", "-shm"):
        index_of(path).with_name(f"book.db.index{name}").unlink(missing_ok=True)
    spoil(index_of(path))  # type: ignore[operator]  # a function of the table above
    assert shown(path) == WHOLE
    assert index_of(path).is_file()


def test_an_index_that_shows_too_much_shows_nothing_that_may_not_be_read(tmp_path: Path) -> None:
    """What the index calls open is read through the view, which asks again."""
    file = tmp_path / "book.db"
    made = book(file, "USA")
    brought_in(made, TOOL)
    brought_in(made, APT, to=["GBR"], clause="secret")
    assert Shelf.of(made.view()).ids() == [TOOL["id"]]
    made.close()
    with sqlite3.connect(index_of(file)) as raw:
        raw.execute("UPDATE portion SET label = (SELECT label FROM portion ORDER BY number LIMIT 1)")
    raw.close()
    opened = reopened(file)
    shelf = Shelf.of(opened.view())
    assert shelf.ids() == [TOOL["id"]]
    opened.close()


def test_a_book_that_may_not_be_written_has_its_index_in_memory(path: Path) -> None:
    index_of(path).unlink()
    mode = path.parent.stat().st_mode
    opened = reopened(path)
    opened.store.writable = False  # type: ignore[attr-defined]  # as a folder that may not be written makes it
    try:
        assert len(Shelf.of(opened.view()).ids()) == 3
        assert not index_of(path).exists()
    finally:
        opened.close()
        path.parent.chmod(mode)


def test_an_index_grows_with_the_log_as_one_made_at_once(path: Path) -> None:
    opened = reopened(path)
    for number in range(4):
        brought_in(opened, thing("tool", f"tool {number}"), to=["GBR"], clause=f"c{number}")
        rows(opened)
    grown = rows(opened)
    opened.close()
    index_of(path).unlink()
    again = reopened(path)
    assert rows(again) == grown
    again.close()


def test_two_share_an_index(path: Path) -> None:
    one, two = reopened(path), reopened(path)
    assert len(Shelf.of(two.view()).ids()) == 3
    brought_in(one, thing("tool", "by one"))
    assert len(Shelf.of(one.view()).ids()) == 4
    brought_in(two, thing("tool", "by two"))
    assert len(Shelf.of(two.view()).ids()) == 5
    assert len(Shelf.of(one.view()).ids()) == 5
    _, derived = one.derived(Index)
    derived.make_again()
    assert len(Shelf.of(one.view()).ids()) == 5
    brought_in(two, thing("tool", "after it was made again"))
    assert len(Shelf.of(two.view()).ids()) == 6
    assert rows(one) == rows(two)
    one.close()
    two.close()


def objects(many: int) -> list[Stix]:
    return [thing("tool", f"tool {number}", description="one of many " * 5) for number in range(many)]


def process(path: Path, *words: str) -> subprocess.Popen[str]:
    line = [sys.executable, "-m", "tests.ledger.index_follower", str(path), *words]
    return subprocess.Popen(line, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def test_a_kill_while_the_index_is_made_is_harmless(path: Path) -> None:
    opened = reopened(path)
    brought_in(opened, *objects(300))
    opened.close()
    rng = Random(3)
    for _ in range(4):
        with process(path, "follow") as child:
            assert child.stdout is not None
            child.stdout.readline()
            sleep(rng.uniform(0.02, 0.3))
            child.kill()
    left = reopened(path)
    shelf = Shelf.of(left.view())
    assert len(shelf.ids()) == 303
    kept = rows(left)
    left.close()
    index_of(path).unlink()
    again = reopened(path)
    assert rows(again) == kept
    again.close()


def test_what_was_acknowledged_of_an_import_before_a_kill_is_there(path: Path, tmp_path: Path) -> None:
    """Whole batches are in, the book verifies, the index recovers, and importing again adds the rest."""
    many = 3 * BATCH
    file = tmp_path / "many.json"
    file.write_bytes(bundle(*objects(many)))
    with process(path, "import", str(file)) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "planned\n"
        acknowledged = int(child.stdout.readline())
        sleep(0.05)
        os.kill(child.pid, 9)
    opened = reopened(path)
    assert list(verify(opened.store)) == []
    there = len(Shelf.of(opened.view()).ids()) - 3
    assert there >= acknowledged
    assert there % BATCH == 0
    rest = plan(opened, file.read_bytes(), How("USA", "import", ("*",)))
    assert rest.new == many - there
    rest.commit()
    shelf = Shelf.of(opened.view())
    assert len(shelf.ids()) == many + 3
    assert all(shelf.export(str(one["id"])) == one for one in objects(many)[::500])
    assert json.loads(file.read_text())["objects"][0] == shelf.export(str(objects(1)[0]["id"]))
    opened.close()
