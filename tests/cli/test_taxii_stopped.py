"""A pull that meets a page which is no envelope: what came before it is in, what happened is said, and it goes on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from comity.cli import main, taxii_exchange
from comity.flow import taxii_exchange as exchange
from comity.flow import taxii_intake
from comity.flow.books import open as open_book
from comity.flow.taking_back import take_back
from comity.instruments.intelligence.shelf import Shelf
from tests.cli.loopback import Telling, listening
from tests.serve.exchanging import AMBER, NAME, opened, stated, tool
from tests.serve.staff import PASSWORD, appoint, office
from tests.serve.taxii_nodes import Node, serving

Captured = pytest.CaptureFixture[str]
EVERY = [str(tool(number)["id"]) for number in range(1, 10)]
SPOILT = {
    "no JSON": b"<html>busy</html>",
    "half of it": b'{"objects": [{"type": "tool"',
    "no object": b"[1, 2]",
    "no list of objects": b'{"objects": 5}',
    "no objects in the list": b'{"more": false, "objects": [1, 2]}',
    "two lists": b'{"objects": [{"type": "tool"}], "objects": [{"type": "tool"}, {"type": "tool"}]}',
    "letters of another kind": '{"more": false, "objects": [{"type": "tool"}]}'.encode("utf-16"),
    "half of a letter": b'{"objects": [{"type": "\xff"}]}',
}


OWN = {"content-length", "date", "server"}
"""Headers that whoever passes an answer on writes himself."""


class Between(Telling):
    """What stands between a puller and a node: it passes everything on, and spoils one page of objects."""

    node = ""
    spoilt = b""
    lost = False
    pages = 0

    def do_GET(self) -> None:  # noqa: N802  # the library's name
        asked = {name: value for name, value in self.headers.items() if name.lower() != "accept-encoding"}
        answer = httpx.get(f"{self.node}{self.path}", headers=asked)
        of_objects = "/objects/?" in self.path and "marking-definition" not in self.path
        Between.pages += of_objects
        bad = (of_objects and self.pages == 2) or (self.lost and "/recalls/" in self.path)
        body = self.spoilt if self.spoilt and bad else answer.content
        kept = {name: value for name, value in answer.headers.items() if name not in OWN}
        self.tell(answer.status_code, kept, body)


@pytest.fixture
def node() -> Iterator[Node]:
    """A node of Poland's, at which Estonia has an account, behind what spoils its second page."""
    book = open_book(None)
    for party in ("POL", "EST"):
        book.introduce(party)
    opened(book)
    marked = tool(1, object_marking_refs=[AMBER])
    stated(book, "POL", [marked, *map(tool, range(2, 10))], ["EST"], amber=["EST"])
    desk = office(book=book)
    appoint(desk, "mari", "EST")
    with serving(desk) as made:
        Between.node, Between.pages, Between.lost = made.url, 0, False
        with listening(Between) as url:
            yield Node(url, desk)


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few objects a page, and a password."""
    monkeypatch.setattr(exchange, "PAGE", 3)
    monkeypatch.setenv("COMITY_TAXII_PASSWORD", PASSWORD)


def pull(node: Node, *more: str) -> int:
    words = ["--collection", NAME, "--book", "b.comity", "--as", "EST", "--user", "EST/mari"]
    return main(["taxii", "pull", f"{node.url}/taxii2/", *words, *more])


def held() -> list[str]:
    book = open_book("b.comity")
    try:
        return sorted(Shelf.of(book.view("EST")).ids())
    finally:
        book.close()


@pytest.mark.parametrize("case", SPOILT.values(), ids=SPOILT)
def test_what_came_before_is_said_and_the_next_pull_goes_on_there(
    here: Path, node: Node, capsys: Captured, case: bytes
) -> None:
    Between.spoilt = case
    for more in ([], ["--json"]):
        Between.pages = 0
        assert pull(node, "--from-start", *more) == 2
        said = capsys.readouterr()
        assert "stopped: 3 objects pulled, " in said.err
        assert "pull again to go on there" in said.err
        assert f"{node.url}/shared/collections/{NAME}/objects/?" in (said.out if more else said.err), "where it stopped"
        assert f"{EVERY[0]} 2026-01-01T00:00:00.000Z: object_marking_refs" in said.err, "what comes by no more is told"
        assert held() == EVERY[1:3]
    Between.spoilt = b""
    assert pull(node) == 0
    assert "7 objects pulled" in capsys.readouterr().out, "the last that came, and what was to come"
    assert held() == EVERY[1:]


def test_recalls_are_followed_past_a_page_that_is_no_envelope(here: Path, node: Node, capsys: Captured) -> None:
    assert pull(node) == 1
    take_back(node.desk.book, "POL", EVERY[4], ["EST"])
    Between.spoilt, Between.pages = SPOILT["no JSON"], 1
    capsys.readouterr()
    assert pull(node) == 2
    told = capsys.readouterr().err
    assert "1 hidden, 0 asked back, 0 answered" in told
    assert "that it is hidden here was not taken there, and is sent again next time: the server" in told
    assert held() == [name for name in EVERY[1:] if name != EVERY[4]]


def test_a_server_that_fails_at_recalls_too_is_told_as_that(here: Path, node: Node, capsys: Captured) -> None:
    Between.spoilt, Between.lost = SPOILT["no JSON"], True
    assert pull(node) == 2
    said = capsys.readouterr().err.splitlines()
    assert [line.partition(NAME)[2].partition("?")[0] for line in said if line.startswith("comity: ")] == [
        "/recalls/", "/objects/",
    ]  # fmt: skip


def test_what_was_refused_before_ctrl_c_is_told(
    here: Path, node: Node, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, take = list[object](), taxii_intake.taken

    def stopped(*told: object, **more: object) -> object:
        asked.append(told)
        if len(asked) == 2:
            raise KeyboardInterrupt
        return take(*told, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(taxii_exchange, "taken", stopped)
    Between.spoilt = b""
    assert pull(node) == 130
    said = capsys.readouterr().err
    assert "stopped: 3 objects pulled" in said
    assert EVERY[0] in said
