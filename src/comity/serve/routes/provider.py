"""Signing in by one's nation's own provider: to it and back.

Rules:
1. The way there and back is bound to the browser by a cookie that only we read and that is good for one return.
2. Whoever comes back comes from another site, so that a strict cookie would not go along with a redirect: the answer is
   a page of ours that leads on.
"""

from __future__ import annotations

from litestar import get
from litestar.params import FromPath
from litestar.response import Redirect

from comity.errors import Impossible, Refused
from comity.serve.oidc import LASTS, Provider
from comity.serve.pages import Answer, page
from comity.serve.routes.home import client, signed_in
from comity.serve.visit import Visit, Visiting
from comity.values.instant import SECOND

COOKIE, WAY = "comity-provider", "/sign-in/provider"


@get(WAY + "/{party:str}", sync_to_thread=True)
def there(visit: Visiting, party: FromPath[str]) -> Redirect:
    """Send the browser to the provider."""
    provider = _of(visit, party)
    if not visit.desk.accounts.addresses.admits(client(visit.request)):
        raise Refused("too many tries from your address", next_step="wait a while, then try again")
    url, secret = provider.begin()
    answer = Redirect(url, status_code=303, headers={"cache-control": "no-store"})
    secure = visit.desk.settings.secure_cookies
    answer.set_cookie(
        COOKIE, secret, path=WAY, max_age=LASTS // SECOND, httponly=True, samesite="lax", secure=secure
    )  # fmt: skip
    return answer


@get(WAY + "/{party:str}/back", sync_to_thread=True)
def back(visit: Visiting, party: FromPath[str]) -> Answer:
    """Sign in whom the provider vouches for: rules 1 and 2."""
    provider = _of(visit, party)
    person = provider.finish(visit.request.cookies.get(COOKIE, ""), visit.query)
    visit.desk.accounts.addresses.led_in(client(visit.request))
    answer = signed_in(visit, person, page(visit, "signed-in.html.j2", {"person": person}))
    answer.headers["cache-control"] = "no-store"
    answer.delete_cookie(COOKIE, path=WAY)
    return answer


def _of(visit: Visit, party: str) -> Provider:
    found = next((one for one in visit.desk.settings.providers if one.party == party), None)
    if found is None:
        raise Impossible("no provider of that party is known here", next_step="sign in by name and password")
    return found


ROUTES = [there, back]
