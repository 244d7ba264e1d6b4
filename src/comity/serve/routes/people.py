"""Signing in and out, and the people of one's own nation."""

from __future__ import annotations

from litestar import get, post
from litestar.concurrency import sync_to_thread
from litestar.response import Redirect

from comity.errors import Malformed, Refused
from comity.serve.accounts import Person
from comity.serve.pages import Answer, page
from comity.serve.roles import Role, appointment, roles_of
from comity.serve.routes.forms import posted, see
from comity.serve.routes.home import signed_in
from comity.serve.visit import SESSION, Asked, Visiting


@get("/sign-in", sync_to_thread=False)
def sign_in_page(visit: Visiting) -> Answer:
    """The form."""
    return page(visit, "sign-in.html.j2", {"wrong": None, "oidc": False})


@post("/sign-in", status_code=303)
async def sign_in(request: Asked, visit: Visiting) -> Redirect | Answer:
    """Sign in by name and password."""
    fields = await posted(request)
    name, password = fields.get("name", ""), fields.get("password", "")
    try:
        person = await sync_to_thread(visit.desk.accounts.check, name, password)
    except Refused as error:
        return page(visit, "sign-in.html.j2", {"wrong": error.message, "oidc": False}, status=403)
    return signed_in(visit, person, "/")


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
    names = visit.desk.accounts.people(person.party)
    told = [(name, sorted(roles_of(Person(name, person.party), view))) for name in names]
    return page(
        visit, "people.html.j2", {"people": told, "roles": list(Role)}, label=visit.desk.label(view, ["appointment"])
    )


@post("/people", status_code=303)
async def appoint(request: Asked, visit: Visiting) -> Redirect:
    """Give a person an account, a password or roles: an administrator's, for his own nation."""
    administrator = visit.require(Role.ADMINISTRATOR)
    sent = await request.form()
    name = str(sent.get("name", "")).strip()
    if not name:
        raise Malformed("is missing", field="name", next_step="write the person's name")
    person, password = Person(name, administrator.party), str(sent.get("password", ""))
    known = visit.desk.accounts.people(administrator.party)
    if password:
        await sync_to_thread(visit.desk.accounts.add, person, password)
    elif name not in known:
        raise Malformed("is missing", field="password", next_step="a new account needs a first password")
    chosen = {str(word) for word in sent.getall("role", [])}
    roles = [role for role in Role if role.value in chosen]
    line = appointment(person, roles)
    says = f"{name} acts for {administrator.party} as {', '.join(role.value for role in roles) or 'nothing'}."
    return see(f"/sign/{visit.desk.draft(administrator, [line], says, '/people')}")


ROUTES = [sign_in_page, sign_in, sign_out, people, appoint]
