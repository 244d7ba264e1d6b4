"""Instants as a visitor wants to read them: ISO 8601, or the date-time group of the services.

Rules:
1. A date-time group is day, hour, minute, Z, month, year: 261200ZNOV26. All is UTC; months are the alliance's English
   ones, in every language. Seconds are left out.
2. A day alone, which is its first instant, is written without hour: 26NOV26.
3. A year outside 2000 to 2099 is written whole, 04APR1949, for treaties outlive two digits.
4. What is no instant (always, open, a month, words) stays as it is; so does everything that programs read.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from comity.errors import Malformed
from comity.values.instant import DAY, Instant, instant, show

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
        return value if style != DTG else _of_text(value)
    return group(value) if style == DTG else show(value)


def _of_text(text: str) -> str:
    """ISO text as a group; other text as it is: rule 4."""
    try:
        return group(instant(text))
    except Malformed:
        return text


def group(value: Instant) -> str:
    """An instant as a date-time group: rules 1 to 4."""
    text = show(value)
    if not text[:1].isdigit():
        return text
    at = _EPOCH + timedelta(microseconds=value)
    year = f"{at:%y}" if 2000 <= at.year <= 2099 else f"{at.year:04d}"
    hour = "" if value % DAY == 0 else f"{at:%H%M}Z"
    return f"{at:%d}{hour}{MONTHS[3 * at.month - 3 : 3 * at.month]}{year}"


def chosen(stated: str | None) -> str:
    """The style a visitor has chosen, else ISO."""
    return stated if stated in STYLES else ISO
