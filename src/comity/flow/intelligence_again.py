"""What comes in and stood in the file before, or is here already.

Rules:
1. One id and version say one thing (STIX 2.1, 3.6): with other content a version is refused, whether the one before
   stands in the file or here.
2. A version that its originator sees here already, with the same content, is not stated again.
   It stands as it did: a stricter label that is asked for is not taken, and that is told; but not of a marking
   definition, which stands under every label under which it was ever used.
3. What he may not see is not compared. What he stated himself is, also where it is seen by nobody for want of what it
   refers to: it is not stated again with every import until that comes.
4. What another let him read, and he states as well or anew, stands under the label of both: nothing is passed on by
   stating it, in whole or in part, nor by stating it twice. Where several let him read the very same, that is the label
   of one of them; none, where his own is as strict as one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from comity.flow.intelligence_coming import KNOWN, Coming, Row
from comity.flow.intelligence_labels import ImportLabels
from comity.formats.stix import Fault, Object
from comity.instruments.intelligence.mentions import Terms
from comity.instruments.intelligence.seen import Portion, SeenObject
from comity.instruments.intelligence.shelf import Shelf
from comity.values.label import Atom, Label, words
from comity.values.party import PartyCode


class Twice:
    """The versions of a file, each where it stood first."""

    def __init__(self, coming: Coming) -> None:
        self._coming = coming
        self._first: dict[tuple[str, str], int] = {}

    def stood(self, one: Row) -> bool:
        """Whether a version stood in the file before; with other content it is bad: rule 1."""
        first = self._first.setdefault((one.id, one.version), one.row)
        if first == one.row:
            return False
        if self._coming.object(first) != self._coming.object(one.row):
            says = f"{one.id} of {one.version or 'no version'} stands in objects[{first}] with other content"
            self._coming.bad.append(Fault(one.row, one.id, "modified", says, "give one of them another version"))
        return True


def compare(coming: Coming, shelf: Shelf, labels: ImportLabels, originator: PartyCode) -> None:
    """Compare what comes in with what its originator sees here: rules 1 to 4.

    Args:
        coming: the objects of the file; the fate of each good one is set, and what is bad is added to its faults.
        shelf: what the originator sees.
        labels: under which labels the import states what it is about.
        originator: who states it.
    """
    kept = list[Row]()
    for one in coming.good:
        versions = shelf.get(one.id).versions if one.id in shelf else ()
        if one.version in versions:
            seen = shelf.get(one.id, one.version)
            if shelf.statement(one.id, one.version) == coming.object(one.row):
                if _stated(seen, originator):
                    one.fate, one.stands = KNOWN, _own(seen.portions, originator)
                _join_given(one, seen, labels, originator, coming.object(one.row))
            elif seen.whole:
                coming.bad.append(_other(one))
                continue
            else:
                _join_given(one, seen, labels, originator)
        elif (wrong := _unsettled(one, shelf, coming.object(one.row), originator)) is not None:
            coming.bad.append(wrong)
            continue
        elif versions and one.fate != KNOWN:
            _join_given(one, shelf.get(one.id), labels, originator)
            one.others = _others(shelf, one.id, versions, originator)
        kept.append(one)
    coming.good = kept


def _unsettled(one: Row, shelf: Shelf, said: Object, originator: PartyCode) -> Fault | None:
    """Rules 1 and 2 for what he stated of a version that does not stand: rule 3."""
    portions, stated, whole = shelf.unsettled(one.id, one.version)
    own = _own(portions, originator)
    if own and stated == said:
        one.fate, one.stands = KNOWN, own
    elif own and whole:
        return _other(one)
    return None


def _own(portions: Iterable[Portion], originator: PartyCode) -> tuple[Label, ...]:
    """The labels of an originator's own portions, each once."""
    return tuple(sorted({part.label for part in portions if part.originator == originator}, key=words))


def _others(shelf: Shelf, name: str, versions: Iterable[str], originator: PartyCode) -> tuple[tuple[Label, ...], ...]:
    """The labels of an originator's own portions, version by version; what is alike, once."""
    own = (_own(shelf.get(name, version).portions, originator) for version in versions)
    return tuple(dict.fromkeys(labels for labels in own if labels))


def wider(asked: Sequence[Label], others: Iterable[Sequence[Label]]) -> tuple[Label, ...]:
    """Of the labels of other versions those that let read somebody whom all that is asked for keeps out: rule 2.

    A portion that is let to somebody who is let none of what comes in; else the whole, to whoever is not let all of it.

    Args:
        asked: the labels that are asked for, one for each portion.
        others: of each other version the labels of its portions.
    """
    every, found = frozenset[Atom]().union(*asked), set[Label]()
    for labels in others:
        parts = {has for has in labels if all(tightens([want], [has]) for want in asked)}
        whole = frozenset[Atom]().union(*labels)
        found |= parts or ({whole} if tightens([every], [whole]) else set())
    return tuple(sorted(found, key=words))


def _other(one: Row) -> Fault:
    says = f"{one.id} of {one.version or 'no version'} is here already, with other content"
    return Fault(one.row, one.id, "modified", says, "give it another version, or another id")


def _join_given(
    one: Row, seen: SeenObject, labels: ImportLabels, originator: PartyCode, said: Object | None = None
) -> None:
    """Rule 4; `said` is what comes in, where it is of the very version that is here."""
    if not _his_own(seen, originator):
        whole = [portion.label for portion in seen.portions if portion.properties == said]
        given = Terms.stricter(whole, one.marked.label) if whole else {seen.label}
        one.marked = labels.under(one.marked, given - {one.marked.label})


def tightens(asked: Iterable[Label], stands: Iterable[Label]) -> bool:
    """Whether some label that is asked for keeps out somebody whom one that stands instead lets read: rule 2."""
    wanted, there = frozenset(asked), frozenset(stands)
    pairs = ((want, has) for want in wanted for has in there if want not in there or has not in wanted)
    return any(_stricter(want, has) for want, has in pairs)


def _stricter(want: Label, has: Label) -> bool:
    return any(not any(_met(atom, other) for other in has) for atom in want)


def _met(atom: Atom, other: Atom) -> bool:
    """Whether whom the other names, under whichever clause, the atom lets read too."""
    cleared = atom.clearance in {None, other.clearance}
    return atom.owner == other.owner and cleared and set(other.readers) <= set(atom.readers)


def _stated(seen: SeenObject, originator: PartyCode) -> bool:
    """Whether an originator stated some of an object himself."""
    return any(portion.originator == originator for portion in seen.portions)


def _his_own(seen: SeenObject, originator: PartyCode) -> bool:
    """Whether an originator stated some of an object on nobody's consent but his own: rule 4."""
    own = (portion.label for portion in seen.portions if portion.originator == originator)
    return any({atom.owner for atom in label} <= {originator} for label in own)
