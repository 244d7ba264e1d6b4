"""`comity intel export --misp`: reports as MISP's events, as an audience may read them.

Rules:
1. What has no place in MISP is named, property by property, and nothing is written; `--without` lets go of properties
   and types by name.
2. Without a report named, every report that the audience sees is written.
3. An audience of one party writes as its organisation what has no author in MISP.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from comity.cli.intel_import import misp_bindings
from comity.cli.keys import opened
from comity.cli.own_book import audience, audience_option
from comity.cli.said import say_json
from comity.errors import Impossible, Unavailable
from comity.flow.intelligence_asked import check_bindings
from comity.flow.intelligence_leaving import of_reports
from comity.formats import misp_out
from comity.instruments.intelligence.shelf import Shelf


def configure(verb: argparse.ArgumentParser) -> None:
    """Add the arguments of `export`."""
    verb.add_argument("reports", nargs="*", metavar="REPORT", help="ids of reports (default: all of them)")
    verb.add_argument("--book", metavar="FILE", required=True, help="the book")
    audience_option(verb, "what all of these may read (default: what is public)")
    verb.add_argument("--misp", action="store_true", required=True, help="as MISP's JSON")
    verb.add_argument("--misp-bindings", dest="bindings", metavar="FILE", required=True,
                      help="who MISP's organisations and communities are")  # fmt: skip
    verb.add_argument("--without", nargs="+", default=[], metavar="PROPERTY", help="properties or types left behind")
    verb.add_argument("-o", "--out", metavar="FILE", help="the file to write (default: the screen)")


def run(args: argparse.Namespace) -> int:
    """Write events."""
    bindings, parties = misp_bindings(args.bindings), audience(args.audience)
    with opened(args.book) as book:
        view = book.view(*parties)
        check_bindings(bindings, view.facts, view.casebook)
        shelf = Shelf.of(view)
        objects = [shelf.export(one) for one in shelf.ids()]
    wanted = set(args.reports) or {str(one["id"]) for one in objects if one["type"] == "report"}
    if not wanted:
        raise Impossible("there is no report that they see", next_step="see `comity intel search`")
    missing = wanted - {str(one["id"]) for one in objects}
    if missing:
        raise Impossible(f"{', '.join(sorted(missing))}: not available", next_step="see `comity intel search`")
    by = parties[0] if len(parties) == 1 else None
    events = misp_out.write(list(of_reports(objects, wanted)), bindings, args.without, by)
    made = {"response": events} if len(events) != 1 else events[0]
    if args.out is None:
        say_json(made)
        return 0
    try:
        Path(args.out).write_text(f"{json.dumps(made, indent=2, ensure_ascii=False)}\n", encoding="utf-8")
    except OSError as error:
        raise Unavailable(f"cannot be written: {error.strerror}", where=args.out, next_step="check the path") from error
    print(f"{args.out}: {len(events)} event{'' if len(events) == 1 else 's'}")
    return 0
