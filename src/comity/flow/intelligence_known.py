"""What the book holds already goes by which names, under labels that are not as wide as some others."""

from __future__ import annotations

from collections.abc import Collection
from typing import TypeVar, cast

from comity.instruments.intelligence.index import Index
from comity.ledger.book import Book
from comity.values.label import Label

C = TypeVar("C")


def known_here(book: Book[C], labels: Collection[Label]) -> list[tuple[str, str, Label]]:
    """The terms (or ids, where the term is empty) of things under a label that is stricter than one of some.

    Whoever keeps the book imports; what he learns by it goes into labels alone.
    """
    _, derived = book.derived(Index)
    derived.follow()
    every = book.labels()
    stricter = [number for number, label in every.by_number.items() if any(not label <= one for one in labels)]
    if not stricter:
        return []
    found = list[tuple[str, str, Label]]()
    for number in stricter:
        label = every.by_number[number]
        ids = derived.ask(
            "SELECT DISTINCT thing.id FROM portion JOIN version ON version.number = portion.version"
            " JOIN thing ON thing.number = version.thing WHERE portion.label = ? AND portion.form <= 2",
            (number,),
        )
        terms = derived.ask(
            "SELECT DISTINCT term.text FROM term JOIN portion ON portion.number = term.portion WHERE portion.label = ?",
            (number,),
        )
        found += [("", cast("str", name), label) for (name,) in ids]
        found += [(cast("str", term), "", label) for (term,) in terms]
    return found
