"""A variant while it is a draft: made from what its author reads, kept, and proposed to its owners.

Rules:
1. A draft is kept (`release-draft`) under the label of everything it was made from, with the exact objects. To each
   owner whose consent it needs a proposal goes (`comity.flow.proposals`), with title and text where he may read all of
   that. What surely shows keeps a text from being proposed.
2. A kept draft is held against what may be read now: its label is the one it was drafted under, joined with the one it
   would be drafted under now: where an original was held back since, its owner is asked.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import NamedTuple, TypeVar, cast

from comity.consent.facts import Moment
from comity.consent.labels import read_by
from comity.errors import Impossible, Malformed, Refused
from comity.flow.proposals import Sealed, proposed
from comity.flow.release_plan import planned
from comity.flow.variant import (
    Chance,
    Line,
    Reader,
    Variant,
    Words,
    begun,
    digest_of,
    draft,
    inputs,
    parts_of,
    reached,
    shown,
)
from comity.instruments.intelligence.facts import Properties
from comity.instruments.intelligence.leaks import Leak
from comity.instruments.intelligence.seen import ObjectId, Portion
from comity.instruments.intelligence.shelf import Shelf
from comity.ledger.book import Book, Draft, Receipt
from comity.ledger.record import Record, label_plain, label_read
from comity.ledger.view import Seen
from comity.values.instant import NEVER, Instant, instant
from comity.values.label import Label, join
from comity.values.party import PartyCode

C = TypeVar("C")
DRAFT = "release-draft"
MILLISECOND = 1000
"""In microseconds; the versions of STIX are told to it."""
Fields = dict[str, dict[str, object]]
Stated = tuple[Fields, Label]


class Kept(NamedTuple):
    """A draft that is kept: the variant's id, its title, whom it is for, and when it arrived."""

    variant: ObjectId
    title: str
    to: tuple[PartyCode, ...]
    arrived: Instant


def reader(book: Book[C], *parties: PartyCode) -> Reader:
    """Whoever reads, as of now; what is decided of others rests on what the first may read."""
    view, now = book.view(*parties), book.clock()
    moment = Moment(view.facts, now, NEVER)
    return Reader(parties, Shelf.of(view), lambda party: read_by(party, moment), partial(_before, book, parties))


def _before(book: Book[C], parties: Sequence[PartyCode], mine: Portion, other: Portion) -> bool:
    """Whether somebody had stated something of his own before he could read something of another's, as is known now."""
    return mine.arrived < other.arrived or not book.view(*parties, known=mine.arrived).may_read(other.id)


def drafted(
    book: Book[C], by: PartyCode, things: Sequence[ObjectId], audience: Sequence[PartyCode], words: Words, *, line: Line
) -> Variant:
    """A variant of some objects for an audience, stated nowhere yet.

    Args:
        book: the book.
        by: who releases.
        things: the objects it is made from.
        audience: who is to read it.
        words: what its author wrote.
        line: the version line it stands in: `comity.flow.variant.begun`, or the `next_version` of an earlier one.

    Raises:
        Malformed: its words or its audience are empty.
        Impossible: an object is not available to the releasing party.
    """
    parties = tuple(sorted(set(audience)))
    ours = reader(book, by)
    return draft(by, [ours.shelf.get(name) for name in things], words, ours, audience_of(book, by, parties), line=line)


def audience_of(book: Book[C], by: PartyCode, parties: Sequence[PartyCode]) -> Reader:
    """An audience as the releasing party knows it: what both may read. What it may not read tells it nothing."""
    return replace(reader(book, by, *parties), parties=tuple(sorted(set(parties))))


def next_version(book: Book[C], by: PartyCode, name: ObjectId, chance: Chance) -> Line:
    """The version line of an earlier variant of one's own, at this instant, and always later than the earlier one.

    Args:
        book: the book.
        by: whose variant it is.
        name: the earlier variant, by its id or its title.
        chance: where its seal comes from.

    Raises:
        Impossible: the party keeps no such draft.
    """
    earlier = _line_of(kept(book, by, name).objects)
    now = max(book.clock(), instant(earlier.modified) + MILLISECOND)
    later = begun(now, chance)
    return earlier._replace(modified=later.modified, seal=later.seal)


def _line_of(objects: Sequence[Properties], seal: str = "") -> Line:
    report = objects[-1]
    identity = next(one for one in objects if one["type"] == "identity")
    return Line(str(report["id"]), str(identity["id"]), str(report["created"]), str(report["modified"]), seal)


def propose(book: Book[C], variant: Variant) -> list[Receipt]:
    """Keep a draft, and ask each owner whose consent it needs: rule 1."""
    return book.add(proposing(book, variant))


def proposing(book: Book[C], variant: Variant) -> list[Record]:
    """The facts by which a draft is kept and proposed, to be added together: rule 1.

    Raises:
        Refused: something withheld surely shows.
    """
    check_shows(leak for leak in variant.shows if leak.certain)
    asked = [_proposal(book, variant, owner) for owner in variant.owners]
    return drafted_together(book, variant.by, [(_kept(variant), high(variant)), *asked])


