"""Decision rules against published votes, a count by hand, and the law that a settled answer stays settled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.casebook.bodies import bodies, population_of, seated
from comity.casebook.book import casebook
from comity.errors import Impossible, Malformed
from comity.instruments.consultation.facts import Stance
from comity.instruments.consultation.rules import RULES, Electorate, tally
from comity.values.instant import instant
from comity.values.truth import Truth

YES, NO, ABSTAIN, ABSENT = Stance.YES, Stance.NO, Stance.ABSTAIN, Stance.ABSENT


def electorate(body: str, on: str) -> Electorate:
    one, day = bodies()[body], instant(on)
    members = seated(one.members, casebook(), day)
    return Electorate(members, population_of(int(on[:4])), frozenset(seated(one.holds_veto, casebook(), day)))


@dataclass(frozen=True)
class Vote:
    """A vote that was held: who did not say yes, what came of it, and where that is published."""

    body: str
    on: str
    no: str
    abstained: str
    result: Truth
    count: str
    source: str
    absent: str = ""


COUNCIL, PROCEDURAL = "un-security-council", "un-security-council-procedural"
VOTES = {
    "resolution 678, Kuwait": Vote(
        COUNCIL, "1990-11-29", "CUB YEM", "CHN", Truth.TRUE, "12-2-1", "S/PV.2963; S/RES/678 (1990)"
    ),
    "resolution 1973, Libya": Vote(
        COUNCIL, "2011-03-17", "", "BRA CHN DEU IND RUS", Truth.TRUE, "10-0-5", "S/PV.6498; S/RES/1973 (2011)"
    ),
    "draft on Syria, two vetoes": Vote(
        COUNCIL, "2011-10-04", "CHN RUS", "BRA IND LBN ZAF", Truth.FALSE, "9-2-4", "S/PV.6627; S/2011/612"
    ),
    "draft on Crimea, one veto": Vote(
        COUNCIL, "2014-03-15", "RUS", "CHN", Truth.FALSE, "13-1-1", "S/PV.7138; S/2014/189"
    ),
    "draft on Palestine, no nine votes": Vote(
        COUNCIL, "2014-12-30", "AUS USA", "GBR KOR LTU NGA RWA", Truth.FALSE, "8-2-5", "S/PV.7354; S/2014/916"
    ),
    "resolution 2334, settlements": Vote(
        COUNCIL, "2016-12-23", "", "USA", Truth.TRUE, "14-0-1", "S/PV.7853; S/RES/2334 (2016)"
    ),
    "draft on Ukraine, one veto": Vote(
        COUNCIL, "2022-02-25", "RUS", "ARE CHN IND", Truth.FALSE, "11-1-3", "S/PV.8979; S/2022/155"
    ),
    "resolution 2623, emergency special session: procedural": Vote(
        PROCEDURAL, "2022-02-27", "RUS", "ARE CHN IND", Truth.TRUE, "11-1-3", "S/PV.8980; S/RES/2623 (2022)"
    ),
    "resolution 2728, Gaza": Vote(
        COUNCIL, "2024-03-25", "", "USA", Truth.TRUE, "14-0-1", "S/PV.9586; S/RES/2728 (2024)"
    ),
    "nature restoration, 17 June 2024": Vote(
        "eu-council-qualified-majority", "2024-06-17", "FIN HUN ITA NLD POL SWE", "BEL", Truth.TRUE, "20-6-1",
        "Council, voting result of 17 June 2024: 20 members, 66.07 % by the Council's own figures",
    ),
    "CO2 standards for cars, 28 March 2023": Vote(
        "eu-council-qualified-majority", "2023-03-28", "POL", "BGR ITA ROU", Truth.TRUE, "23-1-3",
        "Council, voting result of 28 March 2023",
    ),
}  # fmt: skip


def cast(vote: Vote, members: tuple[str, ...]) -> dict[str, Stance]:
    others = {**dict.fromkeys(vote.no.split(), NO), **dict.fromkeys(vote.abstained.split(), ABSTAIN)}
    return {member: others.get(member, YES) for member in members}


@pytest.mark.parametrize("vote", VOTES.values(), ids=VOTES)
def test_a_vote_comes_to_what_was_published(vote: Vote) -> None:
    voters = electorate(vote.body, vote.on)
    votes = cast(vote, voters.members)
    counts = [list(votes.values()).count(stance) for stance in (YES, NO, ABSTAIN)]
    assert "-".join(map(str, counts)) == vote.count, "the members of that day are not those who voted"
    assert tally(bodies()[vote.body].rule, voters, votes).result is vote.result


def test_the_share_of_the_population_is_close_to_the_published_one() -> None:
    vote = VOTES["nature restoration, 17 June 2024"]
    voters = electorate(vote.body, vote.on)
    population = tally(bodies()[vote.body].rule, voters, cast(vote, voters.members)).tests[1]
    share = 100 * int(population.reached) / sum(voters.population[member] for member in voters.members)
    assert share == pytest.approx(66.07, abs=0.5)  # the Council counts by a table of its own


QMV = "eu-council-qualified-majority"
BLOCKING = {
    "the three largest with more than 35 % are too few to block": ("DEU FRA ITA", "", Truth.TRUE),
    "the same with a fourth member block": ("DEU FRA ITA MLT", "", Truth.FALSE),
    "with a fourth that abstains they block too": ("DEU FRA ITA", "MLT", Truth.FALSE),
    "thirteen small ones cannot be outvoted by fourteen": (
        "MLT LUX CYP EST LVA SVN LTU HRV IRL SVK FIN DNK BGR", "", Truth.FALSE,
    ),
    "twelve small ones are": ("MLT LUX CYP EST LVA SVN LTU HRV IRL SVK FIN DNK", "", Truth.TRUE),
}  # fmt: skip


@pytest.mark.parametrize(("no", "abstained", "result"), BLOCKING.values(), ids=BLOCKING)
def test_a_blocking_minority_has_four_members(no: str, abstained: str, result: Truth) -> None:
    voters = electorate(QMV, "2024-06-17")
    votes = cast(Vote(QMV, "2024-06-17", no, abstained, result, "", ""), voters.members)
    assert tally(bodies()[QMV].rule, voters, votes).result is result


def test_without_a_proposal_twenty_members_are_needed() -> None:
    voters = electorate("eu-council-reinforced-majority", "2024-06-17")
    rule = bodies()["eu-council-reinforced-majority"].rule
    smallest = sorted(voters.members, key=lambda member: voters.population[member])
    for against, result in ((7, Truth.TRUE), (8, Truth.FALSE)):
        votes = {member: NO if member in smallest[:against] else YES for member in voters.members}
        assert tally(rule, voters, votes).result is result


A, B, C, D = "ABCD"
SMALL = Electorate((A, B, C, D), {A: 40, B: 30, C: 20, D: 10}, frozenset({A, B}))
CONSENSUS: Mapping[str, object] = {"kind": "consensus"}
TABLE: dict[str, tuple[Mapping[str, object], dict[str, Stance], Truth]] = {
    "consensus: all": (CONSENSUS, dict.fromkeys("ABCD", YES), Truth.TRUE),
    "consensus: an abstention does not stand in the way": (CONSENSUS, {A: YES, B: YES, C: YES, D: ABSTAIN}, Truth.TRUE),
    "consensus: one objection": (CONSENSUS, {A: NO}, Truth.FALSE),
    "consensus: one not heard": (CONSENSUS, {A: YES, B: YES, C: YES}, Truth.UNKNOWN),
    "consensus: one absent has to be heard": (CONSENSUS, {A: YES, B: YES, C: YES, D: ABSENT}, Truth.UNKNOWN),
    "consensus: absent as an abstention": (
        {**CONSENSUS, "absent": "counts-as-abstention"}, {A: YES, B: YES, C: YES, D: ABSENT}, Truth.TRUE,
    ),
    "two of four": ({"kind": "k-of-n", "k": 2}, {A: YES, B: YES}, Truth.TRUE),
    "two of four, one so far": ({"kind": "k-of-n", "k": 2}, {A: YES, B: NO}, Truth.UNKNOWN),
    "two of four, three against": ({"kind": "k-of-n", "k": 2}, {A: NO, B: NO, C: ABSTAIN}, Truth.FALSE),
    "two thirds of four are three": ({"kind": "k-of-n", "share": "2/3"}, {A: YES, B: YES, C: NO, D: NO}, Truth.FALSE),
    "weights": ({"kind": "weighted", "weights": {A: 3, B: 2, C: 1, D: 1}, "needed": 5}, {A: YES, B: YES}, Truth.TRUE),
    "weights, still possible": (
        {"kind": "weighted", "weights": {A: 3, B: 2, C: 1, D: 1}, "needed": 5}, {B: NO}, Truth.UNKNOWN,
    ),
    "weights, out of reach": (
        {"kind": "weighted", "weights": {A: 3, B: 2, C: 1, D: 1}, "needed": 5}, {A: NO}, Truth.FALSE,
    ),
    "a council with a veto": ({"kind": "council", "k": 2}, {A: NO, B: YES, C: YES, D: YES}, Truth.FALSE),
    "a permanent member abstains": ({"kind": "council", "k": 2}, {A: ABSTAIN, B: YES, C: YES, D: NO}, Truth.TRUE),
    "a permanent member is absent": ({"kind": "council", "k": 2}, {A: ABSENT, B: YES, C: YES, D: NO}, Truth.TRUE),
    "a permanent member has not spoken": ({"kind": "council", "k": 2}, {B: YES, C: YES, D: YES}, Truth.UNKNOWN),
    "a procedural vote has no veto": (
        {"kind": "council", "k": 2, "procedural": True}, {A: NO, B: YES, C: YES}, Truth.TRUE,
    ),
    "a party to the dispute abstains": (
        {"kind": "council", "k": 2, "abstains": [A]}, {A: NO, B: YES, C: YES, D: NO}, Truth.TRUE,
    ),
    "who is no member does not vote": ({"kind": "k-of-n", "k": 1}, {"Z": YES}, Truth.UNKNOWN),
}  # fmt: skip


@pytest.mark.parametrize(("rule", "votes", "result"), TABLE.values(), ids=TABLE)
def test_what_votes_come_to(rule: Mapping[str, object], votes: dict[str, Stance], result: Truth) -> None:
    assert tally(rule, SMALL, votes).result is result


def test_an_open_answer_says_who_is_needed_and_whose_yes_would_do() -> None:
    found = tally({"kind": "k-of-n", "k": 3}, SMALL, {A: YES, B: YES, C: NO})
    assert (found.needed, found.enough) == ((D,), (D,))
    vetoes = tally({"kind": "council", "k": 3}, SMALL, {A: YES, C: YES})
    assert vetoes.needed == (B,)
    assert found.settles == ("D: without its yes it fails", "D: its yes alone would do")


RULES_TRIED: list[Mapping[str, object]] = [
    CONSENSUS, {"kind": "k-of-n", "k": 3}, {"kind": "weighted", "weights": {A: 3, B: 2, C: 1, D: 1}, "needed": 4},
    {"kind": "qualified-majority", "members_percent": 55, "population_percent": 65, "blocking_members": 2},
    {"kind": "qualified-majority", "members_percent": 55, "population_percent": 65},
    {"kind": "council", "k": 2},
]  # fmt: skip


@given(
    st.sampled_from(RULES_TRIED), st.dictionaries(st.sampled_from("ABCD"), st.sampled_from(list(Stance)), max_size=4)
)
def test_an_answer_is_settled_exactly_when_no_further_vote_can_matter(
    rule: Mapping[str, object], votes: dict[str, Stance]
) -> None:
    """The oracle: every way in which the others may vote yes or no (an absent one at consensus stays to be heard)."""
    left = [member for member in SMALL.members if member not in votes]
    ends = {
        tally(rule, SMALL, {**votes, **dict(zip(left, more, strict=True))}).result
        for more in product((YES, NO, ABSTAIN), repeat=len(left))
    }
    found = tally(rule, SMALL, votes).result
    assert found is (ends.pop() if len(ends) == 1 else Truth.UNKNOWN) or (
        rule is CONSENSUS and ABSENT in votes.values()
    )


@given(
    st.sampled_from(RULES_TRIED), st.dictionaries(st.sampled_from("ABCD"), st.sampled_from(list(Stance)), max_size=4)
)
def test_a_yes_never_does_worse_than_a_no(rule: Mapping[str, object], votes: dict[str, Stance]) -> None:
    for member in SMALL.members:
        with_it, without = (tally(rule, SMALL, {**votes, member: stance}).result for stance in (YES, NO))
        assert with_it >= without


BAD = {
    "no kind": {},
    "an unknown kind": {"kind": "lottery"},
    "a field nobody reads": {"kind": "k-of-n", "k": 1, "of": 3},
    "no number": {"kind": "k-of-n"},
    "a kind that is no word": {"kind": ["k-of-n"]},
    "no share": {"kind": "k-of-n", "share": "most"},
    "a share in digits nobody reckons with": {"kind": "k-of-n", "share": "²/³"},
    "a share without end": {"kind": "k-of-n", "share": f"{'9' * 5000}/1"},
    "a share of nothing": {"kind": "k-of-n", "share": "1/0"},
    "a member without a weight": {"kind": "weighted", "weights": {A: 1}, "needed": 1},
}


@pytest.mark.parametrize("rule", BAD.values(), ids=BAD)
def test_a_rule_that_cannot_be_carried_out_names_its_field(rule: Mapping[str, object]) -> None:
    with pytest.raises(Malformed) as error:
        tally(rule, SMALL, {})
    assert (error.value.field or "").startswith("rule")


def test_every_body_of_the_casebook_has_a_rule_that_can_be_carried_out() -> None:
    for name, body in bodies().items():
        assert body.rule["kind"] in RULES
        assert tally(body.rule, electorate(name, "2024-06-17"), {}).result is Truth.UNKNOWN


def test_a_body_decides_by_the_rule_of_the_day() -> None:
    council = bodies()["un-security-council"]
    asked = {"1950-06-27": 7, "1965-08-30": 7, "1965-08-31": 9, "2022-02-25": 9}
    assert {day: council.ruled(instant(day)).rule["k"] for day in asked} == asked
    assert "as signed" in council.ruled(instant("1950-06-27")).source
    with pytest.raises(Impossible, match="is not in the casebook"):
        bodies()[QMV].ruled(instant("2014-10-31"))


def test_resolution_83_was_adopted_by_seven_of_eleven() -> None:
    council, day = bodies()["un-security-council"], instant("1950-06-27")
    members = seated(council.members, casebook(), day)
    veto = frozenset(seated(council.holds_veto, casebook(), day))
    assert len(members) == 11
    said = {"YUG": Stance.NO, "EGY": Stance.ABSENT, "IND": Stance.ABSENT, "SUN": Stance.ABSENT}
    votes = {party: said.get(party, Stance.YES) for party in members}
    assert tally(council.ruled(day).rule, Electorate(members, {}, veto), votes).result is Truth.TRUE
