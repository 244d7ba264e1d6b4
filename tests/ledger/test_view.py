"""Views: who may read what, and that nothing else shows."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.errors import Impossible, Malformed
from comity.ledger.book import Book
from comity.ledger.view import View
from comity.values.fact import Ask
from comity.values.instant import NEVER, Instant, instant
from comity.values.verdict import Verdict
from tests.ledger.nations import Clock, Dice, Line, book, grant, refuse, report, title

PARTIES = ("DEU", "FIN", "GBR", "USA")
AUDIENCES = [(), ("FIN",), ("GBR",), ("USA",), ("FIN", "USA"), ("FIN", "GBR"), ("DEU", "FIN", "GBR", "USA"), ("XYZ",)]


def listing(view: View[None], limit: int | None = None) -> str:
    """A view written out, as a face would: every byte of it."""
    seen = [{"id": one.id, "line": one.record.line(), "arrived": one.arrived} for one in view.records(limit=limit)]
    verdicts = sorted(fact.id for fact in view.facts)
    return json.dumps({"facts": seen, "count": view.count(), "counting": verdicts})


class Case(NamedTuple):
    """A line, and who reads it besides its issuer."""

    line: Line
    readers: set[str]


WHO_READS = {
    "a grant: whom it is given to": Case(grant("GBR", "FIN", "r1"), {"FIN"}),
    "a grant to a group: its members": Case(grant("GBR", "PACT@dynamic", "r1"), {"USA"}),
    "a grant to everyone: everyone": Case(grant("GBR", "*", "r1"), {*PARTIES, "XYZ", ""}),
    "a refusal: nobody": Case(refuse("GBR", "FIN", "r1"), set()),
    "a national reservation: nobody": Case({"reserve": {"by": "GBR", "actions": ["read"], "scope": "r1"}}, set()),
    "a request: whom it is put to": Case(
        {"request": {"by": "GBR", "to": ["USA"], "actions": ["read"], "scope": "r2"}}, {"USA"}
    ),
    "a title: its owner": Case(title("r1", "USA", issuer="GBR"), {"USA"}),
    "a membership: everyone": Case(
        {"member": {"group": "PACT", "party": "DEU", "issuer": "GBR"}}, {*PARTIES, "XYZ", ""}
    ),
    "an instrument: everyone": Case({"instrument": {"by": "GBR", "says": "treaty"}}, {*PARTIES, "XYZ", ""}),
    "an agreement: its parties": Case(
        {"agreement": {"by": "GBR", "parties": ["GBR", {"party": "FIN"}], "says": "memorandum"}}, {"FIN"}
    ),
    "a derivation: nobody": Case({"derive": {"thing": "p", "by": "GBR", "from_things": ["r1"]}}, set()),
    "a report: nobody": Case(report("GBR", "r1"), set()),
    "other content: nobody": Case({"unit": {"by": "GBR", "strength": 12}}, set()),
    "a rule about all things: everyone": Case(
        {"standing": {"action": "read", "interest": "funder", "role": "notified", "issuer": "GBR"}},
        {*PARTIES, "XYZ", ""},
    ),
    "a rule about one thing: nobody": Case(
        {"standing": {"action": "read", "interest": "funder", "role": "notified", "scope": "r1", "issuer": "GBR"}},
        set(),
    ),
    "an equivalence of clearances: the other party": Case(
        {"equivalence": {"by": "GBR", "of": "USA", "theirs": "SECRET", "ours": "SECRET"}}, {"USA"}
    ),
    "what says so: those it names": Case(
        report("GBR", "r1", label=[{"owner": "GBR", "scope": "r1", "readers": ["FIN", "USA"]}]), {"FIN", "USA"}
    ),
    "what is made public: everyone": Case(report("GBR", "r1", label=[]), {*PARTIES, "XYZ", ""}),
    "what says its clearance: nobody without a grant": Case(
        report("GBR", "r1", label=[{"owner": "GBR", "scope": "r1", "readers": ["FIN"], "clearance": "SECRET"}]), set()
    ),
}


@pytest.mark.parametrize("case", WHO_READS.values(), ids=WHO_READS)
def test_who_reads_a_fact_that_says_nothing_else(case: Case) -> None:
    made = book(None)
    made.record({"member": {"group": "PACT", "party": "USA"}})
    receipt = made.record(case.line)
    readers = {party for party in (*PARTIES, "XYZ") if made.view(party).may_read(receipt.id)}
    assert readers == (case.readers | {"GBR"}) - {""}
    assert made.view().may_read(receipt.id) is ("" in case.readers)


def test_what_is_said_of_a_grant_is_for_both_its_sides() -> None:
    made = book(None)
    given = made.record(grant("GBR", "FIN", "r1"))
    refused = made.record(refuse("GBR", "FIN", "r2"))
    about = {
        made.record({"revoke": {"by": "GBR", "grant": given.id}}).id: {"FIN", "GBR"},
        made.record({"discharge": {"by": "FIN", "grant": given.id, "obligation": "o"}}).id: {"FIN", "GBR"},
        made.record({"revoke": {"by": "GBR", "fact": refused.id}}).id: {"GBR"},
    }
    for name, readers in about.items():
        assert {party for party in PARTIES if made.view(party).may_read(name)} == readers


def test_consent_opens_a_report_and_its_withdrawal_shuts_it() -> None:
    clock = Clock("2026-01-01")
    made = book(None, clock=clock)
    made.record(title("r1", "GBR"))
    told = made.record(report("GBR", "r1"))
    given = made.record(grant("GBR", "FIN", "r1", **{"from": "2026-02-01", "until": "2026-06-01"}))
    assert not made.view("FIN", on=instant("2026-01-15")).may_read(told.id)
    assert made.view("FIN", on=instant("2026-02-15")).may_read(told.id)
    assert not made.view("FIN", on=instant("2026-06-15")).may_read(told.id)
    assert not made.view("FIN", on=instant("2026-02-15"), known=given.arrived - 1).may_read(told.id)
    clock.days(60)
    made.record({"revoke": {"by": "GBR", "grant": given.id}})
    assert made.view("FIN", on=instant("2026-02-15")).may_read(told.id)
    assert not made.view("FIN", on=instant("2026-05-15")).may_read(told.id)
    assert not made.view("FIN", on=instant("2026-02-15"), handed_over=instant("2026-05-15")).may_read(told.id)


def test_a_report_stands_under_every_owner_of_its_thing() -> None:
    made = book(None)
    made.record_all([title("r1", "GBR"), title("r2", "USA")])
    made.record_all([title("p", "DEU"), {"derive": {"thing": "p", "by": "DEU", "from_things": ["r1", "r2"]}}])
    told = made.record(report("DEU", "p"))
    made.record_all([grant("DEU", "FIN", "p"), grant("GBR", "FIN", "r1")])
    assert not made.view("FIN").may_read(told.id)
    made.record(grant("USA", "FIN", "r2"))
    assert made.view("FIN").may_read(told.id)
    assert not made.view("FIN", "DEU").may_read(told.id)  # what DEU made needs GBR's and USA's yes, even for it


def test_a_purpose_and_a_clearance_narrow_a_view() -> None:
    made = book(None)
    made.record_all([title("r1", "GBR"), {"levels": {"by": "GBR", "order": ["OPEN", "SECRET"]}}])
    told = made.record(report("GBR", "r1"))
    made.record(grant("GBR", "FIN", "r1", purposes=["planning"], clearance="SECRET"))
    made.record({"equivalence": {"by": "GBR", "of": "FIN", "theirs": "SALAINEN", "ours": "SECRET"}})
    assert made.view("FIN", purpose="planning", clearance="SALAINEN").may_read(told.id)
    assert not made.view("FIN", purpose="training", clearance="SALAINEN").may_read(told.id)
    assert not made.view("FIN", purpose="planning").may_read(told.id)


def test_what_is_withheld_and_what_does_not_exist_end_alike() -> None:
    made = book(None)
    hidden = made.record(report("GBR", "r1")).id
    view = made.view("FIN")
    for ask in (view.get, view.history):
        with pytest.raises(Impossible) as withheld:
            ask(hidden)
        with pytest.raises(Impossible) as absent:
            ask("0" * 64)
        assert str(withheld.value).replace(hidden, "ID") == str(absent.value).replace("0" * 64, "ID")
    for after in (hidden, "0" * 64, "nonsense", "é" * 64):
        with pytest.raises(Malformed, match="is available"):
            view.records(after=after)


def test_a_view_holds_still() -> None:
    made = book(None)
    made.record(report("GBR", "r1", label=[]))
    view = made.view()
    before = view.count()
    made.record(report("GBR", "r2", label=[]))
    assert view.count() == len(view.records()) == before
    assert made.view().count() == before + 1


def test_a_correction_takes_the_place_of_what_it_corrects_where_it_is_read() -> None:
    made = book(None)
    public: list[object] = []
    first = made.record(report("GBR", "r1", label=public))
    hidden = made.record(report("GBR", "r1", supersedes=first.id))
    assert made.view("FIN").may_read(first.id)
    assert not made.view("GBR").may_read(first.id)
    second = made.record(report("GBR", "r1", label=public, supersedes=first.id))
    made.record(report("USA", "r1", label=public, supersedes=second.id))
    view = made.view("FIN")
    assert not view.may_read(first.id)
    assert view.may_read(second.id)
    assert [one.id for one in view.history(first.id)][:2] == [first.id, second.id]
    assert hidden.id in [one.id for one in made.view("GBR").history(first.id)]
    assert view.count() == len(view.records())
    assert made.view("FIN", known=second.arrived - 1).may_read(first.id)


def test_a_corrected_grant_stops_counting_from_then_on() -> None:
    made = book(None)
    made.record(title("r1", "GBR"))
    given = made.record(grant("GBR", "FIN", "r1"))
    correct = made.record(grant("GBR", "USA", "r1", supersedes=given.id))
    on = instant("2026-03-01")

    def verdict(known: Instant) -> Verdict:
        return made.decide(Ask("FIN", "read", "r1", on, known)).verdict

    assert verdict(NEVER) is Verdict.SILENT
    assert verdict(correct.arrived - 1) is Verdict.GRANTED


def test_the_view_weighs_what_it_shows_and_nothing_else() -> None:
    made = book(None)
    made.record(title("r1", "GBR"))  # hidden from USA
    mine = made.record(title("r1", "USA"))
    assert made.facts().find(mine.id) is None  # USA does not become an owner beside GBR
    assert made.view("USA").facts.find(mine.id) is not None  # but nothing tells USA that there is another


# Laws, over books made at random


@dataclass
class World:
    """What a random book is made of."""

    lines: list[Line] = field(default_factory=list)


things = st.sampled_from(["r1", "r2", "r3"])
parties = st.sampled_from(PARTIES)
recipients = st.sampled_from([*PARTIES, "PACT@dynamic", "*"])
labels = st.none() | st.lists(
    st.fixed_dictionaries({"owner": parties, "scope": things, "readers": st.lists(recipients, min_size=1, max_size=2)}),
    max_size=2,
)


@st.composite
def lines(draw: st.DrawFn) -> Line:
    by, thing = draw(parties), draw(things)
    match draw(st.integers(0, 6)):
        case 0:
            return title(thing, by)
        case 1 | 2:
            return grant(by, draw(recipients), thing)
        case 3:
            return refuse(by, draw(recipients), thing)
        case 4:
            return {"derive": {"thing": "p", "by": by, "from_things": [thing]}}
        case _:
            label = draw(labels)
            return report(by, thing, nr=draw(st.integers(0, 9)), **({} if label is None else {"label": label}))


def made_of(world: list[Line]) -> Book[None]:
    made = book(None)
    made.record_all([{"member": {"group": "PACT", "party": party}} for party in ("FIN", "USA")])
    for line in world:
        made.record(line)
    return made


@settings(max_examples=40, deadline=None)
@given(st.lists(lines(), max_size=14))
def test_list_equals_check_and_count(world: list[Line]) -> None:
    made = made_of(world)
    every = [row.address.hex() for row in made.store.rows()]
    for audience in AUDIENCES:
        view = made.view(*audience)
        listed = [one.id for one in view.records()]
        assert sorted(listed) == sorted(name for name in every if view.may_read(name))
        assert view.count() == len(listed)
        pages, last = list[str](), None
        while page := view.records(after=last, limit=3):
            pages += [one.id for one in page]
            last = page[-1].id
        assert pages == listed


@settings(max_examples=40, deadline=None)
@given(st.lists(lines(), max_size=14))
def test_several_read_what_each_may_read_and_nobody_what_is_public(world: list[Line]) -> None:
    made = made_of(world)

    def ids(*audience: str) -> set[str]:
        return {one.id for one in made.view(*audience).records()}

    public = ids()
    for one in PARTIES:
        assert public <= ids(one)
        for other in PARTIES:
            assert ids(one, other) == ids(one) & ids(other) == ids(other, one)
    assert all(not one.record.label for one in made.view().records())


@settings(max_examples=25, deadline=None)
@given(st.lists(lines(), max_size=10), st.lists(lines(), max_size=6), st.data())
def test_what_an_audience_may_not_read_changes_no_byte(
    world: list[Line], other: list[Line], data: st.DataObject
) -> None:
    """Facts of FIN that it keeps to itself vary in number, kind and content; no other audience's view moves."""
    secret = [_kept_by("FIN", line) for line in other]
    places = [data.draw(st.integers(0, len(world))) for _ in secret]
    with_, without = _timed(world, {}), _timed(world, dict(zip(places, secret, strict=True)))
    for audience in [(), ("GBR",), ("USA",), ("GBR", "USA"), ("XYZ",)]:
        for limit in (None, 2):
            assert listing(with_.view(*audience), limit) == listing(without.view(*audience), limit)


