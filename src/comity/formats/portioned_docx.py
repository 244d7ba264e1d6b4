"""DOCX, in and out: the portions of a document of a word processor.

Rules (ECMA-376, part 1):
1. Read is what a reader sees: the body's paragraphs, tables' among them; banners from headers and footers. Hidden text,
   deleted text, comments, notes, pictures, text boxes, embedded objects, alternate parts are not read, and are told.
   Where a mark stands in what is deleted, inserted or hidden, or may be made by the numbers of a list, the paragraph's
   mark is in doubt. Text in white, or too small to be read, is hidden text.
2. What a section bears is looked at for each kind of page that it has: one without a banner is told, and so is one
   whose banner is being changed.
3. A file that goes out is written anew, never edited: five parts, no properties, no identifiers, nothing of the source.
4. Before it goes out it is read again, every part of it: what it may not hold, it does not.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from io import BytesIO
from xml.etree.ElementTree import Element, ParseError
from xml.sax.saxutils import escape

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from comity.errors import Malformed
from comity.formats.portioned import (
    Check,
    Outgoing,
    Portion,
    Portioned,
    counted,
    looks_like_banner,
    may_hold_mark,
    portion,
    shown,
)

_LARGEST = 64_000_000
_DOCUMENT = "word/document.xml"
_BEGUN = (2000, 1, 1, 0, 0, 0)
_NOT_SEEN = {"del": "deleted text", "moveFrom": "moved text"}
_LEFT = {
    "drawing": "picture or drawing", "pict": "picture or drawing", "object": "embedded object",
    "AlternateContent": "drawing with alternate content", "footnoteReference": "footnote",
    "endnoteReference": "endnote", "commentReference": "comment", "oMath": "formula", "oMathPara": "formula",
    "sym": "symbol", "altChunk": "embedded document",
}  # fmt: skip
_PARTICULARS = {
    "creator", "lastModifiedBy", "title", "subject", "keywords", "description", "category", "contentStatus", "Company",
    "Manager", "HyperlinkBase", "identifier",
}  # fmt: skip
_WHITE = frozenset({"FFFFFF", "FEFEFE", "FDFDFD", "WHITE"})
_SMALLEST = 4
"""In half points."""
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"


@dataclass(slots=True)
class _Reading:
    """A document while it is read."""

    parts: Mapping[str, bytes]
    hidden: frozenset[str]
    numbered: frozenset[str] = frozenset()
    aside: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    portions: list[Portion] = field(default_factory=list)
    traces: set[str] = field(default_factory=set)


def read(data: bytes, name: str) -> Portioned:
    """The portions of a DOCX: rules 1 and 2.

    Args:
        data: the file.
        name: what errors call it.

    Raises:
        Malformed: it is no DOCX that can be read.
    """
    parts = _parts(data, name)
    mains = {
        one.get("Target", "").removeprefix("/")
        for one in _xml(parts, "_rels/.rels", name)
        if one.get("Type", "").endswith("/officeDocument")
    }
    if mains != {_DOCUMENT}:
        raise _no_docx(name, f"its text is not in {_DOCUMENT}")
    body = _child(_xml(parts, _DOCUMENT, name), "body")
    reading = _Reading(parts, _hidden_styles(parts, name), _marking_lists(parts, name))
    for number, block in enumerate(body, start=1):
        _block(block, f"paragraph {number}", reading)
    banners, bare = _banners(body, reading, name)
    _first_and_last(reading, banners)
    _traces(reading, name)
    return Portioned(
        tuple(_apart(one for one in reading.portions if one.text)),
        tuple(banners),
        tuple(bare),
        counted(reading.left),
        frozenset(reading.traces),
    )


def _apart(portions: Iterable[Portion]) -> Iterator[Portion]:
    """Portions whose places differ: of several in one cell or block, the further ones are numbered."""
    known: Counter[str] = Counter()
    for one in portions:
        known[one.place] += 1
        number = known[one.place]
        yield one if number == 1 else replace(one, place=f"{one.place}, paragraph {number}")


def _parts(data: bytes, name: str) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(BytesIO(data)) as packed:
            if sum(item.file_size for item in packed.infolist()) > _LARGEST:
                raise _no_docx(name, f"it unpacks to more than {_LARGEST // 1_000_000} MB")
            found = {item.filename: packed.read(item) for item in packed.infolist()}
            if len({part.casefold() for part in found}) < len(packed.infolist()):
                raise _no_docx(name, "a part stands in it twice")
            return found
    except (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, RuntimeError, EOFError, OSError, ValueError) as error:
        raise _no_docx(name, str(error)) from error


def _no_docx(name: str, why: str) -> Malformed:
    return Malformed(f"is no DOCX: {why}", where=name, next_step="save it as Word document (.docx), without a password")


def _xml(parts: Mapping[str, bytes], part: str, name: str) -> Element:
    try:
        found: Element = fromstring(parts[part])
    except KeyError as error:
        raise _no_docx(name, f"it has no part {part}") from error
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise _no_docx(name, f"{part}: {error}") from error
    return found


def _tag(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _child(element: Element, tag: str) -> Element:
    return next((one for one in element if _tag(one) == tag), Element("none"))


def _value(element: Element, key: str = "val") -> str | None:
    return next((value for name, value in element.attrib.items() if name.rpartition("}")[2] == key), None)


def _on(properties: Element, tag: str) -> bool:
    return any(_tag(one) == tag and _value(one) not in {"0", "false", "off"} for one in properties)


# In


def _block(block: Element, place: str, reading: _Reading) -> None:
    """One block of a body or cell: a paragraph, a table, or what holds some."""
    match _tag(block):
        case "p":
            if _value(_child(_child(block, "pPr"), "pStyle")) in reading.hidden:
                reading.left.append("hidden text")
                reading.traces.add(" ".join(_text(block)))
                return
            reading.aside.clear()
            words = "".join(_words(block, reading))
            reading.portions.append(replace(portion(words, place, _level(block)), doubt=_doubt(block, reading)))
        case "tbl":
            if _value(_child(_child(block, "tblPr"), "tblStyle")) in reading.hidden:
                reading.left.append("hidden text")
                reading.traces.add(" ".join(_text(block)))
                return
            for row, line in enumerate(_within(block, "tr"), start=1):
                for column, cell in enumerate(_within(line, "tc"), start=1):
                    for inner in cell:
                        _block(inner, f"{place}, row {row}, column {column}", reading)
        case "sdt":
            for inner in _child(block, "sdtContent"):
                _block(inner, place, reading)
        case "customXml" | "ins" | "moveTo":
            for inner in block:
                _block(inner, place, reading)
        case tag if tag in _LEFT:
            reading.left.append(_LEFT[tag])


def _within(element: Element, tag: str) -> Iterator[Element]:
    """The rows of a table or the cells of a row, be they wrapped in controls or marks of a change."""
    for one in element:
        if _tag(one) == tag:
            yield one
        elif _tag(one) in {"sdt", "sdtContent", "customXml", "ins", "moveTo"}:
            yield from _within(one, tag)


def _doubt(paragraph: Element, reading: _Reading) -> str | None:
    """Why nobody can tell the mark of a paragraph: rule 1."""
    if any(may_hold_mark(text) for text in reading.aside):
        return "a mark in it is deleted, inserted or hidden, and the change is not accepted"
    properties = _child(paragraph, "pPr")
    style, number = _value(_child(properties, "pStyle")), _child(properties, "numPr")
    if "" in reading.numbered and (_tag(number) == "numPr" or style in reading.numbered):
        return "the list that it stands in makes marks of its own"
    return None


def _marking_lists(parts: Mapping[str, bytes], name: str) -> frozenset[str]:
    """The styles that number, with an empty name where some list of the document makes what may be a mark."""
    if "word/numbering.xml" not in parts:
        return frozenset()
    made = [_value(one) or "" for one in _xml(parts, "word/numbering.xml", name).iter() if _tag(one) == "lvlText"]
    if not any(may_hold_mark(text) for text in made):
        return frozenset()
    styles = _xml(parts, "word/styles.xml", name) if "word/styles.xml" in parts else Element("none")
    found = (one for one in styles if _tag(_child(_child(one, "pPr"), "numPr")) == "numPr")
    return frozenset({"", *(_value(one, "styleId") or "" for one in found)})


def _level(paragraph: Element) -> int:
    style = _value(_child(_child(paragraph, "pPr"), "pStyle")) or ""
    found = re.fullmatch(r"(?i)heading\s?([1-9])|title", style)
    return int(found[1] or 1) if found else 0


def _words(element: Element, reading: _Reading) -> Iterator[str]:
    """What a reader sees of a paragraph or of what it holds: rule 1."""
    for one in element:
        tag = _tag(one)
        if tag in _NOT_SEEN or tag in _LEFT:
            reading.left.append(_NOT_SEEN.get(tag) or _LEFT[tag])
            reading.traces.update(_text(one) if tag in _NOT_SEEN else ())
            reading.aside.append("".join(_text(one)) if tag in _NOT_SEEN else "")
        elif tag == "r" and _is_hidden(one, reading):
            reading.left.append("hidden text")
            reading.traces.add(" ".join(_text(one)))
            reading.aside.append("".join(_text(one)))
        elif tag == "t":
            yield one.text or ""
        elif tag in {"tab", "br", "cr", "noBreakHyphen"}:
            ends = tag == "br" and _value(one, "type") in {"page", "column"}
            yield "\n\n" if ends else {"tab": "\t", "noBreakHyphen": "-"}.get(tag, "\n")
        elif tag not in {"pPr", "rPr", "instrText", "sdtPr"}:
            if tag in {"ins", "moveTo"}:
                reading.left.append("mark of an insertion")
                reading.aside.append("".join(_text(one)))
            yield from _words(one, reading)


def _is_hidden(run: Element, reading: _Reading) -> bool:
    properties = _child(run, "rPr")
    style = _value(_child(properties, "rStyle"))
    unseen = any(_on(properties, tag) for tag in ("vanish", "specVanish")) or style in reading.hidden
    return unseen or _faint(properties)


def _faint(properties: Element) -> bool:
    """Whether letters are white, or too small to be read."""
    size, colour = _value(_child(properties, "sz")) or "", (_value(_child(properties, "color")) or "").upper()
    return colour in _WHITE or (size.isdigit() and int(size) <= _SMALLEST)


def _hidden_styles(parts: Mapping[str, bytes], name: str) -> frozenset[str]:
    """Styles whose text is hidden, by themselves or by what they are based on."""
    if "word/styles.xml" not in parts:
        return frozenset()
    styles = [one for one in _xml(parts, "word/styles.xml", name) if _tag(one) == "style"]
    own = [(_value(one, "styleId"), _child(one, "rPr")) for one in styles]
    hidden = {name for name, properties in own if _on(properties, "vanish") or _faint(properties)}
    for _ in styles:
        more = {_value(one, "styleId") for one in styles if _value(_child(one, "basedOn")) in hidden} - hidden
        if not more:
            break
        hidden |= more
    return frozenset(one for one in hidden if one)


def _banners(body: Element, reading: _Reading, name: str) -> tuple[list[tuple[str, str]], list[str]]:
    """The lines of headers and footers that may be banners, and the kinds of page that bear none: rule 2."""
    targets = _targets(reading.parts, name)
    found: list[tuple[str, str]] = []
    bare: list[str] = []
    held: dict[tuple[str, str], list[str]] = {}
    for number, section in enumerate((one for one in body.iter() if _tag(one) == "sectPr"), start=1):
        for one in section:
            side = {"headerReference": "header", "footerReference": "footer"}.get(_tag(one))
            part = targets.get(_value(one, "id") or "")
            if side and part:
                lines = list(_lines(_xml(reading.parts, part, name), reading))
                held[side, _value(one, "type") or "default"] = [line for line in lines if looks_like_banner(line)]
                reading.left += ["line of a header or footer" for line in lines if not looks_like_banner(line)]
        kinds = ["default", *(["first"] if _on(section, "titlePg") else []), *_even(reading, name)]
        for kind in kinds:
            for side in ("header", "footer"):
                lines = held.get((side, kind), [])
                place = f"section {number}, {side}" + ("" if kind == "default" else f" of {kind} pages")
                found += [(place, line) for line in lines]
                bare += [] if lines else [place]
    return found, bare


def _even(reading: _Reading, name: str) -> list[str]:
    if "word/settings.xml" not in reading.parts:
        return []
    return ["even"] if _on(_xml(reading.parts, "word/settings.xml", name), "evenAndOddHeaders") else []


def _lines(part: Element, reading: _Reading) -> Iterator[str]:
    """The lines of a header or footer; one that is being changed is none yet."""
    for paragraph in (one for one in part.iter() if _tag(one) == "p"):
        reading.aside.clear()
        words = "".join(_words(paragraph, reading)).strip()
        if words and not any(text.strip() for text in reading.aside):
            yield words


def _targets(parts: Mapping[str, bytes], name: str) -> dict[str, str]:
    if "word/_rels/document.xml.rels" not in parts:
        return {}
    relations = _xml(parts, "word/_rels/document.xml.rels", name)
    return {one.get("Id", ""): f"word/{one.get('Target', '')}".replace("word//word/", "word/") for one in relations}


def _first_and_last(reading: _Reading, banners: list[tuple[str, str]]) -> None:
    """A banner may stand in the body as well, as its first and its last paragraph."""
    seen = [one for one in reading.portions if one.text or one.mark]
    for one in {place.place: place for place in (*seen[:1], *seen[-1:])}.values():
        if one.mark is None and looks_like_banner(one.text):
            banners.append((one.place, one.text))


def _traces(reading: _Reading, name: str) -> None:
    """Names of authors and of revisions, wherever they stand in the package."""
    for part in reading.parts:
        if not part.endswith((".xml", ".rels")):
            if not part.endswith("/"):
                reading.left.append("embedded file")
            continue
        tree = _xml(reading.parts, part, name)
        if part.startswith("docProps/"):
            named = (one for one in tree.iter() if _tag(one) in _PARTICULARS or part.endswith("custom.xml"))
            reading.traces.update(text for one in named if len(text := (one.text or "").strip()) > 1)
            reading.left.append("part of properties")
        for one in tree.iter():
            for key, value in one.attrib.items():
                local = key.rpartition("}")[2]
                if local in {"author", "initials", "paraId", "textId"} or local.startswith("rsid"):
                    reading.traces.add(value)
        if re.fullmatch(r"word/(comments\w*|footnotes|endnotes|people)\.xml", part):
            reading.traces.update(_text(tree))
            reading.left.append(f"part {part.rpartition('/')[2]}")


def _text(element: Element) -> list[str]:
    return [one.text for one in element.iter() if _tag(one) in {"t", "delText"} and one.text]


# Out

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"


def write(outgoing: Outgoing) -> bytes:
    """A DOCX of these portions, with the banner above and below every page: rule 3."""
    parts = {
        "[Content_Types].xml": _types(),
        "_rels/.rels": _relations([("officeDocument", _DOCUMENT)]),
        _DOCUMENT: _body(outgoing),
        "word/_rels/document.xml.rels": _relations([("header", "header1.xml"), ("footer", "footer1.xml")]),
        "word/header1.xml": _edge("hdr", outgoing.banner),
        "word/footer1.xml": _edge("ftr", outgoing.banner),
    }
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for part, text in parts.items():
            packed.writestr(zipfile.ZipInfo(part, _BEGUN), text.encode(), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _types() -> str:
    overrides = "".join(
        f'<Override PartName="/word/{part}.xml" ContentType="{_WORD}.{kind}+xml"/>'
        for part, kind in (("document", "document.main"), ("header1", "header"), ("footer1", "footer"))
    )
    default = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    return f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">{default}{overrides}</Types>'


def _relations(given: list[tuple[str, str]]) -> str:
    rows = "".join(
        f'<Relationship Id="rId{number}" Type="{_R}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(given, start=1)
    )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{rows}</Relationships>'


def _body(outgoing: Outgoing) -> str:
    paragraphs = "".join(_paragraph(shown(one), bold=one.level > 0) for one in outgoing.portions)
    edges = '<w:headerReference w:type="default" r:id="rId1"/><w:footerReference w:type="default" r:id="rId2"/>'
    section = f'<w:sectPr>{edges}<w:pgSz w:w="11906" w:h="16838"/></w:sectPr>'
    names = f'xmlns:w="{_W}" xmlns:r="{_R}"'
    return f"{_HEAD}<w:document {names}><w:body>{paragraphs}{section}</w:body></w:document>"


def _edge(tag: str, banner: str) -> str:
    return f'{_HEAD}<w:{tag} xmlns:w="{_W}">{_paragraph(banner, bold=True, centred=True)}</w:{tag}>'


def _paragraph(text: str, *, bold: bool = False, centred: bool = False) -> str:
    lines = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in _printable(text).split("\n"))
    above = '<w:pPr><w:jc w:val="center"/></w:pPr>' if centred else '<w:pPr><w:spacing w:after="160"/></w:pPr>'
    return f"<w:p>{above}<w:r>{'<w:rPr><w:b/></w:rPr>' if bold else ''}{lines}</w:r></w:p>"


def _printable(text: str) -> str:
    """A text without what XML cannot hold; the check would find what is missing."""
    return re.sub(r"[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", text)


_WRITTEN = {
    "[Content_Types].xml", "_rels/.rels", _DOCUMENT, "word/_rels/document.xml.rels", "word/header1.xml",
    "word/footer1.xml",
}  # fmt: skip


def leaks(data: bytes, check: Check) -> list[str]:
    """What a file that was written must not hold or does not say: rule 4. Empty: it may go out."""
    parts = _parts(data, "the copy")
    told = [f"a part {part}" for part in sorted(parts.keys() ^ _WRITTEN)]
    frame = " ".join(text.decode() for text in _parts(write(Outgoing("", ())), "the frame").values())
    for part, text in parts.items():
        told += [f"{leak} in {part}" for leak in check.leaks(text.decode(), frame)]
    back = read(data, "the copy")
    wanted = [(one.mark, " ".join(one.text.split())) for one in check.outgoing.portions]
    if [(one.mark, " ".join(one.text.split())) for one in back.portions] != wanted:
        told.append("other portions than were meant")
    if back.bare or {line for _, line in back.banners} - {check.outgoing.banner}:
        told.append("another banner than was meant")
    return told + list(back.left)
