"""Nodes that speak TAXII over a socket, for the clients of others."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import uvicorn

from comity.serve.app import application
from comity.serve.desk import Desk


class Node(NamedTuple):
    """Where a node is, and the desk behind it."""

    url: str
    desk: Desk


@contextmanager
def serving(desk: Desk) -> Iterator[Node]:
    """Serve a desk on a free port of this machine."""
    bound = socket.create_server(("127.0.0.1", 0))  # held from here on: no other test comes between
    server = uvicorn.Server(uvicorn.Config(application(desk), log_level="error", access_log=False))
    thread = threading.Thread(target=server.run, args=([bound],))
    thread.start()
    try:
        while not server.started:
            time.sleep(0.02)
        yield Node(f"http://127.0.0.1:{bound.getsockname()[1]}", desk)
    finally:
        server.should_exit = True
        thread.join()
