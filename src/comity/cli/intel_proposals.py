"""`comity intel proposals`: what others propose that we let go further, and our answer to it, signed."""

from __future__ import annotations

import argparse

from comity.casebook.book import Casebook
from comity.cli import DONE
from comity.cli.intel_tables import rows, shown
from comity.cli.keys import opened
from comity.cli.said import say_json, say_stated
from comity.errors import Impossible
from comity.flow.meant import SHORTEST
from comity.flow.proposals import (
    KIND,
    WITHDRAWN,
    Proposal,
    consent,
    named,
    proposals,
    refusal,
    waiting,
    withdrawal,
    withdrawn,
)
from comity.flow.release_told import proposal_table
from comity.ledger.book import Book, Draft


def configure(verb: argparse.ArgumentParser) -> None:
    """Add the arguments of `proposals`."""
    verb.add_argument("--book", metavar="FILE", required=True, help="the book")
    verb.add_argument("--as", dest="party", metavar="PARTY", required=True, help="who is asked, and answers")
    answer = verb.add_mutually_exclusive_group()
    answer.add_argument("--consent", metavar="PROPOSAL", help="consent to a proposal, signed")
    answer.add_argument("--refuse", metavar="PROPOSAL", help="refuse a proposal, signed")
    answer.add_argument("--withdraw", metavar="PROPOSAL", help="take a proposal of one's own back, signed")
    verb.add_argument("--for", dest="to", metavar="PARTY,...", help="answer for these alone")
    verb.add_argument("--until", metavar="DATE", help="the consent ends on this day")
    verb.add_argument("--when", metavar="CONDITION", help="the consent holds on this condition")
    verb.add_argument("--json", action="store_true", help="as JSON")


def run(args: argparse.Namespace) -> int:
    """Answer a proposal, or list those that wait."""
    with opened(args.book) as book:
        if _meant(args) is not None:
            receipt = _answer(args, book)
            say_stated(args, receipt)
            return DONE
        view = book.view(args.party)
        found = waiting(view.records([KIND, WITHDRAWN]), view.facts, args.party)
    if args.json:
        say_json(rows(proposal_table(found)))
    elif found:
        shown(proposal_table(found))
    else:
        print("Nothing is proposed that waits for an answer.")
    return DONE


def _answer(args: argparse.Namespace, book: Book[Casebook]) -> str:
    """State the answer; the id of the fact."""
    proposal = _named(args, book)
    if args.withdraw is not None:
        line, label = withdrawal(proposal)
    else:
        terms: dict[str, object] = {} if args.to is None else {"to": [one.strip() for one in args.to.split(",")]}
        terms |= {name: getattr(args, name) for name in ("until", "when") if getattr(args, name) is not None}
        line, label = (refusal if args.consent is None else consent)(proposal, terms, by=args.party)
    return book.record(line, Draft(args.party, label)).id


def _meant(args: argparse.Namespace) -> str | None:
    """The name of what is answered or taken back; None where nothing is."""
    return next((one for one in (args.consent, args.refuse, args.withdraw) if one is not None), None)


def _named(args: argparse.Namespace, book: Book[Casebook]) -> Proposal:
    """The proposal that is meant, by its title, its id or the first letters of it."""
    name, view = _meant(args) or "", book.view(args.party)
    seen = view.records([KIND, WITHDRAWN])
    of_us = [one for one in proposals(seen) if args.party == (one.owner if args.withdraw is None else one.by)]
    mine = named(of_us, [] if args.withdraw is not None else waiting(seen, view.facts, args.party), name)
    if len(mine) == 1 and withdrawn(mine[0], seen):
        raise Impossible(f"{name} was withdrawn", next_step="see comity intel proposals")
    if len(mine) != 1:
        step = f"write its title, or {SHORTEST} letters of its id or more: see comity intel proposals"
        raise Impossible(f"{name} names {len(mine)} proposals to {args.party}", next_step=step)
    return mine[0]
