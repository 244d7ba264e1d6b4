"""`comity agreements list|show|exits` and, for one's own, `template|check|add|sign|compare`.

Rules:
1. What is told is what the pages tell: articles by `comity.flow.agreement_told`, dates by `comity.flow.due`, states by
   `comity.flow.register`.
2. `list` without a day tells what each file says of itself; `show` and `exits` are as of a day, today where none is
   named.
3. An agreement of one's own book that not every party has signed is told as a claim, and one that cannot be read here
   as unreadable.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence

from comity.casebook.agreement import Agreement
from comity.casebook.book import Casebook
from comity.cli import agreements_own
from comity.cli.agreements_own import Own
from comity.cli.given import moment
from comity.cli.own_book import PUBLIC, audience, audience_option
from comity.cli.said import say, say_json
from comity.errors import Malformed
from comity.flow.agreement_told import Article, told
from comity.flow.due import Due, leaving, of
from comity.flow.register import bound, status
from comity.flow.ties import in_force
from comity.values.instant import DAY, Instant, Ragged, show_ragged
from comity.values.instant import show as day
from comity.values.truth import Truth

__all__ = ["as_data", "configure", "exits", "listed", "run", "show"]


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="list|show|exits|template|check|add|sign|compare")
    for name, words, by_default in (
        ("list", "every agreement", "whatever the day"),
        ("show", "one agreement, article by article, with the things, acts and circumstances to ask with", "today"),
        ("exits", "of each in force: notice, next renewal, when one would be free, what survives", "today"),
    ):
        verb = verbs.add_parser(name, help=words, description=words)
        if name == "show":
            verb.add_argument("id", help="the agreement's id")
        verb.add_argument("--on", metavar="DATE", help=f"as of a day (default: {by_default})")
        _shared(verb)
    agreements_own.configure(verbs)


def _shared(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--book", metavar="FILE", help="your own book, besides the casebook")
    told = "agreements of your book that all of these may read (default: the public ones)"
    audience_option(verb, told)
    verb.add_argument("--json", action="store_true", help="as JSON")


def run(args: argparse.Namespace) -> int:
    """Show what was asked for."""
    if args.verb in agreements_own.VERBS:
        return agreements_own.run(args)
    own = agreements_own.seen(args.book, audience(args.audience))
    on = None if args.on is None else moment(args.on, "--on")
    if args.verb == "list":
        return _listed(args, own, on)
    asked = today() if on is None else on
    if args.verb == "show":
        return _shown(args, own, asked)
    return _exits(args, own, asked)


def today() -> Instant:
    """The day it is, by this machine's clock."""
    clock = time.time_ns() // 1000
    return clock - clock % DAY


def _listed(args: argparse.Namespace, own: Own, on: Instant | None) -> int:
    every = own.book.agreements.values()
    data: list[Mapping[str, object]] = [
        *(_data(agreement, own, on) for agreement in every),
        *({"id": name, "unreadable": str(why)} for name, why in own.unreadable.items()),
    ]
    return _say(args, data, [*(listed(agreement, own, on) for agreement in every), *_unreadable(own), *_label(own)])


def _shown(args: argparse.Namespace, own: Own, on: Instant) -> int:
    agreement = _one(args.id, own)
    return _say(args, [_data(agreement, own, on)], [*show(agreement, own, on), *_label(own)])


def _exits(args: argparse.Namespace, own: Own, on: Instant) -> int:
    """Those that are, or may be, in force on the day; one that only is signed or has ended is not left."""
    live = [one for one in own.book.agreements.values() if in_force(one, on) is not Truth.FALSE]
    data = [{**_data(agreement, own, on), **leaving_data(agreement, on)} for agreement in live]
    return _say(args, data, [*(line for one in live for line in exits(one, own, on)), *_label(own)])


def _say(args: argparse.Namespace, data: Sequence[Mapping[str, object]], lines: Iterable[str]) -> int:
    if args.json:
        say_json(data, default=str)
    else:
        say(lines)
    return 0


def _unreadable(own: Own) -> Iterator[str]:
    for name, why in own.unreadable.items():
        yield f"{name:<22} cannot be read as an agreement here, and does not count: {why}"


def _label(own: Own) -> Iterator[str]:
    if own.label != PUBLIC:
        yield f"Label: {own.label}"


def _one(name: str, own: Own) -> Agreement:
    if name in own.unreadable:
        raise Malformed(f"{name} cannot be read as an agreement here: {own.unreadable[name]}", field="id")
    if name not in own.book.agreements:
        near = [other for other in own.book.agreements if name.lower()[:3] in other.lower()]
        raise Malformed(
            f"{name} is no agreement of the book",
            field="id",
            next_step=f"{'near: ' + ', '.join(near) if near else 'see comity agreements list'}",
        )
    return own.book.agreements[name]


def as_data(agreement: Agreement, book: Casebook, on: Instant | None) -> dict[str, object]:
    """An agreement as plain data: as written, with its status and parties."""
    return {**agreement.document, "status_on": status(agreement, on), "bound": bound(agreement, book, on)}


