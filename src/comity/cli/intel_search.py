"""`comity intel search`: objects by words, with counts of what was found, all by what the audience may read."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from comity.cli.keys import opened
from comity.cli.own_book import audience, audience_option
from comity.cli.said import say, say_json
from comity.errors import Malformed
from comity.flow.meant import check_parties
from comity.instruments.intelligence.search import words_of
from comity.instruments.intelligence.seen import Found
from comity.instruments.intelligence.shelf import Shelf

_PAGE = 20


def configure(verb: argparse.ArgumentParser) -> None:
    """Add the arguments of `search`."""
    verb.add_argument("words", metavar="WORDS", nargs="*", help='words that all occur; "two words" count as one')
    verb.add_argument("--book", metavar="FILE", required=True, help="the book")
    audience_option(verb, "what all of these may read (default: what is public)")
    verb.add_argument("--type", dest="types", action="append", metavar="TYPE", help="of this type; may be repeated")
    verb.add_argument("--collection", metavar="NAME", help="in this collection")
    verb.add_argument("--originator", metavar="PARTY", help="of this originator")
    verb.add_argument("--limit", type=int, default=_PAGE, metavar="N", help=f"at most so many (default: {_PAGE})")
    verb.add_argument("--after", metavar="ID", help="the page after this one")
    verb.add_argument("--json", action="store_true", help="as JSON")


def run(args: argparse.Namespace) -> int:
    """Search."""
    words = " ".join(f'"{word}"' if " " in word else word for word in args.words)
    if not words and not args.types and not args.collection and not args.originator and args.after is None:
        raise Malformed("there is nothing to search for", field="WORDS", next_step="write a word, or --type TYPE")
    if words and not words_of(words):
        raise Malformed("there is no word in it", field="WORDS", next_step="write one with a letter or a digit")
    with opened(args.book) as book:
        view = book.view(*audience(args.audience))
        if args.originator:
            here = {key.party: "" for key in book.keys}
            check_parties(view.facts, {**view.casebook.parties, **here}, [("--originator", args.originator)])
        found = Shelf.of(view).search(
            words, types=args.types, originator=args.originator, collection=args.collection, limit=args.limit,
            after=args.after,
        )  # fmt: skip
    if args.json:
        say_json(_data(found))
    else:
        say(_lines(found))
    return 0 if found.total else 1


def _data(found: Found) -> dict[str, object]:
    hits = [hit._asdict() for hit in found.hits]
    return {"hits": hits, "total": found.total, "facets": found.facets, "next": found.next}


def _lines(found: Found) -> Iterator[str]:
    for hit in found.hits:
        partial = "" if hit.whole else " (partial)"
        yield f"{hit.id}  {hit.name}, by {', '.join(hit.by)}{partial}"
    yield "1 object" if found.total == 1 else f"{found.total} objects"
    for name in ("type", "originator", "collection"):
        counts = ", ".join(f"{word} {count}" for word, count in found.facets[name].items())
        if counts:
            yield f"  by {name}: {counts}"
    if found.next is not None:
        yield f"  more: --after {found.next}"
