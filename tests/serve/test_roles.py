"""Who may do what: every writing needs its role, and roles come from one's own nation alone."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from httpx import Response
from litestar.routes import HTTPRoute

from comity.ledger.book import Draft
from comity.serve.accounts import Person
from comity.serve.app import application
from comity.serve.roles import EVERY, SIGNS, Role, appointed, appointment, roles_of
from comity.values.instant import DAY
from tests.serve.acts import ACTS, SAID
from tests.serve.desks import OURS, Standing, Stated, Visitor
from tests.serve.staff import PASSWORD, appoint, at, office

MARI, JAAN = Person("mari", "EST"), Person("jaan", "EST")
AUTHORITY = Role.RELEASE_AUTHORITY
ANYBODY = None


class Writing(NamedTuple):
    """A writing: which role it needs (None: nobody's in particular), and what is sent, as a form or as JSON.

    Where it is only drafted, the role of drafter does as well.
    """

    role: Role | None
    fields: dict[str, str] = {}  # noqa: RUF012  # never written to
    json: dict[str, object] | None = None
    drafted: bool = False

    @property
    def roles(self) -> list[Role]:
        """Each of which suffices."""
        every = {role for role in (self.role, Role.DRAFTER if self.drafted else None) if role is not None}
        return sorted(every)


WRITINGS = {
    "/side": Writing(ANYBODY, {"party": "POL"}),
    "/language": Writing(ANYBODY, {"language": "fr"}),
    "/dates": Writing(ANYBODY),
    "/sign-in": Writing(ANYBODY, {"party": "EST", "name": "mari", "password": "wrong"}),
    "/sign-out": Writing(ANYBODY),
    "/people": Writing(Role.ADMINISTRATOR, {"name": "jaan", "password": PASSWORD, "role": "drafter"}),
    "/people/close": Writing(Role.ADMINISTRATOR, {"name": "jaan"}),
    "/people/me/password": Writing(ANYBODY, {"old": PASSWORD, "new": PASSWORD, "again": PASSWORD}),
    "/people/me/tokens": Writing(ANYBODY),
    "/people/me/tokens/revoke": Writing(ANYBODY, {"token": "none"}),
    "/people/me/feeds": Writing(ANYBODY),
    "/people/me/feeds/revoke": Writing(ANYBODY, {"feed": "none"}),
    "/people/me/sessions/end": Writing(ANYBODY),
    "/keys/make": Writing(Role.KEY_HOLDER),
    "/keys/rotate": Writing(Role.KEY_HOLDER, {"key": "none"}),
    "/keys/revoke": Writing(Role.KEY_HOLDER, {"key": "none"}),
    "/binds/claim": Writing(Role.DRAFTER, {"kind": "threat", "victim": "EST", "on": "2026-11-01"}),
    "/may/request": Writing(Role.DRAFTER, {"party": "EST", "action": "read", "thing": "x", "whom": "JPN",
                                           "on": "2026-11-26"}),
    "/agreements/check": Writing(Role.DRAFTER, {"text": "name: x"}),
    "/agreements/add": Writing(Role.DRAFTER, {"text": "name: x"}),
    "/agreements/form": Writing(Role.DRAFTER, {"text": "name: x"}),
    "/agreements/form/said": Writing(Role.DRAFTER, {"rows.Agreement": "1"}),
    "/agreements/text": Writing(Role.DRAFTER, {"rows.Agreement": "1"}),
    "/agreements/sheet": Writing(Role.DRAFTER, {"rows.Agreement": "1"}),
    "/agreements/{name:str}/sign": Writing(Role.DRAFTER),
    "/inbox/answer": Writing(AUTHORITY, {"request": "none", "answer": "grant"}, drafted=True),
    "/inbox/recall/{name:str}": Writing(AUTHORITY, drafted=True),
    "/consultations": Writing(AUTHORITY, {"title": "x"}, drafted=True),
    "/consultations/{name:str}/{act:str}": Writing(AUTHORITY, drafted=True),
    "/channel/{act:str}": Writing(AUTHORITY, drafted=True),
    "/steps": Writing(AUTHORITY, {"route": "x", "step": "y"}, drafted=True),
    "/inbox/proposal": Writing(AUTHORITY, {"proposal": "none", "answer": "grant"}, drafted=True),
    "/intelligence/import": Writing(AUTHORITY, drafted=True),
    "/intelligence/release": Writing(AUTHORITY, {"things": "none", "to": "POL", "do": "release"}, drafted=True),
    "/intelligence/release/{name:str}": Writing(AUTHORITY, drafted=True),
    "/intelligence/recall": Writing(AUTHORITY, {"do": "ask"}, drafted=True),
    "/intelligence/report": Writing(AUTHORITY, {"title": "x", "says": "x"}, drafted=True),
    "/intelligence/requests": Writing(AUTHORITY, {"do": "ask"}, drafted=True),
    "/progress/{name:str}": Writing(ANYBODY),  # one's own work
    "/sign/{name:str}": Writing(ANYBODY),  # by kind: see below
    "/sign/{name:str}/hand": Writing(ANYBODY),  # one's own draft
    "/sign/{name:str}/back": Writing(ANYBODY),  # by kind, as signing
    "/sign/{name:str}/withdraw": Writing(ANYBODY),
    "/{root:str}/collections/{name:str}/objects": Writing(ANYBODY),  # by whom a program names: `test_taxii`
    "/{root:str}/collections/{name:str}/objects/{thing:str}": Writing(ANYBODY),
    "/{root:str}/collections/{name:str}/recalls": Writing(ANYBODY),  # what is sent is signed: `test_taxii_recalls`
    "/api/commitments": Writing(ANYBODY, json={"kind": "threat"}),
    "/api/may": Writing(ANYBODY, json={"party": "EST", "action": "read", "thing": "x", "on": "2026-11-26"}),
    "/api/facts": Writing(AUTHORITY, json={"facts": [{"report": {"by": "EST", "says": "x"}}]}),
    "/api/tokens": Writing(ANYBODY),
    **{path: Writing(AUTHORITY, json=body) for path, body in {**ACTS, **SAID}.items()},
}  # fmt: skip
"""Every writing; whoever adds one says which role it needs."""
BY_ROLE = {
    **{path: writing for path, writing in WRITINGS.items() if writing.role is not ANYBODY},
    **{f"{path}?draft=true": Writing(AUTHORITY, json=body, drafted=True) for path, body in {**ACTS, **SAID}.items()},
}
"""Those that need a role; what is signed at once over HTTP may be drafted as well."""
ASKED: dict[str, object] = {"by": "EST", "to": ["JPN"], "actions": ["read"], "scope": "x"}
SOUND = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
"""A public key: that of the first test vector of RFC 8032."""
KINDS: dict[str, tuple[Role, dict[str, object]]] = {
    "request": (Role.DRAFTER, ASKED),
    "event": (Role.DRAFTER, {"by": "EST", "kind": "threat", "victim": "EST", "on": "2026-11-01"}),
    "grant": (AUTHORITY, ASKED),
    "refuse": (AUTHORITY, ASKED),
    "report": (AUTHORITY, {"by": "EST", "says": "x"}),
    "something-new": (AUTHORITY, {"by": "EST"}),
    "appointment": (Role.ADMINISTRATOR, {"by": "EST", "person": "x", "roles": []}),
    "key": (Role.KEY_HOLDER, {"party": "EST", "public": SOUND}),
    "key-revoked": (Role.KEY_HOLDER, {"party": "EST", "key": "none"}),
}


def sent(visitor: Visitor, path: str, writing: Writing) -> Response:
    address = path.replace("{name:str}", "none").replace("{act:str}", "none")
    if writing.json is None:
        return visitor.post(address, writing.fields)
    return visitor.client.post(address, json=writing.json, headers=OURS)


def with_roles(*roles: Role) -> Visitor:
    desk = office()
    appoint(desk, "another", "EST")
    return at(desk, appoint(desk, "mari", "EST", roles))


def test_every_kind_with_a_role_of_its_own_is_in_the_table() -> None:
    assert set(SIGNS) <= set(KINDS)


def test_every_writing_is_in_the_table() -> None:
    routes = [route for route in application(office()).routes if isinstance(route, HTTPRoute)]
    assert {route.path for route in routes if set(route.methods) - {"GET", "HEAD", "OPTIONS"}} == set(WRITINGS)


@pytest.mark.parametrize("path", BY_ROLE)
def test_a_writing_is_refused_without_its_role_and_not_with_it_alone(path: str) -> None:
    writing = BY_ROLE[path]
    needs = f"this needs the role of {' or of '.join(role.value for role in writing.roles)}"
    without = sent(with_roles(*EVERY - {*writing.roles}), path, writing)
    assert without.status_code == 403
    assert needs in without.text
    for role in writing.roles:
        assert "this needs the role of" not in sent(with_roles(role), path, writing).text


@pytest.mark.parametrize(
    "path", [*BY_ROLE, "/api/tokens", "/people/me/tokens", "/people/me/feeds", "/people/me/password"]
)
def test_nobody_writes_who_is_not_signed_in(path: str) -> None:
    assert sent(Visitor(office()), path, {**WRITINGS, **BY_ROLE}[path]).status_code == 403


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_of_fact_is_signed_by_its_role_on_the_page_and_over_http(kind: str) -> None:
    role, fields = KINDS[kind]
    desk = office()
    for roles, status in ((EVERY - {role}, 403), ({role}, 303)):
        person = appoint(desk, "mari", "EST", roles)
        visitor = at(desk, person)
        name = desk.draft(person, [{kind: fields}], "what it does", "/")
        assert visitor.get(f"/sign/{name}").status_code == 200
        assert visitor.post(f"/sign/{name}").status_code == status
        told = visitor.client.post("/api/facts", json={"facts": [{kind: fields}]}, headers=OURS).status_code
        assert (told == 403) is (status == 403)


def test_nobody_corrects_by_a_small_fact_what_he_could_not_have_stated() -> None:
    desk = office()
    mari = appoint(desk, "mari", "EST")
    ended = desk.book.record(appointment(mari, [Role.DRAFTER]), Draft("EST")).id
    request = {"by": "EST", "to": ["JPN"], "actions": ["read"], "scope": "x", "supersedes": ended}
    visitor = at(desk, mari)
    told = visitor.client.post("/api/facts", json={"facts": [{"request": request}]}, headers=OURS)
    assert "this needs the role of administrator" in told.text
    drafted = desk.draft(mari, [{"request": request}], "asks", "/")
    assert visitor.post(f"/sign/{drafted}").status_code == 403
    assert visitor.get("/people").status_code == 403, "the end of her other roles stands"


def test_the_last_appointment_counts_and_an_empty_one_ends_all() -> None:
    desk = office()
    appoint(desk, "mari", "EST", [Role.AUDITOR])
    assert roles_of(MARI, desk.view(["EST"])) == {Role.READER, Role.AUDITOR}
    desk.book.record(appointment(MARI, [Role.DRAFTER]), Draft("EST"))
    assert roles_of(MARI, desk.view(["EST"])) == {Role.READER, Role.DRAFTER}
    desk.book.record(appointment(MARI, []), Draft("EST"))
    assert roles_of(MARI, desk.view(["EST"])) == {Role.READER}
    assert roles_of(JAAN, desk.view(["EST"])) == {Role.READER}, "whoever may sign in may read"


def test_of_appointments_that_arrived_together_only_what_all_give() -> None:
    desk = office()
    lines = [appointment(MARI, [Role.DRAFTER, Role.AUDITOR]), appointment(MARI, [Role.AUDITOR])]
    desk.book.record_all(lines, Draft("EST"))
    assert roles_of(MARI, desk.view(["EST"])) == {Role.READER, Role.AUDITOR}


def test_an_appointment_for_a_period_counts_in_it() -> None:
    desk = office()
    line = {"appointment": {**appointment(MARI, [Role.AUDITOR])["appointment"], "until": "2026-11-28"}}
    desk.book.record(line, Draft("EST"))
    assert Role.AUDITOR in roles_of(MARI, desk.view(["EST"]))
    assert isinstance(desk.book.clock, Standing)
    desk.book.clock.now += 2 * DAY
    assert Role.AUDITOR not in roles_of(MARI, desk.view(["EST"]))


FOREIGN = {
    "another nation says so of its own": Stated("a", {"appointment": {"by": "POL", "person": "mari",
                                                                      "roles": ["administrator"]}}, "POL"),
    "another nation says so in her nation's name": Stated("a", {"appointment": {"by": "EST", "person": "mari",
                                                                                "roles": ["administrator"]}}, "POL"),
    "and lets her nation read it": Stated("a", {"appointment": {
        "by": "EST", "person": "mari", "roles": ["administrator"], "label": []}}, "POL"),
}  # fmt: skip


@pytest.mark.parametrize("stated", FOREIGN.values(), ids=FOREIGN)
def test_what_another_nation_says_gives_no_role(stated: Stated) -> None:
    assert roles_of(MARI, office([stated]).view(["EST"])) == {Role.READER}


def test_nor_does_the_book_on_its_own_word() -> None:
    desk = office()
    desk.book.record(appointment(MARI, EVERY), Draft(adopt=True, label=frozenset()))
    assert appointed("EST", desk.view(["EST"])) == {}


ABROAD: list[Stated] = [
    Stated("re", {"report": {"by": "JPN", "says": "for Japan alone", "thing": "secret-j"}}, "JPN"),
    Stated("ti", {"title": {"thing": "t", "kind": "information", "owner": "JPN", "interest": "originator"}}, "JPN"),
    Stated("rf", {"refuse": {"by": "JPN", "to": ["EST"], "actions": ["read"], "scope": "t"}}, "JPN"),
    Stated("ap", {"appointment": {"by": "JPN", "person": "hanako", "roles": ["auditor"]}}, "JPN"),
]
"""What Japan keeps from Estonia."""
LOOKED_AT = (
    "/", "/people", "/people/me", "/keys", "/ledger", "/ledger/verify", "/inbox", "/agreements", "/consultations",
    "/api/facts", "/api/inbox", "/sign-in", "/may?party=EST&action=read&on=2026-11-26&thing=t&format=json",
)  # fmt: skip


def test_an_administrator_of_the_server_sees_no_more_than_his_nation() -> None:
    told = []
    own = Stated("own", appointment(MARI, EVERY), "EST")
    for stated in ([own], [*ABROAD, own]):
        desk = office(stated)
        desk.accounts.add(MARI, PASSWORD)
        if stated[1:]:
            desk.accounts.add(Person("hanako", "JPN"), PASSWORD)
            desk.accounts.make_token(Person("hanako", "JPN"), "an import")
        visitor = at(desk, MARI)
        told.append([(path, visitor.get(path).status_code, visitor.get(path).text) for path in LOOKED_AT])
    assert [status for _, status, _ in told[0]] == [200] * len(LOOKED_AT)
    for before, after in zip(*told, strict=True):
        assert before == after
    assert "hanako" not in str(told)


def test_a_role_of_one_nation_is_none_in_another() -> None:
    desk = office()
    appoint(desk, "mari", "JPN")
    assert at(desk, MARI).get("/people").status_code == 403
