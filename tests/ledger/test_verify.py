"""What was done to a book behind its back is found, and the fact it was done to is named."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest

from comity.errors import ComityError, Corrupt, Refused
from comity.ledger import cells, chain, schema, sign
from comity.ledger.book import Book
from comity.ledger.findings import Damage, Finding
from comity.ledger.sqlite import open_store
from comity.ledger.store import Head
from comity.ledger.verify import verify
from tests.ledger.nations import book, grant, reopened, report, title

Tamper = Callable[[sqlite3.Connection], object]
THIRD, FIFTH = "position = 9", "position = 11"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A book of three nations: four keys and a dozen facts, single and in batches."""
    file = tmp_path / "book.db"
    made = book(file, "GBR", "FIN", "USA")
    made.record(title("r1", "GBR"))
    made.record(grant("GBR", "FIN", "r1"))
    made.record_all([report("GBR", f"r{number}") for number in range(4)])
    made.record_all([grant("GBR", "FIN", "r2"), grant("USA", "FIN", "r3"), grant("GBR", "FIN", "r3")])
    made.record(report("USA", "r9"))
    made.record(title("r9", "USA"))
    made.close()
    return file


def tamper(path: Path, change: Tamper) -> None:
    """Change a book's file behind its back."""
    with closing(sqlite3.connect(path)) as raw:
        for table in schema.metadata.tables:
            for act in ("update", "delete"):
                raw.execute(f"DROP TRIGGER {table}_no_{act}")
        change(raw)
        with contextlib.suppress(sqlite3.OperationalError):  # a table may be gone
            for guard in schema.guards():
                raw.execute(guard)
        raw.commit()


def found(path: Path, witness: Head | None = None) -> list[Finding]:
    """What the search finds in a file."""
    store = open_store(path)
    try:
        return list(verify(store, witness=witness))
    finally:
        store.close()


def address(path: Path, place: str) -> str:
    """The id of the fact at a place."""
    with closing(sqlite3.connect(path)) as raw:
        (found,) = raw.execute(f"SELECT address FROM fact WHERE {place}").fetchone()
    return bytes(found).hex()


def test_a_whole_book_has_no_finding(path: Path) -> None:
    assert found(path) == []
    assert list(verify(book(None, "GBR").store)) == []


def _swap(raw: sqlite3.Connection) -> None:
    raw.execute(f"UPDATE fact SET position = 1000 WHERE {THIRD}")
    raw.execute(f"UPDATE fact SET position = 9 WHERE {FIFTH}")
    raw.execute("UPDATE fact SET position = 11 WHERE position = 1000")


def _forge(raw: sqlite3.Connection) -> None:
    """Put other words into a fact, with an id that fits them."""
    (data,) = raw.execute(f"SELECT data FROM fact WHERE {THIRD}").fetchone()
    words = data.replace(b"what GBR knows", b"what ALB knows")
    raw.execute(f"UPDATE fact SET data = ?, address = ? WHERE {THIRD}", (words, sha256(words).digest()))


def _rewrite(raw: sqlite3.Connection) -> None:
    """Forge a fact with all that stands beside it, its batch too; only the signature cannot be made."""
    _forge(raw)
    row = raw.execute(f"SELECT batch, leaf, address FROM fact WHERE {THIRD}").fetchone()
    (leaves,) = raw.execute("SELECT leaves FROM batch WHERE number = ?", row[:1]).fetchone()
    changed = leaves[: 32 * row[1]] + row[2] + leaves[32 * (row[1] + 1) :]
    raw.execute("UPDATE batch SET leaves = ? WHERE number = ?", (changed, row[0]))


