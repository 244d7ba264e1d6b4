"""`comity intel warn`: how warning problems stand by graded reports; and stating a problem with its indicators."""

from __future__ import annotations

import argparse
from collections.abc import Mapping

from comity.cli import intel_asked as common
from comity.cli.keys import opened
from comity.cli.own_book import audience, label_words
from comity.errors import Malformed, Refused
from comity.flow.intelligence_stating import Desk, Line
from comity.instruments.intelligence import graded_table as table
from comity.instruments.intelligence.reported import ASSESSED, INDICATOR, PROBLEM, Report, Shows
from comity.instruments.intelligence.reported_gathered import gather
from comity.instruments.intelligence.warning import SEARCHED, named, problems, stands

_FILE = "write problem: {...} and indicators: [{...}]"


def configure(verb: argparse.ArgumentParser) -> None:
    """Add the arguments of `warn`."""
    verb.add_argument("problem", metavar="PROBLEM", nargs="?", help="its name or id (default: all of them)")
    verb.add_argument("--why", action="store_true", help="also each report, what it adds, and what would change it")
    told = "state a problem and its indicators from a YAML file, in the name of the one party after --as"
    verb.add_argument("--set", dest="file", metavar="FILE", help=told)
    told = f"say what a report shows of an indicator of a problem you keep: {', '.join(Shows)}"
    verb.add_argument("--assess", metavar="REPORT/INDICATOR=WORD", help=told)
    common.readers_option(verb, told="who may read what is stated")
    common.reading(verb)


def run(args: argparse.Namespace) -> int:
    """State, or answer."""
    if args.file is not None:
        lines = _lines(args)
        return common.stated(args, lambda _: lines)
    if args.assess is not None:
        return common.stated(args, lambda desk: [_assessed(args, desk)])
    with opened(args.book) as book:
        facts = gather(book.view(*audience(args.audience)), SEARCHED)
    wanted = problems(facts) if args.problem is None else (named(args.problem, facts),)
    at, label = common.at(args), label_words(facts.label)
    found = [stands(one, facts, at) for one in wanted]
    told = [table.warned_data(one, label) for one in found]
    nothing = [] if found else ["no warning problem is available", f"Label: {label}"]
    lines_ = [line for one in found for line in table.warned_lines(one, label, why=args.why)]
    common.tell(args, told if args.problem is None else told[0], [*lines_, *nothing])
    return 0


def _lines(args: argparse.Namespace) -> list[Line]:
    """The problem and the indicators of a file."""
    given = common.from_file(args.file)
    held: Mapping[object, object] = given if isinstance(given, Mapping) else {}
    problem, signs = held.get("problem"), held.get("indicators", [])
    if not isinstance(problem, Mapping) or not isinstance(signs, list) or set(held) - {"problem", "indicators"}:
        raise Malformed("holds no problem with indicators", where=args.file, next_step=_FILE)
    readers = audience(args.to)
    bodies = [one for one in signs if isinstance(one, Mapping)]
    return [
        Line(PROBLEM, {**problem, "parties": readers}),
        *(Line(INDICATOR, {"problem": problem.get("name"), **one, "parties": readers}) for one in bodies),
    ]


def _assessed(args: argparse.Namespace, desk: Desk) -> Line:
    """What the keeper of a problem says that a report shows."""
    where, _, word = args.assess.rpartition("=")
    report, _, indicator = where.partition("/")
    if args.problem is None or not indicator or word not in set(Shows):
        step = f"write PROBLEM --assess REPORT/INDICATOR=WORD, the word one of: {', '.join(Shows)}"
        raise Malformed("this says of no report what it shows", field="--assess", next_step=step)
    problem, meant = named(args.problem, desk.facts), desk.facts.named(Report, report)
    if problem.stamp.by != desk.party:
        raise Refused(f"{problem.stamp.by} keeps this problem", next_step=f"ask {problem.stamp.by}")
    body = {"problem": problem.name, "indicator": indicator, "report": meant.stamp.id, "shows": word}
    return Line(ASSESSED, {**body, "parties": audience(args.to)})
