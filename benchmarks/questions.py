"""The questions, each timed as its user meets it."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

from benchmarks.intelligence import intelligence
from benchmarks.peers import Policies, installed
from benchmarks.timing import Line, beside, timed
from benchmarks.web import web
from benchmarks.workload import KNOWN, ON, coalition
from comity.consent.cached import Cached
from comity.consent.compiled.moment import Question
from comity.consent.compiled.records import Labels, Readers, Records
from comity.consent.compiled.verdicts import Compiled
from comity.consent.decide import decide
from comity.consent.facts import Facts
from comity.consent.whatif import if_granted
from comity.ledger import places
from comity.ledger.background import Nothing
from comity.ledger.verify import verify
from comity.values.fact import Ask
from comity.values.instant import DAY
from comity.values.reading import fact

MS, US = 1e-3, 1e-6


class Sizes(NamedTuple):
    """How much of everything."""

    records: int = 1_000_000
    labels: int = 10_000
    facts: int = 200_000
    content: int = 100_000
    verified: int = 50_000


QUICK = Sizes(100_000, 1_000, 20_000, 5_000, 5_000)
READ = Question("read")


def readable(sizes: Sizes) -> Iterator[Line]:
    """All ids a reader may see whom nobody has asked about before, beside the engines asked once for each label."""
    for parties in (64, 512):
        drawn = coalition(parties, sizes.labels, sizes.records, sizes.facts)
        labels = Labels.of(drawn.labels)
        records = Records(labels, drawn.under)
        readers = Readers(Compiled(drawn.facts, labels.distinct).at(READ, ON, KNOWN))
        cold = iter(drawn.parties * 9)
        ours = timed(lambda: records.ids(readers.allowed(next(cold))), goes=21)  # noqa: B023  # called at once
        policies, reader = Policies.of(drawn), drawn.parties[3]
        expected = labels.readable(readers.allowed(reader)).tolist()
        said_in: dict[str, float] = {}
        for name, peer in installed().items():
            peer(policies, drawn.parties[4])  # reads the policies in; who is timed has not been asked about
            begun = perf_counter()
            said = peer(policies, reader)
            said_in[name] = perf_counter() - begun
            if said != expected:
                raise AssertionError(f"{name} and Comity differ on what {reader} may read")
        fastest = min(said_in, key=said_in.__getitem__, default=None)
        what = f"ids of {sizes.records:,} records, {sizes.labels:,} labels, {parties} parties"
        yield Line(what, ours, 5 * MS, fastest, said_in.get(fastest or ""), 6)
        yield from (Line(f"  {name}, once for each label", taken) for name, taken in said_in.items())
        yield Line("  counting them", timed(lambda: records.count(readers.allowed(drawn.parties[5]))))  # noqa: B023


def products(sizes: Sizes) -> Iterator[Line]:
    """The label of what was made by searching all records."""
    drawn = coalition(512, sizes.labels, sizes.records, sizes.facts)
    records = Records(Labels.of(drawn.labels), drawn.under)
    yield Line(f"label of a product of {sizes.records:,} inputs", timed(records.join), 5 * MS)


def recompiling(sizes: Sizes) -> Iterator[Line]:
    """Everybody's reading as of another day and another state of knowledge."""
    drawn = coalition(512, sizes.labels, sizes.records, sizes.facts)
    compiled = Compiled(drawn.facts, Labels.of(drawn.labels).distinct)
    days = iter(range(100))
    act: Callable[[], object] = lambda: Readers(compiled.at(READ, ON + next(days) * DAY, KNOWN))  # noqa: E731
    yield Line(f"as-of recompile of {sizes.facts:,} facts, 512 parties, 32 groups", timed(act, warm=2), 25 * MS)


