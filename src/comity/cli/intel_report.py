"""`comity intel report add|list|corroboration`: graded reports, and how many independent ones there are."""

from __future__ import annotations

import argparse
from collections.abc import Mapping

from comity.cli import intel_asked as common
from comity.cli.keys import opened
from comity.cli.own_book import audience, label_words
from comity.errors import Malformed
from comity.flow.intelligence_said import Reporting
from comity.instruments.intelligence import graded_table as table
from comity.instruments.intelligence.corroboration import corroboration
from comity.instruments.intelligence.grading import demand
from comity.instruments.intelligence.listing import listed
from comity.instruments.intelligence.reported import REPORT, Need, Shows
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
    every = acts.add_parser("list", help="list reports, the latest first")
    every.add_argument("--about", metavar="TOPIC", help="about a topic, a thing or an incident")
    every.add_argument("--thing", metavar="ID", help="of a thing, such as a STIX id")
    every.add_argument("--by", metavar="PARTY", help="stated by a party")
    common.reading(every, day=False)
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
    said = Reporting(
        args.title, args.says, args.grade, args.source, args.observed, tuple(args.about), args.thing,
        tuple(args.rests_on), tuple(args.variant_of), tuple(args.shows), _incident(args.incident),
        tuple(audience(args.to)), args.name,
    )  # fmt: skip
    return common.stated(args, lambda desk: said.stated(desk, "--"))


def _incident(path: str | None) -> dict[str, object] | None:
    if path is None:
        return None
    given = common.from_file(path)
    if not isinstance(given, Mapping):
        raise Malformed("is no incident", where=path, next_step="write its name, and the fields of an event")
    return {str(name): one for name, one in given.items()}


def _list(args: argparse.Namespace) -> int:
    with opened(args.book) as book:
        facts = gather(book.view(*audience(args.audience)), [REPORT])
    found = listed(facts, about=args.about, thing=args.thing, by=args.by)
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
