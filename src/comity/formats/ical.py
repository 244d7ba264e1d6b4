"""Calendars as others read them: iCalendar (RFC 5545), through the `icalendar` package.

Rules:
1. An entry is known by its UID, which never changes; whoever changes an entry raises its SEQUENCE. What falls away
   stays as a tombstone: the same UID, STATUS:CANCELLED, and a higher SEQUENCE (RFC 5545, 3.8.1.11, 3.8.7.4).
2. Instants are in UTC; a day is a day. DTSTAMP is the instant the calendar is of, and not of a machine's clock, so that
   the same entries give the same bytes.
3. What is public says CLASS:PUBLIC, all else CLASS:CONFIDENTIAL; the label in words stands beside it, as
   X-COMITY-LABEL, for the class alone tells nobody who has to agree. The calendar as a whole bears one too.
4. Entries are in the order of their beginnings and UIDs.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from icalendar import Calendar, Event

from comity.values.instant import DAY, Instant

PRODUCT = "-//Comity//consultation//EN"
PUBLIC = "PUBLIC"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Entry:
    """Something with a time: an instant, a span, or (with `whole_day`) a day."""

    uid: str
    summary: str
    start: Instant
    end: Instant | None = None
    whole_day: bool = False
    sequence: int = 0
    cancelled: bool = False
    label: str = PUBLIC
    says: str = ""
    category: str = ""

    def gone(self) -> Entry:
        """Its tombstone: rule 1."""
        return replace(self, cancelled=True, sequence=self.sequence + 1)


def write(entries: Iterable[Entry], *, name: str, at: Instant, label: str = PUBLIC) -> bytes:
    """A calendar's bytes: rules 1 to 4.

    Args:
        entries: what stands in it.
        name: what the calendar is called.
        at: the instant it is of.
        label: the label of the calendar as a whole, in words.
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", name)
    calendar.add("x-comity-label", label)
    for entry in sorted(entries, key=lambda one: (one.start, one.uid)):
        calendar.add_component(_event(entry, at))
    return bytes(calendar.to_ical())


def _event(entry: Entry, at: Instant) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", moment(at))
    event.add("dtstart", _day(entry.start) if entry.whole_day else moment(entry.start))
    if entry.end is not None:
        event.add("dtend", _day(entry.end) if entry.whole_day else moment(entry.end))
    event.add("summary", entry.summary)
    event.add("sequence", entry.sequence)
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    event.add("class", "PUBLIC" if entry.label == PUBLIC else "CONFIDENTIAL")
    event.add("x-comity-label", entry.label)
    event.add("transp", "TRANSPARENT")
    for prop, text in (("description", entry.says), ("categories", entry.category)):
        if text:
            event.add(prop, text)
    return event


def moment(at: Instant) -> datetime:
    """An instant to the second, in UTC: a fraction of a second has no place in a calendar."""
    return (_EPOCH + timedelta(microseconds=at)).replace(microsecond=0)


def _day(at: Instant) -> date:
    return (_EPOCH + timedelta(days=at // DAY)).date()
