"""What the shelf needs of a view, and the view's index of intelligence caught up with the log.

Rules:
1. The index follows the log before anything is read from it.
2. Once it is held against the log: label by label it has as many portions and covers, or it is made again.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import TYPE_CHECKING, Protocol

from comity.instruments.intelligence.facts import COVER, PORTION
from comity.ledger.derived import Derived
from comity.ledger.drawer import Last
from comity.ledger.tally import Tally
from comity.ledger.view import Lens, Seen
from comity.values.label import Label

if TYPE_CHECKING:
    from comity.instruments.intelligence.index import Index


class Readable(Protocol):
    """What the shelf needs of a view (`comity.ledger.view.View`)."""

    @property
    def lens(self) -> Lens:
        """Through which it is looked."""

    @property
    def labels(self) -> Mapping[int, Label]:
        """The open labels."""

    @property
    def until(self) -> int:
        """The last instant of arrival in it."""

    @property
    def corrected(self) -> Set[bytes]:
        """The addresses of what was corrected."""

    def get(self, name: str, *, told: bool = False) -> Seen:
        """A fact."""

    def derived(self, plan: type[Index]) -> tuple[Index, Derived]:
        """The index."""

    def kept(self, room: str) -> Last[object]:
        """What is kept for the audience."""

    def tally(self) -> Tally:
        """How many facts stand under each label."""

    def secret(self, purpose: str) -> bytes:
        """The book's secret."""


def caught_up(view: Readable, index: Index, derived: Derived) -> None:
    """Let the index follow the log; one whose labels are not those of the log, label by label, is made again."""
    derived.follow()
    tally = view.tally()
    if not index.checked and tally.read_to == derived.reached:
        if index.labels() != tally.by_label((PORTION, COVER)):
            derived.make_again()
            derived.follow()
        index.checked = True
