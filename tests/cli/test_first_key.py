"""Two processes that find a party without a key: one of them makes it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import IO, cast

import pytest

from comity.flow.books import open as open_book
from comity.ledger.book import Book
from comity.ledger.sqlite import SQLiteStore
from tests.serve.staff import PASSWORD

ROOT = Path(__file__).resolve().parents[2]
_PROGRAM = """
import sys
from comity.cli import main
from comity.ledger.book import Book
from comity.ledger.sqlite import SQLiteStore

where, name = {"Book": Book, "SQLiteStore": SQLiteStore}[sys.argv[1]], sys.argv[2]
plainly = getattr(where, name)

def held(*words, **more):
    setattr(where, name, plainly)
    print("held", flush=True)
    sys.stdin.readline()
    return plainly(*words, **more)

setattr(where, name, held)
sys.exit(main(["serve", *sys.argv[3:]]))
"""


def adding(book: Path, account: str, where: type, name: str) -> subprocess.Popen[str]:
    """A process that adds the first account of Estonia, and is held where it calls a method for the first time."""
    words = [sys.executable, "-c", _PROGRAM, where.__name__, name, "--book", str(book), "--add-account", "EST", account]
    pipe = subprocess.PIPE
    one = subprocess.Popen(words, stdin=pipe, stdout=pipe, stderr=pipe, text=True, cwd=ROOT, env=dict(os.environ))
    said(one, PASSWORD)
    assert cast("IO[str]", one.stdout).readline() == "held\n"
    return one


def said(one: subprocess.Popen[str], line: str) -> None:
    told = cast("IO[str]", one.stdin)
    told.write(f"{line}\n")
    told.flush()


@pytest.mark.parametrize("where", [(Book, "introduce"), (SQLiteStore, "writing")], ids=["looked", "about to write"])
def test_of_two_processes_that_make_a_first_key_at_once_one_makes_it(tmp_path: Path, where: tuple[type, str]) -> None:
    path = tmp_path / "b.comity"
    open_book(path, create=True).close()
    both = [adding(path, name, *where) for name in ("mari", "jaan")]
    for one in both:
        out, err = one.communicate("\n", timeout=60)
        assert (one.returncode, err) == (0, ""), out
    book = open_book(path)
    try:
        assert len([key for key in book.keys if key.party == "EST"]) == 1
        assert {name: whose for name, whose in book.keyring.held().items() if whose == "EST"} == {
            key.id: "EST" for key in book.keys if key.party == "EST"
        }
        assert len(book.view("EST").records(["appointment"])) == 2
    finally:
        book.close()
