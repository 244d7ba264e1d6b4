"""The casebook's registers beside data sets that others compiled: equal, or different for a reason that stands here.

The data lie beside the repository and are not part of it (research use with citation); without them these tests are
skipped. A difference is told as (code: reason); one that no longer differs fails too, so that the list stays true.
"""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import acos, cos, radians, sin
from pathlib import Path

import pytest

from comity.casebook.book import casebook
from comity.values.instant import NEVER, Instant, Ragged, instant, ragged_date
from comity.values.period import Period
from comity.values.truth import Truth

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the data of others lie not beside this repository")
BOOK = casebook()
YEAR = instant("1971-01-01") - instant("1970-01-01")


def rows(name: str, delimiter: str = ",") -> Iterator[dict[str, str]]:
    """The rows of a data set."""
    held = (DATA / name).read_bytes()
    text = (gzip.decompress(held) if name.endswith(".gz") else held).decode("utf-8")
    yield from csv.DictReader(text.splitlines(), delimiter=delimiter)


def members(group: str, on: str) -> set[str]:
    """Who certainly is a member on a day."""
    return {party for party, valid in BOOK.groups[group] if valid.holds(instant(on)) is Truth.TRUE}


def spells(group: str, party: str) -> list[Period]:
    return [valid for member, valid in BOOK.groups[group] if member == party]


# --- codes

CODES_OF_COW = {"260": "DEU", "265": "DDR", "315": "CSK", "345": "YUG", "678": "YEM", "679": "YEM", "680": "YMD"}


def codes_by_cow() -> dict[str, str]:
    """ISO codes by the numbers of the Correlates of War."""
    listed = [row for row in rows("countrycode_codelist.csv.gz") if row["iso3c"] and row["cown"]]
    return {**{str(int(float(row["cown"]))): row["iso3c"] for row in listed}, **CODES_OF_COW}


def test_codes_and_numbers_are_those_of_iso_3166() -> None:
    iso = {row["ISO3166-1-Alpha-3"]: row["ISO3166-1-numeric"] for row in rows("country_codes_datahub.csv.gz")}
    current = {party.code: party.number for party in BOOK.register.values() if party.code in iso}
    assert current == {code: f"{int(iso[code]):03d}" for code in current}
    others = {party.code for party in BOOK.register.values() if party.kind == "state"} - set(iso)
    assert others == {"CSK", "DDR", "EAZ", "SCG", "SUN", "VDR", "XKX", "YMD", "YUG"}  # ended, or user-assigned


def test_every_state_of_the_lists_is_a_party() -> None:
    states = {
        row["ISO3166-1-Alpha-3"]
        for row in rows("country_codes_datahub.csv.gz")
        if row["is_independent"] in {"Yes", "In contention", "Associated with NZ"}
    }
    assert len(states) > 195
    assert states <= BOOK.states


# --- states

EARLIER = "declared before most recognised it"
ADMITTED = "the other list counts from admission to the United Nations"
STATES_BEGIN_OTHERWISE = {
    **dict.fromkeys(("ARM", "AZE", "BLR", "GEO", "KAZ", "KGZ", "MDA", "TJK", "TKM", "UKR", "UZB"), EARLIER),
    **dict.fromkeys(("BGD", "BIH", "HRV", "IDN", "MKD", "SVN", "MNE"), EARLIER),
    **dict.fromkeys(("FSM", "KIR", "MHL", "NRU", "PLW", "TLS", "TON", "TUV", "VUT", "WSM"), ADMITTED),
    "COM": "the other list counts from the end of 1975",
    "JOR": "independence day for the day of the treaty",
    "KOR": "proclaimed; the other list counts from the end of the occupation",
    "LAO": "within the French Union; the other list counts full independence",
    "MLI": "after the Mali Federation; the other list counts the federation in",
    "NER": "3 August; the other list has 3 October",
    "CHN": "the People's Republic; the other list sees one China",
    "DEU": "the Federal Republic; the other list has it under a number of its own until 1990",
    "RUS": "the other list counts the Soviet Union as Russia",
    "YEM": "the other list counts the two Yemens apart",
    "VNM": "the other list counts the North as Vietnam",
    "ZWE": "recognised; the other list counts from the declaration of 1965",
    "SYR": "one state with Egypt for a time; the other list lets it begin again in 1961",
    **dict.fromkeys(("AND", "LIE", "MCO", "SMR", "BTN"), ADMITTED),
    **dict.fromkeys(("EST", "LTU", "LVA", "JPN", "AUT", "OMN", "LBN", "TWN"), "older; the other list breaks it off"),
    **dict.fromkeys(("BEL", "NLD", "DNK", "NOR", "POL"), "older; the other list leaves the occupation out"),
}


