"""A consultation as an audience may see it: agenda, documents, who said what, and what the rule makes of it.

Rules:
1. A case is known by the address of the fact that opened it, by its first digits, or by its title. The whole address
   names that case alone: no other takes it over by bearing it as a title.
2. Of a document every version is shown, by its author and number (`documents`).
3. A party's position is the last it stated, of those that the audience may read. What a party keeps for its own eyes
   is not here for others: not as a mark, not in a count, not in what it states later.
4. The votes are the positions that the audience may read; so an answer for all parties rests on what was released.
5. A case without a rule of its own decides as its body does, where the casebook knows it; else by consensus.
6. The label of an answer is the join over everything searched.
7. What cannot be read is told in the case that it names, and in no other.
8. With a text under silence stand its words, where they were sent to the audience (`texts`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from comity.casebook.bodies import bodies, population_of, seated
from comity.casebook.book import Casebook
from comity.errors import Impossible, Malformed
from comity.instruments.consultation.committee import Decision, Duty, decisions, tasks
from comity.instruments.consultation.documents import Version, documents
from comity.instruments.consultation.facts import AgendaPoint, Case, Meeting, Position, Stance
from comity.instruments.consultation.gathered import Facts, Unread, gather, unread_in
from comity.instruments.consultation.gathered import Reading as Readable
from comity.instruments.consultation.rules import Electorate, Tally, tally
from comity.instruments.consultation.silence import Procedure, items, procedure
from comity.instruments.consultation.texts import texts
from comity.values.instant import Instant, show
from comity.values.label import Label, join, normalise
from comity.values.party import PartyCode

SHORTEST = 8
_BY_CONSENSUS: Mapping[str, object] = {"kind": "consensus"}


@dataclass(frozen=True, slots=True)
class Point:
    """A point of the agenda: what has been said to it, what that comes to, and what lies under silence about it."""

    item: str
    title: str
    positions: tuple[Position, ...]
    tally: Tally | None
    procedure: Procedure | None


@dataclass(frozen=True, slots=True)
class Consultation:
    """The answer: a case, as its audience may see it, at an instant."""

    case: Case
    audience: tuple[PartyCode, ...]
    at: Instant
    rule: Mapping[str, object]
    points: tuple[Point, ...]
    documents: tuple[Version, ...]
    meetings: tuple[Meeting, ...]
    tasks: tuple[Duty, ...]
    decisions: tuple[Decision, ...]
    unread: tuple[Unread, ...]
    words: Mapping[str, str]
    label: Label


def cases(facts: Facts) -> tuple[Case, ...]:
    """The consultations an audience knows of, by when they open."""
    return tuple(sorted(facts.of(Case), key=lambda one: (one.opens, one.stamp.id)))


def named(name: str, facts: Facts) -> Case:
    """The one case of an address, of its first digits, or of a title: rule 1.

    Raises:
        Impossible: there is none, as far as the audience may know.
        Malformed: there is more than one.
    """
    every = cases(facts)
    found = [one for one in every if one.stamp.id == name] or [
        one
        for one in every
        if name in {one.stamp.id, one.title} or (len(name) >= SHORTEST and one.stamp.id.startswith(name))
    ]
    if len(found) > 1:
        step = f"give its id: {', '.join(one.stamp.id for one in found)}"
        raise Malformed(f"{len(found)} consultations are called {name}", field="CASE", next_step=step)
    if not found:
        raise Impossible(f"no consultation {name} is available", next_step="see `comity consultation list`")
    return found[0]


def consultation(readable: Readable, name: str, now: Instant, book: Casebook) -> Consultation:
    """A case as an audience may see it: rules 1 to 8.

    Args:
        readable: the audience's view.
        name: the case's id, the first digits of it, or its title.
        now: the instant.
        book: the casebook, for bodies, their members and populations.

    Raises:
        Impossible: there is no such case, as far as the audience may know.
        Malformed: the rule of the case cannot be carried out, or the name fits several.
    """
    facts = gather(readable)
    case = named(name, facts)
    rule, electorate = decides_by(case, book)
    words, of_words = texts(readable)
    held = _held_points(case, facts)
    points = tuple(
        Point(
            item, title, said := positions(case, item, facts),
            None if rule.get("kind") == "silence" else tally(rule, electorate, votes(said)),
            procedure(case, item, facts, now),
        )
        for item, title in held.items()
    )  # fmt: skip
    return Consultation(
        case=case,
        audience=tuple(readable.audience),
        at=now,
        rule=rule,
        points=points,
        documents=documents(case, facts),
        meetings=tuple(one for one, _ in meetings(case, facts)),
        tasks=tasks(case.stamp.id, facts, now),
        decisions=decisions(case, facts, electorate),
        unread=unread_in(case.stamp.id, facts),
        words=words,
        label=normalise(join([facts.label, of_words])),
    )


def _held_points(case: Case, facts: Facts) -> dict[str, str]:
    """The agenda, with the points the chair added, and those about which something was said that are not on it."""
    agenda = {item.item: item.title for item in case.agenda}
    added = (one for one in facts.of(AgendaPoint) if one.case == case.stamp.id and one.stamp.by == case.chair)
    agenda |= {one.item: one.title for one in added}
    spoken = {one.item for one in facts.of(Position) if one.case == case.stamp.id} | set(items(case, facts))
    return {**agenda, **{item: item for item in sorted(spoken - set(agenda))}}


def meetings(case: Case, facts: Facts) -> tuple[tuple[Meeting, int], ...]:
    """The meetings of a case as they were last called, each with how often that was changed."""
    called: dict[str, list[Meeting]] = {}
    for one in facts.of(Meeting):
        if one.case == case.stamp.id and one.stamp.by == case.chair:
            called.setdefault(one.meeting, []).append(one)
    found = [(every[-1], len(every) - 1) for every in called.values()]
    return tuple(sorted(found, key=lambda one: (one[0].at, one[0].meeting)))


def positions(case: Case, item: str, facts: Facts) -> tuple[Position, ...]:
    """What each party says to a point now, by party: rule 3."""
    last = {one.stamp.by: one for one in facts.of(Position) if one.case == case.stamp.id and one.item == item}
    return tuple(last[party] for party in sorted(last) if party in case.parties)


def votes(said: Iterable[Position]) -> dict[PartyCode, Stance]:
    """Positions as votes: rule 4."""
    return {one.stamp.by: one.stance for one in said}


def decides_by(case: Case, book: Casebook) -> tuple[Mapping[str, object], Electorate]:
    """The rule of a case, and who votes by it: rule 5."""
    body = bodies().get(case.body)
    rule = case.rule if case.rule is not None else _BY_CONSENSUS if body is None else body.ruled(case.opens).rule
    veto = () if body is None else seated(body.holds_veto, book, case.opens)
    year = int(show(case.opens)[:4])
    return rule, Electorate(case.parties, population_of(year), frozenset(veto))
