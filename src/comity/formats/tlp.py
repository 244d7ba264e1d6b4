"""The Traffic Light Protocol in words and in STIX ids, with the aliases found in the wild.

Rules:
1. A word is upper case without spaces; `TLP:EX:CHR` may follow, after a space. What is only like one is refused, with
   the word that is meant where that is clear.
2. The older word for a level and the ids that tools made for themselves are read, and never written. An id decides, not
   the name beside it: the id of the first edition's lowest level is that level, whatever it was renamed to.
3. The policy (words and ids) is handed in.
"""

from __future__ import annotations

from collections.abc import Iterator

from comity.errors import Malformed
from comity.formats.marking_words import whose
from comity.values.marking import Marking
from comity.values.marking_policy import Level, Policy
from comity.values.party import PartyCode, Recipient

ALIASES = "aliases"


def read(line: str, policy: Policy, originator: PartyCode | None, named: frozenset[Recipient] | None = None) -> Marking:
    """A marking from its words.

    Args:
        line: the words, as `TLP:AMBER+STRICT` or `TLP:GREEN TLP:EX:CHR`.
        policy: the protocol, as data.
        originator: whose information it is; the words do not say.
        named: the recipients, where they were named beside the words.

    Raises:
        Malformed: a word is not known; `where` names its column. Or nobody says whose it is.
    """
    words = list(_words(line))
    if not words:
        raise Malformed("is empty", where="column 1", next_step=f"write one of: {_allowed(policy)}")
    (column, word), *others = words
    level = _level(word, column, policy)
    flags = frozenset(_flag(other, place, policy) for place, other in others)
    return Marking(policy.id, level.id, frozenset({whose(originator, policy)}), releasable_to=named, handling=flags)


def write(marking: Marking, policy: Policy) -> str:
    """The words of a marking; named recipients are not among them."""
    flags = (policy.flag(flag).words["en"][0] for flag in sorted(marking.handling))
    return " ".join((policy.level(marking.classification).words["en"][0], *flags))


def of_id(name: str, policy: Policy) -> Level | None:
    """The level that a STIX marking definition's id stands for, be it a fixed id or an alias: rule 2."""
    return next((level for level in policy.levels for ids in level.ids.values() if name in ids), None)


def fixed_id(level: Level, edition: str) -> str | None:
    """The id that an edition (`tlp`, `tlp_2_0`) fixes for a level; None where it has no such level."""
    return next(iter(level.ids.get(edition, ())), None)


def _words(line: str) -> Iterator[tuple[int, str]]:
    column = 1
    for word in line.split(" "):
        if word:
            yield column, word
        column += len(word) + 1


def _level(word: str, column: int, policy: Policy) -> Level:
    for level in policy.levels:
        if word in level.words["en"]:
            return level
    meant = next(
        (level.words["en"][0] for level in policy.levels if _loose(word) in map(_loose, level.words["en"])), None
    )
    says, where = f"{word!r} is no word of {policy.name}", f"column {column}"
    if meant:
        raise Malformed(says, where=where, field="classification", next_step=f"write {meant}")
    raise Malformed(says, where=where, next_step=f"allowed: {_allowed(policy)}")


def _flag(word: str, column: int, policy: Policy) -> str:
    for flag in policy.flags.values():
        if word in flag.words["en"]:
            return flag.id
    allowed = ", ".join(flag.words["en"][0] for flag in policy.flags.values())
    raise Malformed(f"{word!r} does not stand here", where=f"column {column}", next_step=f"allowed here: {allowed}")


def _loose(word: str) -> str:
    return word.upper().replace("-", "+").replace("_", "+")


def _allowed(policy: Policy) -> str:
    return ", ".join(level.words["en"][0] for level in policy.levels)
