"""Claims that differ, circumstances that contradict, and what a row rests on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

import pytest

from comity.casebook.book import Casebook, casebook
from comity.casebook.vocabulary import KINDS, TARGETS
from comity.cli.commitments import Public
from comity.errors import Malformed
from comity.instruments.guarantees.circumstances import asked_about
from comity.instruments.guarantees.commitments import UNKNOWN, Commitment, Commitments, commitments
from comity.instruments.guarantees.event import Attribution, event
from comity.values.label import Label, originator_only

BOOK = casebook()
SENKAKU = {"kind": "armed-attack", "victim": "JPN", "attacker": "CHN", "on": "2024-05-01", "place": [25.75, 123.47]}
YEMEN = {"kind": "armed-attack", "victim": "YEM", "attacker": "SAU", "on": "2016-05-01", "target": "territory"}


def answer(**given: object) -> Commitments:
    """What an event binds to."""
    return commitments(Public(BOOK, ()), event(given, BOOK.parties, asked_about(BOOK)))


def row(found: Commitments, agreement: str, article: str, bound: str) -> Commitment:
    """One row of an answer."""
    (one,) = (r for r in found.rows if (r.agreement.id, r.clause.article, r.bound) == (agreement, article, bound))
    return one


CONTRADICTIONS: dict[str, tuple[dict[str, object], str]] = {
    "another state did it, and not from outside": ({"victim": "EST", "attacker": "RUS", "external": False}, "external"),
    "one of those named is another state": (
        {"victim": "EST", "attacker": ["RUS", "non-state"], "external": False},
        "external",
    ),
    "a state did it, and no state did": ({"attacker": "RUS", "by_state": False}, "by_state"),
    "nobody's state did it, and a state did": ({"attacker": "non-state", "by_state": True}, "by_state"),
    "its territory, and not in it": ({"victim": "EST", "target": "territory", "in_territory": False}, "in_territory"),
    "asks for help, and does not": ({"kind": "intervention-request", "victim": "EST", "requested": False}, "requested"),
}


@pytest.mark.parametrize("case", CONTRADICTIONS.values(), ids=CONTRADICTIONS)
def test_an_event_that_contradicts_itself_is_refused(case: tuple[dict[str, object], str]) -> None:
    given, field = case
    with pytest.raises(Malformed) as caught:
        answer(**given)
    assert caught.value.field == field
    assert caught.value.next_step


def test_who_did_it_may_be_claimed_by_several() -> None:
    claims = [{"by": "USA", "attacker": "PRK"}, {"by": ["PRK", "CHN"], "attacker": "non-state"}]
    found = answer(
        kind="armed-attack", victim="USA", on="2024-05-01", place=[39.0, -70.0], target="vessel", claims=claims
    )
    asks_for_a_state = row(found, "RIO-1947", "3", "BRA")
    assert [(branch.claim, branch.duty) for branch in asks_for_a_state.branches] == [
        ("USA's claim that PRK did it is taken", "assist"),
        ("PRK and CHN's claim that non-state did it is taken", "not triggered"),
    ]
    assert asks_for_a_state.duty == UNKNOWN
    asks_nobody = row(found, "NAT-1949", "5", "CAN")
    assert (asks_nobody.duty, asks_nobody.branches) == ("assist", ())
    assert "the same whoever of them did it" in asks_nobody.because
    assert found.event.as_json()["attacker"] == "disputed"


def test_one_claim_is_taken_and_its_author_told() -> None:
    what = event({"claims": [{"by": "FIN", "attacker": "RUS"}, {"by": "EST", "attacker": "RUS"}]}, BOOK.parties)
    assert (what.attacker, what.claims) == ("RUS", (Attribution("RUS", ("FIN", "EST")),))


def test_a_breach_is_owed_by_whoever_is_said_to_have_broken_it() -> None:
    found = answer(kind="treaty-breach", victim="KHM", attacker=["THA", "VNM"], on="2025-07-24")
    for bound in ("THA", "VNM"):
        one = row(found, "TAC-1976", "2", bound)
        assert (one.duty, {branch.duty for branch in one.branches}) == (UNKNOWN, {"refrain", "not triggered"})


def test_a_settled_row_in_a_disputed_area_says_so() -> None:
    found = row(answer(**SENKAKU, target="territory"), "USJPN-1960", "V", "USA")
    assert (found.duty, found.branches) == ("act", ())
    told = " ".join(found.because)
    assert "disputed area, Senkaku (Diaoyu) Islands (JPN, CHN, TWN)" in told
    assert "as read by USA, 2014-04-24: " in told
    assert "goes by who administers it" in told


def test_a_reading_later_than_the_event_says_so() -> None:
    found = row(answer(**{**SENKAKU, "on": "2000-05-01"}, target="territory"), "USJPN-1960", "V", "USA")
    assert any("as read by USA, 2014-04-24 (later than the event)" in text for text in found.because)


def test_a_weak_membership_is_told_and_graded() -> None:
    found = answer(**YEMEN)
    weak, sound = row(found, "ARAB-1950", "2", "ARE"), row(found, "ARAB-1950", "2", "EGY")
    assert (weak.duty, weak.grade, weak.verify) == ("defend", "C", True)
    assert any("ARE being a party" in text for text in weak.because)
    assert (sound.grade, sound.verify) == ("A", False)


def test_an_attack_on_infrastructure_is_not_moved_by_a_dispute_of_others() -> None:
    base = {"kind": "armed-attack", "victim": "AUS", "on": "2024-01-01", "place": [9.75, 115.87]}
    for attacker in ({}, {"attacker": "CHN"}, {"attacker": "non-state"}):
        found = answer(**base, **attacker, target="infrastructure")
        assert row(found, "MANILA-1954", "IV(1)", "NZL").duty == "act"


@dataclass(frozen=True, slots=True)
class Own:
    """A casebook that rests on a fact of somebody's own as well."""

    casebook: Casebook
    audience: tuple[str, ...]

    def searched(self, kinds: Sequence[str]) -> set[Label]:
        """His label, if agreements are searched."""
        return {originator_only("IRL", "book/agreement")} if "agreement" in kinds else set()


