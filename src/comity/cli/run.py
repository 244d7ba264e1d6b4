"""`comity run`: the worked examples, on screen, as a report for each audience, and in a browser.

Rules:
1. The questions are data (the casebook's `first_answers.yaml`); this module only asks and shows.
2. Every answer on the screen says for whom it is, under its label, beside the command that gives it.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from comity.casebook.book import Casebook, casebook
from comity.cli import commitments as asking
from comity.cli import demonstration, typed
from comity.cli import may as permitting
from comity.cli.recipe import recipe
from comity.cli.reports import Asked, each, questions, suppose, write
from comity.errors import Unavailable
from comity.instruments.guarantees.event import event


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("--out", default="reports", metavar="FOLDER", help="where the reports go (default: reports)")
    parser.add_argument("--book", default="demonstration.db", metavar="FILE", help="the demonstration's book")
    parser.add_argument("--port", type=int, help="where it is served (default: the first free port from 8420 on)")
    parser.add_argument("--no-serve", action="store_true", help="end after the answers and the reports")


def run(args: argparse.Namespace) -> int:
    """Answer on screen, write the reports, show how to ask one's own, and serve the demonstration."""
    asked, book = Asked(questions(), Path(args.out)), casebook()
    try:
        suppose(asked)
        for line in on_screen(asked, book):
            print(line)
        names = write(asked, book)
    except OSError as error:
        raise Unavailable(
            f"the reports cannot be written: {error}", where=args.out, next_step="give another --out FOLDER"
        ) from error
    print()
    print("Reports, one for each audience:")
    for name in names:
        print(f"  {asked.folder / name}")
    for line in _next_steps(asked):
        print(line)
    if not args.no_serve:
        demonstration.serve(Path(args.book), args.port)
    return 0


def on_screen(asked: Asked, book: Casebook) -> Iterator[str]:
    """The answers in words: of the events for the public, of the "may we?" for those who may read its report."""
    yield f"For the public. {asked.label(())}"
    for part in each(asked.given["events"]):
        yield ""
        yield f"== {part['title']} =="
        yield str(part["story"])
        for question in each(part["asks"]):
            words = typed.event_words(event(question["event"], book.parties))
            yield ""
            yield f"-- {question['words']}"
            yield f"$ {typed.shown(words)}"
            yield from asking.lines(typed.commitments(words), why_not=False)
    yield ""
    yield "== May we? =="
    yield str(asked.may["story"])
    yield f"For {' and '.join(asked.readers)}. {asked.label(asked.readers)}"
    for question in each(asked.may["asks"]):
        words = asked.may_words(question, asked.readers)
        yield ""
        yield f"-- {question['words']}"
        yield f"$ {typed.shown(words)}"
        yield from permitting.lines(typed.may(words))


def _next_steps(asked: Asked) -> Iterator[str]:
    yield ""
    yield "Your own agreement, your own question; typed as they stand, these work in an empty folder:"
    for step in recipe(asked.given):
        yield f"  # {step.says}"
        yield f"  {step.command}"
    yield "Not accredited, nothing classified belongs here. Not legal advice."
