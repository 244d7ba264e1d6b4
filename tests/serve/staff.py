"""Staff for tests: people of a nation who have signed in, in the roles it has appointed them to."""

from __future__ import annotations

from collections.abc import Iterable

from argon2 import PasswordHasher

from comity.casebook.book import Casebook
from comity.ledger.book import Book, Draft
from comity.serve.accounts import Accounts, Person
from comity.serve.desk import Desk, Settings
from comity.serve.oidc import Provider
from comity.serve.roles import EVERY, Role, appointment
from comity.serve.visit import SESSION
from tests.serve.desks import Stated, Visitor, book_of

QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""A hash for tests alone: quick."""
PASSWORD = "a password for tests"


def office(
    stated: Iterable[Stated] = (), *, providers: tuple[Provider, ...] = (), book: Book[Casebook] | None = None
) -> Desk:
    """A desk at which people sign in, over a book that holds these facts."""
    book = book_of(stated) if book is None else book
    return Desk(book, Accounts(None, book.clock, QUICK), Settings(providers=providers))


def appoint(desk: Desk, name: str, party: str, roles: Iterable[Role] = EVERY) -> Person:
    """Somebody with an account, appointed by his nation."""
    person = Person(name, party)
    desk.accounts.add(person, PASSWORD)
    desk.book.record(appointment(person, roles), Draft(party))
    return person


def at(desk: Desk, person: Person) -> Visitor:
    """A person who has signed in."""
    visitor = Visitor(desk)
    visitor.client.cookies.set(SESSION, desk.accounts.open_session(person))
    return visitor
