"""Who may read under a marking, as parties on a day.

Rules:
1. Who may read is who satisfies every term: the releasable-to set, and each permissive category. Nobody else said
   anything: the level's own word (`unmarked`, or `caveated` beside a flag or a restrictive value) decides. The only
   originator always reads his own; each of several stands for a part, so one may read the whole only where the terms
   name him. Owners in common all read what is theirs.
2. A group is expanded at two dates, the marking's own and the one it is read on; who is in it at both counts.
3. Where the day of reading is known, a marking is read as whoever has succeeded it by then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce

from comity.errors import Malformed, Refused
from comity.values.instant import Instant
from comity.values.marking import Category, Marking, in_effect
from comity.values.marking_policy import Policy, Tag, Unmarked
from comity.values.party import ANYONE, Group, PartyCode, Recipient

Readers = frozenset[PartyCode] | None
"""Parties; None is everybody."""

Members = Callable[[str, Instant], frozenset[PartyCode]]
"""The certain members of a group at an instant."""


@dataclass(frozen=True)
class Setting:
    """What markings are read by: policies, members, the day of reading, and party sets bound to words.

    A binding is named `POLICY:WORD`, or `POLICY:TAG:WORD` for a value of a category.
    """

    policies: Mapping[str, Policy]
    members: Members
    on: Instant
    bindings: Mapping[str, tuple[Recipient, ...]] = field(default_factory=dict)

    def policy(self, marking: Marking) -> Policy:
        """The policy of a marking.

        Raises:
            Malformed: it is not known here.
        """
        found = self.policies.get(marking.policy)
        if found is None:
            known = ", ".join(sorted(self.policies))
            raise Malformed(f"{marking.policy!r} is no policy here", field="policy", next_step=f"allowed: {known}")
        return found

    def bound(self, *names: str) -> tuple[Recipient, ...]:
        """The party set bound to a word.

        Raises:
            Refused: none is.
        """
        name = ":".join(names)
        found = self.bindings.get(name)
        if found is None:
            raise Refused(
                f"{name} names no party set, so nobody can tell who may read",
                next_step=f"bind {name} to the parties that are meant",
            )
        return found


Term = tuple[Recipient, ...]


def terms(marking: Marking, setting: Setting) -> tuple[Term, ...]:
    """Lists of recipients, each of which has to cover a reader other than the only originator: rule 1.

    Raises:
        Refused: a word needs a party set bound to it.
    """
    policy = setting.policy(marking)
    permissive = tuple(holders(one, policy, setting) for one in marking.permissive)
    if marking.releasable_to is not None:
        return (tuple(sorted(marking.releasable_to, key=str)), *permissive)
    return permissive or unsaid(marking, policy, setting)


def holders(category: Category, policy: Policy, setting: Setting) -> Term:
    """Who holds some value of a permissive category, as recipients."""
    tag = policy.tag(category.tag)
    if tag.parties:
        return tuple(policy.recipient(value) for value in category.values)
    return tuple(dict.fromkeys(one for value in category.values for one in _held(tag, value, policy, setting)))


def _held(tag: Tag, value: str, policy: Policy, setting: Setting) -> Term:
    known = tag.values.get(value)
    own = None if known is None else known.holders
    return setting.bound(policy.id, tag.id, value) if own is None else own


def unsaid(marking: Marking, policy: Policy, setting: Setting) -> tuple[Term, ...]:
    """The terms of a marking that names nobody, as its level says them: rule 1.

    Raises:
        Refused: the level needs a party set bound to it.
    """
    nobody_else: Term = (policy.owner,) if policy.owner is not None else ()
    if policy.closed_by(marking.handling) is not None:
        return (nobody_else,)
    match policy.level(marking.classification).unsaid(caveat=bool(marking.handling or marking.restrictive)):
        case Unmarked.OPEN:
            return ()
        case Unmarked.BOUND:
            return (setting.bound(policy.id, marking.classification),)
    return (tuple(sorted(marking.originators)) if marking.joint else nobody_else,)


def expanded(recipients: Iterable[Recipient], marking: Marking, setting: Setting) -> Readers:
    """The parties that recipients are at the marking's date and at the day of reading: rule 2."""
    listed = tuple(recipients)
    now = _at(listed, setting.on, setting)
    return now if marking.created is None else meet(now, _at(listed, marking.created, setting))


def _at(recipients: Sequence[Recipient], on: Instant, setting: Setting) -> Readers:
    if ANYONE in recipients:
        return None
    groups = (one for one in recipients if isinstance(one, Group))
    members = (setting.members(one.name, on if one.frozen is None else one.frozen) for one in groups)
    return frozenset(one for one in recipients if isinstance(one, str)).union(*members)


def speaks(marking: Marking, policy: Policy) -> bool:
    """Whether a marking says anything of its release: by a word, or by a level that is not open."""
    return bool(
        marking.releasable_to is not None
        or marking.display_only_to
        or marking.permissive
        or policy.closed_by(marking.handling)
        or policy.level(marking.classification).unmarked is not Unmarked.OPEN
    )


def meet(one: Readers, other: Readers) -> Readers:
    """Who is among both."""
    if one is None or other is None:
        return other if one is None else one
    return one & other


def _own(marking: Marking) -> frozenset[PartyCode]:
    return marking.originators if len(marking.originators) == 1 else frozenset()


def _with(readers: Readers, more: frozenset[PartyCode]) -> Readers:
    return None if readers is None else readers | more


def satisfying(every: Iterable[Iterable[Recipient]], marking: Marking, setting: Setting) -> Readers:
    """The parties whom each of several lists of recipients covers, and the only originator: rules 1 and 2."""
    covered = (expanded(term, marking, setting) for term in every)
    return _with(reduce(meet, covered, None), _own(marking))


def readers(marking: Marking, setting: Setting) -> Readers:
    """The parties that may read under a marking by its own words; None is everybody: rules 1 to 3."""
    marking = in_effect(marking, setting.on)
    return satisfying(terms(marking, setting), marking, setting)


def viewers(marking: Marking, setting: Setting) -> Readers:
    """The parties that may be shown what is marked: who may read it, and whom it may be displayed to."""
    marking = in_effect(marking, setting.on)
    reading = readers(marking, setting)
    if reading is None:
        return None
    return _with(expanded(marking.display_only_to, marking, setting), reading)
