"""Releasing intelligence: who may have it, what stands in the way, a text for the audience, its owners' consent.

Rules:
1. A plan and a draft rest on what the visitor's nation may read, alone and together with the audience: what it may not
   read tells it nothing.
2. What is written is looked at first (`look`); then it is proposed to its owners, or let go, each drafted and signed.
3. Whether it may go is decided once more as it is signed (`comity.flow.variant_release`, rule 1).
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect

from comity.casebook.book import Casebook
from comity.errors import Impossible, Malformed
from comity.flow.release_plan import ReleasePlan, planned
from comity.flow.release_told import plan_table
from comity.flow.variant import Line, Variant, Words, begun, chosen, inputs, parts_of
from comity.flow.variant_draft import DRAFT, drafted, drafts, kept, next_version, proposing, reader, unasked
from comity.flow.variant_release import check, cited, lacking, releasing
from comity.instruments.intelligence.shelf import Shelf
from comity.ledger.book import Book, MovedOn
from comity.ledger.record import Record
from comity.serve import tables
from comity.serve.pages import Answer, data, label_lines, page
from comity.serve.roles import DRAFTS
from comity.serve.routes.forms import Fields, address, parties, posted, see
from comity.serve.routes.intelligence import searched
from comity.serve.visit import Asked, Visit, Visiting

NOTHING = Words("", "")
THINGS = 100
"""So many objects are named at once, and so many a text is written from."""
COLLECTED = 1000
"""So many objects are planned at once where a collection is named."""
ASKED = ("things", "collection", "to", "version_of")


@get("/intelligence/release", sync_to_thread=False)
def planner(visit: Visiting) -> Answer:
    """Who may have some objects, and what stands in the way of the others."""
    asked = {name: visit.query.get(name, "") for name in ASKED}
    plan, form = plan_of(visit, asked), visit.query.get("format")
    if form is not None:
        return _exported(visit, plan, form)
    return _shown(visit, asked, plan)


def plan_of(visit: Visit, asked: Mapping[str, str]) -> ReleasePlan | None:
    """The plan that is asked for, what its objects refer to with it: rule 1; None where nothing is."""
    ours = reader(visit.desk.book, visit.somebody.party)
    most = COLLECTED if asked["collection"].strip() else THINGS
    names, audience = things_of(asked, ours.shelf, most), parties(asked["to"], "to", visit.view().casebook)
    if not names:
        return None
    _check_seen(ours.shelf, names)
    things = inputs([ours.shelf.get(name) for name in names], ours.shelf)
    return planned(parts_of(things, ours), audience, ours.reading)


def things_of(asked: Mapping[str, str], ours: Shelf, most: int = THINGS) -> list[str]:
    """The ids of objects, with blanks or line breaks between, and those of a collection.

    Raises:
        Malformed: there are too many, or nothing of the collection is seen.
    """
    collection = asked["collection"].strip()
    found = chosen(asked["things"].replace(",", " ").split(), collection, ours, field="collection")
    if len(found) > most:
        field = "collection" if collection else "things"
        raise Malformed(f"{len(found)} objects are too many at once", field=field, next_step=f"name {most} at most")
    return found


def _check_seen(shelf: Shelf, names: Iterable[str]) -> None:
    """Refuse an object that is not seen; a page says what to do on a page."""
    strange = next((name for name in names if name not in shelf), None)
    if strange is not None:
        step = "search for it among the intelligence, and take its id from its page"
        raise Impossible(f"no object {strange} is available", field="things", next_step=step)


def plan_data(plan: ReleasePlan) -> dict[str, object]:
    """A plan as plain data."""
    table = plan_table(plan)
    return {
        "for": plan.audience, "already": plan.already, "clear": plan.clear,
        "parts": [dict(zip(table.columns, row, strict=True)) for row in table.rows],
        "missing": [need._asdict() for need in plan.missing],
    }  # fmt: skip


def _exported(visit: Visit, plan: ReleasePlan | None, form: str) -> Answer:
    if plan is None:
        raise Malformed("is missing", field="things", next_step="name the objects by their ids")
    view = visit.view()
    label = searched(visit, view)
    if form == "json":
        return data({"audience": view.audience, "label": label_lines(label), **plan_data(plan)})
    return tables.sheet(form, plan_table(plan), name="release", label=label, audience=view.audience)


def _shown(
    visit: Visit,
    asked: Mapping[str, str],
    plan: ReleasePlan | None,
    variant: Variant | None = None,
    words: Words = NOTHING,
) -> Answer:
    told = {
        "asked": asked,
        "now": address({**asked}),
        "plan": plan,
        "called": {} if plan is None else called(visit, plan),
        "ours": plan is not None and any(visit.party in one.owners for one in plan.blocks),
        "clears": [] if plan is None else [
            (owner, len(plan.clears(owner))) for owner in sorted({need.owner for need in plan.missing})
        ],
        "parties": visit.view().casebook.parties,
        "words": words,
        "variant": variant,
        "unasked": [] if variant is None else unasked(visit.desk.book, variant),
        "surely": variant is not None and any(leak.certain for leak in variant.shows),
        "drafts": drafts(visit.view().records([DRAFT]), visit.somebody.party),
    }  # fmt: skip
    return page(visit, "intelligence-release.html.j2", told, label=searched(visit, visit.view(), DRAFT))


def called(visit: Visit, plan: ReleasePlan) -> dict[str, str]:
    """What the objects are called that something stands in the way of, by their ids."""
    shelf = Shelf.of(visit.view())
    return {thing: shelf.get(thing).name for thing in {one.part.thing for one in plan.blocks} if thing in shelf}


@post("/intelligence/release", status_code=200)
async def written(request: Asked, visit: Visiting) -> Answer | Redirect:
    """Look at a text for an audience, propose it to its owners, or let it go: rule 2."""
    person, fields = visit.require(*DRAFTS), await posted(request)
    asked = {name: fields.get(name, "") for name in ASKED}
    names = things_of(asked, reader(visit.desk.book, person.party).shelf)
    audience = parties(asked["to"], "to", visit.view().casebook)
    words = Words(fields.get("title", ""), fields.get("tearline", "").replace("\r\n", "\n"))
    if not names:
        raise Malformed("is missing", field="things", next_step="name the objects by their ids")
    _check_seen(reader(visit.desk.book, person.party).shelf, names)
    line = _line(visit, asked["version_of"])
    variant = drafted(visit.desk.book, person.party, names, audience, words, line=line)
    act = fields.get("do", "look")
    if act == "propose":
        return see(f"/sign/{_proposed(visit, variant)}")
    if act == "release":
        return see(f"/sign/{_let_go(visit, variant, _accepted(fields))}")
    return _shown(visit, asked, plan_of(visit, asked), variant, words)


def _line(visit: Visit, version_of: str) -> Line:
    """The version line of a text: a new one, or that of an earlier text of ours, at a later version."""
    book = visit.desk.book
    if not version_of:
        return begun(book.clock(), secrets.token_bytes)
    return next_version(book, visit.somebody.party, version_of, secrets.token_bytes)


def _accepted(fields: Fields) -> list[str]:
    """What may show and is accepted, a line each."""
    return [line.strip() for line in fields.get("accept", "").splitlines() if line.strip()]


def _proposed(visit: Visit, variant: Variant) -> str:
    book, person = visit.desk.book, visit.somebody
    records = proposing(book, variant)
    owners = ", ".join(variant.owners) or "nobody"
    says = f"{person.party} proposes to {owners} what may go to {', '.join(variant.audience)}: {variant.words.title}."
    return visit.desk.keep(
        person,
        records,
        says,
        f"/intelligence/release/{variant.id}",
        lambda book, _: _same(records, proposing(book, variant)),
    )


def _same(before: Iterable[Record], now: Iterable[Record]) -> None:
    """Whether what is proposed to whom is what it was."""
    if [one.body for one in before] != [one.body for one in now]:
        raise MovedOn("something arrived since it was drafted", next_step="read it again and decide again")


def _let_go(visit: Visit, variant: Variant, accepted: list[str]) -> str:
    """Draft the release: rule 3."""
    book, person = visit.desk.book, visit.somebody
    records, _ = releasing(book, variant, accepted)
    consents = cited(book, variant)

    def still(book: Book[Casebook], _: object) -> None:
        check(book, variant, accepted)
        if cited(book, variant) != consents:
            raise MovedOn("something arrived since it was drafted", next_step="read it again and decide again")

    says = f"{person.party} releases to {', '.join(variant.audience)}: {variant.words.title}."
    return visit.desk.keep(person, records, says, f"/intelligence/objects/{variant.id}", still)


@get("/intelligence/release/{name:str}", sync_to_thread=False)
def draft(visit: Visiting, name: FromPath[str]) -> Answer:
    """A draft that is kept: its text, whose consent is missing, and what of the withheld shows."""
    book, view = visit.desk.book, visit.view()
    variant = kept(book, visit.somebody.party, name)
    told = {
        "variant": variant,
        "lacking": lacking(book, variant),
        "perhaps": [leak.shown for leak in variant.shows if not leak.certain],
        "surely": any(leak.certain for leak in variant.shows),
        "label_wanted": label_lines(variant.label),
        "later": address(
            {"things": " ".join(variant.made_from), "to": ",".join(variant.audience), "version_of": variant.id}
        ),
    }
    return page(visit, "intelligence-draft.html.j2", told, label=searched(visit, view, DRAFT))


@post("/intelligence/release/{name:str}", status_code=303)
async def let_go(request: Asked, visit: Visiting, name: FromPath[str]) -> Redirect:
    """Draft the release of a draft that is kept."""
    person, fields = visit.require(*DRAFTS), await posted(request)
    variant = kept(visit.desk.book, person.party, name)
    return see(f"/sign/{_let_go(visit, variant, _accepted(fields))}")


ROUTES = [planner, written, draft, let_go]
