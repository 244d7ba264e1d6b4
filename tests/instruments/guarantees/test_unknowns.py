"""Unknown is a value: filling it settles answers and never turns a settled one round."""

from __future__ import annotations

from dataclasses import dataclass, replace

from hypothesis import given, settings
from hypothesis import strategies as st

from comity.casebook.book import Casebook, casebook
from comity.casebook.vocabulary import KINDS, NON_STATE, TARGETS
from comity.instruments.guarantees.commitments import UNKNOWN, Commitments, commitments
from comity.instruments.guarantees.event import Event
from comity.instruments.guarantees.trigger import Case, known
from comity.values.condition import Value
from comity.values.instant import instant


@dataclass(frozen=True, slots=True)
class Public:
    """The casebook, seen by the public."""

    casebook: Casebook
    audience: tuple[str, ...] = ()


BOOK = Public(casebook())
VICTIMS = [
    "ARG",
    "ARM",
    "AUS",
    "EST",
    "FIN",
    "FRA",
    "GBR",
    "GRC",
    "JPN",
    "KOR",
    "MYS",
    "PAK",
    "PHL",
    "SAU",
    "UKR",
    "USA",
]
PLACES = [(59.4, 24.7), (-51.7, -57.85), (13.45, 144.78), (25.75, 123.47), (37.24, 131.87), (48.9, 2.4), (0.0, -30.0)]
DAYS = ["1948-09-01", "1954-11-17", "1982-04-02", "2001-09-11", "2019-06-01", "2024-05-01"]
ATTRIBUTES = [
    "external",
    "requested",
    "amounts",
    "in_territory",
    "jointly_found",
    "communist",
    "organ_decided",
    "nuclear",
]

events = st.builds(
    Event,
    st.none() | st.sampled_from(KINDS),
    st.sampled_from(VICTIMS),
    st.none() | st.sampled_from([*VICTIMS, "RUS", "CHN", "PRK", NON_STATE]),
    st.sampled_from(DAYS).map(instant),
    st.none() | st.sampled_from(PLACES),
    st.none() | st.sampled_from(TARGETS),
    st.just(()),
    st.dictionaries(st.sampled_from(ATTRIBUTES), st.booleans(), max_size=4),
)


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
    """The event with what it leaves unknown taken from another; what its own author tells already is not unknown."""
    attributes: dict[str, Value] = {**filling.attributes, **known(Case(BOOK.casebook, event))}
    return replace(
        event,
        kind=event.kind or filling.kind,
        attacker=event.attacker or filling.attacker,
        place=event.place or filling.place,
        target=event.target or filling.target,
        attributes=attributes,
    )


@settings(max_examples=120, deadline=None)
@given(events, events)
def test_filling_an_unknown_never_turns_a_settled_answer_round(event: Event, filling: Event) -> None:
    before, after = commitments(BOOK, event), commitments(BOOK, filled(event, filling))
    later = settled(after)
    for row, duty in settled(before).items():
        assert later.get(row) == duty, row
    assert rows(after) <= rows(before), "what did not apply stays so"


@settings(max_examples=40, deadline=None)
@given(events)
def test_an_unknown_row_says_what_would_settle_it(event: Event) -> None:
    for row in commitments(BOOK, event).rows:
        assert (row.duty == UNKNOWN) == bool(row.unsettled), (row.agreement.id, row.clause.article, row.because)


@settings(max_examples=40, deadline=None)
@given(events)
def test_a_row_stands_once_and_binds_nobody_towards_himself(event: Event) -> None:
    answer = commitments(BOOK, event)
    assert len(rows(answer)) == len(answer.rows)
    assert all(row.bound != row.toward for row in answer.rows)


def test_the_empty_event_settles_nothing() -> None:
    answer = commitments(BOOK, Event())
    assert not settled(answer)
