"""`comity taxii pull|push|recall`: from and to other servers, page by page, to be stopped and gone on with at any time.

Rules:
1. A password or a token comes from `COMITY_TAXII_PASSWORD` or `COMITY_TAXII_TOKEN`, or is asked for at the terminal;
   never from the words of a command.
2. What is pulled becomes the party's own, as its markings say and no wider: what is not marked is its alone, a level
   that nobody bound and a marking that is not understood are refused, object by object. Where `--to` opens to everybody
   what is not marked, that is said before anything is pulled.
3. What is pushed is what the party and every receiver may read. What is not refused there stands in the register of
   disclosures (`comity.flow.taxii_pushed`) before the cursor moves on. What is on its way is written down first.
4. Ctrl-C, or a page that is no envelope, ends between two pages or in one; what is in is said, and what of it was
   refused, for the next run goes on there and does not come by it again. Recalls are followed all the same.
5. Before it sends, a push tells that server what may be held there no more (`comity.cli.taxii_telling`).
6. After what is there, a pull follows what is recalled there (`comity.cli.taxii_recalls`); what was answered by hand
   travels with the next pull or push. Of a collection that is told no more, recalls are followed all the same.
7. Who shall read is known, or nothing is asked: a slip of the pen lets nobody read unseen.
"""

from __future__ import annotations

import argparse
import getpass
import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, cast
from urllib.parse import urljoin

from comity.cli import ANSWERED_NO, DONE
from comity.cli import taxii_telling as telling
from comity.cli.intel_import import BIND
from comity.cli.keys import opened
from comity.cli.said import say_json
from comity.cli.taxii_cursors import Cursors, Key
from comity.cli.taxii_http import Remote
from comity.cli.taxii_recalls import Recalled, Source, follow, send
from comity.errors import ComityError, Impossible, Malformed, Refused, Unavailable
from comity.flow import taxii_exchange, taxii_tokens
from comity.flow.intelligence_asked import check_readers
from comity.flow.intelligence_coming import How
from comity.flow.taxii_exchange import Found
from comity.flow.taxii_intake import taken
from comity.flow.taxii_offers import Offers
from comity.flow.taxii_origins import adopt, pulled
from comity.flow.taxii_pushed import enter, entries, registered
from comity.flow.taxii_rooms import Collection
from comity.flow.taxii_shelf import Stock
from comity.flow.taxii_telling import Telling as Told
from comity.flow.taxii_telling import tell
from comity.formats.taxii import Became, Resource, objects_of
from comity.ledger.outbox import shelf
from comity.values.letters import laid_open
from comity.values.party import ANYONE, Recipient, recipient

if TYPE_CHECKING:
    from comity.casebook.book import Casebook
    from comity.ledger.book import Book

BAR = 24
PUBLIC = (
    f"comity: --to {ANYONE!r}: whatever comes without a marking becomes public here, and whoever reads this book reads "
    "it; without --to it is yours alone"
)
"""What a pull says that opens to everybody whatever is not marked: rule 2."""


class Telling:
    """How far the work is, on stderr: a bar on a terminal, nothing elsewhere."""

    def __init__(self, says: str, total: int = 0) -> None:
        self._says, self._total, self._shown = says, total, sys.stderr.isatty()

    def tell(self, done: int) -> None:
        """Tell how many are done."""
        if self._shown:
            part = BAR * done // self._total if self._total else (done // 100) % (BAR + 1)
            of = f" of {self._total}" if self._total else ""
            print(f"\r[{'#' * min(part, BAR):<{BAR}}] {done}{of} {self._says}", end="", file=sys.stderr, flush=True)

    def end(self) -> None:
        """Leave the line."""
        if self._shown:
            print(file=sys.stderr)


def configure_pull(verb: argparse.ArgumentParser) -> None:
    """Add the arguments of `pull`."""
    _shared(verb, "whose the objects become")
    verb.add_argument("--into", metavar="NAME", help="the collection of the book (default: as it is called there)")
    verb.add_argument("--to", metavar="PARTY[,PARTY...]", help="who may read all of it besides, as far as markings let")
    told = "for whom a level of TLP is; without it, what bears a level for a community is refused"
    verb.add_argument("--tlp-binding", metavar="LEVEL=PARTY[,PARTY...]", action="append", default=[], help=told)
    verb.add_argument("--from-start", action="store_true", help="pull everything again; what is here is here once")
    told = "you say that what is here already, as it is offered there, came from there: it is followed from then on"
    verb.add_argument("--adopt", action="store_true", help=told)


