"""Markings compiled to atoms of the calculus.

Rules:
1. Each originator has an atom for each term of the marking (see `comity.values.marking_readers`, rule 1): he lets those
   read whom the term names. A party that satisfies every atom satisfies every term, or is the only originator.
2. A term that names a group has two atoms: its members when the marking was made, and its members on the day of
   reading. Both have to let a reader through. A later grant on the clause satisfies both.
3. What restricts nobody is still its originators' alone until somebody says by an act of his own that it is public.
4. A label has no day. So one of a marking that will be succeeded lets those read whom the marking and each of its
   successors let; it is stated anew when a successor that lets more is in effect.
"""

from __future__ import annotations

from collections.abc import Iterator

from comity.values.instant import Instant
from comity.values.label import PUBLIC, Atom, Label
from comity.values.marking import Marking, line_of
from comity.values.marking_readers import Setting, Term, terms
from comity.values.party import Group, Recipient


def label_of(marking: Marking, clause: str, setting: Setting, *, public: bool = False) -> Label:
    """The label of what bears a marking: rules 1 to 4.

    Args:
        marking: the marking.
        clause: the scope of its atoms: the name of a collection or import, or of the one thing that is marked.
        setting: what markings are read by; its day does not matter here.
        public: somebody says, by an act of his own, that what restricts nobody is public.

    Raises:
        Refused: a word of the marking needs a party set bound to it.
    """
    every = (_of_one(one, clause, setting, public=public) for one in line_of(marking))
    return frozenset[Atom]().union(*every)


def _of_one(marking: Marking, clause: str, setting: Setting, *, public: bool) -> Label:
    found = terms(marking, setting)
    if not found:
        return PUBLIC if public else frozenset(Atom(owner, clause) for owner in marking.originators)
    listed = {readers for term in found for readers in _dated(term, marking)}
    return frozenset(Atom(owner, clause, readers) for owner in marking.originators for readers in listed)


def _dated(term: Term, marking: Marking) -> Iterator[Term]:
    """A term as on the day of reading, and as when the marking was made: rule 2."""
    yield tuple(sorted(term, key=str))
    yield tuple(sorted((_frozen(one, marking.created) for one in term), key=str))


def _frozen(named: Recipient, on: Instant | None) -> Recipient:
    return Group(named.name, on) if isinstance(named, Group) and named.frozen is None else named
