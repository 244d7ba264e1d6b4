"""An agreement in plain words: who is bound to what towards whom, when, and how it ends."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from comity.casebook import agreement as strict
from comity.casebook.agreement import Agreement, Clause, Names, Target, Trigger
from comity.values.instant import ALWAYS, NEVER, show_ragged
from comity.values.period import OPEN, Period

NOT_SAID = "not said"
_TOWARD = {strict.PARTIES: "every other party", strict.VICTIM: "the victim"}
_VICTIMS = {strict.PARTIES: "a party", strict.ANY: "anybody"}
_ATTACKERS = {strict.ANY: "anybody", strict.STATE: "a state", strict.OUTSIDERS: "an outsider"}


def summary(agreement: Agreement) -> Iterator[str]:
    """Who would be bound to what, line by line."""
    document = agreement.document
    signed = f", signed {document['signed']}" if document.get("signed") is not None else ""
    force = f"in force {period(agreement.in_force)}" if agreement.ever_in_force else "not in force"
    yield f"{agreement.id}: {agreement.name} ({agreement.kind}{signed}; {force})"
    yield f"  parties: {'; '.join(entered(agreement))}"
    for clause in agreement.clauses:
        yield from _clause(clause, condition(agreement, clause))
    for narrowing in agreement.narrowings:
        yield f"  reservation of {narrowing.party} to {_articles(narrowing.articles)}: {narrowing.says}"
    for stop in agreement.suspensions:
        who = f"{stop.bound or 'everyone'} towards {stop.toward or 'everyone'}"
        yield f"  suspended for {who}, {_articles(stop.articles)}, {period(stop.valid)}: {stop.says}"
    yield f"  ends: {says(document.get('exit'))}; {notice(document.get('exit'))}"


def _clause(clause: Clause, when: str | None) -> Iterator[str]:
    yield f"  Art. {clause.article}: {bearers(clause.bound)} to {clause.duty} {towards(clause.toward)}"
    yield f"    {clause.says}"
    yield f"    strength: {strength(clause)}"
    if clause.trigger is not None:
        trigger = clause.trigger
        only = f", if {when}" if when is not None else ""
        yield f"    when: {kinds(trigger)} against {victims(trigger)} by {attackers(trigger)}{ground(trigger)}{only}"
        yield f"    found by: {'; '.join(clause.determined_by) or NOT_SAID}"


def condition(agreement: Agreement, clause: Clause) -> str | None:
    """A clause's condition as it was written."""
    given = agreement.document.get("clauses")
    place = agreement.clauses.index(clause)
    trigger = given[place].get("trigger") if isinstance(given, list) and isinstance(given[place], Mapping) else None
    when = trigger.get("when") if isinstance(trigger, Mapping) else None
    return None if when is None else str(when)


def entered(agreement: Agreement) -> Iterator[str]:
    """The parties, each with its period."""
    for entry in agreement.entries:
        name = entry.party or f"members of {entry.group}, each while it is one"
        yield name if entry.valid == OPEN else f"{name} {period(entry.valid)}"


def bearers(bound: Names) -> str:
    """Who owes it."""
    return "each party is bound" if bound == strict.PARTIES else f"bound: {listed(bound)};"


def towards(toward: Names) -> str:
    """To whom it is owed."""
    return f"towards {_word(toward, _TOWARD)}"


def strength(clause: Clause) -> str:
    """The operative words, their order, and who reads them so."""
    stated = clause.strength
    order = "order not stated" if stated.order is None else f"order {stated.order} as read by {stated.read_by}"
    return f'"{stated.words}", {order}'


def kinds(trigger: Trigger) -> str:
    """The kinds of event that set a clause off."""
    plainly = [kind for kind, word in trigger.kinds.items() if word == strict.YES]
    found = [kind for kind, word in trigger.kinds.items() if word == strict.FINDING]
    return ", ".join([*plainly, *([f"if so found {' or '.join(found)}"] if found else [])]) or "nothing"


def victims(trigger: Trigger) -> str:
    """To whom it must happen."""
    return _word(trigger.victim, _VICTIMS)


def attackers(trigger: Trigger) -> str:
    """By whom."""
    return _word(trigger.attacker, _ATTACKERS)


def ground(trigger: Trigger) -> str:
    """Against what, and where."""
    place = f", at {trigger.place}" if trigger.place is not None else ""
    return place if trigger.targets is None else f"{place}, on {', '.join(targets(trigger.targets)) or 'nothing'}"


def targets(given: Mapping[str, Target]) -> Iterator[str]:
    """What is covered, and where."""
    for name, target in given.items():
        if target.covered != strict.NO:
            place = f" at {target.place}" if target.place is not None else ""
            territory = " in its territory" if target.in_territory else ""
            yield f"{name}{' if so found' if target.covered == strict.FINDING else ''}{place}{territory}"


def notice(ending: object) -> str:
    """The notice an ending takes."""
    given = ending if isinstance(ending, Mapping) else {}
    to = f" to {given['notice_to']}" if given.get("notice_to") is not None else ""
    for unit in ("months", "days"):
        if given.get(f"notice_{unit}") is not None:
            return f"notice: {given[f'notice_{unit}']} {unit}{to}"
    return f"notice: {NOT_SAID}"


def says(part: object) -> str:
    """What a part says, in a sentence."""
    return str(part["says"]) if isinstance(part, Mapping) and part.get("says") is not None else NOT_SAID


def period(valid: Period) -> str:
    """A period for people."""
    start = "" if valid.start.earliest <= ALWAYS else f"from {show_ragged(valid.start)}"
    end = "" if valid.end.latest >= NEVER else f"until {show_ragged(valid.end)}"
    return " ".join(part for part in (start, end) if part) or "at all times"


def _word(names: Names, words: Mapping[str, str]) -> str:
    return words[names] if isinstance(names, str) and names in words else listed(names)


def _articles(articles: Names) -> str:
    return "all articles" if articles == "all" else f"Art. {listed(articles)}"


def listed(names: Names | Iterable[str]) -> str:
    """A word or a list of names."""
    return names if isinstance(names, str) else ", ".join(names)
