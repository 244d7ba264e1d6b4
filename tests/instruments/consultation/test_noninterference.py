"""What an audience may not read changes no byte of its answers: by variation over positions, reasons and steps."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest

from comity.casebook.steps import packaged
from comity.cli.own_book import label_words
from comity.formats import ical
from comity.instruments.consultation import acts, calendar, steps, table
from comity.instruments.consultation.case import cases, consultation
from comity.instruments.consultation.channel import matters
from comity.instruments.consultation.committee import waiting
from comity.instruments.consultation.facts import Stance
from comity.instruments.consultation.gathered import gather
from tests.instruments.consultation.council import Council, at

Hidden = Callable[[Council], None]


def nothing(_: Council) -> None:
    """A party that keeps nothing to itself."""


def _position(stance: Stance, says: str, to: tuple[str, ...] = ()) -> Hidden:
    def act(council: Council) -> None:
        council.state("10:40", acts.position(council.case, "LTU", "1", stance, says=says, release=to))

    return act


def _reason(says: str, to: tuple[str, ...] = ()) -> Hidden:
    def act(council: Council) -> None:
        broken = next(one.stamp.id for one in council.facts("LTU").every if type(one).__name__ == "Break")
        council.state("10:50", acts.reason(council.case, broken, "LTU", says, to))

    return act


def _step(days: tuple[int, int]) -> Hidden:
    def act(council: Council) -> None:
        council.state("10:55", acts.national_step("LTU", "simplified procedure", "cabinet", days=days))

    return act


HIDDEN: dict[str, Hidden] = {
    "a position": _position(Stance.NO, "never"),
    "another position": _position(Stance.YES, "with pleasure"),
    "a reason": _reason("our parliament"),
    "another reason": _reason("our budget, at some length, so that it takes more room"),
    "a step of its own": _step((3, 5)),
    "a position for one other": _position(Stance.NO, "for LVA alone", ("LVA",)),
    "a reason for one other": _reason("for LVA alone", ("LVA",)),
}


def council_with(hidden: Hidden) -> Council:
    """The same case each time, with something besides that Lithuania keeps to itself, and its position of later on."""
    council = Council()
    council.opened(agenda=[{"item": "1", "title": "Watch"}])
    council.put()
    council.receipt("10:10", "EST")
    council.breaks("10:30", "LTU")
    hidden(council)
    council.state("11:00", acts.position(council.case, "LTU", "1", Stance.ABSTAIN, release=["EST", "LVA"]))
    council.state("11:10", acts.task(council.case, "EST", "LVA", name="t", says="draft", due=at("12:00")))
    council.state("11:20", acts.incident("LTU", ["EST"], what="drift", at=at("11:00"), says="a buoy adrift"))
    council.now = at("13:00")
    return council


def answers(council: Council, audience: tuple[str, ...]) -> Iterator[object]:
    """Everything the instrument says to an audience."""
    view, now = council.book.view(*audience), at("13:00")
    facts = gather(view)
    label = label_words(facts.label)
    yield [case.stamp.id for case in cases(facts)]
    for case in cases(facts):
        found = consultation(view, case.stamp.id, now, view.casebook)
        yield table.consultation_data(found, label)
        yield list(table.consultation_lines(found, label))
    yield [table.matter_data(one) for one in matters(facts, now)]
    yield [[table.waiting_data(one) for one in waiting(party, facts, now)] for party in audience]
    yield ical.write(calendar.entries(facts, now, label), name="x", at=now, label=label).decode()
    ask = steps.stated(facts, steps.Contribution("LTU", "assist", at("00:00")))
    yield [repr(ask), [table.timeline_data(one) for one in steps.timelines(packaged(), ask)]]


@pytest.mark.parametrize("audience", [("EST",), ("EST", "LVA"), ("SWE",), ()], ids=str)
@pytest.mark.parametrize("hidden", HIDDEN.values(), ids=HIDDEN)
def test_what_is_kept_back_changes_no_byte_for_others(hidden: Hidden, audience: tuple[str, ...]) -> None:
    bare, full = council_with(nothing), council_with(hidden)
    told = [json.dumps(list(answers(one, audience)), sort_keys=False).encode() for one in (bare, full)]
    assert told[0] == told[1]


def test_its_owner_and_whom_he_let_read_see_it() -> None:
    bare, full = council_with(nothing), council_with(HIDDEN["a reason for one other"])
    for party in ("LTU", "LVA"):
        assert len(full.facts(party).every) == len(bare.facts(party).every) + 1
