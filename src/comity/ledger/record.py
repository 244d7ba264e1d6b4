"""The signed record: what an issuer states, as bytes that any reader can check and nobody can change.

Rules:
1. A record is canonical bytes (`comity.values.canonical`) of a mapping with the fields below and no others; its address
   is the SHA-256 of these bytes, written as 64 hexadecimal digits.
2. It holds no position: no sequence number, no previous hash. Two nodes' copies are the same bytes.
3. It carries 16 random bytes, so that what nobody may read cannot be guessed from its address. Public knowledge may
   go without (`nonce` is empty), so that two nodes that take it over give it the same address.
4. The label is always written out; the empty one is public.
5. The kinds of the calculus must be readable by it; any other kind is kept as it was stated, field by field.

| field | holds |
|---|---|
| `v` | 1 |
| `kind`, `body` | what is stated, in the vocabulary of `comity.values.reading` |
| `issuer` | who states it, and whose key signs |
| `label` | atoms: `owner`, `scope`, and where there are any `readers`, `clearance` |
| `recorded` | when the issuer says he stated it; evidence only |
| `nonce` | 32 hexadecimal digits, or nothing |
| `from`, `until` | where stated: the period of validity |
| `basis` | where stated: the provision it rests on |
| `name` | where stated: what its issuer calls it |
| `classification` | where stated: the word its issuer marks it with |
| `supersedes` | where stated: the address of the issuer's earlier record that this one corrects |
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from hashlib import sha256
from typing import cast
from unicodedata import normalize

import msgspec

from comity.errors import Malformed
from comity.ledger import kinds
from comity.values import reading
from comity.values.canonical import Plain, canonical, check, encoded
from comity.values.canonical import read as read_canonical
from comity.values.fact import AnyFact
from comity.values.fields import Fields
from comity.values.instant import Instant, instant, show
from comity.values.label import Atom, Label
from comity.values.names import Names
from comity.values.party import recipient
from comity.values.period import Period, period

VERSION = 1
_decode = msgspec.json.Decoder().decode
_KIND = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_ADDRESS = re.compile(r"[0-9a-f]{64}")
_NONCE = re.compile(r"(?:[0-9a-f]{32})?")
_NEEDED = ("v", "kind", "body", "issuer", "label", "recorded", "nonce")
_OPTIONAL = ("from", "until", "basis", "name", "classification", "supersedes")
COMMON = {
    "id": "name", "recorded": "recorded", "from": "from", "until": "until", "issuer": "issuer", "basis": "basis",
    "label": "label", "classification": "classification", "supersedes": "supersedes",
}  # fmt: skip
"""The fields that a line of any kind may carry besides its own, and what a record calls them."""


@dataclass(frozen=True, slots=True)
class Record:
    """One signed statement: its bytes, and what they say."""

    data: bytes = field(repr=False)
    address: bytes
    content: dict[str, Plain]
    label: Label

    @property
    def id(self) -> str:
        """The address in hexadecimal digits."""
        return self.address.hex()

    @property
    def kind(self) -> str:
        """What kind of fact it states."""
        return cast("str", self.content["kind"])

    @property
    def issuer(self) -> str:
        """Who states it."""
        return cast("str", self.content["issuer"])

    @property
    def body(self) -> dict[str, Plain]:
        """What it states."""
        return cast("dict[str, Plain]", self.content["body"])

    def text(self, name: str) -> str | None:
        """One of the optional fields, where it was stated."""
        return cast("str | None", self.content.get(name))

    @property
    def valid(self) -> Period:
        """The period of validity."""
        return period(self.content.get("from"), self.content.get("until"))

    def line(self) -> dict[str, dict[str, Plain]]:
        """The statement as a line that `comity.values.reading` reads."""
        common: dict[str, Plain] = {
            name: self.content[name] for name in ("from", "until", "basis") if name in self.content
        }
        return {self.kind: {**self.body, **common, "id": self.id}}

    def fact(self, arrived: Instant, order: int) -> AnyFact | None:
        """The fact of the calculus that is stated here, as of its arrival; None for other kinds."""
        if self.kind not in reading.KINDS:
            return None
        return replace(reading.fact(self.line(), order), recorded=arrived)


def write(
    kind: str, given: Mapping[str, Plain], *, issuer: str, label: Label, recorded: Instant, nonce: bytes
) -> Record:
    """The record of a line whose fields are plain: rules 1 to 5.

    Args:
        kind: the kind.
        given: its fields, as `comity.values.reading` takes them, and those of `COMMON`.
        issuer: who states it; a line that names another is malformed.
        label: who must agree before it is read, unless the line says so itself.
        recorded: when it is stated, unless the line says so itself.
        nonce: 16 random bytes, or none for public knowledge.

    Raises:
        Malformed: the line states nothing that can be kept; `field` names the place.
    """
    fields = dict(given)
    common = {COMMON[name]: value for name in COMMON if (value := fields.pop(name, None)) is not None}
    if common.pop("issuer", issuer) != issuer:
        raise Malformed("is not who signs", field=f"{kind}.issuer", next_step=f"leave it out, or write {issuer}")
    if "label" in common:
        label = label_read(common["label"])
    content: dict[str, Plain] = {
        "v": VERSION,
        "kind": kind,
        "body": fields,
        "issuer": issuer,
        "recorded": show(recorded),
        "nonce": nonce.hex(),
        **{name: str(value) if name in {"from", "until"} else value for name, value in common.items()},
        "label": _decode(label_bytes(label)),
    }
    record = _checked(canonical(content), content, label)
    if "recorded" in common:
        instant(common["recorded"])
    return record


class Alike:
    """Records that share all but their bodies: what they share was checked in the first of them, a body each time.

    Only for kinds that are no kind of the calculus.
    """

    def __init__(self, first: Record, chance: Callable[[int], bytes]) -> None:
        if first.kind in reading.KINDS:
            raise Malformed(f"{first.kind} is read by the calculus", field="kind", next_step="draft them one by one")
        self._first, self._chance = first, chance

    def draft(self, body: Mapping[str, Plain], supersedes: str | None = None) -> Record:
        """The record with a body; it holds none of the fields of `COMMON`.

        Args:
            body: what it states.
            supersedes: the address of the record that it corrects, if it does.

        Raises:
            Malformed: the body has no canonical form, or holds such a field; or that is no address.
        """
        check({"body": body})
        if not COMMON.keys().isdisjoint(body):
            field = next(name for name in body if name in COMMON)
            raise Malformed("belongs to the record, not to its body", field=field, next_step="leave it out")
        content: dict[str, Plain] = {**self._first.content, "body": {**body}, "nonce": self._chance(16).hex()}
        if supersedes is not None:
            content["supersedes"] = _address(supersedes)
        data = encoded(content)
        return Record(data, sha256(data).digest(), content, self._first.label)


def _address(text: str) -> str:
    if not _ADDRESS.fullmatch(text):
        raise Malformed("is no id", field="supersedes", next_step="give the 64 digits of the fact that this corrects")
    return text


def plain_fields(line: object) -> tuple[str, dict[str, Plain]]:
    """The kind of a line, and its fields made plain.

    Raises:
        Malformed: it is no mapping of one kind to its fields, looks like a misspelt kind, or holds what cannot be kept.
    """
    kind, given = kind_and_fields(line)
    kinds.check(kind)
    return kind, {str(name): plain(value, f"{kind}.{name}") for name, value in given.items()}


def parse(data: bytes) -> Record:
    """The record that bytes are: rule 1.

    Raises:
        Malformed: they are no record.
    """
    content = read_canonical(data)
    if not isinstance(content, dict) or not set(_NEEDED) <= set(content) <= {*_NEEDED, *_OPTIONAL}:
        raise Malformed("these bytes are no record", next_step="see docs/ledger.md for what a record holds")
    if content["v"] != VERSION:
        raise Malformed(f"a record of version {content['v']}", next_step="upgrade comity; this one reads version 1")
    record = _checked(data, content, label_read(content["label"]))
    instant(content["recorded"])
    return record


def trusted(data: bytes, address: bytes, label: Label | None = None) -> Record:
    """The record of bytes that were checked when they came in, as a store returns them; its label, if it is known."""
    content: dict[str, Plain] = _decode(data)
    return Record(data, address, content, label_read(content["label"]) if label is None else label)


def kind_and_fields(line: object) -> tuple[str, Mapping[str, object]]:
    """The kind and the fields of a line.

    Raises:
        Malformed: it is no mapping of one kind to its fields.
    """
    if isinstance(line, Mapping) and len(line) == 1:
        ((kind, fields),) = line.items()
        if isinstance(kind, str) and _KIND.fullmatch(kind) and isinstance(fields, Mapping):
            return kind, fields
    raise Malformed(
        f"{line!r} is no fact", field="facts", next_step="write one kind and its fields: {grant: {by: ..., to: [...]}}"
    )


def plain(value: object, path: str) -> Plain:
    """A value as people's files hold it, made plain: dates and fractions as text, text in normal form C.

    Raises:
        Malformed: there is no plain form; a binary fraction is refused since it is not what was written.
    """
    if type(value) is str and value.isascii():  # what most fields hold, and what is in normal form already
        return value
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return normalize("NFC", str(value))
    if isinstance(value, Mapping):
        return {str(key): plain(item, f"{path}.{key}") for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item, f"{path}[{place}]") for place, item in enumerate(value)]
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        return _moment(value, path)
    if isinstance(value, date):
        return value.isoformat()
    raise Malformed(
        f"{value!r} cannot be kept", field=path, next_step="write text, whole numbers or dates; fractions in quotes"
    )


def label_plain(label: Label) -> list[Plain]:
    """A label as plain data, its atoms in the order of their bytes."""
    atoms = [_atom_plain(atom) for atom in label]
    return sorted(atoms, key=canonical) if len(atoms) > 1 else atoms


@lru_cache(maxsize=4096)
def label_bytes(label: Label) -> bytes:
    """The canonical bytes of a label: the same for the same label, whatever it was put together from."""
    return canonical(label_plain(label))


def _atom_plain(atom: Atom) -> Plain:
    written: dict[str, Plain] = {"owner": atom.owner, "scope": atom.scope}
    if atom.readers:
        written["readers"] = [*sorted({str(name) for name in atom.readers})]
    if atom.clearance is not None:
        written["clearance"] = atom.clearance
    return written


def label_read(given: object) -> Label:
    """The label that plain data states.

    Raises:
        Malformed: it is no list of atoms.
    """
    if not isinstance(given, list):
        raise Malformed(f"{given!r} is no label", field="label", next_step="write a list of atoms; [] is public")
    return _label(canonical(given))


@lru_cache(maxsize=4096)
def _label(given: bytes) -> Label:
    """The label that canonical bytes state: many facts stand under one."""
    return frozenset(_atom(item) for item in _decode(given))


def _atom(given: object) -> Atom:
    fields = Fields(given, "label", Names())
    readers = tuple(recipient(item) for item in fields.items("readers", []))
    atom = Atom(fields.text("owner"), fields.text("scope"), readers, fields.optional_text("clearance"))
    fields.done()
    return atom


def _moment(value: datetime, path: str) -> str:
    if value.tzinfo is None:
        raise Malformed(f"{value.isoformat()} has no zone", field=path, next_step="end it with Z")
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _checked(data: bytes, content: dict[str, Plain], label: Label) -> Record:
    """A record whose every field is what it should be, but for when it was recorded: rules 1 and 5."""
    record = Record(data, sha256(data).digest(), content, label)
    for name in ("kind", "issuer", "recorded", "nonce", "basis", "name", "classification", "from", "until"):
        value = content.get(name, "x")
        if not isinstance(value, str) or not (value or name == "nonce"):
            raise Malformed(f"{value!r} is no text", field=name, next_step="write a word")
    if not _KIND.fullmatch(record.kind) or not isinstance(content["body"], dict):
        raise Malformed(f"{record.kind!r} is no kind with fields", field="kind", next_step="write it as in may-read")
    if not _NONCE.fullmatch(cast("str", content["nonce"])) or (not content["nonce"] and label):
        raise Malformed("the nonce is not 16 bytes", field="nonce", next_step="only public records go without")
    if "supersedes" in content:
        _address(str(content["supersedes"]))
    if record.kind in reading.KINDS:
        reading.fact(record.line())
    else:
        period(content.get("from"), content.get("until"))
    return record
