"""`comity keys` as its user meets it: who may sign, on this machine, and from when on no more."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from comity.cli import keys, main

Captured = pytest.CaptureFixture[str]
NOTE = "- note: {by: GBR, says: hello}\n"


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> str:
    """A new book, and a file with one fact of GBR's."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COMITY_PASSPHRASE", raising=False)
    Path("note.yaml").write_text(NOTE, encoding="utf-8")
    assert main(["ledger", "new", "b.comity"]) == 0
    capsys.readouterr()
    return "b.comity"


def do(capsys: Captured, *words: str, code: int = 0) -> str:
    """What a command says on stdout, and that it ends with a code."""
    assert main(list(words)) == code
    return capsys.readouterr().out


def generated(book: str, capsys: Captured, party: str = "GBR") -> str:
    """The id of a new key."""
    return str(json.loads(do(capsys, "keys", "generate", party, "--book", book, "--json"))["id"])


def notes(book: str, capsys: Captured) -> int:
    return int(
        json.loads(do(capsys, "ledger", "list", "--book", book, "--as", "GBR", "--kind", "note", "--json"))["count"]
    )


def test_a_party_signs_once_it_has_a_key(book: str, capsys: Captured) -> None:
    do(capsys, "ledger", "record", "--book", book, "note.yaml", code=2)
    key = generated(book, capsys)
    do(capsys, "ledger", "record", "--book", book, "note.yaml")
    listed = {one["party"]: one for one in json.loads(do(capsys, "keys", "list", "--book", book, "--json"))}
    assert (listed["GBR"]["id"], listed["GBR"]["state"], listed["GBR"]["at_hand"]) == (key, "live", True)
    assert f"{key}  GBR  live, at hand" in do(capsys, "keys", "list", "--book", book)


def test_what_a_revoked_key_signs_is_refused_and_what_it_signed_stands(book: str, capsys: Captured) -> None:
    key = generated(book, capsys)
    do(capsys, "ledger", "record", "--book", book, "note.yaml")
    do(capsys, "keys", "revoke", key, "--book", book)
    assert main(["ledger", "record", "--book", book, "note.yaml"]) == 2
    assert "there is no key for GBR here" in capsys.readouterr().err
    assert notes(book, capsys) == 1
    assert main(["keys", "revoke", key, "--book", book]) == 1
    assert "was revoked or replaced before" in capsys.readouterr().err
    generated(book, capsys)
    do(capsys, "ledger", "record", "--book", book, "note.yaml")
    assert notes(book, capsys) == 2


def test_a_copy_of_the_revoked_key_signs_nothing_either(book: str, capsys: Captured) -> None:
    key = generated(book, capsys)
    path = Path(f"{book}.keys") / f"GBR-{key}.pem"
    stolen = path.read_bytes()
    do(capsys, "keys", "revoke", key, "--book", book)
    path.unlink()
    path.write_bytes(stolen)
    path.chmod(0o600)
    do(capsys, "ledger", "record", "--book", book, "note.yaml", code=2)
    assert notes(book, capsys) == 0


def test_a_key_is_replaced_by_a_new_one_which_it_signs_for(book: str, capsys: Captured) -> None:
    old = generated(book, capsys)
    new = json.loads(do(capsys, "keys", "rotate", "GBR", "--book", book, "--json"))["id"]
    states = {one["id"]: one["state"] for one in json.loads(do(capsys, "keys", "list", "--book", book, "--json"))}
    assert (states[old], states[new]) == ("revoked or replaced", "live")
    do(capsys, "ledger", "record", "--book", book, "note.yaml")


def test_the_book_revokes_a_key_that_is_not_at_hand_any_more(book: str, capsys: Captured) -> None:
    key = generated(book, capsys)
    (Path(f"{book}.keys") / f"GBR-{key}.pem").unlink()
    assert main(["keys", "revoke", key, "--book", book]) == 1
    assert "no live key of GBR here" in capsys.readouterr().err
    do(capsys, "keys", "revoke", key, "--book", book, "--by-node")


