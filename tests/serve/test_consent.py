"""From a question to a consent and back: two nations at one desk, each before its own pages."""

from __future__ import annotations

import re

from comity.serve import demonstration
from tests.serve.desks import Visitor, book_of, desk_of

QUESTION = "/may?party=POL&action=read&thing=report-j&on="
TODAY, TOMORROW = "2026-11-26", "2026-11-27"
ASK = {"party": "POL", "action": "read", "thing": "report-j", "on": TODAY}


def sides() -> tuple[Visitor, Visitor]:
    book = book_of([], parties=())
    demonstration.seed(book)
    desk = desk_of(book)
    return Visitor(desk, "POL"), Visitor(desk, "JPN")


def word(visitor: Visitor, on: str = TODAY) -> str:
    found = re.search(r'class="verdict"><strong>[^<]*</strong> \(([^)]*)\)', visitor.get(QUESTION + on).text)
    assert found is not None
    return found[1]


def only(pattern: str, text: str) -> str:
    (found,) = set(re.findall(pattern, text))
    return str(found)


def test_a_request_is_signed_waits_is_granted_and_the_answer_moves() -> None:
    poland, japan = sides()
    assert word(poland) == "not available"
    assert "JPN" in poland.get(QUESTION + TODAY).text, "whose consent is missing shows, for what shows it may be read"
    poland.sign(poland.post("/may/request", {**ASK, "whom": "JPN"}))
    assert word(poland) == "PENDING"
    waiting = japan.get("/inbox").text
    assert "for any purpose; asked on" in waiting
    assert "pour tout usage" in japan.get("/inbox", **{"accept-language": "fr"}).text
    request = only(r'name="request" value="([^"]+)"', waiting)
    assert "POL asks: read report-j" in waiting
    assert "PENDING ⇒ <strong>GRANTED</strong>" in waiting
    japan.sign(japan.post("/inbox/answer", {"request": request, "answer": "grant", "until": "2027-01-01"}))
    assert word(poland) == "GRANTED"
    assert "Nothing waits" in japan.get("/inbox").text


def test_what_is_signed_is_what_was_shown() -> None:
    poland, _ = sides()
    drafted = poland.post("/may/request", {**ASK, "whom": "JPN"})
    shown = poland.get(drafted.headers["location"]).text
    address = only(r"SHA-256 <code>([0-9a-f]{64})</code>", shown)
    poland.post(drafted.headers["location"])
    assert poland.get(f"/ledger/{address}").status_code == 200


def test_what_one_drafted_another_can_neither_see_nor_sign() -> None:
    poland, japan = sides()
    drafted = poland.post("/may/request", {**ASK, "whom": "JPN"}).headers["location"]
    assert japan.get(drafted).status_code == 404
    assert japan.post(drafted).status_code == 404
    assert poland.post(drafted).status_code == 303
    assert poland.post(drafted).status_code == 404, "a draft is signed once"


def test_a_refusal_is_told_as_not_available_and_a_consent_taken_back_shows_its_effects_first() -> None:
    poland, japan = sides()
    poland.sign(poland.post("/may/request", {**ASK, "whom": "JPN"}))
    request = only(r'name="request" value="([^"]+)"', japan.get("/inbox").text)
    japan.sign(japan.post("/inbox/answer", {"request": request, "answer": "grant"}))
    grant = only(r"/inbox/recall/([0-9a-f]{64})", japan.get("/inbox").text)
    effects = japan.get(f"/inbox/recall/{grant}").text
    assert re.search(r"POL</th><td[^>]*>read</td><td[^>]*>report-j</td><td[^>]*>GRANTED</td>", effects)
    assert 'id="begins"' in effects, "it takes effect in the course of a day, and says so"
    assert 'id="until"' not in poland.get(QUESTION + TODAY).text
    japan.sign(japan.post(f"/inbox/recall/{grant}"))
    assert word(poland, TOMORROW) == "not available"
    assert word(poland, TODAY) == "GRANTED", "taking back works forward only: this morning he might"
    told = poland.get(QUESTION + TODAY).text
    later = only(r'id="until">.*?<a href="([^"]*)#answer">', told).replace("&amp;", "&")
    assert ">not available<" in poland.get(later).text.replace("(not available)", ">not available<")
    asked = {"party": "POL", "action": "read", "thing": "report-j", "on": TODAY}
    answer = poland.send("/api/may", asked).json()
    assert answer["answer"] == "GRANTED"
    assert poland.send("/api/may", {**asked, "on": answer["granted_until"]}).json()["answer"] == "not available"
    assert "taken back" in japan.get("/inbox").text
    assert poland.get(f"/inbox/recall/{grant}").status_code == 404, "taking back is the giver's"


def test_a_form_that_cannot_be_read_names_the_field() -> None:
    poland, _ = sides()
    wrong = poland.post("/may/request", {**ASK, "whom": "XXX"})
    assert wrong.status_code == 400
    assert "&#39;XXX&#39; is no party" in wrong.text
    assert "<strong>whom</strong>" in wrong.text


def test_the_latest_consents_of_ones_own_are_shown_and_the_others_on_asking() -> None:
    _, japan = sides()
    lines = [{"grant": {"by": "JPN", "to": ["POL"], "actions": ["read"], "scope": f"paper-{n}"}} for n in range(60)]
    japan.desk.book.record_all(lines)
    first, every = (set(re.findall(r"paper-\d+", japan.get(path).text)) for path in ("/inbox", "/inbox?given=all"))
    assert len(first) == 50
    assert len(every) == 60
    assert "paper-59" in first
    assert "paper-0" not in first
    assert re.search(r'href="/inbox\?given=all">[^<]* \d+<', japan.get("/inbox").text)
    assert 'href="/inbox?given=all"' not in japan.get("/inbox?given=all").text
