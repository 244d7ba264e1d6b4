"""`comity intel incident`: graded reports of an incident, as the event that `comity commitments` is asked about.

Rules:
1. The event's file holds claims. Each line that a report stands behind is told with whose it is and how it is graded.
2. The answer of `--binds` bears the label of the reports as well; the file says it in its first line.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator

from comity.cli import files
from comity.cli import intel_asked as common
from comity.cli.commitments import lines as commitments_lines
from comity.cli.keys import opened
from comity.cli.own_book import audience, label_words
from comity.flow.intelligence_event import Claim, Incident, as_event, binds, incident, left_out, told
from comity.instruments.intelligence import graded_table as table
from comity.instruments.intelligence.grading import demand


def configure(verb: argparse.ArgumentParser) -> None:
    """Add the arguments of `incident`."""
    verb.add_argument("name", metavar="NAME", help="the incident, as its reports name it")
    verb.add_argument("--least", metavar="B2", help="leave out claims that are not graded at least so")
    verb.add_argument("--out", metavar="FILE", help="write the event, for `comity commitments --event FILE`")
    verb.add_argument("--binds", action="store_true", help="also what binds whom by it")
    common.reading(verb)


def run(args: argparse.Namespace) -> int:
    """Answer."""
    least = None if args.least is None else demand(args.least, "--least")
    with opened(args.book) as book:
        view = book.view(*audience(args.audience))
        found = incident(view, args.name, common.at(args), least)
        event = as_event(found, view.casebook)
        answer = binds(view, found) if args.binds else None
    if args.out is not None:
        files.write(args.out, "".join(f"{line}\n" for line in _file(found)).encode())
    data = {
        "incident": found.name, "event": event.as_json(), "claims": [_claim(one) for one in found.claims],
        "differing": list(found.differing), "left_out": left_out(found), **table.counted_data(found.counted),
        "label": label_words(found.label), "binds": None if answer is None else answer.as_json(False),
    }  # fmt: skip
    lines = [*_lines(found), *([] if answer is None else ["", *commitments_lines(answer, False)])]
    common.tell(args, data, lines)
    return 0


def _claim(one: Claim) -> dict[str, object]:
    return {
        "field": one.field, "value": one.value, "claimed_by": one.by, "reliability": one.grade.reliability,
        "credibility": one.grade.credibility, "report": one.report,
    }  # fmt: skip


def _lines(found: Incident) -> Iterator[str]:
    yield f"{found.name}: independent reports {table.number(found.counted)}"
    yield from (f"  {line}" for line in told(found))
    yield from (f"  claims differ on {name}: it is left unknown" for name in found.differing if name != "attacker")
    if "attacker" in found.differing:
        yield "  claims differ on attacker: the answer branches"
    yield from (f"  left out: {line}" for line in left_out(found))
    yield from (f"  {line}" for line in table.counted_lines(found.counted))
    yield f"Label: {label_words(found.label)}"


def _file(found: Incident) -> Iterator[str]:
    """The event as YAML, which JSON is; every claim behind it as a remark: rules 1 and 2."""
    yield f"# {label_words(found.label)}"
    yield from (f"# {' '.join(line.split())}" for line in told(found))
    yield from (f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in sorted(found.fields.items()))
