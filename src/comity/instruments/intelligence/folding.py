"""How the words of texts are compared: one way for names found at import and for what must not show.

Rules:
1. What stands for a letter counts as it: `%41`, `&#65;`; `hxxp`, `[.]`, `[dot]`, `[at]` as what they spare.
2. Letters count in their plain form (wide, circled or mathematical ones are letters), in whatever case, without accents
   and without what nobody sees between them; digits of every script count as digits.
3. A letter that looks like one of ASCII counts as itself, and in a second folding as that one
   (`comity.casebook.look_alikes`): nobody tells `\u0410\u0420\u0422` from `APT`, and \u0391\u0398\u0397\u039d\u0391 is found in small letters too.
4. The words of a name begin where a capital follows a small letter, and between letters and digits. They may stand apart,
   joined, or with anything between them. Of a name of fewer than four letters, or of very many words, and of what is no
   name, the words stand apart as they are written.
"""  # noqa: E501  # examples

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from functools import cache, lru_cache
from html import unescape
from unicodedata import combining, decimal, normalize
from urllib.parse import unquote

from comity.casebook.look_alikes import look_alikes

APART, JOINED = ".", " "
"""What stands between the words of a term: these stand apart, or these may be joined as well."""

_WORD = re.compile(r"[^\W_]+")
_BLANKED = "".join(chr(point) if chr(point).isalnum() else " " for point in range(128))
MANY = 8
"""Words, more than which a name is a sentence."""

SHORT = 4
"""Letters, below which a name without what stands between its words may mean anything."""

_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U000e0000-\U000e0fff]"
)
_OTHERS = re.compile("[^\\x00-\\x7f]+")
_DOT, _AT = re.compile(r"[\[({ ]dot[\])} ]"), re.compile(r"[\[({]at[\])}]")
_SPARED = re.compile(r"[\[({]([.:@])[\])}]")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_HUMPS = re.compile(rf"{_HUMP.pattern}|(?<=[A-Za-z])(?=[0-9])|(?<=[0-9])(?=[A-Za-z])")


def foldings(text: str) -> tuple[str, ...]:
    """A text as it is compared: in one folding, or in two where letters look like others: rules 1 to 3."""
    if "%" in text:
        text = unquote(text)
    if "&" in text:
        text = unescape(text)
    if text.isascii():
        return (_spared(text.lower()),)
    folded, seen = (_spared(_OTHERS.sub(letters, text).lower()) for letters in (_letters, _seen))
    return (folded,) if folded == seen else (folded, seen)


def plain(text: str) -> tuple[str, ...]:
    """A text in each of its foldings, with what stands between words as well: one blank, or a sign that was spared."""
    return tuple(" ".join(_SPARED.sub(r"\1", folded).split()) for folded in foldings(text))


def humped(text: str) -> str:
    """A text with a blank where a capital follows a small letter: rule 4."""
    return _HUMP.sub(" ", text) if text.isascii() else _apart(text, _rises)


def words(text: str) -> list[list[str]]:
    """The words of a text in each of its foldings."""
    return [_split(folded) for folded in foldings(text)]


def _split(folded: str) -> list[str]:
    """The words of a text that is folded; of one in ASCII they are found much quicker."""
    return folded.translate(_BLANKED).split() if folded.isascii() else _WORD.findall(folded)


def named(text: str) -> set[str]:
    """A name as terms, one for each folding: its words, and between them whether they may be joined: rule 4."""
    apart = _HUMPS.sub(" ", text) if text.isascii() else _apart(text, _begins)
    if apart == text:
        return {_term(found, found) for found in map(_split, foldings(text))}
    pairs = zip(foldings(text), foldings(apart), strict=False)
    return {_term(_split(one), _split(other)) for one, other in pairs}


def written(text: str) -> set[str]:
    """What is no name as terms, one for each folding: its words, which stand apart."""
    return {APART.join(_split(folded)) for folded in foldings(text)}


def _term(given: list[str], apart: list[str]) -> str:
    if sum(map(len, given)) < SHORT or len(given) > MANY:
        return APART.join(given)
    return JOINED.join(apart if len(apart) <= MANY else given)


def _spared(folded: str) -> str:
    """Rule 1, as far as words go; looked for by what is quick to find."""
    if "hxxp" in folded:
        folded = folded.replace("hxxp", "http")
    if "dot" in folded:
        folded = _DOT.sub(".", folded)
    return _AT.sub("@", folded) if "at]" in folded or "at)" in folded or "at}" in folded else folded


def _letters(run: re.Match[str]) -> str:
    return _both(run[0])[0]


def _seen(run: re.Match[str]) -> str:
    return _both(run[0])[1]


@lru_cache(maxsize=4096)
def _both(run: str) -> tuple[str, str]:
    """Some letters that are not of ASCII, and what they look like: rules 2 and 3."""
    letters = "".join(map(_digit, _plain(run)))
    return letters.casefold(), letters.translate(_alike()).casefold()


def _plain(text: str) -> str:
    apart = normalize("NFKD", _UNSEEN.sub("", text))
    return "".join(letter for letter in apart if not combining(letter))


def _digit(letter: str) -> str:
    return letter if letter.isascii() or not letter.isdecimal() else str(decimal(letter))


@cache
def _alike() -> dict[int, str]:
    return str.maketrans(dict(look_alikes()))


def _apart(text: str, begins: Callable[[str, str], bool]) -> str:
    plain = _plain(text)
    pairs = itertools.pairwise(plain)
    return plain[:1] + "".join(f" {second}" if begins(first, second) else second for first, second in pairs)


def _rises(first: str, second: str) -> bool:
    return first.islower() and second.isupper()


def _begins(first: str, second: str) -> bool:
    return _rises(first, second) or (first.isalpha() and second.isdecimal()) or (first.isdecimal() and second.isalpha())
