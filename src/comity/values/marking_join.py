"""The marking of whatever was made from several.

Rules:
1. The join has the highest level, the union of originators, restrictive values and flags, and of releasable-to the
   intersection of who may read (`comity.values.marking_readers`). It is kept in the words of the inputs where they all
   use the same and mean the same. So joining step by step may spell the audience otherwise than joining at once; it is
   the same audience (`alike`).
2. An intersection that is empty stays: it is the explicit bottom. It is not dropped as ADatP-4774.1 (4.4) has it:
   a label without the permissive tag would let everybody read.
3. Values that are no parties (a context) intersect as words, which may let fewer read than may read every input.
4. Markings of several policies are joined after a conversion to one of them, or not at all.
5. The join is checked nowhere against a clearance: that is the reader's nation's affair.
6. Where the day of reading is known, markings are joined as whoever has succeeded each by then.
7. Of flags and restrictive values the join leaves out what says no more: a flag that another stands over; what goes
   with open levels alone, where the whole is closed by its level; and a flag that permits more, where a part that says
   anything of its release lacks it. Whom a part closes out stays out.
"""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import replace
from functools import reduce

from comity.errors import Malformed, Refused
from comity.values.marking import Categories, Category, Marking, Role, in_effect
from comity.values.marking_policy import Policy, Tag, Unmarked
from comity.values.marking_readers import Readers, Setting, meet, readers, satisfying, speaks, unsaid, viewers
from comity.values.party import ANYONE, Recipient


def join(markings: Iterable[Marking], setting: Setting) -> Marking:
    """The marking of whatever was made from all of these: rules 1 to 4 and 6. It is a new one, and is called nothing.

    Raises:
        Malformed: nothing is given, or a word is not of its policy.
        Refused: they are of several policies, or a word needs a party set bound to it.
    """
    given = [in_effect(one, setting.on) for one in markings]
    every = tuple(dict.fromkeys(given))
    if not every:
        raise Malformed("there is nothing to join", field="markings", next_step="give one marking or more")
    policy = _one_policy(every, setting)
    if len(given) == 1:
        return closed(given[0], policy)
    return closed(replace(every[0], id=None) if len(every) == 1 else _joined(every, policy, setting), policy)


def closed(marking: Marking, policy: Policy) -> Marking:
    """The marking with the flag by which its policy says that nobody beyond the owner may read, where that is so.

    A releasable-to set that is None although several originators stand beside each other says bottom too.
    """
    releasable = marking.releasable_to
    if releasable is None or policy.owner not in marking.originators or not releasable <= {policy.owner}:
        return marking
    closing = next(iter(policy.closing), None)
    if closing is None or policy.level(marking.classification).unmarked is Unmarked.OPEN or marking.display_only_to:
        return marking
    return replace(marking, handling=(marking.handling | {closing.id}) - closing.excludes)


def alike(one: Marking, other: Marking, setting: Setting) -> bool:
    """Whether two markings say the same, however each spells its audience: rule 1."""
    one, other = in_effect(one, setting.on), in_effect(other, setting.on)
    audiences = [(readers(each, setting), viewers(each, setting)) for each in (one, other)]
    return audiences[0] == audiences[1] and _unspelt(one, setting) == _unspelt(other, setting)


def _unspelt(marking: Marking, setting: Setting) -> Marking:
    """A marking without its audience, and without the flag that only says that nobody else is in it."""
    policy, found = setting.policy(marking), readers(marking, setting)
    bare = replace(marking, releasable_to=None, display_only_to=frozenset(), permissive=())
    if found is None or not found <= {policy.owner}:
        return bare
    closing = policy.closing[:1]
    implied = frozenset(flag.id for flag in closing).union(*(flag.excludes for flag in closing))
    return replace(bare, handling=bare.handling - implied)


def _one_policy(markings: tuple[Marking, ...], setting: Setting) -> Policy:
    policies = sorted({one.policy for one in markings})
    if len(policies) > 1:
        raise Refused(
            f"markings of {' and '.join(policies)} have no common level",
            next_step="convert each from its originator's own marking to one policy, then join",
        )
    return setting.policy(markings[0])


def _joined(every: tuple[Marking, ...], policy: Policy, setting: Setting) -> Marking:
    reading = reduce(meet, (readers(one, setting) for one in every), None)
    viewing = reduce(meet, (viewers(one, setting) for one in every), None)
    alike = _same(one.releasable_to for one in every) and _same(one.display_only_to for one in every)
    if alike:
        kept = replace(_rest(every, policy), permissive=_permissive(every, policy, setting, exact=False))
        if readers(kept, setting) == reading and viewers(kept, setting) == viewing:
            return kept
    release = reduce(meet, (_release(one, policy, setting) for one in every), None)
    rest = replace(_rest(every, policy), permissive=_permissive(every, policy, setting, exact=True))
    return replace(rest, releasable_to=release, display_only_to=_shown(reading, viewing))


