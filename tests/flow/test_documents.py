"""Portion-marked documents come in with a marking for each portion; the copy that goes out holds what may be read."""

from __future__ import annotations

import contextlib
import json
import re
import zipfile
from collections.abc import Callable
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from io import BytesIO
from typing import Any

import docx
import pytest
import typst
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import FreeText

from comity.casebook.markings import setting
from comity.errors import Malformed, Refused
from comity.flow import documents, releasable_copy
from comity.flow.documents import Document
from comity.formats import portioned_docx, portioned_mail, portioned_pdf
from comity.formats.portioned import Check, Outgoing, Portion
from comity.values.instant import instant
from comity.values.marking_readers import readers
from comity.values.party import recipient
from tests.flow.documents import BANNER, NOT_FOR_GBR, PORTIONS, a_docx, a_mail, a_pdf, edges, words

SETTING = setting(instant("2026-01-01"))
MADE = {"a word processor's": a_docx, "a printed": a_pdf, "a message": a_mail}
FOR_GBR = [PORTIONS[0], PORTIONS[1], PORTIONS[4]]


def read(data: bytes, **how: Any) -> Document:
    return documents.read(data, "FILE", SETTING, "USA", **how)


def seen_in(data: bytes) -> str:
    """Everything that a file says to whoever takes it apart, unpacked."""
    if data.startswith(b"PK"):
        with zipfile.ZipFile(BytesIO(data)) as packed:
            return "\n".join(f"{item.filename} {packed.read(item).decode('latin-1')}" for item in packed.infolist())
    if data.startswith(b"%PDF"):
        document = PdfReader(BytesIO(data))
        pages = "\n".join(page.extract_text() for page in document.pages)
        return f"{pages}\n{document.metadata}\n{data.decode('latin-1')}"
    message = message_from_bytes(data, policy=SMTP)
    return f"{data.decode()}\n{message.get_content()}"


@pytest.mark.parametrize("make", MADE.values(), ids=MADE)
def test_each_portion_has_the_marking_of_its_mark(make: Callable[[], bytes]) -> None:
    found = read(make())
    marked = [(one.portion.mark, one.portion.text) for one in found.portions if one.portion.place != "subject"]
    assert [f"{mark} {text}" if mark else text for mark, text in marked] == list(PORTIONS)
    ours = [one for one in found.portions if one.portion.place != "subject"]
    reading = [None if one.marking is None else readers(one.marking, SETTING) for one in ours]
    assert reading == [None, {"USA", "GBR"}, {"USA"}, {"USA"}, {"USA", "AUS", "GBR"}]
    assert ours[3].why == "it has no mark: the banner's"
    assert (found.wrong, found.breaches) == ((), ())


@pytest.mark.parametrize("form", documents.FORMS)
@pytest.mark.parametrize("make", MADE.values(), ids=MADE)
def test_a_copy_holds_what_its_readers_may_read_and_nothing_else(make: Callable[[], bytes], form: str) -> None:
    copy = releasable_copy.release(read(make()), ["GBR"], SETTING, form)
    assert copy.banner == "SECRET//REL TO USA, GBR"
    told = seen_in(copy.data)
    for secret in NOT_FOR_GBR:
        assert secret.casefold() not in told.casefold(), secret
    back = read(copy.data)
    assert [
        f"{one.portion.mark} {one.portion.text}" for one in back.portions if one.portion.text != "Exercise"
    ] == FOR_GBR
    assert back.banner is not None
    assert (back.wrong, back.breaches, back.left) == ((), (), ())


@pytest.mark.parametrize("form", documents.FORMS)
def test_the_banner_is_the_join_of_what_was_kept(form: str) -> None:
    copy = releasable_copy.release(read(a_docx()), ["AUS"], SETTING, form)
    assert copy.banner == "CONFIDENTIAL//REL TO USA, AUS, GBR"


def test_for_several_each_may_read_the_whole_copy() -> None:
    copy = releasable_copy.release(read(a_docx()), ["GBR", "AUS"], SETTING, "docx")
    assert len(copy.kept) == 2
    assert len(copy.withheld) == 3


def test_a_group_is_each_of_its_members() -> None:
    given_portions = ("(S//REL TO USA, FVEY) Five may read this.", "(S//REL TO USA, GBR) Two may.")
    found = read(a_docx(given_portions, "SECRET//REL TO USA, GBR"))
    copy = releasable_copy.release(found, [recipient("FIVE-EYES@dynamic")], SETTING, "docx")
    assert len(copy.kept) == 1