def test_the_label_is_that_of_what_was_searched() -> None:
    what = event({"kind": "threat", "victim": "IRL"}, BOOK.parties)
    assert commitments(Public(BOOK, ()), what).label == "PUBLIC"
    assert commitments(Own(BOOK, ("IRL",)), what).label == "IRL book/agreement"


SLIPS: dict[str, tuple[dict[str, object], str, str]] = {
    "a circumstance no agreement asks about": ({"requsted": True}, "requsted", "requested"),
    "a field misspelt": ({"victm": "FIN"}, "victm", "victim"),
    "yes is no truth": ({"attributes": {"external": "yes"}}, "external", "external=true"),
    "a list of circumstances": ({"attributes": ["external"]}, "attributes", "external: true"),
    "a place of truths": ({"place": [True, False]}, "place", "latitude"),
    "half a place": ({"place": [59.4]}, "place", "latitude"),
    "claims beside an attacker": ({"attacker": "RUS", "claims": [{"attacker": "BLR"}]}, "attacker", "claims"),
    "a claim of nobody": ({"claims": [{"by": "FIN"}]}, "claims", "attacker"),
    "a claim of something else": ({"claims": [{"attacker": "RUS", "on": 2024}]}, "claims", "attacker"),
    "claims that are none": ({"claims": "RUS"}, "claims", "attacker"),
    "a claimant who is nobody": ({"claims": [{"by": "XXX", "attacker": "RUS"}]}, "claims.by", "alpha-3"),
}


@pytest.mark.parametrize("case", SLIPS.values(), ids=SLIPS)
def test_a_slip_names_its_field_and_the_remedy(case: tuple[dict[str, object], str, str]) -> None:
    given, field, remedy = case
    with pytest.raises(Malformed) as caught:
        event(given, BOOK.parties, asked_about(BOOK))
    assert caught.value.field == field
    assert remedy in str(caught.value.next_step)
    assert "Decimal" not in str(caught.value)


def test_claimants_may_be_written_with_a_blank() -> None:
    assert event({"claimed_by": "FIN, EST"}, BOOK.parties).claimed_by == ("FIN", "EST")


def test_an_article_refused_for_all_at_once_is_refused_as_pair_by_pair(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = Random(7)
    bound = sorted({party for agreement in BOOK.agreements.values() for party in BOOK.spells(agreement)})
    places = [list(point) for dispute in BOOK.disputes for point in dispute.samples]
    asked = [
        {
            "kind": chance.choice(sorted(KINDS)),
            "victim": chance.choice(bound),
            "attacker": chance.choice([None, *bound]),
            "on": f"{chance.randrange(1946, 2026)}-06-15",
            "target": chance.choice([None, *TARGETS]),
            "place": chance.choice([None, *places]),
        }
        for _ in range(60)
    ]
    at_once = [answer(**event).as_json() for event in asked]
    monkeypatch.setattr("comity.instruments.guarantees.commitments._fails_for_all", lambda *_: False)
    assert [answer(**event).as_json() for event in asked] == at_once
