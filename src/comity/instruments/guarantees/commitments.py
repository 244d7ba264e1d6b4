"""What binds us: the commitments that an event sets off, article by article, between ordered pairs of parties.

Rules:
1. One row for each agreement, article, bound party and party it is owed to, never of a party towards itself. A row is
   settled when every test of its clause holds, unknown when one is unknown and none fails, and not triggered when one
   fails.
2. An unknown row's duty is `unknown`; it names what would settle it, and the duty it would be.
3. A bound party that is itself the alleged attacker keeps its row, which says so: no article here excepts it, and
   naming an attacker can then settle an answer but never turn one round.
4. Claims are `worlds`: whose area it is where the article asks that and the victim is a claimant, who did it, when the
   agreement bound whom. The answer is worked out under each; the same under all is settled, otherwise the duty is
   unknown and the branches are shown.
5. A breach of treaty finds the standing duties of whoever broke it towards the victim.
6. While the victim is unknown, a clause is tried for each party it may protect; no row is then settled.
7. Filling an unknown never turns a settled row, or a settled refusal, round: each test only grows with what is known
   (`trigger`, `ground`), an unknown stands for all that it may be, and rules 1, 4 and 6 keep that. An event that
   contradicts itself is refused (`circumstances`).
8. The label is the join over everything that was searched, whether or not a row rests on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from comity.casebook.agreement import ANY, PARTIES, VICTIM, Agreement, Clause, Names, applies_to
from comity.casebook.book import Casebook
from comity.casebook.places import Shape
from comity.instruments.guarantees import trigger as asking
from comity.instruments.guarantees.answer import (
    NOT_TRIGGERED,
    PUBLIC,
    UNKNOWN,
    Branch,
    Commitment,
    Commitments,
    Declined,
    Seen,
    gathered,
)
from comity.instruments.guarantees.circumstances import consistent, known
from comity.instruments.guarantees.event import Event
from comity.instruments.guarantees.ground import Case, asks_whose
from comity.instruments.guarantees.trigger import Test
from comity.instruments.guarantees.worlds import NOBODY, About, Outcome, Pair, World, cases, disputed, settle
from comity.values.condition import holds, unknowns
from comity.values.label import join, normalise, words
from comity.values.period import OPEN, Period
from comity.values.truth import Truth

__all__ = [
    "NOT_TRIGGERED",
    "PUBLIC",
    "UNKNOWN",
    "Branch",
    "Commitment",
    "Commitments",
    "Declined",
    "Seen",
    "commitments",
]
SEARCHED = ("agreement", "signature")
"""The kinds of fact, besides the casebook, that an answer rests on."""
_BREACH = "treaty-breach"
Spells = Mapping[str, tuple[Period, ...]]


@dataclass(frozen=True, slots=True)
class _Question:
    """The event put to a casebook, and the cases that each victim makes."""

    book: Casebook
    event: Event
    memo: dict[object, Truth]
    made: dict[tuple[str, bool], tuple[Case, ...]]

    def cases(self, victim: str, whose: bool) -> tuple[Case, ...]:
        """The event under each claim that matters: rule 4."""
        if (victim, whose) not in self.made:
            self.made[victim, whose] = tuple(cases(self.book, self.event, victim, self.memo, whose))
        return self.made[victim, whose]


@dataclass(frozen=True, slots=True)
class _Trial:
    """A world, and the tests of a clause in it that do not depend on who is bound, up to the first that fails."""

    world: World
    shared: tuple[Test, ...]

    @property
    def fails(self) -> bool:
        """Whether one fails, whoever is bound."""
        return bool(self.shared) and self.shared[-1].result is Truth.FALSE


def commitments(seen: Seen, event: Event) -> Commitments:
    """Which articles bind whom to what towards whom by an event, and which do not, and why.

    Args:
        seen: the casebook and the audience the answer is for.
        event: what happened, as claimed.

    Raises:
        Malformed: the event contradicts itself.
    """
    book = seen.casebook
    consistent(book, event)
    question = _Question(book, event, {}, {})
    ground = tuple(disputed(book, event))
    rows: list[Commitment] = []
    declined: list[Declined] = []
    for agreement in book.agreements.values():
        for clause in agreement.clauses:
            for found in _answers(question, About(book, event, agreement, clause, ground)):
                if isinstance(found, Commitment):
                    rows.append(found)
                else:
                    declined.append(found)
        if not any(clause.trigger for clause in agreement.clauses):
            declined.append(Declined(agreement.id, "", (), (), "no article of it is set off by an event"))
    label = words(normalise(join(seen.searched(SEARCHED))))
    return Commitments(event, tuple(seen.audience), tuple(rows), tuple(gathered(declined)), label)


def _answers(question: _Question, about: About) -> Iterator[Commitment | Declined]:
    """What becomes of a clause: why it binds nobody, or what it is between each ordered pair it may bind."""
    clause, event = about.clause, question.event
    if clause.trigger is None and event.kind not in {None, _BREACH}:
        return
    tried = list(_trials(question, about.agreement, clause))
    if _fails_for_all(about, tried):
        yield from _refused(about, tried[0])
    else:
        for key, outcomes in _outcomes(clause, tried).items():
            yield settle(about, key, outcomes)


def _fails_for_all(about: About, tried: Sequence[Sequence[_Trial]]) -> bool:
    """Whether a test fails, whoever is bound, in every world that the victim makes."""
    named = about.clause.trigger is not None and about.event.victim is not None
    return named and all(trial.fails for trial in tried[0])


def _trials(question: _Question, agreement: Agreement, clause: Clause) -> Iterator[list[_Trial]]:
    """A clause put to every world that each victim there may be makes: rules 4 and 6."""
    variants = question.book.variants(agreement)
    whose = clause.trigger is not None and asks_whose(clause.trigger, _shapes(clause, agreement))
    for victim in _victims(question, clause, {party for one in variants for party in one.spells}):
        worlds = (World(variant, case) for variant in variants for case in question.cases(victim, whose))
        yield [_Trial(one, _until_one_fails(_shared(clause, one))) for one in worlds]


def _refused(about: About, tried: Sequence[_Trial]) -> Iterator[Declined]:
    """Why a clause binds nobody, where in every world a test fails whoever is bound: no pair is then tried.

    It is what gathering the same refusal of each pair comes to. The reason is the first world's; of pairs that world
    does not have, that it has none.
    """
    first, *others = (_keys(about.clause, trial.world) for trial in tried)
    more = dict.fromkeys(key for keys in others for key in keys)
    for keys, why in ((first, tried[0].shared[-1].says), ([key for key in more if key not in set(first)], NOBODY)):
        bound, toward = (tuple(dict.fromkeys(key[side] for key in keys)) for side in (0, 1))
        if keys:
            yield Declined(about.agreement.id, about.clause.article, bound, toward, why)


def _keys(clause: Clause, world: World) -> list[tuple[str, str]]:
    """Every ordered pair the clause may bind in one world: rule 1."""
    spells, case = world.variant.spells, world.case
    towards = [case.victim] if clause.toward == VICTIM else _named(clause.toward, spells, case.book)
    bounds = _named(clause.bound, spells, case.book)
    return [(bound, toward) for toward in towards for bound in bounds if bound != toward]


def _outcomes(clause: Clause, tried: Iterable[Sequence[_Trial]]) -> dict[tuple[str, str], list[Outcome]]:
    """Every ordered pair the clause may bind, tested in every world."""
    found: dict[tuple[str, str], list[Outcome]] = {}
    for trials in tried:
        worlds = tuple(trial.world for trial in trials)
        by_key: dict[tuple[str, str], list[Pair | None]] = {}
        for number, trial in enumerate(trials):
            for key, pair in _pairs(clause, trial):
                by_key.setdefault(key, [None] * len(worlds))[number] = pair
        for key, pairs in by_key.items():
            found.setdefault(key, []).append(Outcome(worlds, tuple(pairs)))
    return found


def _shapes(clause: Clause, agreement: Agreement) -> list[Shape]:
    wanted = clause.trigger
    if wanted is None:
        return []
    named = {wanted.place, *(target.place for target in (wanted.targets or {}).values())}
    return [agreement.places[name] for name in named if name is not None]


def _victims(question: _Question, clause: Clause, parties: set[str]) -> list[str]:
    """The victim, or, while it is unknown, everybody the clause may protect: rule 6."""
    if question.event.victim is not None or clause.trigger is None:
        return [question.event.victim or ""]
    names = clause.trigger.victim
    if names == ANY:
        return sorted(question.book.states)
    return _named(names, parties, question.book)


def _pairs(clause: Clause, trial: _Trial) -> Iterator[tuple[tuple[str, str], Pair]]:
    """Every ordered pair the clause may bind, tested in one world; where all fail alike they are one and the same."""
    if clause.trigger is None:
        yield from _standing(clause, trial.world)
        return
    failed = Pair(trial.shared) if trial.fails else None
    for bound, toward in _keys(clause, trial.world):
        own = () if failed else _until_one_fails(_own(clause, trial.world, bound, toward))
        yield (bound, toward), failed or Pair((*trial.shared, *own))


def _until_one_fails(tests: Iterator[Test]) -> tuple[Test, ...]:
    """The tests up to the first that fails, which decides: what comes after it is not asked."""
    asked = []
    for test in tests:
        asked.append(test)
        if test.result is Truth.FALSE:
            break
    return tuple(asked)


def _named(names: Names, parties: set[str] | Spells, book: Casebook) -> list[str]:
    """The codes that names stand for, whenever they do."""
    if isinstance(names, str):
        return sorted(parties)
    members = {member for name in names for member, _ in book.groups.get(name, ())}
    return sorted(members | {name for name in names if name not in book.groups})


def _shared(clause: Clause, world: World) -> Iterator[Test]:
    """The tests that do not depend on who is bound."""
    agreement, spells, case = world.variant.agreement, world.variant.spells, world.case
    wanted = clause.trigger
    if wanted is None:  # standing clauses are asked elsewhere
        return
    yield _force(agreement, case)
    if clause.valid is not OPEN and clause.valid != OPEN:
        yield asking.held(clause.valid, case, f"Article {clause.article}")
    yield asking.kind(wanted, case)
    if case.event.victim is None:
        yield Test(Truth.UNKNOWN, "the victim is unknown", (f"victim: whether it is {case.victim}",))
    else:
        yield Test(Truth.TRUE, "the victim is named")
    yield asking.victim(wanted.victim, case.victim, spells, case)
    yield asking.attacker(wanted.attacker, spells, case)
    yield asking.target(wanted, agreement.places, case)
    yield asking.circumstances(wanted, case)
    if clause.duty == UNKNOWN:
        yield Test(Truth.UNKNOWN, "the text is not published", ("the text, which is not published",))


def _force(agreement: Agreement, case: Case) -> Test:
    if not agreement.ever_in_force:
        return Test(Truth.FALSE, f"{agreement.id} is not known to be in force")
    return asking.held(agreement.in_force, case, f"{agreement.id} is in force")


def _own(clause: Clause, world: World, bound: str, toward: str) -> Iterator[Test]:
    """The tests that depend on the pair: membership, suspensions, reservations."""
    agreement, spells, case = world.variant.agreement, world.variant.spells, world.case
    yield world.binds(bound)
    if clause.toward != VICTIM:
        yield world.binds(toward) if toward in spells else Test(Truth.TRUE, f"{toward} is named")
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
            context = known(case.book, case.event, case.victim)
            result = holds(narrowing.when, context)
            yield Test(result, f"{bound}'s reservation: {narrowing.says}", unknowns(narrowing.when, context))


def _standing(clause: Clause, world: World) -> Iterator[tuple[tuple[str, str], Pair]]:
    """The duty of whoever broke a treaty towards the victim: rule 5."""
    spells, event, book = world.variant.spells, world.case.event, world.case.book
    if clause.duty == UNKNOWN:
        return
    shared = tuple(_breach(clause, world))
    for toward in _named(clause.toward if clause.toward != VICTIM else PARTIES, spells, book):
        if event.victim in {None, toward}:
            his = replace(world, case=replace(world.case, victim=toward))
            for bound in _named(clause.bound, spells, book):
                if bound != toward and event.attacker in {None, bound}:
                    yield (bound, toward), Pair((*shared, *_broken(clause, his, bound, toward)))


def _breach(clause: Clause, world: World) -> Iterator[Test]:
    """The tests of a breach that do not depend on the pair."""
    case = world.case
    yield _force(world.variant.agreement, case)
    if clause.valid is not OPEN and clause.valid != OPEN:
        yield asking.held(clause.valid, case, f"Article {clause.article}")
    if case.event.kind is None:
        yield Test(Truth.UNKNOWN, "the kind of event is unknown", ("kind: whether a treaty was broken",))


def _broken(clause: Clause, world: World, bound: str, toward: str) -> Iterator[Test]:
    """The tests of a breach that depend on the pair."""
    event = world.case.event
    if event.victim is None:
        yield Test(Truth.UNKNOWN, "the victim is unknown", (f"victim: whether it is {toward}",))
    if event.attacker is None:
        yield Test(Truth.UNKNOWN, "who broke it is unknown", (f"attacker: whether it is {bound}",))
    yield from _own(clause, world, bound, toward)
