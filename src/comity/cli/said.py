"""Answers for people, line by line, as a terminal shows them.

Rules:
1. Nobody's words steer the terminal or hide in it: a letter that shows nothing of its own stands as its number.
2. A line break in somebody's words begins a line that is marked as more of the same, so that no words pass for an
   answer's own lines.
3. Nobody's words fill the terminal: of a line beyond the measure its beginning is shown, with how long it is and where
   the whole is (`--json`).
4. On a terminal a line is broken at its width, further in, and an over-long word where the width ends. Elsewhere (a
   file, a pipe) a line stays one.
"""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Iterable, Iterator

from comity.values.letters import laid_open

MOST = 2_000
"""So many characters of a line are shown: rule 3."""
NARROWEST = 40


def say(lines: Iterable[str]) -> None:
    """Print an answer."""
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    for line in lines:
        for part in told(line, width):
            print(part)


def told(line: str, width: int | None = None) -> Iterator[str]:
    """A line of an answer as it is shown: rules 1 to 4.

    Args:
        line: the line, which may hold others' words.
        width: of the terminal, in characters; None where it is none.
    """
    first, *more = _measured(line).replace("\r\n", "\n").split("\n")
    inner = " " * (len(first) - len(first.lstrip(" ")) + 4)
    for part in (first, *(f"{inner}| {one}" for one in more)):
        yield from _broken(laid_open(part), inner, width)


def _measured(line: str) -> str:
    """Rule 3."""
    return line if len(line) <= MOST else f"{line[:MOST]}… ({len(line):,} characters; `--json` tells the whole)"


def _broken(text: str, inner: str, width: int | None) -> list[str]:
    """Rule 4."""
    if width is None or len(text) <= max(width, NARROWEST):
        return [text]
    at = max(width, NARROWEST)
    return textwrap.wrap(text, at, subsequent_indent=inner, break_on_hyphens=False, replace_whitespace=False)
