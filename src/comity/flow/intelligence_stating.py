"""Stating a report, a request, an answer, a sighting or a warning problem: read, decide and sign in one go.

Rules:
1. What is stated rests on what its author could read at one instant; if anything arrived before it was on disk, it is
   worked out anew.
2. Nobody states anything for another, nor anything that could not be read again.
3. Only an addressee answers a request, and only it passes it on. A request that is passed on says in its own words what
   is asked: neither the asker nor his words go with it, unless the author writes them.
4. A shared form of sightings is its organ's own word in its own name. It is stated only if there is something to tell
   that was not told before, and says nothing of why there is not.
5. The times of the book's clock are kept: a deadline lies ahead; what was seen or observed does not, but for as much as
   clocks differ, and a day that has begun where its observer is (UTC+14 at most).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from comity.casebook.bodies import seated
from comity.casebook.book import Casebook
from comity.errors import Impossible, Malformed, Refused
from comity.flow.steadily import steadily
from comity.instruments.intelligence import reported as r
from comity.instruments.intelligence import sightings
from comity.instruments.intelligence.reported_bodies import KINDS, read
from comity.instruments.intelligence.reported_gathered import Facts, gather
from comity.instruments.intelligence.requests import addressees
from comity.ledger.book import Book, Draft, Receipt
from comity.ledger.record import COMMON
from comity.values.instant import HOUR, SECOND, Instant, instant, passed, ragged_date, show
from comity.values.label import Label
from comity.values.party import PartyCode

SKEW, ABROAD = 300 * SECOND, 14 * HOUR
"""How far an instant, and a day, may lie ahead: rule 5."""
_SEEN = {r.REPORT: ("observed",), r.SIGHTING: ("first", "last")}
_NOBODY = "0" * 64
Body = Mapping[str, object]


class Desk(NamedTuple):
    """What one who states something has before him: himself, what he may read, what is publicly known, and the time."""

    party: PartyCode
    facts: Facts
    casebook: Casebook
    now: Instant


class Line(NamedTuple):
    """A fact to be stated."""

    kind: str
    body: Body


def desk(book: Book[Casebook], party: PartyCode) -> Desk:
    """What a party has before it now; the time is the book's, and never before what has arrived."""
    view = book.view(party)
    return Desk(party, gather(view), view.casebook, max(book.clock(), book.store.head().arrived))


def state(
    book: Book[Casebook], party: PartyCode, build: Callable[[Desk], Sequence[Line]], label: Label | None = None
) -> list[Receipt]:
    """State what a party decides by what it can read: rules 1 and 2.

    Args:
        book: the party's book.
        party: who states and signs it.
        build: what it states, by what is before it; called again when something arrived meanwhile.
        label: under which label, where it is not the kind's own.

    Raises:
        Malformed: it says what could not be read again.
        Refused: the rules do not let it be stated.
        Impossible: what it names is not available.
        MovedOn: the book never held still.
    """

    def attempt(size: int) -> list[Receipt]:
        before = desk(book, party)
        lines = [checked(one, before) for one in build(before)]
        return book.record_all([{one.kind: one.body} for one in lines], Draft(issuer=party, label=label, size=size))

    return steadily(book, attempt)


def checked(one: Line, desk: Desk) -> Line:
    """A line without its blanks, if it could be read again: rule 2.

    Raises:
        Malformed: it could not, or tells of what lies ahead: rule 5.
    """
    if one.kind not in KINDS:
        step = f"one of: {', '.join(KINDS)}"
        raise Malformed(f"{one.kind} is stated otherwise", field="kind", next_step=step)
    body = {name: value for name, value in one.body.items() if value not in (None, (), [])}
    own = {name: value for name, value in body.items() if name not in COMMON}
    read(one.kind, own, r.Stamp(_NOBODY, desk.party, 0, 0))
    for name in _SEEN.get(one.kind, ()):
        _check_past(f"{one.kind}.{name}", body.get(name), desk.now)
    return Line(one.kind, body)


