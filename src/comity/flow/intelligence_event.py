"""From graded reports of an incident to an event of "what binds us?": each field is somebody's claim, with its grade.

Rules:
1. Reports of one incident name it alike (`incident: {name: ...}`). Each says what it says as a claim of whoever states
   it, under his grade; where the same party says it several times, the last one stands.
2. A field of the event is filled where the claims agree. Where they differ it is unknown, and each claim is told; only
   who did it may be claimed differently: those claims become the event's own, and the answer branches.
3. Claims below a grade may be left out (`least`); what cannot be judged, or is not graded, is then left out as well,
   and told. Without a least grade every claim stands, for none is taken for the truth.
4. Corroboration is told beside the claims and fills nothing: how many independent reports there are is no field.
5. The label is the join of what was searched for the reports and for the answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from comity.casebook.book import Casebook
from comity.errors import Impossible, Malformed
from comity.flow.labelled import label_words
from comity.instruments.guarantees.circumstances import asked_about
from comity.instruments.guarantees.commitments import SEARCHED, Commitments, commitments
from comity.instruments.guarantees.event import Event, event
from comity.instruments.intelligence import corroboration
from comity.instruments.intelligence.changes import name_of
from comity.instruments.intelligence.corroboration import Counted, count
from comity.instruments.intelligence.grading import Grade, Meets, meets
from comity.instruments.intelligence.lineage import graph
from comity.instruments.intelligence.reported import Need, Report
from comity.instruments.intelligence.reported_gathered import Facts, gather
from comity.ledger.view import View
from comity.values.instant import Instant
from comity.values.label import Label, join, normalise
from comity.values.party import PartyCode

_PLAIN = ("kind", "victim", "on", "place", "target")
EVERY_DAY = 10**6


@dataclass(frozen=True, slots=True)
class Claim:
    """What a party claims of a field of an incident, with the grade of the report that says so."""

    field: str
    value: object
    by: PartyCode
    grade: Grade
    report: str


@dataclass(frozen=True, slots=True)
class Incident:
    """An incident as some parties report it: the event's fields, the claims behind them, and what was left out."""

    name: str
    fields: Mapping[str, object]
    claims: tuple[Claim, ...]
    differing: tuple[str, ...]
    left_out: tuple[tuple[Report, Meets], ...]
    counted: Counted
    label: Label


def incidents(facts: Facts) -> tuple[str, ...]:
    """The incidents that the readable reports name."""
    return tuple(sorted({_name(one) for one in facts.of(Report)} - {""}))


def incident(view: View[Casebook], name: str, at: Instant, least: Grade | None = None) -> Incident:
    """What the readable reports make of an incident: rules 1 to 4.

    Args:
        view: what the audience may read.
        name: the incident.
        at: the instant asked about.
        least: claims graded lower are left out.

    Raises:
        Impossible: no report of it is available.
    """
    facts = gather(view, corroboration.SEARCHED)
    reports = _last_of_each([one for one in facts.of(Report) if _name(one) == name])
    if not reports:
        others = ", ".join(incidents(facts))
        step = f"one of: {others}" if others else "state a report of it first: comity intel report add --incident FILE"
        raise Impossible(f"no report of an incident {name} is available", next_step=step)
    graded = [(one, Meets.YES if least is None else meets(one.grade, least)) for one in reports]
    claims = [claim for one, found in graded if found is Meets.YES for claim in _claims(one)]
    every = [one.stamp.id for one in facts.of(Report) if _name(one) == name]
    counted = count(graph(facts), every, Need(1, least or Grade("E", "5"), EVERY_DAY), at)
    fields, differing = _fields(claims)
    left_out = tuple((one, found) for one, found in graded if found is not Meets.YES)
    return Incident(name, fields, tuple(claims), differing, left_out, counted, facts.label)


def _name(one: Report) -> str:
    return "" if one.incident is None else str(one.incident["name"])


def _last_of_each(reports: Iterable[Report]) -> list[Report]:
    """Of each party, its last report of the incident, by its own clock: rule 1."""
    found: dict[PartyCode, Report] = {}
    for one in sorted(reports, key=lambda one: (one.stamp.signed, one.stamp.id)):
        found[one.stamp.by] = one
    return [found[by] for by in sorted(found)]


def _claims(one: Report) -> list[Claim]:
    given = dict(one.incident or {})
    stated = given.pop("attributes", None)
    inner = stated if isinstance(stated, Mapping) else {}
    items = {**{name: value for name, value in given.items() if name != "name"}, **inner}
    return [
        Claim(name, value, one.stamp.by, one.grade, one.stamp.id)
        for name, value in sorted(items.items())
        if value is not None and value != "unknown"
    ]


def _fields(claims: Sequence[Claim]) -> tuple[dict[str, object], tuple[str, ...]]:
    """The fields of the event, and those on which the claims differ: rule 2."""
    fields: dict[str, object] = {"claimed_by": sorted({one.by for one in claims})} if claims else {}
    attributes: dict[str, object] = {}
    differing = []
    for name in sorted({one.field for one in claims} - {"attacker"}):
        said = [one.value for one in claims if one.field == name]
        if any(value != said[0] for value in said):
            differing.append(name)
        else:
            (fields if name in _PLAIN else attributes)[name] = said[0]
    blamed = [one for one in claims if one.field == "attacker"]
    if blamed:
        fields["claims"] = [{"by": [one.by], "attacker": one.value} for one in blamed]
    if len({str(one.value) for one in blamed}) > 1:
        differing.append("attacker")
    return {**fields, **({"attributes": attributes} if attributes else {})}, tuple(differing)


def as_event(found: Incident, book: Casebook) -> Event:
    """The event of an incident.

    Raises:
        Malformed: a claim says what no event can be; the reports that make it are named.
    """
    try:
        return event(found.fields, book.parties, asked_about(book))
    except Malformed as error:
        field = (error.field or "").partition(".")[0]
        which = ", ".join(sorted({one.report[:8] for one in found.claims if one.field in {field, "attacker"}}))
        step = f"see the reports of the incident: {which}"
        raise Malformed(error.message, field=error.field, next_step=step) from error


def binds(view: View[Casebook], found: Incident) -> Commitments:
    """What binds whom by an incident; the label covers the reports as well: rule 5."""
    answer = commitments(view, as_event(found, view.casebook))
    searched = normalise(join([found.label, *view.searched(SEARCHED)]))
    return replace(answer, label=label_words(searched))


def told(found: Incident) -> list[str]:
    """Each claim with whose it is and how it is graded, in words."""
    whose = "claimed by {0.by} ({0.grade}), report {1}"
    return [f"{one.field}: {one.value}, {whose.format(one, one.report[:8])}" for one in found.claims]


def left_out(found: Incident) -> list[str]:
    """What was left out, and why, in words."""
    return [f"{name_of(one)} {why}" for one, why in found.left_out]
