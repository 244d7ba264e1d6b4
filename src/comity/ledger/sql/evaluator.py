"""A decision by SQL: the leg of the calculus that a store can run on its own rows.

Rules:
1. Everything is computed from the rows by the statements of `decide.sql`; no other evaluator is called.
2. Decimal numbers are text; SQLite is lent exact functions for them, which a server database has of its own.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from comity.errors import Malformed
from comity.ledger.sql.conditions import truth
from comity.ledger.sql.rows import common, condition_of, rows
from comity.values.condition import Condition
from comity.values.fact import ANY, AnyFact, Ask
from comity.values.party import PartyCode
from comity.values.verdict import Verdict

_PER_ASK = (
    "ask", "face", "condition", "stop", "principal", "made", "below", "claim", "clause", "path", "bears", "person",
    "named", "usable", "refuses", "link", "reached", "waived", "rule", "answer", "fold",
)  # fmt: skip


class Answer(NamedTuple):
    """The verdict on an ask, the required owners below GRANTED, sorted, and how many more yeses quorums want."""

    verdict: Verdict
    missing: tuple[PartyCode, ...]
    needed: int | None


class SqlEvaluator:
    """Facts in tables of their own, in memory or beside a book, and asks decided over them.

    Args:
        facts: the facts; one with the same id as another counts once.
        connection: where the tables are made; a database in memory by default.
    """

    def __init__(self, facts: Iterable[AnyFact], connection: sqlite3.Connection | None = None) -> None:
        self._connection = connection or sqlite3.connect(":memory:", isolation_level=None, cached_statements=512)
        _lend_decimals(self._connection)
        self._connection.executescript(_text("tables.sql"))
        self._conditions: dict[Condition, int] = {}
        self.add(facts)

    def add(self, facts: Iterable[AnyFact]) -> None:
        """Add facts to the tables."""
        tables: dict[str, list[tuple[object, ...]]] = {}
        seen = {fact.id: fact for fact in reversed(list(facts))}
        first = self._connection.execute("SELECT coalesce(max(f), 0) + 1 FROM fact").fetchone()[0]
        for number, fact in enumerate(seen.values(), start=first):
            tables.setdefault("fact", []).append((number, *common(fact)))
            for table, cells in rows(fact.body):
                condition = (self._number(fact),) if table == "stated" else ()
                tables.setdefault(table, []).append((number, *cells, *condition))
        for table, lines in tables.items():
            marks = ", ".join("?" * len(lines[0]))
            self._connection.executemany(f"INSERT INTO {table} VALUES ({marks})", lines)  # noqa: S608  # names are ours

    def _number(self, fact: AnyFact) -> int | None:
        condition = condition_of(fact)
        return None if condition is None else self._conditions.setdefault(condition, len(self._conditions))

    def decide(self, ask: Ask) -> Answer:
        """Decide an ask.

        Raises:
            Malformed: the thing is derived from itself.
        """
        self._pose(ask)
        for statement in _steps():
            self._connection.execute(statement)
        circle = self._connection.execute("SELECT thing FROM circle").fetchone()
        if circle is not None:
            raise Malformed(f"{circle[0]} is derived from itself", next_step="break the circle")
        outcomes = dict(self._connection.execute("SELECT s, verdict FROM outcome"))
        missing = list(self._connection.execute("SELECT s, owner FROM missing"))
        hopeless = any(not verdict and all(s != stop for s, _ in missing) for stop, verdict in outcomes.items())
        owners = () if hopeless else tuple(sorted({owner for _, owner in missing}))
        return Answer(Verdict(min(outcomes.values())), owners, self._wanted())

    def _wanted(self) -> int | None:
        """How many more yeses quorums want: over the territories of a route, each when it wants most."""
        found = self._connection.execute("SELECT thing, sum(yeses) FROM wanted GROUP BY s, thing ORDER BY 2")
        most = dict(found)  # of each thing the last, which is the most
        return sum(most.values()) if most else None

    def _pose(self, ask: Ask) -> None:
        """Put the ask where the steps read it."""
        run = self._connection.execute
        for table in _PER_ASK:
            run(f"DELETE FROM {table}")  # noqa: S608  # names are ours
        context = {**({} if ask.purpose == ANY else {"purpose": ask.purpose}), **ask.context}
        quantity = context.get("quantity")
        run("INSERT INTO ask VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", (
            ask.party, ask.action, ask.thing, ask.purpose, ask.on, ask.known, ask.clearance,
            str(quantity) if isinstance(quantity, Decimal) else None, int(ask.face is not None),
        ))  # fmt: skip
        self._connection.executemany("INSERT INTO face VALUES (?)", [(kind,) for kind in ask.face or ()])
        for condition, number in self._conditions.items():
            text, bound = truth(condition, context)
            run(f"INSERT INTO condition SELECT ?, {text}", (number, *bound))  # literals are bound


def _text(name: str) -> str:
    return (files("comity.ledger.sql") / name).read_text("utf-8")


@cache
def _steps() -> tuple[str, ...]:
    return tuple(_statements(_text("decide.sql")))


def _statements(text: str) -> Iterator[str]:
    """The statements of a script, one by one."""
    waiting = ""
    for line in text.splitlines(keepends=True):
        waiting += line
        if sqlite3.complete_statement(waiting):
            yield waiting
            waiting = ""


class _Sum:
    """The exact sum of decimal text."""

    def __init__(self) -> None:
        self.total = Decimal(0)

    def step(self, value: str | None) -> None:
        """Add one."""
        self.total += Decimal(value or 0)

    def finalize(self) -> str:
        """Give the sum."""
        return str(self.total)


def _lend_decimals(connection: sqlite3.Connection) -> None:
    """Rule 2."""
    connection.create_function("decimal_cmp", 2, _compare, deterministic=True)
    connection.create_function("decimal_add", 2, _add, deterministic=True)
    connection.create_function("decimal_part", 2, _part, deterministic=True)
    connection.create_aggregate("decimal_sum", 1, _Sum)  # type: ignore[arg-type]  # any number of arguments, it says


def _compare(one: str | None, other: str | None) -> int | None:
    if one is None or other is None:
        return None
    return (Decimal(one) > Decimal(other)) - (Decimal(one) < Decimal(other))


def _add(one: str, other: str) -> str:
    return str(Decimal(one) + Decimal(other))


def _part(whole: str | None, share: str | None) -> str | None:
    """A share, in per cent, of another; nothing of the unknown is nothing."""
    known = [Decimal(text) for text in (whole, share) if text is not None]
    if 0 in known:
        return "0"
    return str(known[0] * known[1] / 100) if len(known) == 2 else None  # both
