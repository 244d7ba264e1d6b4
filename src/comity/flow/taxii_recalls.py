"""What a node asks back of a party over TAXII, and how it takes the party's answers.

Rules:
1. A party is told the questions it is asked (`comity.flow.recalls`) about what its outbox for a collection offered it
   before the question was stated: the versions as they left, in its own outbox, and nothing else. The list grows at its
   end alone. What another's node handed in for it here (`comity.flow.taxii_asked`) is told it in the same way.
2. With a question goes the proof that its author signed it (`comity.ledger.proof`): whoever has his public key need not
   believe this node.
3. An answer is a `recall-receipt` with the proof that the party signed it, by a live key of its own that this book
   knows. It is taken over on the book's own word, with the proof, readable to whoever may read the question. Sent
   again, it is here once. What is taken over is what an answer says and no more: another field of it, such as a label
   or what it corrects, would be the book's own word.
4. Nobody answers for another, or what he was not asked. Of what he was told is gone he answers without being asked
   (`comity.flow.taxii_unasked`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple, TypeVar

from comity.errors import ComityError, Impossible, Malformed, Refused
from comity.flow.offered import Entries
from comity.flow.recalls import RECALL, RECEIPT, Asked, Done, Line, recalls, receipt
from comity.flow.taxii_board import Handed, handed_on
from comity.flow.taxii_offers import MOST, PAGE, Offers
from comity.flow.taxii_unasked import Unasked
from comity.formats.taxii_filters import Filters
from comity.formats.taxii_recalls import Question, Refusal, Version
from comity.ledger.book import Book, Draft
from comity.ledger.outbox import Offer
from comity.ledger.proof import Proof, proofs, proved, read_proof
from comity.ledger.record import Record
from comity.ledger.view import View
from comity.values.instant import Instant
from comity.values.label import Atom
from comity.values.party import PartyCode
from comity.values.reading import BOOK

C = TypeVar("C")
_ASK = "see what is asked of you: the list of recalls"


class Questions(NamedTuple):
    """A page of questions, the token of the next page, if there is one, and, of the last, up to when it tells."""

    items: Sequence[Question]
    next: str | None
    until: Instant | None


def questions(book: Book[C], view: View[C], party: PartyCode, offers: Offers, filters: Filters) -> Questions:
    """A page of what a party is asked to give back of a collection: rules 1 and 2.

    Args:
        book: the book.
        view: what the party may read.
        party: who is asked.
        offers: its outbox for the collection, up to date.
        filters: what is asked for: `added_after`, `limit` and `next`.

    Raises:
        Malformed: the token is none of this question.
    """
    after, limit = filters.added_after, min(filters.limit or PAGE, MOST)
    start = offers.place_in("recalls", filters)
    handed = {one.asked.id: one for one in handed_on(view, party)}
    of = _Of(offers, handed, Entries(book, offers.of))
    found = _about(_asked(view, party), of, start, after)
    shown = [*islice(found, limit)]
    token = offers.token_in("recalls", filters, shown[-1][0]) if shown and next(found, None) is not None else None
    until = None if token else shown[-1][1].arrived if shown else after  # several may be of one instant
    own = [asked.id for _, asked, _ in shown if asked.id not in handed]
    signed = {name: one.proof for name, one in handed.items()} | {
        name: proof.as_json() for name, proof in zip(own, proofs(book, view, own), strict=True)
    }
    items = [
        Question(asked.id, asked.by, versions, asked.says, asked.arrived, signed[asked.id])
        for _, asked, versions in shown
    ]
    return Questions(items, token, until)


class _Of(NamedTuple):
    """What a party was offered, the questions that others' nodes handed in for it by their ids, and the register."""

    offers: Offers
    handed: Mapping[str, Handed]
    entries: Entries[Any]

    def versions(self, asked: Asked) -> tuple[Version, ...]:
        """The versions that a question is about, as they left: rule 1."""
        rows = [*self._released(asked), *self.offers.of_object(asked.thing)]
        found = {(row.object, row.version) for row in rows if row.added < asked.arrived}
        handed = self.handed.get(asked.id)
        return tuple(sorted(found if handed is None else found & {*handed.versions}))

    def _released(self, asked: Asked) -> Iterator[Offer]:
        """The rows for which the entry of the register stands that a question names (`comity.flow.offered`)."""
        for entry in self.entries.called(asked.by, asked.release):
            rows = (row for name in sorted(entry.ids) for row in self.offers.of_object(name))
            yield from (row for row in rows if row.version == entry.release.version)


