"""Checks of groups over time: who was a member, when, beside what must hold.

Rules:
1. A member is a party, exists or already acts while it is a member, and is a member once at a time.
2. Whatever is bound by an agreement exists while it is bound.
3. `group_rules.csv` says more of a group: `seats N` (just N members on every day of the period), `within GROUP` (each
   member is one of that group too), `once-in GROUP` (each had joined that group before), `apart-from GROUP` (none is
   also one of that), `parties-of AGREEMENT` (they are its parties, each for the same time).
4. A ragged date is wrong only if every day it allows is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from comity.casebook.book import Casebook
from comity.casebook.compiling import both, empty
from comity.casebook.finding import Found
from comity.casebook.registers import Rule
from comity.values.instant import NEVER, Instant, Ragged, show, show_ragged
from comity.values.period import Period
from comity.values.truth import Truth, any_of

Told = Iterator[tuple[str, str]]


def members_are_parties(book: Casebook) -> Found:
    """Rule 1: every member of a group has a code."""
    for group, members in book.groups.items():
        for party, _ in members:
            if party not in book.parties:
                yield f"groups.csv: {group}", f"{party} is no party", "add it to parties.csv, or correct the code"


def spells_do_not_overlap(book: Casebook) -> Found:
    """Rule 1: a party is not twice a member of a group at once."""
    for group, members in book.groups.items():
        for number, (party, valid) in enumerate(members):
            for other, again in members[number + 1 :]:
                if other == party and _certain(both(valid, again)):
                    says = f"{party} is a member twice at once"
                    yield f"groups.csv: {group}", says, "end one spell before the other begins"


def members_exist(book: Casebook) -> Found:
    """Rule 1: a member exists, or acts already, while it is a member."""
    for group, members in book.groups.items():
        for party, valid in members:
            for says, remedy in _outside(book, party, valid, "a member"):
                yield f"groups.csv: {group}", says, remedy


def the_bound_exist(book: Casebook) -> Found:
    """Rule 2; an agreement not known to be in force binds nobody yet."""
    for agreement in (agreement for agreement in book.agreements.values() if agreement.ever_in_force):
        for party, spells in book.spells(agreement).items():
            for told in (told for valid in spells for told in _outside(book, party, valid, "bound")):
                yield f"{agreement.id}.yaml", *told


def _outside(book: Casebook, code: str, valid: Period, what: str) -> Told:
    party = book.register.get(code)
    if party is not None and valid.start.latest < party.acts.start.earliest:
        says = f"{code} is {what} from {show_ragged(valid.start)}, before it exists ({show_ragged(party.acts.start)})"
        yield says, "correct the date, or say in parties.csv since when it acts (`acts_from`)"
    if party is not None and party.acts.end.latest < valid.end.earliest:
        says = f"{code} is {what} until {show_ragged(valid.end)}, after it ended ({show_ragged(party.acts.end)})"
        yield says, "end it with the party"


def groups_keep_their_rules(book: Casebook) -> Found:
    """Rule 3."""
    for rule in book.group_rules:
        where = f"group_rules.csv: {rule.group} {rule.rule}"
        check = RULES.get(rule.rule)
        if check is None:
            yield where, "is no rule", f"allowed: {', '.join(RULES)}"
        elif rule.group not in book.groups:
            yield where, f"{rule.group} is no group", "correct the name, or add its members to groups.csv"
        else:
            yield from ((where, *told) for told in check(book, rule))


def _seats(book: Casebook, rule: Rule) -> Told:
    if not rule.value.isdecimal():
        yield f"{rule.value!r} is no number of seats", "write how many members there are"
        return
    spells = [valid for _, valid in book.groups[rule.group]]
    for day in _days((*spells, rule.valid), rule.valid):
        held = [valid.holds(day) for valid in spells]
        least, most = held.count(Truth.TRUE), len(held) - held.count(Truth.FALSE)
        if not least <= int(rule.value) <= most:
            yield f"{least} members on {show(day)}, not {rule.value}", "add who is missing, or end who has left"
            return


def _within(book: Casebook, rule: Rule) -> Told:
    for party, valid in book.groups[rule.group]:
        wider = _spells(book, rule.value, party)
        for day in _days((valid, *wider), valid):
            if valid.holds(day) is Truth.TRUE and _member(wider, day) is Truth.FALSE:
                yield f"{party} is no member of {rule.value} on {show(day)}", "correct the spell in one of the two"
                break


def _once_in(book: Casebook, rule: Rule) -> Told:
    for party, valid in book.groups[rule.group]:
        if not any(other.start.earliest <= valid.start.latest for other in _spells(book, rule.value, party)):
            says = f"{party} was never in {rule.value} by {show_ragged(valid.start)}"
            yield says, "correct the date, or add the spell"


def _apart(book: Casebook, rule: Rule) -> Told:
    for party, valid in book.groups[rule.group]:
        if any(_certain(both(valid, other)) for other in _spells(book, rule.value, party)):
            yield f"{party} is in {rule.value} at the same time", "correct the spell in one of the two"


def _parties_of(book: Casebook, rule: Rule) -> Told:
    agreement = book.agreements.get(rule.value)
    if agreement is None:
        yield f"{rule.value} is no agreement", "correct the id"
        return
    bound = book.spells(agreement)
    for party in sorted({*bound, *(party for party, _ in book.groups[rule.group])}):
        ours, theirs = _spells(book, rule.group, party), bound.get(party, ())
        if len(ours) != len(theirs) or not all(_alike(one, other) for one, other in zip(ours, theirs, strict=True)):
            says = f"{party} is a member {_words(ours)}, and bound by {rule.value} {_words(theirs)}"
            yield says, "correct the one that its source does not bear out"


RULES: dict[str, Callable[[Casebook, Rule], Told]] = {
    "seats": _seats,
    "within": _within,
    "once-in": _once_in,
    "apart-from": _apart,
    "parties-of": _parties_of,
}


def _spells(book: Casebook, group: str, party: str) -> tuple[Period, ...]:
    return tuple(valid for member, valid in book.groups.get(group, ()) if member == party)


def _member(spells: Iterable[Period], day: Instant) -> Truth:
    return any_of(valid.holds(day) for valid in spells)


def _days(spells: Iterable[Period], valid: Period) -> list[Instant]:
    """The days within a period on which anything may change, its first one included."""
    ends = {end for spell in spells for ragged in (spell.start, spell.end) for end in (ragged.earliest, ragged.latest)}
    return sorted(day for day in ends if valid.start.earliest <= day < min(valid.end.latest, NEVER))


def _certain(valid: Period) -> bool:
    """Whether a period holds for certain on some day: rule 4."""
    return valid.start.latest < valid.end.earliest


def _alike(one: Period, other: Period) -> bool:
    """Whether two periods may be the same: rule 4."""
    return _meet(one.start, other.start) and _meet(one.end, other.end) and not (empty(one) or empty(other))


def _meet(one: Ragged, other: Ragged) -> bool:
    return one.earliest <= other.latest and other.earliest <= one.latest


def _words(spells: Iterable[Period]) -> str:
    return " and ".join(str(valid) for valid in spells) or "never"
