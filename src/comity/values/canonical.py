r"""Canonical bytes: one value, one way to write it, so that a signature and an address mean one thing everywhere.

What is written is JSON (RFC 8259) restricted until only one text is left for a value:
1. UTF-8 without a byte order mark; nothing between the tokens.
2. An object's keys are printable ASCII (U+0020 to U+007E), each once, in ascending order of their bytes.
3. A text is in Unicode normal form C and is otherwise kept as it is. Only these are escaped: ``\"`` ``\\`` ``\b``
   ``\f`` ``\n`` ``\r`` ``\t``, and the other characters below U+0020 as ``\u00xx`` in lower case.
4. A number is an integer within 2**53 - 1 of zero, in decimal, without sign when positive and without leading zeros.
   There are no fractions: what has one is written as a decimal text, such as ``"12.5"``.
5. ``true``, ``false`` and ``null`` as such; values nest at most 64 deep.
6. Whatever else there is (floats, NaN, other types, lone surrogates, other normal forms) is refused, never mended.
Where a value obeys rules 2 and 4, RFC 8785 (JCS) writes the same bytes.
"""

from __future__ import annotations

from typing import TypeAlias
from unicodedata import is_normalized

import msgspec

from comity.errors import Malformed

Plain: TypeAlias = "bool | int | str | list[Plain] | dict[str, Plain] | None"
"""What has canonical bytes."""

LARGEST = 2**53 - 1
DEEPEST = 64

_encode = msgspec.json.Encoder(order="sorted").encode
_decode = msgspec.json.Decoder().decode


def canonical(value: object) -> bytes:
    """The one way to write a value: rules 1 to 6.

    Raises:
        Malformed: the value holds something that has no canonical form; `field` names the place.
    """
    check(value)
    return _encode(value)


def check(value: object) -> None:
    """Refuse what has no canonical form; `field` of the complaint names the place.

    Raises:
        Malformed: it has none.
    """
    _check(value, DEEPEST)


def encoded(value: Plain) -> bytes:
    """The canonical bytes of a value that was checked, or was put together from values that were."""
    return _encode(value)


def read(data: bytes) -> Plain:
    """The value that canonical bytes stand for.

    Raises:
        Malformed: the bytes are not the canonical bytes of any value.
    """
    try:
        value: Plain = _decode(data)
        same = canonical(value) == data
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Malformed(f"these bytes are no JSON: {error}", next_step="send them as they were signed") from error
    if not same:
        raise Malformed("these bytes are JSON, but not in canonical form", next_step="send them as they were signed")
    return value


def _check(value: object, room: int) -> None:
    """Refuse what rules 2 to 6 refuse; the place is put before the complaint on the way out.

    Text in ASCII is never refused, and so need not be brought here from within an object or a list.
    """
    kind = type(value)
    if kind is str:
        _check_text(str(value))
    elif kind is dict:
        _check_object(value, room)  # type: ignore[arg-type]  # narrowed by its exact type
    elif kind is list:
        _check_list(value, room)  # type: ignore[arg-type]  # narrowed by its exact type
    elif kind is int:
        if not -LARGEST <= value <= LARGEST:  # type: ignore[operator]  # narrowed by its exact type
            raise Malformed(f"{value} is too large a number", next_step="write it as text")
    elif value is not None and kind is not bool:
        raise Malformed(
            f"{value!r} ({kind.__name__}) has no canonical form",
            next_step="write text, whole numbers, true, false, null, lists and mappings; fractions and dates as text",
        )


def _check_object(value: dict[object, object], room: int) -> None:
    _check_room(room)
    for key, item in value.items():
        if type(key) is not str or not (key.isascii() and key.isprintable()):
            raise Malformed(f"{key!r} cannot be a key", next_step="use printable ASCII in keys")
        if type(item) is not str or not item.isascii():
            try:
                _check(item, room - 1)
            except Malformed as error:
                raise _under(key, error) from None


def _check_list(value: list[object], room: int) -> None:
    _check_room(room)
    for place, item in enumerate(value):
        if type(item) is not str or not item.isascii():
            try:
                _check(item, room - 1)
            except Malformed as error:
                raise _under(f"[{place}]", error) from None


def _under(step: str, error: Malformed) -> Malformed:
    """The same complaint, one step further out."""
    inner = error.field or ""
    joint = "." if inner and not inner.startswith("[") else ""
    return Malformed(error.message, field=f"{step}{joint}{inner}", next_step=error.next_step)


def _check_room(room: int) -> None:
    if room <= 0:
        raise Malformed(f"nests deeper than {DEEPEST}", next_step="flatten what is written")


def _check_text(text: str) -> None:
    if text.isascii():
        return
    if not is_normalized("NFC", text):
        raise Malformed(f"{text!r} is not in normal form C", next_step="normalise it (NFC) first")
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        raise Malformed("holds half a surrogate pair", next_step="check where the text comes from")
