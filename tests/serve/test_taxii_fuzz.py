"""Whatever a program sends, the answer is one of TAXII: asked by a description of it, and by a hostile hand."""

from __future__ import annotations

import json
import os
from functools import lru_cache
from typing import Any
from urllib.parse import quote

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.core.result import Ok

from comity.formats.taxii import MEDIA
from tests.serve.desks import book_of
from tests.serve.exchanging import AT, NAME, Program, envelope, opened, stated, tool, uses
from tests.serve.staff import appoint, office

GOES = int(os.environ.get("COMITY_FUZZ", "3"))
INSIDE = (b"Traceback", b'File "/', b"site-packages", b"sqlite3.", b"litestar")


@lru_cache
def program() -> Program:
    """A program before a desk with a little in it."""
    book = book_of([])
    opened(book)
    stated(book, "POL", [tool(1), tool(2), uses(3, tool(1), tool(2))])
    desk = office(book=book)
    return Program(desk, appoint(desk, "anna", "POL"))


def is_taxii(answer: Any, asked: object) -> None:
    """An error has a name, and nothing of the inside."""
    assert answer.status_code < 500, (asked, answer.text[:500])
    for words in INSIDE:
        assert words not in answer.content, asked
    if answer.status_code >= 400 and answer.content and answer.headers["content-type"] == MEDIA:
        assert json.loads(answer.content)["http_status"] == str(answer.status_code), asked


TEXT = {"type": "string"}
ASKED = {
    name: {"name": name, "in": "query", "required": False, "schema": schema}
    for name, schema in {
        "added_after": {"type": "string", "format": "date-time"}, "limit": {"type": "integer"}, "next": TEXT,
        "match[id]": TEXT, "match[type]": {"enum": ["tool", "url"]}, "match[spec_version]": {"enum": ["2.0", "2.1"]},
        "match[version]": {"oneOf": [{"enum": ["first", "last", "all"]}, {"type": "string", "format": "date-time"}]},
    }.items()
}  # fmt: skip
OBJECT = {
    "type": "object", "required": ["type", "id"], "properties": {
        "type": {"enum": ["tool", "url", "relationship", "marking-definition", "x-own"]}, "id": TEXT,
        "spec_version": {"enum": ["2.0", "2.1"]}, "created": {"type": "string", "format": "date-time"},
        "modified": {"type": "string", "format": "date-time"}, "name": TEXT, "value": TEXT,
        "object_marking_refs": {"type": "array", "items": TEXT}, "source_ref": TEXT, "target_ref": TEXT,
        "granular_markings": {"type": "array", "items": {"type": "object"}},
    },
}  # fmt: skip
ENVELOPE = {"type": "object", "required": ["objects"], "properties": {"objects": {"type": "array", "items": OBJECT}}}
GOOD = {"200": {"description": "told"}}


def reading(*fields: str, thing: bool = False) -> dict[str, object]:
    named = [{"name": "thing", "in": "path", "required": True, "schema": TEXT}] if thing else []
    return {"parameters": [*(ASKED[name] for name in fields), *named], "responses": GOOD}


