"""Releasing a variant: proposed to its owners, and let go once each of them has consented to the very text.

Rules:
1. A draft is kept (`release-draft`) under the label of everything it was made from, with the exact objects. To each
   owner whose consent it needs a proposal goes (`comity.flow.proposals`), with title and text where he may read all of
   that. What surely shows keeps a text from being proposed.
2. It is released only while all of this holds, worked out at that instant over everything the book holds: this version
   was not let go before; every party of the audience may read the variant's label once the releasing party consents;
   no other text was proposed under its version, and each consent that says to which text it is says this one; nothing
   of what that audience may not read surely shows; and what may show was accepted by name. Its label is the one it was
   drafted under, joined with the one it would be drafted under now: where an original was held back since, its owner is
   asked.
3. What is stated then, all together: the objects, the releasing party's own consent to the audience, the lineage under
   the label of all it was made from, and the entries of the register: one for the audience, which cites each consent
   and names no owner, and one for each owner, which names him and cites his.
4. A refusal hidden from the releasing party refuses all the same; he is told that it is not available to the audience.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import NamedTuple, TypeVar, cast

from comity.consent.answer import answer_of
from comity.consent.facts import Facts, Moment
from comity.consent.grants import Act
from comity.consent.labels import missing, read_by
from comity.consent.things import Base
from comity.errors import Impossible, Malformed, Refused
from comity.flow.inbox import grant_of
from comity.flow.proposals import KIND as PROPOSAL
from comity.flow.proposals import READ, Sealed, consented, proposals, proposed
from comity.flow.release_plan import planned
from comity.flow.releases import KIND as RELEASE
from comity.flow.releases import register, told
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
from comity.formats import stix_release
from comity.instruments.intelligence import facts as portions
from comity.instruments.intelligence.facts import Properties
from comity.instruments.intelligence.leaks import Leak
from comity.instruments.intelligence.reported import LINEAGE
from comity.instruments.intelligence.seen import ObjectId, Portion
from comity.instruments.intelligence.shelf import Shelf
from comity.ledger.book import Book, Draft, Receipt
from comity.ledger.record import Record, label_plain, label_read
from comity.ledger.view import Seen
from comity.values.canonical import Plain
from comity.values.fact import Fact, Grant, Terms
from comity.values.instant import ALWAYS, NEVER, Instant, instant
from comity.values.label import Atom, Label, join
from comity.values.marking import plain
from comity.values.party import PartyCode

C = TypeVar("C")
DRAFT = "release-draft"
MILLISECOND = 1000
Fields = dict[str, dict[str, object]]
Stated = tuple[Fields, Label]


@dataclass(frozen=True, slots=True)
class Released:
    """What a release came to: the variant's id, the consents it cites, and the receipts of what was stated."""

    id: ObjectId
    under: tuple[str, ...]
    receipts: tuple[Receipt, ...]


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
    return _drafts(book, variant.by, [(_kept(variant), _high(variant)), *asked])


def _proposal(book: Book[C], variant: Variant, owner: PartyCode) -> Stated:
    words = variant.words if _reads_all(book, owner, variant) else Words("", "")
    return proposed(
        variant.by, owner, variant.audience, variant.clause,
        title=words.title, digest=variant.digest, text=words.text or None,
        sealed=Sealed(variant.seal, variant.objects) if words.text else None,
    )  # fmt: skip


def _reads_all(book: Book[C], owner: PartyCode, variant: Variant) -> bool:
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


def _high(variant: Variant) -> Label:
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


def release(book: Book[C], variant: Variant, accepted: Collection[str] = ()) -> Released:
    """Let a variant go: rules 2 to 4.

    Args:
        book: the book.
        variant: the draft.
        accepted: what may show and was accepted, as each is shown.

    Raises:
        Malformed: something was accepted that does not show.
        Refused: a consent is missing, another text was proposed, or something withheld shows.
    """
    records, under = releasing(book, variant, accepted)
    return Released(variant.id, under, tuple(book.add(records)))


