"""Telling another's TAXII server what was pushed there and may be held there no more.

Rules:
1. A node that takes questions is asked (`comity.flow.taxii_returning`): it hides what the party put there, keeps the
   question, and hands on what those it is to signed; each receipt is taken over (`comity.flow.taxii_recalls`).
2. Any other server, and a node that does not take a question, is told by the standard's DELETE (TAXII 2.1, 5.7): of
   each object the versions that were sent there and no other; an object that has no versions goes as a whole. Whether
   it is gone then is looked after: OpenTAXII 0.9.3 answers 200 and keeps everything.
3. What was answered is kept before the next are asked, some at a time: a stop anywhere loses nothing. What was done
   and not kept is asked again: a node has the question then, a server has nothing to delete.
4. A server that cannot be reached is left, and all that was to be told is kept as waiting for it. That a collection,
   or what lies in it, is not there is believed only of a server that lets the collection be seen.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar
from urllib.parse import quote

from comity.errors import ComityError, Malformed, Refused, Unavailable
from comity.flow.recall_outcomes import GONE_THERE, There
from comity.flow.recalls import RECEIPT
from comity.flow.taxii_exchange import Answer, Server
from comity.flow.taxii_following import tells_recalls
from comity.flow.taxii_recalls import entered
from comity.flow.taxii_returning import Back, Question, asked, due, keep, unsettled
from comity.formats import taxii_recalls
from comity.formats.taxii_filters import ALL
from comity.formats.taxii_halves import whole
from comity.ledger.book import Book
from comity.ledger.proof import read_proof
from comity.ledger.record import parse
from comity.values.party import PartyCode

C = TypeVar("C")
AT_ONCE = 100
"""So many entries are told before what was answered is kept."""
MOST_SAID = 300
_LOST = "under which id it left is not known any more: ask the keeper of that server"


class _At(NamedTuple):
    """A collection, and whether its server lets it be seen."""

    server: Server
    url: str
    listed: bool


class _Said(NamedTuple):
    """What was answered about one entry, and in which words."""

    done: There
    says: str


@dataclass(slots=True)
class Telling:
    """What came of telling: what was done with how many entries, receipts that came back, and what went wrong."""

    done: dict[str, int] = field(default_factory=dict)
    receipts: int = 0
    failures: dict[str, str] = field(default_factory=dict)

    def add(self, back: Back, said: _Said) -> None:
        """Count what was answered about an entry."""
        self.done[said.done.value] = self.done.get(said.done.value, 0) + 1
        if said.done in {There.REFUSED, There.FAILED, There.UNREACHABLE}:
            self.failures[f"{back.sent or back.release.thing} {back.release.version or ''}".rstrip()] = said.says

    def join(self, other: Telling) -> None:
        """Count what came of telling elsewhere as well."""
        for name, number in other.done.items():
            self.done[name] = self.done.get(name, 0) + number
        self.receipts += other.receipts
        self.failures |= other.failures


def _untold(_: int) -> None:
    """Nobody is told how far it is."""


def tell(
    book: Book[C],
    server: Server,
    party: PartyCode,
    url: str,
    *,
    listed: bool = True,
    told: Callable[[int], None] = _untold,
) -> Telling:
    """Tell the server of a collection what may be held there no more: rules 1 to 4.

    Args:
        book: the book.
        server: the server.
        party: who pushed it.
        url: the address of the collection.
        listed: whether the server lets the collection be seen.
        told: is told how many entries are done.

    Raises:
        Unavailable: the book cannot be written to.
    """
    waiting, number, came, at = due(book, party, url), 0, Telling(), _At(server, url, listed)
    if not waiting:
        return came
    is_node = _reached(lambda: tells_recalls(server, url))
    if isinstance(is_node, _Said):
        return _kept(book, party, [(one, is_node) for one in waiting if not one.is_gone], came)
    waiting = unsettled(book, party, waiting) if is_node else [one for one in waiting if not one.is_gone]
    for start in range(0, len(waiting), AT_ONCE):
        some = waiting[start : start + AT_ONCE]
        said = _asked(book, at, party, some, came) if is_node else {}
        said |= _deleted(at, [one for one in some if one.release.id not in said])
        _kept(book, party, [(one, said[one.release.id]) for one in some if one.release.id in said], came)
        number += len(some)
        told(number)
        if any(one.done is There.UNREACHABLE for one in said.values()):
            left = [one for one in waiting[start + AT_ONCE :] if not one.is_gone]
            why = next(one for one in said.values() if one.done is There.UNREACHABLE)
            return _kept(book, party, [(one, why) for one in left], came)
    return came


def unreachable(book: Book[C], party: PartyCode, url: str, says: str) -> Telling:
    """Keep that a server could not be asked of a collection at all: rule 4."""
    waiting = [one for one in due(book, party, url) if not one.is_gone]
    return _kept(book, party, [(one, _Said(There.UNREACHABLE, says)) for one in waiting], Telling())


def _kept(book: Book[C], party: PartyCode, answered: Sequence[tuple[Back, _Said]], came: Telling) -> Telling:
    """Keep what was answered; that a server which said it is gone is not reached now unsays nothing."""
    news = [(one, said) for one, said in answered if not one.is_gone or said.done in GONE_THERE]
    keep(book, party, [(one, *said) for one, said in news])
    for one, said in answered:
        came.add(one, said)
    return came


T = TypeVar("T")


def _reached(ask: Callable[[], T]) -> T | _Said:
    """What a server answers; that it is not reached, or leads elsewhere, is an answer too."""
    try:
        return ask()
    except Unavailable as error:
        return _Said(There.UNREACHABLE, _short(str(error)))
    except (Refused, Malformed) as error:
        return _Said(There.FAILED, _short(str(error)))


def _short(text: str) -> str:
    return whole(text)[:MOST_SAID]


# A node: rule 1


def _asked(book: Book[C], at: _At, party: PartyCode, some: Sequence[Back], came: Telling) -> dict[str, _Said]:
    """What a node answered, by entry; an entry is not among them whose questions it did not take."""
    questions = asked(book, party, [one for one in some if one.sent is not None])
    body = taxii_recalls.asked([one.as_json() for one in questions])
    answer = _reached(lambda: at.server.post(f"{at.url}recalls/", body)) if questions else _Said(There.HIDDEN, "")
    if isinstance(answer, _Said):
        return {one.release.id: answer for one in some} if questions else {}
    heard = _heard(answer)
    if heard is None:
        return {}
    _take_receipts(book, party, at.url, heard.receipts, came)
    for place, says in heard.refused.items():
        if place < len(questions) and not questions[place].back.is_gone:
            came.failures[f"question {questions[place].recall[:12]}"] = _short(says)
    return _by_entry(questions, heard)


class _Heard(NamedTuple):
    """What a node answered: the questions it took, what was signed of them, and why it did not take others."""

    taken: frozenset[str]
    receipts: Sequence[Mapping[str, object]]
    refused: Mapping[int, str]


def _by_entry(questions: Iterable[Question], heard: _Heard) -> dict[str, _Said]:
    """An entry is hidden there when one of its questions was taken; it is in nobody's sight there then."""
    found = {one.back.release.id: _Said(There.HIDDEN, "") for one in questions if one.recall in heard.taken}
    gone = {one.back.release.id: one.back.last for one in questions if one.back.is_gone and one.back.last is not None}
    before = {name: _Said(last.done, last.says) for name, last in gone.items()}
    return before | found


