"""What another's node asks back of what its party put here: its questions are kept, and what it put here is hidden.

Rules:
1. A question is a `recall` (`comity.flow.recalls`) of the caller's own party, with the proof that a live key of its own
   which this book knows signed it. It is about one object, by the id under which the party put it here, and the
   versions as it sent them. Of what it did not put here itself nothing is said: it may be here or not.
2. What the party put here is hidden as if it had withdrawn it (`comity.flow.taxii_withdrawing`), from everybody who
   could read it; what others stated of it stays. In one writing with that the question is kept, with its proof, on the
   book's own word (`recall-told`), readable to those it is to: it stands in their sight in the place of what went.
3. A question that is here is not carried out twice: what the party puts here again later, it does not take away.
4. `hidden` is said for whoever reads here alone: whose key this book signs with, who may see none of it any more, from
   anybody, who was offered it over TAXII nowhere, and to whom nobody says that he passed it on. Everybody else is told
   the question (`comity.flow.taxii_recalls`) and says himself what became of his copy. That something is destroyed, a
   person says.
5. Whoever asks is told what those he asked signed, each with the proof.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from comity.casebook.book import Casebook
from comity.errors import ComityError, Impossible, Malformed, Refused
from comity.flow.meant import check_parties
from comity.flow.recalls import RECALL, RECEIPT, Done, receipt, receipts
from comity.flow.taxii_board import handed_on
from comity.flow.taxii_hiding import stands
from comity.flow.taxii_intake import WITHDRAWN
from comity.flow.taxii_questions import TOLD, told_body
from comity.flow.taxii_recalls import proved_by
from comity.flow.taxii_shelf import Statements
from comity.flow.taxii_withdrawing import unfiling, withdrawing
from comity.formats.taxii_recalls import Refusal, Version, read_versions
from comity.instruments.intelligence.shelf import Shelf
from comity.ledger.book import Book, Draft
from comity.ledger.proof import Proof, proofs
from comity.ledger.record import Record
from comity.ledger.view import View
from comity.values.label import Atom
from comity.values.party import ANYONE, PartyCode, recipient
from comity.values.reading import BOOK

Signed = list[Mapping[str, object]]
_SEND = "send the question as its author signed it"


class _Question(NamedTuple):
    """A question as it came: its place, what was signed, to whom, about which versions, and the proof."""

    place: int
    record: Record
    to: tuple[PartyCode, ...]
    versions: tuple[Version, ...]
    proof: Proof


def heard(
    book: Book[Casebook], party: PartyCode, collection: str, given: Sequence[object]
) -> tuple[list[tuple[str, Signed]], list[Refusal]]:
    """Take what a party asks back of what it put into a collection: rules 1 to 5.

    Args:
        book: the book.
        party: who asks.
        collection: into which it was put.
        given: the questions, each as plain data still to be read.

    Returns:
        The ids of the questions that are kept, each with the proofs of what was answered, and why others are not.

    Raises:
        Refused: nothing can be stated for the party here; nothing was taken.
        Unavailable: it cannot be put on disk; nothing was taken.
    """
    found, bad = _read(book, party, given)
    view = book.view(party)
    kept = {name for to in {to for one in found for to in one.to} for name in _kept(book.view(to), to)}
    new = [one for one in found if one.record.id not in kept]
    drafted, wrong = _leaving(_Put(book, view, party, collection), {of for one in new for of in one.versions})
    refused = [Refusal(one.place, wrong[name]) for one in new if (name := one.versions[0][0]) in wrong]
    places = {one.place for one in refused}
    keep = list({one.record.id: one for one in new if one.place not in places}.values())
    book.add([*drafted, *(_told(book, party, collection, one) for one in keep)])
    taken = [one for one in found if one.place not in places]
    _acknowledge(book, taken)
    return _answers(book, taken), sorted([*bad, *refused])


def _read(book: Book[Casebook], party: PartyCode, given: Sequence[object]) -> tuple[list[_Question], list[Refusal]]:
    found, bad = list[_Question](), list[Refusal]()
    for place, one in enumerate(given):
        try:
            found.append(_question(book, party, place, one))
        except ComityError as error:
            bad.append(Refusal(place, str(error)))
    return found, bad


def _question(book: Book[Casebook], party: PartyCode, place: int, given: object) -> _Question:
    """Rule 1."""
    field = f"recalls[{place}]"
    if not isinstance(given, Mapping):
        raise Malformed("is no question", field=field, next_step=_SEND)
    record, proof = proved_by(book, party, given.get("proof"), f"{field}.proof")
    to = record.body.get("to")
    names = tuple(dict.fromkeys(map(str, to if isinstance(to, list) else ())))
    own = record.kind == RECALL and record.issuer == record.body.get("by") == party
    if not own or not all(map(_is_party, names)):
        raise Refused(f"this is no question of {party}", field=field, next_step=_SEND)
    view = book.view(party)
    check_parties(view.facts, view.casebook.parties, [(f"{field}.to", name) for name in names])
    versions = read_versions(given.get("objects"))
    if not names or {name for name, _ in versions} != {record.body.get("thing")}:
        raise Refused("it is about other objects than was signed", field=f"{field}.objects", next_step=_SEND)
    return _Question(place, record, names, versions, proof)


def _is_party(name: str) -> bool:
    """Whether a name is one party's, and neither everybody's nor a group's."""
    return name != ANYONE and isinstance(recipient(name), str)


