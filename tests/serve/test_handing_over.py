"""Separated duties: one drafts, another of the same nation signs, and nobody else learns that there is a draft."""

from __future__ import annotations

import re
from typing import NamedTuple

import pytest

from comity.ledger.book import Draft
from comity.serve.desk import Desk
from comity.serve.pending import MOST, WAITS
from comity.serve.roles import EVERY, Role
from comity.values.instant import DAY
from tests.serve.desks import Standing, Visitor
from tests.serve.staff import appoint, at, office
from tests.serve.test_cosigning import TEXT

DRAFTER, AUTHORITY = Role.DRAFTER, Role.RELEASE_AUTHORITY


class Office(NamedTuple):
    """Those who act for one nation, each in one role, and people of others."""

    desk: Desk
    author: Visitor
    signer: Visitor
    others: dict[str, Visitor]


def separated() -> Office:
    desk = office()
    colleagues = {
        "an auditor": at(desk, appoint(desk, "a", "EST", EVERY - {AUTHORITY, DRAFTER})),
        "another drafter": at(desk, appoint(desk, "d", "EST", [DRAFTER])),
        "a release authority of another nation": at(desk, appoint(desk, "liis", "JPN", [AUTHORITY])),
        "one of the author's name and another nation": at(desk, appoint(desk, "mari", "POL")),
        "nobody": Visitor(desk),
    }
    author, signer = (
        at(desk, appoint(desk, *one)) for one in (("mari", "EST", [DRAFTER]), ("liis", "EST", [AUTHORITY]))
    )
    return Office(desk, author, signer, colleagues)


def drafted(visitor: Visitor) -> str:
    answer = visitor.post("/agreements/add", {"text": TEXT})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


OURS = {"title": {"thing": "x", "kind": "information", "owner": "EST", "interest": "originator"}}
ASKED = {"request": {"by": "JPN", "to": ["EST"], "actions": ["read"], "scope": "x"}}
CASE = {"title": "Cable route", "article": "Art. 4", "parties": "EST,JPN", "agenda": "Common watch"}


def handed_and_signed(author: Visitor, signer: Visitor, path: str, fields: dict[str, str]) -> None:
    drafted = author.post(path, fields)
    assert drafted.status_code == 303, drafted.text
    where = drafted.headers["location"]
    assert author.post(where).status_code == 403, "who drafts does not sign"
    assert signer.get(where).status_code == 404, "nor is it anybody else's before it is handed over"
    author.post(f"{where}/hand")
    assert where in signer.get("/inbox").text
    assert signer.post(where).status_code == 303


def told_of(desk: Desk, kind: str) -> list[dict[str, object]]:
    return [dict(seen.record.body) for seen in desk.view(["EST"]).records([kind])]


def test_a_drafter_drafts_what_is_said_in_a_consultation() -> None:
    desk, author, signer, _ = separated()
    handed_and_signed(author, signer, "/consultations", CASE)
    (case,) = desk.view(["EST"]).records(["consultation"])
    there = f"/consultations/{case.id}"
    handed_and_signed(author, signer, f"{there}/position", {"item": "1", "stance": "yes"})
    put = {"item": "1", "text": "We watch.", "deadline": "2026-11-27T12:00Z"}
    handed_and_signed(author, signer, f"{there}/put", put)
    handed_and_signed(
        author, signer, "/channel/question", {"to": "JPN", "asks": "When?", "answer_by": "2026-12-01T12:00Z"}
    )
    handed_and_signed(author, signer, "/steps", {"route": "ours", "step": "vote", "done": "2026-11-20"})
    kinds = ("position", "silence", "clarification", "national-step")
    assert [len(told_of(desk, kind)) for kind in kinds] == [1, 1, 1, 1]


def test_a_drafter_drafts_consents_and_what_takes_them_back() -> None:
    desk, author, signer, _ = separated()
    desk.book.record(OURS, Draft("EST"))
    asked = desk.book.record(ASKED, Draft("JPN")).id
    handed_and_signed(author, signer, "/inbox/answer", {"request": asked, "answer": "grant", "depth": "1"})
    (grant,) = desk.view(["EST"]).records(["grant"])
    assert (grant.record.body["to"], grant.record.body["depth"]) == (["JPN"], 1)
    handed_and_signed(author, signer, f"/inbox/recall/{grant.id}", {})
    assert told_of(desk, "revoke")[0]["grant"] == grant.id


def test_a_program_drafts_a_consent_that_a_release_authority_signs() -> None:
    desk, author, signer, _ = separated()
    grant: dict[str, object] = {"grant": {"by": "EST", "to": ["JPN"], "actions": ["read"], "scope": "x"}}
    assert author.send("/api/facts", {"facts": [grant]}).status_code == 403
    drafted = author.send("/api/facts?draft=true", {"facts": [grant]}).json()
    assert drafted["label"] == ["EST: policy/grant → JPN"]
    assert author.post(drafted["sign"]).status_code == 403
    author.post(f"{drafted['sign']}/hand")
    assert told_of(desk, "grant") == [], "nothing is in the book before it is signed"
    assert signer.post(drafted["sign"]).status_code == 303
    (signed,) = signer.get("/api/facts?kind=grant").json()["facts"]
    assert signed["id"] == drafted["facts"][0]["id"]