def configure_push(verb: argparse.ArgumentParser) -> None:
    """Add the arguments of `push`."""
    _shared(verb, "who sends")
    verb.add_argument(
        "--to", metavar="PARTY[,PARTY...]", required=True, help="who reads there: only what they may read"
    )
    verb.add_argument("--from", dest="source", metavar="NAME", required=True, help="the collection of the book")
    verb.add_argument("--from-start", action="store_true", help="send everything again")


def configure_recall(verb: argparse.ArgumentParser) -> None:
    """Add the arguments of `recall`."""
    _shared(verb, "who pushed it")


def _shared(verb: argparse.ArgumentParser, told: str) -> None:
    verb.add_argument("url", metavar="URL", help="the server's discovery or API root: https://host/taxii2/")
    verb.add_argument("--collection", metavar="NAME", required=True, help="the collection there: id, alias or title")
    verb.add_argument("--book", metavar="FILE", required=True, help="the book")
    verb.add_argument("--as", dest="party", metavar="PARTY", required=True, help=told)
    verb.add_argument("--user", metavar="NAME", help="who asks there; the password is not a word of the command")
    verb.add_argument("--json", action="store_true", help="as JSON")


@contextmanager
def _asked(args: argparse.Namespace) -> Iterator[Remote]:
    """The server: rule 1."""
    token = os.environ.get("COMITY_TAXII_TOKEN", "")
    user = None if args.user is None or token else (args.user, _password(args.user))
    remote = Remote(args.url, user=user, token=token)
    try:
        yield remote
    finally:
        remote.close()


def _found(args: argparse.Namespace, remote: Remote) -> Found:
    return taxii_exchange.find(remote, args.url, args.collection)


def _password(user: str) -> str:
    told = os.environ.get("COMITY_TAXII_PASSWORD")
    if told is not None:
        return told
    if sys.stdin.isatty():
        return getpass.getpass(f"Password of {user}: ")
    return sys.stdin.readline().rstrip("\n")


def pull(args: argparse.Namespace) -> int:
    """Pull what is new: rules 2, 4 and 6."""
    with opened(args.book) as book, _asked(args) as remote, closing(Cursors(Path(args.book))) as cursors:
        into = Collection(args.into or args.collection, "", "", tlp=_bindings(args.tlp_binding))
        known(book, args.party, _readers(args), into.tlp)
        try:
            found = _readable(args, remote)
        except (Impossible, Refused):
            _follow_before(args, book, Source(remote, "", args.party, into.name, cursors))
            raise
        if ANYONE in (_readers(args) or ()):
            print(laid_open(PUBLIC), file=sys.stderr)
        return _pull(args, book, Source(remote, found.url, args.party, into.name, cursors), found, into)


def _readers(args: argparse.Namespace) -> tuple[Recipient, ...] | None:
    return None if args.to is None else tuple(recipient(each.strip()) for each in args.to.split(","))


def known(book: Book[Casebook], party: str, to: tuple[Recipient, ...] | None, tlp: Mapping[str, Iterable[str]]) -> None:
    """Nothing, where everybody who shall read is known: rule 7.

    Raises:
        Malformed: a party or a group nobody knows; the field names it.
    """
    view, bound = book.view(party), {level: tuple(map(recipient, readers)) for level, readers in tlp.items()}
    check_readers(How(party, "", to, bound), view.facts, view.casebook, to="--to", tlp="--tlp-binding")


def _readable(args: argparse.Namespace, remote: Remote) -> Found:
    found = _found(args, remote)
    if not found.can_read:
        raise Refused("that collection is not read by you", where=found.url, next_step="ask its keeper")
    return found


def _follow_before(args: argparse.Namespace, book: Book[Casebook], one: Source) -> None:
    """Follow the recalls of what was pulled before and is told no more: rule 6."""
    for url in one.cursors.urls("pull", args.party, one.into):
        if url.startswith(urljoin(args.url, "/")):
            _say_recalls(follow(book, replace(one, url=url)))


