"""The fields that an agreement may have, and what the reader leaves to others in them.

Rules:
1. A field that looks like a slip of a known one is a fault; any other unknown field is kept, with a warning.
2. Dates are dates, numbers are whole numbers, words come from their vocabulary, also where nothing is computed from
   them: what is shown beside an answer has to be right too.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from comity.errors import Malformed
from comity.flow.agreement_draft import Draft, Finding, parts
from comity.formats.agreement_columns import Words
from comity.values.instant import ragged_date

WORDS = Words((), (), ())

FIELDS = {
    "": ("id", "name", "kind", "text", "label", "signed", "in_force", "status", "depositary", "parties", "source",
         "grade", "verify", "notes", "claims", "places", "clauses", "reservations", "suspensions", "exclusivity",
         "duration", "exit", "survives", "supersedes"),
    "in_force": ("from", "until"),
    "parties": ("party", "group", "from", "until", "source", "grade", "verify"),
    "clauses": ("article", "duty", "says", "strength", "bound", "toward", "trigger", "determined_by", "processes",
                "qualifies", "readings", "for", "facts", "from", "until", "source", "grade", "verify"),
    "clauses.strength": ("order", "words", "read_by"),
    "clauses.trigger": ("kinds", "victim", "attacker", "targets", "place", "when", "by_administration"),
    "clauses.qualifies": ("party", "from", "until", "says", "source", "grade", "verify"),
    "clauses.readings": ("by", "on", "says", "source", "grade", "verify"),
    "reservations": ("party", "articles", "when", "says", "source", "grade", "verify"),
    "suspensions": ("bound", "toward", "articles", "from", "until", "says", "source", "grade", "verify"),
    "claims": ("about", "value", "by", "source"),
    "exclusivity": ("article", "says", "source", "grade", "verify"),
    "survives": ("article", "says", "source", "grade", "verify"),
    "duration": ("article", "says", "years", "renews_years", "next", "notice_by", "source", "grade", "verify"),
    "exit": ("article", "says", "notice_months", "notice_days", "notice_to", "earliest", "source", "grade", "verify"),
}  # fmt: skip
"""The fields of docs/agreements.md, by where they stand."""

_DATES = {"": ("signed",), "duration": ("next", "notice_by"), "exit": ("earliest",), "clauses.readings": ("on",)}
_WHOLE = {"duration": ("years", "renews_years"), "exit": ("notice_months", "notice_days")}
_VOCABULARY = {"kind": WORDS.instruments, "text": WORDS.texts, "label": WORDS.labels}


def unknown_fields(draft: Draft) -> Iterator[Finding]:
    """Rule 1."""
    for part, given in parts(draft.document):
        for key in given:
            if key in FIELDS[part]:
                continue
            line, field = given.lines.get(key, given.line), f"{part}.{key}".strip(".")
            close = get_close_matches(key.replace("-", "_").lower(), FIELDS[part], 1, 0.8)
            if close:
                yield draft.fault(line, field, "is not known", f"did you mean {close[0]!r}?")
            else:
                yield draft.weak(line, field, "is kept, but nothing reads it", f"known here: {', '.join(FIELDS[part])}")


def values(draft: Draft) -> Iterator[Finding]:
    """Dates, numbers and words that the reader leaves to others."""
    for part, given in parts(draft.document):
        for key, value in given.items():
            line, field = given.lines.get(key, given.line), f"{part}.{key}".strip(".")
            if value is None:
                continue
            if key in _DATES.get(part, ()):
                yield from _date(draft, line, field, value)
            if key in _WHOLE.get(part, ()) and not (type(value) is int and value > 0):
                yield draft.fault(line, field, f"{value!r} is no whole number above 0", "write digits, or leave it out")
            if part == "" and key in _VOCABULARY and value not in _VOCABULARY[key]:
                yield draft.fault(line, field, f"{value!r} is not known", f"allowed: {', '.join(_VOCABULARY[key])}")
            if key == "grade" and part not in {"", "clauses"} and value not in WORDS.grades:
                yield draft.fault(line, field, f"{value!r} is not known", f"allowed: {', '.join(WORDS.grades)}")


def _date(draft: Draft, line: int, field: str, value: object) -> Iterator[Finding]:
    try:
        ragged_date(value)
    except Malformed as error:
        yield draft.fault(line, field, error.message, error.next_step or "write a date")
