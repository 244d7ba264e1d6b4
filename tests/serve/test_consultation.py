"""A consultation held by three nations at one desk: positions, a text under silence, the record anybody can verify."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

from comity.cli import main
from comity.ledger.book import Draft
from comity.serve.live import Watch
from tests.serve.desks import Standing, Visitor, book_of, desk_of

CASE = {"title": "Cable route", "article": "Art. 4", "parties": "EST, JPN, POL", "agenda": "Common watch"}


def opened() -> tuple[Visitor, Visitor, Visitor, str]:
    desk = desk_of(book_of([]))
    chair, japan, poland = (Visitor(desk, party) for party in ("EST", "JPN", "POL"))
    chair.sign(chair.post("/consultations", CASE))
    found = re.search(r"/consultations/([0-9a-f]{64})", poland.get("/consultations").text)
    assert found is not None
    return chair, japan, poland, found[0]


def test_a_position_is_for_own_eyes_until_it_is_released() -> None:
    chair, _, poland, case = opened()
    before = chair.get(case).content
    poland.sign(poland.post(f"{case}/position", {"item": "1", "stance": "yes", "says": "two boats"}))
    assert "two boats" in poland.get(case).text
    assert chair.get(case).content == before, "not a byte of the chair's page tells of it"
    poland.sign(poland.post(f"{case}/position", {"item": "1", "stance": "yes", "release": "all"}))
    assert "<strong>POL</strong>: yes" in chair.get(case).text
    assert "two boats" not in chair.get(case).text


def test_who_takes_no_part_finds_nothing_and_may_state_nothing() -> None:
    chair, _, _, case = opened()
    korea = Visitor(chair.desk, "KOR")
    assert korea.get(case).status_code == 404
    assert korea.post(f"{case}/position", {"item": "1", "stance": "yes"}).status_code == 404
    assert "Cable route" not in korea.get("/consultations").text


def silent(chair: Visitor, others: list[Visitor], case: str) -> None:
    """A text is put, and everybody has received it."""
    chair.sign(chair.post(f"{case}/put", {"item": "1", "text": "We watch together.", "deadline": "2026-11-27T12:00"}))
    for one in (chair, *others):
        receive(case, one)


def receive(case: str, one: Visitor) -> None:
    """One receives the text and says so."""
    shown = one.get(case).text
    assert "We watch together." in shown
    digest = re.search(r'name="sha256" value="([0-9a-f]{64})"', shown)
    assert digest is not None
    one.sign(one.post(f"{case}/receipt", {"item": "1", "sha256": digest[1]}))


def later(hours: int, *visitors: Visitor) -> None:
    """So many hours later they come in again: a session does not last that long."""
    clock = visitors[0].desk.book.clock
    assert isinstance(clock, Standing)
    clock.now += hours * 3600 * 1_000_000
    for one in visitors:
        one.come_in()


def test_silence_kept_is_recorded_once_and_verified_without_the_book(tmp_path: Path) -> None:
    chair, japan, poland, case = opened()
    silent(chair, [japan, poland], case)
    assert chair.post(f"{case}/outcome", {"item": "1"}).status_code == 403, "before the deadline nothing is settled"
    later(26, chair, japan, poland)
    assert japan.post(f"{case}/outcome", {"item": "1"}).status_code == 403, "the chair alone records"
    chair.sign(chair.post(f"{case}/outcome", {"item": "1"}))
    assert "adopted" in poland.get(case).text
    assert chair.post(f"{case}/outcome", {"item": "1"}).status_code == 403, "there is one outcome"
    bundle = tmp_path / "record.json"
    record = poland.get(f"{case}/record?item=1")
    assert (record.json()["audience"], "EST content/silence to JPN, POL" in record.json()["label"]) == (["POL"], True)
    bundle.write_bytes(record.content)
    assert main(["consultation", "verify", str(bundle)]) == 0


def test_silence_broken_in_time_is_no_consent_and_its_reason_is_for_whom_it_names() -> None:
    chair, japan, poland, case = opened()
    silent(chair, [japan, poland], case)
    poland.sign(poland.post(f"{case}/break", {"item": "1"}))
    poland.sign(poland.post(f"{case}/reason", {"item": "1", "says": "nothing of waters", "to": "JPN"}))
    later(26, chair, japan, poland)
    chair.sign(chair.post(f"{case}/outcome", {"item": "1"}))
    assert "not adopted" in japan.get(case).text
    assert "nothing of waters" not in chair.get(case).text


def test_without_a_receipt_there_is_no_consent_and_the_chair_is_told_what_he_may_do() -> None:
    chair, japan, _, case = opened()
    silent(chair, [japan], case)
    later(26, chair)
    assert chair.post(f"{case}/outcome", {"item": "1"}).status_code == 403
    shown = chair.get(case).text
    assert "no receipt in time from POL: its silence is no consent, and no veto" in shown
    assert "extend the deadline" in shown


def test_an_amended_text_keeps_the_terms_of_the_one_before() -> None:
    chair, _, _, case = opened()
    terms = {"line": "proved", "window_minutes": "60"}
    text = {"item": "1", "deadline": "2026-11-27T12:00"}
    chair.sign(chair.post(f"{case}/put", {**text, **terms, "text": "We watch."}))
    form = re.search(r'action="([^"]*)"[^>]*><input[^>]*><label class="wide">', chair.get(case).text)
    assert form is not None
    chair.sign(chair.post(form[1], {**text, "text": "We watch together."}))
    silence = chair.get(f"{case}?format=json").json()["points"][0]["silence"]
    assert (silence["texts_before"], silence["line"], silence["window_until"]) == (1, "proved", "2026-11-27T13:00Z")


def test_nobody_signs_words_that_read_otherwise_than_they_are() -> None:
    chair, japan, _, case = opened()
    text = "We do \u202eton\u202c act.\u200b\nAt once."
    put = chair.post(f"{case}/put", {"item": "1", "text": text, "deadline": "2026-11-27T12:00"})
    shown = chair.get(put.headers["location"]).text
    assert shown.count("We do [U+202E]ton[U+202C] act.[U+200B]") == 2, "in words, and in the very bytes"
    chair.sign(put)
    assert "We do [U+202E]ton[U+202C] act.[U+200B]\nAt once." in japan.get(case).text
    for page in (shown, japan.get(case).text):
        assert not {"\u202e", "\u202c", "\u200b"} & set(page)


def test_what_is_drafted_before_the_deadline_is_not_signed_after_it() -> None:
    chair, japan, poland, case = opened()
    silent(chair, [poland], case)
    digest = re.search(r'name="sha256" value="([0-9a-f]{64})"', japan.get(case).text)
    assert digest is not None
    asked = {"receipt": {"item": "1", "sha256": digest[1]}, "break": {"item": "1"}}
    drafts = [japan.post(f"{case}/{act}", fields).headers["location"] for act, fields in asked.items()]
    later(26, chair, japan, poland)
    for draft in drafts:
        refused = japan.post(draft)
        assert (refused.status_code, "the deadline has passed since" in refused.text) == (403, True)
    assert "no receipt in time from JPN" in chair.get(case).text
    japan.sign(japan.post(f"{case}/break", {"item": "1"}))
    assert "is late" in chair.get(case).text, "drafted now, it says when"


def test_two_officers_of_the_chair_never_fork_its_record() -> None:
    chair, japan, poland, case = opened()
    silent(chair, [japan, poland], case)
    later(26, chair, japan, poland)
    other = Visitor(chair.desk, "EST")
    first, second = (one.post(f"{case}/outcome", {"item": "1"}).headers["location"] for one in (chair, other))
    assert chair.post(first).status_code == 303
    refused = other.post(second)
    assert refused.status_code == 503
    assert "something arrived since" in refused.text


def heard(seen: list[int], moved: list[int]) -> list[bool]:
    """What a page hears for two beats: the book goes on to each of `moved`, and its visitor sees each of `seen`."""

    async def told() -> list[bool]:
        at, found = [0], list[bool]()
        watch = Watch(lambda: moved[at[0]], beat=0.01)
        changes = watch.changes(lambda: seen[at[0]], quiet=0.2)
        found.append(await anext(changes))
        at[0] = 1
        found.append(await anext(changes))
        await changes.aclose()
        return found

    return asyncio.run(told())


def test_a_page_is_told_that_what_its_visitor_sees_has_changed_and_nothing_else() -> None:
    assert heard(seen=[1, 2], moved=[1, 2]) == [False, True]
    assert heard(seen=[1, 1], moved=[1, 2]) == [False, False], "what he may not read tells nothing by its time"


def test_what_an_audience_may_not_read_neither_wakes_its_page_nor_bars_its_signature() -> None:
    chair, japan, poland, case = opened()
    silent(chair, [japan, poland], case)
    later(26, chair, japan, poland)
    draft = chair.post(f"{case}/outcome", {"item": "1"}).headers["location"]
    before = chair.desk.consulted("EST")
    poland.sign(poland.post(f"{case}/position", {"item": "1", "stance": "no"}))
    assert chair.desk.consulted("EST") == before
    assert chair.desk.consulted("POL") != before
    assert chair.post(draft).status_code == 303, "a position for own eyes is no reason to read again"


def test_a_channel_is_answered_or_overdue() -> None:
    chair, japan, _, _ = opened()
    said = {"to": "JPN", "what": "near miss", "at": "2026-11-26T03:00", "says": "two aircraft at 300 m"}
    chair.sign(chair.post("/channel/incident", said))
    page = japan.get("/consultations").text
    matter = re.search(r'name="of" value="([0-9a-f]{64})"', page)
    assert matter is not None
    later(30, chair, japan)
    assert "overdue" in japan.get("/inbox").text
    japan.sign(japan.post("/channel/reply", {"of": matter[1], "says": "seen"}))
    assert "answered late" in chair.get("/consultations").text


def test_the_earliest_lawful_day_is_a_timeline_with_its_source() -> None:
    visitor = Visitor(desk_of(book_of([])), "POL")
    page = visitor.get("/steps?party=DEU&duty=assist&starts=2026-12-01").text
    assert "2005" in page, "the law it rests on"
    assert 'class="timeline"' in page
    assert visitor.get("/steps?party=DEU&duty=dance").status_code == 400


def test_a_decision_shows_who_voted_which_way_and_what_the_rule_makes_of_it() -> None:
    chair, japan, poland, case = opened()
    assert "<strong>open: members without objection 0 of 3</strong>" in chair.get(case).text
    assert "open: open:" not in re.sub(r"<[^>]*>", "", chair.get(case).text)
    for one, stance in ((chair, "yes"), (japan, "abstain"), (poland, "no")):
        one.sign(one.post(f"{case}/position", {"item": "1", "stance": stance, "release": "all"}))
    chair.sign(chair.post(f"{case}/decide", {"item": "1"}))
    shown = japan.get(case).text
    for party, vote in (("EST", "yes"), ("JPN", "abstain"), ("POL", "no")):
        assert f'<tr><th scope="row">{party}</th><td>{vote}</td></tr>' in shown
    assert "counted again: not adopted: members without objection 2 of 3" in shown
    (decision,) = japan.get(f"{case}?format=json").json()["decisions"]
    assert (decision["rule"], decision["by_chair"], decision["stands"]) == ({"kind": "consensus"}, True, True)


def test_what_cannot_be_read_is_told_in_its_case_alone_or_to_who_stated_it() -> None:
    chair, japan, poland, case = opened()
    chair.sign(chair.post("/consultations", {**CASE, "title": "Another matter"}))
    other = next(
        one for one in re.findall(r"/consultations/[0-9a-f]{64}", japan.get("/consultations").text) if one != case
    )
    forged = {"by": "JPN", "of": "0" * 64, "parties": ["EST", "POL", "JPN"]}
    for fields in (forged, {**forged, "case": case[-64:]}):
        chair.desk.book.record({"silence-break": fields}, Draft("EST"))
    assert "Cannot be read:" not in poland.get(other).text
    assert poland.get(case).text.count("JPN did not sign it") == 1
    assert "by EST: silence-break.by: JPN did not sign it" in re.sub(r"<[^>]*>", "", poland.get(case).text)
    for one, times in ((chair, 1), (japan, 0), (poland, 0)):
        assert one.get("/consultations").text.count("JPN did not sign it") == times
        assert len(one.get("/api/consultations").json()["unread"]) == times


def test_nobody_signs_a_fact_of_a_consultation_for_another() -> None:
    chair, _, _, case = opened()
    size = chair.desk.book.store.head().size
    forged = {"by": "JPN", "case": case[-64:], "of": "0" * 64, "parties": ["POL"]}
    refused = chair.send("/api/facts", {"facts": [{"silence-break": forged}]})
    assert (refused.status_code, refused.json()["field"]) == (403, "silence-break.by")
    assert "leave `by` out, or write EST" in refused.json()["next_step"]
    assert chair.desk.book.store.head().size == size
    assert chair.send("/api/facts", {"facts": [{"silence-break": {**forged, "by": "EST"}}]}).status_code == 201


def test_a_document_keeps_every_version_and_its_author_the_next_number() -> None:
    chair, japan, poland, case = opened()
    plan = {"name": "plan", "title": "The plan", "text": "First words."}
    chair.sign(chair.post(f"{case}/document", plan))
    japan.sign(japan.post(f"{case}/document", {**plan, "version": "99"}))
    chair.sign(chair.post(f"{case}/document", {**plan, "text": "Second words."}))
    answer = chair.send(f"/api{case}/document", {**plan, "text": "Other words.", "version": 2})
    assert answer.json()["says"] == ["EST has stated a version 2 of plan before: both will be shown"]
    told = poland.get(f"{case}?format=json").json()["documents"]
    assert [(one["by"], one["version"], one["newest"]) for one in told] == [
        ("EST", 1, False), ("EST", 2, True), ("EST", 2, True), ("JPN", 99, True),
    ]  # fmt: skip
    shown = poland.get(case).text
    for one in told:
        assert one["text"] in shown
        assert one["label"].startswith(f"{one['by']} content/consultation-document to")
    assert shown.count("was stated with other content as well") == 2


def test_words_that_arrived_another_way_are_shortened_and_never_left_out() -> None:
    chair, japan, _, case = opened()
    long, sizes = "x" * 1_000_000, [len(japan.get(path).content) for path in (case, "/consultations")]
    lines: list[dict[str, dict[str, object]]] = [
        {"consultation-item": {"case": case[-64:], "item": "2", "title": long, "parties": ["JPN"]}},
        {"position": {"case": case[-64:], "item": "1", "stance": "yes", "says": long, "parties": ["JPN"]}},
        {"incident-report": {"to": ["JPN"], "what": "drift", "at": "2026-11-26T03:00Z", "says": long}},
        {"consultation": {"title": long, "article": long, "body": long, "parties": ["EST", "JPN"]}},
    ]
    for line in lines:
        chair.desk.book.record(line, Draft("EST"))
    for path, size in zip((case, "/consultations"), sizes, strict=True):
        shown = japan.get(path)
        assert len(shown.content) < size + 12_000
        assert f"{'x' * 300}…" in shown.text
        assert "the whole: 1,000,0" in shown.text
    assert long in japan.get(f"{case}?format=json").text
    said = re.search(r'x… <a href="(/ledger/[0-9a-f]{64})">', japan.get(case).text)
    assert said is not None
    assert long in japan.get(said[1]).text


def test_a_state_tells_on_the_page_that_its_step_takes_working_days() -> None:
    desk = desk_of(book_of([], parties=("DEU", "EST")))
    berlin, tallinn = Visitor(desk, "DEU"), Visitor(desk, "EST")
    path = "/steps?party=DEU&duty=assist&starts=2026-05-18"
    assert 'action="/steps"' in berlin.get(path).text
    assert 'action="/steps"' not in tallinn.get(path).text.split("<main")[1].replace(
        '<form method="get" action="/steps"', ""
    )
    told = {
        "route": "simplified procedure",
        "step": "cabinet",
        "least_days": "5",
        "most_days": "5",
        "counts": "working",
    }
    before = tallinn.get(path).content
    berlin.sign(berlin.post("/steps", told))
    assert tallinn.get(path).content == before, "for own eyes"
    berlin.sign(berlin.post("/steps", {**told, "release": "EST"}))
    shown = tallinn.get(path).text
    assert "left out: Whit Monday 2026-05-25" in shown
    routes = tallinn.get("/api/steps?party=DEU&duty=assist&starts=2026-05-18").json()["routes"]
    (found,) = (one for one in routes if one["route"] == told["route"])
    assert (found["earliest"], found["rows"][0]["end"], found["rows"][0]["counts"]) == (
        "2026-06-02", "2026-05-26", "working",
    )  # fmt: skip
    assert berlin.post("/steps", {"route": "x", "step": "y", "counts": "working"}).status_code == 400
