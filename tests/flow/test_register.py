"""The register: the state of each agreement on a day, found by party, kind and words; the matrix; what falls due."""

from __future__ import annotations

import pytest

from comity.casebook.book import Casebook, casebook
from comity.flow import agreement_told, due, register
from comity.formats import timeline
from comity.values.instant import instant, show_ragged
from tests.flow.small_casebook import small_casebook


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Casebook:
    return small_casebook(tmp_path_factory.mktemp("casebook"))


STATES = {
    "before it enters": ("PACT-1950", "1949-06-01", "not yet in force"),
    "on its first day": ("PACT-1950", "1950-01-01", "in force"),
    "within a ragged start": ("STAY-1970", "1970-03-10", "perhaps in force"),
    "on its last day but one": ("STAY-1970", "1999-12-30", "in force"),
    "on the day it ends": ("STAY-1970", "1999-12-31", "ended"),
    "signed and never in force": ("DRAFT-2020", "2026-01-01", "signed"),
}


@pytest.mark.parametrize(("name", "on", "state"), STATES.values(), ids=STATES)
def test_the_state_of_an_agreement_on_a_day(book: Casebook, name: str, on: str, state: str) -> None:
    assert register.state_on(book.agreements[name], instant(on)) == state


SEARCHES: dict[str, tuple[str, dict[str, str], set[str]]] = {
    "everything": ("1986-01-01", {}, {"DRAFT-2020", "PACT-1950", "SECRETS-2001", "STAY-1970", "VOW-1955"}),
    "a party that is bound": ("1986-01-01", {"party": "XBB"}, {"PACT-1950", "SECRETS-2001", "STAY-1970"}),
    "a party that has left": ("1986-01-01", {"party": "XDD"}, {"DRAFT-2020", "VOW-1955"}),
    "a kind": ("1986-01-01", {"kind": "access"}, {"STAY-1970"}),
    "in force": ("1986-01-01", {"state": "in force"}, {"PACT-1950", "STAY-1970", "VOW-1955"}),
    "suspended in part": ("1986-01-01", {"state": "suspended"}, {"PACT-1950"}),
    "nothing suspended": ("1995-01-01", {"state": "suspended"}, set()),
    "every word": ("1986-01-01", {"text": "HELPS attacked"}, {"PACT-1950"}),
    "no such word": ("1986-01-01", {"text": "submarine"}, set()),
}


@pytest.mark.parametrize(("on", "narrowed", "names"), SEARCHES.values(), ids=SEARCHES)
def test_the_register_is_narrowed(book: Casebook, on: str, narrowed: dict[str, str], names: set[str]) -> None:
    found = register.register(
        book,
        instant(on),
        party=narrowed.get("party"),
        kind=narrowed.get("kind"),
        state=narrowed.get("state"),
        text=narrowed.get("text", ""),
    )
    assert {one.agreement.id for one in found} == names
    assert len(register.register_table(found).rows) == len(names)


def test_the_register_as_a_timeline_leaves_out_what_is_only_signed(book: Casebook) -> None:
    rows = register.timeline_rows(register.register(book, instant("1986-01-01")))
    assert [row.label for row in rows if row.css == "tie-access"] == ["STAY-1970: Agreement on Visiting Forces"]
    assert len(rows) == 4
    drawn = timeline.svg(rows, "t", "d", first=instant("1949-01-01"), last=instant("2026-01-01"))
    assert "1970-03 to 1999-12-31" in drawn


def test_the_matrix_names_the_first_duty_and_every_article(book: Casebook) -> None:
    cells = {(c.bound, c.toward): c for c in register.matrix(book, instant("1986-01-01"), ["XAA", "XBB", "XDD"])}
    assert set(cells) == {("XAA", "XBB"), ("XBB", "XAA")}
    assert cells[("XBB", "XAA")].duty == "assist"
    assert [a.article for a in cells[("XBB", "XAA")].articles] == ["1", "5", "2", "3"]
    rows = register.matrix_table(cells.values()).rows
    assert "PACT-1950 5: assist (suspended)" in str(rows[0][3])
    access = register.matrix(book, instant("1986-01-01"), ["XAA", "XBB"], kinds=["access"])
    assert [(c.bound, c.duty) for c in access] == [("XAA", "refrain"), ("XBB", "admit")]


def test_two_agreements_are_compared_by_their_ids(book: Casebook) -> None:
    assert register.comparison(book, "PACT-1950", "STAY-1970").first.id == "PACT-1950"
    with pytest.raises(KeyError):
        register.comparison(book, "PACT-1950", "NONE-1900")


# What falls due


def test_what_falls_due_is_stated_or_reckoned_and_says_which(book: Casebook) -> None:
    found = [(show_ragged(d.on), d.what, d.agreement, d.reckoned) for d in due.due(book, instant("1986-01-01"))]
    assert found == [
        ("1989-07-31", "last day of notice", "PACT-1950", True),
        ("1990", "resumes", "PACT-1950", False),
        ("1990-01-31", "renews or runs out", "PACT-1950", True),
        ("1999-12-31", "ends", "STAY-1970", False),
    ]
    assert [d.agreement for d in due.due(book, instant("1986-01-01"), until=instant("1989-12-01"))] == ["PACT-1950"]
    assert not due.due(book, instant("1986-01-01"), party="XDD")


