"""What every drawing begins with, and how its words find room.

Rules:
1. A drawing carries no style of its own: classes, and a page's style sheet (`drawings.css` is one), so that a strict
   content-security policy holds.
2. It has a title and a description for readers who do not see it. One with links is a group, so that the links can be
   reached; one without is a picture.
3. `key` begins every id of a drawing: two on one page do not meet.
4. Numbers are written to a tenth: the same rows make the same bytes.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from unicodedata import east_asian_width

Box = tuple[float, float, float, float]
"""Left, top, right, bottom, in units of the drawing."""

_LETTER = 0.62
"""How wide a letter is on average, in heights of the type (measured on DejaVu Sans)."""


def opening(key: str, css: str, box: tuple[float, float, float, float], words: tuple[str, str], *, linked: bool) -> str:
    """The first tag of a drawing, with its title and description: rules 2 and 3.

    Args:
        key: what its ids begin with.
        css: its class.
        box: left, top, width and height of what it shows.
        words: title and description.
        linked: whether it holds links.
    """
    name = escape(key)
    role = "group" if linked else "img"
    return (
        f'<svg class="{css}" viewBox="{" ".join(number(side) for side in box)}" role="{role}"'
        f' aria-labelledby="{name}-title {name}-text" xmlns="http://www.w3.org/2000/svg">'
        f'<title id="{name}-title">{escape(words[0])}</title><desc id="{name}-text">{escape(words[1])}</desc>'
    )


@lru_cache(maxsize=16384)
def escape(text: str) -> str:
    """Text as it may stand between marks and in their attributes; drawings say the same names again and again."""
    return html.escape(text)


def number(value: float) -> str:
    """A number to a tenth, without a needless nought or sign: rule 4."""
    written = f"{value:.1f}".removesuffix(".0")
    return "0" if written == "-0" else written


def linked(shape: str, href: str | None, label: str, seen: str = "") -> str:
    """A shape behind a link, where there is one; what it is called begins with what is seen of it.

    Args:
        shape: what is drawn.
        href: where it leads, or None.
        label: what the link is called.
        seen: the words that the shape shows; whoever speaks to his browser says these.
    """
    if href is None:
        return shape
    named = label if seen in label else f"{seen}: {label}"
    return f'<a href="{html.escape(href)}" aria-label="{escape(named)}">{shape}</a>'


@dataclass(frozen=True, slots=True)
class Word:
    """A text beside a point: where it begins, which way it runs, and its box."""

    x: float
    y: float
    anchor: str
    box: Box


def wide(text: str, size: float) -> float:
    """About how wide a text is in a type of some height; letters as wide as they are high count for two."""
    letters = len(text) if text.isascii() else sum(2 if east_asian_width(one) in "WF" else 1 for one in text)
    return letters * size * _LETTER


def sides(at: tuple[float, float], text: str, size: float, gap: float) -> Iterable[Word]:
    """Where a text may stand beside a point: right, left, above, below."""
    x, y = at
    width, rise = wide(text, size), size * 0.35
    for dx, dy, anchor in ((gap, rise, "start"), (-gap, rise, "end"), (0, -gap, "middle"), (0, gap + size, "middle")):
        left = x + dx - {"start": 0.0, "end": width, "middle": width / 2}[anchor]
        yield Word(x + dx, y + dy, anchor, (left, y + dy - size * 0.8, left + width, y + dy + size * 0.2))


def first_free(words: Iterable[Word], taken: Sequence[Box], within: Box) -> Word | None:
    """The first place that meets nothing and lies within; None where all is taken."""
    return next((word for word in words if _inside(word.box, within) and not _meets(word.box, taken)), None)


def _inside(one: Box, other: Box) -> bool:
    return one[0] >= other[0] and one[1] >= other[1] and one[2] <= other[2] and one[3] <= other[3]


def _meets(one: Box, others: Iterable[Box]) -> bool:
    """Whether a box meets any of others."""
    left, top, right, bottom = one
    for begins, above, ends, below in others:
        if left < ends and begins < right and top < below and above < bottom:
            return True
    return False
