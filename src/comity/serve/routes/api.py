"""The HTTP API: the questions and writings of the pages, as JSON under `/api`.

Rules:
1. A program acts for a person by a token (`Authorization: Bearer ...`), or reads as the public without one.
2. Every answer carries its audience and label; a list holds exactly what a check of each would allow.
3. A writing may carry an `Idempotency-Key` (`comity.serve.once`).
4. What is stated is signed at once; with `draft=true` it is drafted, and waits for its author, or whom he hands it to.
5. A page of a list is asked for by the last id of the one before; nothing else tells how much there is.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

import msgspec
from litestar import get, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from comity.casebook.book import Casebook
from comity.cli.may import as_json
from comity.errors import Malformed
from comity.flow import proposals
from comity.flow.addressed import check_addressees
from comity.flow.consulting import counted, for_itself
from comity.flow.facts_shown import shown
from comity.flow.inbox import given, waiting
from comity.flow.own_agreements import READ
from comity.flow.register import bound, status
from comity.instruments.guarantees.commitments import commitments
from comity.instruments.guarantees.event import event
from comity.instruments.intelligence.requests import SEARCHED
from comity.ledger.authority import POLICY_KINDS
from comity.ledger.book import Draft
from comity.ledger.view import Seen, View
from comity.serve import pages
from comity.serve.once import Key, once
from comity.serve.pages import JSON, Answer, kept, label_lines
from comity.serve.roles import DRAFTS, needed
from comity.serve.routes.agreements import of
from comity.serve.routes.forms import moment, parties
from comity.serve.routes.inbox import informing, proposal_data
from comity.serve.routes.may import answer_of
from comity.serve.routes.me import by_hand
from comity.serve.visit import Visit, Visiting
from comity.values.condition import Value, value
from comity.values.fact import ANY, Ask
from comity.values.label import Label, join, normalise

OnlyDrafted = Annotated[bool, QueryParameter(name="draft", description="draft it, to be signed on a page")]
Share = Annotated[str | None, QueryParameter(name="share", description="codes of parties to share the answer with")]


class EventAsked(msgspec.Struct, forbid_unknown_fields=True):
    """An event as somebody claims it; what is left out is unknown."""

    kind: str | None = None
    victim: str | None = None
    attacker: str | None = None
    on: str | None = None
    place: tuple[float, float] | None = None
    target: str | None = None
    claimed_by: list[str] = []
    attributes: dict[str, str | bool | int] = {}


class ActAsked(msgspec.Struct, forbid_unknown_fields=True):
    """An act: may this party do this with this thing?"""

    party: str
    action: str
    thing: str
    on: str
    known: str | None = None
    purpose: str = ANY
    to: str | None = None
    clearance: str | None = None
    context: dict[str, str | bool | int] = {}


class Statements(msgspec.Struct, forbid_unknown_fields=True):
    """Facts to state and sign for one's own nation: each one kind and its fields."""

    facts: list[dict[str, dict[str, object]]]


@post("/api/commitments", status_code=200, sync_to_thread=False)
def what_binds(visit: Visiting, data: JSONBody[EventAsked], share: Share = None) -> Answer:
    """Which articles bind whom to what towards whom by an event."""
    return kept(visit, lambda: _what_binds(visit, data, share), data)


def _what_binds(visit: Visit, data: EventAsked, share: str | None) -> Answer:
    view = _view(visit, share)
    asked = {name: item for name, item in msgspec.to_builtins(data).items() if item is not None}
    answer = commitments(view, event(asked, view.casebook.parties))
    return pages.data({**answer.as_json(), "label": _label(visit, view, READ)})


@post("/api/may", status_code=200, sync_to_thread=False)
def whether_we_may(visit: Visiting, data: JSONBody[ActAsked]) -> Answer:
    """Whether an act is permitted, whose consent is missing, and why."""
    return kept(visit, lambda: _whether_we_may(visit, data), data)


def _whether_we_may(visit: Visit, data: ActAsked) -> Answer:
    context: dict[str, Value] = {name: value(item) for name, item in data.context.items()}
    known = moment(data.known, "known")
    ask = Ask(data.party, data.action, data.thing, moment(data.on, "on"), known, data.purpose, context, data.clearance)
    view = visit.view(known=known)
    answer = answer_of(visit, view, ask, data.to)
    return pages.data(as_json(answer, list(view.audience), _label(visit, view, POLICY_KINDS)))


@get("/api/agreements", sync_to_thread=False)
def agreements(visit: Visiting, on: FromQuery[str | None] = None, share: Share = None) -> Answer:
    """The agreements that may be read, with their state and parties."""
    return kept(visit, lambda: _agreements(visit, on, share))


def _agreements(visit: Visit, on: str | None, share: str | None) -> Answer:
    view = _view(visit, share)
    day = moment(on, "on", visit.desk.book.clock())
    rows = [
        {"id": one.id, "name": one.name, "state": status(one, day), "parties": bound(one, view.casebook, day),
         "grade": one.grade, "verify": one.verify}
        for one in view.casebook.agreements.values()
    ]  # fmt: skip
    return pages.data({"audience": view.audience, "label": _label(visit, view, READ), "agreements": rows})


@get("/api/agreements/{name:str}", sync_to_thread=False)
def agreement(visit: Visiting, name: FromPath[str]) -> Answer:
    """One agreement, as it was written."""
    view = visit.view()
    one, now = of(view.casebook, name), visit.desk.book.clock()
    told = {**one.document, "status_on": status(one, now), "bound": bound(one, view.casebook, now)}
    return pages.data({"audience": view.audience, "label": _label(visit, view, READ), "agreement": told})


