"""Labels: who must agree before something is read.

A label is a set of atoms. An atom names an owner and the clause under which he lets it be read: a scope (a thing, or a
named collection of his), whom he has already let read it by the very act of stating it, and the clearance he wants of
the person.

Rules:
1. Atoms are symbolic: they refer to an owner and a scope, not to today's readers, so that a later grant, revocation or
   accession reaches everything that carries them.
2. The join of labels is their union. The empty label is public, and comes only from an explicit act: what states no
   label carries its issuer's atom alone.
3. Normalising may only drop an atom that another atom of the same owner makes superfluous.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from comity.values.party import PartyCode, Recipient


@dataclass(frozen=True, slots=True)
class Atom:
    """One owner's clause."""

    owner: PartyCode
    scope: str
    readers: tuple[Recipient, ...] = ()
    clearance: str | None = None


Label = frozenset[Atom]

PUBLIC: Label = frozenset()


def originator_only(issuer: PartyCode, scope: str) -> Label:
    """The default label: rule 2."""
    return frozenset({Atom(issuer, scope)})


def join(labels: Iterable[Label]) -> Label:
    """The label of whatever was made by reading all of these: rule 2."""
    return frozenset().union(*labels)


def normalise(label: Label) -> Label:
    """The label without atoms that another atom of the same owner and scope makes superfluous: rule 3.

    An atom is superfluous beside one that wants the same clearance and names only some of its readers.
    """
    alike: dict[tuple[PartyCode, str], list[Atom]] = {}
    for atom in label:
        alike.setdefault((atom.owner, atom.scope), []).append(atom)
    return frozenset(
        atom for same in alike.values() for atom in same if not any(_stricter(o, atom) for o in same if o != atom)
    )


def words(label: Label) -> str:
    """Each owner with his clause, and whom he has let read by stating it; `PUBLIC` where nobody has to agree."""
    atoms = sorted((atom.owner, atom.scope, ", ".join(map(str, atom.readers))) for atom in label)
    told = (f"{owner} {scope}{f' to {readers}' if readers else ''}" for owner, scope, readers in atoms)
    return "; ".join(told) or "PUBLIC"


def _stricter(one: Atom, other: Atom) -> bool:
    """Whether, of two atoms of one owner and scope, whoever satisfies the one satisfies the other too."""
    cleared = other.clearance in {None, one.clearance}
    fewer = set(one.readers) <= set(other.readers)
    return cleared and fewer and not (_same_demand(one, other) and _later(one, other))


def _same_demand(one: Atom, other: Atom) -> bool:
    return one.clearance == other.clearance and set(one.readers) == set(other.readers)


def _later(one: Atom, other: Atom) -> bool:
    """Of two atoms with the same demand written in another order, the first by its text stays."""
    return str(one) > str(other)
