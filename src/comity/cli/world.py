"""`comity world FILE...`: check worlds, small books whose questions carry their expected answers."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from comity.cli import files
from comity.cli.decisions import decision_json
from comity.cli.said import say_json
from comity.consent.decide import decide
from comity.consent.disclosure import learns
from comity.consent.facts import Facts
from comity.errors import Malformed
from comity.formats import worlds
from comity.formats.worlds import Expectation, Query, World
from comity.values.instant import show
from comity.values.verdict import Decision


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("files", nargs="+", metavar="FILE", help="worlds in YAML (docs/worlds.md)")
    parser.add_argument("--json", action="store_true", help="every verdict with its proof, as JSON")


def run(args: argparse.Namespace) -> int:
    """Check every file; 0 when all expectations hold, 1 when one fails."""
    read = [worlds.read(files.read_text(path), path) for path in args.files]
    answers = [(world, list(_answers(world))) for world in read]
    if args.json:
        say_json([_world(world, answered) for world, answered in answers], ascii_only=True)
    else:
        for world, answered in answers:
            for line in _lines(world, answered):
                print(line)
    failed = any(failures(query.expect, decision) for _, answered in answers for query, decision in answered)
    return 1 if failed else 0


def _answers(world: World) -> Iterator[tuple[Query, Decision]]:
    facts = Facts(world.facts)
    for query in world.queries:
        try:
            yield query, decide(query.ask, facts)
        except Malformed as error:  # what reading cannot see, and only the decision does, has its place too
            field = f"ask.context.{error.field}" if error.field else "ask"
            raise Malformed(error.message, where=query.where, field=field, next_step=error.next_step) from error


def failures(expect: Expectation, decision: Decision) -> list[str]:
    """How a decision differs from what was expected, in words; empty when it does not."""
    owners: dict[str, str] = {}
    for answer in sorted(decision.owners, key=lambda a: a.verdict, reverse=True):
        owners[answer.owner] = answer.verdict.name
    checks = [
        ("verdict", None if expect.verdict is None else expect.verdict.name, decision.verdict.name),
        ("missing", expect.missing, decision.missing),
        ("needed", expect.needed, decision.needed or 0),
        (
            "duties",
            None if expect.duties is None else tuple(sorted(expect.duties)),
            tuple(sorted(d.obligation.kind for d in decision.duties)),
        ),
        ("learns", expect.learns, learns(decision.verdict)),
        *((f"owner {owner}", verdict.name, owners.get(owner, "no owner")) for owner, verdict in expect.owners),
    ]
    return [
        f"{what}: expected {_plain(want)}, is {_plain(have)}"
        for what, want, have in checks
        if want is not None and want != have
    ]


def _plain(item: object) -> str:
    return f"[{', '.join(str(part) for part in item)}]" if isinstance(item, tuple) else str(item)


def _lines(world: World, answered: list[tuple[Query, Decision]]) -> Iterator[str]:
    yield f"{world.name}: {world.story}" if world.story else world.name
    for query, decision in answered:
        wrong = failures(query.expect, decision)
        ask = query.ask
        missing = f", missing {', '.join(decision.missing)}" if decision.missing else ""
        held = "FAILED" if wrong else "ok    "
        yield f"  {held} {ask.party} {ask.action} {ask.thing} on {show(ask.on)}: {decision.verdict.name}{missing}"
        yield from (f"         {query.where}: {item}" for item in wrong)


def _world(world: World, answered: list[tuple[Query, Decision]]) -> dict[str, object]:
    return {
        "world": world.name,
        "story": world.story,
        "answers": [
            {"where": query.where, "failures": failures(query.expect, decision), **decision_json(query.ask, decision)}
            for query, decision in answered
        ],
    }
