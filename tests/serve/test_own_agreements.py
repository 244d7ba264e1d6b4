"""One's own agreement as a form: filled in, mended, as text and spreadsheet, amended; nothing typed is lost.

Every page is asked as a browser without script would ask it.
"""

from __future__ import annotations

import html
import re
from functools import cache

import pytest

from comity.casebook.book import casebook
from comity.flow import agreement_form as forms
from comity.flow import own_agreements as own
from comity.flow.agreement_begun import as_draft
from comity.formats import cells, yaml12
from tests.serve.desks import OURS, SIDES, Visitor, book_of, desk_of
from tests.serve.filled import filled
from tests.serve.test_cosigning import TEXT

ONE, TWO, THREE = SIDES[:3]


@cache
def reader() -> Visitor:
    """Somebody who only looks: nothing is signed at his desk."""
    return Visitor(desk_of(book_of([])), ONE)


def written(page: str) -> str:
    """The text on the page of a text."""
    (found,) = re.findall(r"<textarea[^>]*>\n(.*?)</textarea>", page, re.DOTALL)
    return html.unescape(found)


def began(visitor: Visitor, text: str) -> dict[str, str]:
    """The fields of the form that a text becomes."""
    page = visitor.post("/agreements/form", {"text": text})
    assert page.status_code == 200
    return filled(page.text)


@pytest.mark.parametrize("name", sorted(casebook().agreements))
def test_the_form_on_the_page_sent_back_is_the_same_draft(name: str) -> None:
    fields = filled(reader().get(f"/agreements/form?from={name}").text)
    text = written(reader().post("/agreements/text", fields).text)
    assert cells.same(yaml12.load(text, name), as_draft(casebook().agreements[name]))


def test_a_form_that_is_not_changed_gives_its_text_back_with_every_remark() -> None:
    text = f"# a remark of ours\n{TEXT}ours: kept   # and another\n"
    fields = began(reader(), text)
    assert "ours: kept" in fields["Agreement.0.more"]
    assert written(reader().post("/agreements/text", fields).text) == text
    changed = written(reader().post("/agreements/text", {**fields, "Agreement.0.name": "Another"}).text)
    assert "remark" not in changed
    read = yaml12.load(changed, "")
    assert isinstance(read, dict)
    assert (read["name"], read["ours"]) == ("Another", "kept")


def test_a_text_that_cannot_be_read_stays_as_it_is() -> None:
    broken = "id: [X-1\nclauses: }\n"
    for path in ("/agreements/form", "/agreements/check", "/agreements/add", "/agreements/sheet"):
        page = reader().post(path, {"text": broken})
        assert page.status_code == (200 if path.endswith("check") else 400)
        assert written(page.text) == broken
        assert "no YAML" in page.text


def test_a_draft_with_more_rows_than_a_form_holds_stays_a_text() -> None:
    long = TEXT.replace("clauses: [", "clauses: [" + '{article: "2", duty: notify, says: x}, ' * forms.MOST)
    page = reader().post("/agreements/form", {"text": long})
    assert (page.status_code, written(page.text)) == (400, long)
    assert "401 rows of Clauses are more than a form holds" in html.unescape(page.text)


def test_what_is_typed_into_a_field_and_cannot_be_read_stays_there_and_is_told_there() -> None:
    fields = {**began(reader(), TEXT), "Clauses.0.strength order": "twelve", "Clauses.0.duty": "help"}
    for path in ("/agreements/form", "/agreements/text", "/agreements/sheet", "/agreements/add"):
        page = reader().post(path, fields)
        assert page.status_code == (200 if path.endswith("form") else 400)
        assert filled(page.text)["Clauses.0.strength order"] == "twelve"
        assert filled(page.text)["Clauses.0.duty"] == "help"
        for place, says in (("duty", "is not known"), ("strength-order", "is no whole number")):
            (told,) = re.findall(rf'<span class="said" id="said-Clauses-0-{place}">(.*?)</span></span>', page.text)
            assert says in told
        assert "<details open><summary>How strong" in page.text
        assert '<a href="#Clauses-0-duty">Article 1 help duty</a>' in page.text


def test_clauses_are_added_moved_and_removed() -> None:
    def after(fields: dict[str, str], act: str) -> dict[str, str]:
        return filled(reader().post("/agreements/form", {**fields, "do": act}).text)

    fields = after(began(reader(), TEXT), "add.Clauses")
    assert fields["rows.Clauses"] == "2"
    fields |= {"Clauses.1.article": "2", "Clauses.1.duty": "notify", "Clauses.1.says": "They notify."}
    fields = after(fields, "up.Clauses.1")
    assert (fields["Clauses.0.article"], fields["Clauses.1.article"]) == ("2", "1")
    fields = after(fields, "down.Clauses.0")
    assert (fields["Clauses.0.article"], fields["Clauses.1.article"]) == ("1", "2")
    assert after(fields, "down.Clauses.1") == after(fields, "up.Clauses.0") == fields
    assert after(fields, "remove.Clauses.7") == after(fields, "add.Nothing") == after(fields, "x") == fields
    fields = after(fields, "remove.Clauses.0")
    assert (fields["rows.Clauses"], fields["Clauses.0.says"]) == ("1", "They notify.")


