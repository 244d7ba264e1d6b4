"""A marking of one policy in the words of another: by equivalences that are dated and need not lead back.

Rules:
1. Only the originator's own marking is converted. A translation is never translated again: levels that one side lacks
   would climb at every step.
2. The level is the one that a row gives on the day; of several, the highest. Without a row there is no equivalence, and
   nothing is put together from two rows.
3. Whoever may read under the new marking may read under the old: else it is refused, with whom it would add. What was
   said by the old policy's own rules is spelt out for the new one.
4. A restrictive value that the new policy lacks is refused, for without it more persons may read.
5. What else the new policy cannot say is lost, and told: flags, notes, a successor. What is converted is the marking
   itself or, where one has succeeded it by the day, that one.
6. The new marking is an alternative beside the originator's own, which stays what counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from comity.errors import Refused
from comity.values.instant import Instant, show
from comity.values.marking import Categories, Category, Marking, Role, in_effect
from comity.values.marking_check import checked
from comity.values.marking_policy import Kind, Origin, Policy
from comity.values.marking_readers import Readers, Setting, readers
from comity.values.party import Recipient
from comity.values.period import Period
from comity.values.truth import Truth


@dataclass(frozen=True, slots=True)
class Equivalence:
    """One row: a level of one policy is handled as a level of another, during a time, by a source."""

    policy: str
    level: str
    to_policy: str
    to_level: str
    valid: Period
    origin: Origin
    note: str = ""


@dataclass(frozen=True, slots=True)
class Loss:
    """What the new marking does not say: which field, and what stood there."""

    field: str
    what: str


@dataclass(frozen=True, slots=True)
class Converted:
    """A conversion: the new marking, what it lost, and the row it rests on."""

    marking: Marking
    losses: tuple[Loss, ...]
    row: Equivalence


def convert(marking: Marking, to: str, rows: Iterable[Equivalence], setting: Setting) -> Converted:
    """The marking in another policy's words on the setting's day: rules 1 to 6.

    Args:
        marking: the originator's own marking.
        to: the id of the other policy.
        rows: the equivalences.
        setting: what markings are read by.

    Raises:
        Malformed: a word is not of its policy.
        Refused: it is a translation itself, has no equivalence, or more would read.
    """
    marking = in_effect(marking, setting.on)
    if marking.role is not Role.ORIGINATOR:
        step = "start from the originator's own marking"
        raise Refused(f"this marking is {marking.role} itself, and is translated no further", next_step=step)
    old = setting.policy(checked(marking, setting.policy(marking)))
    new = setting.policy(replace(marking, policy=to))
    row = _row(marking, old, new, rows, setting.on)
    base = replace(marking, policy=new.id, classification=row.to_level, role=Role.ALTERNATIVE, succession=None, id=None)
    restrictive = _restrictive(marking, new)
    informative, kept = _informative(marking, new), _handling(marking, new)
    bare = replace(base, restrictive=restrictive, informative=informative, handling=kept, permissive=())
    made = _released(bare, marking, new, setting)
    checked(replace(made, created=None), new, setting.on)
    no_wider(readers(marking, setting), readers(made, setting))
    return Converted(made, tuple(_losses(marking, made, old)), row)


def _row(marking: Marking, old: Policy, new: Policy, rows: Iterable[Equivalence], on: Instant) -> Equivalence:
    fits = [
        one
        for one in rows
        if (one.policy, one.level, one.to_policy) == (old.id, marking.classification, new.id)
        and one.valid.holds(on) is Truth.TRUE
    ]
    if not fits:
        says = f"{marking.classification} of {old.name} has no equivalent in {new.name} on {show(on)}"
        raise Refused(says, next_step="ask the originator which marking he wants there")
    return max(fits, key=lambda one: new.level(one.to_level).rank)


def _restrictive(marking: Marking, new: Policy) -> Categories:
    """Restrictive values under the tags that the new policy has for them: rule 4."""
    found: dict[str, list[str]] = {}
    for value in (value for one in marking.restrictive for value in one.values):
        tags = (tag for tag in new.tags.values() if tag.kind is Kind.RESTRICTIVE and value in tag.values)
        tag = next(tags, None)
        if tag is None:
            step = "ask the originator to release it without"
            raise Refused(f"{new.name} has nothing for {value}, and more persons could read", next_step=step)
        found.setdefault(tag.id, []).append(value)
    return tuple(Category.of(tag, values) for tag, values in found.items())


def _informative(marking: Marking, new: Policy) -> Categories:
    kept = (
        Category.of(one.tag, (value for value in one.values if value in new.tags[one.tag].values))
        for one in marking.informative
        if one.tag in new.tags and new.tags[one.tag].kind is Kind.INFORMATIVE
    )
    return tuple(one for one in kept if one.values)


def _handling(marking: Marking, new: Policy) -> frozenset[str]:
    return frozenset(name for name in marking.handling if name in new.flags)


def _released(bare: Marking, marking: Marking, new: Policy, setting: Setting) -> Marking:
    """The new marking with whom it is for: spelt out where the old policy said it by its own rules: rule 3."""
    named = marking.releasable_to
    if named is None or marking.permissive or not _writable(named, new):
        named = _spelt_out(readers(marking, setting), marking)
    return _contextual(replace(bare, releasable_to=named), new)


def _writable(named: Iterable[Recipient], new: Policy) -> bool:
    """Whether the new policy has a word for every group that is named."""
    return all(isinstance(one, str) or one in new.token_of for one in named)


def _spelt_out(found: Readers, marking: Marking) -> frozenset[Recipient] | None:
    if found is None:
        return None
    return found if len(marking.originators) > 1 else found - marking.originators


def _contextual(marking: Marking, new: Policy) -> Marking:
    """The new marking with the context that its policy asks for."""
    name = new.phrases.get("context")
    if name is None:
        return marking
    values = {new.phrases["default_context"]}
    if marking.releasable_to is not None:
        values.add(new.phrases["releasable_context"])
    return replace(marking, permissive=(Category.of(name, values),))


def no_wider(before: Readers, after: Readers) -> None:
    """Nothing, when whoever may read after may read before.

    Raises:
        Refused: somebody more could read, who is named.
    """
    if before is None:
        return
    if after is None:
        raise Refused("everybody could read", next_step="ask the originator")
    more = sorted(after - before)
    if more:
        raise Refused(f"{', '.join(more)} could read, and may not now", next_step="ask the originator")


def _losses(marking: Marking, made: Marking, old: Policy) -> Iterable[Loss]:
    for name in sorted(marking.handling - made.handling):
        if old.flags[name] not in old.closing[:1]:
            yield Loss("handling", name)
    kept: Mapping[str, tuple[str, ...]] = {one.tag: one.values for one in made.informative}
    for one in marking.informative:
        gone = (value for value in one.values if value not in kept.get(one.tag, ()))
        yield from (Loss("informative", f"{one.tag} {value}") for value in gone)
    for one in marking.permissive:
        if one not in made.permissive:
            yield Loss("permissive", f"{one.tag} {', '.join(one.values)}")
    if marking.succession is not None:
        yield Loss("succession", show(marking.succession.on))
