"""PDFs that real programs print: the paragraphs are those of their tags, and no words come under a mark not theirs."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import pytest
import typst
from hypothesis import given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser
from pypdf import PdfReader, PdfWriter
from pypdf.generic import BooleanObject, NameObject

from comity.casebook.markings import setting
from comity.errors import Malformed
from comity.flow import documents
from comity.flow.documents import Document
from comity.values.instant import instant
from tests.flow.documents import a_pdf, edges
from tests.serve.browser import chrome

SETTING = setting(instant("2026-01-01"))
BANNER = "SECRET//NOFORN"
LONG = " ".join(f"Sentence {number} goes on for as long as it has to." for number in range(60))
HTML = f"""<html><style>@page {{ margin: 25mm }} td {{ padding: 4px }}</style><body>
<h1>(U) Exercise</h1>
<p>(U) {LONG}</p>
<p>(S//NF) The <b>source</b> <i>CARDINAL</i> works in the office.</p><p>He has a pass.</p>
<ul><li>(U) first item</li><li>(S//NF) second item</li></ul>
<table><tr><td>(U) left cell</td><td>(S//NF) right cell</td></tr></table>
<div style="columns: 2"><p>(U) {"left words " * 20}</p><p>(S//NF) {"right words " * 20}</p></div>
</body></html>"""
EDGE = f'<div style="font-size: 10px; width: 100%; text-align: center">{BANNER}</div>'
NUMBERED = (
    EDGE + '<div style="font-size: 10px"><span class="pageNumber"></span> / <span class="totalPages"></span></div>'
)


def read(data: bytes) -> Document:
    return documents.read(data, "FILE", SETTING, "USA", "USA")


def told(found: Document) -> list[str]:
    return [f"{one.portion.mark} {one.portion.text}" for one in found.portions]


def printed(chrome: Browser, html: str, *, tagged: bool, footer: str = EDGE) -> bytes:
    page = chrome.new_page()
    page.set_content(html)
    how: Any = {"tagged": tagged, "display_header_footer": True, "header_template": EDGE, "footer_template": footer}
    data = page.pdf(margin={"top": "25mm", "bottom": "25mm", "left": "20mm", "right": "20mm"}, **how)
    page.close()
    return data


def set_by_typst(body: str, *, columns: int = 1, justify: bool = False) -> bytes:
    edge = f'align(center, "{BANNER}")'
    page = f"#set page(header: {edge}, footer: {edge}, columns: {columns})\n#set par(justify: {str(justify).lower()})\n"
    made: bytes = typst.compile(f'{page}#set text(hyphenate: true, lang: "en")\n{body}'.encode(), format="pdf")
    return made


def par(text: str) -> str:
    return f"#par({json.dumps(text)})"


def untagged(data: bytes, *, suspect: bool = False) -> bytes:
    """The same file, saying that it is not tagged, or that its tags are suspect."""
    writer = PdfWriter(clone_from=PdfReader(BytesIO(data)))
    key, value = ("/Suspects", True) if suspect else ("/Marked", False)
    marks: Any = writer.root_object["/MarkInfo"]
    marks[NameObject(key)] = BooleanObject(value)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def test_a_browsers_paragraphs_are_whole(chrome: Browser) -> None:
    found = read(printed(chrome, HTML, tagged=True))
    assert found.wrong == ()
    assert told(found) == [
        "(U) Exercise",
        f"(U) {LONG}",
        "(S//NF) The source CARDINAL works in the office.",
        "None He has a pass.",
        "(U) first item",
        "(S//NF) second item",
        "(U) left cell",
        "(S//NF) right cell",
        f"(U) {'left words ' * 20}".strip(),
        f"(S//NF) {'right words ' * 20}".strip(),
    ]


@pytest.mark.parametrize("tagged", [True, False])
def test_no_words_of_a_browsers_page_come_under_a_mark_that_is_not_theirs(chrome: Browser, tagged: bool) -> None:
    secret = {"source", "CARDINAL", "pass", "second", "right"}
    for one in read(printed(chrome, HTML, tagged=tagged)).portions:
        if one.portion.mark == "(U)":
            assert not set(re.findall(r"\w+", one.portion.text)) & secret, one.portion


def test_the_number_of_a_page_beneath_the_banner_is_no_words_and_hides_no_banner(chrome: Browser) -> None:
    found = read(printed(chrome, HTML, tagged=True, footer=NUMBERED))
    assert found.wrong == ()
    assert any("header or footer" in kind for kind in found.left)
    assert not any(re.search(r"None \d", text) for text in told(found))


def test_what_is_repeated_on_every_page_is_left_behind(chrome: Browser) -> None:
    running = '<div style="font-size: 10px">Report of the harbour desk</div>' + EDGE
    page = chrome.new_page()
    page.set_content(HTML)
    data = page.pdf(
        tagged=True, display_header_footer=True, header_template=running, footer_template=EDGE,
        margin={"top": "30mm", "bottom": "25mm", "left": "20mm", "right": "20mm"},
    )  # fmt: skip
    page.close()
    found = read(data)
    assert found.wrong == ()
    assert not any("harbour desk" in text for text in told(found))
    assert any("header or footer" in kind for kind in found.left)


@pytest.mark.parametrize("justify", [True, False])
@pytest.mark.parametrize("columns", [1, 2])
def test_a_long_paragraph_of_typst_is_whole_over_columns_and_pages(columns: int, justify: bool) -> None:
    once = "and so on without any end that one could see or tell of "
    body = "\n".join([par(f"(U) {once * 120}"), par("(S//NF) The source drinks."), par("(U) The last words.")])
    found = read(set_by_typst(body, columns=columns, justify=justify))
    assert told(found) == [f"(U) {(once * 120).strip()}", "(S//NF) The source drinks.", "(U) The last words."]


def test_a_word_that_was_divided_is_whole() -> None:
    words = "The internationalisation of telecommunications infrastructure notwithstanding incomprehensibilities "
    (one,) = read(set_by_typst(par(f"(U) {words * 6}"), columns=3, justify=True)).portions
    assert "\u00ad" not in one.portion.text


def test_letters_that_were_set_as_one_sign_are_read_as_letters() -> None:
    (one,) = read(set_by_typst('#par("(U) The o\ufb03ce \ufb02ies a \ufb01lm.")')).portions
    assert one.portion.text == "The office flies a film."


CLOSE = {
    "a line break within a paragraph": par("(U) This may be read by everyone.\nThe agent meets the clerk at nine."),
    "a list in a paragraph": par("(U) Those who take part:\nthe agent\nthe clerk"),
    "a paragraph without a mark that follows": par("(U) Everyone may read this.")
    + "\n"
    + par("The agent meets the clerk."),
    "cells beside each other": "#table(columns: 2, [(U) open], [The agent meets the clerk])",
    "a cell below": "#table(columns: 1, [(U) open], [The agent meets the clerk])",
    "a note": "(U) Everyone may read this.#footnote[The agent meets the clerk.]",
    "a heading and its text": "= (U) Open\nThe agent meets the clerk.",
    "an item and its text": "- (U) open\n- The agent meets the clerk.",
}


@pytest.mark.parametrize("body", CLOSE.values(), ids=CLOSE)
@pytest.mark.parametrize("tags", ["trusted", "none", "suspect"])
def test_what_follows_a_marked_paragraph_without_a_mark_never_comes_under_it(body: str, tags: str) -> None:
    data = set_by_typst(body)
    if tags != "trusted":
        data = untagged(data, suspect=tags == "suspect")
    for one in read(data).portions:
        if one.portion.mark == "(U)":
            assert not {"agent", "clerk"} & set(re.findall(r"\w+", one.portion.text)), one.portion


def test_tags_that_say_that_they_are_suspect_are_not_used() -> None:
    once = "and so on without any end that one could see or tell of. "
    data = set_by_typst(par(f"(U) {once * 20}"))
    assert len(read(data).portions) < len(read(untagged(data)).portions)
    assert told(read(untagged(data, suspect=True))) == told(read(untagged(data)))


def _one_paragraph_for_all(data: bytes) -> bytes:
    """A file whose tags say that everything on it is one paragraph, as careless programs do."""
    writer = PdfWriter(clone_from=PdfReader(BytesIO(data)))
    tree: Any = writer.root_object["/StructTreeRoot"]
    whole: Any = tree["/K"][0].get_object() if isinstance(tree["/K"], list) else tree["/K"].get_object()
    whole[NameObject("/S")] = NameObject("/P")
    for one in whole["/K"] if isinstance(whole["/K"], list) else [whole["/K"]]:
        one.get_object()[NameObject("/S")] = NameObject("/Span")
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def test_tags_that_join_what_plainly_stands_apart_are_not_believed() -> None:
    data = _one_paragraph_for_all(a_pdf(("(U) Everyone may read this.", "The agent meets the clerk.")))
    assert told(read(data)) == ["(U) Everyone may read this.", "None The agent meets the clerk."]


UNSEEN: dict[str, str] = {
    "in white": "#text(fill: white)[the agent]",
    "tiny": "#text(size: 0.5pt)[the agent]",
    "off the page": "#place(dx: -900pt)[the agent]",
    "without ink": "#text(fill: rgb(0, 0, 0, 0))[the agent]",
}


@pytest.mark.parametrize("body", UNSEEN.values(), ids=UNSEEN)
def test_a_page_with_text_that_nobody_sees_is_refused(body: str) -> None:
    with pytest.raises(Malformed, match="nobody sees"):
        read(set_by_typst(f"(U) Open. {body}"))


def test_a_line_of_an_untagged_page_goes_on_in_none_where_it_leaves_room() -> None:
    body = "\n".join(["#set par(spacing: 0.65em)", par("(U) open0 and more"), par("shut0 and more")])
    assert told(read(untagged(set_by_typst(body)))) == ["(U) open0 and more", "None shut0 and more"]


PIECES = st.tuples(
    st.sampled_from(["(U) ", "(S//NF) ", ""]), st.integers(1, 40), st.sampled_from([" ", ". "]), st.booleans()
)


@settings(max_examples=25, deadline=None)
@given(st.lists(PIECES, min_size=1, max_size=8), st.integers(1, 3), st.booleans(), st.booleans(), st.data())
def test_whatever_is_set_no_closed_words_come_under_an_open_mark(
    pieces: list[tuple[str, int, str, bool]], columns: int, justify: bool, tight: bool, data: st.DataObject
) -> None:
    """Words of a paragraph that is closed, or has no mark, begin otherwise than those of one that is open."""
    body = ["#set par(spacing: 0.65em)"] if tight else []
    for mark, many, between, table in pieces:
        word = "open" if mark == "(U) " else "shut"
        text = mark + between.join([f"{word}{number} and more" for number in range(many)])
        body.append(f"#table(columns: 1, {par(text)[1:]})" if table else par(text))
    made = set_by_typst("\n".join(body), columns=columns, justify=justify)
    how = data.draw(st.sampled_from(["trusted", "none", "one for all"]))
    made = {"none": untagged, "one for all": _one_paragraph_for_all}.get(how, bytes)(made)
    for one in read(made).portions:
        if one.portion.mark == "(U)":
            assert "shut" not in one.portion.text, one.portion


def _soffice() -> str:
    found = os.environ.get("SOFFICE") or shutil.which("soffice")
    if found is None:
        pytest.skip(
            "no LibreOffice is found; on Debian: apt-get install libreoffice-writer-nogui; or name one in SOFFICE"
        )
    return found


@pytest.mark.slow
@pytest.mark.parametrize("tagged", [True, False])
def test_a_word_processors_paragraphs_are_whole_and_its_tables_apart(tagged: bool, tmp_path: Path) -> None:
    program = _soffice()
    document: Any = docx.Document()
    edges(document)
    document.add_heading("(U) Exercise", 1)
    document.add_paragraph(f"(U) {LONG}")
    document.add_paragraph("(S//NF) The ").add_run("source").bold = True
    document.add_paragraph("He has a pass.")
    document.add_paragraph("(S//NF) second item", style="List Bullet")
    cells = document.add_table(1, 2).rows[0].cells
    cells[0].text, cells[1].text = "(U) left cell", "(S//NF) right cell"
    document.add_paragraph("(U) Open\nthe agent meets the clerk")
    document.save(str(tmp_path / "made.docx"))
    how = json.dumps({"UseTaggedPDF": {"type": "boolean", "value": str(tagged).lower()}})
    words = [program, "--headless", "--convert-to", f"pdf:writer_pdf_Export:{how}", "--outdir", ".", "made.docx"]
    home = {**os.environ, "HOME": str(tmp_path)}
    subprocess.run(words, cwd=tmp_path, env=home, check=True, capture_output=True, timeout=120)
    found = read((tmp_path / "made.pdf").read_bytes())
    assert found.wrong == ()
    for one in found.portions:
        if one.portion.mark == "(U)":
            assert not {"source", "pass", "second", "right", "agent"} & set(re.findall(r"\w+", one.portion.text))
    if tagged:
        assert told(found) == [
            "(U) Exercise", f"(U) {LONG}", "(S//NF) The source", "None He has a pass.", "(S//NF) second item",
            "(U) left cell", "(S//NF) right cell", "(U) Open", "None the agent meets the clerk",
        ]  # fmt: skip


__all__ = ["chrome"]
