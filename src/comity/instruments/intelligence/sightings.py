"""Sightings: who saw what how often, told no further than the party that saw lets it be told.

Rules:
1. A sighting is its party's own fact, and names its party by being signed. Whoever may read it knows the party.
2. What is told to those who may know no more than a group, or a count, is another fact (`sighting-shared`): stated by
   an organ in its own name and under a label of its own, made of nothing but the figures. Nothing in it refers to a
   sighting or to a party.
3. An organ counts a sighting in a shared form only if the party lets it be told that way (`anonymity`) to every reader
   of the form (`share_with`). A party that lets itself be named lets itself be counted. A form that names a group is
   made of sightings by members of that group; none is made of what its own readers saw, for they could take that off.
4. As many parties as the policy asks have to have seen it; fewer are not told of at all. Counts are told in bands, days
   in whole periods, so that neither a figure nor a change of it tells who was added. An organ may ask for more of each
   than the usual policy, never for less.
5. A form that says what the last one said is not stated again: that something arrived does not show.
6. Forms are never added up with one another, or with sightings: they may be of the same events.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from comity.casebook.gradings import SightingPolicy, sighting_policy
from comity.instruments.intelligence.reported import SHARED, SIGHTING, Anonymity, Shared, Sighting, StatedPolicy
from comity.instruments.intelligence.reported_gathered import Facts, gather
from comity.values.instant import DAY, Instant
from comity.values.label import Label
from comity.values.party import PartyCode
from comity.values.stated import Reading

SEARCHED = (SIGHTING, SHARED)
"""The kinds of fact that an answer rests on."""
_LEVELS = (Anonymity.PARTY, Anonymity.GROUP, Anonymity.COUNT)


@dataclass(frozen=True, slots=True)
class Figures:
    """What a shared form tells: the band of the count (`most` None is open), the first and last day of its periods."""

    of: str
    group: str | None
    least: int
    most: int | None
    first: Instant
    last: Instant


@dataclass(frozen=True, slots=True)
class Sightings:
    """What an audience may read of the sightings of a thing; each list for itself, never added up: rule 6."""

    of: str | None
    parties: tuple[Sighting, ...]
    shared: tuple[Shared, ...]
    label: Label


def sightings(reading: Reading, of: str | None = None) -> Sightings:
    """The sightings that an audience may read, of one thing or of all, by thing and then by day.

    Of what an organ told of one thing to one group, the later statement stands.
    """
    facts = gather(reading, SEARCHED)
    own = [one for one in facts.of(Sighting) if of in {None, one.of}]
    shared = [one for one in _latest(facts.of(Shared)) if of in {None, one.of}]
    return Sightings(
        of, tuple(sorted(own, key=lambda one: (one.of, one.first, one.last, one.stamp.id))),
        tuple(sorted(shared, key=lambda one: (one.of, one.group or "", one.stamp.by))), facts.label,
    )  # fmt: skip


def _latest(given: Iterable[Shared]) -> list[Shared]:
    found = {}
    for one in sorted(given, key=lambda one: (one.stamp.signed, one.stamp.id)):
        found[one.stamp.by, one.of, one.group] = one
    return list(found.values())


def policy(organ: PartyCode, facts: Facts) -> SightingPolicy:
    """The policy by which an organ tells of sightings: the usual one, and whatever it asks for beyond that: rule 4."""
    usual = sighting_policy()
    own = [one for one in facts.of(StatedPolicy) if one.stamp.by == organ]
    last = max(own, key=lambda one: (one.stamp.signed, one.stamp.id), default=None)
    if last is None:
        return usual
    coarser = tuple(one for one in usual.counts_from if one in last.policy.counts_from)
    periods = -(-last.policy.period_days // usual.period_days) * usual.period_days
    return SightingPolicy(max(usual.minimum_parties, last.policy.minimum_parties), coarser, periods)


def figures(
    of: str,
    facts: Facts,
    ruled: SightingPolicy,
    *,
    readers: Sequence[str],
    group: tuple[str, Sequence[PartyCode]] | None = None,
) -> Figures | None:
    """What an organ may tell of the sightings of a thing; None where there are too few to tell of: rules 2 to 4.

    Args:
        of: the thing.
        facts: what the organ may read.
        ruled: the policy.
        readers: who is to read the form.
        group: the group whose members saw it, where that is told, and those members; without it, no more than the
            count.
    """
    form = Anonymity.COUNT if group is None else Anonymity.GROUP
    found = [one for one in facts.of(Sighting) if one.of == of and _lets(one, form, readers)]
    if group is not None:
        found = [one for one in found if one.stamp.by in group[1]]
    if len({one.stamp.by for one in found}) < ruled.minimum_parties:
        return None
    least, most = _band(sum(one.count for one in found), ruled.counts_from)
    period = ruled.period_days * DAY
    first = min(one.first for one in found) // period * period
    last = max(one.last for one in found) // period * period + period - DAY
    return Figures(of, None if group is None else group[0], least, most, first, last)


def told_before(figure: Figures, organ: PartyCode, facts: Facts) -> bool:
    """Whether an organ's last statement of a form says the same: rule 5."""
    own = [one for one in _latest(facts.of(Shared)) if one.stamp.by == organ]
    return any(Figures(one.of, one.group, one.least, one.most, one.first, one.last) == figure for one in own)


def _lets(one: Sighting, form: Anonymity, readers: Sequence[str]) -> bool:
    """Whether a party lets its sighting be told in a form to some readers, and is none of them: rule 3."""
    if one.stamp.by in readers:
        return False
    return _LEVELS.index(one.anonymity) <= _LEVELS.index(form) and set(readers) <= set(one.share_with)


def _band(number: int, starts: Sequence[int]) -> tuple[int, int | None]:
    """The band in which a number lies: from, and to where it ends."""
    below = [start for start in starts if start <= number]
    return below[-1], next(_ends(number, starts), None)


def _ends(number: int, starts: Sequence[int]) -> Iterator[int]:
    return (start - 1 for start in starts if start > number)
