"""Sightings: who saw what is told no further than the party that saw lets it be told; by variation, in a real book."""

from __future__ import annotations

import json

import pytest

from comity.errors import Impossible, Malformed
from comity.flow.labelled import label_words
from comity.instruments.intelligence.graded_table import sightings_data, sightings_lines
from comity.instruments.intelligence.reported import Anonymity, Shared, Sighting, Stamp
from comity.instruments.intelligence.reported_bodies import read
from comity.instruments.intelligence.sightings import policy, sightings
from tests.instruments.intelligence.room import ORGAN, PEST, Room, sighting

GROUP = "NATO@dynamic"


def everything(room: Room, *audience: str) -> bytes:
    """All that an audience can be told of the book's sightings, and of the book: answers, records, ids, instants."""
    view = room.book.view(*audience)
    found = sightings(view)
    label = label_words(found.label)
    records = [(one.record.data.hex(), one.arrived) for one in view.records()]
    told = [sightings_data(found, label), list(sightings_lines(found, label)), records, view.count()]
    return json.dumps(told).encode()


def three(room: Room, *parties: str, counts: tuple[int, ...] = (2, 2, 2), **more: object) -> None:
    for hour, party, count in zip(("09:01", "09:02", "09:03"), parties, counts, strict=True):
        sighting(room, hour, party, count, **more)


def shared_by(*parties: str, counts: tuple[int, ...] = (2, 2, 2), **more: object) -> Room:
    room = Room()
    three(room, *parties, counts=counts, **more)
    room.share("10:00", ["SWE"])
    return room


VARIED: dict[str, Room] = {
    "another party saw it": shared_by("EST", "LVA", "POL"),
    "they saw it in another order": shared_by("LTU", "LVA", "EST"),
    "one saw more of it, another less": shared_by("EST", "LVA", "LTU", counts=(1, 4, 1)),
    "they saw it on other days of the week": shared_by("EST", "LVA", "LTU", first="2026-03-03"),
}


@pytest.mark.parametrize("other", VARIED.values(), ids=VARIED)
@pytest.mark.parametrize("audience", [("SWE",), ("SWE", "FIN"), ()], ids=str)
def test_who_saw_it_changes_no_byte_for_those_who_may_know_a_count(other: Room, audience: tuple[str, ...]) -> None:
    assert everything(other, *audience) == everything(shared_by("EST", "LVA", "LTU"), *audience)


def test_they_learn_the_count_and_the_organ_the_parties() -> None:
    room = shared_by("EST", "LVA", "LTU")
    assert list(sightings_lines(sightings(room.book.view("SWE")), "x")) == [
        f"{PEST}: somebody saw it 1 to 9 times, 2026-02-26 to 2026-03-04, as CELL tells", "Label: x",
    ]  # fmt: skip
    found = sightings(room.book.view(ORGAN))
    assert sorted(one.stamp.by for one in found.parties) == ["EST", "LTU", "LVA"]
    assert sightings(room.book.view("POL")).shared == ()


def test_fewer_than_the_policy_asks_are_not_told_of() -> None:
    room = Room()
    for hour, party in (("09:01", "EST"), ("09:02", "LVA"), ("09:03", "LVA")):
        sighting(room, hour, party)
    before = everything(room, "SWE")
    with pytest.raises(Impossible, match="nothing to tell"):
        room.share("10:00", ["SWE"])
    assert everything(room, "SWE") == before == everything(Room(), "SWE")


def test_a_form_that_says_the_same_is_not_stated_again() -> None:
    room = shared_by("EST", "LVA", "LTU")
    before = everything(room, "SWE")
    sighting(room, "11:00", "POL", 1)
    with pytest.raises(Impossible, match="nothing to tell"):
        room.share("12:00", ["SWE"])
    assert everything(room, "SWE") == before


REFUSED: dict[str, dict[str, list[str]]] = {
    "one lets itself be named to the organ alone": {"share_with": []},
    "one lets it be told to others": {"share_with": ["FIN"]},
}


@pytest.mark.parametrize("more", REFUSED.values(), ids=REFUSED)
def test_a_party_that_does_not_let_it_be_told_is_not_counted(more: dict[str, list[str]]) -> None:
    room = Room()
    sighting(room, "09:01", "EST")
    sighting(room, "09:02", "LVA")
    sighting(room, "09:03", "LTU", 2, **more)
    with pytest.raises(Impossible, match="nothing to tell"):
        room.share("10:00", ["SWE"])


