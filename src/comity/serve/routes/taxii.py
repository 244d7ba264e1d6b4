"""TAXII 2.1 over HTTP: discovery, API roots, collections, and what a party may read of them (OASIS TAXII 2.1).

Rules:
1. Everything is told to somebody who says who he is, as what his party may read (`comity.serve.taxii`).
2. An error is a resource of TAXII (3.6.1). What may not be read and what does not exist are answered alike.
3. A body that is no envelope is told as one that cannot be processed (422); an object of one that cannot be taken fails
   alone, and its status says why.
4. A status is its party's alone, for a day.
5. What a party may read no more, and is asked to give back, it is told even where it may not know of the collection any
   more, as long as it was offered something of it (`comity.flow.taxii_recalls`).
6. OPTIONS tells whoever asks what he may do with the objects of a collection (RFC 9110, 9.3.7). Where it is not there
   for him, he is answered as he is of any that does not exist.
"""

from __future__ import annotations

import logging

from litestar import Router, delete, get, post, route
from litestar.enums import HttpMethod
from litestar.exceptions import ClientException, HTTPException
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from comity.errors import ComityError, Impossible, Malformed
from comity.flow import taxii_markings, taxii_rooms
from comity.flow import taxii_recalls as recalled
from comity.flow.taxii_asked import heard
from comity.flow.taxii_intake import taken
from comity.flow.taxii_offers import Offers, Page
from comity.flow.taxii_withdrawing import withdrawn
from comity.formats import taxii, taxii_filters, taxii_recalls
from comity.formats.taxii import Resource
from comity.formats.taxii_filters import Filters
from comity.serve import problems
from comity.serve.pages import Answer, answered
from comity.serve.taxii import Caller, NoRoot, caller, keep_status, status_of
from comity.serve.visit import Asked

COLLECTION = "/{root:str}/collections/{name:str}"
OBJECT = COLLECTION + "/objects/{thing:str}"
_LOST = "The server met an error it has no name for. Nothing was done."
_UNREAD = "While processing supplied content, an error occurred: {}"


def told(resource: Resource, page: Page | None = None, status: int = 200) -> Answer:
    """A resource as the answer, with the instants that bound its page."""
    answer = answered(taxii.written(resource), taxii.MEDIA, status)
    answer.headers.update(taxii.dates(page.items) if page else {})
    return answer


@get("/taxii2")
async def discovery(request: Asked) -> Answer:
    """Which API roots there are: 4.1."""
    who = await caller(request)
    return told(taxii_rooms.discovery(who.view, str(request.base_url).rstrip("/")))


@get("/{root:str}")
async def root(request: Asked, root: FromPath[str]) -> Answer:
    """An API root: 4.2."""
    who = await caller(request, root)
    return told(who.at.resource())


@get("/{root:str}/status/{name:str}")
async def status(request: Asked, root: FromPath[str], name: FromPath[str]) -> Answer:
    """What became of a writing: 4.3."""
    who = await caller(request, root)
    return answered(status_of(who, name), taxii.MEDIA)


@get("/{root:str}/collections")
async def collections(request: Asked, root: FromPath[str]) -> Answer:
    """The collections of a root, by id: 5.1."""
    who = await caller(request, root)
    found = [_collection(who, one.name) for one in taxii_rooms.collections(who.view, root)]
    return told({"collections": found} if found else {})


@get(COLLECTION)
async def collection(request: Asked, root: FromPath[str], name: FromPath[str]) -> Answer:
    """A collection: 5.2."""
    return told(_collection(await caller(request, root), name))


def _collection(who: Caller, name: str) -> Resource:
    found = who.collection(name)
    return found.resource(reads=found.reads(who.party), writes=who.writes(found))


@get(COLLECTION + "/manifest")
async def manifest(request: Asked, root: FromPath[str], name: FromPath[str]) -> Answer:
    """Which versions of which objects there are: 5.3."""
    who = await caller(request, root)
    page = who.offers(who.collection(name, read=True)).page(_filters(request), "manifest")
    return told(taxii.manifest(page.items, page.next), page)


