"""What changes when: agreements, their parties, suspensions, groups, states and disputes, as dated turns.

Rules:
1. A turn is one end of a written period. A party that comes in with its agreement, or goes out with it, is no turn of
   its own.
2. Two spells of which one ends as the other begins are one.
3. Between two days lies a turn whose date lies after the first and not after the second; one whose ragged date only
   may lie there is perhaps there.
4. The days of a slider are those on which an answer can differ: both ends of a ragged date are.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from comity.casebook.agreement import Agreement
from comity.casebook.book import Casebook
from comity.formats.tables import Table, table
from comity.values.instant import ALWAYS, NEVER, Instant, Ragged, show_ragged
from comity.values.period import Period

AGREEMENT, GROUP, PARTY, DISPUTE = "agreement", "group", "party", "dispute"


@dataclass(frozen=True, slots=True)
class Turn:
    """What turned on a date: in which thing, by which word, for which party."""

    on: Ragged
    of: str
    id: str
    word: str
    party: str | None = None
    says: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """A turn between two days, for certain or perhaps."""

    turn: Turn
    sure: bool


@lru_cache(maxsize=16)
def turns(book: Casebook) -> tuple[Turn, ...]:
    """Every turn, in order of date."""
    found = (*_agreements(book), *_groups(book), *_parties(book), *_disputes(book))
    return tuple(sorted(found, key=lambda turn: (turn.on, turn.of, turn.id, turn.word, turn.party or "")))


def changes(book: Casebook, earlier: Instant, later: Instant) -> tuple[Change, ...]:
    """What turned after one day and up to another: rule 3."""
    found, first = turns(book), bisect_right(_all_past(book), earlier)
    return tuple(
        Change(turn, earlier < turn.on.earliest and turn.on.latest <= later)
        for turn in found[first : bisect_right(found, later, key=lambda turn: turn.on.earliest)]
        if turn.on.latest > earlier
    )


@lru_cache(maxsize=16)
def _all_past(book: Casebook) -> tuple[Instant, ...]:
    """For each turn, in order of date, the day by which it and all before it have come to pass."""
    return tuple(accumulate((turn.on.latest for turn in turns(book)), max))


def days(book: Casebook, since: Instant, until: Instant, of: Iterable[str] = ()) -> tuple[Instant, ...]:
    """The days from one to another at which anything turns, both ends included: rule 4.

    Args:
        book: the casebook as the audience may see it.
        since: the first day of the slider.
        until: the last.
        of: only turns of these things (`agreement`, `group`, `party`, `dispute`); () is all.
    """
    wanted = set(of)
    dates = {
        day for turn in turns(book) if not wanted or turn.of in wanted for day in (turn.on.earliest, turn.on.latest)
    }
    return tuple(sorted({since, until, *(day for day in dates if since < day < until)}))


def change_table(found: Iterable[Change]) -> Table:
    """Changes as rows."""
    columns = ("date", "what", "id", "change", "party", "certain", "note")
    return table(
        columns,
        [(show_ragged(c.turn.on), c.turn.of, c.turn.id, c.turn.word, c.turn.party, c.sure, c.turn.says) for c in found],
    )


def _agreements(book: Casebook) -> Iterator[Turn]:
    for agreement in book.agreements.values():
        if agreement.ever_in_force:
            force = agreement.in_force
            yield from _ends(force, AGREEMENT, agreement.id, ("entered into force", "ended"))
            for party, spells in sorted(book.spells(agreement).items()):
                for valid in _joined(spells):
                    yield from _coming_and_going(valid, force, agreement.id, party)
        yield from _suspensions(agreement)


def _coming_and_going(valid: Period, force: Period, name: str, party: str) -> Iterator[Turn]:
    """Rule 1."""
    for turn in _ends(valid, AGREEMENT, name, ("acceded", "left"), party):
        if turn.on != (force.start if turn.word == "acceded" else force.end):
            yield turn


def _suspensions(agreement: Agreement) -> Iterator[Turn]:
    for stop in agreement.suspensions:
        who = f"{stop.bound or 'everyone'} towards {stop.toward or 'everyone'}: {stop.says}"
        yield from _ends(stop.valid, AGREEMENT, agreement.id, ("suspended", "resumed"), stop.bound, says=who)


def _groups(book: Casebook) -> Iterator[Turn]:
    for group, rows in book.groups.items():
        spells: dict[str, list[Period]] = {}
        for party, valid in rows:
            spells.setdefault(party, []).append(valid)
        for party, periods in spells.items():
            for valid in _joined(periods):
                yield from _ends(valid, GROUP, group, ("joined", "left"), party)


def _parties(book: Casebook) -> Iterator[Turn]:
    for code, party in book.register.items():
        yield from _ends(party.valid, PARTY, code, ("came into being", "ceased to be"), code, says=party.name)


def _disputes(book: Casebook) -> Iterator[Turn]:
    for dispute in book.disputes:
        yield from _ends(dispute.valid, DISPUTE, dispute.id, ("arose", "was settled"), says=dispute.name)


def _ends(
    valid: Period, of: str, name: str, words: tuple[str, str], party: str | None = None, *, says: str = ""
) -> Iterator[Turn]:
    if valid.start.latest > ALWAYS:
        yield Turn(valid.start, of, name, words[0], party, says)
    if valid.end.earliest < NEVER:
        yield Turn(valid.end, of, name, words[1], party, says)


def _joined(periods: Iterable[Period]) -> list[Period]:
    """Spells in order, those that follow on each other as one: rule 2."""
    found: list[Period] = []
    for valid in sorted(periods, key=lambda one: (one.start, one.end)):
        if found and found[-1].end == valid.start:
            found[-1] = Period(found[-1].start, valid.end)
        else:
            found.append(valid)
    return found
