"""Answers for people, line by line, as a terminal shows them.

Rules:
1. Nobody's words steer the terminal or hide in it: a letter that shows nothing of its own stands as its number.
2. A line break in somebody's words begins a line that is marked as more of the same, so that no words pass for an
   answer's own lines.
3. Nobody's words fill the terminal: of a line beyond the measure its beginning is shown, with how long it is and where
   the whole is (`--json`).
4. On a terminal a line is broken at its width, further in, and an over-long word where the width ends. Elsewhere (a
   file, a pipe) a line stays one.
5. JSON on a terminal says the same data with what rule 1 is about as JSON's own escapes; elsewhere it is what was made,
   to the byte.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import textwrap
from collections.abc import Callable, Iterable, Iterator

from comity.values.letters import hides, laid_open

MOST = 2_000
"""So many characters of a line are shown: rule 3."""
NARROWEST = 40


def say(lines: Iterable[str]) -> None:
    """Print an answer."""
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    for line in lines:
        for part in told(line, width):
            print(part)


def say_json(
    data: object,
    *,
    indent: int | None = 2,
    ascii_only: bool = False,
    default: Callable[[object], object] | None = None,
) -> None:
    """Print an answer as JSON: rule 5.

    Args:
        data: the answer.
        indent: how far each level stands further in; None for one line.
        ascii_only: every letter beyond ASCII as its escape, elsewhere too.
        default: what becomes of a value that JSON does not have.
    """
    text = json.dumps(data, indent=indent, ensure_ascii=ascii_only, default=default)
    print(escaped(text) if sys.stdout.isatty() else text)


def say_stated(args: argparse.Namespace, stated: str) -> None:
    """Print the id of what was stated, as JSON where `args.json` says so."""
    if args.json:
        say_json({"stated": stated}, indent=None)
    else:
        say([f"Stated: {stated}"])


def escaped(text: str) -> str:
    """JSON in whose strings nothing is hidden, and which says the same: rule 5."""
    return "".join(_escape(one) if hides(one) else one for one in text)


def _escape(letter: str) -> str:
    """A letter as JSON escapes it; of one beyond sixteen bits, its two halves."""
    halves = letter.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{halves[at] << 8 | halves[at + 1]:04x}" for at in range(0, len(halves), 2))


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
