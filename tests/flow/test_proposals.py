"""Proposals: originator control is kept; only the owner answers, and his answer is an ordinary consent or refusal."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from comity.casebook.book import Casebook
from comity.errors import Malformed
from comity.flow.proposals import (
    KIND,
    WITHDRAWN,
    Proposal,
    answer_to,
    consent,
    consented,
    named,
    proposals,
    proposed,
    refusal,
    waiting,
    withdrawal,
)
from comity.ledger.book import Book, Draft
from tests.serve.desks import book_of

Answering = Callable[[Proposal, dict[str, object]], object]
THING = "report--7d7f0fd6-64a0-4d3c-9d0b-7a2f8a5b9d11"


def made() -> tuple[Book[Casebook], Proposal]:
    """Estonia proposes to Japan that Poland and Korea may read something."""
    book = book_of([])
    line, label = proposed(
        "EST", "JPN", ["POL", "KOR"], THING, title="Port watch", digest="ab" * 32, text="The port was watched."
    )
    book.record(line, Draft("EST", label))
    return book, waits(book, "JPN")[0]


def waits(book: Book[Casebook], party: str) -> list[Proposal]:
    view = book.view(party)
    return waiting(view.records([KIND, WITHDRAWN]), view.facts, party)


def test_a_proposal_waits_for_its_owner_and_is_read_by_him_and_its_author_alone() -> None:
    book, proposal = made()
    assert (proposal.by, proposal.to, proposal.text) == ("EST", ("KOR", "POL"), "The port was watched.")
    assert {party: len(book.view(party).records([KIND])) for party in ("EST", "JPN", "KOR", "POL")} == {
        "EST": 1, "JPN": 1, "KOR": 0, "POL": 0
    }  # fmt: skip
    assert waits(book, "EST") == []


def test_a_consent_ends_the_waiting_and_is_read_by_whoever_proposed() -> None:
    book, proposal = made()
    line, label = consent(proposal, {"until": "2027-01-01"})
    receipt = book.record(line, Draft("JPN", label))
    assert waits(book, "JPN") == []
    for party in ("EST", "POL", "KOR"):
        assert book.view(party).may_read(receipt.id)
    found = answer_to(proposal, "POL", book.view("EST").facts)
    assert found is not None
    assert (found.basis, consented(found)) == (f"{KIND} {proposal.id}, SHA-256 {proposal.digest}", proposal.digest)


def test_an_answer_for_one_of_two_leaves_it_waiting() -> None:
    book, proposal = made()
    line, label = refusal(proposal, {"to": ["KOR"]})
    book.record(line, Draft("JPN", label))
    assert [one.id for one in waits(book, "JPN")] == [proposal.id]
    line, label = consent(proposal, {"to": ["POL"]})
    book.record(line, Draft("JPN", label))
    assert waits(book, "JPN") == []


@pytest.mark.parametrize("to", [["GBR"], ["POL", "GBR"], ["*"]])
@pytest.mark.parametrize("answer", [consent, refusal])
def test_nobody_is_answered_for_whom_nothing_is_proposed(to: list[str], answer: Answering) -> None:
    _, proposal = made()
    with pytest.raises(Malformed, match="it is not proposed for all of these"):
        answer(proposal, {"to": to})


def test_an_answer_of_before_is_none() -> None:
    book = book_of([])
    book.record({"grant": {"by": "JPN", "to": ["POL"], "actions": ["read"], "scope": THING}}, Draft("JPN"))
    book.clock.now += 1  # type: ignore[attr-defined]  # a clock that is set by hand
    line, label = proposed("EST", "JPN", ["POL"], THING, title="Port watch", digest="ab" * 32)
    book.record(line, Draft("EST", label))
    assert len(waits(book, "JPN")) == 1


def test_only_the_author_takes_a_proposal_back() -> None:
    book, proposal = made()
    line, label = withdrawal(proposal)
    book.record({WITHDRAWN: {**line[WITHDRAWN], "by": "JPN"}}, Draft("JPN", label))
    assert len(waits(book, "JPN")) == 1
    book.record(line, Draft("EST", label))
    assert waits(book, "JPN") == []


def test_somebody_else_answers_nothing() -> None:
    book, proposal = made()
    line, _ = consent(proposal)
    book.record({"grant": {**line["grant"], "by": "KOR"}}, Draft("KOR"))
    assert len(waits(book, "JPN")) == 1


def owned_by_a_group() -> tuple[Book[Casebook], Proposal]:
    """Estonia proposes to an alliance, for which an office acts, that two may read something of it."""
    book = book_of([])
    for party in ("OFFICE", "ALLIANCE"):
        book.introduce(party)
    book.record({"acts-for": {"organ": "OFFICE", "sovereign": "ALLIANCE", "from": "2026-01-01"}}, Draft("ALLIANCE"))
    line, label = proposed("EST", "ALLIANCE", ["POL", "KOR"], THING, title="Port watch", digest="ab" * 32)
    book.record(line, Draft("EST", label))
    return book, proposals(book.view("ALLIANCE").records([KIND]))[0]


def test_an_organ_answers_for_the_group_that_owns() -> None:
    book, proposal = owned_by_a_group()
    assert [one.id for one in waits(book, "OFFICE")] == [proposal.id]
    line, label = consent(proposal, by="OFFICE")
    receipt = book.record(line, Draft("OFFICE", label))
    assert waits(book, "ALLIANCE") == waits(book, "OFFICE") == []
    assert all(book.view(party).may_read(receipt.id) for party in ("ALLIANCE", "EST", "POL"))


def test_whoever_does_not_act_for_the_group_answers_nothing_for_it() -> None:
    book, proposal = owned_by_a_group()
    line, label = consent(proposal, by="JPN")
    book.record(line, Draft("JPN", label))
    assert [one.id for one in waits(book, "ALLIANCE")] == [proposal.id]


def test_an_answer_for_a_group_is_one_for_its_members() -> None:
    book, proposal = made()
    line, label = consent(proposal, {"to": ["NATO@dynamic"]})
    book.record(line, Draft("JPN", label))
    assert answer_to(proposal, "POL", book.view("EST").facts) is not None, "a member"
    assert answer_to(proposal, "KOR", book.view("EST").facts) is None, "none"
    line, label = refusal(proposal, {"to": ["KOR"]})
    book.record(line, Draft("JPN", label))
    assert waits(book, "JPN") == []


def test_a_title_means_the_proposal_that_waits_and_an_empty_one_none() -> None:
    book, first = made()
    line, label = consent(first)
    book.record(line, Draft("JPN", label))
    later, of = proposed("EST", "JPN", ["POL"], f"{THING}@2", title="Port watch", digest="cd" * 32)
    book.record(later, Draft("EST", of))
    found, open_ = proposals(book.view("JPN").records([KIND])), waits(book, "JPN")
    assert [one.thing for one in named(found, open_, "Port watch")] == [f"{THING}@2"]
    assert named(found, open_, first.id[:9]) == [first]
    assert named(found, open_, "") == []
