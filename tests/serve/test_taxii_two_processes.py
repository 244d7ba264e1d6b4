"""Two processes serve one book: what one has offered, the other neither takes back nor loses."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from threading import Event

import pytest

from comity.flow.books import open as open_book
from comity.flow.taking_back import take_back
from comity.ledger.outbox import Offer, shelf
from tests.serve.exchanging import AT, NAME, ROOT, envelope, stated, tool
from tests.serve.taxii_processes import BEFORE_LOOK, BEFORE_PAGE, Server, made, two

OBJECTS, GONE = f"{AT}/objects/", f"{AT}/gone/"
FIRST, LAST = "X-TAXII-Date-Added-First", "X-TAXII-Date-Added-Last"


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("two"))


@pytest.fixture(scope="module")
def both(path: Path) -> Iterator[tuple[Server, Server]]:
    with two(path) as servers:
        yield servers


def name(number: int) -> str:
    return str(tool(number)["id"])


def write(path: Path, *numbers: int) -> None:
    """Poland states tools that Estonia may read."""
    book = open_book(path)
    stated(book, "POL", [tool(number) for number in numbers], ["EST"])
    book.close()


def rows(path: Path) -> list[Offer]:
    """Estonia's outbox."""
    book = open_book(path)
    try:
        return book.store.offers(shelf(["EST"], NAME))
    finally:
        book.close()


def test_who_looked_earlier_takes_nothing_back_that_the_other_offered_since(
    path: Path, both: tuple[Server, Server]
) -> None:
    one, other = both
    write(path, 1)
    waiting = one.held(BEFORE_LOOK)
    write(path, 2)
    assert name(2) in other.ids()
    assert name(1) in [each["id"] for each in one.go_on(waiting).json()["objects"]]
    assert [row.object for row in rows(path) if row.gone] == []
    assert one.get(GONE).json().get("objects", []) == other.get(GONE).json().get("objects", []) == []
    assert {name(1), name(2)} <= set(one.ids()) & set(other.ids())


def test_who_looked_earlier_offers_nothing_that_was_taken_back_since(path: Path, both: tuple[Server, Server]) -> None:
    one, other = both
    write(path, 11)
    waiting = one.held(BEFORE_LOOK)
    book = open_book(path)
    take_back(book, "POL", name(11))
    book.close()
    assert name(11) not in other.ids()
    one.go_on(waiting)
    stands = [row for row in rows(path) if row.object == name(11)]
    assert not stands or stands[-1].gone
    assert name(11) not in {*one.ids(), *other.ids()}


def test_what_is_offered_while_a_page_is_read_is_on_a_later_one(path: Path, both: tuple[Server, Server]) -> None:
    one, other = both
    write(path, 21)
    waiting = one.held(BEFORE_PAGE)
    write(path, 22)
    assert name(22) in other.ids()
    page = one.go_on(waiting)
    met = [each["id"] for each in page.json()["objects"]]
    after = one.ids(f"{OBJECTS}?added_after={page.headers[LAST]}")
    assert name(22) in [*met, *after]


def test_what_arrived_while_a_question_was_asked_is_offered_at_the_next(
    path: Path, both: tuple[Server, Server]
) -> None:
    one, _ = both
    write(path, 31)
    waiting = one.held(BEFORE_LOOK)
    write(path, 32)
    one.go_on(waiting)
    assert name(32) in one.ids()


def test_a_token_of_the_one_leads_on_at_the_other(path: Path, both: tuple[Server, Server]) -> None:
    one, other = both
    other.ids()
    write(path, *range(41, 46))
    asked = f"{OBJECTS}?limit=1&match[id]={','.join(map(name, range(41, 46)))}"
    page = one.get(asked).json()
    met = [page["objects"][0]["id"]]
    for server in (other, one, other, one):
        page = server.get(f"{asked}&next={page['next']}").json()
        met.append(page["objects"][0]["id"])
    assert met == [name(number) for number in range(41, 46)]
    assert page["more"] is False


def test_an_envelope_sent_to_both_at_once_is_here_once(path: Path, both: tuple[Server, Server]) -> None:
    with ThreadPoolExecutor(2) as pool:
        for number in range(61, 66):
            sent = [pool.submit(server.post, envelope(tool(number), tool(number + 10))) for server in both]
            told = [answer.result().json() for answer in sent]
            assert [each["failure_count"] for each in told] == [0, 0]
            assert both[0].get(f"/{ROOT}/status/{told[1]['id']}/").json() == told[1], "the one tells what the other did"
    book = open_book(path)
    stated_ = [str(seen.record.body["thing"]) for seen in book.view("EST").records(["intelligence"])]
    book.close()
    assert sorted(set(stated_)) == sorted(stated_)


def test_walks_at_both_while_others_write_lose_nothing_and_double_nothing(
    path: Path, both: tuple[Server, Server]
) -> None:
    dice, taken, writing = Random(20261126), set[str](), Event()
    steps = [sorted(dice.sample(range(100, 400), 12)) for _ in range(8)]

    def writes() -> None:
        seen, book = set[int](), open_book(path)
        try:
            for step in steps:
                stated(book, "POL", [tool(number) for number in step if number not in seen], ["EST"])
                stated(book, "POL", [tool(500 + step[0])])
                seen.update(step)
                old = step[-1]
                if name(old) not in taken:
                    taken.add(name(old))
                    take_back(book, "POL", name(old))
        finally:
            book.close()
            writing.set()

    def walks(seed: int) -> tuple[list[str], list[str]]:
        """Everything that is told to who asks the one or the other for what is new, and the instants of its pages."""
        mine, met, dates = Random(seed), list[str](), [""]
        ended = False
        while not ended:
            ended, asked, token = writing.is_set(), f"limit={mine.choice((1, 5, 100))}", ""
            asked += f"&added_after={dates[-1]}" if dates[-1] else ""
            while True:
                answer = mine.choice(both).client.get(f"{OBJECTS}?{asked}{token}")
                assert answer.status_code == 200
                told = answer.json()
                met += [str(one["id"]) for one in told.get("objects", [])]
                dates += [answer.headers[each] for each in (FIRST, LAST) if each in answer.headers]
                if "next" not in told:
                    break
                token = f"&next={told['next']}"
        return met, dates

    with ThreadPoolExecutor(3) as pool:
        writer, walkers = pool.submit(writes), [pool.submit(walks, seed) for seed in (1, 2)]
        writer.result()
        told = [walker.result() for walker in walkers]
    wanted = {name(number) for step in steps for number in step} - taken
    for met, dates in told:
        assert sorted(set(met)) == sorted(met), "none twice"
        assert wanted <= set(met), "none lost"
        assert dates == sorted(dates)
    every = rows(path)
    assert [row.seq for row in every] == [*range(1, len(every) + 1)]
    assert [row.added for row in every] == sorted({row.added for row in every})
    assert {row.object for row in every if row.gone} <= taken | {name(11)}, "nothing is gone that was not taken back"
