"""A consultation held over HTTP alone, by programs of three nations: what is stated, refused, sent twice, and kept."""

from __future__ import annotations

from pathlib import Path

import pytest
from httpx import Response

from comity.cli import main
from comity.instruments.consultation.acts import text_hash
from comity.ledger.book import Draft
from comity.serve.roles import Role
from comity.values.instant import SECOND
from tests.serve.acts import ACTS, IN_A_CASE, TEXT, Body
from tests.serve.desks import OURS, Standing, Visitor, book_of, desk_of
from tests.serve.staff import appoint, at, office

HASH = text_hash(TEXT.encode())
CASE: Body = {
    "title": "Cable route", "article": "Art. 4", "parties": ["EST", "JPN", "POL"],
    "agenda": [{"item": "1", "title": "Common watch"}],
}  # fmt: skip


def done(answer: Response) -> list[dict[str, object]]:
    """The facts that an answer tells of, once it tells of some."""
    assert answer.status_code == 201, answer.text
    told = answer.json()
    assert set(told) >= {"audience", "label", "facts", "says"}
    return list(told["facts"])


def opened() -> tuple[Visitor, Visitor, Visitor, str]:
    desk = desk_of(book_of([]))
    chair, japan, poland = (Visitor(desk, party) for party in ("EST", "JPN", "POL"))
    (case,) = done(chair.send("/api/consultations", CASE))
    return chair, japan, poland, f"/api/consultations/{case['id']}"


def later(hours: int, *visitors: Visitor) -> None:
    clock = visitors[0].desk.book.clock
    assert isinstance(clock, Standing)
    clock.now += hours * 3600 * SECOND
    for one in visitors:
        one.come_in()


def silent(chair: Visitor, others: list[Visitor], case: str) -> None:
    done(chair.send(f"{case}/put", {"item": "1", "text": TEXT, "deadline": "2026-11-27T12:00Z"}))
    for one in (chair, *others):
        (point,) = one.get(case).json()["points"]
        done(one.send(f"{case}/receipt", {"item": "1", "sha256": point["silence"]["text"]}))


def test_a_position_is_for_own_eyes_until_it_is_released() -> None:
    chair, _, poland, case = opened()
    before = chair.get(case).json()
    (stated,) = done(poland.send(f"{case}/position", {"item": "1", "stance": "yes", "says": "two boats"}))
    assert stated["body"] == {"by": "POL", "case": case[-64:], "item": "1", "says": "two boats", "stance": "yes"}
    assert poland.get(f"/api/facts/{stated['id']}").json()["history"] == [stated], "what is told is what is on disk"
    assert {**chair.get(case).json(), "at": before["at"]} == before, "nothing tells of it"
    done(poland.send(f"{case}/position", {"item": "1", "stance": "yes", "release": ["all"]}))
    (point,) = chair.get(case).json()["points"]
    assert [(one["party"], one["stance"], one["says"]) for one in point["positions"]] == [("POL", "yes", None)]


def test_silence_kept_is_recorded_once_and_verified_without_the_book(tmp_path: Path) -> None:
    chair, japan, poland, case = opened()
    silent(chair, [japan, poland], case)
    early = chair.send(f"{case}/outcome", {"item": "1"})
    assert (early.status_code, early.json()["detail"][:19]) == (403, "the outcome is open")
    assert "next_step" in early.json()
    later(26, chair, japan, poland)
    other = japan.send(f"{case}/outcome", {"item": "1"})
    assert (other.status_code, other.json()["next_step"]) == (403, "ask EST"), "the chair alone records"
    (record,) = done(chair.send(f"{case}/outcome", {"item": "1"}))
    assert isinstance(record["body"], dict)
    assert record["body"]["result"] == "adopted"
    assert chair.send(f"{case}/outcome", {"item": "1"}).status_code == 403, "there is one outcome"
    bundle = tmp_path / "record.json"
    bundle.write_bytes(poland.get(f"{case}/record?item=1").content)
    assert main(["consultation", "verify", str(bundle)]) == 0


def test_a_break_is_no_consent_and_its_reason_is_for_whom_it_names() -> None:
    chair, japan, poland, case = opened()
    silent(chair, [japan, poland], case)
    told = poland.send(f"{case}/break", {"item": "1"}).json()
    assert told["says"][0].startswith("in time, if it reaches EST before")
    done(poland.send(f"{case}/reason", {"item": "1", "says": "nothing of waters", "to": ["JPN"]}))
    assert "nothing of waters" in japan.get("/api/facts?kind=silence-reason").text
    assert "nothing of waters" not in chair.get("/api/facts?kind=silence-reason").text
    done(chair.send(f"{case}/drop", {"item": "1", "says": "the body convenes"}))


