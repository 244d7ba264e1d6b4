"""Releasing on the pages: planned, written, proposed, consented to, let go; asked back and taken back; the register."""

from __future__ import annotations

import re
import secrets
from dataclasses import replace

import pytest

from comity.flow.recalls import Done
from comity.flow.variant import Words, begun
from comity.flow.variant_draft import drafted, propose
from comity.instruments.intelligence.shelf import Shelf
from comity.ledger.book import Draft
from comity.serve.roles import Role
from tests.serve.desks import Stated, Visitor, book_of, desk_of
from tests.serve.held import ASIDE, GONE, GROUP, LET_GO, REPORT, SEEN, TOOL, VERSION, portion
from tests.serve.staff import appoint, at, office
from tests.serve.test_intelligence import text

WORDS = {"things": REPORT, "to": "KOR", "title": "Interest in a port", "tearline": "Watch for scanning by night."}


def at_the_desk(*more: Stated) -> tuple[Visitor, Visitor, Visitor]:
    """Estonia, Japan and Korea; Japan has let Estonia read a report."""
    desk = desk_of(book_of([*SEEN, *more]))
    return Visitor(desk, "EST"), Visitor(desk, "JPN"), Visitor(desk, "KOR")


def proposed(estonia: Visitor, **words: str) -> str:
    """A text that is kept and proposed; where its draft is shown."""
    signed = estonia.sign(estonia.post("/intelligence/release", {**WORDS, **words, "do": "propose"}))
    return signed.headers["location"]


def answered(japan: Visitor, answer: str = "grant", **terms: str) -> None:
    """Japan answers the proposal in its inbox."""
    (proposal,) = re.findall(r'name="proposal" value="([0-9a-f]{64})"', japan.get("/inbox").text)
    japan.sign(japan.post("/inbox/proposal", {"proposal": proposal, "answer": answer, **terms}))


def released(estonia: Visitor, japan: Visitor) -> str:
    """A variant that went to Korea; its id."""
    draft = proposed(estonia)
    answered(japan)
    return estonia.sign(estonia.post(draft)).headers["location"].rpartition("/")[2]


def test_the_plan_names_whose_consent_is_missing_for_whom() -> None:
    estonia, *_ = at_the_desk()
    page = text(estonia.get(f"/intelligence/release?things={REPORT}&to=KOR,POL").text)
    assert "May read all of it already: POL" in page
    assert "JPN alone would clear: 2 / 2" in page, "what the report refers to is planned with it"
    told = estonia.get(f"/api/intelligence/release?things={REPORT}&to=KOR,POL").json()
    assert {REPORT, GROUP} <= {part["thing"] for part in told["parts"]}
    assert told["missing"] == [{"owner": "JPN", "to": "KOR", "scope": "harbour"}]
    assert (told["already"], told["clear"], told["audience"]) == (["POL"], False, ["EST"])


def test_the_page_of_a_text_says_whose_own_it_leaves_out_and_asks_nobody_for() -> None:
    mine = "report--7b1a9c2e-3f77-4d0c-9a52-0c8f6a1d2e10"
    refers = portion(mine, "EST", "ours", ["POL"], name="Ours", published=VERSION, object_refs=[GROUP])
    estonia, *_ = at_the_desk(Stated("ours", refers, "EST"))
    look = {**WORDS, "things": mine, "do": "look"}
    page = text(estonia.post("/intelligence/release", look).text)
    assert "Left out, and not asked, who own of what it refers to: JPN." in page
    page = text(estonia.post("/intelligence/release", {**look, "things": f"{mine} {GROUP}"}).text)
    assert "not asked" not in page


def test_an_object_that_is_not_seen_is_told_by_what_to_do_on_the_page() -> None:
    estonia, *_ = at_the_desk()
    strange = "report--00000000-0000-4000-8000-000000000000"
    planned = estonia.get(f"/intelligence/release?things={strange}&to=KOR")
    written = estonia.post("/intelligence/release", {**WORDS, "things": strange})
    for page in (planned, written):
        assert "search for it among the intelligence" in page.text
        assert "comity intel" not in page.text


