"""Whether the marking of a whole agrees with those of its parts: what it leaves out, and what it closes for no reason.

Rules (ISM is the Schematron of IC-ISM v10, whose verdicts are the yardstick, but for the two marked):
1. The level is the highest of the parts (ISM-00058, 00110). A higher one is told: it needs a reason of its own (00108).
2. Restrictive values, flags and originators of a part are the whole's, too (00064, 00070). A source that is concealed
   stays one, and where the whole conceals one, none has to be named. What no part has is told.
3. Who may read the whole may read every part, and to whom it may be shown every part may be (00088, 00119, 00318,
   00320). A part that is classified and says nothing of its release closes the whole. Stricter than ISM v10: a group
   counts as its members, and one whose members are not known as nobody; so the whole may name such a group only where
   every part that is closed to somebody names it too.
4. A whole that closes out somebody who may read every part is told. ISM v10 is silent there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from comity.values.marking import Marking
from comity.values.marking_join import Readers, Setting, join, readers, viewers
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
    tight = join([*parts], setting)
    found = [*_level(tight, whole, setting), *_kept(tight, whole), *_audience(tight, whole, setting)]
    found += [
        Breach("release", True, f"the members of {name} are not known here, and a part does not name it")
        for name in sorted(map(str, _unknown(parts, whole, setting)))
    ]
    return tuple(sorted(found, key=lambda one: not one.grave))


def _level(tight: Marking, whole: Marking, setting: Setting) -> list[Breach]:
    policy = setting.policy(whole)
    needed, given = policy.level(tight.classification), policy.level(whole.classification)
    if given.rank < needed.rank:
        return [Breach("level", True, f"a part is {needed.id}")]
    if given.rank > needed.rank:
        return [Breach("level-above", False, f"no part is above {needed.id}; say why the whole is {given.id}")]
    return []


def _kept(tight: Marking, whole: Marking) -> list[Breach]:
    found: list[Breach] = []
    for rule, there, here in (
        ("restrictive", _values(tight), _values(whole)),
        ("handling", tight.handling, whole.handling),
        ("originators", frozenset() if whole.concealed_source else tight.originators, whole.originators),
    ):
        found += [Breach(rule, True, f"a part has {one}") for one in sorted(there - here)]
        more = here - (tight.originators if rule == "originators" else there)
        found += [Breach(f"{rule}-more", False, f"no part has {one}") for one in sorted(more)]
    if tight.concealed_source and not whole.concealed_source and tight.originators >= whole.originators:
        found.append(Breach("concealed-source", True, "a part has a source that is concealed"))
    return found


def _values(marking: Marking) -> frozenset[str]:
    return frozenset(f"{one.tag} {value}" for one in marking.restrictive for value in one.values)


def _audience(tight: Marking, whole: Marking, setting: Setting) -> list[Breach]:
    """Rules 3 and 4. Whoever reads is shown it, too, so what was said of reading is not said again."""
    found = _compared("release", readers(tight, setting), readers(whole, setting))
    if any(one.grave for one in found):
        return found
    shown = _compared("display", viewers(tight, setting), viewers(whole, setting))
    return [*found, *(one for one in shown if one.grave or not found)]


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


def _compared(rule: str, tight: Readers, given: Readers) -> list[Breach]:
    if tight is None or given is None:
        if tight == given:
            return []
        return [
            Breach(rule, given is None, "the whole is open and a part is not" if given is None else "no part is closed")
        ]
    found = [Breach(rule, True, f"{', '.join(sorted(given - tight))} may not have every part")] if given - tight else []
    if tight - given:
        found.append(Breach(f"{rule}-less", False, f"{', '.join(sorted(tight - given))} may have every part"))
    return found
