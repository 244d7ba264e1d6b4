"""The index of intelligence: things, their versions, portions and references, and the words of portions.

Rules:
1. It is made from portions, covers and filings alone (`comity.ledger.derived`), each as its issuer signed it.
2. Beside each row stands the label of the fact it came from. Whoever asks leaves out, before anything else, what is
   not under an open label.
3. Words are indexed portion by portion, so that no word of one portion answers for another.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import numpy as np

from comity.formats.stix_check import stamp
from comity.instruments.intelligence.columns import COVERED, Columns, Ints
from comity.instruments.intelligence.facts import COVER, FILED, KINDS, properties
from comity.instruments.intelligence.mentions import endings, terms
from comity.instruments.intelligence.references import walk
from comity.ledger.derived import Cell, Tables
from comity.ledger.record import Record, trusted
from comity.ledger.store import Row
from comity.values.canonical import Plain, canonical
from comity.values.label import PUBLIC

WHOLE, BASE, PART = 1, 2, 3


class Index:
    """How the index is made, and its numbers in memory."""

    version: int = 3
    kinds: tuple[str, ...] = KINDS
    tables: tuple[str, ...] = (
        "CREATE TABLE thing (number INTEGER PRIMARY KEY, id TEXT NOT NULL, type INTEGER NOT NULL)",
        "CREATE TABLE version (number INTEGER PRIMARY KEY, thing INTEGER NOT NULL, text TEXT NOT NULL,"
        " at INTEGER NOT NULL)",
        "CREATE TABLE portion (number INTEGER PRIMARY KEY, address BLOB NOT NULL, label INTEGER NOT NULL,"
        " issuer INTEGER NOT NULL, arrived INTEGER NOT NULL, starts INTEGER NOT NULL, ends INTEGER NOT NULL,"
        " version INTEGER NOT NULL, form INTEGER NOT NULL, marking INTEGER NOT NULL, parts INTEGER NOT NULL)",
        "CREATE TABLE edge (number INTEGER PRIMARY KEY, portion INTEGER NOT NULL, thing INTEGER NOT NULL,"
        " need INTEGER NOT NULL)",
        "CREATE TABLE member (number INTEGER PRIMARY KEY, address BLOB NOT NULL, label INTEGER NOT NULL,"
        " arrived INTEGER NOT NULL, starts INTEGER NOT NULL, ends INTEGER NOT NULL, thing INTEGER NOT NULL,"
        " collection INTEGER NOT NULL)",
        "CREATE TABLE term (ending TEXT NOT NULL, text TEXT NOT NULL, label INTEGER NOT NULL,"
        " PRIMARY KEY (ending, text, label)) WITHOUT ROWID",
        "CREATE TABLE word (number INTEGER PRIMARY KEY, text TEXT NOT NULL)",
        "CREATE VIRTUAL TABLE text USING fts5 (words, content = '', tokenize = 'unicode61 remove_diacritics 2')",
    )

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Forget the numbers: the tables are being made again, or are another's."""
        self.columns, self.checked = Columns(), False

    def labels(self) -> dict[int, int]:
        """How many portions and covers stand under each label."""
        counted = np.bincount(self.columns.portion["label"])
        return {label: int(counted[label]) for label in np.flatnonzero(counted).tolist()}

    def take(self, tables: Tables, rows: Sequence[Row]) -> None:
        """Add what some facts come to."""
        self.columns.read(tables)
        step = _Step(self.columns)
        for row in rows:
            step.take(row)
        step.add_to(tables)
        self.columns.read(tables)


class _Step:
    """The rows that some facts come to; things, versions and words that are new get the next numbers."""

    def __init__(self, columns: Columns) -> None:
        self._known = columns
        self._things: dict[str, int] = {}
        self._versions: dict[tuple[int, str], int] = {}
        self._words: dict[str, int] = {}
        self._markings: dict[int, int] = {}
        self.rows: dict[str, list[Sequence[Cell]]] = {
            name: [] for name in ("thing", "version", "portion", "edge", "member", "word", "term", "text")
        }

    def take(self, row: Row) -> None:
        record = trusted(row.data, row.address, PUBLIC)  # its label is looked up by the row's number
        body = record.body
        thing = self._thing(str(body["thing"]))
        if row.kind == FILED:
            self._member(row, thing, str(body["collection"]))
            return
        self._portion(row, record, thing)
        for name in cast("list[str]", body.get("collections", ())):
            self._member(row, thing, name)

    def _portion(self, row: Row, record: Record, thing: int) -> None:
        body = record.body
        number = self._known.portions + len(self.rows["portion"])
        version = self._version(thing, str(body["version"]))
        found = properties(body)
        covers = row.kind == COVER
        form = COVERED if covers else WHOLE if not body.get("part") else BASE if "type" in found else PART
        self.rows["portion"].append((
            number, row.address, row.label, self._word(row.issuer), row.arrived, row.starts, row.ends, version, form,
            self._marking(body.get("marking")), len(cast("list[str]", body.get("parts", ()))),
        ))  # fmt: skip
        if not covers:
            walked = walk(str(body["type"]), found)
            first = self._known.edges + len(self.rows["edge"])
            self.rows["edge"].extend(
                (first + place, number, self._thing(edge.thing), edge.need) for place, edge in enumerate(walked.edges)
            )
            self.rows["text"].append((number, walked.text))
            found_terms = terms(str(body["type"]), found)
            self.rows["term"].extend((end, term, row.label) for term in found_terms for end in endings(term))

    def _member(self, row: Row, thing: int, collection: str) -> None:
        number = self._known.members + len(self.rows["member"])
        cells = (row.address, row.label, row.arrived, row.starts, row.ends, thing, self._word(collection))
        self.rows["member"].append((number, *cells))

    def _thing(self, name: str) -> int:
        found = self._known.number.get(name)
        if found is None:
            found = self._things.get(name)
        if found is None:
            found = self._things[name] = len(self._known.ids) + len(self._things)
            self.rows["thing"].append((found, name, self._word(name.partition("--")[0])))
        return found

    def _version(self, thing: int, text: str) -> int:
        key = (thing, text)
        found = self._known.version_number.get(key)
        if found is None:
            found = self._versions.get(key)
        if found is None:
            found = self._versions[key] = self._known.versions + len(self._versions)
            self.rows["version"].append((found, thing, text, stamp(text) or 0))
        return found

    def _word(self, text: str) -> int:
        found = self._known.word_number.get(text)
        if found is None:
            found = self._words.get(text)
        if found is None:
            found = self._words[text] = len(self._known.words) + len(self._words)
            self.rows["word"].append((found, text))
        return found

    def _marking(self, marking: Plain) -> int:
        return self._word(canonical(marking or {}).decode())

    def add_to(self, tables: Tables) -> None:
        for name, rows in self.rows.items():
            if name == "text":
                tables.add("INSERT INTO text (rowid, words) VALUES (?, ?)", ((one[0] + 1, one[1]) for one in rows))  # type: ignore[operator]  # a number
            elif rows:
                marks = ", ".join("?" * len(rows[0]))
                tables.add(f"INSERT OR IGNORE INTO {name} VALUES ({marks})", rows)  # noqa: S608  # our own words


def matching(tables: Tables, word: str) -> Ints:
    """The portions in which a word, or several one after the other, stand: every one, whoever may read it."""
    quoted = '"' + word.replace('"', '""') + '"'
    ((found,),) = tables.ask("SELECT group_concat(rowid) FROM text WHERE text MATCH ?", (quoted,))
    return np.fromstring(cast("str", found), np.int64, sep=",") - 1 if found else np.empty(0, np.int64)
