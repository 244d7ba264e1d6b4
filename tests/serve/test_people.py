"""Signing in, one's own account, and the people of one's nation."""

from __future__ import annotations

import re

from comity.serve.accounts import LASTS, Person
from comity.serve.patience import TRIES
from comity.serve.roles import EVERY, Role, appointed
from comity.serve.visit import SESSION
from tests.serve.desks import OURS, Standing, Visitor
from tests.serve.staff import PASSWORD, appoint, at, office

NEW = "quite another password"


def signs_in(visitor: Visitor, password: str = PASSWORD, party: str = "EST", name: str = "mari") -> int:
    return visitor.post("/sign-in", {"party": party, "name": name, "password": password}).status_code


def test_whoever_signs_in_acts_for_his_nation() -> None:
    desk = office()
    appoint(desk, "mari", "EST")
    visitor = Visitor(desk)
    assert visitor.get("/people/me").status_code == 403
    assert signs_in(visitor, party="est") == 303, "codes may be typed small"
    cookie = visitor.client.cookies[SESSION]
    assert "mari, for EST" in visitor.get("/people/me").text
    assert signs_in(visitor) == 303
    assert visitor.client.cookies[SESSION] != cookie, "each signing in is a new session"
    visitor.client.cookies.set(SESSION, cookie)
    assert visitor.get("/people/me").status_code == 403, "and the one before names nobody any more"


def test_the_cookie_is_kept_to_this_server() -> None:
    desk = office()
    appoint(desk, "mari", "EST")
    visitor = Visitor(desk)
    told = visitor.post("/sign-in", {"party": "EST", "name": "mari", "password": PASSWORD}).headers["set-cookie"]
    assert {"HttpOnly", "SameSite=strict", "Path=/"} <= set(told.split("; "))


def test_a_wrong_password_and_a_wrong_name_are_told_alike() -> None:
    desk = office()
    appoint(desk, "mari", "EST")
    told = []
    for name, party in (("mari", "EST"), ("nobody", "EST"), ("mari", "FIN")):
        answer = Visitor(desk).post("/sign-in", {"party": party, "name": name, "password": "wrong"})
        told.append((answer.status_code, answer.text.replace(f'value="{name}"', "").replace(f'value="{party}"', "")))
    assert told[0] == told[1] == told[2]
    assert told[0][0] == 403


def test_an_address_that_tries_too_often_waits() -> None:
    desk = office()
    appoint(desk, "mari", "EST")
    visitor = Visitor(desk)
    for number in range(TRIES):
        assert signs_in(visitor, "wrong", name=f"guess {number}") == 403
    answer = visitor.post("/sign-in", {"party": "EST", "name": "mari", "password": PASSWORD})
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "900")
    assert "too many tries from your address" in answer.text
    assert isinstance(desk.book.clock, Standing)
    desk.book.clock.now += LASTS
    assert signs_in(visitor) == 303


def test_one_changes_ones_own_password_and_stays_signed_in_here_alone() -> None:
    desk = office()
    mari = appoint(desk, "mari", "EST")
    here, there, token = at(desk, mari), at(desk, mari), desk.accounts.make_token(mari)
    fields = {"old": PASSWORD, "new": NEW, "again": NEW}
    assert here.post("/people/me/password", {**fields, "again": "x"}).status_code == 400
    assert here.post("/people/me/password", {**fields, "old": "wrong"}).status_code == 403
    assert here.post("/people/me/password", {**fields, "new": "short", "again": "short"}).status_code == 400
    assert here.post("/people/me/password", fields).status_code == 303
    assert here.get("/people/me").status_code == 200
    assert there.get("/people/me").status_code == 403
    assert desk.accounts.token(token) is None
    assert (signs_in(Visitor(desk)), signs_in(Visitor(desk), NEW)) == (403, 303)


def test_a_token_is_shown_once_listed_and_revoked_by_its_owner() -> None:
    desk = office()
    mari = at(desk, appoint(desk, "mari", "EST"))
    made = mari.post("/people/me/tokens", {"says": "nightly <import>"})
    assert made.headers["cache-control"] == "no-store"
    (secret,) = re.findall(r"<pre>([^<]+)</pre>", made.text)
    assert desk.accounts.token(secret) == Person("mari", "EST")
    again = mari.get("/people/me").text
    assert "nightly &lt;import&gt;" in again
    assert secret not in again
    (name,) = re.findall(r'name="token" value="([^"]+)"', again)
    another = at(desk, appoint(desk, "jaan", "EST"))
    assert "nightly" not in another.get("/people/me").text
    another.post("/people/me/tokens/revoke", {"token": name})
    assert desk.accounts.token(secret) is not None
    mari.post("/people/me/tokens/revoke", {"token": name})
    assert desk.accounts.token(secret) is None


