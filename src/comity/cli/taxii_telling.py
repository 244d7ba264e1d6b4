"""`comity taxii recall`, and what `push` does first: telling another's server what may be held there no more.

Rules:
1. What was pushed there and was taken back since, tightened, or shut out by a membership is told there before anything
   new is sent (`comity.flow.taxii_telling`); `recall` does that alone, and what was answered by hand travels with it.
2. Of a collection that is shown no more it is told all the same, by the address to which it was pushed; of a server
   that cannot be reached it is kept that it waits.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import quote, urljoin

from comity.errors import ComityError, Unavailable
from comity.flow.recall_outcomes import There
from comity.flow.releases import KIND, register
from comity.flow.taxii_holding import is_pushed
from comity.flow.taxii_telling import Telling, address, tell, unreachable

if TYPE_CHECKING:
    from comity.casebook.book import Casebook
    from comity.cli.taxii_http import Remote
    from comity.ledger.book import Book


def counts(came: Telling) -> dict[str, object]:
    """As JSON tells it."""
    return {"told_back": {one.value: came.done[one.value] for one in There if one.value in came.done},
            "receipts": came.receipts}  # fmt: skip


def says(came: Telling) -> str:
    """What people are told of it; nothing where nothing was to be told."""
    done = [f"{number} {word}" for word, number in sorted(came.done.items())]
    receipts = [f"{came.receipts} receipts came back"] if came.receipts else []
    return ", ".join([*done, *receipts])


def tell_before(args: argparse.Namespace, book: Book[Casebook], remote: Remote, why: ComityError) -> Telling:
    """Tell what was pushed before to a collection that could not be found: rule 2."""
    came = Telling()
    for url in _before(args, book, every=isinstance(why, Unavailable)):
        if isinstance(why, Unavailable):
            one = unreachable(book, args.party, url, str(why))
        else:
            one = tell(book, remote, args.party, url, listed=False)
        came.join(one)
    return came


def _before(args: argparse.Namespace, book: Book[Casebook], *, every: bool) -> Iterator[str]:
    """The addresses of collections of a server to which something was pushed: of the one that is named, or of all."""
    end = f"/collections/{quote(args.collection, safe='')}/"
    overs = [one.over or "" for one in register(book.view(args.party).records([KIND])) if is_pushed(one)]
    for over in dict.fromkeys(overs):
        url = address(over)
        named = url.endswith(end) or over == f"{args.collection} ({url})"
        if url.startswith(urljoin(args.url, "/")) and (every or named):
            yield url
