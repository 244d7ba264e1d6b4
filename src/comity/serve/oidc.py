"""Signing in by a nation's own provider: OpenID Connect Core 1.0, authorization code flow with PKCE (RFC 7636).

Rules:
1. A provider speaks for one party. Whoever it vouches for acts for that party and no other; what he may do there is
   what that party has appointed him to (`comity.serve.roles`), else he reads.
2. A sign-in is kept here from its beginning to its end, under a secret that only the browser that began it holds. It
   serves once, for ten minutes. State, nonce and verifier are its own.
3. What the provider says counts if its own key signed it, by an algorithm of public keys, for us, not long ago, in
   answer to this sign-in (OpenID Connect Core 3.1.3.7). Otherwise nobody is signed in, and the reason is told.
4. The server contacts no address but the issuer's own: what the issuer says of itself may lead nowhere else.
5. Without the extra that carries this out (`comity[oidc]`) everything else works as before.
"""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from hmac import compare_digest
from threading import Lock
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from comity.errors import ComityError, Refused, Unavailable
from comity.serve.accounts import Person, person_named
from comity.serve.oidc_file import Told
from comity.values.instant import HOUR, SECOND, Instant
from comity.values.party import PartyCode

if TYPE_CHECKING:
    from types import TracebackType

    from httpx2 import Response
    from joserfc.jwk import KeySet
    from joserfc.jwt import JWTClaimsRegistry

LASTS = 10 * 60 * SECOND
SKEW = 60
MOST = 2000
ALGORITHMS = (
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519", "EdDSA",
)  # fmt: skip
"""Signatures by public keys; neither `none` nor anything with a shared secret."""
_AGAIN = "begin again from the page for signing in"


@dataclass(frozen=True, slots=True)
class Begun:
    """A sign-in under way: rule 2."""

    state: str
    nonce: str
    verifier: str
    ends: Instant


@dataclass(frozen=True, slots=True)
class Addresses:
    """What the issuer says of itself, as of an instant."""

    authorize: str
    token: str
    keys: str
    basic: bool
    names_itself: bool
    asked: Instant


class _Client(Protocol):
    """What is used of authlib's client, which says nothing of its types."""

    def __enter__(self) -> _Client: ...
    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None: ...
    def create_authorization_url(self, url: str, state: str, code_verifier: str, *, nonce: str) -> tuple[str, str]: ...
    def fetch_token(self, url: str, *, code: str, code_verifier: str) -> Mapping[str, object]: ...
    def request(self, method: str, url: str, *, withhold_token: bool) -> Response: ...


