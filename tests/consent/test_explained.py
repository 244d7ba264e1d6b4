"""What an answer tells besides the verdict: which facts it cites and which not, in which order, in which words.

Where an order comes from sorting a set, eight or more names are sorted, so that no order of hashing passes by chance.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

import pytest

from comity.consent import things
from comity.consent.decide import decide
from comity.consent.facts import Facts, Moment
from comity.consent.things import Base
from comity.errors import Malformed
from comity.values.fact import Ask
from comity.values.instant import NEVER, instant, ragged_date
from comity.values.party import Group
from comity.values.period import Period
from comity.values.reading import fact
from comity.values.verdict import Decision, Verdict
from tests.consent.small_books import DAY, ask, book, grant, refuse, title

Line = dict[str, dict[str, object]]
EIGHT = ("M8", "M3", "M6", "M1", "M7", "M2", "M5", "M4")
WAY = [f"T{number}" for number in (4, 1, 7, 3, 8, 2, 6, 5)]
PAST = {"from": "2010-01-01", "until": "2020-01-01"}


def line(kind: str, **fields: object) -> Line:
    return {kind: fields}


def asked(*lines: Line, **more: object) -> Decision:
    """What comes of EST reading the map, which is GBR's."""
    given: Ask = replace(ask("EST", "read", "map"), **more)  # type: ignore[arg-type]
    return decide(given, book(title("map", "GBR"), *lines))


def said(*lines: Line, **more: object) -> tuple[str, tuple[str, ...]]:
    """What GBR says, in words and with the facts cited."""
    (reason,) = asked(*lines, **more).owners[0].reasons
    return reason.says, reason.facts


# Orders


def test_organs_and_what_they_belong_to_are_told_by_name() -> None:
    lines = [
        entry
        for name in EIGHT
        for entry in (
            line("acts-for", organ=name, sovereign="GBR", id=f"for-{name}"),
            line("member", group="PACT", party=name, id=f"in-{name}"),
        )
    ]
    moment = Moment(book(*lines), instant(DAY), NEVER)
    assert moment.called("GBR") == ["GBR", *sorted(EIGHT)]
    assert [one.id for one in moment.memberships("GBR", Group("PACT"))] == [f"in-{name}" for name in sorted(EIGHT)]


def test_parts_of_parts_are_told_by_name() -> None:
    made = [
        line("derive", thing="plan", by="X", from_things=EIGHT, id="plan"),
        *(line("derive", thing=name, by="X", from_things=[f"P{9 - int(name[1])}"], id=f"of-{name}") for name in EIGHT),
        *(title(f"P{number}", "GBR") for number in range(1, 9)),
    ]
    found = things.making(Moment(book(*made), instant(DAY), NEVER), "plan")
    assert [base.thing for base in found.bases] == [f"P{number}" for number in range(1, 9)]
    assert found.facts == ("plan", *(f"of-{name}" for name in sorted(EIGHT)))


def test_owners_are_told_by_name() -> None:
    decision = decide(ask("EST", "read", "map"), book(*(title("map", name) for name in EIGHT)))
    assert [answer.owner for answer in decision.owners] == sorted(EIGHT)


def test_collections_along_the_way_are_told_by_thing_and_only_those_meant() -> None:
    lines = [
        *(line("derive", thing=upper, by="X", from_things=[lower]) for upper, lower in pairwise((*WAY, "map"))),
        *(line("collection", name="list", by="GBR", things=[thing], id=f"holds-{thing}") for thing in WAY),
        line("collection", name="another", by="GBR", things=WAY, id="another"),
        line("collection", name="list", by="GBR", things=WAY, id="over", **PAST),
        grant("GBR", "EST", "list", id="g"),
    ]
    decision = decide(ask("EST", "read", WAY[0]), book(title("map", "GBR"), *lines))
    (reason,) = decision.owners[0].reasons
    assert reason.facts == ("g", *(f"holds-{thing}" for thing in sorted(WAY)))


