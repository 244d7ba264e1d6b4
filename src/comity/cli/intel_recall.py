"""`comity intel recall`: what is owed back and what became of it; asking it back; answering the question.

Rules:
1. Whoever released something sees what is owed back to him; whoever has something, what he is asked for.
2. `--take-back` ends a consent: it states a refusal of what went to those `--from` names, or to everybody; what stood
   under a wider clause of the party's is stated again under one of its own. What was made from it goes with it, unless
   it is taken back `--alone`.
3. `--ask` states the question to everybody who owes a thing back and was not asked yet, or to those `--from` names.
4. `--answer` states a receipt. What was answered for good stands on the board no more; `--json` tells it.
"""

from __future__ import annotations

import argparse

from comity.casebook.book import Casebook
from comity.cli import DONE
from comity.cli.intel_tables import rows, shown
from comity.cli.keys import opened
from comity.cli.said import say, say_json
from comity.errors import Impossible
from comity.flow.meant import SHORTEST, check_parties, means
from comity.flow.recall_answers import questions
from comity.flow.recalling import asked_back, asked_of, owed_to
from comity.flow.recalls import Asked, Done, receipt
from comity.flow.release_told import asked_table, board_table
from comity.flow.taking_back import taking_back, takings
from comity.ledger.book import Book, Draft


def configure(verb: argparse.ArgumentParser) -> None:
    """Add the arguments of `recall`."""
    verb.add_argument("--book", metavar="FILE", required=True, help="the book")
    verb.add_argument("--as", dest="party", metavar="PARTY", required=True, help="who asks, or is asked")
    act = verb.add_mutually_exclusive_group()
    act.add_argument(
        "--ask", metavar="THING", help="ask a thing back from all who owe it, signed; `all` for everything"
    )
    act.add_argument("--take-back", dest="take_back", metavar="THING", help="take a released thing back, signed")
    act.add_argument("--answer", metavar="RECALL", help="say what became of what is asked back, signed")
    verb.add_argument("--alone", action="store_true", help="take back the thing alone, not what was made from it")
    verb.add_argument("--from", dest="takers", metavar="PARTY,...", help="ask these alone")
    verb.add_argument("--says", metavar="TEXT", help="what to tell those who are asked")
    verb.add_argument("--done", choices=[one.value for one in Done], default=Done.DESTROYED.value,
                      help="what became of it (default: destroyed)")  # fmt: skip
    verb.add_argument("--to", metavar="PARTY,...", help="to whom it was passed on")
    verb.add_argument("--json", action="store_true", help="as JSON")


def run(args: argparse.Namespace) -> int:
    """Ask, answer, or show the board."""
    with opened(args.book) as book:
        if args.ask is not None:
            return _stated(args, _ask(args, book))
        if args.answer is not None:
            return _stated(args, _answers(args, book))
        if args.take_back is not None:
            return _take_back(args, book)
        owed, asked = owed_to(book, args.party), questions(book, args.party)
    if args.json:
        told = {"owed": rows(board_table(owed)), "asked_of_us": rows(asked_table(asked))}
        say_json(told)
        return DONE
    waits = asked_table(one for one in asked if not one.settled)
    for title, table in (("Owed back to us:", board_table(owed)), ("Asked of us:", waits)):
        if table.rows:
            print(title)
            shown(table)
    if not owed and not waits.rows:
        print("Nothing is owed back, and nothing is asked of us.")
    return DONE


def _stated(args: argparse.Namespace, ids: list[str]) -> int:
    if args.json:
        say_json({"stated": ids}, indent=None)
    else:
        say([f"Stated: {', '.join(ids)}"])
    return DONE


def _take_back(args: argparse.Namespace, book: Book[Casebook]) -> int:
    """Rule 2."""
    found = takings(book, args.party, args.take_back, _takers(args, book), alone=args.alone)
    stated = book.add(taking_back(book, args.party, found))
    if not args.json:
        for one in found:
            say([f"Taken back from {', '.join(sorted(one.takers))}: {one.title or one.thing}"])
    return _stated(args, [one.id for one in stated])


def _ask(args: argparse.Namespace, book: Book[Casebook]) -> list[str]:
    """Rule 3."""
    lines = asked_back(book, args.party, args.ask, _takers(args, book), args.says)
    return [receipt.id for receipt in book.record_all(lines, Draft(args.party))]


def _takers(args: argparse.Namespace, book: Book[Casebook]) -> list[str]:
    return [] if args.takers is None else _parties(args, book, "--from", args.takers)


def _parties(args: argparse.Namespace, book: Book[Casebook], field: str, given: str) -> list[str]:
    view, parties = book.view(args.party), [party.strip() for party in given.split(",")]
    check_parties(view.facts, view.casebook.parties, [(field, party) for party in parties])
    return parties


def _answers(args: argparse.Namespace, book: Book[Casebook]) -> list[str]:
    """Rule 4."""
    to = [] if args.to is None else _parties(args, book, "--to", args.to)
    lines = [receipt(one, args.party, Done(args.done), to) for one in _named(args, book)]
    return [stated.id for stated in book.record_all(lines, Draft(args.party))]


def _named(args: argparse.Namespace, book: Book[Casebook]) -> list[Asked]:
    """The question that is meant, or all by which one party asks one release back."""
    asked = asked_of(book, args.party)
    found = [one for one in asked if means(args.answer, [one.id, one.thing])]
    meant = {(one.by, one.release) for one in found}
    if len(meant) != 1:
        step = f"write {SHORTEST} letters of its id, or of the thing's, or more: see comity intel recall"
        raise Impossible(f"{args.answer} names {len(meant)} questions to {args.party}", next_step=step)
    return found