def begun() -> dict[str, str]:
    """When the Correlates of War let a state begin for the last time, since 1945."""
    codes = codes_by_cow()
    found: dict[str, str] = {}
    for row in rows("cow_states2016.csv.gz"):
        if (code := codes.get(row["ccode"])) is not None and row["ccode"] not in CODES_OF_COW:
            found[code] = f"{row['styear']}-{int(row['stmonth']):02d}-{int(row['stday']):02d}"
    return {code: day for code, day in found.items() if day >= "1945"}


def test_states_begin_when_the_correlates_of_war_let_them() -> None:
    ours = {row["code"]: row["from"] for row in BOOK.rows("parties.csv")}
    different = {code for code, day in begun().items() if ours[code] != day}
    assert different - set(STATES_BEGIN_OTHERWISE) == set()
    assert {code for code in STATES_BEGIN_OTHERWISE if code in begun()} - different == set()


def kilometres(one: tuple[float, float], other: tuple[float, float]) -> float:
    (a, b), (c, d) = ((radians(x), radians(y)) for x, y in (one, other))
    return 6371 * acos(min(1.0, sin(a) * sin(c) + cos(a) * cos(c) * cos(b - d)))


FAR = {"RUS-SIBERIA": "Siberia", "USA-ALASKA": "Alaska", "CAN-MAIN": "the middle of Canada"}


def test_the_mainland_of_a_state_lies_near_its_capital() -> None:
    codes, capitals = codes_by_cow(), dict[str, list[tuple[float, float]]]()
    for row in rows("cow_capitals.csv.gz"):
        capitals.setdefault(codes.get(row["ccode"], ""), []).append((float(row["lat"]), float(row["lng"])))
    main = [
        (row, capitals.get(row["part_of"])) for row in BOOK.rows("territories.csv") if row["kind"] == "metropolitan"
    ]
    near = {
        row["code"]: min(kilometres((float(row["lat"]), float(row["lon"])), capital) for capital in found)
        for row, found in main
        if found
    }
    assert len(near) > 180
    assert {code for code, distance in near.items() if distance > 2000} == set(FAR)


# --- the Alliance, the Union and others, as of the middle of 2024


def test_accessions_to_the_alliance_are_equal() -> None:
    theirs = {row["party"]: row["in_force_for_party"] for row in rows("nato_accessions.csv")}
    assert {party: instant(day) for party, day in theirs.items()} == {
        party: valid.start.earliest for party, valid in BOOK.groups["NATO"]
    }


FLAGS = {
    "NATO": ("nato", {}),
    "EU": ("eu", {}),
    "ASEAN": ("asean", {}),
    "SCO": ("sco", {}),
    "AU": ("african_union", {"ESH": "no state on the other list"}),
    "ARAB-LEAGUE": ("arab_league", {"PSE": "no state on the other list"}),
}


@pytest.mark.parametrize("group", FLAGS)
def test_members_in_the_middle_of_2024_are_those_of_the_flags(group: str) -> None:
    column, differences = FLAGS[group]
    theirs = {row["iso3"] for row in rows("group_membership.csv") if row[column] == "True"}
    assert len(theirs) >= 9
    assert members(group, "2024-06-01") ^ theirs == set(differences)