def test_after_the_last_day_of_notice_the_next_term_counts(book: Casebook) -> None:
    found = [(show_ragged(d.on), d.what) for d in due.due(book, instant("1989-08-15"), until=instant("2000-01-01"))]
    assert ("1990-01-31", "renews or runs out") in found
    assert ("1999-07-31", "last day of notice") in found


def test_entries_of_a_calendar_have_names_that_stay(book: Casebook) -> None:
    names = [d.uid for d in due.due(book, instant("1986-01-01"))]
    assert names[0] == "PACT-1950/last-day-of-notice/1989-07-31"
    assert len(set(names)) == len(names)


LEAVING = {
    "months, by terms: between the two": ("PACT-1950", "1986-01-15", "1986-07-15..1990-01-31"),
    "the end of a month": ("PACT-1950", "1985-08-31", "1986-02-28..1990-01-31"),
    "days": ("STAY-1970", "1980-01-01", "1980-03-31"),
    "days, not before the earliest": ("STAY-1970", "1972-01-01", "1975-06-29"),
    "not known": ("VOW-1955", "1980-01-01", None),
}


@pytest.mark.parametrize(("name", "on", "free"), LEAVING.values(), ids=LEAVING)
def test_when_one_would_be_free(book: Casebook, name: str, on: str, free: str | None) -> None:
    found = due.leaving(book.agreements[name], instant(on)).free_on
    assert (None if found is None else show_ragged(found)) == free


def test_what_falls_due_in_the_casebook_holds_what_its_files_state() -> None:
    lasting = [a.document.get("duration") for a in casebook().agreements.values()]
    stated = {str(rule["next"]) for rule in lasting if isinstance(rule, dict) and rule.get("next")}
    found = {show_ragged(d.on) for a in casebook().agreements.values() for d in due.of(a, instant("2026-11-24"))}
    assert stated
    assert stated <= found


# One agreement in plain words


def test_an_article_is_told_in_sentences(book: Casebook) -> None:
    one = agreement_told.told(book.agreements["PACT-1950"], book, instant("1986-01-01"))
    assert [a.article for a in one.articles] == ["1", "5"]
    assert one.articles[1].sentences == (
        "Each party is bound to assist the victim, by means that the one bound chooses.",
        "It is set off by an armed attack.",
        "It may be set off by sabotage, if that is found to amount to what the article names.",
        "It must happen to a party, and may come from anybody.",
        "It reaches territory and public vessels in the area the file calls home.",
        "It may reach space assets, if so found.",
        "It does not reach forces, aircraft, infrastructure or citizens.",
        "It holds only if external == true.",
        "Whether it is set off is found by each Party.",
        "How it is carried out: by its own law.",
        "In its words “as it deems necessary”, as read by each Party: order 30 on the ladder.",
    )


def test_beside_an_article_stands_all_that_is_said_of_it(book: Casebook) -> None:
    one = agreement_told.told(book.agreements["PACT-1950"], book, instant("1986-01-01"))
    first, second = one.articles
    assert second.reservations == ("Behland: only when asked",)
    assert second.suspensions == ("Ahland towards Behland, from 1985-01-01 until 1990: XAA holds its help back.",)
    assert second.qualifications == ("Behland, from 1960-01-01: Sends no troops. (A law)",)
    assert second.readings == ("Ahland, from 1990-01-01: Includes cyber. (A speech)",)
    assert not first.reservations
    assert one.claims == ("signed: 1949-12-02 (A gazette)",)
    assert one.leaving.survives == ("Secrets stay secret. (Art. 11)",)
    assert one.leaving.notice == "6 months"
    assert agreement_told.article_table(one).rows[1][1:4] == ("5", "assist", "in force")


def test_a_vow_is_told_as_one(book: Casebook) -> None:
    one = agreement_told.told(book.agreements["VOW-1955"], book, instant("1986-01-01"))
    assert one.articles[0].sentences[0] == (
        "Dehland is bound, towards nobody who is named, to refrain from what the article names."
    )


def test_a_named_party_and_an_organisation_are_told_by_name(book: Casebook) -> None:
    stay = agreement_told.told(book.agreements["STAY-1970"], book, instant("1970-03-10"))
    assert stay.articles[0].sentences[0] == "Behland is bound to admit Ahland."
    assert stay.articles[0].state == "perhaps in force"
    assert stay.articles[0].weak


def test_every_agreement_of_the_casebook_can_be_told() -> None:
    for agreement in casebook().agreements.values():
        for article in agreement_told.told(agreement, casebook(), instant("2024-01-01")).articles:
            assert all(sentence.endswith(".") for sentence in article.sentences), article
            assert "  " not in " ".join(article.sentences)
