"""What waits for the visitor's own signature: shown exactly, then signed or left."""

from __future__ import annotations

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect

from comity.serve.pages import Answer, label_lines, page
from comity.serve.roles import Role
from comity.serve.routes.forms import see
from comity.serve.visit import Visiting

NEEDS = {
    "request": Role.DRAFTER, "appointment": Role.ADMINISTRATOR, "key": Role.KEY_HOLDER, "key-revoked": Role.KEY_HOLDER,
}  # fmt: skip
"""The role that signs a kind of fact; every other kind is the release authority's."""


@get("/sign/{name:str}", sync_to_thread=False)
def shown(visit: Visiting, name: FromPath[str]) -> Answer:
    """Exactly what would be signed."""
    pending = visit.desk.pending(visit.person, name)
    lines = [label_lines(record.label) for record in pending.records]
    return page(visit, "sign.html.j2", {"pending": pending, "name": name, "lines": lines})


@post("/sign/{name:str}", status_code=303, sync_to_thread=False)
def signed(visit: Visiting, name: FromPath[str]) -> Redirect:
    """Sign it."""
    pending = visit.desk.pending(visit.person, name)
    for record in pending.records:
        visit.require(NEEDS.get(record.kind, Role.RELEASE_AUTHORITY))
    visit.desk.sign(visit.somebody, name)
    return see(pending.back)


ROUTES = [shown, signed]
