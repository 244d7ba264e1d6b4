"""Errors and remedies in French: every one that the code which answers pages may raise has its French.

They are read off the code, with a code of a party in each place. Fails when somebody words an error anew: add it to
``src/comity/serve/words/fr/errors.yaml`` in the same change.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import comity
from comity.serve import words
from comity.serve.sentences import Piece

SOURCE = Path(comity.__file__).parent
ERRORS = {"Malformed", "Refused", "Impossible", "Unavailable"}
SHOWN = (
    "serve/*.py", "serve/routes/*.py", "flow/*.py", "instruments/*/*.py", "casebook/agreement.py",
    "casebook/places.py", "casebook/consents.py", "casebook/compiling.py", "values/*.py", "formats/stix.py",
    "formats/packed.py", "formats/intelligence_rules.py",
)  # fmt: skip
KEEPERS = {
    "serve/accounts.py", "serve/oidc_file.py", "serve/serving.py", "instruments/consultation/outcome.py",
    "values/canonical.py",
}  # fmt: skip
"""What only the keeper of an installation, or whoever checks a bundle or bytes, is told: on a terminal."""
STILL_ENGLISH = {
    "ABC is no ABC that is known here", "ABC is not to be released to ABC", "ABC ABC",
    "ABC is ABC, and a condition compares it with ABC", "give ABC as ABC", "ABCallowed: ABC",
    "see `comity agreements list --book FILE --as`", "see `comity consultation list`", "holds no document",
    "add it by `comity agreements add`", "its document has another id, ABC", "state it again",
    "ABC is not ABC",
}  # fmt: skip
"""A list to shorten: errors of the command line, and those put together from parts."""


def text_of(node: ast.expr) -> str | None:
    """A string as it would read, with a code in each place; None for what is no string."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(str(part.value) if isinstance(part, ast.Constant) else "ABC" for part in parts)
    return None


def errors(file: Path) -> Iterator[str]:
    """The messages and remedies of the errors that a file raises, of more than one word."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ERRORS:
            remedies = (keyword.value for keyword in node.keywords if keyword.arg == "next_step")
            found = (text_of(given) for given in (*node.args[:1], *remedies))
            yield from (text for text in found if text and " " in text)


FILES = {
    name: file
    for pattern in SHOWN
    for file in sorted(SOURCE.glob(pattern))
    if (name := file.relative_to(SOURCE).as_posix()) not in KEEPERS and any(errors(file))
}


def english(text: str) -> bool:
    return words.sentences("fr").of(text) == (Piece(text, english=True),)


@pytest.mark.parametrize("name", FILES)
def test_errors_have_their_french(name: str) -> None:
    assert [text for text in errors(FILES[name]) if english(text) and text not in STILL_ENGLISH] == []


def test_the_list_of_exceptions_shrinks_with_what_is_done() -> None:
    every = {text for file in FILES.values() for text in errors(file)}
    assert {text for text in STILL_ENGLISH if text not in every or not english(text)} == set()


def test_there_are_enough() -> None:
    assert len({text for file in FILES.values() for text in errors(file)}) > 200
