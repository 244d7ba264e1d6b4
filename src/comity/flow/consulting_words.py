"""How much a statement of a consultation may say, so that nobody's words fill everybody's page.

Rules:
1. A name, a title, a place or any other line has at most 300 characters and is one line: no line break, no tab, no
   control character.
2. What is said in words has at most 20,000 characters, and the text that goes with what is put under silence a million;
   both may have lines and tabs, and no other control character.
3. This binds what is stated here. What arrives by other ways is shown shortened, and never left out.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping

from comity.errors import Malformed
from comity.instruments.consultation import facts as f
from comity.instruments.consultation.acts import Statement

LINE, SAID, TEXT = 300, 20_000, 1_000_000
TEXTS = {"says": SAID, "asks": SAID, "text": TEXT}
NAMES = {(f.DOCUMENT, "document"), (f.MEETING, "meeting"), (f.TASK, "task")}
"""Fields of facts that whoever states them calls `name`."""


def bounded(one: Statement) -> None:
    """Refuse words beyond their measure: rules 1 and 2.

    Raises:
        Malformed: a field says too much, or what it may not; the field and the limit are named.
    """
    for field, value in one.body.items():
        for path, words in _words("name" if (one.kind, field) in NAMES else field, value):
            _measured(path, words, TEXTS.get(field, LINE))


def _words(path: str, value: object) -> Iterator[tuple[str, str]]:
    """Every text in a value, each with its path."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield path, str(name)
            yield from _words(f"{path}.{name}", inner)
    elif isinstance(value, list | tuple):
        for number, inner in enumerate(value, start=1):
            yield from _words(f"{path}[{number}]", inner)


def _measured(path: str, words: str, most: int) -> None:
    if len(words) > most:
        step = f"write at most {most:,} characters" + (
            ", and the rest in words or in a document" if most == LINE else ""
        )
        raise Malformed(f"has {len(words):,} characters; the limit is {most:,}", field=path[:LINE], next_step=step)
    allowed = "" if most == LINE else "\r\n\t"
    for place, letter in enumerate(words, start=1):
        if letter not in allowed and unicodedata.category(letter) in {"Cc", "Zl", "Zp"}:
            what = f"U+{ord(letter):04X} at character {place} is a control character"
            step = "write it on one line, without it" if most == LINE else "leave it out; line breaks and tabs may stay"
            raise Malformed(what, field=path[:LINE], next_step=step)