def test_a_quorums_collections_are_told_by_thing_and_only_those_meant() -> None:
    lines = [
        *(line("derive", thing=upper, by="X", from_things=[lower]) for upper, lower in pairwise((*WAY, "map"))),
        *(line("collection", name="list", by="OFFICE", things=[thing], id=f"holds-{thing}") for thing in WAY),
        line("collection", name="another", by="GBR", things=WAY, id="another"),
        line("collection", name="list", by="FIN", things=WAY, id="foreign"),
        line("collection", name="list", by="GBR", things=WAY, id="over", **PAST),
        line("acts-for", organ="OFFICE", sovereign="GBR", id="office"),
        line("quorum", scope="list", k=1, id="q"),
    ]
    decision = decide(ask("EST", "read", WAY[0]), book(title("map", "GBR"), *lines))
    start = decision.proof.index("q")
    told = decision.proof[start + 1 :]
    assert told == ("holds-T1", "office", *(f"holds-{thing}" for thing in sorted(WAY)[1:]))


def test_a_chain_through_the_organs_of_eight_holders_cites_them_by_name() -> None:
    lines = [line("acts-for", organ=f"{name}-MOD", sovereign=name, id=f"for-{name}") for name in EIGHT]
    givers = ("GBR", *(f"{name}-MOD" for name in EIGHT))
    chained = [
        grant(giver, taker, "map", id=f"g{number}", depth=9)
        for number, (giver, taker) in enumerate(zip(givers, (*EIGHT, "EST"), strict=True))
    ]
    says, facts = said(*lines, *chained)
    assert says == f"granted by GBR to {' to '.join((*EIGHT, 'EST'))}"
    assert facts == (*(f"g{number}" for number in range(9)), *(f"for-{name}" for name in sorted(EIGHT)))


def test_memberships_of_all_who_give_are_told_by_name() -> None:
    lines = [line("member", group="PACT", party=name, id=f"in-{name}") for name in (*EIGHT, "EST")]
    chained = [
        grant(giver, taker, "map", id=f"g{number}", depth=9)
        for number, (giver, taker) in enumerate(zip(("GBR", *EIGHT), (*EIGHT, "PACT@dynamic"), strict=True))
    ]
    (reason,) = asked(*lines, *chained).owners[0].reasons
    members = [one for one in reason.facts if one.startswith("in-")]
    assert members == ["in-EST", *(f"in-{name}" for name in sorted(EIGHT))]


def test_the_hours_on_the_way_are_told_in_their_order() -> None:
    hours = [f"2024-05-01T{hour:02}:00Z" for hour in range(10)]
    lines = [
        line("route", thing="way", by="X", legs=[{"territory": "map", "after_hours": 0, "stay_hours": 9}]),
        *(
            {"grant": {**grant("GBR", "EST", "way", id=f"g{number}")["grant"], "from": start, "until": end}}
            for number, (start, end) in enumerate(pairwise(hours))
        ),
    ]
    decision = decide(ask("EST", "read", "way"), book(title("map", "GBR"), *lines))
    assert [answer.reasons[0].facts[0] for answer in decision.owners] == [f"g{number}" for number in range(9)]


def test_facts_are_told_by_their_names_whatever_the_order_of_arrival() -> None:
    two = [refuse("GBR", "EST", "map", id="r2"), refuse("GBR", "EST", "map", id="r1")]
    assert said(*two) == ("GBR refuses this to EST", ("r1",))
    two = [grant("GBR", "EST", "map", id="g2"), grant("GBR", "EST", "map", id="g1")]
    assert said(*two) == ("granted by GBR to EST", ("g1",))


def test_of_two_ways_the_one_through_the_first_by_name_is_told() -> None:
    lines = [
        {"grant": {**grant("GBR", "FIN", "map", id="g0", depth=1)["grant"], "to": ["SWE", "FIN"]}},
        grant("SWE", "EST", "map", id="a"),
        grant("FIN", "EST", "map", id="b"),
    ]
    assert said(*lines) == ("granted by GBR to FIN to EST", ("g0", "b"))


def test_of_two_ways_to_a_holder_the_first_is_told_unless_the_other_leaves_more() -> None:
    way = [grant("GBR", "FIN", "map", id="a", depth=1), grant("GBR", "FIN", "map", id="b", depth=1)]
    onward = [grant("FIN", "EST", "map", id="c")]
    assert said(*way, *onward)[1] == ("a", "c")
    deeper = [grant("GBR", "FIN", "map", id="a", depth=1), grant("GBR", "FIN", "map", id="b", depth=2)]
    further = [grant("FIN", "SWE", "map", id="c", depth=1), grant("SWE", "EST", "map", id="d")]
    assert said(*deeper, *further) == ("granted by GBR to FIN to SWE to EST", ("b", "c", "d"))
    turned = [grant("GBR", "FIN", "map", id="a", depth=2), grant("GBR", "FIN", "map", id="b", depth=1)]
    assert said(*turned, *further) == ("granted by GBR to FIN to SWE to EST", ("a", "c", "d"))


