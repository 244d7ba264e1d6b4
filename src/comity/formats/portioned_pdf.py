"""PDF, in and out: the portions of a document that is laid out already.

Rules:
1. Read is the text of the pages. A line joins the one above only where that plainly goes on: it stands as near as
   lines do, has letters of the same size, and the line above is full and ends no sentence. What is in doubt begins a
   paragraph of its own, without a mark: words must never come under the mark of a portion that they are not of. On a
   page with columns or a table every line does. A page with text that is not drawn is refused.
2. The first and the last line of each page may be banners; a page without one at either end is told, and so is a page
   without text, which nobody has read.
3. Annotations, attachments, forms, pictures, layers and the particulars of the file are left behind and told.
4. What goes out is set anew by typst, without particulars, and read again before it goes out.
"""

from __future__ import annotations

import json
import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, Any

from comity.errors import Malformed, Unavailable
from comity.formats.portioned import Check, Outgoing, Portion, Portioned, counted, looks_like_banner, portion, shown

if TYPE_CHECKING:
    from pypdf import PdfReader
    from pypdf._page import PageObject

_INSTALL = "install comity[documents]"
_GAP, _SPACED, _FULL = 1.35, 1.7, 0.75
_BESIDE = re.compile(r"\S {3,}\S")
_INVISIBLE = (3, 7)
_ENDED = re.compile(r"[.:;!?\u2026][)\"'\u2019\u201d\u00bb]?$")
_BROKEN = (
    ValueError, LookupError, TypeError, AttributeError, ArithmeticError, AssertionError, NotImplementedError,
    RecursionError, OSError, zlib.error, struct.error,
)  # fmt: skip
"""What pypdf ends in over a file that is broken."""
_PARTICULARS = {"/Creator", "/Producer", "/CreationDate", "/ModDate"}
_MADE_BY = re.compile(r"typst\b.*", re.IGNORECASE)
_LARGEST, _PAGES = 64_000_000, 2_000


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    y: float
    size: float


def read(data: bytes, name: str) -> Portioned:
    """The portions of a PDF: rules 1 to 3.

    Args:
        data: the file.
        name: what errors call it.

    Raises:
        Malformed: it is no PDF that can be read, or is locked.
        Unavailable: pypdf is not installed.
    """
    document = _opened(data, name)
    try:
        return _read(document, name)
    except (*_BROKEN, _pypdf_error()) as error:
        raise _no_pdf(name, error) from error


def _read(document: PdfReader, name: str) -> Portioned:
    portions: list[Portion] = []
    banners: list[tuple[str, str]] = []
    bare: list[str] = []
    left: list[str] = []
    for number, page in enumerate(document.pages, start=1):
        beside = _in_columns(page)
        lines = _lines(page, apart=beside)
        left += _left(page, number) + ([] if lines else [f"page without text ({number})"])
        for side, place in ((0, "first"), (-1, "last")):
            line = lines[side].text if lines else ""
            if looks_like_banner(line):
                banners.append((f"page {number}, {place} line", line))
                del lines[side]
            else:
                bare.append(f"page {number}, {place} line")
        _seen(page, number, name)
        blocks = enumerate([line.text for line in lines] if beside else _paragraphs(lines), start=1)
        portions += [portion(words, f"page {number}, paragraph {place}") for place, words in blocks]
    return Portioned(
        tuple(portions), tuple(banners), tuple(bare), counted([*left, *_of_file(document)]), _traces(document)
    )


def _opened(data: bytes, name: str) -> PdfReader:
    try:
        from pypdf import PdfReader
    except ImportError as error:
        raise Unavailable("pypdf is not installed", where=name, next_step=_INSTALL) from error
    if len(data) > _LARGEST:
        raise Malformed(f"has more than {_LARGEST // 1_000_000} MB", where=name, next_step="divide it")
    try:
        document = PdfReader(BytesIO(data), strict=False)
        if document.is_encrypted:
            raise Malformed("is locked by a password", where=name, next_step="save it without one")
        pages = len(document.pages)
    except (*_BROKEN, _pypdf_error()) as error:
        raise _no_pdf(name, error) from error
    if pages > _PAGES:
        raise Malformed(f"has more than {_PAGES} pages", where=name, next_step="divide it")
    return document


def _pypdf_error() -> type[Exception]:
    from pypdf.errors import PyPdfError

    return PyPdfError


def _no_pdf(name: str, error: Exception) -> Malformed:
    told = f"{type(error).__name__}: {error}"
    return Malformed(f"is no PDF that can be read: {told}", where=name, next_step="export it again as PDF")


def _lines(page: PageObject, *, apart: bool) -> list[_Line]:
    """The lines of a page from top to bottom, each with its height on the page and the size of its letters.

    What stands beside each other is one line, or, when apart, each piece one of its own.
    """
    pieces: list[tuple[float, float, float, str]] = []

    def take(text: str, user: list[float], matrix: list[float], _font: object, size: float) -> None:
        if text.strip():
            x = user[0] * matrix[4] + user[2] * matrix[5] + user[4]
            y = user[1] * matrix[4] + user[3] * matrix[5] + user[5]
            pieces.append((y, x, abs(size * (matrix[3] or 1) * (user[3] or 1)), text.replace("\n", "")))

    page.extract_text(visitor_text=take)
    rows: list[list[tuple[float, float, float, str]]] = []
    for piece in sorted(pieces, key=lambda piece: (-piece[0], piece[1])):
        if rows and not apart and abs(rows[-1][0][0] - piece[0]) < 2:
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return [_line(row) for row in rows]


