"""`comity consultation open|deliver|receipt|...`: one party states one thing, signed, or is told why it may not."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from comity.casebook.bodies import bodies, seated
from comity.cli.keys import opened
from comity.cli.own_book import audience
from comity.errors import Impossible, Malformed, Refused, Unavailable
from comity.flow.consulting import Desk, desk, state
from comity.formats import yaml12
from comity.instruments.consultation import acts, facts, table
from comity.instruments.consultation.case import consultation, named, positions, votes
from comity.instruments.consultation.facts import Case, Line, Stance
from comity.instruments.consultation.gathered import Facts
from comity.instruments.consultation.silence import Procedure, items, procedure
from comity.values.instant import Instant, instant
from comity.values.party import PartyCode

Build = Callable[[argparse.Namespace, Desk], "list[acts.Statement]"]


def one_party(args: argparse.Namespace) -> PartyCode:
    """The one party after `--as`.

    Raises:
        Malformed: there is none, or more.
    """
    found = audience(args.audience)
    if len(found) != 1:
        raise Malformed("one party speaks for itself", field="--as", next_step="name exactly one")
    return found[0]


def the_item(given: str | None, case: Case, known: Facts) -> str:
    """The point of the agenda that is meant: as named, or the only one that lies under silence.

    Raises:
        Malformed: there are several.
        Impossible: no text of the case was put under silence.
    """
    found = items(case, known)
    if given is not None:
        return given
    if len(found) > 1:
        raise Malformed("several points are under silence", field="--item", next_step=f"one of: {', '.join(found)}")
    if not found:
        raise Impossible("no text was put under silence here", next_step="see `comity consultation show`")
    return found[0]


def configure(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the writing verbs, each with its arguments."""
    for name, verb in VERBS.items():
        made = verbs.add_parser(name, help=verb.help, description=verb.help)
        made.add_argument("--book", metavar="FILE", required=True, help="the book")
        told = "who states it, and whose key signs"
        made.add_argument(
            "--as", dest="audience", action="append", default=[], metavar="PARTY", help=told, required=True
        )
        made.add_argument("--json", action="store_true", help="as JSON")
        for words, options in verb.arguments:
            made.add_argument(*words, **options)  # type: ignore[arg-type]  # options as argparse takes them


def run(args: argparse.Namespace) -> int:
    """State what the verb says; 0 when it is on disk."""
    party = one_party(args)
    with opened(args.book) as book:
        stated = state(book, party, lambda before: VERBS[args.verb].build(args, before))
        after = _after(args, desk(book, party))
    data = {
        "stated": [{"id": one.receipt.id, "kind": one.statement.kind} for one in stated],
        "says": [one.statement.says for one in stated if one.statement.says],
        "silence": None if after is None else table.procedure_data(after),
    }
    if args.json:
        print(json.dumps(data, indent=2, ensure_ascii=False))
        return 0
    for statement, receipt in stated:
        print(f"{statement.kind} {receipt.id[:8]} by {party}{f': {statement.says}' if statement.says else ''}")
    for line in [] if after is None else table.procedure_lines(after):
        print(f"  {line}")
    return 0


def _after(args: argparse.Namespace, now: Desk) -> Procedure | None:
    """Where the procedure stands now, for the verbs that are about one."""
    if args.verb not in ABOUT_SILENCE:
        return None
    case = named(args.case, now.facts)
    return procedure(case, the_item(args.item, case, now.facts), now.facts, now.now)


def _found(args: argparse.Namespace, desk: Desk) -> tuple[Case, Procedure]:
    case = named(args.case, desk.facts)
    found = procedure(case, the_item(args.item, case, desk.facts), desk.facts, desk.now)
    if found is None:
        raise Impossible("no text was put under silence here", next_step="see `comity consultation show`")
    return case, found


def _text(args: argparse.Namespace) -> str:
    try:
        return acts.text_hash(Path(args.text).read_bytes())
    except OSError as error:
        raise Unavailable(f"cannot be read: {error.strerror}", where=args.text, next_step="check the path") from error


