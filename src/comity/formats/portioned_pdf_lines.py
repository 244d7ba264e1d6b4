"""The lines of a PDF's page, as they stand on it, and which of them go on in the next.

Rules:
1. A page that shows less than it holds is refused: text drawn in no ink, in white, or with nothing of it to be seen,
   too small to be read, or outside the page. Under whose mark it would stand, nobody who reads the page can see.
2. Without tags (`comity.formats.portioned_pdf_tags`) a line goes on in the next where that plainly is so: the next
   stands as near as lines do, has letters of the same size, and the line fills the page between its margins, has by
   no measure room for the word that begins the next, and ends no sentence. Where lines stand beside each other none
   goes on. What is not plain stays apart, and so without a mark: nobody is let read it.
3. With tags, lines of one block go on while what is seen does not say otherwise: the next stands as near as the
   nearest lines of the block do, or begins a column to the right, and the line is full. Where the line ends a sentence,
   the first word of the next would not have fitted in it. On the next page a block goes on within a sentence alone.
4. A line that begins with a mark goes on from none.
5. Letters that were set as one sign (ffi, fl) are read as the letters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, Any
from unicodedata import normalize

from comity.errors import Malformed
from comity.formats.portioned import portion
from comity.formats.portioned_pdf_tags import Blocks, Tracker

if TYPE_CHECKING:
    from pypdf._page import PageObject

_GAP, _SPACED, _FULL, _WIDE, _FITS = 1.35, 1.7, 0.75, 0.55, 1.15
_BESIDE = re.compile(r"\S {3,}\S")
_ENDED = re.compile(r"[.:;!?\u2026][)\"'\u2019\u201d\u00bb]?$")
_INVISIBLE, _SMALLEST, _PALEST, _WHITEST = (3, 7), 2.0, 0.1, 0.97
_SHOWS = frozenset({b"Tj", b"TJ", b"'", b'"'})
_COLUMN = 5
_SOFT = "\u00ad"
_LIGATURES = {point: normalize("NFKD", chr(point)) for point in range(0xFB00, 0xFB07)}
_INKS = frozenset({"/Separation", "/DeviceN", "/Indexed", "/Pattern"})
"""Kinds of colour in which a number says how much ink, or which, and not how light."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line: its words, its place on the page, the size of its letters, and the block it is of (None: of none)."""

    text: str
    y: float
    x: float
    size: float
    block: int | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its lines from top to bottom or, where its tags are trusted, block by block; its width in points."""

    number: int
    lines: tuple[Line, ...]
    tagged: bool
    beside: bool
    width: float = 0.0


@dataclass(slots=True)
class Paragraph:
    """Lines that are one paragraph, from a page to a page."""

    page: int
    lines: list[Line]
    until: int = 0

    def go_on(self, more: Paragraph) -> None:
        """Take in what stands on the next page."""
        self.lines += more.lines
        self.until = more.page

    @property
    def text(self) -> str:
        """Its words; a word that was divided softly is whole."""
        return " ".join(line.text for line in self.lines).replace(f"{_SOFT} ", "").replace(_SOFT, "")


def page_of(page: PageObject, number: int, name: str, blocks: Blocks | None) -> Page:
    """The lines of a page: rule 1.

    Raises:
        Malformed: the page holds text that nobody sees.
    """
    found = _Looking(page)
    page.extract_text(visitor_text=found.take, visitor_operand_before=found.before, visitor_operand_after=found.after)
    if found.unseen:
        told = f"page {number} holds text that nobody sees, or hardly: in white, without ink, tiny, or off the page"
        raise Malformed(told, where=name, next_step="export it anew, without it")
    of_page = getattr(page.indirect_reference, "idnum", None)
    if blocks is not None and of_page is not None and found.tags.trusted:
        of = {mark: block for (place, mark), block in blocks.items() if place == of_page}
        return Page(number, tuple(_in_blocks(found.pieces, of)), True, False, float(page.cropbox.width))
    beside = _BESIDE.search(page.extract_text(extraction_mode="layout")) is not None
    return Page(number, tuple(_down(found.pieces, apart=beside)), False, beside, float(page.cropbox.width))


@dataclass(frozen=True, slots=True)
class _Piece:
    text: str
    y: float
    x: float
    size: float
    mark: int | None


@dataclass(slots=True)
class _Ink:
    """With what text is drawn."""

    white: bool = False
    pale: bool = False
    inked: bool = False


@dataclass(slots=True)
class _Looking:
    """A page while it is looked at."""

    page: PageObject
    pieces: list[_Piece] = field(default_factory=list)
    tags: Tracker = field(init=False)
    ink: _Ink = field(default_factory=_Ink)
    kept: list[_Ink] = field(default_factory=list)
    unseen: bool = False

    def __post_init__(self) -> None:
        self.tags = Tracker(self.page)

    def take(self, text: str, user: Sequence[float], matrix: Sequence[float], _font: object, size: float) -> None:
        """A text that was read."""
        if not text.strip():
            if text and self.pieces and "\n" not in text:
                self.pieces.append(replace(self.pieces[-1], text=" ", x=_x(user, matrix), mark=self.tags.mark))
            return
        x = _x(user, matrix)
        y = user[1] * matrix[4] + user[3] * matrix[5] + user[5]
        tall = abs(size * (matrix[3] or matrix[1] or 1) * (user[3] or user[1] or 1))
        box = self.page.cropbox
        if tall < _SMALLEST or not (box.left - 1 <= x <= box.right + 1 and box.bottom - 1 <= y <= box.top + 1):
            self.unseen = True
        words, mark = text.replace("\n", ""), self.tags.mark
        if self.pieces and words.strip() == _SOFT:
            mark = self.pieces[-1].mark
        self.pieces.append(_Piece(words, y, x, tall, mark))

    def before(self, operator: bytes, operands: list[Any], _user: object, _matrix: object) -> None:
        """An operator that is about to be read: rule 1."""
        self.tags.before(operator, operands)
        match operator:
            case b"Tr" if operands and int(operands[0]) in _INVISIBLE:
                self.unseen = True
            case b"q":
                self.kept.append(replace(self.ink))
            case b"Q" if self.kept:
                self.ink = self.kept.pop()
            case b"g" | b"rg" | b"k" | b"sc" | b"scn":
                self.ink.white = _white(operands, as_ink=self.ink.inked and operator in {b"sc", b"scn"})
            case b"cs":
                self.ink.white, self.ink.inked = False, self._inked(operands)
            case b"gs":
                self.ink.pale = self._pale(operands)
            case operator if operator in _SHOWS and (self.ink.white or self.ink.pale) and _says(operands):
                self.unseen = True

    def after(self, operator: bytes, _operands: object, _user: object, _matrix: object) -> None:
        """An operator that was read."""
        self.tags.after(operator)

    def _inked(self, operands: list[Any]) -> bool:
        resources: Any = self.page.get("/Resources") or {}
        named = operands[0] if operands else ""
        space: Any = (resources.get("/ColorSpace") or {}).get(named, named)
        kind = space[0] if isinstance(space, list) and space else space
        return str(kind) in _INKS

    def _pale(self, operands: list[Any]) -> bool:
        resources: Any = self.page.get("/Resources") or {}
        state: Any = (resources.get("/ExtGState") or {}).get(operands[0] if operands else None) or {}
        return float(state.get("/ca", 0.0 if self.ink.pale else 1.0)) < _PALEST


def _x(user: Sequence[float], matrix: Sequence[float]) -> float:
    return user[0] * matrix[4] + user[2] * matrix[5] + user[4]


def _white(operands: list[Any], *, as_ink: bool) -> bool:
    parts = [float(one) for one in operands if isinstance(one, int | float)]
    if as_ink or not parts:
        return False
    return max(parts) <= 1 - _WHITEST if len(parts) == 4 else min(parts) >= _WHITEST


def _says(operands: list[Any]) -> bool:
    """Whether a text that is drawn is more than spaces, as far as that can be told before it is read."""
    shown = operands[-1] if operands else ""
    return any(
        str(one).strip() for one in (shown if isinstance(shown, list) else [shown]) if isinstance(one, str | bytes)
    )


def _down(pieces: list[_Piece], *, apart: bool) -> Iterator[Line]:
    """The lines from top to bottom; what stands beside each other is one, or, when apart, each piece one of its own."""
    rows: list[list[_Piece]] = []
    for piece in sorted(pieces, key=lambda piece: (-piece.y, piece.x)):
        if rows and not apart and abs(rows[-1][0].y - piece.y) < 2:
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return (line for row in rows if (line := _line(row, None)).text)


def _in_blocks(pieces: list[_Piece], of: dict[int, int]) -> Iterator[Line]:
    """The lines of each block in the order in which they are drawn; of what is in none, each line by itself."""
    rows: dict[int | None, list[list[_Piece]]] = {}
    for piece in pieces:
        block = None if piece.mark is None else of.get(piece.mark)
        drawn = rows.setdefault(block, [])
        near = 2 if block is None else piece.size * 0.6
        if drawn and abs(drawn[-1][-1].y - piece.y) < near and (block is not None or drawn[-1][-1].x <= piece.x):
            drawn[-1].append(piece)
        else:
            drawn.append([piece])
    return (line for block, drawn in rows.items() for row in drawn if (line := _line(row, block)).text)


def _line(row: list[_Piece], block: int | None) -> Line:
    ordered = sorted(row, key=lambda piece: piece.x)
    text = apart(" ".join("".join(piece.text for piece in ordered).split()))
    return Line(text, row[0].y, ordered[0].x, max(piece.size for piece in row), block)


def apart(text: str) -> str:
    """A text with the letters of each ligature: rule 5."""
    return text.translate(_LIGATURES)


# Paragraphs


def paragraphs(page: Page) -> Iterator[Paragraph]:
    """The paragraphs of a page: rules 2 to 4."""
    if page.tagged:
        letters = _letters(page)
        for block in dict.fromkeys(line.block for line in page.lines):
            yield from _divided([line for line in page.lines if line.block == block], page.number, letters)
    elif page.beside:
        yield from (Paragraph(page.number, [line]) for line in page.lines)
    else:
        yield from _guessed(page)


def _letters(page: Page) -> float:
    """How many letters a line of the page has room for, at least: between margins as wide as the left one."""
    margin = min((line.x for line in page.lines), default=0.0)
    letter = median(line.size for line in page.lines) * _WIDE if page.lines else 1.0
    return max(*(len(line.text) for line in page.lines), 0, (page.width - 2 * margin) / letter)


def _divided(lines: list[Line], number: int, letters: float) -> Iterator[Paragraph]:
    """Rule 3."""
    longest = max(len(line.text) for line in lines)
    gaps = [gap for above, below in pairwise(lines) if (gap := above.y - below.y) > 0]
    least = min(gaps, default=0.0)
    found: list[Paragraph] = []
    for line in lines:
        if found and line.block is not None and _same(found[-1].lines[-1], line, longest, least, letters):
            found[-1].lines.append(line)
        else:
            found.append(Paragraph(number, [line]))
    return iter(found)


def _same(above: Line, below: Line, longest: int, least: float, letters: float) -> bool:
    gap = above.y - below.y
    near = 0 < gap <= min(least * _GAP, above.size * _SPACED)
    beside = gap < 0 and below.x > above.x + _COLUMN * above.size
    return (near or beside) and _alike(above, below) and _is_full(above, longest) and not _broken(above, below, letters)


def _broken(above: Line, below: Line, letters: float) -> bool:
    """Whether a line ends a sentence and had room for the word that begins the next."""
    return _ENDED.search(above.text) is not None and len(above.text) + 1 + len(below.text.split()[0]) <= letters


def _alike(above: Line, below: Line) -> bool:
    return abs(above.size - below.size) < 0.5 and portion(below.text, "").mark is None


def _is_full(line: Line, longest: float) -> bool:
    return len(line.text) >= longest * _FULL


def goes_over(above: Paragraph, below: Paragraph) -> bool:
    """Whether a paragraph of a page goes on in one of the next: rules 3 and 4."""
    last, first = above.lines[-1], below.lines[0]
    longest = max(len(line.text) for line in (*above.lines, *below.lines))
    of_one = last.block is not None and last.block == first.block and below.page == max(above.page, above.until) + 1
    goes_on = _alike(last, first) and _is_full(last, longest) and not _ENDED.search(last.text)
    return of_one and goes_on


def _guessed(page: Page) -> Iterator[Paragraph]:
    """Rule 2."""
    room = _letters(page)
    gaps = [above.y - below.y for above, below in pairwise(page.lines)]
    usual = median(gaps) if gaps else 0.0
    found: list[Paragraph] = []
    for line in page.lines:
        if found and _plainly(found[-1].lines[-1], line, room, usual):
            found[-1].lines.append(line)
        else:
            found.append(Paragraph(page.number, [line]))
    return iter(found)


def _plainly(above: Line, below: Line, room: float, usual: float) -> bool:
    gap = above.y - below.y
    near = 0 < gap <= min(usual * _GAP, above.size * _SPACED)
    has_room = len(above.text) + 1 + len(below.text.split()[0]) <= room * _FITS
    return near and _alike(above, below) and _is_full(above, room) and not has_room and not _ENDED.search(above.text)
