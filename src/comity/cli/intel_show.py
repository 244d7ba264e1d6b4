"""`comity intel show`: one object, portion by portion with its labels, or as STIX that may leave."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator

from comity.cli.keys import opened
from comity.cli.own_book import audience, audience_option
from comity.cli.said import say, say_json
from comity.flow.intelligence_told import seen_data
from comity.instruments.intelligence.seen import SeenObject
from comity.instruments.intelligence.shelf import Shelf
from comity.values.label import words

_WIDTH = 100


def configure(verb: argparse.ArgumentParser) -> None:
    """Add the arguments of `show`."""
    verb.add_argument("id", metavar="ID", help="the object's id")
    verb.add_argument("--book", metavar="FILE", required=True, help="the book")
    audience_option(verb, "what all of these may read (default: what is public)")
    verb.add_argument("--version", metavar="MODIFIED", help="one of its versions (default: the latest)")
    how = verb.add_mutually_exclusive_group()
    how.add_argument("--json", action="store_true", help="as JSON, with labels and markings")
    how.add_argument("--stix", action="store_true", help="as STIX 2.1 that may leave")


def run(args: argparse.Namespace) -> int:
    """Show one object."""
    with opened(args.book) as book:
        shelf = Shelf.of(book.view(*audience(args.audience)))
        if args.stix:
            say_json(shelf.export(args.id, args.version))
            return 0
        one = shelf.get(args.id, args.version)
    if args.json:
        say_json(seen_data(one))
    else:
        say(_lines(one))
    return 0


def _lines(one: SeenObject) -> Iterator[str]:
    partial = "" if one.whole else "; partial: there may be more that you may not read"
    yield f"{one.type} {one.name}"
    yield f"  {one.id}, version {one.version or 'none'}{partial}"
    if len(one.versions) > 1:
        yield f"  versions: {', '.join(one.versions)}"
    for portion in one.portions:
        yield f"  by {portion.originator}, {words(portion.label)}:"
        for name, value in one.said(portion).items():
            if name not in {"id", "type"}:
                yield f"    {name}: {_short(value)}"
    yield f"Label: {words(one.label)}"


def _short(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    text = " ".join(text.split())
    return text if len(text) <= _WIDTH else f"{text[: _WIDTH - 3]}..."
