"""`comity ledger`: make a book, read it as an audience may, write to it, and check it.

Rules:
1. `list` and `show` tell what the parties after `--as` may read, all of them; without `--as`, what is public. What they
   may not read changes nothing of what is printed: no count, no gap, no order.
2. `verify` and `heads` are for the book's keeper (`comity.cli.ledger_verify`).
3. A new book says what it is not for, and what it may hold.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from comity.casebook.book import casebook
from comity.cli import ledger_verify, ledger_writing
from comity.cli.given import moment
from comity.cli.keys import opened
from comity.cli.own_book import audience, audience_option, label_words
from comity.cli.said import say, say_json
from comity.errors import Impossible, Malformed
from comity.flow.facts_shown import shown as shown_facts
from comity.flow.own_agreements import Background
from comity.ledger.book import UNMARKED
from comity.ledger.places import create, keys_of
from comity.ledger.record import label_plain
from comity.values.instant import NEVER, show

if TYPE_CHECKING:
    from comity.casebook.book import Casebook
    from comity.ledger.book import Book
    from comity.ledger.view import Seen, View

VERBS = {
    "new": "make a book, and the key it signs with",
    "list": "a page of the facts an audience may read",
    "show": "one fact, and what has been said of it since",
    "record": "state facts from a YAML file; all of them or none",
    "import": "bring many facts in from a table or a list; all of them or none, every bad row told",
    "verify": "is anything altered, missing, reordered, forged or forked; each such fact is named",
    "heads": "how far the book went after each writing, as the book signed it",
}
PAGE = 50
SHORTEST, LONGEST = 8, 64
"""How many digits of an id tell it apart, and how many it has."""
STATED = ("name", "from", "until", "basis", "classification", "supersedes", "recorded")
NOT_ACCREDITED = "Comity is not accredited: nothing classified belongs in this book. Not legal advice."


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="|".join(VERBS))
    made = {
        name: verbs.add_parser(name, help=told, description=told, aliases=["init"] if name == "new" else [])
        for name, told in VERBS.items()
    }
    made["new"].add_argument("file", metavar="FILE", help="where to make it; must not be there yet")
    told = "the markings it may hold besides none, such as OFFICIAL,RESTRICTED; a fact marked otherwise is refused"
    made["new"].add_argument("--ceiling", metavar="WORD[,WORD...]", default="", help=told)
    made["new"].add_argument("--json", action="store_true", help="as JSON")
    made["show"].add_argument("id", metavar="ID", help="the id, its first digits, or the name its issuer gave it")
    for name in ("list", "show"):
        _reading(made[name])
    _page(made["list"])
    ledger_writing.configure_record(made["record"])
    ledger_writing.configure_import(made["import"])
    ledger_verify.configure_verify(made["verify"])
    ledger_verify.configure_heads(made["heads"])


def _reading(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--book", metavar="FILE", required=True, help="the book")
    told = "what all of these may read (default: what is public)"
    audience_option(verb, told)
    verb.add_argument("--on", metavar="DATE", help="what may hold that day, for who may read it then")
    verb.add_argument("--known", metavar="INSTANT", help="as far as facts had arrived by then")
    verb.add_argument("--json", action="store_true", help="as JSON")


def _page(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--kind", action="append", metavar="KIND", help="facts of this kind; repeat for several")
    verb.add_argument("--limit", type=int, default=PAGE, metavar="N", help=f"at most so many (default: {PAGE})")
    verb.add_argument("--after", metavar="CURSOR", help="go on after this fact: the `next` of the page before")


def run(args: argparse.Namespace) -> int:
    """Carry one of the verbs out."""
    carry_out: dict[str, Callable[[argparse.Namespace], int]] = {
        "new": new, "init": new, "list": listed, "show": shown,
        "verify": ledger_verify.run_verify, "heads": ledger_verify.run_heads,
        "record": ledger_writing.record, "import": ledger_writing.import_,
    }  # fmt: skip
    return carry_out[args.verb](args)


# A new book: rule 3


def new(args: argparse.Namespace) -> int:
    """Make a book; say what it is not for, and what it may hold."""
    words = [word.strip() for word in args.ceiling.split(",")]
    ceiling = tuple(dict.fromkeys((UNMARKED, *(word for word in words if word))))
    path = Path(args.file)
    book = create(path, background=Background(casebook), ceiling=ceiling)
    book.close()
    if args.json:
        data = {"book": args.file, "name": book.id, "ceiling": ceiling, "keys": str(keys_of(path))}
        _print_json({**data, "says": NOT_ACCREDITED})
    else:
        print(f"{args.file}: a new book")
        print(f"  {NOT_ACCREDITED}")
        print(f"  ceiling: {', '.join(ceiling)}; a fact marked otherwise is refused")
        print(f"  keys: {keys_of(path)}, for this account alone; keep a copy of both, apart from each other")
        print(f"  name: {book.id}")
    return 0


# Reading: rule 1


def listed(args: argparse.Namespace) -> int:
    """A page of what the audience may read."""
    if args.limit < 1:
        raise Malformed(f"{args.limit} is no number of facts", field="--limit", next_step="write 1 or more")
    with opened(args.book) as book:
        view = _view(args, book)
        found = shown_facts(view, view.records(args.kind, after=args.after, limit=args.limit + 1))
        count = view.count(args.kind)
    page = found[: args.limit]
    following = page[-1].id if len(found) > len(page) else None
    if args.json:
        facts = [as_data(seen) for seen in page]
        _print_json({"audience": list(view.audience), "count": count, "facts": facts, "next": following})
        return 0
    say(map(_line, page))
    readers = ", ".join(view.audience) or "the public"
    print(f"{len(page)} of {count} {'fact' if count == 1 else 'facts'} that {readers} may read")
    if following is not None:
        print(f"go on with --after {following}")
    return 0


def shown(args: argparse.Namespace) -> int:
    """One fact, and what has been said of it since."""
    with opened(args.book) as book:
        view = _view(args, book)
        seen, *since = shown_facts(view, view.history(_one(args.id, view).id))
    if args.json:
        _print_json({"audience": list(view.audience), "fact": as_data(seen), "since": [as_data(one) for one in since]})
        return 0
    for name, value in as_data(seen).items():
        if value is not None and name != "body":
            say([f"{name}: {label_words(seen.record.label) if name == 'label' else value}"])
    for name, value in seen.record.body.items():
        say([f"  {name}: {value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}"])
    say(f"since: {_line(one)}" for one in since)
    return 0


def _view(args: argparse.Namespace, book: Book[Casebook]) -> View[Casebook]:
    """What the audience may read, at the day and as of the instant asked for."""
    parties = audience(args.audience)
    known = NEVER if args.known is None else moment(args.known, "--known")
    return book.view(*parties, on=None if args.on is None else moment(args.on, "--on"), known=known)


def _one(name: str, view: View[Casebook]) -> Seen:
    """The one readable fact of an id, of an id's first digits, or of a name."""
    if len(name) == LONGEST:
        return view.get(name)
    found = [
        seen
        for seen in view.records()
        if seen.record.text("name") == name or (len(name) >= SHORTEST and seen.id.startswith(name))
    ]
    if len(found) > 1:
        step = f"give the whole id: {', '.join(seen.id for seen in found)}"
        raise Malformed(f"{len(found)} facts are called {name}", field="ID", next_step=step)
    if not found:
        raise Impossible(f"no fact {name} is available", next_step="see `comity ledger list` for what is")
    return found[0]


def as_data(seen: Seen) -> dict[str, object]:
    """A readable fact as plain data."""
    record = seen.record
    stated = {name: record.content.get(name) for name in STATED}
    label = label_plain(record.label)
    return {
        "id": seen.id, "kind": record.kind, "issuer": record.issuer, "arrived": show(seen.arrived), **stated,
        "label": label, "body": record.body,
    }  # fmt: skip


def _line(seen: Seen) -> str:
    record = seen.record
    name = record.text("name")
    valid = f", {record.valid}" if record.text("from") or record.text("until") else ""
    called = f" {name}" if name else ""
    return f"{seen.id} {record.kind}{called} by {record.issuer}{valid}; label {label_words(seen.record.label)}"


def _print_json(data: object) -> None:
    say_json(data)
