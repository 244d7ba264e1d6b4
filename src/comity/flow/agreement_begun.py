"""Where a draft begins: from an agreement that is alike, or from one of one's own as it stands now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from comity.casebook import agreement as strict
from comity.casebook.agreement import Agreement
from comity.errors import Malformed
from comity.flow.own_agreements import DOCUMENT, current
from comity.values.party import PartyCode
from comity.values.stated import Stated


def as_draft(agreement: Agreement) -> Mapping[str, object]:
    """An agreement as the beginning of a draft: under an id of its own, signed by nobody, not in force."""
    given = {name: value for name, value in agreement.document.items() if name not in {"signed", "claims"}}
    status = f"draft, begun from {agreement.id}"
    force = {"from": None, "until": None}
    return {**given, "id": f"{agreement.id}-DRAFT", "status": status, "in_force": force}


def standing(name: str, stated: Iterable[Stated]) -> Mapping[str, object] | None:
    """The mapping of an agreement as it stands in the book, by its id; None where there is none."""
    fact = current(stated).get(name)
    document = None if fact is None else fact.body.get(DOCUMENT)
    return document if isinstance(document, Mapping) else None


def issuers(stated: Iterable[Stated]) -> dict[str, PartyCode]:
    """Who has stated each agreement of a book, and alone may change it, by its id."""
    return {name: fact.issuer for name, fact in current(stated).items()}


def readable(document: Mapping[str, object]) -> Agreement | None:
    """The agreement that a mapping of a book is; None where it cannot be read."""
    try:
        return strict.agreement(document, "")
    except Malformed:
        return None