def _when(text: str, option: str) -> Instant:
    try:
        found = instant(text)
    except Malformed as error:
        raise Malformed(error.message, field=option, next_step=error.next_step) from error
    if "T" not in text:
        raise Malformed(f"{text} is a day", field=option, next_step="write the hour and its zone: 2026-03-01T17:00Z")
    return found


def _open(args: argparse.Namespace, desk: Desk) -> list[acts.Statement]:
    given = {
        "title": args.title,
        "article": args.article,
        "body": args.body,
        "parties": audience(args.parties) if args.parties else _seated(args.body, desk),
        "chair": args.chair,
        "invoked_by": args.invoked_by,
        "agenda": [dict(zip(("item", "title"), _halves(one, "--item"), strict=True)) for one in args.item] or None,
        "rule": None if args.rule is None else yaml12.load(args.rule, "--rule"),
        "clock_hours": args.hours,
        "opens": acts.written(desk.now),
    }
    return [acts.opened(desk.party, **given)]


def _seated(body: str, desk: Desk) -> list[str]:
    if body not in bodies():
        raise Malformed(f"who sits in {body} is not known", field="--parties", next_step="name them, with commas")
    return list(seated(bodies()[body].members, desk.view.casebook, desk.now))


def _halves(text: str, option: str) -> tuple[str, str]:
    first, _, second = text.partition("=")
    if not first or not second:
        raise Malformed(f"{text!r} is half of a pair", field=option, next_step="write 1=TITLE")
    return first, second


def _point(args: argparse.Namespace, desk: Desk) -> list[acts.Statement]:
    return [acts.agenda_point(named(args.case, desk.facts), *_halves(args.point, "POINT"))]


def _document(args: argparse.Namespace, desk: Desk) -> list[acts.Statement]:
    case = named(args.case, desk.facts)
    title = args.title or Path(args.text).name
    return [
        acts.document(
            case, desk.party, args.name, title=title, text=_text(args), version=args.version, to=audience(args.to)
        )
    ]


def _position(args: argparse.Namespace, desk: Desk) -> list[acts.Statement]:
    case = named(args.case, desk.facts)
    release = acts.readers(case) if args.release == ["all"] else audience(args.release)
    return [acts.position(case, desk.party, args.item, Stance(args.stance), says=args.says, release=release)]


def _deliver(args: argparse.Namespace, desk: Desk) -> list[acts.Statement]:
    case = named(args.case, desk.facts)
    terms = {
        "window_minutes": args.window, "skew_minutes": args.skew, "notice_minutes": args.notice, "line": args.line,
    }  # fmt: skip
    deadline = _when(args.deadline, "--deadline")
    return [acts.put(case, args.item, _text(args), deadline, facts=desk.facts, now=desk.now, **terms)]


def _amend(args: argparse.Namespace, desk: Desk) -> list[acts.Statement]:
    case, found = _found(args, desk)
    put = found.round.put
    terms = {
        "window_minutes": put.window // facts.MINUTE, "skew_minutes": put.skew // facts.MINUTE,
        "notice_minutes": put.notice // facts.MINUTE, "line": put.line.value, "whose": list(put.parties),
    }  # fmt: skip
    deadline = _when(args.deadline, "--deadline")
    return [acts.put(case, found.item, _text(args), deadline, facts=desk.facts, now=desk.now, **terms)]


def _extend(args: argparse.Namespace, desk: Desk) -> list[acts.Statement]:
    case, found = _found(args, desk)
    return [acts.extended(case, found, _when(args.deadline, "--deadline"))]


def _drop(args: argparse.Namespace, desk: Desk) -> list[acts.Statement]:
    case, found = _found(args, desk)
    return [acts.dropped(case, found, args.says)]


def _close(args: argparse.Namespace, desk: Desk) -> list[acts.Statement]:
    case, found = _found(args, desk)
    return [acts.recorded(case, found, desk.now)]