def test_every_page_bears_the_banner() -> None:
    many = tuple(f"(U) Line {number} of a long report that goes on and on." for number in range(150))
    copy = releasable_copy.release(read(a_docx(many, "UNCLASSIFIED")), ["GBR"], SETTING, "pdf")
    pages = PdfReader(BytesIO(copy.data)).pages
    assert len(pages) > 2
    for page in pages:
        lines = [line.strip() for line in page.extract_text().splitlines() if line.strip()]
        assert lines[0] == lines[-1] == "UNCLASSIFIED"


def test_a_copy_has_no_particulars_of_its_own() -> None:
    copies = {form: releasable_copy.release(read(a_docx()), ["GBR"], SETTING, form) for form in documents.FORMS}
    again = {form: releasable_copy.release(read(a_docx()), ["GBR"], SETTING, form) for form in documents.FORMS}
    assert copies == again
    opened: Any = docx.Document(BytesIO(copies["docx"].data))
    assert [paragraph.text for paragraph in opened.paragraphs] == FOR_GBR
    assert {relation.reltype.rpartition("/")[2] for relation in opened.part.rels.values()} == {"header", "footer"}
    assert set(PdfReader(BytesIO(copies["pdf"].data)).metadata or {}) <= {"/Creator"}
    assert set(message_from_bytes(copies["eml"].data).keys()) == {
        "Subject", "MIME-Version", "Content-Type", "Content-Transfer-Encoding",
    }  # fmt: skip


def test_what_a_copy_leaves_behind_is_told() -> None:
    left = " ".join(read(a_docx()).left)
    for kind in ("comment", "deleted text", "hidden text", "part of properties", "embedded file"):
        assert kind in left
    left = " ".join(read(a_mail()).left)
    for kind in ("attachment", "part of type text/html", "line of the header from"):
        assert kind in left
    assert "subject" not in left
    twice = " ".join(read(a_mail().replace(b"Subject: ", b"Subject: (U) Exercise\nSubject: ", 1)).left)
    assert "1 further subject" in twice


# What is wrong with a document, and whom its paragraphs without a mark are for then


def _without_footer() -> bytes:
    document: Any = docx.Document()
    document.sections[0].header.paragraphs[0].text = BANNER
    for text in PORTIONS:
        document.add_paragraph(text)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def _first_page_bare() -> bytes:
    document: Any = docx.Document()
    edges(document)
    document.sections[0].different_first_page_header_footer = True
    document.add_paragraph(PORTIONS[3])
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def _two_banners() -> bytes:
    document: Any = docx.Document()
    edges(document)
    document.sections[0].footer.paragraphs[0].text = "SECRET//REL TO USA, GBR"
    document.add_paragraph(PORTIONS[3])
    out = BytesIO()
    document.save(out)
    return out.getvalue()


DOUBTFUL = {
    "no banner below": (_without_footer, "bears no banner"),
    "no banner on the first page": (_first_page_bare, "bears no banner"),
    "banners that differ": (_two_banners, "its banners differ"),
    "a printed page without a banner": (lambda: a_pdf(banner=""), "bears no banner"),
    "a message without one at its end": (
        lambda: a_mail(PORTIONS).replace(f"\n\n{BANNER}\n\n--".encode(), b"\n\n--"),
        "bears no banner",
    ),
}


@pytest.mark.parametrize(("make", "told"), DOUBTFUL.values(), ids=DOUBTFUL)
def test_where_the_banner_is_in_doubt_a_paragraph_without_a_mark_is_its_originators(
    make: Callable[[], bytes], told: str
) -> None:
    found = read(make(), policy="USA")
    assert any(told in wrong for wrong in found.wrong)
    (bare,) = [one for one in found.portions if one.portion.mark is None]
    assert bare.marking is None
    assert "originator alone" in bare.why


def test_a_banner_looser_than_its_portions_is_told_and_held_by_nobody() -> None:
    found = read(a_docx(PORTIONS, "SECRET//REL TO USA, GBR"))
    assert [breach.rule for breach in found.breaches if breach.grave]
    assert found.portions[3].marking is None


