"""The bodies of a consultation's facts, read into values, each kind by its own reader.

Rules 1 to 4 are those of `comity.instruments.consultation.facts`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from comity.casebook.steps import Counts
from comity.errors import Malformed
from comity.instruments.consultation import facts as f
from comity.values.fields import Fields
from comity.values.instant import Instant
from comity.values.names import Names
from comity.values.party import PartyCode

_DIGEST = re.compile(r"[0-9a-f]{64}")


def digest(fields: Fields, name: str) -> str:
    """A SHA-256 in 64 hexadecimal digits."""
    return _digest_of(fields.text(name), fields.path(name))


def _digest_of(given: object, path: str) -> str:
    if not isinstance(given, str) or not _DIGEST.fullmatch(given):
        raise Malformed(f"{given!r} is no SHA-256", field=path, next_step="write its 64 hexadecimal digits")
    return given


def moment(fields: Fields, name: str) -> Instant:
    """An instant that must be there; a time without a zone is refused."""
    fields.take(name)
    found = fields.instant(name)
    return 0 if found is None else found


def clock_time(fields: Fields, name: str) -> Instant:
    """An instant written with its time and zone: a day alone is no deadline, for it begins at another hour for each."""
    text = fields.text(name)
    if "T" not in text:
        raise Malformed(f"{text} is a day", field=fields.path(name), next_step="write the hour and its zone, 17:00Z")
    return moment(fields, name)


def mapping(fields: Fields, name: str) -> Mapping[str, object] | None:
    """A mapping, or nothing."""
    value = fields.take(name, None)
    if value is None or isinstance(value, Mapping):
        return value
    raise Malformed(f"{value!r} is no rule", field=fields.path(name), next_step="write {kind: ..., ...}")


def _yes_or_no(fields: Fields, name: str, default: bool) -> bool:
    value = fields.take(name, default)
    if not isinstance(value, bool):
        raise Malformed(
            f"{value!r} is neither true nor false", field=fields.path(name), next_step="write true or false"
        )
    return value


def _case(stamp: f.Stamp, fields: Fields) -> f.Case:
    opens = fields.instant("opens")
    begins = stamp.signed if opens is None else opens
    hours = fields.hours("clock_hours", None) if fields.take("clock_hours", None) is not None else None
    agenda = tuple(_item(path, given) for path, given in fields.listed("agenda", []))
    return f.Case(
        stamp, fields.text("title"), fields.text("invoked_by", stamp.by), fields.text("article"), fields.text("body"),
        fields.text("chair", stamp.by), _members(fields), agenda, begins,
        None if hours is None else begins + hours, mapping(fields, "rule"),
    )  # fmt: skip


def _members(fields: Fields) -> tuple[PartyCode, ...]:
    """Who takes part; `parties`, who may read, has the chair besides, who need not be one of them."""
    readers = _several(fields, "parties")
    return _several(fields, "members") if fields.take("members", None) is not None else readers


def _item(path: str, given: object) -> f.Item:
    fields = Fields(given, path, Names(), ("item", "title"))
    return f.Item(fields.text("item"), fields.text("title"))


def _several(fields: Fields, name: str) -> tuple[PartyCode, ...]:
    return tuple(sorted(set(fields.texts(name))))


def _readers(fields: Fields, name: str = "parties") -> tuple[str, ...]:
    return tuple(str(one) for one in fields.recipients(name, []))


def _document(stamp: f.Stamp, fields: Fields) -> f.Document:
    _readers(fields)
    return f.Document(
        stamp, digest(fields, "case"), fields.text("document"), fields.whole("version", 1, least=1),
        fields.text("title"), digest(fields, "text"),
    )  # fmt: skip


def _position(stamp: f.Stamp, fields: Fields) -> f.Position:
    return f.Position(
        stamp, digest(fields, "case"), fields.text("item"), fields.choice("stance", f.Stance),
        fields.optional_text("says"), _readers(fields),
    )  # fmt: skip


def _after(fields: Fields) -> str | None:
    return digest(fields, "after") if fields.take("after", None) is not None else None


def _put(stamp: f.Stamp, fields: Fields) -> f.Put:
    skew = fields.whole("skew_minutes", f.SKEW_MINUTES) * f.MINUTE
    window = fields.whole("window_minutes", f.WINDOW_MINUTES) * f.MINUTE
    if window < 2 * skew:
        raise Malformed(
            f"a break in time can arrive {2 * skew // f.MINUTE} minutes after the deadline by clocks that far off",
            field=fields.path("window_minutes"),
            next_step=f"write {2 * skew // f.MINUTE} or more",
        )
    readers = _several(fields, "parties")
    whose = _several(fields, "whose") if fields.take("whose", None) is not None else readers
    return f.Put(
        stamp, digest(fields, "case"), fields.text("item"), _after(fields), digest(fields, "text"),
        clock_time(fields, "deadline"), whose, skew, window,
        fields.whole("notice_minutes") * f.MINUTE, _line(fields),
    )  # fmt: skip


def _line(fields: Fields) -> f.Line:
    return fields.choice("line", f.Line) if fields.take("line", None) is not None else f.Line.WINDOW


def _extension(stamp: f.Stamp, fields: Fields) -> f.Extension:
    _readers(fields)
    case, item, after, of = _place(fields)
    return f.Extension(stamp, case, item, after, of, clock_time(fields, "deadline"))


def _dropped(stamp: f.Stamp, fields: Fields) -> f.Dropped:
    _readers(fields)
    return f.Dropped(stamp, *_place(fields), fields.text("says"))


def _recorded(stamp: f.Stamp, fields: Fields) -> f.Recorded:
    _readers(fields)
    rests_on = tuple(_arrival(path, given) for path, given in fields.listed("rests_on", [], empty=True))
    return f.Recorded(stamp, *_place(fields), fields.choice("result", f.Result), moment(fields, "settled"), rests_on)


def _arrival(path: str, given: object) -> tuple[str, Instant]:
    fields = Fields(given, path, Names(), ("fact", "arrived"))
    return digest(fields, "fact"), moment(fields, "arrived")


def _place(fields: Fields) -> tuple[str, str, str, str]:
    return digest(fields, "case"), fields.text("item"), digest(fields, "after"), digest(fields, "of")


def _receipt(stamp: f.Stamp, fields: Fields) -> f.Receipt:
    _readers(fields)
    text = digest(fields, "text")
    broke = tuple(sorted(_digest_of(item, path) for path, item in fields.listed("broke", [], empty=True)))
    return f.Receipt(stamp, digest(fields, "case"), digest(fields, "of"), text, broke)


def _consent(stamp: f.Stamp, fields: Fields) -> f.Consent:
    _readers(fields)
    return f.Consent(stamp, digest(fields, "case"), digest(fields, "of"), digest(fields, "text"))


def _break(stamp: f.Stamp, fields: Fields) -> f.Break:
    """Rule 2."""
    return f.Break(stamp, str(fields.take("case", "")), digest(fields, "of"))


def _reason(stamp: f.Stamp, fields: Fields) -> f.BreakReason:
    _readers(fields)
    return f.BreakReason(stamp, digest(fields, "of"), fields.text("says"))


def _task(stamp: f.Stamp, fields: Fields) -> f.Task:
    _readers(fields)
    return f.Task(
        stamp, digest(fields, "case"), fields.text("task"), fields.text("says"), fields.party("owner"),
        moment(fields, "due"),
    )  # fmt: skip


def _task_done(stamp: f.Stamp, fields: Fields) -> f.TaskDone:
    _readers(fields)
    return f.TaskDone(stamp, digest(fields, "of"), fields.optional_text("says"))


def _decided(stamp: f.Stamp, fields: Fields) -> f.Decided:
    _readers(fields)
    votes = mapping(fields, "votes") or {}
    return f.Decided(
        stamp, digest(fields, "case"), fields.text("item"), fields.choice("result", f.Result),
        mapping(fields, "rule") or {},
        tuple(sorted((str(party), _stance(stance, fields.path(f"votes.{party}"))) for party, stance in votes.items())),
    )  # fmt: skip


def _stance(given: object, path: str) -> f.Stance:
    try:
        return f.Stance(str(given))
    except ValueError as error:
        raise Malformed(f"{given!r} is no stance", field=path, next_step=f"allowed: {', '.join(f.Stance)}") from error


def _incident(stamp: f.Stamp, fields: Fields) -> f.Incident:
    return f.Incident(
        stamp, _readers(fields, "to"), fields.text("what"), moment(fields, "at"), fields.optional_text("where"),
        fields.text("says"),
    )  # fmt: skip


def _notice(stamp: f.Stamp, fields: Fields) -> f.Notice:
    strength = fields.take("personnel", None)
    return f.Notice(
        stamp, _readers(fields, "to"), fields.text("name"), moment(fields, "begins"), moment(fields, "ends"),
        fields.text("area"), None if strength is None else fields.whole("personnel"),
    )  # fmt: skip


def _question(stamp: f.Stamp, fields: Fields) -> f.Question:
    about = digest(fields, "about") if fields.take("about", None) is not None else None
    return f.Question(stamp, _readers(fields, "to"), about, fields.text("asks"), moment(fields, "answer_by"))


def _reply(stamp: f.Stamp, fields: Fields) -> f.Reply:
    _readers(fields, "to")
    return f.Reply(stamp, digest(fields, "of"), fields.optional_text("says"))


def _national_step(stamp: f.Stamp, fields: Fields) -> f.NationalStep:
    _readers(fields)
    done = moment(fields, "done") if fields.take("done", None) is not None else None
    least = fields.whole("least_days") if fields.take("least_days", None) is not None else None
    most = fields.whole("most_days", None, least=least or 0) if fields.take("most_days", None) is not None else None
    takes, counts = None if least is None else (least, most), _counts(fields)
    if takes is None and counts is not None:
        raise Malformed("is missing", field=fields.path("least_days"), next_step="say how many of those days at least")
    return f.NationalStep(stamp, fields.text("route"), fields.text("step"), done, takes, counts)


def _counts(fields: Fields) -> Counts | None:
    return fields.choice("counts", Counts) if fields.take("counts", None) is not None else None


def _agenda_point(stamp: f.Stamp, fields: Fields) -> f.AgendaPoint:
    _readers(fields)
    return f.AgendaPoint(stamp, digest(fields, "case"), fields.text("item"), fields.text("title"))


def _meeting(stamp: f.Stamp, fields: Fields) -> f.Meeting:
    _readers(fields)
    ends = clock_time(fields, "ends") if fields.take("ends", None) is not None else None
    return f.Meeting(
        stamp, digest(fields, "case"), fields.text("meeting"), fields.text("title"), clock_time(fields, "at"),
        ends, _yes_or_no(fields, "cancelled", False),
    )  # fmt: skip


Read = Callable[[f.Stamp, Fields], f.AnyFact]
KINDS: dict[str, Read] = {
    f.CASE: _case,
    f.DOCUMENT: _document,
    f.POSITION: _position,
    f.PUT: _put,
    f.EXTENSION: _extension,
    f.DROPPED: _dropped,
    f.RECORDED: _recorded,
    f.RECEIPT: _receipt,
    f.CONSENT: _consent,
    f.BREAK: _break,
    f.REASON: _reason,
    f.TASK: _task,
    f.TASK_DONE: _task_done,
    f.DECIDED: _decided,
    f.INCIDENT: _incident,
    f.NOTICE: _notice,
    f.QUESTION: _question,
    f.REPLY: _reply,
    f.NATIONAL_STEP: _national_step,
    f.POINT: _agenda_point,
    f.MEETING: _meeting,
}
"""Every kind this instrument reads."""
LASTING = frozenset({
    f.CASE, f.PUT, f.EXTENSION, f.DROPPED, f.RECORDED, f.RECEIPT, f.CONSENT, f.BREAK, f.DECIDED,
})  # fmt: skip
"""The kinds on which an outcome or a decision rests: what was told of them stays told (`gathered`)."""


def read(kind: str, body: Mapping[str, object], stamp: f.Stamp) -> f.AnyFact:
    """The fact that a body states.

    Raises:
        Malformed: it cannot be read, or names another as the one who states it; the field is named: rules 1 and 2.
    """
    fields = Fields(body, kind, Names())
    by = fields.take("by", stamp.by)
    if by != stamp.by:
        raise Malformed(f"{by} did not sign it", field=f"{kind}.by", next_step=f"only {by} can state it")
    found = KINDS[kind](stamp, fields)
    if kind != f.BREAK:
        fields.done()
    return found
