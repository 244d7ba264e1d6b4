"""What a server keeps has bounds, and what is kept answers the same question alone."""

from __future__ import annotations

from comity.serve.keeping import Kept
from tests.serve.desks import Visitor, book_of, desk_of

EVENT = {"kind": "armed-attack", "victim": "EST", "on": "2024-05-01", "target": "territory"}
ACT = {"party": "POL", "action": "read", "thing": "report-j", "on": "2026-11-26"}


def made(kept: Kept[bytes], key: str, value: bytes) -> bool:
    """Whether a value had to be made."""
    anew: list[bytes] = []

    def make() -> bytes:
        anew.append(value)
        return value

    assert kept.get(key, make) == value
    return bool(anew)


def test_the_one_asked_for_longest_ago_is_forgotten_first() -> None:
    kept: Kept[bytes] = Kept(2)
    assert made(kept, "a", b"1")
    assert made(kept, "b", b"2")
    assert not made(kept, "a", b"1")
    assert made(kept, "c", b"3")
    assert not made(kept, "a", b"1")
    assert made(kept, "b", b"2")


def test_no_more_is_kept_than_there_is_room_for() -> None:
    kept: Kept[bytes] = Kept(1000, 80, len)
    for number in range(9):
        assert made(kept, str(number), bytes(10))
    assert [made(kept, str(number), bytes(10)) for number in (8, 1, 0)] == [False, False, True]
    assert made(kept, "large", bytes(11))
    assert made(kept, "large", bytes(11)), "what would drive much else out is not kept"


def test_a_kept_answer_answers_its_own_question_and_its_own_asker() -> None:
    desk = desk_of(book_of([]))
    poland, japan, nobody = Visitor(desk, "POL"), Visitor(desk, "JPN"), Visitor(desk)
    for path, one, other in (
        ("/api/commitments", EVENT, {**EVENT, "victim": "POL"}),
        ("/api/may", ACT, {**ACT, "thing": "report-k"}),
    ):
        first = poland.client.post(path, json=one, headers={"origin": f"{poland.client.base_url}"})
        again = poland.client.post(path, json=one, headers={"origin": f"{poland.client.base_url}"})
        assert (first.status_code, first.content, first.headers["etag"]) == (200, again.content, again.headers["etag"])
        for who, what in ((poland, other), (japan, one), (nobody, one)):
            asked = who.client.post(path, json=what, headers={"origin": f"{who.client.base_url}"})
            assert asked.status_code == 200
            assert asked.content != first.content
            assert asked.json()["audience"] == ([who.party] if who.party else [])


def test_a_kept_answer_is_void_once_something_was_stated() -> None:
    poland = Visitor(desk_of(book_of([])), "POL")
    before = poland.get("/api/facts").json()["facts"]
    assert poland.get("/api/facts").json()["facts"] == before
    poland.desk.book.record({"report": {"by": "POL", "says": "two boats"}})
    assert len(poland.get("/api/facts").json()["facts"]) == len(before) + 1
