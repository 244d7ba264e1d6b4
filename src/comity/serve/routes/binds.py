"""What binds us: an event on the map, the articles it sets off, what moves with a fact, what sharing costs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from litestar import get

from comity.casebook.book import Casebook
from comity.casebook.outlines import drawn
from comity.casebook.vocabulary import KINDS, TARGETS
from comity.cli.commitments import grouped
from comity.consent.facts import Moment
from comity.consent.labels import missing, read_by
from comity.errors import Malformed
from comity.flow import picture
from comity.flow.own_agreements import KIND as AGREEMENT
from comity.flow.own_agreements import READ
from comity.formats import worldmap
from comity.formats.tables import table
from comity.instruments.guarantees.commitments import Commitments, commitments
from comity.instruments.guarantees.event import Event, event
from comity.ledger.view import View
from comity.serve import tables
from comity.serve.pages import Answer, data, kept, label_lines, page
from comity.serve.routes.forms import Fields, address, codes, parties, read_address
from comity.serve.visit import Visit, Visiting
from comity.values.condition import as_typed, types
from comity.values.party import PartyCode

FIELDS = ("kind", "victim", "attacker", "on", "target", "place", "claimed_by", "share")
STATED = frozenset({"amounts", "in_territory", "external", "by_state", "requested"})
"""Circumstances that articles ask about by the event's own words, besides those in their conditions."""


@get("/binds", sync_to_thread=False)
def binds(visit: Visiting) -> Answer:
    """The question and, once it is asked, its answer."""
    return kept(visit, lambda: _binds(visit))


def _binds(visit: Visit) -> Answer:
    asked = dict(visit.query)
    others = parties(asked.get("share"), "share", visit.view().casebook) if visit.person else ()
    view, alone = visit.view(*others), visit.view()
    what = event_of(asked, alone.casebook) if any(asked.get(name) for name in FIELDS) else None
    answer = None if what is None else commitments(view, what)
    form = asked.get("format")
    if answer is not None and form is not None:
        return _file(visit, answer, form, view)
    told = {} if answer is None else _told(asked, answer, view, alone, others)
    return page(
        visit,
        "binds.html.j2",
        {
            "asked": {name: asked.get(name) for name in FIELDS},
            "circumstances": {name: asked.get(f"a-{name}") for name in _circumstances(alone.casebook)},
            "circumstances_set": any(name.startswith("a-") for name in asked),
            "kinds": sorted(KINDS),
            "targets": sorted(TARGETS),
            "parties": alone.casebook.parties,
            "map": _map(what, alone.casebook),
            "now": address(asked, "before", "format"),
            "stated": {name: item for name, item in asked.items() if name not in {"before", "format", "share"}},
            "answer": answer,
            **{"headline": "", "groups": [], "not_triggered": [], "moved": None, "price": None, **told},
        },
        label=visit.desk.label(view, READ),
    )


def event_of(asked: Mapping[str, str], book: Casebook) -> Event:
    """The event that an address describes.

    Raises:
        Malformed: a field cannot be read.
    """
    given: dict[str, object] = {
        name: asked[name] for name in ("kind", "victim", "attacker", "on", "target") if name in asked
    }
    for name in ("victim", "attacker"):
        said = str(given.get(name, ""))
        if said and said.upper() in book.parties:
            given[name] = said.upper()
    if asked.get("place"):
        given["place"] = _place(asked["place"])
    if asked.get("claimed_by"):
        given["claimed_by"] = list(codes(asked["claimed_by"]))
    given["attributes"] = {
        name.removeprefix("a-"): as_typed(said) for name, said in asked.items() if name.startswith("a-")
    }
    return event(given, book.parties)


def _place(text: str) -> list[float]:
    try:
        latitude, longitude = (float(part) for part in text.split(","))
    except ValueError as error:
        step = "write latitude and longitude in degrees, as 59.9, 24.2"
        raise Malformed(f"{text!r} is no place", field="place", next_step=step) from error
    return [latitude, longitude]


@lru_cache(maxsize=16)
def _circumstances(book: Casebook) -> tuple[str, ...]:
    """The circumstances that the agreements ask about."""
    conditions = (
        condition
        for agreement in book.agreements.values()
        for condition in (
            *(clause.trigger.when for clause in agreement.clauses if clause.trigger is not None),
            *(narrowing.when for narrowing in agreement.narrowings),
        )
        if condition is not None
    )
    return tuple(sorted(STATED.union(*(set(types(condition)) for condition in conditions))))


