"""The inbox: requests and handed drafts that wait for my nation's signature, what it granted, and taking it back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect

from comity.casebook.book import Casebook
from comity.errors import Impossible, Malformed
from comity.flow import proposals
from comity.flow.inbox import Waiting, given, grant_of, opened, recall, taken_back, waiting
from comity.flow.releases import KIND as RELEASE
from comity.flow.releases import register
from comity.instruments.intelligence.graded_table import asked_data
from comity.instruments.intelligence.requests import SEARCHED, owed
from comity.ledger.authority import POLICY_KINDS
from comity.ledger.view import View
from comity.serve.pages import Answer, data, kept, label_lines, page
from comity.serve.pending import Pending
from comity.serve.roles import DRAFTS
from comity.serve.routes import consultations
from comity.serve.routes.forms import Fields, codes, posted, see
from comity.serve.routes.intelligence import gathered
from comity.serve.visit import Asked, Visit, Visiting
from comity.values import fact as f
from comity.values.fact import Fact
from comity.values.instant import passed

KINDS = {"Grant": "consented", "Refuse": "refused"}
LATEST = 50
"""So many consents of one's own are shown before they are asked for, the latest first."""


@get("/inbox", sync_to_thread=False)
def inbox(visit: Visiting) -> Answer:
    """Everything that waits, and everything granted."""
    to, by = handed_over(visit), visit.desk.drafts.handed_by(visit.somebody)
    asked = [(name, one.handed, one.returned) for name, one in (*to.items(), *by.items())]
    return kept(visit, lambda: _inbox(visit, to, by), asked or None)


def handed_over(visit: Visit) -> dict[str, Pending]:
    """What others of the visitor's nation drafted, and he may sign."""
    return visit.desk.drafts.handed_to(visit.somebody, visit.roles)


def _inbox(visit: Visit, to: Mapping[str, Pending], by: Mapping[str, Pending]) -> Answer:
    party, view, now = visit.somebody.party, visit.view(), visit.desk.book.clock()
    waits = what_waits(visit, view, to)
    label = visit.desk.label(view, [*POLICY_KINDS, *proposals.KINDS, *SEARCHED])
    if visit.query.get("format") == "json":
        told = [_plain(one.request) for one in waits.waiting]
        more = [proposal_data(one) for one in waits.proposals]
        return data({"audience": view.audience, "label": label_lines(label), "waiting": told, "proposals": more,
                     "requests": waits.requests})  # fmt: skip
    every = given(view.facts, party)
    shown = every if visit.query.get("given") == "all" else every[:LATEST]
    granted = [_given(fact, taken_back(fact, view.facts, now)) for fact in shown]
    return page(
        visit,
        "inbox.html.j2",
        {
            **{name: getattr(waits, name) for name in Waits.__slots__},
            "handed_by": by,
            "given": granted,
            "more": len(every) - len(shown),
            "kinds": KINDS,
        },
        label=label,
    )


@dataclass(frozen=True, slots=True)
class Waits:
    """What waits for a visitor and his nation: what the inbox lists, and every count of it counts."""

    handed_to: Mapping[str, Pending]
    waiting: Sequence[Waiting]
    proposals: Sequence[proposals.Proposal]
    requests: Sequence[Mapping[str, object]]
    silences: Sequence[Mapping[str, object]]

    def __len__(self) -> int:
        """How many things they are."""
        every = self.handed_to, self.waiting, self.proposals, self.requests, self.silences
        return sum(len(one) for one in every)


def what_waits(visit: Visit, view: View[Casebook], handed_to: Mapping[str, Pending]) -> Waits:
    """Everything that waits for a visitor and his nation, by what it is."""
    party, now = visit.somebody.party, visit.desk.book.clock()
    return Waits(
        handed_to,
        waiting(view.facts, party, now),
        proposals.waiting(view.records(proposals.KINDS), view.facts, party),
        informing(visit, view),
        consultations.waits(visit.desk.gathered(view), party, now),
    )


def informing(visit: Visit, view: View[Casebook]) -> list[dict[str, object]]:
    """The requests for information that one's own nation has still to answer, by deadline, as plain data."""
    now = visit.desk.book.clock()
    return [
        {**asked_data(one), "overdue": passed(one.request.answer_by, now)}
        for one in owed(visit.somebody.party, gathered(visit, view), now)
    ]


def proposal_data(one: proposals.Proposal) -> dict[str, object]:
    """A proposal as plain data."""
    return {"id": one.id, "by": one.by, "for": one.to, "thing": one.thing, "actions": one.actions, "title": one.title,
            "digest": one.digest, "text": one.text, "arrived": one.arrived}  # fmt: skip