def _heard(answer: Answer) -> _Heard | None:
    """None where it is no answer of a node that takes questions."""
    try:
        found = json.loads(answer.body)
    except (ValueError, RecursionError):
        return None
    taken = found.get("asked", []) if isinstance(found, dict) and answer.status < 400 else None
    if not isinstance(taken, list):
        return None
    items = [one for one in taken if isinstance(one, dict)]
    signed = [proof for one in items for proof in _list(one.get("receipts")) if isinstance(proof, dict)]
    failures = [one for one in _list(found.get("failures")) if isinstance(one, dict)]
    refused = {place: str(one.get("message")) for one in failures if isinstance(place := one.get("place"), int)}
    return _Heard(frozenset(str(one.get("id")) for one in items), signed, refused)


def _list(given: object) -> list[object]:
    return given if isinstance(given, list) else []


def _take_receipts(
    book: Book[C], party: PartyCode, url: str, given: Sequence[Mapping[str, object]], came: Telling
) -> None:
    """Take over what was signed and is not here yet, each under whoever it says signed it."""
    known = {seen.record.body.get("receipt") for seen in book.view(party).records([RECEIPT])}
    signed: dict[PartyCode, list[object]] = {}
    for one in given:
        try:
            record = parse(read_proof(one, "receipts").data)
        except ComityError as error:
            came.failures["receipt"] = _short(str(error))
            continue
        if record.id not in known:
            signed.setdefault(record.issuer, []).append(one)
    for by, proofs in signed.items():
        size = book.store.head().size
        _, bad = entered(book, by, proofs, over=url)
        came.receipts += book.store.head().size - size
        came.failures |= {f"receipt of {by}": _short(one.message) for one in bad}


