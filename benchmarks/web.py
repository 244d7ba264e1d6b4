"""The pages and the API over a big book: how long an answer takes, how many a core gives in a second, how much memory.

A core's second is one second of the server's own processor time, so that who asks, and whoever else is at work on this
machine, do not weigh on it. Where others are at work all the same, a core gives less in its second: the yardstick says
how much plain work took in the same run, so that two runs can be compared. Addresses and connections are of this
machine alone.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from itertools import count
from pathlib import Path
from time import perf_counter
from urllib.parse import quote, urlencode, urlsplit

import msgspec

from benchmarks import web_book, web_live
from benchmarks.timing import Line, timed

MS = 1e-3
SIDE, ASKED = "POL", "2026-11-26"
PAGE, PER_PAGE, PER_CALL, MEMORY = 100 * MS, 1 / 200, 1 / 2000, 300
GOES = 200
AGAIN, CALL = "the same page again", "API"


@dataclass(frozen=True, slots=True)
class Taken:
    """Seconds of so many answers, as who asked met them, and seconds of the server's processor for each."""

    waits: list[float]
    each: float

    def at(self, share: float) -> float:
        """The wait within which a share of the answers came."""
        return sorted(self.waits)[int(share * (len(self.waits) - 1))]


class Client:
    """One browser, which keeps its connection."""

    def __init__(self, address: str, process: int) -> None:
        self.process = process
        self.host = urlsplit(address).netloc
        self._connection = HTTPConnection(self.host, timeout=60)
        self._cookie = ""
        self._cookie = self.side(SIDE)

    def side(self, party: str) -> str:
        """The cookie of a new session for a side; one's own stays open, for a new one would end it."""
        mine, self._cookie = self._cookie, ""
        _, headers, _ = self.ask("POST", "/side", urlencode({"party": party}), "application/x-www-form-urlencoded")
        self._cookie = mine
        return headers["set-cookie"].partition(";")[0]

    def ask(self, method: str, path: str, body: str | None = None, form: str = "") -> tuple[int, dict[str, str], bytes]:
        """The status, headers and body of an answer."""
        headers = {"origin": f"http://{self.host}", "cookie": self._cookie, "accept-encoding": "gzip"}
        self._connection.request(method, path, body, headers | ({"content-type": form} if form else {}))
        answer = self._connection.getresponse()
        told = {name.lower(): value for name, value in answer.getheaders()}
        return answer.status, told, answer.read()

    def anew(self) -> Client:
        """The same browser with a new connection, for the server closes one that was idle."""
        self._connection.close()
        return self

    def get(self, path: str) -> bytes:
        """A page, which has to be there."""
        return self._there(path, *self.ask("GET", path))

    def post(self, path: str, value: object) -> bytes:
        """The answer to JSON."""
        return self._there(path, *self.ask("POST", path, msgspec.json.encode(value).decode(), "application/json"))

    @staticmethod
    def _there(path: str, status: int, _: dict[str, str], body: bytes) -> bytes:
        if status not in {200, 201}:
            raise AssertionError(f"{path} was answered by {status}: {body[:300]!r}")
        return body

    def taken(self, act: Callable[[], object], goes: int) -> Taken:
        """How long an act takes, so many times in a row."""
        waits, before = [], self.processor()
        for _ in range(goes):
            begun = perf_counter()
            act()
            waits.append(perf_counter() - begun)
        return Taken(waits, (self.processor() - before) / goes)

    def processor(self) -> float:
        """Seconds of processor time the server has used, by Linux's clock of another process (clock_getcpuclockid)."""
        return time.clock_gettime(~self.process << 3 | 2)

    def memory(self) -> int:
        """The most memory the server has had, in megabytes."""
        told = Path(f"/proc/{self.process}/status").read_text("ascii")
        found = re.search(r"VmHWM:\s*(\d+) kB", told)
        return int(found[1]) * 1024 // 10**6 if found else 0


