"""Taking back what others read: from whom, under which label it stands then, and what stays as it is."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from comity.casebook.book import Casebook
from comity.errors import Impossible
from comity.flow.intelligence_import import How, plan
from comity.flow.releases import KIND as RELEASE
from comity.flow.releases import register
from comity.flow.taking_back import Taking, take_back, takings
from comity.flow.taxii_intake import WITHDRAWN
from comity.instruments.intelligence.facts import COVER, PORTION
from comity.instruments.intelligence.reported import LINEAGE
from comity.instruments.intelligence.shelf import Shelf
from comity.ledger.book import Book, Draft
from comity.ledger.record import Record
from comity.values.canonical import Plain
from comity.values.instant import DAY
from comity.values.label import Atom, Label
from tests.serve.desks import book_of

ALL = ("EST", "FIN", "JPN", "KOR", "POL")
TOOL, OTHER = (f"tool--5e6b41a4-6a29-4e1d-8e62-66f4a3a4a33{digit}" for digit in "34")
STATEMENT = "marking-definition--5e6b41a4-6a29-4e1d-8e62-66f4a3a4a335"
FIRST, SECOND = "2026-01-01T00:00:00.001Z", "2026-02-01T00:00:00.001Z"
AMBER = {"marking_ref": "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82", "selectors": ["description"]}


MARKING = {
    "type": "marking-definition", "spec_version": "2.1", "id": STATEMENT, "created": FIRST,
    "definition_type": "statement", "definition": {"statement": "Ours"},
}  # fmt: skip


def tool(thing: str = TOOL, version: str = FIRST, **more: object) -> dict[str, object]:
    plain = {"type": "tool", "spec_version": "2.1", "id": thing, "created": FIRST, "modified": version, "name": "scan"}
    return {**plain, **more}


def divided() -> dict[str, object]:
    """A tool whose description stands under a label of its own."""
    return tool(description="from our sensor", granular_markings=[AMBER])


def stated(book: Book[Casebook], told: Sequence[Mapping[str, object]], to: Sequence[str], by: str = "JPN",
           clause: str = "tools") -> None:  # fmt: skip
    """A party states objects for some to read."""
    planned = plan(book, json.dumps(list(told)).encode(), How(by, clause, tuple(to), {"AMBER": ("POL",)}))
    assert planned.bad == ()
    planned.commit()
    later(book)


def shared(*told: Mapping[str, object], to: Sequence[str] = ("EST", "POL")) -> Book[Casebook]:
    """Japan states objects for some to read."""
    book = book_of([], ALL)
    stated(book, told or [tool()], to)
    return book


def later(book: Book[Casebook]) -> None:
    book.clock.now += DAY  # type: ignore[attr-defined]  # a clock that is set by hand


def back(book: Book[Casebook], *takers: str, thing: str = TOOL, by: str = "JPN", alone: bool = False) -> None:
    take_back(book, by, thing, takers, alone=alone)
    later(book)


def readers(book: Book[Casebook], thing: str = TOOL) -> list[str]:
    return [party for party in ALL if thing in Shelf.of(book.view(party))]


def labels(book: Book[Casebook], thing: str = TOOL, version: str = FIRST, by: str = "JPN") -> list[Label]:
    """Under what the portions of a version stand now."""
    return [seen.record.label for seen in Shelf.of(book.view(by)).facts(thing, version)]


def went(book: Book[Casebook]) -> list[list[str]]:
    """To whom the register says that something of Japan's went."""
    return sorted(list(one.to) for one in register(book.view("JPN").records([RELEASE])))


def covered(book: Book[Casebook], party: str) -> set[str]:
    """The parts that the one cover which a party reads names."""
    (cover,) = book.view(party).records([COVER])
    parts = cover.record.body["parts"]
    assert isinstance(parts, list)
    return {str(part) for part in parts}


def stated_parts(book: Book[Casebook], party: str) -> set[str]:
    return {seen.id for seen in book.view(party).records([PORTION])}


def clause(version: str = FIRST, *to: str) -> Atom:
    return Atom("JPN", f"{TOOL}@{version}", to)


TAKEN: dict[str, tuple[tuple[str, ...], tuple[str, ...], list[str]]] = {
    "from all": (("EST", "POL"), (), ["JPN"]),
    "from one of those it names": (("EST", "POL"), ("EST",), ["JPN", "POL"]),
    "from both by name": (("EST", "POL"), ("EST", "POL"), ["JPN"]),
    "from one of all the world": (("*",), ("EST",), ["FIN", "JPN", "KOR", "POL"]),
    "from all the world": (("*",), (), ["JPN"]),
    "from a group and another": (("NATO@dynamic", "KOR"), (), ["JPN"]),
    "from one in a group": (("NATO@dynamic", "KOR"), ("POL",), ["EST", "FIN", "JPN", "KOR"]),
}


