"""May we? One act, asked of everything the book holds, explained from what the audience may read.

Rules:
1. The word is decided over every policy fact the book holds: a hidden refusal still refuses. An audience that may not
   read all of them hears no more of it than GRANTED, PENDING or not available.
2. The explanation is the decision over the facts the audience may read, and over nothing else: nothing hidden can
   shape it.
3. That the book is silent about a thing is told apart from nobody having consented.
4. Passing on is asked as: may the taker have it, once the holder has passed it.
5. What rests on an article of grade C, or on one to be verified, says so.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from comity.consent import whatif
from comity.consent.decide import decide
from comity.consent.disclosure import learns
from comity.consent.facts import Facts
from comity.values import fact as f
from comity.values.fact import Ask
from comity.values.party import PartyCode
from comity.values.verdict import Decision, Verdict

VERIFY_MARK = "to be verified"


@dataclass(frozen=True, slots=True)
class May:
    """The answer to "may we?".

    `word` is what the audience hears of the whole book's answer, `decision` the answer over what it may read, with
    reasons; `silent` tells that no fact it may read names the thing; `if_all` is the answer if everybody missing
    consented.
    """

    ask: Ask
    to: PartyCode | None
    word: str
    decision: Decision
    if_all: Decision
    silent: bool
    warnings: tuple[str, ...]

    @property
    def yes(self) -> bool:
        """Whether the act is granted."""
        return self.word == Verdict.GRANTED.name


def may(ask: Ask, seen: Facts, whole: Facts | None = None, to: PartyCode | None = None) -> May:
    """Ask whether an act is permitted.

    Args:
        ask: the act; with `to`, the act the taker is to do with what the asking party passes on.
        seen: the facts the audience may read.
        whole: every fact the book holds; None when the audience may read them all.
        to: the party the thing is passed to.
    """
    decision = _decided(ask, seen, to)
    word = decision.verdict.name if whole is None else learns(_decided(ask, whole, to).verdict)
    taking = ask if to is None else replace(ask, party=to)
    facts = seen if to is None else seen.plus([whatif.hypothetical(ask.party, taking)])
    if_all = whatif.if_granted(taking, facts, decision.missing).after
    return May(ask, to, word, decision, if_all, silent(ask, seen), warnings(decision, seen))


def _decided(ask: Ask, facts: Facts, to: PartyCode | None) -> Decision:
    return decide(ask, facts) if to is None else whatif.pass_on(ask, to, facts)


def silent(ask: Ask, facts: Facts) -> bool:
    """Whether no fact names the thing: rule 3."""
    named: tuple[type[f.Body], ...] = (f.Title, f.Derive, f.Route, f.Grant, f.Refuse, f.Request)
    return not any(facts.of(kind, ask.thing) for kind in named)


def warnings(decision: Decision, facts: Facts) -> tuple[str, ...]:
    """The provisions the answer rests on that are weakly sourced: rule 5."""
    bases = (found.basis for name in decision.proof if (found := facts.find(name)) is not None)
    return tuple(dict.fromkeys(basis for basis in bases if basis is not None and VERIFY_MARK in basis))