def test_a_party_that_may_be_counted_is_not_told_as_of_a_group() -> None:
    room = Room()
    three(room, "EST", "LVA", "LTU", share_with=["SWE"])
    with pytest.raises(Impossible, match="nothing to tell"):
        room.share("10:00", ["SWE"], GROUP)
    three(room, "EST", "LVA", "LTU", anonymity="group", counts=(20, 20, 20))
    room.share("11:00", ["SWE"], GROUP)
    (told,) = room.facts("SWE").of(Shared)
    assert (told.group, told.least, told.most) == (GROUP, 10, 99)


def test_whoever_is_told_is_not_counted_for_he_could_take_his_own_off() -> None:
    room = Room()
    three(room, "EST", "LVA", "LTU", share_with=["SWE", "EST"])
    with pytest.raises(Impossible, match="nothing to tell"):
        room.share("10:00", ["EST"])
    with pytest.raises(Impossible, match="nothing to tell"):
        room.share("10:00", ["SWE", "EST"])
    assert room.share("10:00", ["SWE"])
    sighting(room, "10:30", "POL", 90, share_with=["EST"])
    room.share("11:00", ["EST"])
    (told,) = room.facts("EST").of(Shared)
    assert (told.least, told.most) == (10, 99)


def test_a_group_is_told_of_its_members_alone() -> None:
    room = Room()
    for hour, party in (("09:01", "EST"), ("09:02", "LVA"), ("09:03", "SWE")):
        sighting(room, hour, party, anonymity="group", share_with=["FIN"])
    room.now = room.at("10:00")
    assert room.share("10:00", ["FIN"], GROUP)  # three members of 2026
    room = Room()
    for hour, party in (("09:01", "EST"), ("09:02", "LVA"), ("09:03", ORGAN)):
        sighting(room, hour, party, anonymity="group", share_with=["FIN"])
    with pytest.raises(Impossible, match="nothing to tell"):
        room.share("10:00", ["FIN"], GROUP)


def test_an_organ_asks_for_more_than_the_usual_policy_and_never_for_less() -> None:
    room = Room()
    strict = {"minimum_parties": 5, "counts_from": [1, 100], "period_days": 10}
    room.say("08:30", ORGAN, "sighting-policy", **strict)
    found = policy(ORGAN, room.facts(ORGAN))
    assert (found.minimum_parties, found.counts_from, found.period_days) == (5, (1, 100), 14)
    lax = {"minimum_parties": 2, "counts_from": [1, 2, 3, 4, 10], "period_days": 1}
    room.say("08:40", ORGAN, "sighting-policy", **lax)
    found = policy(ORGAN, room.facts(ORGAN))
    assert (found.minimum_parties, found.counts_from, found.period_days) == (3, (1, 10), 7)
    assert policy("EST", room.facts(ORGAN)).minimum_parties == 3


def test_a_sighting_is_read_as_it_was_stated() -> None:
    room = Room()
    sighting(room, "09:00", "EST", 7, anonymity="party")
    (found,) = room.facts("EST").of(Sighting)
    assert (found.of, found.count, found.anonymity, found.stamp.by) == (PEST, 7, Anonymity.PARTY, "EST")
    assert room.facts("LVA").of(Sighting) == ()


FAULTS = {
    "no count": {"count": None}, "nothing seen": {"count": 0}, "an end before the beginning": {"last": "2026-03-01"},
    "a form nobody knows": {"anonymity": "none"}, "a slip of the pen": {"shared_with": ["SWE"]},
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_what_cannot_be_read_is_refused(fault: dict[str, object]) -> None:
    body = {"of": PEST, "count": 1, "first": "2026-03-02", "last": "2026-03-04", "anonymity": "count", **fault}
    with pytest.raises(Malformed):
        read("sighting", {name: one for name, one in body.items() if one is not None}, Stamp("0" * 64, "EST", 0, 0))


AHEAD = {
    "now": ("2026-03-10T09:00Z", True),
    "as far ahead as clocks differ": ("2026-03-10T09:05Z", True),
    "farther": ("2026-03-10T09:05:01Z", False),
    "a day that has not begun anywhere": ("2026-03-11", False),
}


@pytest.mark.parametrize(("first", "taken"), AHEAD.values(), ids=AHEAD)
def test_nothing_is_seen_before_it_happens(first: str, taken: bool) -> None:
    room = Room()
    if taken:
        assert sighting(room, "09:00", "EST", first=first, last=first)
    else:
        with pytest.raises(Malformed, match=f"{first} lies ahead") as refused:
            sighting(room, "09:00", "EST", first=first, last=first)
        assert refused.value.field == "sighting.first"


def test_a_day_has_begun_where_its_observer_is() -> None:
    assert sighting(Room(), "10:00", "EST", first="2026-03-11", last="2026-03-11")
