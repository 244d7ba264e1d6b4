"""Portion-marked documents for tests, made by the programs' own libraries; what they say is fictitious."""

from __future__ import annotations

import json
from email.message import EmailMessage
from io import BytesIO
from typing import Any

import docx
import typst
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

BANNER = "SECRET//NOFORN"
PORTIONS = (
    "(U) The exercise begins on Monday.",
    "(S//REL TO USA, GBR) Two ships were seen off the cape.",
    "(S//NF) The source CARDINAL works in the harbour office.",
    "This paragraph bears no mark and names the harbour master.",
    "(C//REL TO USA, AUS, GBR) The weather will hold.",
)
NOT_FOR_GBR = ("CARDINAL", "harbour", "master", "Alice Analyst", "to be struck", "white rabbit", "a remark")


def words(text: str, *, hidden: bool = False, deleted: bool = False) -> Any:
    """A run of its own, hidden or struck by somebody."""
    if deleted:
        body = f'<w:r><w:delText xml:space="preserve">{text}</w:delText></w:r>'
        return parse_xml(f'<w:del {nsdecls("w")} w:id="9" w:author="Alice Analyst">{body}</w:del>')
    vanish = "<w:rPr><w:vanish/></w:rPr>" if hidden else ""
    return parse_xml(f'<w:r {nsdecls("w")}>{vanish}<w:t xml:space="preserve">{text}</w:t></w:r>')


def edges(document: Any, banner: str = BANNER) -> None:
    for section in document.sections:
        for edge in (section.header, section.footer):
            edge.paragraphs[0].text = banner


def a_docx(portions: tuple[str, ...] = PORTIONS, banner: str = BANNER, *, full: bool = True) -> bytes:
    """A document with a banner above and below, and, when full, with everything that must not go out."""
    document: Any = docx.Document()
    edges(document, banner)
    for text in portions:
        document.add_paragraph(text)
    if full:
        first = document.paragraphs[0]
        first._p.append(words(" the white rabbit", hidden=True))
        first._p.append(words(" to be struck", deleted=True))
        document.add_comment(first.runs[0], text="a remark", author="Alice Analyst", initials="AA")
        document.core_properties.author = "Alice Analyst"
        document.core_properties.last_modified_by = "Bob Boss"
        document.core_properties.keywords = "harbour source"
        first.runs[0]._r.set("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}rsidR", "00A1B2C3")
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def a_pdf(portions: tuple[str, ...] = PORTIONS, banner: str = BANNER) -> bytes:
    """A document as an office would print it, with an author among its particulars."""
    edge = f"align(center, {json.dumps(banner)})"
    body = "\n\n".join(f"#par({json.dumps(text)})" for text in portions)
    particulars = 'author: "Alice Analyst", title: "harbour source"'
    text = f"#set document({particulars})\n#set page(header: {edge}, footer: {edge})\n#set par(spacing: 2em)\n{body}"
    made: bytes = typst.compile(text.encode(), format="pdf")
    return made


def a_mail(portions: tuple[str, ...] = PORTIONS, banner: str = BANNER, subject: str = "(U) Exercise") -> bytes:
    """A message with another form of its text, an attachment, and names."""
    message = EmailMessage()
    message["From"] = "Alice Analyst <alice@example.org>"
    message["To"] = "bob@example.org"
    message["Message-ID"] = "<42@secret.example.org>"
    message["Subject"] = subject
    message.set_content("\n\n".join([banner, *portions, banner]))
    message.add_alternative("<p>CARDINAL</p>", subtype="html")
    message.add_attachment(b"CARDINAL", maintype="application", subtype="octet-stream", filename="cardinal.bin")
    return message.as_bytes()


__all__ = ["BANNER", "NOT_FOR_GBR", "PORTIONS", "a_docx", "a_mail", "a_pdf", "edges", "words"]
