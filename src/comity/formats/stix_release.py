"""What a party releases to parties that it names, as marking definitions of STIX: its marking, and the line of it.

Rules:
1. It is of no policy and of no level: who released it is its originator, and those whom it went to may read it. No
   owner of what it was made from is named.
2. Its line says both in words for whoever knows no marking of ours: to whom, and that passing it on needs a consent.
   Other nodes hold the words against the marking, letter by letter: they stay as they are.
3. The same release is always marked by the same definitions. A definition has no versions, so when it was made is told
   alike of all of them, and tells nothing of any.
4. The definition of TLP is named and never sent: everybody has it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from comity.errors import Malformed
from comity.formats import stix_marking
from comity.formats.stix_marking import Definition
from comity.values.marking import Marking, names
from comity.values.marking import marking as read_marking
from comity.values.marking_policy import Policy
from comity.values.party import PartyCode, Recipient

NO_POLICY, NO_LEVEL = "NONE", "UNMARKED"
CREATED = "1970-01-01T00:00:00.000Z"
"""When each definition says that it was made: rule 3."""


def marking(by: PartyCode, readers: Iterable[Recipient]) -> Marking:
    """The marking of what a party releases to some: rule 1."""
    return Marking(NO_POLICY, NO_LEVEL, frozenset({by}), releasable_to=frozenset(readers))


def is_release(given: Marking) -> bool:
    """Whether a marking says who released something, to whom, and nothing else: rule 1."""
    (first, *others) = given.originators
    return not others and given == marking(first, given.releasable_to or ())


def line(given: Marking) -> str:
    """The line of a marking that `is_release`: rule 2."""
    by, readers = ", ".join(sorted(given.originators)), names(given.releasable_to or ())
    return f"Released by {by} to {', '.join(readers) or 'nobody else'}; passing it on needs the consent of {by}"


def written(by: PartyCode, readers: Iterable[Recipient], policy: Policy) -> tuple[list[str], list[Definition]]:
    """The marking definitions of a release: the ids that what is released names, and those that go with it, by id.

    Args:
        by: who releases.
        readers: to whom.
        policy: the Traffic Light Protocol, as data.
    """
    given = marking(by, readers)
    every = stix_marking.write(given, line(given), CREATED, policy)
    sent = sorted(definitions(given), key=lambda one: str(one["id"]))
    return [str(one["id"]) for one in every], sent


def definitions(given: Marking) -> tuple[Definition, Definition]:
    """The definitions of a marking that `is_release`: ours, and the statement."""
    said = line(given)
    return stix_marking.ours(given, said, CREATED), stix_marking.statement(said, CREATED)


def released(definition: Mapping[str, object]) -> Marking | None:
    """The marking that a definition of ours states, where it is written as that of a release; None where it is not."""
    extensions = definition.get("extensions")
    ours = extensions.get(stix_marking.EXTENSION) if isinstance(extensions, Mapping) else None
    try:
        found = read_marking(ours.get("marking")) if isinstance(ours, Mapping) else None
    except Malformed:
        return None
    return found if found is not None and is_release(found) and definitions(found)[0] == definition else None


def told(definition: Mapping[str, object]) -> str | None:
    """What a statement says; None for any other definition."""
    said = definition.get("definition")
    return str(said.get("statement", "")) if isinstance(said, Mapping) and "statement" in said else None
