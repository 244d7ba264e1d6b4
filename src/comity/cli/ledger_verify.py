"""`comity ledger verify|heads`: is the book as it was stated, and how far did it go.

Rules:
1. These are for the book's keeper: they tell of the whole book, and nothing of what its facts say.
2. A witness is a signed head kept elsewhere. It is saved only from a book in which nothing was found, and no witness is
   overwritten that the book was not checked against.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from comity.cli import files
from comity.cli.keys import opened
from comity.cli.ledger_writing import QUIET
from comity.cli.said import say_json
from comity.errors import Impossible, Malformed, Refused, Unavailable
from comity.ledger.findings import Finding
from comity.ledger.sqlite import open_store
from comity.ledger.store import Head, Reader
from comity.ledger.verify import size as size_of
from comity.ledger.verify import verify
from comity.values.instant import instant, show

if TYPE_CHECKING:
    from comity.ledger.verify import Progress

WHOLE, FINDINGS = 0, 1
_NO_WITNESS = "name a file that `comity ledger verify --save-witness` wrote"


def configure_verify(verb: argparse.ArgumentParser) -> None:
    """Add the arguments of `verify`."""
    configure_heads(verb)
    verb.add_argument("--witness", metavar="HEAD.json", help="a head kept elsewhere, to check the book against")
    told = "if the book is whole, write its last head there; keep it away from the book"
    verb.add_argument("--save-witness", dest="save", metavar="HEAD.json", help=told)


def configure_heads(verb: argparse.ArgumentParser) -> None:
    """Add the arguments of `heads`."""
    verb.add_argument("--book", metavar="FILE", required=True, help="the book")
    verb.add_argument("--json", action="store_true", help="as JSON")


def run_verify(args: argparse.Namespace) -> int:
    """Check the whole book; 0 when nothing was found, 1 when something was."""
    _check_place(args.save, args.witness)
    with closing(open_store(Path(args.book))) as store:
        witness, ceiling = (None, None) if args.witness is None else read_witness(Path(args.witness), name_of(store))
        found: list[Finding] = []
        for finding in verify(store, witness=witness, ceiling=ceiling, progress=teller()):
            found.append(finding)
            if not args.json:
                print(_line(finding))
        size = size_of(store)
        saved = None if found or args.save is None else save(Path(args.save), store)
    if args.json:
        told = [
            {"damage": one.damage.value, "fact": one.fact, "position": one.position, "says": one.says} for one in found
        ]
        data = {"book": args.book, "whole": not found, "facts": size, "findings": told, "witness_saved": saved}
        say_json(data)
    else:
        print("\n".join(_summary(args, len(found), size, against=witness, saved=saved)))
    return FINDINGS if found else WHOLE


def _line(finding: Finding) -> str:
    place = "" if finding.position is None else f", place {finding.position}"
    what = "the book" if finding.fact is None else f"fact {finding.fact}"
    return f"{finding.damage.value}: {what}{place}: {finding.says}"


def _summary(
    args: argparse.Namespace, found: int, size: int, *, against: Head | None, saved: str | None
) -> Iterator[str]:
    checked = "" if against is None else f", and it goes on from the witness of {against.size} facts"
    if found:
        yield f"{args.book}: {found} finding{'' if found == 1 else 's'}; keep the file as evidence, restore a copy"
        if args.save is not None:
            yield f"{args.save}: not written"
    else:
        yield f"{args.book}: whole; {size} facts{checked}"
    if saved is not None:
        yield f"{saved}: the head of {size} facts; keep it away from the book"


def teller() -> Progress:
    """Tell on stderr how far the work is, once it takes long."""
    told = time.monotonic()

    def progress(done: int, total: int) -> None:
        nonlocal told
        if time.monotonic() - told > QUIET:
            told = time.monotonic()
            print(f"{done} of {total} facts checked", file=sys.stderr, flush=True)

    return progress


# Heads and witnesses: rule 2


def run_heads(args: argparse.Namespace) -> int:
    """Every signed head."""
    with opened(args.book) as book:
        found = [head_data(one, book.store) for one in book.store.heads()]
    if args.json:
        say_json(found, ascii_only=True)
    else:
        for one in found:
            print(f"{one['arrived']}  {one['size']} facts  {one['chain']}")
    return 0


def head_data(head: Head, store: Reader) -> dict[str, object]:
    """A head as plain data; also what a witness holds, beside the ceiling."""
    return {
        "book": name_of(store), "size": head.size, "chain": head.chain.hex(), "arrived": show(head.arrived),
        "signed": head.signed.hex(),
    }  # fmt: skip


def name_of(store: Reader) -> str | None:
    """The book's own name."""
    return store.property("book")


def read_witness(path: Path, book: str | None) -> tuple[Head, str | None]:
    """The head in a witness's file, and the ceiling, where it names one.

    Raises:
        Unavailable: the file cannot be read.
        Malformed: it holds no head, or one of another book.
    """
    try:
        given = json.loads(files.read(str(path)))
    except ValueError as error:
        raise Malformed(f"no JSON: {error}", where=str(path), next_step=_NO_WITNESS) from error
    head = _head(given, path)
    if given["book"] != book:
        says = f"is a head of the book {given['book']}, and this is {book}"
        raise Malformed(says, where=str(path), field="book", next_step="name its witness; or the file was exchanged")
    ceiling = given.get("ceiling")
    return head, "\n".join(map(str, ceiling)) if isinstance(ceiling, list) else None


def _head(given: object, path: Path) -> Head:
    fields = given if isinstance(given, Mapping) else {}
    try:
        size, arrived = fields["size"], instant(fields["arrived"])
        chain, signed = bytes.fromhex(fields["chain"]), bytes.fromhex(fields["signed"])
        if type(size) is int and size > 0 and isinstance(fields["book"], str):
            return Head(size, chain, arrived, signed)
    except (KeyError, TypeError, ValueError, Malformed) as error:
        raise Malformed(f"holds no head: {error}", where=str(path), next_step=_NO_WITNESS) from error
    raise Malformed("holds no head", where=str(path), next_step=_NO_WITNESS)


def _check_place(save: str | None, witness: str | None) -> None:
    """A witness that is there already may be replaced only by one that was checked against it."""
    if save is not None and Path(save).exists() and (witness is None or not Path(witness).exists()):
        step = f"add --witness {save} to check the book against it first, or name another file"
        raise Refused("there is a file already", where=save, next_step=step)
    if save is not None and witness is not None and Path(save).exists() and not Path(save).samefile(witness):
        raise Refused("there is a file already", where=save, next_step="name another file")


def save(path: Path, store: Reader) -> str:
    """Write the last head to a file, whole or not at all.

    Raises:
        Impossible: the book holds nothing yet.
        Unavailable: the file cannot be written.
    """
    heads = list(store.heads())
    if not heads:
        raise Impossible("the book holds nothing yet", next_step="save a witness once something was recorded")
    beside = path.with_name(f"{path.name}.new")
    data = {**head_data(heads[-1], store), "ceiling": (store.property("ceiling") or "").split("\n")}
    try:
        beside.write_text(f"{json.dumps(data, indent=2)}\n", encoding="utf-8")
        beside.replace(path)
    except OSError as error:
        step = "check the folder and its permissions"
        raise Unavailable(f"cannot be written: {error.strerror}", where=str(path), next_step=step) from error
    return str(path)
