"""Every page in a real Chromium, over a desk served on loopback: its main path, its errors, who may not see; axe, keys,
phone and desk, print.

Of whatever a visitor does here, no script fails, no content-security policy is broken, and no request leaves the
server. Pictures of each page are left in ``build/screenshots``, for people to look at.
"""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from comity.serve import demonstration
from comity.serve.accounts import Accounts, Person
from comity.serve.app import application
from comity.serve.desk import MINUTE, Desk, Settings
from comity.serve.visit import DATES, LANGUAGE, SESSION
from tests.serve.browser import DESK, PHONE, browsing, need_islands, serious, serving
from tests.serve.desks import Standing, Visitor, book_of, desk_of
from tests.serve.held import DRAFT as KEPT
from tests.serve.held import GONE, GROUP, LET_GO, REPORT
from tests.serve.test_non_interference import VISIBLE

if TYPE_CHECKING:
    from litestar import Litestar
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.slow

EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "examples"
SHOTS = Path(__file__).resolve().parents[2] / "build" / "screenshots"
ATTACK = "kind=sabotage&victim=FIN&on=2023-10-08&target=infrastructure"
MAY = "party=POL&action=read&on=2026-11-26"
PAGES = {
    "home": "/",
    "picture": "/picture?us=JPN&on=2021-01-01",
    "agreements": "/agreements?words=neutrality",
    "agreement": "/agreements/TEU-42.7",
    "calendar": "/agreements/calendar?party=POL",
    "matrix": "/agreements/matrix?parties=EST,LVA,POL,USA",
    "between": "/between/POL/EST?on=1995-01-01",
    "compare": "/agreements/compare?left=NAT-1949&right=TEU-42.7",
    "draft": "/agreements/new",
    "form": "/agreements/form",
    "form-long": "/agreements/form?from=NAT-1949",
    "binds": f"/binds?{ATTACK}&share=JPN",
    "may": f"/may?{MAY}&thing=report-j",
    "inbox": "/inbox",
    "recall": "/inbox/recall/{grant}",
    "sign": "{sign}",
    "consultations": "/consultations",
    "case": "{case}",
    "intelligence": "/intelligence?words=heron",
    "object": f"/intelligence/objects/{GROUP}",
    "object-long": f"/intelligence/objects/{REPORT}",
    "import": "/intelligence/import",
    "report-form": f"/intelligence/report?thing={REPORT}",
    "requests": "/intelligence/requests",
    "release": f"/intelligence/release?things={REPORT}&to=KOR,EST",
    "release-draft": f"/intelligence/release/{KEPT}",
    "board": "/intelligence/recall",
    "take-back": f"/intelligence/recall/{LET_GO}",
    "disclosures": "/intelligence/disclosures",
    "warning": "/intelligence/warning",
    "problem": "/intelligence/warning/tides",
    "tombstone": f"/intelligence/objects/{GONE}",
    "steps": "/steps?party=DEU&duty=assist",
    "ledger": "/ledger",
    "fact": "/ledger/{grant}",
    "verify": "/ledger/verify",
    "readings": "/ledger/readings",
    "people": "/people",
    "me": "/people/me",
    "keys": "/keys",
    "sign-in": "/sign-in",
    "error": "/nowhere",
}
"""A page of each kind, as Poland reads it."""


class Served(NamedTuple):
    """A desk that answers at an address, and what tests name of it."""

    desk: Desk
    at: str
    names: dict[str, str]

    def path(self, name: str) -> str:
        """The address of a page of the table."""
        path = PAGES[name]
        for key, value in self.names.items():
            path = path.replace(f"{{{key}}}", value)
        return path

    def session(self, party: str) -> str:
        """A new session of somebody who acts for a party."""
        return self.desk.accounts.open_session(Person("demonstration", party))


@contextmanager
def answering(app: Litestar) -> Iterator[str]:
    """An application on a free port of loopback, by its address."""
    import uvicorn

    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [door]}, daemon=True)
        thread.start()
        until = time.monotonic() + 20
        while not server.started:
            assert time.monotonic() < until, "the server does not start"
            time.sleep(0.02)
        yield f"http://127.0.0.1:{door.getsockname()[1]}"
        server.should_exit = True
        thread.join(timeout=10)


