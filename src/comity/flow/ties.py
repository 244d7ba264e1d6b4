"""What ties which party to which on a day, without an event: articles between ordered pairs, and their kinds.

Rules:
1. A tie holds while its agreement is in force, its clause is, both parties are bound or named, and nothing suspends it
   between them. Where a ragged date leaves one of these open, it perhaps holds.
2. What a clause consents to says its kind: information, technology, territory (access) or money. A clause that waits
   for no event and consents to nothing is of the kinds of its agreement's consents, as their terms, and without such
   of the kind of its duty. A clause set off by an event is of the kind of its duty: help in an armed attack is
   defence, in other events relief.
3. A clause towards nobody who is named binds its parties, and ties no pair.
4. A duty towards the victim runs between the parties that the clause protects; whoever else may be a victim is met by
   asking about an event.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial

from comity.casebook.agreement import NO, PARTIES, VICTIM, Agreement, Clause, Names, Suspension, applies_to
from comity.casebook.book import Casebook
from comity.flow.stretches import Stretches
from comity.values.instant import Instant
from comity.values.period import Period
from comity.values.truth import Truth, any_of

KINDS = {
    "defence": "help in an armed attack",
    "relief": "help in other events",
    "assurance": "assurance",
    "consultation": "consultation",
    "access": "access, stay and passage of forces",
    "logistics": "supplies and services",
    "information": "exchange and security of information",
    "technology": "technology and its transfer",
    "procurement": "buying and building together",
    "cooperation": "training, standards and other cooperation",
    "restraint": "non-aggression, neutrality and other restraint",
    "unknown": "not published, or not known",
}
"""The kinds of tie, in the order in which a drawing names the first of several; no kind weighs more than another."""

_BY_DUTY = {
    "defend": "defence", "assist": "defence", "act": "defence", "consult": "consultation", "notify": "consultation",
    "admit": "access", "refrain": "restraint", "assure": "assurance", "cooperate": "cooperation", "unknown": "unknown",
}  # fmt: skip
_BY_THING = {"information": "information", "technology": "technology", "territory": "access", "force": "cooperation"}
_BY_FACT = {"levels": "information", "equivalence": "information"}
_HELP = "defence"
_ATTACK = "armed-attack"
Named = Mapping[str, Truth]


@dataclass(frozen=True, slots=True, eq=False)
class Tie:
    """One clause on a day: of which kinds it is, who owes it and to whom, each as far as the dates tell.

    Between two turns of its agreement it is one and the same (`comity.flow.stretches`).
    """

    agreement: Agreement
    clause: Clause
    kinds: tuple[str, ...]
    holds: Truth
    bound: Named
    toward: Named
    stops: tuple[tuple[Suspension, Truth], ...]

    def between(self, bound: str, toward: str) -> Truth:
        """Whether it runs from one party to another: rule 1."""
        if bound == toward:
            return Truth.FALSE
        owed = min(self.holds, self.bound.get(bound, Truth.FALSE), self.toward.get(toward, Truth.FALSE))
        return min(owed, ~self.suspended(bound, toward)) if self.stops else owed

    def suspended(self, bound: str, toward: str) -> Truth:
        """Whether it is suspended between them."""
        return any_of(
            stopped for stop, stopped in self.stops if stop.bound in {None, bound} and stop.toward in {None, toward}
        )


@lru_cache(maxsize=4)
def ties(book: Casebook, on: Instant) -> tuple[Tie, ...]:
    """Every clause that is, or may be, in force on a day."""
    return tuple(tie for group in by_agreement(book, on) for tie in group)


@lru_cache(maxsize=4)
def by_agreement(book: Casebook, on: Instant) -> tuple[tuple[Tie, ...], ...]:
    """The same, those of each agreement together."""
    there = (one for one in book.agreements.values() if in_force(one, on) is not Truth.FALSE)
    return tuple(group for group in (of(agreement, book, on) for agreement in there) if group)


def of(agreement: Agreement, book: Casebook, on: Instant) -> tuple[Tie, ...]:
    """Each clause of an agreement on a day."""
    return _tied(book)[agreement.id].on(on) if _its_own(book, agreement) else _of(agreement, book, on)


@lru_cache(maxsize=4)
def _tied(book: Casebook) -> dict[str, Stretches[tuple[Tie, ...]]]:
    """The clauses of each agreement of a casebook."""
    return {one.id: Stretches(_periods(one, book), partial(_of, one, book)) for one in book.agreements.values()}


def _periods(agreement: Agreement, book: Casebook) -> Iterator[Period]:
    """All on which its clauses rest."""
    yield from bindings(agreement, book)
    yield from (stop.valid for stop in agreement.suspensions)
    for clause in agreement.clauses:
        yield clause.valid
        groups = (names for names in (clause.bound, _toward(clause)) if not isinstance(names, str))
        yield from (valid for names in groups for name in names for _, valid in book.groups.get(name, ()))


def bindings(agreement: Agreement, book: Casebook) -> Iterator[Period]:
    """All on which it rests whether an agreement is in force, and whom it binds."""
    yield agreement.in_force
    yield from (valid for spells in book.spells(agreement).values() for valid in spells)


def _of(agreement: Agreement, book: Casebook, on: Instant) -> tuple[Tie, ...]:
    return tuple(_each(agreement, book, on))


def _each(agreement: Agreement, book: Casebook, on: Instant) -> Iterator[Tie]:
    force = in_force(agreement, on)
    members = bound(agreement, book, on)
    gone = set(book.spells(agreement)) - set(members)
    owing: dict[Names, Named] = {}
    owed: dict[Names, Named] = {}
    for clause, found in zip(agreement.clauses, _kinds_in(book, agreement), strict=True):
        bounds, toward = clause.bound, _toward(clause)
        if bounds not in owing:
            named = _named(bounds, members, book, on)
            owing[bounds] = {name: min(held, members[name]) for name, held in named if name in members}
        if toward not in owed:
            named = _named(toward, members, book, on)
            owed[toward] = {name: min(held, members.get(name, held)) for name, held in named if name not in gone}
        holds, stops = min(force, clause.valid.holds(on)), tuple(_stops(agreement, clause, on))
        yield Tie(agreement, clause, found, holds, owing[bounds], owed[toward], stops)


def in_force(agreement: Agreement, on: Instant) -> Truth:
    """Whether an agreement is in force on a day."""
    return agreement.in_force.holds(on) if agreement.ever_in_force else Truth.FALSE


def bound(agreement: Agreement, book: Casebook, on: Instant) -> Named:
    """Whom an agreement binds on a day, certainly or perhaps, by code."""
    return _binding(book)[agreement.id].on(on) if _its_own(book, agreement) else _bound(agreement, book, on)


@lru_cache(maxsize=4)
def _binding(book: Casebook) -> dict[str, Stretches[Named]]:
    """Whom each agreement of a casebook binds."""
    return {one.id: Stretches(bindings(one, book), partial(_bound, one, book)) for one in book.agreements.values()}


def _its_own(book: Casebook, agreement: Agreement) -> bool:
    return book.agreements.get(agreement.id) is agreement


def _bound(agreement: Agreement, book: Casebook, on: Instant) -> dict[str, Truth]:
    found = {party: any_of(valid.holds(on) for valid in spells) for party, spells in book.spells(agreement).items()}
    return {party: held for party, held in sorted(found.items()) if held is not Truth.FALSE}


def _toward(clause: Clause) -> Names:
    """Rule 4."""
    if clause.toward != VICTIM or clause.trigger is None:
        return clause.toward
    victim = clause.trigger.victim
    return PARTIES if isinstance(victim, str) else victim


def _named(names: Names, members: Named, book: Casebook, on: Instant) -> list[tuple[str, Truth]]:
    """Whom names stand for on a day, certainly or perhaps."""
    if isinstance(names, str):
        return [(member, Truth.TRUE) for member in members]
    found = {name: Truth.TRUE for name in names if name not in book.groups}
    for group in (name for name in names if name in book.groups):
        for code, valid in book.groups[group]:
            found[code] = max(found.get(code, Truth.FALSE), valid.holds(on))
    return [(code, held) for code, held in sorted(found.items()) if held is not Truth.FALSE]


def _stops(agreement: Agreement, clause: Clause, on: Instant) -> Iterator[tuple[Suspension, Truth]]:
    for stop in agreement.suspensions:
        held = stop.valid.holds(on)
        if held is not Truth.FALSE and applies_to(stop.articles, clause.article):
            yield stop, held


# Kinds: rule 2


def kinds(agreement: Agreement) -> tuple[tuple[str, ...], ...]:
    """The kinds of each clause, in the order of `KINDS`."""
    stated = [_stated(agreement, number) for number in range(len(agreement.clauses))]
    terms = {kind for clause, own in zip(agreement.clauses, stated, strict=True) if clause.toward != () for kind in own}
    found = (_kinds(clause, own, terms) for clause, own in zip(agreement.clauses, stated, strict=True))
    return tuple(in_order(one) for one in found)


def agreement_kinds(agreement: Agreement, book: Casebook) -> tuple[str, ...]:
    """The kinds of an agreement: those of its clauses."""
    return in_order(kind for found in _kinds_in(book, agreement) for kind in found)


def _kinds_in(book: Casebook, agreement: Agreement) -> tuple[tuple[str, ...], ...]:
    """The kinds of each clause, worked out once for those of a casebook."""
    return _every_kind(book)[agreement.id] if _its_own(book, agreement) else kinds(agreement)


@lru_cache(maxsize=8)
def _every_kind(book: Casebook) -> dict[str, tuple[tuple[str, ...], ...]]:
    return {one.id: kinds(one) for one in book.agreements.values()}


def in_order(found: Iterable[str]) -> tuple[str, ...]:
    """Kinds in the order of `KINDS`, each once."""
    wanted = set(found)
    return tuple(kind for kind in KINDS if kind in wanted)


def _kinds(clause: Clause, own: set[str], terms: set[str]) -> set[str]:
    by_duty = _BY_DUTY[clause.duty]
    if clause.trigger is not None:
        attack = clause.trigger.kinds.get(_ATTACK, NO) != NO
        return {"relief" if by_duty == _HELP and not attack else by_duty}
    if own and not (by_duty == "restraint" and clause.toward == ()):
        return own
    return terms or {by_duty}


def _stated(agreement: Agreement, number: int) -> set[str]:
    """What a clause's facts are about."""
    facts = [fact for fact in _facts(agreement, number) if isinstance(fact, Mapping)]
    found = {_BY_FACT[word] for fact in facts for word in fact if word in _BY_FACT}
    titles = [fact["title"] for fact in facts if isinstance(fact.get("title"), Mapping)]
    for title in titles:
        thing = str(title.get("kind"))
        found.add(
            ("logistics" if _drawn(facts) else "procurement") if thing == "money" else _BY_THING.get(thing, "unknown")
        )
    return found | ({_by_acts(facts)} - {""} if not found else set())


def _facts(agreement: Agreement, number: int) -> list[object]:
    clauses = agreement.document.get("clauses")
    given = clauses[number] if isinstance(clauses, list) else {}
    facts = given.get("facts") if isinstance(given, Mapping) else None
    return list(facts) if isinstance(facts, list) else []


def _drawn(facts: Iterable[Mapping[str, object]]) -> bool:
    return "draw" in _acts(facts)


def _acts(facts: Iterable[Mapping[str, object]]) -> set[str]:
    """The acts that grants and refusals are about."""
    bodies = [body for fact in facts for body in fact.values() if isinstance(body, Mapping)]
    return {str(act) for body in bodies for act in _list(body.get("actions"))}


def _list(given: object) -> list[object]:
    return list(given) if isinstance(given, list) else []


def _by_acts(facts: Iterable[Mapping[str, object]]) -> str:
    """A kind by acts alone, where the title stands in another clause."""
    acts = _acts(facts)
    if acts & {"enter", "base", "transit", "overfly"}:
        return "access"
    return "information" if acts & {"read"} else "logistics" if acts & {"draw"} else ""
