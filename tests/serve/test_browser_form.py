"""One's own agreement as a form in a real Chromium: by keys, checked as one writes, without script, amended."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from comity.serve.visit import LANGUAGE
from tests.serve.browser import DESK, PHONE, serious, wait
from tests.serve.test_browser_pages import (
    SHOTS,
    Served,
    become,
    faint,
    overflow,
    served,
    sign,
    tab_to,
    unfold,
    visiting,
)

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

__all__ = ["served"]
pytestmark = pytest.mark.slow
FORM = "/agreements/form"


def focused(page: Page) -> str:
    """The id of what has the focus."""
    found: str = page.evaluate("document.activeElement.id")
    return found


def test_faults_show_at_the_field_while_one_writes_and_go_when_they_are_mended(chrome: Browser, served: Served) -> None:
    with visiting(chrome, served, "EST") as page:
        page.goto(FORM)
        tab_to(page, "#Agreement-0-signed")
        page.keyboard.press("Control+A")
        page.keyboard.type("04.03.2020")
        wait(page, "document.querySelector('#said-Agreement-0-signed .fault') !== null")
        assert "is no date" in page.locator("#said-Agreement-0-signed").inner_text()
        assert "To be mended: 1" in page.locator("#state").inner_text()
        assert (focused(page), page.locator("#Agreement-0-signed").input_value()) == (
            "Agreement-0-signed",
            "04.03.2020",
        )
        page.keyboard.press("Control+A")
        page.keyboard.type("2020-03-04")
        wait(page, "document.querySelector('#said-Agreement-0-signed .fault') === null")
        assert "Sound." in page.locator("#state").inner_text()
        page.locator("#Clauses-0-duty").select_option("notify")
        wait(page, "document.querySelector('#plain-Clauses-0').innerText.includes('to notify')")


def test_a_finding_leads_to_its_field_even_into_what_is_folded(chrome: Browser, served: Served) -> None:
    with visiting(chrome, served, "EST") as page:
        page.goto(FORM)
        page.locator("#Clauses-0 ~ details summary", has_text="How strong").click()
        page.locator("#Clauses-0-strength-order").fill("twelve")
        wait(page, "document.querySelector('#findings .problem a') !== null")
        page.locator("#Clauses-0 ~ details summary", has_text="How strong").click()
        assert not page.locator("#Clauses-0-strength-order").is_visible()
        page.locator("#findings .problem a").click()
        assert page.locator("#Clauses-0-strength-order").is_visible()


def test_an_article_is_added_by_keys_filled_moved_carried_to_text_and_back_and_signed(
    chrome: Browser, served: Served
) -> None:
    with visiting(chrome, served, "EST") as page:
        page.goto(FORM)
        page.locator("#Agreement-0-id").fill("BY-KEYS")
        tab_to(page, "button[value='add.Clauses']")
        page.keyboard.press("Enter")
        page.wait_for_url("**/agreements/form#Clauses-2")
        tab_to(page, "#Clauses-2-article")
        page.keyboard.type("7")
        tab_to(page, "#Clauses-2-duty")
        page.keyboard.type("cooperate")
        tab_to(page, "#Clauses-2-says")
        page.keyboard.type("They train together.")
        tab_to(page, "button[value='up.Clauses.2']")
        page.keyboard.press("Enter")
        page.wait_for_selector("#Clauses-1:has-text('Article 7: cooperate')")
        page.get_by_role("button", name="As text").first.click()
        text = page.get_by_label("The agreement").input_value()
        assert "They train together." in text
        page.get_by_role("button", name="As a form").click()
        page.wait_for_selector("#Clauses-1:has-text('Article 7: cooperate')")
        with page.expect_download() as taken:
            page.get_by_role("button", name="As a spreadsheet").first.click()
        assert taken.value.suggested_filename == "agreement.xlsx"
        page.get_by_role("button", name="Go on to sign").first.click()
        sign(page, served)
        assert page.url.endswith("/agreements/BY-KEYS")
        assert "They train together." in page.locator("main").inner_text()


def test_it_works_without_script(chrome: Browser, served: Served) -> None:
    with visiting(chrome, served, "EST", PHONE, java_script_enabled=False) as page:
        page.goto(FORM)
        page.locator("#Agreement-0-signed").fill("soon")
        page.get_by_role("button", name="Check").first.click()
        assert "is no date" in page.locator("#said-Agreement-0-signed").inner_text()
        assert page.locator("#Agreement-0-signed").get_attribute("aria-invalid") == "true"
        page.locator("#Agreement-0-signed").fill("2020-03-04")
        page.get_by_role("button", name="Add: Reservation").click()
        assert page.locator("#Reservations-0").is_visible()
        assert page.locator("#Agreement-0-signed").input_value() == "2020-03-04"
        page.get_by_role("button", name="Remove: Reservation").click()
        assert page.locator("#Reservations-0").count() == 0


def test_a_text_that_cannot_be_read_is_told_and_kept(chrome: Browser, served: Served) -> None:
    with visiting(chrome, served, "EST") as page:
        page.goto("/agreements/new")
        page.get_by_label("The agreement").fill("id: [X-1")
        page.get_by_role("button", name="As a form").click()
        page.wait_for_selector("#findings .problem")
        assert page.get_by_label("The agreement").input_value() == "id: [X-1"


def amended(page: Page, served: Served, name: str) -> None:
    """State an agreement of one's own in the nation's name alone, and open it to be amended."""
    page.goto(FORM)
    page.locator("#Agreement-0-id").fill(name)
    page.get_by_label("take it over on this book's own word").uncheck()
    page.get_by_role("button", name="Go on to sign").first.click()
    sign(page, served)
    page.get_by_role("link", name="Amend it").click()
    page.wait_for_selector(f"#Agreement-0-id[value={name}]")


def test_what_an_amendment_changes_is_shown_before_it_is_signed_to_those_who_may_read_it(
    chrome: Browser, served: Served
) -> None:
    with visiting(chrome, served, "EST") as page:
        amended(page, served, "AMENDED")
        page.locator("#Clauses-0-says").fill("They meet at once.")
        wait(page, "document.querySelector('#changes ins')?.innerText === 'They meet at once.'")
        page.get_by_role("button", name="Go on to sign").first.click()
        page.wait_for_url("**/sign/*")
        assert page.locator("main ins").inner_text() == "They meet at once."
        sign(page, served)
        assert "They meet at once." in page.locator("main").inner_text()
        become(page, served, "POL")  # a party: it may read it, and not change it
        page.goto("/agreements/AMENDED")
        assert page.get_by_role("link", name="Amend it").count() == 0
        for party, status in (("POL", 403), ("JPN", 404)):
            become(page, served, party)
            answer = page.goto(f"{FORM}?amend=AMENDED")
            assert answer is not None
            assert answer.status == status
            assert page.get_by_role("alert").is_visible()


def test_the_form_with_faults_and_changes_is_for_everybody(chrome: Browser, served: Served) -> None:
    with visiting(chrome, served, "EST", DESK) as page:
        amended(page, served, "FOR-ALL")
        page.locator("#Agreement-0-signed").fill("soon")
        page.locator("#Clauses-0-duty").select_option("defend")
        page.get_by_role("button", name="Check").first.click()
        page.wait_for_selector("#Agreement-0-signed[aria-invalid=true]")
        unfold(page)
        assert (serious(page), overflow(page)) == ([], 0)
        page.screenshot(path=SHOTS / "form-amended-desk.png")
        page.emulate_media(color_scheme="dark")
        assert faint(page) == []
        page.screenshot(path=SHOTS / "form-amended-desk-dark.png")
        page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
        assert overflow(page) == 0
        page.screenshot(path=SHOTS / "form-amended-phone-dark.png")
        page.emulate_media(color_scheme="light")
        page.context.add_cookies([{"name": LANGUAGE, "value": "fr", "url": served.at}])
        page.goto(f"{FORM}?amend=FOR-ALL")
        unfold(page)
        assert (serious(page), overflow(page)) == ([], 0)
        page.screenshot(path=SHOTS / "form-amended-phone-fr.png", full_page=True)
