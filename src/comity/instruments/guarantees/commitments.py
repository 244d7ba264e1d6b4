"""What binds us: the commitments that an event sets off, article by article, between ordered pairs of parties.

Rules:
1. One row for each agreement, article, bound party and party it is owed to. A row is settled when every test of its
   clause holds, unknown when one is unknown and none fails, and not triggered when one fails.
2. An unknown row's duty is `unknown`; it names what would settle it, and the duty it would be.
3. A bound party that is itself the alleged attacker keeps its row, which says so: no article here excepts it, and
   naming an attacker can then settle an answer but never turn one round.
4. Where the place lies in a disputed area, the answer is worked out under each claimant's claim. The same under all is
   settled; otherwise the duty is unknown and the branches are shown.
5. A breach of treaty finds the standing duties of whoever broke it towards the victim.
6. Filling an unknown never turns a settled row, or a settled refusal, round.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Protocol

from comity.casebook.agreement import PARTIES, VICTIM, Agreement, Clause, Names, applies_to
from comity.casebook.book import Casebook
from comity.casebook.places import Site
from comity.instruments.guarantees import trigger as asking
from comity.instruments.guarantees.event import Event
from comity.instruments.guarantees.trigger import Case, Test
from comity.values.condition import holds, unknowns
from comity.values.instant import show
from comity.values.period import Period
from comity.values.truth import Truth

UNKNOWN = "unknown"
NOT_TRIGGERED = "not triggered"
PUBLIC = "PUBLIC"
_BREACH = "treaty-breach"
Spells = dict[str, tuple[Period, ...]]


class Seen(Protocol):
    """What the question is asked of: a casebook, as an audience may see it."""

    @property
    def casebook(self) -> Casebook:
        """The agreements and facts about states."""

    @property
    def audience(self) -> tuple[str, ...]:
        """Whom the answer is for; () is the public."""


@dataclass(frozen=True, slots=True)
class Branch:
    """What a row is if one claim is taken."""

    claim: str
    duty: str
    reason: str


@dataclass(frozen=True, slots=True)
class Commitment:
    """One row: who owes what to whom, by which article, and what is not settled about it."""

    agreement: Agreement
    clause: Clause
    bound: str
    toward: str
    duty: str
    because: tuple[str, ...]
    unsettled: tuple[str, ...]
    branches: tuple[Branch, ...] = ()

    def as_json(self) -> dict[str, object]:
        """The row as plain data."""
        clause, strength = self.clause, self.clause.strength
        return {
            "agreement": self.agreement.id,
            "agreement_name": self.agreement.name,
            "article": clause.article,
            "bound": self.bound,
            "toward": self.toward,
            "duty": self.duty,
            "would_be": clause.duty if self.duty == UNKNOWN != clause.duty else None,
            "strength": {"order": strength.order, "words": strength.words, "read_by": strength.read_by},
            "says": clause.says,
            "determined_by": list(clause.determined_by),
            "processes": clause.processes,
            "because": list(self.because),
            "unsettled": list(self.unsettled),
            "branches": [{"if": b.claim, "duty": b.duty, "reason": b.reason} for b in self.branches],
            "source_grade": clause.grade,
            "verify": clause.verify,
            "source": clause.source,
        }


@dataclass(frozen=True, slots=True)
class Declined:
    """Why an article does not bind: for one pair of parties, or (None) for everybody."""

    agreement: str
    article: str
    bound: tuple[str, ...]
    toward: tuple[str, ...]
    reason: str

    def as_json(self) -> dict[str, object]:
        """The entry as plain data."""
        return {
            "agreement": self.agreement,
            "article": self.article,
            "bound": list(self.bound),
            "toward": list(self.toward),
            "reason": self.reason,
        }


@dataclass(frozen=True, slots=True)
class Commitments:
    """The answer: the rows, and why the other articles do not apply."""

    event: Event
    audience: tuple[str, ...]
    rows: tuple[Commitment, ...]
    not_triggered: tuple[Declined, ...]
    label: str = PUBLIC

    def as_json(self, why_not: bool = True) -> dict[str, object]:
        """The answer as plain data."""
        return {
            "event": self.event.as_json(),
            "on": UNKNOWN if self.event.on is None else show(self.event.on),
            "audience": list(self.audience),
            "label": self.label,
            "commitments": [row.as_json() for row in self.rows],
            "not_triggered": [item.as_json() for item in self.not_triggered] if why_not else [],
        }


@dataclass(frozen=True, slots=True)
class _Article:
    """One clause of an agreement, and whom the agreement binds when."""

    agreement: Agreement
    clause: Clause
    spells: Spells


@dataclass(frozen=True, slots=True)
class _Pair:
    """One clause between one ordered pair, under one claim: the tests and what they come to."""

    bound: str
    toward: str
    tests: tuple[Test, ...]

    @property
    def result(self) -> Truth:
        return asking.together(self.tests)

    @property
    def reason(self) -> str:
        return next((test.says for test in self.tests if test.result is Truth.FALSE), "")


def commitments(seen: Seen, event: Event) -> Commitments:
    """Which articles bind whom to what towards whom by an event, and which do not, and why.

    Args:
        seen: the casebook and the audience the answer is for.
        event: what happened, as claimed.
    """
    book = seen.casebook
    cases = list(_cases(book, event))
    rows: list[Commitment] = []
    declined: list[Declined] = []
    for agreement in book.agreements.values():
        spells = book.spells(agreement)
        for clause in agreement.clauses:
            article = _Article(agreement, clause, spells)
            if clause.trigger is None and event.kind not in {None, _BREACH}:
                continue
            for found in zip(*(_pairs(article, case) for case in cases), strict=True):
                _settle(article, list(found), cases, rows, declined)
        if not any(clause.trigger for clause in agreement.clauses):
            declined.append(Declined(agreement.id, "", (), (), "no article of it is set off by an event"))
    return Commitments(event, tuple(seen.audience), tuple(rows), tuple(_gathered(declined)))


def _cases(book: Casebook, event: Event) -> Iterator[Case]:
    """The event under each claim that matters: rule 4."""
    disputes = list(book.disputed(Site(event.place, event.on))) if event.place is not None else []
    claims = [
        Case(book, event, claim.party, dispute.name)
        for dispute in disputes
        for claim in dispute.claims
        if {event.victim, event.attacker} & {other.party for other in dispute.claims}
    ]
    yield from claims or [Case(book, event)]


def _pairs(article: _Article, case: Case) -> list[_Pair]:
    """Every ordered pair the clause may bind, tested, in an order that does not depend on the case."""
    clause, spells = article.clause, article.spells
    if clause.trigger is None:
        return _standing(article, case)
    pairs = []
    for victim in _victims(clause, spells, case):
        shared = _shared(article, victim, case)
        for toward in _toward(clause.toward, victim, spells, case.book):
            for bound in _named(clause.bound, spells, case.book):
                if bound not in {toward, victim}:
                    own = _own(article, bound, toward, case)
                    pairs.append(_Pair(bound, toward, (*shared, *own)))
    return pairs


def _victims(clause: Clause, spells: Spells, case: Case) -> list[str]:
    """The victim, or, while it is unknown, everybody the clause may protect."""
    if case.event.victim is not None:
        return [case.event.victim]
    names = clause.trigger.victim if clause.trigger is not None else PARTIES
    return _named(PARTIES if isinstance(names, str) else names, spells, case.book)


def _named(names: Names, spells: Spells, book: Casebook) -> list[str]:
    """The codes that names stand for, whenever they do."""
    if isinstance(names, str):
        return sorted(spells)
    members = {member for name in names for member, _ in book.groups.get(name, ())}
    return sorted(members | {name for name in names if name not in book.groups})


def _toward(names: Names, victim: str, spells: Spells, book: Casebook) -> list[str]:
    return [victim] if names == VICTIM else _named(names, spells, book)


def _shared(article: _Article, victim: str, case: Case) -> tuple[Test, ...]:
    """The tests that do not depend on who is bound."""
    agreement, clause, spells = article.agreement, article.clause, article.spells
    wanted = clause.trigger
    assert wanted is not None  # noqa: S101 - standing clauses are asked elsewhere
    who = Test(Truth.TRUE, "the victim is named")
    if case.event.victim is None:
        who = Test(Truth.UNKNOWN, "the victim is unknown", (f"victim: whether it is {victim}",))
    return (
        _force(agreement, case),
        *([] if clause.valid == Period() else [asking.held(clause.valid, case, f"Article {clause.article}")]),
        asking.kind(wanted, case),
        who,
        asking.victim(wanted.victim, victim, spells, case),
        asking.attacker(wanted.attacker, spells, case),
        asking.target(wanted, victim, agreement.places, case),
        asking.circumstances(wanted, case),
        *(
            [Test(Truth.UNKNOWN, "the text is not published", ("the text, which is not published",))]
            if clause.duty == UNKNOWN
            else []
        ),
    )


def _force(agreement: Agreement, case: Case) -> Test:
    if not agreement.ever_in_force:
        return Test(Truth.FALSE, f"{agreement.id} is not known to be in force")
    return asking.held(agreement.in_force, case, f"{agreement.id} is in force")


def _own(article: _Article, bound: str, toward: str, case: Case) -> Iterator[Test]:
    """The tests that depend on the pair: membership, suspensions, reservations."""
    agreement, clause, spells = article.agreement, article.clause, article.spells
    yield asking.bound_on(bound, spells.get(bound, ()), case)
    if clause.toward != VICTIM:
        yield (
            asking.bound_on(toward, spells.get(toward, ()), case)
            if toward in spells
            else Test(Truth.TRUE, f"{toward} is named")
        )
    for suspension in agreement.suspensions:
        if (
            suspension.bound in {None, bound}
            and suspension.toward in {None, toward}
            and applies_to(suspension.articles, clause.article)
        ):
            stopped = asking.held(suspension.valid, case, "the suspension")
            yield Test(
                ~stopped.result,
                f"{bound} towards {toward}: {suspension.says}" if stopped.result else "no suspension",
                stopped.settles,
            )
    for narrowing in agreement.narrowings:
        if narrowing.party == bound and applies_to(narrowing.articles, clause.article):
            context = asking.known(case)
            result = holds(narrowing.when, context)
            yield Test(result, f"{bound}'s reservation: {narrowing.says}", unknowns(narrowing.when, context))


def _standing(article: _Article, case: Case) -> list[_Pair]:
    """The duty of whoever broke a treaty towards the victim: rule 5."""
    clause, spells = article.clause, article.spells
    event = case.event
    if event.kind not in {None, _BREACH} or clause.duty == UNKNOWN:
        return []
    pairs = []
    for toward in _named(clause.toward if clause.toward != VICTIM else PARTIES, spells, case.book):
        for bound in _named(clause.bound, spells, case.book):
            if bound != toward and event.victim in {None, toward} and event.attacker in {None, bound}:
                pairs.append(_Pair(bound, toward, tuple(_breach(article, bound, toward, case))))
    return pairs


def _breach(article: _Article, bound: str, toward: str, case: Case) -> Iterator[Test]:
    event = case.event
    yield _force(article.agreement, case)
    if event.kind is None:
        yield Test(Truth.UNKNOWN, "the kind of event is unknown", ("kind: whether a treaty was broken",))
    if event.victim is None:
        yield Test(Truth.UNKNOWN, "the victim is unknown", (f"victim: whether it is {toward}",))
    if event.attacker is None:
        yield Test(Truth.UNKNOWN, "who broke it is unknown", (f"attacker: whether it is {bound}",))
    yield from _own(article, bound, toward, case)


def _settle(
    article: _Article, found: list[_Pair], cases: list[Case], rows: list[Commitment], declined: list[Declined]
) -> None:
    """Put one pair's results under all claims into a row, or among what does not apply: rules 1, 2 and 4."""
    agreement, clause = article.agreement, article.clause
    results = {pair.result for pair in found}
    pair = found[0]
    if results == {Truth.FALSE}:
        declined.append(Declined(agreement.id, clause.article, (pair.bound,), (pair.toward,), pair.reason))
        return
    if len(results) == 1:
        duty = clause.duty if results == {Truth.TRUE} else UNKNOWN
        rows.append(_row(article, pair, duty, cases[0]))
        return
    rows.append(_branched(article, found, cases))


