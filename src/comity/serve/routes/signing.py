"""What waits for the visitor's signature: shown exactly, then signed, left, handed over, sent back or withdrawn."""

from __future__ import annotations

from collections.abc import Sequence

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect

from comity.ledger.record import Record
from comity.serve import draft_pages, form_layout
from comity.serve.pages import Answer, label_lines, page
from comity.serve.routes.forms import see
from comity.serve.visit import Visiting

MOST = 20
"""So many facts are shown at once, each to the byte; the others follow."""
AT_ONCE = 1_000_000
"""What holds more bytes is signed as a work of its own, with its progress shown (`comity.serve.works`)."""


@get("/sign/{name:str}", sync_to_thread=False)
def shown(visit: Visiting, name: FromPath[str]) -> Answer:
    """Exactly what would be signed."""
    pending = visit.desk.pending(visit.person, name, visit.roles)
    records, at = _part(pending.records, visit.query.get("from", ""))
    told = {
        "pending": pending,
        "name": name,
        "records": records,
        "at": at,
        "most": MOST,
        "lines": [label_lines(record.label) for record in records],
        "amended": [draft_pages.amended_by(visit, record) for record in records],
        "called": form_layout.called,
        "own": pending.person == visit.person,
        "signs": pending.roles(visit.desk.book) <= visit.roles,
    }
    return page(visit, "sign.html.j2", told)


def _part(records: Sequence[Record], begins: str) -> tuple[Sequence[Record], int]:
    """So many of the facts as a page shows, and the number of the first of them, from 0."""
    at = min(int(begins[:9]), len(records)) if begins.isdecimal() and begins.isascii() else 0
    return records[at : at + MOST], at


@post("/sign/{name:str}", status_code=303, sync_to_thread=False)
def signed(visit: Visiting, name: FromPath[str]) -> Redirect:
    """Sign it."""
    pending = visit.desk.pending(visit.person, name, visit.roles)
    for role in sorted(pending.roles(visit.desk.book)):
        visit.require(role)
    if pending.size > AT_ONCE:
        return see(f"/progress/{visit.desk.sign_beside(visit.somebody, name, pending)}")
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
