"""`comity intel sighting add|share|list`: who saw what, told no further than whoever saw it lets it be told."""

from __future__ import annotations

import argparse

from comity.cli import intel_asked as common
from comity.cli.keys import opened
from comity.cli.own_book import audience, label_words
from comity.flow.intelligence_stating import Line, shared
from comity.instruments.intelligence import graded_table as table
from comity.instruments.intelligence.reported import SIGHTING, Anonymity
from comity.instruments.intelligence.sightings import sightings


def configure(verb: argparse.ArgumentParser) -> None:
    """Add the acts of `sighting`."""
    acts = verb.add_subparsers(dest="act", required=True, metavar="add|share|list")
    add = acts.add_parser("add", help="state a sighting of your own")
    add.add_argument("of", metavar="THING", help="what was seen, such as the STIX id of an indicator")
    add.add_argument("--count", type=int, default=1, metavar="N", help="how often (default: once)")
    add.add_argument("--first", metavar="DATE", required=True, help="when first")
    add.add_argument("--last", metavar="DATE", help="when last (default: the same day)")
    told = "how much may be told of who saw it: the party, that it belongs to a group, or no more than the count"
    add.add_argument("--anonymity", choices=[str(one) for one in Anonymity], default="party", help=told)
    told = "to whom an organ that reads it may tell it so"
    add.add_argument("--share-with", dest="share_with", action="append", default=[], metavar="PARTY[,...]", help=told)
    common.readers_option(add, told="who may read it, and so knows who saw it")
    common.stating(add)
    share = acts.add_parser("share", help="tell of sightings without who saw, as an organ that may read them")
    share.add_argument("of", metavar="THING", help="what was seen")
    share.add_argument("--group", metavar="GROUP@dynamic", help="tell that members of this group saw it")
    common.readers_option(share, required=True, told="whom it is told to")
    common.stating(share)
    listed = acts.add_parser("list", help="list sightings")
    listed.add_argument("of", metavar="THING", nargs="?", help="what was seen (default: anything)")
    common.reading(listed, day=False)


def run(args: argparse.Namespace) -> int:
    """Carry one of the acts out."""
    acts = {"add": _add, "share": _share, "list": _list}
    return acts[args.act](args)


def _add(args: argparse.Namespace) -> int:
    body = {
        "of": args.of, "count": args.count, "first": args.first, "last": args.last or args.first,
        "anonymity": args.anonymity, "share_with": audience(args.share_with), "parties": audience(args.to),
    }  # fmt: skip
    return common.stated(args, lambda _: [Line(SIGHTING, body)])


def _share(args: argparse.Namespace) -> int:
    return common.stated(args, lambda desk: shared(desk, args.of, audience(args.to), args.group))


def _list(args: argparse.Namespace) -> int:
    with opened(args.book) as book:
        found = sightings(book.view(*audience(args.audience)), args.of)
    label = label_words(found.label)
    common.tell(args, table.sightings_data(found, label), table.sightings_lines(found, label))
    return 0