# --- the United Nations

CONTINUED = {
    "CHN": "1945 there, for the seat; here from the day the People's Republic took it",
    "RUS": "1945 there; here the Soviet Union until it was continued",
    "SRB": "2000 there; here Yugoslavia, then Serbia and Montenegro, until it was continued",
}


def test_years_of_admission_to_the_united_nations_are_equal() -> None:
    listed = rows("country_converter_country_data.tsv", "\t")
    theirs = {row["ISO3"]: int(row["UNmember"]) for row in listed if row["UNmember"]}
    ours = {code: min(valid.start.earliest for valid in spells("UN", code)) for code in theirs}
    assert len(theirs) == 193
    different = {code for code, year in theirs.items() if not in_year(ours[code], year)}
    assert different == set(CONTINUED)


def in_year(day: Instant, year: int) -> bool:
    return instant(f"{year}-01-01") <= day < instant(f"{year + 1}-01-01")


VOTED_AS = {"260": "DEU", "255": "DEU", "678": "YEM", "679": "YEM", "680": "YMD"}


def voters() -> Iterator[tuple[str, int]]:
    """Who voted in a session of the General Assembly that opened in a year."""
    for row in rows("unga_ideal_points_apr2020.csv.gz"):
        yield VOTED_AS.get(row["ccode"], row["iso3c"]), int(row["session"]) + 1945


def successors(code: str) -> tuple[str, ...]:
    """The other list writes a state under one code, whatever became of it."""
    return {"RUS": ("RUS", "SUN"), "YUG": ("YUG", "SCG", "SRB")}.get(code, (code,))


def test_who_voted_in_the_general_assembly_was_a_member_while_it_sat() -> None:
    sessions = list(voters())
    assert len(sessions) > 10_000
    for code, year in sessions:
        sat = Period(Ragged(*2 * (instant(f"{year}-01-01"),)), Ragged(*2 * (instant(f"{year + 1}-10-01"),)))
        found = [valid for name in successors(code) for valid in spells("UN", name)]
        assert any(
            valid.start.earliest < sat.end.latest and sat.start.earliest < valid.end.latest for valid in found
        ), f"{code} voted in {year}"


def test_who_was_away_did_not_vote() -> None:
    voted = set(voters())
    assert not voted & {
        ("SYR", 1959),
        ("SYR", 1960),
        ("IDN", 1965),
        ("TWN", 1972),
        *(("YUG", y) for y in range(1993, 2000)),
    }


# --- alliances, as ATOP 5.1 has them: it dates members by signature, and ends in 2018


@dataclass(frozen=True, slots=True)
class Alliance:
    """An alliance of ATOP, and where we differ: members, ends, and beginnings."""

    atop: str
    members: Mapping[str, str]
    ends: Mapping[str, str]
    begins: Mapping[str, str]