def furnished() -> tuple[Desk, dict[str, str]]:
    """A desk with something of everything: a consent given, a request that waits, a text under silence."""
    book = book_of(VISIBLE)
    demonstration.seed(book)
    desk = desk_of(book)
    chair, poland = Visitor(desk, "EST"), Visitor(desk, "POL")
    told = {"title": "Cable route", "article": "Art. 4", "parties": "EST, JPN, POL", "agenda": "Common watch"}
    chair.sign(chair.post("/consultations", told))
    (case,) = re.findall(r'"(/consultations/[0-9a-f]{64})">Cable route', poland.get("/consultations").text)
    chair.sign(chair.post(f"{case}/put", {"item": "1", "text": "We watch.", "deadline": "2026-11-27T12:00"}))
    (grant,) = (one.id for one in desk.view(["POL"]).records(["grant"]) if one.record.issuer == "POL")
    sign = asked(desk, "r3")
    return desk, {"case": case, "grant": grant, "sign": sign}


def asked(desk: Desk, thing: str) -> str:
    """Where a request of Poland's waits for its signature."""
    fields = {"party": "POL", "action": "read", "thing": thing, "on": "2026-11-26", "whom": "JPN"}
    return Visitor(desk, "POL").post("/may/request", fields).headers["location"]


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    need_islands()
    desk, names = furnished()
    with answering(application(desk)) as at:
        yield Served(desk, at, names)


@contextmanager
def visiting(
    chrome: Browser, served: Served, party: str | None, size: tuple[int, int] = DESK, **context: Any
) -> Iterator[Page]:
    """A page of a new visitor. Fails if a script failed, the policy was broken, or another origin asked anything."""
    with browsing(chrome, size, base_url=served.at, **context) as page:
        sent, said = list[str](), list[str]()
        page.on("request", lambda request: sent.append(request.url))
        page.on("console", lambda line: said.append(line.text) if line.type == "error" else None)
        if party is not None:
            become(page, served, party)
        yield page
        assert [url for url in sent if not url.startswith((f"{served.at}/", "data:"))] == []
        # that a page is answered with an error is no error of the page
        assert [line for line in said if "Failed to load resource" not in line] == []


def become(page: Page, served: Served, party: str) -> None:
    """Act for a party from now on."""
    page.context.add_cookies([{"name": SESSION, "value": served.session(party), "url": served.at}])


def unfold(page: Page) -> None:
    """Open whatever is folded."""
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    wide: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return wide


def faint(page: Page) -> list[str]:
    """What axe finds of too little contrast; `serious` has loaded it."""
    found = page.evaluate("axe.run(document, {runOnly: ['color-contrast'], resultTypes: ['violations']})")
    return [node["html"][:200] for one in found["violations"] for node in one["nodes"]]