@get("/api/facts", sync_to_thread=False)
def facts(
    visit: Visiting,
    *,
    kind: FromQuery[str | None] = None,
    after: FromQuery[str | None] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=500)] = 50,
    known: FromQuery[str | None] = None,
    share: Share = None,
) -> Answer:
    """The signed facts that may be read, a page at a time."""

    def made() -> Answer:
        others = parties(share, "share", visit.view().casebook) if visit.person else ()
        view = visit.view(*others, known=moment(known, "known"))
        found = shown(view, view.records(None if kind is None else [kind], after=after, limit=limit))
        after_it = found[-1].id if len(found) == limit else None
        return pages.data({**borne(view, found), "facts": [told(seen) for seen in found], "after": after_it})

    return kept(visit, made)


@get("/api/facts/{name:str}", sync_to_thread=False)
def fact(visit: Visiting, name: FromPath[str]) -> Answer:
    """A fact and what was said of it since."""
    return kept(visit, lambda: _history(visit, name))


def _history(visit: Visit, name: str) -> Answer:
    view = visit.view()
    history = shown(view, view.history(name))
    return pages.data({**borne(view, history), "history": [told(seen) for seen in history]})


def borne(view: View[Casebook], shown: Iterable[Seen]) -> dict[str, object]:
    """Whom an answer of facts is for, and the label of all that it shows: rule 2."""
    labels = {seen.record.label for seen in shown}
    return {"audience": view.audience, "label": label_lines(normalise(join(labels)))}


def told(seen: Seen) -> dict[str, object]:
    """A fact as the API tells it."""
    return {"id": seen.id, "arrived": seen.arrived, **seen.record.content}


@post("/api/facts", status_code=201, sync_to_thread=False)
def state(visit: Visiting, data: JSONBody[Statements], key: Key = None, draft: OnlyDrafted = False) -> Answer:
    """State facts for one's own nation, all of them or none; they are signed with its key, or drafted."""
    person = visit.somebody
    if draft:
        visit.require(*DRAFTS)
        return once(visit, key, data, lambda: _drafted(visit, data))

    def stated() -> dict[str, object]:
        for line in data.facts:
            for kind, fields in line.items():
                for role in needed(kind, fields.get("supersedes"), person.party, visit.desk.book):
                    visit.require(role)
        _sound(visit, data)
        receipts = visit.desk.book.record_all(data.facts, Draft(person.party)) if data.facts else []
        view = visit.view()
        return {
            **borne(view, [view.get(one.id, told=True) for one in receipts]),
            "facts": [{"id": one.id, "arrived": one.arrived} for one in receipts],
        }

    return once(visit, key, data, stated)


def _sound(visit: Visit, data: Statements) -> None:
    """Refuse what cannot be stated, or to nobody.

    Raises:
        ComityError: a fact names another as who states it, is one too many, or is addressed to whom nobody knows.
    """
    party = visit.somebody.party
    for_itself(data.facts, party)
    counted(data.facts, party, lambda: visit.desk.gathered(visit.view()))
    check_addressees(visit.desk.book, party, data.facts)


def _drafted(visit: Visit, data: Statements) -> dict[str, object]:
    """Draft facts, to be signed on a page: rule 4."""
    person = visit.somebody
    if not data.facts:
        raise Malformed("is missing", field="facts", next_step="state a fact at least")
    _sound(visit, data)
    name = visit.desk.draft(person, data.facts, "Facts stated over HTTP.", "/inbox")
    records = visit.desk.pending(person, name).records
    return {
        "audience": visit.audience,
        "label": label_lines(normalise(join(one.label for one in records))),
        "facts": [{"id": one.id, **one.content} for one in records],
        "sign": f"/sign/{name}",
    }


@get("/api/inbox", sync_to_thread=False)
def inbox(visit: Visiting) -> Answer:
    """What waits for one's own nation's signature, what it is asked to tell by when, and what it has granted."""
    return kept(visit, lambda: _inbox(visit))


def _inbox(visit: Visit) -> Answer:
    party, view, now = visit.somebody.party, visit.view(), visit.desk.book.clock()
    open_now = [
        {"id": one.request.id, "by": one.asker, "actions": one.request.body.terms.actions,
         "scope": one.request.body.terms.scope, "before": one.before.verdict.name, "after": one.after.verdict.name}
        for one in waiting(view.facts, party, now)
    ]  # fmt: skip
    granted = [
        {"id": one.id, "to": [str(name) for name in one.body.terms.to], "actions": one.body.terms.actions,
         "scope": one.body.terms.scope}
        for one in given(view.facts, party)
    ]  # fmt: skip
    label = _label(visit, view, [*POLICY_KINDS, *proposals.KINDS, *SEARCHED])
    proposed = [
        proposal_data(one) for one in proposals.waiting(view.records(proposals.KINDS), view.facts, party)
    ]  # fmt: skip
    told = {"waiting": open_now, "proposals": proposed, "requests": informing(visit, view), "granted": granted}
    return pages.data({"audience": view.audience, "label": label, **told})


@post("/api/tokens", status_code=201, sync_to_thread=False)
def token(visit: Visiting) -> Answer:
    """A new token by which a program acts for the person who is signed in; it is shown this once."""
    body = msgspec.json.encode({"token": visit.desk.accounts.make_token(by_hand(visit))})
    return pages.answered(body, JSON, 201)


def _view(visit: Visit, share: str | None) -> View[Casebook]:
    return visit.view(*(parties(share, "share", visit.view().casebook) if visit.person else ()))


def _label(visit: Visit, view: View[Casebook], kinds: Iterable[str]) -> list[str]:
    label: Label = visit.desk.label(view, kinds)
    return label_lines(label)


ROUTES = [what_binds, whether_we_may, agreements, agreement, facts, fact, state, inbox, token]