def test_a_collection_is_planned_as_its_objects_are() -> None:
    whole = portion(ASIDE, "JPN", "harbour", ["EST"], name="In a collection", is_family=True)
    hidden = portion(TOOL, "JPN", "harbour", ["KOR"], part=True, x_note="kept")
    for line, names in ((whole, ["weekly"]), (hidden, ["hidden"])):
        line["intelligence"]["collections"] = names
    estonia, *_ = at_the_desk(Stated("cl", whole, "JPN"), Stated("ch", hidden, "JPN"))
    page = estonia.get("/intelligence/release?collection=weekly&to=KOR,POL").text
    assert ASIDE in text(page)
    told = estonia.get("/api/intelligence/release?collection=weekly&to=KOR,POL").json()
    assert told == estonia.get(f"/api/intelligence/release?things={ASIDE}&to=KOR,POL").json()
    both = estonia.get(f"/api/intelligence/release?collection=weekly&things={REPORT}&to=KOR").json()
    assert {REPORT, ASIDE} <= {part["thing"] for part in both["parts"]}
    written = {**WORDS, "things": "", "collection": "weekly"}
    looked = estonia.post("/intelligence/release", written)
    assert "Needs the consent of JPN" in text(looked.text)
    assert 'name="collection" value="weekly"' in looked.text, "what is written next is of the collection still"
    assert estonia.get(proposed(estonia, **written)).status_code == 200
    for unseen in ("hidden", "none"):
        refused = estonia.get(f"/api/intelligence/release?collection={unseen}&to=KOR")
        assert (refused.status_code, refused.json()["field"]) == (400, "collection")


def test_a_collection_larger_than_what_is_named_at_once_is_planned_but_no_text_is_written_from_it() -> None:
    lines = [portion(f"{ASIDE[:-3]}{n:03}", "JPN", "harbour", ["EST"], name="x", is_family=True) for n in range(101)]
    for line in lines:
        line["intelligence"]["collections"] = ["weekly"]
    estonia, *_ = at_the_desk(*(Stated(f"c{n}", line, "JPN") for n, line in enumerate(lines)))
    told = estonia.get("/api/intelligence/release?collection=weekly&to=KOR").json()
    assert len({part["thing"] for part in told["parts"]}) == 101
    refused = estonia.post("/intelligence/release", {**WORDS, "things": "", "collection": "weekly"})
    assert (refused.status_code, "101 objects are too many at once" in refused.text) == (400, True)


def test_what_of_the_withheld_shows_is_told_before_anything_is_drafted() -> None:
    estonia, *_ = at_the_desk()
    size = estonia.desk.book.store.head().size
    shown = estonia.post("/intelligence/release", {**WORDS, "tearline": "Quiet  Heron is about."})
    assert "holds a name of what is withheld" in shown.text
    assert "Needs the consent of JPN" in text(shown.text)
    assert "What surely shows keeps the text from going" in shown.text
    assert 'value="propose"' not in shown.text, "what could never go is not proposed"
    asked = estonia.post("/intelligence/release", {**WORDS, "tearline": "Quiet Heron is about.", "do": "propose"})
    assert (asked.status_code, "what is withheld shows in it" in asked.text) == (403, True)
    mended = estonia.post("/intelligence/release", WORDS)
    assert 'value="propose"' in mended.text
    assert estonia.desk.book.store.head().size == size