def test_a_mark_that_cannot_be_read_is_for_its_originator_alone() -> None:
    found = read(a_docx(("(S//REL TO USA, ATLANTIS) Somebody swims.", PORTIONS[0])))
    assert found.portions[0].marking is None
    assert "paragraph 1: its mark cannot be read" in found.wrong[0]
    assert "column" in found.wrong[0]
    copy = releasable_copy.release(found, ["GBR"], SETTING, "docx")
    assert "swims" not in seen_in(copy.data)


def test_words_in_parentheses_are_no_mark() -> None:
    (first, _) = read(a_docx(("(see the annex) for more", PORTIONS[0]))).portions
    assert first.portion.text == "(see the annex) for more"
    assert first.why == "it has no mark: the banner's"


def test_words_of_a_printed_page_never_come_under_a_mark_that_is_not_theirs() -> None:
    close = "(U) This may be read by everyone who sees it.\nThe agent meets the clerk at nine."
    made = a_pdf((close,), "SECRET//NOFORN")
    portions = read(made).portions
    assert [one.portion.mark for one in portions] == ["(U)", None]
    assert "agent" not in portions[0].portion.text


@pytest.mark.parametrize("first_is_open", [True, False])
def test_columns_of_a_printed_page_never_run_into_each_other(first_is_open: bool) -> None:
    closed = [
        "(S//NF) The source who told us of the ships works in the harbour office.",
        "He drinks, and needs a pass.",
    ]
    opened = ["(U) The exercise begins on Monday and goes on.", "(U) The weather holds there, as far as is known."] * 2
    columns = [opened, closed] if first_is_open else [closed, opened]
    blocks = ["".join(f"#par({json.dumps(text)})" for text in column) for column in columns]
    edge = f'align(center, "{BANNER}")'
    page = f"#set page(header: {edge}, footer: {edge})\n#columns(2)[{'#colbreak()'.join(blocks)}]"
    made: bytes = typst.compile(page.encode(), format="pdf")
    secret = {"source", "works", "harbour", "drinks,", "told", "pass."}
    for one in read(made).portions:
        if one.portion.mark == "(U)":
            assert not set(one.portion.text.split()) & secret, one.portion
    copy = releasable_copy.release(read(made), ["GBR"], SETTING, "docx")
    assert not secret & set(re.findall(r"[\w,.]+", seen_in(copy.data)))


def test_a_printed_page_with_text_that_nobody_sees_is_refused() -> None:
    writer = PdfWriter()
    writer.append(BytesIO(a_pdf()))
    page = writer.pages[0]
    contents: Any = page.get_contents()
    contents.set_data(b"3 Tr\n" + contents.get_data())
    page.replace_contents(contents)
    out = BytesIO()
    writer.write(out)
    with pytest.raises(Malformed, match="nobody sees"):
        read(out.getvalue())


WITHIN = {
    "a mark within a paragraph": (
        "(U) It begins on Monday. (S//NF) The source is a clerk.",
        [("(U)", "It begins on Monday."), ("(S//NF)", "The source is a clerk.")],
    ),
    "a mark that cannot be read within a paragraph": (
        "(U) It begins. (S//REL TO USA, ATLANTIS) Somebody swims.",
        [("(U)", "It begins."), ("(S//REL TO USA, ATLANTIS)", "Somebody swims.")],
    ),
    "a mark after the first words": ("Re: (S//NF) the clerk", [(None, "Re:"), ("(S//NF)", "the clerk")]),
    "a mark after a number": ("(1) (S//NF) the clerk", [("(S//NF)", "the clerk")]),
    "an abbreviation in parentheses": ("(U) The task force (JTF) moves.", [("(U)", "The task force (JTF) moves.")]),
}


@pytest.mark.parametrize(("text", "wanted"), WITHIN.values(), ids=WITHIN)
def test_a_mark_within_a_paragraph_begins_a_portion(text: str, wanted: list[tuple[str | None, str]]) -> None:
    found = read(a_docx((text,)))
    assert [(one.portion.mark, one.portion.text) for one in found.portions] == wanted
    for one in found.portions:
        if one.portion.mark != "(U)":
            assert one.marking is None or readers(one.marking, SETTING) == frozenset({"USA"})


AT_ITS_END = ["The source is a clerk (S//NF)", "(U) The source is a clerk (S//NF).", "A clerk (U)",
              "(U) The source is a clerk (S//NF)!"]  # fmt: skip


