"""`comity commitments`: for an event, which article binds whom to what towards whom, and what is unknown."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from comity.casebook.book import Casebook, casebook
from comity.casebook.vocabulary import KINDS, TARGETS
from comity.cli.may import circumstance
from comity.cli.own_book import PUBLIC, audience, searched
from comity.errors import Malformed, Unavailable
from comity.formats import yaml12
from comity.instruments.guarantees.commitments import Commitment, Commitments, Seen, commitments
from comity.instruments.guarantees.event import Event, event
from comity.values.instant import show


@dataclass(frozen=True, slots=True)
class Public:
    """The casebook, as an audience sees it: all of it."""

    casebook: Casebook
    audience: tuple[str, ...]


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument(
        "--event", metavar="FILE", help="the event as YAML (docs/events.md), instead of the options below"
    )
    parser.add_argument("--kind", help=f"one of: {', '.join(KINDS)}")
    parser.add_argument("--victim", metavar="PARTY", help="who was attacked or threatened")
    parser.add_argument("--attacker", metavar="PARTY", help="who did it: a party, or non-state")
    parser.add_argument("--on", metavar="DATE", help="the day")
    parser.add_argument("--place", metavar="LAT,LON", help="where, in degrees; write --place=-51.7,-57.85")
    parser.add_argument("--target", help=f"one of: {', '.join(TARGETS)}")
    parser.add_argument("--claimed-by", dest="claimed_by", metavar="PARTY[,PARTY]", help="whose claims these facts are")
    parser.add_argument(
        "--attribute",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a circumstance an article asks about, such as external=true or requested=true; repeat",
    )
    parser.add_argument(
        "--as",
        dest="audience",
        action="append",
        default=[],
        metavar="PARTY[,PARTY...]",
        help="whom the answer is for (default: the public)",
    )
    parser.add_argument("--why-not", dest="why_not", action="store_true", help="also what does not apply, and why")
    parser.add_argument("--book", metavar="FILE", help="your own book, besides the casebook")
    parser.add_argument("--json", action="store_true", help="the answer as JSON")


def run(args: argparse.Namespace) -> int:
    """Answer; 0 whether or not anything binds."""
    answer = answered(args)
    if args.json:
        print(json.dumps(answer.as_json(args.why_not), indent=2, ensure_ascii=False))
    else:
        for line in lines(answer, args.why_not):
            print(line)
    return 0


def answered(args: argparse.Namespace) -> Commitments:
    """The answer from the casebook and, where a book is named, from its agreements that the audience may read."""
    parties = audience(args.audience)
    if args.book is None:
        return _asked_of(Public(casebook(), tuple(parties)), args)
    from comity.cli.keys import opened

    with opened(args.book) as book:
        view = book.view(*parties)
        return replace(_asked_of(view, args), label=searched(view, book.background.kinds))


def _asked_of(seen: Seen, args: argparse.Namespace) -> Commitments:
    for code in seen.audience:
        event({"victim": code}, seen.casebook.parties)
    return commitments(seen, asked(args, seen.casebook))


def asked(args: argparse.Namespace, book: Casebook) -> Event:
    """The event that the arguments, or the file they name, describe."""
    if args.event is not None:
        return from_file(args.event, book)
    given = {
        name: getattr(args, name) for name in ("kind", "victim", "attacker", "on", "place", "target", "claimed_by")
    }
    return event({**given, "attributes": dict(_attribute(item) for item in args.attribute)}, book.parties)


def _attribute(item: str) -> tuple[str, object]:
    name, _, text = item.partition("=")
    if not name or not text:
        raise Malformed(f"{item!r} is half of a pair", field="--attribute", next_step="write --attribute external=true")
    return name, None if text == "unknown" else circumstance(text)


def from_file(path: str, book: Casebook) -> Event:
    """An event from a YAML file."""
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Unavailable(
            f"cannot be read: {error}", where=path, next_step="check the path and that it is UTF-8"
        ) from error
    given = yaml12.load(text, path)
    inner = given.get("event", given) if isinstance(given, Mapping) else given
    try:
        return event(inner, book.parties)
    except Malformed as error:
        found = getattr(inner, "lines", {})
        where = f"{path}:{found.get(error.field, 1)}"
        raise Malformed(error.message, where=where, field=error.field, next_step=error.next_step) from error


def lines(answer: Commitments, why_not: bool) -> Iterator[str]:
    """The answer for people: rows that say the same of several bound parties stand together."""
    yield _headline(answer)
    for (row, *_), bound in grouped(answer.rows):
        who = ", ".join(bound) if len(bound) < 5 else f"{len(bound)} parties ({', '.join(bound)})"
        strong = f': "{row.clause.strength.words}"' if row.clause.strength.words else ""
        weak = " [weak source]" if row.clause.grade == "C" or row.clause.verify else ""
        yield f"{row.agreement.id} Art. {row.clause.article}: {row.duty.upper()}{_would_be(row)}{strong}{weak}"
        yield f"    {who} -> {row.toward}"
        yield from (f"    if {branch.claim}: {branch.duty}" for branch in row.branches)
        yield from (f"    would settle it: {item}" for item in row.unsettled)
        if row.clause.determined_by:
            yield f"    determined by {'; '.join(row.clause.determined_by)}"
    if not answer.rows:
        yield "No article in the book binds anybody by this event."
    if why_not:
        yield "Does not apply:"
        yield from (f"    {item.agreement} Art. {item.article}: {item.reason}" for item in answer.not_triggered)
    if answer.label != PUBLIC:
        yield f"Label: {answer.label}"
    yield "Not legal advice. Articles are paraphrased; --json gives reasons and sources, --why-not what does not apply."


def _headline(answer: Commitments) -> str:
    asked_about = answer.event
    day = "on an unknown day" if asked_about.on is None else f"on {show(asked_about.on)}"
    what = asked_about.kind or "an event of unknown kind"
    target = f" on its {asked_about.target}" if asked_about.target else ""
    victim, author = asked_about.victim or "an unknown victim", asked_about.attacker or "an unknown author"
    return f"{what} against {victim}{target} by {author} {day}"


def _would_be(row: Commitment) -> str:
    return f" (would be {row.clause.duty})" if row.duty != row.clause.duty else ""


def grouped(rows: tuple[Commitment, ...]) -> list[tuple[list[Commitment], list[str]]]:
    """Rows that differ in nothing but the bound party, together, with those parties."""
    together: dict[tuple[object, ...], list[Commitment]] = {}
    for row in rows:
        key = (row.agreement.id, row.clause.article, row.toward, row.duty, row.unsettled, row.branches)
        together.setdefault(key, []).append(row)
    return [(found, [row.bound for row in found]) for found in together.values()]