def _say_recalls(done: Recalled) -> None:
    for line in done.says():
        print(laid_open(line), file=sys.stderr)
    if done.hidden:
        print(f"{done.hidden} hidden, {done.asked} asked back, {done.answered} answered", file=sys.stderr)


def _bindings(texts: list[str]) -> dict[str, tuple[str, ...]]:
    from comity.cli.taxii import bindings

    return bindings(texts)


@dataclass(slots=True)
class Came:
    """What a pull brought in so far: how many objects, how many were said to come from there, what was refused."""

    number: int = 0
    adopted: int = 0
    failures: dict[str, str] = field(default_factory=dict)


def _pull(args: argparse.Namespace, book: Book[Casebook], one: Source, found: Found, into: Collection) -> int:
    size, came, anew = book.store.head().size, Came(), args.from_start or args.adopt
    try:
        _bring(args, book, one, found, into, came=came)
    except (ComityError, KeyboardInterrupt) as error:
        _say_failures(came.failures)
        new = book.store.head().size - size
        print(f"stopped: {came.number} objects pulled, {new} facts added; pull again to go on there", file=sys.stderr)
        if isinstance(error, ComityError):
            _follow_all_the_same(book, one, anew=anew)
        raise
    new = book.store.head().size - size
    recalled = follow(book, one, anew=anew)
    for line in [] if args.json else recalled.says():
        print(laid_open(line), file=sys.stderr)
    says = f"{came.number} objects pulled, {new} facts added; {recalled.hidden} hidden, {recalled.asked} asked back"
    says += f"; {came.adopted} said to have come from there" if args.adopt else ""
    told = {"pulled": came.number, "facts": new, **recalled.counts, "stay": sorted(recalled.stay)}
    told |= {"adopted": came.adopted} if args.adopt else {}
    return _say(args, told, came.failures | recalled.failures, says)


def _bring(
    args: argparse.Namespace, book: Book[Casebook], one: Source, found: Found, into: Collection, *, came: Came
) -> None:
    """Bring in what is there, page by page."""
    to, shown = _readers(args), Telling("objects pulled")
    since = "" if args.from_start or args.adopt else "".join(one.cursors.get(one.key("pull")))
    try:
        for page in taxii_exchange.pages(one.remote, found, since):
            try:
                intake = taken(book, args.party, into, page.body, to, beside=pulled(found.url, into.name), bind=BIND)
            except Malformed as error:
                raise Malformed(error.message, where=page.url, field=error.field, next_step=error.next_step) from error
            came.failures |= {f"{each.id} {each.version}": each.message for each in intake.failures}
            came.adopted += adopt(book, args.party, found.url, into.name, objects_of(page.body)) if args.adopt else 0
            one.cursors.keep(one.key("pull"), (page.since,))
            came.number += page.number
            shown.tell(came.number)
    finally:
        shown.end()


def _follow_all_the_same(book: Book[Casebook], one: Source, *, anew: bool) -> None:
    """Follow the recalls of a collection whose objects are told no further: no page keeps them from us."""
    try:
        done = follow(book, one, anew=anew)
    except ComityError as error:
        print(laid_open(f"comity: {error}"), file=sys.stderr)
    else:
        _say_recalls(done)
        _say_failures(done.failures)


def push(args: argparse.Namespace) -> int:
    """Push what is new: rules 3 to 6."""
    with opened(args.book) as book, _asked(args) as remote, closing(Cursors(Path(args.book))) as cursors:
        known(book, args.party, _readers(args), {})
        found = _writable(args, book, remote)
        return _push(args, book, Source(remote, found.url, args.party, args.source, cursors), found)


def recall(args: argparse.Namespace) -> int:
    """Tell what may be held there no more, and what was answered, and send nothing new: rules 5 and 6."""
    with opened(args.book) as book, _asked(args) as remote, closing(Cursors(Path(args.book))) as cursors:
        found = _writable(args, book, remote)
        one = Source(remote, found.url, args.party, "", cursors)
        came, answered = _told_back(args, book, one), Recalled()
        send(book, one, answered)
        told = {**telling.counts(came), "answered": answered.answered}
        return _say(args, told, came.failures | answered.failures, telling.says(came) or "nothing is to be told there")


