"""What has to come of a silence procedure, as a staff officer would put it: who said what when, and what it comes to.

A line is `PARTY what signed[>arrived] [more]`: `signed` by its own clock, `arrived` by the chair's, both on one day.
Texts are t0, t1 ...; the chair's acts are `SEC put t0 14:00`, `SEC extend 14:30`, `SEC drop`, `SEC record adopted`.
"""

# ruff: noqa: E501  # a table is read by its rows

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from comity.instruments.consultation import facts as f
from comity.instruments.consultation.facts import AnyFact, Case, Line, Result, Stamp
from comity.instruments.consultation.gathered import Facts
from comity.instruments.consultation.silence import Procedure, procedure
from comity.values.instant import Instant, instant

MINUTE = f.MINUTE
CASE = Case(
    Stamp("c" * 64, "SEC", 0, 0), "a case", "A", "Art. 4", "council", "SEC", ("A", "B"), (), 0, None, None
)  # fmt: skip


def at(clock: str) -> Instant:
    return instant(f"2026-03-01T{clock}Z")


@dataclass
class Story:
    """The lines so far, read into facts."""

    facts: list[AnyFact]
    last: str | None = None
    put: f.Put | None = None
    line: Line = Line.WINDOW
    notice: Instant = 0

    def tell(self, text: str) -> None:
        who, what, times, *more = text.split()
        signed, _, arrived = times.partition(">")
        stamp = Stamp(f"{len(self.facts) + 1:064x}", who, at(signed), at(arrived or signed))
        self.facts.append(WORDS[what](self, stamp, more))
        if what in {"put", "extend", "drop", "record"}:
            self.last = stamp.id

    @property
    def of(self) -> str:
        return "f" * 64 if self.put is None else self.put.stamp.id

    def judged(self, now: str) -> Procedure:
        found = procedure(CASE, "1", Facts(tuple(self.facts), frozenset()), at(now))
        assert found is not None
        return found


def _put(story: Story, stamp: Stamp, more: list[str]) -> AnyFact:
    text, deadline = f"{int(more[0][1:]):064x}", at(more[1])
    window, skew = 15 * MINUTE, 5 * MINUTE
    parties = tuple(more[2].split(",")) if len(more) > 2 else CASE.parties
    story.put = f.Put(
        stamp, CASE.stamp.id, "1", story.last, text, deadline, parties, skew, window, story.notice, story.line
    )
    return story.put


def _extend(story: Story, stamp: Stamp, more: list[str]) -> AnyFact:
    return f.Extension(stamp, CASE.stamp.id, "1", story.last or "", story.of, at(more[0]))


def _drop(story: Story, stamp: Stamp, _: list[str]) -> AnyFact:
    return f.Dropped(stamp, CASE.stamp.id, "1", story.last or "", story.of, "the council convenes")


def _record(story: Story, stamp: Stamp, more: list[str]) -> AnyFact:
    """The chair lists what the rules say counts; with `all`, everything he holds."""
    rests = tuple((fact.stamp.id, fact.stamp.arrived) for fact in story.facts if _heard(fact, story.of))
    result = Result.ADOPTED if more[0] == "adopted" else Result.NOT_ADOPTED
    return f.Recorded(stamp, CASE.stamp.id, "1", story.last or "", story.of, result, stamp.signed, rests)


def _heard(fact: AnyFact, of: str) -> bool:
    return isinstance(fact, f.Receipt | f.Break | f.Consent) and fact.of == of


def _receipt(story: Story, stamp: Stamp, more: list[str]) -> AnyFact:
    text = f"{99:064x}" if "altered" in more or story.put is None else story.put.text
    broke = [fact.stamp.id for fact in story.facts if isinstance(fact, f.Break) and fact.stamp.by == stamp.by]
    lost = ["e" * 64] if "broke" in more else []
    return f.Receipt(stamp, CASE.stamp.id, story.of, text, tuple([*broke, *lost] if "denies" not in more else []))


def _break(story: Story, stamp: Stamp, _: list[str]) -> AnyFact:
    return f.Break(stamp, CASE.stamp.id, story.of)


def _consent(story: Story, stamp: Stamp, more: list[str]) -> AnyFact:
    text = f"{99:064x}" if "altered" in more or story.put is None else story.put.text
    return f.Consent(stamp, CASE.stamp.id, story.of, text)


WORDS: dict[str, Callable[[Story, Stamp, list[str]], AnyFact]] = {
    "put": _put, "extend": _extend, "drop": _drop, "record": _record, "receipt": _receipt, "break": _break,
    "consent": _consent,
}  # fmt: skip


@dataclass(frozen=True)
class Told:
    """The lines, the clock at which one asks, and what it comes to."""

    lines: tuple[str, ...]
    now: str
    state: str
    line: Line = Line.WINDOW
    notice: int = 0

    def come_to(self) -> Procedure:
        story = Story([], line=self.line, notice=self.notice * MINUTE)
        for text in self.lines:
            story.tell(text)
        return story.judged(self.now)


