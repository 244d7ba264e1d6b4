"""The silence procedure: what a text under silence has come to, from the signed facts, at an instant.

Rules:
1. A text is put under silence by the case's chair. The fact holds the text's SHA-256, a deadline with its zone, the
   parties whose silence counts, how far clocks may be off (`skew`), and how long after the deadline a break in time may
   still arrive (`window`, at least twice the skew). Whoever signs a receipt signs these terms. The silence of all who
   take part counts: a text that is put past one of them is not put.
2. What the chair does about one point of the agenda is a chain: each act names the one before it (`after`). Where two
   acts follow the same one, the chair's record is forked: nothing behind the fork stands, and it is told. Hence a point
   has one outcome at most.
3. Receipts, consents and breaks name the text they are of by the address of the fact that put it. An amended text is
   put by a new fact: nothing said of the earlier text counts for it, and its clock starts anew.
4. An extension moves the deadline of the same text on, never back. What was said of the text still counts, and a break
   is then measured against the new deadline.
5. A break is in time when it was signed before the deadline by its party's clock and reached the chair before the
   deadline and the window had passed by the chair's clock, or when it reached the chair before the deadline by the
   chair's clock. The deadline itself is late. A break in time ends the procedure: not adopted.
6. A receipt counts when it names the text's own hash and was signed before the deadline by its party's clock, by the
   `notice` before it where the text asks for one. No receipt, no consent: silence of a party without one never counts.
   A party's consent, signed for the text's hash, takes the place of its silence.
7. Before the window has passed nothing but a break settles anything: the outcome is pending.
8. After it, a receipt that is missing leaves the outcome open, with the chair's remedies beside it. It is no veto and
   no consent.
9. Where the text asks for proved lines (`line: proved`), silence counts only with a further receipt (or a consent),
   signed at the deadline or later by its party's clock. A receipt lists every break that its party has signed of the
   text; it proves the line when each of these is here. A break signed before the deadline counts whenever it
   arrives before the outcome, unless its party signed such a receipt that does not list it. So a cut line can delay an
   outcome, and never make one.
10. An outcome is the chair's own fact, which lists what it rests on and when that reached him. It stands where these
   facts bear it out by these rules, and where no act of the chair came between. What comes after it changes nothing.
11. What a view does not hold, it does not hold: a party that knows of a break in time that the outcome leaves out
   contests it with its own signature (`contested`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeGuard

from comity.instruments.consultation.facts import (
    Act,
    Break,
    Case,
    Consent,
    Dropped,
    Extension,
    Heard,
    Line,
    Put,
    Receipt,
    Recorded,
    Result,
)
from comity.instruments.consultation.gathered import Facts
from comity.values.instant import Instant, passed, show
from comity.values.party import PartyCode
from comity.values.truth import Truth

DELIVER, EXTEND, ASK, CONVENE = (
    "deliver the text again",
    "extend the deadline",
    "ask for explicit consent",
    "drop the silence procedure and convene",
)
REMEDIES = (DELIVER, EXTEND, ASK, CONVENE)
"""What a chair can do about a receipt that is overdue: rule 8."""


class State(StrEnum):
    """Where a text under silence stands."""

    OPEN = "open"
    SETTLING = "pending"
    BROKEN = "broken"
    OVERDUE = "overdue"
    UNPROVED = "line not proved"
    SILENT = "silence kept"
    DROPPED = "dropped"
    ADOPTED = "adopted"
    NOT_ADOPTED = "not adopted"
    UNVERIFIED = "recorded, not verified here"
    FORKED = "forked"


@dataclass(frozen=True, slots=True)
class Round:
    """A text under silence with the deadline it has now."""

    put: Put
    deadline: Instant
    extended: tuple[str, ...] = ()

    @property
    def settles(self) -> Instant:
        """When the window has passed, by the chair's clock."""
        return self.deadline + self.put.window

    @property
    def id(self) -> str:
        """The address of the fact that put the text."""
        return self.put.stamp.id


