"""Unknown is a value: filling it settles answers and never turns a settled one round.

`python -m tests.instruments.guarantees.test_unknowns [PAIRS [SEED]]` tries as many pairs of events as are wanted.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

from hypothesis import example, given, settings
from hypothesis import strategies as st

from comity.casebook.book import casebook
from comity.casebook.places import Point
from comity.casebook.vocabulary import KINDS, NON_STATE, TARGETS
from comity.cli.commitments import Public
from comity.errors import Malformed
from comity.instruments.guarantees.circumstances import consistent
from comity.instruments.guarantees.commitments import UNKNOWN, Commitments, commitments
from comity.instruments.guarantees.event import Attribution, Event
from comity.values.condition import Value
from comity.values.instant import ALWAYS, DAY, NEVER, Instant, instant

T = TypeVar("T")
BOOK = Public(casebook(), ())
VICTIMS = [
    "ARE", "ARG", "ARM", "AUS", "AZE", "CHN", "DEU", "DNK", "ESP", "EST", "FIN", "FRA", "GBR", "GMB", "GRC", "IND",
    "JPN", "KAZ", "KOR", "MAR", "MLI", "MUS", "MYS", "NZL", "PAK", "PAN", "PHL", "PRT", "RUS", "SAU", "SUN", "THA",
    "TUR", "TWN", "UKR", "USA", "VEN", "VNM", "YEM",
]  # fmt: skip
"""Parties, claimants of every disputed area and of disputed memberships among them."""
ATTACKERS = [*VICTIMS, "PRK", "BLR", NON_STATE]
ATTRIBUTES = [
    "external", "requested", "amounts", "in_territory", "jointly_found", "communist", "organ_decided",
    "council_decided", "nuclear", "by_state", "designated", "invited",
]  # fmt: skip


def places() -> list[Point]:
    """Places where answers may turn: in disputed areas and near them, at parts of states, at sea."""
    found = [(59.4, 24.7), (48.9, 2.4), (0.0, -30.0), (37.5, 127.0), (34.59, 32.98), (64.2, -51.7), (21.31, -157.86)]
    for dispute in BOOK.casebook.disputes:
        found += [dispute.samples[0], *((lat + 0.01, lon + 0.01) for lat, lon in dispute.samples[1:])]
    found += [part.point for party in VICTIMS for part in BOOK.casebook.parts.get(party, ())]
    return found


def days() -> list[Instant]:
    """The days on which something in the casebook begins or ends, the days before, and some others."""
    book = BOOK.casebook
    periods = [dispute.valid for dispute in book.disputes]
    for agreement in book.agreements.values():
        periods += [agreement.in_force, *(v for spells in book.spells(agreement).values() for v in spells)]
        periods += [v for variant in book.variants(agreement) for spells in variant.spells.values() for v in spells]
        periods += [clause.valid for clause in agreement.clauses] + [s.valid for s in agreement.suspensions]
    periods += [part.valid for party in VICTIMS for part in book.parts.get(party, ())]
    ends = {end for v in periods for ragged in (v.start, v.end) for end in (ragged.earliest, ragged.latest)}
    edges = [day for end in ends if ALWAYS < end < NEVER for day in (end - DAY, end)]
    return sorted({*edges, *(instant(day) for day in ("1948-09-01", "1982-04-02", "2001-09-11", "2024-05-01"))})


PLACES, DAYS = places(), days()
ANY_PLACE = st.sampled_from(PLACES) | st.tuples(st.floats(-90, 90), st.floats(-180, 180))


def claimed(attackers: list[str]) -> tuple[str | None, tuple[Attribution, ...]]:
    """Who did it, and where several are named, their claims."""
    if len(attackers) < 2:
        return (attackers[0] if attackers else None), ()
    return None, tuple(Attribution(attacker) for attacker in attackers)


def authored(event: Event, attackers: list[str]) -> Event:
    """The event by those who are said to have done it."""
    attacker, claims = claimed(attackers)
    return replace(event, attacker=attacker, claims=claims)


unauthored = st.builds(
    Event,
    st.none() | st.sampled_from(["armed-attack", *KINDS]),
    st.sampled_from([None, *VICTIMS]),
    st.none(),
    st.none() | st.sampled_from(DAYS),
    st.none() | ANY_PLACE,
    st.none() | st.sampled_from(["territory", *TARGETS]),
    st.just(()),
    st.dictionaries(st.sampled_from(ATTRIBUTES), st.booleans(), max_size=4),
)
events = st.builds(authored, unauthored, st.lists(st.sampled_from(ATTACKERS), max_size=2, unique=True))


def settled(answer: Commitments) -> dict[tuple[str, str, str, str], str]:
    """The settled rows: what is owed by each article from whom to whom."""
    return {
        (row.agreement.id, row.clause.article, row.bound, row.toward): row.duty
        for row in answer.rows
        if row.duty != UNKNOWN
    }


def rows(answer: Commitments) -> set[tuple[str, str, str, str]]:
    """Every row, settled or not."""
    return {(row.agreement.id, row.clause.article, row.bound, row.toward) for row in answer.rows}


def filled(event: Event, filling: Event) -> Event:
    """The event with what it leaves unknown taken from another; one of several claims may be taken for the truth."""
    attacker, claims = event.attacker, event.claims
    if attacker is None and not claims:
        attacker, claims = filling.attacker, filling.claims
    elif claims and filling.attacker in event.attackers:
        attacker, claims = filling.attacker, ()
    return replace(
        event,
        kind=event.kind or filling.kind,
        victim=event.victim or filling.victim,
        attacker=attacker,
        on=filling.on if event.on is None else event.on,
        place=event.place or filling.place,
        target=event.target or filling.target,
        attributes={**filling.attributes, **event.attributes},
        claims=claims,
    )


def makes_sense(event: Event) -> bool:
    """Whether the event does not contradict itself; one that does is refused, and is no filling."""
    try:
        consistent(BOOK.casebook, event)
    except Malformed:
        return False
    return True


def turned(event: Event, filling: Event) -> list[str]:
    """What filling an event turns round; it should be nothing."""
    fuller = filled(event, filling)
    if not (makes_sense(event) and makes_sense(fuller)):
        return []
    before, after = commitments(BOOK, event), commitments(BOOK, fuller)
    later = settled(after)
    flips = [f"{row}: {duty}, then {later.get(row)}" for row, duty in settled(before).items() if later.get(row) != duty]
    return flips + [f"{row}: did not apply, then does" for row in rows(after) - rows(before)]


TOLD = {
    "the Falklands": (Event("armed-attack", "ARG", "GBR", instant("1982-05-01"), None, "territory"), (-51.7, -57.85)),
    "Ceuta": (Event("armed-attack", "ESP", "MAR", instant("2024-05-01"), None, "territory"), (35.89, -5.31)),
    "Melilla": (Event("armed-attack", "MAR", "ESP", instant("2024-05-01"), None, "territory"), (35.29, -2.94)),
}


@example(TOLD["the Falklands"][0], Event(place=TOLD["the Falklands"][1]))
@example(TOLD["Ceuta"][0], Event(place=TOLD["Ceuta"][1]))
@example(TOLD["Melilla"][0], Event(place=TOLD["Melilla"][1]))
@example(
    Event("armed-attack", "AUS", None, instant("2024-01-01"), (9.75, 115.87), "infrastructure"), Event(attacker="CHN")
)
@example(
    Event("sabotage", "NZL", "CHN", instant("1999-01-01"), (15.2, 117.8), None, (), {"amounts": True}),
    Event(target="infrastructure"),
)
@example(Event("threat", "PHL", "CHN", instant("1971-12-26"), (8.23, 111.0)), Event(target="citizens"))
@example(Event("armed-attack", "TUR", None, None, (37.5, 127.0), "territory"), Event(on=instant("1982-04-02")))
@settings(max_examples=80, deadline=None)
@given(events, events)
def test_filling_an_unknown_never_turns_a_settled_answer_round(event: Event, filling: Event) -> None:
    assert not turned(event, filling)


@settings(max_examples=20, deadline=None)
@given(events.filter(makes_sense))
def test_an_unknown_row_says_what_would_settle_it(event: Event) -> None:
    for row in commitments(BOOK, event).rows:
        assert (row.duty == UNKNOWN) == bool(row.unsettled), (row.agreement.id, row.clause.article, row.because)


@settings(max_examples=20, deadline=None)
@given(events.filter(makes_sense))
def test_a_row_stands_once_and_binds_nobody_towards_himself(event: Event) -> None:
    answer = commitments(BOOK, event)
    assert len(rows(answer)) == len(answer.rows)
    assert all(row.bound != row.toward for row in answer.rows)


@settings(max_examples=20, deadline=None)
@given(events.filter(makes_sense))
def test_branches_differ_and_each_is_taken_once(event: Event) -> None:
    for row in commitments(BOOK, event).rows:
        if row.branches:
            assert row.duty == UNKNOWN
            assert len({branch.duty for branch in row.branches}) > 1, row.branches
            assert len({branch.claim for branch in row.branches}) == len(row.branches)


def test_the_empty_event_settles_nothing() -> None:
    answer = commitments(BOOK, Event())
    assert not settled(answer)


def sometimes(chance: random.Random, items: Sequence[T], share: float) -> T | None:
    """One of some items, or nothing."""
    return chance.choice(items) if chance.random() < share else None


def drawn(chance: random.Random) -> Event:
    """An event by chance, for the long run."""
    attackers = chance.sample(ATTACKERS, chance.choice((0, 1, 1, 2)))
    place = sometimes(chance, PLACES, 0.6)
    if place is not None and chance.random() < 0.3:
        place = (place[0] + chance.uniform(-1, 1), max(-180.0, min(180.0, place[1] + chance.uniform(-1, 1))))
    names = chance.sample(ATTRIBUTES, chance.choice((0, 0, 1, 2, 3)))
    kind, victim = sometimes(chance, ["armed-attack", *KINDS], 0.9), sometimes(chance, VICTIMS, 0.95)
    on, target = sometimes(chance, DAYS, 0.8), sometimes(chance, ["territory", *TARGETS], 0.6)
    told: dict[str, Value] = {name: chance.random() < 0.6 for name in names}
    return authored(Event(kind, victim, None, on, place, target, (), told), attackers)


def long_run(pairs: int, seed: int) -> Iterator[str]:
    """The flips that as many pairs of events show."""
    chance = random.Random(seed)
    for number in range(pairs):
        first, filling = drawn(chance), drawn(chance)
        yield from (f"{number}: {first} with {filling}: {flip}" for flip in turned(first, filling))


if __name__ == "__main__":
    wanted, seed = (int(word) for word in [*sys.argv[1:3], *("20000", "1")[len(sys.argv[1:3]) :]])
    flips = 0
    for flip in long_run(wanted, seed):
        flips += 1
        print(flip)
    print(f"{wanted} pairs, {flips} flips")
    sys.exit(1 if flips else 0)
