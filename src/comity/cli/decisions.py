"""Decisions as plain data, the same for every command."""

from __future__ import annotations

from decimal import Decimal

from comity.consent.disclosure import learns
from comity.values.condition import Value
from comity.values.fact import Ask
from comity.values.instant import NEVER, show
from comity.values.verdict import Decision, OwnerAnswer, Reason


def decision_json(ask: Ask, decision: Decision) -> dict[str, object]:
    """An ask and its decision as plain data, the proof included."""
    return {
        "ask": {
            "party": ask.party,
            "action": ask.action,
            "thing": ask.thing,
            "purpose": ask.purpose,
            "on": show(ask.on),
            "known": None if ask.known >= NEVER else show(ask.known),
            "context": {name: _plain(given) for name, given in ask.context.items()},
            "clearance": ask.clearance,
            "face": None if ask.face is None else sorted(ask.face),
        },
        "verdict": decision.verdict.name,
        "learns": learns(decision.verdict),
        "missing": list(decision.missing),
        "needed": decision.needed,
        "owners": [_owner(answer) for answer in decision.owners if answer.owner],
        "duties": [
            {
                "id": duty.obligation.id,
                "kind": duty.obligation.kind,
                "phase": duty.obligation.phase.value,
                "under": duty.grant,
                "discharged": duty.discharged,
            }
            for duty in decision.duties
        ],
        "because": [_reason(reason) for reason in decision.reasons],
        "unsettled": list(decision.unsettled),
        "proof": list(decision.proof),
        "horizon": None if decision.horizon is None else show(decision.horizon),
    }


def _plain(given: Value) -> str | bool | int | float:
    """An attribute's value; a number as a number, which JSON readers may round where it has more digits than they."""
    if not isinstance(given, Decimal):
        return given
    return int(given) if given == given.to_integral_value() else float(given)


def _owner(answer: OwnerAnswer) -> dict[str, object]:
    return {
        "owner": answer.owner,
        "thing": answer.thing,
        "verdict": answer.verdict.name,
        "because": [_reason(reason) for reason in answer.reasons],
        "unsettled": list(answer.unsettled),
    }


def _reason(reason: Reason) -> dict[str, object]:
    return {"says": reason.says, "facts": list(reason.facts), "basis": list(reason.basis)}
