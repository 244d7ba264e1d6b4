"""Markings: the confidentiality label that a staff writes, as one structured value.

Rules:
1. A marking belongs to one policy; a level's word means nothing without it.
2. `releasable_to` is None where nothing was said; the empty set is the explicit bottom: nobody beyond the originators.
   A list of the only originator alone says the same, and is kept as the empty set.
3. A group in a marking is its members at two dates, when the marking was made and when it is read: whoever is in it at
   both.
4. A category names a tag and its values. A permissive category without values is kept: nobody holds any of them.
5. A marking made from another by way of equivalences is an `alternative`. It is never a source.
6. From the day of its succession on, a marking's successor is in effect in its place; so on from one to the next.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from comity.errors import Malformed
from comity.values.fields import Fields
from comity.values.instant import Instant, instant, show
from comity.values.names import Names, within
from comity.values.party import PartyCode, Recipient, recipient

Plain = dict[str, object]
_DEEPEST = 8


class Role(StrEnum):
    """Whose label it is: the originator's own, a translation beside it, or the label of the label."""

    ORIGINATOR = "originator"
    ALTERNATIVE = "alternative"
    METADATA = "metadata"


@dataclass(frozen=True, slots=True, order=True)
class Category:
    """The values that one tag of a policy has in a marking."""

    tag: str
    values: tuple[str, ...] = ()

    @classmethod
    def of(cls, tag: str, values: Iterable[str]) -> Category:
        """A category with its values in order and once."""
        return cls(tag, tuple(sorted(set(values))))


Categories = tuple[Category, ...]


@dataclass(frozen=True, slots=True)
class Succession:
    """The day on which another marking takes a marking's place."""

    on: Instant
    marking: Marking


@dataclass(frozen=True, slots=True)
class Marking:
    """One confidentiality label: rules 1 to 6.

    `joint` says that the originators own it together; else each of several stands for a part of what is marked.
    `handling` holds the flags of the policy, such as ORCON. `concealed_source`: there is an originator who is not told.
    `authority` is who classified, as he is written; `privacy_marks` are words for people. `id` is what the label itself
    is called where it came from; two that differ in nothing else are the same marking.
    """

    policy: str
    classification: str
    originators: frozenset[PartyCode]
    joint: bool = False
    releasable_to: frozenset[Recipient] | None = None
    display_only_to: frozenset[Recipient] = frozenset()
    restrictive: Categories = ()
    permissive: Categories = ()
    informative: Categories = ()
    handling: frozenset[str] = frozenset()
    concealed_source: bool = False
    created: Instant | None = None
    review: Instant | None = None
    succession: Succession | None = None
    authority: str | None = None
    privacy_marks: frozenset[str] = frozenset()
    role: Role = Role.ORIGINATOR
    id: str | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        """Keep to rules 2 and 4."""
        if not self.originators:
            raise Malformed("names no originator", field="originators", next_step="name whose information it is")
        if len(self.originators) == 1 and self.releasable_to == self.originators:
            object.__setattr__(self, "releasable_to", frozenset())
        for kind in ("restrictive", "permissive", "informative"):
            object.__setattr__(self, kind, _once(kind, getattr(self, kind)))

    def values_of(self, tag: str) -> tuple[str, ...] | None:
        """The values that a tag has here, in whichever kind of category; None where the tag is absent."""
        every = (*self.restrictive, *self.permissive, *self.informative)
        return next((one.values for one in every if one.tag == tag), None)


def _once(field: str, given: Categories) -> Categories:
    found = tuple(sorted(Category.of(one.tag, one.values) for one in given))
    tags = [one.tag for one in found]
    twice = next((tag for tag in tags if tags.count(tag) > 1), None)
    if twice is not None:
        raise Malformed(f"{twice!r} stands twice", field=field, next_step="write all values of a tag together")
    bare = next((one.tag for one in found if not one.values), None)
    if bare is not None and field != "permissive":
        raise Malformed(f"{bare!r} has no value", field=field, next_step="leave the tag out, or give it a value")
    return found


def in_effect(marking: Marking, on: Instant) -> Marking:
    """The marking that is in effect on a day: itself, or who has succeeded it by then: rule 6."""
    while marking.succession is not None and marking.succession.on <= on:
        marking = marking.succession.marking
    return marking


def line_of(marking: Marking) -> Iterator[Marking]:
    """A marking and each of its successors."""
    yield marking
    if marking.succession is not None:
        yield from line_of(marking.succession.marking)


