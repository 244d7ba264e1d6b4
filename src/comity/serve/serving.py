"""Serving a desk on this machine: a free port, and uvicorn without its chatter."""

from __future__ import annotations

import gc
import socket
from collections.abc import Callable

from comity.errors import Malformed, Unavailable
from comity.serve.app import application
from comity.serve.desk import Desk
from comity.values.fact import Member

FIRST_PORT, TRIES, LAST_PORT = 8420, 20, 65_535


def free_port(host: str, wanted: int | None) -> int:
    """The port that is wanted, or the first free one from 8420 on.

    Raises:
        Malformed: it is no number of a port.
        Unavailable: it is taken, or all of them are.
    """
    if wanted is not None and not 1 <= wanted <= LAST_PORT:
        raise Malformed(f"{wanted} is no port", field="--port", next_step=f"name one from 1 to {LAST_PORT}")
    for port in [wanted] if wanted is not None else range(FIRST_PORT, FIRST_PORT + TRIES):
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return port
    if wanted is not None:
        raise Unavailable(f"port {wanted} cannot be had", where=host, next_step="end what holds it, or name another")
    raise Unavailable("no port is free", where=host, next_step="name one: --port NUMBER")


def serve(desk: Desk, host: str, port: int, ready: Callable[[str], None]) -> None:
    """Serve until interrupted; `ready` is told the address once it answers.

    What every first visitor would wait for (the casebook, its consents) is read before, and is then left alone by the
    collector of garbage: it stays as long as the server does.
    """
    import uvicorn

    from comity.serve.wire import Gathered

    desk.view(()).facts.of(Member, "")
    gc.collect()
    gc.freeze()

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            shown = f"[{host}]" if ":" in host else host
            ready(f"http://{shown}:{port}/")

    config = uvicorn.Config(
        application(desk), host=host, port=port, log_level="warning", server_header=False, access_log=False,
        http=Gathered, proxy_headers=desk.settings.secure_cookies,  # else there is no proxy to say who asks
    )  # fmt: skip
    Server(config).run()
