"""Events that a party states, as its claims: shared with whom it names, and shown on the picture.

Rules:
1. An event is stated by one party, and is that party's claim; it binds nobody and settles nothing by itself.
2. It is readable by that party and whom it names, by the very act of stating it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from litestar import post
from litestar.response import Redirect

from comity.casebook.book import Casebook
from comity.errors import Malformed
from comity.instruments.guarantees.event import Event, event
from comity.ledger.view import View
from comity.serve.roles import Role
from comity.serve.routes.binds import FIELDS, event_of, headline
from comity.serve.routes.forms import address, parties, posted, see
from comity.serve.visit import Asked, Visiting
from comity.values.instant import Instant
from comity.values.label import Atom

EVENT = "event"


class Happened(NamedTuple):
    """An event as somebody claims it."""

    by: str
    event: Event
    words: str
    href: str


def events(view: View[Casebook], since: Instant, until: Instant) -> Iterator[Happened]:
    """The claimed events of some days, in the order in which a view holds facts; what cannot be read is left out."""
    for seen in view.records([EVENT]):
        said = _read(seen.record.body, view.casebook)
        if said is not None and said.on is not None and since <= said.on <= until:
            yield Happened(seen.record.issuer, said, headline(said), f"/binds?{_query(said)}")


def _read(body: Mapping[str, object], book: Casebook) -> Event | None:
    try:
        return event({name: item for name, item in body.items() if name != "by"}, book.parties)
    except Malformed:
        return None


def _query(said: Event) -> str:
    told = {name: str(item) for name, item in said.as_json().items() if name in FIELDS and item not in ("unknown", [])}
    if said.place is not None:
        told["place"] = f"{said.place[0]},{said.place[1]}"
    told["claimed_by"] = ", ".join(said.claimed_by)
    circumstances = {f"a-{name}": str(item).lower() for name, item in said.attributes.items()}
    return address({**told, **circumstances})


@post("/binds/claim", status_code=303)
async def claim(request: Asked, visit: Visiting) -> Redirect:
    """Draft the statement that this happened: rules 1 and 2."""
    person, fields = visit.require(Role.DRAFTER), await posted(request)
    book = visit.view().casebook
    said, readers = event_of(fields, book), parties(fields.get("readers"), "readers", book)
    told = {name: item for name, item in said.as_json().items() if item not in ("unknown", [], {})}
    if said.place is not None:
        told["place"] = [str(degrees) for degrees in said.place]  # what is signed holds no binary fraction
    line = {EVENT: {"by": person.party, **told, "claimed_by": [person.party]}}
    label = frozenset({Atom(person.party, f"content/{EVENT}", readers)})
    says = f"{person.party} claims: {headline(said)}."
    back = f"/picture?{address({'on': str(told.get('on', ''))})}"
    return see(f"/sign/{visit.desk.draft(person, [line], says, back, label=label)}")


ROUTES = [claim]