def test_a_kept_text_in_which_something_surely_shows_is_not_offered_to_be_let_go() -> None:
    estonia, *_ = at_the_desk()
    book, words = estonia.desk.book, Words(WORDS["title"], "Quiet Heron is about.")
    one = drafted(book, "EST", [REPORT], ["KOR"], words, line=begun(book.clock(), secrets.token_bytes))
    propose(book, replace(one, shows=()))  # as if what shows had become known since
    page = estonia.get(f"/intelligence/release/{one.id}").text
    assert "Released by EST to KOR; passing it on needs the consent of EST" in page
    assert "Something in it surely shows" in page
    assert "Release: go on to sign" not in page
    assert "Release: go on to sign" in estonia.get(proposed(estonia)).text


def test_a_text_goes_to_its_owner_and_with_his_consent_to_the_audience() -> None:
    estonia, japan, korea = at_the_desk()
    draft = proposed(estonia)
    assert "Still missing: JPN for KOR" in text(estonia.get(draft).text)
    refused = estonia.post(draft)
    assert (refused.status_code, "consent is missing: JPN for KOR" in refused.text) == (403, True)
    assert "Watch for scanning by night." in japan.get("/inbox").text
    assert japan.get("/api/inbox").json()["proposals"][0]["text"] == WORDS["tearline"]
    answered(japan)
    where = estonia.sign(estonia.post(draft)).headers["location"]
    assert "Watch for scanning by night." in korea.get(where).text
    assert "Quiet Heron" not in korea.get(where).text
    again = estonia.post(draft)
    assert (again.status_code, "was released before" in again.text) == (403, True)


def test_a_refusal_ends_it() -> None:
    estonia, japan, _ = at_the_desk()
    draft = proposed(estonia)
    answered(japan, "refuse")
    assert "proposes to let go" not in japan.get("/inbox").text
    assert estonia.post(draft).status_code == 403


def test_consent_is_for_some_and_for_nobody_it_was_not_proposed_for() -> None:
    estonia, japan, _ = at_the_desk()
    draft = proposed(estonia, to="KOR,POL")
    (proposal,) = re.findall(r'name="proposal" value="([0-9a-f]{64})"', japan.get("/inbox").text)
    asked = {"proposal": proposal, "answer": "grant", "to": "USA"}
    assert japan.post("/inbox/proposal", asked).status_code == 400
    japan.sign(japan.post("/inbox/proposal", {**asked, "to": "KOR"}))
    assert "Still missing: JPN for POL" in text(estonia.get(draft).text)


def test_a_consent_that_ends_before_the_signature_lets_nothing_go() -> None:
    estonia, japan, korea = at_the_desk()
    draft = proposed(estonia)
    answered(japan)
    where = estonia.post(draft).headers["location"]
    scope = japan.get("/inbox").text
    (taken,) = re.findall(r"report--[0-9a-f-]{36}@[0-9TZ:.-]+", scope)[:1]
    japan.desk.book.record({"refuse": {"by": "JPN", "to": ["KOR"], "actions": ["read"], "scope": taken}}, Draft("JPN"))
    size = estonia.desk.book.store.head().size
    assert estonia.post(where).status_code in {403, 503}
    assert estonia.desk.book.store.head().size == size
    assert "Interest in a port" not in korea.get("/intelligence?words=scanning").text


def test_what_the_releasing_party_may_not_read_changes_nothing_of_its_plan() -> None:
    told = []
    hidden = Stated("hh", portion(GROUP, "JPN", "covert", ["KOR"], part=True, x_note="Watch for scanning"), "JPN")
    for more in ((), (hidden,)):
        estonia, *_ = at_the_desk(*more)
        told.append(re.sub(r"(report|identity)--[0-9a-f-]{36}|[0-9a-f]{64}", "", text(
            estonia.post("/intelligence/release", {**WORDS, "tearline": "Watch for scanning."}).text
        )))  # fmt: skip
    assert told[0] == told[1]


