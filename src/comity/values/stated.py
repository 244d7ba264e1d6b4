"""A stated fact, as far as those need to know it who do not keep facts: a record of the ledger is one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from comity.values.label import Label


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
