"""Entries of a catalogue of sentences, and how a sentence is taken apart by one: the rules are those of `sentences`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

PLACE = re.compile(r"\{([a-z]+)(\d?)\}")
TREATMENTS = KEPT, CODE, NUMBER, ENGLISH, WORD, TERM, SAID, MUST = (
    "kept", "code", "number", "english", "word", "term", "said", "must",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """How what stands in a place is treated: rule 2. A list has what stands `between` its items, in both languages."""

    treated: str = KEPT
    between: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the catalogue: the English between its places, and the French as text and places by turns."""

    literals: tuple[str, ...]
    places: tuple[str, ...]
    said: tuple[str, ...]

    @classmethod
    def of(cls, english: str, said: str) -> Entry:
        """An entry from its two sides."""
        parts = tuple(_by_places(english))
        return cls(parts[::2], parts[1::2], tuple(_by_places(said)))

    def splits(self, text: str) -> Iterator[list[str]]:
        """What would stand in its places, if it fits: rule 6."""
        first, last = self.literals[0], self.literals[-1]
        if text.startswith(first) and text.endswith(last) and len(text) > len(first) + len(last):
            inner = text[len(first) : len(text) - len(last)]
            left, right = _leftmost(inner, self.literals[1:-1]), _rightmost(inner, self.literals[1:-1])
            if left is not None:
                yield left
            if right is not None and right != left:
                yield right


def _by_places(text: str) -> Iterator[str]:
    """Text and names of places by turns; text first and last."""
    at = 0
    for found in PLACE.finditer(text):
        yield text[at : found.start()]
        yield found[1] + found[2]
        at = found.end()
    yield text[at:]


def _leftmost(text: str, literals: tuple[str, ...]) -> list[str] | None:
    parts = []
    for literal in literals:
        head, found, text = text.partition(literal)
        if not found or not head:
            return None
        parts.append(head)
    return [*parts, text] if text else None


def _rightmost(text: str, literals: tuple[str, ...]) -> list[str] | None:
    parts = []
    for literal in reversed(literals):
        text, found, tail = text.rpartition(literal)
        if not found or not tail:
            return None
        parts.append(tail)
    return [text, *reversed(parts)] if text else None


@dataclass(frozen=True, slots=True)
class Shelf:
    """The entries that are looked at together: whole sentences, and the others by the first word they ask for."""

    whole: Mapping[str, str]
    by_word: Mapping[str, list[Entry]]

    @classmethod
    def of(cls, entries: Mapping[str, str]) -> Shelf:
        """Entries on a shelf, those with most letters first: rule 1."""
        made = [Entry.of(english, said) for english, said in entries.items() if PLACE.search(english)]
        made.sort(key=lambda entry: -sum(map(len, entry.literals)))
        words = {"", *(_first(entry.literals[0]) for entry in made)}
        by_word = {word: [e for e in made if _first(e.literals[0]) in {word, ""}] for word in words}
        return cls({english: said for english, said in entries.items() if not PLACE.search(english)}, by_word)

    def fitting(self, text: str) -> Iterator[tuple[Entry, list[str]]]:
        """The entries that fit a text, each with what would stand in its places."""
        for entry in self.by_word.get(_first(text), self.by_word[""]):
            for parts in entry.splits(text):
                yield entry, parts


def _first(text: str) -> str:
    """The first word, where it ends in the text."""
    word, blank, _ = text.partition(" ")
    return word if blank else ""
