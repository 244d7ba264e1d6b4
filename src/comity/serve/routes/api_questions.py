"""The rest of the library's questions over HTTP, as JSON: the picture, the register, what falls due, consultation.

Rules:
1. A question that a page answers is answered here by the same function; what differs is how it is written.
2. Every answer carries its audience and the label of all that was searched.
"""

from __future__ import annotations

from collections.abc import Iterable

from litestar import get
from litestar.params import FromPath, FromQuery

from comity.casebook.steps import packaged
from comity.casebook.workdays import workdays
from comity.errors import Malformed
from comity.flow import picture, register, turns
from comity.flow.agreement_comparison import compare
from comity.flow.due import due, due_table
from comity.flow.own_agreements import READ
from comity.formats.tables import Table
from comity.instruments.consultation import facts as f
from comity.instruments.consultation import steps, table
from comity.instruments.consultation.case import cases, consultation
from comity.instruments.consultation.channel import matters
from comity.instruments.consultation.gathered import gather, unread_of
from comity.serve import pages
from comity.serve.pages import Answer, label_lines
from comity.serve.routes.agreements import YEARS_AHEAD, of, today_of
from comity.serve.routes.consultations import DUTIES, waits
from comity.serve.routes.forms import moment, parties
from comity.serve.visit import Visit, Visiting
from comity.values.instant import show
from comity.values.label import Label


def _told(visit: Visit, label: Label, **answers: object) -> Answer:
    """An answer with its audience and label: rule 2."""
    return pages.data({"audience": visit.audience, "label": label_lines(label), **answers})


def _rows(found: Table) -> list[dict[str, object]]:
    return [dict(zip(found.columns, row, strict=True)) for row in found.rows]


def _agreements(visit: Visit) -> Label:
    return visit.desk.label(visit.view(), READ)


def _codes(visit: Visit, said: str | None, field: str) -> tuple[str, ...]:
    return parties(said, field, visit.view().casebook)


def _one(found: Iterable[str]) -> str | None:
    return next(iter(found), None)


@get("/api/picture", sync_to_thread=False)
def picture_of(visit: Visiting, on: FromQuery[str | None] = None, us: FromQuery[str | None] = None) -> Answer:
    """What ties parties on a day: pairs, treaties with their members, groups, disputed ground with every claimant."""
    book, day = visit.view().casebook, moment(on, "on", today_of(visit))
    party = _one(_codes(visit, us, "us"))
    return _told(
        visit,
        _agreements(visit),
        on=show(day),
        pairs=_rows(picture.arc_table(picture.arcs(book, day, party=party))),
        treaties=_rows(picture.hub_table(picture.hubs(book, day, party=party))),
        groups=[
            {"group": one.group, "members": one.members, "perhaps": one.perhaps} for one in picture.groups(book, day)
        ],
        disputed=_rows(picture.dispute_table(picture.disputes(book, day))),
    )


@get("/api/changes", sync_to_thread=False)
def changes(visit: Visiting, since: FromQuery[str], until: FromQuery[str]) -> Answer:
    """What turned between two days: agreements, parties, groups, suspensions, disputes."""
    found = turns.changes(visit.view().casebook, moment(since, "since"), moment(until, "until"))
    return _told(visit, _agreements(visit), changes=_rows(turns.change_table(found)))


@get("/api/between/{one:str}/{two:str}", sync_to_thread=False)
def between(visit: Visiting, one: FromPath[str], two: FromPath[str], on: FromQuery[str | None] = None) -> Answer:
    """What binds one party to another, and the other way round, article by article."""
    book, day = visit.view().casebook, moment(on, "on", today_of(visit))
    for code, field in ((one, "one"), (two, "two")):
        _codes(visit, code, field)
    found = [row for a, b in ((one, two), (two, one)) for row in picture.between(book, a.upper(), b.upper(), day)]
    return _told(visit, _agreements(visit), on=show(day), articles=_rows(picture.binding_table(found)))


@get("/api/due", sync_to_thread=False)
def falls_due(visit: Visiting, party: FromQuery[str | None] = None) -> Answer:
    """Renewals, last days of notice and ends in the next ten years."""
    since = today_of(visit)
    code = _one(_codes(visit, party, "party"))
    found = due(visit.view().casebook, since, until=since + YEARS_AHEAD, party=code)
    return _told(visit, _agreements(visit), due=_rows(due_table(found)))


@get("/api/matrix", sync_to_thread=False)
def matrix(visit: Visiting, of_parties: FromQuery[str], on: FromQuery[str | None] = None) -> Answer:
    """Who owes whom, between ordered pairs of some parties."""
    day = moment(on, "on", today_of(visit))
    cells = register.matrix(visit.view().casebook, day, _codes(visit, of_parties, "of_parties"))
    return _told(visit, _agreements(visit), on=show(day), cells=_rows(register.matrix_table(cells)))


@get("/api/compare/{left:str}/{right:str}", sync_to_thread=False)
def compared(visit: Visiting, left: FromPath[str], right: FromPath[str]) -> Answer:
    """Two agreements, clause by clause."""
    book = visit.view().claimed
    return _told(visit, _agreements(visit), comparison=compare(of(book, left), of(book, right)).as_json())


@get("/api/consultations", sync_to_thread=False)
def consultations(visit: Visiting) -> Answer:
    """The cases that are known, the channel against miscalculation, and what waits for one's own nation."""
    view, now = visit.view(), visit.desk.book.clock()
    facts = visit.desk.gathered(view)
    found = [{"id": one.stamp.id, "title": one.title, "article": one.article, "body": one.body} for one in cases(facts)]
    channel = [table.matter_data(one) for one in matters(facts, now)]
    unread = [table.unread_data(one) for one in unread_of(visit.party, facts)]
    for_us = waits(facts, visit.party, now)
    return _told(visit, facts.label, cases=found, channel=channel, waiting=for_us, unread=unread)


@get("/api/consultations/{name:str}", sync_to_thread=False)
def case(visit: Visiting, name: FromPath[str]) -> Answer:
    """One case: agenda, positions, votes, texts under silence, tasks, decisions."""
    view, now = visit.view(), visit.desk.book.clock()
    found = consultation(view, name, now, view.casebook)
    return pages.data(table.consultation_data(found, "; ".join(label_lines(found.label))))


@get("/api/steps", sync_to_thread=False)
def national_steps(
    visit: Visiting, party: FromQuery[str], duty: FromQuery[str], starts: FromQuery[str | None] = None
) -> Answer:
    """What a state's own law asks for a duty, and the earliest lawful day."""
    code = _one(_codes(visit, party, "party"))
    if code is None or duty not in DUTIES:
        raise Malformed(f"{duty!r} is no such duty", field="duty", next_step=f"one of: {', '.join(DUTIES)}")
    facts = gather(visit.view(), [f.NATIONAL_STEP])
    ask = steps.Contribution(code, duty, moment(starts, "starts", today_of(visit)))
    found = steps.timelines(packaged(), steps.stated(facts, ask), workdays(code))
    return _told(visit, facts.label, routes=[table.timeline_data(one) for one in found])


ROUTES = [
    picture_of, changes, between, falls_due, matrix, compared, consultations, case, national_steps,
]  # fmt: skip
