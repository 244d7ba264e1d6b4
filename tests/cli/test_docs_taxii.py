"""The page on TAXII (docs/taxii.md) is true: its files are written, its commands run, its questions asked and answered.

Rules:
1. A fence `json NAME` or `yaml NAME` is a file, in which `$KEY_OF_PARTY` is the public key in the party's book; a fence
   `sh` holds commands, one a line; a fence `json` after a question shows what is told, where `...` stands for anything.
2. `comity taxii serve` serves from then on, on a port that is free; the page's `localhost:8420` is that.
"""

from __future__ import annotations

import io
import json
import re
import shlex
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from comity.cli import main
from comity.flow.books import open as open_book
from comity.flow.recalling import owed_to
from comity.instruments.intelligence.shelf import Shelf
from comity.serve.accounts import Accounts
from comity.serve.desk import Desk, Settings
from tests.serve.staff import PASSWORD
from tests.serve.taxii_nodes import serving
from tests.serve.test_docs_http import holds

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "taxii.md").read_text("utf-8")
FENCE = re.compile(r"^```(sh|json|yaml)(?: (\S+))?\n(.*?)^```", re.MULTILINE | re.DOTALL)


KEY = re.compile(r"\$KEY_OF_([A-Z]{3})")


def public_key(party: str) -> str:
    """The public key of a party in the book that is called after it."""
    book = open_book(f"{party.lower()}.comity")
    try:
        return next(key.public.hex() for key in book.keys if key.party == party)
    finally:
        book.close()


class Reader:
    """Who follows the page, in an empty folder."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack, self.url, self.told = stack, "", object()
        self.codes: list[int] = []

    def follow(self, kind: str, name: str, text: str) -> None:
        """One fence: rules 1 and 2."""
        if name:
            Path(name).write_text(KEY.sub(lambda found: public_key(found[1]), text))
        elif kind == "json":
            assert holds(json.loads(text.replace("http://localhost:8420", self.url)), self.told), self.told
        else:
            for line in text.splitlines():
                self._run(
                    shlex.split(line.replace("http://localhost:8420", self.url).replace("$PASSWORD", f"'{PASSWORD}'"))
                )

    def _run(self, words: list[str]) -> None:
        if words[0] == "curl":
            user, _, password = words[2].partition(":")
            self.told = httpx.get(words[3], auth=(user, password)).json()
        elif words[1:3] == ["taxii", "serve"]:
            book = open_book(words[4])
            desk = Desk(book, Accounts(Path(f"{words[4]}.accounts"), book.clock), Settings())
            self.url = self._stack.enter_context(serving(desk)).url
        else:
            self.codes.append(main(words[1:]))


@pytest.fixture
def followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Reader]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COMITY_TAXII_PASSWORD", PASSWORD)
    monkeypatch.delenv("COMITY_PASSPHRASE", raising=False)
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{PASSWORD}\n"))
    with ExitStack() as stack:
        reader = Reader(stack)
        for kind, name, text in FENCE.findall(PAGE):
            reader.follow(kind, name, text)
        yield reader


def test_the_page_is_true(followed: Reader) -> None:
    assert set(followed.codes) == {0}
    assert len(followed.codes) >= 20
    for path, party, expected in (("est.comity", "EST", 1), ("pol.comity", "POL", 2), ("pol.comity", "EST", 0)):
        book = open_book(path)
        assert len(Shelf.of(book.view(party)).ids()) == expected, (path, party)
        book.close()


def test_what_was_taken_back_is_destroyed_and_poland_knows(followed: Reader) -> None:
    book = open_book("pol.comity")
    assert [(one.party, one.state, one.outstanding) for one in owed_to(book, "POL")] == [("EST", "destroyed", False)]
    book.close()


def test_what_was_pushed_and_taken_back_is_hidden_there_and_estonia_knows(followed: Reader) -> None:
    book = open_book("est.comity")
    (owed,) = owed_to(book, "EST")
    assert owed.there is not None
    assert (owed.party, owed.state, owed.there.done, owed.outstanding) == ("POL", "hidden", "hidden there", True)
    book.close()
