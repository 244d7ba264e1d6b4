"""Policy engines asked, once for each label, what ours is asked at once: may this party read under it?

Each is given what is in force at the moment, in the form that suits it best: for every label its atoms, for every atom
its owner, whom it lets read and whom it refuses, by party and by group.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from benchmarks.workload import Coalition, alive
from comity.values.fact import Grant, Member, Refuse
from comity.values.label import Atom

Peer = Callable[["Policies", str], list[bool]]
REGO = """
package coalition
import rego.v1
names := {input.party} | {group | some group in data.groups[input.party]}
default allow := false
allow if {
    every atom in data.labels[input.label] { opens(atom) }
}
opens(atom) if atom.owner == input.party
opens(atom) if {
    atom.owner != input.party
    count(names & {name | some name in atom.readers}) > 0
    count(names & {name | some name in atom.refused}) == 0
}
"""


@dataclass(frozen=True, slots=True)
class Policies:
    """What is in force, atom by atom, and the groups of each party."""

    labels: list[list[dict[str, Any]]]
    groups: dict[str, list[str]]

    @classmethod
    def of(cls, coalition: Coalition) -> Policies:
        """Take what is in force at the moment."""
        atoms: dict[Atom, dict[str, Any]] = {
            atom: {"id": str(atom), "owner": atom.owner, "readers": [], "refused": []} for atom in coalition.atoms
        }
        by_scope = {atom.scope: atom for atom in coalition.atoms}
        groups: dict[str, list[str]] = {name: [] for name in coalition.parties}
        for fact in filter(alive, coalition.facts):
            match fact.body:
                case Member(group, party):
                    groups[party].append(group)
                case Grant(terms=terms) | Refuse(terms=terms):
                    side = "readers" if isinstance(fact.body, Grant) else "refused"
                    names = [str(name).partition("@")[0] for name in terms.to]
                    atoms[by_scope[terms.scope]][side] += names
        return cls([[atoms[atom] for atom in label] for label in coalition.labels], groups)


def regorus() -> Peer:
    """Rego by regorus: labels as data, one evaluation for each."""
    from regorus import Engine

    engines: dict[int, Any] = {}

    def ask(policies: Policies, party: str) -> list[bool]:
        engine = engines.get(id(policies))
        if engine is None:
            engine = engines[id(policies)] = Engine()
            engine.add_policy("coalition.rego", REGO)
            engine.add_data_json(json.dumps({"labels": policies.labels, "groups": policies.groups}))
        found = []
        for label in range(len(policies.labels)):
            engine.set_input_json(f'{{"party": "{party}", "label": {label}}}')
            found.append(bool(engine.eval_rule("data.coalition.allow")))
        return found

    return ask


CEDAR = """
permit (principal, action, resource) when { resource.owner == principal };
permit (principal, action, resource) when { principal in resource.readers };
forbid (principal, action, resource) when { resource.owner != principal && principal in resource.refused };
"""


def cedar() -> Peer:
    """Cedar: an atom is a resource with sets of parties and groups, in parsed handles; a request for each atom."""
    import cedarpy

    rules = cedarpy.PolicySet.from_str(CEDAR)
    handles: dict[int, Any] = {}

    def ask(policies: Policies, party: str) -> list[bool]:
        entities = handles.get(id(policies))
        if entities is None:
            entities = handles[id(policies)] = cedarpy.Entities.from_json_str(json.dumps(_entities(policies)))

        def opens(atom: dict[str, Any]) -> bool:
            resource = {"type": "Atom", "id": atom["id"]}
            request = {"principal": {"type": "Party", "id": party}, "action": 'Action::"read"', "resource": resource}
            return bool(cedarpy.is_authorized(request | {"context": {}}, rules, entities).allowed)

        return [all(opens(atom) for atom in label) for label in policies.labels]

    return ask


def _entities(policies: Policies) -> list[dict[str, Any]]:
    """Parties with their groups, and atoms with their readers, as Cedar entities."""

    def uid(kind: str, name: str) -> dict[str, Any]:
        return {"__entity": {"type": kind, "id": name}}

    def named(names: list[str]) -> list[dict[str, Any]]:
        return [uid("Party" if name in policies.groups else "Group", name) for name in names]

    atoms = {atom["id"]: atom for label in policies.labels for atom in label}
    return [
        *({"uid": uid("Party", party), "attrs": {}, "parents": named(groups)}
          for party, groups in policies.groups.items()),
        *({"uid": uid("Atom", atom["id"]), "parents": [],
           "attrs": {"owner": uid("Party", atom["owner"]), "readers": named(atom["readers"]),
                     "refused": named(atom["refused"])}}
          for atom in atoms.values()),
    ]  # fmt: skip


CASBIN = """
[request_definition]
r = sub, obj
[policy_definition]
p = name
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = opens(r.sub, r.obj)
"""


def casbin() -> Peer:
    """Casbin: one policy line and a matcher that is a Python function; one request for each label."""
    import casbin as engine_of
    from casbin import model

    def ask(policies: Policies, party: str) -> list[bool]:
        read = model.Model()
        read.load_model_from_text(CASBIN)
        engine = engine_of.Enforcer(read)
        engine.add_policy("all")
        names = {party, *policies.groups[party]}

        def opens(sub: str, obj: int) -> bool:
            return all(
                atom["owner"] == sub or (not names.isdisjoint(atom["readers"]) and names.isdisjoint(atom["refused"]))
                for atom in policies.labels[obj]
            )

        engine.add_function("opens", opens)
        return [bool(engine.enforce(party, label)) for label in range(len(policies.labels))]

    return ask


PEERS: dict[str, Callable[[], Peer]] = {"regorus": regorus, "cedarpy": cedar, "casbin": casbin}


def installed() -> dict[str, Peer]:
    """The peers that are here."""
    found = {}
    for name, make in PEERS.items():
        try:
            found[name] = make()
        except ModuleNotFoundError:
            continue
    return found
