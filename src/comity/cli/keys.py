"""`comity keys generate|list|rotate|revoke`: who may sign in a book, on this machine.

Rules:
1. A passphrase comes from the environment (`COMITY_PASSPHRASE`) or is asked for at a terminal. It is never an argument,
   for other accounts may read those.
2. It is asked for only where a key is kept under one.
"""

from __future__ import annotations

import argparse
import getpass
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from comity.cli.said import say, say_json
from comity.errors import Malformed, Refused, Unavailable
from comity.flow import books
from comity.ledger.places import keys_of
from comity.values.reading import BOOK

if TYPE_CHECKING:
    from comity.casebook.book import Casebook
    from comity.ledger.book import Book
    from comity.ledger.keys import Key

ENVIRONMENT = "COMITY_PASSPHRASE"
CODE = re.compile(r"[^\s@*,]+")
VERBS = {
    "generate": "make a key for a party, and let the book know it",
    "list": "every key the book has heard of, and which are at hand here",
    "rotate": "make a new key for a party in place of its live one",
    "revoke": "revoke a key: nothing it signs from now on is accepted",
}


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="|".join(VERBS))
    made = {name: verbs.add_parser(name, help=told, description=told) for name, told in VERBS.items()}
    for name in ("generate", "rotate"):
        made[name].add_argument("party", metavar="PARTY", help="whose key it is")
        told = f"ask for a passphrase to keep the new key under, unless {ENVIRONMENT} holds one"
        made[name].add_argument("--ask", action="store_true", help=told)
    made["revoke"].add_argument("key", metavar="KEYID", help="as `comity keys list` shows it")
    told = "in the book's own name, where the party cannot sign any more"
    made["revoke"].add_argument("--by-node", dest="by_node", action="store_true", help=told)
    for verb in made.values():
        verb.add_argument("--book", metavar="FILE", required=True, help="the book")
        verb.add_argument("--json", action="store_true", help="as JSON")


def run(args: argparse.Namespace) -> int:
    """Carry one of the verbs out."""
    with opened(args.book) as book:
        {"generate": generate, "list": listed, "rotate": rotate, "revoke": revoke}[args.verb](args, book)
    return 0


@contextmanager
def opened(path: str) -> Iterator[Book[Casebook]]:
    """The book in a file, closed at the end; it learns passphrases by the rules above.

    Raises:
        Unavailable: there is no such file, or it cannot be read.
        Malformed: the file is no book.
    """
    passphrases = Passphrases(Path(path))
    book = books.open(path, passphrase=passphrases)
    passphrases.book = book
    try:
        yield book
    finally:
        book.close()


# The verbs


def generate(args: argparse.Namespace, book: Book[Casebook]) -> None:
    """Make a key for a party."""
    _check_party(args.party, book)
    passphrase = new_passphrase(args)
    key = book.introduce(args.party, passphrase)
    kept = "under a passphrase" if passphrase else f"without a passphrase ({ENVIRONMENT} sets one)"
    said = f"{args.party}: key {key.id}, kept in {keys_of(Path(args.book))} {kept}"
    others = _others(key, book)
    _say(args, {**_data(key, book), "also_live": others}, [said, *_still_live(others)])


def _check_party(party: str, book: Book[Casebook]) -> None:
    """Refuse what can be no party's code, and what is one in other letters.

    Raises:
        Malformed: it is not written as a code, or a party is known by it in other letters.
    """
    if not CODE.fullmatch(party):
        step = "write its code: no spaces, and none of @ * ,"
        raise Malformed(f"{party!r} is no party's code", field="PARTY", next_step=step)
    known = {BOOK, *book.background.casebook(()).parties, *(key.party for key in book.keys)}
    other = next((name for name in sorted(known) if name.casefold() == party.casefold()), party)
    if other != party or party == BOOK:
        says = f"{party} is the book itself" if party == BOOK else f"{party} is known as {other}"
        step = "its key came with it; `comity keys rotate book` makes a new one" if other == BOOK else f"write {other}"
        raise Malformed(says, field="PARTY", next_step=step)


