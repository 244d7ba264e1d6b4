"""Small books written as lines, for tests that look at one thing."""

from __future__ import annotations

from comity.consent.facts import Facts, Moment
from comity.consent.grants import Act
from comity.values import reading
from comity.values.fact import ANY, Ask
from comity.values.instant import NEVER, instant

DAY = "2024-05-01"


def book(*lines: dict[str, dict[str, object]]) -> Facts:
    """Facts from lines in the order of recording."""
    return Facts(reading.fact(line, order) for order, line in enumerate(lines, start=1))


def ask(party: str, action: str, thing: str, on: str = DAY, purpose: str = ANY) -> Ask:
    """A question about one day, as known at the end of time."""
    return Ask(party, action, thing, instant(on), NEVER, purpose)


def act(party: str, facts: Facts, on: str = DAY) -> Act:
    """The act of reading, by a party, on a day."""
    return Act.of(ask(party, "read", "", on), Moment(facts, instant(on), NEVER))


def title(thing: str, owner: str) -> dict[str, dict[str, object]]:
    """A title to information."""
    return {"title": {"thing": thing, "kind": "information", "owner": owner, "interest": "originator"}}


def grant(by: str, to: str, scope: str, **more: object) -> dict[str, dict[str, object]]:
    """A consent to read."""
    return {"grant": {"by": by, "to": [to], "actions": ["read"], "scope": scope, **more}}


def refuse(by: str, to: str, scope: str, **more: object) -> dict[str, dict[str, object]]:
    """A refusal to read."""
    return {"refuse": {"by": by, "to": [to], "actions": ["read"], "scope": scope, **more}}