@post("/inbox/proposal", status_code=303)
async def answer_proposal(request: Asked, visit: Visiting) -> Redirect:
    """Draft the answer to a proposal: consent in whole, for some, on conditions, or a refusal."""
    person, fields, view = visit.require(*DRAFTS), await posted(request), visit.view()
    open_now = proposals.waiting(view.records(proposals.KINDS), view.facts, person.party)
    found = next((one for one in open_now if one.id == fields.get("proposal")), None)
    if found is None:
        raise Impossible("no such proposal waits for you", next_step="look at the inbox again")
    kind = fields.get("answer")
    if kind not in {"grant", "refuse"}:
        raise Malformed(f"{kind!r} is no answer", field="answer", next_step="consent or refuse")
    terms: dict[str, object] = {name: fields[name] for name in ("when", "until") if name in fields and kind == "grant"}
    if "to" in fields:
        terms["to"] = list(_some_of(fields["to"], found))
    line, label = (proposals.consent if kind == "grant" else proposals.refusal)(found, terms, by=person.party)
    does = "consents to" if kind == "grant" else "refuses"
    says = f"{person.party} {does} {found.by}: read {found.thing}."
    return see(f"/sign/{visit.desk.draft(person, [line], says, '/inbox', label=label)}")


def _some_of(text: str, proposal: proposals.Proposal) -> tuple[str, ...]:
    """Those of a proposal for whom it is answered.

    Raises:
        Malformed: it is not for one of them.
    """
    found = codes(text)
    if not set(found) <= set(proposal.to):
        raise Malformed("it is not proposed for all of these", field="to", next_step="name some of those it is for")
    return found


def _given(grant: Fact[f.Grant], ended: bool) -> dict[str, object]:
    """A grant as the page shows it."""
    terms = grant.body.terms
    return {"id": grant.id, "to": ", ".join(map(str, terms.to)), "actions": ", ".join(terms.actions),
            "scope": terms.scope, "valid": str(grant.valid), "basis": grant.basis or "", "ended": ended}  # fmt: skip


def _plain(request: Fact[f.Request]) -> dict[str, object]:
    terms = request.body.terms
    return {"id": request.id, "by": request.body.by, "actions": terms.actions, "scope": terms.scope,
            "purposes": terms.purposes, "recorded": request.recorded}  # fmt: skip


@post("/inbox/answer", status_code=303)
async def answer(request: Asked, visit: Visiting) -> Redirect:
    """Draft the answer to a request: consent in whole or on conditions, or a refusal."""
    person = visit.require(*DRAFTS)
    fields = await posted(request)
    open_now = waiting(visit.view().facts, person.party, visit.desk.book.clock())
    found = next((one.request for one in open_now if one.request.id == fields.get("request")), None)
    if found is None:
        raise Impossible("no such request waits for you", next_step="look at the inbox again")
    kind = fields.get("answer")
    if kind not in {"grant", "refuse"}:
        raise Malformed(f"{kind!r} is no answer", field="answer", next_step="consent or refuse")
    terms = found.body.terms
    line = {"by": person.party, "to": [found.body.by], "actions": list(terms.actions), "scope": terms.scope,
            "purposes": list(terms.purposes), **_conditions(fields, kind)}  # fmt: skip
    does = "consents to" if kind == "grant" else "refuses"
    says = f"{person.party} {does} {found.body.by}: {', '.join(terms.actions)} {terms.scope}."
    return see(f"/sign/{visit.desk.draft(person, [{kind: line}], says, '/inbox')}")


def _conditions(fields: Fields, kind: str) -> dict[str, object]:
    """What an answer adds: a condition, an end, a depth, a provision."""
    told: dict[str, object] = {name: fields[name] for name in ("when", "until", "basis") if name in fields}
    if kind == "grant" and fields.get("depth", "0") != "0":
        if not fields["depth"].isdecimal():
            raise Malformed(f"{fields['depth']!r} is no number", field="depth", next_step="write 0 to 9")
        told["depth"] = int(fields["depth"])
    return told


@get("/inbox/recall/{name:str}", sync_to_thread=False)
def consequences(visit: Visiting, name: FromPath[str]) -> Answer:
    """What taking a grant back would do, before anything is signed."""
    view = visit.view()
    grant, now = _own(visit, name), visit.desk.book.clock()
    things = set(opened(grant.body.terms.scope, view.facts))
    gone = (
        one for one in register(view.records([RELEASE])) if grant.id in one.under or things & {one.thing, one.clause}
    )
    released = [party for one in gone for party in one.to]
    found = recall(grant, view.facts, now, released)
    return page(visit, "recall.html.j2", {"found": found}, label=visit.desk.label(view, POLICY_KINDS))


def _own(visit: Visit, name: FromPath[str]) -> Fact[f.Grant]:
    """A grant of the visitor's nation.

    Raises:
        Impossible: there is none of that id.
    """
    found = grant_of(name, visit.view().facts)
    if found is None or found.body.by != visit.somebody.party:
        raise Impossible("you have granted nothing of that id", next_step="look at the inbox again")
    return found


@post("/inbox/recall/{name:str}", status_code=303)
async def take_back(request: Asked, visit: Visiting, name: FromPath[str]) -> Redirect:
    """Draft the revocation."""
    person = visit.require(*DRAFTS)
    grant, fields = _own(visit, name), await posted(request)
    line: dict[str, object] = {"grant": grant.id, "by": person.party}
    if "effective" in fields:
        line["effective"] = fields["effective"]
    to = ", ".join(map(str, grant.body.terms.to))
    says = f"{person.party} takes back its consent to {to}: {grant.body.terms.scope}."
    return see(f"/sign/{visit.desk.draft(person, [{'revoke': line}], says, '/inbox')}")


ROUTES = [inbox, answer, answer_proposal, consequences, take_back]
