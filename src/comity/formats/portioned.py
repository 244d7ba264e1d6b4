"""Documents whose portions are marked: what was read of one, and what goes out of one.

Rules:
1. A portion is a paragraph: the mark in parentheses that it begins with, maybe after the sign of an item, and its
   words. What looks like a mark is kept as one, whether or not anybody can read it.
2. A line, first or last, that begins with a word in capitals may be a banner; whether it is, says whoever can read
   banners.
3. Whatever is in a file and is no portion is told as left behind, by kind and number.
4. Traces are the names and marks of people and machines in a file: authors, revisions, addresses. None of them goes
   out, unless the words of a portion say the same.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

LONGEST_MARK = 200
_MARK = re.compile(rf"\s*(?:[^\w\s(]\s*)?(\([^()]{{1,{LONGEST_MARK}}}\))\s*(?=\S|$)")
_PARENTHESES = re.compile(rf"\([^()]{{1,{LONGEST_MARK}}}\)")
_LIKE_MARK = re.compile(r"\((?=[^a-z]*[A-Z])[^a-z]*\)")
LONGEST_BANNER = 300


@dataclass(frozen=True, slots=True)
class Portion:
    """One paragraph: its mark as it stands there (None: it has none), its words, its place, its level as a heading.

    `doubt` says why nobody can tell what its mark is, whatever it looks like.
    """

    mark: str | None
    text: str
    place: str
    level: int = 0
    doubt: str | None = None


@dataclass(frozen=True, slots=True)
class Portioned:
    """What was read of a document.

    `banners` are lines that may be banners, with their places; `bare` are places that should bear one and bear none.
    `left` tells what was not read; `traces` are rule 4's.
    """

    portions: tuple[Portion, ...]
    banners: tuple[tuple[str, str], ...] = ()
    bare: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    traces: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What goes out: the banner, and each portion with its mark as written for the reader; a mail has a subject."""

    banner: str
    portions: tuple[Portion, ...]
    subject: str | None = None


def portion(text: str, place: str, level: int = 0) -> Portion:
    """A paragraph taken apart: rule 1."""
    words = text.strip()
    found = _MARK.match(words)
    if found is None:
        return Portion(None, words, place, level)
    return Portion(found[1], words[found.end() :].strip(), place, level)


def inner_marks(text: str) -> Iterator[tuple[int, str]]:
    """What stands in parentheses within the words of a portion, and where it begins: each may be a mark."""
    return ((found.start(), found[0]) for found in _PARENTHESES.finditer(text))


def looks_like_mark(mark: str) -> bool:
    """Whether something in parentheses is written as marks are, in capitals."""
    return _LIKE_MARK.fullmatch(mark) is not None


def looks_like_banner(line: str) -> bool:
    """Whether a line begins as banners do, with a word in capitals: rule 2."""
    words = line.split()
    first = words[0] if words else ""
    capitals = first == first.upper() and sum(letter.isalpha() for letter in first) > 1
    return capitals and "\n" not in line.strip() and len(line) <= LONGEST_BANNER


def shown(one: Portion) -> str:
    """A portion as it stands in a document."""
    return f"{one.mark} {one.text}" if one.mark else one.text


def may_hold_mark(text: str) -> bool:
    """Whether something in a text is written as marks are."""
    return any(looks_like_mark(mark) for _, mark in inner_marks(text))


def counted(kinds: Iterable[str]) -> tuple[str, ...]:
    """What was left behind, by kind, with how many there were: rule 3."""
    return tuple(f"{number} {kind}" for kind, number in sorted(Counter(kinds).items()))


# Checking what goes out

_WINDOW = 4


@dataclass(frozen=True, slots=True)
class Check:
    """What a file must not hold: words of withheld portions, and traces, as far as no kept portion says the same."""

    outgoing: Outgoing
    withheld: tuple[str, ...]
    traces: frozenset[str]

    def leaks(self, text: str, frame: str = "") -> list[str]:
        """What of that a text holds, in words for whoever made it.

        Args:
            text: what is looked through.
            frame: words that every file of this kind holds.
        """
        found, said = _run(text), self._said(frame)
        told = [f"words of a withheld portion ({run})" for run in self._runs() if run in found and run not in said]
        traces = sorted(run for one in self.traces if (run := _run(one)).strip())
        return told[:1] + [f"a trace ({run.strip()})" for run in traces if run in found and run not in said]

    def _said(self, frame: str) -> str:
        return _run(
            " ".join([frame, self.outgoing.banner, self.outgoing.subject or "", *map(shown, self.outgoing.portions)])
        )

    def _runs(self) -> Iterator[str]:
        """Every few words in a row of what is withheld."""
        for text in self.withheld:
            words = plain(text)
            for start in range(max(len(words) - _WINDOW + 1, min(len(words), 1))):
                yield _run(" ".join(words[start : start + _WINDOW]))


def _run(text: str) -> str:
    return f" {' '.join(plain(text))} "


def plain(text: str) -> list[str]:
    """The words of a text in lower case, without marks of punctuation."""
    return re.findall(r"\w+", text.casefold())
