"""What a named check of the casebook finds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

Found = Iterator[tuple[str, str, str]]
"""Where something is wrong, what is wrong, and what to do about it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong: which check, where, what, and what to do."""

    check: str
    where: str
    says: str
    remedy: str
