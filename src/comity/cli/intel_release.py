"""`comity intel release`: who may have it already, what stands in the way, and a releasable variant let go.

Rules:
1. Without words for the audience it plans, what its objects refer to with them: exit code 1 where something stands in
   somebody's way.
2. With a title and a tearline it drafts a variant and tells what would show. `--propose` keeps the draft and asks the
   owners; `--sign` lets it go, if every one of them has consented by then and nothing shows.
3. `--draft` takes up a draft that was kept.
"""

from __future__ import annotations

import argparse
import secrets

from comity.casebook.book import Casebook
from comity.cli import ANSWERED_NO, DONE, files
from comity.cli.intel_tables import rows, shown
from comity.cli.keys import opened
from comity.cli.said import say, say_json
from comity.errors import Malformed
from comity.flow.meant import check_parties
from comity.flow.release_plan import ReleasePlan, planned
from comity.flow.release_told import leak_table, plan_table
from comity.flow.variant import Variant, Words, begun, chosen, inputs, parts_of
from comity.flow.variant_draft import drafted, kept, next_version, propose, reader, unasked
from comity.flow.variant_release import check_accepted, release
from comity.instruments.intelligence.shelf import Shelf
from comity.ledger.book import Book
from comity.values.label import Label


def configure(verb: argparse.ArgumentParser) -> None:
    """Add the arguments of `release`."""
    verb.add_argument("things", metavar="OBJECT", nargs="*", help="the objects that are to be released")
    verb.add_argument("--collection", metavar="NAME", help="all that we see of this collection, besides")
    verb.add_argument("--book", metavar="FILE", required=True, help="the book")
    verb.add_argument("--as", dest="by", metavar="PARTY", required=True, help="who releases")
    verb.add_argument("--to", metavar="PARTY,...", help="the audience: every one of them is to read it")
    verb.add_argument("--title", metavar="TEXT", help="what the variant is called, written for the audience")
    verb.add_argument("--tearline", metavar="FILE", help="its text, written for the audience; - for standard input")
    verb.add_argument("--version-of", dest="version_of", metavar="VARIANT", help="a later version of this variant")
    verb.add_argument("--draft", metavar="VARIANT", help="take up a draft that was kept")
    verb.add_argument("--accept", action="append", default=[], metavar="TEXT",
                      help="what only may show and does not matter, as it is shown; may be repeated")  # fmt: skip
    act = verb.add_mutually_exclusive_group()
    act.add_argument("--propose", action="store_true", help="keep the draft, and propose it to whose consent it needs")
    act.add_argument("--sign", action="store_true", help="let it go now, signed")
    verb.add_argument("--json", action="store_true", help="as JSON")


def run(args: argparse.Namespace) -> int:
    """Plan, draft, propose or release."""
    with opened(args.book) as book:
        if args.draft is None and args.title is None and args.tearline is None:
            return _plan(args, book)
        return _variant(args, book)


def _plan(args: argparse.Namespace, book: Book[Casebook]) -> int:
    """Rule 1."""
    if args.propose or args.sign or args.accept:
        step = "write --title and --tearline; what goes is a text of its own, never the original cut down"
        raise Malformed("there is nothing to let go yet", field="--tearline", next_step=step)
    ours, audience = reader(book, args.by), _audience(args, book)
    things = [ours.shelf.get(name) for name in _things(args, ours.shelf)]
    plan = planned(parts_of(inputs(things, ours.shelf), ours), audience, ours.reading)
    if args.json:
        say_json(_plan_data(plan))
    else:
        _say_plan(plan)
    return DONE if plan.clear else ANSWERED_NO


def _things(args: argparse.Namespace, ours: Shelf) -> list[str]:
    found = chosen(args.things, args.collection, ours, field="--collection")
    if not found:
        raise Malformed("nothing is named", field="OBJECT", next_step="name the objects: see comity intel search")
    return found


def _audience(args: argparse.Namespace, book: Book[Casebook]) -> list[str]:
    parties = [party.strip() for party in (args.to or "").split(",") if party.strip()]
    if not parties:
        raise Malformed("nobody is named", field="--to", next_step="name the parties that are to read it")
    view = book.view(args.by)
    check_parties(view.facts, view.casebook.parties, [("--to", party) for party in parties])
    return parties


