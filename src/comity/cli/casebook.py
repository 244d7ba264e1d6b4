"""`comity casebook check`: the named consistency checks over the packaged facts."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from comity.casebook.book import casebook
from comity.casebook.check import CHECKS, findings
from comity.cli.said import say_json


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("verb", choices=["check"], help="check: run every named check")
    parser.add_argument("--json", action="store_true", help="the findings as JSON")


def run(args: argparse.Namespace) -> int:
    """Run the checks; 1 when any finds something."""
    book = casebook()
    found = list(findings(book))
    if args.json:
        say_json({"checks": list(CHECKS), "findings": [asdict(item) for item in found]}, ascii_only=True)
    else:
        for item in found:
            print(f"{item.check}: {item.where}: {item.says}; {item.remedy}")
        print(
            f"{len(CHECKS)} checks, {len(book.agreements)} agreements, {len(book.groups)} groups: {len(found)} findings"
        )
    return 1 if found else 0
