"""The tests a clause puts to an event: each true, false or unknown, with its words and with what would settle it.

Rules:
1. A test looks at one thing. What the event does not say leaves it unknown, and the test names the attribute that
   would settle it.
2. An unknown kind or target stands for every kind or target it may be: where all give the same result it is settled.
   A target cannot be `territory` where the event says that the place is not the victim's territory.
3. An article that names a place and no targets looks at the place alone. Place and territory are tested as `ground`
   says.
4. So each test grows with what is known: filling an unknown settles a test or leaves it, and never turns it round; and
   so does whatever is made of tests by `and`, `or`, `not`, and by asking what several have in common.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from comity.casebook.agreement import ANY, FINDING, NO, OUTSIDERS, PARTIES, STATE, YES, Names, Target, Trigger
from comity.casebook.places import Shape, Site, covers, findings
from comity.casebook.vocabulary import KINDS, NON_STATE, TARGETS
from comity.instruments.guarantees.circumstances import known
from comity.instruments.guarantees.ground import TERRITORY, Case, Look, agreed, claimed_by_victim, covered_at, said
from comity.values.condition import holds, unknowns
from comity.values.period import OPEN, Period
from comity.values.truth import Truth, all_of, truth


@dataclass(frozen=True, slots=True)
class Test:
    """One test's result, in words, and what would settle it if it is unknown."""

    result: Truth
    says: str
    settles: tuple[str, ...] = ()


def held(valid: Period, case: Case, says: str) -> Test:
    """Whether a period holds on the event's day."""
    if valid is OPEN or valid == OPEN:
        return Test(Truth.TRUE, f"{says}: open")
    if case.event.on is None:
        return Test(Truth.UNKNOWN, f"{says}: {valid}", (f"on: whether the day lies in {valid}",))
    result = valid.holds(case.event.on)
    if result is Truth.FALSE:
        return Test(result, f"not on this day: {says}, {valid}")
    doubt = (f"the date of: {says}, known only as {valid}",) if result is Truth.UNKNOWN else ()
    return Test(result, f"{says}: {valid}", doubt)


def bound_on(party: str, spells: Iterable[Period], case: Case) -> Test:
    """Whether an agreement binds a party on the event's day."""
    periods = tuple(spells)
    if not periods:
        return Test(Truth.FALSE, f"{party} is no party")
    tests = [held(valid, case, f"{party} is a party") for valid in periods]
    return max(tests, key=lambda test: test.result)


def kind(trigger: Trigger, case: Case) -> Test:
    """Whether the clause names the kind of event: rule 2."""
    stated = case.event.kind
    results = {name: _worded(trigger.kinds.get(name, NO), case) for name in ([stated] if stated else KINDS)}
    if stated is not None:
        result = results[stated]
        words = {Truth.TRUE: "is named", Truth.FALSE: "is not named", Truth.UNKNOWN: "may be reached, if so found"}[
            result
        ]
        return Test(result, f"the kind of event, {stated}, {words}", _finding(result))
    return _settled(results.values(), "the kind of event", "kind: what kind of event it was")


def _worded(word: str, case: Case) -> Truth:
    if word == FINDING:
        amounts = case.event.attributes.get("amounts")
        return truth(amounts) if isinstance(amounts, bool) else Truth.UNKNOWN
    return truth(word == YES)


def _finding(result: Truth) -> tuple[str, ...]:
    return ("amounts: whether it is found to amount to what the article names",) if result is Truth.UNKNOWN else ()


def _settled(results: Iterable[Truth], says: str, settles: str) -> Test:
    result = agreed(results)
    if result is not Truth.UNKNOWN:
        return Test(result, f"{says}: the same whatever it was")
    return Test(Truth.UNKNOWN, f"{says} is unknown", (settles,))


def victim(names: Names, party: str, spells: dict[str, tuple[Period, ...]], case: Case) -> Test:
    """Whether the clause protects this victim."""
    if names == PARTIES:
        test = bound_on(party, spells.get(party, ()), case)
        return replace(test, says=f"{test.says} (as the victim)")
    if names == ANY:
        return Test(Truth.TRUE, "any victim will do")
    result = case.book.member(party, names, case.event.on)
    words = {Truth.TRUE: "is", Truth.FALSE: "is not", Truth.UNKNOWN: "may be"}[result]
    return Test(
        result,
        f"{party} {words} among those whom the article protects",
        ("on: the day",) if result is Truth.UNKNOWN else (),
    )


def attacker(names: Names, spells: dict[str, tuple[Period, ...]], case: Case) -> Test:
    """Whether the clause is set off by this attacker."""
    if names == ANY:
        return Test(Truth.TRUE, "the article does not ask who attacked")
    who = case.event.attacker
    if who is None:
        return Test(Truth.UNKNOWN, "the attacker is unknown", (f"attacker: whether {_wanted(names)}",))
    if names == STATE:
        result = truth(who in case.book.states)
    elif names == OUTSIDERS:
        result = Truth.TRUE if who == NON_STATE else ~bound_on(who, spells.get(who, ()), case).result
    else:
        result = Truth.FALSE if who == NON_STATE else case.book.member(who, names, case.event.on)
    words = {Truth.TRUE: "is", Truth.FALSE: "is not", Truth.UNKNOWN: "may be"}[result]
    return Test(
        result,
        f"the attacker, {who}, {words} {_wanted(names, noun=True)}",
        ("on: the day",) if result is Truth.UNKNOWN else (),
    )


