"""`comity consultation open|deliver|receipt|...`: one party states one thing, signed, or is told why it may not."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple, TypeVar

from comity.casebook.steps import Counts
from comity.cli import files
from comity.cli.given import speaker
from comity.cli.keys import opened
from comity.cli.own_book import audience
from comity.cli.said import say, say_json
from comity.errors import Impossible, Malformed
from comity.flow import consulting_case as case_acts
from comity.flow import consulting_channel as channel
from comity.flow import consulting_silence as silence
from comity.flow.asked import asked
from comity.flow.consulting import Desk, desk, state
from comity.flow.consulting_act import Act, CaseAct
from comity.formats import yaml12
from comity.instruments.consultation import acts, table
from comity.instruments.consultation.case import named
from comity.instruments.consultation.facts import Case, Line, Stance
from comity.instruments.consultation.gathered import Facts
from comity.instruments.consultation.silence import Procedure, items, procedure

S = TypeVar("S")
Build = Callable[[argparse.Namespace, Desk], "list[acts.Statement]"]


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
    party = speaker(args)
    with opened(args.book) as book:
        stated = state(book, party, lambda before: VERBS[args.verb].build(args, before))
        after = _after(args, desk(book, party))
    data = {
        "stated": [{"id": one.receipt.id, "kind": one.statement.kind} for one in stated],
        "says": [one.statement.says for one in stated if one.statement.says],
        "silence": None if after is None else table.procedure_data(after),
    }
    if args.json:
        say_json(data)
        return 0
    for statement, receipt in stated:
        say([f"{statement.kind} {receipt.id[:8]} by {party}{f': {statement.says}' if statement.says else ''}"])
    say(f"  {line}" for line in ([] if after is None else table.procedure_lines(after)))
    return 0


def _after(args: argparse.Namespace, now: Desk) -> Procedure | None:
    """Where the procedure stands now, for the verbs that are about one."""
    if args.verb not in ABOUT_SILENCE:
        return None
    case = named(args.case, now.facts)
    return procedure(case, the_item(args.item, case, now.facts), now.facts, now.now)


def _item(args: argparse.Namespace, desk: Desk) -> str:
    return the_item(args.item, named(args.case, desk.facts), desk.facts)


def _in_case(args: argparse.Namespace, desk: Desk, kind: type[CaseAct], **fields: object) -> list[acts.Statement]:
    """An act in a case, as pages and programs state it."""
    return _stated(lambda: _asked(kind, fields).stated(desk, named(args.case, desk.facts)))


def _alone(desk: Desk, kind: type[Act], **fields: object) -> list[acts.Statement]:
    """An act that needs no case, as pages and programs state it."""
    return _stated(lambda: _asked(kind, fields).stated(desk))


def _asked(kind: type[S], fields: Mapping[str, object]) -> S:
    return asked(kind, {name: told for name, told in fields.items() if told is not None})


def _stated(state: Callable[[], list[acts.Statement]]) -> list[acts.Statement]:
    """What is stated; a field that is wrong is told as the option it came from."""
    try:
        return state()
    except Malformed as error:
        option = OPTIONS.get(error.field or "")
        step = (error.next_step or "").replace(f"fill in {error.field}", f"give {option}")
        raise error if option is None else Malformed(error.message, field=option, next_step=step) from error


OPTIONS = {
    "deadline": "--deadline", "due": "--due", "owner": "--owner", "to": "--to", "at": "--when", "ends": "--ends",
    "begins": "--begins", "answer_by": "--answer-by", "about": "--about", "task": "--name", "parties": "--parties",
    "chair": "--chair", "invoked_by": "--invoked-by", "clock_hours": "--hours", "release": "--release",
    "done": "--done", "least_days": "--days", "most_days": "--days", "personnel": "--personnel", "version": "--version",
    "window_minutes": "--window", "skew_minutes": "--skew", "notice_minutes": "--notice",
}  # fmt: skip
"""The option that each field of an act comes from."""


def _text(args: argparse.Namespace) -> str:
    return acts.text_hash(files.read(args.text))


def _open(args: argparse.Namespace, desk: Desk) -> list[acts.Statement]:
    agenda = [dict(zip(("item", "title"), _halves(one, "--item"), strict=True)) for one in args.item]
    rule = None if args.rule is None else yaml12.load(args.rule, "--rule")
    return _alone(
        desk, case_acts.Open, title=args.title, article=args.article, body=args.body, parties=audience(args.parties),
        chair=args.chair, invoked_by=args.invoked_by, agenda=agenda, rule=rule, clock_hours=args.hours,
    )  # fmt: skip


def _halves(text: str, option: str) -> tuple[str, str]:
    first, _, second = text.partition("=")
    if not first or not second:
        raise Malformed(f"{text!r} is half of a pair", field=option, next_step="write 1=TITLE")
    return first, second


def _point(args: argparse.Namespace, desk: Desk) -> list[acts.Statement]:
    item, title = _halves(args.point, "POINT")
    return _in_case(args, desk, case_acts.Point, item=item, title=title)


def _document(args: argparse.Namespace, desk: Desk) -> list[acts.Statement]:
    stated = {"name": args.name, "title": args.title or Path(args.text).name, "sha256": _text(args)}
    return _in_case(args, desk, case_acts.Document, **stated, version=args.version, to=audience(args.to))


def _position(args: argparse.Namespace, desk: Desk) -> list[acts.Statement]:
    said = {"item": args.item, "stance": args.stance, "says": args.says}
    return _in_case(args, desk, case_acts.Position, **said, release=audience(args.release))


def _deliver(args: argparse.Namespace, desk: Desk) -> list[acts.Statement]:
    return _in_case(
        args, desk, silence.Put, item=args.item, deadline=args.deadline, sha256=_text(args),
        window_minutes=args.window, skew_minutes=args.skew, notice_minutes=args.notice, line=args.line,
    )  # fmt: skip


def _amend(args: argparse.Namespace, desk: Desk) -> list[acts.Statement]:
    put = {"item": _item(args, desk), "deadline": args.deadline, "sha256": _text(args)}
    return _in_case(args, desk, silence.Amend, **put)


def _extend(args: argparse.Namespace, desk: Desk) -> list[acts.Statement]:
    return _in_case(args, desk, silence.Extend, item=_item(args, desk), deadline=args.deadline)


def _drop(args: argparse.Namespace, desk: Desk) -> list[acts.Statement]:
    return _in_case(args, desk, silence.Drop, item=_item(args, desk), says=args.says)


def _close(args: argparse.Namespace, desk: Desk) -> list[acts.Statement]:
    return _in_case(args, desk, silence.Outcome, item=_item(args, desk))


def _receipt(args: argparse.Namespace, desk: Desk) -> list[acts.Statement]:
    return _in_case(args, desk, silence.Receipt, item=_item(args, desk), sha256=_text(args))


def _consent(args: argparse.Namespace, desk: Desk) -> list[acts.Statement]:
    return _in_case(args, desk, silence.Consent, item=_item(args, desk), sha256=_text(args))


def _break(args: argparse.Namespace, desk: Desk) -> list[acts.Statement]:
    return _in_case(args, desk, silence.Break, item=_item(args, desk))


def _reason(args: argparse.Namespace, desk: Desk) -> list[acts.Statement]:
    return _in_case(args, desk, silence.Reason, item=_item(args, desk), says=args.says, to=audience(args.to))


def _task(args: argparse.Namespace, desk: Desk) -> list[acts.Statement]:
    given = {"name": args.name, "says": args.says, "due": args.due, "owner": args.owner}
    return _in_case(args, desk, case_acts.GiveTask, **given)


def _done(args: argparse.Namespace, desk: Desk) -> list[acts.Statement]:
    return _in_case(args, desk, case_acts.Done, task=args.name, says=args.says)


def _meeting(args: argparse.Namespace, desk: Desk) -> list[acts.Statement]:
    called = {"name": args.name, "at": args.when, "title": args.title, "ends": args.ends, "cancelled": args.cancel}
    return _in_case(args, desk, case_acts.Meeting, **called)


def _decide(args: argparse.Namespace, desk: Desk) -> list[acts.Statement]:
    return _in_case(args, desk, case_acts.Decide, item=args.item)


def _report(args: argparse.Namespace, desk: Desk) -> list[acts.Statement]:
    said = {"what": args.what, "at": args.when, "says": args.says, "where": args.where}
    return _alone(desk, channel.Incident, to=audience(args.to), **said)


def _announce(args: argparse.Namespace, desk: Desk) -> list[acts.Statement]:
    said = {"name": args.name, "begins": args.begins, "ends": args.ends, "area": args.area}
    return _alone(desk, channel.Notice, to=audience(args.to), **said, personnel=args.personnel)


def _ask(args: argparse.Namespace, desk: Desk) -> list[acts.Statement]:
    said = {"asks": args.asks, "answer_by": args.answer_by, "about": args.about}
    return _alone(desk, channel.Question, to=audience(args.to), **said)


def _reply(args: argparse.Namespace, desk: Desk) -> list[acts.Statement]:
    return _alone(desk, channel.Reply, of=args.fact, says=args.says)


def _step(args: argparse.Namespace, desk: Desk) -> list[acts.Statement]:
    route, _, step = args.step.rpartition("/")
    if not route:
        raise Malformed(f"{args.step!r} names no step", field="STEP", next_step="write ROUTE/STEP, in quotes")
    least, most = (args.days[0], args.days[-1]) if args.days else (None, None)
    told = {"route": route, "step": step, "done": args.done, "least_days": least, "most_days": most}
    return _alone(desk, channel.Step, **told, counts=args.counts, release=audience(args.release))


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
        _arg("--version", type=int, metavar="N", help="its number (default: the next of one's own)"), TO,
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
        _arg("--days", type=int, nargs="+", metavar="N", help="how many days it takes: at least, and at most"),
        _arg("--counts", choices=[str(one) for one in Counts], help="which days (default: as the plan counts)"),
        _arg("--release", action="append", default=[], metavar="PARTY[,...]", help="who may read it (default: nobody)"),
    )),
}  # fmt: skip
"""Every verb that states something."""
ABOUT_SILENCE = frozenset({"deliver", "receipt", "consent", "break", "reason", "extend", "amend", "drop", "close"})
