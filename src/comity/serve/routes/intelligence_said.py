"""Stating a graded report; requests for information, asked, answered and passed on: forms, and addresses for programs.

Rules:
1. A page drafts, to be signed; a program signs at once, or drafts with `draft=true`. Both say the same structs as the
   command line (`comity.flow.intelligence_said`), and need a release authority to sign, a drafter to draft.
2. What is drafted rests on what its author could read; a request is signed before its deadline, or not at all.
3. Whoever might know is told from reports that the visitor may read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import msgspec
from litestar import get, post
from litestar.params import JSONBody
from litestar.response import Redirect

from comity.casebook.book import Casebook
from comity.errors import Malformed
from comity.flow import intelligence_stating as stating
from comity.flow.asked import asked
from comity.flow.intelligence_said import Answering, Asking, Reporting, check_named
from comity.formats import yaml12
from comity.instruments.intelligence.graded_table import asked_data, report_data, report_table, request_table
from comity.instruments.intelligence.listing import Part, listed, part
from comity.instruments.intelligence.reported import Answer as Answered
from comity.instruments.intelligence.reported import Indicator, Reply, Request, Shows
from comity.instruments.intelligence.reported_gathered import Facts
from comity.instruments.intelligence.requests import addressees, might_know
from comity.instruments.intelligence.requests import stands as standing
from comity.ledger.view import View
from comity.serve import tables
from comity.serve.once import once
from comity.serve.pages import Answer, data, kept, label_lines, page
from comity.serve.roles import DRAFTS, Role
from comity.serve.routes.api import told
from comity.serve.routes.api_acts import How
from comity.serve.routes.forms import Fields, address, parties, posted, see
from comity.serve.routes.intelligence import gathered, known
from comity.serve.visit import Asked, Visit, Visiting
from comity.values.instant import Instant
from comity.values.label import join, normalise
from comity.values.party import PartyCode

Said = Reporting | Asking | Answering
Build = Callable[[stating.Desk], Sequence[stating.Line]]
REPORTS, REQUESTS = "/intelligence/report", "/intelligence/requests"
LATEST = 50
"""So many reports are on a page, the latest first."""
NARROWING = ("thing", "about", "by")
"""What narrows the list of reports; a page prefills its form with it as well."""
BY_COMMAS = {"to", "tell"}
BY_LINES = {"about", "rests_on", "variant_of", "shows", "reports"}


@get(REPORTS, sync_to_thread=False)
def reporting(visit: Visiting) -> Answer:
    """The graded reports that the visitor may read, the latest first, and the form of another."""
    _ = visit.somebody
    return kept(visit, lambda: _reporting(visit))


def _reporting(visit: Visit) -> Answer:
    view, form = visit.view(), visit.query.get("format")
    found, wanted = gathered(visit, view), {name: visit.query.get(name, "") for name in NARROWING}
    every = listed(found, **{**wanted, "by": known(visit, "by", wanted["by"])})
    if form == "json":
        return reports_answer(view, found, part(every, None, len(every) + 1))
    if form is not None:
        return tables.sheet(form, report_table(every), name="reports", label=found.label, audience=view.audience)
    shown = part(every, visit.query.get("after"), LATEST)
    signs = sorted(f"{one.problem}/{one.name}" for one in found.of(Indicator))
    told = {
        "reports": [report_data(one) for one in shown.reports],
        "total": shown.total,
        "more": address({**wanted, "after": shown.next}) if shown.next else None,
        "begun": bool(visit.query.get("after")),
        "now": address(wanted),
        "asked": wanted,
        "parties": view.casebook.parties,
        "signs": signs,
        "words": [one.value for one in Shows],
    }
    return page(visit, "intelligence-report.html.j2", told, label=found.label)


def reports_answer(view: View[Casebook], found: Facts, shown: Part) -> Answer:
    """A part of the graded reports, as JSON."""
    told = {"reports": [report_data(one) for one in shown.reports], "total": shown.total, "after": shown.next}
    return data({"audience": view.audience, "label": label_lines(found.label), **told})


@post(REPORTS, status_code=303)
async def reported(request: Asked, visit: Visiting) -> Redirect:
    """Draft a report: rule 1."""
    person, fields = visit.require(*DRAFTS), await posted(request)
    said = asked(Reporting, {**_read(visit, fields, Reporting), **_incident(fields)})
    return see(f"/sign/{_drafted(visit, said, f'{person.party} reports: {said.title}.', REPORTS)}")


def _incident(fields: Fields) -> dict[str, object]:
    """An incident that was written as YAML.

    Raises:
        Malformed: it is none.
    """
    if "incident" not in fields:
        return {}
    found = yaml12.load(fields["incident"], "incident")
    if not isinstance(found, Mapping):
        step = "write its name, and the fields of an event"
        raise Malformed("is no incident", field="incident", next_step=step)
    return {"incident": {str(name): one for name, one in found.items()}}


def _read(visit: Visit, fields: Fields, kind: type[Said]) -> dict[str, object]:
    """The fields of a form, as the struct has them."""
    made: dict[str, object] = {}
    for name, text in fields.items():
        if name in BY_COMMAS:
            made[name] = parties(text, name, visit.view().casebook)
        elif name in BY_LINES:
            made[name] = tuple(line.strip() for line in text.splitlines() if line.strip())
        else:
            made[name] = text.replace("\r\n", "\n")
    if "answer_by" in made and not str(made["answer_by"]).endswith("Z") and "+" not in str(made["answer_by"]):
        made["answer_by"] = f"{made['answer_by']}Z"  # a browser writes no zone, and the page says UTC
    return {name: value for name, value in made.items() if name in kind.__struct_fields__}


def _drafted(visit: Visit, said: Said, says: str, back: str) -> str:
    """The name under which it waits to be signed: rules 1 and 2."""
    desk = stating.desk(visit.desk.book, visit.somebody.party)
    lines = [stating.checked(one, desk) for one in said.stated(desk)]
    return visit.desk.draft(
        visit.somebody, [{one.kind: one.body} for one in lines], says, back, before=_before(said)
    )  # fmt: skip


def _before(said: Said) -> Instant | None:
    return said.deadline if isinstance(said, Asking) else None


@get(REQUESTS, sync_to_thread=False)
def requests(visit: Visiting) -> Answer:
    """Requests by their deadlines, those that the visitor's nation is asked, and the form of another."""
    _ = visit.somebody
    return kept(visit, lambda: _requests(visit))


