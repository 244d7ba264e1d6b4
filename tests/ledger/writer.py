"""A writer in a process of its own: states facts in a book one by one, and says the id of each it has a receipt for.

    python -m tests.ledger.writer FILE PARTY COUNT [BYTES]

With BYTES no file may grow beyond so many bytes: the disk is full.
"""

from __future__ import annotations

import resource
import signal
import sys
from pathlib import Path

from comity.errors import ComityError
from comity.ledger import places
from comity.ledger.background import Nothing
from tests.ledger.nations import report


def main(file: str, party: str, count: str, room: str = "") -> int:
    """Write, saying what was acknowledged."""
    book = places.open_file(Path(file), background=Nothing())
    if room:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(room), int(room)))
    for number in range(int(count)):
        try:
            receipt = book.record(report(party, f"{party}-{number}", note="x" * 200))
        except ComityError as error:
            print(f"{type(error).__name__}: {error}", flush=True)
            return 1
        print(receipt.id, flush=True)
    book.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