def releasing(book: Book[C], variant: Variant, accepted: Collection[str] = ()) -> tuple[list[Record], tuple[str, ...]]:
    """The facts by which a variant is let go, to be added together, and the consents they cite: rules 2 to 4.

    Raises:
        Malformed: something was accepted that does not show.
        Refused: a consent is missing, or something withheld shows.
    """
    check_accepted(variant, accepted)
    check(book, variant, accepted)
    consent = book.draft(_own_consent(variant), Draft(variant.by), {})
    under = tuple(sorted({consent.id, *cited(book, variant)}))
    stated = [*_portions(variant), (_lineage(variant), _high(variant))]
    return [consent, *_drafts(book, variant.by, stated), *_entries(book, variant, under, consent.id)], under


def check(book: Book[C], variant: Variant, accepted: Collection[str] = ()) -> None:
    """Refuse a release that rule 2 does not let go at this instant.

    Raises:
        Refused: it was let go before, a consent is missing, or something withheld shows.
    """
    _check_once(book, variant)
    check_shows(variant.shows, accepted)
    _check_text(book, variant)
    _check_consents(book, variant)
    _check_digests(book, variant)


def cited(book: Book[C], variant: Variant) -> frozenset[str]:
    """The consents of others on which a release would rest now."""
    return frozenset(name for of in _cited(book, variant).values() for name in of)


def _cited(book: Book[C], variant: Variant) -> dict[PartyCode, set[str]]:
    """The consents of each owner on which a release would rest now."""
    found: dict[PartyCode, set[str]] = {}
    for act in _acts(variant, book.view(variant.by).facts, book.clock()):
        for atom in variant.label:
            found.setdefault(atom.owner, set()).update(_consents(atom, act))
    return found


def lacking(book: Book[C], variant: Variant) -> list[tuple[PartyCode, PartyCode]]:
    """Whose consent a variant lacks for whom, as far as the releasing party may read."""
    return [(owner, party) for party, owner in _lacking(variant, book.view(variant.by).facts, book.clock())]


def unasked(book: Book[C], variant: Variant) -> list[PartyCode]:
    """Whose own it refers to, withheld from its audience, and not among what it is said to be made from."""
    ours = reader(book, variant.by)
    things = [ours.shelf.get(name) for name in variant.made_from if name in ours.shelf]
    plan = planned(parts_of(inputs(things, ours.shelf), ours), variant.audience, ours.reading)
    return sorted({need.owner for need in plan.missing} - {variant.by, *variant.owners})


def check_shows(shows: Iterable[Leak], accepted: Collection[str] = ()) -> None:
    """Refuse what surely shows, and what may show and was not accepted: rule 2."""
    for leak in shows:
        if leak.certain or leak.shown not in accepted:
            step = "write it without" if leak.certain else f"write it without, or accept it: --accept {leak.shown!r}"
            raise Refused(f"what is withheld shows in it: {leak.shown}", field=leak.field, next_step=step)


def check_accepted(variant: Variant, accepted: Iterable[str]) -> None:
    """Refuse what is accepted and shows nowhere: a slip of the pen accepts nothing unseen.

    Raises:
        Malformed: nothing shows as that; the error names it.
    """
    shows = {leak.shown for leak in variant.shows}
    for one in accepted:
        if one not in shows:
            raise Malformed(f"nothing shows as {one!r}", field="accept", next_step="accept what shows, as it is shown")


def _check_once(book: Book[C], variant: Variant) -> None:
    """Refuse a version that was let go before: rule 2."""
    went = register(book.view(variant.by).records([RELEASE]))
    if any(one.by == variant.by and one.clause == variant.clause for one in went):
        raise Refused("this version was released before", next_step="draft a later version of it")


def _check_text(book: Book[C], variant: Variant) -> None:
    """Refuse a text under a version under which its owners were asked for another: rule 2."""
    known = proposals(book.view(variant.by).records([PROPOSAL]))
    if any(one.by == variant.by and one.thing == variant.clause and one.digest != variant.digest for one in known):
        step = "draft it as a later version: --version-of; consent is to the very text"
        raise Refused("another text was proposed under this version", field="release-draft", next_step=step)


