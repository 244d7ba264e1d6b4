"""What a form or an address says, read with care: every field that cannot be read is named."""

from __future__ import annotations

from typing import TypeVar
from urllib.parse import parse_qsl, urlencode

from litestar.response import Redirect

from comity.casebook.book import Casebook
from comity.errors import Malformed
from comity.flow.asked import asked
from comity.serve.visit import Asked
from comity.values.condition import Value, as_typed
from comity.values.instant import NEVER, Instant, instant

Fields = dict[str, str]
S = TypeVar("S")
LISTS = {"to", "release", "parties"}
TIMES = {"deadline", "at", "begins", "ends", "due", "answer_by"}
"""Fields of forms that hold codes with commas between, and times, which a browser writes without a zone."""


async def posted(request: Asked) -> Fields:
    """The fields of a form, blanks left out."""
    sent = await request.form()
    return {str(name): item.strip() for name, item in sent.items() if isinstance(item, str) and item.strip()}


def filled(kind: type[S], fields: Fields) -> S:
    """What a form asks, as the struct that states it; what a form says besides is left alone.

    A time without a zone is UTC, as the page says.

    Raises:
        Malformed: a field is missing, or cannot be read.
    """
    return asked(kind, {name: _read(name, text) for name, text in fields.items() if name in kind.__annotations__})


def _read(name: str, text: str) -> str | tuple[str, ...]:
    if name in LISTS:
        return codes(text)
    if name in TIMES:
        return text if text.endswith("Z") or "+" in text else f"{text}Z"
    return text.replace("\r\n", "\n")


def see(path: str) -> Redirect:
    """Go and look at another page of ours."""
    inside = path.startswith("/") and not path.startswith("//") and "\\" not in path
    return Redirect(path if inside else "/", status_code=303)


def codes(text: str | None) -> tuple[str, ...]:
    """Codes with commas between."""
    return tuple(dict.fromkeys(part.strip().upper() for part in (text or "").split(",") if part.strip()))


def parties(text: str | None, field: str, book: Casebook) -> tuple[str, ...]:
    """Codes of parties that exist.

    Raises:
        Malformed: one is none.
    """
    found = codes(text)
    for code in found:
        if code not in book.parties:
            raise Malformed(f"{code!r} is no party", field=field, next_step="choose a code, such as those offered")
    return found


def moment(text: str | None, field: str, default: Instant = NEVER) -> Instant:
    """A day or an instant.

    Raises:
        Malformed: it is none.
    """
    if not text:
        return default
    try:
        return instant(text)
    except Malformed as error:
        raise Malformed(error.message, field=field, next_step=error.next_step) from error


def circumstances(text: str | None, field: str) -> dict[str, Value]:
    """`name=value` with commas between.

    Raises:
        Malformed: a part is no such pair.
    """
    found: dict[str, Value] = {}
    for part in (text or "").split(","):
        name, _, said = part.strip().partition("=")
        if part.strip() and not (name and said):
            raise Malformed(f"{part.strip()!r} is half of a pair", field=field, next_step="write name=value")
        if name:
            found[name.strip()] = as_typed(said.strip())
    return found


def address(fields: Fields, *without: str) -> str:
    """Fields as the query of an address, in their order."""
    return urlencode({name: item for name, item in fields.items() if item and name not in without})


def read_address(query: str) -> Fields:
    """The fields of such a query."""
    return dict(parse_qsl(query))
