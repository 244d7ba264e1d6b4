"""Corrections: which facts their own issuers took the place of, read on as the log grows.

Rules:
1. A fact is corrected by a later one that names it as superseded and is by the same issuer; what others say in its
   place corrects nothing.
2. A correction counts for whoever may read it. One of a kind in `WITHDRAWN` counts for everybody: what was shared is
   taken back from those whom the correction shuts out, as a consent is by a refusal that they may not read.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from typing import NamedTuple

from comity.ledger.store import Reader, Row
from comity.values.instant import ALWAYS, Instant

WITHDRAWN = frozenset({
    "intelligence", "intelligence-cover", "intelligence-collection", "intelligence-filed", "intelligence-report",
    "report-lineage", "sighting", "warning-problem", "warning-indicator", "warning-assessed",
})  # fmt: skip
"""The kinds whose correction is a withdrawal: rule 2."""


class Correction(NamedTuple):
    """A fact, without its bytes, and the label and arrival of what its issuer put in its place."""

    row: Row
    label: int
    arrived: Instant

    def counts(self, labels: Container[int], until: Instant, withdrawn: Instant) -> bool:
        """Whether it counts for an audience: rule 2.

        Args:
            labels: those that are open to the audience.
            until: by what had arrived.
            withdrawn: by which withdrawals that had arrived.
        """
        if self.row.kind in WITHDRAWN:
            return self.arrived <= withdrawn
        return self.arrived <= until and self.label in labels


class Corrected:
    """The facts whose place a correction took for an audience, and their addresses."""

    def __init__(self, found: Iterable[Correction]) -> None:
        self.rows: Mapping[bytes, Row] = {one.row.address: one.row for one in found}
        self.addresses = frozenset(self.rows)


class Corrections:
    """The corrections of a log, as far as it was read."""

    def __init__(self) -> None:
        self._read_to = 0
        self._found: list[Correction] = []
        self._waiting: list[Row] = []
        self.latest: Instant = ALWAYS
        """When the last of them arrived."""

    def __len__(self) -> int:
        """How many there are."""
        return len(self._found)

    def __iter__(self) -> Iterator[Correction]:
        """Each of them, in the order in which it was settled what it corrects."""
        return iter(self._found)

    def read(self, store: Reader) -> None:
        """Catch up with the log; a correction that came before what it corrects waits for it."""
        size = store.head().size
        if self._read_to < size:
            waiting = [*self._waiting, *(one for one in store.corrections(self._read_to) if one.position <= size)]
            self._waiting = [one for one in waiting if not self._settled(store, one)]
            self._read_to = size

    def _settled(self, store: Reader, correction: Row) -> bool:
        row = store.find(correction.supersedes or b"")
        if row is not None and row.issuer == correction.issuer:
            self._found.append(Correction(row._replace(data=b""), correction.label, correction.arrived))
            self.latest = max(self.latest, correction.arrived)
        return row is not None
