"""Whatever is sent, the answer is ours: no error without a name, nothing of the inside, and our headers around it.

The API is asked what its own description allows, and what it does not; pages and forms are asked what a hostile hand
would write. `COMITY_FUZZ=500` asks so many times for each operation, in place of a few.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import quote

import pytest
import schemathesis
from httpx import Response
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from litestar.routes import HTTPRoute
from schemathesis import GenerationMode
from schemathesis.core.result import Ok

from comity.formats import agreement_sheet
from comity.serve import form_layout
from comity.serve.accounts import Person
from comity.serve.app import application
from comity.serve.fence import HEADERS
from tests.serve.acts import ACTS, IN_A_CASE, SAID, TEXT
from tests.serve.desks import OURS, Stated, Visitor, book_of, desk_of
from tests.serve.test_non_interference import ROUTES, VISIBLE, WRITES, matter
from tests.serve.test_non_interference import case as the_case

GOES = int(os.environ.get("COMITY_FUZZ", "3"))
INSIDE = (b"Traceback", b"File &#34;/", b'File "/', b"site-packages", b"sqlite3.", b"litestar", b"jinja2")
"""What only the inside of a server says."""
FACTS = [*VISIBLE, Stated("note", {"report": {"by": "POL", "says": "<script>alert(1)</script>\u202e"}}, "POL")]


@lru_cache
def visitor(party: str | None) -> Visitor:
    """Somebody before a desk with a little in it."""
    return Visitor(desk_of(book_of(FACTS)), party)


@lru_cache
def token() -> str:
    """A program's token, at the desk of Poland's visitor."""
    return visitor("POL").desk.accounts.make_token(Person("demonstration", "POL"))


def is_ours(answer: Response, asked: object) -> None:
    """An error has a name, and every answer our headers."""
    assert answer.status_code < 500, (asked, answer.text[:500])
    for name, value in HEADERS.items():
        assert answer.headers.get(name) == value, (asked, name)
    if answer.status_code >= 400:
        for words in INSIDE:
            assert words not in answer.content, (asked, words)
        if (
            answer.content
            and answer.request.url.path.startswith("/api/")
            and answer.headers["content-type"].startswith("application/")
        ):
            told = answer.json()
            assert told["status"] == answer.status_code
            assert {"type", "title", "detail"} <= set(told)


# The API, by its own description

SCHEMA = schemathesis.openapi.from_dict(Visitor(desk_of(book_of([]))).get("/api/openapi.json").json())
FOUND = [found.ok() for found in SCHEMA.get_all_operations() if isinstance(found, Ok)]
OPERATIONS = {f"{one.method.upper()} {one.path}": one for one in FOUND}


def test_the_description_is_whole() -> None:
    told = visitor(None).get("/api/openapi.json").json()
    assert told["openapi"].startswith("3.1")
    assert told["components"]["securitySchemes"]["token"] == {
        "type": "http", "scheme": "bearer", "description": "A token from `POST /api/tokens`.",
    }  # fmt: skip
    assert {"token": []} in told["security"]
    for path in ("/api/facts", *ACTS, *SAID):
        act = told["paths"][path.replace(":str", "")]["post"]
        assert [one["in"] for one in act["parameters"] if one["name"] == "Idempotency-Key"] == ["header"], path
        assert "requestBody" in act, path
        assert act["description"], path
    assert all(path.startswith("/api/") for path in told["paths"])
    for path, acts in told["paths"].items():
        for method, act in acts.items():
            problems = [one for code, one in act["responses"].items() if code[0] in "45"]
            assert problems, path
            assert all(list(one["content"]) == ["application/problem+json"] for one in problems), path
            if method == "get":
                assert "ETag" in act["responses"]["200"]["headers"], path
                assert "If-None-Match" in {one["name"] for one in act["parameters"]}, path


def test_every_address_of_the_api_is_described() -> None:
    app = application(visitor(None).desk)
    kept = {route.path for route in app.routes if isinstance(route, HTTPRoute) and route.path.startswith("/api/")}
    assert {path.replace(":str", "") for path in kept} - {"/api/openapi.json", "/api/{path}"} == set(SCHEMA)


AT_A_CASE = {name: one for name, one in OPERATIONS.items() if one.path.startswith("/api/consultations/{name}")}


@lru_cache
def in_a_case() -> Visitor:
    """Poland, in the chair of a case in which a text lies under silence."""
    who = Visitor(desk_of(book_of(FACTS)), "POL")
    sent = {"item": "1", "text": TEXT, "deadline": "2026-11-27T12:00Z"}
    assert who.send(f"/api/consultations/{the_case()}/put", sent).status_code == 201
    return who


@pytest.mark.parametrize("name", AT_A_CASE)
def test_what_is_asked_of_a_case_that_is_there_is_answered_as_well(name: str) -> None:
    who = in_a_case()

    @settings(
        max_examples=GOES, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
    )
    @given(st.one_of(*(AT_A_CASE[name].as_strategy(generation_mode=mode) for mode in GenerationMode)))
    def asked(case: Any) -> None:
        case.path_parameters = {"name": the_case()}
        told = case.as_transport_kwargs(base_url=str(who.client.base_url).rstrip("/"), headers=OURS)
        told.pop("cookies", None)
        if isinstance(told.get("data"), bytes | str):
            told["content"] = told.pop("data")
        told["headers"] = {name: item for name, item in dict(told["headers"]).items() if _sendable(name, item)}
        is_ours(who.client.request(**told), (name, told))

    asked()


@pytest.mark.parametrize("path", ACTS)
def test_an_act_of_which_one_part_is_spoilt_is_told_or_borne(path: str) -> None:
    who, whole = in_a_case(), {name: matter() if item == "{matter}" else item for name, item in ACTS[path].items()}
    address = path.replace("{name:str}", the_case())
    for number, field in enumerate((*whole, "text", "sha256", "about", "chair", "ends")):
        for text in TEXTS if GOES > 50 else TEXTS[number % 5 :: 5]:
            for item in (text, [text], {text: text}, 10**18, -1, None):
                is_ours(who.send(address, {**whole, field: item}), (path, field, item))
    for shown in ("", "?format=ics", f"/{the_case()}", f"/{the_case()}?format=json"):
        is_ours(who.get(f"/consultations{shown}"), shown)
    is_ours(who.get("/inbox"), "/inbox")


@pytest.mark.parametrize("act", IN_A_CASE)
def test_a_form_of_an_act_keeps_its_countenance(act: str) -> None:
    who, whole = in_a_case(), {name: str(item) for name, item in IN_A_CASE[act].items()}
    for number, field in enumerate(whole):
        for text in TEXTS if GOES > 50 else TEXTS[number % 4 :: 4]:
            is_ours(who.post(f"/consultations/{the_case()}/{act}", {**whole, field: text}), (act, field, text[:60]))


@pytest.mark.parametrize("bearing", [True, False], ids=["a program's token", "nobody"])
@pytest.mark.parametrize("name", OPERATIONS)
def test_what_is_asked_by_the_description_is_answered_without_losing_countenance(name: str, bearing: bool) -> None:
    operation = OPERATIONS[name]
    # A stranger's token would be refused before anything is read.
    headers = {**OURS, "authorization": f"Bearer {token()}"} if bearing else OURS
    who = visitor("POL") if bearing else visitor(None)

    @settings(
        max_examples=GOES, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
    )
    @given(st.one_of(*(operation.as_strategy(generation_mode=mode) for mode in GenerationMode)))
    def asked(case: Any) -> None:
        told = case.as_transport_kwargs(base_url=str(who.client.base_url).rstrip("/"), headers=headers)
        told.pop("cookies", None)
        if isinstance(told.get("data"), bytes | str):
            told["content"] = told.pop("data")
        told["headers"] = {name: item for name, item in dict(told["headers"]).items() if _sendable(name, item)}
        answer = who.client.request(**told)
        is_ours(answer, (name, told))

    asked()


def _sendable(name: object, value: object) -> bool:
    """Whether a client can put it into a header at all."""
    return all(isinstance(one, str) and one.isascii() and one.isprintable() for one in (name, value))


# Pages and forms, by a hostile hand

LONG = "x" * 40_000
TEXTS = (
    "", " ", LONG, "\x00", "a\x00b", "\r\nset-cookie: a=b", "<script>alert(1)</script>", "{{7*7}}", "%s%n",
    "../../etc/passwd", "' OR 1=1 --", "\ud7ff\uffff", "\u202eDLROW", "e\u0301" * 50, "𝕳𝖎",
    "NaN", "inf", "-inf", "1e999", "-0", "9" * 400,
    "0001-01-01", "9999-12-31", "10000-01-01", "-0001-01-01", "2024-02-30", "0000-00-00", "2024-05-01T25:00Z",
    "2024-05-01T10:00+99:99", "9999-12-31T23:59:59.999999Z", "nan,nan", "inf,inf", "1e308,1e308", "91,181", "1,2,3",
    ",", "true", "[]", "{}", "null", "GBR,FRA,,", "GBR" * 500, "area=north,area=", "=", "a=b=c", "\t\n",
)  # fmt: skip
FIELDS = (
    "kind", "victim", "attacker", "on", "target", "place", "claimed_by", "share", "before", "format", "a-amounts",
    "party", "action", "thing", "to", "purpose", "clearance", "known", "with", "if", "after", "us", "since",
    "until", "words", "left", "right", "parties", "item", "from", "state", "duty", "starts", "limit", "name",
    "password", "back", "language", "request", "answer", "when", "depth", "effective", "whom", "roles", "role",
    "document", "label", "text", "deadline", "dates", "style", "code", "key", "amend", "do", "rows.Agreement",
    "rows.Clauses", "things", "title", "tearline", "accept", "says", "done",
    "asks", "answer_by", "passes_on", "tell", "apart", "of", "reports", "grade", "source", "observed", "about",
    "rests_on", "variant_of", "shows", "incident", "version_of",
    "recall", "proposal", "tlp", "type", "Clauses.0.duty", "Clauses.0.facts", "Agreement.0.id", "Agreement.0.more",
)  # fmt: skip
WHOLE = {
    "kind": "armed-attack", "victim": "JPN", "on": "2024-05-01", "target": "territory", "party": "POL",
    "action": "read", "thing": "r1",
}  # fmt: skip
"""A question that can be answered, of which one part at a time is spoilt."""


def filled(path: str, text: str) -> str:
    """An address with a text in its gaps."""
    parts = [quote(text, safe="") or "x" if part.startswith("{") else part for part in path.split("/")]
    return "/".join(parts)[:50_000]


def encoded(fields: Mapping[str, str]) -> str:
    return "&".join(f"{quote(name, safe='')}={quote(item, safe='')}" for name, item in fields.items())


@pytest.mark.parametrize("party", ["POL", None])
@pytest.mark.parametrize("path", sorted(ROUTES))
def test_a_page_keeps_its_countenance(path: str, party: str | None) -> None:
    who = visitor(party)
    hard = TEXTS if GOES > 50 else [TEXTS[(len(path) + number * 7) % len(TEXTS)] for number in range(6)]
    for number, text in enumerate(hard):
        spoilt = FIELDS[(len(path) + number * 5) % len(FIELDS)]
        for asked in (
            filled(path, text),
            f"{filled(path, 'NAT-1949')}?{encoded({**WHOLE, spoilt: text})}",
        ):
            if not path.endswith("/live"):
                is_ours(who.get(asked), asked)


@pytest.mark.parametrize("spoilt", FIELDS)
def test_a_spoilt_part_of_a_question_is_told_or_borne(spoilt: str) -> None:
    who = visitor("POL")
    every = TEXTS if GOES > 50 else TEXTS[len(spoilt) % 4 :: 4]
    for text in every:
        for path in ("/binds", "/may", "/agreements", "/picture", "/ledger"):
            asked = f"{path}?{encoded({**WHOLE, spoilt: text})}"
            is_ours(who.get(asked), asked)


RAW = {
    "bytes that are no UTF-8": "?thing=%ff%fe%c0%80&party=%ed%a0%80",
    "half an escape": "?thing=%&party=%2&on=%zz",
    "a name many times": "?" + "&".join(["on=2024-05-01", "on=x"] * 300),
    "many names": "?" + "&".join(f"a-{number}={number}" for number in range(2000)),
    "names without values": "?thing&party&&&=&==",
    "semicolons": "?thing=1;party=2",
    "a place that is none": "?kind=threat&victim=JPN&place=nan%2Cinf",
    "a day before time": "?kind=threat&victim=JPN&on=-99999999-01-01",
    "an address in an address": "?kind=threat&victim=JPN&before=before%3Dbefore%253D%2525%26on%3Dx",
}


@pytest.mark.parametrize("query", RAW.values(), ids=RAW)
@pytest.mark.parametrize(
    "path", ["/", "/binds", "/may", "/agreements", "/picture", "/ledger", "/api/facts", "/api/due"]
)
def test_an_address_that_is_hardly_one(path: str, query: str) -> None:
    for party in ("POL", None):
        is_ours(visitor(party).get(path + query), (path, query[:80]))


SENT: dict[str, tuple[str, bytes]] = {
    "bytes that are no UTF-8": ("application/x-www-form-urlencoded", b"party=%ff\xff&thing=\xc3\x28&x=%c0"),
    "a form without end": (
        "multipart/form-data; boundary=b",
        b'--b\r\ncontent-disposition: form-data; name="a"\r\n\r\nx',
    ),
    "a form without a boundary": ("multipart/form-data", b"--b--"),
    "a file in place of a word": (
        "multipart/form-data; boundary=b",
        b'--b\r\ncontent-disposition: form-data; name="party"; filename="x"\r\n\r\n\x00\xff\r\n--b--\r\n',
    ),
    "many fields": ("application/x-www-form-urlencoded", b"&".join([b"a=1"] * 5000)),
    "too much": ("application/x-www-form-urlencoded", b"thing=" + b"x" * 4_100_000),
    "JSON where a form is read": ("application/json", b'{"party": ["POL"]}'),
    "half of JSON": ("application/json", b'{"party":'),
    "JSON deep in itself": ("application/json", b"[" * 20_000),
    "JSON of numbers that are none": ("application/json", b'{"kind": NaN, "place": [1e999, -1e999]}'),
    "JSON that is no UTF-8": ("application/json", b'{"kind": "\xff\xfe"}'),
    "half of a surrogate": ("application/json", b'{"facts": [{"report": {"by": "POL", "says": "\\ud800"}}]}'),
    "numbers too large": ("application/json", b'{"facts": [{"report": {"by": "POL", "n": ' + b"9" * 5000 + b"}}]}"),
    "a fraction": ("application/json", b'{"facts": [{"report": {"by": "POL", "n": 0.1}}]}'),
    "a kind that is none": ("application/json", b'{"facts": [{"": {}}, {"\\u0000": {}}, {}]}'),
    "a language nobody speaks": ("text/x-nothing; charset=utf-7", b"+ADw-"),
    "nothing": ("application/json", b""),
}
POSTED = sorted(
    {
        *WRITES,
        "/intelligence/import",
        "/intelligence/release",
        "/intelligence/release/{name:str}",
        "/intelligence/recall",
        "/intelligence/report",
        "/intelligence/requests",
        *SAID,
        "/api/facts",
        "/api/may",
        "/api/commitments",
        "/sign/{name:str}",
        "/progress/{name:str}",
        "/inbox/recall/{name:str}",
    }
)


@pytest.mark.parametrize("sent", SENT.values(), ids=SENT)
def test_a_body_that_is_hardly_one(sent: tuple[str, bytes]) -> None:
    kind, body = sent
    for path in POSTED if len(body) < 100_000 else POSTED[::5]:
        who = Visitor(visitor("POL").desk, "POL") if path in {"/sign-out", "/side"} else visitor("POL")
        headers = {**OURS, "content-type": kind}
        answer = who.client.post(filled(path, "x"), content=body, headers=headers, follow_redirects=False)
        is_ours(answer, (path, kind))


@pytest.mark.parametrize("path", [path for path in POSTED if path not in {"/sign-out", "/side"}])
def test_a_form_keeps_its_countenance(path: str) -> None:
    who = visitor("POL")
    for number, text in enumerate(TEXTS if GOES > 50 else TEXTS[len(path) % 3 :: 3]):
        fields = {**dict.fromkeys(FIELDS[number % 3 :: 3], text[:5000]), **WHOLE, FIELDS[number % len(FIELDS)]: text}
        answer = who.client.post(filled(path, "x"), data=fields, headers=OURS, follow_redirects=False)
        is_ours(answer, (path, text[:60]))


FORM = {f"rows.{sheet}": "1" for sheet in agreement_sheet.sheets(form_layout.PLAIN)}
HARD = (
    "[" * 3000,
    "&a [*a]",
    "!!x {}",
    "a: 1\n---\nb: 2",
    "- grant: {by: 3}",
    "[.nan, 1e999999999]",
    "clauses: 1\nexit: [1]",
)


@pytest.mark.parametrize("sheet", agreement_sheet.sheets(form_layout.PLAIN))
def test_the_form_of_an_agreement_keeps_its_countenance(sheet: str) -> None:
    columns = agreement_sheet.sheets(form_layout.PLAIN)[sheet]
    for number, text in enumerate((*HARD, *(TEXTS if GOES > 50 else TEXTS[len(sheet) % 3 :: 3]))):
        one = columns[number % len(columns)]
        for heads in ([column.head for column in columns], [one.head]):
            fields = {**FORM, **{f"{sheet}.0.{head}": text[:3000] for head in heads}}
            for path in ("/agreements/form", "/agreements/form/said", "/agreements/sheet", "/agreements/add"):
                is_ours(visitor("POL").post(path, fields), (path, sheet, heads, text[:60]))


AROUND: dict[str, dict[str, str]] = {
    "a session that is none": {"cookie": "comity-session=%00%ff; comity-language=xx; =; a"},
    "a long session": {"cookie": f"comity-session={LONG[:7000]}"},
    "two sessions": {"cookie": "comity-session=a; comity-session=b"},
    "a language of another planet": {"accept-language": "*, , ;q=, fr;q=nan, " + "x-" * 500},
    "a tag that is none": {"if-none-match": 'W/"', "if-modified-since": "never"},
    "any tag": {"if-none-match": "*"},
    "a token that is none": {"authorization": "Bearer "},
    "a token of air": {"authorization": f"Bearer {LONG[:7000]}"},
    "a name and password": {"authorization": "Basic Og=="},
    "another host": {"host": "evil.example:99999"},
    "a range": {"range": "bytes=5-1,0-", "accept": "application/xml;q=9"},
    "another encoding": {"accept-encoding": "br;q=1, gzip;q=0, *;q=nan"},
    "a method of its own": {"x-http-method-override": "DELETE", "transfer-encoding": "x"},
}


@pytest.mark.parametrize("headers", AROUND.values(), ids=AROUND)
def test_headers_that_are_hardly_any(headers: dict[str, str]) -> None:
    client = Visitor(visitor("POL").desk).client
    for path in (
        "/",
        "/binds",
        "/inbox",
        "/ledger",
        "/api/facts",
        "/api/openapi.json",
        "/static/style.css",
        "/nowhere",
    ):
        is_ours(client.get(path, headers=headers), (path, headers))
        if "host" not in headers:
            posted = client.post(path, headers={**OURS, **headers}, content=b"{}")
            is_ours(posted, (path, headers))


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "TRACE", "PROPFIND", "X" * 50])
def test_methods_that_are_not_ours(method: str) -> None:
    for path in ("/", "/api/facts", "/inbox", "/static/style.css", "/nowhere", "/api/nowhere"):
        is_ours(visitor("POL").client.request(method, path, headers=OURS), (method, path))
