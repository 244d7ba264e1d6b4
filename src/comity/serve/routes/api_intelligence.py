"""Intelligence over HTTP: the questions of its pages, as JSON under `/api/intelligence`.

Rules:
1. Every answer carries its audience and the label of all that was searched for it, as the pages do.
2. What may not be read and what is not there are answered alike.
"""

from __future__ import annotations

from typing import Annotated

from litestar import get
from litestar.params import FromPath, FromQuery, QueryParameter

from comity.errors import Malformed
from comity.flow.recalling import DISCLOSED, disclosures
from comity.flow.release_told import disclosure_table
from comity.instruments.intelligence.graded_table import warned_data
from comity.instruments.intelligence.listing import listed, part
from comity.instruments.intelligence.reported_bodies import KINDS as REPORTED
from comity.instruments.intelligence.shelf import Shelf
from comity.instruments.intelligence.warning import named, stands
from comity.serve import pages
from comity.serve.pages import Answer, kept, label_lines
from comity.serve.roles import Role
from comity.serve.routes.api import Share
from comity.serve.routes.forms import moment, parties
from comity.serve.routes.intelligence import about, found_by, found_data, gathered, known, object_data, searched
from comity.serve.routes.intelligence_recall import KINDS as RECALLED
from comity.serve.routes.intelligence_recall import board_data as recall_data
from comity.serve.routes.intelligence_recall import rows
from comity.serve.routes.intelligence_release import plan_data, plan_of
from comity.serve.routes.intelligence_said import reports_answer
from comity.serve.routes.intelligence_warning import board_data as warning_data
from comity.serve.routes.intelligence_warning import today
from comity.serve.visit import Visit, Visiting
from comity.values.label import Label

Text = FromQuery[str | None]
On = Annotated[str | None, QueryParameter(name="on", description="as of a day or an instant")]


@get("/api/intelligence", sync_to_thread=False)
def search(
    visit: Visiting,
    *,
    words: Text = None,
    of_type: Annotated[str | None, QueryParameter(name="type", description="objects of this type")] = None,
    originator: Text = None,
    marking: Annotated[str | None, QueryParameter(description="as the facets of an answer write it")] = None,
    collection: Text = None,
    after: Text = None,
    limit: Annotated[int, QueryParameter(ge=1, le=500)] = 50,
    share: Share = None,
) -> Answer:
    """The objects that may be read and hold all of some words, the latest first; `facets` count only what is seen."""
    asked = {"words": words or "", "type": of_type or "", "originator": known(visit, "originator", originator),
             "marking": marking or "", "collection": collection or ""}  # fmt: skip

    def made() -> Answer:
        view = visit.view(*(parties(share, "share", visit.view().casebook) if visit.person else ()))
        found = found_by(Shelf.of(view), asked, after, limit)
        return _told(visit, view.audience, searched(visit, view), found_data(found))

    return kept(visit, made)


def _told(visit: Visit, audience: tuple[str, ...], label: Label, told: dict[str, object]) -> Answer:
    return pages.data({"audience": audience, "label": label_lines(label), **told})


@get("/api/intelligence/reports", sync_to_thread=False)
def reports(
    visit: Visiting,
    *,
    thing: Annotated[str | None, QueryParameter(description="of this thing")] = None,
    about: Annotated[str | None, QueryParameter(description="about a topic, a thing, an incident or a report")] = None,
    by: Annotated[str | None, QueryParameter(description="stated by this party")] = None,
    after: Text = None,
    limit: Annotated[int, QueryParameter(ge=1, le=500)] = 50,
) -> Answer:
    """The graded reports that may be read, the latest first; `after` is where the next part begins."""

    def made() -> Answer:
        view = visit.view()
        found = gathered(visit, view)
        every = listed(found, thing=thing, about=about, by=known(visit, "by", by))
        return reports_answer(view, found, part(every, after, limit))

    return kept(visit, made)


@get("/api/intelligence/objects/{name:str}", sync_to_thread=False)
def one(visit: Visiting, name: FromPath[str], version: Text = None) -> Answer:
    """One object, portion by portion, with what it refers to and what refers to it, as far as it is seen."""
    view = visit.view()
    shelf = Shelf.of(view)
    found = shelf.get(name, version)
    for portion in found.portions:
        visit.desk.readings.note(visit.person, portion.id)
    reports = about(gathered(visit, view), found.id)
    return _told(visit, view.audience, searched(visit, view, *REPORTED), object_data(shelf, found, reports))


@get("/api/intelligence/release", sync_to_thread=False)
def release(visit: Visiting, to: FromQuery[str], things: Text = None, collection: Text = None) -> Answer:
    """Who of an audience may read some objects or a collection, what stands in the way, whose consent is missing."""
    plan = plan_of(visit, {"things": things or "", "collection": collection or "", "to": to})
    if plan is None:
        raise Malformed("is missing", field="things", next_step="name the objects by their ids")
    view = visit.view()
    return _told(visit, view.audience, searched(visit, view), plan_data(plan))


@get("/api/intelligence/recall", sync_to_thread=False)
def recall(visit: Visiting) -> Answer:
    """What is owed back to one's own nation, and what it is asked to give back."""
    told = recall_data(visit)
    return _told(visit, visit.audience, visit.desk.label(visit.view(), RECALLED), told)


@get("/api/intelligence/disclosures", sync_to_thread=False)
def register(visit: Visiting) -> Answer:
    """The register of disclosures, for an auditor, as far as his nation may read it."""
    person = visit.require(Role.AUDITOR)
    found = rows(disclosure_table(disclosures(visit.desk.book, person.party)))
    return _told(visit, visit.audience, visit.desk.label(visit.view(), DISCLOSED), {"disclosures": found})


@get("/api/intelligence/warning", sync_to_thread=False)
def warning(visit: Visiting, on: On = None) -> Answer:
    """The warning problems with their levels, and requests for information with who has answered."""

    def made() -> Answer:
        view = visit.view()
        found = gathered(visit, view)
        return _told(visit, view.audience, found.label, warning_data(found, moment(on, "on", today(visit))))

    return kept(visit, made)


@get("/api/intelligence/warning/{name:str}", sync_to_thread=False)
def problem(visit: Visiting, name: FromPath[str], on: On = None) -> Answer:
    """One warning problem: its indicators, the reports behind them with their grades, and what would change it."""

    def made() -> Answer:
        view = visit.view()
        found = gathered(visit, view)
        warned = stands(named(name, found), found, moment(on, "on", today(visit)))
        told = {key: value for key, value in warned_data(warned, "").items() if key != "label"}
        return _told(visit, view.audience, warned.label, told)

    return kept(visit, made)


ROUTES = [search, reports, one, release, recall, register, warning, problem]
