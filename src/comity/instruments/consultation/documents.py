"""The documents of a case: every version that was stated, by author, name and number.

Rules:
1. A version is counted by who states it and by the document's name: nobody's number sets another's document aside.
2. Every version is shown; of each author's the one of the highest number is the newest.
3. A number that its author stated twice is told on both: with other content, or once more. Neither is dropped.
4. The number of a new version is the next one of its author, unless he gives another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from comity.instruments.consultation.facts import Case, Document
from comity.instruments.consultation.gathered import Facts
from comity.values.label import PUBLIC, Label
from comity.values.party import PartyCode


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a document, whether it is its author's newest, and what is to be told of it."""

    document: Document
    label: Label
    newest: bool
    remark: str


def documents(case: Case, facts: Facts) -> tuple[Version, ...]:
    """Every version of every document of a case, by name, author, number and arrival: rules 1 to 3."""
    own = [one for one in facts.of(Document) if one.case == case.stamp.id]
    own.sort(key=lambda one: (one.document, one.stamp.by, one.version, one.stamp.arrived, one.stamp.id))
    return tuple(_version(one, [other for other in own if _alike(one, other)], case, facts) for one in own)


def _alike(one: Document, other: Document) -> bool:
    """Rule 1."""
    return (one.document, one.stamp.by) == (other.document, other.stamp.by)


def _version(one: Document, alike: Sequence[Document], case: Case, facts: Facts) -> Version:
    last = max(other.version for other in alike)
    twins = [other for other in alike if other.version == one.version and other.stamp.id != one.stamp.id]
    stranger = [] if one.stamp.by in {*case.parties, case.chair} else [f"{one.stamp.by} takes no part in the case"]
    remark = "; ".join([*stranger, *(_twin(one, twin) for twin in twins)])
    return Version(one, facts.labels.get(one.stamp.id, PUBLIC), one.version == last, remark)


def _twin(one: Document, twin: Document) -> str:
    """Rule 3."""
    same = (one.text, one.title) == (twin.text, twin.title)
    how = "stated once more" if same else "stated with other content as well"
    return f"version {one.version} was {how}: fact {twin.stamp.id[:8]}"


def next_version(case: Case, by: PartyCode, name: str, facts: Facts) -> int:
    """Rule 4."""
    return 1 + max((one.version for one in _stated(case, by, name, facts)), default=0)


def stated_before(case: Case, by: PartyCode, name: str, version: int, facts: Facts) -> bool:
    """Whether its author has stated a version of this number: rule 3."""
    return any(one.version == version for one in _stated(case, by, name, facts))


def _stated(case: Case, by: PartyCode, name: str, facts: Facts) -> list[Document]:
    every = (one for one in facts.of(Document) if one.case == case.stamp.id)
    return [one for one in every if (one.stamp.by, one.document) == (by, name)]
