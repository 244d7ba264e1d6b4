"""Views at their edges: full pages, days, corrections that hide what they correct, what was there and is not."""

from __future__ import annotations

import pytest

from comity.casebook.book import Casebook, casebook
from comity.errors import Impossible, Malformed
from comity.flow.own_agreements import Background
from comity.ledger import places
from comity.ledger.book import Book, Draft
from comity.ledger.view import View
from comity.values.instant import instant
from tests.ledger.nations import Clock, Dice, book, grant, refuse, report, title

PUBLIC: list[object] = []
SPRING = {"from": "2026-03-01", "until": "2026-06-01"}


def ids(view: View[None]) -> list[str]:
    return [one.id for one in view.records()]


def reports(view: View[None]) -> list[str]:
    return [one.id for one in view.records(["report"])]


def corrected() -> Book[None]:
    """A dozen public reports, every other of them corrected by the next."""
    made = book(None)
    for _ in range(6):
        first = made.record(report("GBR", "r1", label=PUBLIC))
        made.record(report("GBR", "r1", label=PUBLIC, supersedes=first.id))
    return made


@pytest.mark.parametrize("limit", range(1, 9))
def test_a_page_is_full_whatever_was_corrected_on_it(limit: int) -> None:
    view = corrected().view("FIN")
    listed, paged = ids(view), list[str]()
    assert len(listed) == view.count()
    assert len(reports(view)) == view.count(["report"]) == 6
    while page := view.records(after=paged[-1] if paged else None, limit=limit):
        assert len(page) == min(limit, len(listed) - len(paged))
        paged += [one.id for one in page]
    assert paged == listed


def test_a_page_of_no_fact_is_refused() -> None:
    view = corrected().view("FIN")
    for limit in (0, -1):
        with pytest.raises(Malformed, match="is no number of facts"):
            view.records(limit=limit)


def test_a_page_goes_on_after_a_fact_of_another_kind_and_label() -> None:
    """The mark need not be of the kinds that are asked for: what follows it in the order of labels does."""
    made = book(None)
    for readers in (["FIN"], ["FIN", "USA"], ["FIN", "DEU"]):
        made.record(report("GBR", "r1", label=[{"owner": "GBR", "scope": "r1", "readers": readers}]))
    for party in ("FIN", "USA", "DEU"):
        made.record(grant("GBR", party, party))
    view = made.view("FIN", "GBR")
    order, wanted = ids(view), reports(view)
    assert len(order) > len(wanted) == 3
    for mark in order:
        after = order[order.index(mark) + 1 :]
        assert [one.id for one in view.records(["report"], after=mark)] == [one for one in after if one in wanted]


def test_what_does_not_exist_may_not_be_read() -> None:
    assert not book(None).view("FIN").may_read("0" * 64)


def test_a_view_of_a_day_holds_what_may_be_in_force_then() -> None:
    made = book(None)
    made.record(report("GBR", "r1", label=PUBLIC))
    spring = made.record(report("GBR", "r2", label=PUBLIC, **SPRING))
    for day, there in {"2026-02-28": False, "2026-03-01": True, "2026-05-31": True, "2026-06-01": False}.items():
        view = made.view("FIN", on=instant(day))
        assert view.may_read(spring.id) is there
        assert (spring.id in reports(view)) is there
        assert view.count(["report"]) == len(reports(view)) == 1 + there
        assert view.count() == len(ids(view))
    assert made.view("FIN").may_read(spring.id)


def test_what_a_view_of_a_day_searched_is_what_was_in_force_then() -> None:
    made = book(None)
    made.record(report("GBR", "r2", label=PUBLIC, **SPRING))
    label = made.view("FIN").records()[0].record.label
    assert made.view("FIN").searched(["report"]) == {label}
    assert made.view("FIN", on=instant("2026-04-01")).searched(["report"]) == {label}
    assert made.view("FIN", on=instant("2026-07-01")).searched(["report"]) == set()
    assert made.view("FIN", on=instant("2026-04-01")).searched(["note"]) == set()
    view = made.view("FIN")
    assert (view.searched(["note"]), view.searched(["report"])) == (set(), {label})
    assert view.searched(["report", "note"]) == view.searched(["note", "report"]) == {label}


