"""Whether the marking of a whole agrees with those of its parts: what one marking gets wrong, word for word."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.errors import Malformed, Refused
from comity.values.marking import Marking, marking
from comity.values.marking_join import join
from comity.values.marking_readers import readers, viewers
from comity.values.marking_rollup import Breach, breaches
from tests.values.markings import party_valued, setting


def marked(level: str = "SHUT", by: str = "XAA", to: str | None = "XBB XCC", **more: Any) -> Marking:
    """A marking by some originators; `to` names who may read, None says nothing of it."""
    release = {} if to is None else {"releasable_to": to.split()}
    return marking({"policy": "SCHEME", "classification": level, "originators": by.split(), **release, **more})


def pact(by: str = "XZZ", **more: Any) -> Marking:
    """A marking of the pact, whose words nobody counts; nothing is said of its release."""
    return marking({"policy": "PACT", "classification": "LOW", "originators": by.split(), **more})


class Case(NamedTuple):
    """The parts, the whole, and the breaches: the rule, whether it is grave, what it says."""

    parts: list[Marking]
    whole: Marking
    told: list[tuple[str, bool, str]]


RED: dict[str, Any] = {"restrictive": {"Code": ["RED"]}}
BOTH: dict[str, Any] = {"restrictive": {"Code": ["BLUE", "RED"]}}
KEPT: dict[str, Any] = {"handling": ["KEPT"]}
SHOWN: dict[str, Any] = {"display_only_to": ["XDD"]}
TWO = "XAA XBB"

CASES = {
    "as its only part": Case([marked()], marked(), []),
    "as the join of its parts": Case(
        [marked("HOUSE", to="XBB XCC XDD", **RED), marked(to="XBB XCC", **KEPT)], marked(**RED, **KEPT), []
    ),
    "a level below that of a part": Case(
        [marked(), marked("SEALED")], marked(), [("level", True, "a part is SEALED")]
    ),
    "a level above that of every part": Case(
        [marked("HOUSE"), marked()], marked("SEALED"),
        [("level-above", False, "no part is above SHUT; say why the whole is SEALED")],
    ),
    "without what restricts a part": Case(
        [marked(**BOTH)], marked(**RED), [("restrictive", True, "a part has Code BLUE")]
    ),
    "with what restricts no part": Case(
        [marked(**RED)], marked(**BOTH), [("restrictive-more", False, "no part has Code BLUE")]
    ),
    "without the flag of a part": Case([marked(**KEPT)], marked(), [("handling", True, "a part has KEPT")]),
    "with a flag that no part has": Case([marked()], marked(**KEPT), [("handling-more", False, "no part has KEPT")]),
    "without an originator of a part": Case(
        [marked(by=TWO, to="XAA XBB XCC")], marked(by="XAA", to="XBB XCC"), [("originators", True, "a part has XBB")]
    ),
    "with an originator that no part has": Case(
        [marked(by="XAA", to="XBB XCC")], marked(by=TWO, to="XAA XBB XCC"),
        [("originators-more", False, "no part has XBB")],
    ),
    "of a source that is concealed, and so names none": Case(
        [marked(by=TWO, to="XAA XBB XCC")], marked(by="XAA", to="XBB XCC", concealed_source=True), []
    ),
    "naming one more, though it conceals its source": Case(
        [marked(by="XAA", to="XBB XCC")], marked(by=TWO, to="XAA XBB XCC", concealed_source=True),
        [("originators-more", False, "no part has XBB")],
    ),
    "naming the source that a part conceals": Case(
        [marked(concealed_source=True)], marked(),
        [("concealed-source", True, "a part has a source that is concealed")],
    ),
    "concealing it, too": Case([marked(concealed_source=True)], marked(concealed_source=True), []),
    "naming somebody more in the place of the source that a part conceals": Case(
        [marked(by="XAA", to="XBB XCC", concealed_source=True)], marked(by=TWO, to="XAA XBB XCC"),
        [("concealed-source", True, "a part has a source that is concealed"),
         ("originators-more", False, "no part has XBB")],
    ),
    "to somebody who may not read a part": Case(
        [marked(), marked(to="XBB")], marked(to="XBB XCC XDD"), [("release", True, "XCC, XDD may not have every part")]
    ),
    "not to somebody who may read every part": Case(
        [marked()], marked(to="XEE XBB"),
        [("release", True, "XEE may not have every part"), ("release-less", False, "XCC may have every part")],
    ),
    "to nobody, though the parts name some": Case(
        [marked()], marked(to=""), [("release-less", False, "XBB, XCC may have every part")]
    ),
    "open, and a part is not": Case(
        [marked("OPEN"), marked("OPEN", to=None)], marked("OPEN", to=None),
        [("release", True, "the whole is open and a part is not")],
    ),
    "closed, and no part is": Case(
        [marked("OPEN", to=None)], marked("OPEN"), [("release", False, "no part is closed")]
    ),
    "open as its parts": Case([marked("OPEN", to=None)], marked("OPEN", to=None), []),
    "shown to somebody to whom a part is not": Case(
        [marked(**SHOWN), marked()], marked(**SHOWN), [("display", True, "XDD may not have every part")]
    ),
    "shown to somebody to whom no part is, in the place of one who may read them": Case(
        [marked(to="XBB XCC")], marked(to="XBB", **SHOWN),
        [
            ("display", True, "XDD may not have every part"),
            ("release-less", False, "XCC may have every part"),
        ],
    ),
    "not shown to somebody to whom every part is": Case(
        [marked(**SHOWN)], marked(), [("display-less", False, "XDD may have every part")]
    ),
    "shown to somebody to whom a part is not, though it closes out another": Case(
        [marked()], marked(to="XBB", **SHOWN),
        [("display", True, "XDD may not have every part"), ("release-less", False, "XCC may have every part")],
    ),
    "open to be shown, though it closes out another": Case(
        [marked()], marked(to="XBB", display_only_to=["*"]),
        [("display", True, "the whole is open and a part is not"), ("release-less", False, "XCC may have every part")],
    ),
    "shown to somebody to whom a part is not, and read by another who may not": Case(
        [marked(to="XBB")], marked(to="XBB XCC", **SHOWN), [("release", True, "XCC may not have every part")]
    ),
    "neither read by nor shown to somebody who may": Case(
        [marked(**SHOWN)], marked(to="XBB"), [("release-less", False, "XCC may have every part")]
    ),
    "several things at once, the grave ones first": Case(
        [marked("SHUT", **KEPT)], marked("SEALED", to="XBB XCC XDD"),
        [
            ("handling", True, "a part has KEPT"), ("release", True, "XDD may not have every part"),
            ("level-above", False, "no part is above SHUT; say why the whole is SEALED"),
        ],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_whole_is_marked(case: Case) -> None:
    assert [(one.rule, one.grave, one.says) for one in breaches(case.parts, case.whole, setting())] == case.told


GHOST = "GHOST@dynamic"
UNKNOWN = [("release", True, f"the members of {GHOST} are not known here, and a part does not name it")]
LONG_GONE = "LEAGUE@1970-12-01"
NAMED: dict[str, Case] = {
    "which every part names": Case([marked(to=f"XBB {GHOST}")], marked(to=f"XBB {GHOST}"), []),
    "which the part does not name": Case([marked(to="XBB")], marked(to=f"XBB {GHOST}"), UNKNOWN),
    "which one of the parts does not name": Case(
        [marked(to="XBB"), marked(to=f"XBB {GHOST}")], marked(to=f"XBB {GHOST}"), UNKNOWN
    ),
    "which every part names that closes": Case(
        [marked("OPEN", to=None), marked("OPEN", to=f"XBB {GHOST}")], marked("OPEN", to=f"XBB {GHOST}"), []
    ),
    "to be shown to": Case([marked(to="XBB")], marked(to="XBB", display_only_to=[GHOST]), UNKNOWN),
    "to be shown to, and nothing else is said": Case(
        [marked(by="XBB", to=None)], marked(by="XBB", to=None, display_only_to=[GHOST]), UNKNOWN
    ),
    "to be shown to, where the part lets it read": Case(
        [marked(to=f"XBB {GHOST}")], marked(to="XBB", display_only_to=[GHOST]), []
    ),
    "as on a day on which nobody was in it": Case(
        [marked(to="XBB")], marked(to=f"XBB {LONG_GONE}"),
        [("release", True, f"the members of {LONG_GONE} are not known here, and a part does not name it")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", NAMED.values(), ids=NAMED)
def test_a_whole_names_a_group_whose_members_nobody_knows(case: Case) -> None:
    assert [(one.rule, one.grave, one.says) for one in breaches(case.parts, case.whole, setting())] == case.told


def test_a_group_whose_members_are_known_counts_as_its_members() -> None:
    for named in ("LEAGUE@dynamic", "LEAGUE@1970-02-01"):
        assert breaches([marked(by="XEE", to="XAA XBB")], marked(by="XEE", to=named), setting()) == ()


def test_what_is_told_of_several_is_told_in_their_order() -> None:
    names = [f"X{one}{one}" for one in "ABCDEFGHIJ"]
    ghosts = [f"{one}@dynamic" for one in names]
    for less, more, told in (
        ({}, {"restrictive": {"Code": names}}, [f"Code {one}" for one in names]),
        ({}, {"handling": names}, names),
        ({"by": "XZZ"}, {"by": " ".join(["XZZ", *names]), "releasable_to": ["XZZ"]}, names),
    ):
        one, other = (pact(**given) for given in (less, more))
        assert [breach.says for breach in breaches([other], one, setting())] == [f"a part has {one}" for one in told]
        assert [breach.says for breach in breaches([one], other, setting())] == [f"no part has {one}" for one in told]
    listed, unknown = pact(releasable_to=names), pact(releasable_to=ghosts)
    assert [one.says for one in breaches([listed], pact(), setting())] == [f"{', '.join(names)} may have every part"]
    assert [one.says for one in breaches([pact()], listed, setting())] == [
        f"{', '.join(names)} may not have every part"
    ]
    assert [one.says for one in breaches([pact()], unknown, setting())] == [
        f"the members of {one} are not known here, and a part does not name it" for one in ghosts
    ]


@given(st.lists(party_valued, min_size=1, max_size=3))
def test_the_join_of_the_parts_breaks_no_rule(parts: list[Marking]) -> None:
    assert breaches(parts, join(parts, setting()), setting()) == ()


@given(st.lists(party_valued, min_size=1, max_size=3), party_valued)
def test_what_breaks_no_rule_gravely_lets_nobody_read_who_may_not_read_every_part(
    parts: list[Marking], whole: Marking
) -> None:
    found = breaches(parts, whole, setting())
    tight = join(parts, setting())
    for audience in (readers, viewers):
        may, given_ = audience(tight, setting()), audience(whole, setting())
        if not any(one.rule in {"release", "display"} and one.grave for one in found):
            assert may is None or (given_ is not None and given_ <= may)
    assert list(found) == sorted(found, key=lambda one: not one.grave)


def test_nothing_has_no_marking() -> None:
    with pytest.raises(Malformed):
        breaches([], marked(), setting())


def test_parts_of_several_policies_have_no_rollup() -> None:
    other = marking({"policy": "PACT", "classification": "LOW", "originators": ["XAA"]})
    with pytest.raises(Refused):
        breaches([marked(), other], marked(), setting())


def test_breaches_that_say_the_same_are_the_same() -> None:
    assert Breach("level", True, "x") == Breach("level", True, "x") != Breach("level", False, "x")
