"""One's own account: password, sessions, tokens by which programs act for one, secret addresses of one's calendars.

Rules:
1. Only who has signed in himself changes anything here; a token makes no tokens and changes no password.
2. The secret of a token or of a calendar's address is shown once, on the page that made it, and kept by nothing on
   the way.
"""

from __future__ import annotations

from litestar import get, post
from litestar.concurrency import sync_to_thread
from litestar.response import Redirect

from comity.errors import Malformed, Refused
from comity.serve.accounts import Person
from comity.serve.fence import FEED
from comity.serve.pages import Answer, page
from comity.serve.routes.forms import posted, see
from comity.serve.routes.home import signed_in
from comity.serve.visit import SESSION, Asked, Visit, Visiting


@get("/people/me", sync_to_thread=False)
def mine(visit: Visiting) -> Answer:
    """The visitor's own account."""
    return _page(visit, visit.somebody)


def _page(visit: Visit, person: Person, secret: str | None = None, feed: str | None = None) -> Answer:
    accounts = visit.desk.accounts
    told = {
        "roles": sorted(visit.roles),
        "has_password": person.name in accounts.people(person.party),
        "tokens": accounts.tokens(person),
        "secret": secret,
        "feeds": visit.desk.feeds.of(person),
        "feed": feed,
    }
    made = page(visit, "me.html.j2", told)
    made.headers["cache-control"] = "no-store"
    return made


def by_hand(visit: Visit) -> Person:
    """Who has signed in himself: rule 1.

    Raises:
        Refused: nobody is signed in, or a program asks.
    """
    if "authorization" in visit.request.headers:
        raise Refused("a program may not do this", next_step="sign in, and do it on the page of your account")
    return visit.somebody


@post("/people/me/password", status_code=303)
async def change_password(request: Asked, visit: Visiting) -> Redirect:
    """Change one's own password; every other session and every token ends."""
    person = by_hand(visit)
    sent = await request.form()
    old, new, again = (str(sent.get(name, "")) for name in ("old", "new", "again"))
    if new != again:
        raise Malformed("is not what you wrote first", field="again", next_step="write the new password twice alike")
    await sync_to_thread(visit.desk.accounts.change, person, old, new)
    return signed_in(visit, person, see("/people/me"))


@post("/people/me/tokens", status_code=200)
async def make_token(request: Asked, visit: Visiting) -> Answer:
    """Make a token, and show it: rule 2."""
    person, fields = by_hand(visit), await posted(request)
    return _page(visit, person, visit.desk.accounts.make_token(person, fields.get("says", "")))


@post("/people/me/tokens/revoke", status_code=303)
async def revoke_token(request: Asked, visit: Visiting) -> Redirect:
    """End one of one's own tokens."""
    person, fields = by_hand(visit), await posted(request)
    visit.desk.accounts.revoke_token(person, fields.get("token", ""))
    return see("/people/me")


@post("/people/me/feeds", status_code=200)
async def make_feed(request: Asked, visit: Visiting) -> Answer:
    """Make a secret address of one's calendars, and show it: rule 2."""
    person, fields = by_hand(visit), await posted(request)
    made = "/".join(visit.desk.feeds.make(person, fields.get("says", "")))
    return _page(visit, person, feed=f"{str(request.base_url).rstrip('/')}{FEED}{made}")


@post("/people/me/feeds/revoke", status_code=303)
async def revoke_feed(request: Asked, visit: Visiting) -> Redirect:
    """End one of one's own secret addresses."""
    person, fields = by_hand(visit), await posted(request)
    visit.desk.feeds.revoke(person, fields.get("feed", ""))
    return see("/people/me")


@post("/people/me/sessions/end", status_code=303, sync_to_thread=False)
def end_sessions(visit: Visiting) -> Redirect:
    """End every session of one's own, this one too."""
    visit.desk.accounts.end_sessions(by_hand(visit))
    answer = see("/sign-in")
    answer.delete_cookie(SESSION, path="/")
    return answer


ROUTES = [mine, change_password, make_token, revoke_token, make_feed, revoke_feed, end_sessions]