def test_a_view_of_the_past_does_not_show_what_had_not_arrived() -> None:
    made = book(None)
    first = made.record(report("GBR", "r1", label=PUBLIC))
    second = made.record(report("GBR", "r1", label=PUBLIC))
    then = made.view("FIN", known=second.arrived - 1)
    assert (then.may_read(first.id), then.may_read(second.id)) == (True, False)
    assert then.count(["report"]) == 1
    assert then.until == second.arrived - 1
    with pytest.raises(Impossible):
        then.history(second.id)
    assert made.view("FIN").until == second.arrived


def test_a_correction_of_what_was_never_readable_takes_nothing_from_the_count() -> None:
    made = book(None)
    hidden = made.record(report("GBR", "r1"))
    public = made.record(report("GBR", "r1", label=PUBLIC, supersedes=hidden.id))
    view = made.view("FIN")
    assert reports(view) == [public.id]
    assert view.count(["report"]) == 1
    assert view.count() == len(ids(view))
    assert view.corrected == {bytes.fromhex(hidden.id)}


def test_a_correction_counts_from_its_arrival() -> None:
    made = book(None)
    first = made.record(report("GBR", "r1", label=PUBLIC))
    second = made.record(report("GBR", "r1", label=PUBLIC, supersedes=first.id))
    before = made.view("FIN", known=second.arrived - 1)
    assert (reports(before), before.count(["report"])) == ([first.id], 1)
    at = made.view("FIN", known=second.arrived)
    assert (reports(at), at.count(["report"])) == ([second.id], 1)


def test_the_history_of_a_fact_is_what_is_said_of_it_and_of_its_corrections() -> None:
    made = book(None)
    other = made.record(grant("GBR", "FIN", "r2"))
    first = made.record(grant("GBR", "FIN", "r1"))
    made.record({"revoke": {"by": "GBR", "grant": other.id}})
    paid = made.record({"discharge": {"by": "FIN", "grant": first.id, "obligation": "o"}})
    second = made.record(grant("GBR", "FIN", "r1", supersedes=first.id))
    third = made.record(grant("GBR", "FIN", "r1", supersedes=second.id))
    taken = made.record({"revoke": {"by": "GBR", "grant": third.id}})
    made.record(report("GBR", "r1", label=PUBLIC))
    whole = [one.id for one in (first, paid, second, third, taken)]
    assert [one.id for one in made.view("FIN").history(first.id)] == whole
    assert [one.id for one in made.view("GBR").history(first.id)] == whole
    assert [one.id for one in made.view("FIN").history(second.id)] == [second.id, third.id, taken.id]
    assert [one.id for one in made.view("FIN", known=second.arrived).history(first.id)] == whole[:3]
    with pytest.raises(Impossible):
        made.view("USA").history(first.id)


def test_what_is_said_of_a_discharge_is_no_part_of_the_history_of_the_grant() -> None:
    """Only corrections are followed: what is about something that is about a fact is not about the fact."""
    made = book(None)
    first = made.record(grant("GBR", "FIN", "r1"))
    paid = made.record({"discharge": {"by": "FIN", "grant": first.id, "obligation": "o"}})
    made.record({"revoke": {"by": "FIN", "fact": paid.id}})
    assert [one.id for one in made.view("FIN").history(first.id)] == [first.id, paid.id]


def test_what_a_room_keeps_for_an_audience_is_kept_between_the_views_of_now_alone() -> None:
    made = book(None)
    first = made.record(report("GBR", "r1", label=PUBLIC))
    assert made.view("FIN").kept("room") is made.view("FIN").kept("room")
    assert made.view("FIN").kept("room") is not made.view("FIN").kept("other")
    assert made.view("FIN").kept("room") is not made.view("USA").kept("room")
    now = made.view("FIN").kept("room")
    assert made.view("FIN", known=first.arrived).kept("room") is not now
    assert made.view("FIN", handed_over=made.clock()).kept("room") is not now


