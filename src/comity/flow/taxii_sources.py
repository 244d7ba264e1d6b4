"""What a book pulled from another's collection, and how it goes out of sight when that collection offers it no more.

Rules:
1. What arrived in one writing with an `intelligence-pulled` fact was pulled from the collection that the fact names.
   So was what took its place when its own party took it back from somebody: it arrived with the withdrawal; and what
   the fact names itself (`facts`), where a person said that it was (rule 7).
2. What a server says is gone is hidden only as far as it was pulled from that very collection. What the party states of
   its own, or pulled elsewhere, stays, and is told.
3. To hide is to withdraw each portion and cover under its own label, from everybody who could read it. Beside it a
   tombstone stays, its party's alone (`intelligence-gone`): which version, from where, since when. All of a page is
   stated together, or nothing of it.
4. What is asked back is kept with the proof that its author signed it (`recall-told`), its party's alone. Where this
   book knows a live key of the author's, the proof must hold; where it knows none, the question stands on the server's
   word, and says so. A question that is here is not entered twice.
5. When everything that a question is about is hidden, the party says so by a receipt (`comity.flow.recalls`): `hidden`
   and no more; and so of what is gone without a question, under the name by which the server told it. That something is
   destroyed, a person says; of that it unsays nothing, unless the thing came, and was hidden, once more.
6. What is offered again is pulled again, and stands. Its tombstone then is none.
7. Of what is here without a word of where it came from, a person may say that it came from a collection. No server can
   bring that about by itself: it would have in its hand what its party stated of its own. It is believed of what the
   collection offers now, equal in all it says, that the party alone stated, into the collection it pulls into, and that
   it did not push there itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from functools import cache, cached_property
from typing import Generic, NamedTuple, TypeVar, cast

from comity.errors import ComityError, Impossible, Refused
from comity.flow.recalls import ENDS, RECALL, RECEIPT, Asked, Done, Line, Receipt, receipt, receipts
from comity.flow.releases import KIND as RELEASE
from comity.flow.releases import register
from comity.flow.taxii_holding import at
from comity.flow.taxii_intake import WITHDRAWN
from comity.flow.taxii_shelf import Statements
from comity.formats.taxii import stamp
from comity.formats.taxii_recalls import Gone, Version, read_versions
from comity.instruments.intelligence.shelf import Shelf
from comity.ledger.book import Book, Draft
from comity.ledger.proof import Proof, proofs, proved, read_proof
from comity.ledger.record import Alike, Record, parse
from comity.ledger.view import Seen, View
from comity.values.canonical import Plain
from comity.values.instant import Instant
from comity.values.label import Atom, Label
from comity.values.party import PartyCode
from comity.values.reading import BOOK

C = TypeVar("C")
PULLED, GONE, TOLD = "intelligence-pulled", "intelligence-gone", "recall-told"
READ_NO_MORE = "it may be read no more"


class Hidden(NamedTuple):
    """What became of a page of what is gone: the versions that were hidden, and the ids of objects that stay."""

    hidden: Sequence[Version]
    stay: Sequence[str]


class Entered(NamedTuple):
    """What became of a page of questions: how many are new, and why others were not entered, by their ids."""

    new: int
    refused: Mapping[str, str]


def pulled(source: str, into: str) -> Line:
    """The line that says where what arrives with it came from: rule 1."""
    return {PULLED: {"source": source, "into": into}}


def alone(party: PartyCode, kind: str) -> Label:
    """A label under which a fact of a kind is its party's alone."""
    return frozenset({Atom(party, f"content/{kind}")})


