"""What lies under every book: the public facts that come with Comity, and what a book's agreements add to them.

The ledger does not know the casebook; whoever opens a book hands it in.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar

from comity.ledger.record import Record
from comity.values.fact import AnyFact

C = TypeVar("C")
C_co = TypeVar("C_co", covariant=True)


class Background(Protocol[C_co]):
    """Public knowledge, and how a book's own content is read into it."""

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of content it reads besides; with the signatures under them, where these count."""

    def casebook(self, stated: Sequence[Record]) -> C_co:
        """The casebook, with what records of these kinds, in the order of arrival, add to it."""

    def facts(self, stated: Sequence[Record]) -> Sequence[AnyFact]:
        """The policy facts that are public knowledge, with what these records add to them."""


class Nothing:
    """No public knowledge: a book by itself."""

    kinds: frozenset[str] = frozenset()

    def casebook(self, stated: Sequence[Record]) -> None:
        """There is no casebook."""

    def facts(self, stated: Sequence[Record]) -> Sequence[AnyFact]:  # the protocol's name
        """There are no public facts."""
        return ()