def deciding(sizes: Sizes) -> Iterator[Line]:
    """One explained decision, in a book of some size."""
    drawn = coalition(512, sizes.labels, sizes.records, sizes.facts)
    owners = [line("title", thing="plan", kind="information", owner=owner, interest="originator") for owner in OWNERS]
    grants = [
        line("grant", by=owner, to=["G07@dynamic", reader], actions=["read"], scope="plan", purposes=["any"],
             when="area == 'north'", basis=f"Art. {number}")
        for owner in OWNERS for number, reader in enumerate(("P001", "P002", "P003", "P004", "P005", "P006", "P007"))
    ]  # fmt: skip
    facts = Facts([*drawn.facts, *(fact(one, 10**6 + n) for n, one in enumerate([*owners[:1], *grants]))])
    joint = facts.plus(fact(one, 2 * 10**6 + n) for n, one in enumerate(owners[1:]))
    ask = Ask("P005", "read", "plan", ON, KNOWN, context={"area": "north"})
    yield Line("an explained decision, one owner", timed(lambda: decide(ask, facts), 201, 20), 100 * US)
    yield Line("  the same, three owners", timed(lambda: decide(ask, joint), 101, 20))
    cached = Cached(facts)
    cached.decide(ask)
    yield Line("  the same, cached", timed(lambda: [cached.decide(ask) for _ in range(1000)], 21) / 1000, 1 * US)
    lacking = Ask("P009", "read", "plan", ON, KNOWN, context={"area": "north"})
    yield Line(f"what-if in a book of {sizes.facts:,} facts", timed(lambda: if_granted(lacking, joint), 51, 5), 1 * MS)


OWNERS = ("P100", "P200", "P300")


def line(kind: str, /, **fields: object) -> dict[str, dict[str, object]]:
    """A line of a book."""
    return {kind: fields}


def report(number: int) -> dict[str, dict[str, object]]:
    """A report, under one of a few hundred labels."""
    return line("report", by="GBR", says="x" * 200, number=number, label=[
        {"owner": "GBR", "scope": f"s{number % 300}", "readers": ["FIN"] if number % 3 else ["EST"]},
    ])  # fmt: skip


def keeping(sizes: Sizes) -> Iterator[Line]:
    """A book in a file: written to, read by the page, verified."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "book.db"
        book = places.create(path, background=Nothing())
        book.introduce("GBR")
        lines = [report(number) for number in range(sizes.content)]
        book.record_all(lines[:500])
        begun = perf_counter()
        for start in range(500, len(lines), 5000):
            book.record_all(lines[start : start + 5000])
        each = (perf_counter() - begun) / (len(lines) - 500)
        yield Line("append of a signed fact, in batches of 5,000", each, 1 / 8000)
        with closing(bare(Path(folder) / "bare.db")) as raw:
            size = len(next(book.store.rows(book.store.head().size - 1)).data) + 800
            commit: Callable[[], object] = lambda: raw.execute("INSERT INTO kept VALUES (?)", (bytes(size),))  # noqa: E731
            ours, theirs = beside(lambda: book.record(report(7)), commit, 301)
        yield Line("a single durable append", ours, 2 * theirs, "bare commit", theirs)
        pages = timed(lambda: book.view("FIN").records(limit=50), 21)
        yield Line("  first page of 50 for a reader just met", pages)
        view = book.view("FIN")
        view.records(limit=1)
        yield Line(f"first page of 50 of {sizes.content:,} facts", timed(lambda: view.records(limit=50), 51), 2 * MS)
        begun = perf_counter()
        findings, looked = list(verify(book.store)), book.store.head().size
        yield Line("verifying a fact: address, chain, signatures", (perf_counter() - begun) / looked, 1 / 7000)
        if findings:
            raise AssertionError(findings[0])
        book.close()


def bare(path: Path) -> sqlite3.Connection:
    """A SQLite file as durable as a book."""
    raw = sqlite3.connect(path, isolation_level=None)
    raw.execute("PRAGMA journal_mode = WAL")
    raw.execute("PRAGMA synchronous = FULL")
    raw.execute("CREATE TABLE kept (data BLOB)")
    return raw


def binding(sizes: Sizes) -> Iterator[Line]:
    """The agreements of the casebook against one event, and the first word of the program."""
    del sizes
    import comity

    view = comity.open().view()
    event = comity.event(
        kind="armed-attack", victim="GBR", attacker="ARG", on="1982-04-02", place=[-51.7, -57.85], target="territory"
    )
    count = len(view.casebook.agreements)
    yield Line(f"{count} agreements against one event", timed(lambda: comity.commitments(view, event), 9, 2), 20 * MS)
    words = [str(Path(sys.executable).with_name("comity")), "--help"]
    run = lambda: subprocess.run(words, check=True, capture_output=True)  # noqa: E731
    yield Line("comity --help", timed(run, 9), 0.25)


QUESTIONS: dict[str, Callable[[Sizes], Iterator[Line]]] = {
    "readable": readable, "products": products, "recompiling": recompiling, "deciding": deciding,
    "keeping": keeping, "binding": binding, "web": lambda sizes: web(sizes.content),
    "intelligence": lambda sizes: intelligence(sizes.content),
}  # fmt: skip
