"""A chair and some nations in memory, each with its own clock and its own log, over lines that lose, double and delay.

Rules:
1. Time is true time; a node sees it through its clock, which is off by up to five minutes and may jump at a restart. A
   node never signs, and nothing ever arrives at it, earlier than what it signed and got before.
2. A node is its log. A restart forgets everything else: what it was about to do, and what it had not sent.
3. What a node states it sends to every other, once at once and once more later; each sending is delayed as drawn, or
   lost. While a line is cut nothing passes.
4. The chair tries to record the outcome whenever anything reaches its node after the first deadline, and again and again.
5. Nodes act only by `acts`, on what stands in their own log.
"""

# ruff: noqa: E501  # a table is read by its rows

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from hashlib import sha256
from random import Random

from comity.errors import ComityError
from comity.instruments.consultation import acts
from comity.instruments.consultation import facts as f
from comity.instruments.consultation.bodies import read
from comity.instruments.consultation.facts import AnyFact, Case, Put, Stamp
from comity.instruments.consultation.gathered import Facts
from comity.instruments.consultation.silence import Procedure, procedure
from comity.values.canonical import canonical
from comity.values.instant import SECOND, Instant, instant

MINUTE = f.MINUTE
START = instant("2026-03-01T12:00Z")
DEADLINE = START + 120 * MINUTE
CHAIR, ITEM = "SEC", "1"
SKEW = 5 * MINUTE
DELAYS: tuple[int | None, ...] = (0, 0, 0, 1, 3, 5, 9, 14, 16, 25, 45, 80, None, None, None)
Action = Callable[["World", str], None]


def text(number: int) -> str:
    return sha256(f"text {number}".encode()).hexdigest()


@dataclass
class Node:
    """A party's or the chair's node."""

    name: str
    skew: Instant = 0
    log: list[AnyFact] = field(default_factory=list)
    latest: Instant = 0

    def clock(self, now: Instant) -> Instant:
        """What it reads off its clock: rule 1."""
        self.latest = max(self.latest + 1, now + self.skew)
        return self.latest

    def hold(self, fact: AnyFact, now: Instant) -> bool:
        """Put a fact into the log, as it arrives; what is there already is not there twice."""
        if any(one.stamp.id == fact.stamp.id for one in self.log):
            return False
        stamp = replace(fact.stamp, arrived=self.clock(now))
        self.log.append(replace(fact, stamp=stamp))
        return True

    @property
    def facts(self) -> Facts:
        return Facts(tuple(self.log), frozenset())


@dataclass(frozen=True)
class Step:
    """Something somebody means to do at a true time."""

    at: Instant
    who: str
    what: str
    amount: int = 0


@dataclass(frozen=True)
class Scenario:
    """Everything that is drawn."""

    parties: tuple[str, ...]
    skews: dict[str, Instant]
    line: str
    steps: tuple[Step, ...]
    delays: tuple[int | None, ...]
    cuts: tuple[tuple[str, Instant, Instant], ...]


def scenario(rng: Random) -> Scenario:
    """Draw a scenario; most acts fall near a deadline, since that is where the danger is."""
    parties = tuple("ABCD"[: rng.randint(1, 3)])
    skews = {name: rng.randint(-5, 5) * MINUTE for name in (*parties, CHAIR)}
    steps = [step for party in parties for step in _of_party(rng, party)]
    steps += list(_of_chair(rng))
    steps += [
        Step(_when(rng), rng.choice((*parties, CHAIR)), "restart", rng.randint(-5, 5)) for _ in range(rng.randint(0, 2))
    ]
    cuts = [
        (rng.choice(parties), start := _when(rng), start + rng.choice((5, 20, 60)) * MINUTE)
        for _ in range(rng.randint(0, 1))
    ]
    delays = tuple(rng.choice(DELAYS) for _ in range(12))
    line = rng.choice(("window", "proved"))
    return Scenario(parties, skews, line, tuple(sorted(steps, key=lambda step: step.at)), delays, tuple(cuts))


def _when(rng: Random) -> Instant:
    near = rng.choice((0, 0, 0, 30)) * MINUTE
    return DEADLINE + near + rng.randint(-1200, 1800) * SECOND


def _of_party(rng: Random, party: str) -> Iterator[Step]:
    for _ in range(rng.choice((1, 1, 2))):
        early = rng.random() < 0.8
        yield Step(START + rng.randint(1, 50) * MINUTE if early else _when(rng), party, "receipt")
    if rng.random() < 0.45:
        yield Step(_when(rng), party, "break")
    if rng.random() < 0.15:
        yield Step(_when(rng), party, "consent")
    for later in (25, 60, 90):
        yield Step(DEADLINE + later * MINUTE, party, "receipt")
        yield Step(DEADLINE + later * MINUTE, party, "resend")


