"""How the visitor reads dates."""

from __future__ import annotations

from litestar import post
from litestar.response import Redirect

from comity.serve.dates import STYLES
from comity.serve.routes.forms import posted, see
from comity.serve.visit import DATES, Asked


@post("/dates", status_code=303)
async def dates(request: Asked) -> Redirect:
    """Read dates in another style."""
    fields = await posted(request)
    answer = see(fields.get("back", "/"))
    if fields.get("dates") in STYLES:
        answer.set_cookie(DATES, fields["dates"], path="/", httponly=True, samesite="strict")
    return answer


ROUTES = [dates]
