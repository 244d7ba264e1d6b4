"""`comity intel disclosures`: the register of what went to whom, when, by whom and on which consents."""

from __future__ import annotations

import argparse
import json
import sys

from comity.cli import DONE
from comity.cli.intel_tables import rows, shown
from comity.cli.keys import opened
from comity.cli.own_book import label_words
from comity.flow.recalling import disclosures
from comity.flow.release_told import disclosure_table
from comity.flow.releases import KIND
from comity.formats.tables import csv_bytes
from comity.values.label import join, normalise


def configure(verb: argparse.ArgumentParser) -> None:
    """Add the arguments of `disclosures`."""
    verb.add_argument("--book", metavar="FILE", required=True, help="the book")
    verb.add_argument(
        "--as", dest="party", metavar="PARTY", required=True, help="whose register: as far as it may read"
    )
    verb.add_argument("--thing", metavar="OBJECT", help="of this object alone")
    how = verb.add_mutually_exclusive_group()
    how.add_argument("--json", action="store_true", help="as JSON")
    how.add_argument("--csv", action="store_true", help="as CSV, its label in the first row")


def run(args: argparse.Namespace) -> int:
    """Show the register."""
    with opened(args.book) as book:
        found = [one for one in disclosures(book, args.party) if args.thing in {None, one.thing}]
        label = label_words(normalise(join(book.view(args.party).searched([KIND]))))
    table = disclosure_table(found)
    if args.json:
        print(json.dumps({"label": label, "disclosures": rows(table)}, indent=2, ensure_ascii=False))
    elif args.csv:
        sys.stdout.write(csv_bytes(table, label).decode())
    else:
        shown(table)
        print(f"{len(found)} disclosures\nLabel: {label}" if len(found) != 1 else f"1 disclosure\nLabel: {label}")
    return DONE
