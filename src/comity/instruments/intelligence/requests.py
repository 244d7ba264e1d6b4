"""Requests for information: of whom, by when, answered how, passed on to whom; and who might know.

Rules:
1. A request is addressed to parties by name, and each of them stands for itself: open, overdue, answered, late. What is
   addressed to a group as such, nobody has to answer.
2. An answer says whether something is held, and whether it may be released; reports go with it by their address. That
   nothing is held is an answer.
3. Only a party that a request was addressed to answers it; another's answer is none. An addressee passes it on by a
   request of its own, in words of its own (`passes_on`), and still stands for the one it was asked: whoever it asks
   answers it, and learns no more of the asker than it says. The asker learns of it if it may read that request.
4. An answer counts from when it arrived here. Whether it came in time is `comity.values.instant.passed`: the deadline
   itself is late.
5. Who might know is whoever has stated a readable report about the thing or a topic asked about: nothing hidden counts.
6. Who else was asked is for the asker to tell: a request to one addressee names no other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from comity.instruments.intelligence.corroboration import is_about
from comity.instruments.intelligence.reported import REPLY, REPORT, REQUEST, Answer, Reply, Report, Request
from comity.instruments.intelligence.reported_gathered import Facts, gather
from comity.values.deadline import Standing, standing
from comity.values.instant import Instant
from comity.values.label import Label
from comity.values.party import PartyCode
from comity.values.stated import Reading

SEARCHED = (REQUEST, REPLY, REPORT)
"""The kinds of fact that an answer rests on."""


@dataclass(frozen=True, slots=True)
class Addressee:
    """A party that was asked: where it stands, what it answered, to whom it passed the request on."""

    party: PartyCode
    standing: Standing
    answer: Answer | None = None
    says: str | None = None
    reports: tuple[str, ...] = ()
    passed_on: tuple[str, ...] = ()

    @property
    def waits(self) -> bool:
        """Whether it has still to answer."""
        return self.standing.waits


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, how its addressees stand, and who might know besides them."""

    request: Request
    addressees: tuple[Addressee, ...]
    might_know: tuple[PartyCode, ...]

    @property
    def open(self) -> bool:
        """Whether somebody has still to answer."""
        return any(one.waits for one in self.addressees)


@dataclass(frozen=True, slots=True)
class Requests:
    """The requests that an audience may read, by deadline, and the label of what was searched."""

    every: tuple[Asked, ...]
    label: Label


def requests(reading: Reading, at: Instant) -> Requests:
    """The requests for information that an audience may read, by deadline.

    Args:
        reading: what it may read.
        at: the instant asked about.
    """
    facts = gather(reading, SEARCHED)
    every = sorted(facts.of(Request), key=lambda one: (one.answer_by, one.stamp.id))
    return Requests(tuple(stands(one, facts, at) for one in every), facts.label)


def stands(request: Request, facts: Facts, at: Instant) -> Asked:
    """How one request stands."""
    found = tuple(_addressees(request, facts, at))
    asked = {one.party for one in found} | {request.stamp.by}
    topics = [*request.about, *([request.thing] if request.thing else [])]
    return Asked(request, found, tuple(one for one in might_know(topics, facts) if one not in asked))


def might_know(topics: Iterable[str], facts: Facts) -> tuple[PartyCode, ...]:
    """Whoever has stated a readable report about one of some topics or things, by code: rule 5."""
    wanted = list(topics)
    return tuple(sorted({one.stamp.by for one in facts.of(Report) if any(is_about(one, topic) for topic in wanted)}))


def addressees(request: Request) -> tuple[PartyCode, ...]:
    """The parties that a request was addressed to by name: rule 1."""
    return tuple(sorted({to for to in request.to if "@" not in to}))


def owed(party: PartyCode, facts: Facts, at: Instant) -> list[Asked]:
    """The requests that a party was asked by name and has not answered, by deadline: rule 1."""
    every = sorted(facts.of(Request), key=lambda one: (one.answer_by, one.stamp.id))
    found = [stands(one, facts, at) for one in every if party in addressees(one)]
    return [one for one in found if any(who.party == party and who.waits for who in one.addressees)]


def _addressees(request: Request, facts: Facts, at: Instant) -> Iterator[Addressee]:
    onward = [one for one in facts.of(Request) if one.passes_on == request.stamp.id]
    for party in addressees(request):
        on = tuple(sorted({to for one in onward if one.stamp.by == party for to in one.to}))
        replies = [one for one in facts.of(Reply) if (one.of, one.stamp.by) == (request.stamp.id, party)]
        if not replies:
            yield Addressee(party, standing(request.answer_by, None, at), passed_on=on)
            continue
        first, last = (end(replies, key=lambda one: (one.stamp.arrived, one.stamp.id)) for end in (min, max))
        stands_at = standing(request.answer_by, first.stamp.arrived, at)
        yield Addressee(party, stands_at, last.answer, last.says, last.reports, on)
