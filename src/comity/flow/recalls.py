"""Recall: asking back what was released, from everybody who got it, until each has said what became of it.

Rules:
1. What was released to a party is owed back as soon as that party may no longer read it: a consent was taken back or
   ran out, a refusal stands, a membership ended, a portion was withdrawn, or corrected under a stricter label
   (`comity.ledger.corrections`). It is worked out anew from all that is known each time; no list is kept that could
   fall behind.
2. Whoever released it, and each owner, asks for it back by a `recall` fact: `by` (himself), `release`, `thing`, `to`
   (the parties), `of` (the owners and whoever released it, who are told) and, if he likes, what it `says`. It stays
   readable to those asked, whatever they may read since.
3. Whoever is asked answers by a `recall-receipt`, which he signs: `recall`, `by`, and what was `done`: `hidden` (out of
   sight, kept), `destroyed`, `returned`, or `passed-on` (it went further: to whom stands in `to`, and they are owed
   the question too). One that he signed at a node of his own is taken over by this one, with the proof that he did. Of
   what he was told is gone he says so without being asked; this node then says which `release` that is about.
4. Outstanding is everything owed back whose last receipt says neither `destroyed` nor `returned`; being hidden is no
   end, and what came again and is hidden since is owed again. Of those that came at once the last that was signed is.
5. Nothing un-knows. The release, the question and the receipts stay; in the place of what was recalled stands a
   tombstone: the thing's name, who recalled it and when.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple

from comity.errors import Malformed, Refused
from comity.flow.recall_outcomes import Outcome, outcomes
from comity.flow.releases import Release
from comity.ledger.proof import read_proof
from comity.ledger.record import Record, parse
from comity.ledger.view import Seen
from comity.values.instant import Instant, instant
from comity.values.party import PartyCode
from comity.values.reading import BOOK

RECALL, RECEIPT = "recall", "recall-receipt"
Line = dict[str, dict[str, object]]
MayRead = Callable[[PartyCode, Release], bool]


class Done(StrEnum):
    """What became of what is asked back."""

    HIDDEN = "hidden"
    DESTROYED = "destroyed"
    RETURNED = "returned"
    PASSED_ON = "passed-on"


ENDS = frozenset({Done.DESTROYED, Done.RETURNED})
"""After these nothing more is asked: rule 4."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What one party says became of it: as the answer to a question, or of a release without one.

    `over` is the address of the collection whose server handed it on, where one did; `signed` is when its author says
    that he signed one that was taken over.
    """

    id: str
    recall: str
    by: PartyCode
    done: Done
    to: tuple[PartyCode, ...]
    arrived: Instant
    release: str = ""
    over: str = ""
    signed: Instant = 0


@dataclass(frozen=True, slots=True)
class Asked:
    """A question to give something back; `kept` is the fact here that holds it, if another's node asks."""

    id: str
    by: PartyCode
    release: str
    thing: str
    to: tuple[PartyCode, ...]
    says: str | None
    arrived: Instant
    kept: str | None = None


@dataclass(frozen=True, slots=True)
class Owed:
    """A thing that one party has and may not read any more: since which release, when asked back, what it answered.

    `there` is what the server said to which it was pushed: evidence of that server (`comity.flow.recall_outcomes`).
    """

    party: PartyCode
    thing: str
    release: Release
    asked: Asked | None
    receipts: tuple[Receipt, ...]
    there: Outcome | None = None

    @property
    def outstanding(self) -> bool:
        """Whether it was not said last that it is gone: rule 4."""
        return not self.receipts or self.receipts[-1].done not in ENDS

    @property
    def state(self) -> str:
        """`not asked`, `asked`, or what was last said of it."""
        if self.receipts:
            return self.receipts[-1].done
        return "not asked" if self.asked is None else "asked"


def board(seen: Sequence[Seen], releases: Iterable[Release], may_read: MayRead) -> list[Owed]:
    """Everything that is owed back, oldest release first: rules 1, 3 and 4.

    Args:
        seen: the readable recalls, receipts and outcomes.
        releases: the register of releases.
        may_read: whether a party may read now what was released.
    """
    told, there = _Told.of(seen), outcomes(seen)
    owed = [
        replace(_owed(party, release, told), there=_of(release, there.get(release.id)))
        for release in sorted(releases, key=Release.order)
        for party in release.to
        if not may_read(party, release)
    ]
    return [*owed, *_further(owed, told, may_read)]


class _Told(NamedTuple):
    """The questions by the release they are about; the receipts by the question, and without one by the release."""

    asked: Mapping[str, Sequence[Asked]]
    said: Mapping[str, Sequence[Receipt]]
    unasked: Mapping[str, Sequence[Receipt]]

    @classmethod
    def of(cls, seen: Sequence[Seen]) -> _Told:
        """Those among some readable facts."""
        asked = defaultdict[str, list[Asked]](list)
        said, unasked = defaultdict[str, list[Receipt]](list), defaultdict[str, list[Receipt]](list)
        for one in recalls(seen):
            asked[one.release].append(one)
        for each in receipts(seen):
            said[each.recall].append(each)
            unasked[each.release].append(each)
        return cls(asked, said, unasked)


def _of(release: Release, there: Outcome | None) -> Outcome | None:
    return there if there is not None and there.by == release.by else None


