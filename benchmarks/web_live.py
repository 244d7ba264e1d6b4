"""Many browsers on one case: what they cost while somebody goes on stating, as a share of one core.

Each keeps a stream of events open and, on each change, asks for the case again within a second, as the island of the
page does (`web/src/live.ts`); what it has already it is not sent again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random
from time import perf_counter

import msgspec

from benchmarks.timing import Line
from benchmarks.web_book import PARTIES

BROWSERS, SPREAD, BEAT = 200, 1.0, 2.0
Ask = Callable[[str, str, str], tuple[int, dict[str, str], bytes]]


@dataclass(slots=True)
class Watched:
    """A case that browsers watch: where, by which cookies, and what they have seen so far."""

    host: str
    path: str
    cookies: list[str]
    open: int = 0
    waits: list[float] = field(default_factory=list)
    said: float = 0.0


def case(state: Callable[[dict[str, object]], bytes]) -> str:
    """Open a case for every party of the book; its address."""
    agenda = [{"item": "1", "title": "Common watch"}]
    told = {"by": PARTIES[3], "title": "Cable route", "article": "Art. 4", "body": "the parties",
            "parties": sorted(PARTIES), "agenda": agenda, "opens": "2026-11-20T09:00:00Z"}  # fmt: skip
    found = msgspec.json.decode(state({"consultation": told}))
    return f"/consultations/{found['facts'][0]['id']}"


def said(path: str, number: int) -> dict[str, object]:
    """Somebody says something in the case, to all."""
    return {"position": {"by": PARTIES[3], "case": path.rpartition("/")[2], "item": "1", "stance": "yes",
                         "says": f"boat {number}", "parties": sorted(PARTIES)}}  # fmt: skip


def watched(
    case: Watched, state: Callable[[int], object], processor: Callable[[], float], times: int = 8
) -> Iterator[Line]:
    """The figures of all browsers, while something is said every other second."""
    opening, share = asyncio.run(_watched(case, state, processor, times))
    yield Line(f"{len(case.cookies)} browsers on one case, a core's share (1 s is all of it)", share, 1)
    yield Line("  a core's time to open a stream", opening / len(case.cookies))
    waits = sorted(case.waits)
    looks = f"  {len(waits)} looks at {times} changes, several at once being one: half within"
    yield Line(looks, waits[len(waits) // 2])
    yield Line("  95 of 100 within", waits[int(0.95 * (len(waits) - 1))])


async def _watched(
    case: Watched, state: Callable[[int], object], processor: Callable[[], float], times: int
) -> tuple[float, float]:
    """Seconds of the server's processor to open the streams, and its share of a core while things are said."""
    before = processor()
    browsers = [asyncio.create_task(_browser(case, cookie, seed)) for seed, cookie in enumerate(case.cookies)]
    while case.open < len(browsers):
        await asyncio.sleep(0.1)
    opening = processor() - before
    await asyncio.sleep(BEAT)
    begun, before = perf_counter(), processor()
    for number in range(times):
        case.said = perf_counter()
        await asyncio.to_thread(state, number)
        await asyncio.sleep(max(0.0, case.said + BEAT - perf_counter()))
    await asyncio.sleep(BEAT)
    share = (processor() - before) / (perf_counter() - begun)
    for browser in browsers:
        browser.cancel()
    await asyncio.gather(*browsers, return_exceptions=True)
    return opening, share


async def _browser(case: Watched, cookie: str, seed: int) -> None:
    """One browser: it looks at each change, after a chance moment."""
    chance, tag = Random(seed), ""
    stream, sending = await _asked(case.host, f"{case.path}/live", cookie)
    await stream.readuntil(b"\r\n\r\n")
    case.open += 1
    pages = await asyncio.open_connection(*case.host.split(":"))
    try:
        while line := await stream.readline():
            if line.startswith(b"event: changed"):
                since = case.said
                await asyncio.sleep(chance.random() * SPREAD)
                tag = await _looked(pages, case, cookie, tag)
                case.waits.append(perf_counter() - since)
    finally:
        sending.close()
        pages[1].close()


async def _asked(host: str, path: str, cookie: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection(*host.split(":"))
    writer.write(_request(host, path, cookie))
    return reader, writer


def _request(host: str, path: str, cookie: str, tag: str = "") -> bytes:
    has = f"if-none-match: {tag}\r\n" if tag else ""
    return f"GET {path} HTTP/1.1\r\nhost: {host}\r\ncookie: {cookie}\r\naccept-encoding: gzip\r\n{has}\r\n".encode()


async def _looked(
    pages: tuple[asyncio.StreamReader, asyncio.StreamWriter], case: Watched, cookie: str, tag: str
) -> str:
    """Ask for the case again; the tag of what came."""
    reader, writer = pages
    writer.write(_request(case.host, case.path, cookie, tag))
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    lines = (line.partition(": ") for line in head.split("\r\n")[1:])
    headers = {name.lower(): value for name, _, value in lines}
    await reader.readexactly(int(headers.get("content-length", "0")))
    if head.split(" ")[1] not in {"200", "304"}:
        raise AssertionError(f"{case.path} was answered by {head[:60]}")
    return headers.get("etag", tag)