class Provider:
    """A nation's provider.

    Args:
        told: what the keeper says of it.
        clock: what tells the instant.
    """

    def __init__(self, told: Told, clock: Callable[[], Instant]) -> None:
        self.told, self._clock, self._lock = told, clock, Lock()
        self._begun: OrderedDict[bytes, Begun] = OrderedDict()
        self._found: Addresses | None = None
        self._keys: KeySet | None = None

    @property
    def party(self) -> PartyCode:
        """For whom it speaks: rule 1."""
        return self.told.party

    def begin(self) -> tuple[str, str]:
        """Begin a sign-in: where to send the browser, and the secret it is to keep.

        Raises:
            Unavailable: the provider does not answer, or not as it should.
        """
        found = self._addresses()
        secret, state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(4))
        with self._lock:
            self._begun[sha256(secret.encode()).digest()] = Begun(state, nonce, verifier, self._clock() + LASTS)
            while len(self._begun) > MOST:
                self._begun.popitem(last=False)
        with self._client(found) as client:
            url, _ = client.create_authorization_url(found.authorize, state, verifier, nonce=nonce)
        return str(url), secret

    def finish(self, secret: str, answer: Mapping[str, str]) -> Person:
        """End a sign-in by what the browser brings back: who he is.

        Args:
            secret: what the browser kept.
            answer: the query of the address it was sent back to.

        Raises:
            Refused: it was not begun here, or the provider does not vouch for anybody by it.
            Unavailable: the provider does not answer, or not as it should.
        """
        with self._lock:
            begun = self._begun.pop(sha256(secret.encode()).digest(), None)
        if begun is None or begun.ends <= self._clock() or not compare_digest(
            begun.state.encode(), answer.get("state", "").encode()
        ):  # fmt: skip
            raise Refused("this sign-in was not begun in this browser, or too long ago", next_step=_AGAIN)
        found = self._addresses()
        if answer.get("iss", "" if found.names_itself else self.told.issuer) != self.told.issuer:
            raise Refused("another provider answered than was asked", next_step=_AGAIN)  # RFC 9207
        if "error" in answer or "code" not in answer:
            raise Refused("the provider did not sign you in", next_step=_AGAIN)
        token = self._token(found, answer["code"], begun.verifier)
        return self._person(self._claims(token, begun.nonce))

    # What is asked of the provider

    def _client(self, found: Addresses | None = None) -> _Client:
        from authlib.integrations.httpx_client import OAuth2Client  # type: ignore[import-untyped]

        way = "client_secret_basic" if found is None or found.basic else "client_secret_post"
        made: _Client = OAuth2Client(
            self.told.client, self.told.secret, token_endpoint_auth_method=way, scope=self.told.scope,
            redirect_uri=self.told.back, code_challenge_method="S256", timeout=10, follow_redirects=False,
            trust_env=False, verify=self.told.certificates,
        )  # fmt: skip
        return made

    def _asked(self, url: str) -> Mapping[str, object]:
        import httpx2

        try:
            with self._client() as client:
                said = client.request("GET", url, withhold_token=True)
                found = said.raise_for_status().json()
        except (httpx2.HTTPError, ValueError) as error:
            raise self._silent() from error
        if not isinstance(found, dict):
            raise self._silent()
        return found

    def _silent(self, why: str = "does not answer as it should") -> Unavailable:
        step = "try again later, or sign in by name and password"
        return Unavailable(f"the provider of {self.party} {why}", next_step=step)

    def _addresses(self) -> Addresses:
        """What the issuer says of itself (OpenID Connect Discovery 1.0, 4), asked for every hour: rule 4."""
        if self._found is None or self._found.asked + HOUR <= self._clock():
            said = self._asked(self.told.issuer.rstrip("/") + "/.well-known/openid-configuration")
            if said.get("issuer") != self.told.issuer:
                raise self._silent("gives itself another name")
            urls = [str(said.get(name, "")) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
            if any(_origin(url) != _origin(self.told.issuer) for url in urls):
                raise self._silent("leads to an address that is not its own")
            ways = said.get("token_endpoint_auth_methods_supported")
            basic = not isinstance(ways, list) or "client_secret_basic" in ways
            names_itself = said.get("authorization_response_iss_parameter_supported") is True
            self._keys = None
            self._found = Addresses(urls[0], urls[1], urls[2], basic, names_itself, self._clock())
        return self._found

    def _token(self, found: Addresses, code: str, verifier: str) -> str:
        import httpx2
        from authlib.integrations.base_client import OAuthError  # type: ignore[import-untyped]

        try:
            with self._client(found) as client:
                said = client.fetch_token(found.token, code=code, code_verifier=verifier)
        except OAuthError as error:
            raise Refused("the provider does not know this sign-in (any more)", next_step=_AGAIN) from error
        except (httpx2.HTTPError, ValueError) as error:
            raise self._silent() from error
        return str(said.get("id_token", ""))

    def _signers(self, *, anew: bool = False) -> KeySet:
        """The provider's keys; asked for once, and anew where a token names one that is not among them."""
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        if self._keys is None or anew:
            said = self._asked(self._addresses().keys)
            try:
                self._keys = KeySet.import_key_set({"keys": said["keys"]})  # type: ignore[typeddict-item]
            except (JoseError, LookupError, TypeError, ValueError) as error:
                raise self._silent("shows keys that cannot be read") from error
        return self._keys

    # What its word is worth: rule 3

    def _claims(self, token: str, nonce: str) -> Mapping[str, object]:
        from joserfc import jwt
        from joserfc.errors import InvalidKeyIdError, JoseError

        try:
            try:
                claims = jwt.decode(token, self._signers(), ALGORITHMS).claims
            except InvalidKeyIdError:
                claims = jwt.decode(token, self._signers(anew=True), ALGORITHMS).claims
            self._registry(nonce).validate(claims)
        except ComityError:
            raise
        except (JoseError, ValueError) as error:
            raise self._not_vouched(str(getattr(error, "error", "unreadable"))) from error
        several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        if claims.get("azp", None if several else self.told.client) != self.told.client:
            raise self._not_vouched("it is meant for another program")
        return claims

    def _registry(self, nonce: str) -> JWTClaimsRegistry:
        from joserfc.jwt import JWTClaimsRegistry

        return JWTClaimsRegistry(
            now=self._clock() // SECOND,
            leeway=SKEW,
            iss={"essential": True, "value": self.told.issuer},
            aud={"essential": True, "value": self.told.client},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": nonce},
        )

    def _not_vouched(self, why: str) -> Refused:
        return Refused(f"what the provider of {self.party} says cannot be relied on ({why})", next_step=_AGAIN)

    def _person(self, claims: Mapping[str, object]) -> Person:
        """Rule 1."""
        said = claims.get(self.told.person)
        if not isinstance(said, str) or (self.told.person == "email" and claims.get("email_verified") is False):
            step = "ask the keeper of this server to have the provider send it (scope), or to name another claim"
            raise Refused(f"the provider does not vouch for a name ({self.told.person})", next_step=step)
        return Person(person_named(said), self.party)


def _origin(url: str) -> tuple[str, str | None, int | None]:
    try:
        parts = urlsplit(url)
        return parts.scheme, parts.hostname, parts.port or {"https": 443, "http": 80}.get(parts.scheme)
    except ValueError:
        return "", None, None
