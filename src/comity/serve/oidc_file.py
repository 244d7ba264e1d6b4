"""What the keeper of an installation says of a provider that people sign in by: a file for `comity serve --oidc FILE`.

Rules:
1. The client's secret stands in a file of its own that only its user may read, or in the environment; never here.
2. An address is HTTPS, or this machine's own.
3. Everything that is needed is said; nothing is guessed, for a wrong guess lets the wrong people in.
"""

from __future__ import annotations

import ssl
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

from comity.errors import Malformed, Refused, Unavailable
from comity.formats import yaml12
from comity.values.party import PartyCode

_NEEDED = ("issuer", "client", "party", "person", "address")
_FIELDS = (*_NEEDED, "secret_file", "secret_env", "scope", "ca")
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


@dataclass(frozen=True, slots=True)
class Told:
    """What the keeper of an installation says of a provider.

    `person` is the claim that names a person, `address` where browsers reach this server, `certificates` whom to trust
    that the issuer is the issuer.
    """

    party: PartyCode
    issuer: str
    client: str
    person: str
    address: str
    secret: str = field(repr=False)
    scope: str = "openid"
    certificates: ssl.SSLContext = field(default_factory=ssl.create_default_context, repr=False, compare=False)

    @property
    def back(self) -> str:
        """Where the provider sends the browser back to; registered with it."""
        return f"{self.address}/sign-in/provider/{self.party}/back"


def check_installed() -> None:
    """Make sure that what carries this out is there.

    Raises:
        Unavailable: the extra is not installed.
    """
    if not all(find_spec(name) for name in ("authlib", "httpx2", "joserfc")):
        step = "install the extra: pip install 'comity[oidc]'; names and passwords work without it"
        raise Unavailable("signing in by a provider needs packages that are not installed", next_step=step)


def read(path: Path, environment: Mapping[str, str]) -> Told:
    """What a file says of a provider.

    Raises:
        Unavailable: it, or a file it names, cannot be read.
        Refused: others may read the file with the client's secret.
        Malformed: a field is missing, unknown or wrong.
    """
    read_ = yaml12.load(_text(path), str(path))
    if not isinstance(read_, yaml12.Mapping):
        raise Malformed("is no mapping", where=str(path), next_step=f"write one with {', '.join(_NEEDED)}")
    for name in read_:
        if name not in _FIELDS:
            raise _wrong(path, read_, name, "is no field here", f"the fields are {', '.join(_FIELDS)}")
    for name in (*_NEEDED, *read_):
        said = read_.get(name)
        if not isinstance(said, str) or not said.strip():
            raise _wrong(path, read_, name, "is missing or no text", "write it as text")
    told = {name: str(said).strip() for name, said in read_.items()}
    for name in ("issuer", "address"):
        if not _safe(told[name]):
            raise _wrong(path, read_, name, f"{told[name]!r} is no address to trust", "write https://NAME")
    if "openid" not in told.get("scope", "openid").split():
        raise _wrong(path, read_, "scope", "lacks openid", "begin it with openid")
    return Told(
        told["party"], told["issuer"], told["client"], told["person"], told["address"].rstrip("/"),
        _secret(path, read_, told, environment), told.get("scope", "openid"),
        _certificates(path.parent / told["ca"]) if "ca" in told else ssl.create_default_context(),
    )  # fmt: skip


def _wrong(path: Path, said: yaml12.Mapping, name: str, what: str, step: str) -> Malformed:
    return Malformed(what, where=f"{path}:{said.lines.get(name, said.line)}", field=name, next_step=step)


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Unavailable(f"cannot be read: {error}", where=str(path), next_step="check its name") from error


def _certificates(path: Path) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=path)
    except (OSError, ssl.SSLError) as error:
        step = "name a file with certificates in PEM"
        raise Unavailable(f"cannot be read: {error}", where=str(path), next_step=step) from error


def _secret(path: Path, said: yaml12.Mapping, told: Mapping[str, str], environment: Mapping[str, str]) -> str:
    """The client's secret: from a file that only its user may read, or from the environment: rule 1."""
    if ("secret_file" in told) == ("secret_env" in told):
        raise _wrong(path, said, "secret_file", "is missing, or stands beside secret_env", "name one of the two")
    if "secret_env" in told:
        found = environment.get(told["secret_env"], "")
    else:
        file = path.parent / told["secret_file"]
        found = _text(file).strip()
        if file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise Refused("others may read this secret", where=str(file), next_step="chmod 600")
    if not found:
        raise Malformed("the client's secret is empty", where=str(path), next_step="ask the provider for it")
    return found


def _safe(url: str) -> bool:
    """HTTPS, or this machine itself; no name, question or part in it: rule 2."""
    try:
        parts = urlsplit(url)
        loopback = parts.scheme == "http" and parts.hostname in _LOOPBACK
    except ValueError:
        return False
    plain = not (parts.query or parts.fragment or parts.username or parts.password)
    return bool(plain and parts.hostname and (parts.scheme == "https" or loopback))