def test_what_went_is_taken_back_with_its_consequences_shown_first_and_asked_back_until_it_is_gone() -> None:
    estonia, japan, korea = at_the_desk()
    variant = released(estonia, japan)
    shown = text(estonia.get(f"/intelligence/recall/{variant}").text)
    assert re.search(r"KOR\s*yes\s*no\s*yes", shown), shown[shown.index("What it would") :][:200]
    estonia.sign(estonia.post("/intelligence/recall", {"do": "take-back", "thing": variant}))
    assert korea.get(f"/intelligence/objects/{variant}").status_code == 404
    assert "not asked" in estonia.get("/intelligence/recall").text
    estonia.sign(estonia.post("/intelligence/recall", {"do": "ask", "thing": "all", "says": "Destroy it."}))
    stone = korea.get(f"/intelligence/objects/{variant}")
    assert (stone.status_code, "This was asked back" in stone.text, "Destroy it." in stone.text) == (404, True, True)
    (recall,) = re.findall(r'name="recall" value="([0-9a-f]{64})"', korea.get("/intelligence/recall").text)
    korea.sign(korea.post("/intelligence/recall", {"do": "answer", "recall": recall, "done": "destroyed"}))
    (owed,) = estonia.get("/api/intelligence/recall").json()["owed"]
    assert (owed["party"], owed["state"], owed["outstanding"]) == ("KOR", Done.DESTROYED, "no")
    answered = korea.get("/intelligence/recall").text
    assert "Answered for good (1)" in text(answered)
    assert 'name="recall"' not in answered, "nothing is asked any more"


def test_what_was_shared_by_its_label_is_taken_back_from_its_page_with_what_was_made_from_it() -> None:
    estonia, japan, korea = at_the_desk()
    variant = released(estonia, japan)
    assert f"/intelligence/recall/{REPORT}" in japan.get(f"/intelligence/objects/{REPORT}").text
    assert f"/intelligence/recall/{REPORT}" not in estonia.get(f"/intelligence/objects/{REPORT}").text
    shown = text(japan.get(f"/intelligence/recall/{REPORT}").text)
    assert re.search(r"EST\s*yes\s*no", shown)
    assert "Made from it" in shown
    assert estonia.get(f"/intelligence/recall/{REPORT}").status_code == 200  # its own variant was made from it
    alone = japan.post("/intelligence/recall", {"do": "take-back", "thing": REPORT, "alone": "yes"})
    assert "KOR" not in text(japan.get(alone.headers["location"]).text)
    japan.sign(japan.post("/intelligence/recall", {"do": "take-back", "thing": REPORT}))
    assert korea.get(f"/intelligence/objects/{variant}").status_code == 404
    assert estonia.get(f"/intelligence/objects/{REPORT}").status_code == 404
    assert {one["party"] for one in japan.get("/api/intelligence/recall").json()["owed"]} == {"EST", "KOR", "POL"}


def test_a_tombstone_is_for_whoever_was_asked_and_for_nobody_else() -> None:
    estonia, _, korea = at_the_desk()
    assert "This was asked back" in Visitor(estonia.desk, "POL").get(f"/intelligence/objects/{GONE}").text
    for one in (estonia, korea, Visitor(estonia.desk)):
        assert "This was asked back" not in one.get(f"/intelligence/objects/{GONE}").text


def test_the_way_to_the_register_is_offered_to_auditors() -> None:
    desk = office(SEEN)
    for name, roles, offered in (("mari", [Role.AUDITOR], True), ("jaan", [Role.DRAFTER], False)):
        page = at(desk, appoint(desk, name, "POL", roles)).get("/intelligence").text
        assert ('href="/intelligence/disclosures"' in page) is offered


@pytest.mark.parametrize(("roles", "status"), [([Role.AUDITOR], 200), ([Role.RELEASE_AUTHORITY, Role.DRAFTER], 403)])
def test_the_register_is_for_auditors(roles: list[Role], status: int) -> None:
    desk = office(SEEN)
    who = at(desk, appoint(desk, "mari", "POL", roles))
    for path in ("/intelligence/disclosures", "/intelligence/disclosures?format=csv", "/api/intelligence/disclosures"):
        answer = who.get(path)
        assert answer.status_code == status
        assert (LET_GO in answer.text) is (status == 200)


