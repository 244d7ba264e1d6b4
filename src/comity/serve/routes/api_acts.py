"""What is stated in consultations and on the channel, over HTTP: an address for each act.

Rules:
1. Each act is stated by the same function as on its page, and needs the same role: a release authority's to sign it; to
   draft it, a drafter's will do.
2. It is signed at once, by what its author can read at that instant, with his nation's key. With `draft=true` it is
   only drafted: the answer shows exactly what would be signed, and names the page where its author signs it, or hands
   it over to be signed.
3. The answer tells the facts as they are on disk, and what their author should know of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated, TypeAlias

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from comity.flow import consulting_case as case
from comity.flow import consulting_channel as channel
from comity.flow import consulting_silence as silence
from comity.flow.consulting import Desk, own, state
from comity.flow.consulting_act import Act, CaseAct
from comity.instruments.consultation.acts import Statement
from comity.instruments.consultation.case import named
from comity.instruments.consultation.gathered import gather
from comity.ledger.record import Record
from comity.serve import pages
from comity.serve.once import Key, once
from comity.serve.pages import Answer, label_lines
from comity.serve.roles import DRAFTS, Role
from comity.serve.routes.api import OnlyDrafted, told
from comity.serve.routes.consultations import IN_A_CHAIN, before, record_of
from comity.serve.visit import Visit, Visiting
from comity.values.label import Label, join, normalise

Name: TypeAlias = FromPath[str]
Build = Callable[[Desk], Sequence[Statement]]


@dataclass(frozen=True, slots=True)
class Writing:
    """A writing: who asks it, under which key, and whether it is only drafted."""

    visit: Visit
    key: str | None
    draft: bool


def writing(visit: Visiting, key: Key = None, draft: OnlyDrafted = False) -> Writing:
    """The writing that a request is."""
    return Writing(visit, key, draft)


How: TypeAlias = NamedDependency[Writing]


def _in_case(how: Writing, name: str, act: CaseAct) -> Answer:
    """An act in a case."""
    return _answered(how, act, lambda desk: act.stated(desk, named(name, desk.facts)))


def _alone(how: Writing, act: Act) -> Answer:
    """An act that needs no case."""
    return _answered(how, act, act.stated)


def _answered(how: Writing, act: object, build: Build) -> Answer:
    """Signed, or drafted: rule 2; once for a key."""
    how.visit.require(*(DRAFTS if how.draft else [Role.RELEASE_AUTHORITY]))
    do = _drafted if how.draft else _signed
    return once(how.visit, how.key, act, lambda: do(how.visit, act, build))


def _signed(visit: Visit, act: object, build: Build) -> dict[str, object]:
    """State it: rule 3."""
    done = state(visit.desk.book, visit.somebody.party, build)
    view = visit.view()
    facts = [view.get(one.receipt.id) for one in done]
    return {
        "audience": visit.audience,
        "label": _label(gather(view).label, [one.record for one in facts]),
        "facts": [told(one) for one in facts],
        "says": [one.statement.says for one in done if one.statement.says],
    }


def _drafted(visit: Visit, act: object, build: Build) -> dict[str, object]:
    """Draft it, to be signed on a page: rule 2."""
    person = visit.somebody
    desk = before(visit, person)
    statements = own(build(desk), desk)
    says = [one.says for one in statements if one.says]
    lines, still = [one.line for one in statements], type(act) in IN_A_CHAIN
    words, deadline = " ".join(says) or type(act).__name__, silence.sign_before(statements, desk)
    name = visit.desk.draft(person, lines, words, "/consultations", still=still, before=deadline)
    records = visit.desk.pending(person, name).records
    return {
        "audience": visit.audience,
        "label": _label(desk.facts.label, records),
        "facts": [{"id": one.id, **one.content} for one in records],
        "says": says,
        "sign": f"/sign/{name}",
    }


def _label(searched: Label, stated: Iterable[Record]) -> list[str]:
    """The label of an answer: of all that was searched for it, and of what it shows."""
    return label_lines(normalise(join([searched, *(one.label for one in stated)])))


@post("/api/consultations", sync_to_thread=False)
def opened(how: How, data: JSONBody[case.Open]) -> Answer:
    """Invoke an article and open a consultation."""
    return _alone(how, data)


@post("/api/consultations/{name:str}/point", sync_to_thread=False)
def point(how: How, name: Name, data: JSONBody[case.Point]) -> Answer:
    """The chair adds a point to the agenda."""
    return _in_case(how, name, data)


@post("/api/consultations/{name:str}/document", sync_to_thread=False)
def document(how: How, name: Name, data: JSONBody[case.Document]) -> Answer:
    """State a version of a document, by its hash."""
    return _in_case(how, name, data)


@post("/api/consultations/{name:str}/position", sync_to_thread=False)
def position(how: How, name: Name, data: JSONBody[case.Position]) -> Answer:
    """State one's nation's position; for its own eyes, unless it is released."""
    return _in_case(how, name, data)


@post("/api/consultations/{name:str}/put", sync_to_thread=False)
def put(how: How, name: Name, data: JSONBody[silence.Put]) -> Answer:
    """The chair puts a text under silence."""
    return _in_case(how, name, data)


@post("/api/consultations/{name:str}/amend", sync_to_thread=False)
def amend(how: How, name: Name, data: JSONBody[silence.Amend]) -> Answer:
    """The chair puts an amended text: a new clock, and receipts anew."""
    return _in_case(how, name, data)


@post("/api/consultations/{name:str}/extend", sync_to_thread=False)
def extend(how: How, name: Name, data: JSONBody[silence.Extend]) -> Answer:
    """The chair moves the deadline on."""
    return _in_case(how, name, data)


@post("/api/consultations/{name:str}/drop", sync_to_thread=False)
def drop(how: How, name: Name, data: JSONBody[silence.Drop]) -> Answer:
    """The chair ends the procedure without an outcome."""
    return _in_case(how, name, data)


@post("/api/consultations/{name:str}/outcome", sync_to_thread=False)
def outcome(how: How, name: Name, data: JSONBody[silence.Outcome]) -> Answer:
    """The chair records the outcome, where the facts settle it."""
    return _in_case(how, name, data)


@post("/api/consultations/{name:str}/receipt", sync_to_thread=False)
def receipt(how: How, name: Name, data: JSONBody[silence.Receipt]) -> Answer:
    """State that one's nation has the text."""
    return _in_case(how, name, data)


