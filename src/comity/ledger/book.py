"""The book: signed facts are recorded in it, and everything else is asked of a view of it.

Rules:
1. What is recorded is signed by whoever states it, with a key the book knows to be live, and is on disk before the
   receipt is given. What the keeper takes over on the book's own word (`adopt`) is signed by the node.
2. A book states a ceiling: the classifications it may hold. A fact above it is refused, and so is a book whose ceiling
   was changed.
3. A line may call an earlier fact by the name its issuer gave it; what is signed holds the address.
4. `known` compares with the instant a fact arrived here. What counted as of a past instant never changes.
5. Time and chance come from the book's clock and dice alone.
6. Who decides by what he has read may state it on the condition that nothing has arrived since (`MovedOn`).
"""

from __future__ import annotations

import secrets
import time
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from hashlib import sha256
from typing import Generic, TypeAlias, TypeVar, cast

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from comity.consent.decide import decide
from comity.consent.facts import Facts, Moment
from comity.consent.labels import label_of, read_by
from comity.errors import Corrupt, Malformed, Refused, Unavailable
from comity.ledger import sign
from comity.ledger.authority import POLICY_KINDS, SIGNATURE, Arrived
from comity.ledger.background import Background
from comity.ledger.corrections import Corrections
from comity.ledger.counted import Counting, Growing
from comity.ledger.derived import Derived, Plan
from comity.ledger.drawer import Drawer
from comity.ledger.keyring import Chance, Keyring
from comity.ledger.keys import KEY, KEY_KINDS, KEY_REVOKED, Key, Keys, public_key
from comity.ledger.opened import Labels
from comity.ledger.readers import NAMED_ALONE, default_label
from comity.ledger.record import Alike, Record, label_read, plain_fields, trusted, write
from comity.ledger.seal import Signer, Statement, seal
from comity.ledger.sign import KeyId
from comity.ledger.store import PROPERTIES, Head, Reader, Row, Store
from comity.ledger.tally import Tally
from comity.ledger.turns import Turning
from comity.ledger.view import Lens, View
from comity.values.canonical import Plain
from comity.values.fact import ANY, Ask
from comity.values.instant import NEVER, Instant, instant
from comity.values.label import Label, join
from comity.values.party import PartyCode
from comity.values.reading import BOOK, KINDS
from comity.values.verdict import Decision

C = TypeVar("C")
P = TypeVar("P", bound=Plan)
K = TypeVar("K")
T = TypeVar("T")
When: TypeAlias = "Instant | date | str"
UNMARKED = "UNMARKED"
_REFERENCES = {"revoke": ("grant", "fact"), "renew": ("grant",), "use": ("grant",), "discharge": ("grant",),
               SIGNATURE: ("fact",)}  # fmt: skip
_COSIGNED = frozenset({"quorum", "standing"})


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


@dataclass(frozen=True, slots=True)
class Draft:
    """How lines are to be stated: by whom, under which label, signed by whom else, on whose word.

    `size` is how many facts the book has to hold still, where the lines rest on what was read: rule 6.
    """

    issuer: PartyCode | None = None
    label: Label | None = None
    signers: tuple[PartyCode, ...] = ()
    adopt: bool = False
    size: int | None = None


