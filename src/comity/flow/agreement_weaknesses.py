"""What is weak about an agreement as written: told, and no hindrance.

A clause without a source of its own, words of strength not stated, nobody who determines, an end nobody can tell the
notice of, not yet in force or in force before it was signed, a place that nothing uses.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from comity.errors import Malformed
from comity.flow.agreement_draft import Draft, Finding, entries
from comity.formats.yaml12 import Mapping as Lines
from comity.values.instant import Ragged, ragged_date, show_ragged

LADDER = (60, 50, 40, 30, 20, 15, 10, 5, 3)


def weaknesses(draft: Draft) -> Iterator[Finding]:
    """Everything weak about a draft."""
    yield from _weak_clauses(draft)
    yield from _weak_end(draft)
    document = draft.document
    force = document.get("in_force")
    if not isinstance(force, Mapping) or force.get("from") is None:
        line = document.lines.get("in_force", document.line)
        yield draft.weak(line, "in_force.from", "it is not in force, so it binds nobody yet", "set the day when it is")
    yield from _signed_late(draft)
    places = document.get("places")
    used = {str(place) for place in _places_used(document)}
    drawn = places.lines if isinstance(places, Lines) else {}
    for name, line in drawn.items():
        if name not in used:
            yield draft.weak(line, f"places.{name}", "no clause uses it", "use it, or take it out")


def _signed_late(draft: Draft) -> Iterator[Finding]:
    """In force before it was signed on any reading of the dates: rare enough to be asked about."""
    document, force = draft.document, draft.document.get("in_force")
    signed, begins = _date(document.get("signed")), _date(force.get("from") if isinstance(force, Mapping) else None)
    if signed is not None and begins is not None and signed.earliest > begins.latest:
        told = f"it is in force from {show_ragged(begins)}, before it was signed on {show_ragged(signed)}"
        yield draft.weak(document.lines["signed"], "signed", told, "check both dates")


def _date(value: object) -> Ragged | None:
    try:
        return None if value is None else ragged_date(value)
    except Malformed:
        return None  # a fault, told as one


def _weak_clauses(draft: Draft) -> Iterator[Finding]:
    for clause, line in entries(draft.document, "clauses"):
        name = f"clauses ({clause.get('article')})"
        if clause.get("source") is None:
            told = "has no source of its own: the agreement's is shown"
            yield draft.weak(line, f"{name}.source", told, "say where this article is written")
        if clause.get("trigger") is not None and not clause.get("determined_by"):
            told = "does not say who finds that it has happened"
            yield draft.weak(line, f"{name}.determined_by", told, "name who determines it, or each Party for itself")
        strength = clause.get("strength")
        order = strength.get("order") if isinstance(strength, Mapping) else None
        if not isinstance(strength, Mapping) or strength.get("words") is None:
            yield draft.weak(line, f"{name}.strength", "the operative words are not stated", "paraphrase them")
        elif isinstance(order, int) and order not in LADDER:
            told = f"{order} is not on the ladder"
            yield draft.weak(line, f"{name}.strength.order", told, f"the ladder: {', '.join(map(str, LADDER))}")


def _weak_end(draft: Draft) -> Iterator[Finding]:
    document, given = draft.document, draft.document.get("exit")
    line = document.lines.get("exit", document.line)
    if not isinstance(given, Mapping):
        yield draft.weak(line, "exit", "how it is ended is not said", "add `exit`, with the notice it takes")
    elif given.get("notice_months") is None and given.get("notice_days") is None and given.get("verify") is not True:
        remedy = "write notice_months or notice_days; if the text has none, mark it verify: true"
        yield draft.weak(line, "exit", "no notice is given", remedy)


def _places_used(document: Lines) -> Iterator[object]:
    for clause, _ in entries(document, "clauses"):
        trigger = clause.get("trigger")
        if isinstance(trigger, Mapping):
            yield trigger.get("place")
            targets = trigger.get("targets")
            for target in targets.values() if isinstance(targets, Mapping) else ():
                if isinstance(target, Mapping):
                    yield target.get("place")
