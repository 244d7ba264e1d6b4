"""What a book keeps from one view to the next is what it would find by beginning from nothing: never stale."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.casebook.book import casebook
from comity.consent.facts import Facts, Moment
from comity.consent.labels import allows, read_by
from comity.flow.own_agreements import Background
from comity.ledger import counted, places
from comity.ledger.authority import POLICY_KINDS, Arrived, binding, effective
from comity.ledger.book import Book, Draft
from comity.ledger.counted import Counting, Growing
from comity.ledger.opened import Labels, Opened, Reading
from comity.ledger.turns import Turning, reached, turns
from comity.values import fact as f
from comity.values.canonical import canonical
from comity.values.fact import AnyFact
from comity.values.instant import DAY, NEVER, exactly
from comity.values.label import Atom, Label
from comity.values.party import Group, Recipient
from comity.values.period import OPEN, Period
from tests.laws.random_worlds import GROUPS, LEVELS, PARTIES, day, world
from tests.ledger.nations import Clock, Dice, Line, book

AUDIENCES: tuple[tuple[str, ...], ...] = ((), ("GBR",), ("FIN",), ("FIN", "USA"), ("USA",))
KINDS = (f.Member, f.ActsFor, f.Title, f.Derive, f.Grant, f.Refuse, f.Request, f.Revoke, f.Collection)


def atoms(rng: Random, facts: Facts) -> list[Atom]:
    """Atoms over what a world's consents are about, and over what none is."""
    terms = [one.body.terms for one in facts.every(f.Grant)] + [one.body.terms for one in facts.every(f.Refuse)]
    scopes = sorted({one.scope for one in terms})
    things = sorted({thing for fact in facts.every(f.Collection) for thing in fact.body.things})
    readers: list[tuple[Recipient, ...]] = [
        (),
        (PARTIES[0],),
        (Group(GROUPS[0]),),
        ("*",),
        (PARTIES[1], Group(GROUPS[1], day(2))),
    ]
    return [
        Atom(owner, scope, rng.choice(readers), rng.choice([None, None, LEVELS[1]]))
        for scope in (*scopes, *things, "elsewhere")
        for owner in rng.sample(PARTIES, 3)
    ]


@pytest.mark.parametrize("seed", range(60))
def test_a_label_opens_quickly_exactly_when_the_calculus_says_so(seed: int) -> None:
    rng = Random(seed)
    facts = world(rng).facts
    names = set(reached(facts))
    for party in PARTIES:
        act = read_by(party, Moment(facts, day(rng.randrange(9)), NEVER), clearance=rng.choice([None, LEVELS[2]]))
        for atom in atoms(rng, facts):
            expected = allows(atom, act)
            assert Reading([act]).opens(frozenset({atom})) == expected
            assert Reading([act], names).opens(frozenset({atom})) == expected


class Held(Labels):
    """Labels without a book."""

    def __init__(self, labels: Sequence[Label]) -> None:
        super().__init__()
        self._labels = [canonical([str(number)]) for number in range(len(labels))]
        self.every = [(bytes([0]), number, label) for number, label in enumerate(labels)]
        self.by_number = dict(enumerate(labels))
        for number, label in self.by_number.items():
            for atom in label:
                self._by_scope.setdefault(atom.scope, []).append(number)