# What is not cited


def test_nothing_that_is_over_is_cited() -> None:
    """Everybody acts through an organ that did so before, too; of all that is over nothing is told."""
    organs = {"GBR": "G-MOD", "EST": "E-MOD", "FIN": "F-MOD"}
    lines = [
        *(line("acts-for", organ=organ, sovereign=party, id=f"for-{organ}") for party, organ in organs.items()),
        *(line("acts-for", organ=organ, sovereign=party, id=f"old-{organ}", **PAST) for party, organ in organs.items()),
        line("member", group="PACT", party="E-MOD", id="member"),
        line("levels", by="G-MOD", order=["LOW", "TOP"], id="levels"),
        line("levels", by="G-MOD", order=["LOW", "TOP"], id="old-levels", **PAST),
        line("equivalence", by="G-MOD", of="E-MOD", theirs="K", ours="TOP", id="same"),
        line("equivalence", by="G-MOD", of="E-MOD", theirs="K", ours="TOP", id="old-same", **PAST),
        grant("G-MOD", "F-MOD", "list", id="g1", depth=1, clearance="LOW",
              obligations=[{"id": "o", "kind": "report", "phase": "before"}]),
        line("discharge", by="G-MOD", grant="g1", obligation="o", party="E-MOD", id="done"),
        grant("F-MOD", "PACT@dynamic", "map", id="g2"),
        line("collection", name="list", by="G-MOD", things=["map"], id="list"),
        line("collection", name="list", by="G-MOD", things=["map"], id="old-list", **PAST),
    ]  # fmt: skip
    says, facts = said(*lines, clearance="K", party="E-MOD")
    assert says == "granted by GBR to FIN to EST"
    assert set(facts) == {
        "g1", "g2", "list", "member", "levels", "same", "done", "for-G-MOD", "for-E-MOD", "for-F-MOD",
    }  # fmt: skip


OWED = {"id": "o", "kind": "report", "phase": "before"}
ROLES: dict[str, list[Line]] = {
    "he asks": [grant("GBR", "EST", "map", id="g")],
    "he gives": [grant("ORGAN", "EST", "map", id="g")],
    "he is named": [grant("GBR", "ORGAN", "map", id="g")],
    "he is a member": [grant("GBR", "PACT@dynamic", "map", id="g"), line("member", group="PACT", party="ORGAN")],
    "he renews": [
        {"grant": {**grant("GBR", "EST", "map", id="g", lease_days=9)["grant"], "from": "2020-01-01"}},
        line("renew", by="ORGAN", grant="g", **{"from": "2024-04-30"}),
    ],
    "he uses": [grant("GBR", "EST", "map", id="g", quota=3), line("use", by="ORGAN", grant="g", amount=1)],
    "he discharges": [
        grant("GBR", "EST", "map", id="g", obligations=[OWED]),
        line("discharge", by="ORGAN", grant="g", obligation="o"),
    ],
    "it is discharged for him": [
        grant("GBR", "EST", "map", id="g", obligations=[OWED]),
        line("discharge", by="GBR", party="ORGAN", grant="g", obligation="o"),
    ],
    "he ranks": [
        grant("GBR", "EST", "map", id="g", clearance="LOW"),
        line("levels", by="ORGAN", order=["LOW", "TOP"]),
        line("equivalence", by="GBR", of="EST", theirs="K", ours="TOP"),
    ],
    "he takes a level for his": [
        grant("GBR", "EST", "map", id="g", clearance="LOW"),
        line("equivalence", by="ORGAN", of="EST", theirs="K", ours="LOW"),
    ],
    "his level is taken": [
        grant("GBR", "EST", "map", id="g", clearance="LOW"),
        line("equivalence", by="GBR", of="ORGAN", theirs="K", ours="LOW"),
    ],
}
FOR_THE_GIVER = {"he gives", "he renews", "he ranks", "he takes a level for his"}