def _proposal(book: Book[C], variant: Variant, owner: PartyCode) -> Stated:
    words = variant.words if reads_all(book, owner, variant) else Words("", "")
    return proposed(
        variant.by, owner, variant.audience, variant.clause,
        title=words.title, digest=variant.digest, text=words.text or None,
        sealed=Sealed(variant.seal, variant.objects) if words.text else None,
    )  # fmt: skip


def reads_all(book: Book[C], owner: PartyCode, variant: Variant) -> bool:
    """Whether an owner may read everything a variant was made from: rule 1."""
    view = book.view(owner)
    return all(view.may_read(part.id) for part in variant.parts)


def _kept(variant: Variant) -> Fields:
    body: dict[str, object] = {
        "by": variant.by, "variant": variant.id, "for": list(variant.audience), "title": variant.words.title,
        "text": variant.words.text, "made_from": list(variant.made_from), "label_wanted": label_plain(variant.label),
        "objects": json.dumps(variant.objects, ensure_ascii=False), "digest": variant.digest, "seal": variant.seal,
    }  # fmt: skip
    return {DRAFT: body}


def high(variant: Variant) -> Label:
    """The label of everything a variant was made from."""
    return variant.source or variant.label


def kept(book: Book[C], by: PartyCode, name: ObjectId) -> Variant:
    """A draft that a party keeps, by its id or its title, held against what may be read now.

    Raises:
        Impossible: the party keeps no such draft, or several of that title.
        Malformed: the draft is not what its digest says.
    """
    seen = sorted(book.view(by).records([DRAFT]), key=lambda one: one.arrived)
    found = [one.record for one in seen if _is_draft(one.record, by, name)]
    if not found or len({record.body["variant"] for record in found}) > 1:
        raise Impossible(f"no draft {name} is available", next_step="draft it: comity intel release OBJECT --to PARTY")
    body = found[-1].body
    objects = tuple(cast("list[Properties]", json.loads(str(body["objects"]))))
    seal = str(body.get("seal", ""))
    if digest_of(objects, seal) != body["digest"]:
        raise Malformed("the draft is not what its digest says", field=DRAFT, next_step="draft it again")
    words = Words(str(body["title"]), str(body["text"]))
    again = drafted(book, by, _texts(body["made_from"]), _texts(body["for"]), words, line=_line_of(objects, seal))
    ours = Shelf.of(book.view(by))
    things = reached([ours.get(one) for one in again.made_from], ours)
    shows = shown(objects, things, audience_of(book, by, again.audience).shelf)
    return replace(again, objects=objects, label=join([label_read(body["label_wanted"]), again.label]), shows=shows)


def drafts(seen: Iterable[Seen], by: PartyCode) -> list[Kept]:
    """The drafts that a party keeps, the latest first; of each variant the one kept last."""
    mine = sorted((one for one in seen if one.record.kind == DRAFT and one.record.issuer == by), key=_by_arrival)
    found = {str(one.record.body["variant"]): one for one in mine}
    return [
        Kept(name, str(one.record.body["title"]), _texts(one.record.body["for"]), one.arrived)
        for name, one in sorted(found.items(), key=lambda pair: _by_arrival(pair[1]), reverse=True)
    ]


def _by_arrival(seen: Seen) -> tuple[Instant, str]:
    return seen.arrived, seen.id


def _is_draft(record: Record, by: PartyCode, name: ObjectId) -> bool:
    return record.issuer == by and name in {record.body.get("variant"), record.body.get("title")}


def unasked(book: Book[C], variant: Variant) -> list[PartyCode]:
    """Whose own it refers to, withheld from its audience, and not among what it is said to be made from."""
    ours = reader(book, variant.by)
    things = [ours.shelf.get(name) for name in variant.made_from if name in ours.shelf]
    plan = planned(parts_of(inputs(things, ours.shelf), ours), variant.audience, ours.reading)
    return sorted({need.owner for need in plan.missing} - {variant.by, *variant.owners})


def check_shows(shows: Iterable[Leak], accepted: Collection[str] = ()) -> None:
    """Refuse what surely shows, and what may show and was not accepted.

    Raises:
        Refused: something does; the error names it, its field, and what lets it pass, if anything does.
    """
    for leak in shows:
        if leak.certain or leak.shown not in accepted:
            step = "write it without" if leak.certain else f"write it without, or accept it: --accept {leak.shown!r}"
            raise Refused(f"what is withheld shows in it: {leak.shown}", field=leak.field, next_step=step)


def drafted_together(book: Book[C], by: PartyCode, stated: Iterable[tuple[Fields, Label | None]]) -> list[Record]:
    """Some lines drafted together, each under its label; stated nowhere yet."""
    names: dict[str, str] = {}
    return [book.draft(line, Draft(by, label), names) for line, label in stated]


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(item) for item in value) if isinstance(value, list) else ()
