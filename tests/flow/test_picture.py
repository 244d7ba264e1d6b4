"""The picture of a day: who there is, what ties whom, which ground is disputed, and what is not certain."""

from __future__ import annotations

import pytest

from comity.casebook.book import Casebook, casebook
from comity.flow import picture, ties
from comity.values.instant import instant
from tests.flow.small_casebook import small_casebook


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Casebook:
    return small_casebook(tmp_path_factory.mktemp("casebook"))


def _arcs(book: Casebook, on: str, at_most: int | None = None) -> dict[tuple[str, str], tuple[str, tuple[str, ...]]]:
    return {(arc.one, arc.two): (arc.state, arc.kinds) for arc in picture.arcs(book, instant(on), at_most=at_most)}


def test_parties_exist_for_their_time_and_a_ragged_start_leaves_it_open(book: Casebook) -> None:
    there = {party.code: party for party in picture.parties(book, instant("1960-06-01"))}
    assert "XNEW" not in there
    assert there["XOLD"].sure
    assert not there["XCC"].sure
    places = {code: party.point for code, party in there.items() if party.point is not None}
    assert places == {"XAA": (40, -100), "XBB": (36, 138), "XCC": (-25, 134), "XOLD": (56, 42)}


HELP = ("defence", "restraint")
DAYS = {
    "before the pact": ("1949-06-01", {}),
    "at its first day": ("1950-01-01", {("XAA", "XBB"): ("in force", HELP)}),
    "a ragged accession": (
        "1965-06-01",
        {("XAA", "XBB"): ("in force", HELP), **{(one, "XCC"): ("perhaps in force", HELP) for one in ("XAA", "XBB")}},
    ),
    "a second agreement, certain from the pact": (
        "1970-03-10",
        {
            ("XAA", "XBB"): ("in force", ("defence", "access", "restraint")),
            **dict.fromkeys((("XAA", "XCC"), ("XBB", "XCC")), ("in force", HELP)),
            **dict.fromkeys((("XAA", "XDD"), ("XBB", "XDD"), ("XCC", "XDD")), ("in force", HELP)),
        },
    ),
}


@pytest.mark.parametrize(("on", "expected"), DAYS.values(), ids=DAYS)
def test_arcs_of_a_day(book: Casebook, on: str, expected: dict[tuple[str, str], object]) -> None:
    assert _arcs(book, on) == expected


def test_an_arc_keeps_every_agreement_each_way(book: Casebook) -> None:
    (arc,) = (a for a in picture.arcs(book, instant("1980-01-01")) if (a.one, a.two) == ("XAA", "XBB"))
    pact, stay = arc.threads
    assert (pact.agreement, pact.there, pact.back) == ("PACT-1950", HELP, HELP)
    assert (stay.agreement, stay.there, stay.back) == ("STAY-1970", ("access",), ("access",))
    assert picture.arc_table([arc]).rows[1][2:5] == ("STAY-1970", "Agreement on Visiting Forces", "in force")


def test_what_many_share_is_a_hub_and_what_few_share_an_arc(book: Casebook) -> None:
    day = instant("1980-01-01")
    assert {hub.agreement for hub in picture.hubs(book, day, at_least=3)} == {"PACT-1950"}
    assert set(_arcs(book, "1980-01-01", at_most=2)) == {("XAA", "XBB")}
    (hub,) = picture.hubs(book, instant("1965-06-01"), kinds=["defence"])
    assert (hub.members, hub.perhaps) == (("XAA", "XBB"), ("XCC",))


def test_narrowing_by_kind_and_party_is_the_same_as_choosing_afterwards(book: Casebook) -> None:
    day = instant("1980-01-01")
    every = picture.arcs(book, day)
    assert picture.arcs(book, day, party="XCC") == tuple(a for a in every if "XCC" in (a.one, a.two))
    only = picture.arcs(book, day, kinds=["access"])
    assert [(a.one, a.two, a.kinds) for a in only] == [("XAA", "XBB", ("access",))]


