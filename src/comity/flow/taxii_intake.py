"""What a party sends over TAXII goes onto the shelf; what it takes back goes from it: `comity.flow.taxii_withdrawing`.

Rules:
1. An envelope is planned and taken in as any import is (`comity.flow.intelligence_import`): what is not marked is its
   sender's alone, unless the collection says whom its senders let read; a marking that is not understood makes its
   object fail, and each object is told what became of it.
2. Sent again, a version that is here succeeds and is not stated again, whoever stated it; one that names no version,
   and was made when a version that is here was, is that version. Where it is not in the collection yet, it is filed
   there (`comity.flow.taxii_filing`).
3. What comes in STIX 2.0 is kept in 2.1, and beside it that it came so (`comity.flow.taxii_shelf`). That is stated
   first: a version whose edition is told twice is the same.
4. An object in which half of a letter stands fails alone, by its field.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar, cast

import msgspec

from comity.errors import Malformed
from comity.flow.intelligence_import import KNOWN, How, Plan, Planned, plan
from comity.flow.steadily import TRIES
from comity.flow.taxii_filing import Line, filings, stated
from comity.flow.taxii_rooms import Collection, clause
from comity.flow.taxii_shelf import EDITION, OLD
from comity.formats import stix, stix20, taxii
from comity.formats.stix import Fault
from comity.formats.taxii import Became, Resource
from comity.formats.taxii_halves import half, may_hold, readable, whole
from comity.instruments.intelligence.shelf import Shelf
from comity.ledger.book import Book, Draft, MovedOn
from comity.ledger.view import View
from comity.values.instant import Instant
from comity.values.label import Label
from comity.values.party import PartyCode, Recipient, recipient

C = TypeVar("C")
WITHDRAWN = "intelligence-withdrawn"
BIND = "ask who keeps the collection to say for whom it is, or mark it by the label extension for those you mean"
"""What a program that sends is told about a level that speaks of a community, where the collection binds it not."""


@dataclass(frozen=True, slots=True)
class Intake:
    """What became of an envelope, object by object."""

    successes: Sequence[Became]
    failures: Sequence[Became]

    def status(self, name: str, at: Instant) -> Resource:
        """As TAXII tells it, under a name."""
        return taxii.status(name, at, self.successes, self.failures)


def taken(
    book: Book[C],
    party: PartyCode,
    collection: Collection,
    body: bytes,
    to: tuple[Recipient, ...] | None = None,
    *,
    beside: Line | None = None,
    bind: str = BIND,
) -> Intake:
    """Take in what a party sends to a collection: rules 1 to 3.

    Args:
        book: the book.
        party: who sends it, and states it.
        collection: to which.
        body: an envelope.
        to: who may read all of it besides, if anybody is named.
        beside: a fact of the party's own that is stated in one writing with what is new, if anything is.
        bind: what is told about a level of TLP that is bound to nobody.

    Raises:
        Malformed: it is none.
        Refused: the party has no live key here.
        Unavailable: it cannot be put on disk.
    """
    for _ in range(TRIES - 1):
        try:
            return _taken(book, party, collection, body, to, beside=beside, bind=bind)
        except MovedOn:  # some of it was brought in meanwhile, and is here
            continue
    return _taken(book, party, collection, body, to, beside=beside, bind=bind)


def _taken(
    book: Book[C],
    party: PartyCode,
    collection: Collection,
    body: bytes,
    to: tuple[Recipient, ...] | None,
    *,
    beside: Line | None,
    bind: str,
) -> Intake:
    view = book.view(party)
    envelope = _looked_through(body, Shelf.of(cast("View[object]", view)))
    planned = None
    if envelope.texts:
        how = _how(party, collection, clause(view, collection.name), to, bind)
        planned = plan(book, b"[" + b",".join(envelope.texts.values()) + b"]", how, "objects")
    rows, bad = ([], ()) if planned is None else (list(planned.rows), planned.bad)
    places = list(envelope.texts)
    faults = envelope.halves | {places[fault.row]: fault for fault in reversed(bad)}
    stated(book, party, _editions([envelope.objects[place] for place in places], rows))
    if planned is not None:
        _add(book, party, planned, beside)
    known = [row.id for row in rows if row.fate == KNOWN] + envelope.again
    stated(book, party, filings(book.view(party), collection.name, known))
    told = [_became(one, faults.get(place)) for place, one in enumerate(envelope.objects)]
    return Intake([one for one in told if not one.message], [one for one in told if one.message])


class _Envelope(NamedTuple):
    """An envelope that was looked through: its objects, and the faults of those with half a letter, by their places.

    `again` are the ids of those that are here, `texts` the texts of all others, in STIX 2.1, by their places.
    """

    objects: Sequence[Resource]
    halves: dict[int, Fault]
    again: list[str]
    texts: dict[int, bytes]


def _looked_through(body: bytes, shelf: Shelf) -> _Envelope:
    """What of an envelope is to be planned: rules 2 to 4.

    Raises:
        Malformed: it is no envelope, or names its objects twice.
    """
    objects = taxii.objects_of(body)
    looked = enumerate(objects if may_hold(body) else ())
    halves = {place: _half(place, one, where) for place, one in looked if (where := half(one)) is not None}
    kept = stix.rows(readable(body) if halves else body).texts
    if len(objects) != len(kept):
        raise Malformed("the envelope names its objects twice", field="objects", next_step="send one list")
    again = {place: str(one["id"]) for place, one in enumerate(objects) if place not in halves and _again(one, shelf)}
    sent = (place for place in range(len(objects)) if place not in again and place not in halves)
    texts = {place: _in_new(objects[place], bytes(kept[place])) for place in sent}
    return _Envelope(objects, halves, list(again.values()), texts)


def _add(book: Book[C], party: PartyCode, planned: Plan[C], beside: Line | None) -> None:
    """State what is new, in whole batches, or in one writing with a fact beside it."""
    if beside is None:
        planned.commit()
        return
    records = planned.records()
    book.add([*records, book.draft(beside, Draft(party), {})] if records else [], planned.while_new)


def _how(party: PartyCode, collection: Collection, under: str, to: tuple[Recipient, ...] | None, bind: str) -> How:
    bound = {level: tuple(recipient(one) for one in readers) for level, readers in collection.tlp.items()}
    readers = to or tuple(recipient(one) for one in collection.to) or None
    return How(party, under, readers, bound, collections=(collection.name,), skip_bad=True, bind=bind)


def _half(place: int, one: Resource, where: str) -> Fault:
    """What is wrong with an object in which half of a letter stands: rule 4."""
    says = "half of a letter stands in it (a surrogate that is alone)"
    return Fault(place, str(one.get("id")), where, says, "write the whole letter, or leave it out")


def _again(one: Resource, shelf: Shelf) -> bool:
    """Whether an object is one that is here: rule 2."""
    name, made = one.get("id"), one.get("created")
    if not isinstance(name, str) or name not in shelf:
        return False
    versions = shelf.get(name).versions
    if "modified" not in one and isinstance(made, str) and made in versions:
        return True
    version = str(one.get("modified", ""))
    version = version if version in versions else ""
    return version in versions and shelf.statement(name, version) == one


def _in_new(one: Resource, text: bytes) -> bytes:
    """The text of an object in STIX 2.1: rule 3."""
    if taxii.edition_of(one) != OLD:
        return text
    found = stix20.read({field: value for field, value in one.items() if field != "spec_version"}, "objects").objects
    return msgspec.json.encode(found[0]) if found else text


def _editions(planned: Sequence[Resource], rows: Iterable[Planned]) -> Iterator[tuple[Line, Label]]:
    """In which edition what is new came, under the label of each: rule 3."""
    for row in rows:
        if taxii.edition_of(planned[row.row]) == OLD and row.fate != KNOWN:
            yield {EDITION: {"thing": row.id, "version": row.version, "edition": OLD}}, row.labels[0]


def _became(one: Resource, fault: Fault | None) -> Became:
    name = one.get("id")
    why = "" if fault is None else ": ".join(part for part in (fault.field, f"{fault.says}; {fault.remedy}") if part)
    return Became(whole(name) if isinstance(name, str) else "", whole(taxii.version_of(one)), why)


def withdrawal(thing: str, version: str, collection: str, fact: str) -> Line:
    """The line that withdraws a fact of a version of an object, as a correction of it."""
    return {WITHDRAWN: {"thing": thing, "version": version, "collection": collection, "supersedes": fact}}