@pytest.mark.parametrize("seed", range(60))
def test_what_is_open_is_kept_no_longer_than_it_holds(seed: int) -> None:
    """Time goes on and facts are added, in any mixture; what is kept is what a beginner finds."""
    rng = Random(seed)
    every = sorted(world(rng).facts, key=lambda fact: fact.order)
    labels = Held([frozenset({atom}) for atom in atoms(rng, Facts(every))])
    growing, kept = _Facts(every[: len(every) // 2]), Opened()
    on = 0
    for fact in every[len(every) // 2 :]:
        for _ in range(rng.randrange(3)):
            on += rng.choice([1, DAY // 3, DAY])
            now = growing.turning()
            act = read_by(PARTIES[2], Moment(now.facts, on, NEVER))
            expected = {number for _, number, label in labels.every if all(allows(atom, act) for atom in label)}
            assert set(kept.labels(labels, now, Reading([act], now.reached), on, None)) == expected
        growing.add(fact)


class _Facts(Growing):
    """Facts that are added as they are, without anybody's authority being asked."""

    def __init__(self, facts: Sequence[AnyFact]) -> None:
        super().__init__(Counting(places.in_memory(background=Background(casebook)).background))
        self._under = self._facts = Facts(facts)
        self._turn_anew()

    def add(self, fact: AnyFact) -> None:
        self._over.append(fact)
        self._facts = Facts(self._over, self._under)
        self._to_turn.append(fact)
        self._to_touch.append(fact)

    def facts(self, arrivals: Sequence[Arrived] = ()) -> Facts:
        del arrivals
        return self._facts

    def turning(self, arrivals: Sequence[Arrived] = ()) -> Turning:
        return super().turning(arrivals)


def test_facts_turn_at_their_ends_and_when_a_notice_or_a_lease_is_over() -> None:
    terms = f.Terms(("FIN",), ("read",), "r")
    lent = f.Fact("g", "GBR", f.Grant("GBR", terms, lease_days=3, notice_days=5), recorded=0, order=1)
    back = f.Fact("b", "GBR", f.Revoke("GBR", "g", notice_days=2), recorded=7 * DAY, order=2)
    renewed = f.Fact("n", "GBR", f.Renew("GBR", "g"), _from(9 * DAY), order=3)
    facts = Facts([lent, back, renewed])
    assert {7 * DAY, 9 * DAY, 12 * DAY} <= set(turns([back, renewed], facts))
    assert set(turns([lent], facts)) >= set(turns([back, renewed], facts)) - {9 * DAY}
    assert Turning(facts, sorted(set(turns(facts, facts))), set(), None, ()).around(10 * DAY) == (9 * DAY, 12 * DAY)


def _from(start: int) -> Period:
    return Period(exactly(start), OPEN.end)


AGREEMENT = {
    "id": "OWN", "name": "Fictitious pact", "kind": "treaty", "signed": "2020-01-01",
    "in_force": {"from": "2020-02-01"},
    "parties": [{"party": "GBR"}, {"party": "FIN"}], "source": "fictitious", "grade": "C", "clauses": [],
}  # fmt: skip


@st.composite
def stated(draw: st.DrawFn) -> tuple[Line, Draft]:
    """A line, and how it is stated: by a party, taken over by the book, or in place of what was stated before."""
    by, other = draw(st.permutations(["GBR", "FIN", "USA"]))[:2]
    thing = draw(st.sampled_from(["r1", "r2"]))
    title: dict[str, object] = {"thing": thing, "kind": "information", "owner": by, "interest": "originator"}
    choices: list[tuple[str, dict[str, object]]] = [
        ("title", title), ("title", {**title, "issuer": by}),
        ("grant", {"by": by, "to": [other], "actions": ["read"], "scope": thing}),
        ("grant", {"by": by, "to": ["NATO@dynamic"], "actions": ["any"], "scope": "pile"}),
        ("refuse", {"by": by, "to": [other], "actions": ["read"], "scope": thing}),
        ("request", {"by": by, "to": [other], "actions": ["read"], "scope": thing}),
        ("collection", {"name": "pile", "by": by, "things": [thing]}),
        ("derive", {"thing": "p", "by": by, "from_things": [thing]}),
        ("member", {"group": "NATO", "party": by}),
        ("member", {"group": by, "party": other, "issuer": by}),
        ("acts-for", {"organ": f"{by}-navy", "sovereign": by}),
        ("report", {"by": by, "thing": thing, "says": "x"}),
        ("report", {"by": by, "says": "x", "label": [{"owner": by, "scope": thing, "readers": [other]}]}),
        ("agreement", {"id": "OWN", "by": by, "parties": ["GBR", "FIN"], "document": AGREEMENT}),
        ("revoke", {"by": by, "grant": "last"}), ("correct", {"by": by}),
    ]  # fmt: skip
    kind, fields = draw(st.sampled_from(choices))
    adopt = kind in {"title", "member"} and draw(st.booleans())
    signers = ("FIN",) if kind == "agreement" and draw(st.booleans()) else ()
    return {kind: dict(fields)}, Draft(None if adopt else by, signers=signers, adopt=adopt)


def _said(made: Book[object], line: Line, how: Draft) -> None:
    """State a line; one that refers to another refers to the last of its issuer's grants."""
    ((kind, fields),) = line.items()
    grants = [row for row in made.store.rows() if row.kind == "grant" and row.issuer == how.issuer]
    if kind in {"revoke", "correct"}:
        if not grants:
            return
        name = grants[-1].address.hex()
        again: dict[str, object] = {
            "by": how.issuer,
            "to": ["USA"],
            "actions": ["read"],
            "scope": "r1",
            "supersedes": name,
        }
        line = {"grant": again} if kind == "correct" else {"revoke": {**fields, "grant": name}}
    made.record(line, how)


def _books(lines: Sequence[tuple[Line, Draft]]) -> Book[object]:
    made: Book[object] = places.in_memory(background=Background(casebook), clock=Clock(), chance=Dice())
    for party in ("GBR", "FIN", "USA"):
        made.introduce(party)
    for line, how in lines:
        _said(made, line, how)
    return made


def _anew(made: Book[object]) -> Book[object]:
    """The same store under a book that has kept nothing."""
    clock = made.clock
    assert isinstance(clock, Clock)
    still = Clock()
    still.now = clock.now
    return Book(made.store, made.keyring, background=made.background, clock=still)


def _plainly(made: Book[object]) -> Facts:
    """The facts that count, by the plain rule."""
    arrivals = made.policy()
    public = made.background.facts(binding(arrivals, made.background.kinds))
    return Facts(effective(arrivals, public))


def _arranged(facts: Facts) -> list[object]:
    shelves = [[fact.id for fact in facts.every(kind)] for kind in KINDS]
    grants = [[fact.id for fact in facts.of(f.Grant, scope)] for scope in ("r1", "r2", "pile")]
    return [sorted(fact.id for fact in facts), shelves, grants]


@settings(max_examples=40, deadline=None)
@given(st.lists(stated(), min_size=2, max_size=12), st.sampled_from([1, 3, 400]))
def test_facts_that_grow_are_the_facts_counted_anew(lines: list[tuple[Line, Draft]], most: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(counted, "MOST_OVER", most)
        made = _books([])
        for line, how in lines:
            _said(made, line, how)
            assert _arranged(made.facts()) == _arranged(_plainly(made))


@settings(max_examples=30, deadline=None)
@given(st.lists(stated(), min_size=2, max_size=10), st.data())
def test_a_view_after_a_writing_is_the_view_of_a_book_that_kept_nothing(
    lines: list[tuple[Line, Draft]], data: st.DataObject
) -> None:
    made = _books([])
    for line, how in lines:
        _said(made, line, how)
        if data.draw(st.booleans()):
            continue
        fresh = _anew(made)
        for audience in AUDIENCES:
            assert _told(made, audience) == _told(fresh, audience)


def _told(made: Book[object], audience: tuple[str, ...]) -> list[object]:
    """Everything a page takes from a view."""
    view, kinds = made.view(*audience), sorted(POLICY_KINDS)
    return [
        [(one.id, one.arrived) for one in view.records()],
        [one.id for one in view.records(["grant", "report"], limit=3)],
        (view.count(), view.count(kinds), view.count(["report"])),
        (view.searched(kinds), view.searched(["agreement"])),
        list(view.labels.items()),
        _arranged(view.facts),
        sorted(view.casebook.agreements) if hasattr(view.casebook, "agreements") else None,
    ]


def test_a_view_of_the_past_is_not_that_of_now() -> None:
    made = book(None, "GBR", "FIN")
    first = made.record({"report": {"by": "GBR", "says": "x"}})
    made.record({"report": {"by": "GBR", "says": "y"}})
    made.record({"grant": {"by": "GBR", "to": ["FIN"], "actions": ["read"], "scope": "content/report"}})
    now, then = made.view("FIN"), made.view("FIN", known=first.arrived)
    assert (now.count(["report"]), then.count(["report"])) == (2, 0)
    assert made.view("GBR", known=first.arrived).count(["report"]) == 1
    assert made.view("GBR", known=first.arrived).searched(["grant"]) == set()
    assert made.view("GBR").count(["report"]) == 2


def test_a_view_made_before_a_writing_and_asked_after_it_holds_still() -> None:
    made = book(None, "GBR", "FIN")
    made.record({"report": {"by": "GBR", "says": "x"}})
    before = made.view("FIN")
    made.record({"grant": {"by": "GBR", "to": ["FIN"], "actions": ["read"], "scope": "content/report"}})
    assert before.count(["report"]) == 0
    assert made.view("FIN").count(["report"]) == 1
    assert before.records(["report"]) == []


def test_public_knowledge_is_not_changed_by_who_is_counted_over_it() -> None:
    background = Background(casebook)
    counting = Counting(background)
    made: Book[object] = places.in_memory(background=background, clock=Clock(), chance=Dice())
    before = _arranged(counting.of([]))
    made.record({"title": {"thing": "r9", "kind": "information", "owner": "GBR", "interest": "originator"}})
    made.record({"member": {"group": "NATO", "party": "FIN", "issuer": "NATO"}})
    assert _arranged(counting.of(made.policy())) == _arranged(_plainly(made))
    assert _arranged(counting.of([])) == before