def test_a_key_under_a_passphrase_opens_with_it_alone(
    book: str, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMITY_PASSPHRASE", "correct horse")
    generated(book, capsys)
    do(capsys, "ledger", "record", "--book", book, "note.yaml")
    monkeypatch.setenv("COMITY_PASSPHRASE", "wrong")
    do(capsys, "ledger", "record", "--book", book, "note.yaml", code=2)
    monkeypatch.delenv("COMITY_PASSPHRASE")
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    assert main(["ledger", "record", "--book", book, "note.yaml"]) == 2
    assert "set COMITY_PASSPHRASE" in capsys.readouterr().err
    assert notes(book, capsys) == 1


def test_a_passphrase_is_asked_for_twice_at_a_terminal(
    book: str, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = iter(["one", "other", "same", "same", "same"])
    monkeypatch.setattr(keys, "_ask", lambda _: next(typed).encode())
    assert main(["keys", "generate", "GBR", "--book", book, "--ask"]) == 2
    assert "differ" in capsys.readouterr().err
    assert "under a passphrase" in do(capsys, "keys", "generate", "GBR", "--book", book, "--ask")
    do(capsys, "ledger", "record", "--book", book, "note.yaml")


BAD = {
    "no such key": (["revoke", "0" * 16, "--book", "b.comity"], 2, "there is no key"),
    "a party without a key": (["rotate", "USA", "--book", "b.comity"], 1, "there is no key for USA"),
    "no party": (["generate", " ", "--book", "b.comity"], 2, "is no party"),
    "no such book": (["list", "--book", "nowhere"], 2, "nowhere"),
    "a passphrase as an argument": (["generate", "GBR", "--book", "b.comity", "--passphrase=x"], 2, "unrecognized"),
}


@pytest.mark.parametrize(("words", "code", "says"), BAD.values(), ids=BAD)
def test_what_cannot_be_done_says_why(words: list[str], code: int, says: str, book: str, capsys: Captured) -> None:
    assert book == "b.comity"
    assert main(["keys", *words]) == code
    assert says in capsys.readouterr().err


def test_a_key_that_stays_live_beside_a_new_one_is_told(book: str, capsys: Captured) -> None:
    first = generated(book, capsys)
    said = do(capsys, "keys", "generate", "GBR", "--book", book)
    assert f"still live as well: {first}" in said
    assert f"still live as well: {first}" in do(capsys, "keys", "rotate", "GBR", "--book", book)
    do(capsys, "keys", "revoke", first, "--book", book)
    assert "still live" not in do(capsys, "keys", "rotate", "GBR", "--book", book)


def test_the_only_key_of_a_book_is_not_revoked_but_replaced(book: str, capsys: Captured) -> None:
    (own,) = [one["id"] for one in json.loads(do(capsys, "keys", "list", "--book", book, "--json"))]
    assert main(["keys", "revoke", own, "--book", book]) == 1
    assert "`comity keys rotate book` makes a new one" in capsys.readouterr().err
    do(capsys, "keys", "rotate", "book", "--book", book)
    generated(book, capsys)
    do(capsys, "ledger", "record", "--book", book, "note.yaml")
    do(capsys, "ledger", "verify", "--book", book)


NO_PARTY = {
    "words": ("not a party!", "no party's code"),
    "other letters": ("gbr", "write GBR"),
    "the book": ("book", ""),
}


@pytest.mark.parametrize("case", NO_PARTY.values(), ids=NO_PARTY)
def test_no_key_is_made_for_what_is_no_party(case: tuple[str, str], book: str, capsys: Captured) -> None:
    party, says = case
    assert main(["keys", "generate", party, "--book", book]) == 2
    assert says in capsys.readouterr().err
    assert len(json.loads(do(capsys, "keys", "list", "--book", book, "--json"))) == 1
