"""Nothing hidden changes a byte of what is seen of intelligence: ATT&CK for ICS with random parts of it held back.

The data lie beside the repository and are not part of it (ATT&CK's terms: copyright and licence kept); without them
these tests are skipped.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from random import Random

import pytest

from comity.errors import ComityError
from comity.flow.intelligence_import import How, plan
from comity.formats.intelligence_rules import Rule
from comity.instruments.intelligence.shelf import Shelf
from comity.ledger.book import Book, Draft
from comity.ledger.record import Record, label_read, trusted
from comity.values.canonical import read
from tests.instruments.intelligence.shelves import Stix, book, bundle, held_back, name, thing
from tests.ledger.nations import Dice

FILE = Path(__file__).resolve().parents[3] / "shared" / "data" / "ics-attack.json.gz"
pytestmark = pytest.mark.skipif(not FILE.is_file(), reason="ATT&CK for ICS lies not beside this repository")
HELD = {"malware", "intrusion-set", "campaign"}
AUDIENCE = "FRA"
SEEDS = (1, 2, 3)


@cache
def attack() -> list[Stix]:
    """The objects of ATT&CK for ICS."""
    found: list[Stix] = json.loads(gzip.decompress(FILE.read_bytes()))["objects"]
    return found


def held(seed: int) -> list[Stix]:
    """Some of the malware, groups and campaigns."""
    rng = Random(seed)
    return [one for one in attack() if one["type"] in HELD and rng.random() < 0.4]


def filled(rules: Sequence[Rule]) -> Book[None]:
    """A book with ATT&CK, some of it held back."""
    made = book(Dice("one"))
    planned = plan(made, bundle(*attack()), How("USA", "attack", ("*",), rules=tuple(rules), collections=("attack",)))
    assert planned.bad == ()
    planned.commit()
    return made


def records(of: Book[None]) -> Iterator[Record]:
    """Every fact of intelligence, whoever may read it."""
    labels = {number: label_read(read(atoms)) for number, atoms in of.store.labels().items()}
    for row in of.store.rows(0, None, ("intelligence", "intelligence-cover", "intelligence-filed")):
        yield trusted(row.data, row.address, labels[row.label])


def varied(of: Book[None], seed: int) -> Book[None]:
    """Another book in which the audience sees the same, and everything that it does not see is otherwise."""
    rng = Random(seed)
    open_labels = set(of.view(AUDIENCE).labels.values())
    kept = [record for record in records(of) if record.label in open_labels]
    made = book(Dice("another"))
    made.introduce("USA") if not made.keys.live("USA", 10**9) else None
    secret = [
        made.draft(line, Draft("USA", label_read([{"owner": "USA", "scope": "other"}])), {}) for line in others(rng)
    ]
    made.add(interleaved(kept, secret, rng))
    return made


def others(rng: Random) -> Iterator[dict[str, dict[str, object]]]:
    """Hidden things of another kind: more versions of what is seen, annotations of it, words that searches look for."""
    seen = [one for one in attack() if one["type"] not in HELD]
    for number, one in enumerate(rng.sample(seen, 60)):
        later = {**one, "modified": "2031-01-01T00:00:00.000Z", "description": "ransomware Stuxnet"}
        part = {"x_secret": f"PLC {number}", "other_ref": name("malware", f"{number}")}
        for whole in (True, False):
            said = later if whole else part
            version = str(said.get("modified", one.get("modified", "")))
            body = {
                "thing": one["id"],
                "version": version,
                "type": one["type"],
                "stix": json.dumps(said),
                "marking": {},
            }
            yield {"intelligence": body if whole else {**body, "part": True, "collections": ["attack", "held"]}}
    for number in range(rng.randrange(20, 40)):
        one = thing("malware", f"Stuxnet {number}", is_family=True, description="ransomware")
        body = {"thing": one["id"], "version": DAY, "type": "malware", "stix": json.dumps(one), "marking": {"a": "b"}}
        yield {"intelligence": body}


DAY = "2024-05-01T00:00:00.000Z"


def interleaved(kept: Sequence[Record], secret: Sequence[Record], rng: Random) -> list[Record]:
    """The second among the first, which keep their order."""
    found, rest = list[Record](), list(secret)
    for one in kept:
        while rest and rng.random() < 0.1:
            found.append(rest.pop())
        found.append(one)
    return [*rest, *found]


def told(of: Book[None], asked: Sequence[str]) -> Iterator[str]:
    """All that the audience can learn of intelligence, as text."""
    shelf = Shelf.of(of.view(AUDIENCE))
    yield json.dumps(shelf.ids())
    yield json.dumps([*map(shelf.export, shelf.ids())])
    yield json.dumps([shelf.export(one, version) for one in shelf.ids() for version in shelf.get(one).versions])
    for one in shelf.ids():
        got = shelf.get(one)
        yield repr((got.properties, got.whole, got.altered, got.versions, got.collections, got.label))
        yield repr([(portion.id, portion.originator, portion.label, portion.marking) for portion in got.portions])
    yield json.dumps([*shelf.entries(), *shelf.entries("attack")])
    yield from _searched(shelf)
    for one in asked:
        yield _error(shelf, one)
    yield from _pages(shelf)


def _searched(shelf: Shelf) -> Iterator[str]:
    for words in ("ransomware", "stuxnet", "PLC", "industroyer", "the", "", "held"):
        for types in (None, ["malware"], ["relationship", "tool"]):
            yield repr(shelf.search(words, types=types, limit=5))
    yield repr(shelf.search("", collection="held"))
    yield repr(shelf.search("the", originator="USA", marking="{}"))


def _error(shelf: Shelf, asked: str) -> str:
    try:
        return repr(shelf.get(asked))
    except ComityError as error:
        return repr((type(error), str(error).replace(asked, "ID")))


def _pages(shelf: Shelf) -> Iterator[str]:
    after = None
    while page := shelf.ids(collection="attack", limit=200, after=after):
        yield json.dumps(page)
        after = page[-1]


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_hidden_changes_no_byte_of_what_is_seen(seed: int) -> None:
    hidden = held(seed)
    one = filled([held_back(*hidden)])
    another = varied(one, seed)
    asked = [*(str(hide["id"]) for hide in hidden[:5]), *(name("malware", f"{number}") for number in range(5))]
    first, second = [*told(one, asked)], [*told(another, asked)]
    assert len(Shelf.of(one.view("USA")).ids()) == len(attack())
    assert first == second


@pytest.mark.parametrize("seed", SEEDS)
def test_no_name_alias_or_id_of_what_is_hidden_is_left_in_what_is_seen(seed: int) -> None:
    hidden = held(seed)
    shelf = Shelf.of(filled([held_back(*hidden)]).view(AUDIENCE))
    seen = {str(one["id"]) for one in attack()} & set(shelf.ids())
    known = {term for one in attack() if str(one["id"]) in seen for term in names(one)}
    left = json.dumps([*map(shelf.export, shelf.ids())], ensure_ascii=False).casefold()
    words = " " + " ".join(re.findall(r"[^\W_]+", left)) + " "
    assert [one["id"] for one in hidden if str(one["id"]).partition("--")[2] in left] == []
    assert sorted(term for one in hidden for term in names(one) - known if f" {term} " in words) == []
    assert len(shelf.ids()) > len(attack()) / 3


def names(one: Stix) -> set[str]:
    """What an object is called: its names, each as its words, and what others number it by."""
    said = [one.get("name"), *_list(one.get("aliases")), *_list(one.get("x_mitre_aliases"))]
    said += [source.get("external_id") for source in _list(one.get("external_references")) if isinstance(source, dict)]
    made = (" ".join(re.findall(r"[^\W_]+", str(word).casefold())) for word in said if word)
    return {word for word in made if len(word) > 2}


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def test_whoever_may_read_all_gets_all_as_it_came_in() -> None:
    shelf = Shelf.of(filled([held_back(*held(1))]).view("USA"))
    assert {one: shelf.export(one) for one in shelf.ids()} == {str(one["id"]): one for one in attack()}


def test_an_import_by_another_says_nothing_of_what_he_may_not_see() -> None:
    """He brings in what is hidden from him, otherwise: he is told what he would be told were it not there."""
    hidden = held(1)[:3]
    one = filled([held_back(*held(1))])
    another = varied(one, 5)
    one.introduce(AUDIENCE) if not one.keys.live(AUDIENCE, 10**9) else None
    another.introduce(AUDIENCE) if not another.keys.live(AUDIENCE, 10**9) else None
    changed = bundle(*({**hide, "name": "Otherwise", "object_marking_refs": []} for hide in hidden))
    changed = changed.replace(b'"object_marking_refs": [], ', b"").replace(b', "object_marking_refs": []', b"")
    first, second = (plan(each, changed, How(AUDIENCE, "mine")) for each in (one, another))
    assert [*first.rows] == [*second.rows]
    assert first.bad == second.bad