@contextmanager
def served(path: Path) -> Iterator[tuple[Client, float]]:
    """A client of a server over a book in a file, and the seconds until it first answered."""
    begun = perf_counter()
    words = [sys.executable, "-m", "benchmarks.web_server", str(path)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        client = Client(process.stdout.readline().strip(), process.pid)
        try:
            yield client, perf_counter() - begun
        finally:
            process.stdin.close()
            process.wait(10)


def _pages(thing: Iterator[int]) -> dict[str, Callable[[], str]]:
    """The main pages; those with a question ask another each time, so that no kept page answers it."""
    victims = web_book.PARTIES

    def event() -> str:
        number = next(thing)
        day = f"{1960 + number % 60}-0{1 + number % 9}-{10 + number % 17}"
        return (
            f"/binds?kind=armed-attack&victim={victims[number % 30]}&on={day}&target=territory&place=59.4,{number % 90}"
        )

    return {
        "the first page": lambda: f"/?{next(thing)}",
        "what binds us": event,
        "may we": lambda: f"/may?party=POL&action=read&on={ASKED}&thing=thing-{next(thing)}",
        "agreements": lambda: f"/agreements?on={1990 + next(thing) % 36}-01-01",
        "an agreement": lambda: f"/agreements/NAT-1949?{next(thing)}",
        "the picture": lambda: f"/picture?on={1960 + (n := next(thing)) % 66}-{1 + n % 12:02}-01",
        "the inbox": lambda: f"/inbox?{next(thing)}",
        "the ledger": lambda: f"/ledger?{next(thing)}",
        "the ledger's reports": lambda: f"/ledger?kind=report&{next(thing)}",
    }


def web(facts: int) -> Iterator[Line]:
    """Pages and API over a book of so many facts."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "book.db"
        web_book.make(path, facts)
        yield from measured(path, facts)


def measured(path: Path, facts: int, goes: int = GOES) -> Iterator[Line]:
    """The figures of a book in a file."""
    with served(path) as (client, until_first):
        yield Line(f"a book of {facts:,} facts is served", until_first)
        yield Line("a yardstick: plain work of this machine now", timed(_yardstick))
        pages, calls = list(_of_pages(client, goes)), list(_of_calls(client, goes))
        yield from (*pages, *calls, *_after_writing(client))
        live = list(_live(client))
        yield from live
        yield from _in_all(pages, calls)
        yield from live[:1]
        yield Line(f"memory of the server, {client.memory()} MB of {MEMORY} (as a ratio)", client.memory() / MEMORY, 1)


def _yardstick() -> int:
    return sum(len(str(number)) for number in range(100_000))


def _in_all(pages: list[Line], calls: list[Line]) -> Iterator[Line]:
    """The goals at a glance, each call and page as often as any other."""
    yield Line("IN ALL: pages, 95 of 100 within", pages[-2].ours, PAGE)
    for what, found, goal in (("pages never asked for before", pages[-1:], PER_PAGE),
                              ("pages asked for again", [one for one in pages if AGAIN in one.what], PER_PAGE),
                              ("calls of the API", [one for one in calls if CALL in one.what], PER_CALL)):  # fmt: skip
        each = sum(one.ours for one in found) / len(found)
        yield Line(f"{what}, {1 / each:,.0f} a second of a core", each, goal)


def _live(client: Client) -> Iterator[Line]:
    """As many browsers as have to be borne, on one case."""
    state: Callable[[dict[str, object]], bytes] = lambda line: client.anew().post("/api/facts", {"facts": [line]})  # noqa: E731
    path = web_live.case(state)
    cookies = {party: client.side(party) for party in web_book.PARTIES}
    sides = [cookies[web_book.PARTIES[number % len(cookies)]] for number in range(web_live.BROWSERS)]
    case = web_live.Watched(client.host, path, sides)
    yield from web_live.watched(case, lambda number: state(web_live.said(path, number)), client.processor)


def _of_pages(client: Client, goes: int) -> Iterator[Line]:
    numbers = count(1)
    every: list[float] = []
    spent = 0.0
    for name, address in _pages(numbers).items():
        first = client.taken(lambda: client.get(address()), 1)  # noqa: B023  # called at once
        new = client.taken(lambda: client.get(address()), goes)  # noqa: B023
        path = address()
        client.get(path)
        again = client.taken(lambda: client.get(path), goes)  # noqa: B023
        yield Line(f"{name}: 95 of 100 within", new.at(0.95), PAGE)
        yield Line("  a core's time for each", new.each, PER_PAGE)
        yield Line(f"  {AGAIN}, a core's time", again.each, PER_PAGE)
        yield Line("  the very first", first.waits[0])
        every += new.waits
        spent += new.each * goes
    yield Line("all these pages: 95 of 100 within", sorted(every)[int(0.95 * len(every))], PAGE)
    yield Line("  a core's time for each", spent / len(every), PER_PAGE)


def _of_calls(client: Client, goes: int) -> Iterator[Line]:
    numbers = count(1)
    event = {"kind": "armed-attack", "victim": "EST", "on": "2024-05-01", "target": "territory"}
    calls: dict[str, Callable[[], object]] = {
        "may we": lambda: client.post("/api/may", {"party": "POL", "action": "read", "thing": f"thing-{next(numbers)}",
                                                   "on": ASKED}),
        "what binds us": lambda: client.post("/api/commitments", {**event, "on": f"20{10 + next(numbers) % 15}-05-01"}),
        "50 facts": lambda: client.get("/api/facts"),
        "a fact": lambda: client.get(f"/api/facts/{quote(one)}"),
        "the inbox": lambda: client.get("/api/inbox"),
    }  # fmt: skip
    one = msgspec.json.decode(client.get("/api/facts?kind=report&limit=1"))["facts"][0]["id"]
    for name, call in calls.items():
        call()
        found = client.taken(call, goes)
        yield Line(f"{CALL}, {name}: a core's time for each", found.each, PER_CALL)
        yield Line("  95 of 100 within", found.at(0.95))


def _after_writing(client: Client) -> Iterator[Line]:
    """The first page after somebody wrote something, when all that was kept is void."""
    numbers = count(1)

    def write(line: dict[str, object]) -> float:
        return client.taken(lambda: client.post("/api/facts", {"facts": [line]}), 1).waits[0]

    lines: dict[str, dict[str, object]] = {
        "a report": {"report": {"by": SIDE, "says": "x"}},
        "a consent": {"grant": {"by": SIDE, "to": ["EST"], "actions": ["read"], "scope": "thing-15"}},
    }
    for name, line in lines.items():
        waits, writes = list[float](), list[float]()
        for _ in range(11):
            writes.append(write(line))
            path = f"/may?party=POL&action=read&on={ASKED}&thing=thing-{next(numbers)}"
            waits += client.taken(lambda: client.get(path), 1).waits  # noqa: B023
        yield Line(f"stating {name}", sorted(writes)[5])
        yield Line("  the first page after it: half within", sorted(waits)[5], PAGE)
        yield Line("  95 of 100 within", sorted(waits)[9], PAGE)
