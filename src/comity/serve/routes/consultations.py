"""Consultations: the cases one takes part in, what is said, texts under silence, committee work, national steps.

Rules:
1. A page shows a case as its visitor may see it; what he may do is drafted, shown, and signed like everything else. A
   drafter drafts it; a release authority signs.
2. A text that the chair puts under silence through a page goes with it, readable by those who take part, so that each
   receives what its hash says; what was sent stays with whom it was sent to.
3. A case's page lives: it is told when what its visitor may read has changed, and asks again.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, ServerSentEvent, ServerSentEventMessage
from msgspec import structs

from comity.casebook.bodies import bodies
from comity.casebook.steps import Counts, packaged
from comity.casebook.workdays import workdays
from comity.errors import Impossible, Malformed
from comity.flow.consulting import Desk, own
from comity.flow.consulting_act import Act, CaseAct
from comity.flow.consulting_case import Decide, Document, Done, GiveTask, Meeting, Open, Point, Position
from comity.flow.consulting_channel import Incident, Notice, Question, Reply, Step
from comity.flow.consulting_silence import (
    Amend,
    Break,
    Consent,
    Drop,
    Extend,
    Outcome,
    Put,
    Reason,
    Receipt,
    sign_before,
)
from comity.flow.labelled import label_words
from comity.formats import ical, timeline
from comity.instruments.consultation import acts, calendar, outcome, steps, table
from comity.instruments.consultation import facts as f
from comity.instruments.consultation.case import cases, consultation, named
from comity.instruments.consultation.channel import matters
from comity.instruments.consultation.committee import waiting
from comity.instruments.consultation.gathered import Facts, gather, unread_of
from comity.ledger.proof import proofs
from comity.ledger.record import parse
from comity.serve.accounts import Person
from comity.serve.pages import Answer, data, dated, file, kept, label_lines, page
from comity.serve.roles import DRAFTS
from comity.serve.routes.forms import filled, moment, parties, posted, see
from comity.serve.visit import Asked, Visit, Visiting
from comity.values.instant import DAY, Instant, exactly, show
from comity.values.label import join, normalise
from comity.values.party import PartyCode

DUTIES = ("defend", "assist", "act")


def _gathered(visit: Visit) -> Facts:
    """What a visitor may read of consultations, gathered once for everybody who reads the same."""
    view = visit.view()
    return visit.desk.gathered(view)


@get("/consultations", sync_to_thread=False)
def listed(visit: Visiting) -> Answer:
    """The consultations a visitor knows of, and the channel against miscalculation."""
    view, now = visit.view(), visit.desk.book.clock()
    facts = visit.desk.gathered(view)
    if visit.query.get("format") == "ics":
        return calendar_file(visit)
    told = {
        "cases": cases(facts),
        "matters": [table.matter_data(one) for one in matters(facts, now)],
        "bodies": {body.id: body.name for body in bodies().values()},
        "waiting": waits(facts, visit.party, now),
        "unread": [table.unread_data(one) for one in unread_of(visit.party, facts)],
    }
    return page(visit, "consultations.html.j2", told, label=facts.label)


def calendar_file(visit: Visit) -> Answer:
    """What has a date in a visitor's consultations and agreements, as a calendar."""
    view, facts, now = visit.view(), _gathered(visit), visit.desk.book.clock()
    words = "; ".join(label_lines(facts.label)) or ical.PUBLIC
    entries = [*calendar.entries(facts, now, words), *calendar.renewals(view.casebook.agreements.values(), words)]
    return dated(entries, "Comity", now // DAY * DAY, words, "comity.ics")


def waits(facts: Facts, party: PartyCode | None, now: Instant) -> list[dict[str, object]]:
    """What waits for a party in consultations, by what was gathered of them."""
    return [] if party is None else [table.waiting_data(one) for one in waiting(party, facts, now)]


@post("/consultations", status_code=303)
async def opened(request: Asked, visit: Visiting) -> Redirect:
    """Draft the opening of a consultation."""
    person, fields = visit.require(*DRAFTS), await posted(request)
    agenda = [line.strip() for line in fields.pop("agenda", "").splitlines() if line.strip()]
    asked = structs.replace(
        filled(Open, fields),
        agenda=tuple(Point(str(number), title) for number, title in enumerate(agenda, start=1)),
    )
    desk = before(visit, person)
    statements = own(asked.stated(desk), desk)
    says = f"{person.party} opens a consultation: {asked.title}."
    return see(f"/sign/{visit.desk.draft(person, [one.line for one in statements], says, '/consultations')}")


def before(visit: Visit, person: Person) -> Desk:
    """What somebody who states something has before him."""
    view = visit.view()
    return Desk(person.party, view, gather(view), visit.desk.book.clock())


@get("/consultations/{name:str}", sync_to_thread=False)
def shown(visit: Visiting, name: FromPath[str]) -> Answer:
    """One case."""
    return kept(visit, lambda: _shown(visit, name))


def _shown(visit: Visit, name: str) -> Answer:
    view, now = visit.view(), visit.desk.book.clock()
    found = consultation(view, name, now, view.casebook)
    told = table.consultation_data(found, "; ".join(label_lines(found.label)))
    if visit.query.get("format") == "json":
        return data(told)
    more = {"found": told, "own": visit.party, "readers": acts.readers(found.case)}
    return page(visit, "consultation.html.j2", more, label=found.label)


@get("/consultations/{name:str}/live", sync_to_thread=False)
def live(visit: Visiting, name: FromPath[str]) -> ServerSentEvent:
    """That what the visitor may read has changed: rule 3."""
    named(name, _gathered(visit))

    async def told() -> AsyncIterator[ServerSentEventMessage]:
        async for changed in visit.desk.watch.changes(lambda: visit.desk.consulted(*visit.audience)):
            event = "changed" if changed else None
            yield ServerSentEventMessage(data="", event=event, comment=None if changed else "still here")

    return ServerSentEvent(told())


@get("/consultations/{name:str}/record", sync_to_thread=False)
def record(visit: Visiting, name: FromPath[str]) -> Answer:
    """The record of a silence procedure, which anybody can verify without a book (`comity consultation verify`)."""
    told = record_of(visit, name, visit.query.get("item", ""))
    body = json.dumps(told, indent=1, ensure_ascii=False).encode() + b"\n"
    return file(body, "application/json", "silence-record.json")


def record_of(visit: Visit, name: str, item: str) -> dict[str, object]:
    """The record of a silence procedure as plain data, under the label of all that it holds."""
    view = visit.view()
    facts = visit.desk.gathered(view)
    found = list(proofs(visit.desk.book, view, outcome.parts(named(name, facts), item, facts)))
    wanted = {key for proof in found for key, _ in proof.signatures}
    keys = [
        {"id": key.id, "party": key.party, "public": key.public.hex()}
        for key in visit.desk.book.keys
        if key.id in wanted
    ]
    label = label_words(normalise(join(parse(proof.data).label for proof in found)))
    return {"format": outcome.FORMAT, "audience": visit.audience, "label": label, "item": item,
            "facts": [proof.as_json() for proof in found], "keys": keys}  # fmt: skip


@post("/consultations/{name:str}/{act:str}", status_code=303)
async def acted(request: Asked, visit: Visiting, name: FromPath[str], act: FromPath[str]) -> Redirect:
    """Draft what somebody states in a case."""
    person, fields = visit.require(*DRAFTS), await posted(request)
    if act not in ACTS:
        raise Impossible("nothing of that name is done in a case", next_step="look at the case again")
    desk = before(visit, person)
    case = named(name, desk.facts)
    statements = own(filled(ACTS[act], fields).stated(desk, case), desk)
    words = " ".join([f"{case.title}: {act}.", *(one.says for one in statements if one.says)])
    back, still = f"/consultations/{case.stamp.id}", ACTS[act] in IN_A_CHAIN
    lines, deadline = [one.line for one in statements], sign_before(statements, desk)
    return see(f"/sign/{visit.desk.draft(person, lines, words, back, still=still, before=deadline)}")


ACTS: dict[str, type[CaseAct]] = {
    "position": Position, "put": Put, "amend": Amend, "receipt": Receipt, "consent": Consent, "break": Break,
    "reason": Reason, "extend": Extend, "drop": Drop, "outcome": Outcome, "decide": Decide, "point": Point,
    "meeting": Meeting, "task": GiveTask, "done": Done, "document": Document,
}  # fmt: skip
"""What is stated in a case, by the name of its form and of its address in the API."""
IN_A_CHAIN: frozenset[type] = frozenset({Put, Amend, Extend, Drop, Outcome, Decide})
"""Acts of the chair that rest on all it read: signed only while nothing else arrived, so that none forks another."""
ON_CHANNEL: dict[str, type[Act]] = {"incident": Incident, "notice": Notice, "question": Question, "reply": Reply}
"""What is stated on the channel, by the name of its form and of its address in the API."""


@post("/channel/{act:str}", status_code=303)
async def on_channel(request: Asked, visit: Visiting, act: FromPath[str]) -> Redirect:
    """Draft a report, a notice, a question or an answer on the channel against miscalculation."""
    person, fields = visit.require(*DRAFTS), await posted(request)
    if act not in ON_CHANNEL:
        raise Impossible("nothing of that name is done here", next_step="look at the channel again")
    desk = before(visit, person)
    statements = own(filled(ON_CHANNEL[act], fields).stated(desk), desk)
    lines = [one.line for one in statements]
    return see(f"/sign/{visit.desk.draft(person, lines, f'On the channel: {act}.', '/consultations')}")


@get("/steps", sync_to_thread=False)
def national_steps(visit: Visiting) -> Answer:
    """What a state's own law asks for a duty, and the earliest lawful day, as a timeline."""
    view, asked = visit.view(), dict(visit.query)
    now = visit.desk.book.clock() // DAY * DAY
    (party,) = parties(asked.get("party"), "party", view.casebook) or (visit.party or "",)
    duty, starts = asked.get("duty", DUTIES[1]), moment(asked.get("starts"), "starts", now)
    if duty not in DUTIES:
        raise Malformed(f"{duty!r} is no such duty", field="duty", next_step=f"one of: {', '.join(DUTIES)}")
    facts = gather(view, [f.NATIONAL_STEP])
    found = steps.timelines(packaged(), steps.stated(facts, steps.Contribution(party, duty, starts)), workdays(party))
    if asked.get("format") == "json":
        told = [table.timeline_data(one) for one in found]
        return data({"audience": view.audience, "label": label_lines(facts.label), "routes": told})
    more = {
        "asked": {"party": party, "duty": duty, "starts": show(starts)},
        "duties": DUTIES,
        "counts": [one.value for one in Counts],
        "routes": [(table.timeline_data(one), _drawn(one, number, starts)) for number, one in enumerate(found)],
        "parties": view.casebook.parties,
        "with_plans": sorted({plan.party for plan in packaged()}),
    }
    return page(visit, "steps.html.j2", more, label=facts.label)


@post("/steps", status_code=303)
async def step_told(request: Asked, visit: Visiting) -> Redirect:
    """Draft what a state tells of a step of its own procedures."""
    person, fields = visit.require(*DRAFTS), await posted(request)
    told, desk = filled(Step, fields), before(visit, person)
    statements = own(told.stated(desk), desk)
    says, back = f"{person.party} tells of {told.route}: {told.step}.", f"/steps?party={person.party}"
    return see(f"/sign/{visit.desk.draft(person, [one.line for one in statements], says, back)}")


def _drawn(found: steps.Timeline, number: int, starts: Instant) -> str:
    """A route as a timeline."""
    rows = [
        timeline.Row(row.step.says, exactly(row.start), exactly(row.latest or row.end), note=row.open or "")
        for row in found.rows
    ]
    last = max((row.end.latest for row in rows), default=starts) + 7 * DAY
    return timeline.svg(rows, "National steps", "What waits for what.", first=starts, last=last, key=f"route{number}")


ROUTES = [listed, opened, shown, live, record, acted, on_channel, national_steps, step_told]
