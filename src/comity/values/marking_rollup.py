"""Whether the marking of a whole agrees with those of its parts: what it leaves out, and what it closes for no reason.

Rules (ISM is the Schematron of IC-ISM v10, whose verdicts are the yardstick, but for the two marked):
1. The level is the highest of the parts (ISM-00058, 00110). A higher one is told: it needs a reason of its own (00108).
2. Restrictive values, flags and originators of a part are the whole's, too (00060 to 00090), but for those that a join
   leaves out. A source that is concealed stays one, whomever the whole names (00065), and where the whole conceals one,
   none has to be named. What no part has is told; a flag that permits more is refused unless every part has it that
   says anything of its release (00132), and told where the whole could have it.
3. Who may read the whole may read every part, and to whom it may be shown every part may be (00088, 00119, 00318,
   00320). A part that is classified and says nothing of its release closes the whole. Stricter than ISM v10: a group
   counts as its members, and one whose members are not known as nobody; so the whole may name such a group only where
   every part that is closed to somebody names it too. A part whose level is open, and that says nothing of its release,
   is handled as the whole says, where that says anything (CAPCO Register and Manual of 2016, B.3, table 2); a join, at
   which nobody decides, keeps it closed where it bears a caveat.
4. A whole that closes out somebody who may read every part is told. ISM v10 is silent there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from comity.values.marking import Marking
from comity.values.marking_join import flag_gives_way, join, value_gives_way
from comity.values.marking_policy import Policy
from comity.values.marking_readers import Readers, Setting, readers, speaks, viewers
from comity.values.party import Group, Recipient


@dataclass(frozen=True, slots=True)
class Breach:
    """One disagreement: by which rule, whether it lets somebody read who may not, and what is wrong."""

    rule: str
    grave: bool
    says: str


def breaches(parts: Sequence[Marking], whole: Marking, setting: Setting) -> tuple[Breach, ...]:
    """What the marking of a whole gets wrong about its parts: rules 1 to 4.

    Raises:
        Malformed: there are no parts.
        Refused: they are of several policies, or a word needs a party set bound to it.
    """
    tight, heard = join([*parts], setting), _heard(parts, whole, setting)
    spoken = join(heard, setting) if heard else None
    spare = _spare(tight, spoken, parts, whole, setting)
    found = [*_level(tight, whole, setting), *_kept(tight, whole, setting, spare)]
    found += _audience(tight, spoken, whole, setting)
    found += [
        Breach("release", True, f"the members of {name} are not known here, and a part does not name it")
        for name in sorted(map(str, _unknown(heard, whole, setting)))
    ]
    return tuple(sorted(found, key=lambda one: not one.grave))


def _heard(parts: Sequence[Marking], whole: Marking, setting: Setting) -> list[Marking]:
    """The parts by which the audience of the whole is judged: rule 3."""
    policy = setting.policy(whole)
    return [one for one in parts if speaks(one, policy)] if speaks(whole, policy) else [*parts]


def _level(tight: Marking, whole: Marking, setting: Setting) -> list[Breach]:
    policy = setting.policy(whole)
    needed, given = policy.level(tight.classification), policy.level(whole.classification)
    if given.rank < needed.rank:
        return [Breach("level", True, f"a part is {needed.id}")]
    if given.rank > needed.rank:
        return [Breach("level-above", False, f"no part is above {needed.id}; say why the whole is {given.id}")]
    return []


def _spare(
    tight: Marking, spoken: Marking | None, parts: Sequence[Marking], whole: Marking, setting: Setting
) -> frozenset[str]:
    """The flags of the join that the whole need not have.

    One says no more beside the level of the whole; one by which the join closes, and that no part bears, where the
    whole is closed by another flag, or nothing is closed that says anything of its release.
    """
    policy = setting.policy(whole)
    added = tight.handling.difference(*(one.handling for one in parts))
    needed = frozenset[str]() if spoken is None or policy.closed_by(whole.handling) else spoken.handling
    beside = (one for one in tight.handling if flag_gives_way(one, policy, whole.classification))
    return frozenset(beside) | (added - needed)


def _kept(tight: Marking, whole: Marking, setting: Setting, spare: frozenset[str]) -> list[Breach]:
    found: list[Breach] = []
    policy, level = setting.policy(whole), whole.classification
    permits = {flag.id for flag in policy.flags.values() if flag.permits}
    for rule, there, here in (
        ("restrictive", _values(tight, policy, level), _values(whole, policy, level)),
        ("handling", tight.handling, whole.handling),
        ("originators", frozenset() if whole.concealed_source else tight.originators, whole.originators),
    ):
        for one in sorted(there - here - spare):
            wider = rule == "handling" and one in permits
            found.append(Breach(f"{rule}-less" if wider else rule, not wider, f"a part has {one}"))
        for one in sorted(here - (tight.originators if rule == "originators" else there)):
            wider = rule == "handling" and one in permits
            found.append(Breach(f"{rule}-more", wider, f"{'not every' if wider else 'no'} part has {one}"))
    if tight.concealed_source and not whole.concealed_source:
        found.append(Breach("concealed-source", True, "a part has a source that is concealed"))
    return found


def _values(marking: Marking, policy: Policy, level: str) -> frozenset[str]:
    """The restrictive values of a marking that say anything beside the level of the whole."""
    return frozenset(
        f"{one.tag} {value}"
        for one in marking.restrictive
        for value in one.values
        if not value_gives_way(one.tag, value, policy, level)
    )


def _audience(tight: Marking, heard: Marking | None, whole: Marking, setting: Setting) -> list[Breach]:
    """Rules 3 and 4. Whoever reads is shown it, too, so what was said of reading is not said again."""
    found = _compared("release", *(_of(readers, one, setting) for one in (heard, tight, whole)))
    if any(one.grave for one in found):
        return found
    shown = _compared("display", *(_of(viewers, one, setting) for one in (heard, tight, whole)))
    return [*found, *(one for one in shown if one.grave or not found)]


def _of(audience: Callable[[Marking, Setting], Readers], marking: Marking | None, setting: Setting) -> Readers:
    return None if marking is None else audience(marking, setting)


def _unknown(parts: Sequence[Marking], whole: Marking, setting: Setting) -> set[Recipient]:
    """The groups that a whole names, whose members are not known, and that some part that closes does not name."""
    closing = [one for one in parts if viewers(one, setting) is not None]
    return {
        group
        for group in _named(whole)
        if isinstance(group, Group)
        and not setting.members(group.name, setting.on if group.frozen is None else group.frozen)
        and not all(group in _named(one) for one in closing)
    }


def _named(marking: Marking) -> frozenset[Recipient]:
    return (marking.releasable_to or frozenset()) | marking.display_only_to


def _compared(rule: str, may: Readers, tight: Readers, given: Readers) -> list[Breach]:
    """Whom the whole lets have what he may not, and whom it closes out of what he may have anyway."""
    if given is None:
        return [] if may is None else [Breach(rule, True, "the whole is open and a part is not")]
    found: list[Breach] = []
    if may is not None and given - may:
        found.append(Breach(rule, True, f"{', '.join(sorted(given - may))} may not have every part"))
    if tight is None:
        found.append(Breach(rule, False, "no part is closed"))
    elif tight - given:
        found.append(Breach(f"{rule}-less", False, f"{', '.join(sorted(tight - given))} may have every part"))
    return found
