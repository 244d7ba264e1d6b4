"""Searching the words of portions, and counting what was found.

Rules:
1. A word is found in the portions that are seen, of the latest version that stands; nothing else is counted or ranked.
2. Every word of a search has to occur, in one portion or in several. What stands in double quotes is one word.
3. Facets count the objects found, and only by portions that are seen.
4. A hit is named by, and attributed to, what was found of it: the portions in which a word of the search stands, of
   those the ones of the originator and the marking asked for, where there are any.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np

from comity.instruments.intelligence.assembly import Sight
from comity.instruments.intelligence.columns import COVERED, Flags, Ints
from comity.instruments.intelligence.index import matching
from comity.ledger.derived import Derived

_WORD = re.compile(r'"([^"]*)"?|(\S+)')
_LETTER = re.compile(r"\w")


def words_of(text: str) -> list[str]:
    """The words of a search: rule 2."""
    found = (quoted or word for quoted, word in _WORD.findall(text))
    return [word for word in found if _LETTER.search(word)]


def found_by(derived: Derived, sight: Sight, text: str, chosen: Ints) -> tuple[Ints, Flags]:
    """Those of some things in which every word of a search occurs, and in which portions: rules 1, 2 and 4."""
    words = words_of(text)
    within = np.full(len(sight.seen), not words)
    for word in words:
        portions = matching(derived, word)
        holds = np.zeros(sight.things, np.bool_)
        holds[sight.holders(portions)] = True
        chosen = chosen[holds[chosen]]
        within[portions[portions < len(within)]] = True
    return chosen, within


def shown_by(sight: Sight, portions: Ints, within: Flags, wanted: Mapping[str, str | None]) -> Ints:
    """The seen portions of one object by which its hit is named: rule 4."""
    portions = portions[sight.column("form")[portions] != COVERED]
    named = [within[portions]] + [
        sight.column(column)[portions] == sight.columns.word_number.get(word, -1)
        for column, word in wanted.items() if word is not None
    ]  # fmt: skip
    kept = np.full(len(portions), True)
    for flags in named:
        kept = kept & flags if (kept & flags).any() else kept
    found: Ints = portions[kept]
    return found


def chosen_by(sight: Sight, chosen: Ints, wanted: Mapping[str, str | None]) -> Ints:
    """Those of some things with a seen portion whose column holds a word, for each column asked for."""
    for column, word in wanted.items():
        if word is not None:
            number = sight.columns.word_number.get(word, -1)
            portions, things = sight.seen_of_latest
            holds = np.zeros(sight.things, np.bool_)
            holds[things[sight.column(column)[portions] == number]] = True
            chosen = chosen[holds[chosen]]
    return chosen


def facets(sight: Sight, chosen: Ints) -> dict[str, dict[str, int]]:
    """How many of some things are of each type, originator, marking and collection: rule 3."""
    among = np.zeros(sight.things, np.bool_)
    among[chosen] = True
    portions, things = sight.seen_of_latest
    kept = among[things]
    portions, things = portions[kept], things[kept]
    member_things, collections = sight.memberships
    inside = among[member_things]
    return {
        "type": _counted(sight, chosen, sight.columns.type_of[chosen]),
        "originator": _counted(sight, things, sight.column("issuer")[portions]),
        "marking": _counted(sight, things, sight.column("marking")[portions]),
        "collection": _counted(sight, member_things[inside], collections[inside]),
    }


def _counted(sight: Sight, things: Ints, words: Ints) -> dict[str, int]:
    """How many things go with each word, by word, the most first."""
    many = len(sight.columns.words)
    once = np.zeros(sight.things, np.bool_)
    once[things] = True
    if np.count_nonzero(once) < len(things):
        words = np.unique(things * many + words) % many
    counted = np.bincount(words, minlength=many)
    found = {sight.columns.words[word]: int(counted[word]) for word in np.flatnonzero(counted).tolist()}
    return dict(sorted(found.items(), key=lambda one: (-one[1], one[0])))
