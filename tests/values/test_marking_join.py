"""What markings say together, rule by rule: who has to be named, who reads, and what the marking of a whole says."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from comity.errors import Malformed, Refused
from comity.values.instant import DAY, show
from comity.values.marking import Category, Marking, Succession, marking
from comity.values.marking_join import alike, closed, flag_gives_way, join, value_gives_way
from comity.values.marking_policy_reading import policy
from comity.values.marking_readers import Readers, Setting, Term, expanded, holders, meet, readers, terms, viewers
from comity.values.party import ANYONE, Group, Recipient
from tests.values.markings import POLICY, STATELESS, TODAY, members, setting

LEAGUE, UNION, CODES = Group("LEAGUE"), Group("UNION"), tuple(f"X{one}{one}" for one in "ABCDEFGHIJ")
CREW = policy({
    "id": "CREW",
    "name": "the crew",
    "owner": "XAA",
    "source": "made up",
    "grade": "C",
    "levels": [{"id": "BUSY", "unmarked": "originator", "words": "BUSY"}],
    "tags": [{"id": "Post", "kind": "permissive", "pattern": "[A-Z]+", "values": [
        {"id": "MATE", "holders": ["XBB", "XCC"]}, {"id": "COOK", "holders": ["XCC", "XDD"]},
        {"id": "NONE", "holders": []}, "GUEST"]}],
})  # fmt: skip
GUARD = policy({
    "id": "GUARD",
    "name": "the guard",
    "owner": "XAA",
    "source": "made up",
    "grade": "C",
    "levels": [
        {"id": "OPEN", "unmarked": "open", "words": "OPEN"},
        {"id": "SHUT", "unmarked": "originator", "words": "SHUT"},
        {"id": "SEALED", "unmarked": "originator", "words": "SEALED"},
    ],
    "tags": [
        {"id": "Only", "kind": "permissive", "parties": True},
        {"id": "Code", "kind": "restrictive", "values": [{"id": "SOFT", "excluded": ["SHUT", "SEALED"]}, "HARD"]},
    ],
    "flags": [
        {"id": "LOOSE", "words": "LOOSE", "levels": ["OPEN"]},
        {"id": "FIRM", "words": "FIRM", "levels": ["OPEN", "SHUT"]},
        {"id": "MAY", "words": "MAY", "permits": True},
        {"id": "HOME", "words": "HOME", "closes": True},
    ],
})  # fmt: skip
SETTING = setting()
ON_GUARD = Setting({"GUARD": GUARD}, members, TODAY)
ABOARD = Setting({"CREW": CREW}, members, TODAY, {"CREW:Post:GUEST": ("XEE",), "CREW:Post:STRAY": (UNION,)})


def marked(by: str = "XEE", to: str | None = None, **more: Any) -> Marking:
    """A marking of the scheme by some originators; `to` names who may read, None says nothing of it."""
    release = {} if to is None else {"releasable_to": to.split()}
    plain = {"policy": "SCHEME", "classification": "SHUT", "originators": by.split()}
    return marking(plain | release | {name.lower(): one for name, one in more.items()})


def day(number: int) -> str:
    return show(number * DAY)


SAID: dict[str, tuple[Marking, tuple[Term, ...]]] = {
    "nothing, at a level that is open": (marked(classification="OPEN"), ()),
    "nothing, at a level that is bound": (marked(classification="HOUSE"), (("XBB", UNION),)),
    "nothing, at a level that is the originator's": (marked(), (("XAA",),)),
    "nothing, of owners in common": (marked(" ".join(CODES), joint=True), (CODES,)),
    "nothing, of a policy without an owner": (marked(policy="PACT", classification="LOW"), ((),)),
    "nothing but a flag that closes, at a level that is open": (
        marked(classification="OPEN", handling=["HOME"]),
        (("XAA",),),
    ),
    "nothing but such a flag, of owners in common": (marked("XDD XEE", joint=True, handling=["HOME"]), (("XAA",),)),
    "nothing but such a flag, of a policy without an owner": (
        marked(policy="PACT", classification="BARE", handling=["HOME"]),
        ((),),
    ),
    "a list, in its order": (marked(to=" ".join(CODES)), (CODES,)),
    "a list at a level that is open": (marked(classification="OPEN", to="XBB"), (("XBB",),)),
    "that nobody reads": (marked(to=""), ((),)),
    "a category": (marked(permissive={"Only": ["LEAGUE", "XBB"]}), ((LEAGUE, "XBB"),)),
    "a category beside a list": (marked(to="XCC", permissive={"Only": ["XBB"]}), (("XCC",), ("XBB",))),
    "two categories": (marked(permissive={"Only": ["XBB"], "Task": ["SEA"]}), (("XBB",), (LEAGUE,))),
    "a category without a value": (marked(permissive={"Only": []}), ((),)),
}


@pytest.mark.parametrize("case", SAID.values(), ids=SAID)
def test_a_marking_says(case: tuple[Marking, tuple[Term, ...]]) -> None:
    given, expected = case
    assert terms(given, SETTING) == expected


POSTS: dict[tuple[str, ...], Term] = {
    ("MATE",): ("XBB", "XCC"),
    ("COOK", "MATE"): ("XCC", "XDD", "XBB"),
    ("NONE",): (),
    ("GUEST",): ("XEE",),
    ("STRAY",): (UNION,),
}


@pytest.mark.parametrize("values", POSTS, ids=" and ".join)
def test_a_category_is_held_by_whom_the_policy_names_or_whoever_is_bound(values: tuple[str, ...]) -> None:
    assert holders(Category("Post", values), CREW, ABOARD) == POSTS[values]


def test_what_is_bound_to_nobody_is_refused() -> None:
    with pytest.raises(Refused, match="CREW:Post:LOST names no party set, so nobody can tell who may read") as refused:
        holders(Category("Post", ("LOST",)), CREW, ABOARD)
    assert refused.value.next_step == "bind CREW:Post:LOST to the parties that are meant"


def test_a_policy_that_nobody_knows_is_refused_with_those_that_are_known() -> None:
    many = Setting(dict.fromkeys(reversed(CODES), POLICY), members, TODAY)
    with pytest.raises(Malformed, match="'PACT' is no policy here") as refused:
        many.policy(marked(policy="PACT"))
    assert (refused.value.field, refused.value.next_step) == ("policy", f"allowed: {', '.join(CODES)}")


MEMBERS: dict[str, tuple[tuple[Recipient, ...], int | None, Readers]] = {
    "a party is itself": (("XBB",), None, frozenset({"XBB"})),
    "nobody is nobody": ((), None, frozenset()),
    "everybody is everybody": ((ANYONE, "XBB"), None, None),
    "everybody is everybody, whenever it was": ((ANYONE,), 10, None),
    "a group is its members of today": ((LEAGUE,), None, frozenset({"XAA", "XBB"})),
    "and who was in it when the marking was made": ((LEAGUE,), 10, frozenset({"XAA"})),
    "a group as on a day is that of that day": ((Group("LEAGUE", 10 * DAY),), None, frozenset({"XAA", "XCC"})),
    "whenever the marking was made": ((Group("LEAGUE", 10 * DAY),), 20, frozenset({"XAA", "XCC"})),
    "two groups and a party": ((LEAGUE, UNION, "XDD"), None, frozenset({"XAA", "XBB", "XCC", "XDD", "XEE"})),
}


@pytest.mark.parametrize("case", MEMBERS.values(), ids=MEMBERS)
def test_of_those_who_are_named(case: tuple[tuple[Recipient, ...], int | None, Readers]) -> None:
    named, made, expected = case
    assert expanded(named, replace(marked(), created=None if made is None else made * DAY), SETTING) == expected


def test_of_everybody_and_some_those_are_left() -> None:
    some, more = frozenset({"XBB"}), frozenset({"XBB", "XCC"})
    assert [meet(None, None), meet(None, some), meet(some, None), meet(more, some)] == [None, some, some, some]


READ: dict[str, tuple[Marking, str | None, str | None]] = {
    "the only originator, beside those who are named": (marked(to="XBB"), "XBB XEE", "XBB XEE"),
    "of several originators those who are named": (marked("XDD XEE", to="XBB XEE"), "XBB XEE", "XBB XEE"),
    "owners in common": (marked("XDD XEE", joint=True), "XDD XEE", "XDD XEE"),
    "whoever is in the list and in each category": (
        marked(to="XBB XCC", permissive={"Only": ["XCC", "XDD"], "Task": ["ALL"]}), "XCC XEE", "XCC XEE",
    ),
    "everybody, whomever it may be shown to": (marked(classification="OPEN", display_only_to=["XBB"]), None, None),
    "one more it may be shown to": (marked(to="XBB", display_only_to=["XCC"]), "XBB XEE", "XBB XCC XEE"),
    "shown to everybody": (marked(to="XBB", display_only_to=["*"]), "XBB XEE", None),
    "shown to who was and is of the group": (
        marked(to="XBB", display_only_to=["LEAGUE@dynamic"], created=day(10)), "XBB XEE", "XAA XBB XEE",
    ),
    "whom the successor names, from its day on": (
        replace(marked(to="XBB"), succession=Succession(TODAY, marked(to="XCC", display_only_to=["XDD"]))),
        "XCC XEE", "XCC XDD XEE",
    ),
}  # fmt: skip


def parties(found: str | None) -> Readers:
    return None if found is None else frozenset(found.split())


@pytest.mark.parametrize("case", READ.values(), ids=READ)
def test_who_reads_and_who_may_be_shown(case: tuple[Marking, str | None, str | None]) -> None:
    given, reading, viewing = case
    assert (readers(given, SETTING), viewers(given, SETTING)) == (parties(reading), parties(viewing))


FIRST, THEN = Succession(90 * DAY, marked()), Succession(91 * DAY, marked())
REST: dict[str, tuple[list[dict[str, Any]], dict[str, Any]]] = {
    "the highest level": (
        [{"classification": one} for one in ("HOUSE", "SEALED", "SHUT")], {"classification": "SEALED"}),
    "every originator": ([{"by": "XEE"}, {"by": "XDD"}], {"by": "XDD XEE"}),
    "owners in common where they are the same": (
        [{"by": "XDD XEE", "joint": True, "handling": [one]} for one in ("KEPT", "LENT")],
        {"by": "XDD XEE", "joint": True, "handling": ["KEPT", "LENT"]}),
    "no owners in common where they are others": (
        [{"by": "XDD XEE", "joint": True}, {"by": "XDD XCC", "joint": True}], {"by": "XCC XDD XEE"}),
    "nor where one stands for a part": ([{"by": "XDD XEE", "joint": True}, {"by": "XDD XEE"}], {"by": "XDD XEE"}),
    "every restrictive value": (
        [{"restrictive": {"Code": ["RED"]}}, {}, {"restrictive": {"Code": ["BLUE"]}}],
        {"restrictive": {"Code": ["BLUE", "RED"]}}),
    "every note": ([{"informative": {"Note": ["STAFF"]}}, {"informative": {"Note": ["PRESS"]}}],
        {"informative": {"Note": ["PRESS", "STAFF"]}}),
    "every flag": ([{"handling": ["KEPT"]}, {"handling": ["LENT"]}], {"handling": ["KEPT", "LENT"]}),
    "a source that is concealed": ([{}, {"concealed_source": True}], {"concealed_source": True}),
    "the last day on which one was made": (
        [{"created": day(1)}, {"created": day(3)}, {}, {"created": day(2)}], {"created": day(3)}),
    "the first day on which one is reviewed": (
        [{"review": day(3)}, {"review": day(1)}, {}, {"review": day(2)}], {"review": day(1)}),
    "the authority of all": (
        [{"authority": "the staff"}, {"authority": "the staff", "joint": True}], {"authority": "the staff"}),
    "no authority where it is not that of all": (
        [{"authority": f"the {one}"} for one in ("staff", "fleet", "staff")], {}),
    "every word for people": (
        [{"privacy_marks": ["one"]}, {"privacy_marks": ["two"]}], {"privacy_marks": ["one", "two"]}),
    "the role that is furthest from the originator's": (
        [{"role": "alternative"}, {"role": "metadata"}, {"role": "originator"}], {"role": "metadata"}),
}  # fmt: skip


@pytest.mark.parametrize("case", REST.values(), ids=REST)
def test_a_whole_has(case: tuple[list[dict[str, Any]], dict[str, Any]]) -> None:
    given, expected = case
    assert join([marked(to="XAA XBB", **one) for one in given], SETTING) == marked(to="XAA XBB", **expected)


def guarded(level: str = "OPEN", **more: Any) -> Marking:
    return marked(policy="GUARD", classification=level, **more)


def test_what_goes_with_open_levels_alone_a_whole_that_is_closed_leaves_out() -> None:
    open_ = guarded(handling=["LOOSE", "FIRM"], restrictive={"Code": ["SOFT"]})
    for level in ("SHUT", "SEALED"):
        whole = join([open_, guarded(level)], ON_GUARD)
        assert whole.handling == {"FIRM"}
        assert whole.restrictive == ()
    assert join([open_, guarded(handling=["FIRM"])], ON_GUARD) == open_
    hard = join([open_, guarded("SHUT", restrictive={"Code": ["HARD"]})], ON_GUARD)
    assert hard.restrictive == (Category("Code", ("HARD",)),)


def test_what_a_policy_does_not_know_gives_way_to_nothing() -> None:
    assert flag_gives_way("LOOSE", GUARD, "SHUT")
    assert not flag_gives_way("STRANGE", GUARD, "SHUT")
    assert value_gives_way("Code", "SOFT", GUARD, "SHUT")
    assert not value_gives_way("Code", "STRANGE", GUARD, "SHUT")
    assert not value_gives_way("Strange", "SOFT", GUARD, "SHUT")


SPEAKING: dict[str, tuple[Marking, bool]] = {
    "nothing": (guarded(), False),
    "a word that is none of release": (guarded(handling=["FIRM"]), False),
    "that nobody reads": (guarded(to=""), True),
    "to whom it may be shown": (guarded(display_only_to=["XBB"]), True),
    "a category": (guarded(permissive={"Only": ["XBB"]}), True),
    "a flag that closes": (guarded(handling=["HOME"]), True),
    "a level that is closed": (guarded("SHUT"), True),
}


@pytest.mark.parametrize("case", SPEAKING.values(), ids=SPEAKING)
def test_a_flag_that_permits_more_goes_where_a_part_says_anything_of_its_release(case: tuple[Marking, bool]) -> None:
    other, speaks = case
    may = guarded(handling=["MAY"])
    assert ("MAY" in join([may, other], ON_GUARD).handling) is not speaks


def test_a_whole_has_the_successor_that_all_have() -> None:
    first, kept, other = (
        replace(marked(), succession=FIRST),
        replace(marked(handling=["KEPT"]), succession=FIRST),
        replace(marked(), succession=THEN),
    )
    assert join([first, kept], SETTING) == kept
    assert join([first, other], SETTING) == join([first, marked()], SETTING) == marked()
    assert join([first, other, first], SETTING) == marked()


EARLY, LATE = {"created": day(10)}, {"created": day(20)}
OPEN = {"classification": "OPEN"}
WHOLES: dict[str, tuple[list[Marking], Marking]] = {
    "the same words keep them": (
        [marked(to="LEAGUE@dynamic XDD"), marked(to="LEAGUE@dynamic XDD", handling=["KEPT"])],
        marked(to="LEAGUE@dynamic XDD", handling=["KEPT"]),
    ),
    "the same group of two days is spelt out": (
        [marked(to="LEAGUE@dynamic", **EARLY), marked(to="LEAGUE@dynamic", **LATE)], marked(to="XAA XEE", **LATE),
    ),
    "the same group to be shown to, of two days, too": (
        [marked(to="XDD", display_only_to=["LEAGUE@dynamic"], **one) for one in (EARLY, LATE)],
        marked(to="XDD XEE", display_only_to=["XAA"], **LATE),
    ),
    "the same group, beside those it may be shown to, too": (
        [marked(to="LEAGUE@dynamic", display_only_to=["XAA", "XBB"], **one) for one in (EARLY, LATE)],
        marked(to="XAA XEE", display_only_to=["XBB"], **LATE),
    ),
    "those to be shown to, in other words, are spelt out": (
        [marked(to="XDD", display_only_to=one) for one in (["LEAGUE@dynamic"], ["XAA", "XBB"])],
        marked(to="XDD XEE", display_only_to=["XAA", "XBB"]),
    ),
    "those who may read, in other words, are spelt out": (
        [marked(to="LEAGUE@dynamic"), marked(to="XAA XBB")], marked(to="XAA XBB XEE"),
    ),
    "two lists leave who is in both": ([marked(to="XBB XCC"), marked(to="XCC XDD")], marked(to="XCC XEE")),
    "two lists that share nobody leave the originator": ([marked(to="XBB"), marked(to="XCC")], marked(to="")),
    "of two originators, too, who is in both": (
        [marked(to="XBB XCC"), marked("XDD", to="XCC XEE")], marked("XDD XEE", to="XCC XEE"),
    ),
    "two lists of two originators that share nobody leave nobody": (
        [marked(to="XBB"), marked("XDD", to="XCC")], marked("XDD XEE", to=""),
    ),
    "what is open to all leaves the list of the other": (
        [marked(**OPEN), marked(to="XBB")], marked(to="XBB XEE"),
    ),
    "what is open stays open": ([marked(**OPEN), marked(**OPEN, handling=["KEPT"])], marked(**OPEN, handling=["KEPT"])),
    "what is open to all is shown to whom the other is": (
        [marked(**OPEN), marked(to="XBB", display_only_to=["XCC"])], marked(to="XBB XEE", display_only_to=["XCC"]),
    ),
    "what one shows and the other lets read is shown": (
        [marked(to="XBB", display_only_to=["XCC"]), marked(to="XBB XCC")],
        marked(to="XBB XEE", display_only_to=["XCC"]),
    ),
    "what is shown to everybody is shown to whom the other lets read": (
        [marked(to="XBB", display_only_to=["*"]), marked(to="XCC")], marked(to="", display_only_to=["XCC"]),
    ),
    "what everybody may be shown stays so": (
        [marked(to="XBB", display_only_to=["*"]), marked(to="XCC", display_only_to=["*"])],
        marked(to="", display_only_to=["*"]),
    ),
    "what is open to all, in other words": ([marked(**OPEN), marked(**OPEN, to="*")], marked(**OPEN)),
    "nothing said, of two originators, is closed": ([marked(), marked("XDD")], marked("XDD XEE")),
    "the owner's own and another's, of which nothing is said": ([marked(), marked("XAA")], marked("XAA XEE")),
    "nothing said and a list leave the owner of the policy, where he is listed": (
        [marked(), marked(to="XAA XBB")], marked(to="XAA XEE"),
    ),
    "the same category is kept": (
        [marked(permissive={"Only": ["LEAGUE"]}), marked(permissive={"Only": ["LEAGUE"]}, handling=["KEPT"])],
        marked(permissive={"Only": ["LEAGUE"]}, handling=["KEPT"]),
    ),
    "the same category of two days is spelt out": (
        [marked(permissive={"Only": ["LEAGUE"]}, **one) for one in (EARLY, LATE)],
        marked(permissive={"Only": ["XAA", "XEE"]}, **LATE),
    ),
    "the values of two categories meet as parties": (
        [marked(permissive={"Only": ["LEAGUE", "XDD"]}), marked(permissive={"Only": ["XBB", "XCC"]})],
        marked(permissive={"Only": ["XBB", "XEE"]}),
    ),
    "a context that shares no word is held by nobody": (
        [marked(permissive={"Task": ["SEA"]}), marked(permissive={"Task": ["AIR"]})], marked(permissive={"Task": []}),
    ),
    "a category that one has binds the whole": (
        [marked(to="XBB XCC"), marked(to="XBB XCC", permissive={"Only": ["XBB"]})],
        marked(to="XBB XCC", permissive={"Only": ["XBB"]}),
    ),
    "a category beside nothing said": (
        [marked(), marked(permissive={"Only": ["XAA", "XBB"]})],
        marked(to="XAA XEE", permissive={"Only": ["XAA", "XBB", "XEE"]}),
    ),
    "a group and its members in a category are spelt out": (
        [marked(permissive={"Only": values}) for values in (["LEAGUE"], ["XAA", "XBB"])],
        marked(permissive={"Only": ["XAA", "XBB", "XEE"]}),
    ),
    "two categories, one of each": (
        [marked(permissive={"Only": ["XBB"]}), marked(permissive={"Task": ["ALL"]})],
        marked(permissive={"Only": ["XBB"], "Task": ["ALL"]}),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", WHOLES.values(), ids=WHOLES)
def test_of_what_is_put_together(case: tuple[list[Marking], Marking]) -> None:
    given, expected = case
    assert join(given, SETTING) == join(reversed(given), SETTING) == expected
    assert (readers(expected, SETTING), viewers(expected, SETTING)) == (
        meet(*(readers(one, SETTING) for one in given)), meet(*(viewers(one, SETTING) for one in given)),
    )  # fmt: skip


def test_the_values_of_a_context_meet_as_words_which_may_let_fewer_read() -> None:
    given = [marked(permissive={"Task": values}) for values in (["SEA", "AIR"], ["AIR", "ALL"])]
    assert join(given, SETTING) == marked(permissive={"Task": ["AIR"]})
    assert join(given[:1] * 2, SETTING) == given[0]


def test_one_alone_keeps_what_it_is_called_and_several_are_called_nothing() -> None:
    called = replace(marked(to="XBB"), id="L1")
    assert [join(one, SETTING).id for one in ([called], [called, called], [called, marked()])] == ["L1", None, None]
    succeeded = replace(marked(), succession=Succession(TODAY, called))
    assert join([succeeded], SETTING) == called
    own = marked("XAA", to="")
    assert join([own], SETTING).handling == join([own, own], SETTING).handling == {"HOME"}
    assert join([own, marked("XAA", to="XBB")], SETTING).handling == {"HOME"}


def test_of_one_marking_twice_nobody_needs_to_tell_who_reads() -> None:
    house, unbound = marked(classification="HOUSE"), replace(SETTING, bindings={})
    assert join([house, house], unbound) == house
    with pytest.raises(Refused, match="SCHEME:HOUSE names no party set"):
        join([house, marked()], unbound)


def test_a_category_that_everybody_holds_is_held_by_everybody_still() -> None:
    said = {
        "id": "SCHEME", "name": "the scheme", "source": "made up", "grade": "C", "tokens": {"ALL": "*"},
        "levels": [{"id": "SHUT", "unmarked": "originator", "words": "SHUT"}],
        "tags": [{"id": "Only", "kind": "permissive", "parties": True}],
    }  # fmt: skip
    told = replace(SETTING, policies={"SCHEME": policy(said)})
    given = [marked(permissive={"Only": values}) for values in (["ALL"], ["ALL", "XBB"])]
    assert join(given, told) == given[0]
    assert readers(given[0], told) is None


def test_nothing_and_markings_of_several_policies_have_no_join() -> None:
    with pytest.raises(Malformed, match="there is nothing to join") as nothing:
        join([], SETTING)
    assert (nothing.value.field, nothing.value.next_step) == ("markings", "give one marking or more")
    for several in (("PACT", "SCHEME"), CODES):
        with pytest.raises(Refused, match=f"markings of {' and '.join(several)} have no common level"):
            join([marked(policy=one) for one in reversed(several)], SETTING)


def test_where_no_flag_says_so_a_marking_is_closed_by_its_list_alone() -> None:
    for given, by in ((marked("XAA", to="", policy="CREW", classification="BUSY"), CREW),
                      (marked(to="", policy="PACT", classification="LOW"), STATELESS)):  # fmt: skip
        assert closed(given, by) == given
    unsaid = marked("XAA")
    assert closed(unsaid, POLICY) == unsaid
    with_another = marked("XAA XBB", to="XAA")
    assert closed(with_another, POLICY).handling == {"HOME"}


ALIKE: dict[str, tuple[Marking, Marking]] = {
    "a group and its members": (marked(to="LEAGUE@dynamic"), marked(to="XAA XBB")),
    "a list and a category": (marked(to="XBB"), marked(permissive={"Only": ["XBB"]})),
    "nothing said and the owner's name": (marked(), marked(to="XAA")),
    "to be shown to a group and to its members": (
        marked(to="XDD", display_only_to=["LEAGUE@dynamic"]), marked(to="XDD", display_only_to=["XAA", "XBB"]),
    ),
    "closed with the flag and without": (marked("XAA", to="", handling=["HOME"]), marked("XAA", to="")),
    "closed, with what the flag excludes and with the flag": (
        marked("XAA", to="", handling=["LENT"]), marked("XAA", to="", handling=["HOME"]),
    ),
    "succeeded and the successor": (
        replace(marked(), succession=Succession(TODAY, marked(to="XBB"))), marked(to="XBB"),
    ),
}  # fmt: skip
UNLIKE: dict[str, tuple[Marking, Marking]] = {
    "two who read": (marked(to="XBB"), marked(to="XCC")),
    "two to whom it is shown": (marked(to="XBB", display_only_to=["XCC"]), marked(to="XBB", display_only_to=["XDD"])),
    "two flags": (marked(handling=["KEPT"]), marked()),
    "two flags of what is closed": (marked("XAA", to="", handling=["KEPT"]), marked("XAA", to="")),
    "the flag that closes, where somebody reads": (marked(to="XBB", handling=["HOME"]), marked(to="XBB")),
    "and where everybody does": (marked(**OPEN, handling=["HOME"]), marked(**OPEN)),
    "two flags of what everybody reads": (marked(**OPEN, handling=["KEPT"]), marked(**OPEN)),
    "a flag that closes and says more, where nobody reads": (
        marked("XAA", to="", handling=["CREST"]),
        marked("XAA", to=""),
    ),
    "what it excludes, where somebody reads": (marked(to="XBB", handling=["LENT"]), marked(to="XBB")),
    "two levels": (marked(), marked(classification="SEALED")),
}


@pytest.mark.parametrize("case", ALIKE.values(), ids=ALIKE)
def test_these_say_the_same(case: tuple[Marking, Marking]) -> None:
    one, other = case
    assert alike(one, other, SETTING)
    assert alike(other, one, SETTING)


@pytest.mark.parametrize("case", UNLIKE.values(), ids=UNLIKE)
def test_these_do_not_say_the_same(case: tuple[Marking, Marking]) -> None:
    one, other = case
    assert not alike(one, other, SETTING)
    assert not alike(other, one, SETTING)


WATCH = policy({
    "id": "WATCH",
    "name": "the watch",
    "owner": "XAA",
    "source": "made up",
    "grade": "C",
    "levels": [
        {"id": "OPEN", "unmarked": "open", "caveated": "bound", "words": "OPEN"},
        {"id": "SHUT", "unmarked": "originator", "words": "SHUT"}],
    "tags": [{"id": "Code", "kind": "restrictive", "values": ["RED", {"id": "PINK", "excluded": ["SHUT"]}]}],
    "flags": [
        {"id": "DESK", "words": "DESK", "levels": ["OPEN"]}, {"id": "LENT", "words": "LENT", "permits": True},
        {"id": "LESS", "words": "LESS"}, {"id": "MORE", "words": "MORE", "over": ["LESS"]}],
})  # fmt: skip
ON_WATCH = Setting({"WATCH": WATCH}, members, TODAY, {"WATCH:OPEN": ("XBB",)})


def on_watch(level: str = "OPEN", *flags: str, **more: Any) -> Marking:
    given: dict[str, Any] = {"policy": "WATCH", "classification": level, "originators": ["XAA"]}
    return marking({**given, **({"handling": [*flags]} if flags else {}), **more})


def test_a_level_may_say_another_thing_of_what_bears_a_caveat() -> None:
    assert readers(on_watch(), ON_WATCH) is None
    assert readers(on_watch("OPEN", "DESK"), ON_WATCH) == frozenset({"XAA", "XBB"})
    assert readers(on_watch(restrictive={"Code": ["RED"]}), ON_WATCH) == frozenset({"XAA", "XBB"})
    assert readers(on_watch("OPEN", "DESK", releasable_to=["XCC"]), ON_WATCH) == frozenset({"XAA", "XCC"})
    with pytest.raises(Malformed, match="'nobody' is not known"):
        policy({"id": "X", "name": "x", "source": "x", "grade": "C", "levels": [
            {"id": "OPEN", "unmarked": "open", "caveated": "nobody", "words": "OPEN"}]})  # fmt: skip


FLAGS_OF_WHOLES = {
    "a flag in whose place another stands": (["OPEN", "LESS"], ["OPEN", "MORE"], {"MORE"}),
    "a flag of an open level, in a whole that is open": (["OPEN", "DESK"], ["OPEN"], {"DESK"}),
    "a flag of an open level, in a whole that is closed": (["OPEN", "DESK"], ["SHUT", "LESS"], {"LESS"}),
    "a flag that permits more, in every part": (["SHUT", "LENT"], ["SHUT", "LENT"], {"LENT"}),
    "a flag that permits more, and a part that says nothing": (["SHUT", "LENT"], ["OPEN"], {"LENT"}),
    "a flag that permits more, and a part that is closed": (["SHUT", "LENT"], ["SHUT", "LESS"], {"LESS"}),
}


@pytest.mark.parametrize(("one", "other", "flags"), FLAGS_OF_WHOLES.values(), ids=FLAGS_OF_WHOLES)
def test_a_whole_has_the_flags_that_say_more(one: list[str], other: list[str], flags: set[str]) -> None:
    both = [on_watch(*one), on_watch(*other)]
    assert join(both, ON_WATCH).handling == join(both[::-1], ON_WATCH).handling == flags


def test_a_restrictive_value_of_an_open_level_gives_way_and_whom_it_closed_out_stays_out() -> None:
    pink, red = on_watch(restrictive={"Code": ["PINK"]}), on_watch("SHUT", restrictive={"Code": ["RED"]})
    whole = join([pink, red, on_watch("SHUT", releasable_to=["XCC"])], ON_WATCH)
    assert whole.restrictive == (Category.of("Code", ["RED"]),)
    assert readers(whole, ON_WATCH) == frozenset({"XAA"})
