"""`comity intel import`: a file of STIX goes onto the shelf, or every bad object is told and none goes.

Rules:
1. With `--preview` nothing is added; what would become of each object is told.
2. What is here already stands as it did. Where a stricter label was asked for, that is told, with the way to take it
   back, and the exit code is 1.
3. What is here and names what is new to parties who may not read that is told (`comity.flow.intelligence_openly`).
4. Whoever stops an import is told how many objects are in: whole batches. Importing again adds the rest.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from comity.casebook.book import Casebook
from comity.casebook.misp_schemes import misp_schemes
from comity.cli import ANSWERED_NO, BAD_INPUT, DONE, INTERRUPTED, files
from comity.cli.keys import opened
from comity.cli.said import say_json
from comity.errors import Malformed
from comity.flow.intelligence_asked import check_bindings, check_readers, recipients, tlp_binding
from comity.flow.intelligence_import import Brought, How, Interrupted, Plan, Planned, plan
from comity.flow.meant import check_parties
from comity.flow.naming import once
from comity.formats import intelligence_rules, yaml12
from comity.formats.misp_sharing import Bindings, bindings
from comity.formats.packed import unpacked
from comity.formats.stix import Fault
from comity.values.label import words
from comity.values.letters import laid_open

SHOWN = 20
"""Rows of a preview, and bad rows of a file, that are told on screen; `--json` tells all of them."""
BIND = "bind it to a party set: --tlp-binding {level}=PARTY,..."
"""What is told about a level of TLP that is bound to nobody."""
_STEP = "mend the objects and try again; --skip-bad leaves them out"
_BAR = 30


def configure(verb: argparse.ArgumentParser) -> None:
    """Add the arguments of `import`."""
    verb.add_argument("file", metavar="FILE", help="STIX 2.1 or 2.0, a TAXII envelope, or MISP's events")
    verb.add_argument("--book", metavar="FILE", required=True, help="the book")
    verb.add_argument("--as", dest="originator", metavar="ORIGINATOR", required=True, help="who states and signs them")
    verb.add_argument("--clause", metavar="NAME", help="by which a grant opens them (default: the file's name)")
    verb.add_argument("--to", metavar="PARTY,...", help="who may read them; * for everyone (default: the originator)")
    verb.add_argument(
        "--tlp-binding", dest="bindings", action="append", default=[], metavar="LEVEL=PARTY,...",
        help="who a TLP level lets read, such as GREEN=PARTY,GROUP@dynamic",
    )  # fmt: skip
    verb.add_argument(
        "--misp-bindings", dest="misp", metavar="FILE", help="who MISP's organisations and communities are"
    )
    verb.add_argument("--rules", metavar="FILE", help="which objects stand under stricter labels")
    verb.add_argument("--collection", dest="collections", action="append", default=[], metavar="NAME",
                      help="the collection they go into; may be repeated")  # fmt: skip
    verb.add_argument("--preview", action="store_true", help="tell what would become of each object, add nothing")
    verb.add_argument("--skip-bad", dest="skip_bad", action="store_true", help="leave bad objects out, add the others")
    verb.add_argument("--json", action="store_true", help="as JSON")


def run(args: argparse.Namespace) -> int:
    """Bring a file in."""
    how = _how(args)
    data = _bytes(args.file)
    bar = Bar()
    with opened(args.book) as book:
        view = book.view(how.originator)
        check_parties(view.facts, view.casebook.parties, [("--as", how.originator)])
        check_readers(how, view.facts, view.casebook, to="--to", tlp="--tlp-binding")
        if how.misp is not None:
            check_bindings(how.misp, view.facts, view.casebook)
        try:
            planned = plan(book, data, how, args.file, bar)
        except KeyboardInterrupt:
            bar.done()
            print(f"stopped: nothing was added to {args.book}", file=sys.stderr)
            return INTERRUPTED
        if args.preview or planned.refused:
            bar.done()
            return _say(args, planned, None)
        try:
            brought = planned.commit(bar)
        except Interrupted as stopped:
            bar.done()
            print(f"stopped: {_count(stopped.brought)} in {args.book}; import again to add the rest", file=sys.stderr)
            return INTERRUPTED
        bar.done()
        return _say(args, planned, brought)


def _how(args: argparse.Namespace) -> How:
    return How(
        args.originator,
        args.clause or Path(args.file).name,
        None if args.to is None else recipients(args.to, "--to"),
        once((tlp_binding(one, "--tlp-binding") for one in args.bindings), "--tlp-binding"),
        () if args.rules is None else intelligence_rules.read(_bytes(args.rules), args.rules),
        tuple(args.collections),
        args.skip_bad,
        None if args.misp is None else misp_bindings(args.misp),
        bind=BIND,
    )


def misp_bindings(path: str) -> Bindings:
    """What a file says that MISP's organisations, communities and sharing groups mean here.

    Raises:
        Malformed: it is no such file.
    """
    try:
        given = yaml12.load(_bytes(path).decode(), path)
    except UnicodeDecodeError as error:
        raise Malformed("it is not UTF-8", where=path, next_step="write it in UTF-8") from error
    if not isinstance(given, dict):
        raise Malformed("binds nothing", where=path, next_step="write organisations, communities and groups")
    return bindings(given, misp_schemes(), path)


def _bytes(path: str) -> bytes:
    return unpacked(files.read(path), path)


class Bar:
    """A bar on stderr that shows how far the work is; where stderr is no terminal, a line now and then."""

    QUIET = 2.0

    def __init__(self) -> None:
        self._live = sys.stderr.isatty()
        self._told = time.monotonic()
        self._shown = False

    def __call__(self, what: str, done: int, total: int) -> None:
        """Show how much of the work is done."""
        if self._live:
            full = _BAR * done // max(total, 1)
            print(f"\r{what:<9} [{'#' * full:<{_BAR}}] {done} of {total}", end="", file=sys.stderr, flush=True)
            self._shown = True
        elif time.monotonic() - self._told > self.QUIET:
            self._told = time.monotonic()
            print(f"{what} {done} of {total} objects", file=sys.stderr, flush=True)

    def done(self) -> None:
        """End the line."""
        if self._shown:
            print(file=sys.stderr, flush=True)


def _say(args: argparse.Namespace, planned: Plan[Casebook], brought: Brought | None) -> int:
    for rule in planned.idle:
        print(f"{args.rules}: {rule}: is about no object of {args.file}, and holds nothing back", file=sys.stderr)
    if args.json:
        say_json(_data(args, planned, brought))
    else:
        out = sys.stderr if planned.bad else sys.stdout
        for line in _lines(args, planned, brought):
            print(laid_open(line), file=out)
    if planned.refused:
        return BAD_INPUT
    return ANSWERED_NO if planned.bad or planned.stricter else DONE


def _data(args: argparse.Namespace, planned: Plan[Casebook], brought: Brought | None) -> dict[str, object]:
    data: dict[str, object] = {
        "file": args.file,
        "book": args.book,
        "objects": planned.total,
        "new": planned.new,
        "added": 0 if brought is None else brought.objects,
        "facts": [] if brought is None else [receipt.id for receipt in brought.receipts],
        "idle_rules": list(planned.idle),
        "bad": [
            {"file": args.file, "row": bad.row, "id": bad.id, "field": bad.field, "message": bad.says,
             "next_step": bad.remedy}
            for bad in planned.bad
        ],
    }  # fmt: skip
    data["stricter"] = [_standing(one) for one in planned.stricter]
    named = planned.named_openly
    data["named_openly"] = [{"id": one.thing, "by": one.named_by, "readers": [*one.readers]} for one in named]
    if args.preview:
        data["rows"] = [
            {"row": one.row, "id": one.id, "type": one.type, "version": one.version, "fate": one.fate,
             "labels": [words(label) for label in one.labels]}
            for one in planned.rows
        ]  # fmt: skip
    if planned.refused:
        says = {
            "kind": "malformed",
            "message": _refusal(planned),
            "where": args.file,
            "field": None,
            "next_step": _STEP,
        }
        return {"error": says, **data}
    return data


def _standing(one: Planned) -> dict[str, object]:
    stands, asked = ([words(label) for label in labels] for labels in (one.stands, one.asked))
    return {"id": one.id, "version": one.version, "others": bool(one.others), "stands": stands, "asked": asked,
            "next_step": _taking_back(one)}  # fmt: skip


def _taking_back(one: Planned) -> str:
    named = bool(one.shut_out) and all("@" not in name for name in one.shut_out)
    return f"comity intel recall --take-back {one.id} --from {','.join(one.shut_out) if named else 'PARTY,...'}"


def _lines(args: argparse.Namespace, planned: Plan[Casebook], brought: Brought | None) -> Iterator[str]:
    yield from _bad(args.file, planned.bad)
    if args.preview:
        yield from _preview(planned)
    if planned.refused:
        yield f"comity: {args.file}: {_refusal(planned)}; {_STEP}"
    elif brought is not None:
        yield f"{args.file}: {_count(brought)} in {args.book}{_rest(planned)}"
    yield from _stricter(planned)
    yield from _named_openly(planned)


def _preview(planned: Plan[Casebook]) -> Iterator[str]:
    for number, one in enumerate(planned.rows):
        if number == SHOWN:
            yield f"  and {planned.total - SHOWN - len(planned.bad)} more; --json tells all"
            break
        portions = f"{len(one.labels)} portions" if len(one.labels) > 1 else "1 portion"
        yield f"  {one.fate:<6} {one.id} {one.version}: {portions}, {' | '.join(map(words, one.labels))}"
    adds = 0 if planned.refused else planned.new
    yield f"{adds} of {planned.total} objects would be added; nothing was"


def _stricter(planned: Plan[Casebook]) -> Iterator[str]:
    """Rule 2."""
    for one in planned.stricter[:SHOWN]:
        stands, asked = (" | ".join(map(words, labels)) for labels in (one.stands, one.asked))
        what = f"what came before of {one.id}" if one.others else one.id
        yield f"{what} still stands under {stands}; {asked}, which was asked for, is stricter: {_taking_back(one)}"
    if len(planned.stricter) > SHOWN:
        yield f"and {len(planned.stricter) - SHOWN} more that stand under a wider label; --json tells all"


def _named_openly(planned: Plan[Casebook]) -> Iterator[str]:
    """Rule 3."""
    for one in planned.named_openly[:SHOWN]:
        readers = ", ".join(map(laid_open, one.readers))
        yield f"{one.thing} is named by {one.named_by}, for {readers}: correct that, or have its originator do so"
    if len(planned.named_openly) > SHOWN:
        yield f"and {len(planned.named_openly) - SHOWN} more that are named openly; --json tells all"


def _bad(file: str, bad: tuple[Fault, ...]) -> Iterator[str]:
    for one in bad[:SHOWN]:
        yield f"{file}: {one}"
    if len(bad) > SHOWN:
        yield f"{file}: and {len(bad) - SHOWN} more; --json tells all"


def _refusal(planned: Plan[Casebook]) -> str:
    rows = len({one.row for one in planned.bad})
    return f"{rows} of {planned.total} objects {'is' if rows == 1 else 'are'} bad; nothing was added"


def _count(brought: Brought) -> str:
    objects = "1 object" if brought.objects == 1 else f"{brought.objects} objects"
    facts = "1 fact" if len(brought.receipts) == 1 else f"{len(brought.receipts)} facts"
    return f"{objects} ({facts})"


def _rest(planned: Plan[Casebook]) -> str:
    rows = len({one.row for one in planned.bad})
    known = sum(one.fate == "known" for one in planned.rows)
    said = [f"{known} were here already"] if known else []
    said += [f"{rows} bad left out"] if rows else []
    return f"; {'; '.join(said)}" if said else ""