BODY = {"requestBody": {"content": {MEDIA: {"schema": ENVELOPE}}, "required": True}, "responses": GOOD}
PROOF = {
    "type": "object", "required": ["record", "signatures"], "properties": {
        "record": TEXT, "size": {"type": "integer"}, "index": {"type": "integer"}, "root": TEXT,
        "path": {"type": "array", "items": TEXT}, "signatures": {"type": "array", "items": {
            "type": "object", "properties": {"key": TEXT, "signed": TEXT}}},
    },
}  # fmt: skip
RECEIPTS = {"type": "object", "required": ["receipts"], "properties": {"receipts": {"type": "array", "items": PROOF}}}
QUESTION = {
    "type": "object", "required": ["proof", "objects"], "properties": {
        "proof": PROOF, "objects": {"type": "array", "items": {
            "type": "object", "properties": {"id": TEXT, "version": TEXT}}},
    },
}  # fmt: skip
RECALLS = {"type": "object", "required": ["recalls"], "properties": {"recalls": {"type": "array", "items": QUESTION}}}
SIGNED = {"anyOf": [RECEIPTS, RECALLS]}
ANSWERS = {"requestBody": {"content": {MEDIA: {"schema": SIGNED}}, "required": True}, "responses": GOOD}
DESCRIPTION = {
    "openapi": "3.1.0", "info": {"title": "TAXII", "version": "2.1"}, "paths": {
        "/taxii2/": {"get": reading()},
        "/shared/": {"get": reading()},
        "/shared/collections/": {"get": reading()},
        f"{AT}/manifest/": {"get": reading(*ASKED)},
        f"{AT}/objects/": {"get": reading(*ASKED), "post": BODY},
        f"{AT}/objects/{{thing}}/": {
            "get": reading("added_after", "limit", "next", "match[version]", "match[spec_version]", thing=True),
            "delete": reading("match[version]", "match[spec_version]", thing=True),
        },
        f"{AT}/objects/{{thing}}/versions/": {"get": reading("added_after", "limit", "next", thing=True)},
        f"{AT}/markings/": {"get": reading()},
        f"{AT}/gone/": {"get": reading("added_after", "limit", "next", "match[id]", "match[type]")},
        f"{AT}/recalls/": {"get": reading("added_after", "limit", "next"), "post": ANSWERS},
    },
}  # fmt: skip
SCHEMA = schemathesis.openapi.from_dict(DESCRIPTION)
FOUND = [found.ok() for found in SCHEMA.get_all_operations() if isinstance(found, Ok)]
OPERATIONS = {f"{one.method.upper()} {one.path.replace(NAME, 'c')}": one for one in FOUND}


@pytest.mark.parametrize("name", OPERATIONS)
def test_what_the_description_allows_or_not_is_answered_in_taxii(name: str) -> None:
    who = program()

    @settings(
        max_examples=GOES * 5, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
    )
    @given(st.one_of(*(OPERATIONS[name].as_strategy(generation_mode=mode) for mode in GenerationMode)))
    def asked(case: Any) -> None:
        told = case.as_transport_kwargs(base_url=str(who.client.base_url).rstrip("/"), headers=who.headers)
        told.pop("cookies", None)
        body = told.pop("json", None)
        content = json.dumps(body).encode() if body is not None else told.pop("data", b"")
        headers = {**who.headers, "content-type": MEDIA}
        params = told.get("params")
        answer = who.client.request(told["method"], told["url"], params=params, content=content, headers=headers)
        is_taxii(answer, (name, told, content))

    asked()


TEXTS = (
    "", "'", "%00", "\u202e", "../..", "x" * 5000, "tool--", "tool--x", "marking-definition--", "null", "[]", "-1",
    "1e9", "9" * 40, "٣", "2026-13-01T00:00:00Z", "9999-12-31T23:59:59.999999999Z", "0000-01-01T00:00:00Z", ",", "a,,b",
    "first,last,all", "é", "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"), "=" * 30, "AAAA",
)  # fmt: skip
FIELDS = (*ASKED, "match[colour]", "match[]")
PATHS = ("/taxii2/", "/shared/", f"{AT}/manifest/", f"{AT}/objects/", f"{AT}/objects/{tool(1)['id']}/",
         f"{AT}/objects/{tool(1)['id']}/versions/", f"{AT}/markings/", f"{AT}/gone/", f"{AT}/recalls/")  # fmt: skip


@pytest.mark.parametrize("field", FIELDS)
def test_a_filter_that_is_hardly_one_is_told_or_borne(field: str) -> None:
    for path in PATHS:
        for text in TEXTS:
            is_taxii(program().get(f"{path}?{quote(field)}={quote(text)}"), (path, field, text))
        is_taxii(program().get(f"{path}?{field}=%ff%fe&{field}"), (path, field))


@pytest.mark.parametrize("text", TEXTS)
def test_an_address_that_is_hardly_one_leads_nowhere(text: str) -> None:
    gap = quote(text, safe="") or "x"
    for path in (
        f"/{gap}/collections/",
        f"/shared/collections/{gap}/",
        f"{AT}/objects/{gap}/",
        f"/shared/status/{gap}/",
    ):
        answer = program().get(path)
        is_taxii(answer, path)
        assert answer.status_code in {400, 404}, path


SPOILT_PROOFS: dict[str, list[object]] = {
    "record": ["", "{}", "[]", 5, None, "\ud800", "[" * 9999], "size": [-1, 0, 10**40, "x", None, 1.5],
    "index": [-1, 9, "1", {}],
    "root": ["", "x", "00" * 31, 5, None], "path": [["x"], ["00"] * 999, 5, {}, [[]]],
    "signatures": [[], [{}], [5], [{"key": "x", "signed": "zz"}], [{"key": {}, "signed": "00" * 64}], "x"],
}  # fmt: skip


