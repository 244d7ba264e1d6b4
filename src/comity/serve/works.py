"""Work that takes longer than a visitor waits: it goes on beside the pages, is shown with its progress, can be stopped.

Rules:
1. A work reads and writes through a connection of its own to the book's file, in a thread of its own, so that everybody
   else is answered meanwhile. A book in memory has no second connection: its work is done at once, where it is begun.
2. A work is its author's, and nobody else's: for others there is none of that name.
3. Two go on at a time, the others wait. A nation has so many that are not done; of those that are done the last few are
   kept, for a day.
4. It stops where it next tells how far it is; nothing of it is in the book then.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from threading import BoundedSemaphore, Thread

from comity.casebook.book import Casebook
from comity.errors import ComityError, Impossible, Refused
from comity.flow.books import beside
from comity.ledger.book import Book
from comity.serve.accounts import Person
from comity.values.instant import DAY, Instant
from comity.values.party import PartyCode

Told = Callable[[str, int, int], None]
"""Is told what is being done, how much of it is done, and how much there is."""
Do = Callable[[Book[Casebook], Told], object]
AT_A_TIME, UNDONE, DONE, KEPT = 2, 3, 4, DAY
"""Rule 3."""
AGAIN = "start again from the page you came from; what nobody had signed is gone once the server is started anew"
"""What to do where nothing waits any more: works, and what they drafted, lie in the memory of the server."""
PHASES = ("waits", "begins", "reads", "checked", "compared", "drafts")
"""What a work may tell that it does."""


class Stopped(Exception):  # no error: somebody wanted it
    """Somebody stopped a work."""


@dataclass(slots=True)
class Work:
    """One work: whose, what it is called, where it leads when it is done or has failed, and how far it is."""

    person: Person
    says: str
    to: str
    back: str
    begun: Instant
    phase: str = "waits"
    done: int = 0
    total: int = 0
    ended: bool = False
    stopped: bool = False
    found: object = None
    error: ComityError | None = None
    lost: bool = False
    stopping: bool = field(default=False, repr=False)

    def tell(self, phase: str, done: int, total: int) -> None:
        """Take down how far it is: rule 4."""
        if self.stopping:
            raise Stopped
        self.phase, self.done, self.total = phase, done, total


class Works:
    """The works of a desk, by name."""

    def __init__(self, book: Book[Casebook]) -> None:
        self._book = book
        self._of: dict[PartyCode, dict[str, Work]] = {}
        self._turn = BoundedSemaphore(AT_A_TIME)

    def begin(self, person: Person, says: str, to: str, do: Do, back: str | None = None) -> str:
        """Begin a work; the name by which it is looked at.

        Args:
            person: who begins it.
            says: what it is, in words.
            to: where it leads when it is done; `{name}` is its name.
            do: what is done, with a book and what is told of the progress; what it gives is kept as `found`.
            back: where it leads when it has failed; where it leads when it is done, without one.

        Raises:
            Refused: his nation has enough that is not done.
        """
        own = self._own(person.party)
        if sum(not one.ended for one in own.values()) >= UNDONE:
            step = "wait until one is done, or stop one"
            raise Refused(f"{UNDONE} works of your nation are not done yet", next_step=step)
        name = secrets.token_urlsafe(12)
        own[name] = work = Work(person, says, to.replace("{name}", name), back or to, self._book.clock())
        other = beside(self._book)
        if other is None:
            _carried_out(work, do, self._book)
        else:
            Thread(target=self._in_turn, args=(work, do, other), daemon=True).start()
        return name

    def _in_turn(self, work: Work, do: Do, book: Book[Casebook]) -> None:
        with self._turn, closing(book):
            _carried_out(work, do, book)

    def _own(self, party: PartyCode) -> dict[str, Work]:
        """The works of a nation, without those that are kept no longer: rule 3."""
        own, since = self._of.setdefault(party, {}), self._book.clock() - KEPT
        ended = [name for name, one in own.items() if one.ended]
        for name in [name for name in ended if own[name].begun < since] + ended[:-DONE]:
            own.pop(name, None)
        return own

    def get(self, person: Person | None, name: str) -> Work:
        """A work of a person's: rule 2.

        Raises:
            Impossible: he has none of that name.
        """
        found = None if person is None else self._own(person.party).get(name)
        if found is None or found.person != person:
            raise Impossible("no work of that name is yours", next_step=AGAIN)
        return found

    def stop(self, person: Person, name: str) -> None:
        """Stop a work of a person's: rule 4."""
        self.get(person, name).stopping = True


def _carried_out(work: Work, do: Do, book: Book[Casebook]) -> None:
    """Do it, and keep what comes of it; what nobody named is told as such, and to the log."""
    try:
        work.tell("begins", 0, 0)
        work.found = do(book, work.tell)
    except Stopped:
        work.stopped = True
    except ComityError as error:
        work.error = error
    finally:
        work.lost = work.found is None and not work.stopped and work.error is None
        work.ended = True
