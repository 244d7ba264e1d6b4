"""A timeline: rows of bars from a start to an end, either of which may be open or known only roughly.

Rules:
1. A bar is whole where it certainly runs. Between the earliest and the latest of a ragged date it is pale with a dashed
   edge: there it perhaps runs.
2. An open end runs to the edge of the drawing and points onward; a start before it comes in from the edge.
3. A row of one certain instant is a diamond.
4. Every row says its dates in words as well: nothing is told by colour or place alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from comity.formats.drawing import escape, linked, number, opening
from comity.formats.tables import Table, table
from comity.values.instant import ALWAYS, DAY, NEVER, Instant, Ragged, show_ragged

WIDTH, ROW, TOP = 960.0, 46.0, 40.0
_BAR, _DOWN = 14.0, 26.0
_EDGE = 16.0
_YEAR = 365.25 * DAY
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SPANS = (("day", 1), ("day", 7), ("month", 1), ("month", 3), ("year", 1), ("year", 2), ("year", 5), ("year", 10),
          ("year", 20), ("year", 50), ("year", 100))  # fmt: skip
_LENGTH = {"day": float(DAY), "month": _YEAR / 12, "year": _YEAR}
_TICKS = 9
_LETTERS = 58
"""How many letters of a row's words are shown: as many as fit on a phone."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its words, from when to when, its class, a note, and where it leads."""

    label: str
    start: Ragged
    end: Ragged
    css: str = ""
    note: str = ""
    href: str | None = None

    @property
    def dates(self) -> str:
        """Its dates in words: rule 4."""
        if self.start == self.end:
            return show_ragged(self.start)
        since = "" if self.start.latest <= ALWAYS else f"{show_ragged(self.start)} "
        until = "open" if self.end.earliest >= NEVER else show_ragged(self.end)
        return f"{since}to {until}"


@dataclass(frozen=True, slots=True)
class _Span:
    """From when to when a drawing runs."""

    first: Instant
    last: Instant

    def x(self, at: Instant) -> float:
        """Where an instant stands, within the edges."""
        share = (min(max(at, self.first), self.last) - self.first) / max(self.last - self.first, 1)
        return _EDGE + share * (WIDTH - 2 * _EDGE)


def svg(
    rows: Sequence[Row],
    title: str,
    describe: str,
    *,
    first: Instant,
    last: Instant,
    now: Instant | None = None,
    key: str = "timeline",
) -> str:
    """Draw rows of bars under a scale of dates.

    Args:
        rows: the rows, from above to below.
        title: what the drawing shows.
        describe: the same for readers who do not see it.
        first: the instant at the left edge.
        last: the instant at the right edge.
        now: the instant to mark.
        key: what every id of the drawing begins with.
    """
    span = _Span(first, last)
    height = TOP + ROW * len(rows) + 8
    leads = any(row.href is not None for row in rows)
    parts = [
        opening(key, "timeline", (0.0, 0.0, WIDTH, height), (title, describe), linked=leads),
        *(part for at, words in ticks(first, last) for part in _tick(span.x(at), words, height)),
        *(_now(span.x(now), height) if now is not None and first <= now <= last else ()),
        *(_row(row, place, span) for place, row in enumerate(rows)),
        "</svg>",
    ]
    return "\n".join(parts)


def rows_table(rows: Iterable[Row]) -> Table:
    """The same rows as a table; a ragged date keeps the precision it has."""
    found = [(row.label, _said(row.start), _said(row.end), row.note) for row in rows]
    return table(("what", "from", "until", "note"), found)


def _said(at: Ragged) -> str:
    return "" if at.latest <= ALWAYS or at.earliest >= NEVER else show_ragged(at)


def _tick(x: float, words: str, height: float) -> Iterator[str]:
    yield f'<path class="tick" d="M{number(x)},{number(TOP - 8)}V{number(height)}"/>'
    yield f'<text class="tick-text" x="{number(x)}" y="{number(TOP - 14)}" text-anchor="{_anchor(x)}">{words}</text>'


def _now(x: float, height: float) -> Iterator[str]:
    yield f'<path class="now" d="M{number(x)},{number(TOP - 8)}V{number(height)}"/>'


