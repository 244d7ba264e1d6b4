"""Pulling from and pushing to another's TAXII server, page by page, so that a stop anywhere loses nothing.

Rules:
1. A page is taken in whole before its cursor is handed on; a cursor is where a later walk begins. What came twice is
   here once (`comity.flow.taxii_intake`).
2. Marking definitions are pulled first: an object whose marking is not here is refused, never taken as unmarked.
3. Within a walk the server's tokens lead on. A later walk uses none of them, for a server may have moved its token past
   a page that was never taken in: it begins just before the last instant that was told, so that everything of that
   instant comes again (servers give many objects one instant, or write whole seconds) and nothing is passed over.
   A server that tells no token is asked in the same way, and so is one that had to be asked twice for a page. One that
   tells the same page again and again, or page after page of nothing, is left.
4. What is pushed is what the sender and every receiver may read, in the order of their common outbox; what a server
   refuses is told object by object.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol
from urllib.parse import quote, urljoin

from comity.errors import Impossible, Malformed, Refused, Unavailable
from comity.flow.taxii_offers import Offers, Shelved, objects
from comity.formats import taxii
from comity.formats.taxii import Became, Resource
from comity.formats.taxii_filters import ALL, Filters
from comity.values.instant import instant

PAGE = 500
EMPTY = 100
"""So many pages in a row may hold nothing, though more is said to follow."""
POLLS = 20
"""How often a status that is pending is asked for."""


class Answer(NamedTuple):
    """What a server answered, and at which try; the names of headers are in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    tries: int = 1


class Server(Protocol):
    """A server that is asked; it tries again by itself where that may help."""

    def get(self, url: str) -> Answer:
        """Ask for a resource."""

    def post(self, url: str, body: bytes) -> Answer:
        """Send an envelope."""

    def delete(self, url: str) -> Answer:
        """Take something away."""

    def wait(self) -> None:
        """Wait a little before asking again."""


@dataclass(frozen=True, slots=True)
class Found:
    """A collection of a server: its address, what the server lets the asker do, and how much it takes at once."""

    url: str
    title: str
    can_read: bool
    can_write: bool
    most: int


def find(server: Server, url: str, name: str) -> Found:
    """A collection of a server, by id, alias or title.

    Args:
        server: the server.
        url: of its discovery or of an API root.
        name: what the collection is called.

    Raises:
        Impossible: there is none of that name.
        Malformed: what is told is no resource of TAXII.
        Unavailable: the server cannot be reached, or refuses.
    """
    first = _read(server, url)
    roots = first.get("api_roots") if "versions" not in first else [url]
    for root in roots if isinstance(roots, list) else []:
        at = led(url, str(root)).rstrip("/") + "/"
        told = first if root == url else _read(server, at)
        listed = _read(server, f"{at}collections/").get("collections", [])
        for one in listed if isinstance(listed, list) else []:
            if isinstance(one, dict) and name in [one.get("id"), one.get("alias"), one.get("title")]:
                return _found(at, one, told)
    raise Impossible(f"there is no collection {name} at {url}", next_step="see what the server lists, and its title")


def led(url: str, where: str) -> str:
    """Where an address leads that stands in an answer.

    Raises:
        Malformed: it is none.
    """
    try:
        return urljoin(url, where)
    except ValueError as error:
        raise Malformed(f"the server names what is no address: {where[:300]!r}", where=url) from error


def _found(root: str, one: Mapping[str, object], told: Resource) -> Found:
    most = told.get("max_content_length")
    return Found(
        f"{root}collections/{quote(str(one.get('id')), safe='')}/",
        str(one.get("title", "")),
        one.get("can_read") is True,
        one.get("can_write") is True,
        most if isinstance(most, int) and most > 0 else 1_000_000,
    )


def _read(server: Server, url: str) -> dict[str, object]:
    return resource_of(server.get(url), url)


def resource_of(answer: Answer, url: str) -> dict[str, object]:
    """What a server told, read.

    Raises:
        Refused: it does not let us.
        Impossible: it has no such thing.
        Unavailable: it failed.
        Malformed: it told no resource.
    """
    try:
        found = json.loads(answer.body) if answer.body.strip() else {}
    except (ValueError, RecursionError):
        found = None
    says = str(found.get("description") or found.get("title") or "") if isinstance(found, dict) else ""
    if answer.status >= 400:
        told = f"the server answered {answer.status}{': ' if says else ''}{says[:300]}"
        raise _error(answer.status)(told, where=url, next_step=_STEPS.get(answer.status, "ask its keeper"))
    if not isinstance(found, dict):
        raise Malformed("the server told no resource of TAXII", where=url, next_step="check the address")
    return found


_STEPS = {
    401: "say who asks (--user NAME), with the password or token that its keeper gave you (COMITY_TAXII_PASSWORD, "
         "COMITY_TAXII_TOKEN, or at the terminal)",
    403: "ask its keeper to let you",
    404: "check the address and the collection, and with its keeper what you may see",
}  # fmt: skip
"""What to do where a server refuses; what to do with any other answer only its keeper knows."""


