"""A user's own book behind a question: opened for the audience of the answer, and the label the answer then bears.

Rules:
1. A question reads of the book what every party of the audience may read.
2. An answer bears the join of the labels of all that was searched for it, and not only of what it shows.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from comity.errors import Malformed
from comity.values.label import Label, join, normalise

if TYPE_CHECKING:
    from comity.casebook.book import Casebook
    from comity.ledger.view import View

PUBLIC = "PUBLIC"


def audience(given: Iterable[str]) -> list[str]:
    """The parties that `--as` names.

    Raises:
        Malformed: one of them is no word.
    """
    parties = [party.strip() for item in given for party in item.split(",")]
    if not all(parties):
        raise Malformed("a party is missing", field="--as", next_step="write codes with a comma between two")
    return parties


def searched(view: View[Casebook], kinds: Iterable[str]) -> str:
    """The label of an answer that searched the readable facts of some kinds, in words: rule 2."""
    found = {seen.record.label for seen in view.records(sorted(set(kinds)))}
    return label_words(normalise(join(found)))


def label_words(label: Label) -> str:
    """Each owner with his clause, and whom he has let read by stating it; `PUBLIC` where nobody has to agree."""
    atoms = sorted((atom.owner, atom.scope, ", ".join(map(str, atom.readers))) for atom in label)
    told = (f"{owner} {scope}{f' to {readers}' if readers else ''}" for owner, scope, readers in atoms)
    return "; ".join(told) or PUBLIC
