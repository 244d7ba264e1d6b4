"""What the letters of a portion hide: signs nobody sees, lines that look empty, and marks written in other letters.

Rules:
1. A letter that shows nothing is taken out and told, but for what joins letters of scripts that need it: words could
   travel in them.
2. Letters that turn the order of others leave a portion to its originator: it may read otherwise than it stands there.
3. After a line that shows nothing, and at the end of a page, a paragraph begins anew, without the mark above.
4. What would be a mark if it were written in other letters or brackets, in small letters or without any, leaves the
   portion to its originator.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace

from comity.formats.portioned import Portion, Portioned, portion
from comity.values.letters import hides

_JOINERS = "\u200c\u200d"
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_BLANK = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\uffa0\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_BREAKS = re.compile("\r\n?|[\x0b\x85\u2028]")
_PAGES = re.compile("[\x0c\u2029]")
_EMPTY = re.compile(r"\n\s*\n")
_ALIKE = str.maketrans(
    "\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0425\u0405\u0406\u0408"
    "\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7\u054d",
    "ABEKMHOPCTXSIJABEZHIKMNOPTYXU",
)
"""Cyrillic, Greek and Armenian capitals, and the Latin ones that they look like."""
_OPENS, _CLOSES = "[({<\u00ab\u2039\u3010\u3014\u300c\u27e8", r"\])}>\u00bb\u203a\u3011\u3015\u300d\u27e9"
_BEGINS = re.compile(rf"\W*?[{re.escape(_OPENS)}]\s*([^{_CLOSES}]{{1,200}}?)\s*[{_CLOSES}]")
_BARE = re.compile(
    r"\W*?((?:[A-Z][A-Z ,\-]*)?//[A-Z][A-Z ,/\-]*|[A-Z][A-Z\-]*//[A-Z][A-Z ,/\-]*)(?=[\s:.\u2013\u2014-]|$)"
)
_TURNED = "letters in it turn the order of others"


def laid_bare(found: Portioned) -> Portioned:
    """What was read, with nothing hidden in it: rules 1 to 3."""
    hidden = sum(_hidden(one.text) for one in found.portions)
    left = (f"{hidden} letter that nobody sees",) if hidden else ()
    portions = tuple(block for one in found.portions for block in _blocks(one))
    return replace(found, portions=portions, left=(*found.left, *left))


def _blocks(one: Portion) -> Iterator[Portion]:
    doubt = _TURNED if _TURNING.intersection(one.text) else one.doubt
    text = _PAGES.sub("\n\n", _BREAKS.sub("\n", one.text))
    first, *others = [block for block in _EMPTY.split(_shown(text)) if block.strip()] or [""]
    yield replace(
        portion(first, one.place, one.level) if one.mark is None else replace(one, text=first.strip()), doubt=doubt
    )
    for number, block in enumerate(others, start=2):
        yield replace(portion(block, f"{one.place}, block {number}", one.level), doubt=doubt)


def _shown(text: str) -> str:
    """A text without what shows nothing: rule 1."""
    kept = (
        letter
        for place, letter in enumerate(text)
        if not _shows_nothing(letter) or (letter in _JOINERS and _joins(text, place))
    )
    return "".join(kept)


def _shows_nothing(letter: str) -> bool:
    return hides(letter) or _BLANK.match(letter) is not None


def _joins(text: str, place: int) -> bool:
    """Whether a joiner stands between two letters of a script that may need it."""
    around = text[max(place - 1, 0) : place], text[place + 1 : place + 2]
    return all(one > "\u02ff" and unicodedata.category(one)[0] in "LM" for one in around)


def _hidden(text: str) -> int:
    plain = _BREAKS.sub("\n", _PAGES.sub("\n", text))
    return len(plain) - len(_shown(plain))


def like_a_mark(text: str, reads: Callable[[str], bool]) -> bool:
    """Whether a text begins with what would be a mark if it were written as marks are: rule 4.

    Args:
        text: the text.
        reads: whether something in parentheses is read as a mark.
    """
    plain = unicodedata.normalize("NFKC", _shown(text)).translate(_ALIKE)
    found = _BEGINS.match(plain)
    if found is not None:
        inner = " ".join(found[1].upper().translate(_ALIKE).split())
        return "//" in inner or reads(f"({inner})")
    return _BARE.match(plain) is not None
