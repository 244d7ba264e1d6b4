"""Policies of marking: the levels, tags, flags and words that a marking may use, read from data.

Rules:
1. Levels are written from the lowest to the highest. `unmarked` says who may read what bears the level and no word on
   its release: `open` restricts nobody, `bound` needs a party set bound to the level, `originator` is nobody else. It
   never grows looser with the level. `caveated` says it of what bears a caveat besides (a flag, a restrictive value),
   where that is another.
2. A level, value or flag may be dated; a marking made outside its period is refused.
3. `owner` is the party whose policy it is. It is the originator where a label names none, and it reads what it marks.
4. What is not in the policy is refused, with what is allowed in its place; nothing stands for an unknown word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import TypeVar

from comity.errors import Malformed
from comity.values.party import Group, PartyCode, Recipient
from comity.values.period import OPEN, Period

Words = Mapping[str, tuple[str, ...]]
T = TypeVar("T")
_LISTED = 40


class Unmarked(StrEnum):
    """Who may read what bears a level and no word on its release: rule 1."""

    OPEN = "open"
    BOUND = "bound"
    ORIGINATOR = "originator"


class Kind(StrEnum):
    """How a tag's values count: all of them are needed, one of them is enough, or they only tell."""

    RESTRICTIVE = "restrictive"
    PERMISSIVE = "permissive"
    INFORMATIVE = "informative"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a row comes from, how good that is, and whether somebody still has to look."""

    source: str
    grade: str
    verify: bool = False


@dataclass(frozen=True, slots=True)
class Level:
    """A classification: its words by language (the first is written, the others are read too) and its portion mark."""

    id: str
    rank: int
    unmarked: Unmarked
    words: Words
    portion: str | None = None
    valid: Period = OPEN
    ids: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    origin: Origin = Origin("", "")
    caveated: Unmarked | None = None

    def unsaid(self, *, caveat: bool) -> Unmarked:
        """Who may read what bears it and no word on its release, with or without a caveat."""
        return self.caveated if caveat and self.caveated is not None else self.unmarked


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a tag; `holders` are who holds it by membership, None where it has to be bound."""

    id: str
    words: Words
    holders: tuple[Recipient, ...] | None = None
    excluded: frozenset[str] = frozenset()
    valid: Period = OPEN


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag of categories. `parties`: its values are recipients; `releases`: they are the releasable-to set."""

    id: str
    kind: Kind
    values: Mapping[str, Value]
    uri: str | None = None
    parties: bool = False
    releases: bool = False
    required: bool = False
    pattern: str | None = None
    prefix: Mapping[str, str] = field(default_factory=dict)
    suffix: Mapping[str, str] = field(default_factory=dict)
    separator: str = " "


@dataclass(frozen=True, slots=True)
class Flag:
    """A handling flag: its words in a line and in a portion, and what it does not go with.

    One that `closes` says that nobody beyond the owner may read (the first that does says nothing else); where one
    `asks`, each reader beyond the owner needs the originator's own consent, whatever the marking says. One that
    `permits` lets somebody decide on a wider release, so a whole has it only where every part does that says anything
    of its release. In a whole, a flag stands in the place of those that it is `over`.
    """

    id: str
    words: Words
    portion: str | None = None
    levels: frozenset[str] | None = None
    excludes: frozenset[str] = frozenset()
    closes: bool = False
    valid: Period = OPEN
    asks: bool = False
    permits: bool = False
    over: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Policy:
    """One policy of marking: rules 1 to 4."""

    id: str
    name: str
    owner: PartyCode | None
    levels: tuple[Level, ...]
    tags: Mapping[str, Tag]
    flags: Mapping[str, Flag]
    tokens: Mapping[str, Recipient]
    origin: Origin
    uri: str | None = None
    words: Words = field(default_factory=dict)
    phrases: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, Words] = field(default_factory=dict)
    parties: frozenset[str] | None = None

    @cached_property
    def _ranks(self) -> dict[str, Level]:
        return {one.id: one for one in self.levels}

    @cached_property
    def token_of(self) -> dict[Recipient, str]:
        """How the policy writes each recipient that it has a token for."""
        found: dict[Recipient, str] = {}
        for token, named in self.tokens.items():
            found.setdefault(named, token)
        return found

    def level(self, word: str) -> Level:
        """The level of a marking's word.

        Raises:
            Malformed: the policy has no such level.
        """
        found = self._ranks.get(word)
        if found is None:
            raise Malformed(
                f"{word!r} is no level of {self.name}",
                field="classification",
                next_step=f"allowed: {', '.join(self._ranks)}",
            )
        return found

    def tag(self, name: str) -> Tag:
        """A tag of the policy."""
        return found_in(self.tags, name, f"{name!r} is no tag of {self.name}", "category")

    def flag(self, name: str) -> Flag:
        """A handling flag of the policy."""
        return found_in(self.flags, name, f"{name!r} is no handling flag of {self.name}", "handling")

    @cached_property
    def closing(self) -> tuple[Flag, ...]:
        """The flags that say that nobody beyond the owner may read; the first says nothing else."""
        return tuple(flag for flag in self.flags.values() if flag.closes)

    def closed_by(self, flags: Set[str]) -> str | None:
        """The first of some flags by which nobody beyond the owner may read; None where none says so."""
        return next((flag.id for flag in self.closing if flag.id in flags), None)

    @cached_property
    def releases(self) -> Tag | None:
        """The tag whose values are the releasable-to set."""
        return next((one for one in self.tags.values() if one.releases), None)

    def recipient(self, token: str) -> Recipient:
        """Whom a token of the policy names: a group of its table, or the party whose code it is.

        Raises:
            Malformed: it names neither.
        """
        named = self.tokens.get(token)
        if named is not None:
            return named
        if self.is_party(token):
            return token
        raise Malformed(
            f"{token!r} names no party and no group of {self.name}",
            field="releasable_to",
            next_step=f"write a code of three letters, or one of: {_some(self.tokens)}",
        )

    def is_party(self, code: str) -> bool:
        """Whether a code is that of a party: of three letters, and known where the policy knows its parties."""
        return re.fullmatch(r"[A-Z]{3}", code) is not None and (self.parties is None or code in self.parties)

    def written(self, named: Recipient) -> str:
        """The token by which the policy writes a recipient.

        Raises:
            Malformed: it has none, or that token means another.
        """
        token = self.token_of.get(named)
        ambiguous = token is None and self.tokens.get(str(named), named) != named
        if ambiguous or (token is None and isinstance(named, Group)):
            raise Malformed(
                f"{self.name} has no word for {named}",
                field="releasable_to",
                next_step=f"allowed: {_some(self.tokens)}",
            )
        return token or str(named)


def found_in(table: Mapping[str, T], name: str, message: str, where: str) -> T:
    """An entry of a table of the policy.

    Raises:
        Malformed: there is none of that name.
    """
    found = table.get(name)
    if found is None:
        raise Malformed(message, field=where, next_step=f"allowed: {_some(table)}")
    return found


def _some(names: Iterable[str]) -> str:
    listed = list(names)
    return ", ".join(listed[:_LISTED]) + (", ..." if len(listed) > _LISTED else "") or "none"
