"""The words of the pages in the visitor's language, from catalogue files.

Rules:
1. English is what stands in the pages; a catalogue gives each phrase in another language. What a catalogue lacks stays
   English, and a test says so.
2. Sentences that the library composes from data are translated whole, with what stands in them
   (`comity.serve.sentences`); what stays English is marked as English, so that it is spoken rightly.
3. What the facts say (articles, stories, names) is shown in the words of whoever stated it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from markupsafe import Markup, escape

from comity.formats import yaml12
from comity.serve.entries import Place
from comity.serve.sentences import Piece, Sentences

ENGLISH = "en"
LANGUAGES = {ENGLISH: "English", "fr": "Français"}
PLACES = "places.yaml"


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """A language's phrases by their English."""
    if language == ENGLISH:
        return {}
    return {english: str(said) for english, said in _read(_words() / f"{language}.yaml")}


def said(phrase: str, language: str) -> str:
    """A phrase in a language: rule 1."""
    return catalogue(language).get(phrase, phrase)


@cache
def entries(language: str) -> Mapping[str, Mapping[str, str]]:
    """A language's sentences by their English, from every file of its folder; by the place where alone they count."""
    found: dict[str, dict[str, str]] = {}
    for file in (_words() / language).iterdir():
        for name, told in _read(file) if file.name.endswith(".yaml") and file.name != PLACES else ():
            own = told if isinstance(told, Mapping) else {name: told}
            found.setdefault(name if isinstance(told, Mapping) else "", {}).update(
                {str(english): str(said) for english, said in own.items()}
            )
    return found


@cache
def sentences(language: str) -> Sentences:
    """The sentences of a language, compiled."""
    return Sentences(entries(language), dict(_places(_words() / language / PLACES)))


def told(text: str, language: str, place: str = "") -> str:
    """A sentence of the library's in a language, or what stands in such a place of one, as text for a page: rule 2."""
    return text if language == ENGLISH or not text else _told(text, language, place)


@lru_cache(maxsize=16384)
def _told(text: str, language: str, place: str) -> Markup:
    pieces = sentences(language).of(text, place)
    phrase = said(text, language) if pieces == (Piece(text, english=True),) else text
    return escape(phrase) if phrase != text else Markup().join(map(_marked, pieces))


def stated(text: str, language: str) -> str:
    """What a fact says in English, for a page in a language: rules 2 and 3."""
    return text if language == ENGLISH or not text else _marked(Piece(text, english=True))


@lru_cache(maxsize=16384)
def _marked(piece: Piece) -> Markup:
    told = escape(piece.text)
    return Markup(f'<span lang="en">{told}</span>') if piece.english else told  # noqa: S704  # it is escaped


def _words() -> Traversable:
    return files("comity.serve") / "words"


def _read(file: Traversable) -> Iterator[tuple[str, object]]:
    read = yaml12.load(file.read_text("utf-8"), file.name)
    return ((str(name), item) for name, item in (read.items() if isinstance(read, Mapping) else ()))


def _places(file: Traversable) -> Iterator[tuple[str, Place]]:
    for name, given in _read(file):
        if isinstance(given, Mapping):
            between = {str(sign): str(same) for sign, same in given.items() if sign != "each"}
            yield name, Place(str(given["each"]), between)
        else:
            yield name, Place(str(given))


def chosen(stated: str | None, accepted: str) -> str:
    """The language a visitor has chosen, else the first that his browser names and we have."""
    if stated in LANGUAGES:
        return stated
    wishes = (wish.split(";")[0].strip().lower().split("-")[0] for wish in accepted.split(","))
    return next((wish for wish in wishes if wish in LANGUAGES), ENGLISH)
