"""One tree of errors, split by whose fault it is.

Rules:
1. A class names who has to act: the asker, the author of the input, nobody, the environment, or the keeper of the book.
2. An error says what was wrong, where (file and line, row, field), and what to do next, as far as each is known.
3. Nothing here knows about exit codes or HTTP: the faces map classes to their own signs.
"""

from __future__ import annotations


class ComityError(Exception):
    """Something Comity can name went wrong; the subclass says whose fault it is."""

    def __init__(
        self,
        message: str,
        *,
        where: str | None = None,
        field: str | None = None,
        next_step: str | None = None,
    ) -> None:
        """Keep what was wrong, where (such as ``FILE:LINE``), in which field, and what to do next."""
        super().__init__(message)
        self.message = message
        self.where = where
        self.field = field
        self.next_step = next_step

    def __str__(self) -> str:
        """Return ``WHERE: FIELD: MESSAGE; NEXT STEP``, leaving out what is not known."""
        located = ": ".join(part for part in (self.where, self.field, self.message) if part)
        return f"{located}; {self.next_step}" if self.next_step else located


class Refused(ComityError):
    """Not permitted: the asker lacks a consent or an authority, and whoever holds it would have to act."""


class Malformed(ComityError):
    """The input's fault: its author has to correct what was written."""


class Impossible(ComityError):
    """Nobody's fault: no answer can exist under the conditions that were set."""


class Unavailable(ComityError):
    """The environment's fault: a full disk, a read-only file, an optional extra that is not installed."""


class Corrupt(ComityError):
    """The stored data's fault: what is kept does not verify, and its keeper has to look."""
