"""The ordinary work of a case: opening it, its agenda, documents, positions, meetings, tasks, decisions."""

from __future__ import annotations

from typing import Annotated

import msgspec

from comity.casebook.bodies import bodies, seated
from comity.errors import Impossible, Malformed
from comity.flow.consulting import Desk
from comity.flow.consulting_act import (
    STEP,
    Asked,
    Codes,
    Digest,
    Item,
    Text,
    Time,
    Words,
    digest_of,
    parties,
    readers_of,
    time,
)
from comity.instruments.consultation import acts
from comity.instruments.consultation import facts as f
from comity.instruments.consultation.acts import Statement
from comity.instruments.consultation.bodies import read
from comity.instruments.consultation.case import consultation, decides_by, positions, votes
from comity.instruments.consultation.documents import next_version, stated_before
from comity.instruments.consultation.facts import Case, Stance, Task
from comity.instruments.consultation.gathered import Facts
from comity.instruments.consultation.rules import tally
from comity.values.party import PartyCode

NO_BODY = "the parties"


class Point(Asked):
    """The chair adds a point to the agenda."""

    item: Item
    title: Words

    def stated(self, desk: Desk, case: Case) -> list[Statement]:
        """The point."""
        return [acts.agenda_point(case, self.item, self.title)]


class Open(Asked):
    """Invoke an article and open a consultation: among the parties that are named, or those seated in a body."""

    title: Words
    article: Words
    body: str = NO_BODY
    parties: Codes = ()
    chair: str | None = None
    invoked_by: str | None = None
    agenda: tuple[Point, ...] = ()
    rule: Annotated[dict[str, object] | None, msgspec.Meta(description="how it decides; else as its body does")] = None
    clock_hours: Annotated[int, msgspec.Meta(ge=0, le=87_600)] | None = None

    def stated(self, desk: Desk) -> list[Statement]:
        """The opening."""
        for name in ("chair", "invoked_by"):
            parties([code] if (code := getattr(self, name)) else [], name, desk)
        given = {
            "title": self.title, "article": self.article, "body": self.body or NO_BODY, "parties": self._members(desk),
            "chair": self.chair, "invoked_by": self.invoked_by, "rule": self.rule, "clock_hours": self.clock_hours,
            "agenda": [{"item": one.item, "title": one.title} for one in self.agenda] or None,
            "opens": acts.written(desk.now),
        }  # fmt: skip
        opened = acts.opened(desk.party, **given)
        _can_decide(opened, desk)
        return [opened]

    def _members(self, desk: Desk) -> list[PartyCode]:
        if self.parties:
            return parties(self.parties, "parties", desk)
        if self.body not in bodies():
            raise Malformed("is missing", field="parties", next_step="name who takes part, or choose a body")
        return list(seated(bodies()[self.body].members, desk.view.casebook, desk.now))


def _can_decide(opened: Statement, desk: Desk) -> None:
    """Carry the rule of a case out once, before anybody relies on it.

    Raises:
        Malformed: it cannot be carried out among those who take part.
    """
    case = read(f.CASE, opened.body, f.Stamp("0" * 64, desk.party, desk.now, desk.now))
    if isinstance(case, Case):
        rule, electorate = decides_by(case, desk.view.casebook)
        if rule.get("kind") != "silence":
            tally(rule, electorate, {})


class Position(Asked):
    """State what one's nation says to a point: for its own eyes, unless it is released (`all`: to all who take part).

    Releasing it later is stating it once more.
    """

    item: Item
    stance: Stance
    says: str | None = None
    release: Codes = ()

    def stated(self, desk: Desk, case: Case) -> list[Statement]:
        """The position."""
        release = readers_of(self.release, acts.readers(case), "release", desk)
        return [acts.position(case, desk.party, self.item, self.stance, says=self.says, release=release)]


class Document(Asked):
    """State a version of a document, by its hash: for all who take part, or for some of them.

    Its number is the next of one's own versions of that name, unless it is given.
    """

    name: Words
    title: Words
    text: Text | None = None
    sha256: Digest | None = None
    version: Annotated[int, msgspec.Meta(ge=1, le=1_000_000, description="else the next of one's own")] | None = None
    to: Codes = ()

    def stated(self, desk: Desk, case: Case) -> list[Statement]:
        """The version."""
        digest, to = digest_of(self.text, self.sha256), parties(self.to, "to", desk)
        number = self.version or next_version(case, desk.party, self.name, desk.facts)
        again = stated_before(case, desk.party, self.name, number, desk.facts)
        says = f"{desk.party} has stated a version {number} of {self.name} before: both will be shown" if again else ""
        how = {"title": self.title, "text": digest, "says": says}
        return [acts.document(case, desk.party, self.name, **how, version=number, to=to)]


class Decide(Asked):
    """The chair records what the votes on a point came to, as far as all who take part may read them.

    A position that its party keeps, or has released to the chair alone, is not told to the others by being counted.
    """

    item: Item

    def stated(self, desk: Desk, case: Case) -> list[Statement]:
        """The decision."""
        found = consultation(desk.view, case.stamp.id, desk.now, desk.view.casebook)
        point = next((one for one in found.points if one.item == self.item), None)
        if point is None or point.tally is None:
            raise Impossible(f"nothing was said to {self.item}", field="item", next_step=STEP)
        said = votes(positions(case, self.item, _released(desk.facts, case)))
        _, electorate = decides_by(case, desk.view.casebook)
        return [acts.decided(case, self.item, found.rule, tally(found.rule, electorate, said).result, said)]


def _released(facts: Facts, case: Case) -> Facts:
    """The same facts, of positions only those that all who take part in a case may read."""
    everybody = set(acts.readers(case))
    told = (
        one for one in facts.every if not isinstance(one, f.Position) or everybody <= {one.stamp.by, *one.released_to}
    )
    return Facts(tuple(told), facts.label)


class Meeting(Asked):
    """The chair calls a meeting, calls it for another time, or calls it off."""

    name: Words
    at: Time
    title: str | None = None
    ends: Time | None = None
    cancelled: bool = False

    def stated(self, desk: Desk, case: Case) -> list[Statement]:
        """The meeting."""
        at, ends = time(self.at, "at"), None if self.ends is None else time(self.ends, "ends")
        title = self.title or self.name
        return [acts.meeting(case, self.name, title=title, at=at, ends=ends, cancelled=self.cancelled)]


class GiveTask(Asked):
    """Give one of those who take part a task, by a day; one's own nation, if nobody is named."""

    name: Words
    says: Words
    due: Time
    owner: str | None = None

    def stated(self, desk: Desk, case: Case) -> list[Statement]:
        """The task."""
        (owner,) = parties([self.owner or desk.party], "owner", desk)
        return [acts.task(case, desk.party, owner, name=self.name, says=self.says, due=time(self.due, "due"))]


class Done(Asked):
    """Report one's own task done, by its id or its name."""

    task: Words
    says: str | None = None

    def stated(self, desk: Desk, case: Case) -> list[Statement]:
        """The report."""
        every = [one for one in desk.facts.of(Task) if one.case == case.stamp.id]
        found = [one for one in every if one.stamp.id == self.task] or [one for one in every if one.task == self.task]
        if len(found) != 1:
            raise Impossible(f"{len(found)} tasks are called {self.task}", field="task", next_step=STEP)
        return [acts.task_done(case, found[0], self.says)]
