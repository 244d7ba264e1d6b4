"""The fields of a line, taken out one by one, each as what it has to be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from comity.errors import Malformed
from comity.values.condition import Condition, condition
from comity.values.instant import HOUR, Instant, instant, ragged_date
from comity.values.names import Names, number, text, within
from comity.values.party import Recipient
from comity.values.period import Period, period

HUNDRED = Decimal(100)
_MOST_WHOLE = 10**6  # a million days, steps or owners, is more than any agreement says
_MOST_HOURS = 10**5  # some eleven years under way
E = TypeVar("E", bound=StrEnum)


class Fields:
    """The fields of one line, taken out one by one; what nobody took is unknown.

    With `allowed`, a field outside it is refused at once: a slip of the pen is told as one, not as a missing field.
    """

    def __init__(self, given: object, kind: str, names: Names, allowed: tuple[str, ...] | None = None) -> None:
        if not isinstance(given, Mapping):
            raise Malformed(f"needs fields, not {given!r}", field=kind, next_step="write {field: value, ...}")
        self._given = given
        self._taken: list[str] = []
        self.names = names
        self.kind = kind
        if allowed is not None:
            self._only(allowed)

    def take(self, field: str, default: object = ...) -> object:
        """The raw value of a field; without a default it must be there."""
        self._taken.append(field)
        value = self._given.get(field)
        if value is None:
            if default is ...:
                raise Malformed("is missing", field=f"{self.kind}.{field}", next_step=f"add `{field}:`")
            return default
        return value

    def path(self, field: str) -> str:
        """How errors name a field."""
        return f"{self.kind}.{field}"

    def done(self) -> None:
        """Refuse whatever was given and not taken: rule 1 of `comity.values.reading`."""
        self._only(tuple(dict.fromkeys(self._taken)))

    def _only(self, allowed: tuple[str, ...]) -> None:
        for field in self._given:
            if field not in allowed:
                raise Malformed(
                    "is no field here", field=self.path(str(field)), next_step=f"allowed: {', '.join(allowed)}"
                )

    def text(self, field: str, default: object = ...) -> str:
        """A text that is not empty."""
        return text(self.take(field, default), self.path(field))

    def optional_text(self, field: str) -> str | None:
        """A text, or nothing."""
        value = self.take(field, None)
        return None if value is None else text(value, self.path(field))

    def texts(self, field: str, default: object = ..., *, empty: bool = False) -> tuple[str, ...]:
        """A list of texts that is not empty, unless it may be; one text stands for a list of one."""
        return tuple(text(item, path) for path, item in self.listed(field, default, empty=empty))

    def items(self, field: str, default: object = ..., *, empty: bool = False) -> list[object]:
        """A list that is not empty, unless it may be; the default may be empty too."""
        return [item for _, item in self.listed(field, default, empty=empty)]

    def listed(self, field: str, default: object = ..., *, empty: bool = False) -> list[tuple[str, object]]:
        """The items of a list, each with the path by which errors name it."""
        value, path = self.take(field, default), self.path(field)
        if isinstance(value, str | Mapping):
            return [(path, value)]
        if not isinstance(value, Iterable):
            raise Malformed(f"{value!r} is no list", field=path, next_step="write [first, second]")
        items = [(f"{path}[{number}]", item) for number, item in enumerate(value, start=1)]
        if not items and value is not default and not empty:
            raise Malformed("is empty", field=path, next_step="name at least one, or leave the field out if it may be")
        return items

    def party(self, field: str) -> str:
        """A party code."""
        return self.names.party(self.take(field), self.path(field))

    def parties(self, field: str) -> tuple[str, ...]:
        """Party codes."""
        return tuple(self.names.party(item, path) for path, item in self.listed(field))

    def recipients(self, field: str, default: object = ...) -> tuple[Recipient, ...]:
        """Parties, groups with their mode, or everyone."""
        return tuple(self.names.recipient(item, path) for path, item in self.listed(field, default))

    def whole(self, field: str, default: int | None = 0, least: int = 0) -> int:
        """A whole number of at least `least`."""
        value = self.take(field, default if default is not None else ...)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= _MOST_WHOLE:
            raise Malformed(
                f"{value!r} is no whole number of {least} or more",
                field=self.path(field),
                next_step=f"write a number from {least} to {_MOST_WHOLE}",
            )
        return value

    def number(self, field: str, default: object = ...) -> Decimal:
        """An exact number of at least 0."""
        return number(self.take(field, default), self.path(field))

    def hours(self, field: str, default: object = ...) -> Instant:
        """A length of time, written in hours."""
        hours = self.number(field, default)
        if hours > _MOST_HOURS:
            raise Malformed(
                f"{hours} hours is no leg", field=self.path(field), next_step=f"write a number up to {_MOST_HOURS}"
            )
        return int(hours * HOUR)

    def per_cent(self, field: str) -> Decimal:
        """An exact number from 0 to 100."""
        share = self.number(field)
        if share > HUNDRED:
            raise Malformed(f"{share} is more than the whole", field=self.path(field), next_step="write per cent")
        return share

    def choice(self, field: str, choices: type[E]) -> E:
        """One of the words of a vocabulary."""
        value = self.take(field)
        try:
            return choices(str(value))
        except ValueError as error:
            raise Malformed(
                f"{value!r} is not known", field=self.path(field), next_step=f"allowed: {', '.join(choices)}"
            ) from error

    def condition(self, field: str) -> Condition | None:
        """A condition, or nothing."""
        value = self.optional_text(field)
        return None if value is None else within(self.path(field), condition, value)

    def instant(self, field: str) -> Instant | None:
        """An exact instant, or nothing."""
        value = self.take(field, None)
        return None if value is None else within(self.path(field), instant, value)

    def period(self, *, exact: bool = False) -> Period:
        """The line's period of validity; exact, where ragged dates would leave too much open."""
        start, end = self.take("from", None), self.take("until", None)
        for field, value in (("from", start), ("until", end)):
            if value is not None:
                within(self.path(field), instant if exact else ragged_date, value)
        return within(self.path("until"), lambda _: period(start, end), None)
