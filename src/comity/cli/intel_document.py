"""`comity intel document read|release`: portion-marked documents, and the copy of one that may go out.

Rules:
1. Reading tells each portion with whom its marking lets read it, what is wrong, and what was not read. It ends with 1
   where something is wrong with the marks.
2. A copy is written whole or not at all, and never over a file that is there.
3. With a book the consents it holds decide too, and the copy is entered into the register of disclosures, signed by
   whoever lets it go; one that cannot be entered is not left behind. Without a book it goes by the marks alone, which
   is told.
"""

from __future__ import annotations

import argparse
import logging
from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from pathlib import Path

from comity.casebook.book import Casebook, casebook
from comity.casebook.markings import policies, setting
from comity.cli import ANSWERED_NO, DONE
from comity.cli.keys import opened
from comity.cli.label_input import check_words
from comity.cli.said import say, say_json
from comity.errors import Malformed, Refused, Unavailable
from comity.flow import document_consents, documents, releasable_copy
from comity.flow.documents import FORMS, Document, Labelled
from comity.flow.naming import Known, once
from comity.flow.releasable_copy import Copy
from comity.instruments.guarantees.event import party
from comity.ledger.book import Book, now
from comity.values.instant import instant
from comity.values.marking_readers import Setting, readers
from comity.values.party import Recipient, recipient

_WIDTH = 70


def configure(verb: argparse.ArgumentParser) -> None:
    """Add the arguments of `document`."""
    acts = verb.add_subparsers(dest="act", required=True, metavar="read|release")
    read = acts.add_parser("read", help="each portion with its marking", description="each portion with its marking")
    release = acts.add_parser(
        "release", help="the copy that may go to some parties", description="the copy that may go to some parties"
    )
    for act in (read, release):
        act.add_argument("file", metavar="FILE", help="a DOCX, a PDF, or a message (.eml)")
        act.add_argument("--as", dest="originator", metavar="PARTY", help="whose it is, where its marks do not say")
        act.add_argument("--policy", metavar="ID", help="whose lines its marks are (default: found by the banner)")
        act.add_argument("--on", metavar="DATE", help="the day for which groups and policies count (default: today)")
        act.add_argument("--bind", dest="bindings", action="append", default=[], metavar="WORD=PARTY,...",
                         help="who a word means, such as TLP:GREEN=PARTY,GROUP@dynamic")  # fmt: skip
        act.add_argument("--json", action="store_true", help="as JSON")
    release.add_argument("--to", nargs="+", required=True, metavar="PARTY", help="for whom, parties and groups")
    release.add_argument("--book", metavar="FILE", help="the book whose consents decide, and whose register tells it")
    release.add_argument("--clause", metavar="NAME", help="what consents to it stand under (default: the document)")
    release.add_argument("--by", metavar="PARTY", help="who lets it go, and signs the entry")
    release.add_argument("-o", "--out", required=True, metavar="OUT", help="the file to write: .docx, .pdf or .eml")


def run(args: argparse.Namespace) -> int:
    """Read a document, or write a copy of it."""
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # what is wrong with a PDF is told by us
    on = _setting(args)
    if args.originator is not None:
        party(args.originator, "--as", casebook().parties)
    document = documents.read(_bytes(args.file), args.file, on, args.originator, args.policy)
    return _release(args, document, on) if args.act == "release" else _read(args, document, on)


def _setting(args: argparse.Namespace) -> Setting:
    bound = once((_binding(one) for one in args.bindings), "--bind")
    check_words(bound, policies(), "--bind")
    return setting(now() if args.on is None else instant(args.on), bound)


def _binding(text: str) -> tuple[str, tuple[Recipient, ...]]:
    word, equals, names = text.rpartition("=")
    if not equals or not word:
        raise Malformed(f"{text} binds no word", field="--bind", next_step="write WORD=PARTY,...")
    to = tuple(recipient(name.strip()) for name in names.split(",") if name.strip())
    Known(frozenset(casebook().parties), frozenset(casebook().groups)).check_known("--bind", to)
    return word, to


