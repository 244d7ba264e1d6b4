"""Servers of a test's own, on loopback: quiet, and they tell whole answers."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Telling(BaseHTTPRequestHandler):
    """What such a server does with a request; a test says which."""

    def tell(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        """Answer with a status, headers and a body of known length."""
        self.send_response(status)
        for name, value in {**headers, "content-length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the library's name
        pass


@contextmanager
def listening(handler: type[Telling], secured: ssl.SSLContext | None = None) -> Iterator[str]:
    """A server that answers as a handler does, by its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    if secured is not None:
        server.socket = secured.wrap_socket(server.socket, server_side=True)
        server.handle_error = lambda *_: None  # type: ignore[method-assign]  # a caller who refuses it is expected
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http{'' if secured is None else 's'}://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