class _Origins(Generic[C]):
    """Where what a party states was pulled from: rule 1."""

    def __init__(self, view: View[C], party: PartyCode) -> None:
        self._view, self._party = view, party

    @cached_property
    def _sources(self) -> dict[Instant, str]:
        """Which collection what arrived at an instant was pulled from."""
        pulled_then = (seen for seen in self._own(PULLED) if "facts" not in seen.record.body)
        return {seen.arrived: str(seen.record.body.get("source")) for seen in pulled_then}

    @cached_property
    def _named(self) -> dict[str, str]:
        """Which collection a fact was pulled from by a person's word: rule 7."""
        bodies = [seen.record.body for seen in self._own(PULLED)]
        named = [(body.get("facts"), str(body.get("source"))) for body in bodies]
        return {str(name): source for names, source in named if isinstance(names, list) for name in names}

    @cached_property
    def _replaced(self) -> dict[tuple[Instant, str, str], list[str]]:
        """What of a version was withdrawn at an instant; read only where something did not come with a pull itself."""
        found: dict[tuple[Instant, str, str], list[str]] = {}
        for seen in self._own(WITHDRAWN):
            found.setdefault(_at(seen), []).append(str(seen.record.text("supersedes")))
        return found

    def _own(self, kind: str) -> Iterator[Seen]:
        return (seen for seen in self._view.records([kind]) if seen.record.issuer == self._party)

    def of(self, one: Seen) -> str | None:
        """The collection that a portion or a cover was pulled from; None where it is the party's own."""
        waiting, known = [one], {one.id}
        while waiting:
            seen = waiting.pop()
            if seen.id in self._named:
                return self._named[seen.id]
            if seen.arrived in self._sources:
                return self._sources[seen.arrived]
            for name in set(self._replaced.get(_at(seen), ())) - known:
                known.add(name)
                waiting.append(self._view.get(name, told=True))
        return None


def _at(seen: Seen) -> tuple[Instant, str, str]:
    """When a fact about a version arrived, and which version it is about."""
    body = seen.record.body
    return seen.arrived, str(body.get("thing")), str(body.get("version"))


def adopt(book: Book[C], party: PartyCode, source: str, into: str, offered: Iterable[Mapping[str, object]]) -> int:
    """Say that what a collection offers, and is here already, came from there; of how many objects: rule 7.

    Args:
        book: the book.
        party: who says so.
        source: the address of the collection.
        into: the collection of the book.
        offered: the objects that it offers now.

    Raises:
        Unavailable: it cannot be put on disk.
    """
    view = book.view(party)
    origins, statements, shelf = _Origins(view, party), Statements(view, party), Shelf.of(view)
    own = {(one.thing, one.version or "") for one in register(view.records([RELEASE])) if at(one, source)}
    names, number = list[str](), 0
    for one in offered:
        of = str(one.get("id")), str(one.get("modified", ""))
        here = statements.of(*of) if of not in own and _equal(shelf, of, one, party) else []
        if any(_into(seen, into) for seen in here) and all(origins.of(seen) is None for seen in here):
            names += (seen.id for seen in here)
            number += 1
    if names:
        book.record({PULLED: {**pulled(source, into)[PULLED], "facts": names}}, Draft(party))
    return number


def _into(seen: Seen, collection: str) -> bool:
    """Whether a portion was stated into a collection: a pull files there what is here from elsewhere."""
    collections = seen.record.body.get("collections")
    return isinstance(collections, list) and collection in collections


def _equal(shelf: Shelf, of: Version, one: Mapping[str, object], party: PartyCode) -> bool:
    """Whether a version lies here as it is offered, stated by the party alone."""
    try:
        found = shelf.get(*of)
    except Impossible:
        return False
    alone = all(portion.originator == party for portion in found.portions)
    return alone and shelf.statement(*of) == one


def hide(book: Book[C], party: PartyCode, source: str, gone: Iterable[Gone]) -> Hidden:
    """Hide what a collection offers no more: rules 2 and 3.

    Args:
        book: the book.
        party: who pulled it.
        source: the address of the collection.
        gone: a page of what is gone there.

    Raises:
        Unavailable: it cannot be put on disk; nothing of it was done.
    """
    view = book.view(party)
    origins, statements = _Origins(view, party), Statements(view, party)
    leaving = cache(lambda label: book.alike(WITHDRAWN, {}, Draft(party, label)))
    stone = book.alike(GONE, {}, Draft(party, alone(party, GONE)))
    hidden, stay, drafted = list[Version](), list[str](), list[Record]()
    for one in gone:
        here = statements.of(one.id, one.version)
        there = [seen for seen in here if origins.of(seen) == source]
        if there:
            hidden.append((one.id, one.version))
            drafted += [*_hiding(leaving, one, there), stone.draft(_stated(source, one))]
        elif here:
            stay.append(one.id)
    book.add(drafted)
    return Hidden(hidden, stay)


def _hiding(leaving: Callable[[Label], Alike], one: Gone, there: Sequence[Seen]) -> Iterator[Record]:
    """The withdrawals; through which collection it came is its party's alone, so they name none."""
    for seen in there:
        body: dict[str, Plain] = {"thing": one.id, "version": str(seen.record.body.get("version", ""))}
        yield leaving(seen.record.label).draft(body, seen.id)