def test_an_amended_text_keeps_its_terms_and_needs_receipts_anew() -> None:
    chair, japan, poland, case = opened()
    put = {"item": "1", "sha256": "0" * 64, "deadline": "2026-11-27T12:00Z", "window_minutes": 45, "line": "proved"}
    (stated,) = done(chair.send(f"{case}/put", put))
    done(japan.send(f"{case}/receipt", {"item": "1", "sha256": "0" * 64}))
    wrong = poland.send(f"{case}/receipt", {"item": "1", "sha256": "1" * 64})
    assert "not the text that was put" in wrong.json()["detail"]
    text, amended = done(chair.send(f"{case}/amend", {"item": "1", "text": TEXT, "deadline": "2026-11-27T18:00Z"}))
    assert isinstance(text["body"], dict)
    assert isinstance(amended["body"], dict)
    assert (text["body"]["sha256"], text["body"]["text"]) == (HASH, TEXT)
    assert (amended["body"]["window_minutes"], amended["body"]["line"]) == (45, "proved")
    assert amended["body"]["after"] == stated["id"]
    late = japan.send(f"{case}/receipt", {"item": "1", "sha256": "0" * 64})
    assert late.status_code == 403
    moved = chair.send(f"{case}/extend", {"item": "1", "deadline": "2026-11-27T17:00Z"}).json()
    assert (moved["field"], moved["detail"]) == ("deadline", "a deadline is moved on, never back")
    done(chair.send(f"{case}/extend", {"item": "1", "deadline": "2026-11-27T20:00Z"}))


def test_the_work_of_a_committee() -> None:
    chair, japan, poland, case = opened()
    for act in ("point", "meeting", "document"):
        done(chair.send(f"{case}/{act}", IN_A_CASE[act]))
    (task,) = done(chair.send(f"{case}/task", {**IN_A_CASE["task"], "owner": "JPN"}))
    assert chair.send(f"{case}/done", {"task": task["id"]}).status_code == 403, "its owner reports it done"
    done(japan.send(f"{case}/done", {"task": task["id"], "says": "counted"}))
    for one in (chair, japan, poland):
        done(one.send(f"{case}/position", {"item": "1", "stance": "yes", "release": ["all"]}))
    (decided,) = done(chair.send(f"{case}/decide", {"item": "1"}))
    assert isinstance(decided["body"], dict)
    assert decided["body"]["votes"] == {"EST": "yes", "JPN": "yes", "POL": "yes"}
    told = poland.get(case).json()
    assert [one["progress"] for one in told["tasks"]] == ["done"]
    assert [one["title"] for one in told["points"]] == ["Common watch", "Boats"]


def test_the_channel_is_answered_by_who_hears_of_it_and_nobody_else() -> None:
    chair, japan, poland, _ = opened()
    (report,) = done(chair.send("/api/channel/incident", ACTS["/api/channel/incident"]))
    unheard, unknown = (poland.send("/api/channel/reply", {"of": name}) for name in (report["id"], "0" * 64))
    assert (unheard.status_code, unheard.content) == (404, unknown.content)
    done(japan.send("/api/channel/reply", {"of": report["id"], "says": "seen"}))
    done(japan.send("/api/channel/question", {**ACTS["/api/channel/question"], "to": ["EST"], "about": report["id"]}))
    done(japan.send("/api/channel/notice", {**ACTS["/api/channel/notice"], "to": ["EST"]}))
    (first, *_) = chair.get("/api/consultations").json()["channel"]
    assert [one["standing"] for one in first["addressees"]] == ["answered"]


def test_who_may_not_see_a_case_is_told_what_he_is_told_of_none() -> None:
    chair, japan, poland, case = opened()
    silent(chair, [japan, poland], case)
    korea, nobody = Visitor(chair.desk, "KOR"), Visitor(chair.desk)
    for act, body in IN_A_CASE.items():
        hidden, none = (korea.send(f"{where}/{act}", body) for where in (case, f"/api/consultations/{'0' * 64}"))
        assert hidden.status_code == none.status_code == 404, act
        assert hidden.text.replace(case[-64:], "") == none.text.replace("0" * 64, ""), act
        assert nobody.send(f"{case}/{act}", body).status_code == 403
    assert not korea.get("/api/facts?kind=silence").json()["facts"]


