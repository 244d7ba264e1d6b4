"""May we: one act, its verdict, proof, and the consents to ask for."""

from __future__ import annotations

from litestar import get, post
from litestar.response import Redirect

from comity.casebook.book import Casebook
from comity.cli.may import PLAIN, as_json
from comity.consent.whatif import WhatIf, if_granted
from comity.errors import Malformed
from comity.flow.may import Hearing, May, Over, may
from comity.flow.meant import check
from comity.ledger.authority import POLICY_KINDS
from comity.ledger.view import View
from comity.serve.pages import Answer, data, kept, label_lines, options, page
from comity.serve.roles import Role
from comity.serve.routes.forms import Fields, address, circumstances, codes, moment, parties, posted, see
from comity.serve.visit import Asked, Visit, Visiting
from comity.values import fact as f
from comity.values.fact import ANY, Ask
from comity.values.instant import DAY, NEVER, show
from comity.values.party import PartyCode

FIELDS = ("party", "action", "thing", "on", "to", "purpose", "clearance", "known", "with", "if")
ACTS = ("read", "release", "hold", "re-export", "employ", "enter", "base", "transit", "overfly", "spend", "use")
MOST_THINGS = 2000


@get("/may", sync_to_thread=False)
def asked_page(visit: Visiting) -> Answer:
    """The question and, once it is asked, its answer; asking is noted, for the answer names the weak point."""
    if "thing" in visit.query:
        words = " ".join(visit.query.get(name, "") for name in ("party", "action", "thing"))
        visit.desk.readings.note(visit.person, f"may {words}")
    return kept(visit, lambda: _page(visit))


def _page(visit: Visit) -> Answer:
    asked = {name: visit.query.get(name) for name in FIELDS}
    fields = {name: item for name, item in asked.items() if item}
    ready = {"party", "action", "thing", "on"} <= set(fields)
    ask = ask_of(fields) if ready else None
    view = visit.view(known=NEVER if ask is None else ask.known)
    answer = None if ask is None else answer_of(visit, view, ask, _code(fields.get("to")))
    label = visit.desk.label(view, POLICY_KINDS)
    if answer is not None and visit.query.get("format") == "json":
        return data(as_json(answer, list(view.audience), label_lines(label)))
    clock = visit.desk.book.clock()
    more = {} if answer is None else _told(visit, view, answer, fields)
    return page(
        visit,
        "may.html.j2",
        {
            "asked": asked,
            "today": show(clock - clock % DAY),
            "parties": view.casebook.parties,
            "acts": ACTS,
            "things": visit.desk.of_view(view, "things", lambda: options((name, "") for name in things(view))),
            "now": address(fields),
            "answer": answer,
            **more,
        },
        label=label,
    )


def ask_of(fields: Fields) -> Ask:
    """The ask that an address describes.

    Raises:
        Malformed: a field is missing or cannot be read.
    """
    for name in ("party", "action", "thing", "on"):
        if name not in fields:
            raise Malformed("is missing", field=name, next_step=f"give {name}")
    return Ask(
        fields["party"].upper(),
        fields["action"],
        fields["thing"],
        moment(fields["on"], "on"),
        moment(fields.get("known"), "known"),
        fields.get("purpose", ANY),
        circumstances(fields.get("with"), "with"),
        fields.get("clearance"),
    )


def _code(text: str | None) -> PartyCode | None:
    return text.upper() if text else None


def answer_of(visit: Visit, view: View[Casebook], ask: Ask, to: PartyCode | None) -> May:
    """Explained from what the visitor may read; decided by the whole book for who asks for his own nation."""
    check(ask, view.facts, view.casebook.parties, [("party", ask.party), ("to", to)])
    return may(ask, view.facts, visit.desk.book.facts(ask.known), to, Hearing(view.audience, view.on))


def _told(visit: Visit, view: View[Casebook], answer: May, fields: Fields) -> dict[str, object]:
    ask = answer.ask
    onward = f" and pass it to {answer.to}" if answer.to else ""
    tone = {"GRANTED": "yes", "CONDITIONAL": "open", "PENDING": "open"}.get(answer.word, "no")
    return {
        "question": f"May {ask.party} {ask.action} {ask.thing}{onward}, on {show(ask.on)}?",
        "plain": PLAIN.get(answer.word, "No"),
        "tone": tone,
        "later": None if answer.until is None else address({**fields, "on": show(answer.until)}),
        "readable_only": answer.over is Over.READABLE,
        "hypothesis": _hypothesis(view, answer, codes(fields.get("if"))),
        "can_request": _may_ask(visit, answer),
    }


def _hypothesis(view: View[Casebook], answer: May, by: tuple[str, ...]) -> WhatIf | None:
    return if_granted(answer.ask, view.facts, by) if by and answer.to is None else None


def _may_ask(visit: Visit, answer: May) -> bool:
    """Whether the visitor's nation can ask for consent: to its own act, not yet granted or asked for."""
    own = visit.party is not None and answer.ask.party == visit.party and answer.to is None
    return own and answer.word not in {"GRANTED", "PENDING"} and Role.DRAFTER in visit.roles


@post("/may/request", status_code=303)
async def request_consents(request: Asked, visit: Visiting) -> Redirect:
    """Draft the request for consents: from those that are missing as far as may be read, or whom the visitor names."""
    person, fields = visit.require(Role.DRAFTER), await posted(request)
    ask, view = ask_of(fields), visit.view()
    whom = parties(fields.get("whom"), "whom", view.casebook)
    if not whom or not _may_ask(visit, answer_of(visit, view, ask, None)):
        raise Malformed("nobody is asked", field="whom", next_step="ask somebody, for an act of your own nation")
    line = {"request": {"by": ask.party, "to": list(whom), "actions": [ask.action], "scope": ask.thing,
                        "purposes": [ask.purpose]}}  # fmt: skip
    says = f"{ask.party} asks {', '.join(whom)} for consent: {ask.action} {ask.thing}."
    back = f"/may?{address(fields, 'whom')}"
    return see(f"/sign/{visit.desk.draft(person, [line], says, back)}")


def things(view: View[Casebook]) -> list[str]:
    """What the readable facts name, for the list to choose from."""
    kinds: tuple[type[f.Title | f.Derive | f.Route], ...] = (f.Title, f.Derive, f.Route)
    named = {fact.body.thing for kind in kinds for fact in view.facts.every(kind)}
    return sorted(named)[:MOST_THINGS]


ROUTES = [asked_page, request_consents]
