"""What a book holds, as it is read: its own name, its keys, the policy that had arrived by an instant, and its indexes.

Rules:
1. A book states a ceiling: the classifications it may hold. A book whose ceiling was changed is refused.
2. `known` compares with the instant a fact arrived here. What counted as of a past instant never changes.
3. Whatever is kept between two questions (keys, policy, labels, tallies, drawers, derived indexes) is a function of the
   log: caught up with it, never edited.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from hashlib import sha256
from typing import Generic, TypeVar, cast

from comity.consent.decide import decide
from comity.consent.facts import Facts
from comity.errors import Corrupt, Malformed, Refused
from comity.ledger import sign
from comity.ledger.authority import POLICY_KINDS, Arrived
from comity.ledger.background import Background
from comity.ledger.corrections import Corrections
from comity.ledger.counted import Counting, Growing
from comity.ledger.derived import Derived, Plan
from comity.ledger.drawer import Drawer
from comity.ledger.keyring import Keyring
from comity.ledger.keys import Keys
from comity.ledger.opened import Labels
from comity.ledger.record import Record, trusted
from comity.ledger.signing import Signing
from comity.ledger.store import PROPERTIES, Head, Row, Store
from comity.ledger.tally import Tally
from comity.ledger.turns import Turning
from comity.values.fact import Ask
from comity.values.instant import NEVER, Instant
from comity.values.party import PartyCode
from comity.values.verdict import Decision

C = TypeVar("C")
P = TypeVar("P", bound=Plan)
K = TypeVar("K")
T = TypeVar("T")
UNMARKED = "UNMARKED"
_COSIGNED = frozenset({"quorum", "standing"})


class Held(Generic[C]):
    """The facts one node holds, to be read.

    `id` is the book's own name, chosen at random when it was made; `ceiling` the classifications it may hold: rule 1.
    """

    def __init__(self, store: Store, keyring: Keyring, background: Background[C], clock: Callable[[], Instant]) -> None:
        self.store, self.keyring, self.background, self.clock = store, keyring, background, clock
        self.id = self._property("book")
        self.ceiling = tuple(self._property("ceiling").split("\n"))
        self.signing = Signing(store, keyring, bytes.fromhex(self._property("node")))
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
        """Refuse a book whose ceiling is not the one it was made with: rule 1."""
        if not sign.names({name: self.store.property(name) or "" for name in PROPERTIES}):
            step = "run `comity ledger verify`; restore the book from a copy"
            raise Corrupt("the book's ceiling is not the one it was made with", next_step=step)

    def holds(self, classification: str | None) -> bool:
        """Whether the book may hold what is classified so; None is unmarked: rule 1."""
        return (classification or UNMARKED).upper() in {word.upper() for word in self.ceiling}

    @property
    def keys(self) -> Keys:
        """Every key the book has heard of."""
        return self.signing.keys

    def objection(self, party: PartyCode) -> Refused | None:
        """Why nothing can be signed for a party here; None where it can, or where the book makes the key it needs."""
        return self.signing.objection(party)

    def find(self, name: str) -> Row | None:
        """The fact with an id, whoever may read it."""
        return self.store.find(_address(name)) if len(name) == 64 else None

    def _learn_policy(self) -> None:
        """Catch up with the policy facts, and the content that adds to public knowledge, that arrived since: rule 3."""
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

    def passed(self, kinds: Collection[str], before: Head, after: Head) -> None:
        """Go on from one head to the next, to which this book itself has added, where nothing of it has to be read."""
        self.signing.passed(kinds, after)
        if self._read_to == before.size and not set(kinds) & self._steering:
            self._read_to = after.size

    def _arrived(self, row: Row) -> Arrived:
        cosigned = row.kind in _COSIGNED | self.background.kinds
        signed_by = self.signing.signed_by(row) if cosigned else {row.issuer}
        record = trusted(row.data, row.address, self._labels.by_number.get(row.label))
        return Arrived(record, row.position, row.arrived, row.label, frozenset(signed_by))

    def policy(self, known: Instant = NEVER) -> Sequence[Arrived]:
        """Every policy fact that had arrived by an instant, in the order of arrival."""
        return list(self.arrived(known))

    def arrived(self, known: Instant = NEVER) -> Sequence[Arrived]:
        """The same, to be looked at at once: it may be the list that grows."""
        self._learn_policy()
        if not self._policy or self._policy[-1].arrived <= known:
            return self._policy
        return self._policy[: bisect_right(self._policy, known, key=lambda one: one.arrived)]

    def facts(self, known: Instant = NEVER) -> Facts:
        """The facts that count, as of an instant, for decisions: every one the node holds, hidden or not."""
        return self._counted(self.arrived(known))

    def facts_at(self, instants: Iterable[Instant]) -> Iterator[tuple[Instant, Facts]]:
        """The facts that counted at each of some instants, in the order of the instants, counted onward once."""
        growing = Growing(self._counting)
        for at in sorted(set(instants)):
            yield at, growing.facts(self.arrived(at))

    def _counted(self, arrivals: Sequence[Arrived]) -> Facts:
        """The facts that count among the first so many that arrived."""
        if len(arrivals) == len(self._policy):
            return self._growing.facts(arrivals)
        return _kept(self._then, len(arrivals), lambda: self.counting(arrivals), most=4)

    def turning(self) -> Turning:
        """The facts that count now, and the instants at which one of them begins or ceases to matter."""
        self._learn_policy()
        return self._growing.turning(self._policy)

    def counting(self, arrivals: Sequence[Arrived]) -> Facts:
        """The facts that count among some that arrived, with what is publicly known."""
        return self._counting.of(arrivals)

    def binding(self, arrivals: Sequence[Arrived]) -> list[Record]:
        """The content among some arrivals that binds, and so adds to what is publicly known."""
        return self._counting.stated(arrivals)

    def decide(self, ask: Ask) -> Decision:
        """Whether an ask is granted, over every fact that had arrived by the instant it is asked as of: rule 2."""
        return decide(ask, self.facts(ask.known))

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

    def close(self) -> None:
        """Let the file go."""
        for _, derived in self._derived.values():
            derived.close()
        self.store.close()


def _kept(values: OrderedDict[K, T], key: K, make: Callable[[], T], *, most: int) -> T:
    """The value under a key, made if it is not there; the one that was asked for longest ago is forgotten first."""
    if key not in values:
        values[key] = make()
        while len(values) > most:
            values.popitem(last=False)
    values.move_to_end(key)
    return values[key]


def _address(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""
