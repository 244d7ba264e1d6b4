"""HEAD tells what GET would, and nobody is sent what he has (RFC 9110)."""

from __future__ import annotations

import re

import pytest
from litestar.routes import HTTPRoute

from comity.serve.conditional import has
from comity.serve.routes.taxii import COLLECTION
from tests.serve.desks import OURS, Visitor, book_of, desk_of
from tests.serve.test_non_interference import VISIBLE, case

READ = (
    "/", "/picture", "/agreements", "/agreements/calendar?format=ics", "/inbox", "/sign/none", "/nowhere",
    "/static/style.css", "/style/drawings.css", "/api/facts", "/api/inbox", "/api/agreements", "/api/nowhere",
    "/api/openapi.json",
)  # fmt: skip
BY_WHOM = COLLECTION + "/objects"
"""What may be done there depends on who asks: `tests/serve/test_taxii.py`."""
TAG = '"abc"'
HAS = {
    "the tag itself": (TAG, True),
    "the tag, weak": (f"W/{TAG}", True),
    "one of a list": (f'"x", W/{TAG},"y"', True),
    "a list with blanks and gaps": (f' ,\t"x" ,, {TAG} ', True),
    "whatever there is": ("*", True),
    "whatever there is, with blanks": (" * ", True),
    "a tag with a comma in it": ('"x,y", "abc"', True),
    "another": ('"abcd"', False),
    "a weak mark that is none": (f"w/{TAG}", False),
    "half a tag": ('W/"', False),
    "no tag at all": ("abc", False),
    "a list that breaks off": (f'{TAG}, "x', False),
    "nothing": ("", False),
}


def test_options_tells_every_method_of_an_address() -> None:
    visitor = Visitor(desk_of(book_of([])), "POL")
    routes = [route for route in visitor.client.app.routes if isinstance(route, HTTPRoute)]
    several = [route for route in routes if len(route.methods) > 2]
    assert len(several) > 15, "a page that is read and a form that is sent share an address"
    for route in several:
        if route.path != BY_WHOM:
            address = re.sub("{.*?}", "x", route.path)
            told = visitor.client.options(address, headers=OURS)
            assert (told.status_code, told.headers["allow"]) == (204, ", ".join(sorted(route.methods))), address


@pytest.mark.parametrize("case", HAS.values(), ids=HAS)
@pytest.mark.parametrize("tag", [TAG, f"W/{TAG}"])
def test_tags_are_compared_weakly_and_one_of_a_list_is_enough(case: tuple[str, bool], tag: str) -> None:
    said, same = case
    assert has(said, tag) is same


@pytest.mark.parametrize("packed", ["gzip", "identity"])
@pytest.mark.parametrize("path", READ)
def test_head_tells_what_get_would_without_a_body(path: str, packed: str) -> None:
    visitor = Visitor(desk_of(book_of([])), "POL")
    whole = visitor.get(path, **{"accept-encoding": packed})
    head = visitor.client.head(path, headers={"accept-encoding": packed})
    assert head.status_code == whole.status_code
    assert dict(head.headers) == dict(whole.headers)
    assert head.content == b""


def test_the_head_of_a_stream_that_goes_on_for_ever_comes_at_once_and_ends_it() -> None:
    visitor = Visitor(desk_of(book_of(VISIBLE)), "POL")
    head = visitor.client.head(f"/consultations/{case()}/live")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-type"].startswith("text/event-stream")


def test_what_only_takes_writings_does_not_answer_head() -> None:
    visitor = Visitor(desk_of(book_of([])), "POL")
    assert visitor.client.head("/sign-out").status_code == visitor.get("/sign-out").status_code == 405
    assert visitor.get("/inbox").status_code == 200, "nothing was done"


@pytest.mark.parametrize("form", ["W/{}", '"x", {}', "*", "{}"])
@pytest.mark.parametrize("path", ["/agreements", "/api/agreements", "/inbox"])
def test_what_one_has_is_not_sent_again_whichever_way_its_tag_is_written(path: str, form: str) -> None:
    visitor = Visitor(desk_of(book_of([])), "POL")
    tag = visitor.get(path).headers["etag"]
    asked = {"if-none-match": form.format(tag)}
    for answer in (visitor.get(path, **asked), visitor.client.head(path, headers=asked)):
        assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", tag)


def test_tags_in_several_headers_are_one_list() -> None:
    visitor = Visitor(desk_of(book_of([])), "POL")
    tag = visitor.get("/agreements").headers["etag"]
    asked = [("if-none-match", '"x"'), ("if-none-match", tag)]
    assert visitor.client.get("/agreements", headers=asked).status_code == 304


def test_what_is_not_there_is_never_unchanged() -> None:
    visitor = Visitor(desk_of(book_of([])), "POL")
    assert visitor.get("/agreements/none", **{"if-none-match": "*"}).status_code == 404


def test_a_question_that_is_sent_is_always_answered() -> None:
    visitor = Visitor(desk_of(book_of([])), "POL")
    answer = visitor.client.post("/api/commitments", json={"kind": "threat"}, headers={**OURS, "if-none-match": "*"})
    assert answer.status_code == 200
    assert answer.json()