def _receipt(args: argparse.Namespace, desk: Desk) -> list[acts.Statement]:
    case, found = _found(args, desk)
    return [acts.receipt(case, found, desk.party, _text(args))]


def _consent(args: argparse.Namespace, desk: Desk) -> list[acts.Statement]:
    case, found = _found(args, desk)
    return [acts.consent(case, found, desk.party, _text(args))]


def _break(args: argparse.Namespace, desk: Desk) -> list[acts.Statement]:
    case, found = _found(args, desk)
    return [acts.broken(case, found, desk.party, desk.now)]


def _reason(args: argparse.Namespace, desk: Desk) -> list[acts.Statement]:
    case, found = _found(args, desk)
    own = [one for one in desk.facts.of(facts.Break) if one.of == found.round.id and one.stamp.by == desk.party]
    if not own:
        raise Refused(f"{desk.party} has not broken silence here", next_step="`comity consultation break` does")
    return [acts.reason(case, own[0].stamp.id, desk.party, args.says, audience(args.to))]


def _task(args: argparse.Namespace, desk: Desk) -> list[acts.Statement]:
    case = named(args.case, desk.facts)
    due = _when(args.due, "--due")
    return [acts.task(case, desk.party, args.owner, name=args.name, says=args.says, due=due)]


def _done(args: argparse.Namespace, desk: Desk) -> list[acts.Statement]:
    case = named(args.case, desk.facts)
    found = [one for one in desk.facts.of(facts.Task) if one.case == case.stamp.id and one.task == args.name]
    if len(found) != 1:
        raise Impossible(f"{len(found)} tasks are called {args.name}", next_step="see `comity consultation show`")
    return [acts.task_done(case, found[0], args.says)]


def _meeting(args: argparse.Namespace, desk: Desk) -> list[acts.Statement]:
    case = named(args.case, desk.facts)
    ends = None if args.ends is None else _when(args.ends, "--ends")
    at = _when(args.when, "--when")
    return [acts.meeting(case, args.name, title=args.title or args.name, at=at, ends=ends, cancelled=args.cancel)]


def _decide(args: argparse.Namespace, desk: Desk) -> list[acts.Statement]:
    view = desk.view
    found = consultation(view, args.case, desk.now, view.casebook)
    point = next((one for one in found.points if one.item == args.item), None)
    if point is None or point.tally is None:
        raise Impossible(f"nothing was said to {args.item}", next_step="see `comity consultation show`")
    said = votes(positions(found.case, args.item, desk.facts))
    return [acts.decided(found.case, args.item, found.rule, point.tally.result, said)]


def _report(args: argparse.Namespace, desk: Desk) -> list[acts.Statement]:
    at = _when(args.when, "--when")
    return [acts.incident(desk.party, audience(args.to), what=args.what, at=at, says=args.says, where=args.where)]


def _announce(args: argparse.Namespace, desk: Desk) -> list[acts.Statement]:
    begins, ends = _when(args.begins, "--begins"), _when(args.ends, "--ends")
    to, strength = audience(args.to), args.personnel
    return [acts.notice(desk.party, to, name=args.name, begins=begins, ends=ends, area=args.area, personnel=strength)]


def _ask(args: argparse.Namespace, desk: Desk) -> list[acts.Statement]:
    about = None if args.about is None else _on_channel(args.about, desk)[0]
    answer_by = _when(args.answer_by, "--answer-by")
    return [acts.question(desk.party, audience(args.to), asks=args.asks, answer_by=answer_by, about=about)]


def _reply(args: argparse.Namespace, desk: Desk) -> list[acts.Statement]:
    of, to = _on_channel(args.fact, desk)
    return [acts.reply(of, desk.party, to, args.says)]


def _on_channel(name: str, desk: Desk) -> tuple[str, list[str]]:
    """The one report, notice or question of an id or its first digits, and who reads it."""
    known = desk.facts
    every: list[facts.Incident | facts.Notice | facts.Question] = [
        *known.of(facts.Incident), *known.of(facts.Notice), *known.of(facts.Question)
    ]  # fmt: skip
    found = [one for one in every if len(name) >= 8 and one.stamp.id.startswith(name)]
    if len(found) != 1:
        raise Impossible(f"{len(found)} things on the channel are called {name}", next_step="see the channel's list")
    return found[0].stamp.id, [found[0].stamp.by, *found[0].to]


