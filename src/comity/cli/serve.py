"""`comity serve --book FILE`: the pages and the HTTP API over a book."""

from __future__ import annotations

import argparse
import getpass
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from comity.errors import Malformed

if TYPE_CHECKING:
    from comity.serve.desk import Desk


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("--book", metavar="FILE", required=True, help="the book; `comity ledger new` makes one")
    parser.add_argument("--host", default="127.0.0.1", help="where to listen (default: this machine alone)")
    parser.add_argument("--port", type=int, help="the port (default: the first free one from 8420 on)")
    parser.add_argument("--https", action="store_true", help="it stands behind HTTPS: cookies are for HTTPS alone")
    parser.add_argument("--notice", default="", metavar="TEXT", help="a notice on names and boundaries, for the maps")
    parser.add_argument(
        "--add-account",
        nargs=2,
        metavar=("PARTY", "NAME"),
        help="make an account with every role, its password read from the terminal or standard input, and end",
    )


def run(args: argparse.Namespace) -> int:
    """Serve until interrupted."""
    from comity.flow.books import open as open_book
    from comity.serve.accounts import Accounts
    from comity.serve.desk import Desk, Settings
    from comity.serve.serving import free_port, serve

    book = open_book(args.book)
    accounts = Accounts(Path(f"{args.book}.accounts"), book.clock)
    desk = Desk(book, accounts, Settings(secure_cookies=args.https, naming_notice=args.notice))
    if args.add_account is not None:
        return _add(desk, *args.add_account)
    port = free_port(args.host, args.port)
    serve(desk, args.host, port, lambda address: print(f"Serving {args.book} at {address}", flush=True))
    return 0


def _add(desk: Desk, party: str, name: str) -> int:
    """The first account of a party: everybody else is appointed by it, on the pages."""
    from comity.ledger.book import Draft
    from comity.serve.accounts import Person
    from comity.serve.roles import EVERY, appointment

    if party not in desk.book.view().casebook.parties:
        raise Malformed(f"{party!r} is no party", field="--add-account", next_step="use a code of the casebook")
    person = Person(name, party)
    password = getpass.getpass(f"Password of {name}: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    desk.accounts.add(person, password)
    desk.book.record(appointment(person, EVERY), Draft(party))
    print(f"{name} acts for {party}, in every role.")
    return 0
