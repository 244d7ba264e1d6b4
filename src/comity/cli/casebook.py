"""`comity casebook check`: the named consistency checks over the packaged facts."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict

from comity.casebook.book import casebook
from comity.casebook.check import CHECKS, findings


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("verb", choices=["check"], help="check: run every named check")
    parser.add_argument("--json", action="store_true", help="the findings as JSON")


def run(args: argparse.Namespace) -> int:
    """Run the checks; 1 when any finds something."""
    book = casebook()
    found = list(findings(book))
    if args.json:
        print(json.dumps({"checks": list(CHECKS), "findings": [asdict(item) for item in found]}, indent=2))
    else:
        for item in found:
            print(f"{item.check}: {item.where}: {item.says}; {item.remedy}")
        print(
            f"{len(CHECKS)} checks, {len(book.agreements)} agreements, {len(book.groups)} groups: {len(found)} findings"
        )
    return 1 if found else 0
