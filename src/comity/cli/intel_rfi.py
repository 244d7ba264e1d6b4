"""`comity intel rfi ask|answer|pass-on|list`: requests for information, by their deadlines."""

from __future__ import annotations

import argparse

from comity.cli import intel_asked as common
from comity.cli.given import moment, speaker
from comity.cli.keys import opened
from comity.cli.own_book import audience, label_words
from comity.errors import Malformed
from comity.flow.intelligence_said import Answering, Asking
from comity.instruments.intelligence import graded_table as table
from comity.instruments.intelligence.reported import Answer
from comity.instruments.intelligence.reported_gathered import gather
from comity.instruments.intelligence.requests import SEARCHED, might_know, requests
from comity.values.instant import show

_REQUEST = "the id of the request, its first digits, or its name"


def configure(verb: argparse.ArgumentParser) -> None:
    """Add the acts of `rfi`."""
    acts = verb.add_subparsers(dest="act", required=True, metavar="ask|answer|pass-on|list")
    for name, told in (
        ("ask", "ask parties for information"),
        ("pass-on", "ask others what you were asked, in your words"),
    ):
        made = acts.add_parser(name, help=told)
        if name == "pass-on":
            made.add_argument("request", metavar="REQUEST", help=_REQUEST)
            made.add_argument("--tell", action="append", default=[], metavar="PARTY", help="who else may know of it")
        made.add_argument("asks", metavar="QUESTION", help="what is asked")
        made.add_argument("--answer-by", dest="answer_by", metavar="INSTANT", required=True, help="with hour and zone")
        made.add_argument("--name", metavar="NAME", help="what to call it besides its id")
        made.add_argument("--about", action="append", default=[], metavar="TOPIC", help="what it is about; repeat")
        made.add_argument("--thing", metavar="ID", help="the thing that it is about")
        made.add_argument(
            "--apart", action="store_true", help="one request to each, so that none learns who else is asked"
        )
        whom = "of whom it is asked" if name == "pass-on" else "of whom it is asked; left out: who might know is told"
        common.readers_option(made, required=name == "pass-on", told=whom)
        common.stating(made)
    answer = acts.add_parser("answer", help="answer a request")
    answer.add_argument("request", metavar="REQUEST", help=_REQUEST)
    answer.add_argument("answer", choices=[str(one) for one in Answer], help=f"one of: {', '.join(Answer)}")
    answer.add_argument("--says", metavar="WORDS", help="in words")
    answer.add_argument(
        "--report", action="append", default=[], metavar="ID", help="a report that goes with it; repeat"
    )
    common.stating(answer)
    listed = acts.add_parser("list", help="list requests by deadline, and how each addressee stands")
    listed.add_argument("--open", action="store_true", help="only those that somebody has still to answer")
    common.reading(listed)


def run(args: argparse.Namespace) -> int:
    """Carry one of the acts out."""
    acts = {"ask": _ask, "pass-on": _ask, "answer": _answer, "list": _list}
    return acts[args.act](args)


def _ask(args: argparse.Namespace) -> int:
    to = audience(args.to)
    if not to:
        raise Malformed("nobody is asked", field="--to", next_step=_whom(args))
    by = show(moment(args.answer_by, "--answer-by"))
    said = Asking(
        args.asks, by, tuple(to), tuple(args.about), args.thing, getattr(args, "request", None),
        tuple(audience(getattr(args, "tell", ()))), args.apart, args.name,
    )  # fmt: skip
    return common.stated(args, said.stated)


def _whom(args: argparse.Namespace) -> str:
    """Who might know, by what the asker may read."""
    party = speaker(args)
    with opened(args.book) as book:
        facts = gather(book.view(party), SEARCHED)
    topics = [*args.about, *([args.thing] if args.thing else [])]
    known = [one for one in might_know(topics, facts) if one != party]
    return f"name a party; has reported on it: {', '.join(known)}" if known else "name a party"


def _answer(args: argparse.Namespace) -> int:
    said = Answering(args.request, Answer(args.answer), args.says, tuple(args.report))
    return common.stated(args, said.stated)


def _list(args: argparse.Namespace) -> int:
    with opened(args.book) as book:
        found = requests(book.view(*audience(args.audience)), common.at(args))
    every = [one for one in found.every if one.open or not args.open]
    label = label_words(found.label)
    nothing = [] if every else ["no request is available"]
    lines = [*(line for one in every for line in table.asked_lines(one)), *nothing, f"Label: {label}"]
    common.tell(args, {"requests": [table.asked_data(one) for one in every], "label": label}, lines)
    return 0
