"""What became of what was released, as a server told it: evidence of where it lies, and no receipt of a party's.

Rules:
1. What was pushed to another's server and may be held there no more is asked back there, or deleted
   (`comity.flow.taxii_telling`). What that server answered is kept by whoever pushed it (`recall-outcome`): of which
   release, through which collection, what was done there, in which words. The owners are told (`of`); those it went to
   are not.
2. That a server removed something says where it is no more. Whether a party still has it, that party says, by a
   receipt (`comity.flow.recalls`): nothing here ends what is owed back.
3. Only what changes is kept: a server that is down for a day leaves one fact, from its beginning.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from comity.flow.releases import Release
from comity.ledger.view import Seen
from comity.values.instant import Instant
from comity.values.party import PartyCode

OUTCOME = "recall-outcome"
Line = dict[str, dict[str, object]]


class There(StrEnum):
    """What was done with it at a server."""

    HIDDEN = "hidden there"
    REMOVED = "removed there"
    ABSENT = "not there"
    REFUSED = "refused there"
    FAILED = "failed there"
    UNREACHABLE = "unreachable"


GONE_THERE = frozenset({There.HIDDEN, There.REMOVED, There.ABSENT})
"""After these it lies there no more, as far as that server says."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a server answered of one release: through which collection, what was done, in which words, since when."""

    id: str
    by: PartyCode
    release: str
    over: str
    done: There
    says: str
    arrived: Instant


def outcome(release: Release, done: There, says: str) -> Line:
    """The line that keeps what a server answered: rule 1."""
    body: dict[str, object] = {"by": release.by, "release": release.id, "over": release.over or "", "done": done.value}
    return {OUTCOME: {**body, **({"says": says} if says else {}), "of": sorted({*release.of} - {release.by})}}


def outcomes(seen: Iterable[Seen]) -> dict[str, Outcome]:
    """The last thing that a server answered of each release, among some readable facts."""
    found = [
        _read(one) for one in seen if one.record.kind == OUTCOME and one.record.body.get("by") == one.record.issuer
    ]
    known = [one for one in found if one is not None]
    return {one.release: one for one in sorted(known, key=lambda one: (one.arrived, one.id))}


def _read(seen: Seen) -> Outcome | None:
    body = seen.record.body
    done = next((one for one in There if one.value == body.get("done")), None)
    if done is None:
        return None
    release, over, says = (str(body.get(name, "")) for name in ("release", "over", "says"))
    return Outcome(seen.id, seen.record.issuer, release, over, done, says, seen.arrived)
