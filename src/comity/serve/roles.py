"""What a person may do for his nation: appointments, which are facts that the nation itself states.

Rules:
1. An appointment names a person and his roles; the last one stated of him counts, an empty one ends them all.
2. An appointment is readable by its nation alone, and counts for no other.
3. Whoever may sign in may read; everything else needs its role.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from comity.casebook.book import Casebook
from comity.errors import Refused
from comity.ledger.view import View
from comity.serve.accounts import Person

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


def appointment(person: Person, roles: Iterable[Role]) -> dict[str, dict[str, object]]:
    """The line that appoints a person: rule 1."""
    return {KIND: {"by": person.party, "person": person.name, "roles": sorted(role.value for role in roles)}}


def roles_of(person: Person, view: View[Casebook]) -> frozenset[Role]:
    """The roles of a person, by what his nation states: rules 1 to 3."""
    stated = [seen for seen in view.records([KIND]) if seen.record.issuer == person.party]
    told = [seen for seen in stated if seen.record.body.get("person") == person.name]
    last = max(told, key=lambda seen: (seen.arrived, seen.id), default=None)
    given = last.record.body.get("roles") if last is not None else None
    words = {str(word) for word in given} if isinstance(given, list) else set()
    return frozenset(role for role in Role if role.value in words) | {Role.READER}


def require(roles: frozenset[Role], needed: Role) -> None:
    """Refuse who lacks a role: rule 3.

    Raises:
        Refused: the role is not there.
    """
    if needed not in roles:
        step = f"ask your nation's administrator for the role of {needed.value}"
        raise Refused(f"this needs the role of {needed.value}", next_step=step)
