"""Whatever is hidden in a document, in its letters, changes, lists and parts, stays out of a copy, byte by byte."""

from __future__ import annotations

import base64
import re
import zipfile
import zlib
from collections.abc import Callable
from email.message import EmailMessage
from io import BytesIO
from typing import Any

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Pt, RGBColor

from comity.casebook.markings import setting
from comity.errors import Malformed
from comity.flow import documents, releasable_copy
from comity.flow.documents import Document
from comity.values.instant import instant
from tests.flow.documents import edges, words

SETTING = setting(instant("2026-01-01"))
LOOSE = "SECRET//REL TO USA, GBR"
"""A banner that lets the reader of the copy read what has no mark."""
SHUT = "xyzzyword"
OPEN = "(U) The weather holds."


def read(data: bytes) -> Document:
    return documents.read(data, "FILE", SETTING, "USA", "USA")


def saved(document: Any) -> bytes:
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def a_document(banner: str = LOOSE) -> Any:
    document: Any = docx.Document()
    edges(document, banner)
    document.add_paragraph(OPEN)
    return document


def unpacked(data: bytes) -> str:
    """Every byte of a file, packed or not, as text."""
    found = [data]
    if data.startswith(b"PK"):
        with zipfile.ZipFile(BytesIO(data)) as packed:
            found += [packed.read(item) for item in packed.infolist()]
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", data, re.DOTALL):
        try:
            found.append(zlib.decompress(stream))
        except zlib.error:
            found.append(stream)
    found += [base64.b64decode(one) for one in re.findall(rb"(?:[A-Za-z0-9+/]{4}){4,}={0,2}", data)]
    return "\n".join(one.decode("latin-1") for one in found).casefold()


def _para(xml: str) -> Any:
    return parse_xml(f"<w:p {nsdecls('w')}>{xml}</w:p>")