@pytest.mark.parametrize("field", SPOILT_PROOFS)
def test_an_answer_of_which_a_part_is_spoilt_is_not_taken(field: str) -> None:
    sound = {"record": "{}", "size": 1, "index": 0, "root": "00" * 32, "path": [], "signatures": []}
    for value in SPOILT_PROOFS[field]:
        answer = program().post(f"{AT}/recalls/", json.dumps({"receipts": [{**sound, field: value}, 5]}).encode())
        is_taxii(answer, (field, value))
        assert answer.json()["entered"] == [], (field, value)
        assert [one["place"] for one in answer.json()["failures"]] == [0, 1]
        question = {"proof": {**sound, field: value}, "objects": [{"id": tool(1)["id"]}]}
        answer = program().post(f"{AT}/recalls/", json.dumps({"recalls": [question, 5]}).encode())
        is_taxii(answer, (field, value))
        assert answer.json()["asked"] == [], (field, value)
        assert [one["place"] for one in answer.json()["failures"]] == [0, 1]


SPOILT: dict[str, object] = {
    "type": [5, None, "", "x" * 300, [], "relationship"], "id": [None, 5, "tool--x", "url--" + "0" * 36, {}],
    "created": ["x", 5, None, "9999-99-99T00:00:00Z"], "modified": ["", 5, "0001-01-01T00:00:00Z", "x"],
    "spec_version": ["2.0", "3.0", 2.1, None, []], "name": [None, [], {"a": 1}, "x" * 100_000, "\ud800"],
    "object_marking_refs": ["x", [5], [None], ["marking-definition--x"], {}],
    "granular_markings": [[{}], [5], [{"selectors": ["x"], "marking_ref": 5}], "x"],
    "labels": [[["x"]], 5], "extensions": [[], {"x": 5}], "revoked": ["yes"], "n": [0.1, 10**400, -0.0, 1e-320],
}  # fmt: skip


@pytest.mark.parametrize("field", SPOILT)
def test_an_object_of_which_a_part_is_spoilt_fails_or_is_borne(field: str) -> None:
    values = SPOILT[field]
    assert isinstance(values, list)
    for number, value in enumerate(values):
        for one in ({**tool(500 + number), field: value}, {**uses(600 + number, tool(1), tool(2)), field: value}):
            answer = program().post(f"{AT}/objects/", envelope(one))
            is_taxii(answer, (field, value))
            if answer.status_code == 202:
                assert answer.json()["total_count"] == 1, (field, value)
        for left_out in (field, "id"):
            less = {name: item for name, item in {**tool(700 + number), field: value}.items() if name != left_out}
            is_taxii(program().post(f"{AT}/objects/", envelope(less)), (field, value, left_out))
    is_taxii(program().get(f"{AT}/objects/"), field)


RAW = {
    "nothing": b"", "no JSON": b"{", "deep": b'{"objects":' + b"[" * 20_000, "numbers": b'{"objects": [NaN, 1e999]}',
    "no text": b'{"objects": [{"id": "\xff"}]}', "a key twice": b'{"objects": [{"id": "a", "id": "b"}]}',
    "a key of the envelope twice": b'{"objects": [{"id": "a"}], "objects": [{"id": "b"}, {"id": "c"}]}',
    "half a letter": b'{"objects": [{"id": "\\ud800"}]}', "another code": '{"objects": [{}]}'.encode("utf-16"),
    "a mark before": b'\xef\xbb\xbf{"objects": [{"type": "tool"}]}', "a list": b'[{"type": "tool"}]',
    "a bundle": b'{"type": "bundle", "id": "bundle--1", "objects": [{"type": "tool"}]}',
    "large numbers": b'{"objects": [{"n": ' + b"9" * 5000 + b"}]}",
}  # fmt: skip


@pytest.mark.parametrize("body", RAW.values(), ids=RAW)
def test_a_body_that_is_hardly_one_is_told(body: bytes) -> None:
    for where in ("objects", "recalls"):
        answer = program().post(f"{AT}/{where}/", body)
        is_taxii(answer, body[:80])
        assert answer.status_code in {202, 422}
