"""Groups over time beside what the organisations themselves publish about their size and composition."""

from __future__ import annotations

from collections import Counter

import pytest

from comity.casebook.book import casebook
from comity.casebook.consents import memberships
from comity.values.fact import Member
from comity.values.instant import instant
from comity.values.truth import Truth

BOOK = casebook()


def members(group: str, on: str) -> set[str]:
    """Who certainly is a member on a day."""
    return {party for party, valid in BOOK.groups[group] if valid.holds(instant(on)) is Truth.TRUE}


GROWTH = {
    1945: 51, 1946: 55, 1947: 57, 1948: 58, 1949: 59, 1950: 60, 1955: 76, 1956: 80, 1957: 82, 1958: 82, 1960: 99,
    1961: 104, 1962: 110, 1964: 115, 1965: 117, 1966: 122, 1967: 123, 1968: 126, 1970: 127, 1971: 132, 1973: 135,
    1974: 138, 1975: 144, 1976: 147, 1977: 149, 1978: 151, 1979: 152, 1980: 154, 1981: 157, 1983: 158, 1984: 159,
    1990: 159, 1991: 166, 1992: 179, 1993: 184, 1994: 185, 1999: 188, 2000: 189, 2002: 191, 2006: 192, 2011: 193,
}  # fmt: skip
"""Members at the end of a year: United Nations, Growth in United Nations membership."""


@pytest.mark.parametrize("year", GROWTH)
def test_the_united_nations_grow_as_they_say(year: int) -> None:
    assert len(members("UN", f"{year}-12-31")) == GROWTH[year]


def test_states_that_are_no_members_today_are_the_known_ones() -> None:
    today = {code for code, party in BOOK.register.items() if party.valid.holds(instant("2026-01-01")) is Truth.TRUE}
    outside = (today & BOOK.states) - members("UN", "2026-01-01")
    assert outside == {"COK", "ESH", "NIU", "PSE", "TWN", "VAT", "XKX"}


COUNCIL = {
    "the invasion of the South of Korea": ("1950-06-25", {"CUB", "ECU", "EGY", "IND", "NOR", "YUG"}),
    "Suez and Hungary": ("1956-10-31", {"AUS", "BEL", "CUB", "IRN", "PER", "YUG"}),
    "missiles in Cuba": ("1962-10-23", {"CHL", "EGY", "GHA", "IRL", "ROU", "VEN"}),
    "war in the Middle East": ("1973-10-06", {"AUS", "AUT", "GIN", "IDN", "IND", "KEN", "PAN", "PER", "SDN", "YUG"}),
    "the South Atlantic": ("1982-04-03", {"ESP", "GUY", "IRL", "JOR", "JPN", "PAN", "POL", "TGO", "UGA", "COD"}),
    "Kuwait, after the Yemens became one": (
        "1990-08-02",
        {"CAN", "CIV", "COD", "COL", "CUB", "ETH", "FIN", "MYS", "ROU", "YEM"},
    ),
    "11 September 2001": ("2001-09-12", {"BGD", "COL", "IRL", "JAM", "MLI", "MUS", "NOR", "SGP", "TUN", "UKR"}),
    "Ukraine": ("2022-02-25", {"ALB", "ARE", "BRA", "GAB", "GHA", "IND", "IRL", "KEN", "MEX", "NOR"}),
    "today": ("2026-11-26", {"BHR", "COD", "COL", "DNK", "GRC", "LBR", "LVA", "PAK", "PAN", "SOM"}),
    "the coming year": ("2027-06-01", {"AUT", "BHR", "COD", "COL", "KGZ", "LBR", "LVA", "PRT", "TTO", "ZWE"}),
}


@pytest.mark.parametrize("case", COUNCIL.values(), ids=COUNCIL)
def test_the_elected_members_sat_when_the_council_met(case: tuple[str, set[str]]) -> None:
    on, elected = case
    assert members("UNSC-ELECTED", on) == elected


YEARS = {"JPN": 24, "BRA": 22, "ARG": 18, "COL": 16, "IND": 16, "PAK": 16, "ITA": 13, "PAN": 12}
"""Years on the Council, terms to the end of 2028 counted in full; Italy shared a term."""


def test_years_on_the_council_are_those_that_the_states_count() -> None:
    sat = Counter(party for year in range(1946, 2029) for party in members("UNSC-ELECTED", f"{year}-06-01"))
    assert {party: sat[party] for party in YEARS} == YEARS


def test_no_elected_member_follows_itself() -> None:
    for year in range(1946, 2028):
        leaving = members("UNSC-ELECTED", f"{year}-12-31") - members("UNSC-ELECTED", f"{year + 1}-01-08")
        again = members("UNSC-ELECTED", f"{year}-12-31") & members("UNSC-ELECTED", f"{year + 1}-01-08")
        ended = {
            party for party, valid in BOOK.groups["UNSC-ELECTED"] if valid.end.latest == instant(f"{year + 1}-01-01")
        }
        assert leaving == ended
        assert again.isdisjoint(ended)


def test_a_membership_keeps_its_name_whatever_rows_are_added() -> None:
    names = {
        fact.id: fact.valid for fact in memberships() if isinstance(fact.body, Member) and fact.body.party == "SYR"
    }
    assert [name for name in names if name.startswith("member-UN-")] == ["member-UN-SYR-1", "member-UN-SYR-2"]
    assert len({fact.id for fact in memberships()}) == len(memberships())
