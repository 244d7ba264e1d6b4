"""How one clause, or one agreement, stands against another in each aspect by itself.

Rules:
1. An aspect is the same, stronger, weaker, or different where neither contains the other. The first is stronger where
   it binds in more cases, to more, or for longer.
2. Strength is the order on the ladder, as read by whoever is named; where an order is not stated, or another reads it,
   it is different, not weaker. To defend, by all means, is stronger than to assist, by means one chooses; any other
   change of the duty is different. Words, who determines, and processes are shown as other words and decide nothing:
   their weight is the order.
3. Several aspects are stronger together when some is and none is weaker or different; weaker likewise; else different.
4. `parties` are those of each agreement. Places are the same when they are drawn the same.
5. Consents are compared apart (`consent_aspects`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from comity.casebook import agreement as strict
from comity.casebook.agreement import Agreement, Clause, Names, Target, Trigger
from comity.casebook.places import Shape
from comity.casebook.vocabulary import KINDS, TARGETS
from comity.flow import agreement_words as words
from comity.flow import consent_aspects
from comity.flow.aspect import DIFFERENT, OTHER, SAME, STRONGER, WEAKER, Aspect, together
from comity.values.period import Period

__all__ = ["DIFFERENT", "OTHER", "SAME", "STRONGER", "WEAKER", "Aspect", "of_agreements", "of_clauses", "together"]

_COVERED = {strict.NO: 0, strict.FINDING: 1, strict.YES: 2}
Places = Mapping[str, Shape]


def of_clauses(one: Clause, two: Clause, first: Agreement, second: Agreement) -> tuple[Aspect, ...]:
    """Every aspect of a clause of the first agreement and one of the second."""
    consents = consent_aspects.compared((first, one), (second, two))
    return (*_duty(one, two), *_trigger(one, two, first, second), *_rest(one, two), *consents)


def _duty(one: Clause, two: Clause) -> Iterator[Aspect]:
    mine, theirs = one.strength, two.strength
    if mine.read_by != theirs.read_by:
        order = DIFFERENT
    elif mine.order is None and theirs.order is None:
        order = SAME if mine.words == theirs.words else DIFFERENT
    elif mine.order is None or theirs.order is None:
        order = DIFFERENT
    else:
        order = _larger(mine.order, theirs.order)
    yield Aspect("duty", _duties(one.duty, two.duty), one.duty, two.duty)
    yield Aspect("strength", order, words.strength(one), words.strength(two))


def _duties(one: str, two: str) -> str:
    """Rule 2."""
    return (
        SAME
        if one == two
        else {("defend", "assist"): STRONGER, ("assist", "defend"): WEAKER}.get((one, two), DIFFERENT)
    )


def _trigger(one: Clause, two: Clause, first: Agreement, second: Agreement) -> Iterator[Aspect]:
    mine, theirs = one.trigger, two.trigger
    if mine is None or theirs is None:
        return
    kinds = together(_larger(_grade(mine, kind), _grade(theirs, kind)) for kind in KINDS)
    yield Aspect("kinds of event", kinds, words.kinds(mine), words.kinds(theirs))
    reach = [_reach(_target(mine, name), _target(theirs, name), first.places, second.places) for name in TARGETS]
    yield Aspect("targets and places", together(reach), _ground(mine), _ground(theirs))
    yield Aspect("victim", _wider(mine.victim, theirs.victim), words.victims(mine), words.victims(theirs))
    yield Aspect("attacker", _wider(mine.attacker, theirs.attacker), words.attackers(mine), words.attackers(theirs))
    here, there = words.condition(first, one), words.condition(second, two)
    condition = SAME if here == there else STRONGER if here is None else WEAKER if there is None else DIFFERENT
    yield Aspect("condition", condition, here or "none", there or "none")
    administered = _administered(mine), _administered(theirs)
    yield Aspect("rival claims", SAME if administered[0] == administered[1] else DIFFERENT, *administered)
    found = "; ".join(one.determined_by) or words.NOT_SAID, "; ".join(two.determined_by) or words.NOT_SAID
    yield Aspect("determined by", _as_worded(*found), *found)


def _rest(one: Clause, two: Clause) -> Iterator[Aspect]:
    yield Aspect("bound", _wider(one.bound, two.bound), words.listed(one.bound), words.listed(two.bound))
    yield Aspect("towards", _wider(one.toward, two.toward), words.listed(one.toward), words.listed(two.toward))
    processes = one.processes or words.NOT_SAID, two.processes or words.NOT_SAID
    yield Aspect("processes", _as_worded(*processes), *processes)
    yield Aspect("period", _longer(one.valid, two.valid), words.period(one.valid), words.period(two.valid))


def _administered(trigger: Trigger) -> str:
    return "it goes by who administers a territory" if trigger.by_administration else "they matter"


def _longer(one: Period, two: Period) -> str:
    """Whether one period holds whatever the other does, and more."""
    if one == two:
        return SAME
    before, after = _larger(two.start.earliest, one.start.earliest), _larger(one.end.latest, two.end.latest)
    ragged = _larger(two.start.latest, one.start.latest), _larger(one.end.earliest, two.end.earliest)
    return together((before, after, *ragged))


def _grade(trigger: Trigger, kind: str) -> int:
    return _COVERED[trigger.kinds.get(kind, strict.NO)]


def _target(trigger: Trigger, name: str) -> Target:
    if trigger.targets is None:
        return Target(strict.YES, trigger.place)
    return trigger.targets.get(name, Target(strict.NO))


def _reach(one: Target, two: Target, here: Places, there: Places) -> str:
    """How far one target is covered against another: whether at all, where, and in whose territory."""
    covered = _larger(_COVERED[one.covered], _COVERED[two.covered])
    if strict.NO in {one.covered, two.covered}:
        return covered
    place = SAME if _drawn(one, here) == _drawn(two, there) else DIFFERENT
    if (one.place is None) != (two.place is None):
        place = STRONGER if one.place is None else WEAKER
    return together([covered, place, _larger(int(two.in_territory), int(one.in_territory))])


def _drawn(target: Target, places: Places) -> Shape | None:
    return None if target.place is None else places[target.place]


def _ground(trigger: Trigger) -> str:
    return words.ground(trigger).removeprefix(", ") or "any target, anywhere"


def _wider(one: Names, two: Names) -> str:
    """Whether one way of naming parties takes in more than another: rule 4."""
    if one == two or (not isinstance(one, str) and not isinstance(two, str) and set(one) == set(two)):
        return SAME
    if strict.ANY in (one, two):
        return STRONGER if one == strict.ANY else WEAKER
    if isinstance(one, str) or isinstance(two, str):
        return DIFFERENT
    return STRONGER if set(one) > set(two) else WEAKER if set(one) < set(two) else DIFFERENT


def _larger(one: float, two: float) -> str:
    return SAME if one == two else STRONGER if one > two else WEAKER


def _as_worded(one: str, two: str) -> str:
    return SAME if one == two else OTHER


# The agreements as wholes


def of_agreements(first: Agreement, second: Agreement) -> Iterator[Aspect]:
    """Every aspect of the agreements as wholes."""
    yield _in_force(first, second)
    mine, theirs = sorted(words.entered(first)), sorted(words.entered(second))
    yield Aspect("parties", SAME if mine == theirs else DIFFERENT, "; ".join(mine), "; ".join(theirs))
    yield _sets("reservations", _narrowed(first), _narrowed(second), more=WEAKER)
    yield _sets("suspensions", _stopped(first), _stopped(second), more=WEAKER)
    yield _sets("exclusivity", _sayings(first, "exclusivity"), _sayings(second, "exclusivity"), more=STRONGER)
    here, there = first.document.get("exit"), second.document.get("exit")
    yield Aspect("notice to leave", _notice(here, there), words.notice(here), words.notice(there))
    yield _said("exit", first, second)
    yield _said("duration", first, second)
    yield _sets("what survives", _sayings(first, "survives"), _sayings(second, "survives"), more=STRONGER)


def _in_force(first: Agreement, second: Agreement) -> Aspect:
    told = [f"in force {words.period(one.in_force)}" if one.ever_in_force else "not" for one in (first, second)]
    ever = _larger(int(first.ever_in_force), int(second.ever_in_force))
    lasting = _longer(first.in_force, second.in_force) if first.ever_in_force and second.ever_in_force else SAME
    return Aspect("in force", together((ever, lasting)), *told)


def _sets(name: str, one: frozenset[str], two: frozenset[str], *, more: str) -> Aspect:
    """Two sets of sayings, where to have more of them is stronger, or weaker."""
    less = WEAKER if more == STRONGER else STRONGER
    word = SAME if one == two else more if one > two else less if one < two else DIFFERENT
    return Aspect(name, word, "; ".join(sorted(one)) or "none", "; ".join(sorted(two)) or "none")


def _stopped(agreement: Agreement) -> frozenset[str]:
    return frozenset(
        f"{one.bound or 'everyone'} towards {one.toward or 'everyone'}, {words.listed(one.articles)},"
        f" {words.period(one.valid)}: {one.says}"
        for one in agreement.suspensions
    )


def _narrowed(agreement: Agreement) -> frozenset[str]:
    return frozenset(f"{one.party} to {words.listed(one.articles)}: {one.says}" for one in agreement.narrowings)


def _notice(here: object, there: object) -> str:
    """The longer notice binds longer; where one is not known they are different."""
    mine, theirs = _days(here), _days(there)
    if mine is None or theirs is None:
        return SAME if mine == theirs else DIFFERENT
    return _larger(mine, theirs)


def _days(ending: object) -> int | None:
    given = ending if isinstance(ending, Mapping) else {}
    for unit, days in (("months", 30), ("days", 1)):
        number = given.get(f"notice_{unit}")
        if isinstance(number, int):
            return number * days
    return None


def _said(name: str, first: Agreement, second: Agreement) -> Aspect:
    """What a rule says decides nothing; its numbers and dates do."""
    here, there = first.document.get(name), second.document.get(name)
    told = [_with_numbers(rule) for rule in (here, there)]
    word = DIFFERENT if _numbers(here) != _numbers(there) else _as_worded(words.says(here), words.says(there))
    return Aspect(name, word, *told)


_NUMBERS = ("years", "renews_years", "next", "notice_by", "notice_to", "earliest")


def _numbers(rule: object) -> list[str]:
    given = rule if isinstance(rule, Mapping) else {}
    return [f"{name.replace('_', ' ')} {given[name]}" for name in _NUMBERS if given.get(name) is not None]


def _with_numbers(rule: object) -> str:
    numbers = _numbers(rule)
    return f"{words.says(rule)} ({', '.join(numbers)})" if numbers else words.says(rule)


def _sayings(agreement: Agreement, name: str) -> frozenset[str]:
    given = agreement.document.get(name)
    return frozenset(words.says(part) for part in given) if isinstance(given, list) else frozenset()