def _shown(reading: Readers, viewing: Readers) -> frozenset[Recipient]:
    """To whom beyond those who may read it may be displayed."""
    if reading is None:
        return frozenset()
    return frozenset({ANYONE}) if viewing is None else frozenset[Recipient](viewing - reading)


def _same(values: Iterable[object]) -> bool:
    first, *others = values
    return all(one == first for one in others)


def _release(marking: Marking, policy: Policy, setting: Setting) -> Readers:
    """Who satisfies the part of a marking that is not a category."""
    if marking.releasable_to is None:
        return satisfying(() if marking.permissive else unsaid(marking, policy, setting), marking, setting)
    return satisfying((marking.releasable_to,), marking, setting)


def _rest(every: tuple[Marking, ...], policy: Policy) -> Marking:
    """Everything but who may read: rule 1."""
    first, authors = every[0], {one.originators for one in every}
    made = [one.created for one in every if one.created is not None]
    due = [one.review for one in every if one.review is not None]
    level = max(every, key=lambda one: policy.level(one.classification).rank).classification
    return Marking(
        policy.id,
        level,
        frozenset().union(*authors),
        all(one.joint for one in every) and len(authors) == 1,
        first.releasable_to,
        first.display_only_to,
        _restrictive(every, policy, level),
        (),
        _union(one.informative for one in every),
        _handling(every, policy, level),
        any(one.concealed_source for one in every),
        max(made, default=None),
        min(due, default=None),
        first.succession if _same(one.succession for one in every) else None,
        first.authority if _same(one.authority for one in every) else None,
        frozenset().union(*(one.privacy_marks for one in every)),
        max((one.role for one in every), key=list(Role).index),
    )


def _handling(every: tuple[Marking, ...], policy: Policy, level: str) -> frozenset[str]:
    """The flags of the whole: rule 7."""
    flags = [policy.flag(name) for name in frozenset().union(*(one.handling for one in every))]
    speaking = [one.handling for one in every if speaks(one, policy)]
    over = frozenset().union(*(flag.over for flag in flags))
    return frozenset(
        flag.id
        for flag in flags
        if flag.id not in over
        and not flag_gives_way(flag.id, policy, level)
        and not (flag.permits and any(flag.id not in handling for handling in speaking))
    )


def _restrictive(every: tuple[Marking, ...], policy: Policy, level: str) -> Categories:
    """The restrictive values of the whole: rule 7."""
    kept = (
        Category.of(one.tag, (value for value in one.values if not value_gives_way(one.tag, value, policy, level)))
        for one in _union(one.restrictive for one in every)
    )
    return tuple(one for one in kept if one.values)


def flag_gives_way(name: str, policy: Policy, level: str) -> bool:
    """Whether a flag says no more beside a level: rule 7."""
    levels = policy.flags[name].levels if name in policy.flags else None
    return levels is not None and _gives_way(levels, policy, level)


def value_gives_way(tag: str, value: str, policy: Policy, level: str) -> bool:
    """Whether a restrictive value says no more beside a level: rule 7.

    Args:
        tag: the id of the value's category.
        value: its id.
        policy: whose they are.
        level: the id of the level.
    """
    known = policy.tags[tag].values.get(value) if tag in policy.tags else None
    return known is not None and _gives_way({one.id for one in policy.levels} - known.excluded, policy, level)


def _gives_way(levels: Set[str], policy: Policy, level: str) -> bool:
    """Whether what goes with these levels says no more beside a level: it goes with open ones alone."""
    return level not in levels and all(policy.level(one).unmarked is Unmarked.OPEN for one in levels)


def _union(given: Iterable[Categories]) -> Categories:
    found: dict[str, set[str]] = {}
    for one in (category for categories in given for category in categories):
        found.setdefault(one.tag, set()).update(one.values)
    return tuple(Category.of(tag, values) for tag, values in found.items())


def _permissive(every: tuple[Marking, ...], policy: Policy, setting: Setting, *, exact: bool) -> Categories:
    """Permissive categories, each the intersection of those that are there: rules 2 and 3."""
    tags = dict.fromkeys(category.tag for one in every for category in one.permissive)
    return tuple(_intersection(policy.tag(tag), every, policy, setting, exact=exact) for tag in tags)


def _intersection(tag: Tag, every: tuple[Marking, ...], policy: Policy, setting: Setting, *, exact: bool) -> Category:
    having = [(one, values) for one in every if (values := dict(_pairs(one)).get(tag.id)) is not None]
    if not tag.parties:
        return Category.of(tag.id, frozenset.intersection(*(frozenset(values) for _, values in having)))
    if not exact and _same(values for _, values in having):
        return Category.of(tag.id, having[0][1])
    sets = (satisfying((map(policy.recipient, values),), one, setting) for one, values in having)
    parties = reduce(meet, sets, None)
    return Category.of(tag.id, map(policy.written, {ANYONE} if parties is None else parties))


def _pairs(marking: Marking) -> Iterable[tuple[str, tuple[str, ...]]]:
    return ((one.tag, one.values) for one in marking.permissive)
