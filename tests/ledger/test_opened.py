"""Which labels are looked at again, and when: never one too few, and none that nothing can have changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256

import pytest

from comity.consent.facts import Facts, Moment
from comity.consent.labels import may_read, read_by
from comity.errors import Malformed
from comity.ledger.memory import MemoryStore
from comity.ledger.opened import Labels, Opened, Reading
from comity.ledger.record import label_bytes
from comity.ledger.turns import Turning
from comity.values.label import PUBLIC, Atom, Label
from comity.values.reading import fact
from tests.ledger.nations import Line

PROPERTIES = {"book": "b", "node": "00", "ceiling": "UNMARKED"}
SCOPES = ("r1", "r2", "r3")
EVERY: list[Label] = [frozenset({Atom("GBR", scope)}) for scope in SCOPES]


def stored(*labels: Label) -> MemoryStore:
    store = MemoryStore(PROPERTIES)
    more(store, *labels)
    return store


def more(store: MemoryStore, *labels: Label) -> None:
    with store.writing() as writer:
        for label in labels:
            writer.label(label_bytes(label))


def read(store: MemoryStore, labels: Labels | None = None) -> Labels:
    found = Labels() if labels is None else labels
    found.read(store)
    return found


def test_labels_are_read_once_each_and_stand_in_the_order_of_their_digests() -> None:
    later: list[Label] = [frozenset({Atom("GBR", f"r{number}")}) for number in range(4, 9)]
    store = stored(PUBLIC, EVERY[0])
    labels = read(store)
    more(store, EVERY[1], EVERY[2], *later)
    for _ in range(3):
        read(store, labels)
    digests = {number: sha256(atoms).digest() for number, atoms in store.labels().items()}
    assert [number for _, number, _ in labels.every] == sorted(digests, key=lambda number: digests[number])
    assert [digest for digest, _, _ in labels.every] == sorted(digests.values())
    assert labels.by_number == dict(enumerate((PUBLIC, *EVERY, *later), start=1))
    assert all(labels.by_number[number] == label for _, number, label in labels.every)
    assert labels.in_order([*range(9, 2, -1)]) == [number for _, number, _ in labels.every if number > 2]


def test_labels_are_found_by_each_scope_in_them() -> None:
    both = EVERY[0] | EVERY[1]
    labels = read(stored(PUBLIC, EVERY[0], both, EVERY[0] | {Atom("FIN", "r1")}))
    assert [*labels.under("r1")] == [2, 3, 4]
    assert [*labels.under("r2")] == [3]
    assert [*labels.under("elsewhere")] == []


class Asked(Reading):
    """Reads nothing but what it is told to, and keeps which labels it was asked about."""

    def __init__(self, *opens: Label) -> None:
        super().__init__([])
        self.lets, self.asked = opens, list[Label]()

    def opens(self, label: Label) -> bool:
        self.asked.append(label)
        return label in self.lets


class Room:
    """Something that is kept for an audience, over the facts of one moment after the other."""

    def __init__(self, *labels: Label) -> None:
        self.store, self.opened, self.labels = stored(*labels), Opened(), Labels()
        self.found: Mapping[int, Label] = {}
        self.facts, self.turns, self.era, self.touched = Facts([]), [10, 20], "era", list[str]()

    def look(self, *opens: Label, on: int = 12, how: object = "how") -> tuple[list[Label], set[Label]]:
        """What is open, and what was asked about."""
        reading = Asked(*opens)
        now = Turning(self.facts, self.turns, set(), self.era, self.touched)
        self.found = found = self.opened.labels(read(self.store, self.labels), now, reading, on, how)
        assert [*found] == [number for _, number, _ in self.labels.every if number in found]
        assert all(self.labels.by_number[number] == label for number, label in found.items())
        return sorted(found.values(), key=str), set(reading.asked)


def opened(labels: Sequence[Label]) -> list[Label]:
    return sorted(labels, key=str)


def test_what_was_found_is_kept_while_nothing_can_have_changed_it() -> None:
    room = Room(*EVERY)
    assert room.look(EVERY[0]) == (opened([EVERY[0]]), set(EVERY))
    kept = room.found
    for on in (12, 10, 19):
        assert room.look(*EVERY, on=on) == (opened([EVERY[0]]), set())
        assert room.found is kept


def test_only_a_label_that_is_new_is_looked_at() -> None:
    room = Room(*EVERY[:2])
    room.look(EVERY[0])
    more(room.store, EVERY[2])
    assert room.look(EVERY[2]) == (opened([EVERY[0], EVERY[2]]), {EVERY[2]})
    more(room.store, PUBLIC)
    assert room.look() == (opened([EVERY[0], EVERY[2]]), {PUBLIC})
    assert room.look(PUBLIC) == (opened([EVERY[0], EVERY[2]]), set())


def test_everything_is_looked_at_again_where_a_fact_turns_or_the_reading_is_another() -> None:
    for change in ({"on": 20}, {"on": 9}, {"how": "otherwise"}):
        room = Room(*EVERY)
        room.look(EVERY[0])
        assert room.look(EVERY[1], **change) == (opened([EVERY[1]]), set(EVERY))
        assert room.look(**change) == (opened([EVERY[1]]), set())
    room = Room(*EVERY)
    room.look(EVERY[0])
    room.era = "another"
    assert room.look(EVERY[1]) == (opened([EVERY[1]]), set(EVERY))
    assert room.look() == (opened([EVERY[1]]), set())


def test_what_was_open_is_shut_where_a_fact_turns_and_nothing_opens_any_more() -> None:
    for change in ({"on": 20}, {"how": "otherwise"}):
        room = Room(*EVERY)
        room.look(EVERY[0])
        assert room.look(**change) == ([], set(EVERY))
        assert room.look(*EVERY, **change) == ([], set())


def test_what_later_facts_bear_on_is_looked_at_again_and_nothing_else() -> None:
    room = Room(*EVERY, EVERY[0] | EVERY[1])
    room.look(EVERY[0])
    room.facts, room.touched = Facts([]), ["r2"]
    assert room.look(EVERY[1]) == (opened([EVERY[0], EVERY[1]]), {EVERY[1], EVERY[0] | EVERY[1]})
    assert room.look() == (opened([EVERY[0], EVERY[1]]), set())
    room.facts, room.touched = Facts([]), ["r2", "r3"]
    assert room.look(EVERY[2]) == (opened(EVERY), {EVERY[2]})
    room.facts, room.touched = Facts([]), ["r2", "r3", "r1"]
    assert room.look() == (opened(EVERY[1:]), {EVERY[0], EVERY[0] | EVERY[1]})


def test_later_facts_bring_their_own_instants_at_which_one_turns() -> None:
    room = Room(*EVERY)
    room.look(EVERY[0], on=12)
    room.facts, room.turns, room.touched = Facts([]), [10, 15, 20], ["elsewhere"]
    assert room.look(on=12) == (opened([EVERY[0]]), set())
    assert room.look(EVERY[1], on=15) == (opened([EVERY[1]]), set(EVERY))


def test_what_is_touched_before_all_is_looked_at_again_counts_as_looked_at() -> None:
    room = Room(*EVERY)
    room.look(EVERY[0])
    room.touched = ["r1"]
    assert room.look(EVERY[1], on=20) == (opened([EVERY[1]]), set(EVERY))
    assert room.look(on=20) == (opened([EVERY[1]]), set())


def test_a_book_without_labels_opens_none() -> None:
    room = Room()
    assert room.look() == ([], set())
    more(room.store, EVERY[0])
    assert room.look(EVERY[0]) == ([EVERY[0]], {EVERY[0]})


def moment(*lines: Line) -> Moment:
    return Moment(Facts([fact(line, order) for order, line in enumerate(lines)]), 12, 12)


def test_nobody_reads_and_was_told_what_is_public_alone() -> None:
    nobody = Reading([])
    assert (nobody.opens(PUBLIC), nobody.told(PUBLIC)) == (True, True)
    assert (nobody.opens(EVERY[0]), nobody.told(EVERY[0])) == (False, False)


def test_an_organ_reads_and_was_told_what_is_its_sovereigns() -> None:
    acts_for = moment({"acts-for": {"organ": "GBR-navy", "sovereign": "GBR"}})
    own, other = EVERY[0], frozenset({Atom("GBR-navy", "r1")})
    reading = Reading([read_by("GBR", acts_for)])
    assert all((reading.opens(one), reading.told(one)) == (True, True) for one in (own, other))
    assert not Reading([read_by("FIN", acts_for)]).opens(other)


def test_a_label_opens_where_every_atom_opens_to_every_one() -> None:
    to = {party: Atom("GBR", party, (party,)) for party in ("FIN", "USA")}
    both = Atom("GBR", "both", ("FIN", "USA"))
    acts = [read_by(party, moment()) for party in ("FIN", "USA")]
    for label, expected in {
        frozenset({to["FIN"]}): [True, False, False],
        frozenset({to["FIN"], to["USA"]}): [False, False, False],
        frozenset({to["FIN"], both}): [True, False, False],
        frozenset({both}): [True, True, True],
    }.items():
        readings = [Reading(acts[:1]), Reading(acts[1:]), Reading(acts)]
        assert [one.opens(label) for one in readings] == expected
        assert [one.told(label) for one in readings] == expected


def test_a_consent_opens_what_it_reaches_where_that_was_gathered_and_where_not() -> None:
    given: Line = {"grant": {"by": "GBR", "to": ["FIN"], "actions": ["read"], "scope": "r1"}}
    pile: Line = {"collection": {"name": "pile", "by": "GBR", "things": ["r2"]}}
    through: Line = {"grant": {"by": "GBR", "to": ["FIN"], "actions": ["read"], "scope": "pile"}}
    act = read_by("FIN", moment(given, pile, through))
    for reached in (None, {"r1", "r2", "pile"}):
        assert [Reading([act], reached).opens(label) for label in EVERY] == [True, True, False]
        assert [Reading([act], reached).told(label) for label in EVERY] == [False, False, False]


def test_a_refusal_shuts_what_names_its_reader_and_takes_nothing_back_of_what_was_told() -> None:
    label = frozenset({Atom("GBR", "r1", ("FIN",))})
    act = read_by("FIN", moment({"refuse": {"by": "GBR", "to": ["FIN"], "actions": ["read"], "scope": "r1"}}))
    for reached in (None, {"r1"}):
        assert (Reading([act], reached).opens(label), Reading([act], reached).told(label)) == (False, True)


def test_a_refusal_of_a_collection_shuts_what_is_in_it_alone() -> None:
    named = {scope: frozenset({Atom("GBR", scope, ("FIN",))}) for scope in SCOPES}
    pile: Line = {"collection": {"name": "pile", "by": "GBR", "things": ["r2"]}}
    shut: Line = {"refuse": {"by": "GBR", "to": ["FIN"], "actions": ["read"], "scope": "pile"}}
    act = read_by("FIN", moment(pile, shut))
    for reached in (None, {"r2", "pile"}):
        assert [Reading([act], reached).opens(label) for label in named.values()] == [True, False, True]


def test_a_consent_whose_condition_cannot_be_told_shuts_out_its_reader_though_he_is_named() -> None:
    given: Line = {"grant": {"by": "GBR", "to": ["FIN"], "actions": ["read"], "scope": "r1", "when": "purpose == 5"}}
    label, act = frozenset({Atom("GBR", "r1", ("FIN",))}), read_by("FIN", moment(given), "planning")
    with pytest.raises(Malformed):
        may_read(label, act)
    for reached in (None, {"r1"}):
        assert not Reading([act], reached).opens(label)


def test_a_clearance_keeps_a_reader_out_though_he_is_named() -> None:
    label = frozenset({Atom("GBR", "r1", ("FIN",), "SECRET")})
    reading = Reading([read_by("FIN", moment())], set())
    assert (reading.opens(label), reading.told(label)) == (False, False)
