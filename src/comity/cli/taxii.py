"""`comity taxii`: serve collections to other nations' programs, load them, pull from and push to other servers.

Rules:
1. A file is read whole before anything is added, and what was wrong with which object is told.
2. A password is read from the terminal, standard input or a file of configuration, never from the words of a command,
   and kept as its hash alone; one that is too short for the pages is too short here.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from comity.cli import files, taxii_exchange
from comity.cli import serve as pages
from comity.cli.keys import opened
from comity.cli.said import say, say_json
from comity.errors import ComityError, Malformed
from comity.flow.intelligence_asked import tlp_binding
from comity.flow.naming import once
from comity.values.letters import laid_open
from comity.values.party import ANYONE

if TYPE_CHECKING:
    from comity.casebook.book import Casebook
    from comity.flow.taxii_loading import Taken
    from comity.ledger.book import Book
    from comity.serve.accounts import Accounts

VERBS = {
    "serve": "serve TAXII 2.1 over a book, beside the pages",
    "collection": "open a collection at an API root, and say who reads and writes it",
    "file": "file objects that are here in a collection, so that others find there what they may read of them",
    "pull": "pull what is new from a collection of another server",
    "push": "push to a collection of another server what its readers may read",
    "recall": "tell another server what was pushed there and may be held there no more",
    "load": "take in a data file of the reference server: roots, collections, objects, users; ids and dates kept",
}


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="|".join(VERBS))
    made = {name: verbs.add_parser(name, help=told, description=told) for name, told in VERBS.items()}
    pages.configure(made["serve"])
    _of_collection(made["collection"])
    _of_file(made["file"])
    _of_load(made["load"])
    taxii_exchange.configure_pull(made["pull"])
    taxii_exchange.configure_push(made["push"])
    taxii_exchange.configure_recall(made["recall"])


def _shared(verb: argparse.ArgumentParser, told: str) -> None:
    verb.add_argument("--book", metavar="FILE", required=True, help="the book")
    verb.add_argument("--as", dest="party", metavar="PARTY", required=True, help=told)
    verb.add_argument("--json", action="store_true", help="as JSON")


def _of_collection(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("name", metavar="NAME", help="what it is called: a word, which becomes its alias, or a UUID")
    _shared(verb, "who opens it")
    verb.add_argument("--title", required=True, help="its title")
    verb.add_argument("--description", default="", help="what it is for")
    verb.add_argument("--root", help="the API root at which it lies (default: the common one)")
    told = "who knows of it and reads through it, each object by its own label (default: everybody)"
    verb.add_argument("--readers", metavar="PARTY[,PARTY...]", help=told)
    told = "who may write to it besides its opener, by the role that signs (default: nobody)"
    verb.add_argument("--writers", metavar="PARTY[,PARTY...]", help=told)
    told = "whom those who write to it let read what they send, as far as markings let (default: themselves alone)"
    verb.add_argument("--shared-with", metavar="PARTY[,PARTY...]", help=told)
    told = "for whom a level of TLP is, of what is sent to it; without it, a level for a community is not taken"
    verb.add_argument("--tlp-binding", metavar="LEVEL=PARTY[,PARTY...]", action="append", default=[], help=told)


def _of_file(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("things", metavar="OBJECT", nargs="+", help="the objects, by their ids: see comity intel search")
    _shared(verb, "who files them")
    verb.add_argument("--into", metavar="COLLECTION", required=True, help="the collection, by its name")


def _of_load(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("file", metavar="FILE", help="the data file, such as default_data.json")
    _shared(verb, "whose the objects become")
    told = "a file of configuration that names users: they become accounts of the party, in every role"
    verb.add_argument("--users", metavar="FILE", help=told)


def run(args: argparse.Namespace) -> int:
    """Carry out one verb."""
    verbs = {
        "serve": pages.run, "collection": _collection, "file": _file, "load": _load, "pull": taxii_exchange.pull,
        "push": taxii_exchange.push, "recall": taxii_exchange.recall,
    }  # fmt: skip
    return verbs[args.verb](args)


def _collection(args: argparse.Namespace) -> int:
    from comity.flow.taxii_rooms import COMMON, ROOT, Collection, check_addressable, collections, line, roots
    from comity.ledger.book import Draft

    readers, writers, shared = (_parties(given) for given in (args.readers, args.writers, args.shared_with))
    tlp = bindings(args.tlp_binding)
    with opened(args.book) as book:
        _check_parties(book, [args.party, *readers, *writers, *shared])
        taxii_exchange.known(book, args.party, None, tlp)
        if not args.name.strip():
            raise Malformed("is empty", field="NAME", next_step="write a name, such as baltic")
        if any(one.name == args.name for one in collections(book.view(args.party))):
            step = "choose another name, or correct the fact that opened it"
            raise Malformed(f"{args.name} is open already", field="NAME", next_step=step)
        read = tuple(sorted({args.party, *readers})) if readers else (ANYONE,)
        written = tuple(dict.fromkeys([args.party, *writers]))
        check_addressable(args.name, "NAME")
        one = Collection(
            args.name, args.root or "", args.title, args.description, read, written, tlp=tlp, to=tuple(shared)
        )
        told, label = line(one)
        known = {root.name for root in roots(book.view(args.party))}
        new = [] if one.root in {*known, COMMON, ""} else [{ROOT: {"name": one.root, "title": one.root}}]
        book.record_all([*new, told], Draft(args.party, label))
    said = f"{args.party} opened the collection {args.name}: {one.id}"
    if args.json:
        say_json({"id": one.id, "name": one.name}, indent=None, ascii_only=True)
    else:
        say([said])
    return 0


def _file(args: argparse.Namespace) -> int:
    from comity.flow.taxii_filing import filed

    with opened(args.book) as book:
        done = filed(book, args.party, args.into, args.things)
    if args.json:
        say_json({"filed": done})
    else:
        say([f"filed in {args.into}: {name}" for name in done] or [f"all of it is in {args.into} already"])
    return 0


def _parties(text: str | None) -> list[str]:
    return [] if text is None else [one.strip() for one in text.split(",")]


def bindings(texts: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """For whom each level of TLP is.

    Raises:
        Malformed: one is no level, or is bound twice.
    """
    return once(map(binding, texts), "--tlp-binding")


def binding(text: str) -> tuple[str, tuple[str, ...]]:
    """A level of TLP, and for whom it is.

    Raises:
        Malformed: it is none.
    """
    level, readers = tlp_binding(text, "--tlp-binding")
    return level, tuple(map(str, readers))


def _check_parties(book: Book[Casebook], parties: Iterable[str]) -> None:
    known = book.view().casebook.parties
    for party in parties:
        if party not in known:
            raise Malformed(f"{party!r} is no party", next_step="use a code of the casebook")


def _load(args: argparse.Namespace) -> int:
    from comity.flow import taxii_loading
    from comity.formats import taxii_load
    from comity.serve.accounts import Accounts
    from comity.serve.taxii import keep_status

    loaded = taxii_load.read(files.read(args.file), args.file)
    users = taxii_load.users(files.read(args.users), args.users) if args.users else {}
    with opened(args.book) as book:
        _check_parties(book, [args.party])
        accounts = Accounts(Path(f"{args.book}.accounts"), book.clock)
        try:
            done = taxii_loading.load(book, loaded, args.party)
            for root in loaded.roots:
                for one in root.statuses:
                    keep_status(accounts, args.party, root.name, one)
            refused = _users(book, accounts, args.party, users)
        finally:
            accounts.close()
    return _told(args, done, [name for name in users if name not in refused], refused)


def _users(book: Book[Casebook], accounts: Accounts, party: str, users: Mapping[str, str]) -> dict[str, str]:
    """Make accounts of users; why not, of those that cannot be: rule 2."""
    from comity.ledger.book import Draft
    from comity.serve.accounts import Person, person_named
    from comity.serve.roles import EVERY, appointment

    refused = {}
    for name, password in users.items():
        try:
            person = Person(person_named(name), party)
            accounts.add(person, password)
        except ComityError as error:
            refused[name] = str(error)
            continue
        book.record(appointment(person, EVERY), Draft(party))
    return refused


def _told(args: argparse.Namespace, done: Taken, users: list[str], refused: Mapping[str, str]) -> int:
    failed = [one._asdict() for intake in done.objects.values() for one in intake.failures]
    good = sum(len(intake.successes) for intake in done.objects.values())
    if args.json:
        told = {"roots": done.roots, "collections": done.collections, "objects": good, "failures": failed}
        say_json({**told, "users": users, "users_refused": refused})
    else:
        for one in failed:
            print(laid_open(f"{one['id']}: {one['message']}"), file=sys.stderr)
        for name, why in refused.items():
            print(laid_open(f"user {name}: {why}"), file=sys.stderr)
        print(f"{done.roots} roots, {done.collections} collections, {good} objects; {len(users)} users of {args.party}")
    return 1 if failed or refused else 0
