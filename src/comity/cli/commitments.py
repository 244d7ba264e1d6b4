"""`comity commitments`: for an event, which article binds whom to what towards whom, and what is unknown."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from comity.casebook.book import Casebook, casebook
from comity.casebook.vocabulary import KINDS, TARGETS
from comity.cli import files
from comity.cli.given import moment
from comity.cli.own_book import PUBLIC, audience, audience_option
from comity.cli.said import say, say_json
from comity.errors import Malformed
from comity.formats import yaml12
from comity.instruments.guarantees.circumstances import asked_about
from comity.instruments.guarantees.commitments import Commitment, Commitments, Seen, commitments
from comity.instruments.guarantees.event import Event, event, party
from comity.values.condition import as_typed
from comity.values.instant import NEVER, show
from comity.values.label import Label

_OPTIONS = ("kind", "victim", "attacker", "on", "place", "target", "claimed_by")
ANSWER = frozenset({"event", "on", "audience", "label", "commitments", "not_triggered"})
"""The fields of an answer, which may be given back as an event's file."""


@dataclass(frozen=True, slots=True)
class Public:
    """The casebook, as an audience sees it: all of it."""

    casebook: Casebook
    audience: tuple[str, ...]

    def searched(self, kinds: Sequence[str]) -> set[Label]:
        """All of it is public."""
        del kinds
        return set()


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument(
        "--event", metavar="FILE", help="the event as YAML (docs/events.md), instead of the options below"
    )
    parser.add_argument("--kind", help=f"one of: {', '.join(KINDS)}")
    parser.add_argument("--victim", metavar="PARTY", help="who was attacked or threatened")
    parser.add_argument(
        "--attacker",
        action="append",
        metavar="PARTY",
        help="who did it: a party, or non-state; repeat it where several are named by different claims",
    )
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
    audience_option(parser, "whom the answer is for (default: the public)")
    parser.add_argument("--known", metavar="INSTANT", help="as far as was known then (default: all that is recorded)")
    parser.add_argument("--why-not", dest="why_not", action="store_true", help="also what does not apply, and why")
    parser.add_argument("--book", metavar="FILE", help="your own book, besides the casebook")
    parser.add_argument("--json", action="store_true", help="the answer as JSON")


def run(args: argparse.Namespace) -> int:
    """Answer; 0 whether or not anything binds."""
    answer = answered(args)
    if args.json:
        say_json(answer.as_json(args.why_not))
    else:
        say(lines(answer, args.why_not))
    return 0


def answered(args: argparse.Namespace) -> Commitments:
    """The answer from the casebook and, where a book is named, from its agreements that the audience may read."""
    parties, known = audience(args.audience), NEVER if args.known is None else moment(args.known, "--known")
    if args.book is None:
        return _asked_of(Public(casebook(), tuple(parties)), args)
    from comity.cli.keys import opened

    with opened(args.book) as book:
        return _asked_of(book.view(*parties, known=known), args)


def _asked_of(seen: Seen, args: argparse.Namespace) -> Commitments:
    for code in seen.audience:
        party(code, "--as", seen.casebook.parties)
    return commitments(seen, asked(args, seen.casebook))


def asked(args: argparse.Namespace, book: Casebook) -> Event:
    """The event that the arguments, or the file they name, describe."""
    given = {name: getattr(args, name) for name in _OPTIONS}
    if args.event is not None:
        both = [name for name, item in given.items() if item is not None]
        if both or args.attribute:
            option = "--attribute" if not both else "--" + both[0].replace("_", "-")
            remedy = "write it into the file, or leave --event out"
            raise Malformed("stands beside --event, which describes the whole event", field=option, next_step=remedy)
        return from_file(args.event, book)
    circumstances: dict[str, object] = {}
    for name, said in map(_attribute, args.attribute):
        if circumstances.setdefault(name, said) != said:
            raise Malformed(f"{name} is given twice", field="--attribute", next_step="give it once")
    return event({**given, "attributes": circumstances}, book.parties, asked_about(book))


def _attribute(item: str) -> tuple[str, object]:
    name, _, text = item.partition("=")
    if not name or not text:
        raise Malformed(f"{item!r} is half of a pair", field="--attribute", next_step="write --attribute external=true")
    return name, None if text == "unknown" else as_typed(text)


def from_file(path: str, book: Casebook) -> Event:
    """An event from a YAML file."""
    given = yaml12.load(files.read_text(path), path)
    inner = given.get("event", given) if isinstance(given, Mapping) else given
    try:
        _check_beside(given)
        return event(inner, book.parties, asked_about(book))
    except Malformed as error:
        head = (error.field or "").partition(".")[0]
        stated = inner.get("attributes") if isinstance(inner, Mapping) else None
        line = _lines(inner).get(head) or _lines(stated).get(head) or _lines(given).get(head, 1)
        where = f"{path}:{line}"
        raise Malformed(error.message, where=where, field=error.field, next_step=error.next_step) from error


def _check_beside(given: object) -> None:
    """Refuse what stands beside `event:` and is no part of an answer, which may be given back as it was printed."""
    beside = given.keys() - ANSWER if isinstance(given, Mapping) and "event" in given else set()
    for name in sorted(map(str, beside)):
        raise Malformed("stands beside `event`, where nothing reads it", field=name, next_step="move it under `event`")


def _lines(given: object) -> Mapping[str, int]:
    """On which line each field stands; nothing, where there are no fields."""
    found = getattr(given, "lines", None) if isinstance(given, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def lines(answer: Commitments, why_not: bool) -> Iterator[str]:
    """The answer for people: rows that say the same of several bound parties stand together."""
    yield _headline(answer)
    yield from disputed(answer)
    for (row, *_), bound in grouped(answer.rows):
        who = ", ".join(bound) if len(bound) < 5 else f"{len(bound)} parties ({', '.join(bound)})"
        strong = f': "{row.clause.strength.words}"' if row.clause.strength.words else ""
        weak = " [weak source]" if row.weak else ""
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


def disputed(answer: Commitments) -> Iterator[str]:
    """That the place lies in a disputed area, said once for all rows that say it."""
    words = "the place lies in a disputed area, "
    said = (text for row in answer.rows for text in row.because if text.startswith(words))
    areas = dict.fromkeys(text.partition(": ")[0].removeprefix(words) for text in said)
    yield from (f"The place lies in a disputed area: {area}." for area in areas)


def _headline(answer: Commitments) -> str:
    asked = answer.event
    day = "on an unknown day" if asked.on is None else f"on {show(asked.on)}"
    what = asked.kind or "an event of unknown kind"
    target = f" on its {asked.target}" if asked.target else ""
    victim = asked.victim or "an unknown victim"
    return f"{what} against {victim}{target} by {asked.author} {day}"


def _would_be(row: Commitment) -> str:
    return f" (would be {row.clause.duty})" if row.duty != row.clause.duty else ""


def grouped(rows: tuple[Commitment, ...]) -> list[tuple[list[Commitment], list[str]]]:
    """Rows that differ in nothing but the bound party, together, with those parties."""
    together: dict[tuple[object, ...], list[Commitment]] = {}
    for row in rows:
        key = (row.agreement.id, row.clause.article, row.toward, row.duty, row.unsettled, row.branches, row.weak)
        together.setdefault(key, []).append(row)
    return [(found, [row.bound for row in found]) for found in together.values()]