def _owed(party: PartyCode, release: Release, told: _Told) -> Owed:
    entitled = {release.by, *release.of}
    mine = [one for one in told.asked.get(release.id, ()) if party in one.to and one.by in entitled]
    every = [*(one for ask in mine for one in told.said.get(ask.id, ())), *told.unasked.get(release.id, ())]
    said = sorted((one for one in every if one.by == party), key=_told_when)
    return Owed(party, release.thing, release, mine[-1] if mine else None, tuple(said))


def _further(owed: Sequence[Owed], told: _Told, may_read: MayRead) -> Iterator[Owed]:
    """Those it was passed on to, from hand to hand, who are owed the question too: rule 3."""
    waiting, known = [*owed], {(one.party, one.release.id) for one in owed}
    while waiting:
        one = waiting.pop(0)
        for party in sorted({party for receipt in one.receipts for party in receipt.to}):
            if (party, one.release.id) not in known and not may_read(party, one.release):
                known.add((party, one.release.id))
                waiting.append(_owed(party, one.release, told))
                yield waiting[-1]


def recall(release: Release, to: Sequence[PartyCode], says: str | None = None, *, by: PartyCode | None = None,
           passed_on: Sequence[PartyCode] = ()) -> Line:  # fmt: skip
    """The line that asks for something back: rule 2.

    Args:
        release: what was released.
        to: who is asked.
        says: what they are told.
        by: who asks; by default, whoever released it.
        passed_on: those who have it from somebody it was released to: rule 3.

    Raises:
        Malformed: it was never released to one of them.
    """
    known = {*release.to, *passed_on}
    strangers = sorted(set(to) - known)
    if strangers or not to:
        told = f"it was never released to {', '.join(strangers)}" if strangers else "nobody is named"
        raise Malformed(told, field="recall.to", next_step=f"allowed: {', '.join(sorted(known))}")
    asker = by or release.by
    body: dict[str, object] = {"by": asker, "release": release.id, "thing": release.thing, "to": sorted(set(to)),
                               "of": sorted({release.by, *release.of} - {asker})}  # fmt: skip
    return {RECALL: body | ({} if says is None else {"says": says})}


def receipt(asked: Asked, by: PartyCode, done: Done, to: Sequence[PartyCode] = ()) -> Line:
    """The line by which a party says what became of it: rule 3.

    Raises:
        Refused: the party was not asked.
        Malformed: it says that it was passed on and not to whom, or names parties though it was not.
    """
    if by not in asked.to:
        raise Refused(f"{by} was not asked for it", next_step="see what waits for you: comity intel recall")
    if done is Done.PASSED_ON and not to:
        step = "name the parties it went to"
        raise Malformed("whom it went to is not said", field="recall-receipt.to", next_step=step)
    if to and done is not Done.PASSED_ON:
        step = "leave the parties out, or say that it was passed on"
        raise Malformed("it went to nobody else", field="recall-receipt.to", next_step=step)
    body: dict[str, object] = {"by": by, "recall": asked.id, "done": done.value}
    return {RECEIPT: body | ({"to": sorted(set(to))} if to else {})}


def recalls(seen: Iterable[Seen]) -> list[Asked]:
    """The questions among some readable facts, by arrival; one that its author does not sign himself is none."""
    found = [
        _asked(one) for one in seen if one.record.kind == RECALL and one.record.body.get("by") == one.record.issuer
    ]
    return sorted(found, key=lambda one: (one.arrived, one.id))


def receipts(seen: Iterable[Seen]) -> list[Receipt]:
    """The receipts among some readable facts, by arrival; one that its author does not sign himself is none."""
    mine = [one for one in seen if one.record.kind == RECEIPT and _signed(one.record)]
    found = [read for one in mine if (read := _receipt(one)) is not None]
    return sorted(found, key=_told_when)


def _told_when(one: Receipt) -> tuple[Instant, Instant, str]:
    """When a receipt came, and of those that came at once when its author says that he signed it."""
    return one.arrived, one.signed, one.id


def _asked(seen: Seen) -> Asked:
    body = seen.record.body
    says = body.get("says")
    return Asked(seen.id, seen.record.issuer, str(body.get("release", "")), str(body.get("thing", "")),
                 _list(body.get("to")), says if isinstance(says, str) else None, seen.arrived)  # fmt: skip


def _receipt(seen: Seen) -> Receipt | None:
    body = seen.record.body
    done = next((one for one in Done if one.value == body.get("done")), None)
    if done is None:
        return None
    recall, by, release, over = (str(body.get(name, "")) for name in ("recall", "by", "release", "over"))
    to, signed = _list(body.get("to")), _signed_when(body.get("proof"))
    return Receipt(seen.id, recall, by, done, to, seen.arrived, release, over, signed)


def _signed_when(proof: object) -> Instant:
    """When its author says that he signed what a proof, checked as it was taken over, is of."""
    try:
        return instant(parse(read_proof(proof, "proof").data).content["recorded"])
    except Malformed:
        return 0  # none was taken over


def _signed(record: Record) -> bool:
    """Whether a receipt is its author's own, or was taken over with the proof that it is: rule 3."""
    return record.issuer == record.body.get("by") or (record.issuer == BOOK and "proof" in record.body)


def _list(value: object) -> tuple[str, ...]:
    return tuple(str(item) for item in value) if isinstance(value, list) else ()