def test_a_program_makes_no_tokens_and_changes_no_password() -> None:
    desk = office()
    token = desk.accounts.make_token(appoint(desk, "mari", "EST"))
    bearer = {**OURS, "authorization": f"Bearer {token}"}
    for path in ("/api/tokens", "/people/me/tokens", "/people/me/password", "/people/me/sessions/end"):
        answer = Visitor(desk).client.post(path, data={"old": PASSWORD, "new": NEW, "again": NEW}, headers=bearer)
        assert answer.status_code == 403
        assert "a program may not do this" in answer.text
    assert signs_in(Visitor(desk)) == 303
    assert len(desk.accounts.tokens(Person("mari", "EST"))) == 1


def test_one_signs_out_everywhere() -> None:
    desk = office()
    mari = appoint(desk, "mari", "EST")
    here, there = at(desk, mari), at(desk, mari)
    assert here.post("/people/me/sessions/end").headers["location"] == "/sign-in"
    assert [one.get("/people/me").status_code for one in (here, there)] == [403, 403]


def test_an_administrator_gives_an_account_and_roles_that_count_when_signed() -> None:
    desk = office()
    mari = at(desk, appoint(desk, "mari", "EST"))
    drafted = mari.client.post(
        "/people",
        data={"name": "jaan", "password": PASSWORD, "role": ["drafter", "auditor"]},
        headers=OURS,
        follow_redirects=False,
    )
    jaan = at(desk, Person("jaan", "EST"))
    assert jaan.get("/ledger/verify").status_code == 403
    mari.sign(drafted)
    assert jaan.get("/ledger/verify").status_code == 200
    assert "auditor, drafter, reader" in mari.get("/people").text
    assert signs_in(Visitor(desk), name="jaan") == 303


def test_a_new_password_alone_leaves_the_roles() -> None:
    desk = office()
    mari = at(desk, appoint(desk, "mari", "EST"))
    appoint(desk, "jaan", "EST", [Role.AUDITOR])
    assert mari.post("/people", {"name": "jaan", "password": NEW}).headers["location"] == "/people"
    assert signs_in(Visitor(desk), NEW, name="jaan") == 303
    assert appointed("EST", desk.view(["EST"]))["jaan"] == {Role.AUDITOR}


def test_an_administrator_has_no_hand_in_another_nation() -> None:
    desk = office()
    mari = at(desk, appoint(desk, "mari", "EST"))
    appoint(desk, "hanako", "JPN", [Role.ADMINISTRATOR])
    assert mari.post("/people", {"name": "hanako", "password": NEW}).status_code == 303, "of Estonia, a new one"
    assert signs_in(Visitor(desk), party="JPN", name="hanako") == 303
    assert mari.post("/people/close", {"name": "hanako"}).status_code == 303
    assert signs_in(Visitor(desk), party="JPN", name="hanako") == 303
    assert appointed("JPN", desk.view(["JPN"])) == {"hanako": {Role.ADMINISTRATOR}}


def test_the_last_administrator_cannot_go_by_accident() -> None:
    desk = office()
    mari = at(desk, appoint(desk, "mari", "EST"))
    for path, fields in (("/people", {"name": "mari", "role": "drafter"}), ("/people/close", {"name": "mari"})):
        told = mari.post(path, fields)
        assert told.status_code == 400
        assert "last administrator" in told.text or "is yourself" in told.text
    drafted = mari.post("/people", {"name": "mari", "role": "drafter", "sure": "yes"})
    assert "Nobody is administrator of EST afterwards" in mari.get(drafted.headers["location"]).text
    appoint(desk, "jaan", "EST")
    drafted = mari.post("/people", {"name": "mari", "role": "drafter"})
    assert "Nobody is administrator" not in mari.get(drafted.headers["location"]).text
    mari.sign(drafted)
    assert mari.get("/people").status_code == 403


def test_an_administrator_who_cannot_sign_in_is_none() -> None:
    desk = office()
    mari = at(desk, appoint(desk, "mari", "EST"))
    desk.accounts.remove(appoint(desk, "gone", "EST"))
    assert mari.post("/people", {"name": "mari", "role": "drafter"}).status_code == 400


def test_closing_an_account_signs_its_person_out_at_once_and_then_ends_the_roles() -> None:
    desk = office()
    mari = at(desk, appoint(desk, "mari", "EST"))
    jaan = at(desk, appoint(desk, "jaan", "EST"))
    drafted = mari.post("/people/close", {"name": "jaan"})
    assert jaan.get("/people/me").status_code == 403
    assert signs_in(Visitor(desk), name="jaan") == 403
    mari.sign(drafted)
    assert appointed("EST", desk.view(["EST"])) == {"jaan": frozenset(), "mari": EVERY}
    assert "jaan" not in mari.get("/people").text


def test_a_form_with_something_missing_says_what() -> None:
    desk = office()
    mari = at(desk, appoint(desk, "mari", "EST"))
    for fields, says in (
        ({"name": "jaan"}, "a new account needs a first password"),
        ({"name": "mari"}, "choose what the person is to do"),
        ({"name": " ", "password": PASSWORD}, "is no name of a person"),
        ({"name": "jaan", "password": "short"}, "too short"),
    ):
        told = mari.post("/people", fields)
        assert told.status_code == 400
        assert says in told.text
