"""The picture: partners and agreements on a day, as a map, a network and tables; what binds one state to another."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from importlib.resources import files
from urllib.parse import quote

from litestar import get
from litestar.params import FromPath

from comity.casebook.book import Casebook
from comity.errors import Malformed
from comity.flow import picture, picture_map, picture_network, ties, turns
from comity.flow.own_agreements import READ
from comity.formats.worldmap import EVENT as HAPPENED
from comity.formats.worldmap import Mark
from comity.serve import tables
from comity.serve.pages import Answer, answered, data, kept, label_lines, page
from comity.serve.routes.claims import EVENT, Happened, events
from comity.serve.routes.forms import address, moment
from comity.serve.visit import Visit, Visiting
from comity.values.instant import DAY, Instant, instant, show

YEAR = 365 * DAY
FIRST_DAY = "1949-01-01"
TABLES = {"arcs": picture.arc_table, "parties": picture.party_table, "disputes": picture.dispute_table}


@get("/picture", sync_to_thread=False)
def shown(visit: Visiting) -> Answer:
    """The picture of a day."""
    return kept(visit, lambda: _shown(visit))


def _shown(visit: Visit) -> Answer:
    asked, view = dict(visit.query), visit.view()
    book, today = view.casebook, _today(visit)
    on, us = moment(asked.get("on"), "on", today), _us(asked, visit, book)
    kinds = _kinds(asked.get("kind"))
    form = asked.get("format")
    label = visit.desk.label(view, [*READ, EVENT])
    if form is not None:
        rows = picture.arc_table(picture.arcs(book, on, kinds=kinds, party=us))
        if form == "json":
            pairs = [dict(zip(rows.columns, row, strict=True)) for row in rows.rows]
            return data({"on": show(on), "audience": view.audience, "label": label_lines(label), "arcs": pairs})
        return tables.sheet(form, rows, name="picture", label=label, audience=view.audience)
    happened = list(events(view, on - YEAR, on))
    earlier = moment(asked.get("since"), "since", on - YEAR)
    link, days = _leads(book, us, on), sorted({*_days(book, today), show(on)})
    told = {
        "asked": {"on": show(on), "us": us or "", "kind": asked.get("kind", "")},
        "now": address({"on": show(on), "us": us or "", "kind": asked.get("kind", "")}),
        "days": days,
        "at": days.index(show(on)),
        "kinds": ties.KINDS,
        "parties": book.parties,
        "map": picture_map.draw(book, on, us=us, kinds=kinds, link=link, events=_marks(happened)),
        "events": happened,
        "network": picture_network.draw(book, on, us=us, kinds=kinds, link=link),
        "groups": picture.groups(book, on),
        "disputes": picture.disputes(book, on),
        "changes": turns.changes(book, earlier, on),
        "since": show(earlier),
    }
    return page(visit, "picture.html.j2", told, label=label)


def _today(visit: Visit) -> Instant:
    clock = visit.desk.book.clock()
    return clock - clock % DAY


def _us(asked: Mapping[str, str], visit: Visit, book: Casebook) -> str | None:
    """Whose ties are shown: whom the address names, else the visitor's own; nobody's where it says `all`."""
    said = asked.get("us", visit.party or "").upper()
    if said in {"", "ALL"}:
        return None
    if said not in book.parties:
        raise Malformed(f"{said!r} is no party", field="us", next_step="choose a code, or all")
    return said


def _kinds(said: str | None) -> tuple[str, ...]:
    if said and said not in ties.KINDS:
        raise Malformed(f"{said!r} is no kind of tie", field="kind", next_step=f"allowed: {', '.join(ties.KINDS)}")
    return (said,) if said else ()


def _marks(happened: Iterable[Happened]) -> list[Mark]:
    """What happened, where it can be placed."""
    placed = ((one, one.event.place) for one in happened)
    return [Mark(place, one.words, HAPPENED, href=one.href) for one, place in placed if place is not None]


def _leads(book: Casebook, us: str | None, on: Instant) -> Callable[[str], str]:
    """Where a state or an agreement of a drawing leads."""
    day = show(on)

    def link(name: str) -> str:
        if name in book.agreements:
            return f"/agreements/{quote(name)}"
        return f"/picture?us={quote(name)}&on={day}" if us in {None, name} else f"/between/{us}/{name}?on={day}"

    return link


@lru_cache(maxsize=8)
def _days(book: Casebook, today: Instant) -> tuple[str, ...]:
    return tuple(show(day) for day in turns.days(book, instant(FIRST_DAY), today, ["agreement"]))


@get("/between/{one:str}/{two:str}", sync_to_thread=False)
def between(visit: Visiting, one: FromPath[str], two: FromPath[str]) -> Answer:
    """What binds one party to another, and the other way round."""
    return kept(visit, lambda: _between(visit, one.upper(), two.upper()))


def _between(visit: Visit, one: str, two: str) -> Answer:
    view, asked = visit.view(), dict(visit.query)
    for code, field in ((one, "one"), (two, "two")):
        if code not in view.casebook.parties:
            raise Malformed(f"{code!r} is no party", field=field, next_step="use the code of a party")
    on = moment(asked.get("on"), "on", _today(visit))
    ways = [(a, b, picture.between(view.casebook, a, b, on)) for a, b in ((one, two), (two, one))]
    label, form = visit.desk.label(view, READ), asked.get("format")
    if form is not None:
        rows = picture.binding_table([row for _, _, found in ways for row in found])
        return tables.sheet(form, rows, name=f"between-{one}-{two}", label=label, audience=view.audience)
    told = {"one": one, "two": two, "on": show(on), "ways": ways, "parties": view.casebook.parties}
    return page(visit, "between.html.j2", told, label=label)


@get("/style/drawings.css", sync_to_thread=False)
def drawings() -> Answer:
    """The style of the drawings."""
    return answered((files("comity.formats") / "drawings.css").read_bytes(), "text/css")


ROUTES = [shown, between, drawings]
