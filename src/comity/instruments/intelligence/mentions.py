"""Names of what is more restricted, found in the words of what is less so, when both come in.

Rules:
1. A thing goes by its id, its names and aliases, and what selects it: values, hashes, the constants of a pattern, ids
   that others gave it. Of its id the UUID is enough, in capitals or not: addresses and other programs write it alone.
2. A text mentions a thing when the words of one of its terms stand in it one after the other, however they are written
   (`comity.instruments.intelligence.folding`) and with whatever between them (so `203[.]0[.]113[.]9` mentions
   203.0.113.9); those of a name may be joined, and it may stand in the plural. Terms of fewer than three letters are
   too common to count.
3. A term says nothing new to whoever may read one thing that goes by it: what an object calls itself is no mention.
4. References are no mentions: a view leaves those out by itself. What stands under the key of a reference and is no id
   is a text like any other.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import pairwise

from comity.instruments.intelligence.facts import Properties
from comity.instruments.intelligence.folding import APART, JOINED, MANY, named, words, written
from comity.instruments.intelligence.references import is_reference, refers
from comity.instruments.intelligence.withheld import constants
from comity.values.label import Label

_NAMES = ("name", "display_name")
_SELECTORS = ("value", "account_login", "user_id", "path", "key", "serial_number", "subject")
_LISTS = ("aliases", "x_mitre_aliases", "x_opencti_aliases")
_SHORTEST = 3
_LONGEST = 16
"""Words by which a term is looked for; one that has more is then held against the whole text, once."""
_JOINED = 0
"""In the place of how many words a term has: they may be joined."""
_PLURAL, _PLURALS = "s", 5
"""The ending of a plural, and the letters that a name needs to have one."""
_LATER_HALF = re.compile(r"-[1-8][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}")
_FIRST_HALF = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}")
_HALF, _UUID, _TYPE = 13, 36, 250
_SILENT = frozenset({"id", "type", "spec_version", "created", "modified", "granular_markings", "object_marking_refs"})
_UNNAMED = frozenset({"relationship", "sighting", "marking-definition", "language-content"})
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))")
_BLANKS = frozenset("bfnrt")


def terms(kind: str, found: Properties) -> set[str]:
    """What an object goes by, each as its words and whether they may be joined: rule 1."""
    if kind in _UNNAMED:
        return set()
    made = {term for name in _called(found) for term in named(name)}
    made |= {term for text in _selected(found) for term in written(text)}
    return {term for term in made if len(term) >= _SHORTEST}


def _called(found: Properties) -> Iterator[str]:
    yield from (value for name in _NAMES if isinstance(value := found.get(name), str))
    for name in _LISTS:
        yield from (one for one in _listed(found.get(name)) if isinstance(one, str))
    for one in _listed(found.get("external_references")):
        if isinstance(one, dict) and isinstance(one.get("external_id"), str):
            yield str(one["external_id"])


def _selected(found: Properties) -> Iterator[str]:
    yield from (value for name in _SELECTORS if isinstance(value := found.get(name), str))
    hashes = found.get("hashes")
    yield from (one for one in hashes.values() if isinstance(one, str)) if isinstance(hashes, dict) else ()
    if isinstance(pattern := found.get("pattern"), str):
        yield from (constant for constant in constants(pattern) if len(constant) > _SHORTEST)


def endings(term: str) -> set[str]:
    """By what a term is looked up: its last two words in one, for addresses begin alike, and all of those of a name."""
    if JOINED in term:
        found = term.split(JOINED)
        return {"".join(found[-2:]), "".join(found)}
    return {"".join(term.rsplit(APART, 2)[-2:])}


def endings_in(text: str) -> set[str]:
    """The endings that terms which a text mentions may have."""
    found = set[str]()
    for spoken in words(text):
        found.update(spoken, map("".join, pairwise(spoken)))
    return found


def singulars(found: Iterable[str]) -> set[str]:
    """What some words may be the plural of."""
    return {one[:-1] for one in found if one.endswith(_PLURAL) and len(one) > _PLURALS}


def unescaped(text: str) -> str:
    """The text of JSON with what its escapes stand for, and a blank for each that ends a word."""
    if "\\" not in text:
        return text
    plain = _ESCAPE.sub(_meant, text)
    return plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if "\\ud" in text.lower() else plain


def _meant(escape: re.Match[str]) -> str:
    point, letter = escape.groups()
    return chr(int(point, 16)) if point else " " if letter in _BLANKS else str(letter)


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def ids_in(text: str) -> Iterator[str]:
    """The ids that stand in a text; of one that stands without its type, or in capitals, the UUID in small letters."""
    for start, end in _uuids(text):
        name = start - 2 if text[start - 2 : start] == "--" else start
        while max(0, start - _TYPE) < name < start and _of_type(text[name - 1]):
            name -= 1
        found = text[name:end]
        yield found if name < start - 2 and found == found.lower() else text[start:end].lower()


def _of_type(letter: str) -> bool:
    return letter == "-" or (letter.isascii() and letter.isalnum())


def _uuids(text: str) -> Iterator[tuple[int, int]]:
    """Where UUIDs begin and end in a text; the later half is looked for, which is much quicker."""
    for matched in _LATER_HALF.finditer(text):
        start = matched.start() - _HALF
        if start >= 0 and _FIRST_HALF.match(text, start):
            yield start, matched.end()


def uuid_of(name: str) -> str:
    """An id without its type, in small letters."""
    return name[-_UUID:].lower()


class Terms:
    """The terms of things and the labels of what goes by them: rules 2 and 3."""

    def __init__(self) -> None:
        self._labels: dict[str, set[Label]] = {}
        self._ids: dict[str, set[Label]] = {}
        self._long: dict[str, list[str]] = {}
        self._begin: dict[str, frozenset[int]] = {}
        self._alike: dict[frozenset[int], frozenset[int]] = {}

    def add(self, term: str, label: Label) -> None:
        """A thing under a label goes by a term."""
        if JOINED in term or (APART not in term and len(term) >= _PLURALS and term.isalpha()):
            self._add_name(term.split(JOINED), label)
            return
        if term not in self._labels:
            found = term.split(APART)
            self._begins(found[0], min(len(found), _LONGEST))
            if len(found) > _LONGEST:
                self._long.setdefault(APART.join(found[:_LONGEST]), []).append(term)
        self._labels.setdefault(term, set()).add(label)

    def _add_name(self, name: Sequence[str], label: Label) -> None:
        """A name is found by what its first words come to in one, its plural by one letter more."""
        joined = ""
        for word in name:
            joined += word
            self._begins(joined, _JOINED)
        self._labels.setdefault(joined, set()).add(label)
        if joined.isalpha() and len(joined) >= _PLURALS:
            self._begins(joined + _PLURAL, _JOINED)
            self._labels.setdefault(joined + _PLURAL, set()).add(label)

    def _begins(self, word: str, many: int) -> None:
        """A term of so many words begins with a word; sets that are alike are kept once."""
        known = self._begin.get(word, frozenset())
        if many not in known:
            more = known | {many}
            self._begin[word] = self._alike.setdefault(more, more)

    def add_id(self, name: str, label: Label) -> None:
        """A thing under a label has an id."""
        self._ids.setdefault(uuid_of(name), set()).add(label)

    def labels_of(self, name: str) -> frozenset[Label]:
        """The labels under which a thing stands."""
        return frozenset(self._ids.get(uuid_of(name), ()))

    def mentioned(self, text: str, under: Label) -> set[Label]:
        """The labels of what a text under a label mentions and its readers may not know: rules 2 and 3."""
        stand = {term for spoken in words(text) for term in self._standing(spoken)}
        labels = [self._labels[term] for term in stand]
        labels += [found for start, end in _uuids(text) if (found := self._ids.get(text[start:end].lower()))]
        return {label for many in labels for label in self.stricter(many, under)}

    def _standing(self, spoken: Sequence[str]) -> Iterator[str]:
        """The terms that stand in some words; one that is long is looked for in all of them, once."""
        if self._begin.keys().isdisjoint(spoken):
            return
        starts = [place for place, word in enumerate(spoken) if word in self._begin]
        said = {one for start in starts for one in self._said(spoken, start)}
        yield from said & self._labels.keys()
        longer = [term for one in said & self._long.keys() for term in self._long[one]]
        whole = APART.join(("", *spoken, "")) if longer else ""
        yield from (term for term in longer if f"{APART}{term}{APART}" in whole)

    def _said(self, spoken: Sequence[str], start: int) -> Iterator[str]:
        """What some words, one after the other, say from one on, as far as a term may begin so."""
        for many in self._begin[spoken[start]]:
            if many == _JOINED:
                yield from self._named(spoken, start)
            else:
                yield APART.join(spoken[start : start + many])

    def _named(self, spoken: Sequence[str], start: int) -> Iterator[str]:
        joined = ""
        for word in spoken[start : start + MANY]:
            joined += word
            if _JOINED not in self._begin.get(joined, ()):
                break
            yield joined

    @staticmethod
    def stricter(labels: Collection[Label], under: Label) -> set[Label]:
        """The label to join where none of some is as wide as another: rule 3."""
        if not labels or under in labels or any(label <= under for label in labels):
            return set()
        return {min(labels, key=lambda label: (len(label), sorted(map(str, label))))}


def mentions(found: Properties, known: Terms, under: Label) -> Iterator[tuple[str, set[Label]]]:
    """The properties of an object that mention what their readers may not know, each with the labels to join."""
    for name, value in found.items():
        if name not in _SILENT:
            labels = {label for text in _texts_under(name, value) for label in known.mentioned(text, under)}
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
            yield from _texts_under(name, inner)


def _texts_under(name: str, value: object) -> Iterator[str]:
    """The texts under a key: rule 4."""
    direct = value if type(value) is list else [value]
    yield from _texts([one for one in direct if not is_reference(one)] if refers(name) else value)
