"""Serve a book for measuring: `python -m benchmarks.web_server FILE`; it prints its port, and ends with its input."""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

from benchmarks.web_book import PARTIES
from comity.flow.books import open as open_book
from comity.serve.accounts import Accounts
from comity.serve.desk import Desk, Settings, Side
from comity.serve.serving import free_port, serve

HOST = "127.0.0.1"


def main() -> None:
    """Serve until the standard input ends, so that no server outlives who measures it."""
    book = open_book(Path(sys.argv[1]))
    sides = tuple(Side(party, party) for party in PARTIES)
    desk = Desk(book, Accounts(None, book.clock), Settings(demonstration=True, sides=sides))
    threading.Thread(target=_end_with_input, daemon=True).start()
    serve(desk, HOST, free_port(HOST, None), lambda address: print(address, flush=True))


def _end_with_input() -> None:
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    main()
