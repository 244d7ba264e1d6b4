"""What falls due: renewals, last days of notice, ends, and the earliest day on which one could be free.

Rules:
1. A date that an agreement's file states is taken as it stands, with its article, grade and whether it is still to be
   verified.
2. Where an agreement renews itself every so many years, a stated day that has passed moves on by whole terms, and one
   that lies further ahead than the next renewal moves back by whole terms, as far as the end of the first. A stated
   last day of notice moves with it; where none is stated, it is reckoned back from the renewal. All of these are marked
   as reckoned.
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
from comity.values.instant import ALWAYS, DAY, NEVER, Instant, Ragged, exactly, instant, ragged_date, show_ragged
from comity.values.truth import Truth

RENEWAL, NOTICE, END, EARLIEST, RESUMES = (
    "renews or runs out",
    "last day of notice",
    "ends",
    "may first be left",
    "resumes",
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST, _LAST = instant(date.min), instant(date.max)
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
    stated, notice = _date(lasting, "next"), _date(lasting, "notice_by")
    if stated is None:
        return
    moved = _renewed(agreement, lasting, stated, since)
    yield _due(agreement, lasting, moved, RENEWAL, reckoned=moved != stated)
    if notice is not None and notice.latest >= since and moved == stated:
        yield _due(agreement, lasting, notice, NOTICE)
    elif moved.exact and (term := _term(lasting)):
        for renewal in (moved.earliest, _months(moved.earliest, term)):
            last = _last_day(lasting, leaving, renewal)
            if last is not None and last >= since:
                yield _due(agreement, leaving, exactly(last), NOTICE, reckoned=True)
                return


def _last_day(lasting: Rule, leaving: Rule, renewal: Instant) -> Instant | None:
    """The last day of notice before a renewal: as long before it as the stated one, else by the length of notice."""
    stated, notice = _date(lasting, "next"), _date(lasting, "notice_by")
    if stated is not None and notice is not None and stated.exact and notice.exact:
        return _months(notice.earliest, _months_between(stated.earliest, renewal))
    return _before(renewal, leaving)


def _term(lasting: Rule) -> int:
    """The term of a renewal in months; 0 where there is none."""
    years = _whole(lasting, "renews_years")
    return 12 * years if years is not None and years > 0 else 0


def _renewed(agreement: Agreement, lasting: Rule, stated: Ragged, since: Instant) -> Ragged:
    """The next renewal on or after a day: rule 2."""
    term, first = _term(lasting), _first_end(agreement, lasting)
    if not term or not stated.exact:
        return stated
    moved = stated.earliest
    while moved < min(since, NEVER):
        moved = _months(moved, term)
    while (back := _months(moved, -term)) >= max(since, first):
        moved = back
    return exactly(moved)


def _first_end(agreement: Agreement, lasting: Rule) -> Instant:
    """The end of the first term, before which nothing is renewed."""
    return _months(agreement.in_force.start.earliest, 12 * (_whole(lasting, "years") or 0) or _term(lasting))


def _months_between(one: Instant, other: Instant) -> int:
    """How many months two days of one day of the month lie apart."""
    here, there = _day(one), _day(other)
    return 12 * (there.year - here.year) + there.month - here.month


def _term_end(agreement: Agreement, lasting: Rule, after: Instant) -> Instant:
    """The end of the term that runs on a day: rule 4."""
    stated = _date(lasting, "next")
    if stated is None or (_whole(lasting, "years") is None and _whole(lasting, "renews_years") is None):
        return after
    return _renewed(agreement, lasting, stated, after).latest


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
    free = (
        None if after is None else Ragged(after, max(after, _term_end(agreement, _rule(agreement, "duration"), after)))
    )
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
    """So many months later, or earlier: rule 3; beyond the years that can be written, never or always."""
    if not _FIRST <= on <= _LAST:
        return NEVER if on > _LAST else ALWAYS
    day = _day(on)
    place = day.month - 1 + count
    year, month = day.year + place // 12, place % 12 + 1
    if not 1 <= year <= date.max.year:
        return NEVER if year > 1 else ALWAYS
    return instant(date(year, month, min(day.day, calendar.monthrange(year, month)[1])))


def _day(on: Instant) -> date:
    return (_EPOCH + timedelta(microseconds=on)).date()


# The same as rows


def due_table(found: Iterable[Due]) -> Table:
    """What falls due as rows."""
    columns = ("date", "what", "agreement", "name", "article", "says", "reckoned", "to be verified")
    rows = [(show_ragged(d.on), d.what, d.agreement, d.name, d.article, d.says, d.reckoned, d.weak) for d in found]
    return table(columns, rows)


def due_rows(found: Iterable[Due]) -> tuple[Row, ...]:
    """What falls due, for `timeline.svg`."""
    return tuple(Row(f"{one.agreement}, {one.what}: {one.name}", one.on, one.on, "", one.says) for one in found)