@pytest.mark.parametrize("role", ROLES)
def test_an_organ_is_cited_with_the_word_that_makes_it_one_while_that_holds(role: str) -> None:
    sovereign = "GBR" if role in FOR_THE_GIVER else "EST"
    acting = [
        line("acts-for", organ="ORGAN", sovereign=sovereign, id="now"),
        line("acts-for", organ="ORGAN", sovereign=sovereign, id="then", **PAST),
    ]
    party = "ORGAN" if role == "he asks" else "EST"
    decision = asked(*acting, *ROLES[role], party=party, clearance="K", context={"quantity": Decimal(2)})
    assert decision.verdict is Verdict.GRANTED
    assert "now" in decision.proof
    assert "then" not in decision.proof


def test_a_collection_with_the_name_of_a_thing_is_not_cited_for_the_thing() -> None:
    lines = [line("collection", name="map", by="GBR", things=["map"]), grant("GBR", "EST", "map", id="g")]
    assert said(*lines)[1] == ("g",)
    decision = asked(line("collection", name="map", by="GBR", things=["map"]), line("quorum", scope="map", k=1))
    assert decision.proof == ("fact-1", "fact-3")


def test_levels_are_cited_only_where_a_clearance_is_wanted() -> None:
    assert said(line("levels", by="GBR", order=["LOW", "TOP"]), grant("GBR", "EST", "map", id="g"))[1] == ("g",)


def test_who_is_silent_is_told_with_his_own_titles_alone() -> None:
    decision = decide(ask("EST", "read", "map"), book(title("map", "GBR"), title("map", "USA")))
    assert [answer.reasons[0].facts for answer in decision.owners] == [("fact-1",), ("fact-2",)]


