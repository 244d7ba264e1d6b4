"""Tagged PDF: which paragraph each text of a page is of, as the program says that made it (ISO 32000-1, 14.7, 14.8).

Rules:
1. A file counts as tagged when it says that it is, and that nothing in it is suspect.
2. A text is of the nearest element around it that is a block: a paragraph, a heading, an item, a cell, a note. What is
   in no block is of none, and nothing joins it.
3. A page is trusted when every mark on it can be followed: marks open and close between texts and not within one, stand
   on the page itself, and belong to one element each. Otherwise its tags are not used at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pypdf import PdfReader
    from pypdf._page import PageObject

_BLOCKS = frozenset((
    "P", "H", "H1", "H2", "H3", "H4", "H5", "H6", "Title", "LI", "LBody", "Lbl", "TD", "TH", "Caption", "BlockQuote",
    "Note", "FENote", "TOCI", "Formula", "Figure", "Aside",
))  # fmt: skip
_DEEPEST, _MOST, _ALIASES = 200, 500_000, 20
Blocks = Mapping[tuple[int, int], int]
"""By page (the number of its object) and mark: the number of the block that the text under it is of."""


def blocks(document: PdfReader) -> Blocks | None:
    """Which block each marked text is of: rules 1 and 2; None where the file is not tagged."""
    root: Any = document.trailer["/Root"]
    told: Any = root.get("/MarkInfo") or {}
    tree: Any = root.get("/StructTreeRoot")
    if tree is None or not _says(told, "/Marked") or _says(told, "/Suspects"):
        return None
    found: dict[tuple[int, int], int] = {}
    twice: set[int] = set()
    for page, mark, block in _leaves(tree.get_object()):
        if (page, mark) in found:
            twice.add(page)
        found[page, mark] = block
    return {place: block for place, block in found.items() if place[0] not in twice}


def _leaves(tree: Any) -> Iterator[tuple[int, int, int]]:
    """Each mark of the tree, with its page and its block, in the order of the tree."""
    aliases: Any = tree.get("/RoleMap") or {}
    waiting: list[tuple[Any, Any, int, int]] = [(tree.get("/K"), None, 0, 0)]
    numbered = 0
    for _ in range(_MOST):
        if not waiting:
            return
        given, page, block, depth = waiting.pop()
        item = given.get_object() if hasattr(given, "get_object") else given
        if isinstance(item, list):
            waiting += [(one, page, block, depth) for one in reversed(item)]
        elif isinstance(item, int):
            numbered += 1
            yield from ((number, item, block or -numbered) for number in _number(page))
        elif hasattr(item, "get") and depth < _DEEPEST:
            kind = item.get("/Type")
            if kind == "/MCR" and "/Stm" not in item:
                waiting.append((item.get("/MCID"), item.raw_get("/Pg") if "/Pg" in item else page, block, depth))
            elif kind not in {"/MCR", "/OBJR"}:
                numbered += 1
                inner = numbered if _role(item.get("/S"), aliases) in _BLOCKS else block
                own = item.raw_get("/Pg") if "/Pg" in item else None
                waiting.append((item.get("/K"), own, inner, depth + 1))


def _says(told: Any, key: str) -> bool:
    given = told.get(key)
    return getattr(given, "value", given) is True


def _number(page: Any) -> Iterator[int]:
    if isinstance(number := getattr(page, "idnum", None), int):
        yield number


def _role(given: object, aliases: Any) -> str:
    """The standard name of an element."""
    name = str(given)
    for _ in range(_ALIASES):
        if name.removeprefix("/") in _BLOCKS or name not in aliases:
            break
        name = str(aliases[name])
    return name.removeprefix("/")


@dataclass(slots=True)
class Tracker:
    """What marks are open while a page is read; `trusted` until rule 3 is broken."""

    page: PageObject
    trusted: bool = True
    _open: list[int | None] = field(default_factory=list)
    _in_text: bool = False
    _within: int = 0

    @property
    def mark(self) -> int | None:
        """The mark of the text that is read."""
        return next((mark for mark in reversed(self._open) if mark is not None), None)

    def before(self, operator: bytes, operands: list[Any]) -> None:
        """An operator that is about to be read."""
        match operator:
            case b"BT" | b"ET":
                self._in_text = operator == b"BT"
            case b"BMC":
                self._open.append(None)
            case b"BDC":
                mark = self._marked(operands)
                self.trusted &= mark is None or not (self._in_text or self._within)
                self._open.append(mark)
            case b"EMC" if self._open:
                mark = self._open.pop()
                self.trusted &= mark is None or not self._in_text
            case b"EMC":
                self.trusted = False
            case b"Do":
                self._within += 1

    def after(self, operator: bytes) -> None:
        """An operator that was read."""
        if operator == b"Do":
            self._within -= 1

    def _marked(self, operands: list[Any]) -> int | None:
        given = operands[1] if len(operands) > 1 else None
        if isinstance(given, str):
            resources: Any = self.page.get("/Resources") or {}
            named: Any = resources.get("/Properties") or {}
            self.trusted &= given in named
            given = named.get(given)
        mark = given.get("/MCID") if given is not None and hasattr(given, "get") else None
        return mark if isinstance(mark, int) else None
