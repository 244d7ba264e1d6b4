"""Recall and disclosures: what is owed back, what is asked of us, taking back with its consequences; the register.

Rules:
1. The board shows what the visitor's nation released, or owns and is told of, and those who have it and may not read it
   any more. Asking it back, taking it back and answering are drafted and signed.
2. What taking back would do is shown before anything is drafted.
3. The register of disclosures is for the auditors of a nation, as far as the nation may read it.
"""

from __future__ import annotations

from collections.abc import Iterable

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect

from comity.errors import Impossible, Malformed
from comity.flow.recall_answers import questions
from comity.flow.recall_outcomes import OUTCOME
from comity.flow.recalling import DISCLOSED, EVERYTHING, asked_back, asked_of, disclosures, owed_to
from comity.flow.recalls import RECALL, RECEIPT, Done, Line, receipt
from comity.flow.release_told import asked_table, board_table, disclosure_table
from comity.flow.releases import Release
from comity.flow.taking_back import taking_back, takings
from comity.flow.taxii_hiding import GONE
from comity.flow.taxii_questions import TOLD
from comity.formats.tables import Table
from comity.instruments.intelligence.shelf import Shelf
from comity.serve import tables
from comity.serve.accounts import Person
from comity.serve.pages import Answer, data, label_lines, page
from comity.serve.pending import Check
from comity.serve.roles import DRAFTS, Role
from comity.serve.routes.forms import Fields, codes, posted, see
from comity.serve.visit import Asked, Visit, Visiting
from comity.values.label import Label

KINDS = (*DISCLOSED, RECALL, RECEIPT, OUTCOME, TOLD, GONE)


@get("/intelligence/recall", sync_to_thread=False)
def board(visit: Visiting) -> Answer:
    """What is owed back, what is asked of us, and what we may take back."""
    party, book = visit.somebody.party, visit.desk.book
    owed, asked, form = owed_to(book, party), questions(book, party), visit.query.get("format")
    if form == "json":
        return data({"audience": visit.audience, "label": label_lines(_label(visit)), **board_data(visit)})
    if form is not None:
        return tables.sheet(form, board_table(owed), name="recall", label=_label(visit), audience=visit.audience)
    told = {
        "owed": owed,
        "asked": [one for one in asked if not one.settled],
        "settled": [one for one in asked if one.settled],
        "released": _things(disclosures(book, party), party),
        "dones": [one.value for one in Done],
        "unasked": any(one.asked is None for one in owed),
    }
    return page(visit, "intelligence-recall.html.j2", told, label=_label(visit))


def board_data(visit: Visit) -> dict[str, object]:
    """The board as plain data."""
    book, party = visit.desk.book, visit.somebody.party
    return {"owed": rows(board_table(owed_to(book, party))), "asked_of_us": rows(asked_table(questions(book, party)))}


def rows(given: Table) -> list[dict[str, object]]:
    """A table as plain data: a mapping for each row."""
    return [dict(zip(given.columns, row, strict=True)) for row in given.rows]


def _label(visit: Visit) -> Label:
    return visit.desk.label(visit.view(), KINDS)


def _things(register: Iterable[Release], party: str) -> list[Release]:
    """The last entry of each thing that a nation released, or owns and is told of."""
    return list({one.thing: one for one in register if party not in one.to}.values())


@get("/intelligence/recall/{name:str}", sync_to_thread=False)
def consequences(visit: Visiting, name: FromPath[str]) -> Answer:
    """What taking a thing back would do: rule 2."""
    party, book = visit.somebody.party, visit.desk.book
    found = [one for one in disclosures(book, party) if one.thing == name and party not in one.to]
    every = takings(book, party, name)
    takers = sorted({taker for one in every if one.thing == name for taker in one.had})
    reads = {taker: name in Shelf.of(book.view(party, taker)) for taker in takers}
    owed = {one.party: one for one in owed_to(book, party) if one.thing == name}
    made = [one for one in every if one.thing != name]
    told = {"name": name, "releases": found, "reads": reads, "owed": owed, "made": made}
    return page(visit, "intelligence-take-back.html.j2", told, label=_label(visit))


@post("/intelligence/recall", status_code=303)
async def acted(request: Asked, visit: Visiting) -> Redirect:
    """Draft the question to give something back, its taking back, or our answer."""
    person, fields = visit.require(*DRAFTS), await posted(request)
    acts = {"ask": _asking, "answer": _answering}
    act = fields.get("do", "")
    if act == "take-back":
        return see(f"/sign/{_taken_back(visit, person, fields)}")
    if act not in acts:
        raise Malformed(f"{act!r} is no act", field="do", next_step=f"allowed: {', '.join([*acts, 'take-back'])}")
    lines, says = acts[act](visit, fields)
    return see(f"/sign/{visit.desk.draft(person, lines, says, '/intelligence/recall')}")


def _taken_back(visit: Visit, person: Person, fields: Fields) -> str:
    """The name under which the facts wait that take a thing back."""
    book, party, thing, takers = visit.desk.book, person.party, fields.get("thing", ""), codes(fields.get("from"))
    alone = "alone" in fields
    found = takings(book, party, thing, takers, alone=alone)
    of = ", ".join(sorted({taker for one in found for taker in one.takers}))
    what = ", ".join(dict.fromkeys(one.title or one.thing for one in found))
    says = f"{party} takes back from {of}: {what}."
    again: Check = lambda book, _: takings(book, party, thing, takers, alone=alone)  # noqa: E731
    return visit.desk.keep(person, taking_back(book, party, found), says, "/intelligence/recall", again)


def _asking(visit: Visit, fields: Fields) -> tuple[list[Line], str]:
    party, thing = visit.somebody.party, fields.get("thing", EVERYTHING)
    lines = asked_back(visit.desk.book, party, thing, codes(fields.get("from")), fields.get("says"))
    asked = ", ".join(sorted({str(to) for line in lines for to in _list(line[RECALL]["to"])}))
    return lines, f"{party} asks {asked} to give back what it released."


def _answering(visit: Visit, fields: Fields) -> tuple[list[Line], str]:
    party = visit.somebody.party
    found = next((one for one in asked_of(visit.desk.book, party) if one.id == fields.get("recall")), None)
    if found is None:
        raise Impossible("no such question waits for you", next_step="look at the board again")
    done = next((one for one in Done if one.value == fields.get("done")), None)
    if done is None:
        step = f"allowed: {', '.join(one.value for one in Done)}"
        raise Malformed(f"{fields.get('done')!r} is no answer", field="done", next_step=step)
    return [receipt(found, party, done, codes(fields.get("to")))], f"{party} says of {found.thing}: {done.value}."


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


@get("/intelligence/disclosures", sync_to_thread=False)
def register(visit: Visiting) -> Answer:
    """The register of disclosures: rule 3."""
    person = visit.require(Role.AUDITOR)
    label, form = visit.desk.label(visit.view(), DISCLOSED), visit.query.get("format")
    found = disclosures(visit.desk.book, person.party)
    table = disclosure_table(found)
    if form == "json":
        return data({"audience": visit.audience, "label": label_lines(label), "disclosures": rows(table)})
    if form is not None:
        return tables.sheet(form, table, name="disclosures", label=label, audience=visit.audience)
    return page(visit, "intelligence-disclosures.html.j2", {"register": found}, label=label)


ROUTES = [board, consequences, acted, register]
