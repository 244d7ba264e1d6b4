"""The book: what is recorded is signed, counts as its issuer may state it, and stays."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from comity.errors import Malformed, Refused, Unavailable
from comity.ledger.book import Book, Draft
from comity.values.fact import Ask
from comity.values.instant import NEVER, Instant, instant
from comity.values.label import PUBLIC
from comity.values.verdict import Verdict
from tests.ledger.nations import Clock, book, grant, refuse, reopened, report, title

TODAY = instant("2026-06-01")


def asks(party: str, thing: str, known: Instant = NEVER) -> Ask:
    return Ask(party, "read", thing, TODAY, known)


@pytest.fixture(params=["memory", "file"])
def made(request: pytest.FixtureRequest, tmp_path: Path) -> Book[None]:
    return book(None if request.param == "memory" else tmp_path / "b.comity", "GBR", "USA", "FIN")


def test_a_grant_is_decided_on_from_its_arrival(made: Book[None]) -> None:
    made.record(title("report-1", "GBR"))
    assert made.decide(asks("FIN", "report-1")).verdict is Verdict.SILENT
    receipt = made.record(grant("GBR", "FIN", "report-1", **{"from": "2020-01-01"}))
    decision = made.decide(asks("FIN", "report-1"))
    assert decision.verdict is Verdict.GRANTED
    assert receipt.id in decision.proof
    assert made.decide(asks("FIN", "report-1", receipt.arrived)).verdict is Verdict.GRANTED
    assert made.decide(asks("FIN", "report-1", receipt.arrived - 1)).verdict is Verdict.SILENT


def test_what_counted_as_of_a_past_instant_never_changes(made: Book[None]) -> None:
    made.record(title("report-1", "GBR"))
    given = made.record(grant("GBR", "FIN", "report-1"))
    made.record({"revoke": {"by": "GBR", "grant": given.id, "recorded": "2020-01-01"}})
    assert made.decide(asks("FIN", "report-1")).verdict is Verdict.SILENT
    assert made.decide(asks("FIN", "report-1", given.arrived)).verdict is Verdict.GRANTED


def test_arrivals_ascend_even_when_the_clock_goes_back() -> None:
    clock = Clock()
    made = book(clock=clock)
    first = made.record(report("GBR", "a"))
    clock.days(-30)
    second = made.record(report("GBR", "b"))
    assert second.arrived > first.arrived


def test_several_lines_are_stated_together_and_may_name_each_other(made: Book[None]) -> None:
    receipts = made.record_all(
        [
            title("report-1", "GBR"),
            grant("GBR", "FIN", "report-1", id="g1"),
            {"revoke": {"by": "GBR", "grant": "g1", "effective": "2026-03-01"}},
        ]
    )
    assert len({receipt.arrived for receipt in receipts}) == 1
    assert made.decide(asks("FIN", "report-1")).verdict is Verdict.SILENT
    later = made.record({"discharge": {"by": "FIN", "grant": "g1", "obligation": "o"}})
    found = made.store.find(bytes.fromhex(later.id))
    assert found is not None
    assert receipts[1].id.encode() in found.data


def test_what_one_nation_says_another_did_is_a_claim(made: Book[None]) -> None:
    made.record(title("report-1", "GBR"))
    made.record(grant("GBR", "FIN", "report-1", issuer="FIN"))
    assert made.decide(asks("FIN", "report-1")).verdict is Verdict.SILENT


def test_what_the_keeper_takes_over_counts_in_his_book(made: Book[None]) -> None:
    made.record_all(
        [title("report-9", "POL"), grant("POL", "FIN", "report-9", basis="note of 3 May")], Draft(adopt=True)
    )
    assert made.decide(asks("FIN", "report-9")).verdict is Verdict.GRANTED


def test_a_reopened_book_knows_what_it_knew(tmp_path: Path) -> None:
    made = book(tmp_path / "b.comity", "GBR")
    made.record_all([title("report-1", "GBR"), grant("GBR", "FIN", "report-1")])
    made.close()
    again = reopened(tmp_path / "b.comity")
    assert again.decide(asks("FIN", "report-1")).verdict is Verdict.GRANTED
    again.record(refuse("GBR", "FIN", "report-1"))
    assert again.decide(asks("FIN", "report-1")).verdict is Verdict.DENIED


Act = Callable[[Book[None]], object]
ERRORS: dict[str, tuple[Act, type[Exception], str]] = {
    "a kind's missing field": (lambda b: b.record({"grant": {"by": "GBR"}}), Malformed, "grant.to"),
    "no line": (lambda b: b.record({}), Malformed, "is no fact"),
    "a binary fraction": (lambda b: b.record({"unit": {"by": "GBR", "share": 0.5}}), Malformed, "unit.share"),
    "a time without a zone": (
        lambda b: b.record(report("GBR", "a", **{"from": "2026-01-01T10:00"})),
        Malformed,
        "zone",
    ),
    "a reference to nothing": (
        lambda b: b.record({"revoke": {"by": "GBR", "grant": "g9"}}),
        Malformed,
        "g9 names no fact",
    ),
    "above the ceiling": (
        lambda b: b.record(report("GBR", "a", classification="SECRET")),
        Refused,
        "SECRET is above what this book may hold",
    ),
    "a label that is none": (
        lambda b: b.record(report("GBR", "a", label=[{"owner": "GBR"}])),
        Malformed,
        "label.scope",
    ),
}


@pytest.mark.parametrize(("act", "kind", "says"), ERRORS.values(), ids=ERRORS)
def test_what_cannot_be_kept_is_refused_and_nothing_is_added(act: Act, kind: type[Exception], says: str) -> None:
    made = book(None, "GBR")
    size = made.store.head().size
    with pytest.raises(kind, match=says):
        act(made)
    with pytest.raises(kind):
        made.record_all([report("GBR", "x")]) and act(made)
    assert made.store.head().size <= size + 1


def test_a_nation_without_a_key_signs_nothing(tmp_path: Path) -> None:
    made = book(tmp_path / "b.comity", "GBR")
    with pytest.raises(Refused, match="no key for USA") as told:
        made.record(title("report-2", "USA"))
    assert "comity keys generate USA" in str(told.value)


def test_a_name_that_is_taken_is_refused(tmp_path: Path) -> None:
    book(tmp_path / "b.comity").close()
    with pytest.raises(Refused, match="there is a file already"):
        book(tmp_path / "b.comity")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b.comity", "b.comity.keys"]


@pytest.mark.parametrize("content", [b"", b"no book at all, but long enough to be looked at" * 50])
def test_a_file_that_is_no_book_says_so(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "b").write_bytes(content)
    with pytest.raises(Malformed, match="no book"):
        reopened(tmp_path / "b")
    assert (tmp_path / "b").read_bytes() == content


def test_a_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="comity ledger init"):
        reopened(tmp_path / "b")
    assert list(tmp_path.iterdir()) == []


def test_content_keeps_every_field(made: Book[None]) -> None:
    line = {"exercise": {"by": "FIN", "name": "A", "nested": {"of": ["any", {"kind": 1}]}, "nothing": None}}
    receipt = made.record(line, Draft(label=PUBLIC))
    row = made.store.find(bytes.fromhex(receipt.id))
    assert row is not None
    assert b'"body":{"by":"FIN","name":"A","nested":{"of":["any",{"kind":1}]},"nothing":null}' in row.data
