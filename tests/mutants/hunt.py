"""Hunting one mutant: in a process of its own, with the changed module in the place of the right one.

What notices most, soonest, comes first: the worlds word for word, some random worlds beside another evaluator, the
unit tests; only then the rest of the random worlds, and the laws. Labels and views have their unit tests alone, for the
worlds have no labels. What is the same for all mutants is worked out once, and handed over pickled, so that the child
builds it from its own classes.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import json
import os
import pickle
import signal
import sys
from collections.abc import Callable, Iterable, Sequence
from importlib import import_module
from importlib.machinery import ModuleSpec
from itertools import islice
from pathlib import Path
from random import Random
from types import ModuleType

import pytest  # once, and not in every child
from hypothesis import HealthCheck, settings

from tests.mutants.changes import Mutant
from tests.mutants.targets import CALCULUS, MARKINGS, RELEASE, Target

ROOT = Path(__file__).parents[2]
WORLDS, FEWER, FIRST, LAWFUL, FEW = 1200, 600, 200, 120, 25
PATIENCE, LONGEST = 120, 900  # seconds: of the processor, and of the clock on a busy machine
settings.register_profile(  # the same examples for every mutant, however busy the machine is
    "hunt", deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)
settings.register_profile("hunt by tables", settings.get_profile("hunt"), max_examples=FEW)


class Told:
    """What is right, as another evaluator and the golden text have it: worlds with their asks, pickled one by one."""

    def __init__(self, worlds: int = WORLDS) -> None:
        """Ask the columns, which share no code with what is mutated but values."""
        from comity.consent.compiled.verdicts import Compiled
        from tests.golden.world_answers import FILE, written
        from tests.laws.random_worlds import world
        from tests.laws.test_legs import question

        self.golden = FILE.read_text("utf-8")
        self.cases = pickle.dumps(written())
        self.worlds: list[tuple[bytes, list[tuple[int, tuple[str, ...], int | None]]]] = []
        for seed in range(worlds):
            drawn = world(Random(seed))
            compiled = Compiled(drawn.facts)
            answers = [
                (
                    int(at.verdict(ask.thing, ask.party)),
                    at.missing(ask.thing, ask.party),
                    at.needed(ask.thing, ask.party),
                )
                for ask in drawn.asks
                for at in [compiled.at(question(ask), ask.on, ask.known)]
            ]
            self.worlds.append((pickle.dumps((list(drawn.facts), drawn.asks)), answers))


class _Instead(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds the mutant where its module is asked for."""

    def __init__(self, mutant: Mutant) -> None:
        self.mutant = mutant

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        """Answer for the one module."""
        del path, target
        return importlib.machinery.ModuleSpec(name, self) if name == self.mutant.module else None

    def exec_module(self, module: ModuleType) -> None:
        """Run the changed source."""
        exec(compile(self.mutant.source(), f"<{self.mutant.module}, changed>", "exec"), module.__dict__)


def foreign(targets: Iterable[Target]) -> None:
    """Import what the tests of some targets import that is not ours, for every child: ours each imports anew."""
    for path in {path.partition("::")[0] for target in targets for path in target.tests}:
        import_module(path.removesuffix(".py").replace("/", "."))


def killer(mutant: Mutant, target: Target, told: Told | None) -> str | None:
    """What notices a mutant; None when nothing does. Runs in a child process, killed itself if it never ends.

    Args:
        mutant: the changed module.
        target: its room, and its unit tests.
        told: what is right of the calculus; None where nothing of the calculus is hunted.
    """
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        os.close(reader)
        _silence()
        signal.setitimer(signal.ITIMER_PROF, PATIENCE)
        signal.alarm(LONGEST)
        os.write(writer, json.dumps(_noticed_by(mutant, target, told)).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as said:
        answer = said.read()
    _, status = os.waitpid(child, 0)
    return "it never ends, or falls" if status or not answer else json.loads(answer)


def _silence() -> None:
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    os.dup2(nothing, 2)


def _noticed_by(mutant: Mutant, target: Target, told: Told | None) -> str | None:
    for name in [name for name in sys.modules if name.startswith(("comity", "tests.")) and "mutants" not in name]:
        del sys.modules[name]
    sys.meta_path.insert(0, _Instead(mutant))
    ways: dict[str, Callable[[], bool]] = {"unit tests": lambda: _units(target)}
    if told is not None and target.room == CALCULUS:
        ways = {
            "the worlds, word for word": lambda: _words(told), "another evaluator": lambda: _evaluators(told, 0, FIRST),
            **ways, "another evaluator, later": lambda: _evaluators(told, FIRST, None), "laws": _laws,
        }  # fmt: skip
    for what, notices in ways.items():
        try:
            if notices():
                return what
        except (Exception, SystemExit) as error:  # whatever it breaks, it is noticed
            return f"{what}: {type(error).__name__}"
    return None


def _words(told: Told) -> bool:
    from tests.golden.world_answers import text

    return any(text(name, world) not in told.golden for name, world in pickle.loads(told.cases).items())


def _evaluators(told: Told, first: int, last: int | None) -> bool:
    from comity.consent.decide import decide
    from comity.consent.facts import Facts

    for pickled, expected in islice(told.worlds, first, last):
        facts, asks = pickle.loads(pickled)  # our own
        book = Facts(facts)
        for ask, right in zip(asks, expected, strict=True):
            decision = decide(ask, book)
            if (int(decision.verdict), decision.missing, decision.needed) != right:
                return True
    return False


def _laws() -> bool:
    from tests.laws.random_worlds import world
    from tests.laws.test_laws import LAWS

    for seed in range(LAWFUL):
        drawn = world(Random(seed))
        for check in LAWS.values():
            for ask in drawn.asks:
                check(drawn, ask, Random(seed))
    return False


def _units(target: Target) -> bool:
    """Markings and releases have a table for every rule; their laws are asked of fewer examples."""
    settings.load_profile("hunt by tables" if target.room in {MARKINGS, RELEASE} else "hunt")
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    plain = ["--assert=plain", "-p", "no:cacheprovider", "-o", "addopts=", "-o", "filterwarnings="]
    quiet = ["-q", "-x", "--import-mode=importlib", *plain]
    return bool(pytest.main([*quiet, *(str(ROOT / path) for path in target.tests)]))
