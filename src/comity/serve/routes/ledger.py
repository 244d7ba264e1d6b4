"""The signed facts a visitor may read, each with its history, as of any instant."""

from __future__ import annotations

from litestar import get
from litestar.params import FromPath

from comity.flow.facts_shown import shown
from comity.serve.pages import Answer, data, kept, page
from comity.serve.roles import Role
from comity.serve.routes.api import borne, told
from comity.serve.routes.forms import address, moment
from comity.serve.visit import Visit, Visiting
from comity.values.label import join

PAGE = 50


@get("/ledger", sync_to_thread=False)
def listed(visit: Visiting) -> Answer:
    """A page of facts."""
    return kept(visit, lambda: _listed(visit))


def _listed(visit: Visit) -> Answer:
    asked = dict(visit.query)
    view = visit.view(known=moment(asked.get("known"), "known"))
    kinds = [asked["kind"]] if "kind" in asked else None
    found = view.records(kinds, after=asked.get("after"), limit=PAGE + 1)
    facts = shown(view, found[:PAGE])
    fields = {name: asked.get(name, "") for name in ("kind", "known")}
    return page(
        visit,
        "ledger.html.j2",
        {"asked": fields, "now": address(fields), "facts": facts, "after": facts[-1].id if len(found) > PAGE else None},
        label=join(seen.record.label for seen in facts),
    )


@get("/ledger/{name:str}", sync_to_thread=False)
def one(visit: Visiting, name: FromPath[str]) -> Answer:
    """A fact and what was said of it since."""
    view = visit.view()
    history = shown(view, view.history(name))
    visit.desk.readings.note(visit.person, name)
    own = visit.party is not None and history[0].record.issuer == visit.party
    if visit.query.get("format") == "json":
        return data({**borne(view, history), "history": [told(seen) for seen in history]})
    return page(
        visit,
        "fact.html.j2",
        {"history": history, "read_by": visit.desk.readings.parties(name) if own else []},
        label=join(seen.record.label for seen in history),
    )


@get("/ledger/verify", sync_to_thread=False)
def verified(visit: Visiting) -> Answer:
    """What verifying the book finds of the facts the auditor may read; the rest is its keeper's to see."""
    from comity.ledger.verify import verify

    visit.require(Role.AUDITOR)
    view = visit.view()
    found = [one for one in verify(visit.desk.book.store) if one.fact is not None and view.may_read(one.fact)]
    return page(visit, "verify.html.j2", {"findings": [f"{one.damage}: {one.fact}: {one.says}" for one in found]})


@get("/ledger/readings", sync_to_thread=False)
def readings(visit: Visiting) -> Answer:
    """What the visitor's own people have read here: for their auditor."""
    person = visit.require(Role.AUDITOR)
    return page(visit, "readings.html.j2", {"readings": visit.desk.readings.of(person.party)})


ROUTES = [listed, one, verified, readings]