def _check_digests(book: Book[C], variant: Variant) -> None:
    """Refuse a text other than the one that a consent on which it would rest is to: rule 2."""
    facts = book.view(variant.by).facts
    for name in cited(book, variant):
        grant = grant_of(name, facts)
        if grant is not None and consented(grant) not in {None, variant.digest}:
            step = "propose this text; consent is to the very text"
            raise Refused(f"{grant.body.by} consented to another text", field="release-draft", next_step=step)


def _check_consents(book: Book[C], variant: Variant) -> None:
    """Rules 2 and 4."""
    lacking = _lacking(variant, book.view(variant.by).facts, book.clock())
    if lacking:
        told = "; ".join(f"{owner} for {party}" for party, owner in lacking)
        raise Refused(f"consent is missing: {told}", next_step="propose it to them: --propose; their answers decide")
    hidden = _lacking(variant, book.facts(), book.clock())
    if hidden:
        parties = ", ".join(sorted({party for party, _ in hidden}))
        raise Refused(f"it is not available to {parties}", next_step="ask the owners; not everything may be told")


def _lacking(variant: Variant, facts: Facts, now: Instant) -> list[tuple[PartyCode, PartyCode]]:
    """Each party of the audience and each owner who has not consented for it, were the releasing party to consent."""
    ours = Grant(variant.by, Terms(variant.audience, (READ,), variant.clause))
    with_ours = facts.plus([Fact("the consent to be stated", variant.by, ours, recorded=ALWAYS)])
    return sorted({
        (act.party, owner) for act in _acts(variant, with_ours, now) for owner in missing(variant.label, act)
    })  # fmt: skip


def _acts(variant: Variant, facts: Facts, now: Instant) -> list[Act]:
    moment = Moment(facts, now, NEVER)
    return [read_by(party, moment) for party in variant.audience]


def _consents(atom: Atom, act: Act) -> Iterable[str]:
    """The grants by which an owner lets a party read, as far as whoever releases may read them."""
    answer = answer_of(atom.owner, Base(atom.scope, frozenset({atom.scope})), _asking(atom.scope, act))
    for reason in answer.reasons:
        yield from (name for name in reason.facts if grant_of(name, act.moment.facts) is not None)


def _asking(scope: str, act: Act) -> Act:
    return replace(act, ask=replace(act.ask, thing=scope))


def _portions(variant: Variant) -> Iterable[Stated]:
    marking = cast("dict[str, Plain]", plain(stix_release.marking(variant.by, variant.audience)))
    for one in variant.objects:
        text = json.dumps(one, ensure_ascii=False, separators=(",", ":"))
        body = portions.portion(str(one["id"]), str(one.get("modified", "")), str(one["type"]), text, marking)
        yield {portions.PORTION: {**body, "seal": variant.seal}}, variant.label


def _own_consent(variant: Variant) -> Fields:
    return {"grant": {
        "by": variant.by, "to": list(variant.audience), "actions": [READ], "scope": variant.clause
    }}  # fmt: skip


def _lineage(variant: Variant) -> Fields:
    return {LINEAGE: {"report": variant.id, "variant_of": list(variant.made_from)}}


def _entries(book: Book[C], variant: Variant, under: Sequence[str], own: str) -> list[Record]:
    """The entries of the register (`comity.flow.releases`), with the version that went: rule 3; the title as rule 1."""
    entry: Fields = {RELEASE: {
        "by": variant.by, "thing": variant.id, "version": str(variant.objects[-1]["modified"]),
        "title": variant.words.title, "to": list(variant.audience), "under": list(under), "digest": variant.digest,
    }}  # fmt: skip
    main, cited_of = book.draft(entry, Draft(variant.by), {}), _cited(book, variant)
    each = [
        told(entry, main.id, owner, {own, *cited_of.get(owner, ())}, titled=_reads_all(book, owner, variant))
        for owner in sorted({atom.owner for atom in variant.label} - {variant.by})
    ]
    return [main, *_drafts(book, variant.by, each)]


def _drafts(book: Book[C], by: PartyCode, stated: Iterable[tuple[Fields, Label | None]]) -> list[Record]:
    """Some lines drafted together, each under its label."""
    names: dict[str, str] = {}
    return [book.draft(line, Draft(by, label), names) for line, label in stated]


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(item) for item in value) if isinstance(value, list) else ()
