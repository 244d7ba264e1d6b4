"""The register of agreements: each article by article, what falls due, who owes whom, comparison."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from litestar import get
from litestar.params import FromPath

from comity.casebook.agreement import Agreement
from comity.casebook.book import Casebook
from comity.errors import Impossible
from comity.flow import own_agreements as own
from comity.flow import register, ties
from comity.flow.agreement_comparison import article, compare, says
from comity.flow.agreement_told import article_table, told
from comity.flow.due import Due, due, due_rows, due_table
from comity.formats import ical, timeline
from comity.formats.tables import Table
from comity.serve import drafts, tables
from comity.serve.pages import Answer, data, dated, kept, label_lines, page
from comity.serve.routes.forms import address, codes, moment, parties
from comity.serve.visit import Visit, Visiting
from comity.values.instant import ALWAYS, DAY, Instant, show
from comity.values.label import Label

YEARS_AHEAD = 10 * 366 * DAY


def today_of(visit: Visit) -> Instant:
    """The day it is."""
    clock = visit.desk.book.clock()
    return clock - clock % DAY


@get("/agreements", sync_to_thread=False)
def listed(visit: Visiting) -> Answer:
    """The register on a day."""
    return kept(visit, lambda: _listed(visit))


def _listed(visit: Visit) -> Answer:
    asked, view = dict(visit.query), visit.view()
    today = today_of(visit)
    on = moment(asked.get("on"), "on", today)
    found = register.register(
        view.casebook,
        on,
        party=next(iter(codes(asked.get("party"))), None),
        kind=asked.get("kind"),
        state=asked.get("state"),
        text=asked.get("words", ""),
    )
    label = visit.desk.label(view, own.READ)
    if "format" in asked:
        return _table(asked["format"], register.register_table(found), "agreements", visit, label)
    fields = {name: asked.get(name, "") for name in ("on", "party", "kind", "state", "words")}
    shown = {
        "rows": found,
        "asked": fields,
        "today": show(today),
        "now": address(fields),
        "kinds": ties.KINDS,
        "states": register.STATES,
        "timeline": _in_time(register.timeline_rows(found), "Agreements in time", "When each is in force.", on, today),
        "claims": _claims(visit),
    }
    return page(visit, "agreements.html.j2", shown, label=label)


def _in_time(rows: Sequence[timeline.Row], title: str, says_what: str, now: Instant, last: Instant) -> str:
    """Rows along time, from the first that begins."""
    first = min((row.start.earliest for row in rows if row.start.earliest > ALWAYS), default=now)
    return timeline.svg(rows, title, says_what, first=min(first, now), last=max(last, now + DAY), now=now)


def _claims(visit: Visit) -> list[Agreement]:
    """What some party only claims: agreements that not every party has signed."""
    view = visit.view()
    return [one for name, one in view.claimed.agreements.items() if name not in view.casebook.agreements]


def _table(form: str, rows: Table, name: str, visit: Visit, label: Label) -> Answer:
    if form == "json":
        told_rows = [dict(zip(rows.columns, row, strict=True)) for row in rows.rows]
        return data({"audience": visit.audience, "label": label_lines(label), "rows": told_rows})
    return tables.sheet(form, rows, name=name, label=label, audience=visit.audience)


@get("/agreements/{name:str}", sync_to_thread=False)
def shown(visit: Visiting, name: FromPath[str]) -> Answer:
    """One agreement, article by article in plain words."""
    return kept(visit, lambda: _shown(visit, name))


def _shown(visit: Visit, name: str) -> Answer:
    view, asked = visit.view(), dict(visit.query)
    on = moment(asked.get("on"), "on", today_of(visit))
    one = told(of(view.claimed, name), view.claimed, on)
    label = visit.desk.label(view, own.READ)
    if "format" in asked:
        return _table(asked["format"], article_table(one), name, visit, label)
    missing = own.unsigned(name, view.stated()) if name not in view.casebook.agreements else []
    shown_all = {
        "one": one,
        "agreement": one.entry.agreement,
        "on": show(on),
        "missing": missing,
        "amend": drafts.may_amend(visit, name),
    }
    return page(visit, "agreement.html.j2", shown_all, label=label)


def of(book: Casebook, name: str) -> Agreement:
    """An agreement by its id.

    Raises:
        Impossible: there is none that may be read here.
    """
    found = book.agreements.get(name)
    if found is None:
        raise Impossible(f"no agreement {name} is available", next_step="the register lists those that are")
    return found


@get("/agreements/calendar", sync_to_thread=False)
def calendar(visit: Visiting) -> Answer:
    """Renewals, last days of notice, ends: as a list, a timeline, a table, a calendar feed."""
    return kept(visit, lambda: _calendar(visit))


def _calendar(visit: Visit) -> Answer:
    view, asked = visit.view(), dict(visit.query)
    since = today_of(visit)
    party = next(iter(parties(asked.get("party"), "party", view.casebook)), None)
    found = due(view.casebook, since, until=since + YEARS_AHEAD, party=party)
    label = visit.desk.label(view, own.READ)
    form = asked.get("format")
    if form == "ics":
        return _feed(found, since, label)
    if form is not None:
        return _table(form, due_table(found), "calendar", visit, label)
    drawn = _in_time(due_rows(found), "What falls due", "Renewals, notices and ends.", since, since + YEARS_AHEAD)
    fields = {"party": party or ""}
    return page(
        visit,
        "calendar.html.j2",
        {"due": found, "timeline": drawn, "asked": fields, "now": address(fields)},
        label=label,
    )


def calendar_file(visit: Visit) -> Answer:
    """All that falls due for a visitor, as a calendar; what the address asks besides is left alone."""
    since = today_of(visit)
    found = due(visit.view().casebook, since, until=since + YEARS_AHEAD)
    return _feed(found, since, visit.desk.label(visit.view(), own.READ))


def _feed(found: Iterable[Due], at: Instant, label: Label) -> Answer:
    """The calendar feed; what has no exact day is no entry of it."""
    words = "; ".join(label_lines(label)) or ical.PUBLIC
    entries = [
        ical.Entry(one.uid, f"{one.agreement}: {one.what}", one.on.earliest, whole_day=True, label=words, says=one.says)
        for one in found
        if one.on.exact
    ]
    return dated(entries, "Agreements", at, words, "agreements.ics")


@get("/agreements/matrix", sync_to_thread=False)
def matrix(visit: Visiting) -> Answer:
    """Who owes whom, between ordered pairs of some parties."""
    return kept(visit, lambda: _matrix(visit))


def _matrix(visit: Visit) -> Answer:
    view, asked = visit.view(), dict(visit.query)
    wanted = parties(asked.get("parties"), "parties", view.casebook)
    on = moment(asked.get("on"), "on", today_of(visit))
    cells = register.matrix(view.casebook, on, wanted)
    label = visit.desk.label(view, own.READ)
    if "format" in asked:
        return _table(asked["format"], register.matrix_table(cells), "matrix", visit, label)
    shown_cells = {(cell.bound, cell.toward): cell for cell in cells}
    fields = {"parties": ", ".join(wanted), "on": show(on)}
    told_all = {"wanted": wanted, "cells": shown_cells, "asked": fields, "now": address(fields)}
    return page(visit, "matrix.html.j2", told_all, label=label)


@get("/agreements/compare", sync_to_thread=False)
def comparison(visit: Visiting) -> Answer:
    """Two agreements side by side, clause by clause."""
    view, asked = visit.view(), dict(visit.query)
    book = view.claimed
    fields = {name: asked.get(name, "") for name in ("left", "right")}
    both = [of(book, name) for name in fields.values() if name]
    found = compare(*both) if len(both) == len(fields) else None
    label = visit.desk.label(view, own.READ)
    if found is not None and asked.get("format") == "json":
        return data({**found.as_json(), "audience": view.audience, "label": label_lines(label)})
    told_all = {"found": found, "asked": fields, "agreements": book.agreements, "article": article, "says": says}
    return page(visit, "compare.html.j2", {**told_all, "now": address(fields)}, label=label)


ROUTES = [listed, shown, calendar, matrix, comparison]
