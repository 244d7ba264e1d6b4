"""Policy facts: what parties state about who owns, consents, refuses and owes what.

Every fact has an issuer, a period in which it is valid and an instant at which it was recorded; what it states is its
body. The bodies are the whole vocabulary of the calculus; `comity.values.reading` reads them from plain mappings.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Generic, TypeGuard, TypeVar

from comity.values.condition import Condition
from comity.values.instant import ALWAYS, HOUR, Instant
from comity.values.party import PartyCode, Recipient
from comity.values.period import OPEN, Period

ANY = "any"


class Kind(StrEnum):
    """The five kinds of thing."""

    INFORMATION = "information"
    TECHNOLOGY = "technology"
    FORCE = "force"
    TERRITORY = "territory"
    MONEY = "money"


class Interest(StrEnum):
    """In what quality an owner owns."""

    ORIGINATOR = "originator"
    CO_ORIGINATOR = "co-originator"
    CONTROLLER = "controller"
    DESIGN_AUTHORITY = "design-authority"
    TERRITORIAL_SOVEREIGN = "territorial-sovereign"
    CONTRIBUTOR = "contributor"
    FUNDER = "funder"


class Role(StrEnum):
    """What an interest gives its holder a say in."""

    REQUIRED = "required"
    CONSULTED = "consulted"
    NOTIFIED = "notified"


class Phase(StrEnum):
    """When an obligation must be discharged, seen from the act."""

    BEFORE = "before"
    WITH = "with"
    AFTER = "after"


@dataclass(frozen=True, slots=True)
class Obligation:
    """Something that the taker of a consent owes with it."""

    id: str
    kind: str
    phase: Phase


@dataclass(frozen=True, slots=True)
class Terms:
    """What a grant, refusal or request covers: whom, which acts, on what, for which purposes, on what condition."""

    to: tuple[Recipient, ...]
    actions: tuple[str, ...]
    scope: str
    purposes: tuple[str, ...] = (ANY,)
    when: Condition | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """A party belongs to a group while the fact is valid."""

    group: str
    party: PartyCode


@dataclass(frozen=True, slots=True)
class ActsFor:
    """An organ acts for a sovereign: what the one states or asks counts as the other's."""

    organ: PartyCode
    sovereign: PartyCode


@dataclass(frozen=True, slots=True)
class Title:
    """A party owns a thing in some interest."""

    thing: str
    kind: Kind
    owner: PartyCode
    interest: Interest


@dataclass(frozen=True, slots=True)
class Derive:
    """A thing was made from other things; `shares` gives parts' controlled share of its value, in per cent."""

    thing: str
    by: PartyCode
    from_things: tuple[str, ...]
    shares: tuple[tuple[str, Decimal], ...] = ()


@dataclass(frozen=True, slots=True)
class Collection:
    """A named collection of things, for use as a scope by the party that names it."""

    name: str
    by: PartyCode
    things: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """For an action, holders of an interest are required, consulted or notified; for one thing, or for all."""

    action: str
    interest: Interest
    role: Role
    scope: str | None = None


@dataclass(frozen=True, slots=True)
class Quorum:
    """On a thing, `k` of its required owners suffice (of those named in `of`, when given)."""

    scope: str
    k: int
    actions: tuple[str, ...] = (ANY,)
    of: tuple[PartyCode, ...] = ()


@dataclass(frozen=True, slots=True)
class Grant:
    """A consent, with its depth of delegation and what it costs to use."""

    by: PartyCode
    terms: Terms
    depth: int = 0
    obligations: tuple[Obligation, ...] = ()
    quota: Decimal | None = None
    lease_days: int | None = None
    notice_days: int = 0
    clearance: str | None = None


@dataclass(frozen=True, slots=True)
class Refuse:
    """A refusal, or a standing national reservation."""

    by: PartyCode
    terms: Terms


@dataclass(frozen=True, slots=True)
class Request:
    """A party asks owners for consent; it is open until they answer."""

    by: PartyCode
    terms: Terms


@dataclass(frozen=True, slots=True)
class Revoke:
    """A grant, refusal or request is taken back from a day on."""

    by: PartyCode
    fact: str
    effective: Instant | None = None
    notice_days: int = 0


@dataclass(frozen=True, slots=True)
class Renew:
    """A leased grant is renewed, from the fact's first day."""

    by: PartyCode
    grant: str


@dataclass(frozen=True, slots=True)
class Use:
    """Part of a grant's quota is used up, from the fact's first day."""

    by: PartyCode
    grant: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Discharge:
    """An obligation is discharged: by the taker, or acknowledged by the giver for `party` (None: for all)."""

    by: PartyCode
    grant: str
    obligation: str
    party: PartyCode | None = None


@dataclass(frozen=True, slots=True)
class Levels:
    """A party's levels of clearance, lowest first."""

    by: PartyCode
    order: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Equivalence:
    """A party takes another's level of clearance for one of its own."""

    by: PartyCode
    of: PartyCode
    theirs: str
    ours: str


@dataclass(frozen=True, slots=True)
class DeMinimis:
    """The owner waives consent over his parts of an assembly while their summed share stays at or under `threshold`.

    Shares and threshold are per cent of the assembly's value.
    """

    by: PartyCode
    to: tuple[Recipient, ...]
    threshold: Decimal
    actions: tuple[str, ...] = (ANY,)


@dataclass(frozen=True, slots=True)
class Leg:
    """A stay in one territory along a route: entered so long after departure, left again after `stay`."""

    territory: str
    after: Instant
    stay: Instant = HOUR


@dataclass(frozen=True, slots=True)
class Route:
    """A way through territories; each leg is asked about at its own time."""

    thing: str
    by: PartyCode
    legs: tuple[Leg, ...]


Body = (
    Member | ActsFor | Title | Derive | Collection | Standing | Quorum | Grant | Refuse | Request | Revoke | Renew | Use
    | Discharge | Levels | Equivalence | DeMinimis | Route
)  # fmt: skip


Stated_co = TypeVar("Stated_co", bound=Body, covariant=True)


@dataclass(frozen=True, slots=True)
class Fact(Generic[Stated_co]):
    """One stated fact.

    `recorded` is when this book learnt it; `order` breaks ties, by arrival. `basis` is the provision it rests on.
    """

    id: str
    issuer: PartyCode
    body: Stated_co
    valid: Period = OPEN
    recorded: Instant = ALWAYS
    order: int = 0
    basis: str | None = None


AnyFact = Fact[Body]
B = TypeVar("B", bound=Body)


def states(fact: AnyFact, kind: type[B]) -> TypeGuard[Fact[B]]:
    """Whether what a fact states is of a kind."""
    return isinstance(fact.body, kind)


@dataclass(frozen=True, slots=True)
class Ask:
    """May this party do this act on this thing, for this purpose, at this instant, as far as was known then?

    `clearance` is the level the acting person holds in the party's own scheme (None: not stated); `face` is the kinds
    of obligation the enforcing face can discharge (None: no face enforces, the question is analytic).
    """

    party: PartyCode
    action: str
    thing: str
    on: Instant
    known: Instant
    purpose: str = ANY
    context: dict[str, str | Decimal | bool] = field(default_factory=dict)
    clearance: str | None = None
    face: frozenset[str] | None = None
