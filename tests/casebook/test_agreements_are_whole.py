"""Every agreement of the casebook keeps to the vocabulary, and its places lie where its articles put them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

import comity
from comity.formats import yaml12
from comity.values.condition import condition

FOLDER = Path(comity.__file__).parent / "casebook" / "agreements"
FILES = sorted(FOLDER.glob("*.yaml"))
every_file = pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)

TRIGGERED = {
    "NAT-1949", "BRU-1948", "TEU-42.7", "TFEU-222", "ANZUS-1951", "USJPN-1960", "USROK-1953", "USPHL-1951",
    "MANILA-1954", "RIO-1947", "CST-1992", "PRCDPRK-1961", "RUSDPRK-2024", "FPDA-1971", "AACHEN-2019", "FRAGRC-2021",
    "GBRDEU-2025", "AUSPNG-2025", "SAUPAK-2025", "ARAB-1950", "AU-2005", "ECOWAS-1981", "BUDAPEST-1994",
    "GBRUKR-2024", "USAUKR-2024", "RUSCHN-2001", "TAC-1976", "PANAMA-1977",
}  # fmt: skip
WITHOUT_AN_EVENT = {"TAC-1976"}  # refraining and settling disputes only

AGREEMENT_KEYS = {
    "id", "name", "kind", "text", "signed", "in_force", "status", "depositary", "parties", "source", "grade", "verify",
    "notes", "claims", "places", "clauses", "reservations", "suspensions", "exclusivity", "duration", "exit",
    "survives", "supersedes",
}  # fmt: skip
CLAUSE_KEYS = {
    "article", "duty", "says", "strength", "bound", "toward", "trigger", "determined_by", "processes", "qualifies",
    "readings", "from", "until", "source", "grade", "verify", "for", "facts",
}  # fmt: skip
DUTIES = {"defend", "assist", "act", "consult", "notify", "admit", "refrain", "assure", "cooperate", "unknown"}
KINDS = {
    "armed-attack", "cyber-attack", "sabotage", "threat", "coercion", "coup", "unrest", "intervention-request",
    "treaty-breach", "terrorist-attack", "disaster",
}  # fmt: skip
TARGETS = {"territory", "forces", "vessel", "aircraft", "space-asset", "infrastructure", "citizens"}
TRIGGER_KEYS = {"kinds", "victim", "attacker", "targets", "place", "when", "by_administration"}
ORDERS = {None, 3, 5, 10, 15, 20, 30, 40, 50, 60}
SHAPES = {"polygon", "box", "territories", "parts_of", "north_of", "south_of", "west_of", "east_of"}
DATE = re.compile(r"\d{4}(-\d{2}){0,2}")


def read(file: Path) -> dict[str, Any]:
    loaded: Any = yaml12.load(file.read_text(encoding="utf-8"), file.name)
    return dict(loaded)


def clauses(file: Path) -> list[dict[str, Any]]:
    return list(read(file).get("clauses", []))


def shapes(shape: Any) -> Iterator[dict[str, Any]]:
    """Yield every plain shape below a shape."""
    if isinstance(shape, list):
        for part in shape:
            yield from shapes(part)
    elif any(word in shape for word in ("any", "all", "not")):
        for word in ("any", "all", "not"):
            if word in shape:
                yield from shapes(shape[word])
    else:
        yield shape


def inside(lat: float, lon: float, polygon: list[list[Any]]) -> bool:
    """Whether a point lies in a polygon whose sides take the shorter way round, by counting crossings."""
    lons = [float(polygon[0][1])]
    for _, raw in polygon[1:]:
        lons.append(lons[-1] + (float(raw) - lons[-1] + 180) % 360 - 180)
    lats = [float(vertex[0]) for vertex in polygon]
    for turned in (lon - 360, lon, lon + 360):
        crossed = False
        for here in range(len(lats)):
            before = here - 1
            if (lats[here] > lat) != (lats[before] > lat):
                share = (lat - lats[here]) / (lats[before] - lats[here])
                crossed ^= turned < lons[here] + share * (lons[before] - lons[here])
        if crossed:
            return True
    return False


def covers(shape: Any, lat: float, lon: float, on: str) -> str:
    """Whether a place takes in a point on a day: yes, no, or doubtful."""
    if isinstance(shape, list):
        return covers({"any": shape}, lat, lon, on)
    if str(shape.get("from") or "") > on or (shape.get("until") and str(shape["until"]) <= on):
        return "no"
    if "any" in shape:
        answers = {covers(part, lat, lon, on) for part in shape["any"]}
        return next((answer for answer in ("yes", "doubtful") if answer in answers), "no")
    if "all" in shape:
        answers = {covers(part, lat, lon, on) for part in shape["all"]}
        return next((answer for answer in ("no", "doubtful") if answer in answers), "yes")
    if "not" in shape:
        return {"yes": "no", "no": "yes", "doubtful": "doubtful"}[covers(shape["not"], lat, lon, on)]
    if "polygon" in shape:
        hit = inside(lat, lon, shape["polygon"])
    elif "box" in shape:
        south, west, north, east = (float(side) for side in shape["box"])
        hit = south <= lat <= north and west <= lon <= east
    else:
        hit = False  # a territory's parts are not a matter of geometry
    return ("doubtful" if "finding" in shape else "yes") if hit else "no"


def test_every_instrument_with_a_trigger_is_there() -> None:
    assert {file.stem for file in FILES} >= TRIGGERED
    for name in TRIGGERED - WITHOUT_AN_EVENT:
        assert any("trigger" in clause for clause in clauses(FOLDER / f"{name}.yaml")), name


@every_file
def test_file_is_yaml_and_names_itself(file: Path) -> None:
    assert isinstance(yaml.safe_load(file.read_text(encoding="utf-8")), dict)
    agreement = read(file)
    assert agreement["id"] == file.stem
    assert set(agreement) <= AGREEMENT_KEYS
    assert agreement["parties"]
    assert all(("party" in entry) != ("group" in entry) for entry in agreement["parties"])
    assert {"from", "until"} >= set(agreement["in_force"])


@every_file
def test_everything_has_a_source_and_a_grade(file: Path) -> None:
    agreement = read(file)
    assert str(agreement["source"]).strip()
    assert agreement["grade"] in {"A", "B", "C"}
    parts = [*agreement["clauses"], *agreement["parties"], *(agreement.get("reservations") or [])]
    parts += [*(agreement.get("suspensions") or []), agreement.get("exit") or {}, agreement.get("duration") or {}]
    for part in parts:
        assert part.get("grade", "A") in {"A", "B", "C"}
        assert part.get("verify", False) in {True, False}
    for claim in agreement.get("claims") or []:
        assert {"about", "value", "by", "source"} <= set(claim)


@every_file
def test_dates_are_ragged_dates(file: Path) -> None:
    agreement = read(file)
    dated = [agreement["in_force"], *agreement["parties"], *agreement["clauses"]]
    dated += [*(agreement.get("suspensions") or [])]
    for clause in agreement["clauses"]:
        dated += [*(clause.get("qualifies") or []), *(clause.get("readings") or [])]
    for place in (agreement.get("places") or {}).values():
        dated += list(shapes(place))
    for part in dated:
        for name in ("from", "until", "on"):
            if part.get(name) is not None:
                assert DATE.fullmatch(str(part[name])), (name, part[name])
        start, end = part.get("from"), part.get("until")
        assert start is None or end is None or str(start) < str(end)
        assert not isinstance(start, date) or start <= date(2026, 11, 23)


@every_file
def test_clauses_keep_to_the_vocabulary(file: Path) -> None:
    for clause in clauses(file):
        where = clause.get("article")
        assert set(clause) <= CLAUSE_KEYS, where
        assert str(where).strip(), clause
        assert str(clause["says"]).strip(), where
        assert clause["duty"] in DUTIES, where
        assert clause["strength"]["order"] in ORDERS, where
        assert clause["strength"]["words"], where
        assert clause["strength"]["read_by"], where
        assert clause["bound"], where
        assert clause["toward"] is not None, where
        for qualified in clause.get("qualifies") or []:
            assert {"party", "says", "source"} <= set(qualified), where
        for reading in clause.get("readings") or []:
            assert {"by", "on", "says", "source"} <= set(reading), where


@every_file
def test_triggers_keep_to_the_vocabulary(file: Path) -> None:
    places = read(file).get("places") or {}
    for clause in clauses(file):
        trigger = clause.get("trigger")
        if trigger is None:
            continue
        where = clause["article"]
        assert set(trigger) <= TRIGGER_KEYS, where
        assert set(trigger["kinds"]) <= KINDS, where
        assert set(trigger["kinds"].values()) <= {"yes", "no", "finding"}, where
        assert trigger["victim"] in ("parties", "any") or isinstance(trigger["victim"], list), where
        assert trigger["attacker"] in ("any", "state", "outsiders") or isinstance(trigger["attacker"], list), where
        assert not {"targets", "place"} <= set(trigger), where
        assert trigger.get("place", next(iter(places), None)) in {*places, None}, where
        assert set(trigger.get("targets") or {}) <= TARGETS, where
        for target in (trigger.get("targets") or {}).values():
            assert isinstance(target, str) or set(target) <= {"place", "in_territory"}, where
            assert target in ("yes", "no", "finding") if isinstance(target, str) else target["place"] in places, where
        assert clause.get("determined_by"), where
        if "when" in trigger:
            condition(trigger["when"])


@every_file
def test_articles_are_named_once_and_exceptions_name_them(file: Path) -> None:
    agreement = read(file)
    articles = [clause["article"] for clause in agreement["clauses"] if "trigger" in clause]
    assert len(articles) == len(set(articles))
    for reservation in agreement.get("reservations") or []:
        assert set(reservation["articles"]) <= set(articles)
        assert reservation["says"]
        condition(reservation["when"])
    for suspension in agreement.get("suspensions") or []:
        assert {"bound", "toward"} & set(suspension)
        assert suspension["says"]


@every_file
def test_places_are_drawn(file: Path) -> None:
    for name, place in (read(file).get("places") or {}).items():
        for shape in shapes(place):
            assert len(SHAPES & set(shape)) == 1, name
            assert set(shape) <= SHAPES | {"name", "from", "until", "finding"}, name
            for lat, lon in shape.get("polygon", []):
                assert -90 <= lat <= 90, name
                assert -180 <= lon <= 180, name
            if "box" in shape:
                south, west, north, east = shape["box"]
                assert -90 <= south < north <= 90, name
                assert -180 <= west < east <= 180, name


WHERE: list[tuple[str, str, str, float, float, str, str]] = [
    # agreement, place, what is there, latitude, longitude, day, answer
    ("NAT-1949", "treaty-area", "Tallinn", 59.44, 24.75, "2010-01-01", "yes"),
    ("NAT-1949", "treaty-area", "Narva", 59.38, 28.19, "2010-01-01", "yes"),
    ("NAT-1949", "treaty-area", "New York", 40.7, -74, "2001-09-11", "yes"),
    ("NAT-1949", "treaty-area", "Anchorage", 61.2, -149.9, "2001-09-11", "yes"),
    ("NAT-1949", "treaty-area", "Las Palmas", 28.1, -15.4, "1990-01-01", "yes"),
    ("NAT-1949", "treaty-area", "Funchal", 32.65, -16.9, "1990-01-01", "yes"),
    ("NAT-1949", "treaty-area", "Ponta Delgada", 37.74, -25.67, "1990-01-01", "yes"),
    ("NAT-1949", "treaty-area", "Hamilton, Bermuda", 32.3, -64.78, "1990-01-01", "yes"),
    ("NAT-1949", "treaty-area", "Nuuk", 64.18, -51.7, "2025-01-01", "yes"),
    ("NAT-1949", "treaty-area", "Longyearbyen", 78.2, 15.6, "1990-01-01", "yes"),
    ("NAT-1949", "treaty-area", "Saint-Pierre", 46.78, -56.18, "1990-01-01", "yes"),
    ("NAT-1949", "treaty-area", "Heraklion", 35.34, 25.13, "1990-01-01", "yes"),
    ("NAT-1949", "treaty-area", "Lampedusa", 35.5, 12.6, "1990-01-01", "yes"),
    ("NAT-1949", "treaty-area", "Gibraltar", 36.14, -5.35, "1990-01-01", "yes"),
    ("NAT-1949", "treaty-area", "Ankara", 39.93, 32.85, "1953-01-01", "yes"),
    ("NAT-1949", "treaty-area", "Hakkari", 37.57, 43.74, "1990-01-01", "yes"),
    ("NAT-1949", "treaty-area", "Ankara, before the Protocol", 39.93, 32.85, "1951-01-01", "no"),
    ("NAT-1949", "treaty-area", "Algiers", 36.75, 3.06, "1955-01-01", "yes"),
    ("NAT-1949", "treaty-area", "Algiers, independent", 36.75, 3.06, "1963-01-01", "no"),
    ("NAT-1949", "treaty-area", "Ceuta", 35.889, -5.32, "1990-01-01", "no"),
    ("NAT-1949", "treaty-area", "Melilla", 35.29, -2.94, "1990-01-01", "no"),
    ("NAT-1949", "treaty-area", "Perejil", 35.914, -5.418, "2002-07-11", "no"),
    ("NAT-1949", "treaty-area", "Honolulu", 21.3, -157.86, "1990-01-01", "no"),
    ("NAT-1949", "treaty-area", "Midway", 28.2, -177.37, "1990-01-01", "no"),
    ("NAT-1949", "treaty-area", "Guam", 13.45, 144.78, "1990-01-01", "no"),
    ("NAT-1949", "treaty-area", "San Juan, Puerto Rico", 18.4, -66.1, "1990-01-01", "no"),
    ("NAT-1949", "treaty-area", "Stanley", -51.7, -57.85, "1982-04-02", "no"),
    ("NAT-1949", "treaty-area", "Saint-Denis, Réunion", -20.9, 55.45, "1990-01-01", "no"),
    ("NAT-1949", "treaty-area", "Cayenne", 4.92, -52.3, "1990-01-01", "no"),
    ("NAT-1949", "treaty-area", "Akrotiri", 34.59, 32.98, "2020-01-01", "doubtful"),
    ("NAT-1949", "forces-area", "off Latakia", 35.8, 35.5, "2012-06-22", "yes"),
    ("NAT-1949", "forces-area", "mid Atlantic", 40, -40, "1960-01-01", "yes"),
    ("NAT-1949", "forces-area", "Baltic Sea", 57, 19, "2024-01-01", "yes"),
    ("NAT-1949", "forces-area", "Mediterranean, before the Protocol", 35, 18, "1951-01-01", "no"),
    ("NAT-1949", "forces-area", "Mediterranean", 35, 18, "1960-01-01", "yes"),
    ("NAT-1949", "forces-area", "South Atlantic", -53, -58, "1982-05-04", "no"),
    ("NAT-1949", "forces-area", "Ceuta", 35.889, -5.32, "1990-01-01", "no"),
    ("NAT-1949", "forces-area", "Kyiv", 50.45, 30.5, "2024-01-01", "no"),
    ("NAT-1949", "forces-area", "Pristina", 42.66, 21.16, "2010-01-01", "no"),
    ("NAT-1949", "forces-area", "Idlib", 35.93, 36.63, "2020-02-27", "no"),
    ("NAT-1949", "forces-area", "Tallinn", 59.44, 24.75, "2024-01-01", "yes"),
    ("NAT-1949", "forces-area", "Rovaniemi, before", 66.5, 25.7, "2022-01-01", "no"),
    ("NAT-1949", "forces-area", "Rovaniemi", 66.5, 25.7, "2024-01-01", "yes"),
    ("NAT-1949", "forces-area", "Black Sea", 43.3, 32, "2024-01-01", "doubtful"),
    ("BRU-1948", "europe", "Paris", 48.85, 2.35, "1990-01-01", "yes"),
    ("BRU-1948", "europe", "Hong Kong", 22.3, 114.2, "1990-01-01", "no"),
    ("ANZUS-1951", "metropolitan-or-island", "Honolulu", 21.3, -157.86, "1960-01-01", "yes"),
    ("ANZUS-1951", "metropolitan-or-island", "Guam", 13.45, 144.78, "1960-01-01", "yes"),
    ("ANZUS-1951", "metropolitan-or-island", "New York", 40.7, -74, "2001-09-11", "yes"),
    ("ANZUS-1951", "metropolitan-or-island", "Darwin", -12.46, 130.84, "1960-01-01", "yes"),
    ("ANZUS-1951", "metropolitan-or-island", "Christmas Island", -10.49, 105.63, "1990-01-01", "no"),
    ("ANZUS-1951", "metropolitan-or-island", "San Juan, Puerto Rico", 18.4, -66.1, "1990-01-01", "no"),
    ("ANZUS-1951", "pacific", "South China Sea", 15, 115, "2020-01-01", "doubtful"),
    ("ANZUS-1951", "pacific", "Persian Gulf", 27, 51, "2020-01-01", "no"),
    ("USPHL-1951", "metropolitan-or-island", "Manila", 14.6, 121, "1960-01-01", "yes"),
    ("USPHL-1951", "metropolitan-or-island", "Honolulu", 21.3, -157.86, "1960-01-01", "yes"),
    ("USPHL-1951", "metropolitan-or-island", "Guam", 13.45, 144.78, "1960-01-01", "yes"),
    ("USPHL-1951", "metropolitan-or-island", "Thitu", 11.05, 114.28, "2020-01-01", "doubtful"),
    ("USPHL-1951", "pacific", "Second Thomas Shoal", 9.75, 115.87, "2024-06-17", "yes"),
    ("USPHL-1951", "pacific", "Second Thomas Shoal, earlier", 9.75, 115.87, "2010-06-17", "doubtful"),
    ("USPHL-1951", "pacific", "Scarborough Shoal", 15.15, 117.76, "2024-06-17", "yes"),
    ("USROK-1953", "administered", "Seoul", 37.57, 126.98, "1960-01-01", "yes"),
    ("USROK-1953", "administered", "Yeonpyeong", 37.67, 125.7, "2010-11-23", "yes"),
    ("USROK-1953", "administered", "off Baengnyeong", 37.93, 124.6, "2010-03-26", "yes"),
    ("USROK-1953", "administered", "Ulleung", 37.5, 130.87, "2010-03-26", "yes"),
    ("USROK-1953", "administered", "Jeju", 33.4, 126.5, "2010-03-26", "yes"),
    ("USROK-1953", "administered", "Pyongyang", 39.03, 125.75, "2010-03-26", "no"),
    ("USROK-1953", "administered", "off Wonsan", 39.42, 127.9, "1968-01-23", "no"),
    ("USROK-1953", "administered", "Tsushima", 34.4, 129.3, "2010-01-01", "no"),
    ("USROK-1953", "administered", "Liancourt Rocks", 37.24, 131.87, "2010-01-01", "doubtful"),
    ("USROK-1953", "administered", "Guam", 13.45, 144.78, "2010-01-01", "yes"),
    ("USROK-1953", "administered", "New York", 40.7, -74, "2001-09-11", "no"),
    ("USJPN-1960", "administered", "Tokyo", 35.68, 139.7, "1961-01-01", "yes"),
    ("USJPN-1960", "administered", "Tsushima", 34.4, 129.3, "1961-01-01", "yes"),
    ("USJPN-1960", "administered", "Wakkanai", 45.4, 141.7, "1961-01-01", "yes"),
    ("USJPN-1960", "administered", "Nemuro", 43.33, 145.58, "1961-01-01", "yes"),
    ("USJPN-1960", "administered", "Naha", 26.2, 127.7, "1971-01-01", "no"),
    ("USJPN-1960", "administered", "Naha, returned", 26.2, 127.7, "1973-01-01", "yes"),
    ("USJPN-1960", "administered", "Senkaku", 25.75, 123.5, "2014-01-01", "yes"),
    ("USJPN-1960", "administered", "Chichijima", 27.1, 142.2, "1967-01-01", "no"),
    ("USJPN-1960", "administered", "Chichijima, returned", 27.1, 142.2, "1969-01-01", "yes"),
    ("USJPN-1960", "administered", "Liancourt Rocks", 37.24, 131.87, "2014-01-01", "no"),
    ("USJPN-1960", "administered", "Kunashiri", 44.03, 145.85, "2014-01-01", "no"),
    ("USJPN-1960", "administered", "Busan", 35.1, 129.03, "2014-01-01", "no"),
    ("USJPN-1960", "administered", "Guam", 13.45, 144.78, "2014-01-01", "no"),
    ("MANILA-1954", "treaty-area", "Bangkok", 13.75, 100.5, "1960-01-01", "yes"),
    ("MANILA-1954", "treaty-area", "Manila", 14.6, 121, "1960-01-01", "yes"),
    ("MANILA-1954", "treaty-area", "Canberra", -35.3, 149.1, "1960-01-01", "yes"),
    ("MANILA-1954", "treaty-area", "Wellington", -41.3, 174.8, "1960-01-01", "yes"),
    ("MANILA-1954", "treaty-area", "Lahore", 31.5, 74.3, "1965-09-06", "yes"),
    ("MANILA-1954", "treaty-area", "Lahore, later", 31.5, 74.3, "1999-09-06", "no"),
    ("MANILA-1954", "treaty-area", "Hong Kong", 22.3, 114.2, "1960-01-01", "no"),
    ("MANILA-1954", "treaty-area", "Taipei", 25.03, 121.5, "1960-01-01", "no"),
    ("MANILA-1954", "treaty-area", "Honolulu", 21.3, -157.86, "1960-01-01", "no"),
    ("RIO-1947", "region", "Stanley", -51.7, -57.85, "1982-04-02", "yes"),
    ("RIO-1947", "region", "Havana", 23.1, -82.4, "1962-10-22", "yes"),
    ("RIO-1947", "region", "Nuuk", 64.18, -51.7, "1990-01-01", "yes"),
    ("RIO-1947", "region", "Anchorage", 61.2, -149.9, "1990-01-01", "yes"),
    ("RIO-1947", "region", "Honolulu", 21.3, -157.86, "1990-01-01", "no"),
    ("RIO-1947", "region", "London", 51.5, -0.1, "1990-01-01", "no"),
    ("PANAMA-1977", "canal", "Gatún locks", 9.27, -79.92, "1990-01-01", "yes"),
    ("PANAMA-1977", "canal", "Miraflores locks", 8.995, -79.59, "1990-01-01", "yes"),
    ("PANAMA-1977", "canal", "David", 8.43, -82.43, "1990-01-01", "no"),
    ("AUSPNG-2025", "pacific", "Port Moresby", -9.44, 147.18, "2026-01-01", "yes"),
]


@pytest.mark.parametrize("case", WHERE, ids=lambda case: f"{case[0]} {case[2]}")
def test_points_lie_where_the_article_puts_them(case: tuple[str, str, str, float, float, str, str]) -> None:
    agreement, place, _, lat, lon, on, answer = case
    assert covers(read(FOLDER / f"{agreement}.yaml")["places"][place], lat, lon, on) == answer
