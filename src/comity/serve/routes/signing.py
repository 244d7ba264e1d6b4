"""What waits for the visitor's own signature: shown exactly, then signed or left."""

from __future__ import annotations

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect

from comity.serve import draft_pages, form_layout
from comity.serve.pages import Answer, label_lines, page
from comity.serve.roles import needed
from comity.serve.routes.forms import see
from comity.serve.visit import Visiting


@get("/sign/{name:str}", sync_to_thread=False)
def shown(visit: Visiting, name: FromPath[str]) -> Answer:
    """Exactly what would be signed."""
    pending = visit.desk.pending(visit.person, name)
    lines = [label_lines(record.label) for record in pending.records]
    told = {
        "pending": pending,
        "name": name,
        "lines": lines,
        "amended": [draft_pages.amended_by(visit, record) for record in pending.records],
        "called": form_layout.called,
    }
    return page(visit, "sign.html.j2", told)


@post("/sign/{name:str}", status_code=303, sync_to_thread=False)
def signed(visit: Visiting, name: FromPath[str]) -> Redirect:
    """Sign it."""
    pending = visit.desk.pending(visit.person, name)
    for record in pending.records:
        for role in needed(record.kind, record.text("supersedes"), record.issuer, visit.desk.book):
            visit.require(role)
    visit.desk.sign(visit.somebody, name)
    return see(pending.back)


ROUTES = [shown, signed]