def test_each_clause_is_told_in_plain_words_while_another_is_at_fault() -> None:
    fields = filled(reader().post("/agreements/form", {**began(reader(), TEXT), "do": "add.Clauses"}).text)
    page = reader().post("/agreements/form", {**fields, "Clauses.1.article": "2", "Clauses.1.duty": "help"}).text
    (one, two) = re.findall(r'<ul class="plain" id="plain-Clauses-\d">(.*?)</ul>', page)
    assert "Each party is bound to consult with every other party." in one
    assert two == ""


def test_a_draft_goes_to_a_spreadsheet_and_comes_back() -> None:
    fields = began(reader(), f"{TEXT}ours: {{kept: [1, 2]}}\n")
    sheet = reader().post("/agreements/sheet", fields)
    assert sheet.headers["content-disposition"] == 'attachment; filename="agreement.xlsx"'
    sent = {"file": ("mine.xlsx", sheet.content)}
    page = reader().client.post("/agreements/form", files=sent, headers=OURS)
    assert {**filled(page.text), "text": fields["text"], "adopt": "yes"} == {**fields, "adopt": "yes"}
    wrong = {"file": ("mine.xlsx", b"no workbook")}
    page = reader().client.post("/agreements/check", files=wrong, data={"text": TEXT}, headers=OURS)
    assert "is no XLSX workbook" in page.text
    assert written(page.text) == TEXT


def test_what_is_found_while_it_is_filled_in_is_what_the_page_says() -> None:
    fields = {**began(reader(), TEXT), "Clauses.0.duty": "help"}
    live, page = (reader().post(path, fields).text for path in ("/agreements/form/said", "/agreements/form"))
    assert "<html" not in live
    told = re.findall(r'id="said-[^"]*" hx-swap-oob="true">.*?</span></span>', live)
    assert any("is not known" in one for one in told)
    assert all(one.replace(' hx-swap-oob="true"', "") in page for one in told)


# Amending


def test_an_agreement_of_one_s_own_is_amended_and_the_difference_is_shown_before_it_is_signed() -> None:
    desk = desk_of(book_of([]))
    one, two, third = (Visitor(desk, party) for party in (ONE, TWO, THREE))
    one.sign(one.post("/agreements/add", {"text": TEXT}))
    assert '"/agreements/form?amend=OWN-2020"' in one.get("/agreements/OWN-2020").text
    assert "amend=" not in two.get("/agreements/OWN-2020").text
    fields = filled(one.get("/agreements/form?amend=OWN-2020").text)
    assert fields["Agreement.0.in_force from"] == "2020-01-01"
    assert "adopt" not in fields
    assert "Nothing yet: it says what the book holds." in one.post("/agreements/form", fields).text
    same = one.post("/agreements/add", fields)
    assert (same.status_code, "nothing has changed" in same.text) == (400, True)
    fields |= {"Clauses.0.duty": "assist", "Clauses.0.says": "They help."}
    for page in (one.post("/agreements/form", fields), one.post("/agreements/form/said", fields)):
        assert "<del>consult</del>" in page.text
        assert "<ins>They help.</ins>" in page.text
    drafted = one.post("/agreements/add", fields)
    assert "<del>consult</del>" in one.get(drafted.headers["location"]).text
    one.sign(drafted)
    assert "They help." in one.get("/agreements/OWN-2020").text
    assert [two.get("/agreements/form?amend=OWN-2020").status_code for two in (two, third)] == [403, 404]


def test_who_may_not_read_it_is_told_nothing_of_it_on_the_way() -> None:
    with_it, without = desk_of(book_of([])), desk_of(book_of([]))
    one = Visitor(with_it, ONE)
    one.sign(one.post("/agreements/add", {"text": TEXT}))
    for path in ("/agreements/form", "/agreements/check", "/agreements/add"):
        sees, knows_not = (Visitor(desk, THREE).post(path, {"text": f"{TEXT}x: 1\n"}) for desk in (with_it, without))
        assert sees.status_code == knows_not.status_code
        assert sees.text == knows_not.text


def test_what_another_has_stated_is_not_overwritten_and_the_draft_is_kept() -> None:
    desk = desk_of(book_of([]))
    one, two = Visitor(desk, ONE), Visitor(desk, TWO)
    one.sign(one.post("/agreements/add", {"text": TEXT}))
    fields = {**began(two, TEXT), "Clauses.0.says": "Otherwise."}
    refused = two.post("/agreements/add", fields)
    assert refused.status_code == 403
    assert f"was stated in this book by {ONE}, in other words" in refused.text
    assert filled(refused.text)["Clauses.0.says"] == "Otherwise."


def test_the_keeper_of_a_demonstration_amends_what_the_book_says() -> None:
    desk = desk_of(book_of([]))
    one = Visitor(desk, ONE)
    one.sign(one.post("/agreements/add", {"text": TEXT, "adopt": "yes"}))
    fields = filled(one.get("/agreements/form?amend=OWN-2020").text)
    assert fields["adopt"] == "yes"
    one.sign(one.post("/agreements/add", {**fields, "Clauses.0.says": "They talk."}))
    assert "They talk." in one.get("/agreements/OWN-2020").text
    assert own.unsigned("OWN-2020", desk.book.policy()) == []
