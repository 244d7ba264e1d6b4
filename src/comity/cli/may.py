"""`comity may PARTY ACT THING`: is this act permitted, whose consent is missing, and why."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from dataclasses import replace

from comity.casebook.book import casebook
from comity.casebook.consents import consents
from comity.cli import files
from comity.cli.decisions import decision_json
from comity.cli.given import moment
from comity.cli.own_book import PUBLIC, audience, audience_option, searched
from comity.cli.said import say, say_json
from comity.consent.disclosure import learns
from comity.consent.facts import Facts
from comity.errors import Malformed
from comity.flow.may import Hearing, May, Over, may
from comity.flow.meant import check
from comity.flow.supposed import supposed
from comity.formats import yaml12
from comity.values.condition import as_typed
from comity.values.fact import ANY, Ask
from comity.values.instant import NEVER, show
from comity.values.verdict import Verdict

HEARD = {Verdict.GRANTED.name, Verdict.PENDING.name}
PLAIN = {"GRANTED": "Yes", "CONDITIONAL": "It depends", "PENDING": "Not yet"}
LIMITS = {
    Over.WHOLE: "",
    Over.READABLE: ", by what may be read here and no more",
    Over.SUPPOSED: ", if what is supposed here were so",
}
"""How far an answer goes, for people: rules 1 to 3 of `comity.flow.may`."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("party", help="who would act")
    parser.add_argument("act", help="what it would do: read, hold, use, enter, transit, re-export, draw, ...")
    parser.add_argument("thing", help="what with; `comity agreements show ID` names an agreement's things")
    parser.add_argument("--on", required=True, metavar="DATE", help="the day asked about")
    parser.add_argument("--to", metavar="PARTY", help="may PARTY do it with what the first party passes on?")
    parser.add_argument("--purpose", default=ANY, help="the purpose (default: any)")
    parser.add_argument(
        "--with",
        dest="context",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a circumstance, such as armed=true or notice_days=15; repeat",
    )
    parser.add_argument("--clearance", help="the clearance the person holds, in the party's own scheme")
    parser.add_argument("--known", metavar="INSTANT", help="as far as was known then (default: all that is known)")
    parser.add_argument("--given", metavar="FILE", help="further facts, as lines of a world under `facts:`")
    parser.add_argument(
        "--ends",
        action="append",
        default=[],
        metavar="AGREEMENT=DATE",
        help="as if the agreement had ended that day; repeat",
    )
    parser.add_argument("--book", metavar="FILE", help="your own book, besides the casebook")
    audience_option(parser, "whom the explanation is for (default: the public)")
    parser.add_argument("--json", action="store_true", help="the answer as JSON")


def run(args: argparse.Namespace) -> int:
    """Answer; 0 when granted, 1 when not."""
    ask = asked(args)
    parties = audience(args.audience)
    answer = answered(args, ask, parties)
    if args.json:
        say_json(as_json(answer, parties))
    else:
        say(lines(answer))
    return 0 if answer.yes else 1


def answered(args: argparse.Namespace, ask: Ask, parties: list[str]) -> May:
    """The answer: by the casebook, or by a book as far as the audience may read it or learn of it."""
    ends, more = _ends(args.ends), list(given(args.given))
    heard = Hearing(parties, supposed=bool(ends or more))
    if args.book is None:
        seen = _with(more, Facts(consents(ends)), args, parties)
        _check(ask, seen, args.to, parties)
        return may(ask, seen, to=args.to, heard=heard)
    from comity.cli.keys import opened
    from comity.ledger.authority import POLICY_KINDS

    with opened(args.book) as book:
        view = book.view(*parties, known=ask.known)
        seen = _with(more, ended(view.facts, ends), args, parties)
        _check(ask, seen, args.to, parties)
        whole = None if heard.supposed else book.facts(ask.known)
        answer = may(ask, seen, whole, args.to, replace(heard, now=view.on))
        return replace(answer, label=searched(view, POLICY_KINDS | book.background.kinds))


def _check(ask: Ask, seen: Facts, to: str | None, audience: list[str]) -> None:
    """Refuse what the words do not mean."""
    check(ask, seen, casebook().parties, [("party", ask.party), ("--to", to), *(("--as", code) for code in audience)])


def _ends(items: list[str]) -> dict[str, str]:
    """Which agreements are taken to have ended, and on which day."""
    ends = _pairs(items, "--ends")
    for day in ends.values():
        moment(day, "--ends")
    return ends


def _with(more: list[tuple[object, str]], seen: Facts, args: argparse.Namespace, audience: list[str]) -> Facts:
    """What the audience may read, and what is supposed besides."""
    if not more:
        return seen
    named = {args.party, *([args.to] if args.to else []), *audience}
    return seen.plus(supposed(more, seen, casebook().parties.keys() | named))


