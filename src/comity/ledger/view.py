"""A view: what an audience may read of a book, and nothing that depends on the rest.

Rules:
1. A party may read a fact when every owner in its label lets it (`comity.consent.labels`), by the policy facts that had
   arrived by `known`, on the day `on`, for `purpose`. Several parties read what each of them may read; nobody reads
   what is public by its label.
2. What is not readable leaves no trace: it is left out before anything is counted, cut or weighed, and asking for it
   ends as asking for what does not exist.
3. The order is by label (its digest), kind and address, all of which the readable facts carry themselves. Positions,
   counts and gaps of the book do not show.
4. A view holds still: what arrives after it was made is not in it.
5. With a day (`on`), the view holds what may be in force that day; without one, it holds facts of every day, and the
   clock says who may read them. What was corrected is left out if the correction counts for the audience
   (`comity.ledger.corrections`): it may read it, or it takes back what was shared.
6. What a fact tells whom it names among its readers stays told: of the kinds for which it is asked (`told`), neither a
   later refusal nor a correction takes it back. It rests on the label of the fact, and on who is in a group it names.
7. Handing a view on needs the consent of now: with `handed_over`, a fact must be readable at that instant as well,
   by all that is known, and not taken back by then.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Generic, TypeVar

from comity.consent.facts import Facts, Moment
from comity.consent.grants import Act
from comity.consent.labels import read_by
from comity.errors import Impossible, Malformed
from comity.ledger.authority import Arrived
from comity.ledger.corrections import WITHDRAWN, Corrected
from comity.ledger.derived import Derived, Plan
from comity.ledger.drawer import Drawer, Last
from comity.ledger.opened import Reading
from comity.ledger.readers import DEFAULTS, Reads
from comity.ledger.record import Record, trusted
from comity.ledger.store import Narrowed, Row
from comity.ledger.tally import Tally
from comity.values.fact import ANY
from comity.values.instant import NEVER, Instant
from comity.values.label import Label
from comity.values.party import PartyCode

if TYPE_CHECKING:
    from comity.ledger.book import Book

MOST = 4096
"""Rows that are looked at in one go."""
C = TypeVar("C")
P = TypeVar("P", bound=Plan)
_ABOUT_ANOTHER = frozenset(kind for kind, default in DEFAULTS.items() if default.reads is Reads.TARGET)


@dataclass(frozen=True, slots=True)
class Lens:
    """Through which a book is looked at: who reads, about which day, as known when, for which purpose."""

    audience: tuple[PartyCode, ...]
    on: Instant | None = None
    known: Instant = NEVER
    purpose: str = ANY
    clearance: str | None = None
    handed_over: Instant | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """A fact that the audience may read, and when it arrived."""

    record: Record
    arrived: Instant

    @property
    def id(self) -> str:
        """Its address."""
        return self.record.id


class View(Generic[C]):
    """What an audience may read."""

    def __init__(self, book: Book[C], lens: Lens) -> None:
        self._book, self.lens = book, lens
        self.audience = lens.audience
        self.on = book.clock() if lens.on is None else lens.on
        self.known, self.purpose = lens.known, lens.purpose
        self._head = book.store.head()
        self._holds: dict[tuple[str, ...] | None, set[int]] = {}
        self._until = min(lens.known, self._head.arrived)

    def anew(self) -> View[C]:
        """The same view of the book as it is by now: one that is made where nobody writes holds as long as that."""
        return View(self._book, self.lens)

    @cached_property
    def labels(self) -> Mapping[int, Label]:
        """The labels that let the audience read, by their number, in the order of their digests."""
        if self._of_now:
            now = self._book.turning()
            reading = Reading([*self._acts(Moment(now.facts, self.on, NEVER))], now.reached)
            how = (self.purpose, self.lens.clearance)
            return self._drawer.opened.labels(self._book.labels(), now, reading, self.on, how)
        acts = [*self._acts(Moment(self._book.facts(self._until), self.on, self.known))]
        if self.lens.handed_over is not None:
            acts += self._acts(Moment(self._book.facts(), self.lens.handed_over, NEVER))
        reading = Reading(acts)
        return {number: label for _, number, label in self._book.labels().every if reading.opens(label)}

    @property
    def _of_now(self) -> bool:
        """Whether the view is as of now, all that is known being known: nothing has arrived since it was made."""
        return self.lens.handed_over is None and self.known >= NEVER and self._book.store.head() == self._head

    @cached_property
    def _drawer(self) -> Drawer[C]:
        """What is kept for this audience; a view of another knowledge keeps for itself alone."""
        return self._book.drawer(self.audience) if self._of_now else Drawer()

    def _acts(self, moment: Moment) -> Iterator[Act]:
        return (read_by(party, moment, self.purpose, self.lens.clearance) for party in self.audience)

    def may_read(self, name: str) -> bool:
        """Whether the audience may read the fact with an id, as `records` lists it."""
        row = self._book.find(name)
        return row is not None and self._admits(row)

    def _admits(self, row: Row) -> bool:
        return row.label in self.labels and self._narrowed().admits(row) and row.address not in self.corrected

    def get(self, name: str, *, told: bool = False) -> Seen:
        """The fact with an id.

        Args:
            name: its id.
            told: also if it was told, and refused or corrected since: rule 6.

        Raises:
            Impossible: there is no such fact, or the audience may not read it: rule 2.
        """
        row = self._book.find(name)
        if row is not None and told and self._narrowed().admits(row) and self._tells(row.label):
            return Seen(trusted(row.data, row.address, self._book.labels().by_number[row.label]), row.arrived)
        if row is None or not self._admits(row):
            raise Impossible(f"no fact {name} is available", next_step="see `comity ledger list` for what is")
        return self._seen(row)

    def records(
        self, kinds: Sequence[str] | None = None, *, after: str | None = None, limit: int | None = None
    ) -> list[Seen]:
        """The readable facts, of some kinds, after one of them, at most `limit`: rules 2 and 3.

        Raises:
            Malformed: `after` is none of them, or `limit` is less than 1.
        """
        if limit is not None and limit < 1:
            raise Malformed(f"{limit} is no number of facts", field="limit", next_step="write 1 or more")
        narrowed, last, found = self._narrowed(kinds), self._mark(after), list[Row]()
        holding = self._holding(kinds)
        labels = [number for number in self.labels if number in holding or (last is not None and number == last.label)]
        asked = limit
        while limit is None or len(found) < limit:
            rows = self._book.store.page(labels, after=last, limit=asked, narrowed=narrowed)
            found += (row for row in rows if row.address not in self.corrected)
            if asked is None or len(rows) < asked:
                break
            last, asked = rows[-1], min(2 * asked, MOST)  # where much was corrected, more at a time
        return [self._seen(row) for row in found[:limit]]

    def told(self, kinds: Sequence[str]) -> list[Seen]:
        """The facts of some kinds that the audience may read or was told when they were stated: rule 6."""
        known = self._book.labels()
        holding = self._book.tally().holding(known.by_number, kinds, self._until)
        labels = {number: known.by_number[number] for number in known.in_order(holding) if self._tells(number)}
        rows = self._book.store.page([*labels], narrowed=self._narrowed(kinds))
        return [Seen(trusted(row.data, row.address, labels[row.label]), row.arrived) for row in rows]

    def _tells(self, number: int) -> bool:
        """Whether a label lets the audience read, or names it."""
        return number in self.labels or self._named.told(self._book.labels().by_number[number])

    @cached_property
    def _named(self) -> Reading:
        facts = self._book.turning().facts if self._of_now else self._book.facts(self._until)
        return Reading([*self._acts(Moment(facts, self.on, self.known))])

    def _mark(self, after: str | None) -> Row | None:
        if after is None:
            return None
        row = self._book.find(after)
        if row is None or not self._admits(row):
            raise Malformed(f"no fact {after} is available", field="after", next_step="start from the first page")
        return row

    def count(self, kinds: Sequence[str] | None = None) -> int:
        """How many facts `records` gives without a limit."""
        narrowed, tally = self._narrowed(kinds), self._book.tally()
        gone = sum(narrowed.admits(row) for row in self._corrected.rows.values() if row.label in self.labels)
        if self.lens.on is None and self._book.store.head().arrived <= self._until:
            return tally.count(self.labels, kinds) - gone
        return self._book.store.count(self.labels, narrowed) - gone

    def searched(self, kinds: Sequence[str]) -> set[Label]:
        """The labels under which there is a readable fact of some kinds: what an answer that searched them rests on."""
        holding = self._holding(kinds)
        if self.lens.on is None:
            return {self.labels[number] for number in holding}
        narrowed, page = self._narrowed(kinds), self._book.store.page
        return {self.labels[number] for number in holding if page([number], limit=1, narrowed=narrowed)}

    def _holding(self, kinds: Sequence[str] | None) -> set[int]:
        """The open labels under which a fact of some kinds had arrived."""
        key = None if kinds is None else tuple(sorted(set(kinds)))
        if key not in self._holds:
            self._holds[key] = self._book.tally().holding(self.labels, kinds, self._until)
        return self._holds[key]

    def history(self, name: str) -> list[Seen]:
        """A fact with all that the readable facts say of it since: corrections, revocations, discharges; by arrival.

        Raises:
            Impossible: there is no such fact, the audience may not read it, or it was taken back from it.
        """
        row = self._book.find(name)
        if row is None or not self._readable(row) or self._withdrawn(row):
            raise Impossible(f"no fact {name} is available", next_step="see `comity ledger list` for what is")
        chain = {name}
        found = [row]
        for later in self._mentioning(row):
            record = self._seen(later).record
            if record.text("supersedes") in chain or chain & {str(value) for value in record.body.values()}:
                found.append(later)
                chain |= {record.id} if record.text("supersedes") in chain else set()
        return [self._seen(one) for one in found]

    def _withdrawn(self, row: Row) -> bool:
        """Whether a fact was taken back from the audience: its issuer put nothing in its place that may be read."""
        if row.kind not in WITHDRAWN or row.address not in self.corrected or self.audience == (row.issuer,):
            return False
        later = [one for one in self._book.store.corrections(row.position) if one.supersedes == row.address]
        own = [one for one in later if one.kind in WITHDRAWN and one.issuer == row.issuer]
        return not any(self._readable(one) and not self._withdrawn(one) for one in own)

    def _readable(self, row: Row) -> bool:
        return row.label in self.labels and row.arrived <= self._until

    def _mentioning(self, row: Row) -> Iterator[Row]:
        """The readable facts since a fact that may be about it, by arrival."""
        corrections = self._book.store.corrections(row.position)
        others = self._book.store.rows(row.position, None, _ABOUT_ANOTHER)
        for one in sorted({*corrections, *others}, key=lambda one: one.position):
            if self._readable(one) and not self._withdrawn(one):
                yield one

    def _narrowed(self, kinds: Sequence[str] | None = None) -> Narrowed:
        return Narrowed(self._until, self.lens.on, None if kinds is None else tuple(sorted(set(kinds))))

    def _seen(self, row: Row) -> Seen:
        return Seen(trusted(row.data, row.address, self.labels[row.label]), row.arrived)

    @cached_property
    def _corrected(self) -> Corrected:
        """The facts whose place a correction took for the audience, as far as had arrived by then: rules 4, 5 and 7."""
        every, labels, until = self._book.corrections(), self.labels, self._until
        withdrawn = until if self.lens.handed_over is None else NEVER
        known = min(until, every.latest)
        return self._drawer.corrected.get(
            (labels, len(every), known), lambda: Corrected(one for one in every if one.counts(labels, until, withdrawn))
        )

    def derived(self, plan: type[P]) -> tuple[P, Derived]:
        """The index of a plan over the whole book: whoever asks it leaves out what is not under an open label."""
        return self._book.derived(plan)

    def tally(self) -> Tally:
        """How many facts of each kind stand under each label of the whole book, for checking an index by."""
        return self._book.tally()

    def kept(self, room: str) -> Last[object]:
        """What a room keeps for this audience between its views."""
        return self._drawer.of_room(room)

    def secret(self, purpose: str) -> bytes:
        """The book's secret for a purpose (`comity.ledger.book.Book.secret`)."""
        return self._book.secret(purpose)

    @property
    def size(self) -> int:
        """How many facts the book held when the view was made; it is never told to the audience."""
        return self._head.size

    @property
    def until(self) -> Instant:
        """The last instant of arrival that is in the view: rule 4."""
        return self._until

    @property
    def corrected(self) -> Set[bytes]:
        """The addresses of the facts whose place a correction took: rule 5."""
        return self._corrected.addresses

    def stated(self) -> list[Arrived]:
        """The readable facts on which decisions rest, in the order of their arrival, each with who signed it."""
        return list(self._stated)

    @cached_property
    def _stated(self) -> list[Arrived]:
        arrivals, labels = self._book.policy(self._until), self.labels
        return self._drawer.policy.get(
            (labels, len(arrivals)), lambda: [one for one in arrivals if one.label in labels]
        )

    @cached_property
    def facts(self) -> Facts:
        """The policy facts that count among those the audience may read, with what is publicly known: rule 2."""
        return self._drawer.facts.get([one.position for one in self._stated], lambda: self._book.counting(self._stated))

    @cached_property
    def casebook(self) -> C:
        """What is publicly known, with what binds by the readable facts: what one party states alone does not."""
        found = self._book.binding(self._stated)
        return self._drawer.casebook.get([one.id for one in found], lambda: self._book.background.casebook(found))

    @cached_property
    def claimed(self) -> C:
        """The same, with what some party only claims."""
        kinds = self._book.background.kinds
        found = [one.record for one in self._stated if one.record.kind in kinds]
        return self._drawer.claimed.get([one.id for one in found], lambda: self._book.background.casebook(found))
