"""The words of the pages in the visitor's language, from catalogue files.

Rules:
1. English is what stands in the pages; a catalogue gives each phrase in another language. What a catalogue lacks stays
   English, and a test says so.
2. What the facts say (articles, stories, names) is shown in the words of whoever stated it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from comity.formats import yaml12

ENGLISH = "en"
LANGUAGES = {ENGLISH: "English", "fr": "Français"}


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """A language's phrases by their English."""
    if language == ENGLISH:
        return {}
    text = (files("comity.serve") / "words" / f"{language}.yaml").read_text("utf-8")
    read = yaml12.load(text, f"{language}.yaml")
    return {str(english): str(said) for english, said in read.items()} if isinstance(read, Mapping) else {}


def said(phrase: str, language: str) -> str:
    """A phrase in a language: rule 1."""
    return catalogue(language).get(phrase, phrase)


def chosen(stated: str | None, accepted: str) -> str:
    """The language a visitor has chosen, else the first that his browser names and we have."""
    if stated in LANGUAGES:
        return stated
    wishes = (wish.split(";")[0].strip().lower().split("-")[0] for wish in accepted.split(","))
    return next((wish for wish in wishes if wish in LANGUAGES), ENGLISH)
