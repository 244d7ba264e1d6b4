"""Errors as answers: problem details for programs (RFC 9457), a page for people.

Rules:
1. The status follows from whose fault it is; the words are those of the error.
2. What may not be read and what does not exist are answered alike.
3. An error nobody named says nothing of what went wrong inside.
4. A body or an address that cannot be read is told by its first field that cannot, as an error of ours is.
5. Where a method is none of an address's, those are told that are (RFC 9110, 15.5.6).
6. A program that takes TAXII alone is told in TAXII, wherever its address leads.
7. A page leads on: to where another try begins, to the search of intelligence, to the first page. It says nothing by
   that which the address does not.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping

from litestar.exceptions import HTTPException

from comity.errors import ComityError, Impossible, Malformed, Refused, Unavailable
from comity.flow.asked import fault
from comity.formats import taxii
from comity.serve.lying import SPLIT
from comity.serve.pages import Answer, answered, data, page
from comity.serve.visit import Asked, Visit, visit

STATUS: dict[type[ComityError], int] = {Malformed: 400, Refused: 403, Impossible: 404, Unavailable: 503}
PROBLEM = "application/problem+json"
WORDS = {400: "Cannot be read", 403: "Not permitted", 404: "Not available", 405: "Not done here", 409: "Not again",
         413: "Too much at once"}  # fmt: skip
NOTHING: Mapping[str, str | None] = {"where": None, "field": None, "next_step": None}
FILES = "/intelligence/import"
"""Where a file is sent that may be too large."""
_TOO_MUCH = "What was sent is larger than what is taken at once here."
_LOST = "The server met an error it has no name for. Nothing was done."


def named(request: Asked, error: ComityError, back: str | None = None) -> Answer:
    """The answer to an error of ours, and where its page leads besides: rules 1, 2 and 7."""
    told = {"where": error.where, "field": error.field, "next_step": error.next_step}
    return _told(request, status(error), error.message, told, back)


def status(error: ComityError) -> int:
    """The status of an error of ours: rule 1."""
    return next((code for kind, code in STATUS.items() if isinstance(error, kind)), 500)


def of_http(request: Asked, error: HTTPException) -> Answer:
    """The answer to an error of the web's own, such as an address that leads nowhere."""
    extra = error.extra if isinstance(error.extra, list) else []
    fields = [f"{item.get('key', '')}: {item.get('message', '')}" for item in extra if isinstance(item, dict)]
    words = "; ".join(fields) or (error.detail if error.status_code == 400 else WORDS.get(error.status_code, ""))
    if error.status_code == 413:
        file = request.scope["path"] == FILES
        step, back = (SPLIT, FILES) if file else ("send less at once", None)
        return _told(request, 413, _TOO_MUCH, {**NOTHING, "next_step": step}, back)
    more = _spoilt(request, error, extra) if error.status_code == 400 else NOTHING
    answer = _told(request, error.status_code, words or "Not available", more)
    if methods := (error.headers or {}).get("allow"):
        answer.headers["allow"] = ", ".join(sorted(methods.split(", ")))
    return answer


def _spoilt(request: Asked, error: HTTPException, extra: list[object]) -> Mapping[str, str | None]:
    """Which field cannot be read, and where what it takes is written: rule 4."""
    first = next((item for item in extra if isinstance(item, dict)), {})
    key = str(first.get("key", "data"))
    field, _ = fault(str(first.get("message") or error.detail), None if key == "data" else key)
    step = "see what is taken at /api/openapi.json" if request.scope["path"].startswith("/api/") else None
    return {**NOTHING, "field": field, "next_step": step}


def unreadable(request: Asked, error: Exception) -> Answer:
    """The answer to bytes that are no text, or that lie too deep in each other to be read."""
    logging.getLogger("comity.serve").info("a request that cannot be read", exc_info=error)
    return _told(request, 400, "What was sent cannot be read: it is no UTF-8, or nested too deeply.", NOTHING)


def unnamed(request: Asked, error: Exception) -> Answer:
    """The answer to an error nobody named: rule 3."""
    logging.getLogger("comity.serve").error("an error nobody named", exc_info=error)
    return _told(request, 500, _LOST, NOTHING)


def _told(request: Asked, status: int, says: str, more: Mapping[str, str | None], back: str | None = None) -> Answer:
    title = WORDS.get(status, "Not available")
    if request.scope["path"].startswith("/api/"):
        found = data(
            {"type": "about:blank", "title": title, "status": status, "detail": says} | _known(more), status=status
        )
        return answered(found.content, PROBLEM, status)
    if taxii.wanted(",".join(request.headers.getall("accept", []))):
        return answered(taxii.written(taxii.error(status, says)), taxii.MEDIA, status)
    told = {"title": title, "says": says, "more": more, "back": back, "path": request.scope["path"]}
    return page(_visit(request), "problem.html.j2", told, status=status)


def _known(more: Mapping[str, str | None]) -> dict[str, object]:
    return {name: said for name, said in more.items() if said}


def _visit(request: Asked) -> Visit:
    try:
        return visit(request)
    except Refused:
        return Visit(request.app.state.desk, request, None, "en")
