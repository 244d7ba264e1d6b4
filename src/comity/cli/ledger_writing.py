"""`comity ledger record|import`: facts go into a book all together, or every bad row is told and none goes in."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from comity.casebook.book import casebook
from comity.cli import files
from comity.cli.keys import opened
from comity.cli.said import say_json
from comity.errors import Malformed
from comity.flow.bulk_import import BadRow, Imported, bring_in
from comity.formats import fact_rows
from comity.ledger.book import Draft
from comity.ledger.record import Record

ALL_IN, SOME_SKIPPED, NOTHING_IN = 0, 1, 2
QUIET = 2.0
"""Seconds of work before progress is told, and between two tellings."""
T = TypeVar("T")


def configure_record(verb: argparse.ArgumentParser) -> None:
    """Add the arguments of `record`."""
    verb.add_argument("file", metavar="FACTS.yaml", help="facts, as lines of a world")
    _shared(verb)


def configure_import(verb: argparse.ArgumentParser) -> None:
    """Add the arguments of `import`."""
    verb.add_argument("file", metavar="FILE", help="a table or a list of facts: .csv, .jsonl, .yaml or .xlsx")
    _shared(verb)
    verb.add_argument("--skip-bad", dest="skip_bad", action="store_true", help="leave bad rows out, add the others")


def _shared(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--book", metavar="FILE", required=True, help="the book")
    who = verb.add_mutually_exclusive_group()
    who.add_argument("--by", metavar="PARTY", help="who states and signs them (default: who each fact says acts)")
    who.add_argument("--adopt", action="store_true", help="take them over on the book's own word, signed by the book")
    verb.add_argument("--json", action="store_true", help="as JSON")


def record(args: argparse.Namespace) -> int:
    """State the facts of a YAML file; tell the id of each."""
    if Path(args.file).suffix.lower() not in {".yaml", ".yml"}:
        step = "name a .yaml file; `comity ledger import` reads other formats"
        raise Malformed(f"{args.file} is no YAML file", field="FACTS.yaml", next_step=step)
    return _bring_in(args, skip_bad=False, tell_each=True)


def import_(args: argparse.Namespace) -> int:
    """Bring a file's facts in; tell how many."""
    return _bring_in(args, skip_bad=args.skip_bad, tell_each=False)


def _bring_in(args: argparse.Namespace, *, skip_bad: bool, tell_each: bool) -> int:
    rows = fact_rows.read(files.read(args.file), args.file)
    with opened(args.book) as book:
        how = Draft(args.by, adopt=args.adopt)
        done = bring_in(book, rows, how, skip_bad=skip_bad, parties=casebook().parties, told=telling)
    if args.json:
        say_json(as_data(args, done))
    else:
        for line in _bad_lines(args.file, done.bad):
            print(line, file=sys.stderr)
        for line in _lines(args, done, tell_each=tell_each):
            print(line, file=sys.stderr if done.bad else sys.stdout)
    return ALL_IN if not done.bad else SOME_SKIPPED if skip_bad else NOTHING_IN


def telling(rows: Sequence[fact_rows.FactRow]) -> Iterator[fact_rows.FactRow]:
    """The rows; on stderr, how far the work is."""
    return progress(rows, len(rows), "rows read")


def progress(items: Iterable[T], total: int, says: str) -> Iterator[T]:
    """The items as they are; on stderr, how far the work is, once it takes long."""
    told = time.monotonic()
    for number, item in enumerate(items, start=1):
        if time.monotonic() - told > QUIET:
            told = time.monotonic()
            print(f"{number} of {total} {says}", file=sys.stderr, flush=True)
        yield item


def as_data(args: argparse.Namespace, done: Imported) -> dict[str, object]:
    """What became of a file, as plain data; an `error` where nothing was added for a bad row's sake."""
    data: dict[str, object] = {
        "file": args.file,
        "book": args.book,
        "rows": done.rows,
        "added": [{"id": receipt.id} for receipt in done.receipts],
        "claims": [record.id for record in done.claims],
        "content": [record.id for record in done.content],
        "bad": [
            {"file": args.file, "row": bad.row, "field": bad.field, "message": bad.says, "next_step": bad.remedy}
            for bad in done.bad
        ],
    }
    if done.bad and not done.receipts:
        says = {"kind": "malformed", "message": _nothing(done), "where": args.file, "field": None, "next_step": _STEP}
        return {"error": says, **data}
    return data


_STEP = "mend the rows and try again; import --skip-bad leaves them out"


def _nothing(done: Imported) -> str:
    return f"{len(done.bad)} of {done.rows} rows {'is' if len(done.bad) == 1 else 'are'} bad; nothing was added"


def _count(bad: Sequence[BadRow]) -> str:
    return "1 bad row was" if len(bad) == 1 else f"{len(bad)} bad rows were"


def _bad_lines(file: str, bad: Iterable[BadRow]) -> Iterator[str]:
    for one in bad:
        told = ": ".join(part for part in (f"{file}, {one.place}", one.field, one.says) if part)
        yield f"{told}; {one.remedy}" if one.remedy else told


def _lines(args: argparse.Namespace, done: Imported, *, tell_each: bool) -> Iterator[str]:
    count = len(done.receipts)
    if done.bad and not count:
        yield f"comity: {args.file}: {_nothing(done)}; {_STEP}"
        return
    if tell_each:
        yield from (receipt.id for receipt in done.receipts)
    skipped = f"; {_count(done.bad)} left out" if done.bad else ""
    yield f"{args.file}: {count} {'fact' if count == 1 else 'facts'} added to {args.book}{skipped}"
    for record in done.claims:
        yield f"  only a claim: {_called(record)}; {CLAIM}"
    if done.content:
        kinds = ", ".join(sorted({record.kind for record in done.content}))
        yield f"  content of your own, which no decision reads: {kinds}"


CLAIM = "it is kept and changes no verdict until who may state it, or has to sign it too, does so"


def _called(record: Record) -> str:
    """A record as its reader knows it."""
    name = record.text("name") or record.id[:12]
    acts = record.body.get("by")
    by = f" by {acts}" if isinstance(acts, str) and acts != record.issuer else ""
    return f"{record.kind} {name}{by}, stated by {record.issuer}"
