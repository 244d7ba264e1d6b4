"""An event as somebody claims it: every field may be unknown.

Rules:
1. What is left out, or said to be `unknown`, is unknown; it is never filled with a default.
2. The event's facts are claims: `claimed_by` names whose. Who did it may be claimed by several, differently (`claims`,
   or several attackers): then no claim is taken for the truth.
3. Attributes are circumstances that agreements ask about (docs/agreements.md): `external`, `requested`, `amounts`,
   `in_territory` ... One that no agreement asks about is a slip of the pen, and is refused where they are known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

from comity.casebook.places import Point
from comity.casebook.vocabulary import KINDS, NON_STATE, TARGETS
from comity.errors import Malformed
from comity.values.condition import Value, value
from comity.values.instant import Instant, instant, show

UNKNOWN, DISPUTED = "unknown", "disputed"
_FIELDS = ("kind", "victim", "attacker", "on", "place", "target", "claimed_by", "claims", "attributes")
_TYPES: Mapping[type, str] = {bool: "true or false", str: "a text"}


@dataclass(frozen=True, slots=True)
class Attribution:
    """Somebody's claim of who did it; `by` may be empty."""

    attacker: str
    by: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """The claim, as it stands after "if"."""
        whose = f"{' and '.join(self.by)}'s claim" if self.by else "the claim"
        return f"{whose} that {self.attacker} did it is taken"


@dataclass(frozen=True, slots=True)
class Event:
    """What happened, as claimed; None is unknown. `place` is latitude and longitude in degrees.

    Where `claims` name several authors, `attacker` is None.
    """

    kind: str | None = None
    victim: str | None = None
    attacker: str | None = None
    on: Instant | None = None
    place: Point | None = None
    target: str | None = None
    claimed_by: tuple[str, ...] = ()
    attributes: Mapping[str, Value] = field(default_factory=dict)
    claims: tuple[Attribution, ...] = ()

    @property
    def contested(self) -> tuple[Attribution, ...]:
        """The claims of who did it, where nobody says so unopposed: rule 2."""
        return self.claims if self.attacker is None else ()

    @property
    def attackers(self) -> tuple[str, ...]:
        """Everybody who is said to have done it."""
        return tuple(claim.attacker for claim in self.contested) if self.attacker is None else (self.attacker,)

    @property
    def author(self) -> str:
        """Who did it, in words."""
        if self.contested:
            return f"{' or '.join(self.attackers)} (disputed)"
        return self.attacker or "an unknown author"

    def as_json(self) -> dict[str, object]:
        """The event as plain data; what is unknown says so."""
        return {
            "kind": self.kind or UNKNOWN,
            "victim": self.victim or UNKNOWN,
            "attacker": DISPUTED if self.contested else self.attacker or UNKNOWN,
            "claims": [{"by": list(claim.by), "attacker": claim.attacker} for claim in self.claims],
            "on": UNKNOWN if self.on is None else show(self.on),
            "place": UNKNOWN if self.place is None else list(self.place),
            "target": self.target or UNKNOWN,
            "claimed_by": list(self.claimed_by),
            "attributes": {name: _plain(item) for name, item in sorted(self.attributes.items())},
        }


def _plain(item: Value) -> object:
    return item if isinstance(item, str | bool) else str(item)


def event(given: object, parties: Mapping[str, str], asked_about: Mapping[str, type] | None = None) -> Event:
    """Read an event from a mapping: rule 1.

    Args:
        given: the fields of an event, and any attribute, at the top or under `attributes`.
        parties: the codes that exist.
        asked_about: the circumstances that agreements ask about, with the types of their values; with them, any other
            is refused.

    Raises:
        Malformed: a word, code, date, place or circumstance that cannot be read; `field` names it.
    """
    if not isinstance(given, Mapping):
        raise Malformed(f"{given!r} is no event", next_step="write fields such as kind: armed-attack")
    known = {str(name): item for name, item in given.items() if item is not None and item != UNKNOWN}
    stated = known.get("attributes", {})
    if not isinstance(stated, Mapping):
        says = f"{_shown(stated)} are no circumstances"
        raise Malformed(says, field="attributes", next_step="write attributes: {external: true}")
    extra = {name: item for name, item in known.items() if name not in _FIELDS}
    attributes = {str(name): item for name, item in {**stated, **extra}.items() if item is not None and item != UNKNOWN}
    attacker, claims = _author(known, parties)
    return Event(
        _word(known, "kind", KINDS),
        _party(known, "victim", parties),
        attacker,
        _on(known),
        _place(known.get("place")),
        _word(known, "target", TARGETS),
        _claimants(known.get("claimed_by"), parties, "claimed_by"),
        {name: _circumstance(name, item, asked_about) for name, item in attributes.items()},
        claims,
    )


def _author(known: Mapping[str, object], parties: Mapping[str, str]) -> tuple[str | None, tuple[Attribution, ...]]:
    """Who did it, and the claims of it: rule 2."""
    given, stated = known.get("attacker"), known.get("claims") or None
    if given is not None and stated is not None:
        remedy = "state every author under claims: [{by: PARTY, attacker: PARTY}]"
        raise Malformed("an attacker stands beside claims of who did it", field="attacker", next_step=remedy)
    claims = _claims(stated, parties) if stated is not None else _several(given, parties)
    by_attacker: dict[str, tuple[str, ...]] = {}
    for claim in claims:
        by_attacker[claim.attacker] = tuple(dict.fromkeys((*by_attacker.get(claim.attacker, ()), *claim.by)))
    found = tuple(Attribution(attacker, by) for attacker, by in by_attacker.items())
    if len(found) == 1:
        return found[0].attacker, found if found[0].by else ()
    return None, found


