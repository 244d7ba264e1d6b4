"""A process that follows a book with its index, again and again, or imports into it, until it is killed.

python -m tests.ledger.index_follower FILE follow
python -m tests.ledger.index_follower FILE import BUNDLE
"""

from __future__ import annotations

import sys
from pathlib import Path

from comity.flow.intelligence_import import How, plan
from comity.instruments.intelligence.index import Index
from comity.ledger import derived, places
from comity.ledger.background import Nothing


def main(file: str, what: str, bundle: str = "") -> int:
    """Follow, in small steps; or import, saying after each batch how many objects are in."""
    book = places.open_file(Path(file), background=Nothing())
    if what == "import":
        planned = plan(book, Path(bundle).read_bytes(), How("USA", "import", ("*",)))
        print("planned", flush=True)
        planned.commit(lambda _, done, total: print(done, flush=True))
        return 0
    derived.STEP = 20
    _, index = book.derived(Index)
    while True:
        print("begun", flush=True)
        index.follow()
        index.make_again()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
