"""The tests a clause puts to an event: each true, false or unknown, with its words and with what would settle it.

Rules:
1. A test looks at one thing. What the event does not say leaves it unknown, and the test names the attribute that
   would settle it.
2. Where every way of filling an unknown gives the same result, the result is settled.
3. An attack on territory is tried at every part of the victim's territory: where all agree, no place is needed, and
   none can contradict it; where they differ, the place decides.
4. Under a claim to a disputed area by another than the victim, the area is not the victim's territory; clauses that go
   by administration do not look at claims.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from comity.casebook.agreement import ANY, FINDING, NO, OUTSIDERS, PARTIES, STATE, YES, Names, Target, Trigger
from comity.casebook.book import Casebook
from comity.casebook.places import Shape, Site, covers, findings
from comity.casebook.vocabulary import KINDS, NON_STATE, TARGETS
from comity.instruments.guarantees.event import Event
from comity.values.condition import Context, Value, holds, unknowns
from comity.values.period import Period
from comity.values.truth import Truth, all_of, truth

_GROUND = ("territory", "infrastructure", "citizens")


@dataclass(frozen=True, slots=True)
class Test:
    """One test's result, in words, and what would settle it if it is unknown."""

    result: Truth
    says: str
    settles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """An event put to the clauses, seen under somebody's claim to a disputed area (None: no dispute)."""

    book: Casebook
    event: Event
    sovereign: str | None = None
    dispute: str = ""


def held(valid: Period, case: Case, says: str) -> Test:
    """Whether a period holds on the event's day."""
    if valid == Period():
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
    found = set(results)
    if len(found) == 1 and Truth.UNKNOWN not in found:
        (result,) = found
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


def target(trigger: Trigger, party: str, places: Mapping[str, Shape], case: Case) -> Test:
    """Whether the clause covers what was attacked, where it was: rules 2 to 4."""
    claimed = _not_his(trigger, party, case)
    if claimed is not None:
        return claimed
    if trigger.targets is None:
        if trigger.place is None:
            return Test(Truth.TRUE, "the article covers every target")
        return _placed(Target(YES, trigger.place), case.event.target, party, places, case)
    stated = case.event.target
    if stated is not None:
        return _covered(trigger.targets.get(stated, Target(NO)), stated, party, places, case)
    tests = [_covered(trigger.targets.get(name, Target(NO)), name, party, places, case) for name in TARGETS]
    return _settled((test.result for test in tests), "what was attacked", "target: what was attacked")


def _not_his(trigger: Trigger, party: str, case: Case) -> Test | None:
    """Rule 4."""
    if case.sovereign in {None, party} or trigger.by_administration or case.event.target not in _GROUND:
        return None
    if trigger.targets is None and trigger.place is None:
        return None
    return Test(Truth.FALSE, f"if {case.sovereign}'s claim to {case.dispute} is taken, it is not {party}'s territory")


def _covered(covered: Target, name: str, party: str, places: Mapping[str, Shape], case: Case) -> Test:
    if covered.place is None:
        result = _worded(covered.covered, case)
        words = {Truth.TRUE: "is covered", Truth.FALSE: "is not covered", Truth.UNKNOWN: "may be covered, if so found"}[
            result
        ]
        return Test(result, f"an attack on {name} {words}", _finding(result))
    return _placed(covered, name, party, places, case)


def _placed(covered: Target, name: str | None, party: str, places: Mapping[str, Shape], case: Case) -> Test:
    """A target that is covered in a place."""
    place = covered.place or ""
    area = place.replace("-", " ")
    sites = _sites(name, party, places[place], case)
    result = _over(covers(places[place], site) for site in sites)
    if covered.in_territory:
        result = min(result, max(site.in_territory for site in sites))
    where = {Truth.TRUE: "lies in", Truth.FALSE: "lies outside", Truth.UNKNOWN: "may lie in"}[result]
    settles = _where(covered, places[place], sites, case) if result is Truth.UNKNOWN else ()
    return Test(result, f"the place of an attack on {name or 'the victim'} {where} the article's {area}", settles)


def _over(results: Iterable[Truth]) -> Truth:
    found = set(results)
    return next(iter(found)) if len(found) == 1 else Truth.UNKNOWN


def _where(covered: Target, shape: Shape, sites: list[Site], case: Case) -> tuple[str, ...]:
    if case.event.place is None:
        wanted = ["place: where it happened"]
    else:
        wanted = list(dict.fromkeys(text for site in sites for text in findings(shape, site)))
    if covered.in_territory and any(site.in_territory is Truth.UNKNOWN for site in sites):
        wanted.append("in_territory: whether it happened in the victim's territory")
    return tuple(wanted) or (f"whether the article's {covered.place} reaches this place, which its words leave open",)


def _sites(name: str | None, party: str, shape: Shape, case: Case) -> list[Site]:
    """The place, or for a territory without a place every part of the victim's: rule 3."""
    event = case.event
    inside = _in_territory(name, party, case)
    parts = [
        part
        for part in case.book.parts.get(party, ())
        if event.on is None or part.valid.holds(event.on) is not Truth.FALSE
    ]
    everywhere = [Site(part.point, event.on, Truth.TRUE, frozenset({part.code})) for part in parts]
    if (
        name == "territory"
        and parts
        and (event.place is None or len({covers(shape, site) for site in everywhere}) == 1)
    ):
        return everywhere
    return [Site(event.place, event.on, inside)]


def _in_territory(name: str | None, party: str, case: Case) -> Truth:
    stated = case.event.attributes.get("in_territory")
    if isinstance(stated, bool):
        return truth(stated)
    if case.sovereign is not None:
        return truth(case.sovereign == party)
    return Truth.TRUE if name == "territory" else Truth.UNKNOWN


def circumstances(trigger: Trigger, case: Case) -> Test:
    """Whether the circumstances the clause asks for are there."""
    if trigger.when is None:
        return Test(Truth.TRUE, "no further circumstance is asked for")
    context = known(case)
    result = holds(trigger.when, context)
    words = {Truth.TRUE: "are there", Truth.FALSE: "are not there", Truth.UNKNOWN: "are not known"}[result]
    return Test(
        result,
        f"the circumstances the article asks for {words}",
        unknowns(trigger.when, context) if result is Truth.UNKNOWN else (),
    )


def known(case: Case) -> Context:
    """What is known of the circumstances: an attack by another state is by a state and from outside."""
    event = case.event
    by_state = event.attacker in case.book.states
    told: dict[str, Value] = {"by_state": by_state} if event.attacker is not None else {}
    if by_state and event.victim is not None and event.attacker != event.victim:
        told["external"] = True
    return {**told, **event.attributes}


def together(tests: Iterable[Test]) -> Truth:
    """All tests together."""
    return all_of(test.result for test in tests)
