"""An event as somebody claims it: every field may be unknown.

Rules:
1. What is left out, or said to be `unknown`, is unknown; it is never filled with a default.
2. The event's facts are claims: `claimed_by` names whose.
3. Attributes are circumstances that agreements ask about (docs/agreements.md): `external`, `requested`, `amounts`,
   `in_territory` ...
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from comity.casebook.places import Point
from comity.casebook.vocabulary import KINDS, NON_STATE, TARGETS
from comity.errors import Malformed
from comity.values.condition import Value, value
from comity.values.instant import Instant, instant, show

UNKNOWN = "unknown"
_FIELDS = ("kind", "victim", "attacker", "on", "place", "target", "claimed_by", "attributes")


@dataclass(frozen=True, slots=True)
class Event:
    """What happened, as claimed; None is unknown. `place` is latitude and longitude in degrees."""

    kind: str | None = None
    victim: str | None = None
    attacker: str | None = None
    on: Instant | None = None
    place: Point | None = None
    target: str | None = None
    claimed_by: tuple[str, ...] = ()
    attributes: Mapping[str, Value] = field(default_factory=dict)

    def as_json(self) -> dict[str, object]:
        """The event as plain data; what is unknown says so."""
        return {
            "kind": self.kind or UNKNOWN,
            "victim": self.victim or UNKNOWN,
            "attacker": self.attacker or UNKNOWN,
            "on": UNKNOWN if self.on is None else show(self.on),
            "place": UNKNOWN if self.place is None else list(self.place),
            "target": self.target or UNKNOWN,
            "claimed_by": list(self.claimed_by),
            "attributes": {name: _plain(item) for name, item in sorted(self.attributes.items())},
        }


def _plain(item: Value) -> object:
    return item if isinstance(item, str | bool) else str(item)


def event(given: object, parties: Mapping[str, str]) -> Event:
    """Read an event from a mapping: rule 1.

    Args:
        given: the fields of an event, and any attribute, at the top or under `attributes`.
        parties: the codes that exist.

    Raises:
        Malformed: a word, code, date or place that cannot be read; `field` names it.
    """
    if not isinstance(given, Mapping):
        raise Malformed(f"{given!r} is no event", next_step="write fields such as kind: armed-attack")
    known = {str(name): item for name, item in given.items() if item is not None and item != UNKNOWN}
    stated = known.get("attributes", {})
    extra = {name: item for name, item in known.items() if name not in _FIELDS}
    attributes = {**(stated if isinstance(stated, Mapping) else {}), **extra}
    return Event(
        _word(known, "kind", KINDS),
        _party(known, "victim", parties),
        None if known.get("attacker") is None else _attacker(known, parties),
        _on(known),
        _place(known.get("place")),
        _word(known, "target", TARGETS),
        _claimants(known.get("claimed_by"), parties),
        {str(name): value(item) for name, item in attributes.items() if item is not None and item != UNKNOWN},
    )


def _word(known: Mapping[str, object], name: str, allowed: tuple[str, ...]) -> str | None:
    word = known.get(name)
    if word is not None and word not in allowed:
        raise Malformed(f"{word!r} is not known", field=name, next_step=f"allowed: {', '.join(allowed)}, unknown")
    return None if word is None else str(word)


def _party(known: Mapping[str, object], name: str, parties: Mapping[str, str]) -> str | None:
    code = known.get(name)
    if code is None:
        return None
    if not isinstance(code, str) or code not in parties:
        raise Malformed(f"{code!r} is no party of the casebook", field=name, next_step=_near(str(code), parties))
    return code


def _attacker(known: Mapping[str, object], parties: Mapping[str, str]) -> str | None:
    return NON_STATE if known["attacker"] == NON_STATE else _party(known, "attacker", parties)


def _claimants(given: object, parties: Mapping[str, str]) -> tuple[str, ...]:
    if given is None:
        return ()
    items = given if isinstance(given, list | tuple) else str(given).split(",")
    return tuple(
        code for item in items if (code := _party({"claimed_by": str(item)}, "claimed_by", parties)) is not None
    )


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
        latitude, longitude = (float(part) for part in parts)
    except (TypeError, ValueError) as error:
        raise Malformed(
            f"{given!r} is no place", field="place", next_step="write latitude,longitude in degrees, as 59.4,24.7"
        ) from error
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise Malformed(
            f"{latitude}, {longitude} lies off the globe",
            field="place",
            next_step="latitude comes first, -90 to 90; longitude -180 to 180",
        )
    return (latitude, longitude)
