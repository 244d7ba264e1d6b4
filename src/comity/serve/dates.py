"""Instants as a visitor wants to read them: ISO 8601, or the date-time group of the services.

Rules:
1. People read an instant to the second, cut off: what is signed and what programs read keeps every digit.
2. A date-time group is day, hour, minute, Z, month, year: 261200ZNOV26. All is UTC; months are the alliance's English
   ones, in every language. It has no seconds.
3. A day alone, which is its first instant, is written without hour: 26NOV26.
4. A year outside 2000 to 2099 is written whole, 04APR1949, for treaties outlive two digits.
5. What is no instant (always, open, a month, words) stays as it is; so does everything that programs read.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache

from markupsafe import Markup, escape

from comity.errors import Malformed
from comity.values.instant import DAY, SECOND, Instant, instant, show

ISO, DTG = "iso", "dtg"
STYLES = {ISO: "Dates as 2026-11-26T12:00Z (ISO)", DTG: "Dates as 261200ZNOV26 (DTG)"}
MONTHS = "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def shown(value: Instant | str | None, style: str) -> str:
    """An instant, or the ISO text of one, in a style.

    Args:
        value: the instant; None shows as nothing.
        style: `ISO` or `DTG`; anything else is ISO.
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return _cut(value) if style != DTG else _of_text(value)
    return group(value) if style == DTG else _iso(value)


@lru_cache(maxsize=16384)
def marked(value: Instant | str | None, style: str) -> Markup:
    """An instant for a page, which a line does not break and a machine can read; what is none is text."""
    text = shown(value, style)
    iso = value if isinstance(value, str) else "" if value is None else _iso(value)
    return Markup('<time datetime="{}">{}</time>').format(iso, text) if _read(iso) is not None else escape(text)


def _iso(value: Instant) -> str:
    """An instant as ISO text for people: rule 1."""
    return f"{show(value)[:19]}Z" if value % SECOND and _written(value) else show(value)


def _written(value: Instant) -> bool:
    return show(value)[:1].isdigit()


def _cut(text: str) -> str:
    """ISO text to the second; other text as it is: rules 1 and 5."""
    found = _read(text) if "." in text else None
    return text if found is None else _iso(found)


def _of_text(text: str) -> str:
    """ISO text as a group; other text as it is: rule 5."""
    found = _read(text)
    return text if found is None else group(found)


def _read(text: str) -> Instant | None:
    """The instant that a text is, if it is one."""
    try:
        return instant(text)
    except Malformed:
        return None


def group(value: Instant) -> str:
    """An instant as a date-time group: rules 2 to 5."""
    if not _written(value):
        return show(value)
    at = _EPOCH + timedelta(microseconds=value)
    year = f"{at:%y}" if 2000 <= at.year <= 2099 else f"{at.year:04d}"
    hour = "" if value % DAY == 0 else f"{at:%H%M}Z"
    return f"{at:%d}{hour}{MONTHS[3 * at.month - 3 : 3 * at.month]}{year}"


def chosen(stated: str | None) -> str:
    """The style a visitor has chosen, else ISO."""
    return stated if stated in STYLES else ISO
