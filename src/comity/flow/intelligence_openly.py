"""What is here and names what comes in to parties who may not read that: told to whoever brings it in.

Rules:
1. Nothing hidden changes what is seen: what named a thing before the thing came in stays as it is. Its originator alone
   is told which objects do, of those that he sees himself; whoever may not read the thing learns nothing.
2. Objects are looked for by the words of its names and selectors, as a search finds them in latest versions, and each
   of their portions is held against those as a file is (`comity.instruments.intelligence.mentions`). One is told if its
   label names somebody, or everybody, whom the label of the name does not.
3. So many objects of a file are looked for, of those that are closer than something here, and so many hits of a word
   held against it: an import does not wait for a search of the whole book for each of its rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import NamedTuple

from comity.formats.stix import Object
from comity.instruments.intelligence.folding import APART, JOINED
from comity.instruments.intelligence.mentions import Terms, mentions, terms
from comity.instruments.intelligence.seen import Hit, ObjectId
from comity.instruments.intelligence.shelf import Shelf
from comity.values.label import Label
from comity.values.party import ANYONE

MOST, HITS = 200, 50
"""Objects of a file, and hits of the words of one term: rule 3."""


class Openly(NamedTuple):
    """A thing that comes in, an object that names it openly, and who reads the one and not the other."""

    thing: ObjectId
    named_by: ObjectId
    readers: tuple[str, ...]


class Given(NamedTuple):
    """An object that comes in: what it says, its label, and that of each property that has one of its own."""

    id: ObjectId
    type: str
    says: Object
    label: Label
    more: dict[str, Label]


def closer_than(labels: Iterable[Label]) -> Callable[[Label], bool]:
    """Whether somebody reads what is here under some labels whom another label does not name."""
    every = {frozenset(_readers(label)) for label in labels}
    return cache(lambda label: any(here - _readers(label) for here in every))


def openly(shelf: Shelf, given: Iterable[Given]) -> Iterator[Openly]:
    """What of an originator's own shelf names openly what comes in: rules 1 and 2."""
    for one in given:
        yield from _found(shelf, one.id, dict(_terms(one)))


def _terms(one: Given) -> Iterator[tuple[str, Label]]:
    for name, value in one.says.items():
        for term in terms(one.type, {name: value}):
            yield term, one.more.get(name, one.label)


def _found(shelf: Shelf, thing: ObjectId, names: dict[str, Label]) -> Iterator[Openly]:
    known, readers = Terms(), dict[ObjectId, set[str]]()
    for term, label in names.items():
        known.add(term, label)
    for name in {hit.id: None for term in names for hit in _hits(shelf, term)}:
        for portion in shelf.get(name).portions if name != thing else ():
            for _, labels in mentions(portion.properties, known, portion.label):
                for label in labels:
                    readers.setdefault(name, set()).update(_readers(portion.label) - _readers(label))
    for name, some in readers.items():
        if some:
            yield Openly(thing, name, tuple(sorted(some)))


def _hits(shelf: Shelf, term: str) -> Iterator[Hit]:
    """The hits of a term, with its words apart and joined."""
    spoken = term.replace(JOINED, APART).split(APART)
    for words in dict.fromkeys((" ".join(spoken), "".join(spoken))):
        yield from shelf.search(words, limit=HITS).hits


def _readers(label: Label) -> set[str]:
    """Whom every part of a label names; everybody, where it is open."""
    each = [{atom.owner, *map(str, atom.readers)} for atom in label]
    return set.intersection(*each) if each else {ANYONE}