def test_a_drafter_drafts_a_release_and_another_signs_it() -> None:
    desk = office(SEEN)
    mari, jaan = appoint(desk, "mari", "EST", [Role.DRAFTER]), appoint(desk, "jaan", "EST", [Role.RELEASE_AUTHORITY])
    drafter, signer = at(desk, mari), at(desk, jaan)
    where = drafter.post("/intelligence/release", {**WORDS, "do": "propose"}).headers["location"]
    assert drafter.post(where).status_code == 403
    drafter.post(f"{where}/hand")
    assert signer.post(where).status_code == 303
    assert Shelf.of(desk.book.view("KOR")).search("scanning").total == 0


def test_the_warning_board_tells_the_state_why_and_what_would_change_it() -> None:
    poland = Visitor(desk_of(book_of(SEEN)), "POL")
    assert "Does anybody prepare something at a port?" in poland.get("/intelligence/warning").text
    page = text(poland.get("/intelligence/warning/tides").text)
    for words in (
        "Activity level: usual", "Night reading: below the threshold", "B2 Logins by night", "F6 Logins at dawn",
        "cannot be judged: counted neither for nor against", "1 further report of activity, graded C3 or better",
        "What the reports rest on",
    ):  # fmt: skip
        assert words in page, words
    assert "Who reads tables?" in poland.get("/intelligence/warning").text
    told = poland.get("/api/intelligence/warning/tides").json()
    assert (told["activity_level"], told["indicators"][0]["state"]) == ("usual", "below the threshold")
    assert Visitor(poland.desk, "KOR").get("/intelligence/warning/tides").status_code == 404


def test_answers_over_http_are_those_of_the_pages_and_bear_a_tag() -> None:
    poland = Visitor(desk_of(book_of(SEEN)), "POL")
    found = poland.get("/api/intelligence?words=heron&limit=1")
    assert found.json()["objects"] == poland.get("/intelligence?words=heron&format=json").json()["objects"][:1]
    assert found.json()["after"] == GROUP
    for path in ("/api/intelligence", "/api/intelligence/recall", "/api/intelligence/warning",
                 f"/api/intelligence/objects/{REPORT}"):  # fmt: skip
        answer = poland.get(path)
        assert poland.get(path, **{"if-none-match": answer.headers["etag"]}).status_code == 304
    shared = poland.get("/api/intelligence?share=KOR").json()
    assert (shared["audience"], [one["type"] for one in shared["objects"]]) == (["KOR", "POL"], ["report", "tool"])


def test_taking_back_the_consent_to_a_text_shows_first_who_reads_it_no_more_and_has_it() -> None:
    estonia, japan, _ = at_the_desk()
    released(estonia, japan)
    (grant,) = re.findall(r"/inbox/recall/([0-9a-f]{64})", japan.get("/inbox").text)
    page = japan.get(f"/inbox/recall/{grant}").text
    cells = r'<td data-name="(Act|What|Now|Then)">(?:<strong>)?([^<]*)'
    assert '<th scope="row">KOR</th>' in page
    assert [said for name, said in re.findall(cells, page) if name != "What"] == ["read", "GRANTED", "SILENT"]
    assert "<p>KOR</p>" in page
    assert "No release of it is on record" not in page
    japan.sign(japan.post(f"/inbox/recall/{grant}"))
    assert "not asked" in estonia.get("/intelligence/recall").text


def test_the_register_bears_the_label_of_what_was_read_here() -> None:
    desk = office([Stated("ours", portion(TOOL, "EST", "ours", ["POL"], name="Ours"), "EST")])
    told = at(desk, appoint(desk, "mari", "EST", [Role.AUDITOR])).get("/api/intelligence/disclosures").json()
    assert any("ours" in line for line in told["label"]), "it tells what others could read by that label"
