"""The dispatcher: a light list of commands, exit codes, and errors for people and for programs."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from types import ModuleType
from typing import TYPE_CHECKING

import pytest

from comity import cli
from comity.errors import ComityError, Corrupt, Impossible, Malformed, Refused, Unavailable

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

COMITY = [sys.executable, "-c", "import sys; from comity.cli import main; sys.exit(main())"]

CODES = {
    "not permitted": (Refused("x"), 1),
    "no answer can exist": (Impossible("x"), 1),
    "bad input": (Malformed("x"), 2),
    "the environment": (Unavailable("x"), 2),
    "the store": (Corrupt("x"), 2),
}


def command(monkeypatch: pytest.MonkeyPatch, act: Callable[[argparse.Namespace], int]) -> None:
    """Put a command called ``trial`` in the table, which does what ``act`` does."""

    def configure(parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true")

    trial = ModuleType("trial_command")
    trial.configure, trial.run = configure, act  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "trial_command", trial)
    monkeypatch.setitem(cli.COMMANDS, "trial", cli.Command("trial_command", "a trial"))


def failing(error: BaseException) -> Callable[[argparse.Namespace], int]:
    def act(_: argparse.Namespace) -> int:
        raise error

    return act


@pytest.mark.parametrize(("error", "code"), CODES.values(), ids=CODES)
def test_exit_code_says_whose_turn_it_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: ComityError, code: int
) -> None:
    command(monkeypatch, failing(error))
    assert cli.main(["trial"]) == code
    told = capsys.readouterr()
    assert (told.out, told.err) == ("", "comity: x\n")


def test_json_errors_are_one_object_on_stdout(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    command(monkeypatch, failing(Malformed("no date", where="a.yaml:3", field="from", next_step="write one")))
    assert cli.main(["trial", "--json"]) == 2
    told = capsys.readouterr()
    error = {"kind": "malformed", "message": "no date", "where": "a.yaml:3", "field": "from", "next_step": "write one"}
    assert (json.loads(told.out), told.err) == ({"error": error}, "")


def test_unknown_options_are_json_errors_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    command(monkeypatch, lambda _: 0)
    assert cli.main(["trial", "--json", "--nonsense"]) == 2
    assert "--nonsense" in json.loads(capsys.readouterr().out)["error"]["message"]


def test_the_answer_no_is_the_commands_own_code(monkeypatch: pytest.MonkeyPatch) -> None:
    command(monkeypatch, lambda _: 1)
    assert cli.main(["trial"]) == 1


def test_an_interrupt_ends_quietly(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    command(monkeypatch, failing(KeyboardInterrupt()))
    assert cli.main(["trial"]) == 130
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("words", [["nonsense"], ["--nonsense"], [""]])
def test_an_unknown_command_is_bad_input(capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    assert cli.main(words) == 2
    assert "comity --help" in capsys.readouterr().err


def test_a_command_that_is_not_installed_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(cli.COMMANDS, "absent", cli.Command("comity.cli.absent", "nowhere"))
    assert cli.main(["absent"]) == 2
    assert "not part of this installation" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["--help"], ["-h"]])
def test_help_lists_every_command(words: list[str]) -> None:
    shown = subprocess.run([*COMITY, *words], capture_output=True, text=True, check=True).stdout
    assert all(f"\n  {name} " in shown for name in cli.COMMANDS)


def test_a_reader_that_stops_reading_is_no_error() -> None:
    with subprocess.Popen([*COMITY, "--help"], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        said = process.stderr.read()
    assert said == b""


def test_help_answers_in_a_quarter_of_a_second() -> None:
    def once() -> float:
        begun = time.perf_counter()
        subprocess.run([*COMITY, "--help"], capture_output=True, check=True)
        return time.perf_counter() - begun

    assert min(once() for _ in range(5)) < 0.25