@pytest.mark.parametrize("case", TAKEN.values(), ids=TAKEN)
def test_those_it_is_taken_from_read_it_no_more_and_the_others_still_do(
    case: tuple[tuple[str, ...], tuple[str, ...], list[str]],
) -> None:
    to, takers, left = case
    book = shared(to=to)
    back(book, *takers)
    assert readers(book) == left


def test_who_is_of_a_group_it_was_let_to_is_asked_by_name_though_nothing_else_tells_of_him() -> None:
    book = shared(to=("NATO@dynamic", "POL"))
    (one,) = takings(book, "JPN", TOOL, ["USA"])
    assert (one.takers, one.had, one.all) == (frozenset({"USA"}), frozenset({"USA"}), False)
    back(book, "USA")
    assert [TOOL in Shelf.of(book.view(party)) for party in ("USA", "ITA", "POL")] == [False, True, True]
    assert went(book) == [["USA"]]


def test_it_stands_under_its_old_label_and_a_clause_of_its_version_for_those_who_keep_it() -> None:
    book = shared(to=("EST", "POL", "KOR"))
    ((old,),) = labels(book)
    back(book, "EST", "KOR")
    assert labels(book) == [frozenset({old, clause(FIRST, "POL")})]
    (withdrawn,) = book.view("EST").records([WITHDRAWN])
    assert withdrawn.record.label == frozenset({old})
    (refusal,) = book.view("JPN").records(["refuse"])
    assert refusal.record.body["to"] == ["EST", "KOR"]
    assert refusal.record.body["scope"] == clause().scope


def test_of_a_label_of_several_owners_those_are_kept_whom_its_originator_named() -> None:
    many = [f"X{letter}{letter}" for letter in "KJIHGFEDCBA"]
    both = frozenset({Atom("JPN", "tools", ("EST", *many)), Atom("KOR", "theirs", ("EST", "FIN"))})
    taking = Taking("JPN", TOOL, FIRST, clause().scope, "", frozenset(("EST", "POL")), frozenset({"EST"}), all=False)
    assert taking.atom(both) == clause(FIRST, "POL", *reversed(many))
    from_many = replace(taking, takers=frozenset(many)).refusal
    assert from_many["refuse"]["to"] == many[::-1]


@pytest.mark.parametrize("to", [("EST", "POL"), ("NATO@dynamic", "KOR"), ("*",)])
def test_taken_from_all_it_is_its_originators_alone(to: Sequence[str]) -> None:
    book = shared(to=to)
    (old,) = labels(book)
    back(book)
    assert labels(book) == [old | {clause()}]
    assert TOOL not in Shelf.of(book.view("USA")), "nor does a member read it who has no key here"


def test_whoever_read_it_by_its_label_is_entered_in_one_order() -> None:
    many = ["AUS", "CAN", "EST", "FIN", "GBR", "KOR", "POL", "USA"]
    book = shared(to=many)
    back(book)
    assert went(book) == [many]


def test_what_was_let_to_another_since_stays_with_him() -> None:
    book = shared()
    book.record({"grant": {"by": "JPN", "to": ["KOR"], "actions": ["read"], "scope": "tools"}}, Draft("JPN"))
    entry = {"by": "JPN", "thing": TOOL, "version": FIRST, "to": ["KOR"], "of": [], "under": []}
    book.record({RELEASE: entry}, Draft("JPN"))
    later(book)
    back(book, "EST")
    assert readers(book) == ["JPN", "KOR", "POL"]
    assert went(book) == [["EST"], ["KOR"]]
    back(book)
    assert readers(book) == ["JPN"]


def test_each_version_is_taken_back_under_a_clause_of_its_own() -> None:
    book = shared()
    stated(book, [tool(version=SECOND)], ["EST", "POL"])
    found = takings(book, "JPN", TOOL, ["EST"])
    assert [(one.version, one.clause) for one in found] == [
        (FIRST, clause(FIRST).scope), (SECOND, clause(SECOND).scope)
    ]  # fmt: skip
    back(book, "EST")
    assert readers(book) == ["JPN", "POL"]
    for version in (FIRST, SECOND):
        (label,) = labels(book, version=version)
        assert clause(version, "POL") in label