def _say_plan(plan: ReleasePlan) -> None:
    if plan.already:
        print(f"May read all of it already: {', '.join(plan.already)}")
    for part in plan.spared:
        held = ", ".join(f"{one.originator} under {scopes(one.label)}" for one in part.copies)
        say([f"You hold the same as {part.id} of {part.thing} from {held}."])
    if plan.clear:
        return
    print("In the way; each is cleared by leaving it out, or by the consent that is missing:")
    shown(plan_table(plan))
    for owner in sorted({need.owner for need in plan.missing}):
        alone = len(plan.clears(owner))
        print(f"{owner} alone would clear {alone} of {len(plan.blocks)}")


def scopes(label: Label) -> str:
    """The clauses of a label, as they are said."""
    return ", ".join(sorted({atom.scope for atom in label})) or "no clause: it is public"


def _plan_data(plan: ReleasePlan) -> dict[str, object]:
    return {
        "audience": list(plan.audience), "already": list(plan.already), "clear": plan.clear,
        "parts": rows(plan_table(plan)), "same": [
            {"thing": part.thing, "part": part.id, "from": one.originator, "under": scopes(one.label)}
            for part in plan.spared for one in part.copies
        ], "missing": [need._asdict() for need in plan.missing],
    }  # fmt: skip


def _variant(args: argparse.Namespace, book: Book[Casebook]) -> int:
    """Rules 2 and 3."""
    variant = _drafted(args, book) if args.draft is None else kept(book, args.by, args.draft)
    check_accepted(variant, args.accept)
    done: dict[str, object] = {}
    if args.propose:
        done["proposed_to"] = list(variant.owners)
        propose(book, variant)
    elif args.sign:
        done["released_under"] = list(release(book, variant, args.accept).under)
    if args.json:
        say_json(_variant_data(variant) | {"left_out_unasked": unasked(book, variant)} | done)
    else:
        _say_variant(variant, args)
        if not args.sign and (others := unasked(book, variant)):
            print(f"Left out, and not asked: {', '.join(others)}, who own of what it refers to.")
            print("If the text rests on that, name it among the objects.")
    return DONE if args.propose or args.sign or not (variant.owners or variant.shows) else ANSWERED_NO


def _drafted(args: argparse.Namespace, book: Book[Casebook]) -> Variant:
    if args.title is None or args.tearline is None:
        field = "--title" if args.title is None else "--tearline"
        raise Malformed("is missing", field=field, next_step="write both for the audience")
    words = Words(args.title, _text(args.tearline))
    new = args.version_of is None
    chance = secrets.token_bytes
    line = begun(book.clock(), chance) if new else next_version(book, args.by, args.version_of, chance)
    things = _things(args, reader(book, args.by).shelf)
    return drafted(book, args.by, things, _audience(args, book), words, line=line)


def _text(path: str) -> str:
    return files.read_text("/dev/stdin" if path == "-" else path).strip()


def _variant_data(variant: Variant) -> dict[str, object]:
    return {
        "variant": variant.id, "audience": list(variant.audience), "needs_consent_of": list(variant.owners),
        "shows": rows(leak_table(variant.shows)), "marked": variant.marked, "digest": variant.digest,
        "objects": list(variant.objects),
    }  # fmt: skip


def _say_variant(variant: Variant, args: argparse.Namespace) -> None:
    say([f"{variant.words.title}: {variant.id} for {', '.join(variant.audience)}"])
    print(f"  SHA-256 {variant.digest}")
    say([f"  Marked: {variant.marked}; TLP:RED"] if variant.marked else [])
    if variant.shows:
        print("It shows something of what the audience may not read:")
        shown(leak_table(variant.shows))
    if args.sign:
        print("Released.")
    elif args.propose:
        print(f"Kept, and proposed to {', '.join(variant.owners) or 'nobody: no consent but your own is needed'}.")
    elif variant.owners:
        print(f"Needs the consent of {', '.join(variant.owners)} to this very text: --propose asks them.")
    elif not variant.shows:
        print("Nothing stands in the way: --sign lets it go.")