def _anchor(x: float) -> str:
    return "start" if x < 60 else "end" if x > WIDTH - 60 else "middle"


def _row(row: Row, place: int, span: _Span) -> str:
    """The words above, the bar below: so both are as wide as the page. What is cut short is whole in the title."""
    y = TOP + ROW * place
    words = f"{row.label}: {row.dates}" + (f"; {row.note}" if row.note else "")
    label = row.label if len(row.label) <= _LETTERS else f"{row.label[: _LETTERS - 1].rstrip()}…"
    text = (
        f'<text class="row-text" x="{number(_EDGE)}" y="{number(y + 18)}">{escape(label)}</text>'
        f'<text class="note-text" x="{number(WIDTH - _EDGE)}" y="{number(y + 18)}" text-anchor="end">'
        f"{escape(row.dates)}</text>"
    )
    shape = f"<g><title>{escape(words)}</title>{text}{''.join(_bar(row, y + _DOWN, span))}</g>"
    return linked(shape, row.href, words)


def _bar(row: Row, y: float, span: _Span) -> Iterator[str]:
    """Rules 1 to 3."""
    if row.end.latest < span.first or row.start.earliest > span.last:
        return
    css = f" {escape(row.css)}" if row.css else ""
    if row.start == row.end and row.start.exact:
        yield _diamond(span.x(row.start.earliest), y, css)
        return
    for start, end in ((row.start.earliest, row.start.latest), (row.end.earliest, row.end.latest)):
        if start < end:
            yield _box(span.x(start), span.x(end), y, f"ragged{css}")
            yield _box(span.x(start), span.x(end), y, f"ragged-edge{css}")
    if row.start.latest < row.end.earliest:
        yield _box(span.x(row.start.latest), span.x(row.end.earliest), y, f"bar{css}")
    if row.end.earliest > span.last:
        yield _arrow(span.x(span.last), y, css)


def _box(left: float, right: float, y: float, css: str) -> str:
    size = f'width="{number(max(right - left, 1.5))}" height="{number(_BAR)}"'
    return f'<rect class="{css}" x="{number(left)}" y="{number(y)}" {size} rx="2"/>'


def _arrow(x: float, y: float, css: str) -> str:
    """Onward: rule 2."""
    half = number(_BAR / 2)
    return f'<path class="bar{css}" d="M{number(x)},{number(y)}l{half},{half}l-{half},{half}Z"/>'


def _diamond(x: float, y: float, css: str) -> str:
    half = _BAR / 2 + 1
    turn = f"l{number(half)},{number(half)}l-{number(half)},{number(half)}l-{number(half)},-{number(half)}Z"
    return f'<path class="point{css}" d="M{number(x)},{number(y - 1)}{turn}"/>'


def ticks(first: Instant, last: Instant) -> list[tuple[Instant, str]]:
    """Instants for the scale, with their words: at most about nine, on whole days, months or years."""
    unit, step = next((span for span in _SPANS if (last - first) / (_LENGTH[span[0]] * span[1]) <= _TICKS), _SPANS[-1])
    at, found = _floor(_EPOCH + timedelta(microseconds=first), unit, step), []
    while (instant := (at - _EPOCH) // timedelta(microseconds=1)) <= last:
        if instant >= first:
            found.append((instant, _words(at, unit)))
        try:
            at = _next(at, unit, step)
        except (ValueError, OverflowError):
            break  # no later day can be written
    return found


def _floor(at: datetime, unit: str, step: int) -> datetime:
    day = at.replace(hour=0, minute=0, second=0, microsecond=0)
    if unit == "day":
        return day - timedelta(days=day.weekday() % step)
    if unit == "month":
        return day.replace(day=1, month=(day.month - 1) // step * step + 1)
    return day.replace(day=1, month=1, year=max(day.year // step * step, 1))


def _next(at: datetime, unit: str, step: int) -> datetime:
    if unit == "day":
        return at + timedelta(days=step)
    if unit == "month":
        months = at.month - 1 + step
        return at.replace(year=at.year + months // 12, month=months % 12 + 1)
    return at.replace(year=at.year + step)


def _words(at: datetime, unit: str) -> str:
    return {"day": at.date().isoformat(), "month": f"{at:%Y-%m}", "year": f"{at.year:04d}"}[unit]
