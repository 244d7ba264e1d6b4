"""The warning board: problems and where they stand, their indicators with the reports behind them; requests.

Rules:
1. Everything is worked out by what the visitor may read, as of an instant.
2. Grades are those of whoever stated a report; nothing is weighed or averaged.
"""

from __future__ import annotations

from litestar import get
from litestar.params import FromPath

from comity.flow import corroboration_graph
from comity.formats.tables import Table, table
from comity.instruments.intelligence.graded_table import asked_data, levels, number, warned_data
from comity.instruments.intelligence.reported import Report, Request
from comity.instruments.intelligence.reported_gathered import Facts
from comity.instruments.intelligence.requests import stands as standing
from comity.instruments.intelligence.warning import Warned, named, problems, stands
from comity.serve import tables
from comity.serve.pages import Answer, data, kept, label_lines, page
from comity.serve.routes.forms import address, moment
from comity.serve.routes.intelligence import NETWORK, gathered, joined
from comity.serve.visit import Visit, Visiting
from comity.values.instant import SECOND, Instant, show

PROBLEMS = ("problem", "id", "kept by", "question", "level")
INDICATORS = ("indicator", "title", "state", "may be", "takes", "activity", "no activity", "would change it")


@get("/intelligence/warning", sync_to_thread=False)
def board(visit: Visiting) -> Answer:
    """Every warning problem, and requests for information."""
    return kept(visit, lambda: _board(visit))


def _board(visit: Visit) -> Answer:
    view, form = visit.view(), visit.query.get("format")
    found, at = gathered(visit, view), _at(visit)
    if form == "json":
        return data({"audience": view.audience, "label": label_lines(found.label), **board_data(found, at)})
    if form is not None:
        told = board_data(found, at)["problems"]
        rows = problem_table(told if isinstance(told, list) else [])
        return tables.sheet(form, rows, name="warning", label=found.label, audience=view.audience)
    return page(visit, "intelligence-warning.html.j2", board_data(found, at), label=found.label)


def board_data(found: Facts, at: Instant) -> dict[str, object]:
    """The problems with their levels, and the requests by deadline, as plain data."""
    every = [stands(one, found, at) for one in problems(found)]
    asked = sorted(found.of(Request), key=lambda one: (one.answer_by, one.stamp.id))
    return {
        "at": show(at),
        "problems": [
            {"problem": one.problem.name, "id": one.problem.stamp.id, "kept_by": one.problem.stamp.by,
             "title": one.problem.title, "question": one.problem.question, "level": levels(one.levels),
             "indicators": [{"indicator": sign.indicator.name, "state": sign.state.value} for sign in one.signs]}
            for one in every
        ],
        "requests": [asked_data(standing(one, found, at)) for one in asked],
    }  # fmt: skip


def problem_table(told: list[dict[str, object]]) -> Table:
    """The problems as rows."""
    return table(PROBLEMS, [tuple(one[name] for name in ("problem", "id", "kept_by", "question", "level"))
                            for one in told])  # fmt: skip


@get("/intelligence/warning/{name:str}", sync_to_thread=False)
def problem(visit: Visiting, name: FromPath[str]) -> Answer:
    """One problem: its indicators, why they stand as they do, and what would change it."""
    return kept(visit, lambda: _problem(visit, name))


def _problem(visit: Visit, name: str) -> Answer:
    view, form = visit.view(), visit.query.get("format")
    found, at = gathered(visit, view), _at(visit)
    warned = stands(named(name, found), found, at)
    told = warned_data(warned, "; ".join(label_lines(warned.label)))
    among = {part.report.stamp.id for sign in warned.signs for one in (sign.activity, sign.no_activity)
             for part in one.parts}  # fmt: skip
    drawn = corroboration_graph.drawn(warned.graph, among)
    if form is not None and visit.query.get("of") == NETWORK:
        return joined(view, drawn, form, warned.label)
    if form == "json":
        return data({"audience": view.audience, **told, "label": label_lines(warned.label)})
    if form is not None:
        return tables.sheet(form, sign_table(warned), name="problem", label=warned.label, audience=view.audience)
    reports = {report.stamp.id: report for report in found.of(Report)}
    more = {
        "found": told,
        "level": levels(warned.levels),
        "counts": {sign.indicator.name: (number(sign.activity), number(sign.no_activity)) for sign in warned.signs},
        "drawn": drawn,
        "named": {name: report.title for name, report in reports.items()},
        "now": address({"on": visit.query.get("on", "")}),
    }
    return page(visit, "intelligence-problem.html.j2", more, label=warned.label)


def sign_table(warned: Warned) -> Table:
    """The indicators of a problem as rows."""
    rows = [
        (
            sign.indicator.name, sign.indicator.title, sign.state.value, [one.value for one in sign.may_be],
            str(sign.indicator.active), number(sign.activity), number(sign.no_activity),
            [change.says for change in sign.changes],
        )
        for sign in warned.signs
    ]  # fmt: skip
    return table(INDICATORS, rows)


def _at(visit: Visit) -> Instant:
    return moment(visit.query.get("on"), "on", today(visit))


def today(visit: Visit) -> Instant:
    """The instant it is, to the second, as people read it."""
    return visit.desk.book.clock() // SECOND * SECOND


ROUTES = [board, problem]