def _bytes(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise Unavailable(f"cannot be read: {error.strerror}", where=path, next_step="check the path") from error


def _read(args: argparse.Namespace, document: Document, on: Setting) -> int:
    bad = bool(document.wrong) or any(breach.grave for breach in document.breaches)
    if args.json:
        say_json(_data(document, on))
    else:
        say(_lines(document, on))
    return ANSWERED_NO if bad else DONE


def _data(document: Document, on: Setting) -> dict[str, object]:
    return {
        "form": document.form,
        "policy": document.lines.policy.id,
        "banner": None if document.banner is None else document.lines.write_banner(document.banner),
        "portions": [
            {
                "place": one.portion.place,
                "mark": one.portion.mark,
                "text": one.portion.text,
                "readers": _readers(one, on),
                "why": one.why,
            }
            for one in document.portions
        ],
        "wrong": list(document.wrong),
        "breaches": [{"rule": one.rule, "grave": one.grave, "says": one.says} for one in document.breaches],
        "left": list(document.left),
        "clause": document.clause,
    }


def _readers(one: Labelled, on: Setting) -> list[str] | str:
    if one.marking is None:
        return []
    try:
        found = readers(one.marking, on)
    except Refused as error:
        return f"nobody can tell: {error.message}"
    return "everybody" if found is None else sorted(found)


def _lines(document: Document, on: Setting) -> Iterator[str]:
    banner = "none that holds" if document.banner is None else document.lines.write_banner(document.banner)
    yield f"Banner: {banner} ({document.lines.policy.name})"
    for one in document.portions:
        reading = _readers(one, on)
        named = reading if isinstance(reading, str) else ", ".join(reading) or "its originator alone"
        yield f"  {one.portion.place}: {one.portion.mark or one.why}: {named}: {_short(one.portion.text)}"
    for title, told in (
        ("Wrong", document.wrong),
        ("Banner and portions", [one.says for one in document.breaches]),
        ("Not read", document.left),
    ):
        if told:
            yield f"{title}: {'; '.join(told)}"
    yield f"Consents to it stand under {document.clause}; to a portion, under that and #, with its place"


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= _WIDTH else f"{words[: _WIDTH - 3]}..."


def _release(args: argparse.Namespace, document: Document, on: Setting) -> int:
    form = Path(args.out).suffix.lower().removeprefix(".")
    if form not in FORMS:
        raise Malformed(
            f"{args.out} has none of the endings known", field="--out", next_step="end it in .docx, .pdf or .eml"
        )
    if (args.book is None) != (args.by is None):
        field = "--by" if args.by is None else "--book"
        raise Malformed("is missing", field=field, next_step="give both, or neither to enter it nowhere")
    if args.clause is not None and args.book is None:
        raise Malformed("is missing", field="--book", next_step="name the book whose consents stand under the clause")
    with nullcontext() if args.book is None else opened(args.book) as book:
        return _told(args, document, *_copied(args, document, on, form, book))


def _copied(
    args: argparse.Namespace, document: Document, on: Setting, form: str, book: Book[Casebook] | None
) -> tuple[Copy, str | None]:
    """The copy, written, and the id of its entry: rule 3."""
    to = [recipient(one) for one in args.to]
    clause = args.clause or document.clause
    judge = None if book is None else document_consents.judge(book, args.by, clause, on)
    copy = releasable_copy.release(document, to, on, form, judge)
    _write(args.out, copy.data)
    try:
        if book is None:
            return copy, None
        return copy, book.add(document_consents.entering(book, copy, args.by, Path(args.out).name))[0].id
    except BaseException:
        Path(args.out).unlink()
        raise


def _told(args: argparse.Namespace, document: Document, copy: Copy, entry: str | None) -> int:
    withheld = dict(zip(copy.withheld, copy.why, strict=True))
    under = {place: list(one.under) for place, one in zip(copy.kept, copy.rulings, strict=True)}
    told: Mapping[str, object] = {
        "file": args.out, "banner": copy.banner, "kept": list(copy.kept), "withheld": list(copy.withheld),
        "left": list(document.left), "entry": entry, "judged by": "marks" if entry is None else "consents",
        "why withheld": withheld, "under": under,
    }  # fmt: skip
    if args.json:
        say_json(told)
        return DONE
    portions = "1 portion" if len(copy.kept) == 1 else f"{len(copy.kept)} portions"
    say([f"{args.out}: {copy.banner}; {portions}, read again and checked"])
    if entry is None:
        print("Judged by the marks alone: no consent, refusal or recall was looked at; --book asks those of a book")
    else:
        print(f"Entered into the register of disclosures: {entry}")
    for place, names in under.items():
        if names:
            print(f"{place} goes on the consent {', '.join(names)}")
    if withheld:
        print("Withheld, which the copy does not tell:")
    for place, why in withheld.items():
        say([f"  {place}: {why}"])
    return DONE


def _write(path: str, data: bytes) -> None:
    try:
        with Path(path).open("xb") as out:
            out.write(data)
    except FileExistsError as error:
        raise Malformed("is there already", where=path, next_step="give another name") from error
    except OSError as error:
        raise Unavailable(f"cannot be written: {error.strerror}", where=path, next_step="check the path") from error
