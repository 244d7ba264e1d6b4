"""What waits for the visitor's signature: shown exactly, then signed, left, handed over, sent back or withdrawn."""

from __future__ import annotations

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect

from comity.serve import draft_pages, form_layout
from comity.serve.pages import Answer, label_lines, page
from comity.serve.routes.forms import see
from comity.serve.visit import Visiting


@get("/sign/{name:str}", sync_to_thread=False)
def shown(visit: Visiting, name: FromPath[str]) -> Answer:
    """Exactly what would be signed."""
    pending = visit.desk.pending(visit.person, name, visit.roles)
    lines = [label_lines(record.label) for record in pending.records]
    told = {
        "pending": pending,
        "name": name,
        "lines": lines,
        "amended": [draft_pages.amended_by(visit, record) for record in pending.records],
        "called": form_layout.called,
        "own": pending.person == visit.person,
        "signs": pending.roles(visit.desk.book) <= visit.roles,
    }
    return page(visit, "sign.html.j2", told)


@post("/sign/{name:str}", status_code=303, sync_to_thread=False)
def signed(visit: Visiting, name: FromPath[str]) -> Redirect:
    """Sign it."""
    pending = visit.desk.pending(visit.person, name, visit.roles)
    for role in sorted(pending.roles(visit.desk.book)):
        visit.require(role)
    visit.desk.sign(visit.somebody, name, visit.roles)
    return see(pending.back)


@post("/sign/{name:str}/hand", status_code=303, sync_to_thread=False)
def handed(visit: Visiting, name: FromPath[str]) -> Redirect:
    """Hand one's own draft over to whoever of the nation may sign it."""
    visit.desk.drafts.hand(visit.somebody, name)
    return see("/inbox")


@post("/sign/{name:str}/back", status_code=303, sync_to_thread=False)
def sent_back(visit: Visiting, name: FromPath[str]) -> Redirect:
    """Send a draft that was handed over back to its author."""
    visit.desk.drafts.send_back(visit.somebody, visit.roles, name)
    return see("/inbox")


@post("/sign/{name:str}/withdraw", status_code=303, sync_to_thread=False)
def withdrawn(visit: Visiting, name: FromPath[str]) -> Redirect:
    """Withdraw one's own draft."""
    visit.desk.drafts.withdraw(visit.somebody, name)
    return see("/inbox")


ROUTES = [shown, signed, handed, sent_back, withdrawn]