PUT = "SEC put 12:00 t0 14:00"
BOTH = (PUT, "A receipt 12:10", "B receipt 12:20")
PROVED = Line.PROVED
CASES: dict[str, Told] = {
    "before the deadline it is open": Told(BOTH, "13:59", "open"),
    "at the deadline it is pending": Told(BOTH, "14:00", "pending"),
    "until the window has passed it is pending": Told(BOTH, "14:14", "pending"),
    "then silence was kept": Told(BOTH, "14:15", "silence kept"),
    "a break ends it at once": Told((*BOTH, "A break 13:00"), "13:01", "broken"),
    "a break at the last minute": Told((*BOTH, "A break 13:59"), "14:15", "broken"),
    "a break at the deadline is late": Told((*BOTH, "A break 14:00"), "14:15", "silence kept"),
    "a break in time that arrives in the window": Told((*BOTH, "A break 13:59>14:10"), "14:15", "broken"),
    "a break in time that arrives at the window's last minute": Told((*BOTH, "A break 13:59>14:14"), "14:15", "broken"),
    "a break in time that arrives as the window has passed": Told((*BOTH, "A break 13:59>14:15"), "14:15", "silence kept"),
    "a slow clock: signed before, late by the chair's": Told((*BOTH, "A break 13:58>14:09"), "14:15", "broken"),
    "a fast clock: signed after, early by the chair's": Told((*BOTH, "A break 14:02>13:58"), "14:15", "broken"),
    "a fast clock, and at the chair's deadline": Told((*BOTH, "A break 14:02>14:00"), "14:15", "silence kept"),
    "what has not arrived yet is not known": Told((*BOTH, "A break 13:59>14:10"), "14:05", "pending"),
    "a break needs no receipt": Told((PUT, "B receipt 12:10", "A break 13:00"), "14:15", "broken"),
    "somebody else's break is none": Told((*BOTH, "C break 13:00"), "14:15", "silence kept"),
    "no receipt, no consent": Told((PUT, "A receipt 12:10"), "14:15", "overdue"),
    "no receipt, and no veto": Told((PUT, "A receipt 12:10"), "14:14", "pending"),
    "a receipt of an altered text is none": Told((PUT, "A receipt 12:10", "B receipt 12:11 altered"), "14:15", "overdue"),
    "a receipt at the deadline leaves no time": Told((PUT, "A receipt 12:10", "B receipt 14:00"), "14:15", "overdue"),
    "a receipt signed before and arrived after": Told((PUT, "A receipt 12:10", "B receipt 13:59>14:20"), "14:21", "silence kept"),
    "somebody else's receipt is none": Told((PUT, "A receipt 12:10", "C receipt 12:11"), "14:15", "overdue"),
    "a receipt in the notice asked for": Told((PUT, "A receipt 12:10", "B receipt 13:29"), "14:15", "silence kept", notice=30),
    "a receipt that leaves too little notice": Told((PUT, "A receipt 12:10", "B receipt 13:30"), "14:15", "overdue", notice=30),
    "consent in place of a receipt": Told((PUT, "A receipt 12:10", "B consent 14:40"), "14:41", "silence kept"),
    "consent to an altered text is none": Told((PUT, "A receipt 12:10", "B consent 14:40 altered"), "14:41", "overdue"),
    "a break beats a consent": Told((PUT, "A receipt 12:10", "B consent 12:40", "B break 13:00"), "14:41", "broken"),
    "an extension gives time": Told((*BOTH, "SEC extend 13:00 15:00"), "14:30", "open"),
    "an extension has a window of its own": Told((*BOTH, "SEC extend 13:00 15:00"), "15:14", "pending"),
    "receipts live on after an extension": Told((*BOTH, "SEC extend 13:00 15:00"), "15:15", "silence kept"),
    "a break after an extension counts": Told((*BOTH, "SEC extend 13:00 15:00", "A break 14:40"), "15:15", "broken"),
    "a break after an extension that arrives in its window": Told((*BOTH, "SEC extend 13:00 15:00", "A break 14:40>15:05"), "15:15", "broken"),
    "an extension that comes late, of an overdue text": Told((PUT, "A receipt 12:10", "SEC extend 14:30 15:00", "B receipt 14:40"), "15:15", "silence kept"),
    "a late break counts once the deadline has moved": Told((*BOTH, "A break 14:20", "SEC extend 14:30 15:00"), "15:15", "broken"),
    "a deadline does not move back": Told((*BOTH, "SEC extend 13:00 13:30"), "13:50", "open"),
    "somebody else's extension is none": Told((*BOTH, "A extend 13:00 16:00"), "14:15", "silence kept"),
    "an amended text needs receipts of its own": Told((*BOTH, "SEC put 13:00 t1 15:00"), "15:15", "overdue"),
    "an amended text has a clock of its own": Told((*BOTH, "SEC put 13:00 t1 15:00", "A receipt 13:10", "B receipt 13:10"), "14:30", "open"),
    "an amended text may be kept silent on": Told((*BOTH, "SEC put 13:00 t1 15:00", "A receipt 13:10", "B receipt 13:10"), "15:15", "silence kept"),
    "a break of the text before is not one of this": Told((*BOTH, "A break 12:50", "SEC put 13:00 t1 15:00", "A receipt 13:10", "B receipt 13:10"), "15:15", "silence kept"),
    "the same text put again needs receipts again": Told((*BOTH, "A break 12:50", "SEC put 13:00 t0 15:00"), "15:15", "overdue"),
    "an amended text that is put past a party is not put": Told((*BOTH, "SEC put 13:00 t1 15:00 A", "A receipt 13:10"), "14:15", "silence kept"),
    "dropped": Told((PUT, "SEC drop 14:30"), "15:00", "dropped"),
    "recorded as adopted": Told((*BOTH, "SEC record 14:15 adopted"), "14:16", "adopted"),
    "what comes after the outcome changes nothing": Told((*BOTH, "SEC record 14:15 adopted", "SEC extend 14:20 16:00", "A break 14:30"), "16:30", "adopted"),
    "an outcome before the window has passed is none": Told((*BOTH, "SEC record 14:14 adopted"), "14:16", "silence kept"),
    "an outcome without a receipt is none": Told((PUT, "A receipt 12:10", "SEC record 14:15 adopted"), "14:16", "overdue"),
    "an outcome against a break is none": Told((*BOTH, "A break 13:00", "SEC record 14:15 adopted"), "14:16", "broken"),
    "recorded as not adopted": Told((*BOTH, "A break 13:00", "SEC record 13:10 not"), "13:11", "not adopted"),
    "not adopted without a break is none": Told((*BOTH, "SEC record 14:15 not"), "14:16", "silence kept"),
    "somebody else's record is none": Told((*BOTH, "A record 14:15 adopted"), "14:16", "silence kept"),
    "proved lines: silence alone does not do": Told(BOTH, "14:15", "line not proved", PROVED),
    "proved lines: with receipts after the deadline": Told((*BOTH, "A receipt 14:01", "B receipt 14:02"), "14:15", "silence kept", PROVED),
    "proved lines: at the deadline exactly": Told((*BOTH, "A receipt 14:00", "B receipt 14:00"), "14:15", "silence kept", PROVED),
    "proved lines: a receipt just before proves nothing": Told((*BOTH, "A receipt 13:59", "B receipt 14:00"), "14:15", "line not proved", PROVED),
    "proved lines: who says it broke has not kept silence": Told((*BOTH, "A receipt 14:01 broke", "B receipt 14:02"), "14:15", "line not proved", PROVED),
    "proved lines: a break in time counts whenever it comes": Told((*BOTH, "B receipt 14:02", "A break 13:50>17:00"), "17:01", "broken", PROVED),
    "proved lines: who signed that it kept silence cannot have broken it": Told((*BOTH, "A receipt 14:01", "B receipt 14:02", "A break 13:50>17:00"), "17:01", "silence kept", PROVED),
    "proved lines: within the window both are taken at the worst": Told((*BOTH, "A receipt 14:01", "B receipt 14:02", "A break 13:50>14:10"), "17:01", "broken", PROVED),
    "proved lines: who broke late and says so has proved its line": Told((*BOTH, "A break 14:00", "A receipt 14:01", "B receipt 14:02"), "14:15", "silence kept", PROVED),
    "proved lines: a late break is in time once the deadline has moved": Told((*BOTH, "A break 14:20", "A receipt 14:21", "SEC extend 14:30 14:40", "A receipt 14:50", "B receipt 14:50"), "15:00", "broken", PROVED),
    "proved lines: such a break on its way is waited for": Told((*BOTH, "A break 14:20>16:00", "A receipt 14:21", "SEC extend 14:30 14:40", "A receipt 14:50", "B receipt 14:50"), "15:00", "line not proved", PROVED),
    "proved lines: who denies its break has not made it": Told((*BOTH, "A break 13:50>15:00", "A receipt 14:50 denies", "B receipt 14:50"), "15:00", "silence kept", PROVED),
    "proved lines: an extension wants them proved anew": Told((*BOTH, "A receipt 14:01", "B receipt 14:02", "SEC extend 14:03 15:00"), "15:15", "line not proved", PROVED),
    "proved lines: consent before the deadline is not enough": Told((*BOTH, "A receipt 14:01", "B consent 13:00"), "14:15", "line not proved", PROVED),
    "proved lines: consent after it is": Told((*BOTH, "A receipt 14:01", "B consent 14:05"), "14:15", "silence kept", PROVED),
}  # fmt: skip


def failures(cases: dict[str, Told] = CASES) -> list[str]:
    """The cases that do not come to what they should."""
    return [name for name, told in cases.items() if told.come_to().judged.state != told.state]


def forked() -> Procedure:
    """Two outcomes that follow the same act."""
    story = Story([])
    for text in (*BOTH, "A break 13:59>14:16"):
        story.tell(text)
    before = story.last
    story.tell("SEC record 14:15 adopted")
    story.last = before
    story.tell("SEC record 14:17 not")
    return story.judged("14:20")


def backwards(told: Told) -> Procedure:
    """The same facts in another order: a view's order is not that of arrival."""
    story = Story([], line=told.line, notice=told.notice * MINUTE)
    for text in told.lines:
        story.tell(text)
    return replace(story, facts=list(reversed(story.facts))).judged(told.now)
