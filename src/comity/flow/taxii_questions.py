"""What another's server asks back of a party, as a book keeps it.

Rules:
1. What is asked back is kept with the proof that its author signed it (`recall-told`), its party's alone. Where this
   book knows a live key of the author's, the proof must hold; where it knows none, the question stands on the server's
   word, and says so.
2. A question that is here is not entered twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple, TypeVar

from comity.errors import ComityError, Refused
from comity.flow.recalls import RECALL
from comity.formats.taxii_recalls import Version, read_versions
from comity.ledger.book import Book, Draft
from comity.ledger.proof import Proof, proved, read_proof
from comity.ledger.record import Record, parse
from comity.ledger.view import Seen, View
from comity.values.label import originator_only
from comity.values.party import PartyCode

C = TypeVar("C")
TOLD = "recall-told"


class Entered(NamedTuple):
    """What became of a page of questions: how many are new, and why others were not entered, by their ids."""

    new: int
    refused: Mapping[str, str]


def enter(book: Book[C], party: PartyCode, source: str, given: Iterable[Mapping[str, object]]) -> Entered:
    """Keep what a party is asked to give back: rules 1 and 2.

    Args:
        book: the book.
        party: who is asked.
        source: the address of the collection whose server tells it.
        given: the questions as they were read, each still to be checked.

    Raises:
        Unavailable: it cannot be put on disk; nothing of it was kept.
    """
    known = {str(seen.record.body["recall"]) for seen in told(book.view(party), source)}
    drafted, refused = list[Record](), dict[str, str]()
    for one in given:
        try:
            record, held, proof = _question(book, party, one)
            body = told_body(source, record, held=held, proof=proof, objects=one.get("objects"))
            draft = book.draft({TOLD: body}, Draft(party, originator_only(party, f"content/{TOLD}")), {})
        except ComityError as error:
            refused[str(one.get("id"))[:80]] = str(error)
            continue
        if record.id not in known:
            known.add(record.id)
            drafted.append(draft)
    book.add(drafted)
    return Entered(len(drafted), refused)


def _question(book: Book[C], party: PartyCode, given: Mapping[str, object]) -> tuple[Record, bool, Proof]:
    """A question, whether its proof holds by a key that is known here, and the proof."""
    proof = read_proof(given.get("proof"), "proof")
    record = parse(proof.data)
    body, by = record.body, record.issuer
    to = body.get("to")
    if record.kind != RECALL or body.get("by") != by or not isinstance(to, list) or party not in to:
        raise Refused(
            f"this is no question to {party} that its author signed", next_step="ask the keeper of the server"
        )
    keys = {key.id: key for key in book.keys.live(by, book.store.head().size + 1)}
    return (proved(proof, keys) if keys else record), bool(keys), proof


def told_body(source: str, record: Record, *, held: bool, proof: Proof, objects: object) -> dict[str, object]:
    """What is kept of a question: from where it came, what was signed, whether that is proved, and of which versions.

    Raises:
        Malformed: these are no versions.
    """
    says = record.body.get("says")
    return {
        "source": source, "recall": record.id, "by": record.issuer, "asked_of": str(record.body.get("thing", "")),
        "release": str(record.body.get("release", "")),
        "objects": [list(version) for version in read_versions(objects)],
        "proof": proof.as_json(), "proved": held, **({"says": says} if isinstance(says, str) else {}),
    }  # fmt: skip


def told(view: View[C], source: str) -> list[Seen]:
    """The questions that are kept of a collection's server."""
    return [seen for seen in view.records([TOLD]) if seen.record.body.get("source") == source]


def about(seen: Seen) -> list[Version]:
    """The versions that a question is about, as its server says."""
    given = seen.record.body.get("objects")
    rows = given if isinstance(given, list) else []
    return [(str(row[0]), str(row[1])) for row in rows if isinstance(row, list) and len(row) == 2]
