"""`python -m tests.mutants`: the whole campaign; `--sample N --seed S` a part of it; `--only WORD` a room, or a module.

A sample is drawn from the mutants that are not known to be equivalent, and takes fewer random worlds to the hunt.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import chain
from pathlib import Path
from random import Random

from comity.formats import yaml12
from tests.mutants.changes import Mutant, branches, counted, mutants
from tests.mutants.hunt import FEWER, ROOT, WORLDS, Told, foreign, killer
from tests.mutants.targets import CALCULUS, TARGETS

EQUIVALENT = Path(__file__).with_name("equivalent.yaml")


def every(only: str = "") -> Iterator[Mutant]:
    """Every mutant of what is hunted, or of one room, or of the modules whose names hold a word."""
    for name, target in TARGETS.items():
        if only in (target.room, "") or only in name:
            yield from counted(chain(mutants(_module(name), _source(name)), branches(_module(name), _source(name))))


def _source(name: str) -> str:
    return (ROOT / "src" / "comity" / f"{name}.py").read_text("utf-8")


def _module(name: str) -> str:
    return f"comity.{name.replace('/', '.')}"


_BY_MODULE = {_module(name): target for name, target in TARGETS.items()}


def equivalent() -> dict[str, str]:
    """The mutants that nothing can notice, and why."""
    read = yaml12.load(EQUIVALENT.read_text("utf-8"), EQUIVALENT.name)
    return {str(line["mutant"]): str(line["because"]) for line in read} if isinstance(read, list) else {}


def survivors(hunted: list[Mutant], told: Told | None, jobs: int) -> list[Mutant]:
    """Those that nothing noticed; says each as it is found."""
    excused, left = equivalent(), []
    with ThreadPoolExecutor(jobs) as pool:
        killers = pool.map(lambda one: killer(one, _BY_MODULE[one.module], told), hunted)
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


def complaints(hunted: list[Mutant], told: Told | None) -> Iterator[str]:
    """What complains although nothing was changed, asked once of all that will be asked."""
    asked = {_BY_MODULE[mutant.module]: mutant.module for mutant in hunted}
    for target, module in asked.items():
        name = module.removeprefix("comity.").replace(".", "/")
        by = killer(Mutant(module, 0, "", "nothing", partial(_source, name)), target, told)
        if by is not None:
            yield f"nothing was changed in {module}, and yet {by} complain: make the tests green first"


def main() -> int:
    """Hunt, and say how many were killed."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("--sample", type=int, help="hunt so many, drawn by --seed")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--only",
        default="",
        metavar="WORD",
        help="a room (calculus, markings, views, release), or the modules whose names hold this word",
    )
    parser.add_argument("--jobs", type=int, default=2, help="how many are hunted at a time")
    args = parser.parse_args()
    found, excused = list(every(args.only)), equivalent()
    open_ones = [mutant for mutant in found if mutant.name not in excused]
    hunted = found if args.sample is None else Random(args.seed).sample(open_ones, args.sample)
    calculus = any(_BY_MODULE[mutant.module].room == CALCULUS for mutant in hunted)
    told = Told(WORLDS if args.sample is None else FEWER) if calculus else None
    foreign({_BY_MODULE[mutant.module] for mutant in hunted})
    for complaint in complaints(hunted, told):
        sys.exit(complaint)
    left = survivors(hunted, told, args.jobs)
    print(f"{len(hunted)} mutants, {len(hunted) - len(left)} killed or equivalent, {len(left)} left")
    return int(bool(left))


if __name__ == "__main__":
    sys.exit(main())