BROKEN: dict[str, tuple[str, Body, str, str]] = {
    "a field is missing": ("position", {"stance": "yes"}, "item", "required"),
    "a word that is none of those": ("position", {"item": "1", "stance": "perhaps"}, "stance", "Invalid enum"),
    "a field that is not there": ("break", {"item": "1", "why": "x"}, "why", "unknown field"),
    "a party nobody knows": ("position", {"item": "1", "stance": "yes", "release": ["XX"]}, "release", "no party"),
    "a day in place of an instant": ("put", {"item": "1", "text": "x", "deadline": "2026-11-28"}, "deadline", "a day"),
    "a time without a zone": ("put", {"item": "1", "text": "x", "deadline": "2026-11-28T12:00"}, "deadline", "zone"),
    "a deadline that has passed": ("put", {"item": "1", "text": "x", "deadline": "2026-11-25T12:00Z"}, "deadline",
                                   "has passed"),
    "no text and no hash": ("put", {"item": "1", "deadline": "2026-11-28T12:00Z"}, "text", "is missing"),
    "a hash of another text": ("document", {"name": "a", "title": "b", "text": "x", "sha256": "0" * 64}, "sha256",
                               "not the hash"),
    "a hash that is none": ("receipt", {"item": "1", "sha256": "abc"}, "sha256", "regex"),
    "clocks further off than the window": (
        "put", {"item": "1", "text": "x", "deadline": "2026-11-28T12:00Z", "window_minutes": 1},
        "silence.window_minutes", "minutes after the deadline"),
    "a title beyond 300 characters": ("point", {"item": "2", "title": "x" * 301}, "title", "the limit is 300"),
    "a name beyond 300 characters": ("document", {"name": "x" * 3_000_000, "title": "t", "text": "x"}, "name",
                                     "has 3,000,000 characters"),
    "words beyond 20,000 characters": ("position", {"item": "1", "stance": "yes", "says": "x" * 20_001}, "says",
                                       "the limit is 20,000"),
    "a text beyond a million": ("put", {"item": "1", "text": "x" * 1_000_001, "deadline": "2026-11-28T12:00Z"},
                                "text", "the limit is 1,000,000"),
    "a line break in a title": ("point", {"item": "2", "title": "one\r\ntwo"}, "title", "U+000D at character 4"),
    "nothing at all in words": ("position", {"item": "1", "stance": "yes", "says": "a\x00"}, "says", "U+0000"),
    "an owner nobody knows": ("task", {"name": "a", "says": "b", "due": "2026-11-28T12:00Z", "owner": "XX"}, "owner",
                              "no party"),
}  # fmt: skip


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_what_is_wrong_is_told_by_field_reason_and_next_step(broken: tuple[str, Body, str, str]) -> None:
    act, body, field, reason = broken
    chair, _, _, case = opened()
    size = chair.desk.book.store.head().size
    answer = chair.send(f"{case}/{act}", body)
    told = answer.json()
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    assert told["field"] == field
    assert reason in told["detail"]
    assert told["next_step"]
    assert chair.desk.book.store.head().size == size, "nothing was stated"


RULES: dict[str, tuple[Body, str]] = {
    "no rule at all": ({"kind": ["consensus"]}, "rule.kind"),
    "a member without a weight": ({"kind": "weighted", "weights": {"EST": 1}, "needed": 1}, "rule.weights.JPN"),
    "a number that is none": ({"kind": "k-of-n", "k": 0}, "rule.k"),
}


@pytest.mark.parametrize(("rule", "field"), RULES.values(), ids=RULES)
def test_a_case_is_not_opened_by_a_rule_that_decides_nothing(rule: Body, field: str) -> None:
    told = Visitor(desk_of(book_of([])), "EST").send("/api/consultations", {**CASE, "rule": rule})
    assert (told.status_code, told.json()["field"]) == (400, field)


def test_silence_to_the_end_of_time_can_be_broken() -> None:
    chair, _, poland, case = opened()
    done(chair.send(f"{case}/put", {"item": "1", "text": TEXT, "deadline": "9999-12-31T23:59Z"}))
    done(poland.send(f"{case}/break", {"item": "1"}))
    assert chair.get(case).status_code == 200


