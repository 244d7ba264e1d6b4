"""Several processes of `comity taxii serve` over one book's file, one of which can be held still within a question."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, NamedTuple, cast

import httpx

from comity.flow.books import open as open_book
from comity.formats.taxii import MEDIA
from comity.serve.accounts import Accounts
from comity.serve.desk import Desk
from tests.serve.exchanging import AT, NAME, opened
from tests.serve.staff import PASSWORD, QUICK, appoint

ROOT = Path(__file__).resolve().parents[2]
HOLD = "x-hold"
"""A header that names where a question is held: before its outbox is looked at, or before its page is read off it."""
BEFORE_LOOK, BEFORE_PAGE = "look", "page"
WHO = ("EST/mari", PASSWORD)
_PROGRAM = """
import sys
from comity.cli import main
from comity.serve.taxii import Caller

plainly = Caller.offers

def held(who, collection):
    where = who.visit.request.headers.get("x-hold")
    if where == "look":
        wait()
    found = plainly(who, collection)
    if where == "page":
        wait()
    return found

def wait():
    print("held", flush=True)
    sys.stdin.readline()

Caller.offers = held
sys.exit(main(["taxii", "serve", *sys.argv[1:]]))
"""


class Server(NamedTuple):
    """A process that serves a book, and what asks it."""

    process: subprocess.Popen[str]
    client: httpx.Client
    asking: ThreadPoolExecutor

    def get(self, path: str = f"{AT}/objects/", **headers: str) -> httpx.Response:
        """Ask as Estonia."""
        return self.client.get(path, headers=headers)

    def post(self, body: bytes, path: str = f"{AT}/objects/") -> httpx.Response:
        """Send as Estonia."""
        return self.client.post(path, content=body, headers={"content-type": MEDIA})

    def ids(self, path: str = f"{AT}/objects/") -> list[str]:
        """The ids of a page."""
        return [str(one["id"]) for one in self.get(path).json().get("objects", [])]

    def held(self, where: str, path: str = f"{AT}/objects/") -> Future[httpx.Response]:
        """Ask a question that the process holds in the middle; it is there when this returns."""
        answer = self.asking.submit(self.get, path, **{HOLD: where})
        assert self._out.readline() == "held\n"
        return answer

    def go_on(self, answer: Future[httpx.Response]) -> httpx.Response:
        """Let it go on; its answer."""
        told = cast("IO[str]", self.process.stdin)
        told.write("\n")
        told.flush()
        return answer.result()

    @property
    def _out(self) -> IO[str]:
        return cast("IO[str]", self.process.stdout)


@contextmanager
def serving(book: Path) -> Iterator[Server]:
    """A process that serves a book on a free port of this machine."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    words = [sys.executable, "-c", _PROGRAM, "--book", str(book), "--port", str(port)]
    pipe = subprocess.PIPE
    process = subprocess.Popen(words, stdin=pipe, stdout=pipe, text=True, cwd=ROOT, env=dict(os.environ))
    with process, ThreadPoolExecutor(1) as asking:
        try:
            assert cast("IO[str]", process.stdout).readline().startswith("Serving")
            url = f"http://127.0.0.1:{port}"
            with httpx.Client(base_url=url, auth=WHO, headers={"accept": MEDIA}, timeout=20) as client:
                yield Server(process, client, asking)
        finally:
            process.kill()


@contextmanager
def two(book: Path) -> Iterator[tuple[Server, Server]]:
    """Two processes over one book."""
    with ExitStack() as both:
        yield both.enter_context(serving(book)), both.enter_context(serving(book))


def made(folder: Path) -> Path:
    """A book of Poland's with an open collection, at which Estonia has an account."""
    path = folder / "shared.comity"
    book = open_book(path, create=True)
    for party in ("POL", "EST"):
        book.introduce(party)
    opened(book, NAME)
    accounts = Accounts(Path(f"{path}.accounts"), book.clock, QUICK)
    appoint(Desk(book, accounts), "mari", "EST")
    accounts.close()
    book.close()
    return path
