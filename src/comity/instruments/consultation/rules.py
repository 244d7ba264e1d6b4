"""Decision rules: what the votes cast so far come to, and who is still needed.

Rules:
1. A rule is data: its kind and its numbers. The answer is adopted, not adopted or open; an open one says what would
   settle it. A vote that comes later can settle an answer and never turns a settled one.
2. Who has not voted is unknown. Absence and abstention are votes, and are never a yes.
3. `consensus`: nobody objects. An abstention does not stand in the way (as in Art. 238(4) TFEU); an absent member has
   to be heard, unless `absent: counts-as-abstention`.
4. `k-of-n`: at least `k` members say yes, or at least a `share` of them such as 2/3.
5. `weighted`: the yeses weigh at least `needed`.
6. `qualified-majority` (Art. 16(4) TEU, Art. 238 TFEU): at least `members_percent` of the members, and at least
   `least_members` where that is said, with at least `population_percent` of the population of all. A blocking minority
   has at least `blocking_members` members: where fewer do not say yes, the population is deemed reached.
7. `council` (Art. 27 of the Charter of the United Nations): at least `k` yeses, and no veto: no no of a member that
   holds one; its abstention or absence is none. For a procedural matter (`procedural: true`) there is no veto.
8. Whoever has to abstain as a party to a dispute (Art. 27(3)) is counted as abstaining by `abstains`, a list.
9. `silence` is no vote: a text under silence is judged by `silence`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from comity.errors import Malformed
from comity.instruments.consultation.facts import Stance
from comity.values.fields import Fields
from comity.values.names import Names
from comity.values.party import PartyCode
from comity.values.truth import Truth, all_of, any_of

Votes = Mapping[PartyCode, Stance]
_COMMON = ("kind", "says", "abstains")


@dataclass(frozen=True, slots=True)
class Electorate:
    """Who votes, with how many people each stands for where a rule asks."""

    members: tuple[PartyCode, ...]
    population: Mapping[PartyCode, int]
    holds_veto: frozenset[PartyCode] = frozenset()


@dataclass(frozen=True, slots=True)
class Test:
    """One thing a rule asks: how far it is, how far it has to be, how far it may still go."""

    name: str
    result: Truth
    reached: str
    needed: str
    possible: str

    __test__ = False


@dataclass(frozen=True, slots=True)
class Tally:
    """What the votes come to."""

    result: Truth
    says: str
    tests: tuple[Test, ...]
    undecided: tuple[PartyCode, ...] = ()
    needed: tuple[PartyCode, ...] = ()
    enough: tuple[PartyCode, ...] = ()

    @property
    def settles(self) -> tuple[str, ...]:
        """What would settle an open answer."""
        wanted = [f"{party}: without its yes it fails" for party in self.needed]
        alone = [f"{party}: its yes alone would do" for party in self.enough]
        return tuple(wanted + alone) or tuple(f"the vote of {party}" for party in self.undecided)


_SHARE = re.compile(r"([0-9]{1,9})/([1-9][0-9]{0,8})")
Rule = Callable[[Fields, Electorate, Votes], "list[Test]"]


def tally(rule: Mapping[str, object], electorate: Electorate, votes: Votes) -> Tally:
    """What votes come to by a rule: rules 1 to 9.

    Args:
        rule: its kind and numbers.
        electorate: the members, their populations, and who holds a veto.
        votes: what each member that has voted said; who is no member does not count.

    Raises:
        Malformed: the rule cannot be carried out; the field is named.
    """
    cast = _cast(rule, electorate, votes)
    tests = _tests(rule, electorate, cast)
    result = all_of(test.result for test in tests)
    undecided = tuple(member for member in electorate.members if member not in cast)
    pivotal = undecided if result is Truth.UNKNOWN else ()

    def those(stance: Stance, comes_to: Truth) -> tuple[PartyCode, ...]:
        """The undecided whose one vote would settle it, whatever the others do."""
        return tuple(
            member
            for member in pivotal
            if all_of(test.result for test in _tests(rule, electorate, {**cast, member: stance})) is comes_to
        )

    needed, enough = those(Stance.NO, Truth.FALSE), those(Stance.YES, Truth.TRUE)
    return Tally(result, _says(result, tests), tuple(tests), undecided, needed, enough)


def _cast(rule: Mapping[str, object], electorate: Electorate, votes: Votes) -> dict[PartyCode, Stance]:
    """The votes that count: rules 2 and 8."""
    cast = {party: stance for party, stance in votes.items() if party in electorate.members}
    given = rule.get("abstains", ())
    abstains = given if isinstance(given, list | tuple) else [given]
    return {**cast, **{str(party): Stance.ABSTAIN for party in abstains if party in electorate.members}}


def _tests(rule: Mapping[str, object], electorate: Electorate, cast: Votes) -> list[Test]:
    kind = rule.get("kind")
    if not isinstance(kind, str) or kind not in RULES:
        raise Malformed(f"{kind!r} is no rule", field="rule.kind", next_step=f"allowed: {', '.join(RULES)}")
    fields = Fields(rule, "rule", Names())
    for name in _COMMON:
        fields.take(name, None)
    tests = RULES[kind](fields, electorate, cast)
    fields.done()
    return tests


def _says(result: Truth, tests: Sequence[Test]) -> str:
    word = {Truth.TRUE: "adopted", Truth.FALSE: "not adopted", Truth.UNKNOWN: "open"}[result]
    told = [test for test in tests if test.result is result] or list(tests)
    return f"{word}: {'; '.join(f'{test.name} {test.reached} of {test.needed}' for test in told)}"


def _at_least(
    name: str, members: Sequence[PartyCode], weight: Callable[[PartyCode], int], needed: Fraction, cast: Votes
) -> Test:
    """Whether the yeses weigh enough, and whether they still can."""
    yes = sum(weight(member) for member in members if cast.get(member) is Stance.YES)
    possible = yes + sum(weight(member) for member in members if member not in cast)
    result = Truth.TRUE if yes >= needed else Truth.FALSE if possible < needed else Truth.UNKNOWN
    return Test(name, result, str(yes), str(_ceiling(needed)), str(possible))


def _ceiling(needed: Fraction) -> int:
    return -(-needed.numerator // needed.denominator)


def _one(_: PartyCode) -> int:
    return 1


def _consensus(fields: Fields, electorate: Electorate, cast: Votes) -> list[Test]:
    """Rule 3."""
    lenient = fields.take("absent", "has-to-be-heard") == "counts-as-abstention"
    settled = {Stance.YES, Stance.ABSTAIN, *([Stance.ABSENT] if lenient else [])}
    heard = [member for member in electorate.members if cast.get(member) in settled]
    against = [member for member in electorate.members if cast.get(member) is Stance.NO]
    every = len(electorate.members)
    result = Truth.FALSE if against else Truth.TRUE if len(heard) == every else Truth.UNKNOWN
    return [Test("members without objection", result, str(len(heard)), str(every), str(every - len(against)))]


def _k_of_n(fields: Fields, electorate: Electorate, cast: Votes) -> list[Test]:
    """Rule 4."""
    return [_at_least("yes", electorate.members, _one, _needed(fields, len(electorate.members)), cast)]


def _needed(fields: Fields, count: int) -> Fraction:
    share = fields.optional_text("share")
    if share is None:
        return Fraction(fields.whole("k", None, least=1))
    fields.take("k", None)
    parts = _SHARE.fullmatch(share)
    if parts is None:
        raise Malformed(f"{share!r} is no share", field=fields.path("share"), next_step="write it as 2/3")
    return Fraction(int(parts[1]), int(parts[2])) * count


def _weighted(fields: Fields, electorate: Electorate, cast: Votes) -> list[Test]:
    """Rule 5."""
    given = fields.take("weights")
    if not isinstance(given, Mapping):
        raise Malformed(f"{given!r} is no table", field=fields.path("weights"), next_step="write {PARTY: number}")
    weights = Fields(given, fields.path("weights"), Names())
    known = {member: weights.whole(member, None) for member in electorate.members}
    needed = Fraction(fields.whole("needed", None, least=1))
    return [_at_least("weight", electorate.members, lambda member: known[member], needed, cast)]


def _qualified(fields: Fields, electorate: Electorate, cast: Votes) -> list[Test]:
    """Rule 6."""
    members, people = electorate.members, electorate.population
    missing = [member for member in members if member not in people]
    if missing:
        step = "add it to the table of populations"
        raise Malformed(f"no population of {', '.join(missing)} is known", field="rule", next_step=step)
    share = Fraction(str(fields.per_cent("members_percent"))) / 100 * len(members)
    least = Fraction(fields.whole("least_members"))
    total = sum(people[member] for member in members)
    wanted = Fraction(str(fields.per_cent("population_percent"))) / 100 * total
    count = _at_least("members", members, _one, max(share, least), cast)
    population = _at_least("population", members, lambda member: people[member], wanted, cast)
    blocking = fields.whole("blocking_members")
    deemed = _too_few_to_block(members, blocking, cast)
    result = any_of((population.result, deemed)) if blocking else population.result
    name = "population"
    if result is not population.result:
        name += f" (deemed reached where fewer than {blocking} do not say yes)"
    return [count, Test(name, result, population.reached, population.needed, population.possible)]


def _too_few_to_block(members: Sequence[PartyCode], blocking: int, cast: Votes) -> Truth:
    """Whether fewer members than a blocking minority needs do not say yes: rule 6."""
    not_yes = sum(member in cast and cast[member] is not Stance.YES for member in members)
    perhaps = not_yes + sum(member not in cast for member in members)
    return Truth.FALSE if not_yes >= blocking else Truth.TRUE if perhaps < blocking else Truth.UNKNOWN


def _council(fields: Fields, electorate: Electorate, cast: Votes) -> list[Test]:
    """Rule 7."""
    tests = [_at_least("yes", electorate.members, _one, Fraction(fields.whole("k", None, least=1)), cast)]
    if fields.take("procedural", False) is True:
        return tests
    holders = [member for member in electorate.members if member in electorate.holds_veto]
    against = [member for member in holders if cast.get(member) is Stance.NO]
    silent = [member for member in holders if member not in cast]
    result = Truth.FALSE if against else Truth.UNKNOWN if silent else Truth.TRUE
    name = f"no veto ({', '.join(against)})" if against else "no veto"
    without = len(holders) - len(against) - len(silent)
    return [*tests, Test(name, result, str(without), str(len(holders)), str(len(holders) - len(against)))]


RULES: dict[str, Rule] = {
    "consensus": _consensus,
    "k-of-n": _k_of_n,
    "weighted": _weighted,
    "qualified-majority": _qualified,
    "council": _council,
}
"""Every rule by which votes are counted."""