def _step(args: argparse.Namespace, desk: Desk) -> list[acts.Statement]:
    route, _, step = args.step.rpartition("/")
    if not route:
        raise Malformed(f"{args.step!r} names no step", field="STEP", next_step="write ROUTE/STEP, in quotes")
    done = None if args.done is None else instant(args.done)
    days = None if args.days is None else (args.days[0], args.days[-1])
    return [acts.national_step(desk.party, route, step, done=done, days=days, release=audience(args.release))]


Argument = tuple[tuple[str, ...], dict[str, object]]


class Verb(NamedTuple):
    """A writing verb: what it does, its arguments, and how its statements are built."""

    help: str
    build: Build
    arguments: tuple[Argument, ...]


def _arg(*words: str, **options: object) -> Argument:
    return words, options


CASE = _arg("case", metavar="CASE", help="its id, the first digits, or its title")
ITEM = _arg("--item", metavar="ITEM", help="the point of the agenda, where there are several")
THE_ITEM = _arg("--item", metavar="ITEM", required=True, help="the point of the agenda")
TEXT = _arg(
    "--text", metavar="FILE", required=True, help="the text, byte for byte; its SHA-256 is stated, not the text"
)
DEADLINE = _arg("--deadline", metavar="INSTANT", required=True, help="with hour and zone, as 2026-03-01T17:00Z")
SAYS = _arg("--says", metavar="WORDS", help="in words")
MUST_SAY = _arg("--says", metavar="WORDS", required=True, help="in words")
TO = _arg("--to", action="append", default=[], metavar="PARTY[,PARTY...]", help="who may read it besides")
MUST_TO = _arg("--to", action="append", required=True, metavar="PARTY[,PARTY...]", help="to whom")
NAME = _arg("--name", metavar="NAME", required=True, help="what it is called")
WHEN = _arg("--when", metavar="INSTANT", required=True, help="with hour and zone")
RELEASE = _arg(
    "--release", action="append", default=[], metavar="PARTY[,...]|all", help="who may read it (default: nobody)"
)

