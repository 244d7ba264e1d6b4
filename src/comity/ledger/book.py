"""The book: signed facts are recorded in it, and everything else is asked of a view of it.

Rules:
1. What is recorded is signed by whoever states it, with a key the book knows to be live (`comity.ledger.signing`), and
   is on disk before the receipt is given. What the keeper takes over on the book's own word (`adopt`) is signed by the
   node.
2. What is stated is drafted first (`comity.ledger.drafting`), and nothing of it is there until all of it is.
3. What the book holds is read as of an instant (`comity.ledger.held`).
4. Time and chance come from the book's clock and dice alone.
5. Who decides by what he has read may state it on the condition that nothing has arrived since (`MovedOn`).
6. Whether a party has a key is looked at while nobody else writes, in the writing that makes one: of several processes
   that make a first key at once, one makes it.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias, TypeVar

from comity.errors import Malformed, Refused, Unavailable
from comity.ledger import drafting
from comity.ledger.background import Background
from comity.ledger.drafting import AS_ITS_KIND, Draft
from comity.ledger.held import UNMARKED, Held
from comity.ledger.keyring import Chance, Keyring
from comity.ledger.keys import KEY, KEY_REVOKED, Key
from comity.ledger.record import Alike, Record, trusted
from comity.ledger.seal import Signer, Statement, seal
from comity.ledger.sign import KeyId
from comity.ledger.store import Addition, Head, Store, Writer
from comity.ledger.view import Lens, View
from comity.values.canonical import Plain
from comity.values.fact import ANY
from comity.values.instant import NEVER, Instant, instant
from comity.values.label import PUBLIC
from comity.values.party import PartyCode
from comity.values.reading import BOOK

__all__ = ["UNMARKED", "Book", "Draft", "MovedOn", "Receipt", "When", "now"]

C = TypeVar("C")
When: TypeAlias = "Instant | date | str"


def now() -> Instant:
    """The instant it is, by this machine's clock."""
    return time.time_ns() // 1000