# A server: rule 2


def _deleted(at: _At, some: Sequence[Back]) -> dict[str, _Said]:
    """What a server answered to DELETE, by entry; after one that it is not reached by, it is asked no more."""
    said: dict[str, _Said] = {}
    objects: dict[str, list[Back]] = {}
    for one in some:
        if one.is_gone:
            continue
        if one.sent is None:
            said[one.release.id] = _Said(There.FAILED, _LOST)
        else:
            objects.setdefault(one.sent, []).append(one)
    last: _Said | None = None
    for name, each in objects.items():
        if last is None or last.done is not There.UNREACHABLE:
            last = _delete(at, name, [one.release.version or "" for one in each])
        said |= {one.release.id: last for one in each}
    return said


def _delete(at: _At, name: str, versions: Sequence[str]) -> _Said:
    wanted = ",".join(sorted({one or ALL for one in versions}))
    asked = f"match[version]={quote(wanted, safe='')}&match[spec_version]={quote('2.0,2.1', safe='')}"
    url = f"{at.url}objects/{quote(name, safe='')}/?{asked}"
    answer = _reached(lambda: at.server.delete(url))
    if isinstance(answer, _Said):
        return answer
    said = _Said(_done(answer.status, listed=at.listed), _words(answer))
    return said if said.done is not There.REMOVED else _looked_after(at, url, versions, said)


def _looked_after(at: _At, url: str, versions: Sequence[str], said: _Said) -> _Said:
    """Whether what a server says it removed is told there no more; where it does not let us look, its word stands."""
    answer = _reached(lambda: at.server.get(url))
    if isinstance(answer, _Said) or answer.status >= 400:
        return said
    try:
        found = json.loads(answer.body) if answer.body.strip() else {}
    except (ValueError, RecursionError):
        return said
    objects = [one for one in _list(found.get("objects")) if isinstance(one, dict)] if isinstance(found, dict) else []
    stays = any("" in versions or one.get("modified") in versions for one in objects)
    return _Said(There.FAILED, f"{said.says}; but it is told there still") if stays else said


def _done(status: int, *, listed: bool) -> There:
    if 200 <= status < 300:
        return There.REMOVED
    if status in {404, 410} and listed:
        return There.ABSENT
    return There.REFUSED if status in {401, 403, 404, 410} else There.FAILED


def _words(answer: Answer) -> str:
    """The status, and what the server said with it."""
    try:
        found = json.loads(answer.body) if answer.body.strip() else {}
    except (ValueError, RecursionError):
        found = {}
    says = (found.get("description") or found.get("title") or "") if isinstance(found, dict) else ""
    return _short(f"{answer.status} {says}".rstrip())


def address(over: str) -> str:
    """The address of a collection, from what the register calls it (`comity.flow.taxii_pushed.over`)."""
    return over.rpartition("(")[2].removesuffix(")")
