"""XML read strictly: a tree of elements that know their line and column, and no more than that.

Rules:
1. Document type declarations, entities and processing of anything outside the document are refused.
2. An element has children or text, not both; the space between children is nothing.
3. A document has at most 4 MB, 64 levels and 100,000 elements.
4. Names are written `{namespace}local`. A namespace is part of the name: none is guessed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol, cast
from xml.etree.ElementTree import ParseError
from xml.sax.saxutils import escape, quoteattr

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from comity.errors import Malformed

_LARGEST, _DEEPEST, _MOST = 4_000_000, 64, 100_000


@dataclass(slots=True)
class Node:
    """An element: its name, attributes, text or children, and where it begins."""

    name: str
    attributes: Mapping[str, str]
    line: int
    column: int
    text: str = ""
    children: list[Node] = field(default_factory=list)

    @property
    def local(self) -> str:
        """The name without its namespace."""
        return self.name.rpartition("}")[2]

    @property
    def where(self) -> str:
        """The place, for errors."""
        return f"line {self.line}, column {self.column}"


class _Expat(Protocol):
    CurrentLineNumber: int
    CurrentColumnNumber: int


class _Builder:
    """What the parser calls: builds the tree and keeps to rules 2 and 3."""

    def __init__(self) -> None:
        self.root: Node | None = None
        self.expat: _Expat | None = None
        self._open: list[Node] = []
        self._count = 0

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        line, column = (self.expat.CurrentLineNumber, self.expat.CurrentColumnNumber + 1) if self.expat else (1, 1)
        node = Node(name, dict(attributes), line, column)
        self._count += 1
        if len(self._open) >= _DEEPEST or self._count > _MOST:
            raise Malformed("nests too deep, or has too many elements", where=node.where, next_step="write less")
        if self._open:
            self._mixed(self._open[-1])
            self._open[-1].children.append(node)
        else:
            self.root = node
        self._open.append(node)

    def data(self, text: str) -> None:
        if self._open:
            self._open[-1].text += text

    def end(self, name: str) -> None:
        del name
        node = self._open.pop()
        if node.children:
            self._mixed(node)

    def close(self) -> None:
        return None

    @staticmethod
    def _mixed(node: Node) -> None:
        if node.text.strip():
            raise Malformed(
                f"{node.local} has text beside its elements", where=node.where, next_step="leave the text out"
            )
        node.text = ""


def read(data: str | bytes) -> Node:
    """The root of a document: rules 1 to 4.

    Raises:
        Malformed: it is no XML, or breaks a rule; `where` names line and column.
    """
    if len(data) > _LARGEST:
        raise Malformed(f"has more than {_LARGEST} bytes", next_step="give one label or binding at a time")
    builder = _Builder()
    parser = DefusedXMLParser(target=builder, forbid_dtd=True, forbid_entities=True, forbid_external=True)
    builder.expat = cast("_Expat", parser.parser)
    try:
        parser.feed(data)
        parser.close()
    except DefusedXmlException as error:
        where = f"line {builder.expat.CurrentLineNumber}"
        raise Malformed("declares a document type or an entity", where=where, next_step="take it out") from error
    except (ParseError, ValueError) as error:
        line, column = getattr(error, "position", (builder.expat.CurrentLineNumber, 0))
        why = str(error).partition(":")[0]
        raise Malformed(f"is no XML: {why}", where=f"line {line}, column {column + 1}", next_step="mend it") from error
    if builder.root is None:
        raise Malformed("is no XML: no element", where="line 1", next_step="write one root element")
    return builder.root


class Children:
    """The children of an element, taken one after the other in the order that a schema gives them."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._left = list(node.children)

    def take(self, name: str) -> Node:
        """The next child, which has to be of that name."""
        found = self.maybe(name)
        if found is None:
            self._stop(name)
        return cast("Node", found)

    def maybe(self, name: str) -> Node | None:
        """The next child, if it is of that name."""
        if self._left and self._left[0].name == name:
            return self._left.pop(0)
        return None

    def every(self, *names: str) -> Iterator[Node]:
        """The next children, as long as they are of those names."""
        while self._left and self._left[0].name in names:
            yield self._left.pop(0)

    def done(self, *might: str) -> None:
        """Refuse what is left."""
        if self._left:
            self._stop(*might)

    def _stop(self, *expected: str) -> None:
        allowed = ", ".join(name.rpartition("}")[2] for name in expected) or "nothing more"
        if not self._left:
            raise Malformed(f"{self._node.local} lacks {allowed}", where=self._node.where, next_step=f"add {allowed}")
        found = self._left[0]
        raise Malformed(f"{found.local!r} does not stand here", where=found.where, next_step=f"allowed here: {allowed}")


def attributes(node: Node, required: tuple[str, ...] = (), optional: tuple[str, ...] = ()) -> Mapping[str, str]:
    """The attributes of an element, when they are the ones it may have.

    Raises:
        Malformed: one is missing or unknown.
    """
    for name in required:
        if name not in node.attributes:
            _unknown(node, optional + required)
            raise Malformed(f"{node.local} lacks {name}", where=node.where, next_step=f"add {name}")
    _unknown(node, optional + required)
    return node.attributes


def _unknown(node: Node, allowed: tuple[str, ...]) -> None:
    for name in node.attributes:
        if name not in allowed and not name.startswith("{http://www.w3.org/2001/XMLSchema-instance}"):
            meant = next((one for one in allowed if one.lower() == name.lower()), None)
            step = f"write {meant}" if meant else f"allowed: {', '.join(allowed) or 'none'}"
            raise Malformed(f"{name!r} is no attribute of {node.local}", where=node.where, next_step=step)


def words(node: Node) -> str:
    """The text of an element without children, without the space around it.

    Raises:
        Malformed: it is empty or has children.
    """
    found = node.text.strip()
    if not found or node.children:
        raise Malformed(f"{node.local} has no text", where=node.where, next_step="write its text")
    return found


def located(node: Node, error: Malformed) -> Malformed:
    """An error about what an element says, told with its place."""
    return Malformed(error.message, where=node.where, field=error.field, next_step=error.next_step)


def element(name: str, inner: str = "", /, **given: str | None) -> str:
    """An element as text; `inner` is XML already, attributes are not."""
    listed = "".join(f" {key}={quoteattr(value)}" for key, value in given.items() if value is not None)
    return f"<{name}{listed}>{inner}</{name}>" if inner else f"<{name}{listed}/>"


def leaf(name: str, text: str, /, **given: str | None) -> str:
    """An element that holds text."""
    return element(name, escape(text), **given)
