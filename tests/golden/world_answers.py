"""Every answer of the worlds of tests/cases as text: verdict, reasons, cited facts, duties, doubts, proof, in order.

`python -m tests.golden.world_answers` writes `world_answers.txt` again. Read the difference before you keep it: the
text is what a user is told.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from comity.consent.decide import decide
from comity.consent.facts import Facts
from comity.formats import worlds
from comity.formats.worlds import World
from comity.values.fact import ANY, Ask
from comity.values.instant import NEVER, show
from comity.values.verdict import Decision, Duty, OwnerAnswer, Reason

CASES = Path(__file__).parents[1] / "cases"
FILE = Path(__file__).with_name("world_answers.txt")


def written() -> dict[str, World]:
    """The worlds by name."""
    return {path.stem: worlds.read(path.read_text("utf-8"), path.name) for path in sorted(CASES.glob("*.yaml"))}


def text(name: str, world: World) -> str:
    """All the answers of one world."""
    facts = Facts(world.facts)
    return "\n".join((f"# {name}", *(line for query in world.queries for line in answer(query.ask, facts)), ""))


def answer(ask: Ask, facts: Facts) -> Iterator[str]:
    """One answer, line by line."""
    decision = decide(ask, facts)
    yield f"{_asked(ask)}: {_verdict(decision)}"
    yield from (f"    {line}" for reason in decision.reasons for line in _reason(reason))
    for owner in decision.owners:
        yield from (f"    {line}" for line in _owner(owner))
    yield f"    proof: {' '.join(decision.proof)}"


def _asked(ask: Ask) -> str:
    further = [
        *([] if ask.known >= NEVER else [f"known {show(ask.known)}"]),
        *([] if ask.purpose == ANY else [f"for {ask.purpose}"]),
        *(f"{name}={value}" for name, value in ask.context.items()),
        *([] if ask.clearance is None else [f"cleared {ask.clearance}"]),
        *([] if ask.face is None else [f"face [{' '.join(sorted(ask.face))}]"]),
    ]
    return " ".join((ask.party, ask.action, ask.thing, "on", show(ask.on), *further))


def _verdict(decision: Decision) -> str:
    missing = f", missing {' '.join(decision.missing)}" if decision.missing else ""
    needed = "" if decision.needed is None else f", needed {decision.needed}"
    return f"{decision.verdict.name}{missing}{needed}"


def _owner(owner: OwnerAnswer) -> Iterator[str]:
    yield f"{owner.owner or 'others'} on {owner.thing}: {owner.verdict.name}"
    yield from (f"    {line}" for reason in owner.reasons for line in _reason(reason))
    yield from (f"    to do: {_duty(duty)}" for duty in owner.duties)
    yield from (f"    would settle it: {doubt}" for doubt in owner.unsettled)


def _reason(reason: Reason) -> Iterator[str]:
    yield f"{reason.says} ({' '.join(reason.facts)})"
    yield from (f"    by {basis}" for basis in reason.basis)


def _duty(duty: Duty) -> str:
    owed = duty.obligation
    done = ", discharged" if duty.discharged else ""
    return f"{owed.id}: {owed.kind} {owed.phase} the act, under {duty.grant}{done}"


def main() -> None:
    """Write the file."""
    FILE.write_text("\n".join(text(name, world) for name, world in written().items()), encoding="utf-8")


if __name__ == "__main__":
    main()
