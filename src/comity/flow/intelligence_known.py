"""What an originator sees here already goes by which names, under labels that are not as wide as some others."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence, Set
from typing import TypeVar, cast

from comity.instruments.intelligence.shelf import Shelf
from comity.ledger.view import View
from comity.values.label import Label

C = TypeVar("C")
_ASKED = 500
"""Words that are asked for at once."""


def terms_here(view: View[C], labels: Collection[Label], endings: Set[str]) -> Iterator[tuple[str, Label]]:
    """The terms, of those with some endings, of things under a label that is stricter than one of some.

    Only of what the view holds: what an originator does not know he cannot pass on, and from what his import comes to
    nobody learns what is hidden from him.
    """
    from comity.instruments.intelligence.index import Index  # whoever has no intelligence loads no arrays

    _, derived = view.derived(Index)
    stricter = {number: label for number, label in view.labels.items() if any(not label <= one for one in labels)}
    every = sorted(endings) if stricter else []
    for asked in _chunks(every):
        marks = ", ".join("?" * len(asked))
        found = derived.ask(f"SELECT text, label FROM term WHERE ending IN ({marks})", asked)  # noqa: S608  # our words
        yield from ((cast("str", text), stricter[label]) for text, label in found if label in stricter)


def _chunks(every: Sequence[str]) -> Iterator[Sequence[str]]:
    return (every[start : start + _ASKED] for start in range(0, len(every), _ASKED))


def ids_here(shelf: Shelf, view: View[C], names: Set[str]) -> Iterator[tuple[str, Label]]:
    """The labels under which things with some ids, or UUIDs, stand here, as far as the view holds them."""
    alone = {name for name in names if "--" not in name}
    for name in sorted({*names - alone, *(shelf.ending_with(alone) if alone else ())}):
        yield from ((name, view.labels[number]) for number in shelf.label_numbers(name) if number in view.labels)
