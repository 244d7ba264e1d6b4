"""One request, seen as a visit: who asks, for which nation, in which role, language and style of dates.

Rules:
1. Nobody signed in is the public: he reads what is public.
2. A visitor reads as his own nation, or as his own nation together with others (to see what could be shared with them);
   never as another nation alone.
3. In a demonstration the side is chosen freely, and whoever plays it has every role.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from litestar import Request
from litestar.datastructures import State
from litestar.di import NamedDependency

from comity.casebook.book import Casebook
from comity.errors import Refused
from comity.ledger.view import View
from comity.serve import dates, roles, words
from comity.serve.accounts import Person
from comity.serve.desk import Desk
from comity.serve.roles import Role
from comity.values.instant import NEVER, Instant
from comity.values.party import PartyCode

SESSION, LANGUAGE, DATES = "comity-session", "comity-language", "comity-dates"
Asked = Request[object, object, State]


@dataclass(frozen=True)
class Visit:
    """Who asks, and at which desk."""

    desk: Desk
    request: Asked
    person: Person | None
    language: str
    dates: str = dates.ISO

    @property
    def party(self) -> PartyCode | None:
        """The nation the visitor acts for."""
        return None if self.person is None else self.person.party

    @property
    def audience(self) -> tuple[PartyCode, ...]:
        """Whom his pages are for."""
        return () if self.person is None else (self.person.party,)

    @cached_property
    def roles(self) -> frozenset[Role]:
        """What he may do: rule 3."""
        if self.person is None:
            return frozenset()
        return roles.EVERY if self.desk.settings.demonstration else roles.roles_of(self.person, self.view())

    def view(self, *others: PartyCode, known: Instant = NEVER) -> View[Casebook]:
        """What he may read, alone or together with others: rules 1 and 2."""
        return self.desk.view((*self.audience, *others) if self.audience else (), known)

    def shared_with(self, others: Iterable[PartyCode]) -> tuple[PartyCode, ...]:
        """The audience of the visitor's nation and others.

        Raises:
            Refused: nobody is signed in.
        """
        return (self.somebody.party, *sorted(set(others) - {self.somebody.party}))

    @property
    def somebody(self) -> Person:
        """Who is signed in.

        Raises:
            Refused: nobody is.
        """
        if self.person is None:
            raise Refused("this is for somebody who acts for a party", next_step="sign in, or choose a side")
        return self.person

    def require(self, *needed: Role) -> Person:
        """Who is signed in, if he has one of some roles.

        Raises:
            Refused: nobody is signed in, or none of the roles is his.
        """
        person = self.somebody
        roles.require(self.roles, *needed)
        return person

    @property
    def query(self) -> Mapping[str, str]:
        """What the address asks, each name once, blanks left out."""
        return {name: value.strip() for name, value in self.request.query_params.items() if value.strip()}


Visiting: TypeAlias = NamedDependency[Visit]
"""A visit, as a route is given it."""


def visit(request: Asked) -> Visit:
    """The visit that a request is."""
    desk: Desk = request.app.state.desk
    said = request.headers.get("authorization", "")
    person = None
    if said.lower().startswith("bearer "):
        person = desk.accounts.token(said[7:].strip())
        if person is None:
            raise Refused("the token names nobody", field="Authorization", next_step="make a new token and use that")
    elif SESSION in request.cookies:
        person = desk.accounts.session(request.cookies[SESSION])
    language = words.chosen(request.cookies.get(LANGUAGE), request.headers.get("accept-language", ""))
    return Visit(desk, request, person, language, dates.chosen(request.cookies.get(DATES)))