@pytest.mark.parametrize("text", AT_ITS_END)
def test_a_mark_at_the_end_of_a_paragraph_leaves_it_to_its_originator(text: str) -> None:
    found = read(a_docx((text,)))
    assert [(one.portion.text, one.marking) for one in found.portions] == [(text, None)]
    assert "stands at the end" in found.wrong[0]


TOGETHER = ["(S//NF) (U) The source is here", "(U)(S//NF) A clerk", "(U) It begins. (S//NF) (U) A clerk", "(C) (U) A",
            "(S//NF) - (U) The source is here", "(S//NF): (U) A clerk"]  # fmt: skip


@pytest.mark.parametrize("text", TOGETHER)
def test_a_mark_on_which_another_follows_at_once_leaves_the_paragraph_to_its_originator(text: str) -> None:
    (one,) = read(a_docx((text,))).portions
    assert (one.portion.text.replace(" ", ""), one.marking) == (text.replace(" ", ""), None)
    assert "nothing stands between two marks" in one.why


def test_a_paragraph_in_a_hidden_style_is_not_read() -> None:
    document: Any = docx.Document()
    edges(document, "UNCLASSIFIED")
    style = document.styles.add_style("Unseen", 1)
    style.font.hidden = True
    document.add_paragraph("(U) the white rabbit", style="Unseen")
    document.add_paragraph("(U) seen")
    out = BytesIO()
    document.save(out)
    assert [one.portion.text for one in read(out.getvalue()).portions] == ["seen"]


def test_a_long_printed_portion_is_one_portion() -> None:
    long = "(U) " + " ".join(["considerable"] * 60)
    (one,) = read(a_pdf((long,), "UNCLASSIFIED")).portions
    assert one.portion.text.split() == ["considerable"] * 60


def test_nobody_gets_a_copy_of_which_he_may_read_nothing() -> None:
    with pytest.raises(Refused, match="may read nothing"):
        releasable_copy.release(read(a_docx(PORTIONS[2:4])), ["GBR"], SETTING, "docx")


def test_a_copy_for_nobody_is_refused() -> None:
    with pytest.raises(Malformed, match="for nobody"):
        releasable_copy.release(read(a_docx()), [], SETTING, "docx")


UNREADABLE = {
    "no zip": b"PK\x03\x04 and nothing",
    "a locked file": b"%PDF-1.7\n%%EOF",
    "no message": b"just words",
    "nothing": b"",
}


@pytest.mark.parametrize("data", UNREADABLE.values(), ids=UNREADABLE)
def test_what_cannot_be_read_is_told(data: bytes) -> None:
    with pytest.raises(Malformed) as told:
        read(data)
    assert told.value.next_step


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from([a_docx(), a_pdf(), a_mail()]), st.integers(0, 10_000), st.binary(max_size=9), st.integers(0, 40)
)
def test_a_broken_file_is_told_or_read(whole: bytes, at: int, more: bytes, gone: int) -> None:
    place = at % len(whole)
    broken = whole[:place] + more + whole[place + gone :]
    with contextlib.suppress(Malformed):  # anything else fails
        read(broken, policy="USA")


def test_a_locked_pdf_is_refused() -> None:
    writer = PdfWriter()
    writer.append(BytesIO(a_pdf()))
    writer.encrypt("secret")
    out = BytesIO()
    writer.write(out)
    with pytest.raises(Malformed, match="locked"):
        read(out.getvalue())


def test_a_message_without_plain_text_is_refused() -> None:
    message = EmailMessage()
    message["Subject"] = "(U) x"
    message.set_content("<p>(U) hidden?</p>", subtype="html")
    with pytest.raises(Malformed, match="without plain text"):
        read(message.as_bytes())


