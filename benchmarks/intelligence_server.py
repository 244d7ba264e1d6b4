"""Serve a book for measuring over TAXII: `python -m benchmarks.intelligence_server FILE PARTY...`.

It prints its address, and a token of an administrator of each party, in a line; and ends with its input.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from pathlib import Path

from comity.flow.books import open as open_book
from comity.ledger.book import Draft
from comity.serve.accounts import Accounts, Person
from comity.serve.desk import Desk, Settings, Side
from comity.serve.roles import EVERY, appointment
from comity.serve.serving import free_port, serve

HOST = "127.0.0.1"


def main() -> None:
    """Serve until the standard input ends, so that no server outlives who measures it."""
    book, parties = open_book(Path(sys.argv[1])), sys.argv[2:]
    accounts = Accounts(None, book.clock)
    tokens = {}
    for party in parties:
        person = Person("measuring", party)
        accounts.add(person, "measured over loopback alone")
        book.record(appointment(person, EVERY), Draft(party))
        tokens[party] = accounts.make_token(person)
    desk = Desk(book, accounts, Settings(sides=tuple(Side(party, party) for party in parties)))
    threading.Thread(target=_end_with_input, daemon=True).start()
    serve(desk, HOST, free_port(HOST, None), lambda address: print(json.dumps([address, tokens]), flush=True))


def _end_with_input() -> None:
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    main()
