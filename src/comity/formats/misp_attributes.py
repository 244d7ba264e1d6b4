"""Attributes of MISP as STIX 2.1: indicators, observations, vulnerabilities, and notes for the rest.

Rules:
1. An attribute that shall be looked for (`to_ids`) and has a pattern becomes an indicator; a detection rule becomes one
   in its own language. What was merely seen becomes observed data with its observables.
2. What STIX has no observable for, or whose value is not what its type promises, becomes a note with the words that
   stand there. The attribute itself lies in the extension, whatever it becomes.
3. Observables get ids that follow from the attribute's, not from its value: an id would tell a value that is withheld,
   and two attributes of one value may be for different readers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from uuid import uuid5

from comity.formats.sco_ids import OURS
from comity.formats.stix_rows import Stix

HASHES = {
    "md5": "MD5", "sha1": "SHA-1", "sha256": "SHA-256", "sha512": "SHA-512", "sha3-256": "SHA3-256",
    "sha3-512": "SHA3-512", "ssdeep": "SSDEEP", "tlsh": "TLSH",
}  # fmt: skip
RULES = {
    "yara": "yara", "snort": "snort", "sigma": "sigma", "suricata": "suricata", "stix2-pattern": "stix",
}  # fmt: skip
_SIMPLE = {
    "hostname": ("domain-name", "value"), "domain": ("domain-name", "value"), "url": ("url", "value"),
    "email": ("email-addr", "value"), "email-src": ("email-addr", "value"), "email-dst": ("email-addr", "value"),
    "mac-address": ("mac-addr", "value"), "mutex": ("mutex", "name"), "regkey": ("windows-registry-key", "key"),
    "filename": ("file", "name"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Seen:
    """What an attribute's value is: its observables, those referred to first, and a pattern that finds it.

    References between the observables are their places in the list.
    """

    observables: tuple[Stix, ...]
    pattern: str


def seen(kind: str, value: str) -> Seen | None:
    """What STIX has for a value; None where it has nothing: rule 2."""
    reader = _READERS.get(kind)
    return reader(kind, value) if reader else None


def ids(made: Seen, owner: str) -> list[Stix]:
    """The observables with their ids: rule 3."""
    names = [f"{one['type']}--{uuid5(OURS, f'{owner} {number}')}" for number, one in enumerate(made.observables)]
    return [
        {"type": one["type"], "spec_version": "2.1", "id": name, **_referring(one, names)}
        for name, one in zip(names, made.observables, strict=True)
    ]


def _referring(one: Stix, names: list[str]) -> Stix:
    found: Stix = {}
    for field, value in one.items():
        if field.endswith("_ref") and isinstance(value, int):
            found[field] = names[value]
        elif field.endswith("_refs") and isinstance(value, list):
            found[field] = [names[number] for number in value]
        elif field != "type":
            found[field] = value
    return found


def quoted(text: str) -> str:
    """A text as a pattern writes it."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _simple(kind: str, value: str) -> Seen:
    made, field = _SIMPLE[kind]
    return Seen(({"type": made, field: value},), f"[{made}:{field} = {quoted(value)}]")


def _address(kind: str, value: str) -> Seen | None:
    made = _address_type(value)
    return Seen(({"type": made, "value": value},), f"[{made}:value = {quoted(value)}]") if made else None


def _address_type(value: str) -> str:
    try:
        version = ip_network(value, strict=False).version
    except ValueError:
        return ""
    return f"ipv{version}-addr"


def _hash(kind: str, value: str) -> Seen | None:
    name = HASHES[kind]
    if not re.fullmatch(r"[\w+/:.=-]+", value):
        return None
    return Seen(({"type": "file", "hashes": {name: value}},), f"[file:hashes.'{name}' = {quoted(value)}]")


def _named_hash(kind: str, value: str) -> Seen | None:
    name, bar, digest = value.rpartition("|")
    found = _hash(kind.partition("|")[2], digest) if bar and name else None
    if found is None:
        return None
    file = {**found.observables[0], "name": name}
    return Seen((file,), f"[file:name = {quoted(name)} AND {found.pattern[1:-1]}]")


def _resolved(kind: str, value: str) -> Seen | None:
    domain, _, address = value.partition("|")
    made = _address_type(address)
    if not made or not domain:
        return None
    pattern = f"domain-name:value = {quoted(domain)} AND domain-name:resolves_to_refs[*].value = {quoted(address)}"
    resolving: Stix = {"type": "domain-name", "value": domain, "resolves_to_refs": [0]}
    return Seen(({"type": made, "value": address}, resolving), f"[{pattern}]")


def _endpoint(kind: str, value: str) -> Seen | None:
    address, _, port = value.replace("|", ":").rpartition(":")
    try:
        version = ip_address(address).version
    except ValueError:
        return None
    if not re.fullmatch(r"\d{1,5}", port) or int(port) > 65535:
        return None
    end, made = kind[3:6], f"ipv{version}-addr"
    traffic: Stix = {
        "type": "network-traffic",
        "protocols": [f"ipv{version}"],
        f"{end}_ref": 0,
        f"{end}_port": int(port),
    }
    pattern = (
        f"network-traffic:{end}_ref.type = '{made}' AND network-traffic:{end}_ref.value = {quoted(address)}"
        f" AND network-traffic:{end}_port = {int(port)}"
    )
    return Seen(({"type": made, "value": address}, traffic), f"[{pattern}]")


def _system(kind: str, value: str) -> Seen | None:
    found = re.fullmatch(r"(?:AS)?(\d{1,10})", value, re.IGNORECASE)
    if found is None:
        return None
    number = int(found[1])
    return Seen(({"type": "autonomous-system", "number": number},), f"[autonomous-system:number = {number}]")


_READERS: Mapping[str, Callable[[str, str], Seen | None]] = {
    **dict.fromkeys(_SIMPLE, _simple),
    **dict.fromkeys(("ip-src", "ip-dst"), _address),
    **dict.fromkeys(HASHES, _hash),
    **dict.fromkeys((f"filename|{name}" for name in HASHES), _named_hash),
    "domain|ip": _resolved,
    **dict.fromkeys(("ip-src|port", "ip-dst|port"), _endpoint),
    "AS": _system,
}
"""Which types of attribute STIX has observables for."""