@post("/api/consultations/{name:str}/consent", sync_to_thread=False)
def consent(how: How, name: Name, data: JSONBody[silence.Consent]) -> Answer:
    """Say yes to the text itself."""
    return _in_case(how, name, data)


@post("/api/consultations/{name:str}/break", sync_to_thread=False)
def broken(how: How, name: Name, data: JSONBody[silence.Break]) -> Answer:
    """Break silence."""
    return _in_case(how, name, data)


@post("/api/consultations/{name:str}/reason", sync_to_thread=False)
def reason(how: How, name: Name, data: JSONBody[silence.Reason]) -> Answer:
    """Say why one's nation broke silence; for its own eyes, unless others are named."""
    return _in_case(how, name, data)


@post("/api/consultations/{name:str}/decide", sync_to_thread=False)
def decide(how: How, name: Name, data: JSONBody[case.Decide]) -> Answer:
    """The chair records what the votes came to."""
    return _in_case(how, name, data)


@post("/api/consultations/{name:str}/meeting", sync_to_thread=False)
def meeting(how: How, name: Name, data: JSONBody[case.Meeting]) -> Answer:
    """The chair calls a meeting, or calls it off."""
    return _in_case(how, name, data)


@post("/api/consultations/{name:str}/task", sync_to_thread=False)
def task(how: How, name: Name, data: JSONBody[case.GiveTask]) -> Answer:
    """Give one of those who take part a task."""
    return _in_case(how, name, data)


@post("/api/consultations/{name:str}/done", sync_to_thread=False)
def done(how: How, name: Name, data: JSONBody[case.Done]) -> Answer:
    """Report one's own task done."""
    return _in_case(how, name, data)


@post("/api/channel/incident", sync_to_thread=False)
def incident(how: How, data: JSONBody[channel.Incident]) -> Answer:
    """Report an incident."""
    return _alone(how, data)


@post("/api/channel/notice", sync_to_thread=False)
def notice(how: How, data: JSONBody[channel.Notice]) -> Answer:
    """Announce an exercise."""
    return _alone(how, data)


@post("/api/channel/question", sync_to_thread=False)
def question(how: How, data: JSONBody[channel.Question]) -> Answer:
    """Ask for a clarification."""
    return _alone(how, data)


@post("/api/channel/reply", sync_to_thread=False)
def reply(how: How, data: JSONBody[channel.Reply]) -> Answer:
    """Acknowledge a report or a notice, or answer a question."""
    return _alone(how, data)


@post("/api/steps", sync_to_thread=False)
def step(how: How, data: JSONBody[channel.Step]) -> Answer:
    """Tell of a step of one's own procedures."""
    return _alone(how, data)


@get("/api/consultations/{name:str}/record", sync_to_thread=False)
def record(visit: Visiting, name: Name, item: Annotated[str, QueryParameter(description="the point")]) -> Answer:
    """The record of a silence procedure, which anybody can verify without a book."""
    return pages.data(record_of(visit, name, item))


ROUTES = [
    opened, point, document, position, put, amend, extend, drop, outcome, receipt, consent, broken, reason, decide,
    meeting, task, done, incident, notice, question, reply, step, record,
]  # fmt: skip
