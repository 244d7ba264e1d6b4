"""The answer to "what binds us?": its rows, its branches, and why the other articles do not apply."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from comity.casebook.agreement import Agreement, Clause
from comity.casebook.book import Casebook
from comity.instruments.guarantees.event import Event
from comity.values.instant import show
from comity.values.label import Label

UNKNOWN = "unknown"
NOT_TRIGGERED = "not triggered"
PUBLIC = "PUBLIC"


class Seen(Protocol):
    """What the question is asked of: a casebook, as an audience may see it."""

    @property
    def casebook(self) -> Casebook:
        """The agreements and facts about states."""

    @property
    def audience(self) -> tuple[str, ...]:
        """Whom the answer is for; () is the public."""

    def searched(self, kinds: Sequence[str]) -> Iterable[Label]:
        """The labels of the facts of some kinds that the casebook rests on, besides what is public."""


@dataclass(frozen=True, slots=True)
class Branch:
    """What a row is if one claim is taken."""

    claim: str
    duty: str
    reason: str


@dataclass(frozen=True, slots=True)
class Commitment:
    """One row: who owes what to whom, by which article, and what is not settled about it.

    `grade` and `verify` are those of the weakest thing the row rests on: the article, or somebody's being a party.
    """

    agreement: Agreement
    clause: Clause
    bound: str
    toward: str
    duty: str
    because: tuple[str, ...]
    unsettled: tuple[str, ...]
    branches: tuple[Branch, ...]
    grade: str
    verify: bool

    @property
    def weak(self) -> bool:
        """Whether the row rests on a weak source."""
        return self.grade == "C" or self.verify

    def as_json(self) -> dict[str, object]:
        """The row as plain data."""
        clause, strength = self.clause, self.clause.strength
        return {
            "agreement": self.agreement.id,
            "agreement_name": self.agreement.name,
            "article": clause.article,
            "bound": self.bound,
            "toward": self.toward,
            "duty": self.duty,
            "would_be": clause.duty if self.duty == UNKNOWN != clause.duty else None,
            "strength": {"order": strength.order, "words": strength.words, "read_by": strength.read_by},
            "says": clause.says,
            "determined_by": list(clause.determined_by),
            "processes": clause.processes,
            "because": list(self.because),
            "unsettled": list(self.unsettled),
            "branches": [{"if": b.claim, "duty": b.duty, "reason": b.reason} for b in self.branches],
            "source_grade": self.grade,
            "verify": self.verify,
            "source": clause.source,
        }


@dataclass(frozen=True, slots=True)
class Declined:
    """Why an article does not bind: for one pair of parties, or (None) for everybody."""

    agreement: str
    article: str
    bound: tuple[str, ...]
    toward: tuple[str, ...]
    reason: str

    def as_json(self) -> dict[str, object]:
        """The entry as plain data."""
        return {
            "agreement": self.agreement,
            "article": self.article,
            "bound": list(self.bound),
            "toward": list(self.toward),
            "reason": self.reason,
        }


@dataclass(frozen=True, slots=True)
class Commitments:
    """The answer: the rows, why the other articles do not apply, and the label of all that was searched."""

    event: Event
    audience: tuple[str, ...]
    rows: tuple[Commitment, ...]
    not_triggered: tuple[Declined, ...]
    label: str

    def as_json(self, why_not: bool = True) -> dict[str, object]:
        """The answer as plain data."""
        return {
            "event": self.event.as_json(),
            "on": UNKNOWN if self.event.on is None else show(self.event.on),
            "audience": list(self.audience),
            "label": self.label,
            "commitments": [row.as_json() for row in self.rows],
            "not_triggered": [item.as_json() for item in self.not_triggered] if why_not else [],
        }


def gathered(declined: Iterable[Declined]) -> Iterator[Declined]:
    """Entries of one article with one reason, together."""
    together: dict[tuple[str, str, str], list[Declined]] = {}
    for item in declined:
        together.setdefault((item.agreement, item.article, item.reason), []).append(item)
    for (agreement, article, reason), items in together.items():
        bound = tuple(dict.fromkeys(b for item in items for b in item.bound))
        toward = tuple(dict.fromkeys(t for item in items for t in item.toward))
        yield Declined(agreement, article, bound, toward, reason)
