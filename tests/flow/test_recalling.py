"""What is owed back over a book, whom each party asks for it, and what it is asked itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from comity.casebook.book import Casebook
from comity.errors import Impossible
from comity.flow.recalling import EVERYTHING, asked_back, asked_of, disclosures, owed_to, still_reads
from comity.flow.recalls import RECALL, Done, receipt
from comity.flow.taxii_questions import TOLD
from comity.ledger.book import Book, Draft
from comity.values.instant import DAY
from tests.flow import test_taking_back as objects
from tests.ledger.nations import Line
from tests.serve.desks import Stated, book_of

SIDES = ("EST", "JPN", "KOR", "POL", "FIN", "LVA")


def title(thing: str, owner: str, by: str | None = None) -> Stated:
    body: dict[str, object] = {"thing": thing, "kind": "information", "owner": owner, "interest": "originator"}
    return Stated(f"t {thing} {owner}", {"title": body}, by)


def went(thing: str, *to: str, by: str = "EST", of: Sequence[str] = (), **more: Any) -> Stated:
    """An entry of the register."""
    body = {"by": by, "thing": thing, "to": list(to), "of": list(of), "under": [], **more}
    return Stated(f"r {thing} {' '.join(to)}", {"release": body}, by)


def refused(by: str, *to: str, scope: str = "rep") -> Line:
    return {"refuse": {"by": by, "to": list(to), "actions": ["read"], "scope": scope}}


def let(by: str, *to: str, scope: str = "rep", **more: Any) -> Line:
    return {"grant": {"by": by, "to": list(to), "actions": ["read"], "scope": scope, **more}}


def held(*stated: Stated) -> Book[Casebook]:
    """Estonia and Japan own a report, which Estonia released to Poland and Latvia, on consents of both."""
    consents = [Stated(f"g {by}", let(by, "POL", "LVA", "EST", "JPN"), by) for by in ("EST", "JPN")]
    return book_of(
        [title("rep", "EST"), title("rep", "JPN", "EST"), *consents, went("rep", "POL", "LVA", of=["JPN"]), *stated],
        SIDES,
    )


def later(book: Book[Casebook]) -> None:
    book.clock.now += DAY  # type: ignore[attr-defined]  # a clock that is set by hand


def state(book: Book[Casebook], line: Line, by: str) -> None:
    book.record(line, Draft(by))
    later(book)


def owed(book: Book[Casebook], party: str) -> list[tuple[str, str, str]]:
    return [(one.party, one.thing, one.state) for one in owed_to(book, party)]


def asks(book: Book[Casebook], party: str, thing: str = EVERYTHING, *takers: str) -> list[dict[str, object]]:
    """A party asks back, in its own name; what each question says."""
    lines = asked_back(book, party, thing, takers)
    book.record_all(lines, Draft(party))
    later(book)
    return [line[RECALL] for line in lines]


def test_whoever_released_it_and_its_owner_are_owed_it_and_nobody_else() -> None:
    book = held()
    assert [owed(book, party) for party in SIDES] == [[]] * 6
    state(book, refused("JPN", "POL"), "JPN")
    mine = [("POL", "rep", "not asked")]
    assert [owed(book, party) for party in SIDES] == [mine, mine, [], [], [], []]


def test_a_refusal_that_whoever_released_it_may_not_read_makes_it_owed_all_the_same() -> None:
    book = held()
    state(book, refused("JPN", "POL"), "JPN")
    assert book.view("EST").records(["refuse"]) == []
    assert owed(book, "EST") == [("POL", "rep", "not asked")]


def test_who_entered_himself_among_others_is_owed_it_by_the_others() -> None:
    book = book_of([title("own", "EST"), went("own", "EST", "POL")], SIDES)
    assert owed(book, "EST") == [("POL", "own", "not asked")]


def test_what_rests_on_itself_has_no_owner_and_is_owed_back() -> None:
    circle = [
        Stated(f"d {one}", {"derive": {"thing": one, "by": "EST", "from_things": [other]}}, "EST")
        for one, other in (("rep", "annex"), ("annex", "rep"))
    ]
    assert owed(held(*circle), "EST") == [("POL", "rep", "not asked"), ("LVA", "rep", "not asked")]


def test_each_is_asked_once_and_again_only_by_name() -> None:
    book = held()
    state(book, refused("EST", "POL", "LVA"), "EST")
    assert [one["to"] for one in asks(book, "EST", "rep", "POL")] == [["POL"]]
    assert [one["to"] for one in asks(book, "EST")] == [["LVA"]]
    for thing, takers in (("rep", ()), (EVERYTHING, ()), ("annex", ("POL",)), ("rep", ("FIN",))):
        of = "" if thing == EVERYTHING else f"of {thing} "
        with pytest.raises(Impossible, match=f"nothing {of}is owed back that was not asked for"):
            asks(book, "EST", thing, *takers)
    assert [one["to"] for one in asks(book, "EST", "rep", "POL", "LVA")] == [["POL"], ["LVA"]]


def test_one_thing_is_asked_for_and_not_another() -> None:
    book = book_of([title("rep", "EST"), title("annex", "EST"), went("rep", "POL"), went("annex", "LVA")], SIDES)
    assert [one["thing"] for one in asks(book, "EST", "annex")] == ["annex"]
    assert [one["thing"] for one in asks(book, "EST")] == ["rep"]


def test_whoever_released_what_several_own_asks_once_for_each_and_an_owner_for_himself() -> None:
    book = book_of([went("rep", "POL", of=["JPN", "KOR"])], SIDES)
    questions = [(one["by"], one["of"]) for one in asks(book, "EST")]
    assert questions == [("EST", ["JPN"]), ("EST", ["KOR"])]
    assert [(one["by"], one["of"]) for one in asks(book, "JPN", "rep", "POL")] == [("JPN", ["EST", "KOR"])]


def test_what_is_told_with_the_question_reaches_who_is_asked_and_nobody_else() -> None:
    book = held()
    state(book, refused("EST", "POL"), "EST")
    book.record_all(asked_back(book, "EST", "rep", says="it was wrong"), Draft("EST"))
    assert [(one.thing, one.says) for one in asked_of(book, "POL")] == [("rep", "it was wrong")]
    assert {party: asked_of(book, party) for party in ("EST", "JPN", "LVA", "FIN")} == {
        "EST": [], "JPN": [], "LVA": [], "FIN": []
    }  # fmt: skip


def test_questions_and_disclosures_stand_in_the_order_of_their_arrival() -> None:
    things = ("c", "a", "b", "e", "d")
    book = book_of([title(thing, "EST") for thing in things], SIDES)
    for thing in things:
        state(book, went(thing, "POL").line, "EST")
    for thing in reversed(things):
        asks(book, "EST", thing)
    assert [one.thing for one in disclosures(book, "EST")] == list(things)
    assert [one.thing for one in asked_of(book, "POL")] == list(reversed(things))


def test_what_is_asked_elsewhere_stands_among_the_questions_and_what_was_read_here_among_what_was_handed_over() -> None:
    book = book_of([title("rep", "EST")], SIDES)
    objects.stated(book, [objects.tool()], ["POL"], by="EST")
    state(book, {TOLD: {"source": "there", "recall": "ab" * 32, "by": "KOR", "asked_of": "far"}}, "POL")
    state(book, went("rep", "POL").line, "EST")
    state(book, refused("EST", "POL", scope="tools"), "EST")
    asks(book, "EST", "rep")
    assert [one.thing for one in asked_of(book, "POL")] == ["far", "rep"]
    assert [one.thing for one in disclosures(book, "EST")] == [objects.TOOL, "rep"]


def test_whoever_is_shown_a_thing_or_granted_it_still_reads_it_as_far_as_its_owner_can_tell() -> None:
    book = held()
    objects.stated(book, [objects.tool()], ["POL"], by="EST")
    objects.stated(book, [objects.tool(objects.OTHER)], ["POL"], by="KOR")
    reads = {
        (taker, thing)
        for taker in ("POL", "LVA", "FIN")
        for thing in ("rep", objects.TOOL, objects.OTHER)
        if still_reads(book, "EST", taker, thing)
    }
    assert reads == {("POL", "rep"), ("LVA", "rep"), ("POL", objects.TOOL)}


def test_whom_it_was_passed_on_to_owes_it_unless_he_may_read_it() -> None:
    for may, wanted in ((False, ["POL", "FIN"]), (True, ["POL"])):
        book = held()
        for owner in ("EST", "JPN") if may else ():
            state(book, let(owner, "FIN"), owner)
        state(book, refused("EST", "POL"), "EST")
        asks(book, "EST")
        (asked,) = asked_of(book, "POL")
        state(book, receipt(asked, "POL", Done.PASSED_ON, ["FIN"]), "POL")
        assert [one.party for one in owed_to(book, "EST")] == wanted


def document(*to: str, **more: Any) -> Stated:
    return went("doc", *to, marking="(S//REL TO POL)", title="doc.docx", **more)


DOCUMENTS: dict[str, tuple[list[Stated], list[Line], list[str]]] = {
    "nothing was refused": ([document("POL", of=["JPN"])], [], []),
    "whoever released it refuses": ([document("POL", of=["JPN"])], [refused("EST", "POL", scope="doc")], ["POL"]),
    "an originator refuses": ([document("POL", of=["JPN"])], [refused("JPN", "POL", scope="doc")], ["POL"]),
    "somebody refuses who has no part in it": ([document("POL", of=["JPN"])], [refused("KOR", "POL", scope="doc")], []),
    "another is refused": ([document("POL", of=["JPN"])], [refused("JPN", "LVA", scope="doc")], []),
}  # fmt: skip


@pytest.mark.parametrize("case", DOCUMENTS.values(), ids=DOCUMENTS)
def test_a_document_is_owed_back_by_whom_an_originator_of_it_refuses(
    case: tuple[list[Stated], list[Line], list[str]],
) -> None:
    entries, lines, wanted = case
    book = book_of(entries, SIDES)
    for line in lines:
        state(book, line, str(line["refuse"]["by"]))
    assert [one.party for one in owed_to(book, "EST")] == wanted


def test_a_document_is_owed_back_by_those_alone_whose_consent_has_ended() -> None:
    book = book_of([], SIDES)
    names = [book.record(let("JPN", to, scope="doc#1"), Draft("JPN")).id for to in ("POL", "LVA")]
    book.record(document("POL", "LVA", "FIN", of=["JPN"], under=names).line, Draft("EST"))
    assert owed_to(book, "EST") == []
    state(book, {"revoke": {"grant": names[0], "by": "JPN"}}, "JPN")
    assert [one.party for one in owed_to(book, "EST")] == ["POL"]


def test_a_document_that_cites_what_is_no_consent_here_goes_by_its_marks() -> None:
    book = book_of([document("POL", under=["ab" * 32])], SIDES)
    assert owed_to(book, "EST") == []


def test_what_was_pushed_is_owed_back_unless_all_that_left_may_be_read_and_by_whom_it_went_on_to_unless_he_may() -> (
    None
):
    pushed = {"over": "theirs (https://taxii.example/)", "digest": "ab" * 32, "version": "1"}
    book = held(went("rep", "POL", of=["JPN"], **pushed))
    for owner in ("EST", "JPN"):
        state(book, let(owner, "KOR"), owner)
    assert owed(book, "EST") == [("POL", "rep", "not asked")], "that he may read the thing does not say what left"
    asks(book, "EST")
    (asked,) = asked_of(book, "POL")
    state(book, receipt(asked, "POL", Done.PASSED_ON, ["FIN", "KOR"]), "POL")
    assert [one.party for one in owed_to(book, "EST")] == ["POL", "FIN"]


def test_an_owner_is_owed_nothing_that_whoever_got_it_still_reads_though_he_himself_may_not_read_it() -> None:
    book = book_of([], SIDES)
    objects.stated(book, [objects.tool()], ["POL"], by="EST")
    state(book, went(objects.TOOL, "POL", of=["JPN"]).line, "EST")
    assert [owed(book, party) for party in ("EST", "JPN")] == [[], []]
    objects.back(book, by="EST")
    assert owed(book, "JPN") == [("POL", objects.TOOL, "not asked")]
