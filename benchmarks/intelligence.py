"""Intelligence over a big book: bringing it in, pages over TAXII, searching; beside the TAXII servers of others.

Of the objects one party may read all, one every second and one every hundredth. The peers hold
fewer, for they take too long over as many; each is compared with ours at the same number. They look at no marking.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from random import Random
from time import perf_counter
from typing import ParamSpec
from urllib.parse import urlsplit

from benchmarks import taxii_peers
from benchmarks.timing import Line
from benchmarks.web_book import PARTIES
from comity.casebook.book import Casebook
from comity.flow.books import open as open_book
from comity.flow.intelligence_import import How, plan
from comity.instruments.intelligence.shelf import Shelf
from comity.ledger.book import Book, Draft
from comity.values.label import PUBLIC

MS = 1e-3
BY, HALF, HUNDREDTH = "POL", "EST", "LVA"
SHARES = {HALF: "50 %", HUNDREDTH: "1 %"}
COLLECTION = "shared"
AT, PER_OBJECT, PAGE, SEARCH, MEMORY = "2026-11-01T09:00:00.000Z", 1 / 5000, 50 * MS, 50 * MS, 400
GOES, PEERS_HOLD = 60, 2000
TLP = {
    "green": "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
    "amber": "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421",
    "red": "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1",
}
_WORDS = ("loader", "beacon", "harbour", "cable", "grid", "ferry", "lantern", "quarry", "signal", "anchor")
P = ParamSpec("P")
Object = dict[str, object]


def objects(count: int, seed: int = 1) -> Iterator[Object]:
    """Indicators of about 700 bytes, as a reader of others would draw them; marked so that some may read some."""
    rng = Random(seed)
    for number in range(count):
        words = " ".join(rng.choice(_WORDS) for _ in range(40))
        address = f"198.51.{number >> 8 & 255}.{number & 255}"
        level = "green" if number % 100 == 0 else "amber" if number % 2 == 0 else "red"
        yield {
            "type": "indicator", "spec_version": "2.1", "id": f"indicator--{_uuid(rng)}", "created": AT, "modified": AT,
            "name": f"Indicator {number}", "description": f"{words} case{number % 1000}", "pattern_type": "stix",
            "pattern": f"[ipv4-addr:value = '{address}']", "valid_from": AT, "labels": ["malicious-activity"],
            "object_marking_refs": [TLP[level]],
        }  # fmt: skip


def _uuid(rng: Random) -> str:
    text = f"{rng.getrandbits(128):032x}"
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-8{text[17:20]}-{text[20:]}"


def made(path: Path, files: Iterable[tuple[bytes, How]]) -> float:
    """Bring files into a new book, durably; the seconds it took."""
    book: Book[Casebook] = open_book(path, create=True)
    for party in (BY, HALF, HUNDREDTH):
        book.introduce(party)
    told = {"name": COLLECTION, "title": "Measured", "read": ["*"], "write": [BY]}
    book.record({"intelligence-collection": told}, Draft(label=PUBLIC, adopt=True))
    waiting = list(files)
    begun = perf_counter()
    for data, how in waiting:
        plan(book, data, how).commit()
    taken = perf_counter() - begun
    book.close()
    return taken


def one_file(every: Sequence[Object]) -> list[tuple[bytes, How]]:
    """The objects as one file, whose markings say who reads: in every second one party, in every hundredth two."""
    bound = {"GREEN": (HALF, HUNDREDTH), "AMBER": (HALF,), "RED": ()}
    return [(json.dumps(list(every)).encode(), How(BY, "measured", tlp=bound, collections=(COLLECTION,)))]


def many_files(every: Sequence[Object]) -> list[tuple[bytes, How]]:
    """The objects in a hundred files, each for other readers."""
    bare = [{name: value for name, value in one.items() if name != "object_marking_refs"} for one in every]
    others = [party for party in PARTIES if party != BY]
    return [
        (json.dumps(bare[share::100]).encode(), How(BY, f"series-{share}", tuple(others[share % 26 : share % 26 + 3])))
        for share in range(100)
    ]


@dataclass(slots=True)
class Ours:
    """Our server: who asks, and what its process uses."""

    host: str
    tokens: dict[str, str]
    process: int
    connection: HTTPConnection

    def page(self, party: str, query: str) -> dict[str, object]:
        """A page of the collection, as a party sees it."""
        headers = {"accept": taxii_peers.MEDIA, "authorization": f"Bearer {self.tokens[party]}"}
        self.connection.request("GET", f"/shared/collections/{COLLECTION}/objects/?{query}", headers=headers)
        answer = self.connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise AssertionError(f"ours answered {answer.status}: {body[:300]!r}")
        found: dict[str, object] = json.loads(body)
        return found

    def walk(self, party: str) -> int:
        """Everything a party sees of the collection, page after page; how many objects."""
        count, query = 0, "limit=1000"
        while True:
            page = self.page(party, query)
            found = page.get("objects", [])
            assert isinstance(found, list)
            count += len(found)
            if not page.get("more"):
                return count
            query = f"limit=1000&next={page['next']}"

    def memory(self) -> int:
        """The most memory the server has had, in megabytes."""
        told = Path(f"/proc/{self.process}/status").read_text("ascii")
        found = re.search(r"VmHWM:\s*(\d+) kB", told)
        return int(found[1]) * 1024 // 10**6 if found else 0


@contextmanager
def served(path: Path) -> Iterator[Ours]:
    """Our server over a book."""
    words = [sys.executable, "-m", "benchmarks.intelligence_server", str(path), BY, HALF, HUNDREDTH]
    pipe = subprocess.PIPE
    with subprocess.Popen(words, stdin=pipe, stdout=pipe, text=True, env=os.environ.copy()) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        address, tokens = json.loads(process.stdout.readline())
        host = urlsplit(address).netloc
        try:
            yield Ours(host, tokens, process.pid, HTTPConnection(host, timeout=600))
        finally:
            process.stdin.close()
            process.wait(10)


def intelligence(count: int) -> Iterator[Line]:
    """So many objects, ours alone; then fewer, beside the peers."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "book.db"
        every = [*objects(count)]
        yield Line(
            f"bringing in {count:,} objects of a file, durably: each", made(path, one_file(every)) / count, PER_OBJECT
        )
        apart = made(Path(folder) / "apart.db", many_files(every)) / count
        yield Line("the same in a hundred files for other readers each: each", apart)
        yield from _over_taxii(path, count)
        yield from _searched(path)
    yield from _beside()


