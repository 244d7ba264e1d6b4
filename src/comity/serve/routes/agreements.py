"""The register of agreements, and each article by article."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from litestar import get
from litestar.params import FromPath

from comity.casebook.agreement import Agreement
from comity.casebook.book import Casebook
from comity.cli import agreements as telling
from comity.errors import Impossible
from comity.flow.own_agreements import KIND
from comity.formats.tables import table
from comity.serve import tables
from comity.serve.pages import Answer, data, kept, label_lines, page
from comity.serve.routes.forms import address, moment
from comity.serve.visit import Visit, Visiting
from comity.values.instant import DAY, Instant, show

COLUMNS = ("id", "name", "state", "parties", "grade")


class Listed(NamedTuple):
    """A line of the register."""

    id: str
    name: str
    state: str
    parties: list[str]
    grade: str
    verify: bool


@get("/agreements", sync_to_thread=False)
def register(visit: Visiting) -> Answer:
    """The register."""
    return kept(visit, lambda: _register(visit))


def _register(visit: Visit) -> Answer:
    asked, view = dict(visit.query), visit.view()
    clock = visit.desk.book.clock()
    today = clock - clock % DAY
    on = moment(asked.get("on"), "on", today)
    rows = [one for one in _listed(view.casebook, on) if _wanted(one, asked)]
    label = visit.desk.label(view, [KIND])
    form = asked.get("format")
    if form == "json":
        return data(
            {
                "on": show(on),
                "audience": view.audience,
                "label": label_lines(label),
                "agreements": [r._asdict() for r in rows],
            }
        )
    if form is not None:
        cells = table(COLUMNS, [[row._asdict()[column] for column in COLUMNS] for row in rows])
        return tables.sheet(form, cells, name="agreements", label=label, audience=view.audience)
    fields = {name: asked.get(name, "") for name in ("on", "party", "words")}
    return page(
        visit,
        "agreements.html.j2",
        {"rows": rows, "asked": fields, "today": show(today), "now": address(fields)},
        label=label,
    )


def _listed(book: Casebook, on: Instant) -> Iterator[Listed]:
    for one in book.agreements.values():
        bound = telling.bound(one, book, on)
        yield Listed(one.id, one.name, telling.status(one, on), list(bound), one.grade, one.verify)


def _wanted(one: Listed, asked: dict[str, str]) -> bool:
    party, words = asked.get("party", "").upper(), asked.get("words", "").lower()
    return (not party or party in one.parties) and words in f"{one.id} {one.name}".lower()


class Line(NamedTuple):
    """A line of an agreement told, and how deep it stands."""

    level: int
    words: str


@get("/agreements/{name:str}", sync_to_thread=False)
def agreement(visit: Visiting, name: FromPath[str]) -> Answer:
    """One agreement, article by article."""
    return kept(visit, lambda: _agreement(visit, name))


def _agreement(visit: Visit, name: FromPath[str]) -> Answer:
    view = visit.view()
    one = of(view.casebook, name)
    clock = visit.desk.book.clock()
    if visit.query.get("format") == "json":
        return data(telling.as_data(one, view.casebook, clock))
    lines = [
        Line((len(words) - len(words.lstrip())) // 2, words.strip())
        for words in telling.show(one, view.casebook, clock)
    ]
    return page(
        visit,
        "agreement.html.j2",
        {"one": one, "state": telling.status(one, clock), "lines": lines[1:]},
        label=visit.desk.label(view, [KIND]),
    )


def of(book: Casebook, name: FromPath[str]) -> Agreement:
    """An agreement by its id.

    Raises:
        Impossible: there is none that may be read here.
    """
    found = book.agreements.get(name)
    if found is None:
        raise Impossible(f"no agreement {name} is available", next_step="the register lists those that are")
    return found


ROUTES = [register, agreement]
