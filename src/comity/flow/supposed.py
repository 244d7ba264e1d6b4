"""Further facts that a question supposes: lines of a world, laid over what an audience may read.

Rules:
1. They are read whole or not at all; the first thing wrong is named by file, line and field.
2. Each has an id of its own: one that stands twice, or that a readable fact has already, would be dropped without a
   word, and is refused.
3. What refers to another fact (a revocation, a renewal, a use, a discharge) refers to a line of the file or to a
   readable fact. Nothing else of a book is looked at, so that no error tells what may not be read.
4. Groups and recipients have to be known (`comity.flow.naming`): to the casebook, to readable facts, or by what the
   file itself says acts, owns, or belongs to something.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from comity.consent.facts import Facts
from comity.errors import Malformed
from comity.flow.naming import Known, groups_of, recipients
from comity.formats.worlds import refers_to
from comity.values import fact as f
from comity.values import reading
from comity.values.fact import AnyFact


@dataclass(frozen=True, slots=True)
class Line:
    """A line that was read: what it states, under which kind, and where it stands."""

    fact: AnyFact
    kind: str
    where: str


def supposed(given: Iterable[tuple[object, str]], seen: Facts, parties: Iterable[str]) -> list[AnyFact]:
    """The facts of some lines: rules 1 to 4.

    Args:
        given: the lines, each with its place in words.
        seen: what the audience may read.
        parties: the parties that are known besides those that the facts name as acting.

    Raises:
        Malformed: a line is no fact, or cannot mean what it seems to.
    """
    read = [_read(line, order, where) for order, (line, where) in enumerate(given, start=1)]
    if read:
        _check_ids(read, seen)
        _check_references(read, seen)
        _check_names(read, seen, parties)
    return [line.fact for line in read]


def _read(line: object, order: int, where: str) -> Line:
    try:
        fact = reading.fact(line, order)
    except Malformed as error:
        raise _at(where, error) from error
    return Line(fact, str(next(iter(line))) if isinstance(line, Mapping) else "", where)


def _at(where: str, error: Malformed) -> Malformed:
    return Malformed(error.message, where=where, field=error.field, next_step=error.next_step)


def _check_ids(read: Sequence[Line], seen: Facts) -> None:
    """Rule 2."""
    first: dict[str, Line] = {}
    for line in read:
        name, field = line.fact.id, f"{line.kind}.id"
        if name in first:
            step = f"give each fact its own id; the other is at {first[name].where}"
            raise Malformed(f"{name} stands twice", where=line.where, field=field, next_step=step)
        if seen.find(name) is not None:
            says = f"{name} is the id of a fact that is there already"
            raise Malformed(says, where=line.where, field=field, next_step="give this one an id of its own")
        first[name] = line


def _check_references(read: Sequence[Line], seen: Facts) -> None:
    """Rule 3."""
    own = {line.fact.id: line.fact for line in read}
    for line in read:
        target, allowed = refers_to(line.fact.body)
        if target is not None:
            found = own.get(target) or seen.find(target)
            if found is None or not isinstance(found.body, allowed):
                what = "names no fact that may be read here" if found is None else "is a fact of another kind"
                ids = ", ".join(name for name, fact in own.items() if isinstance(fact.body, allowed))
                step = f"ids in this file: {ids}" if ids else "give the fact's whole id"
                raise Malformed(f"{target} {what}", where=line.where, field=line.kind, next_step=step)


def _check_names(read: Sequence[Line], seen: Facts, parties: Iterable[str]) -> None:
    """Rule 4."""
    facts = [*seen, *(line.fact for line in read)]
    known = Known(frozenset({*parties, *_acting(facts)}), groups_of(facts))
    for line in read:
        to = recipients(line.fact.body)
        try:
            known.check_modes(line.kind, [str(name) for name in to])
            known.check_known(line.kind, to)
        except Malformed as error:
            raise _at(line.where, error) from error


def _acting(facts: Iterable[AnyFact]) -> Iterator[str]:
    """The parties that facts name as acting, owning or belonging to something."""
    for fact in facts:
        match fact.body:
            case f.Title(owner=name) | f.Member(party=name):
                yield name
            case f.ActsFor(organ=organ, sovereign=sovereign):
                yield from (organ, sovereign)
            case f.Equivalence(by=by, of=of):
                yield from (by, of)
            case body:
                yield getattr(body, "by", "")
