"""Whether a marking keeps to its policy: every word known, in force when it was made, and allowed beside the others."""

from __future__ import annotations

import re
from typing import cast

from comity.errors import Malformed
from comity.values.instant import Instant, show
from comity.values.marking import Category, Marking
from comity.values.marking_policy import Kind, Policy, Tag, Unmarked, Value, found_in
from comity.values.party import ANYONE
from comity.values.period import Period
from comity.values.truth import Truth


def checked(marking: Marking, policy: Policy, on: Instant | None = None) -> Marking:
    """The marking, when it keeps to the policy.

    Args:
        marking: the marking, of this policy.
        policy: the policy.
        on: the day to judge dated words by, where the marking does not say when it was made; None lets them be.

    Raises:
        Malformed: it does not; `field` names the place.
    """
    if marking.policy != policy.id:
        raise Malformed(
            f"{marking.policy} is not {policy.id}", field="policy", next_step="read it by the policy it is written in"
        )
    day = on if marking.created is None else marking.created
    in_force(policy.level(marking.classification).valid, marking.classification, day)
    _released(marking, policy, day)
    for kind in Kind:
        for category in getattr(marking, kind.value):
            _category(category, kind, marking, policy, day)
    _flags(marking, policy, day)
    _required(marking, policy)
    return marking


def in_force(valid: Period, word: str, day: Instant | None) -> None:
    """Nothing, when a word is in force on a day, or no day is known.

    Raises:
        Malformed: it is not.
    """
    if day is not None and valid.holds(day) is not Truth.TRUE:
        raise Malformed(
            f"{word!r} is not in force on {show(day)}", field="classification", next_step=f"it is in force from {valid}"
        )


def _category(category: Category, kind: Kind, marking: Marking, policy: Policy, day: Instant | None) -> None:
    tag = policy.tag(category.tag)
    if tag.kind is not kind or tag.releases:
        belongs = "in releasable_to" if tag.releases else f"among {tag.kind}"
        raise Malformed(f"{tag.id!r} does not stand here", field=kind.value, next_step=f"write it {belongs}")
    for value in category.values:
        _value(value, tag, marking, policy, day)


def _value(name: str, tag: Tag, marking: Marking, policy: Policy, day: Instant | None) -> None:
    if tag.parties:
        _excluded(tag.values.get(name) or tag.values.get("*"), name, tag, marking)
        policy.recipient(name)
        return
    if tag.pattern is not None and re.fullmatch(tag.pattern, name):
        return
    value = found_in(tag.values, name, f"{name!r} is no value of {tag.id}", tag.id)
    in_force(value.valid, name, day)
    _excluded(value, name, tag, marking)


def _released(marking: Marking, policy: Policy, day: Instant | None) -> None:
    """The releasable-to set, as the values of its tag, where the policy says with which levels they go.

    What is closed while it names nobody is released to parties by name, and never to everybody.
    """
    if ANYONE in (marking.releasable_to or ()) and policy.level(marking.classification).unmarked is not Unmarked.OPEN:
        says = f"{marking.classification} is not released to everybody"
        raise Malformed(says, field="releasable_to", next_step="name the parties, or a level that is open to all")
    tag = policy.releases
    for named in (marking.releasable_to or ()) if tag is not None and tag.values else ():
        _value(policy.token_of.get(named, str(named)), cast("Tag", tag), marking, policy, day)


def _excluded(value: Value | None, name: str, tag: Tag, marking: Marking) -> None:
    if value is not None and marking.classification in value.excluded:
        raise Malformed(
            f"{name!r} does not go with {marking.classification}",
            field=tag.id,
            next_step="leave it out, or raise the level",
        )


def _flags(marking: Marking, policy: Policy, day: Instant | None) -> None:
    for name in sorted(marking.handling):
        flag = policy.flag(name)
        in_force(flag.valid, name, day)
        if flag.levels is not None and marking.classification not in flag.levels:
            raise Malformed(
                f"{name!r} does not go with {marking.classification}",
                field="handling",
                next_step=f"it goes with {', '.join(sorted(flag.levels))}",
            )
        others = ({*(marking.releasable_to or ())} | marking.display_only_to) - {policy.owner} if flag.closes else ()
        if others:
            says = f"{name!r} does not go with a release to {', '.join(sorted(map(str, others)))}"
            raise Malformed(says, field="handling", next_step="keep the one that is meant")
        beside = sorted(flag.excludes & marking.handling)
        if beside:
            raise Malformed(
                f"{name!r} does not go with {beside[0]!r}", field="handling", next_step="keep the stricter of the two"
            )


def _required(marking: Marking, policy: Policy) -> None:
    for tag in policy.tags.values():
        if tag.required and marking.values_of(tag.id) is None:
            raise Malformed(
                f"lacks the category {tag.id!r}", field=tag.kind.value, next_step="add it; the policy asks for it"
            )
