"""Nodes that speak TAXII over a socket, for the clients of others."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import uvicorn

from comity.serve.app import application
from comity.serve.desk import Desk
from comity.serve.serving import free_port


class Node(NamedTuple):
    """Where a node is, and the desk behind it."""

    url: str
    desk: Desk


@contextmanager
def serving(desk: Desk) -> Iterator[Node]:
    """Serve a desk on a free port of this machine."""
    port = free_port("127.0.0.1", None)
    server = uvicorn.Server(uvicorn.Config(application(desk), port=port, log_level="error", access_log=False))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            time.sleep(0.02)
        yield Node(f"http://127.0.0.1:{port}", desk)
    finally:
        server.should_exit = True
        thread.join()