class Book(Generic[C]):
    """The facts one node holds.

    `id` is the book's own name, chosen at random when it was made; `ceiling` the classifications it may hold: rule 2.
    """

    def __init__(
        self,
        store: Store,
        keyring: Keyring,
        *,
        background: Background[C],
        clock: Callable[[], Instant] = now,
        chance: Chance = secrets.token_bytes,
    ) -> None:
        self.store, self.keyring, self.background = store, keyring, background
        self.clock, self._chance = clock, chance
        self.id = self._property("book")
        self.ceiling = tuple(self._property("ceiling").split("\n"))
        self._keys = Keys(bytes.fromhex(self._property("node")))
        self._check_name()
        self._policy: list[Arrived] = []
        self._read_to = 0
        self._counting, self._labels, self._tally = Counting(background), Labels(), Tally()
        self._corrections = Corrections()
        self._growing = Growing(self._counting)
        self._then: OrderedDict[int, Facts] = OrderedDict()
        self._drawers: OrderedDict[tuple[PartyCode, ...], Drawer[C]] = OrderedDict()
        self._secrets: dict[str, bytes] = {}
        self._derived: dict[type[Plan], tuple[Plan, Derived]] = {}

    def _property(self, name: str) -> str:
        value = self.store.property(name)
        if value is None:
            raise Malformed(f"the book has no {name!r}", next_step="name a file that `comity ledger init` made")
        return value

    def _check_name(self) -> None:
        """Refuse a book whose ceiling is not the one it was made with: rule 2."""
        if not sign.names({name: self.store.property(name) or "" for name in PROPERTIES}):
            step = "run `comity ledger verify`; restore the book from a copy"
            raise Corrupt("the book's ceiling is not the one it was made with", next_step=step)

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

    def record(self, line: Mapping[str, object], how: Draft = Draft()) -> Receipt:  # frozen
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

    def record_all(self, lines: Iterable[Mapping[str, object]], how: Draft = Draft()) -> list[Receipt]:
        """State several facts, all of them or none; they arrive together, in their order."""
        names: dict[str, str] = {}
        return self.add([self.draft(line, how, names) for line in lines], how)

    def add(self, records: Sequence[Record], how: Draft = Draft()) -> list[Receipt]:
        """Add records that were drafted, all of them or none."""
        if not records:
            return []
        self._make_keys({party for record in records for party in (record.issuer, *how.signers)})
        return self._append([Statement(r, tuple(dict.fromkeys((r.issuer, *how.signers)))) for r in records], how.size)

    def _append(self, statements: Sequence[Statement], size: int | None = None) -> list[Receipt]:
        with self.store.writing() as writer:
            head = writer.head()
            if size is not None and head.size != size:
                raise MovedOn("something arrived since the book was read", next_step="read it again and decide again")
            signer = self._signer(self._learn_keys(writer, head), head)
            addition = seal(writer, head, statements, clock=self.clock(), book=self.id, signer=signer)
            writer.add(addition)
        kinds = {row.kind for row in addition.rows}
        if not kinds & set(KEY_KINDS):
            self._keys.seen = addition.head.size
        if self._read_to == head.size and not kinds & self._steering:
            self._read_to = addition.head.size
        return [Receipt(row.address.hex(), row.arrived) for row in addition.rows]

    def objection(self, party: PartyCode) -> Refused | None:
        """Why nothing can be signed for a party here; None where it can, or where the book makes the key it needs."""
        try:
            if self.keyring.folder is not None:
                self._signer(self.keys, self.store.head())(party)
        except Refused as error:
            return error
        return None

    def _signer(self, keys: Keys, head: Head) -> Signer:
        """Who signs for a party: a live key of his that is at hand, looked for once."""

        @cache
        def signer(party: PartyCode) -> tuple[KeyId, Ed25519PrivateKey]:
            live = [key.id for key in keys.live(party, head.size + 1)]
            name = next((name for name in reversed(live) if self.keyring.has(name)), None)
            if name is None:
                what = "no live key of" if live else "no key for"
                raise Refused(f"there is {what} {party} here", next_step=_key_step(party, live=bool(live)))
            return name, self.keyring.private(name)

        return signer

    def draft(self, line: Mapping[str, object], how: Draft, names: dict[str, str]) -> Record:
        """The record of a line, added to nothing yet: its issuer, its label and its references settled.

        Where its label or a reference rests on what the book holds, the book is read first.

        Args:
            line: one kind and its fields.
            how: by whom and under which label.
            names: the ids of what was drafted before it and will be added with it, by name; its own is added.

        Raises:
            Malformed: the line states nothing that can be kept.
            Refused: it is above the ceiling.
        """
        kind, body = plain_fields(line)
        issuer = BOOK if how.adopt else how.issuer or _issuer(kind, body)
        for field in _REFERENCES.get(kind, ()):
            if body.get(field) is not None:
                body[field] = self._resolve(str(body[field]), f"{kind}.{field}", names)
        self._check_ceiling(kind, body)
        _check_key(kind, body)
        body.pop("issuer", None) if how.adopt else None
        stated = body.pop("label", None)
        label = label_read(stated) if stated is not None else how.label
        if label is None:
            label = self._default_label(kind, body, issuer)
        record = write(kind, body, issuer=issuer, label=label, recorded=self.clock(), nonce=self._chance(16))
        name = record.text("name")
        if name is not None and names.setdefault(name, record.id) != record.id:
            step = "give each fact its own id, or none; a later line could not tell which of them it means"
            raise Malformed(f"{name} stands twice", field=f"{kind}.id", next_step=step)
        return record

    def _resolve(self, text: str, field: str, names: Mapping[str, str]) -> str:
        """The id of the fact that a line refers to: rule 3."""
        if text in names:
            return names[text]
        if self.find(text) is not None:
            return text
        self._learn_policy()
        found = {one.record.id for one in self._policy if one.record.text("name") == text}
        if len(found) == 1:
            return found.pop()
        if any(fact.id == text for fact in self.background.facts(())):
            return text
        says = f"{text} names {len(found)} facts" if found else f"{text} names no fact of this book"
        raise Malformed(says, field=field, next_step="give the fact's id, as `comity ledger list` shows it")

    def holds(self, classification: str | None) -> bool:
        """Whether the book may hold what is classified so; None is unmarked: rule 2."""
        return (classification or UNMARKED).upper() in {word.upper() for word in self.ceiling}

    def alike(self, kind: str, common: Mapping[str, Plain], how: Draft) -> Alike:
        """Drafts of many records of a kind that is content, under one given label, as of now.

        Args:
            kind: the kind.
            common: fields that stand in each of them.
            how: by whom and under which label; the label is given.

        Raises:
            Malformed: they state nothing that can be kept.
            Refused: they are above the ceiling.
        """
        self._check_ceiling(kind, common)
        label = how.label if how.label is not None else self._default_label(kind, common, how.issuer or BOOK)
        first = write(
            kind, common, issuer=how.issuer or BOOK, label=label, recorded=self.clock(), nonce=self._chance(16)
        )
        return Alike(first, self._chance)

    def _check_ceiling(self, kind: str, body: Mapping[str, Plain]) -> None:
        """Rule 2."""
        stated = body.get("classification", UNMARKED)
        if not self.holds(str(stated)):
            raise Refused(
                f"{stated} is above what this book may hold ({', '.join(self.ceiling)})",
                field=f"{kind}.classification",
                next_step="keep it in a book on a system accredited for it",
            )

    def _default_label(self, kind: str, body: Mapping[str, Plain], issuer: PartyCode) -> Label:
        label = default_label(kind, body, issuer, self._target)
        thing = body.get("thing")
        if kind in KINDS or kind in NAMED_ALONE or not isinstance(thing, str):
            return label
        self._learn_policy()
        now_ = self.clock()
        try:
            owners = label_of(thing, read_by(issuer, Moment(self._counted(self._policy), now_, NEVER)))
        except Malformed:
            owners = None  # it runs in a circle, by what its issuer may not read perhaps: so it has no owner
        return join([label, owners or frozenset()])

    def _target(self, name: str) -> tuple[PartyCode, Label] | None:
        row = self.find(name)
        return None if row is None else (row.issuer, trusted(row.data, row.address).label)

    def _learn_keys(self, reader: Reader, head: Head) -> Keys:
        """The keys as the facts so far say; a function of the log, caught up with it."""
        if self._keys.seen < head.size:
            for row in reader.rows(self._keys.seen, head.size, KEY_KINDS):
                signed_by = {one.key for one in reader.signatures(row.batch - 1, row.batch)}
                self._keys.take(trusted(row.data, row.address), signed_by, row.position)
            self._keys.seen = head.size
        return self._keys

    def _learn_policy(self) -> None:
        """Catch up with the policy facts, and the content that adds to public knowledge, that arrived since."""
        size = self.store.head().size
        if self._read_to < size:
            self.labels()
            rows = self.store.rows(self._read_to, size, self._steering)
            self._policy.extend(self._arrived(row) for row in rows)
            self._read_to = size

    @property
    def _steering(self) -> frozenset[str]:
        """The kinds of fact on which decisions rest."""
        return POLICY_KINDS | self.background.kinds

    def _arrived(self, row: Row) -> Arrived:
        signed_by = {row.issuer}
        if row.kind in _COSIGNED | self.background.kinds:
            keys = self._learn_keys(self.store, self.store.head())
            found = (keys.get(one.key) for one in self.store.signatures(row.batch - 1, row.batch))
            signed_by |= {key.party for key in found if key is not None}
        record = trusted(row.data, row.address, self._labels.by_number.get(row.label))
        return Arrived(record, row.position, row.arrived, row.label, frozenset(signed_by))

    def policy(self, known: Instant = NEVER) -> Sequence[Arrived]:
        """Every policy fact that had arrived by an instant, in the order of arrival."""
        return list(self._policy_by(known))

    def _policy_by(self, known: Instant) -> Sequence[Arrived]:
        """The same, to be looked at at once: it may be the list that grows."""
        self._learn_policy()
        if not self._policy or self._policy[-1].arrived <= known:
            return self._policy
        return self._policy[: bisect_right(self._policy, known, key=lambda one: one.arrived)]

    def facts(self, known: Instant = NEVER) -> Facts:
        """The facts that count, as of an instant, for decisions: every one the node holds, hidden or not."""
        return self._counted(self._policy_by(known))

    def _counted(self, arrivals: Sequence[Arrived]) -> Facts:
        """The facts that count among the first so many that arrived."""
        if len(arrivals) == len(self._policy):
            return self._growing.facts(arrivals)
        return _kept(self._then, len(arrivals), lambda: self.counting(arrivals), most=4)

    def turning(self) -> Turning:
        """The facts that count now, and the instants at which one of them begins or ceases to matter."""
        self._learn_policy()
        return self._growing.turning(self._policy)

    def labels(self) -> Labels:
        """Every label in use."""
        self._labels.read(self.store)
        return self._labels

    def tally(self) -> Tally:
        """How many facts of each kind stand under each label."""
        self._tally.read(self.store)
        return self._tally

    def corrections(self) -> Corrections:
        """Which facts their own issuers took the place of."""
        self._corrections.read(self.store)
        return self._corrections

    def drawer(self, audience: tuple[PartyCode, ...]) -> Drawer[C]:
        """What is kept for one audience and looked at for no other."""
        return _kept(self._drawers, audience, Drawer[C], most=64)

    def derived(self, plan: type[P]) -> tuple[P, Derived]:
        """The index of a plan over this book, and the plan that it follows; it may have to catch up with the log."""
        if plan not in self._derived:
            made = plan()
            self._derived[plan] = (made, Derived(self.store, self.id, made))
        return cast("tuple[P, Derived]", self._derived[plan])

    def secret(self, purpose: str) -> bytes:
        """32 bytes for a purpose, the same each time, that only who holds the key the book was made with can find.

        Raises:
            Refused: that key is not at hand.
        """
        if purpose not in self._secrets:
            private = self.keyring.private(sign.key_id(bytes.fromhex(self._property("node"))))
            self._secrets[purpose] = sha256(private.sign(f"secret\0{self.id}\0{purpose}".encode())).digest()
        return self._secrets[purpose]

    def counting(self, arrivals: Sequence[Arrived]) -> Facts:
        """The facts that count among some that arrived, with what is publicly known."""
        return self._counting.of(arrivals)

    def binding(self, arrivals: Sequence[Arrived]) -> list[Record]:
        """The content among some arrivals that binds, and so adds to what is publicly known."""
        return self._counting.stated(arrivals)

    def find(self, name: str) -> Row | None:
        """The fact with an id, whoever may read it."""
        return self.store.find(_address(name)) if len(name) == 64 else None

    def decide(self, ask: Ask) -> Decision:
        """Whether an ask is granted, over every fact that had arrived by the instant it is asked as of: rule 4."""
        return decide(ask, self.facts(ask.known))

    @property
    def keys(self) -> Keys:
        """Every key the book has heard of."""
        return self._learn_keys(self.store, self.store.head())

    def introduce(self, party: PartyCode, passphrase: bytes | None = None) -> Key:
        """Make a key for a party and let the book know it: by the party's live key, if it has one, else by the node's.

        Raises:
            Refused: the party has a live key that is not at hand.
        """
        issuer = party if self.keys.live(party, self.store.head().size + 1) else BOOK
        return self._new_key(party, issuer, passphrase)

    def rotate(self, party: PartyCode, passphrase: bytes | None = None) -> Key:
        """Make a new key for a party in place of its live one, which signs for it a last time.

        Raises:
            Refused: the party has no live key at hand.
        """
        head = self.store.head()
        old, _ = self._signer(self.keys, head)(party)
        return self._new_key(party, party, passphrase, old)

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
        line = {KEY_REVOKED: {"party": key.party, "key": name}}
        return self._append([Statement(self.draft(line, Draft(BOOK if by_node else key.party), {}), (
            BOOK if by_node else key.party,
        ))])[0]  # fmt: skip

    def _new_key(
        self, party: PartyCode, issuer: PartyCode, passphrase: bytes | None, replaces: KeyId | None = None
    ) -> Key:
        name, public = self.keyring.generate(party, passphrase)
        body: dict[str, object] = {"party": party, "public": public.hex()}
        if replaces is not None:
            body["replaces"] = replaces
        self._append([Statement(self.draft({KEY: body}, Draft(issuer), {}), (issuer,))])
        made = self.keys.get(name)
        if made is None:
            raise Refused(f"the book did not take the key of {party}", next_step="see `comity keys list`")
        return made

    def _make_keys(self, parties: Iterable[PartyCode]) -> None:
        """A book in memory makes the keys it needs."""
        if self.keyring.folder is None:
            head = self.store.head()
            for party in sorted(parties):
                if not self._learn_keys(self.store, head).live(party, head.size + 1):
                    self.introduce(party)

    def close(self) -> None:
        """Let the file go."""
        for _, derived in self._derived.values():
            derived.close()
        self.store.close()


