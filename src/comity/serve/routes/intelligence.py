"""Intelligence: search, with what was found by type, originator, marking and collection; one object, as it is seen.

Rules:
1. A page bears the label of all that was searched for it: everything of intelligence that its visitor may read. A file
   of objects bears the label of those, STIX in a header, for the standard has no place for it.
2. Who opens an object is noted with each of its portions, for whoever stated them (`comity.serve.readings`).
3. In the place of what was asked back stands a tombstone, for whoever was asked.
4. A report is offered as MISP's event where it goes without loss; where it does not, its page says why. What is too
   much to be tried for a page is tried when it is asked for, and told then.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from urllib.parse import quote

from litestar import get
from litestar.params import FromPath

from comity.casebook.book import Casebook
from comity.errors import Impossible, Malformed
from comity.flow import intelligence_graph
from comity.flow.intelligence_graph import Drawn
from comity.flow.intelligence_leaving import bundle, events, leaving
from comity.flow.intelligence_told import facet_words, hit_table, marking_words, portion_table, seen_data
from comity.flow.meant import check_parties
from comity.flow.recalling import asked_of
from comity.flow.recalls import RECALL, Asked
from comity.flow.taxii_hiding import GONE
from comity.flow.taxii_questions import TOLD
from comity.formats.misp_out import NoPlace
from comity.instruments.intelligence import facts
from comity.instruments.intelligence.graded_table import report_data
from comity.instruments.intelligence.reported import Report
from comity.instruments.intelligence.reported_bodies import KINDS as REPORTED
from comity.instruments.intelligence.reported_gathered import Facts, gather
from comity.instruments.intelligence.seen import Found, SeenObject
from comity.instruments.intelligence.shelf import Shelf
from comity.ledger.view import View
from comity.serve import tables
from comity.serve.pages import JSON, LABEL, Answer, data, file, kept, label_lines, page
from comity.serve.routes.forms import address
from comity.serve.visit import Visit, Visiting
from comity.values.label import Label

PAGE = 50
MANY, LISTED, TRIED = 20, 100, 200
"""So many hits are on a page, words of a facet before the rest is folded, objects that an object is joined to; of so
many that it refers to, it is tried whether a report goes to MISP."""
ASKED = ("words", "type", "originator", "marking", "collection")
FACETS = {"type": "Type", "originator": "Originator", "marking": "Marking", "collection": "Collection"}
STIX = "application/stix+json;version=2.1"
NETWORK = "network"
"""What an address says that asks for what the page's network joins."""


def shelf_of(visit: Visit) -> Shelf:
    """What a visitor sees of intelligence."""
    return Shelf.of(visit.view())


def gathered(visit: Visit, view: View[Casebook]) -> Facts:
    """The graded reports, requests and warning problems that may be read in a view, gathered once."""
    return visit.desk.of_view(view, "reported", lambda: gather(view))


def searched(visit: Visit, view: View[Casebook], *more: str) -> Label:
    """The label of all of intelligence that may be read in a view, and of some kinds more: rule 1."""
    return visit.desk.label(view, (*facts.KINDS, *more))


@get("/intelligence", sync_to_thread=False)
def listed(visit: Visiting) -> Answer:
    """What was found by a search, the latest first."""
    return kept(visit, lambda: _listed(visit))


def known(visit: Visit, field: str, code: str | None) -> str:
    """The party that a question narrows by; blanks ask for nothing.

    Raises:
        Malformed: nobody knows it; who is known to others alone is told as one whom nobody knows.
    """
    if code:
        view = visit.view()
        here = {key.party for key in visit.desk.book.keys}
        check_parties(view.facts, {**view.casebook.parties, **dict.fromkeys(here, "")}, [(field, code)])
    return code or ""


