"""`comity serve`: the first account, providers, and the keys it opens before it serves."""

from __future__ import annotations

import io
import socket
import stat
import sys
from pathlib import Path

import pytest

from comity.cli import main
from comity.errors import Malformed, Unavailable
from comity.serve import serving
from comity.serve.accounts import Accounts, Person
from comity.serve.desk import Desk
from comity.serve.roles import EVERY, roles_of

Captured = pytest.CaptureFixture[str]
PASSWORD = "a password for tests"
PROVIDER = """\
issuer: https://login.example.mil
client: comity
party: {party}
person: sub
address: https://comity.example.mil
secret_env: COMITY_OIDC_SECRET
"""


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> list[Desk]:
    """A new book, here; and the desks that would be served."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COMITY_PASSPHRASE", raising=False)
    monkeypatch.setenv("COMITY_OIDC_SECRET", "x")
    desks: list[Desk] = []
    monkeypatch.setattr(serving, "serve", lambda desk, *_: desks.append(desk))
    assert main(["ledger", "new", "b.comity"]) == 0
    capsys.readouterr()
    return desks


def first_account(monkeypatch: pytest.MonkeyPatch, party: str = "EST", name: str = "mari") -> int:
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{PASSWORD}\n"))
    return main(["serve", "--book", "b.comity", "--add-account", party, name])


def test_the_first_account_has_every_role_and_its_nation_a_key(
    served: list[Desk], monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    assert first_account(monkeypatch) == 0
    said = capsys.readouterr().out
    assert "EST: key " in said
    assert "mari acts for EST, in every role." in said
    assert first_account(monkeypatch, name="jaan") == 0
    assert "key" not in capsys.readouterr().out, "the nation has one now"
    assert main(["serve", "--book", "b.comity"]) == 0
    (desk,) = served
    for name in ("mari", "jaan"):
        person = desk.accounts.check("EST", name, PASSWORD)
        assert roles_of(person, desk.view(["EST"])) == EVERY
    assert stat.S_IMODE(Path("b.comity.accounts").stat().st_mode) == 0o600


@pytest.mark.parametrize("case", [("XXX", "mari", "'XXX' is no party"), ("EST", "a\nb", "no name")])
def test_a_first_account_that_cannot_be_is_refused_and_leaves_nothing(
    served: list[Desk], monkeypatch: pytest.MonkeyPatch, capsys: Captured, case: tuple[str, str, str]
) -> None:
    party, name, says = case
    assert first_account(monkeypatch, party, name) == 2
    assert says in capsys.readouterr().err
    assert not Path("b.comity.keys").exists() or not list(Path("b.comity.keys").glob(f"{party}-*"))
    assert served == []


def test_a_key_under_a_passphrase_is_opened_first_and_one_that_stays_closed_is_told(
    served: list[Desk], monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.setenv("COMITY_PASSPHRASE", "a phrase")
    assert main(["keys", "generate", "EST", "--book", "b.comity"]) == 0
    assert main(["serve", "--book", "b.comity"]) == 0
    monkeypatch.delenv("COMITY_PASSPHRASE")
    assert "Nothing can be signed" not in capsys.readouterr().err
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    assert main(["serve", "--book", "b.comity"]) == 0
    assert "Nothing can be signed for EST here: a passphrase is needed" in capsys.readouterr().err
    opened, closed = served
    line = {"report": {"by": "EST", "says": "x"}}
    person = Person("mari", "EST")
    assert opened.sign(person, opened.draft(person, [line], "", "/"))
    assert closed.book.keyring.has(next(iter(closed.book.keys.live("EST", 99))).id)


def test_providers_are_read_one_for_each_party(served: list[Desk], capsys: Captured) -> None:
    for party in ("EST", "FIN", "XXX"):
        Path(f"{party}.yaml").write_text(PROVIDER.format(party=party), encoding="utf-8")
    serve = ["serve", "--book", "b.comity", "--https"]
    assert main([*serve, "--oidc", "EST.yaml", "--oidc", "FIN.yaml"]) == 0
    (desk,) = served
    assert [one.party for one in desk.settings.providers] == ["EST", "FIN"]
    assert desk.settings.secure_cookies
    for files, says in ((("XXX",), "'XXX' is no party"), (("EST", "EST"), "EST has two providers")):
        assert main([*serve, *(word for file in files for word in ("--oidc", f"{file}.yaml"))]) == 2
        assert says in capsys.readouterr().err


def test_accounts_of_another_version_are_not_touched(served: list[Desk], capsys: Captured) -> None:
    made = Accounts(Path("b.comity.accounts"), lambda: 0)
    made._db.execute("PRAGMA user_version = 7")
    made.close()
    assert main(["serve", "--book", "b.comity"]) == 2
    assert "accounts of version 7" in capsys.readouterr().err
    assert served == []


@pytest.mark.parametrize("port", [-1, 0, 65_536, 99_999])
def test_what_is_no_port_is_told(port: int) -> None:
    with pytest.raises(Malformed, match=f"{port} is no port; name one from 1 to 65535"):
        serving.free_port("127.0.0.1", port)


def test_a_port_that_is_taken_is_told() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        with pytest.raises(Unavailable, match=f"port {taken} cannot be had"):
            serving.free_port("127.0.0.1", taken)