def _check_key(kind: str, body: Mapping[str, Plain]) -> None:
    """Refuse a key that can be none (`comity.ledger.keys`, rule 6)."""
    if kind == KEY and public_key(body.get("public")) is None:
        step = "give 64 hexadecimal digits of a public key that Ed25519 made: comity keys generate"
        raise Malformed("this can be no public key", field=f"{KEY}.public", next_step=step)


def _kept(values: OrderedDict[K, T], key: K, make: Callable[[], T], *, most: int) -> T:
    """The value under a key, made if it is not there; the one that was asked for longest ago is forgotten first."""
    if key not in values:
        values[key] = make()
        while len(values) > most:
            values.popitem(last=False)
    values.move_to_end(key)
    return values[key]


def _when(value: When | None) -> Instant | None:
    """An instant, or what is read as one."""
    return value if value is None or type(value) is int else instant(value)


def _issuer(kind: str, body: Mapping[str, Plain]) -> PartyCode:
    """Who states a line that does not say: rule 5 of `comity.values.reading`."""
    field = KINDS[kind][1] if kind in KINDS else "by"
    stated = body.get("issuer") or (body.get(field) if field else None)
    return stated if isinstance(stated, str) else BOOK


def _address(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""


def _key_step(party: PartyCode, *, live: bool) -> str:
    if live:
        return "use the machine that holds its key"
    return f"`comity keys generate {party}` makes one; or take the fact over on the book's own word (adopt)"
