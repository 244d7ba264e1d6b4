"""A file that a visitor sent, kept on disk without a name while it is needed, within bounds."""

from __future__ import annotations

import os
from tempfile import TemporaryFile
from weakref import finalize

from litestar.datastructures import UploadFile

from comity.errors import Malformed

CHUNK = 1 << 20
"""So many bytes are moved at once."""
SPLIT = "split it, pack it (.gz), or bring it in by `comity intel import`"


class Lying:
    """A file that lies on disk without a name, and goes when nobody holds it any more: rule 2."""

    def __init__(self) -> None:
        self._file = TemporaryFile()  # noqa: SIM115  # it is closed when it is forgotten
        finalize(self, self._file.close)
        self.size = 0

    def write(self, part: bytes) -> None:
        """Add to it."""
        self._file.write(part)
        self._file.flush()
        self.size += len(part)

    def read(self) -> bytes:
        """All of it, whoever reads besides."""
        return os.pread(self._file.fileno(), self.size, 0)


async def lying(file: UploadFile, most: int, field: str) -> Lying:
    """What was sent, on disk.

    Args:
        file: what was sent.
        most: how many bytes it may have.
        field: the field of the form that sends it.

    Raises:
        Malformed: it has more.
    """
    found = Lying()
    while part := await file.read(CHUNK):
        found.write(part)
        if found.size > most:
            raise too_large(most, field)
    return found


def too_large(most: int, field: str) -> Malformed:
    """That a file is larger than a page takes."""
    return Malformed(f"the file has more than {most:,} bytes, which is what a page takes", field=field, next_step=SPLIT)