def test_no_fact_is_no_draft_and_an_auditor_drafts_none() -> None:
    _, author, _, others = separated()
    refused = author.send("/api/facts?draft=true", {"facts": []})
    assert (refused.status_code, refused.json()["field"]) == (400, "facts")
    assert others["an auditor"].send("/api/facts?draft=true", {"facts": []}).status_code == 403


def bytes_shown(visitor: Visitor, where: str) -> list[str]:
    return re.findall(r"<pre>(.*?)</pre>", visitor.get(where).text, re.DOTALL)


def test_who_drafts_does_not_sign_and_whom_he_hands_it_to_signs_what_he_saw() -> None:
    desk, author, signer, _ = separated()
    where = drafted(author)
    assert author.post(where).status_code == 403
    assert "Hand it over to be signed" in author.get(where).text
    assert signer.get(where).status_code == 404
    assert where not in signer.get("/inbox").text
    shown = bytes_shown(author, where)
    assert author.post(f"{where}/hand").headers["location"] == "/inbox"
    inbox = signer.get("/inbox").text
    assert "Waits for signature:" in inbox
    assert "<strong>mari</strong>" in inbox
    assert '<time datetime="2026-11-26T12:00Z">' in inbox
    assert where in inbox
    assert bytes_shown(signer, where) == shown
    assert shown
    before = desk.view(["EST"]).count()
    assert signer.post(where).status_code == 303
    assert desk.view(["EST"]).count() > before
    for one in (author, signer):
        assert one.get(where).status_code == 404, "it is signed, once"
        assert one.post(where).status_code == 404
        assert where not in one.get("/inbox").text


def test_to_everybody_else_it_is_nothing() -> None:
    _, author, _, others = separated()
    where = drafted(author)
    for handed in (False, True):
        if handed:
            author.post(f"{where}/hand")
        for who, one in others.items():
            for act in ("", "/hand", "/back", "/withdraw"):
                there, nowhere = one.post(f"{where}{act}"), one.post(f"/sign/none{act}")
                assert (there.status_code, there.content) == (nowhere.status_code, nowhere.content), who
            there, nowhere = one.get(where), one.get("/sign/none")
            alike = there.text.replace(where, "/sign/none")
            assert (there.status_code, alike) == (404, nowhere.text), who
            assert where not in one.get("/inbox").text, who
    assert author.get(where).status_code == 200, "nobody has taken it away"


def test_what_is_sent_back_is_its_author_s_alone_and_tells_him_by_whom() -> None:
    _, author, signer, _ = separated()
    where = drafted(author)
    author.post(f"{where}/hand")
    assert signer.post(f"{where}/back").status_code == 303
    assert signer.get(where).status_code == signer.post(where).status_code == 404
    assert where not in signer.get("/inbox").text
    assert "Sent back by liis" in author.get("/inbox").text
    assert "Sent back by" in author.get(where).text
    author.post(f"{where}/hand")
    assert signer.get(where).status_code == 200, "and may be handed over again"


def test_the_author_withdraws_and_nobody_signs_any_more() -> None:
    _, author, signer, _ = separated()
    where = drafted(author)
    author.post(f"{where}/hand")
    assert signer.post(f"{where}/withdraw").status_code == signer.post(f"{where}/hand").status_code == 404
    assert author.post(f"{where}/withdraw").status_code == 303
    assert signer.post(where).status_code == author.get(where).status_code == 404


def test_a_role_that_ended_signs_nothing() -> None:
    desk, author, signer, _ = separated()
    where = drafted(author)
    author.post(f"{where}/hand")
    appoint(desk, "liis", "EST", [Role.AUDITOR])
    again = at(desk, appoint(desk, "liis", "EST", [Role.AUDITOR]))
    assert again.get(where).status_code == again.post(where).status_code == 404
    assert signer.post(where).status_code == 404, "her session has ended"


def test_a_draft_is_too_old_after_a_week() -> None:
    desk, author, signer, _ = separated()
    where = drafted(author)
    author.post(f"{where}/hand")
    assert isinstance(desk.book.clock, Standing)
    for wait, status in ((WAITS, 200), (DAY, 404)):
        desk.book.clock.now += wait
        again = at(desk, appoint(desk, "liis", "EST", [AUTHORITY]))
        assert again.get(where).status_code == status
    assert signer.get(where).status_code == 404


def test_what_one_nation_drafts_pushes_out_nothing_of_another() -> None:
    desk, author, _, _ = separated()
    where = drafted(author)
    other = appoint(desk, "hanako", "JPN", [DRAFTER])
    line = {"request": {"by": "JPN", "to": ["POL"], "actions": ["read"], "scope": "x"}}
    names = [desk.draft(other, [line], "asks", "/") for _ in range(MOST + 1)]
    assert author.get(where).status_code == 200
    there = at(desk, other)
    assert [there.get(f"/sign/{name}").status_code for name in (names[0], names[1], names[-1])] == [404, 200, 200]


@pytest.mark.parametrize("path", ["/", "/inbox", "/people/me", "/api/inbox", "/inbox?format=json", "/ledger"])
def test_a_draft_of_one_nation_changes_no_byte_for_another(path: str) -> None:
    desk, author, _, others = separated()
    one = others["one of the author's name and another nation"]
    before = one.get(path)
    where = drafted(author)
    author.post(f"{where}/hand")
    after = one.get(path)
    assert (before.content, dict(before.headers)) == (after.content, dict(after.headers))
    assert desk.view(["EST"]).records(["agreement"]) == [], "and stands in no book"