def _error(status: int) -> type[Refused | Impossible | Unavailable]:
    return Refused if status in {401, 403} else Impossible if status == 404 else Unavailable


class Pulled(NamedTuple):
    """A page: an envelope, how many objects it holds, the instant after which a later walk begins, and its address."""

    body: bytes
    number: int
    since: str
    url: str


def pages(server: Server, collection: Found, since: str = "") -> Iterator[Pulled]:
    """The pages of a collection after an instant: rules 1 to 3.

    Raises:
        Refused: the server does not let us read.
        Unavailable: it cannot be reached, or goes in circles.
        Malformed: it told no page.
    """
    for one in _walk(server, collection, since, "marking-definition"):
        yield one._replace(since=since)
    yield from _walk(server, collection, since)


def _walk(server: Server, collection: Found, since: str, kind: str = "") -> Iterator[Pulled]:
    token, before, again, empty = "", b"", since, 0
    while True:
        url = _address(collection.url, since, token, kind)
        answer = server.get(url)
        if token and answer.tries > 1:
            token, before, since = "", b"", again
            continue
        told = resource_of(answer, url)
        found = told.get("objects", [])
        if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
            raise Malformed(
                "the server told no page of objects", where=url, next_step="ask its keeper what stands there"
            )
        empty = 0 if found else empty + 1
        if answer.body == before or empty > EMPTY:
            raise Unavailable("the server tells the same page again and again", where=url)
        before, again = answer.body, _before(answer.headers.get(taxii.LAST.lower(), ""), again)
        if found:
            yield Pulled(answer.body, len(found), again, url)
        if told.get("more") is not True:
            return
        token = str(told.get("next") or "")
        since = since if token else again


def _before(last: str, again: str) -> str:
    """The instant just before one that was told: rule 3."""
    if not last:
        return again
    try:
        return taxii.stamp(instant(last) - 1)
    except Malformed:
        return again


def _address(url: str, since: str, token: str, kind: str) -> str:
    asked = {
        "limit": str(PAGE), "match[version]": ALL, "match[spec_version]": "2.0,2.1", "match[type]": kind,
        "added_after": since, "next": token,
    }  # fmt: skip
    told = [f"{name}={quote(value, safe='')}" for name, value in asked.items() if value]
    return f"{url}objects/?{'&'.join(told)}"


# Pushing


class Pushed(NamedTuple):
    """A page that was sent: how many objects, which the server refused, the last row that is through, what went."""

    number: int
    failures: Sequence[Became]
    seq: int
    went: Sequence[Resource]


def _unheard(_: Sequence[Resource]) -> None:
    """Nobody is told what is about to be sent."""


def push(
    server: Server,
    collection: Found,
    offers: Offers,
    shelf: Shelved,
    seq: int,
    *,
    limit: int = 100,
    before: Callable[[Sequence[Resource]], None] = _unheard,
) -> Iterator[Pushed]:
    """Send what an outbox holds after a row: rule 4.

    Args:
        server: the server.
        collection: of its, to which is sent.
        offers: the outbox, up to date.
        shelf: what may leave.
        seq: the last row that was sent before.
        limit: how many objects are sent at once, at most.
        before: is told what is about to be sent.

    Raises:
        Refused: the server does not let us write.
        Unavailable: it cannot be reached.
    """
    while items := offers.after(Filters(versions=frozenset({ALL}), editions=frozenset({"2.1"})), seq, limit):
        failures, sent = list[Became](), objects(shelf, items)
        before(sent)
        for body in _bodies(sent, collection.most):
            failures += _sent(server, collection, body)
        seq = items[-1].seq
        yield Pushed(len(items), failures, seq, [one for one in sent if not _failed(one, failures)])


def _failed(one: Resource, failures: Sequence[Became]) -> bool:
    """Whether a server refused an object; one that names no version refused them all."""
    version = taxii.version_of(one)
    return any(bad.id == one.get("id") and bad.version in {version, ""} for bad in failures)


def _bodies(found: Sequence[Resource], most: int) -> Iterator[bytes]:
    """Envelopes that are no larger than a server takes; what is too large alone is sent alone."""
    body = taxii.written({"objects": found})
    if len(body) > most and len(found) > 1:
        yield from _bodies(found[: len(found) // 2], most)
        yield from _bodies(found[len(found) // 2 :], most)
    elif found:
        yield body


def _sent(server: Server, collection: Found, body: bytes) -> list[Became]:
    url = f"{collection.url}objects/"
    told = resource_of(server.post(url, body), url)
    where = led(collection.url, f"../../status/{quote(str(told.get('id')), safe='')}/")
    for _ in range(POLLS):
        if told.get("status") != "pending":
            break
        server.wait()
        told = _read(server, where)
    failed = told.get("failures", [])
    rows = [one for one in failed if isinstance(one, dict)] if isinstance(failed, list) else []
    return [Became(*(str(one.get(name, "")) for name in ("id", "version", "message"))) for one in rows]
