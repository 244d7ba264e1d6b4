"""What the verbs of graded intelligence have in common: the book, who speaks, the instant, how an answer is told."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime

from comity.casebook.book import Casebook
from comity.cli import files
from comity.cli.given import moment, speaker
from comity.cli.keys import opened
from comity.cli.own_book import audience, audience_option
from comity.cli.said import say, say_json
from comity.flow.intelligence_said import check_named
from comity.flow.intelligence_stating import Desk, Line, state
from comity.formats import yaml12
from comity.ledger.book import Book
from comity.values.instant import Instant, instant
from comity.values.party import PartyCode

TO = "who may read it besides"


def reading(verb: argparse.ArgumentParser, *, day: bool = True) -> None:
    """Add the arguments of a verb that reads."""
    verb.add_argument("--book", metavar="FILE", required=True, help="the book")
    audience_option(verb, "what all of these may read (default: what is public)")
    if day:
        verb.add_argument("--on", metavar="INSTANT", help="as of this instant (default: now)")
    verb.add_argument("--json", action="store_true", help="as JSON")


def stating(verb: argparse.ArgumentParser) -> None:
    """Add the arguments of a verb by which a party states something."""
    verb.add_argument("--book", metavar="FILE", required=True, help="the book")
    told = "who states it, and whose key signs"
    verb.add_argument("--as", dest="audience", action="append", default=[], metavar="PARTY", help=told, required=True)
    verb.add_argument("--json", action="store_true", help="as JSON")


def readers_option(verb: argparse.ArgumentParser, *, required: bool = False, told: str = TO) -> None:
    """Add `--to`."""
    verb.add_argument("--to", action="append", default=[], metavar="PARTY[,PARTY...]", help=told, required=required)


def at(args: argparse.Namespace) -> Instant:
    """The instant asked about."""
    return instant(datetime.now(UTC)) if args.on is None else moment(args.on, "--on")


def stated(args: argparse.Namespace, build: Callable[[Desk], Sequence[Line]]) -> int:
    """State what a party says, and tell what was stated."""
    party = speaker(args)
    with opened(args.book) as book:
        _check_named(args, book, party)
        made: list[Line] = []

        def lines(desk: Desk) -> Sequence[Line]:
            made[:] = build(desk)
            return made

        receipts = state(book, party, lines)
    found = [(line.kind, receipt.id) for line, receipt in zip(made, receipts, strict=True)]
    data = {"stated": [{"id": name, "kind": kind} for kind, name in found]}
    tell(args, data, (f"{kind} {name[:8]} by {party}" for kind, name in found))
    return 0


def _check_named(args: argparse.Namespace, book: Book[Casebook], party: PartyCode) -> None:
    """Refuse a party nobody knows here."""
    fields = {"--to": "to", "--share-with": "share_with", "--tell": "tell"}
    given = [(field, one) for field, name in fields.items() for one in audience(getattr(args, name, ()))]
    check_named(book, party, given)


def tell(args: argparse.Namespace, data: object, lines: Iterable[str]) -> None:
    """Print an answer, as JSON or as lines."""
    if args.json:
        say_json(data)
    else:
        say(lines)


def from_file(path: str) -> object:
    """What a YAML file holds.

    Raises:
        Unavailable: it cannot be read.
        Malformed: it is no YAML.
    """
    return yaml12.load(files.read_text(path), path)
