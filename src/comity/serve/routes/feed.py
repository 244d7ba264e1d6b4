"""Calendars by a secret address, for programs that subscribe to them and send neither cookie nor token.

Rules:
1. Whoever asks by an address that lasts reads two calendars as its person, and nothing else; nothing is written.
2. An address that is wrong, revoked or too old is answered as one that leads nowhere.
3. No answer is kept on the way (`comity.serve.fence`), no secret is written down, here or in a log.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from litestar import get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from comity.serve.desk import Desk
from comity.serve.pages import Answer, answered
from comity.serve.routes import agreements, consultations
from comity.serve.routes.home import client, wait_a_while
from comity.serve.visit import Asked, Visit
from comity.serve.words import ENGLISH

CALENDARS: Mapping[str, Callable[[Visit], Answer]] = {
    "agreements.ics": agreements.calendar_file,
    "consultations.ics": consultations.calendar_file,
}


@get("/feed/{name:str}/{secret:str}/{what:str}", sync_to_thread=False)
def feed(request: Asked, name: FromPath[str], secret: FromPath[str], what: FromPath[str]) -> Answer:
    """A calendar of a person: rules 1 and 2."""
    desk: Desk = request.app.state.desk
    if not desk.feeds.addresses.admits(client(request)):
        return wait_a_while(answered(b"Too many tries. Wait a while.", "text/plain", 429))
    person, make = desk.feeds.whose(name, secret), CALENDARS.get(what)
    if person is None or make is None:
        raise NotFoundException
    desk.feeds.addresses.led_in(client(request))
    return make(Visit(desk, request, person, ENGLISH))


ROUTES = [feed]
