"""What stands behind the TAXII routes: who asks, which of his views, and what he is offered.

Rules:
1. Whoever asks speaks for a party, and is told what that party may read; nobody is asked anonymously.
2. A root, a collection or an object that is not in his view is not there: the words are the same.
3. His outbox is brought up to date when the book has changed, a minute has passed, or another process of the same book
   has added to it; in between it stands still. What he is sent is on the shelf that it was brought up to date by, which
   may be later than the view he came with.
4. What he may do to a collection follows from what the collection says and from his role: writing is signing, and needs
   the role that signs intelligence, and a key of his party.
5. What he was offered of a collection that is in his view no more is told as gone, and as asked back; nothing else is.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from litestar.concurrency import sync_to_thread
from litestar.exceptions import ClientException, NotAuthorizedException, NotFoundException, TooManyRequestsException

from comity.casebook.book import Casebook
from comity.errors import Impossible, Refused
from comity.flow import taxii_rooms, taxii_tokens
from comity.flow.taxii_offers import Offers
from comity.flow.taxii_rooms import Collection, Root
from comity.flow.taxii_shelf import Stock
from comity.formats import taxii
from comity.formats.taxii import Resource
from comity.ledger.outbox import shelf
from comity.ledger.view import View
from comity.serve.accounts import Accounts
from comity.serve.basic import Callers, TooMany
from comity.serve.desk import Desk
from comity.serve.keeping import Kept
from comity.serve.roles import SIGNS, Role
from comity.serve.visit import Asked, Visit
from comity.serve.words import ENGLISH
from comity.values.party import PartyCode

KIND, STATUSES = "intelligence", "TAXII statuses"
CHALLENGE = {"www-authenticate": 'Basic realm="TAXII", charset="UTF-8"'}
VIEWS = 64
"""So many outboxes are remembered as they stand."""


@dataclass(slots=True)
class Looked:
    """An outbox, and the stamp of the desk under which it was looked at."""

    offers: Offers
    stamp: object = None


class Exchange:
    """What is kept between the questions of programs."""

    def __init__(self, desk: Desk) -> None:
        self.callers = Callers(desk.accounts)
        self._desk = desk
        self._offers: Kept[Looked] = Kept(VIEWS)

    def offers(self, view: View[Casebook], collection: Collection) -> Offers:
        """What a view is offered of a collection, up to date: rule 3."""
        of, book = shelf(view.audience, collection.name), self._desk.book
        secret = book.secret(taxii_tokens.PURPOSE)
        found = self._offers.get(of, lambda: Looked(Offers(book.store, of, secret)))
        stamp = self._desk.stamp()
        if found.stamp != stamp or found.offers.passed():
            found.offers.look(Stock(self._desk.view(view.audience)))
            found.stamp = stamp
        return found.offers


class NoRoot(NotFoundException):
    """The address leads to no API root: answered as any other that leads nowhere."""


@dataclass(frozen=True)
class Caller:
    """Who asks, at which root: rule 1."""

    visit: Visit
    root: Root | None
    exchange: Exchange

    @property
    def at(self) -> Root:
        """The root he asks at."""
        if self.root is None:
            raise NoRoot
        return self.root

    @property
    def desk(self) -> Desk:
        """The desk he asks at."""
        return self.visit.desk

    @property
    def party(self) -> str:
        """For whom he speaks."""
        return self.visit.somebody.party

    @cached_property
    def view(self) -> View[Casebook]:
        """What he may read."""
        return self.visit.view()

    @property
    def signs(self) -> bool:
        """Whether he may write at all: rule 4."""
        role = SIGNS.get(KIND, Role.RELEASE_AUTHORITY)
        return role in self.visit.roles and self.desk.book.objection(self.party) is None

    def collection(self, name: str, *, read: bool = False, write: bool = False) -> Collection:
        """A collection of the root: rules 2 and 4.

        Args:
            name: its id or its alias.
            read: whether it is read.
            write: whether it is written to.

        Raises:
            Impossible: there is none of that name; or both are asked for, and he does neither (5.7).
            Refused: it is not read, or not written to, by him.
        """
        found = taxii_rooms.collection(self.view, self.at.name, name)
        if read and write and not found.reads(self.party) and not self.writes(found):
            raise Impossible(f"there is no {name} here", next_step=taxii_rooms.LISTED)
        if read and not found.reads(self.party):
            raise Refused("this collection is not read through", next_step="ask its keeper")
        if write and not self.writes(found):
            raise Refused("this collection is not written to by you", next_step="ask its keeper, or for the role")
        return found

    def known(self, root: str, name: str) -> Collection:
        """A collection at a root, or one of which his party was offered something and knows no more: rule 5.

        Raises:
            Impossible: there is none of that name.
        """
        try:
            return taxii_rooms.collection(self.view, root, name)
        except Impossible:
            offered = {one.collection for one in self.desk.book.store.outboxes() if one.audience == self.party}
            elsewhere = {one.name for one in taxii_rooms.collections(self.view)}
            before = [Collection(one, root, one) for one in sorted(offered - elsewhere)]
            found = next((one for one in before if name in {one.id, one.name}), None)
            if found is None:
                raise
            return found

    def writes(self, collection: Collection) -> bool:
        """Whether he may write to a collection."""
        return collection.writes(self.party) and self.signs

    def name_of(self, body: bytes) -> str:
        """The name of the status of a writing: a UUID that nobody else can guess."""
        told = "\0".join((self.party, self.at.name, self.visit.request.scope["path"], str(self.desk.book.clock())))
        digest = hmac.digest(self.desk.book.secret(STATUSES), told.encode() + b"\0" + body, "sha256")
        return str(UUID(bytes=digest[:16], version=4))

    def offers(self, collection: Collection) -> Offers:
        """What he is offered of a collection."""
        return self.exchange.offers(self.view, collection)


async def caller(request: Asked, root: str | None = None) -> Caller:
    """Who asks: rule 1.

    Raises:
        NoRoot: there is no such root for him.
        HTTPException: he says not who he is, asks too often, or takes no TAXII.
    """
    desk: Desk = request.app.state.desk
    exchange: Exchange = request.app.state.exchange
    said, address = request.headers.get("authorization", ""), "" if request.client is None else request.client.host
    try:
        person = await sync_to_thread(exchange.callers.person, said, address)
    except TooMany:
        raise TooManyRequestsException("too many questions; wait a while", headers={"retry-after": "900"}) from None
    visit = Visit(desk, request, person, ENGLISH)
    found = _root(visit.view(), root)
    if person is None:
        raise NotAuthorizedException("say who you are: PARTY/NAME and a password or token", headers=CHALLENGE)
    if not taxii.takes(",".join(request.headers.getall("accept", []))):
        raise ClientException(f"only {taxii.MEDIA} is spoken here", status_code=406)
    return Caller(visit, found, exchange)


def _root(view: View[Casebook], name: str | None) -> Root | None:
    if name is None:
        return None
    try:
        return taxii_rooms.root(view, name)
    except Impossible:
        raise NoRoot from None


def keep_status(accounts: Accounts, party: PartyCode, root: str, told: Resource) -> bytes:
    """Keep what became of a writing, for its party, for a day; it as bytes."""
    body = taxii.written(told)
    accounts.keep(party, _under(root, str(told["id"])), b"", 202, body)
    return body


def status_of(who: Caller, name: str) -> bytes:
    """What became of a writing of the caller's party.

    Raises:
        Impossible: there is none of that name, or its day is over.
    """
    found = who.desk.accounts.kept(who.party, _under(who.at.name, name))
    if found is None:
        raise Impossible(f"there is no status {name} here", next_step="a status is kept for a day")
    return found[2]


def _under(root: str, name: str) -> str:
    return f"taxii {root} {name}"