def _file(visit: Visit, answer: Commitments, form: str, view: View[Casebook]) -> Answer:
    label = visit.desk.label(view, READ)
    if form == "json":
        return data({**answer.as_json(), "label": label_lines(label)})
    rows = table(COLUMNS, [[row.as_json()[column] for column in COLUMNS] for row in answer.rows])
    return tables.sheet(form, rows, name="commitments", label=label, audience=view.audience)


COLUMNS = ("agreement", "article", "bound", "toward", "duty", "would_be", "says", "unsettled", "source_grade", "source")


def _told(
    asked: Fields, answer: Commitments, view: View[Casebook], alone: View[Casebook], others: tuple[PartyCode, ...]
) -> dict[str, object]:
    """What the page shows of an answer."""
    before = read_address(asked.get("before", ""))
    told = any(before.get(name) for name in FIELDS)
    earlier = commitments(view, event_of(before, alone.casebook)) if told else None
    return {
        "headline": headline(answer.event),
        "groups": list(groups(answer)),
        "not_triggered": [item.as_json() for item in answer.not_triggered],
        "moved": None if earlier is None else list(moved(earlier, answer)),
        "price": _price(alone, view, answer, others) if others else None,
    }


def headline(what: Event) -> str:
    """An event in a line."""
    told = what.as_json()
    against = f" on its {told['target']}" if what.target else ""
    by = what.attacker or "an unknown author"
    return f"{told['kind']} against {told['victim']}{against} by {by} on {told['on']}"


def groups(answer: Commitments) -> Iterator[Mapping[str, object]]:
    """Rows that say the same of several bound parties, together."""
    for (row, *_), bound in grouped(answer.rows):
        told = row.as_json()
        yield {**told, "name": row.agreement.name, "bound": bound, "words": row.clause.strength.words,
               "read_by": row.clause.strength.read_by}  # fmt: skip


def moved(before: Commitments, after: Commitments) -> Iterator[Mapping[str, object]]:
    """What changed between two answers, article by article."""
    was, now = _duties(before), _duties(after)
    changes: dict[tuple[str, str, str, str, str], list[str]] = {}
    for key in dict.fromkeys((*now, *was)):
        agreement, article, bound, toward = key
        old, new = was.get(key, "does not apply"), now.get(key, "does not apply")
        if old != new:
            changes.setdefault((agreement, article, toward, old, new), []).append(bound)
    for (agreement, article, toward, old, new), bound_by in changes.items():
        yield {"agreement": agreement, "article": article, "bound": bound_by, "toward": toward, "before": old,
               "after": new}  # fmt: skip


def _duties(answer: Commitments) -> dict[tuple[str, str, str, str], str]:
    return {(row.agreement.id, row.clause.article, row.bound, row.toward): row.duty for row in answer.rows}


def _price(
    alone: View[Casebook], shared: View[Casebook], answer: Commitments, others: Iterable[PartyCode]
) -> Mapping[str, object]:
    """What sharing costs: the inputs that drop out, whose consent is missing for them, what changes in the answer."""
    readable = {seen.id for seen in shared.records([AGREEMENT])}
    moment = Moment(alone.facts, alone.on, alone.known)
    acts = [read_by(other, moment) for other in others]
    return {
        "others": list(others),
        "dropped": [
            {"what": str(seen.record.body.get("id") or seen.record.text("name") or seen.id[:12]),
             "missing": sorted({owner for act in acts for owner in missing(seen.record.label, act)})}
            for seen in alone.records([AGREEMENT]) if seen.id not in readable
        ],
        "changed": list(moved(commitments(alone, answer.event), answer)),
    }  # fmt: skip


def _map(what: Event | None, book: Casebook) -> str:
    """Where the event is placed, with the ground that is disputed on its day."""
    ground = picture.disputes(book, None if what is None else what.on)
    areas = [worldmap.Area(ring, one.name, worldmap.DISPUTED) for one in ground for ring in one.rings]
    marks = (
        [] if what is None or what.place is None else [worldmap.Mark(what.place, what.kind or "event", worldmap.EVENT)]
    )
    title, says = "The world", "Where the event is placed, and disputed areas."
    return worldmap.svg(drawn(book), title, says, marks=marks, areas=areas)


ROUTES = [binds]
