"""A small OpenID Connect provider for tests: served on this machine, and told what to do wrong."""

from __future__ import annotations

import socket
import threading
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import msgspec
import uvicorn
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey, RSAKey
from litestar import Litestar, Request, Response, get, post
from litestar.response import Redirect

from comity.values.instant import SECOND, Instant

CLIENT, SECRET = "comity", "the client's secret & such"
Asked = Request[Any, Any, Any]


class Issuer:
    """What the provider says, and to whom; a test changes it."""

    def __init__(self, address: str, clock: Callable[[], Instant]) -> None:
        self.address, self._clock = address, clock
        self.key = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
        self.shown = [self.key]
        self.claims: dict[str, object] = {}
        self.header: dict[str, object] = {}
        self.metadata: dict[str, object] = {}
        self.signed: Callable[[dict[str, object]], str] | None = None
        self.who = {"sub": "u-17", "preferred_username": "mari"}
        self.codes: dict[str, dict[str, str]] = {}
        self.asked: list[str] = []
        self.down = False

    def about(self) -> dict[str, object]:
        return {
            "issuer": self.address,
            "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token",
            "jwks_uri": f"{self.address}/keys",
            "authorization_response_iss_parameter_supported": True,
            **self.metadata,
        }

    def keys(self) -> object:
        return KeySet(list(self.shown)).as_dict()

    def token(self, nonce: str) -> str:
        now = self._clock() // SECOND
        claims: dict[str, object] = {
            "iss": self.address, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": nonce, **self.who, **self.claims,
        }  # fmt: skip
        claims = {name: item for name, item in claims.items() if item is not None}
        if self.signed is not None:
            return self.signed(claims)
        return jwt.encode({"alg": "RS256", "kid": "one", **self.header}, claims, self.key, ["RS256"])

    def redeemed(self, form: dict[str, str], authorization: str) -> dict[str, object] | None:
        """What is given for a code: once, to the client with its secret, for the verifier of the challenge."""
        asked = self.codes.pop(form.get("code", ""), None)
        if asked is None or not authorization.startswith("Basic ") or form.get("redirect_uri") != asked["redirect_uri"]:
            return None
        digest = sha256(form.get("code_verifier", "").encode()).digest()
        if urlsafe_b64encode(digest).rstrip(b"=").decode() != asked["code_challenge"]:
            return None
        return {"access_token": "x", "token_type": "Bearer", "id_token": self.token(asked["nonce"])}


def signed_by(key: RSAKey | ECKey | OctKey, **header: str) -> Callable[[dict[str, object]], str]:
    """Tokens signed otherwise."""
    return lambda claims: jwt.encode(dict(header), claims, key, [header["alg"]])


def unsigned(claims: dict[str, object]) -> str:
    """A token that nobody signed."""
    parts = (msgspec.json.encode({"alg": "none"}), msgspec.json.encode(claims))
    return ".".join(urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts) + "."


@contextmanager
def served(clock: Callable[[], Instant]) -> Iterator[Issuer]:
    """A provider that answers on this machine while the test lasts."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        issuer = Issuer(f"http://127.0.0.1:{listening.getsockname()[1]}", clock)
        server = uvicorn.Server(uvicorn.Config(_app(issuer), log_config=None, lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield issuer
        finally:
            server.should_exit = True
            thread.join()


def _app(issuer: Issuer) -> Litestar:
    def answered(request: Asked, content: object, status: int = 200) -> Response[bytes]:
        issuer.asked.append(request.url.path)
        if issuer.down:
            return Response(b"<h1>Out of order</h1>", status_code=503, media_type="text/html")
        return Response(msgspec.json.encode(content), status_code=status, media_type="application/json")

    @get("/.well-known/openid-configuration", sync_to_thread=False)
    def about(request: Asked) -> Response[bytes]:
        return answered(request, issuer.about())

    @get("/keys", sync_to_thread=False)
    def keys(request: Asked) -> Response[bytes]:
        return answered(request, issuer.keys())

    @get("/authorize", sync_to_thread=False)
    def authorize(request: Asked) -> Redirect:
        query = {name: items[0] for name, items in parse_qs(request.url.query).items()}
        return Redirect(agreed(issuer, query), status_code=303)

    @post("/token")
    async def token(request: Asked) -> Response[bytes]:
        form = {str(name): str(item) for name, item in (await request.form()).items()}
        found = issuer.redeemed(form, request.headers.get("authorization", ""))
        return answered(request, found or {"error": "invalid_grant"}, 200 if found else 400)

    return Litestar([about, keys, authorize, token], logging_config=None, openapi_config=None)


def agreed(issuer: Issuer, query: dict[str, str]) -> str:
    """Where the provider sends a browser whose person has signed in there."""
    code = f"code-{len(issuer.codes)}-{query['state'][:6]}"
    issuer.codes[code] = query
    return f"{query['redirect_uri']}?" + urlencode({"code": code, "state": query["state"], "iss": issuer.address})


def asked_of(url: str) -> dict[str, str]:
    """The query of an address."""
    return {name: items[0] for name, items in parse_qs(urlsplit(url).query).items()}