JET = [title("chip", "GBR"), line("derive", thing="jet", by="X", from_things=["chip"], shares={"chip": 10}, id="made")]
WAIVERS: dict[str, tuple[list[Line], tuple[str, ...]]] = {
    "through a group": (
        [line("de-minimis", by="GBR", to=["PACT@dynamic"], threshold=25, id="w"),
         line("member", group="PACT", party="EST", id="m")],
        ("w", "m"),
    ),
    "the one that holds": (
        [line("de-minimis", by="GBR", to=["EST"], threshold=5, id="small"),
         line("de-minimis", by="GBR", to=["EST"], threshold=25, id="w")],
        ("w",),
    ),
    "the first of two": (
        [line("de-minimis", by="GBR", to=["EST"], threshold=30, id="w"),
         line("de-minimis", by="GBR", to=["EST"], threshold=25, id="w2")],
        ("w",),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", WAIVERS.values(), ids=WAIVERS)
def test_a_waiver_is_told_by_the_rule_that_holds(case: tuple[list[Line], tuple[str, ...]]) -> None:
    lines, cited = case
    decision = decide(ask("EST", "read", "jet"), book(*JET, *lines))
    (reason,) = decision.owners[0].reasons
    assert (decision.verdict, reason.facts) == (Verdict.GRANTED, cited)


def test_a_waiver_that_is_over_or_for_others_is_neither_heard_nor_told() -> None:
    unknown = {"derive": {key: cell for key, cell in JET[1]["derive"].items() if key != "shares"}}
    rules = [
        line("de-minimis", by="GBR", to=["FIN"], threshold=25, id="for-others"),
        line("de-minimis", by="GBR", to=["EST"], threshold=25, id="over", **PAST),
    ]
    silent = decide(ask("EST", "read", "jet"), book(JET[0], unknown, *rules))
    assert silent.verdict is Verdict.SILENT
    perhaps = decide(
        ask("EST", "read", "jet"),
        book(JET[0], unknown, *rules, line("de-minimis", by="GBR", to=["EST"], threshold=25, id="w")),
    )
    assert perhaps.owners[0].reasons[0].facts == ("w",)
    assert perhaps.unsettled == ("the controlled share of value of every part",)


def test_a_refusal_that_may_reach_the_party_caps_a_waiver_too() -> None:
    rule = line("de-minimis", by="GBR", to=["EST"], threshold=25, id="w")
    perhaps = line("refuse", by="GBR", to=["EST"], actions=["read"], scope="chip", when="drill", id="no")
    assert decide(ask("EST", "read", "jet"), book(*JET, rule)).verdict is Verdict.GRANTED
    assert decide(ask("EST", "read", "jet"), book(*JET, rule, perhaps)).verdict is Verdict.CONDITIONAL


def test_who_owns_the_assembly_too_still_waives_his_part_in_it() -> None:
    rule = line("de-minimis", by="GBR", to=["EST"], threshold=25, id="w")
    decision = decide(ask("EST", "read", "jet"), book(*JET, title("jet", "GBR"), rule))
    told = {answer.thing: answer.verdict for answer in decision.owners}
    assert told == {"chip": Verdict.GRANTED, "jet": Verdict.SILENT}


# Conflicts, bars and doubts


BAR = [{"id": "o", "kind": "sing", "phase": "after"}]
CONFLICTS: dict[str, tuple[list[Line], str]] = {
    "a grant that leads": ([grant("GBR", "EST", "map", id="g")], "; this conflicts with its own grant g"),
    "a chain that leads": (
        [grant("GBR", "FIN", "map", id="g1", depth=1), grant("FIN", "EST", "map", id="g2")],
        "; this conflicts with its own grant g1, g2",
    ),
    "a grant that may lead": ([grant("GBR", "EST", "map", id="g", when="drill")], ""),
    "a grant that is barred": ([grant("GBR", "EST", "map", id="g", obligations=BAR)], ""),
    "a grant that may lead, and is barred": ([grant("GBR", "EST", "map", id="g", when="drill", obligations=BAR)], ""),
    "no grant": ([], ""),
}


@pytest.mark.parametrize("case", CONFLICTS.values(), ids=CONFLICTS)
def test_a_conflict_is_told_where_a_grant_would_lead(case: tuple[list[Line], str]) -> None:
    lines, conflict = case
    told = said(*lines, refuse("GBR", "EST", "map", id="r"), face=frozenset({"report"}))
    assert told == (f"GBR refuses this to EST{conflict}", ("r",))


def test_a_bar_is_told_by_the_first_link_that_carries_it() -> None:
    lines = [
        grant("GBR", "SWE", "map", id="a", depth=1, obligations=BAR),
        grant("GBR", "FIN", "map", id="b", depth=2),
        grant("FIN", "NOR", "map", id="c", depth=1, obligations=BAR),
        grant("NOR", "EST", "map", id="d", obligations=BAR),
    ]
    told = said(*lines, face=frozenset({"report"}))
    assert told == ("an obligation of the consent cannot be discharged here", ("c",))


def test_what_is_settled_is_no_doubt() -> None:
    """A condition that holds whatever the missing attribute is, and an obligation that is discharged."""
    lines = [
        grant("GBR", "EST", "map", id="g", when="area == 'north' or drill", obligations=[OWED], **{"from": "2024"}),
        line("discharge", by="EST", grant="g", obligation="o"),
    ]
    decision = asked(*lines, context={"area": "north"})
    assert decision.unsettled == ("the date of g, known as 2024 to open",)
    assert asked(lines[0], context={"area": "north"}).unsettled[1:] == ("report, owed before the act under g",)


def test_a_lease_of_which_only_the_month_is_known_may_have_run_out_and_says_which_date_would_settle_it() -> None:
    leased = grant("GBR", "EST", "map", id="g", lease_days=30, **{"from": "2024-03"})
    for day, verdict in (("02-29", "SILENT"), ("03-10", "CONDITIONAL"), ("04-20", "CONDITIONAL"), ("05-01", "SILENT")):
        decision = asked(leased, on=instant(f"2024-{day}"))
        assert decision.verdict.name == verdict
        assert decision.unsettled == (("the date of g, known as 2024-03 to open",) if verdict == "CONDITIONAL" else ())
    lasting = grant("GBR", "EST", "map", id="g", lease_days=60, **{"from": "2024-03"})
    assert asked(lasting, on=instant("2024-04-20")).verdict is Verdict.GRANTED


WRONG_TYPE: dict[str, list[Line]] = {
    "a grant to another": [grant("GBR", "FIN", "map", when="area == 'north'")],
    "an owner's grant to himself": [grant("GBR", "GBR", "map", depth=1, when="area == 'north'")],
    "a holder's grant to himself": [
        grant("GBR", "FIN", "map", depth=1),
        grant("FIN", "FIN", "map", depth=1, when="area == 'north'"),
    ],
    "a refusal to a holder whom no grant reaches": [
        grant("GBR", "SWE", "map", depth=1),
        grant("FIN", "EST", "map"),
        refuse("GBR", "FIN", "map", when="area == 'north'"),
    ],
}


@pytest.mark.parametrize("lines", WRONG_TYPE.values(), ids=WRONG_TYPE)
def test_an_attribute_of_the_wrong_type_is_no_error_for_those_it_does_not_concern(lines: list[Line]) -> None:
    assert asked(*lines, context={"area": Decimal(3)}).verdict is Verdict.SILENT


def test_an_attribute_of_the_wrong_type_is_an_error_for_those_it_concerns() -> None:
    lines = grant("GBR", "EST", "map", when="area == 'north'"), grant("GBR", "EST", "map", when="quantity < 3")
    with pytest.raises(Malformed, match=r"area is 3, and a condition compares it with"):
        asked(*lines, context={"area": Decimal(3)})
    with pytest.raises(Malformed, match=r"quantity is 'many', and"):
        asked(*lines, context={"quantity": "many"})
    with pytest.raises(Malformed, match=r"quantity is true, and"):
        asked(*lines, context={"quantity": True})


def test_what_arrived_in_the_same_place_is_not_later() -> None:
    request = line("request", by="EST", to=["GBR"], actions=["read"], scope="map", id="asked")
    owned, asking = fact(title("map", "GBR"), 1), fact(request, 7)
    answered = fact(refuse("GBR", "EST", "map", id="said", until="2020-01-01"), 7)
    assert decide(ask("EST", "read", "map"), Facts([owned, asking, answered])).verdict is Verdict.PENDING
    later = replace(answered, order=8)
    assert decide(ask("EST", "read", "map"), Facts([owned, asking, later])).verdict is Verdict.SILENT


# Standing, quorum, and a silent book


def test_of_several_lines_only_the_strictest_is_told() -> None:
    lines = [
        title("map", "GBR"),
        {"title": {**title("map", "USA")["title"], "interest": "controller"}},
        line("standing", action="read", interest="controller", role="notified", id="told"),
        line("standing", action="any", interest="controller", role="consulted", id="asked"),
    ]
    decision = decide(ask("GBR", "read", "map"), book(*lines))
    assert decision.proof == ("fact-2", "asked", "fact-1")
    (duty,) = decision.duties
    assert (duty.obligation.kind, duty.obligation.phase.value, duty.discharged) == ("consult", "before", False)


def test_of_two_quorums_as_demanding_the_last_by_name_prevails() -> None:
    two = [title("map", "GBR"), title("map", "USA"), grant("USA", "EST", "map")]
    rules = [line("quorum", scope="map", k=1, of=["GBR"], id="q2"), line("quorum", scope="map", k=1, id="q1")]
    decision = decide(ask("EST", "read", "map"), book(*two, *rules))
    assert (decision.verdict, decision.missing, decision.needed) == (Verdict.SILENT, ("GBR",), 1)
    assert "q2" in decision.proof


def test_a_quorum_that_is_over_or_for_another_act_counts_for_nothing() -> None:
    rules = [
        line("quorum", scope="map", k=1, **PAST),
        line("quorum", scope="map", k=1, actions=["release"]),
    ]
    decision = decide(ask("EST", "read", "map"), book(title("map", "GBR"), title("map", "USA"), *rules))
    assert (decision.needed, decision.missing) == (None, ("GBR", "USA"))


def test_an_organ_counted_is_told_with_the_word_that_makes_it_one() -> None:
    lines = [
        title("map", "GBR"),
        line("acts-for", organ="MOD", sovereign="GBR", id="now"),
        line("acts-for", organ="MOD", sovereign="GBR", id="then", **PAST),
        line("quorum", scope="map", k=1, of=["MOD"], id="q"),
    ]
    decision = decide(ask("EST", "read", "map"), book(*lines))
    assert (decision.missing, decision.proof) == (("GBR",), ("fact-1", "q", "now"))


SILENT: dict[str, tuple[list[Line], Ask, str]] = {
    "never heard of": ([], ask("EST", "read", "map"), "the book is silent: no fact names map"),
    "never heard of then": (
        [],
        replace(ask("EST", "read", "map"), known=instant("2024-04-01")),
        "the book is silent as known on 2024-04-01: no fact names map",
    ),
    "owned once": (
        [{"title": {**title("map", "GBR")["title"], **PAST}}],
        ask("EST", "read", "map"),
        "no party is known to own map on 2024-05-01",
    ),
    "made once": (
        [line("derive", thing="map", by="X", from_things=["chart"], **PAST)],
        ask("EST", "read", "map"),
        "no party is known to own map on 2024-05-01",
    ),
    "made from what nobody owns": (
        [line("derive", thing="map", by="X", from_things=["z", "chart"])],
        ask("EST", "read", "map"),
        "no party is known to own chart, z on 2024-05-01",
    ),
}


@pytest.mark.parametrize("case", SILENT.values(), ids=SILENT)
def test_a_silent_book_is_told_from_an_ownerless_thing(case: tuple[list[Line], Ask, str]) -> None:
    lines, question, says = case
    decision = decide(question, book(*lines))
    assert (decision.verdict, decision.missing, decision.reasons[0].says) == (Verdict.DENIED, (), says)


# Edges along a route


def along(start: str, end: str, *lines: Line, dated: dict[str, Period] | None = None) -> Verdict:
    """A stay in GBR's land from one day to another, on the strength of some lines."""
    hours = (instant(end) - instant(start)) // (3600 * 10**6)
    route = line("route", thing="way", by="X", legs=[{"territory": "land", "after_hours": 0, "stay_hours": hours}])
    over = line("route", thing="way", by="X", legs=[{"territory": "sea", "after_hours": 0, "stay_hours": 1}], **PAST)
    read = [fact(each, order) for order, each in enumerate((title("land", "GBR"), route, over, *lines))]
    facts = Facts(replace(one, valid=(dated or {}).get(one.id, one.valid)) for one in read)
    decision = decide(ask("EST", "read", "way", on=start), facts)
    assert "fact-2" not in decision.proof  # the way that is over
    return decision.verdict


FREE = grant("GBR", "EST", "land", id="g")
LONG = grant("GBR", "EST", "land", id="g", notice_days=30)
LEASE = {"grant": {**grant("GBR", "EST", "land", id="g", lease_days=30)["grant"], "from": "2024-03"}}
OLD_LEASE = {"grant": {**grant("GBR", "EST", "land", id="g", lease_days=30)["grant"], "from": "2024-01-01"}}
REFUSED = {"refuse": {**refuse("GBR", "EST", "land", id="r")["refuse"], "from": "2024-06"}}


def revoked(**more: object) -> Line:
    return line("revoke", by="GBR", recorded="2024-05-01T00:00Z", **{"grant": "g", **more})


EDGES: dict[str, tuple[str, str, list[Line], Verdict]] = {
    "a refusal of some day of June, before June": ("2024-05-20", "2024-06-01", [FREE, REFUSED], Verdict.GRANTED),
    "into June": ("2024-05-20", "2024-06-10", [FREE, REFUSED], Verdict.CONDITIONAL),
    "beyond June": ("2024-05-20", "2024-07-10", [FREE, REFUSED], Verdict.DENIED),
    "from within June": ("2024-06-10", "2024-07-10", [FREE, REFUSED], Verdict.DENIED),
    "a grant until some day of June, before June": (
        "2024-05-20", "2024-06-01", [{"grant": {**FREE["grant"], "until": "2024-06"}}], Verdict.GRANTED),
    "until, into June": (
        "2024-05-20", "2024-06-10", [{"grant": {**FREE["grant"], "until": "2024-06"}}], Verdict.CONDITIONAL),
    "until, beyond June": (
        "2024-05-20", "2024-07-10", [{"grant": {**FREE["grant"], "until": "2024-06"}}], Verdict.SILENT),
    "a revocation that takes effect on the way": (
        "2024-05-09", "2024-05-11", [FREE, revoked(effective="2024-05-10")], Verdict.SILENT),
    "a revocation that takes effect on leaving": (
        "2024-05-09", "2024-05-10", [FREE, revoked(effective="2024-05-10")], Verdict.GRANTED),
    "a revocation as recorded on the way": ("2024-04-30", "2024-05-02", [FREE, revoked()], Verdict.SILENT),
    "a revocation whose own notice runs out on the way": (
        "2024-05-03", "2024-05-05", [FREE, revoked(notice_days=3)], Verdict.SILENT),
    "a revocation whose own notice runs out on leaving": (
        "2024-05-03", "2024-05-04", [FREE, revoked(notice_days=3)], Verdict.GRANTED),
    "a revocation whose grant's notice runs out on the way": (
        "2024-05-25", "2024-06-02", [LONG, revoked(notice_days=3, effective="2024-05-10")], Verdict.SILENT),
    "a revocation whose grant's notice runs out on leaving": (
        "2024-05-25", "2024-05-31", [LONG, revoked(notice_days=3, effective="2024-05-10")], Verdict.GRANTED),
    "a revocation of a request of which nothing hangs": (
        "2024-04-25", "2024-05-02",
        [line("request", by="EST", to=["GBR"], actions=["read"], scope="land", id="q"),
         line("revoke", by="EST", fact="q", recorded="2024-05-01T12:00Z")], Verdict.SILENT),
    "a revocation of what is not on record": ("2024-04-25", "2024-05-02", [FREE, revoked(grant="x")], Verdict.GRANTED),
    "a lease from some day of March, perhaps over": ("2024-04-20", "2024-04-25", [LEASE], Verdict.CONDITIONAL),
    "a lease from some day of March, which may run out on the way": (
        "2024-03-31T12:00Z", "2024-04-01T12:00Z",
        [{"grant": {**LEASE["grant"], "lease_days": 31}}], Verdict.CONDITIONAL),
    "a lease that ends on the way": ("2024-04-20", "2024-05-10", [LEASE], Verdict.SILENT),
    "a lease that was renewed": (
        "2024-04-20", "2024-04-25",
        [OLD_LEASE, line("renew", by="GBR", grant="g", **{"from": "2024-04-10"})], Verdict.GRANTED),
    "a lease whose renewal ends on the way": (
        "2024-04-20", "2024-05-20",
        [OLD_LEASE, line("renew", by="GBR", grant="g", **{"from": "2024-04-10"})], Verdict.SILENT),
}  # fmt: skip


@pytest.mark.parametrize("case", EDGES.values(), ids=EDGES)
def test_whatever_begins_or_ends_on_the_way_is_met(case: tuple[str, str, list[Line], Verdict]) -> None:
    start, end, lines, verdict = case
    assert along(start, end, *lines) is verdict


def test_a_revoked_refusal_opens_the_way_again_and_only_then() -> None:
    """The edge at which a refusal is lifted is met too: another grant ends in between."""
    short = {"grant": {**FREE["grant"], "until": "2024-05-01T12:00Z"}}
    lifted = line("revoke", by="GBR", fact="r", recorded="2024-05-01T00:00Z")
    lines = [short, refuse("GBR", "EST", "land", id="r"), lifted]
    assert along("2024-04-30", "2024-05-01", *lines) is Verdict.DENIED
    assert along("2024-05-01", "2024-05-01T06:00Z", *lines) is Verdict.GRANTED
    assert along("2024-05-01", "2024-05-01T18:00Z", *lines) is Verdict.SILENT


def test_a_renewal_of_which_only_the_month_is_known_ends_a_lease_counted_from_its_end() -> None:
    lines = [OLD_LEASE, line("renew", by="GBR", grant="g", id="renewed", **{"from": "2024-03-01"})]
    dated = {"renewed": Period(ragged_date("2024-03"))}
    assert along("2024-04-10", "2024-04-25", *lines, dated=dated) is Verdict.GRANTED
    assert along("2024-04-10", "2024-05-20", *lines, dated=dated) is Verdict.SILENT


# Scopes


def test_a_scope_reaches_by_whom_it_was_named() -> None:
    lines = [
        line("collection", name="one", by="FIN", things=["map"]),
        line("collection", name="one", by="SWE", things=["map"]),
        line("collection", name="two", by="FIN", things=["map"]),
        line("collection", name="two", by="GBR", things=["map"]),
    ]
    moment = Moment(book(*lines), instant(DAY), NEVER)
    base = Base("map", frozenset({"map"}))
    assert things.scopes(moment, base, "GBR") == {"map": None, "one": frozenset({"FIN", "SWE"}), "two": None}