def _writable(args: argparse.Namespace, book: Book[Casebook], remote: Remote) -> Found:
    """The collection; where it cannot be found or written to, what is recalled is told by its address all the same."""
    try:
        return _written_to(_found(args, remote))
    except (Impossible, Refused, Unavailable) as error:
        came = telling.tell_before(args, book, remote, error)
        for line in [*(f"{name}: {why}" for name, why in sorted(came.failures.items())), telling.says(came)]:
            print(laid_open(line), file=sys.stderr) if line else None
        raise


def _written_to(found: Found) -> Found:
    if not found.can_write:
        raise Refused("that collection is not written to by you", where=found.url, next_step="ask its keeper")
    return found


def sending_key(url: str, party: str) -> Key:
    """Under which what is on its way is written down."""
    return "sending", url, party, ""


def went(book: Book[Casebook], cursors: Cursors, sending: Key) -> None:
    """Enter what was on its way when a push ended: nobody heard what became of it, so it went."""
    lines = [json.loads(line) for line in cursors.get(sending) if line]
    if lines:
        enter(book, sending[2], lines)
        cursors.keep(sending, ())


def _told_back(args: argparse.Namespace, book: Book[Casebook], one: Source) -> Told:
    went(book, one.cursors, sending_key(one.url, args.party))
    shown = Telling("told that it may be held there no more")
    try:
        return tell(book, one.remote, args.party, one.url, told=shown.tell)
    finally:
        shown.end()


def _push(args: argparse.Namespace, book: Book[Casebook], one: Source, found: Found) -> int:
    readers = [args.party, *(each.strip() for each in args.to.split(","))]
    if not all(readers):
        raise Malformed("a party is missing", field="--to", next_step="write codes with a comma between two")
    came = _told_back(args, book, one)
    number, refused = _sent(args, book, one, found, readers)
    answered = Recalled()
    send(book, one, answered)
    says = "; ".join(filter(None, [f"{number} objects pushed, {len(refused)} refused there", telling.says(came)]))
    said = {"pushed": number, **telling.counts(came), "answered": answered.answered}
    return _say(args, said, refused | came.failures | answered.failures, says)


def _sent(
    args: argparse.Namespace, book: Book[Casebook], one: Source, found: Found, readers: Sequence[str]
) -> tuple[int, dict[str, str]]:
    """How many objects went, and why others were refused there, by their ids and versions: rules 3 and 4."""
    offers, stock = _offered(book, readers, args.source)
    key, sending = ("push", found.url, offers.of.audience, offers.of.collection), sending_key(found.url, args.party)
    seq = 0 if args.from_start else int((one.cursors.get(key) or ["0"])[0])
    number, shown, failures = 0, Telling("objects pushed", len(list(stock.entries(args.source)))), list[Became]()

    def before(going: Sequence[Resource]) -> None:
        one.cursors.keep(sending, map(json.dumps, entries(readers, found, stock, going)))

    try:
        for page in taxii_exchange.push(one.remote, found, offers, stock, seq, before=before):
            registered(book, readers, found, stock, page.went)
            one.cursors.keep(sending, ())
            one.cursors.keep(key, (page.seq,))
            number += page.number
            failures += page.failures
            shown.tell(number)
    except (Impossible, Refused):
        one.cursors.keep(sending, ())  # that server took nothing of it
        raise
    finally:
        shown.end()
        went(book, one.cursors, sending)
    return number, {f"{each.id} {each.version}": each.message for each in failures}


def _offered(book: Book[Casebook], readers: Sequence[str], source: str) -> tuple[Offers, Stock]:
    """What is offered of a collection to all who read there, and the shelf it lies on; an empty one is told."""
    offers = Offers(book.store, shelf(readers, source), book.secret(taxii_tokens.PURPOSE))
    offers.look(Stock(book.view(*readers), book.view(readers[0])))
    stock = cast("Stock", offers.shelf)  # the one that was looked at, or the same of later
    if not stock.filed(source):
        print(laid_open(f"comity: --from: nothing lies in {source}; see comity intel search"), file=sys.stderr)
    return offers, stock


def _say(args: argparse.Namespace, told: dict[str, object], failures: dict[str, str], says: str) -> int:
    if args.json:
        say_json({**told, "failures": failures})
    else:
        _say_failures(failures)
        print(says)
    return ANSWERED_NO if failures else DONE


def _say_failures(failures: Mapping[str, str]) -> None:
    for name, why in sorted(failures.items()):
        print(laid_open(f"{name}: {why}"), file=sys.stderr)
