"""The clauses of a draft in plain words, as they would be read: also while other parts of it have faults.

Rules:
1. A clause that can be read by itself, with the draft's places around it, is told; of one that cannot, nothing is said.
2. What it consents to is told as well once the whole draft is sound.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from comity.casebook import agreement as strict
from comity.casebook.agreement import Agreement, Clause
from comity.casebook.book import Casebook
from comity.errors import Malformed
from comity.flow import consent_words
from comity.flow.article_words import sentences
from comity.flow.own_agreements import Checked

_AROUND = {"id": "X-2000", "name": "X", "source": "x", "grade": "B"}


def plain(checked: Checked, casebook: Casebook) -> list[tuple[str, ...]]:
    """Each clause in sentences, in the draft's order; none of one that cannot be read yet."""
    if checked.agreement is not None:
        whole = checked.agreement
        return [(*sentences(whole, one, casebook.parties), *_consents(whole, one)) for one in whole.clauses]
    given = checked.document.get("clauses")
    return [tuple(_alone(one, checked.document, casebook)) for one in (given if isinstance(given, list) else ())]


def _alone(clause: object, document: Mapping[str, object], casebook: Casebook) -> Iterator[str]:
    """Rule 1."""
    try:
        found = strict.agreement({**_AROUND, "places": document.get("places"), "clauses": [clause]}, "")
    except Malformed:
        return
    yield from sentences(found, found.clauses[0], casebook.parties)


def _consents(agreement: Agreement, clause: Clause) -> Iterator[str]:
    """Rule 2."""
    return consent_words.consents(agreement, clause)
