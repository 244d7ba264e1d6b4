"""`comity agreements list|show|exits` and, for one's own, `template|check|add|compare`."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping

from comity.casebook.agreement import Agreement, Clause, Names, Trigger
from comity.casebook.book import Casebook
from comity.cli import agreements_own
from comity.cli.own_book import audience
from comity.errors import Malformed
from comity.flow.register import bound, status
from comity.values.instant import Instant, instant

__all__ = ["as_data", "bound", "configure", "exits", "listed", "run", "show", "status"]


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="list|show|exits|template|check|add|compare")
    for name, words in (("list", "every agreement"), ("exits", "notice periods, next renewals, what survives")):
        verb = verbs.add_parser(name, help=words)
        verb.add_argument("--on", metavar="DATE", help="as of a day (default: whatever the day)")
        _shared(verb)
    shown = verbs.add_parser("show", help="one agreement, article by article")
    shown.add_argument("id", help="the agreement's id")
    shown.add_argument("--on", metavar="DATE", help="as of a day")
    _shared(shown)
    agreements_own.configure(verbs)


def _shared(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--book", metavar="FILE", help="your own book, besides the casebook")
    told = "agreements of your book that all of these may read (default: the public ones)"
    verb.add_argument("--as", dest="audience", action="append", default=[], metavar="PARTY[,PARTY...]", help=told)
    verb.add_argument("--json", action="store_true", help="as JSON")


def run(args: argparse.Namespace) -> int:
    """Show what was asked for."""
    if args.verb in agreements_own.VERBS:
        return agreements_own.run(args)
    book = agreements_own.with_own(args.book, audience(args.audience))
    on = None if args.on is None else instant(args.on)
    if args.verb == "show":
        return _print([_one(args.id, book)], show, args.json, book, on)
    every = list(book.agreements.values())
    return _print(every, listed if args.verb == "list" else exits, args.json, book, on)


def _print(found: list[Agreement], lines: object, as_json: bool, book: Casebook, on: Instant | None) -> int:
    if as_json:
        print(
            json.dumps([as_data(agreement, book, on) for agreement in found], indent=2, ensure_ascii=False, default=str)
        )
    elif callable(lines):
        for agreement in found:
            for line in lines(agreement, book, on):
                print(line)
    return 0


def _one(name: str, book: Casebook) -> Agreement:
    if name not in book.agreements:
        near = [other for other in book.agreements if name.lower()[:3] in other.lower()]
        raise Malformed(
            f"{name} is no agreement of the book",
            field="id",
            next_step=f"{'near: ' + ', '.join(near) if near else 'see comity agreements list'}",
        )
    return book.agreements[name]


def as_data(agreement: Agreement, book: Casebook, on: Instant | None) -> dict[str, object]:
    """An agreement as plain data: as written, with its status and parties."""
    return {**agreement.document, "status_on": status(agreement, on), "bound": bound(agreement, book, on)}


def listed(agreement: Agreement, book: Casebook, on: Instant | None) -> Iterator[str]:
    """One line."""
    weak = ", to be verified" if agreement.verify else ""
    count = len(bound(agreement, book, on))
    told = f"{status(agreement, on)}; {count} parties; grade {agreement.grade}{weak}"
    yield f"{agreement.id:<22} {agreement.name} ({told})"


def show(agreement: Agreement, book: Casebook, on: Instant | None) -> Iterator[str]:
    """Article by article, in plain words."""
    yield f"{agreement.id}: {agreement.name}"
    yield f"  {agreement.kind}, signed {agreement.signed}, in force {agreement.in_force}: {status(agreement, on)}"
    yield f"  parties: {', '.join(bound(agreement, book, on)) or 'none'}"
    yield f"  source: {agreement.source} (grade {agreement.grade})"
    for clause in agreement.clauses:
        yield from _clause(clause)
    yield from (f"  reservation of {n.party}: {n.says}" for n in agreement.narrowings)
    yield from (
        f"  suspended, {s.bound or 'all'} towards {s.toward or 'all'}, {s.valid}: {s.says}"
        for s in agreement.suspensions
    )
    yield from (f"  sources differ on {claim}" for claim in agreement.claims)
    yield from exits(agreement, book, on)


def _clause(clause: Clause) -> Iterator[str]:
    weak = " (weak source)" if clause.grade == "C" or clause.verify else ""
    yield f"  Art. {clause.article}: {clause.duty}{weak}"
    yield f"    {clause.says}"
    strength = clause.strength
    yield f"    owed by {_names(clause.bound)} towards {_names(clause.toward)}"
    yield f'    in its words "{strength.words}", as read by {strength.read_by}'
    if clause.trigger is not None:
        yield from _trigger(clause.trigger)
    if clause.determined_by:
        yield f"    determined by {'; '.join(clause.determined_by)}"


def _trigger(trigger: Trigger) -> Iterator[str]:
    worded = {"yes": "", "finding": " (if so found)"}
    kinds = [f"{kind}{worded[word]}" for kind, word in trigger.kinds.items() if word in worded]
    yield f"    set off by {', '.join(kinds)}"
    yield f"    against {_names(trigger.victim)}, by {_names(trigger.attacker)}"
    if trigger.targets is not None:
        covered = [
            f"{name}{' in ' + t.place if t.place else ''}" for name, t in trigger.targets.items() if t.covered != "no"
        ]
        yield f"    on {', '.join(covered)}"
    elif trigger.place is not None:
        yield f"    in {trigger.place}"


def _names(names: Names) -> str:
    return names if isinstance(names, str) else ", ".join(names) or "nobody"


def exits(agreement: Agreement, _book: Casebook, _on: Instant | None) -> Iterator[str]:
    """How it is renewed and left, and what survives."""
    yield f"{agreement.id}: leaving and lasting"
    document = agreement.document
    for heading in ("duration", "exit"):
        rule = document.get(heading)
        if isinstance(rule, Mapping):
            yield from _rule(heading, rule)
    survives = document.get("survives")
    for item in survives if isinstance(survives, list) else []:
        yield f"  survives: {item.get('says')} (Art. {item.get('article')})"


def _rule(heading: str, rule: Mapping[str, object]) -> Iterator[str]:
    weak = " (to be verified)" if rule.get("verify") is True or rule.get("grade") == "C" else ""
    yield f"  {heading}: {rule.get('says') or 'not stated'} (Art. {rule.get('article') or 'none'}){weak}"
    named = {
        "next": "next renewal or end",
        "notice_by": "notice by",
        "notice_months": "months of notice",
        "notice_days": "days of notice",
    }
    for field, words in named.items():
        if rule.get(field) is not None:
            yield f"    {words}: {rule[field]}"
