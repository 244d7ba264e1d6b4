"""`comity serve --book FILE`: the pages and the HTTP API over a book.

Rules:
1. The keys that are kept under a passphrase are opened before the first page is served: from the environment
   (`COMITY_PASSPHRASE`), or asked for at the terminal. One that does not open stays closed, and that is said.
2. Nobody is ever asked for anything at the terminal while pages are served.
3. A party that an option, or a file given by one, names is one of the casebook or of the book; the keeper of a book may
   read all of it.
"""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from comity.errors import ComityError, Malformed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from comity.casebook.book import Casebook
    from comity.ledger.book import Book
    from comity.serve.desk import Desk
    from comity.serve.oidc import Provider


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("--book", metavar="FILE", required=True, help="the book; `comity ledger new` makes one")
    parser.add_argument("--host", default="127.0.0.1", help="where to listen (default: this machine alone)")
    parser.add_argument("--port", type=int, help="the port (default: the first free one from 8420 on)")
    parser.add_argument("--https", action="store_true", help="it stands behind HTTPS: cookies are for HTTPS alone")
    parser.add_argument("--notice", default="", metavar="TEXT", help="a notice on names and boundaries, for the maps")
    told = "a party's own provider to sign in by, as docs/serving.md tells; once for each party"
    parser.add_argument("--oidc", metavar="FILE", action="append", default=[], help=told)
    parser.add_argument(
        "--misp-bindings", dest="misp", metavar="FILE",
        help="who MISP's organisations and communities are, for events that are taken in and out on pages",
    )  # fmt: skip
    parser.add_argument(
        "--add-account",
        nargs=2,
        metavar=("PARTY", "NAME"),
        help="make an account with every role, its password read from the terminal or standard input, and end; "
        "a party without a key gets one",
    )


def run(args: argparse.Namespace) -> int:
    """Serve until interrupted."""
    from comity.cli.intel_import import misp_bindings
    from comity.cli.keys import Passphrases
    from comity.flow.books import open as open_book
    from comity.flow.intelligence_asked import check_bindings
    from comity.serve.accounts import Accounts
    from comity.serve.desk import Desk, Settings
    from comity.serve.readings import Readings
    from comity.serve.serving import free_port, serve

    passphrases = Passphrases(Path(args.book))
    waiting = [True]
    book = open_book(args.book, passphrase=lambda party: passphrases(party) if waiting else None)
    passphrases.book = book
    providers = _providers(args.oidc, book)
    misp = None if args.misp is None else misp_bindings(args.misp)
    if misp is not None:
        check_bindings(misp, book.facts(), book.view().casebook)
    settings = Settings(secure_cookies=args.https, naming_notice=args.notice, providers=providers, misp=misp)
    accounts, readings = (Path(f"{args.book}.{name}") for name in ("accounts", "readings"))
    desk = Desk(book, Accounts(accounts, book.clock), settings, Readings(readings, book.clock))
    if args.add_account is not None:
        return _add(desk, *args.add_account)
    _open_keys(book)
    waiting.clear()
    port = free_port(args.host, args.port)
    serve(desk, args.host, port, lambda address: print(f"Serving {args.book} at {address}", flush=True))
    return 0


def _open_keys(book: Book[Casebook]) -> None:
    """Rule 1."""
    size = book.store.head().size + 1
    for key in [key for key in book.keys if key.live(size) and book.keyring.has(key.id)]:
        try:
            book.keyring.private(key.id)
        except ComityError as error:
            print(f"Nothing can be signed for {key.party} here: {error}", file=sys.stderr, flush=True)


def _providers(files: Iterable[str], book: Book[Casebook]) -> tuple[Provider, ...]:
    """The providers that files tell of.

    Raises:
        Unavailable: the extra for them is not installed, or a file cannot be read.
        Malformed: a file is wrong, or two speak for one party.
    """
    from comity.serve import oidc, oidc_file

    if files:
        oidc_file.check_installed()
    told = [(file, oidc_file.read(Path(file), os.environ)) for file in files]
    known, seen = book.view().casebook.parties, set[str]()
    for file, one in told:
        if one.party not in known:
            raise Malformed(f"{one.party!r} is no party", where=file, field="party", next_step="use a code")
        if one.party in seen:
            step = "leave one of the files out"
            raise Malformed(f"{one.party} has two providers", where=file, field="party", next_step=step)
        seen.add(one.party)
    return tuple(oidc.Provider(one, book.clock) for _, one in told)


def _add(desk: Desk, party: str, name: str) -> int:
    """The first account of a party: everybody else is appointed by it, on the pages."""
    from comity.instruments.guarantees.event import party as check_party
    from comity.ledger.book import Draft
    from comity.serve.accounts import Person, person_named
    from comity.serve.roles import EVERY, appointment

    book = desk.book
    check_party(party, "--add-account", book.view().casebook.parties)
    person = Person(person_named(name), party)
    password = getpass.getpass(f"Password of {name}: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    desk.accounts.add(person, password)
    known = {*book.keys}
    key = book.introduce(party, os.environ.get("COMITY_PASSPHRASE", "").encode() or None, first=True)
    if key not in known:
        print(f"{party}: key {key.id} made, for it had none.")
    book.record(appointment(person, EVERY), Draft(party))
    print(f"{person.name} acts for {party}, in every role.")
    return 0
