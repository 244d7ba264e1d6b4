"""A standing channel against miscalculation: incidents reported, exercises announced, questions asked and answered.

Rules:
1. A report and a notice are to be acknowledged by each party they are addressed to, within a day; a question is to be
   answered by the instant it names. An acknowledgement agrees to nothing.
2. Each addressee stands for itself: answered, open, or overdue. An answer that comes late is an answer, and late.
3. An exercise is announced, under way, or over by its own dates; a notice given later than asked for is told as short.
4. Whoever is addressed as a group is not listed by name: what a group as such has to answer, nobody has to.
5. What is answered is a fact; whether the answer is true is a claim of whoever gave it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from comity.instruments.consultation.facts import Incident, Notice, Question, Reply
from comity.instruments.consultation.gathered import Facts
from comity.values.deadline import Standing, standing
from comity.values.instant import DAY, Instant
from comity.values.party import PartyCode

ACKNOWLEDGED_WITHIN = DAY
USUAL_NOTICE = 42 * DAY
"""Forty-two days, as the Vienna Document (2011, paragraphs 38 to 40.1) asks of notifiable military activities."""


@dataclass(frozen=True, slots=True)
class Addressee:
    """A party that something was addressed to, and what it answered."""

    party: PartyCode
    standing: Standing
    says: str | None = None
    answered: Instant | None = None


@dataclass(frozen=True, slots=True)
class Matter:
    """A report, a notice or a question, with how its addressees stand."""

    id: str
    kind: str
    by: PartyCode
    says: str
    due: Instant
    addressees: tuple[Addressee, ...]
    stage: str
    remark: str = ""


def matters(facts: Facts, now: Instant) -> tuple[Matter, ...]:
    """Everything on the channel that an audience may read, by arrival: rules 1 to 5."""
    found = [*_incidents(facts, now), *_notices(facts, now), *_questions(facts, now)]
    order = {one.stamp.id: (one.stamp.arrived, one.stamp.id) for one in facts.every}
    return tuple(sorted(found, key=lambda one: order[one.id]))


def _incidents(facts: Facts, now: Instant) -> Iterator[Matter]:
    for one in facts.of(Incident):
        due = one.stamp.signed + ACKNOWLEDGED_WITHIN
        heard = _addressees(one.stamp.id, one.to, due, facts, now)
        where = f" at {one.where}" if one.where else ""
        yield Matter(
            one.stamp.id, "incident", one.stamp.by, f"{one.what}{where}: {one.says}", due, heard, _stage(heard)
        )


def _notices(facts: Facts, now: Instant) -> Iterator[Matter]:
    for one in facts.of(Notice):
        due = one.stamp.signed + ACKNOWLEDGED_WITHIN
        heard = _addressees(one.stamp.id, one.to, due, facts, now)
        stage = "announced" if now < one.begins else "under way" if now < one.ends else "over"
        days = (one.begins - one.stamp.signed) // DAY
        short = f"announced {days} days before it begins" if one.begins - one.stamp.signed < USUAL_NOTICE else ""
        says = f"{one.name}, {one.area}"
        yield Matter(one.stamp.id, "exercise", one.stamp.by, says, due, heard, stage, short)


def _questions(facts: Facts, now: Instant) -> Iterator[Matter]:
    for one in facts.of(Question):
        heard = _addressees(one.stamp.id, one.to, one.answer_by, facts, now)
        yield Matter(one.stamp.id, "clarification", one.stamp.by, one.asks, one.answer_by, heard, _stage(heard))


def _addressees(of: str, to: Sequence[str], due: Instant, facts: Facts, now: Instant) -> tuple[Addressee, ...]:
    """How each addressee stands: rules 2 and 4."""
    return tuple(_addressee(of, party, due, facts, now) for party in sorted(to) if "@" not in party and party != "*")


def _addressee(of: str, party: PartyCode, due: Instant, facts: Facts, now: Instant) -> Addressee:
    own = (one for one in facts.of(Reply) if one.of == of and one.stamp.by == party and one.stamp.arrived <= now)
    reply = next(own, None)
    if reply is None:
        return Addressee(party, standing(due, None, now))
    arrived = reply.stamp.arrived
    return Addressee(party, standing(due, arrived, now), reply.says, arrived)


def _stage(heard: Sequence[Addressee]) -> str:
    """Where a matter as a whole stands: by its weakest addressee."""
    standings = {one.standing for one in heard}
    for one in (Standing.OVERDUE, Standing.OPEN, Standing.LATE):
        if one in standings:
            return one.value
    return Standing.ANSWERED.value
