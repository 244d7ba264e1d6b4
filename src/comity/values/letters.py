"""Letters that hide something in a text: what would turn, join or blank out others."""

from __future__ import annotations

import unicodedata


def hides(letter: str) -> bool:
    """Whether a letter is no line break or tab, and yet shows nothing of its own."""
    return letter not in "\n\t" and unicodedata.category(letter) in {"Cc", "Cf", "Co", "Zl", "Zp"}


def laid_open(text: object) -> str:
    """A text in which nothing is hidden: what would turn, join or blank out letters stands as its number, [U+202E].

    So nobody signs words that read otherwise than they are. Line breaks and tabs stay.
    """
    return "".join(f"[U+{ord(one):04X}]" if hides(one) else one for one in str(text))
