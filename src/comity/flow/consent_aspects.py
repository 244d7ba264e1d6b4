"""How the consents of one clause stand against those of another.

Rules:
1. A consent is wider where it lets more be done, for more purposes, with fewer conditions or duties, passed on further,
   or for longer; narrower likewise; else different. A consent that only one clause gives makes it the wider.
2. A wider consent binds its giver more and restrains its taker less: so it makes a clause neither stronger nor weaker,
   but different.
3. Titles, refusals, and what else a clause states beside its consents, are the same or different.
4. An agreement's own id is the same word in both.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from comity.casebook.agreement import Agreement, Clause
from comity.flow import consent_words
from comity.flow.aspect import DIFFERENT, NARROWER, SAME, WIDER, Aspect

_SETS = ("actions", "purposes")
_KNOWN = (*_SETS, "depth", "when", "obligations", "from", "until", "survives")
Side = tuple[Agreement, Clause]


class Stated(NamedTuple):
    """A fact of a clause: its kind, its fields in one form, and its words."""

    kind: str
    fields: Mapping[str, object]
    words: str

    @property
    def about(self) -> tuple[object, ...]:
        """What makes two facts versions of each other."""
        return (self.kind, *(repr(self.fields.get(name)) for name in ("by", "to", "scope", "thing", "owner", "of")))


def compared(first: Side, second: Side) -> Iterator[Aspect]:
    """The consents of two clauses, where either has any."""
    mine, theirs = _stated(first), _stated(second)
    if not mine and not theirs:
        return
    kept = [one for one in mine if one not in theirs], [one for one in theirs if one not in mine]
    pairs = list(_pairs(*kept))
    told = ("; ".join(one.words for one in side) or ("the same" if mine and theirs else "none") for side in kept)
    yield Aspect("consents", _several({_word(one, two) for one, two in pairs}), *told)


def _stated(side: Side) -> list[Stated]:
    agreement, clause = side
    return [
        Stated(
            kind,
            {name: _alike(value, agreement.id) for name, value in fields.items() if name != "id"},
            consent_words.consent(agreement, kind, fields),
        )
        for kind, fields in consent_words.facts(agreement, clause)
    ]


def _alike(value: object, agreement: str) -> object:
    """A value in one form: rule 4."""
    if isinstance(value, Mapping):
        return {str(name): _alike(item, agreement) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_alike(item, agreement) for item in value]
    return value if isinstance(value, bool) or value is None else str(value).replace(agreement, "{id}")


def _pairs(mine: list[Stated], theirs: list[Stated]) -> Iterator[tuple[Stated | None, Stated | None]]:
    left = list(theirs)
    for one in mine:
        two = next((other for other in left if other.about == one.about), None)
        if two is not None:
            left.remove(two)
        yield one, two
    yield from ((None, two) for two in left)


def _word(one: Stated | None, two: Stated | None) -> str:
    """Rules 1 and 3."""
    said = two if one is None else one
    if said is not None and said.kind != "grant":
        return DIFFERENT
    if one is None or two is None:
        return WIDER if two is None else NARROWER
    return _several(set(_aspects(one.fields, two.fields)))


def _aspects(one: Mapping[str, object], two: Mapping[str, object]) -> Iterator[str]:
    for name in _SETS:
        yield _more(_names(one.get(name)), _names(two.get(name)))
    yield _more(_depth(one), _depth(two))
    yield _fewer(_names(one.get("when")), _names(two.get("when")))
    yield _fewer(_names(one.get("obligations")), _names(two.get("obligations")))
    yield _more(int(one.get("survives") is True), int(two.get("survives") is True))
    for name in {*one, *two} - {*_KNOWN} | {"from", "until"}:
        yield SAME if one.get(name) == two.get(name) else DIFFERENT


def _depth(fields: Mapping[str, object]) -> int:
    text = str(fields.get("depth", 0))
    return int(text) if text.isdigit() else 0


def _names(value: object) -> frozenset[str]:
    if value is None:
        return frozenset()
    return frozenset(str(item) for item in value) if isinstance(value, list) else frozenset({str(value)})


def _more(one: frozenset[str] | int, two: frozenset[str] | int) -> str:
    """The word where to have more is wider."""
    if one == two:
        return SAME
    if isinstance(one, int) and isinstance(two, int):
        return WIDER if one > two else NARROWER
    if isinstance(one, int) or isinstance(two, int):
        return DIFFERENT
    if "any" in one | two and "any" not in one & two:
        return WIDER if "any" in one else NARROWER
    return WIDER if one > two else NARROWER if one < two else DIFFERENT


def _fewer(one: frozenset[str], two: frozenset[str]) -> str:
    """The word where to have fewer is wider."""
    return _more(two, one)


def _several(found: set[str]) -> str:
    counted = found - {SAME}
    if counted in ({WIDER}, {NARROWER}):
        return counted.pop()
    return DIFFERENT if counted else SAME
