"""The first page, the choice of a side, and the visitor's language."""

from __future__ import annotations

from typing import TypeVar

from litestar import Response, get, post
from litestar.response import Redirect

from comity.errors import Refused
from comity.serve import demonstration
from comity.serve.accounts import Person
from comity.serve.pages import Answer, kept, page
from comity.serve.patience import QUARTER
from comity.serve.routes.forms import posted, see
from comity.serve.routes.inbox import handed_over, what_waits
from comity.serve.visit import LANGUAGE, SESSION, Asked, Visit, Visiting
from comity.serve.words import LANGUAGES
from comity.values.instant import SECOND

Signed = TypeVar("Signed", bound=Response[bytes] | Redirect)


@get("/", sync_to_thread=False)
def home(visit: Visiting) -> Answer:
    """The first page."""
    handed = handed_over(visit) if visit.person else {}

    def made() -> Answer:
        view = visit.view()
        return page(
            visit,
            "home.html.j2",
            {
                "tour": demonstration.tour() if visit.desk.settings.demonstration else [],
                "agreements": len(view.casebook.agreements),
                "waiting": len(what_waits(visit, view, handed)) if visit.person else 0,
                "facts": visit.desk.of_view(view, "count", view.count),
            },
        )

    return kept(visit, made, sorted(handed) or None)


@post("/side", status_code=303)
async def side(request: Asked, visit: Visiting) -> Redirect:
    """Act for another party, in a demonstration."""
    fields, desk = await posted(request), visit.desk
    party = fields.get("party", "")
    if not desk.settings.demonstration or party not in {one.party for one in desk.settings.sides}:
        raise Refused("sides are chosen in a demonstration alone", next_step="sign in by name and password")
    return signed_in(visit, Person("demonstration", party), see(fields.get("back", "/")))


def signed_in(visit: Visit, person: Person, answer: Signed) -> Signed:
    """The answer, with a new session for a person; the old one ends."""
    visit.desk.accounts.close_session(visit.request.cookies.get(SESSION, ""))
    secure = visit.desk.settings.secure_cookies
    secret = visit.desk.accounts.open_session(person)
    answer.set_cookie(SESSION, secret, path="/", httponly=True, samesite="strict", secure=secure)
    return answer


def client(request: Asked) -> str:
    """The address that a request comes from."""
    return "" if request.client is None else request.client.host


def wait_a_while(answer: Answer) -> Answer:
    """The answer to whoever tried too often."""
    answer.headers["retry-after"] = str(QUARTER // SECOND)
    return answer


@post("/language", status_code=303)
async def language(request: Asked) -> Redirect:
    """Read the pages in another language."""
    fields = await posted(request)
    answer = see(fields.get("back", "/"))
    if fields.get("language") in LANGUAGES:
        answer.set_cookie(LANGUAGE, fields["language"], path="/", httponly=True, samesite="strict")
    return answer


ROUTES = [home, side, language]