def plain(marking: Marking) -> Plain:
    """A marking as mappings, lists and texts; what says nothing is left out."""
    found: Plain = {
        "policy": marking.policy,
        "classification": marking.classification,
        "originators": sorted(marking.originators),
    }
    if marking.joint:
        found["joint"] = True
    if marking.releasable_to is not None:
        found["releasable_to"] = names(marking.releasable_to)
    if marking.display_only_to:
        found["display_only_to"] = names(marking.display_only_to)
    for kind in ("restrictive", "permissive", "informative"):
        given: Categories = getattr(marking, kind)
        if given:
            found[kind] = {one.tag: list(one.values) for one in given}
    return found | _plain_rest(marking)


def _plain_rest(marking: Marking) -> Plain:
    found: Plain = {}
    if marking.handling:
        found["handling"] = sorted(marking.handling)
    if marking.concealed_source:
        found["concealed_source"] = True
    for date in ("created", "review"):
        day: Instant | None = getattr(marking, date)
        if day is not None:
            found[date] = show(day)
    if marking.succession is not None:
        found["succession"] = {"on": show(marking.succession.on), "marking": plain(marking.succession.marking)}
    if marking.authority is not None:
        found["authority"] = marking.authority
    if marking.privacy_marks:
        found["privacy_marks"] = sorted(marking.privacy_marks)
    if marking.role is not Role.ORIGINATOR:
        found["role"] = marking.role.value
    if marking.id is not None:
        found["id"] = marking.id
    return found


def names(recipients: Iterable[Recipient]) -> list[str]:
    """Recipients as texts, in order."""
    return sorted(map(str, recipients))


_FIELDS = (
    "policy", "classification", "originators", "joint", "releasable_to", "display_only_to", "restrictive", "permissive",
    "informative", "handling", "concealed_source", "created", "review", "succession", "authority", "privacy_marks",
    "role", "id",
)  # fmt: skip


def marking(given: object, path: str = "marking", *, depth: int = 0) -> Marking:
    """A marking from what `plain` gives.

    Raises:
        Malformed: a field is missing, unknown, or not what it has to be; `field` names it.
    """
    if depth > _DEEPEST:
        raise Malformed("has too many successors", field=path, next_step=f"write at most {_DEEPEST}, one in the other")
    fields = Fields(given, path, Names(), _FIELDS)
    listed = fields.take("releasable_to", None)
    return Marking(
        fields.text("policy"),
        fields.text("classification"),
        frozenset(fields.texts("originators")),
        _flag(fields, "joint"),
        None if listed is None else _recipients(fields, "releasable_to"),
        _recipients(fields, "display_only_to"),
        _categories(fields, "restrictive"),
        _categories(fields, "permissive"),
        _categories(fields, "informative"),
        frozenset(fields.texts("handling", [])),
        _flag(fields, "concealed_source"),
        _day(fields, "created"),
        _day(fields, "review"),
        _succession(fields, depth),
        fields.optional_text("authority"),
        frozenset(fields.texts("privacy_marks", [])),
        Role.ORIGINATOR if fields.take("role", None) is None else fields.choice("role", Role),
        fields.optional_text("id"),
    )


def _flag(fields: Fields, field: str) -> bool:
    value = fields.take(field, False)
    if not isinstance(value, bool):
        raise Malformed(f"{value!r} is not true or false", field=fields.path(field), next_step="write true")
    return value


def _day(fields: Fields, field: str) -> Instant | None:
    return fields.instant(field)


def _recipients(fields: Fields, field: str) -> frozenset[Recipient]:
    listed = fields.listed(field, [], empty=True)
    return frozenset(within(path, recipient, item) for path, item in listed)


def _categories(fields: Fields, field: str) -> Categories:
    given, path = fields.take(field, {}), fields.path(field)
    if not isinstance(given, Mapping):
        raise Malformed(f"{given!r} is no mapping", field=path, next_step="write {tag: [value, ...]}")
    inner = Fields(given, path, Names())
    return tuple(Category.of(str(tag), inner.texts(str(tag), empty=True)) for tag in given)


def _succession(fields: Fields, depth: int) -> Succession | None:
    given = fields.take("succession", None)
    if given is None:
        return None
    path = fields.path("succession")
    inner = Fields(given, path, Names(), ("on", "marking"))
    on = within(f"{path}.on", instant, inner.take("on"))
    return Succession(on, marking(inner.take("marking"), f"{path}.marking", depth=depth + 1))
