"""Policy facts as the rows of `tables.sql`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import singledispatch

from comity.values import fact as f
from comity.values.condition import Condition
from comity.values.fact import AnyFact, Fact
from comity.values.instant import Instant
from comity.values.party import Group, Recipient

Cell = str | int | None
Row = tuple[str, tuple[Cell, ...]]
"""A table's name, and one row's cells without the fact's number, which comes before them."""


def common(fact: AnyFact) -> tuple[Cell, ...]:
    """What every fact has: id, issuer, recorded, order of arrival, and the inner and outer ends of its period."""
    start, end = fact.valid.start, fact.valid.end
    return (
        fact.id, fact.issuer, fact.recorded, fact.order, start.earliest, start.latest, end.earliest, end.latest,
    )  # fmt: skip


@singledispatch
def rows(body: f.Body) -> Iterator[Row]:
    """The rows that state a body."""
    raise AssertionError(f"{type(body).__name__} has no table")


@rows.register
def _(body: f.Member) -> Iterator[Row]:
    yield "member", (body.group, body.party)


@rows.register
def _(body: f.ActsFor) -> Iterator[Row]:
    yield "acts_for", (body.organ, body.sovereign)


@rows.register
def _(body: f.Title) -> Iterator[Row]:
    yield "title", (body.thing, body.owner, body.interest)


@rows.register
def _(body: f.Derive) -> Iterator[Row]:
    shares = dict(body.shares)
    for part in dict.fromkeys(body.from_things):
        yield "part", (body.thing, part, str(shares[part]) if part in shares else None)


@rows.register
def _(body: f.Collection) -> Iterator[Row]:
    for thing in body.things:
        yield "collected", (body.name, body.by, thing)


@rows.register
def _(body: f.Standing) -> Iterator[Row]:
    yield "standing", (body.action, body.interest, body.role, body.scope)


@rows.register
def _(body: f.Quorum) -> Iterator[Row]:
    yield "quorum", (body.scope, body.k)
    yield from (("quorum_of", (party,)) for party in body.of)
    yield from (("action", (action,)) for action in body.actions)


@rows.register
def _(body: f.Grant) -> Iterator[Row]:
    yield from _stated("grant", body.by, body.terms)
    quota = None if body.quota is None else str(body.quota)
    yield "given", (body.depth, quota, body.lease_days, body.notice_days, body.clearance)
    yield from (("obligation", (owed.id, owed.kind, owed.phase)) for owed in body.obligations)


@rows.register
def _(body: f.Refuse) -> Iterator[Row]:
    yield from _stated("refuse", body.by, body.terms)


@rows.register
def _(body: f.Request) -> Iterator[Row]:
    yield from _stated("request", body.by, body.terms)


@rows.register
def _(body: f.Revoke) -> Iterator[Row]:
    yield "revoke", (body.by, body.fact, body.effective, body.notice_days)


@rows.register
def _(body: f.Renew) -> Iterator[Row]:
    yield "renew", (body.by, body.grant)


@rows.register
def _(body: f.Use) -> Iterator[Row]:
    yield "used", (body.by, body.grant, str(body.amount))


@rows.register
def _(body: f.Discharge) -> Iterator[Row]:
    yield "discharge", (body.by, body.grant, body.obligation, body.party)


@rows.register
def _(body: f.Levels) -> Iterator[Row]:
    yield from (("level", (body.by, place, level)) for place, level in enumerate(body.order))


@rows.register
def _(body: f.Equivalence) -> Iterator[Row]:
    yield "equivalence", (body.by, body.of, body.theirs, body.ours)


@rows.register
def _(body: f.DeMinimis) -> Iterator[Row]:
    yield "waiver", (body.by, str(body.threshold))
    yield from _recipients(body.to)
    yield from (("action", (action,)) for action in body.actions)


@rows.register
def _(body: f.Route) -> Iterator[Row]:
    yield from (("leg", (body.thing, leg.territory, leg.after, leg.stay)) for leg in body.legs)


def _stated(kind: str, by: str, terms: f.Terms) -> Iterator[Row]:
    yield "stated", (kind, by, terms.scope)
    yield from _recipients(terms.to)
    yield from (("action", (action,)) for action in terms.actions)
    yield from (("purpose", (purpose,)) for purpose in terms.purposes)


def _recipients(to: Iterable[Recipient]) -> Iterator[Row]:
    for name in to:
        group, frozen = _group(name)
        yield "recipient", (None if group else str(name), group, frozen)


def _group(name: Recipient) -> tuple[str | None, Instant | None]:
    return (name.name, name.frozen) if isinstance(name, Group) else (None, None)


def condition_of(fact: Fact[f.Body]) -> Condition | None:
    """The condition in a fact's terms."""
    terms = getattr(fact.body, "terms", None)
    return terms.when if isinstance(terms, f.Terms) else None
