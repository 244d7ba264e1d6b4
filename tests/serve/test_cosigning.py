"""An agreement that one nation states is signed by the other on its page, and counts when both have signed."""

from __future__ import annotations

from comity.flow import own_agreements as own
from tests.serve.desks import SIDES, Visitor, book_of, desk_of

ONE, TWO = SIDES[:2]
TEXT = f"""
id: OWN-2020
name: An agreement of two
kind: memorandum
in_force: {{from: 2020-01-01, until: null}}
parties: [{{party: {ONE}}}, {{party: {TWO}}}]
source: fictitious
grade: C
clauses: [{{article: "1", duty: consult, says: "They consult.", toward: parties}}]
"""


def test_the_other_party_signs_on_the_page_of_the_claim() -> None:
    desk = desk_of(book_of([]))
    one, two, third = (Visitor(desk, party) for party in SIDES[:3])
    stated = one.sign(one.post("/agreements/add", {"text": TEXT}))
    assert stated.headers["location"] == "/agreements/OWN-2020"
    assert "Sign with them" not in one.get("/agreements/OWN-2020").text
    claim = two.get("/agreements/OWN-2020").text
    assert f"until each of these has signed it: {TWO}" in claim
    assert "OWN-2020" not in desk.book.view(ONE).casebook.agreements
    assert third.get("/agreements/OWN-2020").status_code == 404
    assert third.post("/agreements/OWN-2020/sign").status_code in {400, 403, 404}
    two.sign(two.post("/agreements/OWN-2020/sign"))
    assert "OWN-2020" in desk.book.view(ONE).casebook.agreements
    assert "Sign with them" not in two.get("/agreements/OWN-2020").text
    assert two.post("/agreements/OWN-2020/sign").status_code == 400
    assert own.unsigned("OWN-2020", desk.book.policy()) == []
    assert "content/signature" in str(one.get("/api/agreements/OWN-2020").json()["label"])


def test_the_same_text_added_by_the_other_party_signs_it() -> None:
    desk = desk_of(book_of([]))
    one, two = (Visitor(desk, party) for party in SIDES[:2])
    one.sign(one.post("/agreements/add", {"text": TEXT}))
    two.sign(two.post("/agreements/add", {"text": TEXT}))
    assert own.unsigned("OWN-2020", desk.book.policy()) == []