VERBS: dict[str, Verb] = {
    "open": Verb("invoke an article and open a consultation", _open, (
        _arg("title", metavar="TITLE", help="what it is called"),
        _arg("--article", metavar="ARTICLE", required=True, help="the article that is invoked"),
        _arg("--body", metavar="BODY", required=True, help="where: a body of the casebook, or any name"),
        _arg("--parties", action="append", default=[], metavar="PARTY,...", help="who takes part (its members)"),
        _arg("--chair", metavar="PARTY", help="who keeps the record (default: who opens)"),
        _arg("--invoked-by", dest="invoked_by", metavar="PARTY", help="who invokes (default: who opens)"),
        _arg("--item", action="append", default=[], metavar="1=TITLE", help="a point of the agenda; repeat"),
        _arg("--rule", metavar="RULE", help="how it decides, as '{kind: k-of-n, k: 2}' (default: as the body does)"),
        _arg("--hours", type=int, metavar="N", help="within how many hours"),
    )),
    "point": Verb("the chair adds a point to the agenda", _point, (CASE, _arg("point", metavar="2=TITLE", help="it"))),
    "document": Verb("a document, or a new version of one", _document, (
        CASE, NAME, TEXT, _arg("--title", metavar="TITLE", help="its title (default: the file's name)"),
        _arg("--version", type=int, default=1, metavar="N", help="its number (default: 1)"), TO,
    )),
    "position": Verb("what a party says to a point; its own eyes, unless released", _position, (
        CASE, THE_ITEM, _arg("stance", choices=[str(one) for one in Stance], help="yes, no, abstain or absent"),
        SAYS, RELEASE,
    )),
    "deliver": Verb("the chair puts a text under silence", _deliver, (
        CASE, THE_ITEM, TEXT, DEADLINE,
        _arg("--window", type=int, metavar="MINUTES", help="how long a break in time may arrive after it (15)"),
        _arg("--skew", type=int, metavar="MINUTES", help="how far clocks may be off (5)"),
        _arg("--notice", type=int, metavar="MINUTES", help="how long before it a receipt has to be given (0)"),
        _arg("--line", choices=[str(one) for one in Line], help="proved: silence counts with a second receipt only"),
    )),
    "receipt": Verb("a party has the text; after the deadline, that it kept silence", _receipt, (CASE, ITEM, TEXT)),
    "consent": Verb("a party says yes to the text itself", _consent, (CASE, ITEM, TEXT)),
    "break": Verb("a party breaks silence; why, `reason` says", _break, (CASE, ITEM)),
    "reason": Verb("why a party broke silence; for its own eyes, or for some", _reason, (CASE, ITEM, MUST_SAY, TO)),
    "extend": Verb("the chair moves the deadline on", _extend, (CASE, ITEM, DEADLINE)),
    "amend": Verb("the chair puts an amended text: all receipts are needed anew", _amend, (CASE, ITEM, TEXT, DEADLINE)),
    "drop": Verb("the chair ends the silence procedure, and says what follows", _drop, (CASE, ITEM, MUST_SAY)),
    "close": Verb("the chair records the outcome, where the facts settle it", _close, (CASE, ITEM)),
    "decide": Verb("the chair records what the votes came to", _decide, (CASE, THE_ITEM)),
    "meeting": Verb("the chair calls a meeting, or calls it off", _meeting, (
        CASE, NAME, WHEN, _arg("--ends", metavar="INSTANT", help="until"),
        _arg("--title", metavar="TITLE", help="its title (default: its name)"),
        _arg("--cancel", action="store_true", help="it is called off"),
    )),
    "task": Verb("a task for one of those who take part", _task, (
        CASE, NAME, _arg("--owner", metavar="PARTY", required=True, help="who is to do it"),
        _arg("--due", metavar="INSTANT", required=True, help="by when"), MUST_SAY,
    )),
    "done": Verb("the owner reports a task done", _done, (CASE, NAME, SAYS)),
    "report": Verb("an incident is reported", _report, (
        MUST_TO, WHEN, _arg("--what", metavar="WORD", required=True, help="what kind of thing happened"), MUST_SAY,
        _arg("--where", metavar="PLACE", help="where"),
    )),
    "announce": Verb("an exercise is announced", _announce, (
        MUST_TO, NAME, _arg("--begins", metavar="INSTANT", required=True, help="from"),
        _arg("--ends", metavar="INSTANT", required=True, help="until"),
        _arg("--area", metavar="PLACE", required=True, help="where"),
        _arg("--personnel", type=int, metavar="N", help="how many take part"),
    )),
    "ask": Verb("a clarification is asked for", _ask, (
        MUST_TO, _arg("asks", metavar="QUESTION", help="what is asked"),
        _arg("--answer-by", dest="answer_by", metavar="INSTANT", required=True, help="by when"),
        _arg("--about", metavar="FACT", help="the report or notice it is about"),
    )),
    "reply": Verb("a report or notice is acknowledged, or a question answered", _reply, (
        _arg("fact", metavar="FACT", help="its id, or the first digits"), SAYS,
    )),
    "step": Verb("a state tells of a step of its own procedures", _step, (
        _arg("step", metavar="ROUTE/STEP", help="as `comity consultation steps` names them"),
        _arg("--done", metavar="DATE", help="when it was done"),
        _arg("--days", type=int, nargs="+", metavar="N", help="how many days it takes: at least, and at most"), RELEASE,
    )),
}  # fmt: skip
"""Every verb that states something."""
ABOUT_SILENCE = frozenset({"deliver", "receipt", "consent", "break", "reason", "extend", "amend", "drop", "close"})
