"""What was pushed to another's server and may be held there no more, and the questions by which it is asked back.

Rules:
1. Due to be told there is every version that stands in the register as pushed to that collection and that somebody for
   whom it was pushed may hold no more (`comity.flow.taxii_holding`): it was taken back, tightened, or a membership
   ended. What left the collection of the book alone is not: whoever has it may read it still.
2. To a node that takes questions goes a `recall` (`comity.flow.recalls`) to each who may hold it no more, which the
   party signs. It tells that server nothing it was not told: the thing is named by the id under which it was sent
   there, and no owner is named; they are told by the outcome. Words that a person asked in go with it.
3. To whom it was passed on from there, as that node's own receipts tell, the question goes there too, once a person
   has asked him: whoever has it on another's word alone is not told of it by a machine, and no server of what it did
   not hand on itself.
4. A question is stated once, and asked again until everybody it is to has answered for good. What a server says it
   removed, or does not have, it is not asked again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple, TypeVar

from comity.flow.recall_outcomes import GONE_THERE, OUTCOME, Outcome, There, outcome, outcomes
from comity.flow.recalling import owed_to
from comity.flow.recalls import RECALL, RECEIPT, Line, recall, receipts
from comity.flow.releases import KIND, Release, register
from comity.flow.taxii_holding import Holding, at
from comity.instruments.intelligence.seen import ObjectId
from comity.ledger.book import Book, Draft
from comity.ledger.proof import proofs
from comity.ledger.view import Seen
from comity.values.party import PartyCode

C = TypeVar("C")
_Key = tuple[str, PartyCode]


class Back(NamedTuple):
    """An entry that is to be told there: the id it was sent under, who is asked, what was last answered."""

    release: Release
    sent: ObjectId | None
    takers: tuple[PartyCode, ...]
    last: Outcome | None

    @property
    def is_gone(self) -> bool:
        """Whether that server said that it lies there no more."""
        return self.last is not None and self.last.done in GONE_THERE


class Question(NamedTuple):
    """A question as it is sent: about which entry, and the proof that it was signed."""

    back: Back
    recall: str
    proof: Mapping[str, object]

    def as_json(self) -> dict[str, object]:
        """The question as plain data."""
        version = {"version": self.back.release.version} if self.back.release.version else {}
        return {"proof": dict(self.proof), "objects": [{"id": self.back.sent, **version}]}


def due(book: Book[C], party: PartyCode, url: str) -> list[Back]:
    """What is to be told at the server of a collection, oldest entry first: rules 1 and 3."""
    view, holding = book.view(party), Holding(book)
    entries = [one for one in register(view.records([KIND])) if one.by == party and at(one, url)]
    last = outcomes(view.records([OUTCOME])) if entries else {}
    shut = [(one, takers) for one in entries if (takers := holding.shut_out(one))]
    further = _further(book, party, url) if shut else {}
    return [
        Back(one, holding.left_as(one), (*takers, *further.get(one.id, ())), last.get(one.id)) for one, takers in shut
    ]


def _further(book: Book[C], party: PartyCode, url: str) -> dict[str, list[PartyCode]]:
    """By entry, those it was passed on to, as receipts from a server tell, whom a person has asked: rule 3."""
    if not any(one.over == url and one.to for one in receipts(book.view(party).records([RECEIPT]))):
        return {}
    owed, found = owed_to(book, party), dict[str, list[PartyCode]]()
    named = {(one.release.id, name) for one in owed for said in one.receipts if said.over == url for name in said.to}
    for one in owed:
        if one.asked is not None and one.party not in one.release.to and (one.release.id, one.party) in named:
            found.setdefault(one.release.id, []).append(one.party)
    return found


def unsettled(book: Book[C], party: PartyCode, given: Iterable[Back]) -> list[Back]:
    """Those of which somebody has not said for good what became of it, or that lie there still: rule 4."""
    waits = {one.release.id for one in owed_to(book, party) if one.outstanding}
    return [one for one in given if not one.is_gone or one.release.id in waits]


def asked(book: Book[C], party: PartyCode, given: Sequence[Back]) -> list[Question]:
    """The questions about some entries, each stated where it was not yet: rules 2 to 4.

    Raises:
        Unavailable: they cannot be put on disk.
    """
    view = book.view(party)
    stated = _stated(view.records([RECALL]), party, {one.release.id: one for one in given})
    lacking = [
        (one, taker) for one in given for taker in one.takers if stated.get((one.release.id, taker), ("", ""))[0] == ""
    ]
    lines = [_line(one, taker, stated.get((one.release.id, taker), ("", None))[1]) for one, taker in lacking]
    made = book.record_all(lines, Draft(party))
    names = {key: name for key, (name, _) in stated.items() if name}
    names |= {(one.release.id, taker): receipt.id for (one, taker), receipt in zip(lacking, made, strict=True)}
    pairs = [(one, names[one.release.id, taker]) for one in given for taker in one.takers]
    signed = proofs(book, book.view(party), [name for _, name in pairs])
    return [Question(one, name, proof.as_json()) for (one, name), proof in zip(pairs, signed, strict=True)]


def _line(back: Back, taker: PartyCode, says: str | None) -> Line:
    """Rule 2."""
    release = replace(back.release, thing=str(back.sent), of=())
    return recall(release, [taker], says, by=back.release.by, passed_on=[taker])


def _stated(seen: Iterable[Seen], party: PartyCode, given: Mapping[str, Back]) -> dict[_Key, tuple[str, str | None]]:
    """By entry and taker, the question that may be sent, empty where none is, and the words that were last asked in."""
    found: dict[_Key, tuple[str, str | None]] = {}
    for one in sorted(seen, key=lambda each: (each.arrived, each.id)):
        body, back = one.record.body, given.get(str(one.record.body.get("release")))
        if back is not None and one.record.issuer == body.get("by") == party:
            says = body.get("says")
            words = says if isinstance(says, str) else None
            fits = body.get("thing") == back.sent and not body.get("of")
            for taker in _takers(body.get("to"), back):
                before = found.get((back.release.id, taker), ("", None))
                found[back.release.id, taker] = (one.id, words) if fits else _kept(before, words)
    return found


def _kept(before: tuple[str, str | None], words: str | None) -> tuple[str, str | None]:
    """A question that may not be sent itself: its words are asked in anew, unless they are the same."""
    return before if before[0] and words in {None, before[1]} else ("", words)


def _takers(to: object, back: Back) -> Iterator[PartyCode]:
    """Whom a question is to; one to several is none of ours to send."""
    if isinstance(to, list) and len(to) == 1 and to[0] in back.takers:
        yield str(to[0])


def keep(book: Book[C], party: PartyCode, answered: Iterable[tuple[Back, There, str]]) -> None:
    """Keep what a server answered, where that is not what it answered before.

    Raises:
        Unavailable: it cannot be put on disk.
    """
    book.record_all([outcome(one.release, done, says) for one, done, says in answered if _is_new(one, done, says)],
                    Draft(party))  # fmt: skip


def _is_new(back: Back, done: There, says: str) -> bool:
    if back.last is None or back.last.done is not done:
        return True
    return done in {There.REFUSED, There.FAILED} and back.last.says != says