def _of_chair(rng: Random) -> Iterator[Step]:
    yield Step(START, CHAIR, "put")
    if rng.random() < 0.5:
        yield Step(_when(rng), CHAIR, "extend", rng.choice((5, 20, 40)))
    if rng.random() < 0.2:
        yield Step(_when(rng), CHAIR, "amend", rng.choice((15, 40)))
    if rng.random() < 0.1:
        yield Step(_when(rng), CHAIR, "drop")
    yield from (
        Step(DEADLINE + minute * MINUTE, CHAIR, "close")
        for minute in (-5, 0, 3, 8, 10, 12, 14, 15, 16, 20, 31, 46, 61, 76, 91, 121)
    )
    yield Step(DEADLINE + 30 * MINUTE, CHAIR, "resend")


class World:
    """The nodes and the lines between them."""

    def __init__(self, drawn: Scenario) -> None:
        self.drawn, self.now = drawn, START
        self.nodes = {name: Node(name, drawn.skews[name]) for name in (*drawn.parties, CHAIR)}
        self.case = Case(
            Stamp("c" * 64, CHAIR, START, START),
            "a case",
            CHAIR,
            "4",
            "council",
            CHAIR,
            drawn.parties,
            (),
            START,
            None,
            None,
        )
        self._queue: list[tuple[Instant, int, str, AnyFact]] = []
        self._sent = 0
        self.arrivals: dict[tuple[str, str], Instant] = {}
        self.sent_at: dict[str, Instant] = {}

    def run(self) -> World:
        """Let everything happen in the order of true time."""
        steps = list(self.drawn.steps)
        while steps or self._queue:
            if self._queue and (not steps or self._queue[0][0] <= steps[0].at):
                self._deliver()
            else:
                self._take(steps.pop(0))
        return self

    def _take(self, step: Step) -> None:
        self.now = max(self.now, step.at)
        node = self.nodes[step.who]
        with suppress(ComityError):  # refused: the rules of `acts` are tested elsewhere
            ACTIONS[step.what](self, node, step)

    def _deliver(self) -> None:
        at, _, to, fact = heapq.heappop(self._queue)
        self.now = max(self.now, at)
        if self._cut(to, fact.stamp.by):
            return
        if self.nodes[to].hold(fact, self.now):
            self.arrivals[to, fact.stamp.id] = self.now
        if to == CHAIR and self.now > DEADLINE - 10 * MINUTE:
            self._take(Step(self.now, CHAIR, "close"))

    def _cut(self, *ends: str) -> bool:
        return any(who in ends and start <= self.now < end for who, start, end in self.drawn.cuts)

    def state(self, node: Node, statement: acts.Statement) -> None:
        """Sign a statement, keep it, and send it to every other node: rule 3."""
        signed = node.clock(self.now)
        seed = canonical([statement.kind, node.name, signed, len(node.log), str(sorted(statement.body))])
        fact = read(
            statement.kind, statement.line[statement.kind], Stamp(sha256(seed).hexdigest(), node.name, signed, 0)
        )
        node.hold(fact, self.now)
        self.sent_at.setdefault(fact.stamp.id, self.now)
        self.send(fact)

    def send(self, fact: AnyFact) -> None:
        for to in self.nodes:
            if to != fact.stamp.by:
                for later in (0, 4 * MINUTE):
                    self._sent += 1
                    delay = self.drawn.delays[self._sent % len(self.drawn.delays)]
                    if delay is not None:
                        at = self.now + later + delay * MINUTE
                        heapq.heappush(self._queue, (at, self._sent, to, fact))

    def procedure(self, node: Node, now: Instant | None = None) -> Procedure | None:
        return procedure(self.case, ITEM, node.facts, node.clock(self.now) if now is None else now)


def _put(world: World, node: Node, _: Step) -> None:
    deadline = DEADLINE
    now = node.clock(world.now)
    statement = acts.put(world.case, ITEM, text(0), deadline, facts=node.facts, now=now, line=world.drawn.line)
    world.state(node, statement)


def _amend(world: World, node: Node, step: Step) -> None:
    now = node.clock(world.now)
    number = len([fact for fact in node.log if isinstance(fact, Put)])
    deadline = now + step.amount * MINUTE
    world.state(
        node, acts.put(world.case, ITEM, text(number), deadline, facts=node.facts, now=now, line=world.drawn.line)
    )


def _extend(world: World, node: Node, step: Step) -> None:
    found = _known(world, node)
    world.state(node, acts.extended(world.case, found, found.round.deadline + step.amount * MINUTE))


def _drop(world: World, node: Node, _: Step) -> None:
    world.state(node, acts.dropped(world.case, _known(world, node), "the council convenes"))


