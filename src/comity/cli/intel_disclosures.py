"""`comity intel disclosures`: the register of what went to whom, when, by whom and on which consents.

`--check` holds what went against the consents, as far as both may be read; exit code 1 where it is another text.
"""

from __future__ import annotations

import argparse
import sys

from comity.cli import ANSWERED_NO, DONE
from comity.cli.intel_tables import rows, shown
from comity.cli.keys import opened
from comity.cli.own_book import label_words
from comity.cli.said import say_json
from comity.flow.recalling import DISCLOSED, disclosures
from comity.flow.release_told import disclosure_table
from comity.flow.released_text import Text, held_against
from comity.formats.tables import csv_bytes
from comity.values.label import join, normalise


def configure(verb: argparse.ArgumentParser) -> None:
    """Add the arguments of `disclosures`."""
    verb.add_argument("--book", metavar="FILE", required=True, help="the book")
    verb.add_argument(
        "--as", dest="party", metavar="PARTY", required=True, help="whose register: as far as it may read"
    )
    verb.add_argument("--thing", metavar="OBJECT", help="of this object alone")
    verb.add_argument("--check", action="store_true", help="hold what went against the consents to it")
    how = verb.add_mutually_exclusive_group()
    how.add_argument("--json", action="store_true", help="as JSON")
    how.add_argument("--csv", action="store_true", help="as CSV, its label in the first row")


def run(args: argparse.Namespace) -> int:
    """Show the register."""
    with opened(args.book) as book:
        found = [one for one in disclosures(book, args.party) if args.thing in {None, one.thing}]
        view = book.view(args.party)
        texts = held_against(view, found) if args.check else None
        label = label_words(normalise(join(view.searched(DISCLOSED))))
    table = disclosure_table(found, texts)
    if args.json:
        say_json({"label": label, "disclosures": rows(table)})
    elif args.csv:
        sys.stdout.write(csv_bytes(table, label).decode())
    else:
        shown(table)
        print(f"{len(found)} disclosures\nLabel: {label}" if len(found) != 1 else f"1 disclosure\nLabel: {label}")
    return ANSWERED_NO if texts is not None and Text.OTHER in texts.values() else DONE
