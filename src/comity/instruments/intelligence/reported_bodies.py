"""The bodies of graded reports, requests, sightings and warning problems, each kind read by its own reader.

Rules 1 to 5 are those of `comity.instruments.intelligence.reported`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from comity.casebook.gradings import policy_of
from comity.errors import Malformed
from comity.instruments.intelligence import reported as r
from comity.instruments.intelligence.grading import demand, grade
from comity.values.fields import Fields
from comity.values.instant import Instant, Ragged, instant, ragged_date
from comity.values.names import Names, within

_COMMON = ("by", "parties")
_NEED = ("independent", "at_least", "within_days")


def _report(stamp: r.Stamp, fields: Fields) -> r.Report:
    found = r.Report(
        stamp, fields.text("title"), fields.text("says"),
        grade(fields.take("reliability", None), fields.take("credibility", None), fields.kind),
        fields.optional_text("source"), fields.optional_text("thing"), fields.texts("about", []),
        _ragged(fields, "observed"), fields.texts("depends_on", []), fields.texts("variant_of", []),
        tuple(_bearing(path, given) for path, given in fields.listed("bears_on", [])), _incident(fields),
    )  # fmt: skip
    if found.source is not None and (found.depends_on or found.variant_of):
        step = "state what the own source says as a report of its own, with a grade of its own"
        raise Malformed("a report that rests on others has no source", field=fields.path("source"), next_step=step)
    return found


def _ragged(fields: Fields, name: str) -> Ragged | None:
    value = fields.take(name, None)
    return None if value is None else within(fields.path(name), ragged_date, value)


def _bearing(path: str, given: object) -> r.Bearing:
    fields = Fields(given, path, Names(), ("problem", "indicator", "shows"))
    return r.Bearing(fields.text("problem"), fields.text("indicator"), fields.choice("shows", r.Shows))


def _incident(fields: Fields) -> Mapping[str, object] | None:
    value = fields.take("incident", None)
    if value is None or (isinstance(value, Mapping) and isinstance(value.get("name"), str) and value["name"]):
        return value
    step = "give it a name, and the fields of an event"
    raise Malformed("is no incident with a name", field=fields.path("incident"), next_step=step)


def _lineage(stamp: r.Stamp, fields: Fields) -> r.Lineage:
    rests = (*fields.texts("depends_on", []), *fields.texts("variant_of", []))
    if not rests:
        raise Malformed("is missing", field=fields.path("depends_on"), next_step="name what the report rests on")
    return r.Lineage(stamp, fields.text("report"), rests)


def _overlap(stamp: r.Stamp, fields: Fields) -> r.Overlap:
    found = fields.texts("reports")
    if len(set(found)) < 2:
        path = fields.path("reports")
        raise Malformed("one report alone overlaps with none", field=path, next_step="name two or more")
    fields.optional_text("says")
    return r.Overlap(stamp, found)


def _moment(fields: Fields, name: str) -> Instant:
    return within(fields.path(name), instant, fields.take(name))


def _readers(fields: Fields, name: str) -> tuple[str, ...]:
    return tuple(str(one) for one in fields.recipients(name))


def _request(stamp: r.Stamp, fields: Fields) -> r.Request:
    return r.Request(
        stamp, _readers(fields, "to"), fields.text("asks"), _moment(fields, "answer_by"),
        fields.optional_text("thing"), fields.texts("about", []), fields.optional_text("passes_on"),
    )  # fmt: skip


def _reply(stamp: r.Stamp, fields: Fields) -> r.Reply:
    _readers(fields, "to")
    return r.Reply(
        stamp, fields.text("of"), fields.choice("answer", r.Answer), fields.optional_text("says"),
        fields.texts("reports", []),
    )  # fmt: skip


def _sighting(stamp: r.Stamp, fields: Fields) -> r.Sighting:
    first, last = _period(fields)
    form = fields.choice("anonymity", r.Anonymity)
    shared = tuple(str(one) for one in fields.recipients("share_with", []))
    return r.Sighting(stamp, fields.text("of"), fields.whole("count", None, least=1), first, last, form, shared)


def _period(fields: Fields) -> tuple[Instant, Instant]:
    first, last = _moment(fields, "first"), _moment(fields, "last")
    if last < first:
        raise Malformed("lies before the first", field=fields.path("last"), next_step="write the later of the two")
    return first, last


def _shared(stamp: r.Stamp, fields: Fields) -> r.Shared:
    first, last = _period(fields)
    least = fields.whole("count_from", None, least=1)
    most = None if fields.take("count_to", None) is None else fields.whole("count_to", None, least=least)
    _readers(fields, "to")
    return r.Shared(stamp, fields.text("of"), fields.optional_text("group"), least, most, first, last)


def _policy(stamp: r.Stamp, fields: Fields) -> r.StatedPolicy:
    return r.StatedPolicy(stamp, policy_of(fields))


def _need(fields: Fields, name: str) -> r.Need:
    inner = Fields(fields.take(name), fields.path(name), Names(), _NEED)
    least = demand(inner.text("at_least"), inner.path("at_least"))
    return r.Need(inner.whole("independent", None, least=1), least, inner.whole("within_days", None, least=1))


def _indicator(stamp: r.Stamp, fields: Fields) -> r.Indicator:
    active = _need(fields, "active_when")
    inactive = active if fields.take("inactive_when", None) is None else _need(fields, "inactive_when")
    return r.Indicator(
        stamp, fields.text("problem"), fields.text("name"), fields.text("title"), fields.text("looks_for"),
        fields.texts("essential_elements", []), active, inactive,
    )  # fmt: skip


def _problem(stamp: r.Stamp, fields: Fields) -> r.Problem:
    levels = tuple(_level(path, given) for path, given in fields.listed("levels"))
    return r.Problem(
        stamp, fields.text("name"), fields.text("title"), fields.text("question"), levels, fields.text("otherwise")
    )


def _level(path: str, given: object) -> r.Level:
    fields = Fields(given, path, Names(), ("level", "all_of", "at_least", "of"))
    needed, of = fields.texts("all_of", []), tuple(dict.fromkeys(fields.texts("of", [])))
    least = fields.whole("at_least", 1 if of else 0, least=1 if of else 0)
    if not needed and not of:
        step = "write all_of: [indicators], or at_least: 2 and of: [indicators]"
        raise Malformed("a level asks for no indicator", field=path, next_step=step)
    if least > len(of):
        says = f"{least} of {len(of)} indicators cannot be"
        raise Malformed(says, field=fields.path("at_least"), next_step="name more under `of`")
    return r.Level(fields.text("level"), needed, least, of)


def _assessed(stamp: r.Stamp, fields: Fields) -> r.Assessed:
    fields.optional_text("says")
    return r.Assessed(
        stamp, fields.text("problem"), fields.text("indicator"), fields.text("report"), fields.choice("shows", r.Shows)
    )


KINDS: dict[str, tuple[Callable[[r.Stamp, Fields], r.AnyFact], tuple[str, ...]]] = {
    r.REPORT: (_report, (
        "thing", "title", "says", "source", "reliability", "credibility", "about", "observed", "depends_on",
        "variant_of", "bears_on", "incident",
    )),
    r.LINEAGE: (_lineage, ("report", "depends_on", "variant_of")),
    r.OVERLAP: (_overlap, ("reports", "says")),
    r.REQUEST: (_request, ("to", "asks", "answer_by", "thing", "about", "passes_on")),
    r.REPLY: (_reply, ("to", "of", "answer", "says", "reports")),
    r.SIGHTING: (_sighting, ("of", "count", "first", "last", "anonymity", "share_with")),
    r.SHARED: (_shared, ("of", "group", "count_from", "count_to", "first", "last", "to")),
    r.POLICY: (_policy, ("minimum_parties", "counts_from", "period_days")),
    r.PROBLEM: (_problem, ("name", "title", "question", "levels", "otherwise")),
    r.INDICATOR: (_indicator, (
        "problem", "name", "title", "looks_for", "essential_elements", "active_when", "inactive_when",
    )),
    r.ASSESSED: (_assessed, ("problem", "indicator", "report", "shows", "says")),
}  # fmt: skip
"""Each kind, how it is read, and its own fields."""


def read(kind: str, body: Mapping[str, object], stamp: r.Stamp) -> r.AnyFact:
    """The value of a fact.

    Raises:
        Malformed: a field is missing, unknown, or says what cannot be; `field` names it.
    """
    reader, own = KINDS[kind]
    fields = Fields(body, kind, Names(), (*own, *_COMMON))
    if fields.take("by", stamp.by) != stamp.by:
        raise Malformed("is not who signed", field=f"{kind}.by", next_step=f"leave it out, or write {stamp.by}")
    fields.recipients("parties", [])
    return reader(stamp, fields)
