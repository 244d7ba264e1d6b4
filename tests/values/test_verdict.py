"""Decisions: what is told of one as a whole."""

from __future__ import annotations

import pytest

from comity.values.fact import Obligation, Phase
from comity.values.verdict import Decision, Duty, OwnerAnswer, Verdict

DUTY = Duty(Obligation("o", "notify", Phase.AFTER), "g", discharged=False)


@pytest.mark.parametrize("verdict", Verdict)
def test_only_what_is_granted_is_granted(verdict: Verdict) -> None:
    assert Decision(verdict, ()).granted is (verdict.name == "GRANTED")


def test_what_two_owners_want_alike_is_told_once() -> None:
    answers = [OwnerAnswer(owner, "r1", Verdict.CONDITIONAL, (), (DUTY,), ("tail",)) for owner in ("FIN", "GBR")]
    decision = Decision(Verdict.CONDITIONAL, ("FIN", "GBR"), tuple(answers))
    assert (decision.duties, decision.unsettled) == ((DUTY,), ("tail",))
