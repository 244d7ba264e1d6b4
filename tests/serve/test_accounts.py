"""Accounts, sessions and tokens, in memory and in a file."""

from __future__ import annotations

import sqlite3
import stat
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from comity.errors import Malformed, Refused
from comity.serve.accounts import ANSWER_LASTS, LASTS, PATIENCE, TOKEN_LASTS, Accounts, Person
from comity.serve.patience import QUARTER, REMEMBERED, Patience
from comity.values.instant import DAY, SECOND
from tests.serve.desks import START, Standing

QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
MARI, WORD, WRONG = Person("mari", "EST"), "a long password", "another password"


def accounts(path: Path | None = None, hasher: PasswordHasher | None = QUICK) -> tuple[Accounts, Standing]:
    clock = Standing(START)
    made = Accounts(path, clock, hasher)
    made.add(MARI, WORD)
    return made, clock


def refusal(made: Accounts, name: str = "mari", party: str = "EST", password: str = WRONG) -> str:
    with pytest.raises(Refused) as told:
        made.check(party, name, password)
    return str(told.value)


def test_whoever_knows_the_password_signs_in() -> None:
    made, _ = accounts()
    assert made.check("EST", "mari", WORD) == MARI
    assert made.check("EST", " mari ", WORD) == MARI
    assert "wrong" in refusal(made, party="FIN", password=WORD)


def test_the_wait_doubles_up_to_an_hour_and_a_right_password_ends_it() -> None:
    made, clock = accounts()
    for _ in range(PATIENCE):
        assert "the name or the password is wrong" in refusal(made)
    for number in range(20):
        wait = min(2**number, 3600) * SECOND
        clock.now += wait - 1
        assert "too many" in refusal(made, password=WORD), number
        clock.now += 1
        assert "the name or the password is wrong" in refusal(made), number
    clock.now += 3600 * SECOND
    assert made.check("EST", "mari", WORD) == MARI
    assert "the name or the password is wrong" in refusal(made), "it begins anew"
    assert made.check("EST", "mari", WORD) == MARI


def test_failures_are_forgotten_a_day_later() -> None:
    made, clock = accounts()
    for _ in range(PATIENCE - 1):
        refusal(made)
    clock.now += DAY + 1
    for _ in range(PATIENCE):
        refusal(made)
    assert "too many" in refusal(made)


def test_a_name_nobody_has_is_told_the_same_at_every_step() -> None:
    made, clock = accounts()
    told: list[tuple[str, str]] = []
    for _ in range(12):
        told.append((refusal(made), refusal(made, "nobody")))
        clock.now += 3 * SECOND
    assert all(known == unknown for known, unknown in told)
    assert any("too many" in known for known, _ in told)


def test_a_name_nobody_has_takes_as_long() -> None:
    made, clock = accounts(hasher=None)

    def took(name: str) -> float:
        clock.now += DAY
        begun = time.perf_counter()
        refusal(made, name)
        return time.perf_counter() - begun

    known, unknown = (min(took(name) for _ in range(3)) for name in ("mari", "nobody"))
    assert 1 / 3 < known / unknown < 3


def test_many_tries_at_once_gain_nothing() -> None:
    made, _ = accounts()
    with ThreadPoolExecutor(16) as pool:
        told = Counter(pool.map(lambda _: refusal(made).split(":")[1].split(";")[0].strip(), range(40)))
    assert told == {"the name or the password is wrong": PATIENCE, "too many wrong passwords": 40 - PATIENCE}


def test_two_nations_may_each_have_a_person_of_one_name() -> None:
    made, _ = accounts()
    other = Person("mari", "FIN")
    session, token = made.open_session(MARI), made.make_token(MARI)
    made.add(other, "the Finnish password")
    assert made.check("EST", "mari", WORD) == MARI
    assert made.check("FIN", "mari", "the Finnish password") == other
    for _ in range(PATIENCE + 1):
        refusal(made, party="FIN")
    made.remove(other)
    assert made.check("EST", "mari", WORD) == MARI
    assert made.session(session) == MARI
    assert made.token(token) == MARI
    assert (made.people("EST"), made.people("FIN")) == (["mari"], [])


def test_a_session_ends_when_it_is_closed_and_after_half_a_day() -> None:
    made, clock = accounts()
    one, two = made.open_session(MARI), made.open_session(MARI)
    made.close_session(one)
    assert (made.session(one), made.session(two)) == (None, MARI)
    clock.now += LASTS
    assert made.session(two) is None
    assert made.session("") is None


def test_a_new_password_ends_sessions_and_tokens() -> None:
    made, _ = accounts()
    session, token = made.open_session(MARI), made.make_token(MARI)
    with pytest.raises(Refused, match="wrong"):
        made.change(MARI, WRONG, "the next password")
    with pytest.raises(Malformed, match="too short"):
        made.change(MARI, WORD, "short")
    assert made.session(session) == made.token(token) == MARI
    made.change(MARI, WORD, "the next password")
    assert made.session(session) is made.token(token) is None
    assert made.check("EST", "mari", "the next password") == MARI
    refusal(made, password=WORD)


def test_tokens_are_listed_and_revoked_by_their_owner_alone() -> None:
    made, clock = accounts()
    other = Person("jaan", "EST")
    secret = made.make_token(MARI, "the nightly import")
    clock.now += SECOND
    made.make_token(MARI)
    (first, second), own = made.tokens(MARI), made.make_token(other)
    assert (first.says, first.ends - first.made) == ("the nightly import", TOKEN_LASTS)
    assert secret not in repr(first)
    made.revoke_token(other, first.name)
    assert made.token(secret) == MARI, "another's token is left alone"
    made.revoke_token(MARI, first.name)
    assert made.token(secret) is None
    assert made.tokens(MARI) == [second]
    clock.now += TOKEN_LASTS
    assert made.token(own) is None
    assert made.tokens(other) == []


