"""DOCX, in and out: the portions of a document of a word processor.

Rules (ECMA-376, part 1):
1. Read is what a reader sees (`comity.formats.portioned_docx_seen`): the body's paragraphs, tables' among them; banners
   from headers and footers. What is not read is told.
2. What a section bears is looked at for each kind of page that it has: one without a banner is told, and so is one
   whose banner is being changed.
3. A file that goes out is written anew, never edited: five parts, no properties, no identifiers, nothing of the source.
4. Before it goes out it is read again, every part of it: what it may not hold, it does not.
"""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from io import BytesIO
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape

from comity.formats.portioned import Check, Outgoing, Portion, Portioned, counted, looks_like_banner, portion, shown
from comity.formats.portioned_docx_parts import (
    DOCUMENT,
    child,
    is_on,
    no_docx,
    tag_of,
    texts_of,
    tree_of,
    unpacked,
    value_of,
)
from comity.formats.portioned_docx_seen import LEFT, Reading, doubt_of, hidden_styles, marking_lists, words_of

_BEGUN = (2000, 1, 1, 0, 0, 0)
_PARTICULARS = {
    "creator", "lastModifiedBy", "title", "subject", "keywords", "description", "category", "contentStatus", "Company",
    "Manager", "HyperlinkBase", "identifier",
}  # fmt: skip
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def read(data: bytes, name: str) -> Portioned:
    """The portions of a DOCX: rules 1 and 2.

    Args:
        data: the file.
        name: what errors call it.

    Raises:
        Malformed: it is no DOCX that can be read.
    """
    parts = unpacked(data, name)
    mains = {
        one.get("Target", "").removeprefix("/")
        for one in tree_of(parts, "_rels/.rels", name)
        if one.get("Type", "").endswith("/officeDocument")
    }
    if mains != {DOCUMENT}:
        raise no_docx(name, f"its text is not in {DOCUMENT}")
    body = child(tree_of(parts, DOCUMENT, name), "body")
    reading = Reading(parts, hidden_styles(parts, name), marking_lists(parts, name))
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


# In


def _block(block: Element, place: str, reading: Reading) -> None:
    """One block of a body or cell: a paragraph, a table, or what holds some."""
    match tag_of(block):
        case "p":
            if value_of(child(child(block, "pPr"), "pStyle")) in reading.hidden:
                reading.hide(block)
                return
            reading.aside.clear()
            words = "".join(words_of(block, reading))
            reading.portions.append(replace(portion(words, place, _level(block)), doubt=doubt_of(block, reading)))
        case "tbl":
            if value_of(child(child(block, "tblPr"), "tblStyle")) in reading.hidden:
                reading.hide(block)
                return
            for row, line in enumerate(_within(block, "tr"), start=1):
                for column, cell in enumerate(_within(line, "tc"), start=1):
                    for inner in cell:
                        _block(inner, f"{place}, row {row}, column {column}", reading)
        case "sdt":
            for inner in child(block, "sdtContent"):
                _block(inner, place, reading)
        case "customXml" | "ins" | "moveTo":
            for inner in block:
                _block(inner, place, reading)
        case tag if tag in LEFT:
            reading.left.append(LEFT[tag])


def _within(element: Element, tag: str) -> Iterator[Element]:
    """The rows of a table or the cells of a row, be they wrapped in controls or marks of a change."""
    for one in element:
        if tag_of(one) == tag:
            yield one
        elif tag_of(one) in {"sdt", "sdtContent", "customXml", "ins", "moveTo"}:
            yield from _within(one, tag)


def _level(paragraph: Element) -> int:
    style = value_of(child(child(paragraph, "pPr"), "pStyle")) or ""
    found = re.fullmatch(r"(?i)heading\s?([1-9])|title", style)
    return int(found[1] or 1) if found else 0


def _banners(body: Element, reading: Reading, name: str) -> tuple[list[tuple[str, str]], list[str]]:
    """The lines of headers and footers that may be banners, and the kinds of page that bear none: rule 2."""
    targets = _targets(reading.parts, name)
    found: list[tuple[str, str]] = []
    bare: list[str] = []
    held: dict[tuple[str, str], list[str]] = {}
    for number, section in enumerate((one for one in body.iter() if tag_of(one) == "sectPr"), start=1):
        for one in section:
            side = {"headerReference": "header", "footerReference": "footer"}.get(tag_of(one))
            part = targets.get(value_of(one, "id") or "")
            if side and part:
                lines = list(_lines(tree_of(reading.parts, part, name), reading))
                held[side, value_of(one, "type") or "default"] = [line for line in lines if looks_like_banner(line)]
                reading.left += ["line of a header or footer" for line in lines if not looks_like_banner(line)]
        kinds = ["default", *(["first"] if is_on(section, "titlePg") else []), *_even(reading, name)]
        for kind in kinds:
            for side in ("header", "footer"):
                lines = held.get((side, kind), [])
                place = f"section {number}, {side}" + ("" if kind == "default" else f" of {kind} pages")
                found += [(place, line) for line in lines]
                bare += [] if lines else [place]
    return found, bare


