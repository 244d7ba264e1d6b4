"""The demonstration that the main job ends with: a book with something in it, served to a browser on this machine."""

from __future__ import annotations

from pathlib import Path

HOST = "127.0.0.1"


def serve(file: Path, port: int | None) -> None:
    """Serve a demonstration until interrupted, from a book in a file that is made when it is not there.

    Raises:
        Unavailable: no port is free, or the file cannot be made or read.
    """
    from comity.flow.books import open as open_book
    from comity.serve import demonstration
    from comity.serve.accounts import Accounts
    from comity.serve.desk import Desk, Settings
    from comity.serve.serving import free_port
    from comity.serve.serving import serve as serve_desk

    fresh = not file.exists()
    book = open_book(file, create=True)
    if fresh:
        demonstration.seed(book)
    settings = Settings(demonstration=True, sides=demonstration.sides())
    desk = Desk(book, Accounts(None, book.clock), settings)
    serve_desk(desk, HOST, free_port(HOST, port), lambda address: _ready(address, file))


def _ready(address: str, file: Path) -> None:
    print()
    print(f"Open {address} in a browser: choose a side, and follow the five minutes. (Ctrl-C ends it.)")
    print(f"What is signed there stays in {file}. Not accredited; nothing classified belongs in it.", flush=True)