def _check_past(field: str, said: object, now: Instant) -> None:
    """Refuse a time of something seen that lies ahead: rule 5."""
    slack = SKEW if len(str(said)) > len("2026-11-26") else ABROAD
    if said is not None and ragged_date(said).earliest > now + slack:
        step = "write when it was seen; of what is expected, say so in words"
        raise Malformed(f"{said} lies ahead", field=field, next_step=step)


def asked(desk: Desk, *, apart: bool = False, **given: object) -> list[Line]:
    """A request for information: `to`, `asks`, `answer_by`, and where wanted `thing`, `about`, `passes_on`, `parties`.

    Args:
        desk: what its author has before him.
        apart: one request to each addressee, so that none learns who else was asked.
        given: the fields.

    Raises:
        Malformed: the deadline has passed, nobody is asked, or its author asks himself.
        Refused: it passes on what its author was not asked.
        Impossible: the request that it passes on is not available.
    """
    deadline = instant(given.get("answer_by"))
    if passed(deadline, desk.now):
        step = f"write one after {show(desk.now)}"
        raise Malformed("the deadline has passed", field="answer_by", next_step=step)
    if given.get("passes_on") is not None:
        given["passes_on"] = _addressed(str(given["passes_on"]), desk).stamp.id
    to = given.get("to")
    if isinstance(to, list) and desk.party in to:
        step = "name the parties that are asked; you answer as one who was asked, or report it"
        raise Malformed(f"{desk.party} asks itself", field="to", next_step=step)
    each = [[one] for one in to] if apart and isinstance(to, list) else [to]
    return [Line(r.REQUEST, {**given, "to": one}) for one in each]


def answered(desk: Desk, of: str, answer: str, *, says: str | None = None, reports: Sequence[str] = ()) -> list[Line]:
    """An answer to a request, for the asker to read: rule 3.

    Args:
        desk: whose answer it is, and what its author may read.
        of: the request: its id, its first digits, or its name.
        answer: one of `comity.instruments.intelligence.reported.Answer`.
        says: the answer in words.
        reports: the reports that go with it, each by its id, its first digits, or its name.

    Raises:
        Refused: its author was not asked.
        Impossible: the request, or a report that goes with the answer, is not available.
    """
    request = _addressed(of, desk)
    named = [desk.facts.named(r.Report, one).stamp.id for one in reports]
    body = {"of": request.stamp.id, "answer": answer, "says": says, "reports": named, "to": [request.stamp.by]}
    return [Line(r.REPLY, body)]


def _addressed(text: str, desk: Desk) -> r.Request:
    """A request that the author was asked."""
    request = desk.facts.named(r.Request, text)
    if desk.party not in addressees(request):
        says = f"{desk.party} was not asked"
        raise Refused(says, next_step=f"it is for {', '.join(addressees(request)) or 'nobody by name'} to answer")
    return request


def shared(desk: Desk, of: str, readers: Sequence[str], group: str | None = None) -> list[Line]:
    """What an organ may tell of the sightings of a thing, for some readers: rule 4.

    Args:
        desk: what the organ has before it.
        of: the thing.
        readers: who is to read it.
        group: the group whose members saw it, as GROUP@dynamic, where that is told; without it, no more than the count.

    Raises:
        Impossible: too few parties have seen it and let it be told so, or nothing has changed. Both are said alike, and
            to the organ alone.
    """
    ruled = sightings.policy(desk.party, desk.facts)
    told = None if group is None else (group, seated((group,), desk.casebook, desk.now))
    found = sightings.figures(of, desk.facts, ruled, readers=readers, group=told)
    if found is None or sightings.told_before(found, desk.party, desk.facts):
        step = f"wait until {ruled.minimum_parties} parties let it be told so, and the figures differ"
        raise Impossible("there is nothing to tell", next_step=step)
    body = {
        "of": found.of, "group": found.group, "count_from": found.least, "count_to": found.most,
        "first": show(found.first), "last": show(found.last), "to": list(readers),
    }  # fmt: skip
    return [Line(r.SHARED, body)]
