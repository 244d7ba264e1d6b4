"""A marking from what somebody types or names: a line, or a file that holds a line, a label in XML, or JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from comity.errors import Malformed, Unavailable
from comity.formats import stanag4774, stanag4778, stix_marking
from comity.formats.marking_lines import read_in_any, read_line
from comity.values.marking import Marking, marking
from comity.values.marking_check import checked
from comity.values.marking_policy import Kind, Policy, Unmarked
from comity.values.marking_readers import Setting

_LARGEST = 4_000_000
_FILES = frozenset({".json", ".txt", ".xml"})
"""What names a file ends in: no line does."""


def check_words(names: Iterable[str], policies: Mapping[str, Policy], field: str) -> None:
    """Refuse to bind what no policy leaves to be bound: a slip would bind nothing, and say so nowhere.

    Raises:
        Malformed: a name is none of `POLICY:LEVEL` and `POLICY:TAG:VALUE` that wait for a party set.
    """
    waiting = {one: list(_waiting(policy)) for one, policy in policies.items()}
    for name in names:
        own = waiting.get(name.partition(":")[0], [])
        if name not in own:
            allowed = own or [word for words in waiting.values() for word in words]
            says = f"{name!r} is no word that waits for a party set"
            raise Malformed(says, field=field, next_step=f"allowed: {', '.join(allowed)}")


def _waiting(policy: Policy) -> Iterator[str]:
    for level in policy.levels:
        if Unmarked.BOUND in (level.unmarked, level.caveated):
            yield f"{policy.id}:{level.id}"
    for tag in policy.tags.values():
        if tag.kind is Kind.PERMISSIVE and not tag.parties:
            yield from (f"{policy.id}:{tag.id}:{value.id}" for value in tag.values.values() if value.holders is None)


def marking_of(
    given: str, how: Setting, policy: str | None, originator: str | None, *, portion: bool = False
) -> Marking:
    """The marking of a line, or of the one label in a file of that name.

    Raises:
        Malformed: it says no marking, or more than one; `where` names the place.
        Unavailable: the file cannot be read.
    """
    path = Path(given) if _may_be_a_path(given) else None
    text = given if path is None else _text(path)
    if path is None and Path(given).suffix.lower() in _FILES:
        raise Unavailable(f"{given} is no file", next_step="check the name")
    try:
        return _of_text(text.strip("\r\n"), how, policy, originator, portion=portion)
    except Malformed as error:
        where = error.where if path is None else ": ".join(filter(None, (given, error.where)))
        portioned = not portion and text.startswith("(")
        step = "a mark of a portion is read with --portion" if portioned else error.next_step
        raise Malformed(error.message, where=where, field=error.field, next_step=step) from error


def _may_be_a_path(given: str) -> bool:
    try:
        return Path(given).is_file()
    except (OSError, ValueError):
        return False


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST + 1)
        if len(data) > _LARGEST:
            raise Malformed(f"has more than {_LARGEST} bytes", next_step="give one label at a time")
        return data.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise Unavailable(f"{path} cannot be read: {error}", next_step="name a text file in UTF-8") from error


def _of_text(text: str, how: Setting, policy: str | None, originator: str | None, *, portion: bool) -> Marking:
    if text.lstrip().startswith("<"):
        return _of_xml(text, how, originator)
    if text.lstrip().startswith("{"):
        return _of_json(text, how, originator)
    if policy is None:
        return read_in_any(text, how.policies, originator=originator, on=how.on, portion=portion)
    if policy not in how.policies:
        step = f"allowed: {', '.join(sorted(how.policies))}"
        raise Malformed(f"{policy!r} is no policy here", field="--policy", next_step=step)
    return read_line(text, how.policies[policy], originator=originator, on=how.on, portion=portion)


def _of_xml(text: str, how: Setting, originator: str | None) -> Marking:
    if stanag4778.SPACE not in text.partition(">")[0] + text.partition(">")[2].partition(">")[0]:
        return stanag4774.read(text.encode("utf-8"), how.policies, originator)
    found = stanag4778.read(text.encode("utf-8"), how.policies, originator)
    own = [one.own for one in found.bound if one.own is not None]
    if len(own) != 1:
        raise Malformed(f"binds {len(own)} labels of originators", next_step="give a binding with one of them")
    return own[0]


def _of_json(text: str, how: Setting, originator: str | None) -> Marking:
    try:
        given = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Malformed(f"is no JSON: {error}", next_step="give a marking definition, or a marking") from error
    if not isinstance(given, Mapping):
        raise Malformed("is no object of JSON", next_step="give a marking definition, or a marking")
    if given.get("type") != "marking-definition":
        found: Marking | None = marking(given)
    else:
        found = stix_marking.read(given, how.policies, _whose(originator))
    if found is None:
        raise Malformed("is a marking in words, and no label", next_step="read its statement as a line")
    return checked(found, how.policy(found))


def _whose(originator: str | None) -> str:
    if originator is None:
        raise Malformed("does not say whose it is", field="--originator", next_step="name the originator")
    return originator
