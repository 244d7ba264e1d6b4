"""A line in any of the known policies, read and written by the format that its policy names.

Rules:
1. A policy's `format` says who reads its lines: `capco`, `tlp`, or else the common form of alliances and states.
2. A word without its policy means nothing: a line that several policies can read is refused until one is named.
"""

from __future__ import annotations

from collections.abc import Mapping

from comity.errors import Malformed
from comity.formats import capco, national_marking, tlp
from comity.formats.marking_words import shown, whose
from comity.values.instant import Instant
from comity.values.marking import Marking
from comity.values.marking_policy import Policy
from comity.values.party import PartyCode

_TOLD = 80
"""So much of a line is told again in an error."""


def read_line(
    text: str, policy: Policy, *, originator: PartyCode | None = None, on: Instant | None = None, portion: bool = False
) -> Marking:
    """The marking that a line says in one policy.

    Args:
        text: the line, or a portion mark.
        policy: the policy.
        originator: whose it is, where the policy is nobody's.
        on: the day by which dated words are judged; None lets them be.
        portion: it marks a portion.

    Raises:
        Malformed: a word is not known; `where` names its column.
    """
    match policy.phrases.get("format"):
        case "capco":
            return (capco.read_portion if portion else capco.read_banner)(text, policy)
        case "tlp":
            bare = text[1:-1] if portion and text.startswith("(") and text.endswith(")") else text
            return tlp.read(bare, policy, originator)
    if policy.owner is None:
        return _bare(text, policy, originator)
    return national_marking.read(text, policy, on, portion=portion)


def _bare(text: str, policy: Policy, originator: PartyCode | None) -> Marking:
    """A level alone, in a policy that is nobody's and has no form of its own."""
    try:
        level = policy.level(text).id
    except Malformed as error:
        raise Malformed(error.message, where="column 1", next_step=error.next_step) from error
    return Marking(policy.id, level, frozenset({whose(originator, policy)}))


def read_in_any(
    text: str,
    policies: Mapping[str, Policy],
    *,
    originator: PartyCode | None = None,
    on: Instant | None = None,
    portion: bool = False,
) -> Marking:
    """The marking that a line says in the only policy that can read it: rule 2.

    Where none can, the error is that of the policy which knows the level, or else of the one that got furthest.

    Args:
        text: the line.
        policies: the policies, by their ids.
        originator: whose it is, where the line does not say; by default each policy's owner.
        on: the instant at which it is read; None where that is not known.
        portion: whether it is the mark of a portion rather than a banner.

    Raises:
        Malformed: no policy can read it, or several can.
    """
    found, told = _readings(text, policies, originator, on, portion)
    if len(found) > 1:
        says = f"{text!r} stands in {len(found)} policies"
        raise Malformed(says, field="policy", next_step=f"name one of: {', '.join(sorted(found))}")
    if not found:
        known = [error for error in told.values() if error.field is not None]
        if len(known) == 1:
            raise known[0]
        furthest = max(told.values(), key=lambda error: _column(error.where))
        if _column(furthest.where) > 1:
            raise furthest
        step = f"name the policy, one of: {', '.join(sorted(policies))}"
        raise Malformed(f"{text[:_TOLD]!r} begins with no level that is known", where="column 1", next_step=step)
    return next(iter(found.values()))


def every_reading(
    text: str, policies: Mapping[str, Policy], *, originator: PartyCode | None = None, on: Instant | None = None
) -> list[Marking]:
    """The markings that some words say as a banner, in each of the policies that can read them; none where none can.

    Args:
        text: the words.
        policies: the policies, by their ids.
        originator: whose they are, where they do not say; by default each policy's owner.
        on: the instant at which they are read; None where that is not known.
    """
    return [*_readings(text, policies, originator, on, False)[0].values()]


def _readings(
    text: str, policies: Mapping[str, Policy], originator: PartyCode | None, on: Instant | None, portion: bool
) -> tuple[dict[str, Marking], dict[str, Malformed]]:
    found: dict[str, Marking] = {}
    told: dict[str, Malformed] = {}
    for name, policy in policies.items():
        try:
            found[name] = read_line(text, policy, originator=originator or policy.owner, on=on, portion=portion)
        except Malformed as error:
            told[name] = error
    return found, told


def _column(where: str | None) -> int:
    number = (where or "").removeprefix("column ")
    return int(number) if number.isdecimal() else 0


def write_line(marking: Marking, policy: Policy, *, portion: bool = False) -> str:
    """The line of a marking.

    Raises:
        Refused: a line cannot say all of it.
    """
    match policy.phrases.get("format"):
        case "capco":
            return (capco.write_portion if portion else capco.write_banner)(marking, policy)
        case "tlp":
            return f"({tlp.write(marking, policy)})" if portion else tlp.write(marking, policy)
    return shown(marking, policy) if policy.owner is None else national_marking.write(marking, policy, portion=portion)
