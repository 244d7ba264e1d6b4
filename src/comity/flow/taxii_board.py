"""What is asked back elsewhere, as the board of recalls (`comity.flow.recalls`) holds it.

Rules:
1. A party is asked what another's server asks back of it (`comity.flow.taxii_questions`). Beside its author's words
   stands what of it only the server says.
2. What may be read no more, and nobody asked back, is asked by its tombstone (`comity.flow.taxii_hiding`), the last of
   each version, under the name by which the server told it; as long as the version does not stand again.
3. What others' nodes handed in here for a party (`comity.flow.taxii_asked`) the book itself keeps.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeVar, cast

from comity.flow.recalls import Asked
from comity.flow.taxii_hiding import stands, tombstones, version_of
from comity.flow.taxii_questions import TOLD, about
from comity.formats.taxii_recalls import Version
from comity.instruments.intelligence.shelf import Shelf
from comity.ledger.view import Seen, View
from comity.values.party import PartyCode
from comity.values.reading import BOOK

C = TypeVar("C")
READ_NO_MORE = "it may be read no more"


def asked_elsewhere(view: View[C], party: PartyCode) -> list[Asked]:
    """What another's server asks back of a party, and the tombstones of what may be read no more, by arrival."""
    questions, stones = view.records([TOLD]), tombstones(view)
    asked_of = {of for seen in questions for of in about(seen)}
    shelf = Shelf.of(view) if stones else None
    found = [asked(seen, party) for seen in questions]
    latest = {(seen.record.body.get("source"), version_of(seen)): seen for seen in stones}
    for (_, of), seen in latest.items():
        if shelf is not None and of not in asked_of and not stands(shelf, of):
            found.append(gone(seen, party))
    return sorted(found, key=lambda one: (one.arrived, one.id))


def gone(seen: Seen, party: PartyCode) -> Asked:
    """A tombstone as the board of recalls holds one: it is answered under the name by which the server told it."""
    body = seen.record.body
    name, source = str(body.get("recall") or seen.id), str(body.get("source"))
    return Asked(name, source, seen.id, version_of(seen)[0], (party,), READ_NO_MORE, seen.arrived, seen.id)


def asked(seen: Seen, party: PartyCode) -> Asked:
    """A question as the board of recalls holds one; beside its own words stands what of it only the server says."""
    body = seen.record.body
    objects, says = about(seen), body.get("says")
    named = str(body.get("asked_of", ""))
    thing = objects[0][0] if objects else named
    words = [says] if isinstance(says, str) else []
    if body.get("proved") is not True:
        words.append(f"(on the word of {body.get('source')}: no key of {body.get('by')} is known here)")
    elif thing != named:
        words.append(f"(signed of {named}; that this is it, {body.get('source')} says)")
    release, by = f"{body.get('source')} {body.get('release')}", str(body.get("by"))
    said = " ".join(words) or None
    return Asked(str(body.get("recall")), by, release, thing, (party,), said, seen.arrived, seen.id)


class Handed(NamedTuple):
    """A question that another's node handed in here for a party: itself, the proof of it, and of which versions."""

    asked: Asked
    proof: Mapping[str, object]
    versions: Sequence[Version]


def handed_on(view: View[C], party: PartyCode) -> list[Handed]:
    """The questions to a party that others' nodes handed in here (`comity.flow.taxii_asked`), by arrival."""
    found = [seen for seen in view.records([TOLD]) if seen.record.issuer == BOOK]
    return [
        Handed(asked(seen, party), cast("Mapping[str, object]", seen.record.body.get("proof")), about(seen))
        for seen in sorted(found, key=lambda one: (one.arrived, one.id))
    ]
