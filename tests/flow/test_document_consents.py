"""The consents of a book decide which portions of a document go: refused, ended, given, asked of their originator."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any

import docx
import hypothesis
import pytest
from hypothesis import settings
from hypothesis import strategies as st

from comity.casebook.book import Casebook
from comity.casebook.markings import setting
from comity.errors import Refused
from comity.flow import documents, releasable_copy
from comity.flow.document_consents import entering, judge
from comity.flow.documents import Document
from comity.flow.recalling import owed_to
from comity.flow.releasable_copy import Copy
from comity.flow.releases import register
from comity.flow.taking_back import take_back
from comity.ledger.book import Book, Draft
from comity.values.instant import DAY
from tests.flow.documents import PORTIONS, a_docx, edges
from tests.serve.desks import book_of

ORCON = "(S//OC/REL TO USA, GBR) The paper may be seen."
FIVE = "(S//REL TO USA, FVEY) The five may know."
SHARED = "(//JOINT S GBR USA) What both know."
ALL = (*PORTIONS, ORCON, FIVE)
PARTIES = ("USA", "GBR", "AUS", "EST", "POL")
Line = dict[str, Any]


def given(portions: Sequence[str] = ALL) -> Document:
    return documents.read(a_docx(tuple(portions), full=False), "FILE", setting(_book().clock()), "USA")


def _book() -> Book[Casebook]:
    return book_of([], PARTIES)


def grant(to: str, by: str = "USA", **more: Any) -> Line:
    return {"grant": {"by": by, "to": [to], "actions": ["read"], **more}}


def refuse(to: str, by: str = "USA", **more: Any) -> Line:
    return {"refuse": {"by": by, "to": [to], "actions": ["read"], **more}}


def copied(document: Document, to: str, stated: Sequence[Line] = (), by: str = "USA", **how: Any) -> Copy:
    """The copy for a party, once these lines have been stated; a line without a scope is about all of it."""
    book = how.pop("book", None) or _book()
    for line in stated:
        ((kind, body),) = line.items()
        scope = str(body.get("scope", document.clause)).replace("IT", document.clause)
        book.record({kind: body if kind == "collection" else {**body, "scope": scope}}, Draft(body["by"]))
    on = setting(book.clock())
    clause = how.pop("clause", document.clause)
    return releasable_copy.release(document, [to], on, "docx", judge(book, by, clause, on))


def kept(copy: Copy) -> list[int]:
    return [int(place.split()[1]) for place in copy.kept]


CASES: dict[str, tuple[list[Line], str, str, list[int]]] = {
    "nothing on record: the marks, but for what asks its originator": ([], "GBR", "EST", []),
    "the originator signs, and his mark is his word": ([], "GBR", "USA", [1, 2, 5, 6, 7]),
    "all of it is refused": ([refuse("GBR")], "GBR", "USA", []),
    "one portion is refused": ([refuse("GBR", scope="IT#paragraph 2")], "GBR", "USA", [1, 5, 6, 7]),
    "what names everybody is refused to one": ([refuse("GBR", scope="IT#paragraph 1")], "GBR", "USA", [2, 5, 6, 7]),
    "another's refusal says nothing of it": ([refuse("GBR", by="POL")], "GBR", "USA", [1, 2, 5, 6, 7]),
    "a consent to one portion": ([grant("GBR", scope="IT#paragraph 3")], "GBR", "USA", [1, 2, 3, 5, 6, 7]),
    "a consent to all of it": ([grant("AUS")], "AUS", "USA", [1, 2, 3, 5, 6, 7]),
    "a consent of somebody who owns nothing of it": ([grant("AUS", by="GBR")], "AUS", "USA", [1, 5, 7]),
    "a consent that ended shuts out what the mark lets": (
        [grant("GBR", scope="IT#paragraph 2", until="2026-01-01")], "GBR", "USA", [1, 5, 6, 7],
    ),
    "a consent that has not begun": (
        [grant("GBR", scope="IT#paragraph 2", **{"from": "2030-01-01"})], "GBR", "USA", [1, 5, 6, 7],
    ),
    "a consent on a condition that is open": (
        [grant("GBR", scope="IT#paragraph 2", when="area == 'north'")], "GBR", "USA", [1, 5, 6, 7],
    ),
    "a consent to a group is to its members": ([grant("FIVE-EYES@dynamic")], "AUS", "USA", [1, 2, 3, 5, 6, 7]),
    "a consent to a group is to nobody else": (
        [grant("FIVE-EYES@dynamic"), grant("EST", scope="IT#paragraph 3")], "EST", "USA", [1, 3],
    ),
    "whoever lets it go has to be able to read it": ([grant("POL")], "POL", "EST", [1]),
}  # fmt: skip


@pytest.mark.parametrize(("stated", "to", "by", "wanted"), CASES.values(), ids=CASES)
def test_the_consents_of_the_book_decide(stated: list[Line], to: str, by: str, wanted: list[int]) -> None:
    if not wanted:
        portions = ALL[1:]  # what names everybody may go to anybody, unless it is refused
        with pytest.raises(Refused, match="may read nothing of it"):
            copied(given(portions), to, stated, by)
        return
    assert kept(copied(given(), to, stated, by)) == wanted


def test_the_third_party_rule_needs_the_originators_yes_to_both() -> None:
    """Estonia holds what the United States gave it, and Poland may have it once they say so too."""
    told = (grant("EST", depth=0), {"grant": {"by": "USA", "to": ["POL", "EST"], "actions": ["read"]}})
    assert kept(copied(given(PORTIONS), "POL", told[1:], "EST")) == [1, 2, 3, 4, 5]
    assert kept(copied(given(PORTIONS), "POL", told[:1], "EST")) == [1]


def test_a_delegated_consent_lets_whoever_holds_it_pass_on() -> None:
    stated = [grant("EST", depth=1), grant("POL", by="EST")]
    copy = copied(given(PORTIONS), "POL", stated, "EST")
    assert kept(copy) == [1, 2, 3, 4, 5]
    assert all(len(ruling.under) == 2 for ruling in copy.rulings)


def test_what_asks_its_originator_goes_on_his_consent_alone() -> None:
    document = given((PORTIONS[0], ORCON))
    assert kept(copied(document, "GBR", by="GBR")) == [1]
    (shut,) = copied(document, "GBR", by="GBR").why
    assert "asks its originator" in shut
    assert kept(copied(document, "GBR", [grant("GBR", scope="IT#paragraph 2")], "GBR")) == [1, 2]


def test_by_the_marks_alone_nobody_reads_what_asks_its_originator() -> None:
    on = setting(_book().clock())
    copy = releasable_copy.release(given(), ["GBR"], on, "docx")
    assert kept(copy) == [1, 2, 5, 7]
    assert any("ORCON" in why and "--book" in why for why in copy.why)


def test_each_of_several_originators_has_to_consent() -> None:
    document = given((PORTIONS[0], SHARED))
    assert kept(copied(document, "AUS", [grant("AUS")])) == [1]
    assert kept(copied(document, "AUS", [grant("AUS"), grant("AUS", by="GBR")], "USA")) == [1]  # USA cannot read GBR's
    both = [grant("AUS"), {"grant": {"by": "GBR", "to": ["AUS", "USA"], "actions": ["read"]}}]
    assert kept(copied(document, "AUS", both)) == [1, 2]


def test_a_hidden_refusal_refuses_and_says_no_more_than_that() -> None:
    book = book_of([], PARTIES)
    document = given(PORTIONS)
    line = {"refuse": {"by": "USA", "to": ["GBR"], "actions": ["read"], "scope": f"{document.clause}#paragraph 2"}}
    book.record(line, Draft("USA"))  # a refusal is its issuer's alone
    copy = copied(document, "GBR", [grant("AUS"), grant("GBR", scope="IT#paragraph 5")], "AUS", book=book)
    assert 2 not in kept(copy)
    assert copy.why[copy.withheld.index("paragraph 2")] == "it is not available to GBR"


def test_a_consent_taken_back_shuts_out() -> None:
    book = book_of([], PARTIES)
    document = given(PORTIONS)
    line = {"grant": {"by": "USA", "to": ["GBR"], "actions": ["read"], "scope": document.clause}}
    name = book.record(line, Draft("USA")).id
    assert kept(copied(document, "GBR", book=book)) == [1, 2, 3, 4, 5]
    book.record({"revoke": {"grant": name, "by": "USA"}}, Draft("USA"))
    book.clock.now += DAY  # type: ignore[attr-defined]  # a clock that is set by hand
    with pytest.raises(Refused, match="may read nothing"):
        copied(document, "GBR", book=book)


def test_a_consent_has_to_hold_on_the_day_of_the_copy_and_now() -> None:
    book = book_of([], PARTIES)
    document = given(PORTIONS)
    line = {"grant": {"by": "USA", "to": ["AUS"], "actions": ["read"], "scope": document.clause, "until": "2026-06-01"}}
    book.record(line, Draft("USA"))
    then = setting(book.clock() - 365 * DAY)
    with pytest.raises(Refused, match="may read nothing"):
        releasable_copy.release(document, ["AUS"], then, "docx", judge(book, "USA", document.clause, then))


@pytest.mark.parametrize(("by", "wanted"), [("EST", [1, 2, 5]), ("USA", [1, 5])])
def test_an_ended_consent_to_a_collection_counts_where_its_owner_named_what_is_in_it(
    by: str, wanted: list[int]
) -> None:
    document = given(PORTIONS)
    pile = {"collection": {"name": "pile", "by": by, "things": [f"{document.clause}#paragraph 2"]}}
    assert kept(copied(document, "GBR", [pile, grant("GBR", scope="pile", until="2026-01-01")])) == wanted


SCOPES = st.sampled_from(["IT", *(f"IT#paragraph {number}" for number in range(1, 6))])
GIVERS = st.sampled_from(["USA", "GBR", "EST"])
STATED = st.one_of(
    st.builds(lambda by, scope, more: grant("GBR", by=by, scope=scope, **more), GIVERS, SCOPES,
              st.sampled_from([{}, {"until": "2026-01-01"}, {"lease_days": 1, "from": "2020-01-01"}])),
    st.builds(lambda by, scope: refuse("GBR", by=by, scope=scope), GIVERS, SCOPES),
)  # fmt: skip
READ = given(PORTIONS)


def _kept_of(stated: Sequence[Line], by: str) -> set[int]:
    try:
        return set(kept(copied(READ, "GBR", stated, by)))
    except Refused:
        return set()


@settings(max_examples=12, deadline=None)
@hypothesis.given(st.lists(STATED, max_size=4), SCOPES, st.sampled_from(["USA", "AUS"]))
def test_a_refusal_never_opens_and_what_goes_beyond_the_marks_cites_a_consent(
    stated: list[Line], scope: str, by: str
) -> None:
    before = _kept_of(stated, by)
    after = _kept_of([*stated, refuse("GBR", scope=scope)], by)
    assert after <= before
    assert not after & ({1, 2, 3, 4, 5} if scope == "IT" else {int(scope[-1])})
    if before:
        copy = copied(READ, "GBR", stated, by)
        cited = {number for number, ruling in zip(kept(copy), copy.rulings, strict=True) if ruling.under}
        assert before - {1, 2, 5} <= cited


def test_a_clause_of_ones_own_carries_the_consents() -> None:
    stated = [grant("AUS", scope="harbour")]
    assert kept(copied(given(PORTIONS), "AUS", stated, clause="harbour")) == [1, 2, 3, 4, 5]


def test_the_register_tells_which_portion_went_on_which_consent_and_nothing_of_the_source() -> None:
    book = book_of([], PARTIES)
    document = given(PORTIONS)
    copy = copied(document, "GBR", [grant("GBR", scope="IT#paragraph 3")], book=book)
    line = copy.entry("USA", "title.docx")
    book.record(line, Draft("USA"))
    (entry,) = register(book.view("GBR").records(["release"]))
    (name,) = entry.under
    body = line["release"]
    assert body["portions"] == [
        {"marking": "(U)", "under": []},
        {"marking": "(S//REL TO USA, GBR)", "under": []},
        {"marking": "(S//NF)", "under": [name]},
        {"marking": "(C//REL TO USA, AUS, GBR)", "under": []},
    ]
    assert document.digest not in str(line)
    assert "paragraph" not in str(line)
    assert copy.banner == "SECRET//NOFORN"


THEIRS = (
    "(U) What everybody may know.",
    "(//GBR S//REL TO USA, POL) What the British say.",
    "(//AUS S//REL TO USA, POL) What the Australians say.",
    "(//AUS S//NF) What they keep.",
)


def test_the_register_shows_no_originator_of_a_document_to_another_and_none_to_its_audience() -> None:
    book = book_of([], PARTIES)
    consents = [grant("POL", by="AUS", scope="IT#paragraph 3"), grant("USA", by="AUS", scope="IT#paragraph 3")]
    copy = copied(given(THEIRS), "POL", consents, book=book)
    assert kept(copy) == [1, 2, 3]
    book.add(entering(book, copy, "USA", "watch on AUS.docx"))
    entries = {party: [one.record for one in book.view(party).records(["release"])] for party in PARTIES}
    assert [len(entries[party]) for party in ("USA", "POL", "GBR", "AUS", "EST")] == [3, 1, 1, 1, 0]
    named = {party: [one.of for one in register(book.view(party).records(["release"]))] for party in PARTIES}
    assert named == {"USA": [("AUS", "GBR")], "POL": [()], "GBR": [("GBR",)], "AUS": [("AUS",)], "EST": []}
    (british,), (australian,), (polish,) = (entries[party] for party in ("GBR", "AUS", "POL"))
    assert "AUS" not in str(british)
    assert british.body["portions"] == [{"marking": "(//GBR S//REL TO USA, POL)", "under": []}]
    assert "GBR" not in str(australian)
    under = australian.body["under"]
    assert under
    assert australian.body["portions"] == [{"marking": "(//AUS S//REL TO USA, POL)", "under": under}]
    assert polish.body["marking"] == copy.banner
    (whole,) = register(book.view("USA").records(["release"]))
    assert (whole.title, whole.marking) == ("watch on AUS.docx", copy.banner)


def test_an_originator_who_is_of_the_audience_is_told_what_the_copy_is_called() -> None:
    book = book_of([], PARTIES)
    copy = copied(given(THEIRS[:2]), "GBR", book=book)
    book.add(entering(book, copy, "USA", "watch.docx"))
    (one,) = register(book.view("GBR").records(["release"]))
    assert (one.title, one.of) == ("watch.docx", ("GBR",))


def test_a_document_that_went_is_owed_back_when_a_consent_ends_or_its_owner_refuses_and_not_before() -> None:
    book = book_of([], PARTIES)
    copy = copied(given(PORTIONS), "GBR", [grant("GBR", scope="IT#paragraph 3")], book=book)
    by_consent = book.record(copy.entry("USA", "one.docx"), Draft("USA")).id
    by_marks = copied(given(PORTIONS[:2]), "GBR", book=book)
    book.record(by_marks.entry("USA", "two.docx"), Draft("USA"))
    assert owed_to(book, "USA") == []
    (entry,) = [one for one in register(book.view("USA").records(["release"])) if one.id == by_consent]
    book.record({"revoke": {"grant": entry.under[0], "by": "USA"}}, Draft("USA"))
    book.clock.now += DAY  # type: ignore[attr-defined]  # a clock that is set by hand
    assert [(one.party, one.release.title) for one in owed_to(book, "USA")] == [("GBR", "one.docx")]
    take_back(book, "USA", "two.docx")
    assert [one.release.title for one in owed_to(book, "USA")] == ["one.docx", "two.docx"]


def test_several_paragraphs_of_one_cell_have_clauses_of_their_own() -> None:
    made: Any = docx.Document()
    edges(made)
    cell = made.add_table(1, 1).cell(0, 0)
    cell.paragraphs[0].text = "(S//NF) One source."
    cell.add_paragraph("(S//NF) Another source.")
    out = BytesIO()
    made.save(out)
    document = documents.read(out.getvalue(), "FILE", setting(_book().clock()), "USA")
    places = [one.portion.place for one in document.portions]
    assert len(set(places)) == 2
    copy = copied(document, "GBR", [grant("GBR", scope=f"IT#{places[0]}")])
    assert copy.kept == (places[0],)