def test_what_is_stated_in_a_view_is_what_its_audience_reads_of_the_policy() -> None:
    made = book(None, clock=Clock("2026-01-01"))
    mine = made.record(title("r1", "GBR"))
    given = made.record(grant("GBR", "FIN", "r1"))
    withheld = made.record(refuse("GBR", "USA", "r1"))
    assert [one.record.id for one in made.view("FIN").stated()] == [mine.id, given.id]
    assert [one.record.id for one in made.view("GBR").stated()] == [mine.id, given.id, withheld.id]
    then = made.view("GBR", known=given.arrived)
    assert [one.record.id for one in then.stated()] == [mine.id, given.id]
    assert then.facts.find(withheld.id) is None
    assert made.view("GBR").facts.find(withheld.id) is not None
    assert made.view("FIN").facts.find(withheld.id) is None


def test_a_fact_that_is_readable_is_got_with_its_label_and_arrival() -> None:
    made = book(None)
    first = made.record(report("GBR", "r1", label=PUBLIC))
    found = made.view("FIN").get(first.id)
    assert (found.id, found.arrived, found.record.label) == (first.id, first.arrived, frozenset())
    assert found == made.view("FIN").get(first.id, told=True)


def test_the_past_is_read_by_the_consents_of_then() -> None:
    made = book(None)
    first = made.record(report("GBR", "r1", label=[{"owner": "GBR", "scope": "r1"}]))
    given = made.record(grant("GBR", "FIN", "r1", **{"from": "2025-01-01", "until": "2030-01-01"}))
    taken = made.record({"revoke": {"by": "GBR", "grant": given.id}})
    assert made.view("FIN", known=given.arrived).may_read(first.id)
    assert not made.view("FIN", known=taken.arrived, on=made.clock()).may_read(first.id)
    assert not made.view("FIN").may_read(first.id)
    assert not made.view("FIN", known=given.arrived, handed_over=made.clock()).may_read(first.id)


def test_what_is_open_to_an_audience_is_kept_between_its_views_of_now() -> None:
    made = book(None)
    made.record(report("GBR", "r1", label=PUBLIC))
    assert made.view("FIN").labels is made.view("FIN").labels


AGREEMENT = {
    "id": "OWN", "name": "Fictitious pact", "kind": "treaty", "signed": "2020-01-01",
    "in_force": {"from": "2020-02-01"},
    "parties": [{"party": "GBR"}, {"party": "FIN"}], "source": "fictitious", "grade": "C", "clauses": [],
}  # fmt: skip


def test_what_one_party_claims_stands_in_the_casebook_of_claims_alone() -> None:
    made: Book[Casebook] = places.in_memory(background=Background(casebook), clock=Clock(), chance=Dice())
    made.record(title("r1", "GBR"))
    stated = {"agreement": {"id": "OWN", "by": "GBR", "parties": ["GBR", "FIN"], "document": AGREEMENT}}
    made.record(stated, Draft("GBR", frozenset()))
    view = made.view("GBR")
    assert "OWN" not in view.casebook.agreements
    assert view.claimed.agreements.keys() == view.casebook.agreements.keys() | {"OWN"}


def test_the_casebook_of_claims_is_kept_until_something_arrives_that_it_reads() -> None:
    made: Book[Casebook] = places.in_memory(background=Background(casebook), clock=Clock(), chance=Dice())
    stated = {"agreement": {"id": "OWN", "by": "GBR", "parties": ["GBR", "FIN"], "document": AGREEMENT}}
    made.record(stated, Draft("GBR", frozenset()))
    first = made.view("GBR").claimed
    made.record(title("r1", "GBR"), Draft("GBR", frozenset()))
    assert made.view("GBR").claimed is first
    other = AGREEMENT | {"id": "OTHER", "name": "Another fictitious pact"}
    made.record({"agreement": stated["agreement"] | {"id": "OTHER", "document": other}}, Draft("GBR", frozenset()))
    assert made.view("GBR").claimed.agreements.keys() == first.agreements.keys() | {"OTHER"}
