"""Sentences in French: all that the library composes has its French, and nothing that stands in it is lost."""

from __future__ import annotations

import re
from collections import Counter
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.casebook.book import casebook
from comity.serve import words
from comity.serve.entries import PLACE, TREATMENTS, Entry, Place
from comity.serve.sentences import DEEPEST, LONGEST, Piece, Sentences
from tests.serve.sentences_said import SOURCES, data, sentences

FRENCH = words.sentences("fr")
ENTRIES = words.entries("fr")
EACH = [(place, english, french) for place, own in ENTRIES.items() for english, french in own.items()]
PLACES = FRENCH.places
TOKEN = re.compile(r"[A-Z]{3}\b|[A-Z0-9]{2,}-[\w@./-]*\w|\d(?:[\d.:TZ/-]*[\dZ])?")
"""Codes of parties, ids, numbers and dates."""


def french(text: str) -> str:
    """A sentence in French as one reads it."""
    return "".join(piece.text for piece in FRENCH.of(text))


def english(text: str) -> bool:
    """Whether a sentence stayed English altogether."""
    return FRENCH.of(text) == (Piece(text, english=True),)


def of_places(text: str) -> list[str]:
    """The places of one side of an entry."""
    return [found.group() for found in PLACE.finditer(text)]


# All that the library composes


@pytest.mark.parametrize("source", SOURCES)
def test_every_sentence_has_its_french_save_what_is_data(source: str) -> None:
    assert [text for text in sentences(source) if english(text) and text not in data()] == []


@pytest.mark.parametrize("source", SOURCES)
def test_names_codes_numbers_and_dates_stand_in_the_french_as_in_the_english(source: str) -> None:
    for text in sentences(source):
        assert not Counter(TOKEN.findall(text)) - Counter(TOKEN.findall(french(text))), text


def test_no_party_is_renamed() -> None:
    for text in sentences("agreements"):
        named = {name for name in casebook().parties.values() if re.search(rf"\b{re.escape(name)}\b", text)}
        assert {name for name in named if name not in french(text)} == set(), text


def test_every_period_has_its_french() -> None:
    periods = {str(agreement.in_force) for agreement in casebook().agreements.values()}
    assert [text for text in periods if FRENCH.of(text, "valid") == (Piece(text, english=True),)] == []


def test_there_are_enough_sentences() -> None:
    assert {source: len(sentences(source)) >= 15 for source in SOURCES} == dict.fromkeys(SOURCES, True)


# The catalogue


def test_both_sides_of_an_entry_have_the_same_places() -> None:
    for _, one, other in EACH:
        assert set(of_places(one)) == set(of_places(other)), one
        assert len(set(of_places(one))) == len(of_places(one)), one


def test_places_do_not_touch_each_other() -> None:
    assert [one for _, one, _ in EACH if "" in Entry.of(one, one).literals[1:-1]] == []


def test_every_treatment_is_known_and_every_scope_is_a_place() -> None:
    assert {place.treated for place in PLACES.values()} <= set(TREATMENTS)
    assert set(ENTRIES) - {""} <= set(PLACES)


def test_french_is_typographic() -> None:
    for _, _, french_side in EACH:
        assert not re.search(r" [:;?!»]|« ", french_side), french_side
        assert "'" not in french_side, french_side


def test_an_entry_gives_its_french() -> None:
    """Each alone, so that one that reads the same to another's French is found as well."""
    for _, one, other in EACH:
        text, said = one, other
        for at, name in enumerate(of_places(one)):
            text, said = text.replace(name, f"v{at}"), said.replace(name, f"v{at}")
        assert "".join(piece.text for piece in Sentences({"": {one: other}}, {}).of(text)) == said


# Laws

CODES = st.from_regex(r"[A-Z]{3}(-[0-9]{4})?", fullmatch=True)
PROSE = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=60)


@given(st.sampled_from([one for place, one, _ in EACH if not place]), st.lists(CODES, min_size=6, max_size=6))
def test_whatever_code_stands_in_a_place_stands_in_the_french(text: str, codes: list[str]) -> None:
    for found, code in zip(of_places(text), codes, strict=False):
        text = text.replace(found, code)
    assert not Counter(TOKEN.findall(text)) - Counter(TOKEN.findall(french(text)))


@given(PROSE)
def test_what_nobody_composed_comes_back_unchanged_and_marked(text: str) -> None:
    strange = f"zz {text}"
    assert FRENCH.of(strange) == (Piece(strange, english=True),)


@given(PROSE, PROSE)
def test_what_somebody_states_is_kept_to_the_letter(says: str, area: str) -> None:
    composed = f"as read by USA, 2019-03-01: {says or 'x'}"
    assert Piece(says or "x", english=True) in FRENCH.of(composed)
    assert area in french(f"sovereignty: whose claim to {area} is taken")


@given(
    st.lists(st.sampled_from(["USA", " is a party", ": ", "; ", ", ", " and ", " to ", ", from ", " is taken", "."]))
)
def test_no_sequence_of_our_own_signs_loses_a_code(parts: list[str]) -> None:
    text = "".join(parts)
    assert french(text).count("USA") == text.count("USA")


def test_a_single_word_is_a_code() -> None:
    assert FRENCH.of("council_decided") == (Piece("council_decided"),)


def test_length_and_depth_are_bounded_and_time_with_them() -> None:
    long = "nothing on record by which " + "A" * LONGEST + " consents"
    assert english(long)
    deep = "not on this day: " * (3 * DEEPEST) + "USA is a party, 2020 to open"
    assert french(deep).endswith("2020 to open")
    began = process_time()
    for sign in (", from a", ", if a", "; a b", ": a", " and a", ", until a"):
        FRENCH.of(("X lets anybody read Y" + sign * 600)[:LONGEST])
    assert process_time() - began < 2


# The pages


def test_what_stays_english_is_marked_for_screen_readers() -> None:
    told = words.told("as read by USA: The Treaty covers it & more.", "fr")
    assert told == 'tel que lu par USA\xa0: <span lang="en">The Treaty covers it &amp; more.</span>'
    assert words.told("as read by USA: <b>", "en") == "as read by USA: <b>"
    assert words.stated("paraphrase", "fr") == '<span lang="en">paraphrase</span>'


def test_a_place_is_kept_unless_told_otherwise() -> None:
    made = Sentences({"": {"it says {x}": "il dit {x}"}, "x": {"yes": "oui"}}, {"x": Place("word")})
    assert made.of("it says yes") == (Piece("il dit "), Piece("oui"))
    assert made.of("it says hello there") == (Piece("il dit "), Piece("hello there"))