def test_what_was_stated_of_it_as_of_no_version_is_taken_back_by_itself() -> None:
    book = shared()
    (known,) = Shelf.of(book.view("JPN")).facts(TOOL, FIRST)
    book.record({PORTION: {**known.record.body, "version": ""}}, Draft("JPN", known.record.label))
    later(book)
    back(book, "EST")
    for version in (FIRST, ""):
        assert labels(book, version=version) == [known.record.label | {clause(version, "POL")}]


def test_what_was_taken_back_once_is_withdrawn_no_second_time() -> None:
    book = shared()
    back(book, "EST")
    back(book, "POL")
    assert len(book.view("JPN").records([WITHDRAWN])) == 1
    assert readers(book) == ["JPN"]
    assert went(book) == [["EST"], ["POL"]]


def test_what_is_in_parts_stays_whole_for_those_who_keep_it() -> None:
    book = shared(divided(), to=("EST", "POL", "KOR"))
    assert [Shelf.of(book.view(party)).get(TOOL).whole for party in ("EST", "POL")] == [False, True]
    back(book, "EST")
    assert readers(book) == ["JPN", "KOR", "POL"]
    assert [Shelf.of(book.view(party)).get(TOOL).whole for party in ("JPN", "KOR", "POL")] == [True, False, True]
    assert covered(book, "POL") == stated_parts(book, "POL")


def test_it_stays_whole_too_where_its_cover_arrived_before_its_parts() -> None:
    known = Shelf.of(shared(divided(), to=("EST", "KOR")).view("JPN")).facts(TOOL, FIRST)
    book, names = book_of([], ALL), dict[str, str]()
    drafts = list[Record]()
    for seen in known:
        body = dict(seen.record.body)
        if seen.record.kind == COVER:
            body["parts"] = [names[str(part)] for part in list[Plain](seen.record.body["parts"])]  # type: ignore[arg-type]
        drafts.append(book.draft({seen.record.kind: body}, Draft("JPN", seen.record.label), {}))
        names[seen.id] = drafts[-1].id
    *parts, cover = drafts
    for written in ([cover], parts):
        book.add(written)
        later(book)
    assert cover.kind == COVER
    assert Shelf.of(book.view("JPN")).get(TOOL).whole
    back(book, "EST")
    assert Shelf.of(book.view("JPN")).get(TOOL).whole
    assert covered(book, "JPN") == stated_parts(book, "JPN")


def test_what_stands_under_anothers_clause_of_that_name_is_taken_back_all_the_same() -> None:
    (known,) = Shelf.of(shared().view("JPN")).facts(TOOL, FIRST)
    book, theirs = book_of([], ALL), Atom("KOR", clause().scope, ("EST", "JPN", "POL"))
    book.record({PORTION: known.record.body}, Draft("JPN", known.record.label | {theirs}))
    later(book)
    assert readers(book) == ["EST", "JPN", "POL"]
    back(book, "EST")
    assert readers(book) == ["JPN", "POL"]


def test_what_else_stands_under_its_old_clause_stays_and_what_another_stated_too() -> None:
    book = shared(tool(), tool(OTHER))
    stated(book, [tool()], ["FIN", "JPN"], by="KOR", clause="theirs")
    back(book)
    assert readers(book) == ["FIN", "JPN", "KOR"]
    assert readers(book, OTHER) == ["EST", "JPN", "POL"]
    (withdrawn,) = book.view("JPN").records([WITHDRAWN])
    assert withdrawn.record.issuer == "JPN"
    assert sorted(seen.record.issuer for seen in Shelf.of(book.view("JPN")).facts(TOOL, FIRST)) == ["JPN", "KOR"]


def test_a_marking_that_has_no_version_is_taken_back_too() -> None:
    book = shared(MARKING)
    assert readers(book, STATEMENT) == ["EST", "JPN", "POL"]
    back(book, "EST", thing=STATEMENT)
    assert readers(book, STATEMENT) == ["JPN", "POL"]


def test_a_marking_that_went_as_of_a_version_is_taken_back_too_though_it_has_none_here() -> None:
    book = shared(MARKING)
    ((old,),) = labels(book, STATEMENT, "")
    body = {"by": "JPN", "thing": STATEMENT, "version": FIRST, "to": ["KOR"], "of": [], "under": []}
    book.record({RELEASE: body}, Draft("JPN"))
    later(book)
    back(book, "KOR", thing=STATEMENT)
    assert labels(book, STATEMENT, "") == [frozenset({old, Atom("JPN", f"{STATEMENT}@{FIRST}", ("EST", "POL"))})]