def test_entities_in_a_document_are_refused() -> None:
    parts = {"word/document.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name, text in parts.items():
            packed.writestr(name, text)
    with pytest.raises(Malformed, match="no DOCX"):
        read(out.getvalue())


def test_nobody_guesses_whose_lines_the_marks_are() -> None:
    with pytest.raises(Malformed, match="no banner"):
        read(a_mail(("one", "two"), "three"))
    with pytest.raises(Malformed, match="no policy"):
        read(a_docx(), policy="ATLANTIS")


def test_a_document_under_the_traffic_light_protocol() -> None:
    on = setting(instant("2026-01-01"), {"TLP:GREEN": ("GBR",), "TLP:AMBER": ("AUS",)})
    made = a_docx(("(TLP:GREEN) Everyone here may know.", "(TLP:RED) Only we."), "TLP:RED")
    found = documents.read(made, "FILE", on, "XAA")
    copy = releasable_copy.release(found, ["GBR"], on, "eml")
    assert copy.banner == "TLP:GREEN"
    assert "Only we" not in seen_in(copy.data)


def test_a_document_under_the_lines_of_an_alliance() -> None:
    made = a_docx(
        ("(NU) The exercise begins.", "(NR Releasable to FIN) Two ships.", "(NS) A source.", "No mark."), "NATO SECRET"
    )
    found = documents.read(made, "FILE", SETTING, None)
    assert found.wrong == ()
    copy = releasable_copy.release(found, ["FRA"], SETTING, "docx")
    told = seen_in(copy.data)
    assert copy.banner == "NATO SECRET"
    assert "No mark." in told
    outside = releasable_copy.release(
        read(a_docx(("(NR Releasable to JPN) Two ships.", "(NS) A source."), "NATO SECRET")), ["JPN"], SETTING, "docx"
    )
    assert outside.banner.startswith("NATO RESTRICTED Releasable to")
    assert "A source" not in seen_in(outside.data)


def test_a_line_in_capitals_that_is_no_banner_is_told_and_opens_nothing() -> None:
    found = read(a_pdf((PORTIONS[3],), "EXECUTIVE SUMMARY"), policy="USA")
    assert "'EXECUTIVE SUMMARY' cannot be read as a banner" in found.wrong[0]
    assert [one.marking for one in found.portions] == [None]


def test_a_banner_of_several_policies_is_the_originators() -> None:
    made = a_docx(("(S) A source.",), "SECRET")
    assert documents.read(made, "FILE", SETTING, "GBR").lines.policy.id == "GBR"
    with pytest.raises(Malformed, match="may be a line of"):
        documents.read(made, "FILE", SETTING, None)


def test_the_subject_of_a_message_is_a_portion() -> None:
    closed = releasable_copy.release(read(a_mail(subject="(S//NF) CARDINAL")), ["GBR"], SETTING, "eml")
    assert message_from_bytes(closed.data)["Subject"] == "SECRET//REL TO USA, GBR"
    opened = releasable_copy.release(read(a_mail()), ["GBR"], SETTING, "eml")
    assert message_from_bytes(opened.data)["Subject"] == "(U) Exercise"
    as_docx = releasable_copy.release(read(a_mail()), ["GBR"], SETTING, "docx")
    assert "(U) Exercise" in seen_in(as_docx.data)


# The check of what goes out


OUT = Outgoing("SECRET//NOFORN", (Portion("(U)", "The exercise begins.", "1"),))
SECRET = "source works in the harbour"
CHECK = Check(OUT, (f"the {SECRET}",), frozenset({"Alice Analyst"}))


def _zipped(data: bytes, part: str, change: Callable[[str], str]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        names = {item.filename for item in old.infolist()}
        for name in sorted(names | {part}):
            text = old.read(name).decode() if name in names else ""
            new.writestr(name, change(text) if name == part else text)
    return out.getvalue()


LEAKY_DOCX = {
    "words in the text": ("word/document.xml", lambda text: text.replace("begins", f"begins {SECRET}")),
    "words in a header": ("word/header1.xml", lambda text: text.replace("NOFORN", f"NOFORN {SECRET}")),
    "an author's name": ("word/document.xml", lambda text: text.replace("<w:r>", '<w:r w:x="Alice Analyst">')),
    "a part more": ("docProps/core.xml", lambda _: "<a/>"),
    "a comment": ("word/document.xml", lambda text: text.replace("<w:r>", "<w:commentReference/><w:r>")),
    "another banner": ("word/footer1.xml", lambda text: text.replace("SECRET//NOFORN", "UNCLASSIFIED")),
    "no banner": ("word/footer1.xml", lambda text: text.replace("SECRET//NOFORN", "")),
    "another portion": ("word/document.xml", lambda text: text.replace("begins", "ends")),
    "hidden text": (
        "word/document.xml",
        lambda text: text.replace("</w:p>", "<w:r><w:rPr><w:vanish/></w:rPr><w:t>x</w:t></w:r></w:p>", 1),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("part", "change"), LEAKY_DOCX.values(), ids=LEAKY_DOCX)
def test_a_leak_in_a_word_processors_file_is_found(part: str, change: Callable[[str], str]) -> None:
    sound = portioned_docx.write(OUT)
    assert portioned_docx.leaks(sound, CHECK) == []
    assert portioned_docx.leaks(_zipped(sound, part, change), CHECK)


LEAKY_MAIL = {
    "words in the text": lambda text: text.replace("begins", f"begins {SECRET}"),
    "a sender": lambda text: "From: a@example.org\n" + text,
    "a name in the subject": lambda text: text.replace("Subject: ", "Subject: Alice Analyst "),
    "another banner": lambda text: re.sub(r"SECRET//NOFORN\s*$", "UNCLASSIFIED", text),
    "another portion": lambda text: text.replace("begins", "ends"),
}


@pytest.mark.parametrize("change", LEAKY_MAIL.values(), ids=LEAKY_MAIL)
def test_a_leak_in_a_message_is_found(change: Callable[[str], str]) -> None:
    sound = portioned_mail.write(OUT)
    assert portioned_mail.leaks(sound, CHECK) == []
    assert portioned_mail.leaks(change(sound.decode()).encode(), CHECK)


def _pdf(change: Callable[[PdfWriter], object]) -> bytes:
    writer = PdfWriter()
    writer.append(BytesIO(portioned_pdf.write(OUT)))
    writer.metadata = None
    change(writer)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


LEAKY_PDF = {
    "an author": lambda writer: writer.add_metadata({"/Author": "Alice Analyst"}),
    "an attachment": lambda writer: writer.add_attachment("a.txt", b"x"),
    "a page more": lambda writer: writer.add_blank_page(),
    "an annotation": lambda writer: writer.add_annotation(0, FreeText(text="x", rect=(9, 9, 99, 99))),
}


@pytest.mark.parametrize("change", LEAKY_PDF.values(), ids=LEAKY_PDF)
def test_a_leak_in_a_pdf_is_found(change: Callable[[PdfWriter], object]) -> None:
    assert portioned_pdf.leaks(portioned_pdf.write(OUT), CHECK) == []
    assert portioned_pdf.leaks(_pdf(change), CHECK)


def test_other_words_in_a_pdf_are_found() -> None:
    other = Outgoing(OUT.banner, (Portion("(U)", "The source works in the harbour.", "1"),))
    assert portioned_pdf.leaks(portioned_pdf.write(other), CHECK)


_WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Co", "Cn", "Zl", "Zp"]), min_size=1, max_size=40
)


@settings(max_examples=40, deadline=None)
@given(st.lists(_WORDS.map(str.strip).filter(bool), min_size=1, max_size=4))
def test_any_words_go_through_a_word_processors_file_and_a_message(given_words: list[str]) -> None:
    portions = tuple(Portion("(U)", text, str(number)) for number, text in enumerate(given_words))
    outgoing = Outgoing("UNCLASSIFIED", portions)
    check = Check(outgoing, (), frozenset())
    for form in (portioned_docx, portioned_mail):
        assert form.leaks(form.write(outgoing), check) == []


@pytest.mark.parametrize(
    "text", ['#panic("x")', "$x$ *b* _i_ `c` \\ #let", 'a " quote', "<label> @ref // no comment", "é ü 漢", "o\ufb03ce"]
)
def test_words_are_never_taken_for_instructions(text: str) -> None:
    outgoing = Outgoing("UNCLASSIFIED", (Portion("(U)", text, "1"),))
    if "漢" not in text:
        assert portioned_pdf.leaks(portioned_pdf.write(outgoing), Check(outgoing, (), frozenset())) == []
    back = portioned_docx.read(portioned_docx.write(outgoing), "x")
    assert [one.text for one in back.portions] == [text]


def test_inserted_text_is_read_and_told() -> None:
    document: Any = docx.Document()
    edges(document, "UNCLASSIFIED")
    document.add_paragraph("(U) before")
    inserted = words(" after")
    insertion = words("", deleted=True)
    insertion.tag = insertion.tag.replace("}del", "}ins")
    insertion.clear()
    insertion.append(inserted)
    document.paragraphs[0]._p.append(insertion)
    out = BytesIO()
    document.save(out)
    found = read(out.getvalue())
    assert found.portions[0].portion.text == "before after"
    assert "mark of an insertion" in " ".join(found.left)
