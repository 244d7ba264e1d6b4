"""Sentences that the library composes from data, in the visitor's language, from catalogue files.

Rules:
1. An entry gives a sentence in English and in the language, with named places: `"granted by {way}"`. A sentence is
   translated by the entry that has most letters of its own and fits it from end to end.
2. What stands in a place is kept as it is; or it is a code, without blanks, or a number; or English of whoever stated
   it; or a sentence in its turn (`said`), a `word`, or a `term` without blanks, translated where it can be; or one
   without which the entry does not fit (`must`); or a list of such. `places.yaml` says which, by the place's name; a
   digit behind the name tells two apart.
3. Entries under a place's name count in that place alone, and no others do there: so that "open" may be one word of a
   vote and another of a period, and no phrase is taken for what it only looks like.
4. What no entry fits stays English and is marked so. A single word is a code, and the same in every language.
5. Nothing is guessed and nothing is lost: no place is dropped, and names, codes, numbers and dates stay as they are.
6. It is a function of the sentence alone, so that a hidden fact changes no byte. Each entry takes a sentence apart in
   two ways at most, by its first and by its last signs; length and depth are bounded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from comity.serve.entries import CODE, ENGLISH, MUST, NUMBER, SAID, TERM, WORD, Entry, Place, Shelf

LONGEST, DEEPEST = 4000, 12


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a translated sentence, and whether it stayed in English."""

    text: str
    english: bool = False


Pieces = tuple[Piece, ...]


class Sentences:
    """The sentences of a language, compiled once."""

    def __init__(self, entries: Mapping[str, Mapping[str, str]], places: Mapping[str, Place]) -> None:
        """Keep the entries, by the place in which alone they count; by an empty name those that count everywhere."""
        self._shelves = {"": Shelf.of({}), **{place: Shelf.of(own) for place, own in entries.items()}}
        self.places = places
        self._found = lru_cache(maxsize=8192)(self._find)

    def of(self, text: str, place: str = "") -> Pieces:
        """A sentence in the language, or what stands in a place of that name: rules 1, 3 and 4."""
        found = self._found(text, place, 0) if len(text) <= LONGEST else None
        return found if found is not None else (Piece(text, " " in text),)

    def _find(self, text: str, shelf: str, depth: int) -> Pieces | None:
        entries = self._shelves[shelf if shelf in self._shelves else ""]
        whole = entries.whole.get(text)
        if whole is not None:
            return (Piece(whole),)
        if depth > DEEPEST or " " not in text:
            return None
        made = (self._filled(entry, parts, depth) for entry, parts in entries.fitting(text))
        return next((found for found in made if found is not None), None)

    def _filled(self, entry: Entry, parts: list[str], depth: int) -> Pieces | None:
        """The entry with its places filled; None where something in them does not fit."""
        filled: dict[str, Pieces] = {}
        for name, part in zip(entry.places, parts, strict=True):
            found = self._placed(name.rstrip("0123456789"), part, depth + 1)
            if found is None:
                return None
            filled[name] = found
        return tuple(_by_turns(entry.said, filled))

    def _placed(self, name: str, part: str, depth: int) -> Pieces | None:
        """What stands in a place, item by item where it is a list."""
        place = self.places.get(name, Place())
        if place.between is None:
            return self._treated(place.treated, name, part, depth)
        made: list[Piece] = []
        for at, item in enumerate(re.split(f"({'|'.join(map(re.escape, place.between))})", part)):
            found = (Piece(place.between[item]),) if at % 2 else self._treated(place.treated, name, item, depth)
            if found is None:
                return None
            made += found
        return tuple(made)

    def _treated(self, treated: str, name: str, part: str, depth: int) -> Pieces | None:
        """Rule 2."""
        found = self._found(part, name, depth) if treated in {WORD, TERM, SAID, MUST} else None
        wanting = (
            treated == MUST or (treated in {CODE, TERM} and " " in part) or (treated == NUMBER and not part.isdecimal())
        )
        if found is not None or wanting:
            return found
        return (Piece(part, treated == ENGLISH or (treated == SAID and " " in part)),)


def _by_turns(said: tuple[str, ...], filled: Mapping[str, Pieces]) -> Iterator[Piece]:
    for at, part in enumerate(said):
        if at % 2:
            yield from filled[part]
        elif part:
            yield Piece(part)
