"""What falls due: renewals, last days of notice, ends, and the earliest day on which one could be free.

Rules:
1. A date that an agreement's file states is taken as it stands, with its article, grade and whether it is still to be
   verified.
2. Where an agreement renews itself every so many years, a stated day that has passed moves on by whole terms. Where it
   is left by notice before a renewal and no last day is stated, that day is reckoned back from the renewal. Both are
   marked as reckoned.
3. A month after a day without its like in the next month is that month's last day.
4. If notice were given on a day, one would be free after its length. Where an agreement runs by terms, the file does
   not tell whether a notice waits for the end of a term: then the day lies between the two.
5. What only perhaps falls on a day (a ragged date) keeps its precision: it is no entry of a calendar on one day.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from comity.casebook.agreement import Agreement
from comity.casebook.book import Casebook
from comity.errors import Malformed
from comity.flow import register, ties
from comity.formats.tables import Table, table
from comity.formats.timeline import Row
from comity.values.instant import DAY, NEVER, Instant, Ragged, exactly, instant, ragged_date, show_ragged
from comity.values.truth import Truth

RENEWAL, NOTICE, END, EARLIEST, RESUMES = (
    "renews or runs out",
    "last day of notice",
    "ends",
    "may first be left",
    "resumes",
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Rule = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Due:
    """What falls due in an agreement, when, by which article."""

    on: Ragged
    what: str
    agreement: str
    name: str
    article: str
    says: str
    reckoned: bool
    weak: bool

    @property
    def uid(self) -> str:
        """What an entry of a calendar is known by; the same each time."""
        return f"{self.agreement}/{self.what.replace(' ', '-')}/{show_ragged(self.on)}"


@dataclass(frozen=True, slots=True)
class Leaving:
    """How an agreement is left: if notice were given on a day, when one would be free (rule 4); None is not known."""

    agreement: str
    name: str
    article: str
    says: str
    notice: str
    notice_to: str
    free_on: Ragged | None
    survives: tuple[str, ...]
    weak: bool


def due(book: Casebook, since: Instant, *, until: Instant = NEVER, party: str | None = None) -> tuple[Due, ...]:
    """What falls due from a day on, by date.

    Args:
        book: the casebook as the audience may see it.
        since: the first day.
        until: the day after the last.
        party: only of agreements that bind this party on the first day.
    """
    found = (one for agreement in _alive(book, since, party) for one in of(agreement, since))
    kept = (one for one in found if one.on.latest >= since and one.on.earliest < until)
    return tuple(sorted(kept, key=lambda one: (one.on, one.agreement, one.what)))


def _alive(book: Casebook, on: Instant, party: str | None) -> Iterator[Agreement]:
    for agreement in book.agreements.values():
        if ties.in_force(agreement, on) is not Truth.FALSE and (
            party is None or party in register.bound(agreement, book, on)
        ):
            yield agreement


def of(agreement: Agreement, since: Instant) -> Iterator[Due]:
    """Everything dated in one agreement: rules 1 and 2."""
    lasting, leaving = _rule(agreement, "duration"), _rule(agreement, "exit")
    yield from _renewal(agreement, lasting, leaving, since)
    earliest = _date(leaving, "earliest")
    if earliest is not None:
        yield _due(agreement, leaving, earliest, EARLIEST)
    if agreement.in_force.end.earliest < NEVER:
        yield _due(agreement, lasting, agreement.in_force.end, END)
    for stop in agreement.suspensions:
        if stop.valid.end.earliest < NEVER:
            yield Due(stop.valid.end, RESUMES, agreement.id, agreement.name, "", stop.says, False, agreement.verify)


def _renewal(agreement: Agreement, lasting: Rule, leaving: Rule, since: Instant) -> Iterator[Due]:
    stated, notice, term = _date(lasting, "next"), _date(lasting, "notice_by"), lasting.get("renews_years")
    if stated is None:
        return
    moved = _moved(stated, term, since)
    yield _due(agreement, lasting, moved, RENEWAL, reckoned=moved != stated)
    if notice is not None and notice.latest >= since:
        yield _due(agreement, lasting, notice, NOTICE)
    elif isinstance(term, int) and term > 0 and moved.exact:
        for renewal in (moved.earliest, _months(moved.earliest, 12 * term)):
            last = _before(renewal, leaving)
            if last is not None and last >= since:
                yield _due(agreement, leaving, exactly(last), NOTICE, reckoned=True)
                return


def _moved(stated: Ragged, term: object, since: Instant) -> Ragged:
    """A stated day moved on by whole terms until it has not passed: rule 2."""
    while isinstance(term, int) and term > 0 and stated.exact and stated.latest < since:
        stated = exactly(_months(stated.earliest, 12 * term))
    return stated


def _term_end(lasting: Rule, after: Instant) -> Instant:
    """The end of the term that runs on a day: rule 4."""
    stated = _date(lasting, "next")
    if stated is None or (_whole(lasting, "years") is None and _whole(lasting, "renews_years") is None):
        return after
    return _moved(stated, lasting.get("renews_years"), after).latest


def _due(agreement: Agreement, rule: Rule, on: Ragged, what: str, *, reckoned: bool = False) -> Due:
    says = str(rule.get("says") or "")
    return Due(on, what, agreement.id, agreement.name, str(rule.get("article") or ""), says, reckoned, _weak(rule))


def leaving(agreement: Agreement, on: Instant) -> Leaving:
    """How an agreement is left, and when one would be free after a notice on a day."""
    rule = _rule(agreement, "exit")
    months, days = _whole(rule, "notice_months"), _whole(rule, "notice_days")
    notice = f"{months} months" if months is not None else f"{days} days" if days is not None else ""
    earliest = _date(rule, "earliest")
    begun = max(on, earliest.latest) if earliest is not None else on
    after = _months(begun, months) if months is not None else begun + days * DAY if days is not None else None
    free = None if after is None else Ragged(after, max(after, _term_end(_rule(agreement, "duration"), after)))
    return Leaving(
        agreement.id,
        agreement.name,
        str(rule.get("article") or ""),
        str(rule.get("says") or ""),
        notice,
        str(rule.get("notice_to") or ""),
        free,
        survives(agreement),
        _weak(rule),
    )


def survives(agreement: Agreement) -> tuple[str, ...]:
    """What outlives an agreement, each with its article."""
    given = agreement.document.get("survives")
    items = given if isinstance(given, list) else []
    return tuple(f"{i.get('says')} (Art. {i.get('article')})" for i in items if isinstance(i, Mapping))


def _rule(agreement: Agreement, name: str) -> Rule:
    given = agreement.document.get(name)
    return given if isinstance(given, Mapping) else {}


def _weak(rule: Rule) -> bool:
    return rule.get("verify") is True or rule.get("grade") == "C"


def _whole(rule: Rule, name: str) -> int | None:
    given = rule.get(name)
    return given if isinstance(given, int) and not isinstance(given, bool) else None


def _date(rule: Rule, name: str) -> Ragged | None:
    """A stated date; what is no date is none, for only the draft's check has to tell."""
    try:
        return None if rule.get(name) is None else ragged_date(rule[name])
    except Malformed:
        return None


def _before(on: Instant, rule: Rule) -> Instant | None:
    months, days = _whole(rule, "notice_months"), _whole(rule, "notice_days")
    if months is not None:
        return _months(on, -months)
    return None if days is None else on - days * DAY


def _months(on: Instant, count: int) -> Instant:
    """So many months later, or earlier: rule 3."""
    day = (_EPOCH + timedelta(microseconds=on)).date()
    place = day.month - 1 + count
    year, month = day.year + place // 12, place % 12 + 1
    return instant(date(year, month, min(day.day, calendar.monthrange(year, month)[1])))


# The same as rows


def due_table(found: Iterable[Due]) -> Table:
    """What falls due as rows."""
    columns = ("date", "what", "agreement", "name", "article", "says", "reckoned", "to be verified")
    rows = [(show_ragged(d.on), d.what, d.agreement, d.name, d.article, d.says, d.reckoned, d.weak) for d in found]
    return table(columns, rows)


def due_rows(found: Iterable[Due]) -> tuple[Row, ...]:
    """What falls due, for `timeline.svg`."""
    return tuple(Row(f"{one.agreement}, {one.what}: {one.name}", one.on, one.on, "", one.says) for one in found)