@get(COLLECTION + "/objects")
async def listed(request: Asked, root: FromPath[str], name: FromPath[str]) -> Answer:
    """Objects: 5.4."""
    who = await caller(request, root)
    page, found = who.offers(who.collection(name, read=True)).leaving(_filters(request), "objects")
    return told(taxii.envelope(found, page.next), page)


@post(COLLECTION + "/objects", status_code=202, request_max_body_size=taxii_rooms.LARGEST)
async def sent(request: Asked, root: FromPath[str], name: FromPath[str]) -> Answer:
    """Objects are added: 5.5."""
    who = await caller(request, root)
    found = who.collection(name, write=True)
    _check_sent(request)
    body = await request.body()
    if len(body) > who.at.most:
        raise ClientException(f"send at most {who.at.most} bytes", status_code=413)
    try:
        intake = taken(who.desk.book, who.party, found, body)
    except (Malformed, UnicodeDecodeError) as error:
        raise ClientException(_UNREAD.format(error), status_code=422) from error
    made = intake.status(who.name_of(body), who.desk.book.clock())
    return answered(keep_status(who.desk.accounts, who.party, root, made), taxii.MEDIA, 202)


@route(COLLECTION + "/objects", http_method=HttpMethod.OPTIONS)
async def lets(request: Asked, root: FromPath[str], name: FromPath[str]) -> Answer:
    """What the caller may do with the objects of a collection: rule 6."""
    who = await caller(request, root)
    found = who.collection(name)
    allowed = [*["GET"] * found.reads(who.party), "OPTIONS", *["POST"] * who.writes(found)]
    answer = answered(b"", taxii.MEDIA, 204)
    answer.headers["allow"] = ", ".join(allowed)
    return answer


@get(OBJECT)
async def one(request: Asked, root: FromPath[str], name: FromPath[str], thing: FromPath[str]) -> Answer:
    """Versions of an object: 5.6."""
    who = await caller(request, root)
    offers, filters = _of_object(who, request, name, thing)
    page, found = offers.leaving(filters, "object")
    return told(taxii.envelope(found, page.next), page)


@get(OBJECT + "/versions")
async def versions(request: Asked, root: FromPath[str], name: FromPath[str], thing: FromPath[str]) -> Answer:
    """Which versions of an object there are: 5.8."""
    who = await caller(request, root)
    offers, filters = _of_object(who, request, name, thing, all_versions=True)
    page = offers.page(filters, "versions")
    return told(taxii.versions(page.items, page.next), page)


@delete(OBJECT, status_code=200)
async def removed(request: Asked, root: FromPath[str], name: FromPath[str], thing: FromPath[str]) -> Answer:
    """Versions of an object are withdrawn: 5.7."""
    who = await caller(request, root)
    found = who.collection(name, read=True, write=True)
    offers, filters = _of_object(who, request, name, thing)
    versions = ((one.id, one.version) for one in offers.every(filters))
    withdrawn(who.desk.book, who.party, found.name, versions, named="match[version]" in request.query_params)
    return told({})


def _of_object(
    who: Caller, request: Asked, name: str, thing: str, *, all_versions: bool = False
) -> tuple[Offers, Filters]:
    """What is offered of a collection, and the filter for one object of it.

    Raises:
        Impossible: there is no such object for whoever asks.
    """
    offers = who.offers(who.collection(name, read=True))
    if not offers.has(thing):
        raise Impossible(f"there is no object {thing} here", next_step="see the manifest of the collection")
    return offers, _filters(request).of(thing, all_versions=all_versions)


@get(COLLECTION + "/markings")
async def markings(request: Asked, root: FromPath[str], name: FromPath[str]) -> Answer:
    """By which markings and rules the caller is told what he is told: an answer to oasis-tcs/cti-taxii2 issue 119."""
    who = await caller(request, root)
    found = who.collection(name, read=True)
    return told(taxii_markings.effective(who.view, who.party, found))


