"""The command line: one table of commands, each loaded when it is asked for.

Rules:
1. ``comity --help`` lists the commands without importing any of them.
2. Exit codes: 0 done, 1 answered "no" or an expectation failed, 2 bad input, environment or store.
3. An error Comity can name is a sentence on stderr; where ``--json`` was asked, it is one JSON object on stdout.
4. A command's module has ``configure(parser)`` and ``run(args)``; the latter returns the exit code.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple, NoReturn, Protocol, cast

from comity import __version__
from comity.errors import ComityError, Impossible, Malformed, Refused, Unavailable

if TYPE_CHECKING:
    from collections.abc import Sequence

DONE = 0
ANSWERED_NO = 1
BAD_INPUT = 2
INTERRUPTED = 130


class Command(NamedTuple):
    """Where a command lives and what it does, in one line."""

    module: str
    help: str


COMMANDS: dict[str, Command] = {
    "run": Command("comity.cli.run", "answer the worked examples, write their reports, serve the demonstration"),
    "commitments": Command("comity.cli.commitments", "for an event: which article binds whom to what towards whom"),
    "may": Command("comity.cli.may", "may this party do this; if not, whose consent is missing and why"),
    "agreements": Command("comity.cli.agreements", "list, show, check, add and compare agreements; their exits"),
    "consultation": Command("comity.cli.consultation", "consult: positions, silence procedure, votes, national steps"),
    "intel": Command("comity.cli.intel", "intelligence that can be shared: import, search and show, under its labels"),
    "label": Command("comity.cli.label", "read, convert, join and check confidentiality labels"),
    "taxii": Command("comity.cli.taxii", "exchange intelligence with other servers over TAXII 2.1"),
    "casebook": Command("comity.cli.casebook", "check the packaged facts and show their sources"),
    "world": Command("comity.cli.world", "evaluate worlds: facts, questions and expected answers in YAML"),
    "ledger": Command("comity.cli.ledger", "keep, import and verify signed facts"),
    "serve": Command("comity.cli.serve", "serve the pages and the HTTP API over a book"),
    "keys": Command("comity.cli.keys", "generate, list, rotate and revoke signing keys"),
}


class CommandModule(Protocol):
    """What a command's module offers."""

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Declare the command's arguments."""

    def run(self, args: argparse.Namespace) -> int:
        """Carry the command out and return its exit code."""


class Parser(argparse.ArgumentParser):
    """An argument parser whose complaints are errors of ours, so that ``--json`` covers them too."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the words, and where they are explained."""
        raise Malformed(message, next_step=f"see `{self.prog} --help`")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command of ``comity`` and return its exit code.

    Args:
        argv: the words after ``comity``; the process's own when left out.

    Returns:
        0 done, 1 answered "no" or an expectation failed, 2 bad input, environment or store, 130 interrupted.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    _never_fail_on_a_letter()
    try:
        try:
            return _dispatch(words)
        finally:
            sys.stdout.flush()  # here and not at exit, so that a reader who left is met below; --help ends here too
    except ComityError as error:
        return _report(error, as_json="--json" in words)
    except BrokenPipeError:
        _forget_stdout()
        return DONE
    except KeyboardInterrupt:
        return INTERRUPTED


def _dispatch(words: list[str]) -> int:
    """Hand the words to the command that the first of them names; without words, do the main job."""
    name, *rest = words or ["run"]
    if name not in COMMANDS:
        _overview().parse_args([name])  # answers --help and --version, and complains about anything else
    module = _load(name)
    parser = Parser(prog=f"comity {name}", description=COMMANDS[name].help)
    module.configure(parser)
    return module.run(parser.parse_args(rest))


def _overview() -> Parser:
    """Build the parser of ``comity`` itself: the list of commands, with none of them loaded."""
    width = max(map(len, COMMANDS))
    listed = "\n".join(f"  {name:<{width}}  {command.help}" for name, command in COMMANDS.items())
    parser = Parser(
        prog="comity",
        description="What was promised, what partners permit, whose yes is missing, and what changes with it.",
        epilog=f"commands:\n{listed}\n\n"
        "`comity COMMAND --help` explains a command. Not accredited for classified information; not legal advice.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"comity {__version__}")
    parser.add_argument("command", choices=COMMANDS, metavar="COMMAND", help="one of the commands below")
    return parser


def _load(name: str) -> CommandModule:
    """Import a command's module; where this installation lacks it, say so."""
    module = COMMANDS[name].module
    try:
        return cast("CommandModule", import_module(module))
    except ModuleNotFoundError as error:
        if error.name != module:
            raise
        message = f"the command {name!r} is not part of this installation"
        raise Unavailable(message, next_step="install the whole of comity") from error


def _report(error: ComityError, *, as_json: bool) -> int:
    """Tell the error to a person or to a program, and return the exit code it stands for."""
    if as_json:
        from comity.cli.said import say_json

        told = {
            "kind": type(error).__name__.lower(),
            "message": error.message,
            "where": error.where,
            "field": error.field,
            "next_step": error.next_step,
        }
        say_json({"error": told}, indent=None)
    else:
        from comity.values.letters import laid_open

        print(laid_open(f"comity: {error}"), file=sys.stderr)
    return ANSWERED_NO if isinstance(error, Refused | Impossible) else BAD_INPUT


def _never_fail_on_a_letter() -> None:
    """On a terminal that cannot show a letter, show a question mark instead of ending in the middle of an answer."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")


def _forget_stdout() -> None:
    """Point stdout nowhere: its reader (such as ``head``) has what it wanted, and Python flushes again at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