UNRATIFIED = "signed long before it ratified"
LASTING = "suspended from the League, which the Treaty does not know"
NEVER_LEFT = "left the Organization; never denounced the Treaty, which remains"
LATE = "joined after the other list ends"
ALLIANCES = {
    "NATO": Alliance("3180", dict.fromkeys(("MKD", "FIN", "SWE"), LATE), {}, {}),
    "BRUSSELS": Alliance("3130", {}, {}, {}),
    "MANILA": Alliance(
        "3260",
        {},
        {**dict.fromkeys(("AUS", "FRA", "GBR", "NZL", "PHL"), NEVER_LEFT), "PAK": "a year after its notice of 1972"},
        {},
    ),
    "RIO": Alliance(
        "3075",
        {},
        {
            "CUB": "two years after its notice of 29 March 1960; elsewhere, when its government was excluded",
        },
        {"GTM": UNRATIFIED},
    ),
    "CST": Alliance("4220", {}, {"UZB": "its suspension was agreed to on 19 December 2012"}, {}),
    "ARAB-JDC": Alliance("3205", {}, {"SYR": LASTING}, {}),
    "ARAB-LEAGUE": Alliance("3015", {"PSE": "no state on the other list"}, {"SYR": "took its seat again in 2023"}, {}),
    "AU-PACT": Alliance("5055", {}, {}, {}),
    "ECOWAS-PACT": Alliance(
        "3895",
        {
            "CPV": "counted by the Community, not by the other list",
            "MLI": "counted by the Community, not by the other list",
        },
        {"BFA": LATE, "NER": LATE},
        {},
    ),
    "TAC": Alliance(
        "3755",
        {
            **dict.fromkeys(("ARG", "IRN", "PER", "BHR", "DEU", "COL", "CUB", "ZAF", "DNK", "GRC", "NLD", "OMN"), LATE),
            **dict.fromkeys(("QAT", "ARE", "UKR", "SAU", "SRB", "PAN", "KWT", "LUX", "DZA", "URY", "FIN"), LATE),
            "EU": "no state",
        },
        {},
        {},
    ),
    "WARSAW-PACT": Alliance("3285", {}, {}, {}),
    "CENTO": Alliance("3275", {}, {}, {}),
}
"""Alliances by group; what stands in a mapping must differ, and nothing else may."""


def theirs(alliance: str) -> dict[str, list[tuple[Instant, Instant | None]]]:
    """The spells of an alliance's members, those that run on taken together."""
    codes, found = codes_by_cow(), dict[str, list[tuple[Instant, Instant | None]]]()
    soviet = alliance == ALLIANCES["WARSAW-PACT"].atop
    for row in (row for row in rows("atop51_member.csv.gz") if row["atopid"] == alliance):
        code = "SUN" if soviet and row["member"] == "365" else codes[row["member"]]
        start, end = day(row, "ent"), day(row, "exit")
        mine = found.setdefault(code, [])
        if start is not None and mine and mine[-1][1] == start:
            mine[-1] = (mine[-1][0], end)
        elif start is not None:
            mine.append((start, end))
    return found


def day(row: Mapping[str, str], which: str) -> Instant | None:
    year, month, number = (int(float(row[f"{part}{which}"])) for part in ("yr", "mo", "day"))
    return instant(f"{year}-{month:02d}-{number:02d}") if year else None


def ends_alike(valid: Period, end: Instant | None) -> bool:
    """Whether our end may be theirs; a month's slack either way, for notices and accounts that differ."""
    if end is None:
        return valid.end.latest == NEVER
    month = ragged_date("1970-01").latest + 2 * 24 * 3600 * 1_000_000
    return valid.end.earliest - month <= end <= valid.end.latest + month


@pytest.mark.parametrize("group", ALLIANCES)
def test_members_are_those_of_atop(group: str) -> None:
    other = theirs(ALLIANCES[group].atop)
    ours = {party for party, _ in BOOK.groups[group]}
    assert ours ^ set(other) == set(ALLIANCES[group].members)


@pytest.mark.parametrize("group", ALLIANCES)
def test_members_leave_when_atop_lets_them(group: str) -> None:
    other = theirs(ALLIANCES[group].atop)
    different = {
        party
        for party, valid in ((party, spells(group, party)[-1]) for party in other)
        if not ends_alike(valid, other[party][-1][1])
    }
    assert different == set(ALLIANCES[group].ends)


@pytest.mark.parametrize("group", ALLIANCES)
def test_members_join_within_three_years_of_signing_what_is_in_force(group: str) -> None:
    in_force = min(valid.start.earliest for _, valid in BOOK.groups[group])
    different = set()
    for party, signed in ((party, found[0][0]) for party, found in theirs(ALLIANCES[group].atop).items()):
        joined = spells(group, party)[0].start
        if joined.latest < signed or joined.earliest > max(signed, in_force) + 3 * YEAR:
            different.add(party)
    assert different == set(ALLIANCES[group].begins)