def _kept(view: View[Casebook], party: PartyCode) -> set[str]:
    return {asked.id for asked, _, _ in handed_on(view, party)}


# What leaves: rule 2


class _Put(NamedTuple):
    """What a party put into a collection of a book."""

    book: Book[Casebook]
    view: View[Casebook]
    party: PartyCode
    collection: str


def _leaving(put: _Put, versions: Iterable[Version]) -> tuple[list[Record], dict[str, str]]:
    """The facts by which versions leave, and why some objects do not, by id."""
    objects: dict[str, list[str]] = {}
    for name, version in sorted(versions):
        objects.setdefault(name, []).append(version)
    drafted, wrong = list[Record](), dict[str, str]()
    for name, some in objects.items():
        try:
            drafted += _leaves(put, name, some)
        except (Impossible, Refused) as error:
            wrong[name] = str(error)
    return drafted, wrong


def _leaves(put: _Put, name: str, versions: Iterable[str]) -> list[Record]:
    statements = Statements(put.view, put.party)
    here = [version for version in versions if statements.of(name, version)]
    if here:
        return withdrawing(put.book, put.party, put.collection, [(name, version) for version in here])
    filed = unfiling(put.book, put.party, put.collection, name)
    if not filed and not _was_here(put.view, put.party, name):
        step = "ask for what you put here, by the id under which you sent it"
        raise Impossible(f"there is nothing of {put.party} named {name} here", next_step=step)
    return filed


def _was_here(view: View[Casebook], party: PartyCode, name: str) -> bool:
    withdrawn = (seen.record for seen in view.records([WITHDRAWN]))
    return any(record.issuer == party and record.body.get("thing") == name for record in withdrawn)


def _told(book: Book[Casebook], party: PartyCode, collection: str, one: _Question) -> Record:
    objects = [{"id": name, "version": version} for name, version in one.versions]
    body = told_body(f"{party}, over {collection}", one.record, held=True, proof=one.proof, objects=objects)
    label = frozenset({Atom(BOOK, f"content/{TOLD}", tuple(sorted(one.to)))})
    return book.draft({TOLD: body}, Draft(label=label, adopt=True), {})


# What is answered: rules 4 and 5


def _acknowledge(book: Book[Casebook], taken: Sequence[_Question]) -> None:
    """Rule 4."""
    of = {one.record.id: str(one.record.body.get("release")) for one in taken}
    views = {party: book.view(party) for party in sorted({to for one in taken for to in one.to})}
    said = {
        party: [one for one in receipts(view.records([RECEIPT])) if one.by == party] for party, view in views.items()
    }
    passed_on = {(of[one.recall], to) for every in said.values() for one in every if one.recall in of for to in one.to}
    for party, view in views.items():
        answered = {one.recall for one in said[party]}
        waits = [
            one for one in handed_on(view, party)
            if one[0].id in of.keys() - answered and (of[one[0].id], party) not in passed_on
        ]  # fmt: skip
        if waits and _signs(book, party):
            shelf, offered = Shelf.of(view), _offered(book, party, {of[0] for _, _, each in waits for of in each})
            lines = [
                receipt(asked, party, Done.HIDDEN)
                for asked, _, versions in waits
                if not any(name in offered or stands(shelf, (name, version)) for name, version in versions)
            ]
            book.record_all(lines, Draft(party))


def _signs(book: Book[Casebook], party: PartyCode) -> bool:
    """Whether this book holds a key by which it can sign for a party."""
    try:
        book.signing.signer(book.keys, book.store.head())(party)
    except Refused:
        return False
    return True


def _offered(book: Book[Casebook], party: PartyCode, names: set[str]) -> set[str]:
    """Which objects a party was offered over TAXII: it may have them elsewhere."""
    boxes = [of for of in book.store.outboxes() if party in of.audience.split(",")]
    return {row.object for of in boxes for row in book.store.offers_of(of, names)}


def _answers(book: Book[Casebook], taken: Sequence[_Question]) -> list[tuple[str, Signed]]:
    """Rule 5."""
    signed: dict[str, Signed] = {one.record.id: [] for one in taken}
    to = {one.record.id: one.to for one in taken}
    for party in sorted({name for one in taken for name in one.to}):
        view = book.view(party)
        for name, proof in _signed(book, view, party, signed):
            if party in to[name]:
                signed[name].append(proof)
    return list(signed.items())


def _signed(
    book: Book[Casebook], view: View[Casebook], party: PartyCode, wanted: Mapping[str, object]
) -> Iterator[tuple[str, Mapping[str, object]]]:
    """What a party signed of some questions, with the question that each is about."""
    said = [one for one in receipts(view.records([RECEIPT])) if one.by == party and one.recall in wanted]
    for one in said:
        kept = view.get(one.id).record.body.get("proof")
        yield one.recall, kept if isinstance(kept, dict) else next(proofs(book, view, [one.id])).as_json()