@dataclass(frozen=True, slots=True)
class Said:
    """What one party's facts come to."""

    party: PartyCode
    received: Instant | None = None
    consented: bool = False
    broke: Instant | None = None
    proved: bool = False
    remark: str = ""
    breaks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Judged:
    """What a round comes to: adopted, not adopted or open (`result`), and what would settle it."""

    result: Truth
    state: State
    says: str
    settles: tuple[str, ...] = ()
    waiting_for: tuple[PartyCode, ...] = ()
    remedies: tuple[str, ...] = ()
    rests_on: tuple[tuple[str, Instant], ...] = ()


@dataclass(frozen=True, slots=True)
class Void:
    """An act of the chair's that has no effect, and why."""

    id: str
    says: str


@dataclass(frozen=True, slots=True)
class Procedure:
    """The silence procedure about one point of the agenda, at an instant."""

    item: str
    round: Round
    judged: Judged
    parties: tuple[Said, ...]
    replaced: tuple[Round, ...] = ()
    outcome: Recorded | None = None
    last: str = ""
    void: tuple[Void, ...] = ()
    forked: tuple[str, ...] = ()
    contested: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Trail:
    """The chair's acts in their order as far as they are one chain, and the acts at which it forks: rule 2."""

    acts: tuple[Act, ...]
    forks: tuple[Act, ...] = ()


def trail(case: Case, item: str, acts: Iterable[Act]) -> Trail:
    """The chair's chain of acts about a point of the agenda: rules 1 and 2."""
    following: dict[str | None, list[Act]] = {}
    for act in acts:
        if act.stamp.by == case.chair and act.case == case.stamp.id and act.item == item:
            following.setdefault(act.after, []).append(act)
    found = list[Act]()
    after: str | None = None
    while here := following.get(after, []):
        if len(here) > 1:
            return Trail(tuple(found), tuple(sorted(here, key=lambda act: act.stamp.id)))
        found.append(here[0])
        after = here[0].stamp.id
    return Trail(tuple(found))


def items(case: Case, facts: Facts) -> tuple[str, ...]:
    """The points of the agenda about which a text was put under silence."""
    own = (put for put in facts.of(Put) if put.case == case.stamp.id and put.stamp.by == case.chair)
    return tuple(sorted({put.item for put in own}))


def procedure(case: Case, item: str, facts: Facts, now: Instant) -> Procedure | None:
    """What the silence procedure about a point of the agenda has come to.

    Args:
        case: the consultation.
        item: the point of its agenda.
        facts: what the audience may read; `arrived` is by the clock of the node that asks.
        now: the instant, by that clock.

    Returns:
        None where no text about it was put under silence, as far as the audience may know.
    """
    acts = [act for act in acts_in(facts) if act.stamp.arrived <= now]
    return follow(trail(case, item, acts), heard_in(facts), now, case.parties)


def acts_in(facts: Facts) -> list[Act]:
    """Everything that was signed as an act of a chair."""
    return [*facts.of(Put), *facts.of(Extension), *facts.of(Dropped), *facts.of(Recorded)]


def heard_in(facts: Facts) -> list[Heard]:
    """Everything that parties said of texts."""
    return [*facts.of(Receipt), *facts.of(Consent), *facts.of(Break)]


@dataclass(slots=True)
class _Walk:
    """How far the chain of acts has been followed."""

    heard: Sequence[Heard]
    members: tuple[PartyCode, ...] = ()
    round: Round | None = None
    replaced: tuple[Round, ...] = ()
    ended: Dropped | Recorded | None = None
    void: tuple[Void, ...] = ()

    def take(self, act: Act) -> None:
        """The next act; one without effect is set aside with the reason: rules 3, 4 and 10."""
        why = self.objection(act)
        if why is not None:
            self.void = (*self.void, Void(act.stamp.id, why))
        elif isinstance(act, Put):
            self.replaced = (*self.replaced, *([self.round] if self.round is not None else []))
            self.round = Round(act, act.deadline)
        elif isinstance(act, Extension) and self.round is not None:
            self.round = replace(self.round, deadline=act.deadline, extended=(*self.round.extended, act.stamp.id))
        elif isinstance(act, Dropped | Recorded):
            self.ended = act

    def objection(self, act: Act) -> str | None:
        """Why an act has no effect."""
        if self.ended is not None:
            return "the procedure had ended"
        if isinstance(act, Put):
            return left_out(act, self.members)
        if self.round is None or act.of != self.round.id:
            return "it is about another text than the one that lies under silence"
        if isinstance(act, Extension) and act.deadline <= self.round.deadline:
            return "it does not move the deadline on"
        if isinstance(act, Recorded):
            return unborne(act, self.round, self.heard)
        return None


