"""One owner's grants and refusals as Cedar policies: the fragment that another policy engine can express.

Rules:
1. Cedar knows no owners: there is one policy set for each owner and base, and whoever asks takes the weakest. That an
   owner may do with his own what he likes is for the asker to know, too.
2. It knows no time: what is in force is a comparison with `context.now`, and memberships are those of the moment.
3. It knows no unknown: an attribute that a policy reads must be given. Nor does it know delegation, requests, quorums,
   standing, obligations, leases, quotas, clearances or shares; whoever compares leaves them out.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from decimal import Decimal

from comity.values import fact as f
from comity.values.condition import All, Among, Compare, Condition, Not, Some, Value
from comity.values.fact import ANY, AnyFact, Ask, Fact
from comity.values.instant import DAY, Instant
from comity.values.party import ANYONE, Group, Recipient

Entity = dict[str, object]


def policies(owner: str, facts: Iterable[AnyFact], known: Instant) -> str:
    """An owner's own grants and refusals as one policy set; each policy is named by its fact."""
    every = [fact for fact in facts if fact.recorded <= known]
    stated = [fact for fact in every if isinstance(fact.body, f.Grant | f.Refuse) and fact.body.by == owner]
    return "\n".join(_policy(fact, every) for fact in stated)


def _policy(fact: AnyFact, every: list[AnyFact]) -> str:
    assert isinstance(fact.body, f.Grant | f.Refuse)
    terms = fact.body.terms
    effect = "permit" if isinstance(fact.body, f.Grant) else "forbid"
    actions = "action" if ANY in terms.actions else f"action in [{', '.join(map(_action, terms.actions))}]"
    tests = [
        "(" + " || ".join(_named(name) for name in terms.to) + ")",
        f"resource in Scope::{_text(terms.scope)}",
        f"context.now >= {fact.valid.start.latest} && context.now < {fact.valid.end.earliest}",
        *(f"context.now < {begins}" for begins in _revoked(fact, every)),
        *(() if ANY in terms.purposes else [f"[{', '.join(map(_text, terms.purposes))}].contains(context.purpose)"]),
        *(() if terms.when is None else [condition(terms.when)]),
    ]
    return f"@id({_text(fact.id)})\n{effect}(principal, {actions}, resource) when {{ {' && '.join(tests)} }};"


def _revoked(fact: AnyFact, every: list[AnyFact]) -> Iterator[Instant]:
    assert isinstance(fact.body, f.Grant | f.Refuse)
    own = fact.body.notice_days if isinstance(fact.body, f.Grant) else 0
    for revoke in every:
        if isinstance(revoke.body, f.Revoke) and revoke.body.fact == fact.id and revoke.body.by == fact.body.by:
            stated = revoke.recorded if revoke.body.effective is None else revoke.body.effective
            yield max(stated, revoke.recorded + max(own, revoke.body.notice_days) * DAY)


def condition(read: Condition) -> str:
    """A condition in Cedar's language."""
    match read:
        case Compare(attribute, operator, literal):
            return f"(context.{attribute} {operator} {_value(literal)})"
        case Among(attribute, literals):
            return f"[{', '.join(map(_value, literals))}].contains(context.{attribute})"
        case Not(part):
            return f"(!{condition(part)})"
        case All(parts):
            return f"({' && '.join(map(condition, parts))})"
        case Some(parts):
            return f"({' || '.join(map(condition, parts))})"


def entities(ask: Ask, scopes: Iterable[str], facts: Iterable[AnyFact]) -> list[Entity]:
    """The asker in its groups, and the thing under the scopes by which facts may reach it."""
    members = [fact for fact in facts if isinstance(fact.body, f.Member) and fact.recorded <= ask.known]
    groups = {str(name) for name in _groups(facts) if any(_belongs(m, name, ask) for m in members)}
    return [
        {"uid": _uid("Party", ask.party), "attrs": {}, "parents": [_uid("Group", name) for name in sorted(groups)]},
        {"uid": _uid("Thing", "asked"), "attrs": {}, "parents": [_uid("Scope", name) for name in sorted(scopes)]},
        *(_root("Scope", name) for name in sorted(scopes)),
        *(_root("Group", name) for name in sorted(groups)),
    ]


def _root(kind: str, name: str) -> Entity:
    return {"uid": _uid(kind, name), "attrs": {}, "parents": []}


def _groups(facts: Iterable[AnyFact]) -> set[Group]:
    stated = (fact.body.terms.to for fact in facts if isinstance(fact.body, f.Grant | f.Refuse))
    return {name for to in stated for name in to if isinstance(name, Group)}


def _belongs(member: Fact[f.Body], group: Group, ask: Ask) -> bool:
    assert isinstance(member.body, f.Member)
    when = ask.on if group.frozen is None else group.frozen
    same = (member.body.group, member.body.party) == (group.name, ask.party)
    return same and member.valid.start.latest <= when < member.valid.end.earliest


def request(ask: Ask) -> dict[str, object]:
    """The ask as Cedar takes it."""
    context = {name: int(value) if isinstance(value, Decimal) else value for name, value in ask.context.items()}
    return {
        "principal": f"Party::{_text(ask.party)}",
        "action": _action(ask.action),
        "resource": 'Thing::"asked"',
        "context": {**context, "purpose": ask.purpose, "now": ask.on},
    }


def _named(name: Recipient) -> str:
    if isinstance(name, Group):
        return f"principal in Group::{_text(str(name))}"
    return "true" if name == ANYONE else f"principal == Party::{_text(name)}"


def _action(name: str) -> str:
    return f"Action::{_text(name)}"


def _uid(kind: str, name: str) -> dict[str, str]:
    return {"type": kind, "id": name}


def _value(value: Value) -> str:
    if isinstance(value, str):
        return _text(value)
    return str(value).lower() if isinstance(value, bool) else str(int(value))


def _text(value: str) -> str:
    return json.dumps(value)
