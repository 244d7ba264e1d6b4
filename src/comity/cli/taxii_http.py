"""Another's TAXII server over HTTPS: certificates checked, tried again where that may help, never led to another host.

Rules:
1. Without HTTPS nothing is asked but of this machine. Certificates are checked, and there is no way not to.
2. A redirect is followed to the same host over the same scheme alone; credentials go nowhere else.
3. What a network or a busy server refuses for now (429, 502, 503, 504) is tried again, each time after twice as long,
   or as long as the server says; other answers are answers.
4. What a server tells is read up to a measure.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable
from types import ModuleType
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from comity.errors import Malformed, Refused, Unavailable
from comity.flow.taxii_exchange import Answer, led
from comity.formats.taxii import MEDIA

if TYPE_CHECKING:
    import httpx2

AGAIN = frozenset({429, 502, 503, 504})
TRIES, LONGEST, REDIRECTS = 6, 60.0, 5
LED = {"GET": (301, 302, 303, 307, 308), "POST": (307, 308), "DELETE": (307, 308)}
LARGEST = 200_000_000
"""Bytes of one answer."""
_ADDRESS = "write one such as https://host/taxii2/"
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class Remote:
    """A server that is asked: rules 1 to 4.

    Args:
        url: where it is; every address that is asked lies at the same host.
        user: a name and a password, for HTTP Basic.
        token: a bearer's token, instead.
        sleep: how time is passed between two tries.

    Raises:
        Malformed: that is no address.
        Refused: it is reached without HTTPS, and is not this machine.
        Unavailable: the extra for it is not installed.
    """

    def __init__(
        self,
        url: str,
        *,
        user: tuple[str, str] | None = None,
        token: str = "",
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._at, self._sleep, self._http = _host(url), sleep, _library()
        if self._at[0] != "https" and urlsplit(url).hostname not in LOOPBACK:
            raise Refused("TAXII is spoken over HTTPS", where=url, next_step="write https://")
        headers = {"accept": MEDIA, **({"authorization": f"Bearer {token}"} if token else {})}
        auth = self._http.BasicAuth(*user) if user is not None and not token else None
        self._client: httpx2.Client = self._http.Client(
            headers=headers, auth=auth, verify=ssl.create_default_context(), timeout=60, follow_redirects=False,
            trust_env=False,
        )  # fmt: skip

    def get(self, url: str) -> Answer:
        """Ask for a resource."""
        return self._ask("GET", url, b"")

    def post(self, url: str, body: bytes) -> Answer:
        """Send an envelope."""
        return self._ask("POST", url, body)

    def delete(self, url: str) -> Answer:
        """Take something away."""
        return self._ask("DELETE", url, b"")

    def wait(self) -> None:
        """Wait a little before asking again."""
        self._sleep(1.0)

    def close(self) -> None:
        """Let go."""
        self._client.close()

    def _ask(self, method: str, url: str, body: bytes) -> Answer:
        """Rules 2 and 3."""
        for _ in range(REDIRECTS):
            answer = self._again(method, url, body)
            where = answer.headers.get("location", "")
            if answer.status not in LED.get(method, ()) or not where:
                return answer
            url = led(url, where)
            self._check(url)
        raise Unavailable("the server leads in circles", where=url, next_step="check the address")

    def _check(self, url: str) -> None:
        try:
            self._http.URL(url)
        except self._http.InvalidURL as error:
            raise Malformed(f"this is no address: {error}", where=url, next_step=_ADDRESS) from error
        if _host(url) != self._at:
            step = "ask there, if you trust it"
            raise Refused("the server leads to another host", where=url, next_step=step)

    def _again(self, method: str, url: str, body: bytes) -> Answer:
        self._check(url)
        failed = ""
        for number in range(TRIES):
            pause = float(2**number)
            try:
                answer = self._once(method, url, body)
            except self._http.TransportError as error:
                failed = str(error) or type(error).__name__
            else:
                if answer.status not in AGAIN or number == TRIES - 1:
                    return answer._replace(tries=number + 1)
                pause = _told(answer, pause)
            if number < TRIES - 1:
                self._sleep(min(pause, LONGEST))
        raise Unavailable(f"the server cannot be reached: {failed}", where=url, next_step="try again; it goes on there")

    def _once(self, method: str, url: str, body: bytes) -> Answer:
        headers = {"content-type": MEDIA} if body else {}
        with self._client.stream(method, url, content=body or None, headers=headers) as answer:
            found = bytearray()
            for part in answer.iter_bytes():
                found += part
                if len(found) > LARGEST:
                    raise Unavailable("the server tells too much at once", where=url, next_step="ask its keeper")
            told = {name.lower(): value for name, value in answer.headers.items()}
            return Answer(answer.status_code, told, bytes(found))


def _told(answer: Answer, pause: float) -> float:
    said = answer.headers.get("retry-after", "")
    return float(said) if said.isdigit() else pause


def _host(url: str) -> tuple[str, str]:
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise Malformed(f"this is no address: {error}", where=url, next_step=_ADDRESS) from error
    return parts.scheme.lower(), parts.netloc.rpartition("@")[2].lower()


def _library() -> ModuleType:
    try:
        import httpx2
    except ModuleNotFoundError as error:
        step = "pip install comity[taxii]"
        raise Unavailable("asking other servers needs the extra `taxii`", next_step=step) from error
    return httpx2
