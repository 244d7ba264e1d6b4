"""The channel against miscalculation, and what a state tells of its own procedures: acts that need no case."""

from __future__ import annotations

from typing import Annotated

import msgspec

from comity.casebook.steps import Counts
from comity.errors import Impossible, Malformed
from comity.flow.consulting import Desk
from comity.flow.consulting_act import Asked, Codes, Named, Time, Words, parties, time
from comity.instruments.consultation import acts
from comity.instruments.consultation import facts as f
from comity.instruments.consultation.acts import Statement
from comity.values.instant import instant

SHORTEST = 8
Days = Annotated[int, msgspec.Meta(ge=0, le=36_600)]


class Incident(Asked):
    """Report an incident."""

    to: Named
    what: Words
    at: Time
    says: Words
    where: str | None = None

    def stated(self, desk: Desk) -> list[Statement]:
        """The report."""
        to, at = parties(self.to, "to", desk), time(self.at, "at")
        return [acts.incident(desk.party, to, what=self.what, at=at, says=self.says, where=self.where)]


class Notice(Asked):
    """Announce an exercise."""

    to: Named
    name: Words
    begins: Time
    ends: Time
    area: Words
    personnel: Annotated[int, msgspec.Meta(ge=0, le=100_000_000)] | None = None

    def stated(self, desk: Desk) -> list[Statement]:
        """The notice."""
        to, begins, ends = parties(self.to, "to", desk), time(self.begins, "begins"), time(self.ends, "ends")
        how = {"name": self.name, "area": self.area}
        return [acts.notice(desk.party, to, **how, begins=begins, ends=ends, personnel=self.personnel)]


class Question(Asked):
    """Ask for a clarification, about a report or notice if one is named."""

    to: Named
    asks: Words
    answer_by: Time
    about: str | None = None

    def stated(self, desk: Desk) -> list[Statement]:
        """The question."""
        about = None if self.about is None else matter(self.about, "about", desk).stamp.id
        to, answer_by = parties(self.to, "to", desk), time(self.answer_by, "answer_by")
        return [acts.question(desk.party, to, asks=self.asks, answer_by=answer_by, about=about)]


class Reply(Asked):
    """Acknowledge a report or notice, or answer a question, by its id or the first digits."""

    of: Words
    says: str | None = None

    def stated(self, desk: Desk) -> list[Statement]:
        """The reply, for all who heard of the matter."""
        found = matter(self.of, "of", desk)
        return [acts.reply(found.stamp.id, desk.party, [found.stamp.by, *found.to], self.says)]


def matter(name: str, field: str, desk: Desk) -> f.Incident | f.Notice | f.Question:
    """The one report, notice or question of an id or its first digits.

    Raises:
        Impossible: there is none, or more, among what may be read.
    """
    every: list[f.Incident | f.Notice | f.Question] = [
        *desk.facts.of(f.Incident), *desk.facts.of(f.Notice), *desk.facts.of(f.Question)
    ]  # fmt: skip
    found = [one for one in every if len(name) >= SHORTEST and one.stamp.id.startswith(name)]
    if len(found) != 1:
        raise Impossible("there is no such matter", field=field, next_step="look at the channel again")
    return found[0]


class Step(Asked):
    """Tell when a step of one's own procedures was done, or how long it takes: for own eyes, or for some."""

    route: Words
    step: Words
    done: Annotated[str, msgspec.Meta(description="a day, or an instant with its zone")] | None = None
    least_days: Days | None = None
    most_days: Days | None = None
    counts: Annotated[Counts | None, msgspec.Meta(description="which days; else as the plan counts")] = None
    release: Codes = ()

    def stated(self, desk: Desk) -> list[Statement]:
        """What is told of the step."""
        if self.least_days is None and (self.most_days is not None or self.counts is not None):
            raise Malformed("is missing", field="least_days", next_step="say how many days it takes at least")
        days = None if self.least_days is None else (self.least_days, self.most_days)
        done, release = self._done(), parties(self.release, "release", desk)
        told = acts.national_step(
            desk.party, self.route, self.step, done=done, days=days, counts=self.counts, release=release
        )
        return [told]

    def _done(self) -> int | None:
        try:
            return None if self.done is None else instant(self.done)
        except Malformed as error:
            raise Malformed(error.message, field="done", next_step=error.next_step) from error