def _over_taxii(path: Path, count: int) -> Iterator[Line]:
    with served(path) as ours:
        for party, share in SHARES.items():
            yield Line(f"the first page ever asked for, {share} visible", _took(ours.page, party, "limit=100"))
            waits = [_took(ours.page, party, f"limit=100{query}") for query in _queries(ours, party)]
            yield Line(f"page of 100, {share} visible: 95 of 100 within", _at(waits, 0.95), PAGE)
        begun = perf_counter()
        walked = ours.walk(HALF)
        goal = 15 * count / 100_000
        yield Line(f"all {walked:,} that a party sees, a thousand at a time", perf_counter() - begun, goal)
        yield Line(f"memory of the server, {ours.memory()} MB of {MEMORY} (as a ratio)", ours.memory() / MEMORY, 1)


def _queries(ours: Ours, party: str) -> list[str]:
    """Questions that no kept page answers: instants to begin after, and filters."""
    page = ours.page(party, "limit=1000")
    found = page["objects"]
    assert isinstance(found, list)
    wanted = [f"&match[id]={one['id']}" for one in found[:: max(1, len(found) // 20)]]
    first = ours.page(party, "limit=100")
    after = [f"&next={first['next']}"] if first.get("more") else []
    kinds = [f"&match[type]=indicator&match[version]={word}" for word in ("all", "first", "last")]
    return [*wanted, *after * 20, *kinds * 7, *[""] * 20]


def _searched(path: Path) -> Iterator[Line]:
    """Full text, words that are rare and words that are everywhere."""
    book: Book[Casebook] = open_book(path)
    for party, share in SHARES.items():
        shelf = Shelf.of(book.view(party))
        shelf.search("beacon", limit=20)
        rare = [_took(shelf.search, f"case{number}") for number in range(GOES)]
        common = [_took(shelf.search, f"{one} {two}") for one in _WORDS for two in _WORDS[:3]]
        yield Line(f"searching a rare word, {share} visible: 95 of 100 within", _at(rare, 0.95), SEARCH)
        yield Line(f"two words that are everywhere, {share} visible: 95 of 100", _at(common, 0.95), SEARCH)
    book.close()


def _beside() -> Iterator[Line]:
    """The same number of objects in each server: bringing in, and a page of all that is there."""
    every = [*objects(PEERS_HOLD, seed=2)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "book.db"
        brought = made(path, one_file(every)) / len(every)
        with served(path) as ours:
            ours.page(BY, "limit=100")
            page = _at([_took(ours.page, BY, "limit=100") for _ in range(GOES)], 0.5)
    for peer in (taxii_peers.opentaxii, taxii_peers.medallion):
        with tempfile.TemporaryDirectory() as folder, peer(Path(folder)) as theirs:
            took = sum(_took(theirs.post, every[start : start + 500]) for start in range(0, len(every), 500))
            yield Line(f"bringing in {len(every):,}: each", brought, None, theirs.name, took / len(every))
            waits = [_took(theirs.page, 100) for _ in range(7)]
            yield Line(f"page of 100 of {len(every):,}", page, None, theirs.name, _at(waits, 0.5))


def _took(act: Callable[P, object], *given: P.args, **named: P.kwargs) -> float:
    begun = perf_counter()
    act(*given, **named)
    return perf_counter() - begun


def _at(waits: Sequence[float], share: float) -> float:
    """The wait within which a share of the answers came."""
    return sorted(waits)[int(share * (len(waits) - 1))]
