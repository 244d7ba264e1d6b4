"""The tables of a book, their version, and the way from every older version to this one.

Rules:
1. The file says that it is a book (`application_id`) and of which version (`user_version`).
2. Every table refuses to have a row changed or removed.
3. An older file is brought up to date in one transaction when it is opened for writing; a newer one is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from comity.ledger.record import trusted
from comity.ledger.seal import found_by

APPLICATION = 0x434F4D49  # "COMI"
VERSION = 4

metadata = MetaData()
Whole = BigInteger().with_variant(Integer, "sqlite")

prop = Table("property", metadata, Column("name", Text, primary_key=True), Column("value", Text, nullable=False))
label = Table(
    "label",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("digest", LargeBinary, nullable=False, unique=True),
    Column("atoms", LargeBinary, nullable=False),
)
batch = Table(
    "batch",
    metadata,
    Column("number", Whole, primary_key=True),
    Column("issuer", Text, nullable=False),
    Column("leaves", LargeBinary, nullable=False),
)
signature = Table(
    "signature",
    metadata,
    Column("batch", ForeignKey(batch.c.number), primary_key=True),
    Column("key", Text, primary_key=True),
    Column("signed", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
fact = Table(
    "fact",
    metadata,
    Column("position", Whole, primary_key=True),
    Column("address", LargeBinary, nullable=False),
    Column("kind", Text, nullable=False),
    Column("issuer", Text, nullable=False),
    Column("label", ForeignKey(label.c.number), nullable=False),
    Column("arrived", Whole, nullable=False),
    Column("starts", Whole, nullable=False),
    Column("ends", Whole, nullable=False),
    Column("supersedes", LargeBinary),
    Column("batch", ForeignKey(batch.c.number), nullable=False),
    Column("leaf", Integer, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("chain", LargeBinary, nullable=False),
    Index("fact_address", "address", unique=True),
    Index("fact_kind", "kind", "position"),
    Index("fact_label", "label", "kind", "address"),
    Index("fact_supersedes", "position", sqlite_where=text("supersedes IS NOT NULL")),
)
link = Table(
    "link",
    metadata,
    Column("issuer", Text, primary_key=True),
    Column("recipient", Text, primary_key=True),
    Column("seq", Whole, primary_key=True),
    Column("address", LargeBinary, primary_key=True),
    Column("hash", LargeBinary, nullable=False),
    Column("key", Text),
    Column("signed", LargeBinary),
    sqlite_with_rowid=False,
)
head = Table(
    "head",
    metadata,
    Column("size", Whole, primary_key=True),
    Column("chain", LargeBinary, nullable=False),
    Column("arrived", Whole, nullable=False),
    Column("signed", LargeBinary, nullable=False),
)
offer = Table(
    "offer",
    metadata,
    Column("audience", Text, primary_key=True),
    Column("collection", Text, primary_key=True),
    Column("seq", Whole, primary_key=True),
    Column("added", Whole, nullable=False),
    Column("object", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("spec", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("gone", Integer, nullable=False),
    Index("offer_object", "audience", "collection", "object", "seq"),
    sqlite_with_rowid=False,
)


def make() -> list[str]:
    """The statements that make an empty book."""
    made = [str(item.compile(dialect=sqlite.dialect())) for item in _creations()]
    return [*made, *guards(), f"PRAGMA application_id = {APPLICATION}", f"PRAGMA user_version = {VERSION}"]


def _creations() -> Iterator[CreateTable | CreateIndex]:
    for table in metadata.sorted_tables:
        yield CreateTable(table)
        yield from (CreateIndex(index) for index in sorted(table.indexes, key=lambda index: str(index.name)))


def guards() -> list[str]:
    """The triggers that refuse changes and removals: rule 2."""
    return [
        f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
        "BEGIN SELECT RAISE(ABORT, 'a book is only added to'); END"
        for table in metadata.tables
        for act in ("UPDATE", "DELETE")
    ]


def own_names() -> set[str]:
    """The names of the triggers and indexes of a book of today."""
    triggers = {f"{table}_no_{act}" for table in metadata.tables for act in ("update", "delete")}
    return triggers | {str(index.name) for table in metadata.tables.values() for index in table.indexes}


def _batches_list_their_leaves(connection: Connection) -> None:
    """From 1 to 2: a batch says which facts it covers, so that a missing one can be named; an index by kind."""
    run = connection.exec_driver_sql
    run("DROP TRIGGER batch_no_update")
    run("ALTER TABLE batch ADD COLUMN leaves BLOB NOT NULL DEFAULT x''")
    leaves: dict[int, bytes] = {}
    for number, address in run("SELECT batch, address FROM fact ORDER BY batch, leaf"):
        leaves[number] = leaves.get(number, b"") + address
    if leaves:
        run("UPDATE batch SET leaves = ? WHERE number = ?", [(every, number) for number, every in leaves.items()])
    run(next(guard for guard in guards() if "batch_no_update" in guard))
    run("DROP INDEX fact_label")
    run("CREATE INDEX fact_label ON fact (label, kind, address)")


def _facts_say_when_they_hold(connection: Connection) -> None:
    """From 2 to 3: beside a fact stands when it may hold and what it supersedes, so that views need not read it."""
    run = connection.exec_driver_sql
    run("ALTER TABLE fact RENAME TO fact_before")
    for name in ("fact_address", "fact_kind", "fact_label"):
        run(f"DROP INDEX {name}")
    for statement in _creations():
        if statement.element is fact or getattr(statement.element, "table", None) is fact:
            run(str(statement.compile(dialect=sqlite.dialect())))
    old = "SELECT position, address, kind, issuer, label, arrived, batch, leaf, data, chain FROM fact_before"
    add = f"INSERT INTO fact VALUES ({', '.join('?' * len(fact.columns))})"  # noqa: S608  # our own words
    for *first, batch_number, leaf, data, link_hash in run(f"{old} ORDER BY position").all():
        found = found_by(trusted(data, first[1]))
        run(add, (*first, *found, batch_number, leaf, data, link_hash))
    run("DROP TABLE fact_before")
    for guard in guards():
        if "BEFORE UPDATE ON fact " in guard or "BEFORE DELETE ON fact " in guard:
            run(guard)


def _audiences_are_offered(connection: Connection) -> None:
    """From 3 to 4: what each audience was offered of a collection (`comity.ledger.outbox`)."""
    run = connection.exec_driver_sql
    for statement in _creations():
        if statement.element is offer or getattr(statement.element, "table", None) is offer:
            run(str(statement.compile(dialect=sqlite.dialect())))
    for guard in guards():
        if "UPDATE ON offer " in guard or "DELETE ON offer " in guard:
            run(guard)


STEPS: dict[int, Callable[[Connection], None]] = {
    1: _batches_list_their_leaves,
    2: _facts_say_when_they_hold,
    3: _audiences_are_offered,
}
"""How a file of each older version becomes one of the next."""


def upgrade(connection: Connection, version: int) -> None:
    """Bring the tables of an older version up to date, step by step: rule 3."""
    for step in range(version, VERSION):
        STEPS[step](connection)
    connection.exec_driver_sql(f"PRAGMA user_version = {VERSION}")