class MovedOn(Unavailable):
    """Something arrived since the book was read: read it again, and decide again."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """A fact is on disk: its id, and when it arrived."""

    id: str
    arrived: Instant


class Book(Held[C]):
    """The facts one node holds."""

    def __init__(
        self,
        store: Store,
        keyring: Keyring,
        *,
        background: Background[C],
        clock: Callable[[], Instant] = now,
        chance: Chance = secrets.token_bytes,
    ) -> None:
        super().__init__(store, keyring, background, clock)
        self._chance = chance

    def view(
        self,
        *parties: PartyCode,
        on: When | None = None,
        known: When = NEVER,
        purpose: str = ANY,
        clearance: str | None = None,
        handed_over: When | None = None,
    ) -> View[C]:
        """What every one of some parties may read; without a party, what is public.

        Args:
            parties: the audience.
            on: the instant asked about: what may be in force then, and who may read then. Without one, facts of every
                day, to whoever may read now.
            known: as far as facts had arrived by then.
            purpose: what it is read for.
            clearance: the clearance the reading person holds, in his party's scheme.
            handed_over: also readable at this instant, by all that is known: for handing a view on.
        Instants may be given as dates or ISO text.

        Raises:
            Malformed: one of them is no instant.
        """
        audience = tuple(sorted(set(parties)))
        return View(self, Lens(audience, _when(on), _when(known) or NEVER, purpose, clearance, _when(handed_over)))

    def record(self, line: Mapping[str, object], how: Draft = AS_ITS_KIND) -> Receipt:
        """State one fact.

        Args:
            line: one kind and its fields, as `comity.values.reading` takes them, or of any other kind.
            how: by whom and under which label; by default as the kind says.

        Raises:
            Malformed: the line states nothing that can be kept.
            Refused: it is above the ceiling, or whoever states it has no live key here.
            Unavailable: it cannot be put on disk; nothing was added.
        """
        return self.record_all([line], how)[0]

    def record_all(self, lines: Iterable[Mapping[str, object]], how: Draft = AS_ITS_KIND) -> list[Receipt]:
        """State several facts, all of them or none; they arrive together, in their order."""
        names: dict[str, str] = {}
        return self.add([self.draft(line, how, names) for line in lines], how)

    def add(self, records: Sequence[Record], how: Draft = AS_ITS_KIND) -> list[Receipt]:
        """Add records that were drafted, all of them or none."""
        if not records:
            return []
        for party in self.signing.lacking({party for record in records for party in (record.issuer, *how.signers)}):
            self.introduce(party, first=True)
        return self._append([Statement(r, tuple(dict.fromkeys((r.issuer, *how.signers)))) for r in records], how)

    def _append(self, statements: Sequence[Statement], how: Draft = AS_ITS_KIND) -> list[Receipt]:
        with self.store.writing() as writer:
            head = writer.head()
            if how.size is not None and head.size != how.size and self._moved(how, head, statements):
                raise MovedOn("something arrived since the book was read", next_step="read it again and decide again")
            signer = self.signing.signer(self.signing.learned(writer, head), head)
            addition = self._added(writer, head, statements, signer)
        self.passed({row.kind for row in addition.rows}, head, addition.head)
        return [Receipt(row.address.hex(), row.arrived) for row in addition.rows]

    def _added(self, writer: Writer, head: Head, statements: Sequence[Statement], signer: Signer) -> Addition:
        addition = seal(writer, head, statements, clock=self.clock(), book=self.id, signer=signer)
        writer.add(addition)
        return addition

    def _moved(self, how: Draft, head: Head, statements: Sequence[Statement]) -> bool:
        """Whether what arrived since stands in the way: all, or what the same parties state so about some things."""
        issuers, kinds = {one.record.issuer for one in statements}, {one.record.kind for one in statements}
        since = self.store.rows(how.size or 0, head.size, kinds)
        own = (trusted(row.data, row.address, PUBLIC) for row in since if row.issuer in issuers)
        things = (record.body.get("thing") for record in own)
        return not how.about or any(thing in how.about for thing in things)

    def draft(self, line: Mapping[str, object], how: Draft, names: dict[str, str]) -> Record:
        """The record of a line, added to nothing yet (`comity.ledger.drafting.drafted`).

        Raises:
            Malformed: the line states nothing that can be kept.
            Refused: it is above the ceiling.
        """
        return drafting.drafted(self, line, how, names, self._chance)

    def alike(self, kind: str, common: Mapping[str, Plain], how: Draft) -> Alike:
        """Drafts of many records of a kind, under one given label, as of now (`comity.ledger.drafting.alike`).

        Raises:
            Malformed: they state nothing that can be kept.
            Refused: they are above the ceiling.
        """
        return drafting.alike(self, kind, common, how, self._chance)

    def introduce(self, party: PartyCode, passphrase: bytes | None = None, *, first: bool = False) -> Key:
        """Make a key for a party and let the book know it: by the party's live key, if it has one, else by the node's.

        Args:
            party: the party.
            passphrase: under which its private half is kept.
            first: only where the party has none; its live key otherwise: rule 6.

        Raises:
            Refused: the party has a live key that is not at hand.
        """
        return self._new_key(party, passphrase, first=first)

    def rotate(self, party: PartyCode, passphrase: bytes | None = None) -> Key:
        """Make a new key for a party in place of its live one, which signs for it a last time.

        Raises:
            Refused: the party has no live key at hand.
        """
        return self._new_key(party, passphrase, in_place=True)

    def revoke_key(self, name: KeyId, *, by_node: bool = False) -> Receipt:
        """Revoke a key, in its party's name or, where that cannot sign any more, in the node's.

        Raises:
            Malformed: there is no such key.
            Refused: it is not live any more, or nobody who may sign is at hand.
        """
        key = self.keys.get(name)
        if key is None:
            raise Malformed(f"there is no key {name}", field="key", next_step="see `comity keys list`")
        if key.until is not None:
            raise Refused(f"the key {name} was revoked or replaced before", next_step="nothing has to be done")
        issuer = BOOK if by_node else key.party
        return self._state({KEY_REVOKED: {"party": key.party, "key": name}}, issuer)

    def _new_key(
        self, party: PartyCode, passphrase: bytes | None, *, first: bool = False, in_place: bool = False
    ) -> Key:
        """Rule 6."""
        with self.store.writing() as writer:
            head = writer.head()
            keys = self.signing.learned(writer, head)
            live, signer = keys.live(party, head.size + 1), self.signing.signer(keys, head)
            if first and live:
                return live[-1]
            issuer = party if live or in_place else BOOK
            old, _ = signer(issuer)
            name, public = self.keyring.generate(party, passphrase)
            body = {"party": party, "public": public.hex(), **({"replaces": old} if in_place else {})}
            record = self.draft({KEY: body}, Draft(issuer), {})
            addition = self._added(writer, head, [Statement(record, (issuer,))], signer)
        self.passed({KEY}, head, addition.head)
        made = self.keys.get(name)
        if made is None:
            raise Refused(f"the book did not take the key of {party}", next_step="see `comity keys list`")
        return made

    def _state(self, line: Mapping[str, object], issuer: PartyCode) -> Receipt:
        """State a fact about keys by the keys there are: none is made for it."""
        return self._append([Statement(self.draft(line, Draft(issuer), {}), (issuer,))])[0]


def _when(value: When | None) -> Instant | None:
    """An instant, or what is read as one."""
    return value if value is None or type(value) is int else instant(value)
