"""Releasing a variant: let go once each of its owners has consented to the very text.

Rules:
1. It is released only while all of this holds, worked out at that instant over everything the book holds: this version
   was not let go before; every party of the audience may read the variant's label once the releasing party consents;
   no other text was proposed under its version, and each consent that says to which text it is says this one; nothing
   of what that audience may not read surely shows; and what may show was accepted by name. How it is drafted, kept and
   proposed: `comity.flow.variant_draft`.
2. What is stated then, all together: the objects, the releasing party's own consent to the audience, the lineage under
   the label of all it was made from, and the entries of the register: one for the audience, which cites each consent
   and names no owner, and one for each owner, which names him and cites his.
3. A refusal hidden from the releasing party refuses all the same; he is told that it is not available to the audience.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar, cast

from comity.consent.answer import answer_of
from comity.consent.facts import Facts, Moment
from comity.consent.grants import Act
from comity.consent.labels import missing, read_by
from comity.consent.things import Base
from comity.errors import Malformed, Refused
from comity.flow.inbox import grant_of
from comity.flow.proposals import KIND as PROPOSAL
from comity.flow.proposals import READ, consented, proposals
from comity.flow.releases import KIND as RELEASE
from comity.flow.releases import register, told
from comity.flow.variant import Variant
from comity.flow.variant_draft import Fields, Stated, check_shows, drafted_together, high, reads_all
from comity.formats import stix_release
from comity.instruments.intelligence import facts as portions
from comity.instruments.intelligence.reported import LINEAGE
from comity.instruments.intelligence.seen import ObjectId
from comity.ledger.book import Book, Draft, Receipt
from comity.ledger.record import Record
from comity.values.canonical import Plain
from comity.values.fact import Fact, Grant, Terms
from comity.values.instant import ALWAYS, NEVER, Instant
from comity.values.label import Atom
from comity.values.marking import plain
from comity.values.party import PartyCode

C = TypeVar("C")


@dataclass(frozen=True, slots=True)
class Released:
    """What a release came to: the variant's id, the consents it cites, and the receipts of what was stated."""

    id: ObjectId
    under: tuple[str, ...]
    receipts: tuple[Receipt, ...]


def release(book: Book[C], variant: Variant, accepted: Collection[str] = ()) -> Released:
    """Let a variant go: rules 1 to 3.

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
    """The facts by which a variant is let go, to be added together, and the consents they cite: rules 1 to 3.

    Raises:
        Malformed: something was accepted that does not show.
        Refused: a consent is missing, or something withheld shows.
    """
    check_accepted(variant, accepted)
    check(book, variant, accepted)
    consent = book.draft(_own_consent(variant), Draft(variant.by), {})
    under = tuple(sorted({consent.id, *cited(book, variant)}))
    stated = [*_portions(variant), (_lineage(variant), high(variant))]
    return [consent, *drafted_together(book, variant.by, stated), *_entries(book, variant, under, consent.id)], under


def check(book: Book[C], variant: Variant, accepted: Collection[str] = ()) -> None:
    """Refuse a release that rule 1 does not let go at this instant.

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
    """Refuse a version that was let go before: rule 1."""
    went = register(book.view(variant.by).records([RELEASE]))
    if any(one.by == variant.by and one.clause == variant.clause for one in went):
        raise Refused("this version was released before", next_step="draft a later version of it")


def _check_text(book: Book[C], variant: Variant) -> None:
    """Refuse a text under a version under which its owners were asked for another: rule 1."""
    known = proposals(book.view(variant.by).records([PROPOSAL]))
    if any(one.by == variant.by and one.thing == variant.clause and one.digest != variant.digest for one in known):
        step = "draft it as a later version: --version-of; consent is to the very text"
        raise Refused("another text was proposed under this version", field="release-draft", next_step=step)


def _check_digests(book: Book[C], variant: Variant) -> None:
    """Refuse a text other than the one that a consent on which it would rest is to: rule 1."""
    facts = book.view(variant.by).facts
    for name in cited(book, variant):
        grant = grant_of(name, facts)
        if grant is not None and consented(grant) not in {None, variant.digest}:
            step = "propose this text; consent is to the very text"
            raise Refused(f"{grant.body.by} consented to another text", field="release-draft", next_step=step)


def _check_consents(book: Book[C], variant: Variant) -> None:
    """Rules 1 and 3."""
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
    """The entries of the register (`comity.flow.releases`), with the version that went: rule 2.

    The title goes to whoever may read all that it was made from.
    """
    entry: Fields = {RELEASE: {
        "by": variant.by, "thing": variant.id, "version": str(variant.objects[-1]["modified"]),
        "title": variant.words.title, "to": list(variant.audience), "under": list(under), "digest": variant.digest,
    }}  # fmt: skip
    main, cited_of = book.draft(entry, Draft(variant.by), {}), _cited(book, variant)
    each = [
        told(entry, main.id, owner, {own, *cited_of.get(owner, ())}, titled=reads_all(book, owner, variant))
        for owner in sorted({atom.owner for atom in variant.label} - {variant.by})
    ]
    return [main, *drafted_together(book, variant.by, each)]