def _wanted(names: Names, noun: bool = False) -> str:
    if names == STATE:
        return "a State" if noun else "it is a State"
    if names == OUTSIDERS:
        return "from outside the Parties" if noun else "it is from outside the Parties"
    listed = ", ".join(names)
    return f"among {listed}" if noun else f"it is among {listed}"


def target(trigger: Trigger, places: Mapping[str, Shape], case: Case) -> Test:
    """Whether the clause covers what was attacked, where it was: rules 2 and 3."""
    stated = case.event.target
    if trigger.targets is None:
        if trigger.place is None:
            return Test(Truth.TRUE, "the article covers every target")
        look = Look(places[trigger.place], False, stated == TERRITORY, False, trigger.by_administration)
        return _placed(look, Target(YES, trigger.place), stated, case)
    if stated is not None:
        return _covered(trigger, stated, places, case)
    no_territory = case.event.attributes.get("in_territory") is False
    names = [name for name in TARGETS if not (no_territory and name == TERRITORY)]
    tests = [_covered(trigger, name, places, case) for name in names]
    return _settled((test.result for test in tests), "what was attacked", "target: what was attacked")


def _covered(trigger: Trigger, name: str, places: Mapping[str, Shape], case: Case) -> Test:
    covered = (trigger.targets or {}).get(name, Target(NO))
    result = _worded(covered.covered, case)
    home = name == TERRITORY
    whose = covered.in_territory or (home and not trigger.by_administration)
    if result is Truth.FALSE or (covered.place is None and not whose):
        words = {Truth.TRUE: "is covered", Truth.FALSE: "is not covered", Truth.UNKNOWN: "may be covered, if so found"}
        return Test(result, f"an attack on {name} {words[result]}", _finding(result))
    shape = None if covered.place is None else places[covered.place]
    placed = _placed(Look(shape, whose, home, home, trigger.by_administration), covered, name, case)
    if placed.result is Truth.FALSE or result is Truth.TRUE:
        return placed
    return Test(result, f"an attack on {name} may be covered, if so found", (*_finding(result), *placed.settles))


def _placed(look: Look, covered: Target, name: str | None, case: Case) -> Test:
    """A target that is covered in a place, or on the victim's territory."""
    result = covered_at(look, case)
    taken = case.taken
    if result is Truth.FALSE and look.whose and taken is not None and taken.party != case.victim:
        return Test(result, f"if {taken.words}, it is not {case.victim}'s territory")
    area = "territory" if covered.place is None else f"article's {covered.place.replace('-', ' ')}"
    where = {Truth.TRUE: "lies in", Truth.FALSE: "lies outside", Truth.UNKNOWN: "may lie in"}[result]
    settles = tuple(dict.fromkeys(_where(look, area, case))) if result is Truth.UNKNOWN else ()
    return Test(result, f"the place of an attack on {name or 'the victim'} {where} the {area}", settles)


def _where(look: Look, area: str, case: Case) -> Iterator[str]:
    """What would settle it."""
    event, found = case.event, False
    his = said(look, case)
    if event.on is None:
        yield "on: the day"
        found = True
    if event.place is None:
        yield "place: where it happened"
        found = True
        if his is Truth.TRUE and not look.administration:
            for dispute in claimed_by_victim(case, event.on):
                yield f"sovereignty: whose claim to {dispute.name} is taken, if it happened there"
    elif look.shape is not None:
        for text in findings(look.shape, Site(event.place, event.on, his)):
            yield text
            found = True
    if his is Truth.UNKNOWN and _asks(look, case):
        yield "in_territory: whether it happened in the victim's territory"
        found = True
    if not found:
        yield f"whether the {area} reaches this place, which its words leave open"


def _asks(look: Look, case: Case) -> bool:
    """Whether knowing that the place is the victim's territory could change the result."""
    if look.whose:
        return True
    site = Site(case.event.place, case.event.on)
    return look.shape is not None and any(
        covers(look.shape, replace(site, in_territory=his)) is not Truth.UNKNOWN for his in (Truth.FALSE, Truth.TRUE)
    )


def circumstances(trigger: Trigger, case: Case) -> Test:
    """Whether the circumstances the clause asks for are there."""
    if trigger.when is None:
        return Test(Truth.TRUE, "no further circumstance is asked for")
    context = known(case.book, case.event, case.victim)
    result = holds(trigger.when, context)
    words = {Truth.TRUE: "are there", Truth.FALSE: "are not there", Truth.UNKNOWN: "are not known"}[result]
    return Test(
        result,
        f"the circumstances the article asks for {words}",
        unknowns(trigger.when, context) if result is Truth.UNKNOWN else (),
    )


def together(tests: Iterable[Test]) -> Truth:
    """All tests together."""
    return all_of([test.result for test in tests])