def _seen(page: PageObject, number: int, name: str) -> None:
    """Nothing, where every text of a page is drawn; what nobody sees would be read under some mark."""
    unseen = 0

    def look(operator: bytes, operands: list[Any], _user: list[float], _matrix: list[float]) -> None:
        nonlocal unseen
        if operator == b"Tr" and operands and int(operands[0]) in _INVISIBLE:
            unseen += 1

    page.extract_text(visitor_operand_before=look)
    if unseen:
        raise Malformed(
            f"page {number} holds text that nobody sees", where=name, next_step="export it anew, without it"
        )


def _in_columns(page: PageObject) -> bool:
    """Whether lines of a page stand beside each other: then none goes on in the next."""
    return _BESIDE.search(page.extract_text(extraction_mode="layout")) is not None


def _line(row: list[tuple[float, float, float, str]]) -> _Line:
    ordered = sorted(row, key=lambda piece: piece[1])
    text = " ".join("".join(piece[3] for piece in ordered).split())
    return _Line(text, row[0][0], max(piece[2] for piece in row))


def _paragraphs(lines: list[_Line]) -> Iterator[str]:
    """Rule 1: a line joins the one above only where that plainly goes on."""
    longest = max((len(line.text) for line in lines), default=0)
    gaps = [above.y - below.y for above, below in pairwise(lines)]
    usual = median(gaps) if gaps else 0.0
    block: list[str] = []
    for number, line in enumerate(lines):
        if block and (portion(line.text, "").mark or not _goes_on(lines[number - 1], line, longest, usual)):
            yield " ".join(block)
            block = []
        block.append(line.text)
    if block:
        yield " ".join(block)


def _goes_on(above: _Line, below: _Line, longest: int, usual: float) -> bool:
    gap = above.y - below.y
    near = 0 < gap <= min(usual * _GAP, above.size * _SPACED) and abs(above.size - below.size) < 0.5
    return near and len(above.text) >= longest * _FULL and not _ENDED.search(above.text)


def _left(page: PageObject, number: int) -> list[str]:
    found = ["annotation"] * len(page.get("/Annots") or ())
    resources: Any = page.get("/Resources") or {}
    objects: Any = resources.get("/XObject") or {}
    return found + ["picture or drawing"] * len(objects)


def _of_file(document: PdfReader) -> list[str]:
    root: Any = document.trailer["/Root"]
    found = ["attachment"] * len(document.attachments)
    found += ["form"] if root.get("/AcroForm") else []
    found += ["layers"] if root.get("/OCProperties") else []
    found += ["script"] if root.get("/OpenAction") or "/JavaScript" in (root.get("/Names") or {}) else []
    return found + [f"particular {key}" for key in (document.metadata or {}) if key not in _PARTICULARS]


def _traces(document: PdfReader) -> frozenset[str]:
    particulars = {str(value) for key, value in (document.metadata or {}).items() if not key.endswith("Date")}
    return frozenset(one for one in particulars | set(document.attachments) if len(one) > 2)


# Out


def write(outgoing: Outgoing) -> bytes:
    """A PDF of these portions, with the banner above and below every page.

    Raises:
        Unavailable: typst is not installed.
    """
    try:
        import typst
    except ImportError as error:
        raise Unavailable("typst is not installed", next_step=_INSTALL) from error
    made: bytes = typst.compile(_source(outgoing).encode(), format="pdf")
    return made


def _source(outgoing: Outgoing) -> str:
    banner = f'align(center, text(weight: "bold", {_literal(outgoing.banner)}))'
    lines = [
        "#set document(date: none)",
        f'#set page(paper: "a4", header: {banner}, footer: {banner})',
        "#set text(size: 11pt, hyphenate: false, ligatures: false)",
        "#set par(justify: false, leading: 0.55em, spacing: 1.6em)",
        *(
            f'#par(text(weight: "{"bold" if one.level else "regular"}", {_literal(shown(one))}))'
            for one in outgoing.portions
        ),
    ]
    return "\n\n".join(lines)


def _literal(text: str) -> str:
    """A text as a string of typst: nothing in it is taken for an instruction."""
    return re.sub(r"\\u([0-9a-f]{4})", r"\\u{\1}", json.dumps(text.replace("\x00", ""), ensure_ascii=False))


def leaks(data: bytes, check: Check) -> list[str]:
    """What a PDF that was written must not hold or does not say: rule 4. Empty: it may go out."""
    document = _opened(data, "the copy")
    back = read(data, "the copy")
    particulars = {key: str(value) for key, value in (document.metadata or {}).items()}
    told = [
        f"the particular {key}" for key, value in particulars.items() if key != "/Creator" or not _MADE_BY.match(value)
    ]
    text = "\n".join([*particulars.values(), *map(shown, back.portions), *(line for _, line in back.banners)])
    told += check.leaks(text, " ".join(particulars.values())) + check.leaks(
        _outside_streams(data), _outside_streams(write(Outgoing("X", ())))
    )
    if "".join("".join(map(shown, back.portions)).split()) != "".join(
        "".join(map(shown, check.outgoing.portions)).split()
    ):
        told.append("other portions than were meant")
    if back.bare or {line for _, line in back.banners} != {check.outgoing.banner}:
        told.append("another banner than was meant")
    return told + list(back.left)


def _outside_streams(data: bytes) -> str:
    """What stands in a PDF in plain sight; what is packed in its streams is read as text above."""
    return re.sub(rb"stream\r?\n.*?endstream", b"", data, flags=re.DOTALL).decode("latin-1")