def _about(
    every: Sequence[Asked], of: _Of, start: int, after: Instant | None
) -> Iterator[tuple[int, Asked, tuple[Version, ...]]]:
    """The questions after a place and an instant that are about what an outbox offered, each with its place."""
    for place, one in enumerate(every, start=1):
        if place > start and (after is None or one.arrived > after) and (versions := of.versions(one)):
            yield place, one, versions


def _asked(view: View[C], party: PartyCode) -> list[Asked]:
    here = [one for one in recalls(view.records([RECALL])) if party in one.to]
    handed = [one.asked for one in handed_on(view, party)]
    return sorted([*here, *handed], key=lambda one: (one.arrived, one.id))


def entered(
    book: Book[C], party: PartyCode, given: Sequence[object], collection: str | None = None, *, over: str = ""
) -> tuple[list[str], list[Refusal]]:
    """Take over what a party answers: rules 3 and 4.

    Args:
        book: the book.
        party: who answers.
        given: its answers, each as the plain data of a proof.
        collection: what it may have been told of as gone; without one it answers what it was asked alone.
        over: the address of the collection whose server handed them on, where one did.

    Returns:
        The ids of the answers that are here now, as their author's node calls them, and why others are not.

    Raises:
        Unavailable: they cannot be put on disk; nothing was taken.
    """
    view = book.view(party)
    asked = {one.id: one for one in _asked(view, party)}
    unasked = None if collection is None else Unasked(book, party, collection)
    known = {str(seen.record.body.get("receipt")) for seen in view.records([RECEIPT])}
    good, bad, drafted = list[str](), list[Refusal](), list[Record]()
    for place, one in enumerate(given):
        try:
            record, proof = proved_by(book, party, one, f"receipts[{place}]")
            line = _answer(record, party, asked, unasked)
        except ComityError as error:
            bad.append(Refusal(place, str(error)))
            continue
        if unasked is not None and line[RECEIPT]["recall"] not in asked:
            drafted += unasked.kept(line, record, proof)
        elif record.id not in known:
            known.add(record.id)
            through = {"over": over} if over else {}
            body = {**line[RECEIPT], **through, "receipt": record.id, "proof": proof.as_json()}
            drafted.append(book.draft({RECEIPT: body}, _taken_over(asked[str(body["recall"])], party), {}))
        good.append(record.id)
    book.add(drafted, Draft(adopt=True))
    return good, bad


def _taken_over(question: Asked, party: PartyCode) -> Draft:
    """How an answer is taken over: to be read by whoever reads the question, or by who asked where it is not here."""
    if question.kept is None:
        return Draft(adopt=True)
    return Draft(label=frozenset({Atom(BOOK, f"content/{RECEIPT}", tuple(sorted({party, question.by})))}), adopt=True)


def proved_by(book: Book[C], party: PartyCode, given: object, field: str) -> tuple[Record, Proof]:
    """What a party signed, by a live key of its own, and the proof of it.

    Raises:
        Malformed: it is no proof, or proves no record.
        Refused: no live key of the party that is known here signed it.
        Corrupt: the proof does not hold.
    """
    proof = read_proof(given, field)
    keys = {key.id: key for key in book.keys.live(party, book.store.head().size + 1)}
    if not keys.keys() & {name for name, _ in proof.signatures}:
        step = f"let the keeper of this node record the public key of {party} that signed it"
        raise Refused(f"it is signed by no key of {party} that is known here", field=field, next_step=step)
    return proved(proof, keys), proof


def _answer(record: Record, party: PartyCode, asked: Mapping[str, Asked], unasked: Unasked[C] | None) -> Line:
    """The answer that a record states: rules 3 and 4."""
    body = record.body
    if record.kind != RECEIPT or record.issuer != party or body.get("by") != party:
        raise Refused(f"this is no answer of {party}", field="receipts", next_step="send what the party signed")
    name, done, to = str(body.get("recall")), body.get("done"), body.get("to", [])
    question = asked.get(name) or (unasked.asked(name) if unasked is not None else None)
    if question is None:
        raise Impossible("no such question waits for you", next_step=_ASK)
    if done not in {one.value for one in Done}:
        step = f"allowed: {', '.join(one.value for one in Done)}"
        raise Malformed(f"{done!r} is no answer", field="recall-receipt.done", next_step=step)
    if not isinstance(to, list) or not all(isinstance(one, str) for one in to):
        raise Malformed("is no list of parties", field="recall-receipt.to", next_step="write their codes")
    return receipt(question, party, Done(done), [str(one) for one in to])
