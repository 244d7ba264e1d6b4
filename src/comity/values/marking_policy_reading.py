"""Policies of marking from plain mappings, as the casebook and a user's own file write them."""

from __future__ import annotations

from collections.abc import Mapping

from comity.errors import Malformed
from comity.values.fields import Fields
from comity.values.marking_policy import Flag, Kind, Level, Origin, Policy, Tag, Unmarked, Value, Words
from comity.values.names import Names, within
from comity.values.party import Recipient, recipient

_POLICY = (
    "id", "name", "owner", "uri", "words", "levels", "tags", "flags", "tokens", "phrases", "names", "source", "grade",
    "verify",
)  # fmt: skip
_LEVEL = ("id", "unmarked", "caveated", "words", "portion", "ids", "from", "until", "source", "grade", "verify")
_TAG = ("id", "kind", "values", "uri", "parties", "releases", "required", "pattern", "prefix", "suffix", "separator")
_VALUE = ("id", "words", "holders", "excluded", "from", "until")
_FLAG = ("id", "words", "portion", "levels", "excludes", "closes", "asks", "permits", "over", "from", "until")
_LOOSEST_FIRST = (Unmarked.OPEN, Unmarked.BOUND, Unmarked.ORIGINATOR)


def policy(given: object, path: str = "policy") -> Policy:
    """A policy from a mapping.

    Raises:
        Malformed: a field is missing or unknown, or the levels grow looser; `field` names it.
    """
    fields = Fields(given, path, Names(), _POLICY)
    origin = _origin(fields, Origin("", ""))
    levels = tuple(_level(one, place, rank, origin) for rank, (place, one) in enumerate(fields.listed("levels")))
    _never_looser(levels, path)
    tags = [_tag(one, place) for place, one in fields.listed("tags", [])]
    flags = [_flag(one, place) for place, one in fields.listed("flags", [])]
    return Policy(
        fields.text("id"),
        fields.text("name"),
        fields.optional_text("owner"),
        levels,
        {one.id: one for one in tags},
        {one.id: one for one in flags},
        {
            token: within(f"{path}.tokens.{token}", recipient, named)
            for token, named in _table(fields, "tokens").items()
        },
        origin,
        fields.optional_text("uri"),
        _words(fields.take("words", {}), fields.path("words")),
        _texts(fields, "phrases"),
        {name: _words(one, f"{path}.names.{name}") for name, one in _table(fields, "names").items()},
    )


def _origin(fields: Fields, whole: Origin) -> Origin:
    return Origin(
        fields.text("source", whole.source or ...),
        fields.text("grade", whole.grade or ...),
        fields.take("verify", whole.verify) is True,
    )


def _never_looser(levels: tuple[Level, ...], path: str) -> None:
    strictness = [_LOOSEST_FIRST.index(one.unmarked) for one in levels]
    if strictness != sorted(strictness):
        raise Malformed(
            "a higher level is looser than a lower one",
            field=f"{path}.levels",
            next_step="write `unmarked` as open, then bound, then originator, from the lowest level up",
        )


def _level(given: object, path: str, rank: int, origin: Origin) -> Level:
    fields = Fields(given, path, Names(), _LEVEL)
    ids = {name: _listed(one, f"{path}.ids.{name}") for name, one in _table(fields, "ids").items()}
    return Level(
        fields.text("id"),
        rank,
        fields.choice("unmarked", Unmarked),
        _words(fields.take("words"), fields.path("words")),
        fields.optional_text("portion"),
        fields.period(exact=True),
        ids,
        _origin(fields, origin),
        None if fields.take("caveated", None) is None else fields.choice("caveated", Unmarked),
    )


def _tag(given: object, path: str) -> Tag:
    fields = Fields(given, path, Names(), _TAG)
    values = [_value(one, place) for place, one in fields.listed("values", [], empty=True)]
    return Tag(
        fields.text("id"),
        fields.choice("kind", Kind),
        {one.id: one for one in values},
        fields.optional_text("uri"),
        fields.take("parties", False) is True,
        fields.take("releases", False) is True,
        fields.take("required", False) is True,
        fields.optional_text("pattern"),
        _texts(fields, "prefix"),
        _texts(fields, "suffix"),
        str(fields.take("separator", " ")),
    )


def _value(given: object, path: str) -> Value:
    if isinstance(given, str):
        return Value(given, {})
    fields = Fields(given, path, Names(), _VALUE)
    holders = fields.take("holders", None)
    return Value(
        fields.text("id"),
        _words(fields.take("words", {}), fields.path("words")),
        None if holders is None else _recipients(fields),
        frozenset(fields.texts("excluded", [])),
        fields.period(exact=True),
    )


def _recipients(fields: Fields) -> tuple[Recipient, ...]:
    return tuple(within(path, recipient, one) for path, one in fields.listed("holders", empty=True))


def _flag(given: object, path: str) -> Flag:
    fields = Fields(given, path, Names(), _FLAG)
    levels = fields.take("levels", None)
    return Flag(
        fields.text("id"),
        _words(fields.take("words"), fields.path("words")),
        fields.optional_text("portion"),
        None if levels is None else frozenset(fields.texts("levels")),
        frozenset(fields.texts("excludes", [])),
        fields.take("closes", False) is True,
        fields.period(exact=True),
        fields.take("asks", False) is True,
        fields.take("permits", False) is True,
        frozenset(fields.texts("over", [])),
    )


def _table(fields: Fields, field: str) -> Mapping[str, object]:
    given = fields.take(field, {})
    if not isinstance(given, Mapping):
        raise Malformed(f"{given!r} is no mapping", field=fields.path(field), next_step="write {name: value}")
    return {str(name): one for name, one in given.items()}


def _texts(fields: Fields, field: str) -> dict[str, str]:
    return {name: str(one) for name, one in _table(fields, field).items()}


def _words(given: object, path: str) -> Words:
    """Words by language; a text or list alone is English."""
    if isinstance(given, Mapping):
        return {str(language): _listed(one, f"{path}.{language}") for language, one in given.items()}
    return {"en": _listed(given, path)}


def _listed(given: object, path: str) -> tuple[str, ...]:
    items = given if isinstance(given, list) else [given]
    if not items or not all(isinstance(one, str) and one for one in items):
        raise Malformed(f"{given!r} are no words", field=path, next_step="write a word, or a list of words")
    return tuple(items)