def follow(found: Trail, heard: Sequence[Heard], now: Instant, members: tuple[PartyCode, ...] = ()) -> Procedure | None:
    """What a chain of acts and what parties said comes to at an instant: rules 2 to 11."""
    walk = _Walk(heard, members)
    for act in found.acts:
        walk.take(act)
    if walk.round is None:
        walk.round = next((Round(act, act.deadline) for act in found.forks if isinstance(act, Put)), None)
    if walk.round is None:
        return None
    known = about(walk.round, heard, now)
    outcome = walk.ended if isinstance(walk.ended, Recorded) and not found.forks else None
    return Procedure(
        walk.round.put.item, walk.round, _overall(walk, found, known, now),
        tuple(said(party, walk.round, known) for party in walk.round.put.parties), walk.replaced, outcome,
        found.acts[-1].stamp.id if found.acts else "", walk.void, tuple(act.stamp.id for act in found.forks),
        _contested(outcome, walk.round, known),
    )  # fmt: skip


def _overall(walk: _Walk, found: Trail, known: Sequence[Heard], now: Instant) -> Judged:
    """Where the procedure stands: a fork, an end, or what the facts say so far."""
    assert walk.round is not None  # noqa: S101 - `follow` has looked
    if found.forks:
        says = f"the chair signed {len(found.forks)} acts that follow the same one; nothing behind that stands"
        return Judged(Truth.UNKNOWN, State.FORKED, says, ("an explanation by the chair, and a new procedure",))
    if isinstance(walk.ended, Recorded) and (gone := absent(walk.ended, walk.heard)):
        says = f"recorded as {walk.ended.result}; {gone} of the facts it rests on are not here"
        return Judged(Truth.UNKNOWN, State.UNVERIFIED, says, ("the chair's bundle of the outcome",))
    if isinstance(walk.ended, Recorded):
        adopted = walk.ended.result is Result.ADOPTED
        state = State.ADOPTED if adopted else State.NOT_ADOPTED
        says = f"recorded as {walk.ended.result} by {walk.ended.stamp.by}, {show(walk.ended.settled)}"
        return Judged(Truth.TRUE if adopted else Truth.FALSE, state, says, rests_on=walk.ended.rests_on)
    if isinstance(walk.ended, Dropped):
        return Judged(Truth.FALSE, State.DROPPED, f"the silence procedure was dropped: {walk.ended.says}")
    return judge(walk.round, known, now)


def left_out(put: Put, members: tuple[PartyCode, ...]) -> str | None:
    """Why a text is not under silence at all: it is put past one of those who take part: rule 1."""
    missing = sorted(set(members) - set(put.parties))
    return f"it is put past {', '.join(missing)}, and nobody is agreed past" if missing else None


# One round: rules 5 to 9


