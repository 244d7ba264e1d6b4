"""What an asker may learn of an answer.

Rules:
1. An asker learns GRANTED, PENDING (his own request is open), or that it is not available: never which of the rest it
   was.
2. Who owns, who refused and why are shown only as far as the audience may read the facts they rest on. What it may not
   read leaves no trace: no name, no count, no order.
"""

from __future__ import annotations

from collections.abc import Callable

from comity.values.verdict import Decision, OwnerAnswer, Reason, Verdict

NOT_AVAILABLE = "not available"


def learns(verdict: Verdict) -> str:
    """The word an asker hears: rule 1."""
    return verdict.name if verdict in {Verdict.GRANTED, Verdict.PENDING} else NOT_AVAILABLE


def disclose(decision: Decision, readable: Callable[[str], bool]) -> Decision:
    """The decision with only those answers and reasons whose facts the audience may read, and no horizon: rule 2.

    Args:
        decision: the whole answer.
        readable: whether the audience may read the fact with an id.
    """
    owners = tuple(
        answer for answer in (_disclosed(owner, readable) for owner in decision.owners) if answer is not None
    )
    return Decision(
        decision.verdict,
        tuple(party for party in decision.missing if any(a.owner == party for a in owners)),
        owners,
        tuple(reason for reason in decision.reasons if _open(reason, readable)),
        proof=tuple(fact for fact in decision.proof if readable(fact)),
    )


def _open(reason: Reason, readable: Callable[[str], bool]) -> bool:
    return all(readable(fact) for fact in reason.facts)


def _disclosed(answer: OwnerAnswer, readable: Callable[[str], bool]) -> OwnerAnswer | None:
    """An owner's answer as far as it may be read; one that rests on no readable fact is not shown."""
    if not all(_open(reason, readable) for reason in answer.reasons):
        return None
    duties = tuple(duty for duty in answer.duties if readable(duty.grant))
    return OwnerAnswer(answer.owner, answer.thing, answer.verdict, answer.reasons, duties, answer.unsettled)
