"""What the API says of itself (OpenAPI 3.1), made whole: who may ask, what an error looks like, tags and keys.

Rules:
1. The API is described, and the pages are not: they are for people.
2. A program bears a token, or reads what is public without one; a page's session serves as well.
3. Every error is a problem (RFC 9457). What may not be read and what does not exist are described alike.
4. Whoever has an answer, by its tag, may ask whether it has changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from litestar import Request
from litestar.openapi.plugins import JsonRenderPlugin

from comity.serve.problems import PROBLEM
from comity.serve.visit import SESSION

Described = dict[str, Any]
WORDS = {
    "400": "What was sent cannot be read; `field` and `detail` say where and why.",
    "403": "Not permitted: by the token, the role, or the fence around writing.",
    "404": "Not available: it does not exist, or may not be read.",
    "503": "Something that the server needs is not there; try again.",
}
TAG = {"description": "A digest of the answer, to be sent as `If-None-Match`.", "schema": {"type": "string"}}
HAS = {
    "name": "If-None-Match", "in": "header", "required": False, "schema": {"type": "string"},
    "description": "Tags of answers one has (a list, weak ones too, or `*`); if one still holds, 304 without a body.",
}  # fmt: skip
_DETAIL = {"type": "string"}
SCHEMA = {
    "type": "object", "required": ["type", "title", "status", "detail"], "additionalProperties": False,
    "properties": {
        "type": _DETAIL, "title": _DETAIL, "status": {"type": "integer"}, "detail": _DETAIL,
        "where": {**_DETAIL, "description": "the file, line or document"},
        "field": {**_DETAIL, "description": "the field that is meant"},
        "next_step": {**_DETAIL, "description": "what to do about it"},
    },
}  # fmt: skip
SCHEMES = {
    "token": {"type": "http", "scheme": "bearer", "description": "A token from `POST /api/tokens`."},
    "session": {"type": "apiKey", "in": "cookie", "name": SESSION, "description": "The session of a page."},
}


class Description(JsonRenderPlugin):
    """The description as it is served."""

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        """Write it as JSON."""
        return self.render_json(request, described(openapi_schema))


def described(schema: Mapping[str, Any]) -> Described:
    """The description, of the one that is made from the code: rules 1 to 4."""
    paths = {path: item for path, item in schema["paths"].items() if path.startswith("/api/")}
    parts = schema.get("components", {})
    return {
        **schema,
        "paths": {path: {method: _act(method, act) for method, act in item.items()} for path, item in paths.items()},
        "components": {
            **parts,
            "schemas": {**parts.get("schemas", {}), "Problem": SCHEMA},
            "securitySchemes": SCHEMES,
        },
        "security": [{"token": []}, {"session": []}, {}],
    }


def _act(method: str, act: Mapping[str, Any]) -> Described:
    """One operation: rules 3 and 4."""
    reads = method == "get"
    asked = [_parameter(one) for one in act.get("parameters", ())]
    answers = {code: _answer(one, reads) for code, one in act["responses"].items() if code.startswith("2")}
    same = {"304": {"description": "Unchanged."}} if reads else {}
    return {**act, "parameters": [*asked, HAS] if reads else asked, "responses": {**answers, **same, **PROBLEMS}}


PROBLEMS = {
    code: {"description": words, "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}}
    for code, words in WORDS.items()
}


def _parameter(one: Mapping[str, Any]) -> Described:
    """A parameter: what may be left out is left out, and is never null."""
    schema = {name: item for name, item in one.get("schema", {}).items() if name != "oneOf"}
    choices = [kind for kind in one.get("schema", {}).get("oneOf", ()) if kind != {"type": "null"}]
    return {**one, "schema": {**(choices[0] if len(choices) == 1 else {"oneOf": choices} if choices else {}), **schema}}


def _answer(one: Mapping[str, Any], reads: bool) -> Described:
    """A good answer: an object, with its tag."""
    content = {"application/json": {"schema": {"type": "object"}}}
    return {**one, "content": content, "headers": {"ETag": TAG} if reads else {}}