def _stated(source: str, one: Gone) -> dict[str, Plain]:
    """What a tombstone says."""
    named: dict[str, Plain] = {"recall": one.recall} if one.recall else {}
    return {"source": source, "object": one.id, "version": one.version, "gone": stamp(one.at), **named}


# What is asked back


def enter(book: Book[C], party: PartyCode, source: str, given: Iterable[Mapping[str, object]]) -> Entered:
    """Keep what a party is asked to give back: rule 4.

    Args:
        book: the book.
        party: who is asked.
        source: the address of the collection whose server tells it.
        given: the questions as they were read, each still to be checked.

    Raises:
        Unavailable: it cannot be put on disk; nothing of it was kept.
    """
    known = {body["recall"] for body in _told(book.view(party), source)}
    drafted, refused = list[Record](), dict[str, str]()
    for one in given:
        try:
            record, held, proof = _question(book, party, one)
            body = told_body(source, record, held=held, proof=proof, objects=one.get("objects"))
            draft = book.draft({TOLD: body}, Draft(party, alone(party, TOLD)), {})
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


def _told(view: View[C], source: str | None = None) -> list[Mapping[str, object]]:
    bodies = [cast("Mapping[str, object]", seen.record.body) for seen in view.records([TOLD])]
    return [body for body in bodies if source in {None, body.get("source")}]


def acknowledge(book: Book[C], party: PartyCode, source: str) -> int:
    """Say of what is hidden that it is; how many answers that makes: rule 5."""
    view = book.view(party)
    origins, statements = _Origins(view, party), Statements(view, party)
    said = {one.recall for one in receipts(view.records([RECEIPT])) if one.by == party}
    stones, last = _stones(view, source), _said_last(view, party, source)
    lines, answered = list[Line](), set[Version]()

    def is_hidden(of: Version) -> bool:
        return of in stones and all(origins.of(seen) != source for seen in statements.of(*of))

    def answer(of: Version) -> Receipt | None:
        return one if (one := last.get(of)) is not None and one.arrived > stones[of].arrived else None

    def ended(of: Version) -> bool:
        return (one := answer(of)) is not None and one.done in ENDS

    for seen in _told_by(view, source):
        one, versions = _asked(seen, party), _versions(seen.record.body.get("objects"))
        if one.id not in said and versions and all(map(is_hidden, versions)) and not all(map(ended, versions)):
            lines.append(receipt(one, party, Done.HIDDEN))
            answered |= {*versions}
    for of, seen in stones.items():
        if "recall" in seen.record.body and of not in answered and answer(of) is None and is_hidden(of):
            lines.append(receipt(_gone(seen, party), party, Done.HIDDEN))
    book.record_all(lines, Draft(party))
    return len(lines)


def _told_by(view: View[C], source: str) -> list[Seen]:
    return [seen for seen in view.records([TOLD]) if seen.record.body.get("source") == source]


def _stones(view: View[C], source: str) -> dict[Version, Seen]:
    """The last tombstone of each version that a collection told as gone."""
    return {_stone(seen): seen for seen in _by_arrival(view, GONE) if seen.record.body.get("source") == source}


def _by_arrival(view: View[C], kind: str) -> list[Seen]:
    return sorted(view.records([kind]), key=lambda one: (one.arrived, one.id))


def _said_last(view: View[C], party: PartyCode, source: str) -> dict[Version, Receipt]:
    """What a party said last of each version: to a question, or of a tombstone."""
    about: dict[str, set[Version]] = {}
    for seen in _told_by(view, source):
        versions = _versions(seen.record.body.get("objects"))
        about.setdefault(str(seen.record.body.get("recall")), set()).update(versions)
    for seen in view.records([GONE]):
        about.setdefault(str(seen.record.body.get("recall")), set()).add(_stone(seen))
    own = (one for one in receipts(view.records([RECEIPT])) if one.by == party)
    return {of: one for one in own for of in about.get(one.recall, ())}


def _versions(given: object) -> list[Version]:
    rows = given if isinstance(given, list) else []
    return [(str(row[0]), str(row[1])) for row in rows if isinstance(row, list) and len(row) == 2]


