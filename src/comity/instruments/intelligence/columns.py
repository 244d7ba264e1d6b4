"""The index's numbers in memory, one array for each column, read on as the index grows.

Numbers count from 0 and stand for a row: of things, versions, portions, references, memberships, words.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TypeAlias, cast

import numpy as np
from numpy.typing import NDArray

from comity.ledger.derived import Cell, Tables

Ints: TypeAlias = "NDArray[np.int64]"
Flags: TypeAlias = "NDArray[np.bool_]"
COVERED = 4

_COLUMNS = {
    "portion": ("label", "issuer", "arrived", "starts", "ends", "version", "form", "marking", "parts"),
    "edge": ("portion", "thing", "need"),
    "member": ("label", "arrived", "starts", "ends", "thing", "collection"),
    "version": ("thing", "at"),
}


class Columns:
    """What the tables of the index hold, in memory; `read` catches up with them."""

    def __init__(self) -> None:
        self.ids: list[str] = []
        self.number: dict[str, int] = {}
        self.type_of: Ints = np.empty(0, np.int64)
        self.words: list[str] = []
        self.word_number: dict[str, int] = {}
        self.texts: list[str] = []
        self.version_number: dict[tuple[int, str], int] = {}
        self.addresses: list[bytes] = []
        self.member_addresses: list[bytes] = []
        self.portion = _table("portion")
        self.edge = _table("edge")
        self.member = _table("member")
        self.version = _table("version")

    @property
    def portions(self) -> int:
        """How many portions and covers."""
        return len(self.addresses)

    @property
    def edges(self) -> int:
        """How many references."""
        return len(self.edge["portion"])

    @property
    def members(self) -> int:
        """How many memberships in collections."""
        return len(self.member_addresses)

    @property
    def versions(self) -> int:
        """How many versions of things."""
        return len(self.texts)

    @property
    def arrived(self) -> int:
        """When the last of them arrived."""
        return max(int(table["arrived"].max(initial=0)) for table in (self.portion, self.member))

    def read(self, tables: Tables) -> None:
        """Catch up with the tables."""
        self._read_words(tables)
        self._read_things(tables)
        self._read_versions(tables)
        for name, addresses in (("portion", self.addresses), ("member", self.member_addresses)):
            rows = tables.ask(f"SELECT address, * FROM {name} WHERE number >= ? ORDER BY number", (len(addresses),))  # noqa: S608
            addresses += [cast("bytes", row[0]) for row in rows]
            self._grow(name, [row[3:] for row in rows])
        rows = tables.ask("SELECT portion, thing, need FROM edge WHERE number >= ? ORDER BY number", (self.edges,))
        self._grow("edge", rows)

    def _grow(self, name: str, rows: Sequence[tuple[Cell, ...]]) -> None:
        if rows:
            table: dict[str, Ints] = getattr(self, name)
            added = np.array(rows, np.int64).T
            for place, column in enumerate(_COLUMNS[name]):
                table[column] = np.concatenate([table[column], added[place]])
            self.__dict__.pop("by_version", None)

    def _read_words(self, tables: Tables) -> None:
        rows = tables.ask("SELECT text FROM word WHERE number >= ? ORDER BY number", (len(self.words),))
        for (text,) in rows:
            self.word_number[cast("str", text)] = len(self.words)
            self.words.append(cast("str", text))

    def _read_things(self, tables: Tables) -> None:
        rows = tables.ask("SELECT id, type FROM thing WHERE number >= ? ORDER BY number", (len(self.ids),))
        if rows:
            for name, _ in rows:
                self.number[cast("str", name)] = len(self.ids)
                self.ids.append(cast("str", name))
            self.type_of = np.concatenate([self.type_of, np.array([row[1] for row in rows], np.int64)])
            self.__dict__.pop("rank", None)

    def _read_versions(self, tables: Tables) -> None:
        rows = tables.ask("SELECT thing, at, text FROM version WHERE number >= ? ORDER BY number", (self.versions,))
        for thing, _, text in rows:
            self.version_number[cast("int", thing), cast("str", text)] = len(self.texts)
            self.texts.append(cast("str", text))
        self._grow("version", [row[:2] for row in rows])

    @cached_property
    def rank(self) -> Ints:
        """The place of each thing in the order of ids."""
        found = np.empty(len(self.ids), np.int64)
        found[sorted(range(len(self.ids)), key=self.ids.__getitem__)] = np.arange(len(self.ids))
        return found

    @cached_property
    def by_version(self) -> tuple[Ints, Ints]:
        """The portions in the order of their versions, and where each version's begin."""
        order = np.argsort(self.portion["version"], kind="stable")
        starts = np.searchsorted(self.portion["version"][order], np.arange(self.versions + 1))
        return order, starts

    def portions_of(self, version: int) -> Ints:
        """The portions and covers of a version."""
        order, starts = self.by_version
        return order[starts[version] : starts[version + 1]]


def _table(name: str) -> dict[str, Ints]:
    return {column: np.empty(0, np.int64) for column in _COLUMNS[name]}
