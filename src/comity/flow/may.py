"""May we? One act, asked of everything the book holds, explained from what the audience may read.

Rules:
1. Who asks for himself hears the word over every policy fact the book holds, for a hidden refusal still refuses: and no
   more of it than GRANTED, PENDING or not available. He is the party that would act, or the one it would pass the thing
   on to; each party of the audience has to be one of these.
2. Any other audience, and the public, hears the word over what it may read, and is told that it is no more than that.
3. What is asked with something supposed (further facts, an agreement ended) is answered over what may be read and what
   is supposed. The whole book is not asked: a supposed consent would tell a hidden refusal from silence.
4. The explanation is the decision over the facts the audience may read, and over nothing else: nothing hidden can
   shape it. It is worked out first, so that an error is about what may be read; whatever goes wrong in the decision
   over the whole book is told as not available.
5. That the book is silent about a thing is told apart from nobody having consented.
6. Passing on is asked as: may the taker have it, once the holder has passed it.
7. What rests on an article of grade C, or on one to be verified, says so.
8. An answer names its horizon, the last arrival among the facts that were considered and may be read, and a digest of
   the ids of the facts it rests on.
9. A day means its first instant. A yes about a day in the course of which a consent is taken back, so that it is no yes
   any more, says until when it holds: as far as the revocation may be read, and by what is heard when asked about then.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from hashlib import sha256

from comity.consent import whatif
from comity.consent.decide import decide
from comity.consent.disclosure import NOT_AVAILABLE, learns
from comity.consent.facts import Facts, Moment
from comity.consent.grants import begins
from comity.errors import Malformed
from comity.flow.labelled import PUBLIC
from comity.values import fact as f
from comity.values.fact import Ask
from comity.values.instant import DAY, Instant
from comity.values.party import PartyCode
from comity.values.verdict import Decision, Verdict

VERIFY_MARK = "to be verified"


class Over(StrEnum):
    """What the word of an answer was decided over: rules 1 to 3."""

    WHOLE = "whole"
    READABLE = "readable"
    SUPPOSED = "supposed"


@dataclass(frozen=True, slots=True)
class Hearing:
    """Who hears an answer: the parties of the audience, when it is, and whether something is supposed."""

    audience: Sequence[PartyCode] = ()
    now: Instant | None = None
    supposed: bool = False


NOBODY = Hearing()


@dataclass(frozen=True, slots=True)
class May:
    """The answer to "may we?".

    `word` is what the audience hears, `over` what that was decided over, `decision` the answer over what it may read,
    with reasons; `silent` tells that no fact it may read names the thing; `if_all` is the answer if everybody missing
    consented; `label` who must agree before the answer goes further, in words; `until` the instant at which a yes about
    a day ends in the course of it, where one does.
    """

    ask: Ask
    to: PartyCode | None
    word: str
    over: Over
    decision: Decision
    if_all: Decision
    silent: bool
    warnings: tuple[str, ...]
    facts: Facts = field(repr=False, compare=False)
    label: str = PUBLIC
    until: Instant | None = None

    @property
    def yes(self) -> bool:
        """Whether the act is granted."""
        return self.word == Verdict.GRANTED.name

    @property
    def verdict(self) -> Verdict | None:
        """The word as a verdict; None where the audience learns no more than that it is not available."""
        return None if self.word == NOT_AVAILABLE else Verdict[self.word]

    @property
    def horizon(self) -> Instant | None:
        """The last arrival among the facts considered that may be read; None where all were always known: rule 8."""
        return self.decision.horizon

    @property
    def digest(self) -> str:
        """The SHA-256 of the sorted ids of the facts the explanation rests on, a line each: rule 8."""
        return sha256("".join(f"{name}\n" for name in sorted(set(self.decision.proof))).encode()).hexdigest()


def may(ask: Ask, seen: Facts, whole: Facts | None = None, to: PartyCode | None = None, heard: Hearing = NOBODY) -> May:
    """Ask whether an act is permitted.

    Args:
        ask: the act; with `to`, the act the taker is to do with what the asking party passes on.
        seen: the facts the audience may read, and what is supposed.
        whole: every fact the book holds; None when the audience may read them all.
        to: the party the thing is passed to.
        heard: who hears the answer.

    Raises:
        Malformed: the ask gives an attribute a value of the wrong type, or what may be read runs in a circle.
    """
    decision = _decided(ask, seen, to)
    over = _over(ask, seen, whole, to, heard)
    word = decision.verdict.name if over is not Over.WHOLE or whole is None else _learnt(ask, whole, to)
    until = _until(ask, seen, whole, to, heard) if word == Verdict.GRANTED.name else None
    taking = ask if to is None else replace(ask, party=to)
    facts = seen if to is None else seen.plus([whatif.hypothetical(ask.party, taking)])
    if_all = _if_all(taking, facts, decision)
    return May(ask, to, word, over, decision, if_all, silent(ask, seen), warnings(decision, seen), seen, until=until)


def _if_all(ask: Ask, facts: Facts, decision: Decision) -> Decision:
    """The answer if everybody missing consented; where nobody is missing, the answer itself."""
    if not decision.missing:
        return decision
    return decide(ask, facts.plus(whatif.hypothetical(party, ask) for party in decision.missing))


def _decided(ask: Ask, facts: Facts, to: PartyCode | None) -> Decision:
    return decide(ask, facts) if to is None else whatif.pass_on(ask, to, facts)


def _over(ask: Ask, seen: Facts, whole: Facts | None, to: PartyCode | None, heard: Hearing) -> Over:
    """What the word is decided over: rules 1 to 3."""
    if heard.supposed:
        return Over.SUPPOSED
    return Over.WHOLE if whole is None or _asks_for_himself(ask, seen, to, heard) else Over.READABLE


def _asks_for_himself(ask: Ask, seen: Facts, to: PartyCode | None, heard: Hearing) -> bool:
    """Whether every party of the audience is the one that acts, or takes, now and on the day asked about: rule 1."""
    parties = {ask.party} if to is None else {ask.party, to}
    for on in {ask.on, ask.on if heard.now is None else heard.now}:
        principal = Moment(seen, on, ask.known).principal
        if not {principal(party) for party in heard.audience} <= {principal(party) for party in parties}:
            return False
    return bool(heard.audience)


def _until(ask: Ask, seen: Facts, whole: Facts | None, to: PartyCode | None, heard: Hearing) -> Instant | None:
    """When a yes about a day ends in the course of it: rule 9."""
    for at in _taken_back_on(ask, seen):
        then = replace(ask, on=at)
        over = _over(then, seen, whole, to, heard)
        facts = whole if over is Over.WHOLE and whole is not None else seen
        if _learnt(then, facts, to) != Verdict.GRANTED.name:
            return at
    return None


def _taken_back_on(ask: Ask, seen: Facts) -> list[Instant]:
    """When, in the course of the day asked about, consents are taken back, as far as may be read: rule 9."""
    if ask.on % DAY:
        return []
    pairs = ((revoke, seen.find(revoke.body.fact)) for revoke in seen.every(f.Revoke))
    ends = {begins(one.body, one.recorded, grant.body) for one, grant in pairs if grant is not None}
    return sorted(at for at in ends if ask.on < at < ask.on + DAY)


def _learnt(ask: Ask, whole: Facts, to: PartyCode | None) -> str:
    """The word over the whole book; what is wrong in it is told by no other: rules 1 and 4."""
    try:
        return learns(_decided(ask, whole, to).verdict)
    except (Malformed, RecursionError):
        return NOT_AVAILABLE


def silent(ask: Ask, facts: Facts) -> bool:
    """Whether no fact names the thing: rule 5."""
    named: tuple[type[f.Body], ...] = (f.Title, f.Derive, f.Route, f.Grant, f.Refuse, f.Request)
    return not any(facts.of(kind, ask.thing) for kind in named)


def warnings(decision: Decision, facts: Facts) -> tuple[str, ...]:
    """The provisions the answer rests on that are weakly sourced: rule 7."""
    bases = (found.basis for name in decision.proof if (found := facts.find(name)) is not None)
    return tuple(dict.fromkeys(basis for basis in bases if basis is not None and VERIFY_MARK in basis))