def test_what_is_sent_twice_with_its_key_is_stated_once() -> None:
    chair, _, _, case = opened()
    body = {"item": "2", "title": "Boats"}
    first, again = (chair.send(f"{case}/point", body, **{"idempotency-key": "k"}) for _ in range(2))
    assert first.content == again.content
    assert len(chair.get("/api/facts?kind=consultation-item").json()["facts"]) == 1
    other = chair.send(f"{case}/point", {**body, "title": "Ships"}, **{"idempotency-key": "k"})
    elsewhere = chair.send(f"{case}/point?draft=true", body, **{"idempotency-key": "k"})
    for refused in (other, elsewhere):
        assert (refused.status_code, refused.json()["field"]) == (400, "Idempotency-Key")


def test_a_key_is_free_again_after_a_refusal_and_after_a_day() -> None:
    chair, _, _, case = opened()
    key = {"idempotency-key": "k"}
    assert chair.send(f"{case}/put", {"item": "1", "deadline": "2026-11-28", "text": TEXT}, **key).status_code == 400
    body = {"item": "2", "title": "Boats"}
    (first,) = done(chair.send(f"{case}/point", body, **key))
    later(23, chair)
    assert done(chair.send(f"{case}/point", body, **key)) == [first]
    later(1, chair)
    assert done(chair.send(f"{case}/point", body, **key)) != [first]


def test_what_is_drafted_is_shown_whole_and_signed_by_the_same_person_on_the_page() -> None:
    desk = office()
    mari, jaan = appoint(desk, "mari", "EST"), appoint(desk, "jaan", "EST")
    by_program, herself, another = Visitor(desk), at(desk, mari), at(desk, jaan)
    bearing = {"authorization": f"Bearer {desk.accounts.make_token(mari)}"}
    size = desk.book.store.head().size
    answer = by_program.client.post("/api/consultations?draft=true", json=CASE, headers={**OURS, **bearing})
    (drafted,), where = done(answer), answer.json()["sign"]
    assert desk.book.store.head().size == size, "nothing is signed yet"
    assert another.get(where).status_code == 404
    assert str(drafted["nonce"]) in herself.get(where).text
    assert herself.post(where).status_code == 303
    (signed,) = herself.get("/api/facts?kind=consultation").json()["facts"]
    assert signed["id"] == drafted["id"]


def test_a_drafter_drafts_an_act_and_a_release_authority_signs_it() -> None:
    desk = office()
    signer = at(desk, appoint(desk, "liis", "EST", [Role.RELEASE_AUTHORITY]))
    drafter = at(desk, appoint(desk, "mari", "EST", [Role.DRAFTER]))
    told = drafter.send("/api/consultations", CASE)
    assert (told.status_code, told.json()["detail"]) == (403, "this needs the role of release authority")
    where = drafter.send("/api/consultations?draft=true", CASE).json()["sign"]
    assert drafter.post(where).status_code == 403
    assert drafter.post(f"{where}/hand").status_code == 303
    assert signer.post(where).status_code == 303
    assert len(signer.get("/api/facts?kind=consultation").json()["facts"]) == 1


def test_two_officers_of_the_chair_never_fork_its_record() -> None:
    chair, japan, poland, case = opened()
    silent(chair, [japan, poland], case)
    later(26, chair, japan, poland)
    drafted = chair.send(f"{case}/outcome?draft=true", {"item": "1"}).json()["sign"]
    done(Visitor(chair.desk, "EST").send(f"{case}/outcome", {"item": "1"}))
    assert chair.post(drafted).status_code == 503, "something arrived since"


def test_one_task_too_many_is_refused_over_http_on_the_page_and_as_a_bare_fact() -> None:
    chair, _, _, case = opened()
    name = case.rpartition("/")[2]
    give = {"name": "t", "says": "x", "due": "2026-11-28T12:00Z"}
    bare = {"consultation-task": {"case": name, "task": "t", "says": "x", "owner": "EST", "due": give["due"],
                                  "parties": ["EST", "JPN", "POL"]}}  # fmt: skip
    chair.desk.book.record_all([bare] * 499, Draft("EST"))
    done(chair.send(f"{case}/task", give))
    over_http, bare_fact = chair.send(f"{case}/task", give), chair.send("/api/facts", {"facts": [bare]})
    for told in (over_http, bare_fact):
        assert (told.status_code, told.json()["field"]) == (403, "case")
        assert "at most 500 tasks in a case" in told.json()["detail"]
    page = chair.post(f"/consultations/{name}/task", give)
    assert page.status_code == 403
    assert "at most 500 tasks in a case" in page.text
