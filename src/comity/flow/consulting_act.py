"""What somebody asks to state in a consultation: the fields that a form or a program sends, read with care.

Rules:
1. Each act is a struct of its fields, and makes its statements of them by what its author has before him. Pages, the
   command line and programs state by the same one.
2. A time has its hour and its zone. A party is one that is known.
3. What a field names (a task, a report, a question) is looked for among what its author may read, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated, Protocol

import msgspec

from comity.errors import Malformed
from comity.flow.consulting import Desk
from comity.instruments.consultation.acts import Statement, text_hash
from comity.instruments.consultation.facts import Case
from comity.values.instant import Instant, instant
from comity.values.party import PartyCode

Words = Annotated[
    str, msgspec.Meta(min_length=1, description="a line of at most 300 characters; `says`, `asks`: 20,000")
]
Item = Annotated[str, msgspec.Meta(min_length=1, description="the point of the agenda")]
Time = Annotated[str, msgspec.Meta(description="with its hour and zone, as 2026-03-01T17:00Z")]
Text = Annotated[str, msgspec.Meta(min_length=1, description="the text itself; or its SHA-256 in its place")]
Digest = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$", description="the SHA-256 of the text, byte for byte")]
Codes = Annotated[tuple[str, ...], msgspec.Meta(description="codes of parties")]
Named = Annotated[tuple[str, ...], msgspec.Meta(min_length=1, description="codes of parties")]
Minutes = Annotated[int, msgspec.Meta(ge=0, le=525_600)]
STEP = "look at the case again"


class Asked(msgspec.Struct, forbid_unknown_fields=True):
    """The fields of an act; none that is not its own."""


class Act(Protocol):
    """An act that stands by itself, such as a report on the channel."""

    def stated(self, desk: Desk) -> list[Statement]:
        """What is to be stated.

        Raises:
            Malformed: a field says what cannot be.
            Refused: the rules do not let it be stated.
            Impossible: something it names is not available.
        """


class CaseAct(Protocol):
    """An act in a case."""

    def stated(self, desk: Desk, case: Case) -> list[Statement]:
        """What is to be stated; as for `Act`."""


def time(text: str, field: str) -> Instant:
    """An instant with its hour: rule 2.

    Raises:
        Malformed: it is a day, has no zone, or is none.
    """
    try:
        found = instant(text)
    except Malformed as error:
        raise Malformed(error.message, field=field, next_step=error.next_step) from error
    if "T" not in text:
        raise Malformed(f"{text} is a day", field=field, next_step="write the hour and its zone: 2026-03-01T17:00Z")
    return found


def parties(codes: Iterable[str], field: str, desk: Desk) -> list[PartyCode]:
    """Parties that are known: rule 2.

    Raises:
        Malformed: one is not.
    """
    found = list(dict.fromkeys(codes))
    for code in found:
        if code not in desk.view.casebook.parties:
            raise Malformed(f"{code!r} is no party", field=field, next_step="write its code, such as those offered")
    return found


def readers_of(codes: Sequence[str], everybody: Sequence[PartyCode], field: str, desk: Desk) -> list[PartyCode]:
    """Parties that something is released to; `all` for everybody who takes part."""
    return list(everybody) if [code.lower() for code in codes] == ["all"] else parties(codes, field, desk)


def digest_of(text: str | None, sha256: str | None) -> str:
    """The hash of a text, or the one that is given.

    Raises:
        Malformed: neither is there, or they differ.
    """
    found = sha256 if text is None else text_hash(text.encode())
    if found is None:
        raise Malformed("is missing", field="text", next_step="send the text, or its SHA-256 as sha256")
    if sha256 not in {None, found}:
        raise Malformed(f"is not the hash of the text, {found}", field="sha256", next_step="leave one of the two out")
    return found
