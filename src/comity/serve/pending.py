"""What waits for a signature: drafts, kept in the memory of the server until they are signed, withdrawn or too old.

Rules:
1. A draft is its author's, and nobody else's, until he hands it over.
2. One that is handed over waits for every person of the same nation who holds all the roles that sign it. He sees what
   the author saw, to the byte, with who drafted it and when; he signs it or sends it back. The author may withdraw it.
3. For everybody else, of the same nation or another, it is nothing: there is one answer for what was never there, is
   another's, was signed, withdrawn, or is too old.
4. A draft waits a week, or until the server is started anew: outside the book nothing of it is written down. A nation
   keeps so many, in so many bytes, the oldest is forgotten first; what one nation drafts pushes out nothing of
   another's.
5. Nothing of it is in the book before it is signed.
6. Works in threads of their own keep and drop drafts as well (`comity.serve.works`): what is looked through is a copy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from comity.casebook.book import Casebook
from comity.errors import Impossible
from comity.ledger.book import Book, Draft
from comity.ledger.record import Record
from comity.serve.accounts import Person
from comity.serve.roles import Role, needed
from comity.serve.works import AGAIN, Told
from comity.values.instant import DAY, Instant
from comity.values.party import PartyCode

WAITS = 7 * DAY
MOST, ROOM = 1000, 128_000_000
"""How long a draft waits, how many of one nation do, and in how many bytes: rule 4."""


Check = Callable[[Book[Casebook], Told], object]


@dataclass(frozen=True)
class Pending:
    """Records that wait for a signature: what they do, in words, and where to go on afterwards.

    `check` is what is looked at once more in a book as they are signed, and tells how far it is. `handed` is whether it
    waits for others; `returned` is who sent it back. `more` is how many bytes are kept for it besides.
    """

    person: Person
    records: tuple[Record, ...]
    says: str
    back: str
    how: Draft
    rests_on: object = None
    before: Instant | None = None
    drafted: Instant = 0
    handed: bool = False
    returned: str = ""
    check: Check | None = None
    more: int = 0

    @cached_property
    def size(self) -> int:
        """How many bytes it holds."""
        return self.more + sum(len(record.data) for record in self.records)

    def roles(self, book: Book[Casebook]) -> frozenset[Role]:
        """All the roles that sign it."""
        return frozenset(
            role
            for record in self.records
            for role in needed(record.kind, record.text("supersedes"), record.issuer, book)
        )


class Drafts:
    """The drafts of a desk, by name."""

    def __init__(self, book: Book[Casebook]) -> None:
        self._book = book
        self._of: dict[PartyCode, dict[str, Pending]] = {}

    def keep(self, name: str, draft: Pending) -> None:
        """Keep a draft under a name: rule 4."""
        own = self._own(draft.person.party)
        own[name] = draft
        while len(own) > MOST or (len(own) > 1 and sum(one.size for one in list(own.values())) > ROOM):
            own.pop(next(iter(own)), None)

    def _own(self, party: PartyCode) -> dict[str, Pending]:
        """The drafts of a nation that are not too old: rule 4."""
        own, since = self._of.setdefault(party, {}), self._book.clock() - WAITS
        for name in [name for name, one in list(own.items()) if one.drafted < since]:
            own.pop(name, None)
        return own

    def get(self, person: Person | None, roles: Iterable[Role], name: str) -> Pending:
        """A draft that waits for a person who has some roles: rules 1 to 3.

        Raises:
            Impossible: nothing of that name waits for him.
        """
        found = None if person is None else self._own(person.party).get(name)
        if found is None or (found.person != person and not self._signs(frozenset(roles), found)):
            raise Impossible("nothing of that name waits for you", next_step=AGAIN)
        return found

    def _signs(self, roles: frozenset[Role], one: Pending) -> bool:
        """Whether a draft waits for whoever of its nation has some roles: rule 2."""
        return one.handed and one.roles(self._book) <= roles

    def drop(self, person: Person, name: str) -> None:
        """Forget a draft."""
        self._own(person.party).pop(name, None)

    def hand(self, person: Person, name: str) -> None:
        """Hand one's own draft over to whoever may sign it: rule 2."""
        self._keep_as(name, self._mine(person, name), handed=True, returned="")

    def withdraw(self, person: Person, name: str) -> None:
        """Take one's own draft back for good: rule 2."""
        self._mine(person, name)
        self.drop(person, name)

    def _mine(self, person: Person, name: str) -> Pending:
        """A draft that a person wrote.

        Raises:
            Impossible: he wrote none of that name.
        """
        found = self.get(person, (), name)
        return found if found.person == person else self.get(None, (), name)

    def send_back(self, person: Person, roles: Iterable[Role], name: str) -> None:
        """Send a draft back to its author, who alone sees it again: rule 2.

        Raises:
            Impossible: none of that name waits for the person.
        """
        self._keep_as(name, self.get(person, roles, name), handed=False, returned=person.name)

    def _keep_as(self, name: str, one: Pending, *, handed: bool, returned: str) -> None:
        self._own(one.person.party)[name] = replace(one, handed=handed, returned=returned)

    def handed_to(self, person: Person, roles: frozenset[Role]) -> dict[str, Pending]:
        """What others of the nation handed over, and the person may sign, by name; the oldest first."""
        own = list(self._own(person.party).items())
        return {name: one for name, one in own if one.person != person and self._signs(roles, one)}

    def handed_by(self, person: Person) -> dict[str, Pending]:
        """What a person handed over, or was sent back, by name; the oldest first."""
        own = list(self._own(person.party).items())
        return {name: one for name, one in own if one.person == person and (one.handed or one.returned)}
