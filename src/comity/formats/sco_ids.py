"""Ids of cyber-observable objects: the same for the same value, wherever it is computed (STIX 2.1, section 2.9).

Rules:
1. The id is a UUIDv5 in the standard's namespace over the canonical JSON (RFC 8785) of the properties that contribute
   to a type's id, those absent left out.
2. Of several hashes one contributes: MD5, SHA-1, SHA-256, SHA-512 in this order, else the first by name.
3. An object of a type for which the standard names no property, or with none of them, gets an id from the words it is
   given instead, in a namespace of ours: the same input makes the same id.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID, uuid5

STANDARD = UUID("00abedb4-aa42-466c-9c01-fed23315a9b7")
OURS = UUID("8d0c4ce4-5e0b-5b4c-9a6f-1f0f4f4c7a53")

_VALUE = ("value",)
CONTRIBUTING: dict[str, tuple[str, ...]] = {
    "artifact": ("hashes", "payload_bin"),
    "autonomous-system": ("number",),
    "directory": ("path",),
    "domain-name": _VALUE,
    "email-addr": _VALUE,
    "email-message": ("from_ref", "subject", "body"),
    "file": ("hashes", "name", "extensions", "parent_directory_ref"),
    "ipv4-addr": _VALUE,
    "ipv6-addr": _VALUE,
    "mac-addr": _VALUE,
    "mutex": ("name",),
    "network-traffic": (
        "start", "end", "src_ref", "dst_ref", "src_port", "dst_port", "protocols", "extensions",
    ),
    "process": (),
    "software": ("name", "cpe", "swid", "vendor", "version"),
    "url": _VALUE,
    "user-account": ("account_type", "user_id", "account_login"),
    "windows-registry-key": ("key", "values"),
    "x509-certificate": ("hashes", "serial_number"),
}  # fmt: skip
"""The types of the standard, with the properties that contribute to an id."""

_PREFERRED = ("MD5", "SHA-1", "SHA-256", "SHA-512")
_SHORT = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\"}


def sco_id(properties: Mapping[str, object], otherwise: str) -> str:
    """The id of one object.

    Args:
        properties: the object, with its `type`; references as they shall stand.
        otherwise: words that tell this object from every other, for rule 3.
    """
    kind = str(properties["type"])
    given = {name: properties[name] for name in CONTRIBUTING.get(kind, ()) if name in properties}
    if isinstance(hashes := given.get("hashes"), Mapping) and hashes:
        name = next((name for name in _PREFERRED if name in hashes), min(hashes))
        given["hashes"] = {name: hashes[name]}
    return f"{kind}--{uuid5(STANDARD, jcs(given)) if given else uuid5(OURS, otherwise)}"


def jcs(value: object) -> str:
    """Plain data as canonical JSON (RFC 8785); numbers as ECMAScript writes them."""
    match value:
        case None | True | False:
            return {None: "null", True: "true", False: "false"}[value]
        case str():
            return f'"{"".join(_SHORT.get(letter) or _escaped(letter) for letter in value)}"'
        case int():
            return str(value)
        case float():
            return _number(value)
        case Mapping():
            names = sorted(value, key=lambda name: name.encode("utf-16-be", "surrogatepass"))
            return f"{{{','.join(f'{jcs(name)}:{jcs(value[name])}' for name in names)}}}"
        case Sequence():
            return f"[{','.join(map(jcs, value))}]"
    raise TypeError(f"{type(value).__name__} is no JSON")


def _escaped(letter: str) -> str:
    return f"\\u{ord(letter):04x}" if letter < " " else letter


def _number(value: float) -> str:
    """A double as ECMAScript's Number::toString writes it."""
    if value == 0:
        return "0"
    sign, digits, point = _parts(repr(value))
    if 0 < point <= 21:
        whole = digits.ljust(point, "0")
        return sign + (f"{whole[:point]}.{whole[point:]}" if len(whole) > point else whole)
    if -6 < point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    fraction = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{sign}{digits[0]}{fraction}e{point - 1:+d}"


def _parts(text: str) -> tuple[str, str, int]:
    """The sign, the digits without zeros at either end, and how many of them stand before the point."""
    sign, text = ("-", text[1:]) if text.startswith("-") else ("", text)
    mantissa, _, exponent = text.partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = whole + fraction
    leading = len(digits) - len(digits.lstrip("0"))
    return sign, digits.strip("0"), len(whole) - leading + int(exponent or 0)
