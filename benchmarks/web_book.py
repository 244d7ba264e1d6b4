"""A book for the pages: facts of mixed kinds under mixed labels, over the casebook, drawn by a seed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

from comity.flow.books import open as open_book
from comity.ledger.book import Draft

PARTIES = (
    "EST", "JPN", "KOR", "POL", "USA", "GBR", "FRA", "DEU", "ITA", "ESP", "NLD", "BEL", "NOR", "DNK", "FIN", "SWE",
    "LVA", "LTU", "CZE", "ROU", "BGR", "GRC", "TUR", "CAN", "AUS", "NZL", "PRT", "HUN", "SVK", "SVN",
)  # fmt: skip
ACTS = ("read", "release", "hold", "re-export", "overfly", "transit")
Line = dict[str, dict[str, object]]
BATCH = 5000


def lines(facts: int, seed: int = 1) -> Iterator[Line]:
    """So many lines: of twelve, eight reports under one of 600 labels, a release, and a title, a consent and a refusal.

    One refusal in four is a request instead. A thing is a label of its own, as its title is read by who may read it.
    """
    rng = Random(seed)
    for number in range(facts):
        by, other = rng.sample(PARTIES, 2)
        yield _line(number, by, other, rng)


def _line(number: int, by: str, other: str, rng: Random) -> Line:
    thing = f"thing-{number // 12}"
    owner = PARTIES[(number // 12) % len(PARTIES)]
    match number % 12:
        case 0:
            return {"title": {"thing": thing, "kind": "information", "owner": owner, "interest": "originator"}}
        case 4:
            return {"grant": {"by": owner, "to": [other], "actions": [rng.choice(ACTS)], "scope": thing}}
        case 8 if number % 48 == 8:
            return {"request": {"by": other, "to": [owner], "actions": ["read"], "scope": thing}}
        case 8:
            return {"refuse": {"by": owner, "to": [other], "actions": [rng.choice(ACTS)], "scope": thing}}
        case 11:
            return {"release": {"by": by, "thing": f"paper-{number}", "to": [other]}}
    series = rng.randrange(20)
    readers = sorted({PARTIES[(PARTIES.index(by) + series * step) % len(PARTIES)] for step in (1, 3, 7)})
    atom = {"owner": by, "scope": f"series-{series}", "readers": readers}
    return {"report": {"by": by, "says": "x" * 200, "number": number, "label": [atom]}}


def make(path: Path, facts: int) -> None:
    """Make the book in a new file."""
    book = open_book(path, create=True)
    for party in PARTIES:
        book.introduce(party)
    waiting = list(lines(facts))
    for start in range(0, len(waiting), BATCH):
        book.record_all(waiting[start : start + BATCH], Draft(None))
    book.close()
