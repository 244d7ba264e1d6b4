"""`python -m benchmarks [--quick] [--json] [QUESTION...]`: a line for each figure; always exit 0."""

from __future__ import annotations

import argparse
import json
import sys

from benchmarks.questions import QUESTIONS, QUICK, Sizes


def main() -> int:
    """Ask the questions, and print the figures as they come."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("questions", nargs="*", metavar="QUESTION", help=f"of {', '.join(QUESTIONS)}; all by default")
    parser.add_argument("--quick", action="store_true", help="a tenth of the sizes; the goals are for the whole")
    parser.add_argument("--full", action="store_true", help="verify a million facts")
    parser.add_argument("--json", action="store_true", help="as JSON, a figure a line")
    args = parser.parse_args()
    sizes = QUICK if args.quick else Sizes(content=1_000_000) if args.full else Sizes()
    for name in args.questions or QUESTIONS:
        for line in QUESTIONS[name](sizes):
            print(json.dumps(line._asdict() | {"met": line.met}) if args.json else line, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
