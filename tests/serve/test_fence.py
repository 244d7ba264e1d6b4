"""What stands around every answer."""

from __future__ import annotations

import pytest

from comity.serve.accounts import Person
from comity.serve.fence import HEADERS
from tests.serve.desks import HOST, OURS, Visitor, book_of, desk_of

PATHS = (
    "/",
    "/binds",
    "/nowhere",
    "/inbox",
    "/api/openapi.json",
    "/api/facts",
    "/static/style.css",
    "/static/none.css",
)


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_bears_the_headers(path: str) -> None:
    answer = Visitor(desk_of(book_of([]))).get(path)
    for name, value in HEADERS.items():
        assert answer.headers[name] == value
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "unsafe" not in answer.headers["content-security-policy"]


FORGED = {
    "nothing is said of where it comes from": {},
    "another origin": {"origin": "http://evil.example"},
    "our name with another port": {"origin": f"http://{HOST}:81"},
    "another site, by the browser's word": {"origin": f"http://{HOST}", "sec-fetch-site": "cross-site"},
    "a sandboxed page": {"origin": "null"},
}


@pytest.mark.parametrize("headers", FORGED.values(), ids=FORGED)
def test_a_writing_from_elsewhere_is_refused(headers: dict[str, str]) -> None:
    visitor = Visitor(desk_of(book_of([])), "POL")
    for path in ("/side", "/sign-out", "/may/request", "/api/facts", "/sign/x"):
        answer = visitor.client.post(path, data={"party": "JPN"}, headers={"host": HOST, **headers})
        assert answer.status_code == 403
        assert "Nothing was done" in answer.text
    assert visitor.get("/inbox").status_code == 200, "he is still who he was"


def test_a_token_writes_from_anywhere_and_a_wrong_one_nowhere() -> None:
    desk = desk_of(book_of([]))
    token = desk.accounts.make_token(Person("demonstration", "POL"))
    visitor = Visitor(desk)
    for said, status in ((token, 201), ("wrong", 403)):
        headers = {"authorization": f"Bearer {said}"}
        body = {"facts": [{"request": {"by": "POL", "to": ["JPN"], "actions": ["read"], "scope": "x"}}]}
        assert visitor.client.post("/api/facts", json=body, headers=headers).status_code == status


def test_an_answer_one_has_is_not_sent_again() -> None:
    visitor = Visitor(desk_of(book_of([])), "POL")
    first = visitor.get("/agreements")
    again = visitor.get("/agreements", **{"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert visitor.get("/agreements", **{"if-none-match": '"other"'}).status_code == 200


def test_a_session_ends_and_is_another_after_each_change() -> None:
    visitor = Visitor(desk_of(book_of([])))
    seen = set()
    for party in ("EST", "JPN", "EST"):
        visitor.post("/side", {"party": party})
        seen.add(visitor.client.cookies["comity-session"])
        assert f"signature of {party}" in visitor.get("/inbox").text
    assert len(seen) == 3
    last = visitor.client.cookies["comity-session"]
    visitor.post("/sign-out")
    visitor.client.cookies.set("comity-session", last)
    assert visitor.get("/inbox").status_code == 403


def test_a_side_is_one_of_those_offered_and_only_in_a_demonstration() -> None:
    assert Visitor(desk_of(book_of([]))).post("/side", {"party": "USA"}).status_code == 403
    assert Visitor(desk_of(book_of([]), demonstration=False)).post("/side", {"party": "POL"}).status_code == 403


def test_a_link_back_never_leaves_us() -> None:
    visitor = Visitor(desk_of(book_of([])))
    for back in ("https://evil.example/", "//evil.example", "/\\evil.example"):
        answer = visitor.client.post("/language", data={"back": back}, headers=OURS, follow_redirects=False)
        assert answer.headers["location"] == "/"