def _listed(visit: Visit) -> Answer:
    view, asked = visit.view(), {name: visit.query.get(name, "") for name in ASKED}
    known(visit, "originator", asked["originator"])
    found = found_by(Shelf.of(view), asked, visit.query.get("after"))
    label, form = searched(visit, view), visit.query.get("format")
    if form == "json":
        return data({"audience": view.audience, "label": label_lines(label), **found_data(found)})
    if form is not None:
        return tables.sheet(form, hit_table(found.hits), name="intelligence", label=label, audience=view.audience)
    told = {
        "asked": asked,
        "now": address({**asked, "after": visit.query.get("after", "")}),
        "found": found,
        "facets": list(_facets(found, asked, visit.language)),
        "more": address({**asked, "after": found.next or ""}) if found.next else None,
        "begun": bool(visit.query.get("after")),
        "first": address(asked),
    }
    return page(visit, "intelligence.html.j2", told, label=label)


def found_by(shelf: Shelf, asked: Mapping[str, str], after: str | None, limit: int = PAGE) -> Found:
    """What a search finds; blanks ask for nothing."""
    return shelf.search(
        asked["words"],
        types=[asked["type"]] if asked["type"] else None,
        marking=asked["marking"] or None,
        originator=asked["originator"] or None,
        collection=asked["collection"] or None,
        limit=limit,
        after=after,
    )


def found_data(found: Found) -> dict[str, object]:
    """What a search found, as plain data."""
    hits = [hit._asdict() for hit in found.hits]
    return {"objects": hits, "total": found.total, "facets": found.facets, "after": found.next}


def _facets(found: Found, asked: Mapping[str, str], language: str) -> Iterator[dict[str, object]]:
    """Each facet with its words, how many go with each, and where that narrows the search; or widens it again."""
    for facet, title in FACETS.items():
        counted = list(found.facets[facet].items())
        rows = [
            {"words": facet_words(facet, word, language), "count": count, "chosen": asked[facet] == word,
             "to": address({**asked, facet: "" if asked[facet] == word else word})}
            for word, count in counted
        ]  # fmt: skip
        yield {"title": title, "rows": rows[:MANY], "rest": rows[MANY:]}


@get("/intelligence/objects/{name:str}", sync_to_thread=False)
def shown(visit: Visiting, name: FromPath[str]) -> Answer:
    """One object, portion by portion, as far as it is seen."""
    try:
        one = shelf_of(visit).get(name, visit.query.get("version"))
    except Impossible:
        return _tombstone(visit, name)
    for portion in one.portions:
        visit.desk.readings.note(visit.person, portion.id)
    return kept(visit, lambda: _shown(visit, one))


def _shown(visit: Visit, one: SeenObject) -> Answer:
    view, shelf = visit.view(), shelf_of(visit)
    label, form = searched(visit, view, *REPORTED), visit.query.get("format")
    if form in {"stix", "misp"}:
        return _left(visit, shelf, one, form)
    if form is not None and visit.query.get("of") == NETWORK:
        return joined(view, intelligence_graph.around(shelf, one.id), form, label)
    reports = about(gathered(visit, view), one.id)
    if form == "json":
        return data({"audience": view.audience, "label": label_lines(label), **object_data(shelf, one, reports)})
    if form is not None:
        return tables.sheet(form, portion_table(one), name="object", label=label, audience=view.audience)
    told = {
        "one": one,
        "portions": [_portion(visit, one, place) for place in range(len(one.portions))],
        "to": _named(shelf, shelf.references(one.id)),
        "by": _named(shelf, shelf.referring(one.id)),
        "listed": LISTED,
        "reports": [report_data(report) for report in reports],
        "drawn": intelligence_graph.around(shelf, one.id, lead),
        "now": address({"version": visit.query.get("version", "")}),
        "shared": any(atom.readers for part in one.portions if part.originator == visit.party for atom in part.label),
        **_misp(visit, shelf, one),
    }
    return page(visit, "intelligence-object.html.j2", told, label=label)


def _misp(visit: Visit, shelf: Shelf, one: SeenObject) -> dict[str, object]:
    """Whether the page offers an object as MISP's event, and if it cannot go, why: rule 4."""
    bound = visit.desk.settings.misp
    if bound is None or one.type != "report" or one.version != shelf.get(one.id).version:
        return {"misp": False, "not_misp": ()}
    if len(shelf.references(one.id)) > TRIED:
        return {"misp": True, "not_misp": ()}
    try:
        events(shelf, one.id, bound, visit.party)
    except NoPlace as error:
        return {"misp": False, "not_misp": error.told}
    return {"misp": True, "not_misp": ()}