def test_what_nobody_got_is_taken_back_by_nobody() -> None:
    book = shared()
    refused = {
        ("JPN", TOOL, ("KOR", "FIN")): "nothing of .* went to FIN, KOR",
        ("JPN", OTHER, ()): "nothing of .* went to anybody",
        ("JPN", "", ()): "nothing of  went to anybody",
        ("EST", TOOL, ()): "nothing of .* went to anybody",
        ("JPN", TOOL, ("JPN",)): "nothing of .* went to JPN",
    }
    for (by, thing, takers), says in refused.items():
        with pytest.raises(Impossible, match=says):
            take_back(book, by, thing, takers)
    assert readers(book) == ["EST", "JPN", "POL"]


def test_it_went_to_parties_and_to_no_group_even_where_everybody_may_read_it() -> None:
    book = shared(to=("NATO@dynamic", "KOR"))
    book.record({"grant": {"by": "JPN", "to": ["*"], "actions": ["read"], "scope": "tools"}}, Draft("JPN"))
    later(book)
    (one,) = takings(book, "JPN", TOOL)
    assert one.had == frozenset({"EST", "FIN", "KOR", "POL"})


def test_what_only_its_originator_reads_went_to_nobody() -> None:
    with pytest.raises(Impossible, match="went to anybody"):
        take_back(shared(to=()), "JPN", TOOL)


def entered(book: Book[Casebook], thing: str, *to: str, title: str | None = None, by: str = "JPN") -> None:
    body: dict[str, object] = {"by": by, "thing": thing, "to": list(to), "of": [], "under": []}
    book.record({RELEASE: body | ({} if title is None else {"title": title})}, Draft(by))
    later(book)


def test_what_went_is_found_by_its_title_as_well() -> None:
    book = book_of([], ALL)
    for thing, title in (("doc-1", "Paper"), ("doc-2", "Paper"), ("doc-3", "Another")):
        entered(book, thing, "EST", "POL", title=title)
    assert [one.thing for one in takings(book, "JPN", "Paper")] == ["doc-1", "doc-2"]
    (one,) = takings(book, "JPN", "doc-3")
    assert (one.thing, one.title, one.version, one.over) == ("doc-3", "Another", "", "")
    back(book, thing="Paper")
    refused = {str(seen.record.body["scope"]): seen.record.body["to"] for seen in book.view("JPN").records(["refuse"])}
    assert refused == {"doc-1": ["EST", "POL"], "doc-2": ["EST", "POL"]}
    assert went(book) == [["EST", "POL"]] * 3, "what stands in the register is not entered again"


def test_through_which_collection_it_went_stays_with_it() -> None:
    book = book_of([], ALL)
    body = {"by": "JPN", "thing": "doc", "to": ["EST"], "of": [], "under": [], "over": "shared"}
    book.record({RELEASE: body}, Draft("JPN"))
    assert [one.over for one in takings(book, "JPN", "doc")] == ["shared"]


def test_whoever_got_it_himself_takes_back_nothing() -> None:
    book = book_of([], ALL)
    entered(book, "doc", "EST", "POL")
    with pytest.raises(Impossible):
        takings(book, "EST", "doc")


def test_no_name_is_the_name_of_nothing() -> None:
    book = book_of([], ALL)
    entered(book, "", "EST")
    with pytest.raises(Impossible):
        takings(book, "JPN", "")


def test_what_was_made_from_it_goes_with_it_on_and_on_even_in_a_circle_and_what_was_not_stays() -> None:
    book = book_of([], ALL)
    for thing in ("a", "b", "c", "d"):
        entered(book, thing, "EST")
    for report, origins in (("b", ["a"]), ("c", ["x", "b"]), ("a", ["c"]), ("d", ["x"])):
        book.record({LINEAGE: {"report": report, "variant_of": origins}}, Draft("JPN"))
    book.record({LINEAGE: {"report": "d", "variant_of": "a"}}, Draft("JPN"))
    assert {thing: [one.thing for one in takings(book, "JPN", thing)] for thing in ("a", "b", "c", "d")} == {
        "a": ["a", "b", "c"], "b": ["a", "b", "c"], "c": ["a", "b", "c"], "d": ["d"]
    }  # fmt: skip
    assert [one.thing for one in takings(book, "JPN", "b", alone=True)] == ["b"]
    take_back(book, "JPN", "b")
    assert {seen.record.body["scope"] for seen in book.view("JPN").records(["refuse"])} == {"a", "b", "c"}


def test_what_one_may_not_read_that_it_was_made_from_it_stays() -> None:
    book = book_of([], ALL)
    for thing in ("a", "b"):
        entered(book, thing, "POL")
    book.record({LINEAGE: {"report": "b", "variant_of": ["a"]}}, Draft("EST"))
    assert [one.thing for one in takings(book, "JPN", "a")] == ["a"]
