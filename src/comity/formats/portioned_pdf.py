"""PDF, in and out: the portions of a document that is laid out already.

Rules:
1. Read is the text of the pages. Where the file is tagged, paragraphs are those of its tags, as far as what is seen
   does not say otherwise; else a line joins the one above only where that plainly goes on
   (`comity.formats.portioned_pdf_lines`). What is in doubt begins a paragraph of its own, without a mark: words must
   never come under the mark of a portion that they are not of.
2. The first and the last line of each page may be banners, within the number of the page and what is repeated on most
   pages; both are left behind and told. A page without a banner at either end is told, and so is a page without text,
   which nobody has read.
3. Annotations, attachments, forms, pictures, layers and the particulars of the file are left behind and told.
4. What goes out is set anew by typst, without particulars, and read again before it goes out.
"""

from __future__ import annotations

import json
import re
import struct
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from io import BytesIO
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from comity.errors import Malformed, Unavailable
from comity.formats import portioned_pdf_tags
from comity.formats.portioned import Check, Outgoing, Portion, Portioned, counted, looks_like_banner, portion, shown
from comity.formats.portioned_pdf_lines import Line, Page, Paragraph, apart, goes_over, page_of, paragraphs

if TYPE_CHECKING:
    from pypdf import PdfReader
    from pypdf._page import PageObject

_INSTALL = "install comity[documents]"
_NUMBER = re.compile(r"\W*(?:[^\W\d_]{0,6}\.?\W*)?\d{1,4}\W*(?:[^\W\d_]{0,4}\W*\d{1,4}\W*)?")
_EDGE = 3
_BROKEN = (
    ValueError, LookupError, TypeError, AttributeError, ArithmeticError, AssertionError, NotImplementedError,
    RecursionError, OSError, zlib.error, struct.error,
)  # fmt: skip
"""What pypdf ends in over a file that is broken."""
_PARTICULARS = {"/Creator", "/Producer", "/CreationDate", "/ModDate"}
_MADE_BY = re.compile(r"typst\b.*", re.IGNORECASE)
_LARGEST, _PAGES = 64_000_000, 2_000


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
    blocks = portioned_pdf_tags.blocks(document)
    pages = [page_of(page, number, name, blocks) for number, page in enumerate(document.pages, start=1)]
    found = _Edges(frozenset(_running(pages)))
    read: list[Paragraph] = []
    for page in pages:
        read = _joined(read, paragraphs(replace(page, lines=tuple(found.within(page)))))
    left = [kind for page in document.pages for kind in _left(page)] + found.left
    return Portioned(
        tuple(_portions(read)),
        tuple(found.banners),
        tuple(found.bare),
        counted([*left, *_of_file(document)]),
        _traces(document),
    )


def _joined(read: list[Paragraph], more: Iterable[Paragraph]) -> list[Paragraph]:
    """The paragraphs so far and those of a page, of which one may go on from the last of the page before."""
    before = {one.lines[0].block: one for one in read}
    for one in more:
        above = before.pop(one.lines[0].block, None)
        if above is not None and goes_over(above, one):
            above.go_on(one)
        else:
            read.append(one)
    return read


def _portions(read: Iterable[Paragraph]) -> Iterator[Portion]:
    places: Counter[int] = Counter()
    for one in read:
        if not any(letter.isalnum() for letter in one.text):
            continue  # the sign of an item, a rule
        places[one.page] += 1
        yield portion(one.text, f"page {one.page}, paragraph {places[one.page]}")


def _running(pages: Sequence[Page]) -> Iterator[tuple[str, int]]:
    """Lines that stand at the same place of most pages, but for figures, and may be neither banner nor portion."""
    ends = ((*_from_edge(page, first=True)[:_EDGE], *_from_edge(page, first=False)[:_EDGE]) for page in pages)
    times = Counter(place for end in ends for place in {_place(line) for line in end if line.block is None})
    for place, number in times.items():
        words = place[0].replace("#", "")
        if 1 < number >= len(pages) / 2 and not looks_like_banner(words) and portion(words, "").mark is None:
            yield place


def _place(line: Line) -> tuple[str, int]:
    return re.sub(r"\d+", "#", line.text), round(line.y)


def _from_edge(page: Page, *, first: bool) -> list[Line]:
    return sorted(page.lines, key=lambda line: -line.y if first else line.y)


@dataclass(slots=True)
class _Edges:
    """What stands at the edges of the pages: rule 2."""

    running: frozenset[tuple[str, int]]
    banners: list[tuple[str, str]] = field(default_factory=list)
    bare: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)

    def within(self, page: Page) -> list[Line]:
        """The lines of a page without those of its edges."""
        self.left += [] if page.lines else [f"page without text ({page.number})"]
        gone: set[int] = set()
        for side in ("first", "last"):
            gone |= self._edge([line for line in _from_edge(page, first=side == "first") if id(line) not in gone],
                               f"page {page.number}, {side} line")  # fmt: skip
        return [line for line in page.lines if id(line) not in gone]

    def _edge(self, lines: list[Line], place: str) -> set[int]:
        passed = list(takewhile(self._passes, lines))
        after = lines[len(passed) :]
        if not after or not looks_like_banner(after[0].text):
            self.bare.append(place)
            return self._leave([line for line in passed if self._runs(line)])
        banner = after[0].text
        self.banners.append((place, banner))
        beyond = list(takewhile(lambda line: line.text == banner or self._runs(line), after))
        again = {id(line) for line in beyond if line.text == banner}
        return again | self._leave([*passed, *(line for line in beyond if id(line) not in again)])

    def _runs(self, line: Line) -> bool:
        return line.block is None and _place(line) in self.running

    def _passes(self, line: Line) -> bool:
        return self._runs(line) or _NUMBER.fullmatch(line.text) is not None

    def _leave(self, lines: list[Line]) -> set[int]:
        self.left += ["line of a header or footer"] * len(lines)
        return {id(line) for line in lines}


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


def _left(page: PageObject) -> list[str]:
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
    if _letters(back.portions) != _letters(check.outgoing.portions):
        told.append("other portions than were meant")
    if back.bare or {line for _, line in back.banners} != {check.outgoing.banner}:
        told.append("another banner than was meant")
    return told + list(back.left)


def _letters(portions: Iterable[Portion]) -> str:
    """What portions say, without what the breaking and setting of lines changes."""
    return apart("".join("".join(map(shown, portions)).split()))


def _outside_streams(data: bytes) -> str:
    """What stands in a PDF in plain sight; what is packed in its streams is read as text above."""
    return re.sub(rb"stream\r?\n.*?endstream", b"", data, flags=re.DOTALL).decode("latin-1")
