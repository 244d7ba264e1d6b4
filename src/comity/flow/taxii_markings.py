"""The markings and rules by which a caller is told what he is told (an answer to oasis-tcs/cti-taxii2, issue 119).

Rules:
1. The markings are those of what he may read in a collection, each with how many objects bear it. Nothing is counted,
   and no marking named, of which he reads nothing.
2. The rules are the same for everybody. Whom those who write to the collection let read what they send is told too.
"""

from __future__ import annotations

from typing import TypeVar, cast

from comity.flow.taxii_rooms import Collection
from comity.formats.taxii import Resource
from comity.instruments.intelligence.shelf import Shelf
from comity.ledger.view import View

C = TypeVar("C")
RULES = (
    "Every property of an object has an originator and a label; what is not marked is its originator's alone.",
    "A property is told to a party that every originator in its label lets read it: by his marking or his grant.",
    "An object from which a property is withheld is told under an id of its own; what cannot stand without it is not.",
    "A reference to something that is not told is left out; whether it is withheld or was never there is not said.",
    "date_added is when the object could first be read by the caller, and later than everything he was told before.",
)


def effective(view: View[C], party: str, collection: Collection) -> Resource:
    """What decides for a caller in a collection: rules 1 and 2.

    Args:
        view: what he may read.
        party: for whom he speaks.
        collection: which.
    """
    found = Shelf.of(cast("View[object]", view)).search(collection=collection.name, limit=1).facets.get("marking", {})
    marks = [{"marking": name, "objects": number} for name, number in sorted(found.items())]
    return {"party": party, "markings": marks, "rules": list(RULES), "shared_with": list(collection.to)}
