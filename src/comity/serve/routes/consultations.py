"""Consultations: the cases one takes part in, what is said, texts under silence, committee work, national steps.

Rules:
1. A page shows a case as its visitor may see it; what he may do is drafted, shown, and signed like everything else.
2. A text that the chair puts under silence through a page goes with it, readable by those who take part, so that each
   receives what its hash says.
3. A case's page lives: it is told when the book has gone on, and asks again.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import dataclass

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, ServerSentEvent, ServerSentEventMessage

from comity.casebook.bodies import bodies, seated
from comity.casebook.book import Casebook
from comity.casebook.steps import holidays, packaged
from comity.errors import Impossible, Malformed
from comity.formats import ical, timeline
from comity.instruments.consultation import acts, calendar, outcome, steps, table
from comity.instruments.consultation import facts as f
from comity.instruments.consultation.acts import Statement
from comity.instruments.consultation.case import Consultation, cases, consultation, named, positions, votes
from comity.instruments.consultation.channel import matters
from comity.instruments.consultation.committee import waiting
from comity.instruments.consultation.facts import Case, Stance
from comity.instruments.consultation.gathered import Facts, gather
from comity.instruments.consultation.silence import Procedure, procedure
from comity.ledger.proof import proofs
from comity.ledger.view import View
from comity.serve.pages import Answer, data, file, label_lines, page
from comity.serve.roles import Role
from comity.serve.routes.forms import Fields, moment, parties, posted, see
from comity.serve.visit import Asked, Visiting
from comity.values.instant import DAY, Instant, exactly, show
from comity.values.party import PartyCode

TEXT = "consultation-text"
DUTIES = ("defend", "assist", "act")
Line = Mapping[str, Mapping[str, object]]


@dataclass(frozen=True, slots=True)
class Seat:
    """A case as somebody who takes part acts in it."""

    view: View[Casebook]
    facts: Facts
    case: Case
    party: PartyCode
    now: Instant
    fields: Fields

    @property
    def item(self) -> str:
        """The point of the agenda that the form is about."""
        return self.field("item")

    def field(self, name: str) -> str:
        """A field that must be there.

        Raises:
            Malformed: it is not.
        """
        if name not in self.fields:
            raise Malformed("is missing", field=name, next_step=f"fill in {name}")
        return self.fields[name]

    def time(self, name: str) -> Instant:
        """A time with its hour; what a browser writes without a zone is UTC, as the page says.

        Raises:
            Malformed: it is none.
        """
        text = self.field(name)
        return moment(text if text.endswith("Z") or "+" in text else f"{text}Z", name)

    def named(self, name: str) -> tuple[PartyCode, ...]:
        """Parties that a field names."""
        return parties(self.fields.get(name), name, self.view.casebook)

    @property
    def found(self) -> Procedure:
        """What lies under silence about the point.

        Raises:
            Impossible: nothing does.
        """
        there = procedure(self.case, self.item, self.facts, self.now)
        if there is None:
            raise Impossible("no text was put under silence here", next_step="look at the case again")
        return there


@get("/consultations", sync_to_thread=False)
def listed(visit: Visiting) -> Answer:
    """The consultations a visitor knows of, and the channel against miscalculation."""
    view, now = visit.view(), visit.desk.book.clock()
    facts = gather(view)
    if visit.query.get("format") == "ics":
        words = "; ".join(label_lines(facts.label)) or ical.PUBLIC
        entries = [*calendar.entries(facts, now, words), *calendar.renewals(view.casebook.agreements.values(), words)]
        return file(ical.write(entries, name="Comity", at=now // DAY * DAY, label=words), "text/calendar", "comity.ics")
    told = {
        "cases": cases(facts),
        "matters": [table.matter_data(one) for one in matters(facts, now)],
        "bodies": {body.id: body.name for body in bodies().values()},
        "waiting": waits(view, visit.party, now),
    }
    return page(visit, "consultations.html.j2", told, label=facts.label)


def waits(view: View[Casebook], party: PartyCode | None, now: Instant) -> list[dict[str, object]]:
    """What waits for a party in consultations."""
    return [] if party is None else [table.waiting_data(one) for one in waiting(party, gather(view), now)]


@post("/consultations", status_code=303)
async def opened(request: Asked, visit: Visiting) -> Redirect:
    """Draft the opening of a consultation."""
    person, fields = visit.require(Role.RELEASE_AUTHORITY), await posted(request)
    book, now = visit.view().casebook, visit.desk.book.clock()
    body = fields.get("body", "")
    members = parties(fields.get("parties"), "parties", book)
    if not members:
        if body not in bodies():
            raise Malformed("is missing", field="parties", next_step="name who takes part, or choose a body")
        members = seated(bodies()[body].members, book, now)
    agenda = [line.strip() for line in fields.get("agenda", "").splitlines() if line.strip()]
    statement = acts.opened(
        person.party,
        title=fields.get("title"),
        article=fields.get("article"),
        body=body or "the parties",
        parties=list(members),
        agenda=[{"item": str(number), "title": title} for number, title in enumerate(agenda, start=1)] or None,
        opens=acts.written(now),
    )
    says = f"{person.party} opens a consultation: {fields.get('title')}."
    return see(f"/sign/{visit.desk.draft(person, [statement.line], says, '/consultations')}")


@get("/consultations/{name:str}", sync_to_thread=False)
def shown(visit: Visiting, name: FromPath[str]) -> Answer:
    """One case."""
    view, now = visit.view(), visit.desk.book.clock()
    found = consultation(view, name, now, view.casebook)
    told = table.consultation_data(found, "; ".join(label_lines(found.label)))
    if visit.query.get("format") == "json":
        return data(told)
    more = {"found": told, "texts": _texts(view), "own": visit.party, "readers": acts.readers(found.case)}
    return page(visit, "consultation.html.j2", more, label=found.label)


def _texts(view: View[Casebook]) -> dict[str, str]:
    """The texts that went with what was put, by their hash; one that is not what its hash says is left out: rule 2."""
    stated = ((str(seen.record.body.get("text")), seen.record.body.get("sha256")) for seen in view.records([TEXT]))
    return {str(digest): words for words, digest in stated if acts.text_hash(words.encode()) == digest}


@get("/consultations/{name:str}/live", sync_to_thread=False)
def live(visit: Visiting, name: FromPath[str]) -> ServerSentEvent:
    """That the book has gone on: rule 3."""
    named(name, gather(visit.view()))

    async def told() -> AsyncIterator[ServerSentEventMessage]:
        async for changed in visit.desk.watch.changes():
            event = "changed" if changed else None
            yield ServerSentEventMessage(data="", event=event, comment=None if changed else "still here")

    return ServerSentEvent(told())


@get("/consultations/{name:str}/record", sync_to_thread=False)
def record(visit: Visiting, name: FromPath[str]) -> Answer:
    """The record of a silence procedure, which anybody can verify without a book (`comity consultation verify`)."""
    view = visit.view()
    facts = gather(view)
    case = named(name, facts)
    item = visit.query.get("item", "")
    found = list(proofs(visit.desk.book, view, outcome.parts(case, item, facts)))
    wanted = {key for proof in found for key, _ in proof.signatures}
    keys = [
        {"id": key.id, "party": key.party, "public": key.public.hex()}
        for key in visit.desk.book.keys
        if key.id in wanted
    ]
    told = {"format": outcome.FORMAT, "item": item, "facts": [proof.as_json() for proof in found], "keys": keys}
    body = json.dumps(told, indent=1, ensure_ascii=False).encode() + b"\n"
    return file(body, "application/json", "silence-record.json")


@post("/consultations/{name:str}/{act:str}", status_code=303)
async def acted(request: Asked, visit: Visiting, name: FromPath[str], act: FromPath[str]) -> Redirect:
    """Draft what somebody states in a case."""
    person, fields = visit.require(Role.RELEASE_AUTHORITY), await posted(request)
    if act not in ACTS:
        raise Impossible("nothing of that name is done in a case", next_step="look at the case again")
    view = visit.view()
    facts = gather(view)
    seat = Seat(view, facts, named(name, facts), person.party, visit.desk.book.clock(), fields)
    statements = list(ACTS[act](seat))
    for statement in statements:
        if isinstance(statement, Statement) and statement.by != person.party:
            raise Malformed(f"only {statement.by} can state this", next_step=f"ask {statement.by}")
    lines = [one.line if isinstance(one, Statement) else one for one in statements]
    says = " ".join(one.says for one in statements if isinstance(one, Statement) and one.says)
    words = f"{seat.case.title}: {act}. {says}".strip()
    back = f"/consultations/{seat.case.stamp.id}"
    return see(f"/sign/{visit.desk.draft(person, lines, words, back, still=act in IN_A_CHAIN)}")


def _position(seat: Seat) -> list[Statement]:
    stance = seat.field("stance")
    if stance not in set(Stance):
        raise Malformed(f"{stance!r} is no stance", field="stance", next_step=f"one of: {', '.join(Stance)}")
    release = acts.readers(seat.case) if seat.fields.get("release") == "all" else seat.named("release")
    says = seat.fields.get("says")
    return [acts.position(seat.case, seat.party, seat.item, Stance(stance), says=says, release=release)]


def _put(seat: Seat) -> list[Statement | Line]:
    """The chair puts a text under silence, and the text goes with it: rule 2."""
    words = seat.field("text").replace("\r\n", "\n")
    digest = acts.text_hash(words.encode())
    put = acts.put(seat.case, seat.item, digest, seat.time("deadline"), facts=seat.facts, now=seat.now)
    readers = [party for party in acts.readers(seat.case) if party != seat.party]
    label = [{"owner": seat.party, "scope": f"content/{TEXT}", "readers": readers}]
    return [{TEXT: {"by": seat.party, "sha256": digest, "text": words, "label": label}}, put]


def _break(seat: Seat) -> list[Statement]:
    return [acts.broken(seat.case, seat.found, seat.party, seat.now)]


def _reason(seat: Seat) -> list[Statement]:
    own = [one for one in seat.facts.of(f.Break) if one.of == seat.found.round.id and one.stamp.by == seat.party]
    if not own:
        raise Impossible(f"{seat.party} has not broken silence here", next_step="break it first")
    return [acts.reason(seat.case, own[0].stamp.id, seat.party, seat.field("says"), seat.named("to"))]


def _decide(seat: Seat) -> list[Statement]:
    found: Consultation = consultation(seat.view, seat.case.stamp.id, seat.now, seat.view.casebook)
    point = next((one for one in found.points if one.item == seat.item), None)
    if point is None or point.tally is None:
        raise Impossible(f"nothing was said to {seat.item}", next_step="look at the case again")
    said = votes(positions(seat.case, seat.item, seat.facts))
    return [acts.decided(seat.case, seat.item, found.rule, point.tally.result, said)]


def _done(seat: Seat) -> list[Statement]:
    own = [one for one in seat.facts.of(f.Task) if one.stamp.id == seat.field("task")]
    if not own:
        raise Impossible("there is no such task", next_step="look at the case again")
    return [acts.task_done(seat.case, own[0], seat.fields.get("says"))]


def _task(seat: Seat) -> list[Statement]:
    (owner,) = seat.named("owner") or (seat.party,)
    name, says = seat.field("name"), seat.field("says")
    return [acts.task(seat.case, seat.party, owner, name=name, says=says, due=seat.time("due"))]


def _document(seat: Seat) -> list[Statement]:
    version = seat.fields.get("version", "1")
    if not version.isdecimal():
        raise Malformed(f"{version!r} is no number", field="version", next_step="write 1 or more")
    digest, title = acts.text_hash(seat.field("text").replace("\r\n", "\n").encode()), seat.field("title")
    to = seat.named("to")
    return [
        acts.document(seat.case, seat.party, seat.field("name"), title=title, text=digest, version=int(version), to=to)
    ]


ACTS: dict[str, Callable[[Seat], Iterable[Statement | Line]]] = {
    "position": _position,
    "put": _put,
    "receipt": lambda seat: [acts.receipt(seat.case, seat.found, seat.party, seat.field("sha256"))],
    "consent": lambda seat: [acts.consent(seat.case, seat.found, seat.party, seat.field("sha256"))],
    "break": _break,
    "reason": _reason,
    "extend": lambda seat: [acts.extended(seat.case, seat.found, seat.time("deadline"))],
    "drop": lambda seat: [acts.dropped(seat.case, seat.found, seat.field("says"))],
    "outcome": lambda seat: [acts.recorded(seat.case, seat.found, seat.now)],
    "decide": _decide,
    "point": lambda seat: [acts.agenda_point(seat.case, seat.item, seat.field("title"))],
    "meeting": lambda seat: [
        acts.meeting(seat.case, seat.field("name"), title=seat.field("title"), at=seat.time("at"))
    ],
    "task": _task,
    "done": _done,
    "document": _document,
}  # fmt: skip
"""What is stated in a case, by the name of its form."""
IN_A_CHAIN = {"put", "extend", "drop", "outcome", "decide"}
"""Acts of the chair that rest on all it read: signed only while nothing else arrived, so that none forks another."""


@post("/channel/{act:str}", status_code=303)
async def on_channel(request: Asked, visit: Visiting, act: FromPath[str]) -> Redirect:
    """Draft a report, a notice, a question or an answer on the channel against miscalculation."""
    person, fields = visit.require(Role.RELEASE_AUTHORITY), await posted(request)
    view = visit.view()
    facts, now = gather(view), visit.desk.book.clock()
    seat = Seat(view, facts, _NO_CASE, person.party, now, fields)
    to = seat.named("to")
    if act == "incident":
        said = acts.incident(
            person.party, to, what=seat.field("what"), at=seat.time("at"), says=seat.field("says"),
            where=fields.get("where"),
        )  # fmt: skip
    elif act == "notice":
        said = acts.notice(
            person.party, to, name=seat.field("name"), begins=seat.time("begins"), ends=seat.time("ends"),
            area=seat.field("area"),
        )  # fmt: skip
    elif act == "question":
        said = acts.question(person.party, to, asks=seat.field("asks"), answer_by=seat.time("answer_by"))
    elif act == "reply":
        matter = next((one for one in matters(facts, now) if one.id == seat.field("of")), None)
        if matter is None:
            raise Impossible("there is no such matter", next_step="look at the channel again")
        heard = [matter.by, *(one.party for one in matter.addressees)]
        said = acts.reply(matter.id, person.party, heard, fields.get("says"))
    else:
        raise Impossible("nothing of that name is done here", next_step="look at the channel again")
    return see(f"/sign/{visit.desk.draft(person, [said.line], f'On the channel: {act}.', '/consultations')}")


_NO_CASE = Case(f.Stamp("", "", 0, 0), "", "", "", "", "", (), (), 0, None, None)


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
    found = steps.timelines(packaged(), steps.stated(facts, steps.Contribution(party, duty, starts)), holidays())
    if asked.get("format") == "json":
        told = [table.timeline_data(one) for one in found]
        return data({"audience": view.audience, "label": label_lines(facts.label), "routes": told})
    more = {
        "asked": {"party": party, "duty": duty, "starts": show(starts)},
        "duties": DUTIES,
        "routes": [(table.timeline_data(one), _drawn(one, number, starts)) for number, one in enumerate(found)],
        "parties": view.casebook.parties,
        "with_plans": sorted({plan.party for plan in packaged()}),
    }
    return page(visit, "steps.html.j2", more, label=facts.label)


def _drawn(found: steps.Timeline, number: int, starts: Instant) -> str:
    """A route as a timeline."""
    rows = [
        timeline.Row(row.step.says, exactly(row.start), exactly(row.latest or row.end), note=row.open or "")
        for row in found.rows
    ]
    last = max((row.end.latest for row in rows), default=starts) + 7 * DAY
    return timeline.svg(rows, "National steps", "What waits for what.", first=starts, last=last, key=f"route{number}")


ROUTES = [listed, opened, shown, live, record, acted, on_channel, national_steps]
