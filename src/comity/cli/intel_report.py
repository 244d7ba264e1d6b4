"""`comity intel report add|list|corroboration`: graded reports, and how many independent ones there are."""

from __future__ import annotations

import argparse
from collections.abc import Mapping

from comity.cli import intel_asked as common
from comity.cli.keys import opened
from comity.cli.own_book import audience, label_words
from comity.errors import Malformed
from comity.flow.intelligence_stating import Desk, Line
from comity.instruments.intelligence import graded_table as table
from comity.instruments.intelligence.corroboration import corroboration, is_about
from comity.instruments.intelligence.grading import demand
from comity.instruments.intelligence.reported import REPORT, Need, Report, Shows
from comity.instruments.intelligence.reported_gathered import gather


def configure(verb: argparse.ArgumentParser) -> None:
    """Add the acts of `report`."""
    acts = verb.add_subparsers(dest="act", required=True, metavar="add|list|corroboration")
    add = acts.add_parser("add", help="state a report")
    add.add_argument("title", metavar="TITLE", help="what it is called")
    add.add_argument("--name", metavar="NAME", help="what to call it besides its id")
    add.add_argument("--says", metavar="WORDS", required=True, help="what is reported, in words")
    add.add_argument(
        "--grade", metavar="B2", help="reliability A to F and credibility 1 to 6; F and 6: cannot be judged"
    )
    add.add_argument("--source", metavar="DESIGNATOR", help="the source, by your designator and never by its name")
    add.add_argument("--observed", metavar="DATE", help="when it was observed: a day, a month or a year")
    for name, told in (
        ("rests-on", "a report that this one rests on"),
        ("variant-of", "a report that this one releases anew"),
    ):
        add.add_argument(f"--{name}", action="append", default=[], metavar="ID", help=f"{told}; repeat")
    add.add_argument("--about", action="append", default=[], metavar="TOPIC", help="what it is about; repeat")
    add.add_argument("--thing", metavar="ID", help="the thing that it is of, such as a STIX id")
    words = ", ".join(Shows)
    told = f"what it shows of an indicator: {words}; repeat"
    add.add_argument("--shows", action="append", default=[], metavar="PROBLEM/INDICATOR=WORD", help=told)
    add.add_argument("--incident", metavar="FILE", help="an incident as YAML: a name, and the fields of an event")
    common.readers_option(add)
    common.stating(add)
    listed = acts.add_parser("list", help="list reports")
    listed.add_argument("--about", metavar="TOPIC", help="about a topic, a thing or an incident")
    common.reading(listed, day=False)
    counted = acts.add_parser("corroboration", help="how many independent reports there are about something, and why")
    counted.add_argument("about", metavar="TOPIC", help="a topic, a thing, an incident, or the id of a report")
    counted.add_argument(
        "--least", metavar="B2", default="E5", help="graded at least so (default: E5, whatever is judged)"
    )
    counted.add_argument("--days", type=int, metavar="N", default=36_500, help="of the last so many days")
    common.reading(counted)


def run(args: argparse.Namespace) -> int:
    """Carry one of the acts out."""
    acts = {"add": _add, "list": _list, "corroboration": _corroboration}
    return acts[args.act](args)


def _add(args: argparse.Namespace) -> int:
    return common.stated(args, lambda desk: [Line(REPORT, _body(args, desk))])


def _body(args: argparse.Namespace, desk: Desk) -> dict[str, object]:
    return {
        "title": args.title, "says": args.says, **_grade(args.grade), "source": args.source,
        "observed": args.observed, "about": args.about, "thing": args.thing,
        "depends_on": [_named(one, desk) for one in args.rests_on],
        "variant_of": [_named(one, desk) for one in args.variant_of],
        "bears_on": [_bearing(one) for one in args.shows], "incident": _incident(args.incident),
        "parties": audience(args.to), "id": args.name,
    }  # fmt: skip


def _grade(text: str | None) -> dict[str, str]:
    if text is None:
        return {}
    if len(text) != 2:
        raise Malformed(f"{text!r} is no grade", field="--grade", next_step="write a letter and a numeral, as B2")
    return {"reliability": text[0].upper(), "credibility": text[1]}


def _named(text: str, desk: Desk) -> str:
    """The address of a readable report by its first digits; whatever else is named, such as a thing, as it stands."""
    found = [one.stamp.id for one in desk.facts.of(Report) if len(text) >= 4 and one.stamp.id.startswith(text)]
    return found[0] if len(found) == 1 else text


def _bearing(text: str) -> dict[str, str]:
    where, _, word = text.rpartition("=")
    problem, _, indicator = where.partition("/")
    if not problem or not indicator or word not in set(Shows):
        step = f"write PROBLEM/INDICATOR=WORD, the word one of: {', '.join(Shows)}"
        raise Malformed(f"{text!r} shows nothing of an indicator", field="--shows", next_step=step)
    return {"problem": problem, "indicator": indicator, "shows": word}


def _incident(path: str | None) -> object:
    if path is None:
        return None
    given = common.from_file(path)
    return {str(name): one for name, one in given.items()} if isinstance(given, Mapping) else given


def _list(args: argparse.Namespace) -> int:
    with opened(args.book) as book:
        facts = gather(book.view(*audience(args.audience)), [REPORT])
    found = [one for one in facts.of(Report) if args.about is None or is_about(one, args.about)]
    label = label_words(facts.label)
    data = {"reports": [table.report_data(one) for one in found], "label": label}
    common.tell(args, data, [*table.reports_lines(found), f"Label: {label}"])
    return 0


def _corroboration(args: argparse.Namespace) -> int:
    need = Need(1, demand(args.least, "--least"), args.days)
    with opened(args.book) as book:
        view = book.view(*audience(args.audience))
        found = corroboration(view, args.about, need, common.at(args))
    label = label_words(found.label)
    data = {
        "about": args.about,
        **table.counted_data(found.counted),
        "graph": table.graph_data(found.graph),
        "label": label,
    }
    lines = [
        f"{args.about}: independent reports graded {need.least} or better: {table.number(found.counted)}",
        *(f"  {line}" for line in table.counted_lines(found.counted)),
        *(f"  {line}" for line in table.circle_lines(found.graph)),
        f"Label: {label}",
    ]
    common.tell(args, data, lines)
    return 0
