"""Names of what is more restricted, found in the words of what is less so, when both come in.

Rules:
1. A thing goes by its id, its names and aliases, and what selects it: values, hashes, the literals of a pattern, ids
   that others gave it.
2. A text mentions a thing when the words of one of its terms stand in it one after the other, in whatever case and with
   whatever between them (so `203[.]0[.]113[.]9` mentions 203.0.113.9). Terms of fewer than three letters are too common to count.
3. A term says nothing new to whoever may read one thing that goes by it: what an object calls itself is no mention.
4. References are no mentions: a view leaves those out by itself.
"""  # noqa: E501  # an example

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from comity.formats.stix_check import UUID
from comity.instruments.intelligence.facts import Properties
from comity.values.label import Label

_TOKEN = re.compile(r"[^\W_]+")
_LITERAL = re.compile(r"'((?:[^'\\]|\\.)*)'")
_NAMES = ("name", "value", "display_name", "account_login", "user_id", "path", "key", "serial_number", "subject")
_LISTS = ("aliases", "x_mitre_aliases", "x_opencti_aliases")
_SHORTEST = 3
_TAIL = re.compile(rf"--{UUID}")
_TAIL_LENGTH = 38
_SILENT = frozenset({"id", "type", "spec_version", "created", "modified", "granular_markings", "object_marking_refs"})
_UNNAMED = frozenset({"relationship", "sighting", "marking-definition", "language-content"})


def tokens(text: str) -> list[str]:
    """The words of a text."""
    return _TOKEN.findall(text.casefold())


def terms(kind: str, found: Properties) -> set[str]:
    """What an object goes by, each as its words: rule 1."""
    if kind in _UNNAMED:
        return set()
    said = [value for name in _NAMES if isinstance(value := found.get(name), str)]
    for name in _LISTS:
        said += [one for one in _listed(found.get(name)) if isinstance(one, str)]
    hashes = found.get("hashes")
    said += [one for one in hashes.values() if isinstance(one, str)] if isinstance(hashes, dict) else []
    if isinstance(pattern := found.get("pattern"), str):
        said += [literal for literal in _LITERAL.findall(pattern) if len(literal) > _SHORTEST]
    for one in _listed(found.get("external_references")):
        if isinstance(one, dict) and isinstance(one.get("external_id"), str):
            said.append(str(one["external_id"]))
    made = (" ".join(tokens(text)) for text in said)
    return {term for term in made if len(term) >= _SHORTEST}


def ending(term: str) -> str:
    """The last two words of a term, by which it is looked up, for addresses begin alike; all of a shorter one."""
    return " ".join(term.rsplit(" ", 2)[-2:])


def endings(text: str) -> set[str]:
    """The endings that terms which a text mentions may have."""
    words = tokens(text)
    return {*words, *map(" ".join, pairwise(words))}


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def ids_in(text: str) -> Iterator[str]:
    """The ids that stand in a text."""
    for matched in _TAIL.finditer(text):
        start = matched.start()
        while start and (text[start - 1] == "-" or (text[start - 1].isascii() and text[start - 1].isalnum())):
            start -= 1
        yield text[start : matched.end()]


def _tail(name: str) -> str:
    """An id without its type."""
    return name[-_TAIL_LENGTH:]


class Terms:
    """The terms of things and the labels of what goes by them: rules 2 and 3."""

    def __init__(self) -> None:
        self._labels: dict[str, set[Label]] = {}
        self._ids: dict[str, set[Label]] = {}
        self._begin: dict[str, set[int]] = {}

    def add(self, term: str, label: Label) -> None:
        """A thing under a label goes by a term."""
        if term not in self._labels:
            first, *others = term.split(" ")
            self._begin.setdefault(first, set()).add(1 + len(others))
        self._labels.setdefault(term, set()).add(label)

    def add_id(self, name: str, label: Label) -> None:
        """A thing under a label has an id."""
        self._ids.setdefault(_tail(name), set()).add(label)

    def labels_of(self, name: str) -> frozenset[Label]:
        """The labels under which a thing stands."""
        return frozenset(self._ids.get(_tail(name), ()))

    def mentioned(self, text: str, under: Label) -> set[Label]:
        """The labels of what a text under a label mentions and its readers may not know: rules 2 and 3."""
        found = set[Label]()
        words = tokens(text)
        for start in [place for place, word in enumerate(words) if word in self._begin]:
            for many in self._begin[words[start]]:
                term = " ".join(words[start : start + many])
                found |= self.stricter(self._labels.get(term, ()), under)
        for matched in _TAIL.finditer(text):
            found |= self.stricter(self._ids.get(matched[0], ()), under)
        return found

    @staticmethod
    def stricter(labels: Iterable[Label], under: Label) -> set[Label]:
        """The label to join where none of some is as wide as another: rule 3."""
        every = list(labels)
        if not every or any(label <= under for label in every):
            return set()
        return {min(every, key=lambda label: (len(label), sorted(map(str, label))))}


def mentions(found: Properties, known: Terms, under: Label) -> Iterator[tuple[str, set[Label]]]:
    """The properties of an object that mention what their readers may not know, each with the labels to join."""
    for name, value in found.items():
        if name not in _SILENT and not name.endswith(("_ref", "_refs")):
            labels = {label for text in _texts(value) for label in known.mentioned(text, under)}
            if labels:
                yield name, labels


def _texts(value: object) -> Iterator[str]:
    """The texts in a value, references apart: rule 4."""
    if type(value) is str:
        yield value
    elif type(value) is list:
        for one in value:
            yield from _texts(one)
    elif type(value) is dict:
        for name, inner in value.items():
            yield name
            if not name.endswith(("_ref", "_refs")):
                yield from _texts(inner)
