"""Which labels let an audience read, found quickly and kept while nothing can have changed it.

Rules:
1. What is found is what `comity.consent.labels.allows` says of each atom; it is asked only where a consent or a refusal
   can reach the atom. Where none can, an atom opens to its owner and to the readers it names.
2. What was found for an audience is kept for that audience, while the facts that count are the same and no date has
   been passed at which one of them begins or ends to matter. Then only labels that are new are looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from hashlib import sha256

from comity.consent.facts import Facts
from comity.consent.grants import Act
from comity.consent.labels import allows
from comity.errors import Malformed
from comity.ledger.record import label_read
from comity.ledger.store import Reader
from comity.ledger.turns import Turning
from comity.values import fact as f
from comity.values.canonical import read
from comity.values.instant import NEVER, Instant
from comity.values.label import PUBLIC, Atom, Label
from comity.values.truth import Truth


class Labels:
    """Every label of a book, read once: digest, number and label of each, in the order of their digests."""

    def __init__(self) -> None:
        self._last = 0
        self.every: list[tuple[bytes, int, Label]] = []
        self.by_number: dict[int, Label] = {}
        self._by_scope: dict[str, list[int]] = {}
        self._digests: dict[int, bytes] = {}

    def read(self, store: Reader) -> None:
        """Catch up with a book; labels are only added to it."""
        new = store.labels(self._last)
        if new:
            self.by_number |= {number: label_read(read(atoms)) for number, atoms in new.items()}
            for number in new:
                for scope in {atom.scope for atom in self.by_number[number]}:
                    self._by_scope.setdefault(scope, []).append(number)
            added = [(sha256(atoms).digest(), number, self.by_number[number]) for number, atoms in new.items()]
            self.every = sorted([*self.every, *added], key=lambda one: one[:2])
            self._digests |= {number: digest for digest, number, _ in added}
            self._last = max(self._last, *new)

    def in_order(self, numbers: Iterable[int]) -> list[int]:
        """Some of the labels, by their numbers, in the order of their digests."""
        return sorted(numbers, key=self._digests.__getitem__)

    def under(self, scope: str) -> Sequence[int]:
        """The numbers of the labels with an atom of a scope."""
        return self._by_scope.get(scope, ())


class Reading:
    """One party, or several, reading at a moment: whether a label lets every one of them.

    Args:
        acts: each party's act of reading.
        reached: every scope that a consent, a refusal or a collection names, where these have been gathered.
    """

    def __init__(self, acts: Sequence[Act], reached: Set[str] | None = None) -> None:
        self._acts, self._reached = acts, reached
        self._known: dict[tuple[int, Atom], bool] = {}
        self._named: dict[tuple[int, tuple[object, ...]], bool] = {}

    def opens(self, label: Label) -> bool:
        """Whether every atom lets every one read; to nobody, what is public is open."""
        if not self._acts:
            return label == PUBLIC
        return all(self._allows(place, atom) for place in range(len(self._acts)) for atom in label)

    def told(self, label: Label) -> bool:
        """Whether every atom is each one's own or names him among its readers, whatever was refused since."""
        if not self._acts:
            return label == PUBLIC
        return all(self._tells(place, atom) for place in range(len(self._acts)) for atom in label)

    def _tells(self, place: int, atom: Atom) -> bool:
        act = self._acts[place]
        own = act.party == act.moment.principal(atom.owner)
        return own or (atom.clearance is None and self._names(place, atom))

    def _allows(self, place: int, atom: Atom) -> bool:
        found = self._known.get((place, atom))
        if found is None:
            found = self._known[place, atom] = self._asked(place, atom)
        return found

    def _asked(self, place: int, atom: Atom) -> bool:
        """Rule 1."""
        act = self._acts[place]
        moment = act.moment
        if act.party == moment.principal(atom.owner):
            return True
        named = atom.clearance is None and self._names(place, atom)
        if self._reached is not None and atom.scope not in self._reached:
            return named
        scopes = (atom.scope, *(fact.body.name for fact in moment.facts.of(f.Collection, atom.scope)))
        grants = [fact for scope in scopes for fact in moment.facts.of(f.Grant, scope)]
        if not named and not any(moment.covers(fact.body.terms.to, act.party) is not Truth.FALSE for fact in grants):
            return False
        if not grants and not any(moment.facts.of(f.Refuse, scope) for scope in scopes):
            return True  # he is named, for else a consent would have to reach him
        try:
            return allows(atom, act)
        except Malformed:
            return False  # a condition, hidden perhaps, takes the purpose for something else: its words are not told

    def _names(self, place: int, atom: Atom) -> bool:
        """Whether an atom names the party among its readers."""
        found = self._named.get((place, atom.readers))
        if found is None:
            act = self._acts[place]
            found = act.moment.covers(atom.readers, act.party) is Truth.TRUE
            self._named[place, atom.readers] = found
        return found


class Opened:
    """What is open to one audience, kept as long as it holds: rule 2."""

    def __init__(self) -> None:
        self._how: object = None
        self._facts: Facts | None = None
        self._era, self._from, self._until, self._touched = object(), NEVER, NEVER, 0
        self._seen: dict[int, bool] = {}
        self._labels: dict[int, Label] = {}

    def labels(self, book: Labels, now: Turning, reading: Reading, on: Instant, how: object) -> Mapping[int, Label]:
        """The labels, of all those of a book, that are open, in their order.

        Args:
            book: all of them, read to the end.
            now: the facts that count, and when one of them turns.
            reading: who reads.
            on: the instant at which is read.
            how: whatever else the reading depends on.
        """
        if now.era is not self._era or how != self._how or not self._from <= on < self._until:
            self._how, self._era, self._touched, self._seen = how, now.era, len(now.touched), {}
        if now.facts is not self._facts or not self._seen:
            self._facts, (self._from, self._until) = now.facts, now.around(on)
        again = {number for scope in now.touched[self._touched :] for number in book.under(scope)}
        self._touched = len(now.touched)
        if len(book.every) > len(self._seen):
            again |= {number for _, number, _ in book.every if number not in self._seen}
        found = {number: reading.opens(book.by_number[number]) for number in again}
        if not self._seen or any(opens != self._seen.get(number, False) for number, opens in found.items()):
            self._seen |= found
            self._labels = {number: label for _, number, label in book.every if self._seen[number]}
        self._seen |= found
        return self._labels