def _others(key: Key, book: Book[Casebook]) -> list[str]:
    """The other keys that speak for a key's party."""
    live = book.keys.live(key.party, book.store.head().size + 1)
    return [one.id for one in live if one.id != key.id]


def _still_live(others: Iterable[str]) -> Iterator[str]:
    for name in others:
        yield f"  still live as well: {name}; `comity keys revoke {name}` ends it"


def rotate(args: argparse.Namespace, book: Book[Casebook]) -> None:
    """Make a new key in place of the live one."""
    key = book.rotate(args.party, new_passphrase(args))
    said, others = f"{args.party}: key {key.id} from now on; what the earlier key signed stands", _others(key, book)
    _say(args, {**_data(key, book), "also_live": others}, [said, *_still_live(others)])


def revoke(args: argparse.Namespace, book: Book[Casebook]) -> None:
    """Revoke a key; the book's last one is kept, for without it nothing more could be added."""
    key = book.keys.get(args.key)
    if key is not None and key.party == BOOK and key.until is None and not _others(key, book):
        says = "is the only key of the book: without it nothing can be written to the book any more"
        step = "`comity keys rotate book` makes a new one in its place, and ends this one"
        raise Refused(f"{args.key} {says}", field="KEYID", next_step=step)
    receipt = book.revoke_key(args.key, by_node=args.by_node)
    said = [f"{args.key}: revoked; what it signs from now on is refused, and what it signed before stands"]
    if key is not None and not _others(key, book):
        said.append(f"  {key.party} has no live key any more; `comity keys generate {key.party}` makes one")
    _say(args, {"key": args.key, "revoked_by": receipt.id}, said)


def listed(args: argparse.Namespace, book: Book[Casebook]) -> None:
    """Every key."""
    keys = [_data(key, book) for key in book.keys]
    if args.json:
        say_json(keys)
        return
    for key in keys:
        print(f"{key['id']}  {key['party']}  {key['state']}{', at hand' if key['at_hand'] else ''}")


def _data(key: Key, book: Book[Casebook]) -> dict[str, object]:
    state = "live" if key.until is None else "revoked or replaced"
    return {
        "id": key.id,
        "party": key.party,
        "public": key.public.hex(),
        "state": state,
        "at_hand": book.keyring.has(key.id),
    }


def _say(args: argparse.Namespace, data: Mapping[str, object], said: Iterable[str]) -> None:
    if args.json:
        say_json(data)
    else:
        say(said)


# Passphrases


def new_passphrase(args: argparse.Namespace) -> bytes | None:
    """The passphrase for a key in the making; none unless the environment or the user names one.

    Raises:
        Malformed: what was typed the second time is not what was typed first.
    """
    if os.environ.get(ENVIRONMENT) or not args.ask:
        return os.environ.get(ENVIRONMENT, "").encode() or None
    first = _ask(f"Passphrase for the new key of {args.party}: ")
    if first != _ask("Once more: "):
        raise Malformed("the two passphrases differ", next_step="try again; nothing was done")
    return first or None


class Passphrases:
    """How the passphrase of a party's key is learnt: rules 1 and 2."""

    def __init__(self, path: Path) -> None:
        self._folder = keys_of(path)
        self.book: Book[Casebook] | None = None

    def __call__(self, party: str) -> bytes | None:
        """The passphrase of the key a party signs with; none where its key is kept without one."""
        if not self._locked(party):
            return None
        return os.environ.get(ENVIRONMENT, "").encode() or _ask(f"Passphrase for the key of {party}: ")

    def _locked(self, party: str) -> bool:
        """Whether the last live key of a party that is here is kept under a passphrase."""
        if self.book is None:
            return False
        live = self.book.keys.live(party, self.book.store.head().size + 1)
        here = [path for key in live if (path := self._folder / f"{quote(party, safe='')}-{key.id}.pem").exists()]
        return bool(here) and b"ENCRYPTED" in here[-1].read_bytes()


def _ask(question: str) -> bytes:
    if not sys.stdin.isatty():
        step = f"set {ENVIRONMENT}, or run this at a terminal"
        raise Unavailable("a passphrase is needed, and nobody is here to type it", next_step=step)
    return getpass.getpass(question).encode()