def _kept_by(party: str, line: Line) -> Line:
    """Something of this party's that is its alone: a derivation, a title, a refusal to nobody, or a note."""
    ((kind, fields),) = line.items()
    match kind:
        case "title":
            return title("s", party)
        case "derive":
            return {"derive": {"thing": "s", "by": party, "from_things": ["r1"]}}
        case "refuse":
            return refuse(party, "XYZ", "s")
    return {"note": {"by": party, "about": kind, "detail": json.dumps(fields, default=str)}}


def _timed(world: list[Line], secret: dict[int, Line]) -> Book[None]:
    """A book in which each open fact is stated at its own second, with its own nonce, whatever is hidden between."""
    clock, dice = Clock(), Dice()
    made = book(None, *PARTIES, clock=clock, dice=dice)
    for place, line in enumerate([*world, None]):
        if place in secret:
            made.record(secret[place])
        clock.now = instant("2026-02-01") + place * 60_000_000
        dice.go_to(str(place))
        if line is not None:
            made.record(line)
    return made


def test_a_hidden_condition_that_takes_the_purpose_for_a_number_tells_nothing() -> None:
    made = book(None, "GBR", "FIN")
    made.record({"grant": {"by": "GBR", "to": ["FIN"], "actions": ["read"], "scope": "r1", "when": "purpose == 5",
                           "label": [{"owner": "GBR", "scope": "r1"}]}})  # fmt: skip
    made.record(report("GBR", "r1"))
    assert made.view("FIN", purpose="planning").records(["report"]) == []


def test_a_hidden_circle_tells_nothing_to_who_writes_about_the_thing() -> None:
    made = book(None, "GBR", "FIN")
    for thing, part in (("r1", "secret"), ("secret", "r1")):
        made.record({"derive": {"by": "GBR", "thing": thing, "from_things": [part]}})
    assert made.record(report("FIN", "r1")).id
