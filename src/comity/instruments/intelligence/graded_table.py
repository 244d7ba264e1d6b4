"""How answers about graded reports, requests, sightings and warning problems show: as plain data, and as lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from comity.formats.tables import Table, table
from comity.instruments.intelligence.changes import name_of
from comity.instruments.intelligence.corroboration import Counted, Part
from comity.instruments.intelligence.lineage import Graph
from comity.instruments.intelligence.reported import Report, Shared, Sighting
from comity.instruments.intelligence.requests import Addressee, Asked
from comity.instruments.intelligence.sightings import Sightings
from comity.instruments.intelligence.warning import Reached, Sign, State, Warned
from comity.values.instant import show, show_ragged

Data = dict[str, object]


def report_data(one: Report) -> Data:
    """A report as plain data."""
    return {
        "id": one.stamp.id, "by": one.stamp.by, "title": one.title, "says": one.says, "thing": one.thing,
        "source": one.source, "reliability": one.grade.reliability, "credibility": one.grade.credibility,
        "grade_words": one.grade.words, "about": list(one.about),
        "observed": None if one.observed is None else show_ragged(one.observed),
        "rests_on": [*one.depends_on, *one.variant_of],
        "bears_on": [
            {"problem": b.problem, "indicator": b.indicator, "shows": b.shows.value} for b in one.bears_on
        ],
    }  # fmt: skip


REPORTS = ("title", "grade", "in words", "by", "source", "observed", "thing", "about", "says", "id")


def report_table(reports: Iterable[Report]) -> Table:
    """Graded reports as rows."""
    return table(
        REPORTS,
        [
            (one.title, str(one.grade), one.grade.words, one.stamp.by, one.source,
             None if one.observed is None else show_ragged(one.observed), one.thing, one.about, one.says, one.stamp.id)
            for one in reports
        ],
    )  # fmt: skip


def report_line(one: Report) -> str:
    """A report in a line."""
    day = "" if one.observed is None else f", observed {show_ragged(one.observed)}"
    return f"{name_of(one)} {one.title}{day}"


def counted_data(found: Counted) -> Data:
    """A count as plain data."""
    return {
        "independent_at_least": found.least, "independent_at_most": found.most,
        "reports": [{**report_data(part.report), "role": part.role.value} for part in found.parts],
    }  # fmt: skip


def number(found: Counted) -> str:
    """How many independent reports there are, in words."""
    return str(found.least) if found.least == found.most else f"{found.least} to {found.most}"


def counted_lines(found: Counted) -> Iterator[str]:
    """Each report of a count, and what it adds."""
    yield from (_part(part) for part in found.parts)


def _part(part: Part) -> str:
    return f"{report_line(part.report)}: {part.role.value}"


def graph_data(ties: Graph) -> Data:
    """What reports rest on, as plain data: nodes, edges, circles, and those that say the same word for word."""
    return {
        "reports": [report_data(one) for one in ties.reports.values()],
        "rests_on": [
            {"report": t.report, "rests_on": t.rests_on, "available": t.readable, "claimed_by": t.claimed}
            for t in ties.ties
        ],
        "circles": [list(one) for one in ties.circles],
        "same_words": [list(one) for one in ties.echoes],
    }  # fmt: skip


def circle_lines(ties: Graph) -> Iterator[str]:
    """The circles, and the echoes, of which a reader should know."""
    for one in ties.circles:
        yield f"circular reporting: {' <- '.join(name_of(ties.reports[name]) for name in one)}"
    for one in ties.echoes:
        yield f"the same words from several parties: {', '.join(name_of(ties.reports[name]) for name in one)}"


def warned_data(found: Warned, label: str) -> Data:
    """A warning problem as it stands, as plain data."""
    return {
        "problem": found.problem.name, "id": found.problem.stamp.id, "kept_by": found.problem.stamp.by,
        "title": found.problem.title, "question": found.problem.question, "at": show(found.at),
        "activity_level": found.levels[0] if len(found.levels) == 1 else None, "may_be": list(found.levels),
        "levels": [_reached_data(one) for one in found.reached],
        "indicators": [_sign_data(one) for one in found.signs],
        "circles": [list(one) for one in found.graph.circles],
        "same_words": [list(one) for one in found.graph.echoes],
        "unread": [{"fact": one.fact, "by": one.by, "says": one.says} for one in found.unread],
        "label": label,
    }  # fmt: skip


def _reached_data(one: Reached) -> Data:
    return {"level": one.level.name, "reached": one.result.name.lower(), "not_active": list(one.lacks)}


def _sign_data(one: Sign) -> Data:
    return {
        "indicator": one.indicator.name, "title": one.indicator.title, "looks_for": one.indicator.looks_for,
        "essential_elements": list(one.indicator.essential_elements), "state": one.state.value,
        "may_be": [state.value for state in one.may_be],
        "active_when": str(one.indicator.active), "inactive_when": str(one.indicator.inactive),
        "activity": counted_data(one.activity), "no_activity": counted_data(one.no_activity),
        "would_change": [
            {"shows": c.shows.value, "by": c.by.value, "report": c.report, "says": c.says,
             "on": None if c.on is None else show(c.on)}
            for c in one.changes
        ],
    }  # fmt: skip


def warned_lines(found: Warned, label: str, *, why: bool = False) -> Iterator[str]:
    """A warning problem as it stands, in lines; with `why` also each report, what it adds, and what would change it."""
    yield f"{found.problem.title} (kept by {found.problem.stamp.by}), as of {show(found.at)}"
    yield f"  {found.problem.question}"
    yield f"Activity level: {levels(found.levels)}"
    for sign in found.signs:
        yield from _sign_lines(sign, why=why)
    if why:
        yield from (line for one in found.reached for line in _reached_lines(one))
    yield from circle_lines(found.graph)
    yield from (f"set aside: fact {one.fact[:8]} of {one.by}: {one.says}" for one in found.unread)
    yield f"Label: {label}"


def levels(found: tuple[str, ...]) -> str:
    """The level, or between which it is."""
    return found[0] if len(found) == 1 else f"cannot be told: {' or '.join(found)}"


def _sign_lines(one: Sign, *, why: bool) -> Iterator[str]:
    state = f"{one.state}: {' or '.join(one.may_be)}" if one.state is State.OPEN else str(one.state)
    yield f"  {one.indicator.name}: {state}"
    counts = f"activity {number(one.activity)}, no activity {number(one.no_activity)}"
    yield f"    independent reports: {counts}; takes {one.indicator.active}"
    if why:
        yield from (f"    activity: {line}" for line in counted_lines(one.activity))
        yield from (f"    no activity: {line}" for line in counted_lines(one.no_activity))
        yield from (f"    would change it ({change.shows}): {change.says}" for change in one.changes)


def _reached_lines(one: Reached) -> Iterator[str]:
    words = {"TRUE": "reached", "FALSE": "not reached", "UNKNOWN": "cannot be told"}[one.result.name]
    lacks = f"; not active: {', '.join(one.lacks)}" if one.lacks else ""
    yield f"  level {one.level.name}: {words}{lacks}"


def asked_data(one: Asked) -> Data:
    """A request for information, as plain data."""
    request = one.request
    return {
        "id": request.stamp.id, "by": request.stamp.by, "to": list(request.to), "asks": request.asks,
        "answer_by": show(request.answer_by), "thing": request.thing, "about": list(request.about),
        "passes_on": request.passes_on, "open": one.open, "might_know": list(one.might_know),
        "addressees": [
            {"party": a.party, "standing": a.standing.value, "answer": None if a.answer is None else a.answer.value,
             "says": a.says, "reports": list(a.reports), "passed_on_to": list(a.passed_on)}
            for a in one.addressees
        ],
    }  # fmt: skip


REQUESTS = (
    "request", "by", "asks", "answer by", "thing", "about", "addressee", "standing", "answer", "says", "reports",
    "passed on to", "has reported on it as well",
)  # fmt: skip


def request_table(every: Iterable[Asked]) -> Table:
    """Requests for information as rows, one for each addressee; one of a group as such has a row without."""
    rows = list[tuple[object, ...]]()
    for one in every:
        asked = one.request
        told = (asked.stamp.id, asked.stamp.by, asked.asks, show(asked.answer_by), asked.thing, asked.about)
        for who in one.addressees:
            answer = None if who.answer is None else who.answer.value
            said = (who.party, who.standing.value, answer, who.says, who.reports, who.passed_on)
            rows.append((*told, *said, one.might_know))
        if not one.addressees:
            rows.append((*told, asked.to, *(None,) * 5, one.might_know))
    return table(REQUESTS, rows)


def asked_lines(one: Asked) -> Iterator[str]:
    """A request for information, in lines."""
    request = one.request
    yield f"{request.stamp.id[:8]} by {request.stamp.by}, answer by {show(request.answer_by)}: {request.asks}"
    yield from (f"  {_addressee(a)}" for a in one.addressees)
    if one.might_know:
        yield f"  has reported on it as well: {', '.join(one.might_know)}"


def _addressee(one: Addressee) -> str:
    said = f": {one.answer}" if one.answer is not None else ""
    words = f" ({one.says})" if one.says else ""
    reports = f"; reports {', '.join(name[:8] for name in one.reports)}" if one.reports else ""
    on = f"; passed on to {', '.join(one.passed_on)}" if one.passed_on else ""
    return f"{one.party} {one.standing}{said}{words}{reports}{on}"


def sightings_data(found: Sightings, label: str) -> Data:
    """Sightings, as plain data; what is told without its parties stands apart."""
    return {
        "of": found.of, "by_party": [_sighting_data(one) for one in found.parties],
        "without_party": [_shared_data(one) for one in found.shared], "label": label,
    }  # fmt: skip


def _sighting_data(one: Sighting) -> Data:
    return {
        "id": one.stamp.id, "of": one.of, "by": one.stamp.by, "count": one.count, "first": show(one.first),
        "last": show(one.last), "may_be_told": one.anonymity.value, "share_with": list(one.share_with),
    }  # fmt: skip


def _shared_data(one: Shared) -> Data:
    return {
        "id": one.stamp.id, "of": one.of, "told_by": one.stamp.by, "group": one.group, "count_from": one.least,
        "count_to": one.most, "first": show(one.first), "last": show(one.last),
    }  # fmt: skip


def sightings_lines(found: Sightings, label: str) -> Iterator[str]:
    """Sightings, in lines."""
    for one in found.parties:
        yield f"{one.of}: {one.stamp.by} saw it {one.count} times, {show(one.first)} to {show(one.last)}"
    for told in found.shared:
        who = "somebody" if told.group is None else f"members of {told.group}"
        band = f"{told.least} or more" if told.most is None else f"{told.least} to {told.most}"
        yield f"{told.of}: {who} saw it {band} times, {show(told.first)} to {show(told.last)}, as {told.stamp.by} tells"
    if not found.parties and not found.shared:
        yield "no sighting is available"
    yield f"Label: {label}"


def reports_lines(reports: Iterable[Report]) -> Iterator[str]:
    """Reports, in lines."""
    found = list(reports)
    yield from (report_line(one) for one in found)
    if not found:
        yield "no report is available"