def _several(given: object, parties: Mapping[str, str]) -> list[Attribution]:
    items = given if isinstance(given, list | tuple) else [given]
    return [Attribution(_attacker(item, "attacker", parties)) for item in items if item is not None and item != UNKNOWN]


def _claims(given: object, parties: Mapping[str, str]) -> list[Attribution]:
    """The claims of a file: who says that who did it."""
    remedy = "write claims: [{by: PARTY, attacker: PARTY}, ...]"
    if not isinstance(given, list | tuple) or not all(isinstance(item, Mapping) for item in given):
        raise Malformed(f"{_shown(given)} are no claims", field="claims", next_step=remedy)
    found = []
    for item in given:
        odd = [str(name) for name in item if name not in {"by", "attacker"}]
        if odd or "attacker" not in item:
            says = f"{odd[0]} is no part of a claim" if odd else "a claim names no attacker"
            raise Malformed(says, field="claims", next_step=remedy)
        if item["attacker"] is not None and item["attacker"] != UNKNOWN:
            by = _claimants(item.get("by"), parties, "claims.by")
            found.append(Attribution(_attacker(item["attacker"], "claims.attacker", parties), by))
    return found


def _word(known: Mapping[str, object], name: str, allowed: tuple[str, ...]) -> str | None:
    word = known.get(name)
    if word is not None and word not in allowed:
        raise Malformed(f"{_shown(word)} is not known", field=name, next_step=f"allowed: {', '.join(allowed)}, unknown")
    return None if word is None else str(word)


def _party(known: Mapping[str, object], name: str, parties: Mapping[str, str]) -> str | None:
    code = known.get(name)
    return None if code is None else party(code, name, parties)


def party(code: object, name: str, parties: Mapping[str, str]) -> str:
    """A code of a party.

    Raises:
        Malformed: there is no such party; `field` is the name given.
    """
    if not isinstance(code, str) or code not in parties:
        raise Malformed(f"{_shown(code)} is no party of the casebook", field=name, next_step=_near(str(code), parties))
    return code


def _attacker(given: object, name: str, parties: Mapping[str, str]) -> str:
    return NON_STATE if given == NON_STATE else party(given, name, parties)


def _claimants(given: object, parties: Mapping[str, str], name: str) -> tuple[str, ...]:
    if given is None:
        return ()
    items = given if isinstance(given, list | tuple) else str(given).split(",")
    return tuple(party(item.strip() if isinstance(item, str) else item, name, parties) for item in items)


def _circumstance(name: str, given: object, asked_about: Mapping[str, type] | None) -> Value:
    """The value of a circumstance: rule 3."""
    if asked_about is not None and name not in asked_about:
        near = get_close_matches(name, [*asked_about, *_FIELDS], 3, 0.6)
        meant = f"did you mean {' or '.join(near)}? " if near else ""
        remedy = f"{meant}they ask about: {', '.join(asked_about)}"
        raise Malformed("no agreement asks about this", field=name, next_step=remedy)
    try:
        found = value(given)
    except Malformed as error:
        raise Malformed(f"{_shown(given)} is no circumstance", field=name, next_step=error.next_step) from error
    wanted = (asked_about or {}).get(name)
    if wanted is not None and not isinstance(found, wanted):
        remedy = f"write {name}={'true or ' + name + '=false' if wanted is bool else _TYPES.get(wanted, 'a number')}"
        raise Malformed(f"{_shown(given)} is not {_TYPES.get(wanted, 'a number')}", field=name, next_step=remedy)
    return found


def _shown(given: object) -> str:
    """A value as its author wrote it."""
    if isinstance(given, list | tuple):
        return f"[{', '.join(_shown(item) for item in given)}]"
    if isinstance(given, bool):
        return str(given).lower()
    return repr(given) if isinstance(given, str) else str(given)


def _near(code: str, parties: Mapping[str, str]) -> str:
    near = [
        f"{other} ({name})"
        for other, name in parties.items()
        if code.lower() in name.lower() or other[:2] == code[:2].upper()
    ]
    return f"use ISO alpha-3 codes{': ' + ', '.join(near[:6]) if near else ''}"


def _on(known: Mapping[str, object]) -> Instant | None:
    if "on" not in known:
        return None
    try:
        return instant(known["on"])
    except Malformed as error:
        raise Malformed(error.message, field="on", next_step=error.next_step) from error


def _place(given: object) -> Point | None:
    if given is None:
        return None
    parts = given if isinstance(given, list | tuple) else str(given).split(",")
    try:
        if any(isinstance(part, bool) for part in parts):
            raise TypeError  # noqa: TRY301 - true and false are no degrees
        latitude, longitude = (float(part) for part in parts)
    except (TypeError, ValueError) as error:
        raise Malformed(
            f"{_shown(given)} is no place", field="place", next_step="write latitude,longitude in degrees, as 59.4,24.7"
        ) from error
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise Malformed(
            f"{latitude}, {longitude} lies off the globe",
            field="place",
            next_step="latitude comes first, -90 to 90; longitude -180 to 180",
        )
    return (latitude, longitude)
