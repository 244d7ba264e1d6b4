"""A book made by an older Comity is brought up to date, with nothing lost; a newer one's is left alone."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from comity.errors import Unavailable
from comity.ledger import schema
from comity.ledger.outbox import Offer, shelf
from comity.ledger.verify import verify
from tests.ledger.nations import book, grant, reopened, report, title

FIRST = """
CREATE TABLE fact (
    position INTEGER NOT NULL PRIMARY KEY, address BLOB NOT NULL, kind TEXT NOT NULL, issuer TEXT NOT NULL,
    label INTEGER NOT NULL REFERENCES label (number), arrived INTEGER NOT NULL,
    batch INTEGER NOT NULL REFERENCES batch (number), leaf INTEGER NOT NULL, data BLOB NOT NULL, chain BLOB NOT NULL
);
CREATE UNIQUE INDEX fact_address ON fact (address);
CREATE INDEX fact_kind ON fact (kind, position);
CREATE INDEX fact_label ON fact (label, position);
CREATE TABLE batch (number INTEGER NOT NULL PRIMARY KEY, issuer TEXT NOT NULL);
"""
"""The tables of version 1 that have changed since."""
GUARDS = """
CREATE TRIGGER {0}_no_update BEFORE UPDATE ON {0} BEGIN SELECT RAISE(ABORT, 'a book is only added to'); END;
CREATE TRIGGER {0}_no_delete BEFORE DELETE ON {0} BEGIN SELECT RAISE(ABORT, 'a book is only added to'); END;
"""


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A file of version 1, with the facts of a book of today."""
    path = tmp_path / "old.db"
    made = book(path, "GBR", "USA")
    made.record(title("r1", "GBR"))
    made.record_all([grant("GBR", "USA", "r1", **{"from": "2026-01-01", "until": "2027-01-01"}), report("GBR", "r1")])
    made.close()
    with closing(sqlite3.connect(path)) as raw:
        facts = "position, address, kind, issuer, label, arrived, batch, leaf, data, chain"
        kept = raw.execute(f"SELECT {facts} FROM fact").fetchall()
        batches = raw.execute("SELECT number, issuer FROM batch").fetchall()
        raw.executescript(f"DROP TABLE fact; DROP TABLE batch; DROP TABLE offer; {FIRST}")
        raw.executemany(f"INSERT INTO fact ({facts}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", kept)
        raw.executemany("INSERT INTO batch VALUES (?, ?)", batches)
        raw.executescript(GUARDS.format("fact") + GUARDS.format("batch"))
        raw.execute("PRAGMA user_version = 1")
        raw.commit()
    return path


def test_an_old_file_is_brought_up_to_date_and_is_whole(old: Path) -> None:
    opened = reopened(old)
    assert list(verify(opened.store)) == []
    size = opened.store.head().size
    opened.record(report("USA", "r2"))
    assert opened.store.head().size == size + 1
    assert list(verify(opened.store)) == []
    opened.close()


def test_an_old_file_ends_with_the_tables_that_a_new_one_has(old: Path, tmp_path: Path) -> None:
    reopened(old).close()
    book(tmp_path / "new.db").close()
    tables = []
    for path in (old, tmp_path / "new.db"):
        with closing(sqlite3.connect(path)) as raw:
            names = [name for (name,) in raw.execute("SELECT name FROM sqlite_master ORDER BY name")]
            columns = {name: raw.execute(f"PRAGMA table_info({name})").fetchall() for name in schema.metadata.tables}
            indexed = {name: raw.execute(f"PRAGMA index_info({name})").fetchall() for name in names}
            version = raw.execute("PRAGMA user_version").fetchone()
        plain = {name: [(c[1], c[3], c[5]) for c in found] for name, found in columns.items()}
        tables.append((names, plain, indexed, version))
    assert tables[0] == tables[1]


def test_a_file_that_knows_no_outboxes_gets_them(tmp_path: Path) -> None:
    path, of = tmp_path / "third.db", shelf(["FIN"], "cyber")
    made = book(path, "GBR")
    made.record(report("GBR", "r1"))
    made.close()
    with closing(sqlite3.connect(path)) as raw:
        raw.executescript("DROP TABLE offer; PRAGMA user_version = 3;")
    opened = reopened(path)
    row = Offer(1, 5, "malware--1", "2026-01-01T00:00:00Z", "2.1", b"d" * 32)
    assert opened.store.offers(of) == []
    assert opened.store.offer(of, lambda last: [row]) == opened.store.offers(of) == [row]
    assert list(verify(opened.store)) == []
    opened.close()
    with closing(sqlite3.connect(path)) as raw:
        for change in ("DELETE FROM offer", "UPDATE offer SET added = 6"):
            with pytest.raises(sqlite3.IntegrityError, match="a book is only added to"):
                raw.execute(change)


def test_what_fails_half_way_leaves_the_old_file_as_it_was(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:

    def breaks(connection: object) -> None:
        raise RuntimeError(connection)

    monkeypatch.setitem(schema.STEPS, 2, breaks)
    with pytest.raises(RuntimeError):
        reopened(old)
    with closing(sqlite3.connect(old)) as raw:
        assert raw.execute("PRAGMA user_version").fetchone() == (1,)
        assert [c[1] for c in raw.execute("PRAGMA table_info(batch)")] == ["number", "issuer"]
    monkeypatch.undo()
    opened = reopened(old)
    assert list(verify(opened.store)) == []
    opened.close()


def test_a_file_from_a_newer_comity_is_left_alone(old: Path) -> None:
    reopened(old).close()
    with closing(sqlite3.connect(old)) as raw:
        raw.execute(f"PRAGMA user_version = {schema.VERSION + 1}")
    with pytest.raises(Unavailable, match="made by a newer Comity") as told:
        reopened(old)
    assert told.value.next_step == "upgrade Comity"
