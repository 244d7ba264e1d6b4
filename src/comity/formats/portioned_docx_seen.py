"""What a reader sees of a paragraph in a DOCX, what he does not, and whether its mark is in doubt.

Rules (ECMA-376, part 1):
1. Hidden text, deleted text, comments, notes, pictures, text boxes, embedded objects, alternate parts are not read, and
   are told. Text in white, or too small to be read, is hidden text.
2. Where a mark stands in what is deleted, inserted or hidden, or may be made by the numbers of a list, the paragraph's
   mark is in doubt.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from comity.formats.portioned import Portion, may_hold_mark
from comity.formats.portioned_docx_parts import child, is_on, tag_of, texts_of, tree_of, value_of

_NOT_SEEN = {"del": "deleted text", "moveFrom": "moved text"}
LEFT = {
    "drawing": "picture or drawing", "pict": "picture or drawing", "object": "embedded object",
    "AlternateContent": "drawing with alternate content", "footnoteReference": "footnote",
    "endnoteReference": "endnote", "commentReference": "comment", "oMath": "formula", "oMathPara": "formula",
    "sym": "symbol", "altChunk": "embedded document",
}  # fmt: skip
_WHITE = frozenset({"FFFFFF", "FEFEFE", "FDFDFD", "WHITE"})
_SMALLEST = 4
"""In half points."""


@dataclass(slots=True)
class Reading:
    """A document while it is read.

    Args:
        parts: its parts, by their names.
        hidden: the styles whose text is hidden.
        numbered: the styles that number, where a list may make marks (`marking_lists`).
        aside: what is not read of the paragraph at hand.
        left: what was not read, a word for each time.
        portions: what was read.
        traces: what no copy of it may hold.
    """

    parts: Mapping[str, bytes]
    hidden: frozenset[str]
    numbered: frozenset[str] = frozenset()
    aside: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    portions: list[Portion] = field(default_factory=list)
    traces: set[str] = field(default_factory=set)

    def hide(self, element: Element) -> None:
        """Leave out what is hidden, and tell."""
        self.left.append("hidden text")
        self.traces.add(" ".join(texts_of(element)))


def words_of(element: Element, reading: Reading) -> Iterator[str]:
    """What a reader sees of a paragraph or of what it holds: rule 1."""
    for one in element:
        tag = tag_of(one)
        if tag in _NOT_SEEN or tag in LEFT:
            reading.left.append(_NOT_SEEN.get(tag) or LEFT[tag])
            reading.traces.update(texts_of(one) if tag in _NOT_SEEN else ())
            reading.aside.append("".join(texts_of(one)) if tag in _NOT_SEEN else "")
        elif tag == "r" and _is_hidden(one, reading):
            reading.hide(one)
            reading.aside.append("".join(texts_of(one)))
        elif tag == "t":
            yield one.text or ""
        elif tag in {"tab", "br", "cr", "noBreakHyphen"}:
            ends = tag == "br" and value_of(one, "type") in {"page", "column"}
            yield "\n\n" if ends else {"tab": "\t", "noBreakHyphen": "-"}.get(tag, "\n")
        elif tag not in {"pPr", "rPr", "instrText", "sdtPr"}:
            if tag in {"ins", "moveTo"}:
                reading.left.append("mark of an insertion")
                reading.aside.append("".join(texts_of(one)))
            yield from words_of(one, reading)


def _is_hidden(run: Element, reading: Reading) -> bool:
    properties = child(run, "rPr")
    style = value_of(child(properties, "rStyle"))
    unseen = any(is_on(properties, tag) for tag in ("vanish", "specVanish")) or style in reading.hidden
    return unseen or _faint(properties)


def _faint(properties: Element) -> bool:
    """Whether letters are white, or too small to be read."""
    size, colour = value_of(child(properties, "sz")) or "", (value_of(child(properties, "color")) or "").upper()
    return colour in _WHITE or (size.isdigit() and int(size) <= _SMALLEST)


def hidden_styles(parts: Mapping[str, bytes], name: str) -> frozenset[str]:
    """Styles whose text is hidden, by themselves or by what they are based on."""
    if "word/styles.xml" not in parts:
        return frozenset()
    styles = [one for one in tree_of(parts, "word/styles.xml", name) if tag_of(one) == "style"]
    own = [(value_of(one, "styleId"), child(one, "rPr")) for one in styles]
    hidden = {name for name, properties in own if is_on(properties, "vanish") or _faint(properties)}
    for _ in styles:
        more = {value_of(one, "styleId") for one in styles if value_of(child(one, "basedOn")) in hidden} - hidden
        if not more:
            break
        hidden |= more
    return frozenset(one for one in hidden if one)


def doubt_of(paragraph: Element, reading: Reading) -> str | None:
    """Why nobody can tell the mark of a paragraph: rule 2."""
    if any(may_hold_mark(text) for text in reading.aside):
        return "a mark in it is deleted, inserted or hidden, and the change is not accepted"
    properties = child(paragraph, "pPr")
    style, number = value_of(child(properties, "pStyle")), child(properties, "numPr")
    if "" in reading.numbered and (tag_of(number) == "numPr" or style in reading.numbered):
        return "the list that it stands in makes marks of its own"
    return None


def marking_lists(parts: Mapping[str, bytes], name: str) -> frozenset[str]:
    """The styles that number, with an empty name where some list of the document makes what may be a mark."""
    if "word/numbering.xml" not in parts:
        return frozenset()
    numbering = tree_of(parts, "word/numbering.xml", name)
    made = [value_of(one) or "" for one in numbering.iter() if tag_of(one) == "lvlText"]
    if not any(may_hold_mark(text) for text in made):
        return frozenset()
    styles = tree_of(parts, "word/styles.xml", name) if "word/styles.xml" in parts else Element("none")
    found = (one for one in styles if tag_of(child(child(one, "pPr"), "numPr")) == "numPr")
    return frozenset({"", *(value_of(one, "styleId") or "" for one in found)})