def _even(reading: Reading, name: str) -> list[str]:
    if "word/settings.xml" not in reading.parts:
        return []
    return ["even"] if is_on(tree_of(reading.parts, "word/settings.xml", name), "evenAndOddHeaders") else []


def _lines(part: Element, reading: Reading) -> Iterator[str]:
    """The lines of a header or footer; one that is being changed is none yet."""
    for paragraph in (one for one in part.iter() if tag_of(one) == "p"):
        reading.aside.clear()
        words = "".join(words_of(paragraph, reading)).strip()
        if words and not any(text.strip() for text in reading.aside):
            yield words


def _targets(parts: Mapping[str, bytes], name: str) -> dict[str, str]:
    if "word/_rels/document.xml.rels" not in parts:
        return {}
    relations = tree_of(parts, "word/_rels/document.xml.rels", name)
    return {one.get("Id", ""): f"word/{one.get('Target', '')}".replace("word//word/", "word/") for one in relations}


def _first_and_last(reading: Reading, banners: list[tuple[str, str]]) -> None:
    """A banner may stand in the body as well, as its first and its last paragraph."""
    seen = [one for one in reading.portions if one.text or one.mark]
    for one in {place.place: place for place in (*seen[:1], *seen[-1:])}.values():
        if one.mark is None and looks_like_banner(one.text):
            banners.append((one.place, one.text))


def _traces(reading: Reading, name: str) -> None:
    """Names of authors and of revisions, wherever they stand in the package."""
    for part in reading.parts:
        if not part.endswith((".xml", ".rels")):
            if not part.endswith("/"):
                reading.left.append("embedded file")
            continue
        tree = tree_of(reading.parts, part, name)
        if part.startswith("docProps/"):
            named = (one for one in tree.iter() if tag_of(one) in _PARTICULARS or part.endswith("custom.xml"))
            reading.traces.update(text for one in named if len(text := (one.text or "").strip()) > 1)
            reading.left.append("part of properties")
        for one in tree.iter():
            for key, value in one.attrib.items():
                local = key.rpartition("}")[2]
                if local in {"author", "initials", "paraId", "textId"} or local.startswith("rsid"):
                    reading.traces.add(value)
        if re.fullmatch(r"word/(comments\w*|footnotes|endnotes|people)\.xml", part):
            reading.traces.update(texts_of(tree))
            reading.left.append(f"part {part.rpartition('/')[2]}")


# Out

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"


def write(outgoing: Outgoing) -> bytes:
    """A DOCX of these portions, with the banner above and below every page: rule 3."""
    parts = {
        "[Content_Types].xml": _types(),
        "_rels/.rels": _relations([("officeDocument", DOCUMENT)]),
        DOCUMENT: _body(outgoing),
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
    "[Content_Types].xml", "_rels/.rels", DOCUMENT, "word/_rels/document.xml.rels", "word/header1.xml",
    "word/footer1.xml",
}  # fmt: skip


def leaks(data: bytes, check: Check) -> list[str]:
    """What a file that was written must not hold or does not say: rule 4. Empty: it may go out."""
    parts = unpacked(data, "the copy")
    told = [f"a part {part}" for part in sorted(parts.keys() ^ _WRITTEN)]
    frame = " ".join(text.decode() for text in unpacked(write(Outgoing("", ())), "the frame").values())
    for part, text in parts.items():
        told += [f"{leak} in {part}" for leak in check.leaks(text.decode(), frame)]
    back = read(data, "the copy")
    wanted = [(one.mark, " ".join(one.text.split())) for one in check.outgoing.portions]
    if [(one.mark, " ".join(one.text.split())) for one in back.portions] != wanted:
        told.append("other portions than were meant")
    if back.bare or {line for _, line in back.banners} - {check.outgoing.banner}:
        told.append("another banner than was meant")
    return told + list(back.left)
