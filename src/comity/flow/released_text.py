"""Whether what went is what its owners consented to, as whoever reads both works it out.

Rules:
1. A consent that says to which text it is (`comity.flow.proposals.consented`), and the digest of the register's entry,
   are held against everything that stands under the clause of the version that went and may be read: the objects, the
   report last, and the seal that stands beside them (`comity.flow.variant`, rule 7).
2. Anything more that stands there, anything less, or a digest other than the others is another text.
3. Where nothing that went may be read, or nothing says to which text a consent is, it cannot be told.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import TypeVar, cast

from comity.errors import Malformed
from comity.flow.proposals import consented
from comity.flow.releases import Release
from comity.flow.variant import digest_of
from comity.instruments.intelligence.facts import Properties
from comity.instruments.intelligence.shelf import Shelf
from comity.ledger.view import Seen, View
from comity.values.fact import Grant

C = TypeVar("C")


class Text(StrEnum):
    """What is told of a text that went."""

    SAME = "as consented to"
    OTHER = "not as consented to"
    UNTOLD = "cannot be told"


def held_against(view: View[C], releases: Sequence[Release]) -> dict[str, Text]:
    """Of each release, by its id, whether what went is what was consented to: rules 1 to 3.

    Args:
        view: what whoever asks may read.
        releases: the entries of the register.
    """
    wanted = {one.clause for one in releases if one.version is not None}
    stand = _standing(view, wanted)
    return {one.id: _told(one, stand.get(one.clause, ()), view) for one in releases}


def _told(release: Release, went: Sequence[Seen], view: View[C]) -> Text:
    grants = view.facts.of(Grant, release.clause)
    digests = {digest for grant in grants if (digest := consented(grant)) is not None}
    if not digests or not went:
        return Text.UNTOLD
    digests |= {_digest(went), release.digest or ""}
    return Text.SAME if len(digests) == 1 else Text.OTHER


def _digest(went: Sequence[Seen]) -> str:
    """The digest of what stands under a clause; none where its parts are not sealed alike, or are no objects."""
    seals = {str(one.record.body.get("seal", "")) for one in went}
    stated = {str(one.record.body.get("stix")) for one in went}
    if len(seals) != 1:
        return "none"
    try:
        objects = [cast("Properties", json.loads(text)) for text in stated]
        return digest_of(sorted(objects, key=_report_last), seals.pop())
    except (ValueError, TypeError, AttributeError, Malformed):
        return "none"


def _report_last(one: Properties) -> tuple[bool, str]:
    return one.get("type") == "report", str(one.get("id"))


def _standing(view: View[C], clauses: Iterable[str]) -> Mapping[str, list[Seen]]:
    """The readable portions under some clauses."""
    from comity.instruments.intelligence.index import Index  # whoever has no intelligence loads no arrays

    wanted, found = {*clauses}, dict[str, list[Seen]]()
    scopes = {number: wanted & {atom.scope for atom in label} for number, label in view.labels.items()}
    numbers = [number for number, some in scopes.items() if some]
    if not numbers:
        return found
    Shelf.of(view)  # it follows the log, and so does the index that it asks
    _, derived = view.derived(Index)
    marks = ", ".join("?" * len(numbers))
    for address, label in derived.ask(f"SELECT address, label FROM portion WHERE label IN ({marks})", numbers):  # noqa: S608
        name = cast("bytes", address).hex()
        for clause in scopes[cast("int", label)] if view.may_read(name) else ():
            found.setdefault(clause, []).append(view.get(name))
    return found