def ended(facts: Facts, ends: Mapping[str, str]) -> Facts:
    """The facts of a book, as if agreements of the casebook had ended; what gave way to a party stays away."""
    if not ends:
        return facts
    public = {fact.id for fact in consents()}
    kept = [fact for fact in consents(ends) if fact.id not in public or facts.find(fact.id) is not None]
    return Facts([*(fact for fact in facts if fact.id not in public), *kept])


def asked(args: argparse.Namespace) -> Ask:
    """The ask that the arguments describe."""
    return Ask(
        args.party,
        args.act,
        args.thing,
        moment(args.on, "--on"),
        NEVER if args.known is None else moment(args.known, "--known"),
        args.purpose,
        {name: as_typed(text) for name, text in _pairs(args.context, "--with").items()},
        args.clearance,
    )


def _pairs(items: list[str], option: str) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for name, _, said in (item.partition("=") for item in items):
        if not name or not said:
            raise Malformed(f"{name or said!r} is half of a pair", field=option, next_step=f"write {option} NAME=VALUE")
        if pairs.setdefault(name, said) != said:
            raise Malformed(f"{name} is given twice", field=option, next_step="give it once")
    return pairs


def given(path: str | None) -> Iterator[tuple[object, str]]:
    """The lines of a file of world lines, each with its place."""
    if path is None:
        return
    document = yaml12.load(files.read_text(path), path)
    found = document.get("facts") if isinstance(document, Mapping) else document
    if not isinstance(found, yaml12.Sequence):
        raise Malformed(
            "holds no list of facts",
            where=f"{path}:1",
            field="facts",
            next_step="write facts: and lines such as - title: {...}",
        )
    yield from ((line, f"{path}:{number}") for line, number in zip(found, found.lines, strict=True))


def as_json(answer: May, parties: list[str], label: object = None) -> dict[str, object]:
    """The answer as plain data; `label` in other words than its own."""
    told = decision_json(answer.ask, answer.decision)
    return {
        **told,
        "verdict": None if answer.verdict is None else answer.verdict.name,
        "learns": answer.word if answer.verdict is None else learns(answer.verdict),
        "to": answer.to,
        "audience": parties,
        "label": answer.label if label is None else label,
        "answer": answer.word,
        "decided_over": answer.over.value,
        "readable_verdict": told["verdict"],
        "book_silent": answer.silent,
        "if_all_missing_consented": answer.if_all.verdict.name,
        "warnings": list(answer.warnings),
        "granted_until": None if answer.until is None else show(answer.until),
        "digest": answer.digest,
    }


def lines(answer: May) -> Iterator[str]:
    """The answer for people."""
    ask, decision = answer.ask, answer.decision
    onward = f" and pass it to {answer.to}" if answer.to else ""
    yield f"May {ask.party} {ask.action} {ask.thing}{onward}, on {show(ask.on)}?"
    yield f"{PLAIN.get(answer.word, 'No')} ({answer.word}){LIMITS[answer.over]}{_missing(answer)}"
    if answer.word != decision.verdict.name:
        yield "  decided by all that the book holds; explained by what may be read here, which comes to this:"
    if answer.until is not None:
        yield f"  a day means its first instant: a consent this rests on is taken back at {show(answer.until)}"
    yield from (f"  {reason.says}" for reason in decision.reasons)
    for owner in decision.owners:
        for reason in owner.reasons:
            yield f"  {owner.owner} on {owner.thing}: {owner.verdict.name}: {reason.says}"
            yield from (f"    by {basis}" for basis in reason.basis)
        yield from (f"    would settle it: {doubt}" for doubt in owner.unsettled)
    yield from (
        f"  to be done {duty.obligation.phase} the act: {duty.obligation.kind}"
        for duty in decision.duties
        if not duty.discharged
    )
    if decision.missing and not answer.yes and answer.if_all.verdict is not decision.verdict:
        yield f"  if {', '.join(decision.missing)} consented: {answer.if_all.verdict.name}"
    yield from (f"  weak source: {warning}" for warning in answer.warnings)
    if answer.label != PUBLIC:
        yield f"Label: {answer.label}"
    yield "Not legal advice. The articles named are paraphrased; their text prevails."


def _missing(answer: May) -> str:
    if answer.yes:
        return ""
    if answer.silent:
        whole = answer.over is Over.WHOLE and answer.verdict is not None
        return f": the book is silent; no fact {'in it' if whole else 'that may be read here'} names this thing"
    missing = answer.decision.missing
    if not missing:
        return ""
    if answer.word == Verdict.SILENT.name:
        refused = "nobody has refused" if answer.over is Over.WHOLE else "no refusal may be read here"
        return f": {refused}, and the consent of {', '.join(missing)} is not on record"
    return f": missing the consent of {', '.join(missing)}"
