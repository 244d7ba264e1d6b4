"""The names and the plain values that a line may use, read with the field that whatever error comes of it is about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from comity.errors import Malformed
from comity.values.party import ANYONE, Group, Recipient, recipient

_MOST = 10**15  # a quadrillion of anything
T = TypeVar("T")


def within(field: str, read: Callable[[object], T], value: object) -> T:
    """Read a value, naming the field in whatever error comes of it."""
    try:
        return read(value)
    except Malformed as error:
        raise Malformed(error.message, field=field, next_step=error.next_step) from error


def text(value: object, field: str) -> str:
    """A text that is not empty."""
    if isinstance(value, str) and value.strip():
        return value
    raise Malformed(
        f"{value!r} is no text", field=field, next_step="write a word, in quotes if it looks like a number or a date"
    )


def number(value: object, field: str) -> Decimal:
    """An exact number of at least 0."""
    try:
        exact = Decimal(str(value))
    except InvalidOperation:
        exact = Decimal("NaN")
    if isinstance(value, bool) or not exact.is_finite() or not 0 <= exact <= _MOST:
        shown = str(value) if isinstance(value, Decimal) else repr(value)
        raise Malformed(
            f"{shown} is no number of 0 or more",
            field=field,
            next_step=f"write a number such as 25 or 12.5, up to {_MOST}",
        )
    return exact


@dataclass(frozen=True, slots=True)
class Names:
    """The names a line may use; None admits any."""

    parties: frozenset[str] | None = None
    groups: frozenset[str] | None = None

    def party(self, value: object, field: str) -> str:
        """A party code that exists."""
        code = text(value, field)
        if self.parties is not None and code not in self.parties:
            if self.groups is not None and code in self.groups:
                raise Malformed(
                    f"{code} is a group, not a party",
                    field=field,
                    next_step=f"write {code}@dynamic where a group may stand",
                )
            raise Malformed(
                f"{code} is no party here", field=field, next_step=f"parties: {', '.join(sorted(self.parties))}"
            )
        return code

    def group(self, value: object, field: str) -> str:
        """The name of a group that exists."""
        code = text(value, field)
        if self.groups is not None and code not in self.groups:
            raise Malformed(
                f"{code} is no group here",
                field=field,
                next_step=f"groups: {', '.join(sorted(self.groups)) or 'none; declare it under `groups:`'}",
            )
        return code

    def recipient(self, value: object, field: str) -> Recipient:
        """A party, a group with its mode, or everyone."""
        name = within(field, recipient, value)
        if isinstance(name, Group):
            return Group(self.group(name.name, field), name.frozen)
        if name == ANYONE:
            return name
        if self.groups is not None and name in self.groups and name not in (self.parties or ()):
            raise Malformed(
                f"{name} is a group and needs a mode",
                field=field,
                next_step=f"write {name}@dynamic, or {name}@2004-03-29 for the members of a day",
            )
        return self.party(name, field)