def _data(agreement: Agreement, own: Own, on: Instant | None) -> dict[str, object]:
    """The same, and who has not signed a claim."""
    return {
        **as_data(agreement, own.book, on),
        "claim": agreement.id in own.claims,
        "not_signed_by": list(own.claims.get(agreement.id, ())),
    }


def leaving_data(agreement: Agreement, on: Instant) -> dict[str, object]:
    """How it is left after a notice on a day, and what falls due from then on, as plain data."""
    way = leaving(agreement, on)
    return {
        "leaving": {
            "notice": way.notice or None,
            "notice_to": way.notice_to or None,
            "free_on": None if way.free_on is None else show_ragged(way.free_on),
            "survives": list(way.survives),
        },
        "due": [
            {"on": show_ragged(one.on), "what": one.what, "article": one.article, "reckoned": one.reckoned}
            for one in _due(agreement, on)
        ],
    }


def listed(agreement: Agreement, own: Own, on: Instant | None) -> str:
    """One line."""
    weak = ", to be verified" if agreement.verify else ""
    count = len(bound(agreement, own.book, on))
    state = _claimed(agreement, own) or status(agreement, on)
    return f"{agreement.id:<22} {agreement.name} ({state}; {count} parties; grade {agreement.grade}{weak})"


def _claimed(agreement: Agreement, own: Own) -> str:
    missing = own.claims.get(agreement.id)
    return "" if missing is None else f"a claim that binds nobody, not signed by {', '.join(missing)}"


def show(agreement: Agreement, own: Own, on: Instant) -> Iterator[str]:
    """Article by article, in plain words."""
    one = told(agreement, own.book, on)
    yield f"{agreement.id}: {agreement.name}"
    state = f"{one.entry.state} on {day(on)}"
    yield f"  {agreement.kind}, signed {agreement.signed}, in force {agreement.in_force}: {state}"
    if agreement.id in own.claims:
        yield f"  {_claimed(agreement, own)}"
    perhaps = f"; perhaps {', '.join(one.entry.perhaps)}" if one.entry.perhaps else ""
    yield f"  parties: {', '.join(one.entry.parties) or 'none'}{perhaps}"
    yield f"  source: {agreement.source} (grade {agreement.grade}{', to be verified' if agreement.verify else ''})"
    if one.notes:
        yield f"  notes: {one.notes}"
    for article in one.articles:
        yield from _article(article)
    yield from (f"  exclusivity, {said}" for said in one.exclusivity)
    yield from (f"  sources differ on {claim}" for claim in one.claims)
    yield from (f"  takes the place of {name}" for name in one.replaces)
    yield from exits(agreement, own, on)


def _article(article: Article) -> Iterator[str]:
    weak = " (weak source)" if article.weak else ""
    yield f"  Art. {article.article}: {article.duty}{weak}; {article.state}"
    yield f"    {article.says}"
    yield from (f"    {sentence}" for sentence in (*article.sentences, *article.consents))
    if article.things:
        yield f"    ask about: {', '.join(article.things)}"
    if article.acts:
        yield f"    acts: {', '.join(article.acts)}"
    if article.circumstances:
        yield f"    circumstances it reads: {', '.join(article.circumstances)}"
    for words, said in {
        "reservation of": article.reservations,
        "suspended,": article.suspensions,
        "said of it by": article.qualifications,
        "as read by": article.readings,
    }.items():
        yield from (f"    {words} {line}" for line in said)
    yield f"    source: {article.source} (grade {article.grade})"


def exits(agreement: Agreement, _own: Own, on: Instant) -> Iterator[str]:
    """How it is renewed and left as of a day, and what survives."""
    yield f"{agreement.id}: lasting and leaving, as of {day(on)}"
    document, way = agreement.document, leaving(agreement, on)
    for heading in ("duration", "exit"):
        rule = document.get(heading)
        if isinstance(rule, Mapping):
            weak = " (to be verified)" if rule.get("verify") is True or rule.get("grade") == "C" else ""
            yield f"  {heading}: {rule.get('says') or 'not stated'} (Art. {rule.get('article') or 'none'}){weak}"
    to = f", to {way.notice_to}" if way.notice_to else ""
    if way.notice:
        yield f"  notice: {way.notice}{to}"
    elif to:
        yield f"  notice: length not stated{to}"
    if way.free_on is not None:
        yield f"  if notice were given on {day(on)}: free on {_between(way.free_on)}"
    for one in _due(agreement, on):
        reckoned = " (reckoned)" if one.reckoned else ""
        weak = " (to be verified)" if one.weak else ""
        yield f"  {show_ragged(one.on)}: {one.what}{reckoned}{weak}"
    yield from (f"  survives: {item}" for item in way.survives)


def _due(agreement: Agreement, on: Instant) -> list[Due]:
    return sorted((one for one in of(agreement, on) if one.on.latest >= on), key=lambda one: (one.on, one.what))


def _between(free: Ragged) -> str:
    return day(free.earliest) if free.exact else f"{day(free.earliest)} or as late as {day(free.latest)}"
