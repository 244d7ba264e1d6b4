"""`python -m tests.mutants`: the whole campaign; `--sample N --seed S` a part of it; `--only WORD` one module's.

A sample is drawn from the mutants that are not known to be equivalent, and takes fewer random worlds to the hunt.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from pathlib import Path
from random import Random

from comity.formats import yaml12
from tests.mutants.changes import Mutant, branches, counted, mutants
from tests.mutants.hunt import FEWER, ROOT, WORLDS, Told, killer

TARGETS = (
    "values/truth", "values/period", "values/party", "values/condition", "values/label", "consent/facts",
    "consent/things", "consent/grants", "consent/chains", "consent/answer", "consent/decide", "consent/labels",
    "consent/doubts", "consent/whatif", "consent/disclosure",
)  # fmt: skip
DECIDE = ROOT / "src" / "comity" / "consent" / "decide.py"
EQUIVALENT = Path(__file__).with_name("equivalent.yaml")


def every(only: str = "") -> Iterator[Mutant]:
    """Every mutant of the calculus, or of the modules whose names hold a word."""
    for target in TARGETS:
        if only in target:
            source = (ROOT / "src" / "comity" / f"{target}.py").read_text("utf-8")
            module = f"comity.{target.replace('/', '.')}"
            yield from counted(chain(mutants(module, source), branches(module, source)))


def equivalent() -> dict[str, str]:
    """The mutants that nothing can notice, and why."""
    read = yaml12.load(EQUIVALENT.read_text("utf-8"), EQUIVALENT.name)
    return {str(line["mutant"]): str(line["because"]) for line in read} if isinstance(read, list) else {}


def survivors(hunted: list[Mutant], told: Told) -> list[Mutant]:
    """Those that nothing noticed; says each as it is found."""
    excused, left = equivalent(), []
    with ThreadPoolExecutor(2) as two:
        killers = two.map(lambda one: killer(one, told), hunted)
        for number, (mutant, by) in enumerate(zip(hunted, killers, strict=True), start=1):
            if not number % 50:
                print(f"{number} of {len(hunted)}", file=sys.stderr, flush=True)
            if by is None and mutant.name not in excused:
                left.append(mutant)
                print(f"survives, line {mutant.line}: {mutant.name}", flush=True)
            if by is not None and mutant.name in excused:
                print(f"no longer equivalent: {mutant.name}, noticed by {by}", flush=True)
                left.append(mutant)
    return left


def main() -> int:
    """Hunt, and say how many were killed."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("--sample", type=int, help="hunt so many, drawn by --seed")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default="", metavar="WORD", help="the modules whose names hold this word")
    args = parser.parse_args()
    found, told = list(every(args.only)), Told(WORLDS if args.sample is None else FEWER)
    excused = equivalent()
    open_ones = [mutant for mutant in found if mutant.name not in excused]
    hunted = found if args.sample is None else Random(args.seed).sample(open_ones, args.sample)
    unchanged = Mutant("comity.consent.decide", 0, "", "nothing", lambda: DECIDE.read_text("utf-8"))
    noticed = killer(unchanged, told)
    if noticed is not None:
        sys.exit(f"nothing was changed, and yet {noticed} complain: make the tests green first")
    left = survivors(hunted, told)
    print(f"{len(hunted)} mutants, {len(hunted) - len(left)} killed or equivalent, {len(left)} left")
    return int(bool(left))


if __name__ == "__main__":
    sys.exit(main())