def _text(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def _added(document: Any, element: Any) -> bytes:
    document.element.body.insert(1, element)
    return saved(document)


def in_letters(text: str) -> Callable[[], bytes]:
    def make() -> bytes:
        document = a_document()
        document.add_paragraph(text)
        return saved(document)

    return make


def _styled(change: Callable[[Any], None]) -> bytes:
    document = a_document()
    run = document.add_paragraph("(U) seen ").add_run(SHUT)
    change(run.font)
    return saved(document)


def _changed_mark() -> bytes:
    """A mark that is loosened by a tracked change nobody has accepted."""
    gone = '<w:del w:id="7" w:author="A"><w:r><w:delText>(S//NF)</w:delText></w:r></w:del>'
    come = f'<w:ins w:id="8" w:author="A">{_text("(U)")}</w:ins>'
    return _added(a_document(), _para(f"{gone}{come}{_text(f' {SHUT}')}"))


def _moved_mark() -> bytes:
    gone = '<w:moveFrom w:id="7" w:author="A"><w:r><w:t>(S//NF)</w:t></w:r></w:moveFrom>'
    return _added(a_document(), _para(f"{gone}{_text(f'(U) {SHUT}')}"))


def _hidden_mark() -> bytes:
    return _added(a_document(), _para(_text("(S//NF) ", "<w:vanish/>") + _text(f"(U) {SHUT}")))


def _changed_banner() -> bytes:
    document = a_document()
    for edge in (document.sections[0].header, document.sections[0].footer):
        paragraph = edge.paragraphs[0]
        paragraph.text = LOOSE
        paragraph._p.append(words("SECRET//NOFORN", deleted=True))
    document.add_paragraph(f"No mark, {SHUT}.")
    return saved(document)


def _numbered_mark() -> bytes:
    document = a_document()
    document.add_paragraph(f"{SHUT} by number", style="List Number")
    part = document.part.numbering_part
    for one in part.element.iter("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}lvlText"):
        one.set("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}val", "(S//NF) %1.")
    return saved(document)


def _break(kind: str = "") -> bytes:
    end = f"<w:r><w:br{kind}/></w:r>"
    return _added(a_document("SECRET//NOFORN"), _para(_text("(U) seen") + end + end + _text(SHUT)))


def _wrapped_rows() -> bytes:
    """A row within a control, and a table within a cell."""
    document = a_document()
    inner = document.add_table(1, 1)
    inner.cell(0, 0).text = f"(S//NF) {SHUT}"
    outer = document.add_table(1, 1)
    outer.cell(0, 0)._tc.append(inner._tbl)
    outer.cell(0, 0).add_paragraph(OPEN)
    row = outer._tbl.tr_lst[0]
    control = parse_xml(f"<w:sdt {nsdecls('w')}><w:sdtContent/></w:sdt>")
    row.addprevious(control)
    control[0].append(row)
    return saved(document)


def _more_parts() -> bytes:
    """A thumbnail, custom properties, an embedded file, notes, a text box and an alternative text."""
    document = a_document()
    shape = (
        f'<w:r {nsdecls("w", "wp")}><w:drawing><wp:inline><wp:docPr id="1" name="{SHUT}" descr="{SHUT}"/></wp:inline>'
        "</w:drawing></w:r>"
    )
    box = (
        f'<w:r {nsdecls("w")} xmlns:v="urn:schemas-microsoft-com:vml"><w:pict><v:shape><v:textbox><w:txbxContent><w:p>'
        f"<w:r><w:t>{SHUT}</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
    )
    for one in (shape, box):
        document.paragraphs[0]._p.append(parse_xml(one))
    field = f'<w:r {nsdecls("w")}><w:instrText>HYPERLINK "{SHUT}"</w:instrText></w:r>'
    document.paragraphs[0]._p.append(parse_xml(field))
    document.core_properties.subject = SHUT
    out = BytesIO(saved(document))
    with zipfile.ZipFile(out, "a") as packed:
        for part in ("docProps/preview.jpeg", "word/embeddings/a.bin", "customXml/item1.bin"):
            packed.writestr(part, SHUT)
        custom = f'<p xmlns="urn:x"><v>{SHUT}</v></p>'
        packed.writestr("docProps/custom.xml", custom)
        packed.writestr("word/footnotes.xml", f"<w:footnotes {nsdecls('w')}>{_para(_text(SHUT)).xml}</w:footnotes>")
    return out.getvalue()


def a_message(text: str, **more: Any) -> bytes:
    message = EmailMessage()
    message["Subject"] = more.pop("subject", "(U) weather")
    message.set_content("\n".join([LOOSE, "", text, "", LOOSE]))
    if more:
        inner = EmailMessage()
        inner["Subject"] = SHUT
        inner.set_content(SHUT)
        message.add_attachment(inner)
        message.add_attachment(SHUT.encode(), maintype="application", subtype="ms-tnef", filename=f"{SHUT}.dat")
        message.add_attachment(SHUT, subtype="html")
        message["X-Note"] = SHUT
        message.preamble = SHUT
        message.epilogue = SHUT
    return message.as_bytes()


HIDDEN: dict[str, Callable[[], bytes]] = {
    "a mark in Cyrillic letters": in_letters(f"(\u0405//NF) {SHUT}"),
    "a mark that is one Cyrillic letter": in_letters(f"(\u0405) {SHUT}"),
    "a mark in small letters": in_letters(f"(s//nf) {SHUT}"),
    "a mark in wide letters": in_letters(f"\uff08\uff33\uff0f\uff0f\uff2e\uff26\uff09 {SHUT}"),
    "a mark in square brackets": in_letters(f"[S//NF] {SHUT}"),
    "a mark in other brackets": in_letters(f"\u3010S//NF\u3011 {SHUT}"),
    "a mark without brackets": in_letters(f"S//NF {SHUT}"),
    "a mark with a letter that shows nothing": in_letters(f"(S\u200b//NF) {SHUT}"),
    "a mark after letters that show nothing": in_letters(f"\u200b\u2060\ufeff(S//NF) {SHUT}"),
    "a mark with a space that does not break": in_letters(f"(S//REL TO\u00a0USA, AUS) {SHUT}"),
    "letters that turn the order": in_letters(f"(U) \u202e{SHUT}"),
    "letters of a tag": in_letters("(U) seen " + "".join(chr(0xE0000 + ord(one)) for one in SHUT)),
    "hidden in white": lambda: _styled(lambda font: setattr(font.color, "rgb", RGBColor(255, 255, 255))),
    "hidden in the smallest letters": lambda: _styled(lambda font: setattr(font, "size", Pt(1))),
    "hidden": lambda: _styled(lambda font: setattr(font, "hidden", True)),
    "a mark that is being changed": _changed_mark,
    "a mark that is being moved": _moved_mark,
    "a mark that is hidden": _hidden_mark,
    "a banner that is being changed": _changed_banner,
    "a mark made by the numbers of a list": _numbered_mark,
    "words after an empty line": _break,
    "words on the next page": lambda: _break(' w:type="page"'),
    "a row in a control, a table in a cell": _wrapped_rows,
    "other parts": _more_parts,
    "a message with everything attached": lambda: a_message(OPEN, attached=True),
    "a line that looks empty in a message": lambda: a_message(f"{OPEN}\n\u00a0\n(S//NF) x\n\u200b\n{SHUT}").replace(
        LOOSE.encode(), b"SECRET//NOFORN"
    ),
    "a quoted mark in a message": lambda: a_message(f"{OPEN}\n\n> (S//NF) {SHUT}"),
    "a paragraph separator in a message": lambda: a_message(f"{OPEN}\u2029{SHUT}").replace(
        LOOSE.encode(), b"SECRET//NOFORN"
    ),
}


def tagged(text: str) -> str:
    return "".join(chr(0xE0000 + ord(one)) for one in text)


@pytest.mark.parametrize("form", documents.FORMS)
@pytest.mark.parametrize("make", HIDDEN.values(), ids=HIDDEN)
def test_nothing_hidden_is_left_in_the_bytes_of_a_copy(make: Callable[[], bytes], form: str) -> None:
    found = read(make())
    copy = releasable_copy.release(found, ["GBR"], SETTING, form)
    told = unpacked(copy.data)
    assert SHUT not in told
    assert SHUT not in " ".join(one.portion.text for one in read(copy.data).portions).casefold()
    assert tagged(SHUT).encode() not in copy.data
    assert "weather holds" in " ".join(one.portion.text for one in read(copy.data).portions)


@pytest.mark.parametrize("name", ["a row in a control, a table in a cell"])
def test_what_stands_in_wrapped_rows_is_read(name: str) -> None:
    found = read(HIDDEN[name]())
    assert [one.portion.mark for one in found.portions].count("(S//NF)") == 1
    assert len(found.portions) == 3


LETTERS = {
    "joiners of a script that needs them": "(U) \u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
    "an accent": "(U) Tr\u00e8s bien",
    "a list in small letters": "(b) second, (d) fourth",
}


@pytest.mark.parametrize("text", LETTERS.values(), ids=LETTERS)
def test_what_is_no_hiding_stays_as_it_is(text: str) -> None:
    (_, found) = read(in_letters(text)()).portions
    assert (f"{found.portion.mark} " if found.portion.mark else "") + found.portion.text == text
    assert found.marking is not None


def _twice() -> bytes:
    out = BytesIO(saved(a_document()))
    with zipfile.ZipFile(out, "a") as packed:
        packed.writestr("WORD/document.xml", "<a/>")
    return out.getvalue()


def _elsewhere() -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(saved(a_document()))) as old, zipfile.ZipFile(out, "w") as new:
        for item in old.infolist():
            data = old.read(item)
            if item.filename == "_rels/.rels":
                data = data.replace(b"word/document.xml", b"word/other.xml")
            new.writestr(item.filename, data)
    return out.getvalue()


@pytest.mark.parametrize("make", [_twice, _elsewhere])
def test_a_document_that_others_read_otherwise_is_refused(make: Callable[[], bytes]) -> None:
    with pytest.raises(Malformed, match="is no DOCX"):
        read(make())
