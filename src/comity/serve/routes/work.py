"""A work of the visitor's that goes on beside the pages: how far it is, where it leads, and stopping it.

Rules:
1. While it goes on its page comes again by itself. When it is done the page leads on; what stood in its way is told as
   if it had been met at once.
"""

from __future__ import annotations

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect

from comity.serve.pages import Answer, page
from comity.serve.problems import named
from comity.serve.routes.forms import see
from comity.serve.visit import Visiting

AGAIN = "2"
"""Seconds until the page comes again."""


class LostError(Exception):
    """A work met an error nobody named."""


@get("/progress/{name:str}", sync_to_thread=False)
def shown(visit: Visiting, name: FromPath[str]) -> Answer | Redirect:
    """How far a work is: rule 1."""
    work = visit.desk.works.get(visit.person, name)
    going = not work.ended  # read once: it may end meanwhile
    if going or work.stopped:
        made = page(visit, "work.html.j2", {"work": work, "name": name, "going": going})
        if going:
            made.headers["refresh"] = AGAIN
        return made
    if work.error is not None:
        return named(visit.request, work.error, back=work.back)
    if work.lost:
        raise LostError
    return see(work.to)


@post("/progress/{name:str}", status_code=303, sync_to_thread=False)
def stopped(visit: Visiting, name: FromPath[str]) -> Redirect:
    """Stop a work."""
    visit.desk.works.stop(visit.somebody, name)
    return see(f"/progress/{name}")


ROUTES = [shown, stopped]
