"""STIX 2.1 read from bytes: a bundle, an envelope, a list or one object, each object kept as it was written.

Rules:
1. The bytes are UTF-8 and JSON (RFC 8259); a byte order mark is passed over. What cannot be read to its end is
   malformed as a whole, and nothing of it is taken.
2. Each object keeps its own text, so that a number stays written as it was. An object that cannot be read, that names a
   key twice, or nests too deep is told by its place; the others are read.
3. Nothing is mended: no other encoding, no NaN, no half of a surrogate pair, no second value for a key.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import msgspec

from comity.errors import Malformed

Object: TypeAlias = "dict[str, object]"
DEEPEST = 48
"""How deep an object may nest; a record holds its text, so this only bounds the work of reading."""

LONGEST_ID = 300
"""Letters of an id that are told in an error; the longest that there can be has fewer."""

_decode = msgspec.json.Decoder(dict[str, object]).decode
_encode = msgspec.json.Encoder().encode
_outer = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_list = msgspec.json.Decoder(list[msgspec.Raw]).decode
_BOMS = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16", b"\x00\x00\xfe\xff": "UTF-32", b"{\x00": "UTF-16",
         b"\x00{": "UTF-16", b"[\x00": "UTF-16", b"\x00[": "UTF-16"}  # fmt: skip
_UTF8 = "write it in UTF-8"
_CHECK = "check that the file arrived whole, and where it comes from"


class Fault(NamedTuple):
    """What is wrong with an object: its place in the file, its id as far as known, the path, why, and what to do."""

    row: int
    id: str | None
    field: str | None
    says: str
    remedy: str

    def __str__(self) -> str:
        """Where and what, in one line."""
        place = f"objects[{self.row}]"
        return f"{': '.join(part for part in (place, self.id, self.field, self.says) if part)}; {self.remedy}"


@dataclass(frozen=True, slots=True)
class Rows:
    """The objects of a file, in their order, each as its own text."""

    texts: list[msgspec.Raw]

    def __len__(self) -> int:
        """How many there are."""
        return len(self.texts)

    def read(self) -> Iterator[Object | Fault]:
        """Each object, or what is wrong with it: rule 2."""
        return (read_object(tight(bytes(text)), row) for row, text in enumerate(self.texts))


def rows(data: bytes, where: str = "FILE") -> Rows:
    """The objects in some bytes: of a bundle, a TAXII envelope, a list, or the one object that they are.

    Args:
        data: the bytes.
        where: what an error calls them.

    Raises:
        Malformed: they are none of these: rule 1.
    """
    data = _utf8(data, where)
    try:
        start = data.lstrip()[:1]
        if start == b"[":
            return Rows(_list(data))
        if start != b"{":
            raise Malformed("these bytes are no JSON object", where=where, next_step=_CHECK)
        return _of_object(data, where)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise Malformed(f"these bytes are no JSON: {error}", where=where, next_step=_CHECK) from error
    except RecursionError as error:
        raise Malformed("it nests too deep to be read", where=where, next_step="flatten what is written") from error


def _utf8(data: bytes, where: str) -> bytes:
    """Rule 1."""
    named = next((name for mark, name in _BOMS.items() if data.startswith(mark)), None)
    if named is not None:
        raise Malformed(f"it is written in {named}", where=where, next_step=_UTF8)
    data = data.removeprefix(b"\xef\xbb\xbf")
    if not data.strip():
        raise Malformed("there is nothing in it", where=where, next_step=_CHECK)
    return data


def _of_object(data: bytes, where: str) -> Rows:
    outer = _outer(data)
    if "objects" not in outer or _text(outer.get("type")) not in {"bundle", None}:
        return Rows([msgspec.Raw(data)])
    _check_outer(data, bytes(outer["objects"]), where)
    if "spec_version" in outer and _text(outer["spec_version"]) != "2.1":
        version = _text(outer["spec_version"])
        raise Malformed(
            f"a bundle of STIX {version}", where=where, field="spec_version", next_step="give it as STIX 2.1"
        )
    if not bytes(outer["objects"]).startswith(b"["):
        raise Malformed("is no list", where=where, field="objects", next_step="write a list of objects")
    return Rows(_list(outer["objects"]))


def _text(raw: msgspec.Raw | None) -> str | None:
    """A member of the outermost object that should be a text; None where there is none."""
    value: object = None if raw is None else msgspec.json.decode(raw)
    return value if isinstance(value, str) else None if value is None else repr(value)


def _check_outer(data: bytes, objects: bytes, where: str) -> None:
    """Refuse a bundle that names a key twice: rule 3. Its objects are looked at one by one, later."""
    place = data.rfind(objects)
    twice = _twice((data[:place] + b"null" + data[place + len(objects) :]).decode())
    if twice is not None:
        raise Malformed(f"the key {twice!r} stands twice", where=where, field=twice, next_step="leave one of them")


def read_object(text: bytes, row: int = 0) -> Object | Fault:
    """The object that a text is, or what is wrong with it: rules 2 and 3."""
    try:
        found = _decode(text)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, ValueError) as error:
        return Fault(row, None, None, _unreadable(text, error), _CHECK)
    if text.count(b"{") + text.count(b"[") > DEEPEST and _depth(found) > DEEPEST:
        return Fault(row, _id(found), None, f"it nests deeper than {DEEPEST}", "flatten what is written")
    twice = None if _as_many_keys(found, text) else _twice(text.decode())
    if twice is not None:
        return Fault(row, _id(found), twice, "the key stands twice", "leave one of them")
    return found


def reread(text: bytes) -> Object:
    """The object that a text is which `read_object` took before; what is wrong with another is not looked for again."""
    return _decode(text)


def _as_many_keys(found: Object, text: bytes) -> bool:
    """Whether a text written without blanks surely names no key twice; written again, it names as many."""
    try:
        return b'" ' not in text and b'"\n' not in text and _encode(found).count(b'":') == text.count(b'":')
    except ValueError:  # a number with more digits than Python writes
        return False


def _id(found: Object) -> str | None:
    name = found.get("id")
    return name if isinstance(name, str) and len(name) <= LONGEST_ID else None


def _unreadable(text: bytes, error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "it nests too deep to be read"
    if not text.lstrip().startswith(b"{"):
        return "it is no object"
    if isinstance(error, UnicodeDecodeError):
        return f"it is not UTF-8: {error.reason}"
    return f"it cannot be read: {error}"


def _depth(found: object) -> int:
    """How deep a value nests, found without recursion."""
    deepest, level = 0, [found]
    while level:
        deepest += 1
        level = [
            inner
            for one in level
            for inner in (one.values() if isinstance(one, dict) else one if isinstance(one, list) else ())
            if isinstance(inner, dict | list)
        ]
    return deepest


class _Twice(Exception):  # not an error of the user's: caught below
    pass


def _twice(text: str) -> str | None:
    """A key that stands twice in one of the objects of a text."""
    try:
        json.loads(text, object_pairs_hook=_pairs, parse_int=len, parse_float=len)
    except _Twice as found:
        return str(found)
    return None


def _pairs(pairs: list[tuple[str, object]]) -> None:
    names = [key for key, _ in pairs]
    if len(names) > 1 and len(set(names)) < len(names):
        raise _Twice(next(key for place, key in enumerate(names) if key in names[:place]))


def kept_text(text: bytes) -> str:
    """An object's text as a record can hold it: nothing between the tokens, what is no normal form C escaped."""
    return in_normal_form(tight(text).decode())


def tight(text: bytes) -> bytes:
    """A JSON text with nothing between the tokens; as it is where it is none."""
    if b"\n" in text or b": " in text or b", " in text:
        try:
            return msgspec.json.format(text, indent=-1)
        except (msgspec.MsgspecError, RecursionError):
            return text
    return text


def in_normal_form(text: str) -> str:
    """A JSON text in normal form C that stands for the same value."""
    from unicodedata import is_normalized

    if text.isascii() or is_normalized("NFC", text):
        return text
    return "".join(letter if letter.isascii() else json.dumps(letter)[1:-1] for letter in text)