def judge(current: Round, heard: Sequence[Heard], now: Instant) -> Judged:
    """What a text under silence has come to at an instant, no outcome having been recorded: rules 5 to 9.

    Args:
        current: the text with its deadline.
        heard: what parties said of it.
        now: the instant, by the clock that also says when each thing arrived.
    """
    known = about(current, heard, now)
    breaks = [one for one in known if isinstance(one, Break) and in_time(one, current, known)]
    if breaks:
        who = sorted({one.stamp.by for one in breaks})
        rests = tuple((one.stamp.id, one.stamp.arrived) for one in breaks)
        return Judged(Truth.FALSE, State.BROKEN, f"silence was broken by {', '.join(who)}", rests_on=_sorted(rests))
    parties = [said(party, current, known) for party in current.put.parties]
    missing = tuple(one.party for one in parties if one.received is None and not one.consented)
    if not passed(current.deadline, now):
        return _open(current, missing)
    if not passed(current.settles, now):
        says = f"pending: a break signed in time may still arrive until {show(current.settles)}"
        return Judged(Truth.UNKNOWN, State.SETTLING, says, (f"{show(current.settles)}, without a break",), missing)
    if missing:
        says = f"no receipt in time from {', '.join(missing)}: its silence is no consent, and no veto"
        settles = tuple(f"{party}: a receipt before a later deadline, or its consent" for party in missing)
        return Judged(Truth.UNKNOWN, State.OVERDUE, says, settles, missing, REMEDIES)
    unproved = tuple(one.party for one in parties if not one.proved)
    if current.put.line is Line.PROVED and unproved:
        says = f"the line to {', '.join(unproved)} is not proved since the deadline"
        settles = tuple(f"{party}: a receipt after the deadline, or its break" for party in unproved)
        return Judged(Truth.UNKNOWN, State.UNPROVED, says, settles, unproved, REMEDIES)
    says = "every party has the text and kept silence"
    return Judged(Truth.TRUE, State.SILENT, says, rests_on=_bears(current, known))


def _open(current: Round, missing: tuple[PartyCode, ...]) -> Judged:
    says = f"open until {show(current.deadline)}"
    if missing:
        says += f"; no receipt yet from {', '.join(missing)}"
    return Judged(Truth.UNKNOWN, State.OPEN, says, (f"silence until {show(current.deadline)}",), missing)


def about(current: Round, heard: Sequence[Heard], now: Instant) -> list[Heard]:
    """What had been said of this very text by an instant: rule 3."""
    return [one for one in heard if one.of == current.id and one.stamp.arrived <= now]


def in_time(one: Break, current: Round, known: Sequence[Heard]) -> bool:
    """Whether a break ends the procedure, given what else had been said by then: rules 5 and 9."""
    if one.stamp.by not in current.put.parties:
        return False
    signed_before = not passed(current.deadline, one.stamp.signed)
    window_open = not passed(current.settles, one.stamp.arrived)
    cut_off = current.put.line is Line.PROVED and not disproved(one, current, known)
    kept = signed_before and (window_open or cut_off)
    return kept or not passed(current.deadline, one.stamp.arrived)


def disproved(one: Break, current: Round, known: Sequence[Heard]) -> bool:
    """Whether the party of a break signed after the deadline what it had broken, and this was not among it: rule 9."""
    own = (other for other in known if other.stamp.by == one.stamp.by and after_deadline(other, current))
    return any(isinstance(other, Consent) or one.stamp.id not in other.broke for other in own)


def after_deadline(one: Heard, current: Round) -> TypeGuard[Receipt | Consent]:
    """Whether it is a receipt or a consent of this text, signed at the deadline or later by its party's clock."""
    return not isinstance(one, Break) and one.text == current.put.text and passed(current.deadline, one.stamp.signed)


def receipted(one: Heard, current: Round) -> bool:
    """Whether a receipt shows that its party had the text, with time to break silence: rule 6."""
    return (
        isinstance(one, Receipt)
        and one.text == current.put.text
        and not passed(current.deadline - current.put.notice, one.stamp.signed)
    )


def proves(one: Heard, current: Round, known: Sequence[Heard]) -> bool:
    """Whether it shows that every break its party signed of this text is here; those in time end it anyway: rule 9."""
    if not after_deadline(one, current):
        return False
    here = {other.stamp.id for other in known if isinstance(other, Break)}
    return isinstance(one, Consent) or here >= set(one.broke)