def answers(book: Book[C], party: PartyCode, source: str, sent: Iterable[str] = ()) -> dict[str, Mapping[str, object]]:
    """What a party answered to a collection's server and has not sent: by its id, the proof that the party signed it.

    Args:
        book: the book.
        party: who answered.
        source: the address of the collection.
        sent: the ids of answers that were taken there.
    """
    view = book.view(party)
    return _signed(book, party, {str(body["recall"]) for body in _told(view, source)}, sent)


def unasked(book: Book[C], party: PartyCode, source: str, sent: Iterable[str] = ()) -> dict[str, Mapping[str, object]]:
    """What a party says of what is gone from a collection, without a question, and has not sent; as `answers` tells."""
    view = book.view(party)
    stones, shelf = _stones(view, source), Shelf.of(view)
    names = {str(seen.record.body.get("recall")) for of, seen in stones.items() if not stands(shelf, of)}
    return _signed(book, party, names, sent)


def _signed(book: Book[C], party: PartyCode, asked: Set[str], sent: Iterable[str]) -> dict[str, Mapping[str, object]]:
    """What a party answered under some names, and has not sent: by its id, the proof that the party signed it."""
    view, known = book.view(party), set(sent)
    said = [one for one in receipts(view.records([RECEIPT])) if one.by == party and one.recall in asked]
    names = [one.id for one in said if one.id not in known]
    return {name: proof.as_json() for name, proof in zip(names, proofs(book, view, names), strict=True)}


class Handed(NamedTuple):
    """A question that another's node handed in here for a party: itself, the proof of it, and of which versions."""

    asked: Asked
    proof: Mapping[str, object]
    versions: Sequence[Version]


def handed_on(view: View[C], party: PartyCode) -> list[Handed]:
    """The questions to a party that others' nodes handed in here (`comity.flow.taxii_asked`), by arrival."""
    found = [seen for seen in view.records([TOLD]) if seen.record.issuer == BOOK]
    return [
        Handed(_asked(seen, party), cast("Mapping[str, object]", seen.record.body.get("proof")),
               _versions(seen.record.body.get("objects")))
        for seen in sorted(found, key=lambda one: (one.arrived, one.id))
    ]  # fmt: skip


# The board


def asked_elsewhere(view: View[C], party: PartyCode) -> list[Asked]:
    """What another's server asks back of a party, and the tombstones of what may be read no more, by arrival."""
    questions, stones = view.records([TOLD]), _by_arrival(view, GONE)
    about = {of for seen in questions for of in _versions(seen.record.body.get("objects"))}
    shelf = Shelf.of(view) if stones else None
    found = [_asked(seen, party) for seen in questions]
    latest = {(seen.record.body.get("source"), _stone(seen)): seen for seen in stones}
    for (_, of), seen in latest.items():
        if shelf is not None and of not in about and not stands(shelf, of):
            found.append(_gone(seen, party))
    return sorted(found, key=lambda one: (one.arrived, one.id))


def _gone(seen: Seen, party: PartyCode) -> Asked:
    """A tombstone as the board of recalls holds one: it is answered under the name by which the server told it."""
    body = seen.record.body
    name, source = str(body.get("recall") or seen.id), str(body.get("source"))
    return Asked(name, source, seen.id, _stone(seen)[0], (party,), READ_NO_MORE, seen.arrived, seen.id)


def _stone(seen: Seen) -> Version:
    body = seen.record.body
    return str(body.get("object")), str(body.get("version"))


def stands(shelf: Shelf, of: Version) -> bool:
    """Whether a version is seen; of a marking definition any is."""
    try:
        return of[1] in shelf.get(of[0]).versions or of[0].startswith("marking-definition--")
    except Impossible:
        return False


def _asked(seen: Seen, party: PartyCode) -> Asked:
    """A question as the board of recalls holds one; beside its own words stands what of it only the server says."""
    body = seen.record.body
    objects, says = _versions(body.get("objects")), body.get("says")
    named = str(body.get("asked_of", ""))
    thing = objects[0][0] if objects else named
    words = [says] if isinstance(says, str) else []
    if body.get("proved") is not True:
        words.append(f"(on the word of {body.get('source')}: no key of {body.get('by')} is known here)")
    elif thing != named:
        words.append(f"(signed of {named}; that this is it, {body.get('source')} says)")
    release, by = f"{body.get('source')} {body.get('release')}", str(body.get("by"))
    said = " ".join(words) or None
    return Asked(str(body.get("recall")), by, release, thing, (party,), said, seen.arrived, seen.id)
