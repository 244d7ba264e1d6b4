"""Every act that is stated over HTTP, with what may be sent for it, in an order in which the chair of a case can."""

from __future__ import annotations

from comity.instruments.consultation.acts import text_hash

TEXT = "We watch together."
Body = dict[str, object]
IN_A_CASE: dict[str, Body] = {
    "point": {"item": "2", "title": "Boats"},
    "document": {"name": "draft", "title": "A draft", "text": "Words."},
    "position": {"item": "1", "stance": "yes", "says": "two boats", "release": ["all"]},
    "decide": {"item": "1"},
    "put": {"item": "1", "deadline": "2026-11-27T12:00Z", "text": TEXT, "window_minutes": 20, "line": "window"},
    "extend": {"item": "1", "deadline": "2026-11-27T18:00Z"},
    "receipt": {"item": "1", "sha256": text_hash(TEXT.encode())},
    "consent": {"item": "1", "sha256": text_hash(TEXT.encode())},
    "amend": {"item": "1", "deadline": "2026-11-27T20:00Z", "text": "We watch."},
    "break": {"item": "1"},
    "reason": {"item": "1", "says": "nothing of waters", "to": ["JPN"]},
    "outcome": {"item": "1"},
    "drop": {"item": "1", "says": "the body convenes"},
    "meeting": {"name": "first", "at": "2026-11-28T09:00Z", "ends": "2026-11-28T10:00Z", "title": "The first"},
    "task": {"name": "boats", "says": "count them", "due": "2026-11-30T12:00Z", "owner": "POL"},
    "done": {"task": "boats", "says": "two"},
}
"""By the name of the act; `decide` is refused while the votes settle nothing, and `drop` once there is an outcome."""
ACTS: dict[str, Body] = {
    "/api/consultations": {
        "title": "Cable route", "article": "Art. 4", "parties": ["JPN", "POL"], "rule": {"kind": "consensus"},
        "agenda": [{"item": "1", "title": "Common watch"}], "clock_hours": 48,
    },
    **{f"/api/consultations/{{name:str}}/{act}": body for act, body in IN_A_CASE.items()},
    "/api/channel/incident": {
        "to": ["JPN"], "what": "near miss", "at": "2026-11-26T03:00Z", "says": "two aircraft", "where": "off the cape",
    },
    "/api/channel/notice": {
        "to": ["JPN"], "name": "Exercise", "begins": "2027-03-01T06:00Z", "ends": "2027-03-05T18:00Z", "area": "north",
        "personnel": 300,
    },
    "/api/channel/question": {"to": ["JPN"], "asks": "whose boats?", "answer_by": "2026-11-28T12:00Z"},
    "/api/channel/reply": {"of": "{matter}", "says": "seen"},
    "/api/steps": {"route": "ours", "step": "vote", "done": "2026-11-20", "least_days": 3, "most_days": 9,
                   "counts": "working"},
}  # fmt: skip
"""By the address of the route: `{name:str}` stands for a case, `{matter}` for what Poland was asked on the channel."""
SAID: dict[str, Body] = {
    "/api/intelligence/reports": {"title": "Lamps by night", "says": "Seen twice.", "grade": "B2"},
    "/api/intelligence/requests": {"asks": "Who pays?", "answer_by": "2026-12-20T12:00Z", "to": ["JPN"]},
    "/api/intelligence/answers": {"of": "tables", "answer": "nothing held"},
}
"""What is stated of intelligence over HTTP, by the address of the route."""