def joined(view: View[Casebook], drawn: Drawn, form: str, label: Label) -> Answer:
    """What a network joins, as a table to keep or as JSON."""
    if form != "json":
        return tables.sheet(form, drawn.table, name=NETWORK, label=label, audience=view.audience)
    rows = [dict(zip(drawn.table.columns, row, strict=True)) for row in drawn.table.rows]
    return data({"audience": view.audience, "label": label_lines(label), "joined": rows, "more": drawn.more})


def lead(name: str) -> str:
    """Where an object is shown."""
    return f"/intelligence/objects/{quote(name, safe='')}"


def about(found: Facts, name: str) -> list[Report]:
    """The graded reports about an object, by address."""
    return [one for one in found.of(Report) if name == one.thing or name in one.about]


def object_data(shelf: Shelf, one: SeenObject, reports: Iterable[Report]) -> dict[str, object]:
    """An object as plain data, with what it refers to, what refers to it, and graded reports about it."""
    return {
        "object": seen_data(one),
        "refers_to": shelf.references(one.id),
        "referred_to_by": shelf.referring(one.id),
        "reports": [report_data(report) for report in reports],
    }


def _portion(visit: Visit, one: SeenObject, place: int) -> dict[str, object]:
    """A portion as the page shows it: each property that it adds to the whole, its type and id apart."""
    portion = one.portions[place]
    return {
        "fact": portion.id,
        "originator": portion.originator,
        "label": label_lines(portion.label),
        "marking": marking_words(portion.marking, visit.language),
        "grade": portion.grade,
        "arrived": portion.arrived,
        "part": portion.part,
        "properties": {name: _said(value) for name, value in one.said(portion).items() if name not in {"id", "type"}},
    }


def _said(value: object) -> str:
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return ", ".join(value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _named(shelf: Shelf, names: Sequence[str]) -> tuple[list[SeenObject], int]:
    """The first of some objects, and how many there are."""
    return [shelf.get(name) for name in names[:LISTED]], len(names)


def _left(visit: Visit, shelf: Shelf, one: SeenObject, form: str) -> Answer:
    """An object as it may leave: rule 1."""
    audience = visit.view().audience
    if form == "stix":
        found = leaving(shelf, one.id, visit.query.get("version"))
        made = file(_written(bundle(found.objects)), STIX, f"{one.type}.stix.json")
        made.headers[LABEL] = json.dumps({"audience": audience, "label": label_lines(found.label)})
        return made
    if visit.desk.settings.misp is None:
        step = "take STIX, or ask its keeper to bind them: `comity serve --misp-bindings`"
        raise Malformed("nobody bound MISP's organisations to parties here", field="format", next_step=step)
    try:
        found = events(shelf, one.id, visit.desk.settings.misp, visit.party)
    except NoPlace as error:
        why = {"one": one, "told": error.told}
        return page(visit, "intelligence-not-misp.html.j2", why, label=searched(visit, visit.view()), status=409)
    told = {"audience": audience, "label": label_lines(found.label), "response": found.objects}
    return file(_written(told), JSON, "misp.json")


def _written(given: object) -> bytes:
    return json.dumps(given, indent=1, ensure_ascii=False).encode() + b"\n"


def _tombstone(visit: Visit, name: str) -> Answer:
    """What stands in the place of something that was asked back: rule 3.

    Raises:
        Impossible: the visitor was not asked for it.
    """
    found = asked_back(visit, name)
    if not found or visit.query.get("format") is not None:
        raise Impossible(f"no object {name} is available", next_step="search for what is")
    label = visit.desk.label(visit.view(), [RECALL, TOLD, GONE])
    return page(visit, "intelligence-tombstone.html.j2", {"name": name, "asked": found}, label=label, status=404)


def asked_back(visit: Visit, name: str) -> list[Asked]:
    """By which questions the visitor's nation is asked to give a thing back."""
    return [] if visit.party is None else [one for one in asked_of(visit.desk.book, visit.party) if one.thing == name]


ROUTES = [listed, shown]
