"""`comity agreements template|check|add|sign|compare`: a user's own agreements, from an empty sheet to his own book."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import NamedTuple

from comity.casebook.agreement import Agreement
from comity.casebook.book import Casebook, casebook
from comity.cli import agreements_told as told
from comity.cli import files
from comity.cli.own_book import PUBLIC, audience_option, searched
from comity.cli.own_book import audience as parties
from comity.cli.said import say_json
from comity.errors import Malformed
from comity.flow import own_agreements as own
from comity.flow.agreement_begun import as_draft
from comity.flow.agreement_comparison import compare
from comity.flow.own_agreements import Checked
from comity.formats import workbook
from comity.values.party import PartyCode

SOUND, FAULTY, UNREADABLE = 0, 1, 2
SHEETS, TEXTS = (".xlsx",), (".yaml", ".yml")
VERBS = {
    "template": "write a spreadsheet to fill in, or one filled from an agreement or a draft",
    "check": "every fault and weakness of a draft, and whom it would bind to what",
    "add": "take an agreement into your own book, whole or not at all",
    "sign": "sign, for one or more of its parties, an agreement that another has stated in your book",
    "compare": "two agreements clause by clause: same, stronger, weaker, only in one",
}


def configure(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the verbs of this module to those of `comity agreements`."""
    made = {name: verbs.add_parser(name, help=told, description=told) for name, told in VERBS.items()}
    made["template"].add_argument("file", metavar="FILE.xlsx", help="where to write it; must not be there yet")
    made["template"].add_argument("--example", action="store_true", help="fill it from a fictitious agreement")
    made["template"].add_argument(
        "--from", dest="source", metavar="ID|FILE", help="fill it from this agreement, or from your draft as it is"
    )
    made["check"].add_argument("file", metavar="FILE", help="the draft: .yaml or .xlsx")
    made["add"].add_argument("file", metavar="FILE", help="the agreement: .yaml or .xlsx")
    made["add"].add_argument("--book", metavar="FILE", required=True, help="your own book")
    made["add"].add_argument(
        "--by", metavar="PARTY", help="the party that states and signs it (default: the book itself)"
    )
    made["add"].add_argument(
        "--signed-by",
        dest="signers",
        action="append",
        default=[],
        metavar="PARTY[,PARTY...]",
        help="the other parties that sign it; what a party states counts when every party has signed",
    )
    made["sign"].add_argument("id", metavar="ID", help="the agreement's id")
    made["sign"].add_argument("--book", metavar="FILE", required=True, help="your own book")
    made["sign"].add_argument("--by", metavar="PARTY[,PARTY...]", required=True, help="the parties that sign it")
    for side in ("first", "second"):
        made["compare"].add_argument(side, metavar=side.upper(), help="an agreement's id, or a draft: .yaml or .xlsx")
    made["compare"].add_argument("--xlsx", metavar="FILE", help="also write the whole table there")
    made["compare"].add_argument("--all", action="store_true", help="also the aspects that are the same")
    for name in ("template", "compare"):
        made[name].add_argument("--book", metavar="FILE", help="your own book, besides the casebook")
        audience_option(made[name], "whom it is for: agreements of your book that they may read (default: the public)")
    for parser in made.values():
        parser.add_argument("--json", action="store_true", help="as JSON")


def run(args: argparse.Namespace) -> int:
    """Carry one of the verbs out."""
    carry_out: dict[str, Callable[[argparse.Namespace], int]] = {
        "template": template, "check": check, "add": add, "sign": sign, "compare": comparison,
    }  # fmt: skip
    return carry_out[args.verb](args)


# The verbs


def template(args: argparse.Namespace) -> int:
    """Write a spreadsheet; an existing file is left alone."""
    if Path(args.file).suffix.lower() not in SHEETS:
        raise Malformed(f"{args.file} is no XLSX file", field="FILE", next_step="let its name end in .xlsx")
    known = with_own(args.book, parties(args.audience))
    if args.example and args.source is not None:
        raise Malformed("stands beside --from", field="--example", next_step="leave one of them out")
    document = example() if args.example else None if args.source is None else begun(args.source, known)
    files.write_new(args.file, workbook.template(own.words(known), document))
    data = {"written": args.file, "from": args.source}
    _say(args, data, [f"{args.file}: fill it in, then `comity agreements check {args.file}`"])
    return SOUND


def check(args: argparse.Namespace) -> int:
    """Tell what is wrong, what is weak, and what would bind; 0 sound, 1 faulty, 2 not readable at all."""
    checked = read(args.file, casebook())
    _say(args, told.found(args.file, checked), told.lines(args.file, checked))
    return SOUND if checked.agreement is not None else FAULTY


def add(args: argparse.Namespace) -> int:
    """Take a sound agreement into the book: one signed fact, or nothing."""
    from comity.cli.keys import opened
    from comity.ledger.book import Draft
    from comity.values.reading import BOOK

    checked = read(args.file, casebook())
    if checked.agreement is None:
        return _not_added(args, checked)
    signers = tuple(party.strip() for item in args.signers for party in item.split(","))
    if signers and args.by is None:
        way = "add --by PARTY, or leave it out"
        raise Malformed("nobody states what they sign", field="--signed-by", next_step=way)
    with opened(args.book) as book:
        statement = own.statement(checked, args.by or BOOK, book.policy(), signers)
        alone = Draft(args.by, statement.label, signers, adopt=args.by is None)
        book.record_all(statement.lines, Draft() if statement.done == "signed" else alone)
        unsigned = own.unsigned(checked.agreement.id, book.policy())
    data = told.added(args.book, checked.agreement.id, statement, unsigned)
    _say(args, data, told.added_lines(data))
    return SOUND


