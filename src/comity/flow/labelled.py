"""The label of an answer in words: the join of the labels of all that was searched, and not only of what it shows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from comity.values.label import Label, join, normalise

if TYPE_CHECKING:
    from comity.casebook.book import Casebook
    from comity.ledger.view import View

PUBLIC = "PUBLIC"


def searched(view: View[Casebook], kinds: Iterable[str]) -> str:
    """The label of an answer that searched the readable facts of some kinds, in words."""
    return label_words(normalise(join(view.searched(sorted(set(kinds))))))


def label_words(label: Label) -> str:
    """Each owner with his clause, and whom he has let read by stating it; `PUBLIC` where nobody has to agree."""
    atoms = sorted((atom.owner, atom.scope, ", ".join(map(str, atom.readers))) for atom in label)
    told = (f"{owner} {scope}{f' to {readers}' if readers else ''}" for owner, scope, readers in atoms)
    return "; ".join(told) or PUBLIC
