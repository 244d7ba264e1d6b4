"""Texts are compared in one way, however they are written; what is another word stays another."""

from __future__ import annotations

import re
from string import printable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.casebook.look_alikes import look_alikes
from comity.instruments.intelligence.folding import foldings, named, words, written
from comity.instruments.intelligence.mentions import Terms, endings, endings_in, singulars, terms, unescaped
from comity.values.label import Atom, Label

SECRET: Label = frozenset({Atom("EST", "secret", ("JPN",))})
OPEN: Label = frozenset()


def known(*names: str, **more: str) -> Terms:
    found = Terms()
    for name in names:
        for term in terms("tool", {"name": name, **more}):
            found.add(term, SECRET)
    return found


MENTIONS = {
    "as it is": ("Quiet Heron", "seen by Quiet Heron."),
    "in one word": ("Quiet Heron", "seen by QuietHeron."),
    "in one small word": ("Quiet Heron", "seen by quietheron."),
    "with a hyphen": ("Quiet Heron", "seen by quiet-heron."),
    "with an underscore": ("Quiet Heron", "in quiet_heron.txt"),
    "one word told as two": ("QuietHeron", "seen by quiet heron."),
    "letters and digits apart": ("APT28", "seen by APT-28 again"),
    "letters and digits in one": ("APT 28", "seen by apt28 again"),
    "three words, two of them joined": ("Very Quiet Heron", "the VeryQuiet heron"),
    "the last two joined": ("Very Quiet Heron", "the very quietheron"),
    "in wide letters": ("Quiet Heron", "\uff31\uff35\uff29\uff25\uff34 Heron"),
    "in mathematical letters": ("Quiet Heron", "\U0001d410\U0001d42e\U0001d422\U0001d41e\U0001d42d Heron"),
    "with an accent": ("Quiet Heron", "Qui\u00e9t Heron"),
    "with an accent of its own, left out": ("Qui\u00e9t Heron", "quiet heron"),
    "with a stroke, left out": ("S\u00f8lv\u0142os", "solvlos"),
    "in Cyrillic letters": ("APT-Q9", "the group \u0410\u0420\u0422-Q9"),
    "in small Cyrillic letters": ("Quiet Heron", "Qui\u0435t H\u0435r\u043en"),
    "in Greek capitals": ("TOXIN", "\u03a4\u039f\u03a7\u0399\u039d"),
    "a Greek name in other letters": ("\u0391\u0398\u0397\u039d\u0391", "\u03b1\u03b8\u03b7\u03bd\u03b1"),
    "with letters nobody sees": ("Quiet Heron", "Qui\u200bet He\u00adron"),
    "with a variation selector": ("Quiet Heron", "Quiet\ufe0f Heron"),
    "percent-encoded": ("Quiet Heron", "q=quiet%20heron"),
    "by a reference to a letter": ("Quiet Heron", "&#81;uiet Heron"),
    "in the plural": ("Quiet Heron", "two Quiet Herons"),
    "in the genitive": ("Quiet Heron", "Quiet Heron's tools"),
    "on two lines": ("Quiet Heron", "Quiet\nHeron"),
    "in digits of another script": ("APT28", "apt\u0662\u0668"),
}


@pytest.mark.parametrize(("name", "text"), MENTIONS.values(), ids=MENTIONS)
def test_a_name_is_found_however_it_is_written(name: str, text: str) -> None:
    assert known(name).mentioned(text, OPEN) == {SECRET}


@pytest.mark.parametrize(("name", "text"), MENTIONS.values(), ids=MENTIONS)
def test_what_is_here_already_is_looked_up_by_the_same_words(name: str, text: str) -> None:
    wanted = {end for term in terms("tool", {"name": name}) for end in endings(term)}
    asked = endings_in(text)
    assert wanted & (asked | singulars(asked))


OTHERS = {
    "two words that are none of it": ("Heron", "saw her on Tuesday"),
    "a longer word": ("Quiet Heron", "the quiet heronry"),
    "a word before it joined": ("Heron", "the quietheron"),
    "too few letters to be joined": ("A B", "in the ab section"),
    "a short name in the plural": ("Apt", "apts for rent"),
    "half of it": ("Quiet Heron", "a heron, quiet"),
    "fewer than three letters": ("It", "it is"),
}


@pytest.mark.parametrize(("name", "text"), OTHERS.values(), ids=OTHERS)
def test_another_word_is_no_mention(name: str, text: str) -> None:
    assert known(name).mentioned(text, OPEN) == set()


def test_words_of_what_is_no_name_stand_apart() -> None:
    found = Terms()
    for term in terms("ipv4-addr", {"value": "203.0.113.9"}):
        found.add(term, SECRET)
    assert found.mentioned("from 203[.]0[.]113[.]9", OPEN) == found.mentioned("203[dot]0 dot 113.9", OPEN) == {SECRET}
    assert found.mentioned("number 2030113 9, or 20301139", OPEN) == set()


def test_a_value_of_many_words_is_found_where_all_of_them_stand() -> None:
    value = ".".join(f"h{number}" for number in range(40))
    found = known("Quiet Heron", value=f"{value}.example")
    assert found.mentioned(f"see http://{value}[.]example/", OPEN) == {SECRET}
    assert found.mentioned(f"{value}.other, {value} and example, x{value}.example", OPEN) == set()
    for term in terms("url", {"value": f"{value}.other"}):
        found.add(term, OPEN)
    assert found.mentioned(f"{value}.other", OPEN) == set()
    assert found.mentioned(f"{value}.other, {value}.example", OPEN) == {SECRET}


def test_a_name_stands_with_its_words_and_a_value_as_it_is_written() -> None:
    assert named("Quiet Heron") == named("QuietHeron") == {"quiet heron"}
    assert named("APT28") == {"apt 28"}
    assert (named("A B"), written("relay.example.net")) == ({"a.b"}, {"relay.example.net"})
    assert len(named("\u0410\u0420\u0422")) == 2


def test_letters_count_as_themselves_and_as_what_they_look_like() -> None:
    assert foldings("Quiet") == ("quiet",)
    assert foldings("\u0410\u0420\u0422") == ("\u0430\u0440\u0442", "apt")
    assert words("Q\u00fcrt-9 \u041d") == [["qurt", "9", "\u043d"], ["qurt", "9", "h"]]


def test_look_alikes_are_of_ascii_and_no_letter_of_ascii_is_one() -> None:
    found = look_alikes()
    assert len(found) > 500
    assert all(meant.isascii() and meant.isalnum() and meant == meant.lower() for meant in found.values())
    assert not any(letter.isascii() for letter in found)


def test_the_escapes_of_json_are_undone_before_words_are_looked_for() -> None:
    assert unescaped('"a\\nQuiet Heron\\"s"') == '"a Quiet Heron"s"'
    assert unescaped("\\u0041\\ud835\\udc00") == "A\U0001d400"


@given(st.text(printable + "\x1c\x00\x7f\u00e9\u0410\u2028"))
def test_words_are_runs_of_letters_and_digits_in_whatever_script(text: str) -> None:
    assert words(text) == [re.findall(r"[^\W_]+", folded) for folded in foldings(text)]
