"""The pages in French as one reads them: no English stands there that is not marked as English."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from comity.ledger.book import Draft
from tests.serve.desks import HOST, Visitor, book_of, desk_of
from tests.serve.held import DRAFT, GONE, GROUP, LET_GO, REPORT
from tests.serve.test_consultation import later, opened, silent
from tests.serve.test_non_interference import VISIBLE

FRENCH = {"Accept-Language": "fr"}
ENGLISH = re.compile(
    r"(?<![\w/.-])(the|of|whether|which|what|is|are|was|does|nobody|its|from|with|only)(?![\w/:-]|\.\w)"
)
"""Words that no French text has, and no condition; not as parts of codes."""
VOID = {"br", "hr", "img", "input", "link", "meta"}
SILENT = {"style", "script", "svg", "option", "datalist", "code", "pre", "textarea"}
"""Where codes stand, and what was signed to the letter."""
PAGES = {
    "may, with what falls short": "/may?party=POL&action=read&thing=r1&on=1999-11-26",
    "may, by an agreement": "/may?party=USA&action=enter&thing=AUS/territory&on=2026-11-26",
    "may, of nothing known": "/may?party=POL&action=read&thing=nothing-known&on=2026-11-26",
    "what binds us": "/binds?kind=sabotage&victim=FIN&on=2023-10-08&target=infrastructure",
    "what binds us, and what moved": "/binds?kind=armed-attack&victim=PHL&on=2023-10-08&place=10.0,114.3&target=vessel"
    "&before=kind%3Dthreat%26victim%3DPHL%26on%3D2023-10-08",
    "an agreement": "/agreements/NAT-1949",
    "an agreement with consents": "/agreements/GSOMIA-JPNKOR-2016",
    "the register": "/agreements",
    "the form, begun from an agreement": "/agreements/form?from=NAT-1949",
    "consultations": "/consultations",
    "the picture": "/picture?on=2020-01-01&us=POL",
    "the calendar": "/agreements/calendar",
    "two agreements": "/agreements/compare?left=NAT-1949&right=MANILA-1954",
    "who owes whom": "/agreements/matrix?parties=EST,LVA,POL,USA",
    "between two": "/between/EST/USA?on=2026-11-26",
    "the inbox": "/inbox",
    "the steps of a state": "/steps?party=DEU&duty=defend",
    "intelligence": "/intelligence?words=heron",
    "an object": f"/intelligence/objects/{GROUP}",
    "an import": "/intelligence/import",
    "a plan of a release": f"/intelligence/release?things={REPORT}&to=KOR,EST",
    "a draft of a release": f"/intelligence/release/{DRAFT}",
    "recall": "/intelligence/recall",
    "taking back": f"/intelligence/recall/{LET_GO}",
    "disclosures": "/intelligence/disclosures",
    "the warning board": "/intelligence/warning",
    "a warning problem": "/intelligence/warning/tides",
    "a tombstone": f"/intelligence/objects/{GONE}",
    "an error": "/binds?victim=NOBODY&kind=threat",
}


class Read(HTMLParser):
    """What stands on a page in French, or in no language it names."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[tuple[str, str]] = []
        self.texts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append((tag, dict(attrs).get("lang") or ""))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if data.strip() and not any(tag in SILENT or lang == "en" for tag, lang in self.open):
            self.texts.append(" ".join(data.split()))


def unmarked(page: str) -> list[str]:
    """The English on a page that is not marked so."""
    return [text for text in Read(page).texts if ENGLISH.search(text)]


@pytest.fixture(scope="module")
def visitor() -> Visitor:
    return Visitor(desk_of(book_of(VISIBLE)), "POL")


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_a_page_in_french_has_no_english_that_is_not_marked(visitor: Visitor, path: str) -> None:
    page = visitor.get(path, **FRENCH).text
    assert '<html lang="fr">' in page
    assert unmarked(page) == []


def test_the_findings_of_a_draft_are_french(visitor: Visitor) -> None:
    sent = {"text": "id: x\nname: Accord\nclauses:\n  - {article: 1, duty: help, toward: victim}\n"}
    page = visitor.client.post("/agreements/check", data=sent, headers={**FRENCH, "origin": f"http://{HOST}"}).text
    assert "manque" in page
    assert unmarked(page[page.index('id="findings"') :]) == []


def test_a_consultation_is_french() -> None:
    chair, japan, poland, case = opened()
    silent(chair, [japan], case)
    later(30, chair, japan, poland)
    page = chair.get(case, **FRENCH).text
    assert "son silence ne vaut ni consentement, ni veto" in page
    assert unmarked(page) == []


def test_documents_decisions_and_what_cannot_be_read_are_french() -> None:
    chair, japan, poland, case = opened()
    for one in (chair, japan, poland):
        one.sign(one.post(f"{case}/position", {"item": "1", "stance": "no", "release": "all"}))
    chair.sign(chair.post(f"{case}/decide", {"item": "1"}))
    for text in ("a", "b"):
        chair.sign(chair.post(f"{case}/document", {"name": "plan", "title": "Plan", "text": text, "version": "1"}))
    chair.desk.book.record({"silence-break": {"by": "JPN", "case": case[-64:], "of": "0" * 64}}, Draft("EST"))
    page = chair.get(case, **FRENCH).text
    assert "a aussi été énoncée avec un autre contenu" in page
    assert "recompte" in page
    assert unmarked(page) == []


def test_working_days_are_french() -> None:
    berlin = Visitor(desk_of(book_of([], parties=("DEU", "EST"))), "DEU")
    told = {"route": "simplified procedure", "step": "cabinet", "least_days": "9", "counts": "working"}
    berlin.sign(berlin.post("/steps", told))
    page = berlin.get("/steps?party=DEU&duty=assist&starts=2028-12-23", **FRENCH).text
    assert "tous les jours fériés de DEU en 2029" in page
    assert unmarked(page) == []


def test_unmarked_english_would_be_found() -> None:
    assert unmarked("<p>what the facts say</p><p lang='en'>what the facts say</p>") == ["what the facts say"]