@get(COLLECTION + "/gone")
async def gone(request: Asked, root: FromPath[str], name: FromPath[str]) -> Answer:
    """What the caller was told of and may read no more; no page of the standard tells it."""
    _, offers = await _of_caller(request, root, name)
    page = offers.gone(_filters(request))
    return told(taxii_recalls.gone(page.items, page.next, page.until))


@get(COLLECTION + "/recalls")
async def asked_back(request: Asked, root: FromPath[str], name: FromPath[str]) -> Answer:
    """What the caller is asked to give back of a collection, with the proof of each question."""
    who, offers = await _of_caller(request, root, name)
    page = recalled.questions(who.desk.book, who.view, who.party, offers, _filters(request))
    return told(taxii_recalls.questions(page.items, page.next, page.until))


@post(COLLECTION + "/recalls", status_code=200, request_max_body_size=taxii_rooms.LARGEST)
async def receipts(request: Asked, root: FromPath[str], name: FromPath[str]) -> Answer:
    """What the caller's party signed, which is what lets it: answers to what it is asked, or what it asks back."""
    who = await caller(request)
    found = who.known(root, name)
    _check_sent(request)
    try:
        given = taxii_recalls.read_sent(await request.body())
    except (Malformed, UnicodeDecodeError) as error:
        raise ClientException(_UNREAD.format(error), status_code=422) from error
    if given.recalls:
        return told(taxii_recalls.heard(*heard(who.desk.book, who.party, found.name, given.recalls)))
    return told(taxii_recalls.taken(*recalled.entered(who.desk.book, who.party, given.receipts, found.name)))


async def _of_caller(request: Asked, root: str, name: str) -> tuple[Caller, Offers]:
    """The outbox of the caller's party for a collection that it knows, or was offered something of before: rule 5."""
    who = await caller(request)
    found = who.known(root, name)
    return who, who.offers(found)


def _check_sent(request: Asked) -> None:
    """Nothing, where what is sent bears the type of TAXII and is not packed (RFC 9110, 15.5.16)."""
    if not taxii.is_taxii(request.headers.get("content-type", "")):
        raise ClientException(f"send {taxii.MEDIA}", status_code=415)
    if request.headers.get("content-encoding", "identity").strip().lower() != "identity":
        headers = {"accept-encoding": "identity"}
        raise ClientException("send it unpacked: without Content-Encoding", status_code=415, headers=headers)


def _filters(request: Asked) -> Filters:
    return taxii_filters.read(list(request.query_params.multi_items()))


# Errors: rule 2


def named(_: Asked, error: ComityError) -> Answer:
    """The answer to an error of ours."""
    return told(taxii.error(problems.status(error), str(error)), status=problems.status(error))


def of_http(request: Asked, error: HTTPException) -> Answer:
    """The answer to an error of the web's own; where there is no root, that of the pages."""
    if isinstance(error, NoRoot):
        return problems.of_http(request, error)
    answer = told(taxii.error(error.status_code, error.detail), status=error.status_code)
    answer.headers.update(error.headers or {})
    return answer


def unnamed(_: Asked, error: Exception) -> Answer:
    """The answer to an error nobody named."""
    logging.getLogger("comity.serve").error("an error nobody named", exc_info=error)
    return told(taxii.error(500, _LOST), status=500)


ROUTES: list[ControllerRouterHandler] = [
    Router(
        "/",
        route_handlers=[
            lets,  # first: else the framework gives the address an OPTIONS of its own
            discovery, root, status, collections, collection, manifest, listed, sent, one, versions, removed, markings,
            gone, asked_back, receipts,
        ],
        exception_handlers={ComityError: named, HTTPException: of_http, Exception: unnamed},
        include_in_schema=False,
    )
]  # fmt: skip