def banners(page: Page) -> list[bool]:
    """Whether each banner of the page is to be seen."""
    return [page.locator(".banner").nth(place).is_visible() for place in range(page.locator(".banner").count())]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_for_everybody(chrome: Browser, served: Served, name: str) -> None:
    """Nothing serious for axe, light and dark; no sideways scroll on phone and desk, in either language; print."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    with visiting(chrome, served, "POL") as page:
        answer = page.goto(served.path(name))
        assert answer is not None
        assert answer.status == (404 if name in {"error", "tombstone"} else 200)
        unfold(page)
        assert (serious(page), banners(page), overflow(page)) == ([], [True, True], 0)
        page.screenshot(path=SHOTS / f"{name}-desk.png")
        page.emulate_media(color_scheme="dark")
        assert faint(page) == []
        page.emulate_media(color_scheme="light", media="print")
        assert banners(page) == [True, True]
        assert not page.locator(".top").is_visible()
        page.emulate_media(media="screen")
        page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
        assert overflow(page) == 0
        page.screenshot(path=SHOTS / f"{name}-phone.png")
        page.context.add_cookies([{"name": LANGUAGE, "value": "fr", "url": served.at}])
        page.goto(served.path(name))
        unfold(page)
        assert page.locator("html").get_attribute("lang") == "fr"
        assert overflow(page) == 0
        page.screenshot(path=SHOTS / f"{name}-phone-fr.png")


def test_paper_has_what_is_folded_and_nothing_to_press(chrome: Browser, served: Served) -> None:
    with visiting(chrome, served, "POL") as page:
        for name in ("may", "case", "inbox"):
            page.goto(served.path(name))
            assert not page.locator("details.label li").first.is_visible()
            page.emulate_media(media="print")
            assert page.locator("details.label li").first.is_visible()
            assert page.locator("form:visible, button:visible, .button:visible").count() == 0
            page.emulate_media(media="screen")


NONE = "0" * 64
ERRORS: dict[str, tuple[str | None, str, int]] = {
    "no such address": ("POL", "/nowhere", 404),
    "a picture of nobody": ("POL", "/picture?us=XX", 400),
    "a register of no day": ("POL", "/agreements?on=soon", 400),
    "an agreement that is not there": ("POL", "/agreements/NONE", 404),
    "a calendar of nobody": ("POL", "/agreements/calendar?party=XX", 400),
    "a matrix with nobody in it": ("POL", "/agreements/matrix?parties=XX,POL", 400),
    "nobody and somebody": ("POL", "/between/XX/POL", 400),
    "a comparison with nothing": ("POL", "/agreements/compare?left=NONE&right=NAT-1949", 404),
    "a draft like nothing": ("POL", "/agreements/new?from=NONE", 404),
    "a form like nothing": ("POL", "/agreements/form?from=NONE", 404),
    "to amend nothing": ("POL", "/agreements/form?amend=NONE", 404),
    "to amend the casebook": ("POL", "/agreements/form?amend=NAT-1949", 404),
    "an event nowhere": ("POL", "/binds?kind=threat&victim=POL&on=2026-01-01&place=here", 400),
    "an act on no day": ("POL", f"/may?{MAY.replace('2026-11-26', 'soon')}&thing=r1", 400),
    "a consent never given": ("POL", f"/inbox/recall/{NONE}", 404),
    "nothing to sign": ("POL", "/sign/nothing", 404),
    "no such consultation": ("POL", f"/consultations/{NONE}", 404),
    "no such duty": ("POL", "/steps?party=DEU&duty=dance", 400),
    "a ledger as of never": ("POL", "/ledger?known=soon", 400),
    "no such fact": ("POL", f"/ledger/{NONE}", 404),
    "a stranger's inbox": (None, "/inbox", 403),
    "a stranger's draft": (None, "/agreements/new", 403),
    "a stranger's form": (None, "/agreements/form", 403),
    "a stranger's people": (None, "/people", 403),
    "a stranger's account": (None, "/people/me", 403),
    "a stranger's keys": (None, "/keys", 403),
    "a stranger verifies": (None, "/ledger/verify", 403),
    "what another is to sign": ("JPN", "{sign}", 404),
    "what another has granted": ("JPN", "/inbox/recall/{grant}", 404),
    "a fact that one may not read": ("JPN", "/ledger/{grant}", 404),
    "a consultation of others": ("KOR", "{case}", 404),
    "a consultation, for a stranger": (None, "{case}", 404),
    "its record": ("KOR", "{case}/record?item=1", 404),
}
"""Who asks, for what, and how he is answered: what is wrong, what is not there, what he may not see."""


def test_an_error_says_what_to_do_and_nothing_more(chrome: Browser, served: Served) -> None:
    for party in (None, "POL", "JPN", "KOR"):
        with visiting(chrome, served, party) as page:
            for who, path, status in ERRORS.values():
                if who == party:
                    answer = page.goto(path.format(**served.names))
                    assert answer is not None
                    assert answer.status == status, path
                    assert page.get_by_role("alert").is_visible(), path
                    assert page.get_by_role("heading", level=1).inner_text() in {
                        400: "Cannot be read", 403: "Not permitted", 404: "Not available",
                    }[status]  # fmt: skip


def test_who_may_not_see_is_answered_as_if_it_were_not_there(chrome: Browser, served: Served) -> None:
    with visiting(chrome, served, "JPN") as page:
        page.goto(f"/ledger/{served.names['grant']}")
        hidden = page.locator("main").inner_text().replace(served.names["grant"], NONE)
        page.goto(f"/ledger/{NONE}")
        assert page.locator("main").inner_text() == hidden


def test_a_list_holds_only_what_its_reader_may_read(chrome: Browser, served: Served) -> None:
    for party, sees in (("POL", True), ("JPN", False), (None, False)):
        with visiting(chrome, served, party) as page:
            page.goto("/ledger?kind=report")
            assert ("our own" in page.locator("main").inner_text()) is sees
    for party, sees in (("POL", True), ("KOR", False), (None, False)):
        with visiting(chrome, served, party) as page:
            page.goto("/consultations")
            assert (page.get_by_role("link", name="Cable route").count() == 1) is sees


class Form(NamedTuple):
    """A page's main form by keys alone: the field that Tab comes to, what is typed, and what then shows."""

    path: str
    field: str
    typed: str
    shows: str