def said(party: PartyCode, current: Round, known: Sequence[Heard]) -> Said:
    """What one party's facts come to."""
    own = [one for one in known if one.stamp.by == party]
    received = [one.stamp.signed for one in own if receipted(one, current)]
    broke = [one.stamp.signed for one in own if isinstance(one, Break) and in_time(one, current, known)]
    return Said(
        party=party,
        received=min(received, default=None),
        consented=any(isinstance(one, Consent) and one.text == current.put.text for one in own),
        broke=min(broke, default=None),
        proved=any(proves(one, current, own) for one in own),
        remark="; ".join(_remarks(own, current)),
        breaks=tuple(sorted(one.stamp.id for one in own if isinstance(one, Break))),
    )


def _remarks(own: Sequence[Heard], current: Round) -> Iterator[str]:
    """What a party said that does not count, and why not."""
    for one in own:
        if isinstance(one, Break) and not in_time(one, current, own):
            yield f"its break of {show(one.stamp.signed)} is late"
        elif isinstance(one, Receipt | Consent) and one.text != current.put.text:
            yield "what it received is another text: the hashes differ"
        elif isinstance(one, Receipt) and not {other.stamp.id for other in own} >= set(one.broke):
            yield "it says that it has broken silence; its break is not here"
        elif isinstance(one, Receipt) and not receipted(one, current) and not proves(one, current, own):
            yield f"its receipt of {show(one.stamp.signed)} left no time to break silence"


def _bears(current: Round, known: Sequence[Heard]) -> tuple[tuple[str, Instant], ...]:
    """The facts on which an adoption rests: each party's first receipt, proof and consent; and its late breaks."""
    found = dict[tuple[str, str], Heard]()
    for one in sorted(known, key=lambda fact: (fact.stamp.arrived, fact.stamp.id)):
        for says, counts in (
            ("received", receipted(one, current)),
            ("proved", current.put.line is Line.PROVED and proves(one, current, known)),
            (one.stamp.id, isinstance(one, Break)),
            ("consented", isinstance(one, Consent) and one.text == current.put.text),
        ):
            if counts and one.stamp.by in current.put.parties:
                found.setdefault((one.stamp.by, says), one)
    return _sorted((one.stamp.id, one.stamp.arrived) for one in {id(one): one for one in found.values()}.values())


def _sorted(rests: Iterable[tuple[str, Instant]]) -> tuple[tuple[str, Instant], ...]:
    return tuple(sorted(set(rests)))


# The outcome: rules 10 and 11


def unborne(outcome: Recorded, current: Round, heard: Sequence[Heard]) -> str | None:
    """Why an outcome does not stand on the facts it lists, which arrived when it says; None where it does: rule 10."""
    stated = dict(outcome.rests_on)
    listed = [_arrived(one, stated[one.stamp.id]) for one in heard if one.stamp.id in stated]
    if absent(outcome, heard):
        return None  # nothing speaks against it; what it rests on has to be fetched
    judged = judge(current, listed, outcome.settled)
    wanted = Truth.TRUE if outcome.result is Result.ADOPTED else Truth.FALSE
    return None if judged.result is wanted else f"the facts it rests on do not bear it out: {judged.says}"


def absent(outcome: Recorded, heard: Sequence[Heard]) -> int:
    """How many of the facts that an outcome rests on are not here."""
    return len({name for name, _ in outcome.rests_on} - {one.stamp.id for one in heard})


def _arrived(one: Heard, when: Instant) -> Heard:
    return replace(one, stamp=replace(one.stamp, arrived=when))


def _contested(outcome: Recorded | None, current: Round, known: Sequence[Heard]) -> tuple[str, ...]:
    """The breaks signed before the deadline that an adoption leaves out: rule 11."""
    if outcome is None or outcome.result is Result.NOT_ADOPTED:
        return ()
    left_out = (
        one.stamp.id
        for one in known
        if isinstance(one, Break) and one.stamp.by in current.put.parties
        if not passed(current.deadline, one.stamp.signed)
        if not disproved(one, current, known)
    )
    return tuple(sorted(left_out))
