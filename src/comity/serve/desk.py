"""The book behind the pages: one view for each audience, kept while nothing can have changed.

Rules:
1. What is kept for an audience lies under that audience's name and is looked at for no other.
2. It is used while the book's head and the minute stay the same, and nothing that counts begins or ends to hold; then
   it is made anew. So what is kept is what would be found now: what arrives shows in no other's view, not even by when
   that is looked at again.
3. What is to be signed is drafted first and kept, whole (`comity.serve.pending`); what is signed is what was shown.
4. What rests on all that its author could read is signed only while that is the same. What he may not read neither bars
   it nor shows by barring it.
5. What says when it was drafted, and counts by that, is signed before the instant that is named for it, or not at all.
6. What was decided by more than its author's own word (an import, a release) is decided once more as it is signed.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from comity.casebook.book import Casebook
from comity.errors import Refused
from comity.formats.misp_sharing import Bindings
from comity.instruments.consultation.gathered import Facts, gather
from comity.ledger.book import Book, Draft, MovedOn, Receipt
from comity.ledger.record import Record
from comity.ledger.view import View
from comity.serve.accounts import Accounts, Person
from comity.serve.feeds import Feeds
from comity.serve.keeping import Kept
from comity.serve.live import Watch
from comity.serve.oidc import Provider
from comity.serve.pending import Check, Drafts, Pending
from comity.serve.readings import Readings
from comity.serve.roles import Role
from comity.serve.works import Told, Works
from comity.values.instant import NEVER, SECOND, Instant, passed
from comity.values.label import Label, join, normalise
from comity.values.party import PartyCode

T = TypeVar("T")
MINUTE = 60 * SECOND
ROOM = 16_000_000
"""So many bytes of answers are kept."""
Parts = tuple[bytes, str, int, dict[str, str]]
"""What is kept of an answer: its bytes, their type, its status, its tag and, if it is a file, its name."""


@dataclass(frozen=True, slots=True)
class Side:
    """A party one may act for in a demonstration, and what one is shown as its main matter."""

    party: PartyCode
    words: str


@dataclass(frozen=True, slots=True)
class Settings:
    """What the keeper of an installation decides."""

    demonstration: bool = False
    sides: tuple[Side, ...] = ()
    secure_cookies: bool = False
    naming_notice: str = ""
    providers: tuple[Provider, ...] = ()
    misp: Bindings | None = None


class Desk:
    """One book, its accounts, and what is kept between requests."""

    def __init__(
        self,
        book: Book[Casebook],
        accounts: Accounts,
        settings: Settings = Settings(),  # frozen
        readings: Readings | None = None,
    ) -> None:
        self.book, self.accounts, self.settings = book, accounts, settings
        self.feeds = Feeds(accounts)
        self.readings = readings or Readings(None, book.clock)
        self.pages: Kept[Parts] = Kept(4096, ROOM, lambda parts: len(parts[0]))
        self._views: Kept[View[Casebook]] = Kept(64)
        self._of_views: Kept[object] = Kept(256)
        self.drafts, self.works = Drafts(book), Works(book)
        self.watch = Watch(lambda: book.store.head().size)

    def stamp(self) -> tuple[int, Instant, Instant]:
        """What must stay the same for anything kept to be used: rule 2."""
        now = self.book.clock()
        return self.book.store.head().size, now // MINUTE, self.book.turning().around(now)[0]

    def view(self, audience: Sequence[PartyCode], known: Instant = NEVER) -> View[Casebook]:
        """What an audience may read: rules 1 and 2."""
        parties = tuple(sorted(set(audience)))
        return self._views.get((parties, known, *self.stamp()), lambda: self.book.view(*parties, known=known))

    def of_view(self, view: View[Casebook], what: Hashable, make: Callable[[], T]) -> T:
        """What is worked out of a view of this desk, once: rules 1 and 2; `what` names all else it depends on.

        The stamp is that of the view, which may be older than what another process has written by now.
        """
        stamp = view.size, view.on // MINUTE, self.book.turning().around(view.on)[0]
        key = (what, view.audience, view.known, *stamp)
        return self._of_views.get(key, make)  # type: ignore[return-value]  # what was made under this key

    def label(self, view: View[Casebook], kinds: Iterable[str]) -> Label:
        """The join of the labels of all readable facts of some kinds: what a product that searched them bears."""
        wanted = tuple(sorted(set(kinds)))
        return self.of_view(view, wanted, lambda: normalise(join(view.searched(wanted))))

    def draft(
        self,
        person: Person,
        lines: Iterable[Mapping[str, object]],
        says: str,
        back: str,
        *,
        label: Label | None = None,
        adopt: bool = False,
        still: bool = False,
        before: Instant | None = None,
    ) -> str:
        """Draft what a person may then sign: rule 3; the name under which it waits.

        Args:
            person: who drafts, for his nation.
            lines: the facts.
            says: what signing does, in words.
            back: where to go on afterwards.
            label: who may read them; None as each kind says.
            adopt: on the book's own word, as its keeper may take public knowledge over.
            still: it may be signed only while its author can read nothing else, for it rests on all that was read.
            before: the instant before which it has to be signed: rule 5.
        """
        names: dict[str, str] = {}
        how = Draft(None if adopt else person.party, label, adopt=adopt)
        self.book.facts()
        records = tuple(self.book.draft(line, how, names) for line in lines)
        rests_on = self.consulted(person.party) if still else None
        return self._keep(Pending(person, records, says, back, how, rests_on, before))

    def keep(
        self,
        person: Person,
        records: Iterable[Record],
        says: str,
        back: str,
        check: Check | None = None,
        *,
        more: int = 0,
    ) -> str:
        """Keep records that were drafted elsewhere until they are signed, all or none; the name they wait under.

        Args:
            person: who drafts, for his nation.
            records: what is to be signed.
            says: what signing does, in words.
            back: where to go on afterwards.
            check: what is looked at once more as they are signed, and raises what stands in the way: rule 6.
            more: how many bytes are kept for it besides.
        """
        return self._keep(Pending(person, tuple(records), says, back, Draft(person.party), check=check, more=more))

    def _keep(self, draft: Pending) -> str:
        name = secrets.token_urlsafe(12)
        self.drafts.keep(name, replace(draft, drafted=self.book.clock()))
        return name

    def pending(self, person: Person | None, name: str, roles: Iterable[Role] = ()) -> Pending:
        """What waits for the signature of a person in some roles: his own draft, or one that was handed over.

        Raises:
            Impossible: nothing of that name waits for him.
        """
        return self.drafts.get(person, roles, name)

    def sign(self, person: Person, name: str, roles: Iterable[Role] = ()) -> list[Receipt]:
        """Sign what waits, in his nation's name.

        Raises:
            Impossible: nothing of that name waits for him.
            Refused: his nation has no live key here, or it is too late: rule 5.
            MovedOn: what it rests on is not the same any more: rule 4.
        """
        waiting = self.pending(person, name, roles)
        if waiting.before is not None and passed(waiting.before, self.book.clock()):
            step = "look at the case again, and state it as of now"
            raise Refused("the deadline has passed since this was drafted", next_step=step)
        receipts = self.book.add(waiting.records, self._held(waiting))
        self.drafts.drop(person, name)
        return receipts

    def sign_beside(self, person: Person, name: str, waiting: Pending) -> str:
        """Sign what waits as a work of its own, for it takes longer than anybody waits; the work's name."""

        def signed(book: Book[Casebook], told: Told) -> object:
            receipts = book.add(waiting.records, self._held(waiting, book, told))
            self.drafts.drop(person, name)
            return len(receipts)

        return self.works.begin(person, waiting.says, waiting.back, signed)

    def _held(self, waiting: Pending, beside: Book[Casebook] | None = None, told: Told = lambda *_: None) -> Draft:
        """How it is signed: where it rests on what the book holds, while that holds still: rules 4 and 6."""
        if waiting.rests_on is None and waiting.check is None:
            return waiting.how
        book = beside or self.book
        size = book.store.head().size
        if waiting.check is not None:
            waiting.check(book, told)
        elif self.consulted(waiting.person.party) != waiting.rests_on:
            raise MovedOn("something arrived since it was drafted", next_step="read it again and decide again")
        return replace(waiting.how, size=size)

    def consulted(self, *audience: PartyCode) -> object:
        """What an audience may read of consultations, to be compared with what it may read later."""
        return self.gathered(self.view(audience)).every

    def gathered(self, view: View[Casebook]) -> Facts:
        """What may be read of consultations in a view of this desk."""
        return self.of_view(view, "consultations", lambda: gather(view))