DAMAGES: dict[str, tuple[Tamper, Damage, str | None, str]] = {
    "other bytes": (
        lambda raw: raw.execute(
            f"UPDATE fact SET data = CAST(replace(CAST(data AS TEXT), 'knows', 'knew') AS BLOB) WHERE {THIRD}"
        ),
        Damage.ALTERED, THIRD, "its bytes are not those",
    ),
    "another kind beside it": (
        lambda raw: raw.execute(f"UPDATE fact SET kind = 'note' WHERE {THIRD}"), Damage.ALTERED, THIRD, "kind",
    ),
    "another issuer beside it": (
        lambda raw: raw.execute(f"UPDATE fact SET issuer = 'USA' WHERE {THIRD}"), Damage.ALTERED, THIRD, "issuer",
    ),
    "another label beside it": (
        lambda raw: raw.execute(
            f"UPDATE fact SET label = (SELECT label FROM fact WHERE position = 6) WHERE {THIRD}"),
        Damage.ALTERED, THIRD, "label",
    ),
    "another label for all": (
        lambda raw: raw.execute(
            f"UPDATE label SET atoms = '[]' WHERE number = (SELECT label FROM fact WHERE {THIRD})"),
        Damage.ALTERED, THIRD, "label",
    ),
    "another period beside it": (
        lambda raw: raw.execute(f"UPDATE fact SET ends = 0 WHERE {THIRD}"), Damage.ALTERED, THIRD, "until",
    ),
    "another instant of arrival": (
        lambda raw: raw.execute(f"UPDATE fact SET arrived = arrived - 1 WHERE {THIRD}"), Damage.REORDERED, THIRD, "",
    ),
    "taken out": (lambda raw: raw.execute(f"DELETE FROM fact WHERE {THIRD}"), Damage.MISSING, THIRD, "signed it"),
    "two changed places": (_swap, Damage.REORDERED, THIRD, "the fact before it"),
    "other words and a fitting id": (_forge, Damage.FORGED, "new", "does not hold it"),
    "other words, a fitting id and batch": (_rewrite, Damage.FORGED, "new", "is not over this batch"),
    "no signature": (
        lambda raw: raw.execute(f"DELETE FROM signature WHERE batch = (SELECT batch FROM fact WHERE {THIRD})"),
        Damage.FORGED, THIRD, "no live key of GBR",
    ),
    "another's signature": (
        lambda raw: raw.execute(
            f"UPDATE signature SET key = (SELECT key FROM signature ORDER BY batch DESC LIMIT 1) "
            f"WHERE batch = (SELECT batch FROM fact WHERE {THIRD})"),
        Damage.FORGED, THIRD, "is not over this batch",
    ),
    "an unknown key": (
        lambda raw: raw.execute(
            f"UPDATE signature SET key = 'nobody' WHERE batch = (SELECT batch FROM fact WHERE {THIRD})"),
        Damage.FORGED, THIRD, "the key nobody is not known",
    ),
    "a head that the node did not sign": (
        lambda raw: raw.execute("UPDATE head SET signed = zeroblob(64) WHERE size = 5"), Damage.FORGED, None, "5 facts",
    ),
    "a channel with a gap": (
        lambda raw: raw.execute("DELETE FROM link WHERE recipient = 'FIN' AND issuer = 'GBR' AND seq = 2"),
        Damage.MISSING, None, "from GBR to FIN does not hold it any more",
    ),
    "a channel's end taken out": (
        lambda raw: raw.execute("DELETE FROM link WHERE recipient = 'FIN' AND issuer = 'USA'"),
        Damage.MISSING, None, "from USA to FIN does not hold it any more",
    ),
    "all channels taken out": (
        lambda raw: raw.execute("DELETE FROM link"), Damage.MISSING, None, "from GBR to FIN does not hold it any more",
    ),
    "a channel's head taken off": (
        lambda raw: raw.execute("UPDATE link SET key = NULL, signed = NULL WHERE issuer = 'USA'"),
        Damage.FORGED, None, "from USA to FIN has no signed head where its batch ends",
    ),
    "another label's digest": (
        lambda raw: raw.execute("UPDATE label SET digest = zeroblob(32) WHERE number = 1"),
        Damage.ALTERED, None, "is not what its digest was made from",
    ),
    "a node's key that is none": (
        lambda raw: raw.execute("UPDATE property SET value = 'none' WHERE name = 'node'"),
        Damage.ALTERED, None, "'node' holds no key",
    ),
    "a table that is gone": (lambda raw: raw.execute("DROP TABLE link"), Damage.MISSING, None, "'link' cannot be read"),
    "a head taken out": (
        lambda raw: raw.execute("DELETE FROM head WHERE size = 5"), Damage.MISSING, None, "over 5 facts is not there",
    ),
    "a signature without a key": (
        lambda raw: raw.execute("UPDATE link SET signed = x'00' WHERE key IS NULL"), Damage.ALTERED, None,
        "no key that it could be of",
    ),
    "a place before the first": (
        lambda raw: raw.execute("UPDATE fact SET position = 0 WHERE position = 1"), Damage.ALTERED, None, "position",
    ),
    "no facts at all": (lambda raw: raw.execute("DROP TABLE fact"), Damage.MISSING, None, "'fact' cannot be read"),
    "text in place of an instant": (
        lambda raw: raw.execute(f"UPDATE fact SET arrived = 'noon' WHERE {THIRD}"),
        Damage.ALTERED, THIRD, "arrived holds text",
    ),
    "a number in place of an id": (
        lambda raw: raw.execute(f"UPDATE fact SET address = 7 WHERE {THIRD}"), Damage.ALTERED, None,
        "address holds a number",
    ),
    "a channel that forks": (
        lambda raw: raw.execute(
            "INSERT INTO link SELECT issuer, recipient, 1, address, hash, NULL, NULL FROM link "
            "WHERE recipient = 'FIN' AND issuer = 'GBR' AND seq = 3"),
        Damage.FORKED, None, "both at place 1",
    ),
    "a channel's head that its issuer did not sign": (
        lambda raw: raw.execute("UPDATE link SET signed = zeroblob(64) WHERE signed IS NOT NULL AND issuer = 'USA'"),
        Damage.FORGED, None, "is not signed by a key of USA",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", DAMAGES.values(), ids=DAMAGES)
def test_a_damage_is_found_and_named(path: Path, case: tuple[Tamper, Damage, str | None, str]) -> None:
    change, damage, place, says = case
    before = address(path, place) if place not in {None, "new"} and place is not None else None
    tamper(path, change)
    named = address(path, THIRD) if place == "new" else before
    told = found(path)
    assert any(one.damage is damage and says in one.says and (named is None or one.fact == named) for one in told), told


CELLS = [(table, column) for table, columns in cells.COLUMNS.items() for column in columns]
JUNK = {"text": "'x'", "a number": "7", "bytes": "x'00ff'", "no text": "CAST(x'ff' AS TEXT)", "nothing": "NULL"}


def held(path: Path, table: str, column: str) -> list[object]:
    """What a column of a file holds."""
    with closing(sqlite3.connect(path)) as raw:
        return raw.execute(f'SELECT CAST("{column}" AS BLOB), typeof("{column}") FROM {table} ORDER BY 1, 2').fetchall()


@pytest.mark.parametrize("cell", CELLS, ids="-".join)
def test_nothing_that_a_cell_holds_ends_the_search(path: Path, cell: tuple[str, str], tmp_path: Path) -> None:
    table, column = cell
    for number, junk in enumerate(JUNK.values()):
        copy = tmp_path / f"{number}.db"
        copy.write_bytes(path.read_bytes())
        changed = f'UPDATE {table} SET "{column}" = {junk} WHERE rowid IN (SELECT max(rowid) FROM {table})'
        if table in {"signature", "link"}:
            key = {"signature": "batch = 6", "link": "issuer = 'USA' AND recipient = 'FIN' AND seq = 1"}[table]
            changed = f'UPDATE {table} SET "{column}" = {junk} WHERE {key}'
        with contextlib.suppress(sqlite3.IntegrityError):  # the file itself refuses it
            tamper(copy, lambda raw, sql=changed: raw.execute(sql))  # type: ignore[misc]
            with closing(sqlite3.connect(copy)) as raw:
                before, after = (
                    one.execute(
                        f"SELECT CAST({column} AS BLOB), typeof({column}) FROM {table} ORDER BY 1, 2"
                    ).fetchall()
                    for one in (sqlite3.connect(path), raw)
                )
            store = open_store(copy)
            told = list(verify(store))
            store.close()
            assert bool(told) is (before != after), (junk, told)


def test_one_damaged_cell_accuses_no_other(path: Path) -> None:
    named = address(path, THIRD)
    tamper(path, DAMAGES["text in place of an instant"][0])
    assert [one.fact for one in found(path)] == [named]


def test_a_changed_ceiling_shows_against_a_witness_that_names_it(path: Path) -> None:
    opened = reopened(path)
    try:
        witness = opened.store.head()
        assert list(verify(opened.store, witness=witness, ceiling="UNMARKED")) == []
        (told,) = verify(opened.store, witness=witness, ceiling="UNMARKED\nOFFICIAL")
    finally:
        opened.close()
    assert (told.damage, told.fact) == (Damage.ALTERED, None)
    assert "ceiling" in told.says


def test_a_ceiling_changed_in_the_file_is_found_without_a_witness_and_the_book_is_not_opened(path: Path) -> None:
    tamper(path, lambda raw: raw.execute("UPDATE property SET value = 'UNMARKED\nSECRET' WHERE name = 'ceiling'"))
    (told,) = found(path)
    assert (told.damage, told.fact) == (Damage.ALTERED, None)
    assert "ceiling" in told.says
    with pytest.raises(Corrupt, match="ceiling"):
        reopened(path)


MEDDLED = {
    "a guard is gone": ("DROP TRIGGER fact_no_update", Damage.MISSING, "fact_no_update"),
    "an index is gone": ("DROP INDEX fact_address", Damage.MISSING, "fact_address"),
    "a property that no book has": ("INSERT INTO property VALUES ('trust', 'me')", Damage.ALTERED, "'trust'"),
    "a batch from which nothing comes": ("INSERT INTO batch VALUES (9999, 'USA', x'')", Damage.FORGED, "batch 9999"),
}


@pytest.mark.parametrize("meddled", MEDDLED.values(), ids=MEDDLED)
def test_what_was_meddled_with_beside_the_facts_is_found(path: Path, meddled: tuple[str, Damage, str]) -> None:
    change, damage, says = meddled
    with closing(sqlite3.connect(path)) as raw:
        raw.execute(change)
        raw.commit()
    (told,) = found(path)
    assert (told.damage, told.fact) == (damage, None)
    assert says in told.says


def test_an_older_name_says_nothing_of_the_ceiling() -> None:
    assert sign.names({"book": "0" * 16, "ceiling": "ANY", "node": ""})
    assert not sign.names({"book": "0" * 32, "ceiling": "ANY", "node": "", "salt": ""})


def test_one_altered_fact_accuses_no_other(path: Path) -> None:
    tamper(path, DAMAGES["other bytes"][0])
    assert [one.fact for one in found(path)] == [address(path, THIRD)]


def test_one_missing_fact_accuses_no_other(path: Path) -> None:
    lost = address(path, THIRD)
    tamper(path, DAMAGES["taken out"][0])
    assert {one.fact for one in found(path)} == {lost}


def test_two_that_changed_places_are_both_named_and_no_other(path: Path) -> None:
    both = {address(path, THIRD), address(path, FIFTH)}
    tamper(path, _swap)
    assert {one.fact for one in found(path)} == both


def _cut_off(raw: sqlite3.Connection) -> None:
    raw.execute("DELETE FROM fact WHERE position > 12")
    raw.execute("DELETE FROM head WHERE size > 12")
    raw.execute("DELETE FROM batch WHERE number NOT IN (SELECT batch FROM fact)")
    raw.execute("DELETE FROM signature WHERE batch NOT IN (SELECT batch FROM fact)")
    raw.execute("DELETE FROM link WHERE address NOT IN (SELECT address FROM fact)")


def test_an_end_that_was_cut_off_shows_against_a_witness(path: Path) -> None:
    opened = reopened(path)
    witness = opened.store.head()
    opened.close()
    assert found(path, witness) == []
    assert {one.damage for one in found(path, witness._replace(size=99))} == {Damage.FORGED}
    tamper(path, _cut_off)
    assert found(path) == []
    (told,) = found(path, witness)
    assert told.damage is Damage.MISSING
    assert told.says == "the node once signed 14 facts, and 12 are here"


def test_a_book_that_went_another_way_shows_against_a_witness(tmp_path: Path) -> None:
    file, copy = tmp_path / "one.db", tmp_path / "two.db"
    made = book(file, "GBR")
    made.record(report("GBR", "r1"))
    made.close()
    copy.write_bytes(file.read_bytes())
    (tmp_path / "two.db.keys").symlink_to(tmp_path / "one.db.keys")
    heads = []
    for one in (file, copy):
        opened = reopened(one)
        opened.record(report("GBR", "r2"))
        heads.append(opened.store.head())
        opened.close()
    assert heads[0].chain != heads[1].chain
    assert found(file, heads[0]) == []
    (told,) = found(file, heads[1])
    assert told.damage is Damage.FORKED
    assert told.position == heads[1].size


def test_a_key_that_was_revoked_signs_no_more(path: Path) -> None:
    opened = reopened(path)
    (key,) = [one for one in opened.keys if one.party == "USA"]
    opened.revoke_key(key.id)
    with pytest.raises(Refused, match="no key for USA"):
        opened.record(report("USA", "late"))
    opened.close()
    assert found(path) == []
    last = "position = (SELECT max(position) FROM fact)"
    tamper(
        path,
        lambda raw: raw.execute(
            "UPDATE fact SET position = position + 1000 WHERE batch = (SELECT max(batch) - 1 FROM fact)"
        ),
    )
    late = [one for one in found(path) if "was revoked or replaced before this arrived" in one.says]
    assert [one.fact for one in late] == [address(path, last)]


def test_progress_is_told_and_the_search_can_be_ended(path: Path) -> None:
    class Enough(ComityError):
        """Somebody pressed a key."""

    told: list[tuple[int, int]] = []
    made: Book[None] = reopened(path)
    list(verify(made.store, progress=lambda done, total: told.append((done, total))))
    assert told[-1] == (made.store.head().size, made.store.head().size)

    def enough(done: int, total: int) -> None:
        raise Enough(f"at {done} of {total}")

    with pytest.raises(Enough):
        list(verify(made.store, progress=enough))
    made.close()


def test_the_link_of_a_book_binds_its_place() -> None:
    at = {"position": 1, "arrived": 2, "batch": 3, "leaf": 4}
    links = {chain.book_link(b"0" * 32, b"1" * 32, **(at | {name: 9})) for name in at}
    assert len(links) == len(at)
