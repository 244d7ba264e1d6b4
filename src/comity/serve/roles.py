"""What a person may do for his nation: appointments, which are facts that the nation itself states.

Rules:
1. An appointment names a person and his roles; the last one stated of him that is in force counts, an empty one ends
   them all. Of several that arrived together, only what every one of them gives.
2. An appointment is readable by its nation alone, and counts for no other. What another nation says of a person, or the
   book on its own word, gives him nothing.
3. Whoever may sign in may read; everything else needs its role.
4. What a release authority signs, a drafter may draft: it waits for one who signs (`comity.serve.pending`).
5. A kind of fact is signed by one role. Correcting a fact needs the role that signs its kind as well: nobody takes back
   by a small fact what he could not have stated.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum

from comity.casebook.book import Casebook
from comity.errors import Refused
from comity.ledger.book import Book
from comity.ledger.view import Seen, View
from comity.serve.accounts import Person
from comity.values.party import PartyCode
from comity.values.truth import Truth

KIND = "appointment"


class Role(StrEnum):
    """What a person may do."""

    READER = "reader"
    DRAFTER = "drafter"
    RELEASE_AUTHORITY = "release authority"
    KEY_HOLDER = "key holder"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


EVERY = frozenset(Role)
SIGNS = {
    "request": Role.DRAFTER, "event": Role.DRAFTER, KIND: Role.ADMINISTRATOR,
    "key": Role.KEY_HOLDER, "key-revoked": Role.KEY_HOLDER,
}  # fmt: skip
"""The role that signs a kind of fact; every other kind is the release authority's: rule 5."""
DRAFTS = (Role.DRAFTER, Role.RELEASE_AUTHORITY)
"""Who drafts what a release authority signs, either of them: rule 4."""


def appointment(person: Person, roles: Iterable[Role]) -> dict[str, dict[str, object]]:
    """The line that appoints a person: rule 1."""
    return {KIND: {"by": person.party, "person": person.name, "roles": sorted(role.value for role in roles)}}


def roles_of(person: Person, view: View[Casebook]) -> frozenset[Role]:
    """The roles of a person, by what his nation states: rules 1 to 3."""
    return appointed(person.party, view).get(person.name, frozenset()) | {Role.READER}


def appointed(party: PartyCode, view: View[Casebook]) -> dict[str, frozenset[Role]]:
    """Everybody whom a nation has appointed, and to what: rules 1 and 2."""
    last: dict[str, list[Seen]] = {}
    for seen in view.records([KIND]):
        name = seen.record.body.get("person")
        if seen.record.issuer == party and isinstance(name, str) and _in_force(seen, view):
            told = last.setdefault(name, [])
            if told and seen.arrived > told[0].arrived:
                told.clear()
            if not told or seen.arrived == told[0].arrived:
                told.append(seen)
    return {name: frozenset.intersection(*map(_given, told)) for name, told in last.items()}


def _in_force(seen: Seen, view: View[Casebook]) -> bool:
    return seen.record.valid.holds(view.on) is Truth.TRUE


def _given(seen: Seen) -> frozenset[Role]:
    given = seen.record.body.get("roles")
    words = {str(word) for word in given} if isinstance(given, list) else set()
    return frozenset(role for role in Role if role.value in words)


def needed(kind: str, corrects: object, party: PartyCode, book: Book[Casebook]) -> Iterator[Role]:
    """The roles that sign a fact of a kind, which may correct an earlier one of the same nation: rule 5.

    Args:
        kind: the kind of fact.
        corrects: the id of the fact it takes the place of, or None.
        party: whose facts they are.
        book: where that fact is.
    """
    yield SIGNS.get(kind, Role.RELEASE_AUTHORITY)
    row = book.find(corrects) if isinstance(corrects, str) else None
    if row is not None and row.issuer == party:
        yield SIGNS.get(row.kind, Role.RELEASE_AUTHORITY)


def require(roles: frozenset[Role], *needed: Role) -> None:
    """Refuse who has none of some roles: rules 3 and 4.

    Raises:
        Refused: none is there.
    """
    if roles.isdisjoint(needed):
        wanted = " or of ".join(role.value for role in needed)
        step = f"ask your nation's administrator for the role of {wanted}"
        raise Refused(f"this needs the role of {wanted}", next_step=step)
