"""What words that are to restrict nobody may be meant as."""

from __future__ import annotations

from time import process_time

import pytest

from comity.casebook.markings import policies
from comity.formats.marking_lines import caveats, every_reading

MEANT = {
    "a banner": ("SECRET//NOFORN", "USA"),
    "in small letters": ("secret//noforn", "USA"),
    "in wide letters": ("\uff33\uff25\uff23\uff32\uff25\uff34//NOFORN", "USA"),
    "with blanks about its marks": ("SECRET // NOFORN", "USA"),
    "a portion": ("(S//NF)", "USA"),
    "a portion without parentheses": ("S//NF", "USA"),
    "with a date that is no mark": ("SECRET//NOFORN//20301231", "USA"),
    "with words behind it": ("NATO SECRET - do not copy", "NATO"),
    "on a line of its own": ("Copyright 2026\nNATO SECRET\nAll rights reserved", "NATO"),
    "behind a word for it": ("Classification: GEHEIM", "DEU"),
    "as a sentence": ("Copyright. VS-NfD. All rights reserved.", "DEU"),
    "between quotation marks": ('"TRÈS SECRET"', "FRA"),
    "between dashes": ("Copyright 2026\n--- NATO SECRET ---\nAll rights reserved", "NATO"),
    "before many blanks": ("NATO SECRET    -    do not copy", "NATO"),
    "TLP in small letters": ("tlp:red", "TLP"),
    "TLP with a blank": ("TLP: RED", "TLP"),
    "TLP without a colon": ("TLP AMBER", "TLP"),
    "TLP, strict": ("TLP-Amber_Strict", "TLP"),
    "TLP in prose": ("This is TLP:RED information", "TLP"),
}


@pytest.mark.parametrize(("text", "policy"), MEANT.values(), ids=MEANT)
def test_words_may_be_meant_as_a_marking(text: str, policy: str) -> None:
    assert policy in {one.policy for one in every_reading(text, policies(), originator="EST")}


def test_a_strict_light_is_not_taken_for_the_wider_one() -> None:
    (found,) = every_reading("Handle as TLP:AMBER STRICT, please", policies(), originator="EST")
    assert found.classification == "AMBER+STRICT"


WORDS = {
    "a copyright": "Copyright 2015-2025, The MITRE Corporation. ATT&CK is a registered trademark.",
    "a copyright sign": "Copyright (C) 2026, a body",
    "an address": "See https://example.org/secret, or http://example.org//red",
    "a level in prose": "Copyright. Not SECRET//NOFORN.",
    "a word that only begins so": "Secretariat of an alliance",
    "a light of another kind": "The tlpred tool",
    "much text": "SECRET " * 60,
    "nothing": "",
}


@pytest.mark.parametrize("text", WORDS.values(), ids=WORDS)
def test_words_may_be_mere_words(text: str) -> None:
    assert not every_reading(text, policies(), originator="EST")
    assert not caveats(text, policies())


def test_a_caveat_alone_is_found_and_one_in_prose_is_not() -> None:
    assert caveats("Noforn.", policies()) == ["USA"]
    assert caveats("Handling: ORCON", policies()) == ["USA"]
    assert caveats("sp\u00e9cial france", policies()) == ["FRA"]
    assert not caveats("It bears no NOFORN", policies())


def test_blanks_without_end_are_read_at_once() -> None:
    started = process_time()
    assert not every_reading("x" + " " * 100_000 + "-y", policies(), originator="EST")
    assert process_time() - started < 5
