"""The keys of one's own nation: which speak for it, a first one, a new one in place of the old, and revoking.

Rules:
1. Only a key holder sees and does this, for his own nation.
2. The private half of a new key is made on this machine when its announcement is drafted. It speaks for nobody until
   that is signed; one that was made and never announced is used the next time.
3. A first key is announced by the book, on its own word, where the party has no live one; afterwards a key is replaced
   or revoked by a live key that is at hand.
"""

from __future__ import annotations

import os
from typing import NamedTuple

from litestar import get, post
from litestar.response import Redirect

from comity.casebook.book import Casebook
from comity.cli.keys import ENVIRONMENT
from comity.errors import Impossible, Refused
from comity.ledger.book import Book
from comity.ledger.keys import KEY, KEY_REVOKED, Key
from comity.serve.pages import Answer, page
from comity.serve.roles import Role
from comity.serve.routes.forms import posted, see
from comity.serve.visit import Asked, Visit, Visiting
from comity.values.instant import Instant
from comity.values.party import PartyCode


class Shown(NamedTuple):
    """A key for people: `state` is live, rotated or revoked; `until` is the instant it ceased to speak."""

    key: Key
    state: str
    since: Instant
    until: Instant | None
    at_hand: bool


@get("/keys", sync_to_thread=False)
def keys(visit: Visiting) -> Answer:
    """The keys of the visitor's nation: rule 1."""
    party, book = visit.require(Role.KEY_HOLDER).party, visit.desk.book
    shown = [_shown(key, book) for key in book.keys if key.party == party]
    return page(visit, "keys.html.j2", {"keys": shown, "live": bool(_live(party, book))})


def _shown(key: Key, book: Book[Casebook]) -> Shown:
    ends = None if key.until is None else next(iter(book.store.rows(key.until - 1, key.until)))
    (begins,) = book.store.rows(key.since - 1, key.since)
    state = "live" if ends is None else "revoked" if ends.kind == KEY_REVOKED else "rotated"
    return Shown(key, state, begins.arrived, None if ends is None else ends.arrived, book.keyring.has(key.id))


def _live(party: PartyCode, book: Book[Casebook]) -> list[Key]:
    return book.keys.live(party, book.store.head().size + 1)


@post("/keys/make", status_code=303, sync_to_thread=False)
def make(visit: Visiting) -> Redirect:
    """Draft the announcement of a first key: rules 2 and 3."""
    party = visit.require(Role.KEY_HOLDER).party
    if _live(party, visit.desk.book):
        raise Refused(f"{party} has a live key", next_step="replace that one, on the machine that holds it")
    says = f"A new key speaks for {party}; its private half is on this machine. The book introduces it on its own word."
    return _announced(visit, party, says)


@post("/keys/rotate", status_code=303)
async def rotate(request: Asked, visit: Visiting) -> Redirect:
    """Draft the announcement of a key in place of a live one: rules 2 and 3."""
    party, fields = visit.require(Role.KEY_HOLDER).party, await posted(request)
    old = _own(visit, party, fields.get("key", ""))
    says = f"A new key speaks for {party} in place of {old.id}; what that one signed stands."
    return _announced(visit, party, says, old)


@post("/keys/revoke", status_code=303)
async def revoke(request: Asked, visit: Visiting) -> Redirect:
    """Draft the revocation of a live key: rule 3."""
    person, fields = visit.require(Role.KEY_HOLDER), await posted(request)
    old = _own(visit, person.party, fields.get("key", ""))
    says = f"{old.id} speaks for {person.party} no more: what it signs from now on is refused, what it signed stands."
    if len(_live(person.party, visit.desk.book)) == 1:
        says += f" It is the last one: nothing can be signed for {person.party} until a new key is made."
    line = {KEY_REVOKED: {"party": person.party, "key": old.id}}
    return see(f"/sign/{visit.desk.draft(person, [line], says, '/keys')}")


def _own(visit: Visit, party: PartyCode, name: str) -> Key:
    """A live key of the visitor's nation, where something can be signed for it here: rule 3.

    Raises:
        Impossible: it has no such key.
        Refused: the key is not live any more, or no live one is at hand.
    """
    book = visit.desk.book
    found = book.keys.get(name)
    if found is None or found.party != party:
        raise Impossible(f"{party} has no such key", next_step="choose one of those listed")
    if found.until is not None:
        raise Refused("this key was replaced or revoked before", next_step="nothing has to be done")
    why = book.objection(party)
    if why is not None:
        step = "use the machine that holds it; if it is lost, the keeper of this server revokes it: comity keys revoke"
        raise Refused(why.message, next_step=step)
    return found


def _announced(visit: Visit, party: PartyCode, says: str, replaces: Key | None = None) -> Redirect:
    """Where the announcement of a new key waits for its signature: rules 2 and 3."""
    book = visit.desk.book
    made = (name for name, whose in book.keyring.held().items() if whose == party and book.keys.get(name) is None)
    name = next(made, None)
    if name is None:
        name, _ = book.keyring.generate(party, os.environ.get(ENVIRONMENT, "").encode() or None)
    public = book.keyring.private(name).public_key().public_bytes_raw().hex()
    body = {"party": party, "public": public, **({} if replaces is None else {"replaces": replaces.id})}
    drafted = visit.desk.draft(visit.somebody, [{KEY: body}], says, "/keys", adopt=replaces is None)
    return see(f"/sign/{drafted}")


ROUTES = [keys, make, rotate, revoke]
