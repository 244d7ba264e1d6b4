"""What the names in a statement mean to a book: parties, groups, and names that are both.

Rules:
1. A group stands among recipients with its mode: `GROUP@dynamic` or `GROUP@2004-03-29`. Bare, it is malformed; so is
   the bare name of what is a group and an organisation as well, unless the group stands beside it: both are meant then.
   A request goes to the organisation, which can answer: there the bare name of one will do.
2. Where everything that can be named is known, an unknown group or party is malformed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TypeVar

from comity.errors import Malformed
from comity.values import fact as f
from comity.values.fact import AnyFact
from comity.values.party import ANYONE, Group, Recipient

V = TypeVar("V")
ASKED = "request"


@dataclass(frozen=True, slots=True)
class Known:
    """The parties and groups that are known."""

    parties: frozenset[str]
    groups: frozenset[str]

    def check_modes(self, kind: str, to: Iterable[str]) -> None:
        """Refuse a bare group: rule 1.

        Args:
            kind: the kind of the statement.
            to: the recipients as they are written.

        Raises:
            Malformed: one of them is a group without a mode.
        """
        names = list(to)
        for name in names:
            if name in self.groups and not self._both(kind, name, names):
                step = f"write {name}@dynamic, or {name}@2004-03-29 for the members of a day"
                if name in self.parties:
                    step += f"; [{name}@dynamic, {name}] where the organisation itself is meant too"
                raise Malformed(f"{name} is a group and needs a mode", field=f"{kind}.to", next_step=step)

    def _both(self, kind: str, name: str, names: Iterable[str]) -> bool:
        return name in self.parties and (kind == ASKED or any(other.startswith(f"{name}@") for other in names))

    def check_known(self, kind: str, to: Iterable[Recipient]) -> None:
        """Refuse an unknown name: rule 2.

        Raises:
            Malformed: nobody and nothing is known by one of these names.
        """
        for name in to:
            if isinstance(name, Group):
                _known(name.name, self.groups, "group", f"{kind}.to")
            elif name != ANYONE:
                _known(name, self.parties, "party", f"{kind}.to")


def _known(name: str, names: frozenset[str], what: str, field: str) -> None:
    if name not in names:
        near = get_close_matches(name, sorted(names), n=3, cutoff=0.5)
        step = f"did you mean {', '.join(near)}?" if near else f"name a {what} of the casebook, the book or this file"
        raise Malformed(f"{name} is no {what} that is known here", field=field, next_step=step)


def recipients(body: f.Body) -> tuple[Recipient, ...]:
    """Whom a fact is addressed to."""
    if isinstance(body, f.Grant | f.Refuse | f.Request):
        return body.terms.to
    return body.to if isinstance(body, f.DeMinimis) else ()


def groups_of(facts: Iterable[AnyFact]) -> frozenset[str]:
    """The groups of which a membership is stated."""
    return frozenset(fact.body.group for fact in facts if isinstance(fact.body, f.Member))


def once(bound: Iterable[tuple[str, V]], field: str) -> dict[str, V]:
    """What words are bound to, each once: of two bindings nobody can tell which is meant.

    Raises:
        Malformed: a word is bound twice.
    """
    found = dict[str, V]()
    for word, readers in bound:
        if word in found:
            raise Malformed(f"{word} is bound twice", field=field, next_step="name all whom it means in one binding")
        found[word] = readers
    return found
