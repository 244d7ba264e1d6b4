"""What would change if a consent came, passing on, and what an asker learns."""

from __future__ import annotations

import pytest

from comity.consent.decide import decide
from comity.consent.disclosure import disclose, learns
from comity.consent.whatif import if_granted, pass_on
from comity.values.fact import Obligation, Phase
from comity.values.verdict import Decision, Duty, OwnerAnswer, Reason, Verdict
from tests.consent.small_books import ask, book, grant, refuse, title

JOINT = book(title("map", "GBR"), title("map", "USA"), grant("GBR", "EST", "map"), refuse("USA", "TUR", "map"))


def test_the_missing_consents_are_enough_and_none_is_superfluous() -> None:
    found = if_granted(ask("EST", "read", "map"), JOINT)
    assert (found.before.verdict, found.after.verdict, found.consents) == (Verdict.SILENT, Verdict.GRANTED, ("USA",))
    assert found.changed


def test_a_consent_does_not_lift_a_standing_refusal() -> None:
    found = if_granted(ask("TUR", "read", "map"), JOINT)
    assert (found.before.verdict, found.after.verdict) == (Verdict.DENIED, Verdict.DENIED)
    assert not found.changed


def test_one_consent_of_two_changes_nothing_yet() -> None:
    found = if_granted(ask("FIN", "read", "map"), JOINT, ["GBR"])
    assert (found.after.verdict, found.after.missing) == (Verdict.SILENT, ("USA",))


def test_the_consents_supposed_are_told_by_name() -> None:
    owners = ("M8", "M3", "M6", "M1", "M7", "M2", "M5", "M4")
    facts = book(*(title("map", owner) for owner in owners))
    assert if_granted(ask("EST", "read", "map"), facts, set(owners)).consents == tuple(sorted(owners))


PASSING = {
    "held to be passed on once": (grant("GBR", "KOR", "report", depth=1), Verdict.GRANTED),
    "held for oneself": (grant("GBR", "KOR", "report"), Verdict.SILENT),
    "not held at all": (grant("GBR", "JPN", "report", depth=1), Verdict.SILENT),
    "refused to the taker": (refuse("GBR", "POL", "report"), Verdict.DENIED),
}


@pytest.mark.parametrize("case", PASSING.values(), ids=PASSING)
def test_passing_on_needs_depth(case: tuple[dict[str, dict[str, object]], Verdict]) -> None:
    line, verdict = case
    facts = book(title("report", "GBR"), line)
    assert pass_on(ask("KOR", "read", "report"), "POL", facts).verdict is verdict


def test_an_asker_hears_three_words_only() -> None:
    assert {verdict.name: learns(verdict) for verdict in Verdict} == {
        "DENIED": "not available",
        "SILENT": "not available",
        "PENDING": "PENDING",
        "CONDITIONAL": "not available",
        "GRANTED": "GRANTED",
    }


def test_what_the_audience_may_not_read_leaves_no_trace_in_the_explanation() -> None:
    facts = book(title("map", "GBR"), refuse("GBR", "TUR", "map", id="secret-refusal"))
    decision = decide(ask("TUR", "read", "map"), facts)
    shown = disclose(decision, lambda fact: fact != "secret-refusal")
    assert decision.missing == ("GBR",)
    assert "GBR" not in repr(shown)
    assert "secret-refusal" not in repr(shown)


DISCLOSED = Decision(
    Verdict.DENIED,
    ("GBR", "USA"),
    (
        OwnerAnswer(
            "GBR", "map", Verdict.GRANTED, (Reason("granted", ("open", "more")),),
            (Duty(Obligation("o1", "report", Phase.WITH), "open", False),
             Duty(Obligation("o2", "mark", Phase.WITH), "secret", False)),
            ("a date",),
        ),
        OwnerAnswer("USA", "map", Verdict.DENIED, (Reason("owns", ("open",)), Reason("refuses", ("open", "secret")))),
    ),
    (Reason("made", ("open",)), Reason("made too", ("secret", "open"))),
    1,
    ("open", "secret", "more"),
)  # fmt: skip


def test_what_is_shown_rests_on_what_may_be_read_and_on_nothing_else() -> None:
    shown = disclose(DISCLOSED, lambda fact: fact != "secret")
    (gbr, usa) = DISCLOSED.owners
    assert shown == Decision(
        Verdict.DENIED,
        ("GBR",),
        (OwnerAnswer("GBR", "map", Verdict.GRANTED, gbr.reasons, gbr.duties[:1], ("a date",)),),
        DISCLOSED.reasons[:1],
        proof=("open", "more"),
    )
    assert disclose(DISCLOSED, lambda fact: fact == "more").owners == ()
    assert usa not in shown.owners


def test_what_the_audience_may_read_is_shown_whole() -> None:
    decision = decide(ask("EST", "read", "map"), JOINT)
    assert disclose(decision, lambda _: True) == decision


def test_the_book_being_silent_is_told_from_nobody_owning() -> None:
    unknown = decide(ask("EST", "read", "rumour"), JOINT)
    lapsed = decide(
        ask("EST", "read", "old", on="2020-01-01"),
        book({"title": {**title("old", "GBR")["title"], "until": "2019-01-01"}}),
    )
    assert (unknown.verdict, unknown.missing, lapsed.verdict, lapsed.missing) == (
        Verdict.DENIED,
        (),
        Verdict.DENIED,
        (),
    )
    assert "silent" in unknown.reasons[0].says
    assert "no party is known to own" in lapsed.reasons[0].says
