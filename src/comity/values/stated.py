"""A stated fact, and what may be read of such, as far as those need to know it who do not keep facts.

A record of the ledger is a stated fact; a view of a book can be read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from comity.values.instant import Instant
from comity.values.label import Label
from comity.values.party import PartyCode


class Stated(Protocol):
    """A fact that somebody signed."""

    @property
    def id(self) -> str:
        """Its address."""

    @property
    def kind(self) -> str:
        """What kind of fact it states."""

    @property
    def issuer(self) -> str:
        """Who states it."""

    @property
    def body(self) -> Mapping[str, object]:
        """What it states."""

    @property
    def label(self) -> Label:
        """Who must agree before it is read."""

    def text(self, name: str) -> str | None:
        """One of its optional fields."""


class Seen(Protocol):
    """A stated fact, and when it arrived."""

    @property
    def record(self) -> Stated:
        """The fact."""

    @property
    def arrived(self) -> Instant:
        """When it arrived at this node."""


class Reading(Protocol):
    """What a question is asked of: the facts that an audience may read."""

    @property
    def audience(self) -> tuple[PartyCode, ...]:
        """Whom the answer is for; () is the public."""

    def records(self, kinds: list[str] | None = None) -> Iterable[Seen]:
        """The readable facts of some kinds."""
