"""What TAXII leaves out, on paper: what may be read no more, what is asked back, and what became of it.

Rules:
1. Three resources stand beside a collection. `gone` lists versions that whoever asks was told of and may read no more,
   each with the name under which he answers that it is hidden (`recall`); `recalls` lists what he is asked to give
   back, each question with the proof that its author signed it; what he answers is sent to `recalls`, each answer with
   the proof that he signed it; and so is what he asks back of what he put there himself, each question with its proof
   and the versions as he sent them. One of the two is sent at a time.
2. `until` is the instant up to which a list tells: whoever asks again after it is told what is new. Of `recalls` the
   last page tells it, for several may be of one instant.
3. What is read is read strictly: a list that is none is told by its field, and nothing of it is taken.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from comity.errors import Malformed
from comity.formats.taxii import Resource, is_id, stamp
from comity.values.instant import Instant

MOST = 1000
"""Answers that are sent at once."""
_STEP = "ask the keeper of the server"
Version = tuple[str, str]
"""The id of an object and its version, empty where it has none, as they leave."""


class Gone(NamedTuple):
    """A version that may be read no more, since when, and the name under which that is answered, if it has one."""

    at: Instant
    id: str
    version: str
    seq: int = 0
    recall: str = ""


class Question(NamedTuple):
    """What is asked back: by whom, which versions as they left, in which words, when, and the proof of it."""

    recall: str
    by: str
    objects: tuple[Version, ...]
    says: str | None
    asked: Instant
    proof: Mapping[str, object]


class Refusal(NamedTuple):
    """An answer that was not taken, by its place, and why."""

    place: int
    message: str


class Listing(NamedTuple):
    """A page of a list as it was read: its items, the token of the next page, and up to when it tells."""

    items: Sequence[Mapping[str, object]]
    next: str
    until: str


def gone(items: Iterable[Gone], token: str | None, until: Instant | None) -> Resource:
    """A page of what may be read no more."""
    told = [
        {
            **_version((one.id, one.version)),
            "date_gone": stamp(one.at),
            **({"recall": one.recall} if one.recall else {}),
        }
        for one in items
    ]
    return _page("objects", told, token, until)


def questions(items: Iterable[Question], token: str | None, until: Instant | None) -> Resource:
    """A page of what is asked back."""
    return _page("recalls", [_question(one) for one in items], token, until)


def _question(one: Question) -> Resource:
    said = {} if one.says is None else {"says": one.says}
    versions = [_version(version) for version in one.objects]
    return {"id": one.recall, "by": one.by, **said, "date_asked": stamp(one.asked), "objects": versions,
            "proof": dict(one.proof)}  # fmt: skip


def _version(one: Version) -> dict[str, object]:
    return {"id": one[0], **({"version": one[1]} if one[1] else {})}


def _page(name: str, items: Sequence[Resource], token: str | None, until: Instant | None) -> Resource:
    told: dict[str, object] = {name: items} if items else {}
    if items:
        told["more"] = token is not None
    if token is not None:
        told["next"] = token
    return told if until is None else {**told, "until": stamp(until)}


def taken(entered: Sequence[str], refused: Sequence[Refusal]) -> Resource:
    """What became of answers: the names of the facts that keep them, and why others were not taken."""
    failures = [{"place": one.place, "message": one.message} for one in refused]
    return {"entered": list(entered), **({"failures": failures} if failures else {})}


def heard(taken: Iterable[tuple[str, Sequence[Mapping[str, object]]]], refused: Sequence[Refusal]) -> Resource:
    """What became of questions: of those that were taken, what was signed; and why others were not taken."""
    items = [{"id": name, **({"receipts": [*signed]} if signed else {})} for name, signed in taken]
    failures = [{"place": one.place, "message": one.message} for one in refused]
    return {"asked": items, **({"failures": failures} if failures else {})}


def asked(given: Sequence[Mapping[str, object]]) -> bytes:
    """Questions as they are sent: rule 1."""
    return json.dumps({"recalls": [*given]}, ensure_ascii=False).encode()


def answers(proofs: Sequence[Mapping[str, object]]) -> bytes:
    """Answers as they are sent: rule 1."""
    return json.dumps({"receipts": [dict(one) for one in proofs]}, ensure_ascii=False).encode()


# Reading


def listing(found: Resource, name: str) -> Listing:
    """A page of a list: rule 3.

    Raises:
        Malformed: it is none.
    """
    items, token, until = found.get(name, []), found.get("next", ""), found.get("until", "")
    if not isinstance(items, list) or not all(isinstance(one, dict) for one in items):
        raise Malformed("is no list", field=name, next_step=_STEP)
    if not isinstance(token, str) or not isinstance(until, str):
        raise Malformed("is no text", field="next" if not isinstance(token, str) else "until", next_step=_STEP)
    return Listing(items, token if found.get("more") is True else "", until)


def read_version(item: Mapping[str, object]) -> Version:
    """A version of an object.

    Raises:
        Malformed: it is none.
    """
    name, version = item.get("id"), item.get("version", "")
    if not isinstance(name, str) or not is_id(name) or not isinstance(version, str):
        raise Malformed("is no version of an object", field="objects", next_step=_STEP)
    return name, version


def read_versions(items: object) -> tuple[Version, ...]:
    """Versions of objects.

    Raises:
        Malformed: one of them is none.
    """
    if not isinstance(items, list) or not all(isinstance(one, dict) for one in items):
        raise Malformed("is no list", field="objects", next_step=_STEP)
    return tuple(map(read_version, items))


class Sent(NamedTuple):
    """What is sent to `recalls`: answers, or questions, each still to be read."""

    receipts: Sequence[object]
    recalls: Sequence[object]


def read_sent(body: bytes) -> Sent:
    """What is sent to `recalls`.

    Raises:
        Malformed: it is no list, two lists, or too long a one.
    """
    step = f'send {{"receipts": [...]}} or {{"recalls": [...]}} with 1 to {MOST} proofs'
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Malformed("this is no JSON", field="receipts", next_step=step) from error
    lists = [found.get(name) for name in ("receipts", "recalls")] if isinstance(found, dict) else []
    given = [one for one in lists if isinstance(one, list) and 0 < len(one) <= MOST]
    if len(given) != 1 or sum(one is not None for one in lists) != 1:
        raise Malformed("these are no answers", field="receipts", next_step=step)
    return Sent(given[0], []) if given[0] is lists[0] else Sent([], given[0])
