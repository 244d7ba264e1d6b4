"""`comity intel delegate`: let another publish under a clause of ours, or pass on what another lets us publish."""

from __future__ import annotations

import argparse

from comity.cli import DONE
from comity.cli.keys import opened
from comity.cli.said import say_stated
from comity.errors import Malformed
from comity.flow.delegation import delegation, passing_on
from comity.flow.meant import check_parties
from comity.ledger.book import Draft


def configure(verb: argparse.ArgumentParser) -> None:
    """Add the arguments of `delegate`."""
    verb.add_argument("clause", metavar="CLAUSE", help="under which the intelligence stands, as an import named it")
    verb.add_argument("--book", metavar="FILE", required=True, help="the book")
    verb.add_argument("--as", dest="by", metavar="PARTY", required=True, help="who states and signs it")
    act = verb.add_mutually_exclusive_group(required=True)
    act.add_argument("--publisher", metavar="PARTY", help="let this party decide who else reads")
    act.add_argument("--pass-on", dest="readers", metavar="PARTY,...", help="let these read, by a delegation held")
    verb.add_argument("--depth", type=int, default=1, help="how often the publisher's word is passed on (default: 1)")
    verb.add_argument("--until", metavar="DATE", help="it ends on this day")
    verb.add_argument("--when", metavar="CONDITION", help="it holds on this condition")
    verb.add_argument("--json", action="store_true", help="as JSON")


def run(args: argparse.Namespace) -> int:
    """State a delegation, or pass on by one."""
    terms = {name: getattr(args, name) for name in ("until", "when") if getattr(args, name) is not None}
    parties = [party.strip() for party in (args.publisher or args.readers or "").split(",") if party.strip()]
    if args.publisher is not None and len(parties) != 1:
        raise Malformed("one party publishes", field="--publisher", next_step="delegate to each by a line of its own")
    with opened(args.book) as book:
        view, field = book.view(args.by), "--publisher" if args.publisher is not None else "--pass-on"
        check_parties(view.facts, view.casebook.parties, [(field, party) for party in parties])
        if args.publisher is not None:
            line = delegation(book, args.by, parties[0], args.clause, terms, depth=args.depth)
        else:
            line = passing_on(book, args.by, parties, args.clause, terms)
        stated = book.record(line, Draft(args.by)).id
    say_stated(args, stated)
    return DONE
