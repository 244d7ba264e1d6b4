"""Signing in and out by name and password, and the people of one's own nation.

Rules:
1. An administrator appoints, and gives and closes accounts, for his own nation alone.
2. A password is given at once; a role counts when its appointment is signed.
3. A nation is left without an administrator only by somebody who says that he means it.
"""

from __future__ import annotations

from collections.abc import Mapping

from litestar import get, post
from litestar.concurrency import sync_to_thread
from litestar.response import Redirect

from comity.errors import Malformed, Refused
from comity.serve.accounts import Person, person_named
from comity.serve.pages import Answer, page
from comity.serve.roles import KIND, Role, appointed, appointment
from comity.serve.routes import keys, me, provider
from comity.serve.routes.forms import posted, see
from comity.serve.routes.home import client, signed_in, wait_a_while
from comity.serve.visit import SESSION, Asked, Visit, Visiting

NOTHING_SAID: Mapping[str, str] = {"name": "", "party": ""}


@get("/sign-in", sync_to_thread=False)
def sign_in_page(visit: Visiting) -> Answer:
    """The form."""
    return _form(visit, None, NOTHING_SAID)


def _form(visit: Visit, wrong: str | None, said: Mapping[str, str], status: int = 200) -> Answer:
    providers = [one.party for one in visit.desk.settings.providers]
    told = {"wrong": wrong, "providers": providers, "name": said.get("name", ""), "party": said.get("party", "")}
    return page(visit, "sign-in.html.j2", told, status=status)


@post("/sign-in", status_code=303)
async def sign_in(request: Asked, visit: Visiting) -> Redirect | Answer:
    """Sign in by party, name and password."""
    accounts, address, fields = visit.desk.accounts, client(request), await posted(request)
    if not accounts.addresses.admits(address):
        return wait_a_while(_form(visit, "too many tries from your address; wait a while, then try again", fields, 429))
    told = (fields.get("party", "").upper(), fields.get("name", ""), fields.get("password", ""))
    try:
        person = await sync_to_thread(accounts.check, *told)
    except Refused as error:
        return _form(visit, error.message, fields, 403)
    accounts.addresses.led_in(address)
    return signed_in(visit, person, see("/"))


@post("/sign-out", status_code=303, sync_to_thread=False)
def sign_out(visit: Visiting) -> Redirect:
    """End the session."""
    visit.desk.accounts.close_session(visit.request.cookies.get(SESSION, ""))
    answer = see("/")
    answer.delete_cookie(SESSION, path="/")
    return answer


@get("/people", sync_to_thread=False)
def people(visit: Visiting) -> Answer:
    """Who acts for the visitor's nation, and in which roles."""
    person = visit.require(Role.ADMINISTRATOR)
    view = visit.view()
    held, names = appointed(person.party, view), set(visit.desk.accounts.people(person.party))
    told = [
        (name, sorted({Role.READER, *held.get(name, ())}), name in names)
        for name in sorted(names | {name for name, roles in held.items() if roles})
    ]
    shown = {"people": told, "roles": list(Role), "provider": _has_provider(visit)}
    return page(visit, "people.html.j2", shown, label=visit.desk.label(view, [KIND]))


@post("/people", status_code=303)
async def appoint(request: Asked, visit: Visiting) -> Redirect:
    """Give a person an account, a password or roles: rules 1 to 3."""
    administrator = visit.require(Role.ADMINISTRATOR)
    sent = await request.form()
    person = Person(person_named(str(sent.get("name", ""))), administrator.party)
    chosen = {str(word) for word in sent.getall("role", [])}
    roles, password = [role for role in Role if role.value in chosen], str(sent.get("password", ""))
    known = person.name in visit.desk.accounts.people(person.party) or _has_provider(visit)
    if not password and not known:
        raise Malformed("is missing", field="password", next_step="a new account needs a first password")
    if not password and not roles:
        raise Malformed("are missing", field="role", next_step="choose what the person is to do, or close the account")
    if roles and Role.ADMINISTRATOR not in roles:
        _check_that_one_remains(visit, person, sure=bool(sent.get("sure")))
    if password:
        await sync_to_thread(visit.desk.accounts.add, person, password)
    return see(_drafted(visit, person, roles) if roles else "/people")


@post("/people/close", status_code=303)
async def close(request: Asked, visit: Visiting) -> Redirect:
    """Close a person's account at once, and draft the end of his roles: rules 1 to 3."""
    administrator, fields = visit.require(Role.ADMINISTRATOR), await posted(request)
    person = Person(person_named(fields.get("name", "")), administrator.party)
    if person == administrator:
        raise Malformed("is yourself", field="name", next_step="let another administrator close your account")
    _check_that_one_remains(visit, person, sure="sure" in fields)
    visit.desk.accounts.remove(person)
    has_roles = bool(appointed(person.party, visit.view()).get(person.name))
    return see(_drafted(visit, person, []) if has_roles else "/people")


def _drafted(visit: Visit, person: Person, roles: list[Role]) -> str:
    """Where an appointment waits for its signature: rule 2."""
    says = f"{person.name} acts for {person.party} as {', '.join(role.value for role in roles) or 'nothing'}."
    if Role.ADMINISTRATOR not in roles and not _others(visit, person):
        says += f" Nobody is administrator of {person.party} afterwards."
    return f"/sign/{visit.desk.draft(visit.somebody, [appointment(person, roles)], says, '/people')}"


def _check_that_one_remains(visit: Visit, person: Person, *, sure: bool) -> None:
    """Rule 3.

    Raises:
        Malformed: the person is the last administrator.
    """
    held = appointed(person.party, visit.view())
    if Role.ADMINISTRATOR in held.get(person.name, ()) and not sure and not _others(visit, person):
        step = "appoint another one first, or tick that nobody is to be administrator"
        raise Malformed(f"{person.name} is the last administrator of {person.party}", field="role", next_step=step)


def _others(visit: Visit, person: Person) -> bool:
    """Whether somebody else who can sign in is administrator of the nation."""
    can = None if _has_provider(visit) else set(visit.desk.accounts.people(person.party))
    held = appointed(person.party, visit.view()).items()
    names = {name for name, roles in held if Role.ADMINISTRATOR in roles and name != person.name}
    return bool(names if can is None else names & can)


def _has_provider(visit: Visit) -> bool:
    """Whether people of the visitor's nation may sign in without an account here."""
    return any(one.party == visit.party for one in visit.desk.settings.providers)


ROUTES = [
    sign_in_page, sign_in, sign_out, people, appoint, close, *me.ROUTES, *provider.ROUTES, *keys.ROUTES,
]  # fmt: skip