def _requests(visit: Visit) -> Answer:
    view, now, form = visit.view(), visit.desk.book.clock(), visit.query.get("format")
    found = gathered(visit, view)
    ordered = sorted(found.of(Request), key=lambda one: (one.answer_by, one.stamp.id))
    stood = [standing(one, found, now) for one in ordered]
    if form == "json":
        told = [asked_data(one) for one in stood]
        return data({"audience": view.audience, "label": label_lines(found.label), "requests": told})
    if form is not None:
        rows = request_table(stood)
        return tables.sheet(form, rows, name="requests", label=found.label, audience=view.audience)
    every = [
        (asked_data(one), visit.party in addressees(one.request), visit.party in replied(one.request, found))
        for one in stood
    ]
    about = visit.query.get("thing") or visit.query.get("about") or ""
    known = [one for one in might_know([about], found) if one != visit.party] if about else []
    more = {
        "requests": every,
        "answers": [one.value for one in Answered],
        "asked": {name: visit.query.get(name, "") for name in ("thing", "about")},
        "known": known,
        "parties": view.casebook.parties,
    }
    return page(visit, "intelligence-requests.html.j2", more, label=found.label)


def replied(one: Request, found: Facts) -> set[PartyCode]:
    """Who has answered a request, as far as the visitor may read."""
    return {reply.stamp.by for reply in found.of(Reply) if reply.of == one.stamp.id}


@post(REQUESTS, status_code=303)
async def requested(request: Asked, visit: Visiting) -> Redirect:
    """Draft a request, its answer, or a request that passes it on: rule 1."""
    person, fields = visit.require(*DRAFTS), await posted(request)
    do = fields.get("do", "")
    if do not in {"ask", "answer", "pass-on"}:
        raise Malformed(f"{do!r} is no act", field="do", next_step="allowed: ask, answer, pass-on")
    if do == "answer":
        answer = asked(Answering, _read(visit, fields, Answering))
        says = f"{person.party} answers a request: {answer.answer.value}."
        return see(f"/sign/{_drafted(visit, answer, says, REQUESTS)}")
    said = asked(Asking, _read(visit, fields, Asking))
    if do == "pass-on" and said.passes_on is None:
        raise Malformed("is missing", field="passes_on", next_step="name the request that is passed on")
    says = f"{person.party} asks {', '.join(said.to)}: {said.asks}"
    return see(f"/sign/{_drafted(visit, said, says, REQUESTS)}")


# For programs


def _answered(how: How, said: Said, says: str) -> Answer:
    """Signed, or drafted; once for a key: rule 1."""
    person = how.visit.require(*(DRAFTS if how.draft else [Role.RELEASE_AUTHORITY]))
    named = [(field, one) for field in sorted(BY_COMMAS) for one in getattr(said, field, ())]
    check_named(how.visit.desk.book, person.party, named)
    do = (lambda: _to_sign(how.visit, said, says)) if how.draft else (lambda: _signed(how.visit, said))
    return once(how.visit, how.key, msgspec.to_builtins(said), do)


def _signed(visit: Visit, said: Said) -> dict[str, object]:
    receipts = stating.state(visit.desk.book, visit.somebody.party, said.stated)
    view = visit.view()
    facts = [view.get(one.id) for one in receipts]
    label = join([gathered(visit, view).label, *(one.record.label for one in facts)])
    return {
        "audience": visit.audience, "label": label_lines(normalise(label)), "facts": [told(one) for one in facts],
    }  # fmt: skip


def _to_sign(visit: Visit, said: Said, says: str) -> dict[str, object]:
    name = _drafted(visit, said, says, REPORTS if isinstance(said, Reporting) else REQUESTS)
    records = visit.desk.pending(visit.somebody, name).records
    label = join([gathered(visit, visit.view()).label, *(one.label for one in records)])
    return {
        "audience": visit.audience, "label": label_lines(normalise(label)),
        "facts": [{"id": one.id, **one.content} for one in records], "sign": f"/sign/{name}",
    }  # fmt: skip


@post("/api/intelligence/reports", sync_to_thread=False)
def report(how: How, data: JSONBody[Reporting]) -> Answer:
    """State a report with its grades: reliability A to F and credibility 1 to 6, each for itself."""
    return _answered(how, data, f"{how.visit.somebody.party} reports: {data.title}.")


@post("/api/intelligence/requests", sync_to_thread=False)
def ask(how: How, data: JSONBody[Asking]) -> Answer:
    """Ask parties for information, by a deadline; with `passes_on`, what one was asked oneself."""
    return _answered(how, data, f"{how.visit.somebody.party} asks {', '.join(data.to)}: {data.asks}")


@post("/api/intelligence/answers", sync_to_thread=False)
def answer(how: How, data: JSONBody[Answering]) -> Answer:
    """Answer a request that one was asked; `of` is its id, its first digits, or its name."""
    return _answered(how, data, f"{how.visit.somebody.party} answers a request: {data.answer.value}.")


ROUTES = [reporting, reported, requests, requested, report, ask, answer]