def _row(article: _Article, pair: _Pair, duty: str, case: Case) -> Commitment:
    unsettled = dict.fromkeys(item for test in pair.tests if test.result is Truth.UNKNOWN for item in test.settles)
    return Commitment(
        article.agreement,
        article.clause,
        pair.bound,
        pair.toward,
        duty,
        tuple(_because(article, pair, case)),
        tuple(unsettled),
    )


def _branched(article: _Article, found: list[_Pair], cases: list[Case]) -> Commitment:
    """A row that depends on whose claim is taken: rule 4."""
    clause = article.clause
    branches = tuple(
        Branch(
            f"{case.sovereign}'s claim is taken",
            {Truth.TRUE: clause.duty, Truth.UNKNOWN: UNKNOWN, Truth.FALSE: NOT_TRIGGERED}[pair.result],
            pair.reason,
        )
        for pair, case in zip(found, cases, strict=True)
    )
    open_pair = max(found, key=lambda pair: pair.result)
    row = _row(article, open_pair, UNKNOWN, cases[0])
    return replace(
        row, unsettled=(*row.unsettled, f"sovereignty: whose claim to {cases[0].dispute} is taken"), branches=branches
    )


def _because(article: _Article, pair: _Pair, case: Case) -> Iterator[str]:
    """Why the row stands, and what is said beside it."""
    agreement, clause = article.agreement, article.clause
    event = case.event
    yield from (test.says for test in pair.tests)
    if event.attacker == pair.bound:
        yield f"{pair.bound} is itself the alleged attacker; the article excepts nobody"
    if event.claimed_by:
        yield f"the event is as claimed by {', '.join(event.claimed_by)}"
    for saying in clause.qualifies:
        if saying.by == pair.bound and (event.on is None or saying.valid.holds(event.on)):
            yield f"{saying.by}: {saying.says} ({saying.source})"
    yield from (f"as read by {saying.by}: {saying.says} ({saying.source})" for saying in clause.readings)
    yield from (f"sources differ on {claim}" for claim in agreement.claims)
    if clause.grade == "C" or clause.verify:
        yield "weak source (grade C or still to be verified): check it before you rely on this row"


def _gathered(declined: Iterable[Declined]) -> Iterator[Declined]:
    """Entries of one article with one reason, together."""
    together: dict[tuple[str, str, str], list[Declined]] = {}
    for item in declined:
        together.setdefault((item.agreement, item.article, item.reason), []).append(item)
    for (agreement, article, reason), items in together.items():
        bound = tuple(dict.fromkeys(b for item in items for b in item.bound))
        toward = tuple(dict.fromkeys(t for item in items for t in item.toward))
        yield Declined(agreement, article, bound, toward, reason)
