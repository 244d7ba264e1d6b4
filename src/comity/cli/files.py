"""Files that a command is given, and files that it makes.

Rules:
1. What the system says of a file is told with its name and what to do about it.
2. Text is UTF-8; a byte order mark before it is passed over. What is no such text is refused at its line.
3. A file that is made is a new one, unless the command says that it may take the place of another.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from comity.errors import Malformed, Refused, Unavailable


def read(path: str) -> bytes:
    """What a file holds.

    Raises:
        Unavailable: it cannot be read: rule 1.
    """
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise Unavailable(f"cannot be read: {error.strerror}", where=path, next_step="check the path") from error


def read_text(path: str) -> str:
    """What a file of text holds.

    Raises:
        Unavailable: it cannot be read: rule 1.
        Malformed: it is no text in UTF-8: rule 2.
    """
    data = read(path)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Malformed("is no UTF-8 text", where=f"{path}:{line}", next_step="save it as UTF-8") from error


def write_new(path: str, data: bytes) -> None:
    """Make a file.

    Raises:
        Refused: there is one of that name: rule 3.
        Unavailable: it cannot be written: rule 1.
    """
    try:
        _write(path, data, "xb")
    except FileExistsError as error:
        raise Refused("is there already", where=path, next_step="name another file, or move it away") from error


def write(path: str, data: bytes) -> None:
    """Make a file, in place of one of that name if there is one.

    Raises:
        Unavailable: it cannot be written: rule 1.
    """
    _write(path, data, "wb")


def _write(path: str, data: bytes, mode: Literal["xb", "wb"]) -> None:
    try:
        with Path(path).open(mode) as made:
            made.write(data)
    except FileExistsError:
        raise
    except OSError as error:
        raise Unavailable(f"cannot be written: {error.strerror}", where=path, next_step="check the folder") from error
