"""Intelligence as it comes: STIX 2.1 as it is; STIX 2.0 and MISP's events made into STIX 2.1, told by their content.

Rules:
1. What says that it is STIX 2.0, and what is an event of MISP's, is converted; all else is handed on untouched.
2. A row that cannot be converted is a fault like any other: one stops the import unless bad rows are skipped.
3. Whom MISP shares with is known by bindings alone. Without them nothing of MISP's comes in.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import msgspec

from comity.errors import ComityError, Malformed, Refused
from comity.formats import misp, stix20, stix_rows
from comity.formats.misp_sharing import Bindings
from comity.formats.stix import Fault
from comity.formats.stix_rows import Rows

_PLACE = re.compile(r"(?:: (?:response\.|objects\.)?\[(\d+)\])? ?(?:\(([^)]*)\))?(?:: )?(.*)")
_HINTS = (b'"2.0"', b'"Event"', b'"info"', b'"response"', b'"objects"', b'"created"')


@dataclass(frozen=True, slots=True)
class Incoming:
    """STIX 2.1 as bytes, and what of a file could not become that."""

    data: bytes
    faults: tuple[Fault, ...] = ()


def incoming(data: bytes, name: str, bindings: Bindings | None = None) -> Incoming:
    """A file of intelligence as STIX 2.1: rules 1 to 3.

    Args:
        data: the file.
        name: what errors call it.
        bindings: what MISP's words mean here.

    Raises:
        Refused: it is MISP's, and there are no bindings.
    """
    if not any(hint in data for hint in _HINTS):
        return Incoming(data)
    if _surely_stix21(data):
        return Incoming(data)
    try:
        document = stix_rows.document(data, name)
    except Malformed:
        return Incoming(data)  # whoever reads it next tells what is wrong with it
    if isinstance(document, dict) and stix20.is_stix20(document):
        return _made(stix20.read(document, name), name)
    if misp.is_misp(document):
        if bindings is None:
            raise Refused(
                "is MISP's, and nobody said who its organisations and communities are",
                where=name,
                next_step="bind them to parties in a file, and give it by --misp-bindings",
            )
        return _made(misp.read(document, bindings, name), name)
    return Incoming(data)


def _surely_stix21(data: bytes) -> bool:
    """Whether bytes are JSON of no other kind; told by a reader that is quick, and not as strict."""
    try:
        document: object = msgspec.json.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return False
    return not stix20.is_stix20(document) and not misp.is_misp(document)


def _made(rows: Rows, name: str) -> Incoming:
    return Incoming(msgspec.json.encode(rows.objects), tuple(_fault(error, name) for error in rows.faults))


def _fault(error: ComityError, name: str) -> Fault:
    """A bad row as the import tells it: its number in the file, its id, the place within it."""
    found = _PLACE.match((error.where or "").removeprefix(name))
    number, given, rest = found.groups() if found else (None, None, "")
    field = ": ".join(part for part in (rest, error.field) if part)
    return Fault(int(number or 0), given, field or None, error.message, error.next_step or "correct it")
