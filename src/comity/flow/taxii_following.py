"""Asking another's TAXII server what is recalled, and telling it what became of that.

Rules:
1. What is gone is asked for after all that is there, from where the last walk ended; then what is asked back. A page is
   hidden, or entered, whole before its end is handed on, and what is done already is not done again: a stop anywhere
   loses nothing.
2. A server that knows of no recall answers whatever it answers to an address it does not know: nothing else is asked of
   it, and nothing changes. One that told recalls before and does not now is told of.
3. Answers go to the server that asked, a thousand at once; what it takes is handed on, so that it is not sent again.
4. A server that tells the same page again and again is left.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import quote

from comity.errors import Malformed, Unavailable
from comity.flow.taxii_exchange import Answer, Server, resource_of
from comity.formats import taxii_recalls
from comity.formats.taxii import is_taxii
from comity.formats.taxii_recalls import Gone, Listing, read_version
from comity.values.instant import Instant, instant

GOOD = 200
_FACT = re.compile(r"[0-9a-f]{64}")
"""The name of a fact, such as a question: what is said of something that is gone would be its answer."""
AT_ONCE = taxii_recalls.MOST
PAGE = 1000
"""How many items of a list are asked for at once: each page is hidden or entered in one writing."""
Proofs = Mapping[str, Mapping[str, object]]


class GoneThere(NamedTuple):
    """A page of what is gone, and the instant after which a later walk begins."""

    items: Sequence[Gone]
    since: str


class AskedThere(NamedTuple):
    """A page of questions, each still to be checked, and, at the end, the instant after which a later walk begins."""

    items: Sequence[Mapping[str, object]]
    since: str


class Taken(NamedTuple):
    """Which answers a server took, and why it took others not, by their ids."""

    ids: Sequence[str]
    refused: Mapping[str, str]


def tells_recalls(server: Server, url: str) -> bool:
    """Whether the server of a collection tells what is recalled: rule 2.

    Raises:
        Unavailable: it cannot be reached.
    """
    where = f"{url}gone/?limit=1"
    answer = server.get(where)
    if answer.status != GOOD or not is_taxii(answer.headers.get("content-type", "")):
        return False
    try:
        taxii_recalls.listing(resource_of(answer, where), "objects")
    except Malformed:
        return False
    return True


def gone(server: Server, url: str, since: str) -> Iterator[GoneThere]:
    """What a collection offers no more, page by page: rules 1 and 4.

    Raises:
        Refused: the server does not let us ask.
        Unavailable: it cannot be reached, or goes in circles.
        Malformed: it told no page.
    """
    for page in _walk(server, f"{url}gone/", since, "objects"):
        yield GoneThere([_gone(one) for one in page.items], page.until or since)


def _gone(item: Mapping[str, object]) -> Gone:
    name = item.get("recall", "")
    if not isinstance(name, str):
        raise Malformed("is no text", field="recall", next_step="ask the keeper of the server")
    if _FACT.fullmatch(name):
        raise Malformed("is the name of a fact", field="recall", next_step="ask the keeper of the server")
    return Gone(_instant(item.get("date_gone")), *read_version(item), recall=name)


def _instant(text: object) -> Instant:
    if not isinstance(text, str):
        raise Malformed("is no instant", field="date_gone", next_step="ask the keeper of the server")
    return instant(text)


def asked_back(server: Server, url: str, since: str) -> Iterator[AskedThere]:
    """What is asked back of a collection, page by page: rules 1 and 4; its last page says where a later walk begins.

    Raises:
        Refused: the server does not let us ask.
        Unavailable: it cannot be reached, or goes in circles.
        Malformed: it told no page.
    """
    for page in _walk(server, f"{url}recalls/", since, "recalls"):
        yield AskedThere(page.items, since if page.next else page.until or since)


def _walk(server: Server, url: str, since: str, name: str) -> Iterator[Listing]:
    token, before = "", b""
    while True:
        told = {"limit": str(PAGE), "added_after": since, "next": token}
        asked = [f"{field}={quote(text, safe='')}" for field, text in told.items() if text]
        where = f"{url}?{'&'.join(asked)}"
        answer: Answer = server.get(where)
        page = taxii_recalls.listing(resource_of(answer, where), name)
        if token and answer.body == before:
            raise Unavailable("the server tells the same page again and again", where=where)
        yield page
        token, before = page.next, answer.body
        if not token:
            return


def answer(server: Server, url: str, proofs: Proofs) -> Iterator[Taken]:
    """Send what was answered: rule 3.

    Args:
        server: the server.
        url: the address of the collection.
        proofs: each answer by its id, as the proof that it was signed.

    Raises:
        Refused: the server takes no answers of ours.
        Unavailable: it cannot be reached.
    """
    names, where = list(proofs), f"{url}recalls/"
    for start in range(0, len(names), AT_ONCE):
        some = names[start : start + AT_ONCE]
        told = resource_of(server.post(where, taxii_recalls.answers([proofs[name] for name in some])), where)
        yield _taken(some, told)


def _taken(sent: Sequence[str], told: Mapping[str, object]) -> Taken:
    entered, failures = told.get("entered"), told.get("failures", [])
    ids = [name for name in sent if name in entered] if isinstance(entered, list) else []
    refused = {
        sent[place]: str(one.get("message"))
        for one in (failures if isinstance(failures, list) else [])
        if isinstance(one, dict) and isinstance(place := one.get("place"), int) and 0 <= place < len(sent)
    }
    return Taken(ids, {name: refused.get(name, "it was not taken") for name in sent if name not in ids})
