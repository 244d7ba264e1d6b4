"""What an originator sees here already goes by which names, under labels that are not as wide as some others."""

from __future__ import annotations

from collections.abc import Collection
from typing import TypeVar, cast

from comity.instruments.intelligence.index import Index
from comity.ledger.view import View
from comity.values.label import Label

C = TypeVar("C")


def known_here(view: View[C], labels: Collection[Label]) -> list[tuple[str, str, Label]]:
    """The terms (or ids, where the term is empty) of things under a label that is stricter than one of some.

    Only of what the view holds: what an originator does not know he cannot pass on, and from what his import comes to
    nobody learns what is hidden from him.
    """
    _, derived = view.derived(Index)
    derived.follow()
    stricter = {number: label for number, label in view.labels.items() if any(not label <= one for one in labels)}
    found = list[tuple[str, str, Label]]()
    for number, label in stricter.items():
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