def sign(args: argparse.Namespace) -> int:
    """Sign an agreement for some of its parties, each of which can read it."""
    from comity.cli.keys import opened

    signers = parties([args.by])
    with opened(args.book) as book:
        lines = own.signature(args.id, signers, book.view(*signers).stated())
        book.record_all(lines)
        unsigned = own.unsigned(args.id, book.view(*signers).stated())
    data = told.signed(args.book, args.id, own.signers(lines), unsigned)
    _say(args, data, told.added_lines(data))
    return SOUND


def comparison(args: argparse.Namespace) -> int:
    """Show two agreements clause by clause; what was read of a book gives the answer its label."""
    known, label = labelled(args.book, parties(args.audience))
    first, second = side(args.first, known), side(args.second, known)
    if first is None or second is None:
        return UNREADABLE
    compared = compare(first, second)
    if args.xlsx is not None:
        files.write_new(args.xlsx, workbook.tables({"Comparison": compared.table(), "Label": [["label"], [label]]}))
    data = {**compared.as_json(), "label": label}
    _say(args, data, told.comparison_lines(compared, label, everything=args.all))
    return SOUND


# Reading


def read(file: str, known: Casebook, *, to_be_added: bool = True) -> Checked:
    """A draft from its file.

    Raises:
        Unavailable: the file cannot be read.
        Malformed: it is neither YAML nor a workbook.
    """
    suffix = Path(file).suffix.lower()
    if suffix not in (*SHEETS, *TEXTS):
        raise Malformed(
            f"{file} is neither YAML nor XLSX", field="FILE", next_step="let its name end in .yaml or .xlsx"
        )
    if suffix in SHEETS:
        return own.from_workbook(files.read(file), file, known, to_be_added=to_be_added)
    return own.from_yaml(files.read_text(file), file, known, to_be_added=to_be_added)


def side(name: str, known: Casebook) -> Agreement | None:
    """One side of a comparison: a known agreement, or a draft; None when the draft has faults, which are told."""
    if Path(name).suffix.lower() not in (*SHEETS, *TEXTS):
        return _known(name, known)
    checked = read(name, known, to_be_added=False)
    if checked.agreement is None:
        for line in told.lines(name, checked):
            print(line, file=sys.stderr)
    return checked.agreement


def _known(name: str, known: Casebook) -> Agreement:
    if name not in known.agreements:
        way = "see `comity agreements list`; of your book you see what the parties after --as may read"
        raise Malformed(f"{name} is no agreement that is known", field="ID", next_step=way)
    return known.agreements[name]


def begun(name: str, known: Casebook) -> Mapping[str, object]:
    """What a form is filled from: an agreement, begun anew; or a draft as it stands, with its faults."""
    if Path(name).suffix.lower() in (*SHEETS, *TEXTS):
        return read(name, known).document
    return as_draft(_known(name, known))


def example() -> Mapping[str, object]:
    """A sound, fictitious agreement to begin with."""
    name = "first_draft.yaml"
    return own.from_yaml((resources.files("comity.casebook") / name).read_text("utf-8"), name, casebook()).document


# The user's own book


class Own(NamedTuple):
    """The casebook and the agreements of one's own book, as an audience may read them.

    `claims` are those that not every party has signed, with the parties that have not; `unreadable` those that cannot
    be read here, with the reason; `label` is that of whatever is told of all this.
    """

    book: Casebook
    claims: Mapping[str, Sequence[PartyCode]]
    unreadable: Mapping[str, Malformed]
    label: str


def seen(path: str | None, audience: Iterable[str]) -> Own:
    """What an audience may read of one's own book, besides the casebook.

    Raises:
        Unavailable: there is no such book, or it cannot be read.
    """
    if path is None:
        return Own(casebook(), {}, {}, PUBLIC)
    from comity.cli.keys import opened

    with opened(path) as book:
        view = book.view(*audience)
        stated = view.stated()
        claims = [name for name in view.claimed.agreements if name not in view.casebook.agreements]
        missing = {name: own.unsigned(name, stated) for name in claims}
        bad = own.unreadable([one.record for one in stated], casebook())
        return Own(view.claimed, missing, bad, searched(view, book.background.kinds))


def with_own(path: str | None, audience: Iterable[str]) -> Casebook:
    """The casebook, and the agreements of one's own book that an audience may read."""
    return labelled(path, audience)[0]


def labelled(path: str | None, audience: Iterable[str]) -> tuple[Casebook, str]:
    """The same, and the label of whatever is told from it."""
    found = seen(path, audience)
    return found.book, found.label


# Writing


def _not_added(args: argparse.Namespace, checked: Checked) -> int:
    """Bad input: every fault is told, and nothing was added."""
    error = Malformed(f"{told.counted(checked.faults, 'fault')}; nothing was added", where=args.file)
    if args.json:
        kept = {"kind": "malformed", "message": error.message, "where": args.file, "field": None, "next_step": None}
        say_json({"error": kept, **told.found(args.file, checked)}, default=str)
    else:
        for finding in checked.faults:
            print(f"fault: {finding}", file=sys.stderr)
        print(f"comity: {error}", file=sys.stderr)
    return UNREADABLE


def _say(args: argparse.Namespace, data: Mapping[str, object], said: Iterable[str]) -> None:
    if args.json:
        say_json(data, default=str)
    else:
        for line in said:
            print(line)
