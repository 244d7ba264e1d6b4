"""Secret addresses of calendars: what a calendar program reads that sends neither cookie nor token."""

from __future__ import annotations

import logging
import re
import sqlite3
from pathlib import Path

import pytest

from comity.serve.accounts import TOKEN_LASTS, Accounts, Person
from comity.serve.feeds import Feeds
from comity.serve.patience import QUARTER, TRIES
from comity.values.instant import DAY, SECOND
from tests.serve.desks import Standing, Visitor
from tests.serve.staff import PASSWORD, QUICK, appoint, at, office

MARI = Person("mari", "EST")
CALENDARS = ("agreements.ics", "consultations.ics")


def subscribed() -> tuple[Visitor, str]:
    """Somebody who has signed in, and the path of the secret address he was shown."""
    desk = office()
    visitor = at(desk, appoint(desk, "mari", "EST", []))
    shown = visitor.post("/people/me/feeds", {"says": "the calendar at my desk"})
    assert shown.headers["cache-control"] == "no-store"
    return visitor, re.findall(r"http://testserver\.local(/feed/\S+)/agreements\.ics", shown.text)[0]


@pytest.mark.parametrize("name", CALENDARS)
def test_a_program_reads_the_calendar_of_its_person_with_nothing_but_the_address(name: str) -> None:
    visitor, path = subscribed()
    own = visitor.get(
        {"agreements.ics": "/agreements/calendar", "consultations.ics": "/consultations"}[name] + "?format=ics"
    )
    for asked in (name, f"{name}?party=POL&format=json&share=JPN"):
        answer = Visitor(visitor.desk).get(f"{path}/{asked}")
        assert answer.status_code == 200
        assert answer.content == own.content
        assert answer.headers["content-type"].startswith("text/calendar")
        assert answer.headers["cache-control"] == "no-store"
        assert "set-cookie" not in answer.headers


def test_its_secret_is_shown_once_and_kept_nowhere() -> None:
    visitor, path = subscribed()
    _, name, secret = path.strip("/").split("/")
    again = visitor.get("/people/me").text
    assert "the calendar at my desk" in again
    assert f'name="feed" value="{name}"' in again
    assert secret not in again
    assert secret not in str(visitor.desk.accounts.run("SELECT * FROM feed"))


def test_it_reads_calendars_and_nothing_else() -> None:
    visitor, path = subscribed()
    _, _, secret = path.strip("/").split("/")
    stranger = Visitor(visitor.desk)
    for other in ("inbox", "agreements", "comity.ics", "people", "..%2Fagreements.ics"):
        assert stranger.get(f"{path}/{other}").status_code == 404
    for headers in ({"authorization": f"Bearer {secret}"}, {"cookie": f"comity-session={secret}"}):
        assert stranger.client.get("/inbox", headers=headers).status_code == 403
    refused = stranger.post(f"{path}/agreements.ics")
    assert (refused.status_code, refused.headers["allow"]) == (405, "GET, OPTIONS")


def test_a_wrong_address_a_revoked_one_and_none_are_alike() -> None:
    visitor, path = subscribed()
    _, name, secret = path.strip("/").split("/")
    other = visitor.desk.feeds.make(Person("jaan", "EST"))
    stranger = Visitor(visitor.desk)
    wrong = [f"/feed/{name}/{other[1]}", f"/feed/{other[0]}/{secret}", f"/feed/{name}/{secret}x", f"/feed/{name}/%FF",
             f"/feed/none/{secret}", f"/feed/{name}/\u00e9"]  # fmt: skip
    visitor.post("/people/me/feeds/revoke", {"feed": other[0]})
    assert stranger.get(f"/feed/{other[0]}/{other[1]}/agreements.ics").status_code == 200, "another's is left alone"
    assert visitor.post("/people/me/feeds/revoke", {"feed": name}).status_code == 303
    nowhere = stranger.get("/nowhere/at/all/x.ics")
    for one in (*wrong, path):
        answer = stranger.get(f"{one}/agreements.ics")
        assert answer.status_code == 404
        assert answer.headers["cache-control"] == "no-store"
        back = re.compile(r'name="back" value="[^"]*"')
        assert back.sub("", answer.text) == back.sub("", nowhere.text)


def test_it_ends_after_ninety_days_with_a_new_password_and_with_the_account() -> None:
    desk = office()
    mari = appoint(desk, "mari", "EST")
    first, second = desk.feeds.make(mari), desk.feeds.make(mari)
    assert desk.feeds.whose(*first) == mari
    assert isinstance(desk.book.clock, Standing)
    desk.book.clock.now += TOKEN_LASTS - SECOND
    assert desk.feeds.whose(*second) == mari
    desk.book.clock.now += SECOND
    assert desk.feeds.whose(*second) is None
    third = desk.feeds.make(mari)
    desk.accounts.change(mari, PASSWORD, "another password")
    assert desk.feeds.whose(*third) is None
    fourth = desk.feeds.make(mari)
    desk.accounts.remove(mari)
    assert desk.feeds.whose(*fourth) is None
    assert desk.feeds.of(mari) == []


def test_a_program_makes_none_and_revokes_none() -> None:
    visitor, path = subscribed()
    token = {"authorization": f"Bearer {visitor.desk.accounts.make_token(MARI)}"}
    for made in ("feeds", "feeds/revoke"):
        answer = Visitor(visitor.desk).client.post(f"/people/me/{made}", headers=token)
        assert answer.status_code == 403
    assert Visitor(visitor.desk).get(f"{path}/agreements.ics").status_code == 200


def test_an_address_that_guesses_waits_and_whoever_reads_well_does_not() -> None:
    visitor, path = subscribed()
    guesser = Visitor(visitor.desk)
    for _ in range(TRIES + 5):
        assert guesser.get(f"{path}/agreements.ics").status_code == 200
    for _ in range(TRIES):
        assert guesser.get("/feed/a/b/agreements.ics").status_code == 404
    for one in ("/feed/a/b", path):
        answer = guesser.get(f"{one}/agreements.ics")
        assert answer.status_code == 429
        assert "retry-after" in answer.headers
    fields = {"party": "EST", "name": "mari", "password": PASSWORD}
    assert guesser.post("/sign-in", fields).status_code == 303, "it may sign in all the same"
    assert isinstance(visitor.desk.book.clock, Standing)
    visitor.desk.book.clock.now += QUARTER
    assert guesser.get(f"{path}/agreements.ics").status_code == 200


def test_no_log_tells_it(caplog: pytest.LogCaptureFixture) -> None:
    visitor, path = subscribed()
    with caplog.at_level(logging.DEBUG, "comity"), caplog.at_level(logging.DEBUG, "litestar"):
        for one in (path, path + "x"):
            Visitor(visitor.desk).get(f"{one}/agreements.ics")
    said = [one.getMessage() for one in caplog.records if not one.name.startswith("http")]  # the client's own
    assert not any(path.rsplit("/", 1)[1] in line for line in said)


def test_a_file_of_accounts_without_them_is_taken_over(tmp_path: Path) -> None:
    file, clock = tmp_path / "book.accounts", Standing("2026-11-26")
    Accounts(file, clock, QUICK).close()
    with sqlite3.connect(file) as older:
        older.executescript("DROP TABLE feed; PRAGMA user_version = 2;")
    made = Accounts(file, clock, QUICK)
    assert Feeds(made).whose(*Feeds(made).make(MARI)) == MARI
    clock.now += DAY
    made.close()