def test_a_closed_account_ends_everything() -> None:
    made, _ = accounts()
    session, token = made.open_session(MARI), made.make_token(MARI)
    made.remove(MARI)
    assert made.session(session) is made.token(token) is None
    refusal(made, password=WORD)


@pytest.mark.parametrize("name", ["", " ", "a\nb", "a\u202eb", "x" * 201, " mari", "mari "])
def test_a_name_that_could_deceive_is_none(name: str) -> None:
    made, _ = accounts()
    with pytest.raises(Malformed):
        made.add(Person(name, "EST"), WORD)


def test_the_file_is_for_its_owner_alone_and_holds_no_secret(tmp_path: Path) -> None:
    path = tmp_path / "book.accounts"
    made, clock = accounts(path)
    secrets = [made.open_session(MARI), made.make_token(MARI), WORD]
    refusal(made)
    made.close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not [secret for secret in secrets if secret.encode() in path.read_bytes()]
    path.chmod(0o644)
    again = Accounts(path, clock, QUICK)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert again.session(secrets[0]) == again.token(secrets[1]) == MARI
    again.close()


def test_two_programs_may_use_one_file(tmp_path: Path) -> None:
    one, clock = accounts(tmp_path / "book.accounts")
    two = Accounts(tmp_path / "book.accounts", clock, QUICK)
    session = one.open_session(MARI)
    assert two.session(session) == MARI
    for made in (one, two) * PATIENCE:
        refusal(made)
    assert "too many" in refusal(one, password=WORD)
    for made in (one, two):
        made.close()


def test_an_answer_is_kept_for_a_day_and_then_forgotten() -> None:
    made, clock = accounts()
    made.keep("EST", "k", b"asked", 201, b"answer")
    clock.now += ANSWER_LASTS - 1
    assert made.kept("EST", "k") == (b"asked", 201, b"answer")
    assert made.kept("POL", "k") is None, "another nation's key is another key"
    clock.now += 1
    assert made.kept("EST", "k") is None
    made.keep("EST", "other", b"asked", 201, b"answer")
    assert kept_answers(made) == ["other"], "it is gone from the file as well"


def test_a_key_that_is_free_again_keeps_its_new_answer() -> None:
    made, clock = accounts()
    made.keep("EST", "k", b"asked", 201, b"answer")
    made.keep("EST", "k", b"asked", 201, b"another")
    assert made.kept("EST", "k") == (b"asked", 201, b"answer"), "the first counts"
    clock.now += ANSWER_LASTS
    made.keep("EST", "k", b"asked", 201, b"another")
    assert made.kept("EST", "k") == (b"asked", 201, b"another")


def kept_answers(made: Accounts) -> list[object]:
    return [name for (name,) in made.run("SELECT key FROM kept_answer ORDER BY key")]


VERSION_1 = """
CREATE TABLE kept_answer (party TEXT NOT NULL, key TEXT NOT NULL, asked BLOB NOT NULL,
    status INTEGER NOT NULL, body BLOB NOT NULL, PRIMARY KEY (party, key)) STRICT;
INSERT INTO kept_answer VALUES ('EST', 'k', x'00', 201, x'01');
PRAGMA user_version = 1;
"""


def test_a_file_of_the_version_before_is_taken_over(tmp_path: Path) -> None:
    old = sqlite3.connect(tmp_path / "book.accounts")
    old.executescript(VERSION_1)
    old.close()
    for _ in range(2):
        made, clock = accounts(tmp_path / "book.accounts")
        assert made.kept("EST", "k") == (b"\0", 201, b"\1")
        made.close()
    made, clock = accounts(tmp_path / "book.accounts")
    clock.now += ANSWER_LASTS
    assert made.kept("EST", "k") is None
    made.close()


def test_what_is_no_file_of_accounts_is_told(tmp_path: Path) -> None:
    path = tmp_path / "book.accounts"
    path.write_text("something else entirely, and rather longer than a header\n" * 20)
    with pytest.raises(Malformed, match="no file of accounts"):
        Accounts(path, Standing(START))


def test_an_address_waits_after_too_many_tries_that_lead_nowhere() -> None:
    clock = Standing(START)
    patience = Patience(clock, tries=3)
    assert [patience.admits("192.0.2.1") for _ in range(4)] == [True, True, True, False]
    assert patience.admits("192.0.2.2"), "another address"
    clock.now += QUARTER
    assert patience.admits("192.0.2.1")


def test_a_try_that_leads_in_is_given_back() -> None:
    patience = Patience(Standing(START), tries=3)
    for _ in range(10):
        assert patience.admits("192.0.2.1")
        patience.led_in("192.0.2.1")


def test_a_subscriber_gains_nothing_by_his_many_addresses() -> None:
    patience = Patience(Standing(START), tries=2)
    told = [patience.admits(f"2001:db8:1:2::{number}") for number in range(3)]
    assert told == [True, True, False]
    assert patience.admits("2001:db8:1:3::1")
    assert [patience.admits(one) for one in ("::ffff:192.0.2.1", "192.0.2.1", "192.0.2.1")] == [True, True, False]


def test_only_so_many_addresses_are_remembered() -> None:
    patience = Patience(Standing(START), tries=1)
    for number in range(REMEMBERED + 1):
        patience.admits(f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}")
    assert patience.admits("10.0.0.0"), "the one that tried longest ago is forgotten"
    assert not patience.admits(f"10.0.{REMEMBERED >> 8}.{REMEMBERED & 255}")