FORMS = {
    "picture": Form("/picture", "input[name=us]", "JPN", "#picture h2:has-text('Japan')"),
    "agreements": Form("/agreements", "input[name=words]", "neutrality", "table a[href='/agreements/AUT-NEUT-1955']"),
    "calendar": Form("/agreements/calendar", "input[name=party]", "POL", "h1 ~ form input[value=POL]"),
    "matrix": Form("/agreements/matrix", "input[name=parties]", "EST, LVA", "a[href^='/between/EST/LVA']"),
    "binds": Form("/binds", "input[name=victim]", "FIN", "#answer h2"),
    "may": Form("/may?party=POL&action=read&on=2026-11-26", "input[name=thing]", "report-j", "#answer .verdict"),
    "ledger": Form("/ledger", "input[name=kind]", "report", "td:has-text('our own')"),
}


def tab_to(page: Page, field: str) -> None:
    """Press Tab until a field has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("(field) => document.activeElement.matches(field)", field):
            return
    pytest.fail(f"{field} is not reached by Tab")


def test_every_main_form_is_reached_and_sent_by_keys(chrome: Browser, served: Served) -> None:
    with visiting(chrome, served, "POL") as page:
        for form in FORMS.values():
            page.goto(form.path)
            tab_to(page, form.field)
            page.keyboard.press("Control+A")
            page.keyboard.type(form.typed)
            page.keyboard.press("Enter")
            page.wait_for_selector(form.shows)


def test_keys_alone_choose_and_send_where_a_form_has_no_line_to_type_in(chrome: Browser, served: Served) -> None:
    with visiting(chrome, served, "POL") as page:
        page.goto("/agreements/compare")
        tab_to(page, "select[name=left]")
        page.keyboard.type("NAT-1949")
        tab_to(page, "select[name=right]")
        page.keyboard.type("TEU-42.7")
        tab_to(page, "main form button")
        page.keyboard.press("Enter")
        page.wait_for_selector("main table")
        page.goto("/steps")
        tab_to(page, "select[name=party]")
        page.keyboard.type("Germany")
        tab_to(page, "main form button")
        page.keyboard.press("Enter")
        page.wait_for_selector(".verdict")


BUTTONS = {
    "home": ("/", "button[value=JPN]", "button[value=JPN][aria-pressed=true]"),
    "draft": ("/agreements/new", "button:not([formaction]):not(.quiet)", "#findings .note"),
    "form": ("/agreements/form", "main form.draft button", "#state"),
    "inbox": ("/inbox", "button[value=refuse]", ".signed"),
    "recall": ("/inbox/recall/{grant}", "main form button", ".signed"),
    "sign": ("{draft}", "main form button", "#answer"),
    "case": ("{case}", "form[action$=receipt] button", ".signed"),
    "me": ("/people/me", "form[action$=tokens] button", "section pre"),
    "keys": ("/keys", "form[action$=rotate] button", ".signed"),
}
"""A page, the button of its main form that Tab comes to, and what shows once Enter has pressed it."""


def test_every_main_button_is_reached_and_pressed_by_keys(chrome: Browser, served: Served) -> None:
    draft = asked(served.desk, "r4")
    for path, button, shows in BUTTONS.values():
        with visiting(chrome, served, "POL") as page:
            page.goto(path.format(**served.names, draft=draft))
            tab_to(page, button)
            page.keyboard.press("Enter")
            page.wait_for_selector(shows)


def test_the_first_key_leads_past_the_menu(chrome: Browser, served: Served) -> None:
    with visiting(chrome, served, None) as page:
        page.goto("/agreements")
        page.keyboard.press("Tab")
        assert page.locator(".skip").is_visible()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('main') !== null")


# Main paths


def test_sides_are_chosen_and_changed(chrome: Browser, served: Served) -> None:
    with visiting(chrome, served, None) as page:
        page.goto("/")
        assert page.locator(".banner").first.inner_text().startswith("PUBLIC")
        page.get_by_role("button", name="I am POL").click()
        assert "RELEASABLE TO POL" in page.locator(".banner").first.inner_text()
        page.get_by_role("button", name="I am JPN").click()
        assert "RELEASABLE TO JPN" in page.locator(".banner").last.inner_text()
        page.get_by_role("button", name="Leave").click()
        page.get_by_role("link", name="Choose a side").click()
        assert page.get_by_role("heading", level=1).inner_text() == "Choose a side"


def test_the_answer_moves_with_a_fact_and_costs_what_is_not_shared(chrome: Browser, served: Served) -> None:
    with visiting(chrome, served, "EST") as page:
        page.goto(f"/binds?{ATTACK}")
        assert "sabotage against FIN" in page.locator("#answer h2").first.inner_text()
        page.get_by_label("By whom").fill("non-state")
        page.get_by_label("Where: latitude").fill("59.9, 24.2")
        page.get_by_label("Share with").fill("POL")
        page.get_by_role("button", name="Ask", exact=True).click()
        page.wait_for_selector("text=What moved since the last question")
        page.wait_for_selector("text=The price of sharing with")


def sign(page: Page, served: Served) -> None:
    """Look at what is to be signed, and sign it; a minute passes."""
    assert isinstance(served.desk.book.clock, Standing)
    served.desk.book.clock.now += MINUTE
    page.wait_for_url("**/sign/*")
    assert page.get_by_role("heading", level=1).inner_text().startswith("You are about to sign for")
    page.get_by_role("button", name="Sign", exact=True).click()
    page.wait_for_url(lambda url: "/sign/" not in url)


def test_a_consent_is_asked_for_given_used_and_taken_back(chrome: Browser, served: Served) -> None:
    question = f"/may?{MAY}&thing=report-j".replace("26&", "27&")  # a day is its first instant
    with visiting(chrome, served, "POL") as page:
        page.goto(question)
        assert page.locator(".verdict").inner_text().startswith("No")
        page.get_by_role("button", name="Request these consents").click()
        sign(page, served)
        assert page.locator(".verdict").inner_text().startswith("Not yet")
        become(page, served, "JPN")
        page.goto("/inbox")
        waits = page.locator("article", has_text="POL asks: read report-j")
        waits.get_by_role("button", name="Consent").click()
        sign(page, served)
        assert page.locator("article", has_text="POL asks: read report-j").count() == 0
        become(page, served, "POL")
        page.goto(question)
        assert page.locator(".verdict").inner_text().startswith("Yes")
        become(page, served, "JPN")
        page.goto("/inbox")
        page.get_by_role("row", name="report-j").get_by_role("link", name="take back").click()
        assert "GRANTED" in page.locator("main table").inner_text()
        page.get_by_role("button", name="Go on to sign").click()
        sign(page, served)
        become(page, served, "POL")
        page.goto(question)
        assert page.locator(".verdict").inner_text().startswith("No")


def test_a_request_is_refused_and_a_draft_is_left(chrome: Browser, served: Served) -> None:
    with visiting(chrome, served, "POL") as page:
        page.goto("/inbox")
        page.locator("article", has_text="JPN asks:").get_by_role("button", name="Refuse").click()
        page.get_by_role("link", name="Do not sign").click()
        page.wait_for_url("**/inbox")
        assert page.locator("article", has_text="JPN asks:").count() == 1


def test_a_draft_is_mended_signed_and_read(chrome: Browser, served: Served) -> None:
    with visiting(chrome, served, "EST") as page:
        page.goto("/agreements/new")
        draft = page.get_by_label("The agreement")
        begun = draft.input_value()
        draft.fill(begun.replace("duty: consult", "duty: dance"))
        page.get_by_role("button", name="Check").click()
        page.wait_for_selector("#findings .problem")
        page.get_by_label("The agreement").fill(begun)
        page.get_by_role("button", name="Go on to sign").click()
        sign(page, served)
        assert page.url.endswith("/agreements/MY-AGREEMENT")
        assert page.get_by_role("heading", level=1).inner_text() == "An agreement of our own"


def test_a_text_under_silence_is_received_and_the_chair_s_page_is_told(chrome: Browser, served: Served) -> None:
    case = served.names["case"]
    with visiting(chrome, served, "EST") as chair, visiting(chrome, served, "JPN") as japan:
        chair.goto(case)
        japan.goto(case)
        japan.get_by_role("button", name="We have received this text").click()
        sign(japan, served)
        japan.goto(case)
        row = japan.get_by_role("row", name="JPN")
        assert "no receipt" not in row.inner_text()
        japan.get_by_role("button", name="Break silence").click()
        sign(japan, served)
        japan.goto(case)
        assert "broke silence" in japan.get_by_role("row", name="JPN").inner_text()
        chair.get_by_text("broke silence").first.wait_for()
        with chair.expect_download() as record:
            chair.get_by_role("link", name="The record, to verify offline").click()
        assert record.value.suggested_filename == "silence-record.json"


def test_a_consultation_is_opened_and_an_incident_reported(chrome: Browser, served: Served) -> None:
    with visiting(chrome, served, "KOR") as page:
        page.goto("/consultations")
        page.get_by_text("Open a consultation").click()
        opening = page.locator("form[action='/consultations']")
        opening.get_by_label("Title").fill("Two boats")
        opening.get_by_label("By the article").fill("Art. 1")
        opening.get_by_label("Who takes part").fill("JPN, KOR")
        opening.get_by_role("button", name="Go on to sign").click()
        sign(page, served)
        page.get_by_role("link", name="Two boats").wait_for()
        page.get_by_text("Report an incident").click()
        report = page.locator("form[action='/channel/incident']")
        report.get_by_label("To (codes)").fill("JPN")
        report.get_by_label("What").fill("a near collision")
        report.get_by_label("When (UTC)").fill("2026-11-26T08:00")
        report.get_by_label("In words").fill("Both turned away.")
        report.get_by_role("button", name="Go on to sign").click()
        sign(page, served)
        assert "Both turned away." in page.locator("main").inner_text()


def test_intelligence_is_found_read_and_its_network_moves(chrome: Browser, served: Served) -> None:
    with visiting(chrome, served, "POL") as page:
        page.goto("/intelligence")
        tab_to(page, "input[name=words]")
        page.keyboard.type("heron")
        page.keyboard.press("Enter")
        page.get_by_role("link", name="Port watch 14", exact=True).click()
        page.get_by_role("heading", level=1, name="Port watch 14").wait_for()
        page.locator("figure[data-network]").scroll_into_view_if_needed()
        page.wait_for_selector(".network-canvas canvas")
        assert page.locator(".network-list").get_by_text("Quiet Heron").count() == 1
        with page.expect_download() as taken:
            page.get_by_role("link", name="STIX, as it may leave").click()
        assert taken.value.suggested_filename == "report.stix.json"


def test_a_file_is_brought_in_row_by_row_and_signed(chrome: Browser, served: Served) -> None:
    with visiting(chrome, served, "KOR") as page:
        page.goto("/intelligence/import")
        page.get_by_label("A file of STIX").set_input_files(EXAMPLES / "port-watch.json")
        page.get_by_role("button", name="Show what would become of it").click()
        page.wait_for_selector("text=Nothing is added before it is signed")
        assert (serious(page), overflow(page)) == ([], 0)
        page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
        assert overflow(page) == 0
        page.screenshot(path=SHOTS / "import-preview-phone.png", full_page=True)
        page.get_by_role("link", name="Look at it, and sign or hand over").click()
        sign(page, served)
        page.get_by_role("link", name="Port watch 14", exact=True).wait_for()


def test_what_may_go_further_is_proposed_consented_to_let_go_and_taken_back(chrome: Browser, served: Served) -> None:
    with visiting(chrome, served, "EST") as page:
        page.goto(f"/intelligence/release?things={REPORT}&to=KOR")
        page.get_by_label("Title").fill("Interest in a harbour")
        page.get_by_label("Text (tearline)").fill("Quiet Heron scans by night.")
        page.get_by_role("button", name="Look at what shows").click()
        page.wait_for_selector("text=holds a name of what is withheld")
        assert (serious(page), overflow(page)) == ([], 0)
        page.screenshot(path=SHOTS / "release-shows-desk.png", full_page=True)
        assert page.get_by_role("button", name="Propose it to them").count() == 0
        page.get_by_label("Text (tearline)").fill("Somebody scans by night.")
        page.get_by_role("button", name="Look at what shows").click()
        page.get_by_role("button", name="Propose it to them").click()
        sign(page, served)
        kept = page.url
        become(page, served, "JPN")
        page.goto("/inbox")
        waits = page.locator("article", has_text="EST proposes to let go: Interest in a harbour")
        assert "Somebody scans by night." in waits.inner_text()
        assert (serious(page), overflow(page)) == ([], 0)
        waits.get_by_role("button", name="Consent").click()
        sign(page, served)
        become(page, served, "EST")
        page.goto(kept)
        page.get_by_role("button", name="Release: go on to sign").click()
        sign(page, served)
        variant = page.url
        become(page, served, "KOR")
        page.goto(variant)
        assert "Somebody scans by night." in page.locator("main").inner_text()
        become(page, served, "EST")
        page.goto("/intelligence/recall")
        page.get_by_role("listitem").filter(has_text="Interest in a harbour").get_by_role("link").click()
        page.get_by_role("button", name="Go on to sign").click()
        sign(page, served)
        page.get_by_role("button", name="Ask it back").click()
        sign(page, served)
        assert "asked" in page.get_by_role("row", name="Interest in a harbour").inner_text()
        page.screenshot(path=SHOTS / "board-owed-desk.png", full_page=True)
        become(page, served, "KOR")
        page.goto(variant)
        page.get_by_role("link", name="Say what became of it").click()
        page.get_by_role("button", name="Go on to sign").first.click()
        sign(page, served)


def test_tables_calendars_and_forms_are_taken_along(chrome: Browser, served: Served) -> None:
    wanted = [
        ("/agreements?party=POL", "XLSX", "agreements.xlsx"),
        ("/agreements/calendar", "iCalendar", "agreements.ics"),
        ("/picture?us=POL", "CSV", "picture.csv"),
        (f"/binds?{ATTACK}", "CSV", "commitments.csv"),
        ("/agreements/new", "The form as a spreadsheet", "agreement.xlsx"),
    ]
    with visiting(chrome, served, "POL") as page:
        for path, link, name in wanted:
            page.goto(path)
            unfold(page)
            with page.expect_download() as taken:
                page.get_by_role("link", name=link, exact=True).click()
            assert taken.value.suggested_filename == name


def test_a_fact_leads_to_its_history_and_the_book_is_verified(chrome: Browser, served: Served) -> None:
    with visiting(chrome, served, "POL") as page:
        page.goto("/ledger?kind=report")
        page.locator("main table a").first.click()
        page.get_by_text("The bytes that were signed").first.click()
        assert "our own" in page.locator("pre").first.inner_text()
        page.goto("/ledger")
        page.get_by_role("link", name="Verify the book").click()
        assert page.locator("main .problem").count() == 0


def test_language_and_dates_are_chosen_without_losing_the_question(chrome: Browser, served: Served) -> None:
    with visiting(chrome, served, "POL") as page:
        page.goto("/agreements/calendar?party=POL")
        page.get_by_role("button", name="Français").click()
        assert page.url.endswith("/agreements/calendar?party=POL")
        assert page.locator("h1").inner_text() == "Ce qui vient à échéance dans les dix ans"
        page.get_by_role("button", name="Dates comme 26").click()
        assert re.search(r"\b\d\d[A-Z]{3}\d\d\b", page.locator("main table").inner_text())
        assert {DATES, LANGUAGE} <= {cookie["name"] for cookie in page.context.cookies()}


PASSWORD = "a password for tests"


def test_a_wrong_password_leads_nowhere_and_the_right_one_in(chrome: Browser) -> None:
    book = book_of(VISIBLE)
    desk = Desk(book, Accounts(None, book.clock), Settings())
    desk.accounts.add(Person("Ada", "POL"), PASSWORD)
    with answering(application(desk)) as at, visiting(chrome, Served(desk, at, {}), None) as page:
        page.goto("/sign-in")
        page.get_by_label("Code of your nation").fill("POL")
        page.get_by_label("Name", exact=True).fill("Ada")
        page.get_by_label("Password").fill("a guess")
        page.get_by_role("button", name="Sign in").click()
        assert page.get_by_role("alert").inner_text() == "the name or the password is wrong"
        assert (serious(page), overflow(page)) == ([], 0)
        tab_to(page, "input[name=password]")
        page.keyboard.type(PASSWORD)
        page.keyboard.press("Enter")
        page.get_by_role("button", name="Leave").wait_for()
        assert "RELEASABLE TO POL" in page.locator(".banner").first.inner_text()
        answer = page.goto("/people")
        assert answer is not None
        assert answer.status == 403, "nobody has appointed her"


def test_a_token_is_made_shown_once_and_revoked(chrome: Browser, served: Served) -> None:
    with visiting(chrome, served, "KOR") as page:
        page.goto("/people/me")
        made = page.locator("form").filter(has=page.get_by_role("button", name="Make a token"))
        made.get_by_label("For what").fill("the nightly export")
        made.get_by_role("button").click()
        assert page.locator("section pre").inner_text()
        page.goto("/people/me")
        assert page.locator("section pre").count() == 0
        page.get_by_role("button", name="Revoke the nightly export").click()
        page.wait_for_url("**/people/me")
        assert "the nightly export" not in page.locator("main").inner_text()


def test_a_role_is_given_by_signing_and_a_key_replaced(chrome: Browser, served: Served) -> None:
    with visiting(chrome, served, "KOR") as page:
        page.goto("/people")
        form = page.locator("form[action='/people']")
        form.get_by_label("Name").fill("Min-jun")
        form.get_by_label("First password").fill(PASSWORD)
        form.get_by_label("drafter").check()
        form.get_by_label("Even if nobody").check()
        form.get_by_role("button", name="Go on to sign").click()
        sign(page, served)
        assert "drafter" in page.get_by_role("row", name="Min-jun").inner_text()
        page.goto("/keys")
        page.get_by_role("button", name="Replace").first.click()
        sign(page, served)
        assert "rotated" in page.locator("main table").inner_text()


def test_a_word_longer_than_a_phone_is_wide_breaks(chrome: Browser) -> None:
    words = "".join(f"<{tag}>{'x' * 400}</{tag}>" for tag in ("h1", "p", "li", "summary"))
    shown = f'<!doctype html><link rel="stylesheet" href="/static/style.css"><main>{words}</main>'
    with serving({"/": shown}) as address, browsing(chrome, PHONE) as page:
        page.goto(f"{address}/")
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE[0]
