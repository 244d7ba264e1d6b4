"""Mutants of the evaluator, written by hand: each is a mistake one could make, and each is caught.

A mutant is one function of `silence` with a piece of its text replaced. The table kills every one of them; those by which
an outcome could be denied are killed by the simulation as well.
"""

# ruff: noqa: E501  # a table is read by its rows

from __future__ import annotations

import inspect
from dataclasses import dataclass
from random import Random

import pytest

from comity.instruments.consultation import silence
from tests.instruments.consultation import silence_cases
from tests.instruments.consultation.simulator import World, denials, scenario

SEEDS = range(400)


@dataclass(frozen=True)
class Mutant:
    """A function, a piece of it, and what stands there instead; `denied` where the simulation has to notice."""

    function: str
    piece: str
    instead: str
    denied: bool = True


MUTANTS = {
    "receipts are ignored": Mutant("said", "min(received, default=None)", "0"),
    "the deadline is inclusive": Mutant("in_time", "not passed(current.deadline, one.stamp.signed)", "one.stamp.signed <= current.deadline", denied=False),
    "an amended text inherits what was said of the earlier one": Mutant("about", "one.of == current.id and ", ""),
    "a break after an extension is ignored": Mutant("in_time", "not passed(current.deadline, one.stamp.signed)", "one.stamp.signed < current.put.deadline"),
    "an extension is ignored": Mutant("follow", "walk.take(act)", "isinstance(act, Extension) or walk.take(act)", denied=False),
    "the chair's clock alone counts": Mutant("in_time", "kept = signed_before and", "kept = False and"),
    "the breaker's clock alone counts": Mutant("in_time", "return kept or not passed(current.deadline, one.stamp.arrived)", "return kept", denied=False),
    "a break counts however late it arrives": Mutant("in_time", "(window_open or cut_off)", "True", denied=False),
    "every break counts": Mutant("in_time", "return kept or", "return True or"),
    "no window is kept": Mutant("judge", "passed(current.settles, now)", "passed(current.deadline, now)"),
    "the break of anybody counts": Mutant("in_time", "one.stamp.by not in current.put.parties", "False", denied=False),
    "a missing receipt is a veto": Mutant("judge", "Judged(Truth.UNKNOWN, State.OVERDUE", "Judged(Truth.FALSE, State.BROKEN"),
    "a missing receipt is consent": Mutant("judge", "if missing:", "if False:"),
    "a receipt of any text counts": Mutant("receipted", "one.text == current.put.text", "True", denied=False),
    "a receipt after the deadline counts": Mutant("receipted", "not passed(current.deadline - current.put.notice, one.stamp.signed)", "True"),
    "the notice is ignored": Mutant("receipted", " - current.put.notice", "", denied=False),
    "consent to any text counts": Mutant("said", "isinstance(one, Consent) and one.text == current.put.text", "isinstance(one, Consent)", denied=False),
    "a line need not be proved": Mutant("judge", "current.put.line is Line.PROVED and unproved", "False"),
    "a receipt before the deadline proves the line": Mutant("after_deadline", "passed(current.deadline, one.stamp.signed)", "True"),
    "who broke has proved the line": Mutant("proves", "here >= set(one.broke)", "True", denied=False),
    "a cut line loses a break": Mutant("in_time", "window_open or cut_off", "window_open", denied=False),
    "who kept silence may say later that it broke it": Mutant("disproved", "one.stamp.id not in other.broke", "False", denied=False),
    "a party may be left out": Mutant("left_out", "if missing else None", "if False else None", denied=False),
    "an outcome is taken at its word": Mutant("unborne", "if judged.result is wanted", "if True", denied=False),
    "there may be two outcomes": Mutant("trail", "if len(here) > 1", "if False", denied=False),
    "anybody may act for the chair": Mutant("trail", "act.stamp.by == case.chair and ", "", denied=False),
    "what has not arrived is known": Mutant("about", " and one.stamp.arrived <= now", "", denied=False),
}  # fmt: skip


def infect(mutant: Mutant, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the mutant in the evaluator's place."""
    text = inspect.getsource(getattr(silence, mutant.function))
    assert text.count(mutant.piece) == 1, "the mutant has lost its place"
    names: dict[str, object] = {}
    exec(compile(text.replace(mutant.piece, mutant.instead), "mutant", "exec", 1 << 24), silence.__dict__, names)
    monkeypatch.setattr(silence, mutant.function, names[mutant.function])


def denied() -> bool:
    return any(denials(World(scenario(Random(seed))).run()) for seed in SEEDS)


@pytest.mark.parametrize("mutant", MUTANTS.values(), ids=MUTANTS)
def test_the_table_kills_the_mutant(mutant: Mutant, monkeypatch: pytest.MonkeyPatch) -> None:
    infect(mutant, monkeypatch)
    survived = not silence_cases.failures() and silence_cases.forked().judged.state is silence.State.FORKED
    assert not survived


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name, mutant in MUTANTS.items() if mutant.denied])
def test_the_simulation_kills_the_mutant(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    infect(MUTANTS[name], monkeypatch)
    assert denied()


def test_without_a_mutant_nothing_fails() -> None:
    assert silence_cases.failures() == []