def test_the_real_casebook_by_party_equals_the_whole_narrowed() -> None:
    day, party = instant("2024-01-01"), "EST"
    every = picture.arcs(casebook(), day)
    assert picture.arcs(casebook(), day, party=party) == tuple(a for a in every if party in (a.one, a.two))


def test_between_a_pair_stands_each_article_with_its_source_and_what_is_suspended(book: Casebook) -> None:
    def _told(on: str) -> list[tuple[str, str, str, str]]:
        return [(b.bound, b.agreement, b.article, b.state) for b in picture.between(book, "XAA", "XBB", instant(on))]

    assert _told("1986-01-01") == [
        ("XAA", "PACT-1950", "1", "in force"),
        ("XAA", "PACT-1950", "5", "suspended"),
        ("XAA", "STAY-1970", "3", "in force"),
        ("XBB", "PACT-1950", "1", "in force"),
        ("XBB", "PACT-1950", "5", "in force"),
        ("XBB", "STAY-1970", "2", "in force"),
        ("XBB", "STAY-1970", "3", "in force"),
    ]
    assert ("XAA", "PACT-1950", "5", "perhaps in force") in _told("1990-06-01")
    rows = picture.binding_table(picture.between(book, "XAA", "XBB", instant("1986-01-01"))).rows
    assert rows[1][8:13] == ("as it deems necessary", 30, "each Party", "XAA holds its help back.", "The text")


def test_a_duty_towards_an_organisation_that_is_no_party_ties_it(book: Casebook) -> None:
    tied = _arcs(book, "2010-01-01")
    assert tied[("XAA", "XORG")] == ("in force", ("information",))
    assert ("XNEW", "XORG") in tied


def test_a_vow_towards_nobody_ties_no_pair_and_is_still_an_agreement(book: Casebook) -> None:
    day = instant("1960-01-01")
    assert not picture.arcs(book, day, party="XDD")
    assert [hub.agreement for hub in picture.hubs(book, day, party="XDD")] == ["VOW-1955"]


KINDS = {
    "a pact": ("PACT-1950", [("restraint",), ("defence",)]),
    "terms of a stay": ("STAY-1970", [("access",), ("access",)]),
    "terms of an exchange": ("SECRETS-2001", [("information",), ("information",)]),
    "a vow": ("VOW-1955", [("restraint",)]),
    "consultation": ("DRAFT-2020", [("consultation",)]),
}


@pytest.mark.parametrize(("name", "kinds"), KINDS.values(), ids=KINDS)
def test_the_kind_of_a_tie_follows_from_duty_event_and_consents(
    book: Casebook, name: str, kinds: list[tuple[str, ...]]
) -> None:
    assert list(ties.kinds(book.agreements[name])) == kinds


def test_every_agreement_of_the_casebook_has_a_kind() -> None:
    book = casebook()
    for agreement in book.agreements.values():
        assert ties.agreement_kinds(agreement, book)


def test_groups_and_disputes_of_a_day(book: Casebook) -> None:
    (league,) = picture.groups(book, instant("1965-06-01"))
    assert (league.members, league.perhaps) == (("XAA", "XBB"), ("XCC",))
    assert not picture.groups(book, instant("1940-01-01"))
    (rock,) = picture.disputes(book, instant("1960-01-01"))
    assert [claim.party for claim in rock.claims] == ["XBB", "XCC"]
    assert len(rock.rings) == 1
    assert not picture.disputes(book, instant("2001-01-01"))
    assert [row[:2] for row in picture.dispute_table([rock]).rows] == [("The Rock", "XBB"), ("The Rock", "XCC")]


def test_whoever_has_no_point_is_named(book: Casebook) -> None:
    there = picture.parties(book, instant("1972-01-01"))
    assert picture.without_point(there, ["XAA", "XDD", "XORG"]) == ("XDD", "XORG")
    assert [row[4] for row in picture.party_table(there).rows if row[0] == "XDD"] == ["no"]
