"""Packed files (gzip, RFC 1952), unpacked within bounds: a small one may unpack to anything."""

from __future__ import annotations

import zlib

from comity.errors import Malformed

MAGIC = b"\x1f\x8b"
_GZIP = 16 + zlib.MAX_WBITS


def unpacked(data: bytes, where: str, most: int | None = None) -> bytes:
    """A file as it was before it was packed; one that is not packed, as it is.

    Args:
        data: the file, of one gzip member or several.
        where: what errors call it.
        most: how many bytes it may come to; None: as many as there are. No more than that is ever unpacked.

    Raises:
        Malformed: it is damaged, or comes to more.
    """
    if not data.startswith(MAGIC):
        return data
    made, rest = bytearray(), data
    while rest:
        rest = _member(rest, made, where, most).lstrip(b"\0")
    return bytes(made)


def _member(data: bytes, made: bytearray, where: str, most: int | None) -> bytes:
    """Unpack one member behind what was unpacked; what stands behind it."""
    reader = zlib.decompressobj(_GZIP)
    try:
        made += reader.decompress(data, 0 if most is None else most + 1 - len(made))
    except zlib.error as error:
        raise Malformed(f"cannot be unpacked: {error}", where=where, next_step=_STEP) from error
    if most is not None and len(made) > most:
        step = "split it, or bring it in by `comity intel import`"
        raise Malformed(f"unpacks to more than {most:,} bytes", where=where, next_step=step)
    if not reader.eof:
        raise Malformed("cannot be unpacked: it ends too early", where=where, next_step=_STEP)
    return reader.unused_data


_STEP = "check that the file arrived whole"
