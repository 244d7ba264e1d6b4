"""The calculus at its edges, case by case: what random worlds meet too seldom to be relied upon."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from comity.consent import things
from comity.consent.decide import decide
from comity.consent.facts import Facts, Moment
from comity.errors import Malformed
from comity.values import fact as f
from comity.values.fact import Ask
from comity.values.instant import NEVER, instant, ragged_date
from comity.values.period import Period
from comity.values.reading import fact
from comity.values.verdict import Verdict
from tests.consent.small_books import DAY, ask, book, grant, refuse, title

Line = dict[str, dict[str, object]]
NOW = instant(DAY)


def moment(facts: Facts) -> Moment:
    return Moment(facts, NOW, NEVER)


def line(kind: str, **fields: object) -> Line:
    return {kind: fields}


# Facts


def test_facts_laid_over_others_are_found_with_them() -> None:
    below = book(title("map", "GBR"))
    both = below.plus([fact(grant("GBR", "EST", "map", id="g1"), 9), fact(title("map", "USA") | {}, 10)])
    assert [both.find(name) is not None for name in ("fact-1", "g1", "fact-10", "nothing")] == [True, True, True, False]
    assert below.find("g1") is None
    assert [one.id for one in both] == ["fact-1", "g1", "fact-10"]


def test_the_facts_of_a_kind_are_told_in_their_order_those_laid_over_after_the_others() -> None:
    scopes = ("c", "a", "b")
    named = [line("collection", name=scope, by="GBR", things=[scope, "map"], id=f"of-{scope}") for scope in scopes]
    facts = [fact(one, order) for one, order in zip(named, (3, 1, 2), strict=True)]
    below = Facts([*facts, fact(title("map", "GBR"), 4)])
    both = below.plus([fact(line("collection", name="d", by="GBR", things=["d"], id="of-d"), 0)])
    for _ in range(2):  # worked out, and remembered
        assert [one.id for one in below.every(f.Collection)] == ["of-a", "of-b", "of-c"]
        assert [one.id for one in both.every(f.Collection)] == ["of-a", "of-b", "of-c", "of-d"]
        assert [one.id for one in both.every(f.Title)] == ["fact-4"]
        assert list(both.every(f.Grant)) == []


def test_the_facts_of_a_kind_keep_their_order_though_one_key_holds_several() -> None:
    turns = [grant("GBR", "EST", scope, id=name) for name, scope in (("g1", "a"), ("g2", "b"), ("g3", "a"))]
    assert [one.id for one in book(*turns).every(f.Grant)] == ["g1", "g2", "g3"]


def test_what_is_there_already_counts_once() -> None:
    below = book(title("map", "GBR"))
    assert [one.id for one in below.plus(below)] == ["fact-1"]


ACTING = line("acts-for", organ="MOD", sovereign="GBR", issuer="GBR")


def test_an_organ_of_two_sovereigns_acts_for_the_first_by_name() -> None:
    two = book(line("acts-for", organ="MOD", sovereign="USA", issuer="USA"), ACTING)
    assert moment(two).principal("MOD") == "GBR"


def test_an_organ_acts_by_its_sovereigns_word_alone() -> None:
    own = book(line("acts-for", organ="MOD", sovereign="GBR", issuer="MOD"))
    assert moment(own).principal("MOD") == "MOD"
    assert moment(own).agency("MOD") == ()


def test_only_what_is_in_force_tells_whom_an_organ_acts_for() -> None:
    over = line("acts-for", organ="MOD", sovereign="GBR", issuer="GBR", until="2020-01-01")
    assert moment(book(ACTING, over)).agency("MOD") == ("fact-1",)


# Things


def test_the_parts_of_a_thing_are_told_by_name() -> None:
    made = things.making(
        moment(
            book(
                line("derive", thing="plan", by="EST", from_things=["z", "a", "n", "m"]),
                title("z", "USA"),
                title("a", "GBR"),
            )
        ),
        "plan",
    )
    assert [base.thing for base in made.bases] == ["a", "z"]
    assert made.ownerless == ("m", "n")


def test_a_thing_made_from_itself_is_malformed() -> None:
    circle = book(
        line("derive", thing="a", by="EST", from_things=["b"]), line("derive", thing="b", by="EST", from_things=["a"])
    )
    with pytest.raises(Malformed, match="by way of a <- b") as told:
        decide(ask("EST", "read", "a"), circle)
    assert told.value.next_step == "break the circle"


def test_a_route_that_is_over_is_no_route() -> None:
    leg = {"territory": "GBR-land", "after_hours": 0, "stay_hours": 1}
    over = line("route", thing="way", by="EST", legs=[leg], until="2020-01-01")
    facts = book(title("GBR-land", "GBR"), over)
    assert list(things.legs(moment(facts), "way")) == []
    assert decide(ask("EST", "read", "way"), facts).missing == ()


SHARES: dict[str, tuple[list[Line], Decimal | None]] = {
    "stated": ([line("derive", thing="jet", by="X", from_things=["chip"], shares={"chip": 20})], Decimal(20)),
    "not stated": ([line("derive", thing="jet", by="X", from_things=["chip"])], None),
    "not a part": ([line("derive", thing="jet", by="X", from_things=["seat"], shares={"seat": 20})], Decimal(0)),
    "a part of a part": (
        [
            line("derive", thing="jet", by="X", from_things=["radar"], shares={"radar": 50}),
            line("derive", thing="radar", by="X", from_things=["chip"], shares={"chip": 20}),
        ],
        Decimal(10),
    ),
    "a part of a part, not stated": (
        [
            line("derive", thing="jet", by="X", from_things=["radar"], shares={"radar": 50}),
            line("derive", thing="radar", by="X", from_things=["chip"]),
        ],
        None,
    ),
    "nothing of what is not stated": (
        [
            line("derive", thing="jet", by="X", from_things=["radar"]),
            line("derive", thing="radar", by="X", from_things=["chip"], shares={"chip": 0}),
        ],
        Decimal(0),
    ),
    "not stated of nothing": (
        [
            line("derive", thing="jet", by="X", from_things=["radar"], shares={"radar": 0}),
            line("derive", thing="radar", by="X", from_things=["chip"]),
        ],
        Decimal(0),
    ),
    "not made so any more": (
        [line("derive", thing="jet", by="X", from_things=["chip"], shares={"chip": 20}, until="2020-01-01")],
        Decimal(0),
    ),
}


@pytest.mark.parametrize("case", SHARES.values(), ids=SHARES)
def test_a_parts_share_of_an_assembly(case: tuple[list[Line], Decimal | None]) -> None:
    lines, expected = case
    assert things.share(moment(book(*lines)), "jet", "chip") == expected


# Grants


def verdict(*lines: Line, **asked: object) -> Verdict:
    """What GBR says to EST reading the map."""
    given: Ask = replace(ask("EST", "read", "map"), **asked)  # type: ignore[arg-type]
    return decide(given, book(title("map", "GBR"), *lines)).verdict


def doubted(*lines: Line, **asked: object) -> tuple[str, ...]:
    """What would settle it."""
    given: Ask = replace(ask("EST", "read", "map"), **asked)  # type: ignore[arg-type]
    return decide(given, book(title("map", "GBR"), *lines)).unsettled


LEASED = grant("GBR", "EST", "map", id="g", lease_days=30, **{"from": "2024"})


def test_a_lease_of_which_only_the_year_is_known_may_run_on_every_day_of_it() -> None:
    assert verdict(LEASED, line("renew", by="GBR", grant="g", **{"from": "2024-04-20"})) is Verdict.CONDITIONAL
    assert verdict(LEASED) is Verdict.CONDITIONAL


def _dated(kind: Line, start: str) -> Facts:
    """A book in which only the month of something that steers the rest is known."""
    grant_line = grant("GBR", "EST", "map", id="g", lease_days=30, quota=5, **{"from": "2020-01-01"})
    dated = replace(fact(kind, 9), valid=Period(ragged_date(start)))
    return book(title("map", "GBR"), grant_line).plus([dated])


def test_a_renewal_of_which_only_the_month_is_known_counts_from_its_end() -> None:
    given = replace(ask("EST", "read", "map", on="2024-05-10"), context={"quantity": Decimal(1)})
    assert decide(given, _dated(line("renew", by="GBR", grant="g"), "2024-05")).verdict is Verdict.SILENT
    assert decide(given, _dated(line("renew", by="GBR", grant="g"), "2024-04")).verdict is Verdict.GRANTED


def test_a_use_of_which_only_the_month_is_known_counts_from_its_end() -> None:
    renewed = fact(line("renew", by="GBR", grant="g", **{"from": "2024-05-01"}), 12)
    given = replace(ask("EST", "read", "map", on="2024-05-10"), context={"quantity": Decimal(3)})
    used = line("use", by="EST", grant="g", amount=4)
    assert decide(given, _dated(used, "2024-05").plus([renewed])).verdict is Verdict.GRANTED
    assert decide(given, _dated(used, "2024-04").plus([renewed])).verdict is Verdict.SILENT


QUANTITIES = {
    "all": (5, Verdict.GRANTED),
    "the least": (1, Verdict.GRANTED),
    "more": (6, Verdict.SILENT),
    "nothing": (0, Verdict.SILENT),
    "less": (-1, Verdict.SILENT),
}


@pytest.mark.parametrize("case", QUANTITIES.values(), ids=QUANTITIES)
def test_a_quota_is_for_more_than_nothing(case: tuple[int, Verdict]) -> None:
    quota = grant("GBR", "EST", "map", quota=5)
    assert verdict(quota, context={"quantity": Decimal(case[0])}) is case[1]


PERHAPS_USED = {
    "nothing": (0, Verdict.SILENT),
    "the least there may be": (1, Verdict.CONDITIONAL),
    "all that surely was not used": (60, Verdict.CONDITIONAL),
    "more than there ever may be": (61, Verdict.SILENT),
}


@pytest.mark.parametrize("case", PERHAPS_USED.values(), ids=PERHAPS_USED)
def test_what_somebody_who_may_be_a_member_used_may_be_gone(case: tuple[int, Verdict]) -> None:
    facts = book(
        title("map", "GBR"),
        grant("GBR", "PACT@dynamic", "map", id="g", quota=70),
        line("member", group="PACT", party="EST"),
        {"member": {"group": "PACT", "party": "FIN", "from": "2024"}},
        line("use", by="EST", grant="g", amount=10),
        {"use": {"by": "FIN", "grant": "g", "amount": 60, "from": "2024-02-01"}},
    )
    decision = decide(replace(ask("EST", "read", "map"), context={"quantity": Decimal(case[0])}), facts)
    assert decision.verdict is case[1]
    if case[1] is Verdict.CONDITIONAL:
        assert decision.unsettled == ("the date of FIN's membership (whether its use fact-6 counts)",)


def test_a_holder_passes_on_under_a_collection_that_he_named() -> None:
    passed = [grant("GBR", "FIN", "map", depth=1), grant("FIN", "EST", "his-list")]
    his, foreign = (line("collection", name="his-list", by=by, things=["map"]) for by in ("FIN", "SWE"))
    assert verdict(*passed, his) is Verdict.GRANTED
    assert verdict(*passed, foreign) is Verdict.SILENT


def test_whose_membership_bears_on_a_use_is_cited_and_nobody_elses() -> None:
    lines = [
        grant(
            "GBR", "PACT@dynamic", "map", id="g", quota=9, obligations=[{"id": "o", "kind": "report", "phase": "with"}]
        ),
        *(line("member", group="PACT", party=party, id=f"is-{party}") for party in ("EST", "FIN", "SWE")),
        line("use", by="FIN", grant="g", amount=1, id="used"),
        line("discharge", by="SWE", grant="g", obligation="o", id="done"),
    ]
    asked = replace(ask("EST", "read", "map"), context={"quantity": Decimal(2)})
    (answer,) = decide(asked, book(title("map", "GBR"), *lines)).owners
    assert set(answer.reasons[0].facts) == {"g", "is-EST", "used", "is-FIN", "done"}


CLEARED = grant("GBR", "EST", "map", clearance="SECRET")
TAKEN = line("equivalence", by="GBR", of="EST", theirs="SALAJANE", ours="SECRET")
ABOVE = line("equivalence", by="GBR", of="EST", theirs="SALAJANE", ours="TOP")
ORDERS: dict[str, tuple[list[Line], Verdict]] = {
    "the very level": ([TAKEN], Verdict.GRANTED),
    "a level above": ([ABOVE, line("levels", by="GBR", order=["OPEN", "SECRET", "TOP"])], Verdict.GRANTED),
    "a level below": ([ABOVE, line("levels", by="GBR", order=["TOP", "SECRET"])], Verdict.SILENT),
    "an order without the level wanted": ([ABOVE, line("levels", by="GBR", order=["OPEN", "TOP"])], Verdict.SILENT),
    "an order without the level held": ([ABOVE, line("levels", by="GBR", order=["OPEN", "SECRET"])], Verdict.SILENT),
    "no order": ([ABOVE], Verdict.SILENT),
    "no equivalence": ([], Verdict.SILENT),
    "an equivalence of another's level of that name": (
        [line("equivalence", by="GBR", of="FIN", theirs="SALAJANE", ours="SECRET")],
        Verdict.SILENT,
    ),
    "an equivalence of another level": (
        [line("equivalence", by="GBR", of="EST", theirs="PIIRATUD", ours="SECRET")],
        Verdict.SILENT,
    ),
}


@pytest.mark.parametrize("case", ORDERS.values(), ids=ORDERS)
def test_a_clearance_is_compared_in_the_givers_order(case: tuple[list[Line], Verdict]) -> None:
    assert verdict(CLEARED, *case[0], clearance="SALAJANE") is case[1]


BEFORE = {"id": "o", "kind": "report", "phase": "before"}
WITH = {"id": "p", "kind": "mark", "phase": "with"}
DOUBTS: dict[str, tuple[list[Line], tuple[str, ...]]] = {
    "an attribute": (
        [grant("GBR", "EST", "map", id="g", when="area == 'north' and drill")],
        ("area (read by g)", "drill (read by g)"),
    ),
    "a date": ([grant("GBR", "EST", "map", id="g", **{"from": "2024"})], ("the date of g, known as 2024 to open",)),
    "a membership": (
        [grant("GBR", "PACT@dynamic", "map", id="g"), line("member", group="PACT", party="EST", **{"from": "2024"})],
        ("the date of EST's membership",),
    ),
    "a quantity": ([grant("GBR", "EST", "map", id="g", quota=5)], ("quantity (the quota of g)",)),
    "a clearance": ([grant("GBR", "EST", "map", id="g", clearance="SECRET")], ("clearance (wanted by g)",)),
    "a duty": (
        [grant("GBR", "EST", "map", id="g", obligations=[BEFORE, WITH])],
        ("report, owed before the act under g",),
    ),
    "a refusal": (
        [grant("GBR", "EST", "map"), refuse("GBR", "EST", "map", id="r", when="drill")],
        ("drill (read by r)",),
    ),
}


@pytest.mark.parametrize("case", DOUBTS.values(), ids=DOUBTS)
def test_what_would_settle_it_is_said_and_nothing_else(case: tuple[list[Line], tuple[str, ...]]) -> None:
    assert verdict(*case[0]) is Verdict.CONDITIONAL
    assert doubted(*case[0]) == case[1]


def test_a_refusal_or_a_request_is_taken_back_by_its_issuer_alone() -> None:
    way = [title("map", "GBR"), grant("GBR", "FIN", "map", depth=1), grant("FIN", "EST", "map")]
    refused = [*way, refuse("FIN", "EST", "map", id="no")]
    asked = [title("map", "GBR"), line("request", by="EST", to=["GBR"], actions=["read"], scope="map", id="please")]
    for lines, name, issuer, before, after in (
        (refused, "no", "FIN", Verdict.SILENT, Verdict.GRANTED),
        (asked, "please", "EST", Verdict.PENDING, Verdict.SILENT),
    ):
        by_owner, by_issuer = (line("revoke", fact=name, by=by) for by in ("GBR", issuer))
        told = [
            decide(ask("EST", "read", "map"), book(*lines, *more)).verdict for more in ([], [by_owner], [by_issuer])
        ]
        assert told == [before, before, after]


# Chains


def test_of_two_grants_to_a_holder_the_one_with_more_depth_is_passed_on() -> None:
    chain = [
        grant("GBR", "FIN", "map", id="a"),
        grant("GBR", "FIN", "map", id="b", depth=1),
        grant("FIN", "EST", "map", id="c"),
    ]
    assert verdict(*chain) is Verdict.GRANTED
    assert verdict(*reversed(chain)) is Verdict.GRANTED
    assert verdict(chain[0], chain[2]) is Verdict.SILENT


def test_a_circle_of_grants_ends() -> None:
    circle = [
        grant("GBR", "FIN", "map", depth=1000),
        grant("FIN", "SWE", "map", depth=1000),
        grant("SWE", "FIN", "map", depth=1000),
    ]
    assert verdict(*circle) is Verdict.SILENT
    assert verdict(*circle, grant("SWE", "EST", "map")) is Verdict.GRANTED


# Answers


def told(*lines: Line) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """What GBR says to EST reading the map: in words, by which facts, on which basis."""
    (answer,) = decide(ask("EST", "read", "map"), book(title("map", "GBR"), *lines)).owners
    (reason,) = answer.reasons
    return reason.says, reason.facts, reason.basis


def test_a_refusal_is_told_with_the_first_fact_that_states_it() -> None:
    both = [refuse("GBR", "EST", "map", id="r1", basis="Art. 4"), refuse("GBR", "EST", "map", id="r2")]
    assert told(*both) == ("GBR refuses this to EST", ("r1",), ("Art. 4",))


def test_a_refusal_against_ones_own_grant_is_told_as_a_conflict() -> None:
    both = [grant("GBR", "EST", "map", id="g"), refuse("GBR", "EST", "map", id="r")]
    assert told(*both) == ("GBR refuses this to EST; this conflicts with its own grant g", ("r",), ())


def test_a_doubt_names_the_refusals_that_may_reach_and_no_other() -> None:
    lines = [
        grant("GBR", "EST", "map", id="g"),
        refuse("GBR", "EST", "map", id="r1", when="drill"),
        refuse("GBR", "TUR", "map", id="r2", when="drill"),
    ]
    assert told(*lines)[1] == ("g", "r1")
    assert doubted(*lines) == ("drill (read by r1)",)


def test_a_holders_refusal_that_may_cut_is_a_doubt() -> None:
    lines = [
        grant("GBR", "FIN", "map", id="g1", depth=1),
        grant("FIN", "EST", "map", id="g2"),
        refuse("FIN", "EST", "map", id="r", when="drill"),
    ]
    assert doubted(*lines) == ("drill (read by r)",)
    assert told(*lines)[1] == ("g1", "g2", "r")


FACE = frozenset({"report"})
SHUT = grant("GBR", "EST", "map", id="shut", obligations=[{"id": "o", "kind": "destroy", "phase": "after"}])
BARRED: dict[str, tuple[list[Line], Verdict]] = {
    "surely barred": ([SHUT], Verdict.DENIED),
    "perhaps barred": ([{"grant": SHUT["grant"] | {"when": "drill"}}], Verdict.CONDITIONAL),
    "barred, and another that may lead": ([SHUT, grant("GBR", "EST", "map", when="drill")], Verdict.CONDITIONAL),
    "barred, and another that leads": ([SHUT, grant("GBR", "EST", "map")], Verdict.GRANTED),
    "barred, and discharged": ([SHUT, line("discharge", by="EST", grant="shut", obligation="o")], Verdict.GRANTED),
    "barred, and asked for": (
        [SHUT, line("request", by="EST", to=["GBR"], actions=["read"], scope="map")],
        Verdict.DENIED,
    ),
}


@pytest.mark.parametrize("case", BARRED.values(), ids=BARRED)
def test_what_the_face_cannot_discharge_denies(case: tuple[list[Line], Verdict]) -> None:
    assert verdict(*case[0], face=FACE) is case[1]