def _close(world: World, node: Node, _: Step) -> None:
    now = node.clock(world.now)
    found = world.procedure(node, now)
    if found is not None:
        world.state(node, acts.recorded(world.case, found, now))


def _receipt(world: World, node: Node, _: Step) -> None:
    found = _known(world, node)
    world.state(node, acts.receipt(world.case, found, node.name, found.round.put.text))


def _break(world: World, node: Node, _: Step) -> None:
    world.state(node, acts.broken(world.case, _known(world, node), node.name, node.clock(world.now)))


def _consent(world: World, node: Node, _: Step) -> None:
    found = _known(world, node)
    world.state(node, acts.consent(world.case, found, node.name, found.round.put.text))


def _restart(world: World, node: Node, step: Step) -> None:
    node.skew = step.amount * MINUTE
    node.latest = max((one.stamp.arrived for one in node.log), default=0)


def _resend(world: World, node: Node, _: Step) -> None:
    for fact in list(node.log):
        if fact.stamp.by == node.name:
            world.send(fact)


def _known(world: World, node: Node) -> Procedure:
    found = world.procedure(node)
    if found is None:
        raise ComityError("nothing has arrived")
    return found


ACTIONS: dict[str, Callable[[World, Node, Step], None]] = {
    "put": _put, "amend": _amend, "extend": _extend, "drop": _drop, "close": _close, "receipt": _receipt,
    "break": _break, "consent": _consent, "restart": _restart, "resend": _resend,
}  # fmt: skip


# What nobody may ever be able to say, checked without the evaluator


def denials(world: World) -> list[str]:
    """What some party could truthfully say against an outcome; and whether there are two."""
    chair = world.nodes[CHAIR]
    outcomes = [fact for fact in chair.log if isinstance(fact, f.Recorded)]
    found = [f"{len(outcomes)} outcomes"] if len(outcomes) > 1 else []
    for outcome in outcomes:
        found += _against(world, chair, outcome)
    return found


def _against(world: World, chair: Node, outcome: f.Recorded) -> Iterator[str]:
    before = chair.log[: [fact.stamp.id for fact in chair.log].index(outcome.stamp.id)]
    put = [fact for fact in before if isinstance(fact, Put)][-1]
    moved = [fact.deadline for fact in before if isinstance(fact, f.Extension) and fact.of == put.stamp.id]
    deadline = max([put.deadline, *moved])
    if outcome.of != put.stamp.id:
        yield "the outcome is about a text that was amended"
    if any(isinstance(fact, f.Dropped) for fact in before):
        yield "the procedure had been dropped"
    breaks = [
        (fact, next((one.stamp.arrived for one in before if one.stamp.id == fact.stamp.id), None))
        for party in put.parties
        for fact in world.nodes[party].log
        if isinstance(fact, f.Break) and fact.of == put.stamp.id and fact.stamp.by == party
    ]
    if outcome.result is f.Result.NOT_ADOPTED:
        if not any(at is not None and (fact.stamp.signed < deadline or at < deadline) for fact, at in breaks):
            yield "nobody broke silence in time"
        return
    for party in put.parties:
        own = [fact for fact in world.nodes[party].log if fact.stamp.by == party]
        signed = [
            fact for fact in own
            if (isinstance(fact, f.Receipt) and fact.of == put.stamp.id and fact.text == put.text and fact.stamp.signed < deadline)
            or (isinstance(fact, f.Consent) and fact.of == put.stamp.id and fact.text == put.text)
        ]  # fmt: skip
        if not signed:
            yield f"{party} never signed for that text in time"
    for fact, at in breaks:
        kept = fact.stamp.signed < deadline
        reached = at is not None and (at < deadline or (kept and at < deadline + put.window))
        if reached or (kept and world.drawn.line == "proved"):
            yield f"the break of {fact.stamp.by} was in time"
    if outcome.settled < deadline + put.window:
        yield "it was recorded while a break in time could still arrive"


def lost_in_time(world: World) -> list[str]:
    """Breaks signed in time that a line of ordinary speed brought after the window: the window would be too short."""
    late = []
    for node in world.nodes.values():
        for fact in node.log:
            if isinstance(fact, f.Break) and fact.stamp.by == node.name:
                put = next((one for one in node.log if one.stamp.id == fact.of), None)
                at = world.arrivals.get((CHAIR, fact.stamp.id))
                arrived = next(
                    (one.stamp.arrived for one in world.nodes[CHAIR].log if one.stamp.id == fact.stamp.id), None
                )
                if isinstance(put, Put) and at is not None and arrived is not None:
                    swift = at - world.sent_at[fact.stamp.id] < put.window - 2 * put.skew
                    if swift and fact.stamp.signed < put.deadline and arrived >= put.deadline + put.window:
                        late.append(fact.stamp.id)
    return late
