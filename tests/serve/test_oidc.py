"""Signing in by a nation's own provider, against one that is served on this machine."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from httpx import Response
from joserfc.jwk import OctKey, RSAKey

from comity.errors import ComityError
from comity.ledger.book import Draft
from comity.serve.accounts import Person
from comity.serve.desk import Desk
from comity.serve.oidc import LASTS, Provider
from comity.serve.oidc_file import Told, read
from comity.serve.roles import Role, appointment
from comity.values.instant import HOUR, SECOND
from tests.serve.desks import HOST, START, Standing, Visitor
from tests.serve.issuer import CLIENT, SECRET, Issuer, agreed, asked_of, served, signed_by, unsigned
from tests.serve.staff import office

ANOTHER = RSAKey.generate_key(2048, {"kid": "one"})
WAY = "/sign-in/provider/EST"


@pytest.fixture(scope="module")
def running() -> Iterator[tuple[Issuer, Standing]]:
    clock = Standing(START)
    with served(clock) as issuer:
        yield issuer, clock


@pytest.fixture
def issuer(running: tuple[Issuer, Standing]) -> Issuer:
    """The provider, as it is before a test changes it; its address and key stay."""
    told, clock = running
    key = told.key
    told.__init__(told.address, clock)  # type: ignore[misc]
    told.key, told.shown = key, [key]
    return told


def told_of(issuer: Issuer, party: str = "EST") -> Told:
    return Told(party, issuer.address, CLIENT, "preferred_username", f"http://{HOST}", SECRET)


def desk_with(issuer: Issuer) -> Desk:
    desk = office()
    assert isinstance(desk.book.clock, Standing)
    clock = issuer._clock
    assert isinstance(clock, Standing)
    clock.now = desk.book.clock.now
    providers = tuple(Provider(told_of(issuer, party), desk.book.clock) for party in ("EST", "JPN"))
    return office(book=desk.book, providers=providers)


def goes(visitor: Visitor, path: str = WAY) -> str:
    """Where a browser that begins is sent."""
    answer = visitor.client.get(path, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def comes_back(visitor: Visitor, url: str) -> Response:
    parts = urlsplit(url)
    return visitor.client.get(f"{parts.path}?{parts.query}", follow_redirects=False)


def round_trip(visitor: Visitor, issuer: Issuer) -> Response:
    return comes_back(visitor, agreed(issuer, asked_of(goes(visitor))))


def test_whom_the_provider_vouches_for_acts_for_its_party_and_reads(issuer: Issuer) -> None:
    desk = desk_with(issuer)
    visitor = Visitor(desk)
    assert f'href="{WAY}"' in visitor.get("/sign-in").text
    url = goes(visitor)
    asked = asked_of(url)
    assert url.startswith(f"{issuer.address}/authorize?")
    assert asked["response_type"] == "code"
    assert asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"] == f"http://{HOST}{WAY}/back"
    assert min(len(asked[name]) for name in ("state", "nonce", "code_challenge")) >= 43
    back = httpx.get(url, follow_redirects=False).headers["location"]
    answer = comes_back(visitor, back)
    assert answer.status_code == 200
    assert "mari" in answer.text
    assert 'content="0; url=/"' in answer.text, "a page leads on, for a strict cookie does not go along with a redirect"
    me = visitor.get("/people/me").text
    assert "mari, for EST" in me
    assert "Roles: reader</p>" in me
    assert 'name="old"' not in me, "the password is the provider's"
    assert visitor.get("/people").status_code == 403


def test_the_cookie_on_the_way_is_ours_alone_and_short_lived(issuer: Issuer) -> None:
    answer = Visitor(desk_with(issuer)).client.get(WAY, follow_redirects=False)
    parts = set(answer.headers["set-cookie"].split("; "))
    assert {"HttpOnly", "SameSite=lax", "Path=/sign-in/provider", "Max-Age=600"} <= parts
    assert answer.headers["cache-control"] == "no-store"
    (value,) = (part.partition("=")[2] for part in parts if part.startswith("comity-provider="))
    assert value not in answer.headers["location"]


def test_it_has_the_roles_its_nation_has_appointed_and_no_other_nations(issuer: Issuer) -> None:
    desk = desk_with(issuer)
    desk.book.record(appointment(Person("mari", "EST"), [Role.ADMINISTRATOR]), Draft("EST"))
    visitor = Visitor(desk)
    round_trip(visitor, issuer)
    people = visitor.get("/people")
    assert people.status_code == 200
    drafted = visitor.post("/people", {"name": "jaan", "role": "drafter"})
    assert drafted.status_code == 303, "whoever comes by the provider needs no password here"
    other = Visitor(desk)
    comes_back(other, agreed(issuer, asked_of(goes(other, "/sign-in/provider/JPN"))))
    assert "mari, for JPN" in other.get("/people/me").text
    assert other.get("/people").status_code == 403


def test_the_session_before_ends(issuer: Issuer) -> None:
    visitor = Visitor(desk_with(issuer))
    round_trip(visitor, issuer)
    before = visitor.client.cookies["comity-session"]
    round_trip(visitor, issuer)
    assert visitor.desk.accounts.session(before) is None


def refused(answer: Response, visitor: Visitor, says: str, status: int = 403) -> None:
    assert answer.status_code == status, answer.text
    assert says in answer.text
    assert "comity-session" not in visitor.client.cookies
    assert visitor.get("/people/me").status_code == 403


NOT_BEGUN = "not begun in this browser"


def test_a_wrong_state_signs_nobody_in(issuer: Issuer) -> None:
    visitor = Visitor(desk_with(issuer))
    back = agreed(issuer, asked_of(goes(visitor)))
    state = asked_of(back)["state"]
    refused(comes_back(visitor, back.replace(state, state[::-1])), visitor, NOT_BEGUN)
    refused(comes_back(visitor, back), visitor, NOT_BEGUN)


def test_a_return_serves_once(issuer: Issuer) -> None:
    visitor = Visitor(desk_with(issuer))
    begun = asked_of(goes(visitor))
    secret, back = visitor.client.cookies["comity-provider"], agreed(issuer, begun)
    assert comes_back(visitor, back).status_code == 200
    thief = Visitor(visitor.desk)
    thief.client.cookies.set("comity-provider", secret)
    refused(comes_back(thief, back), thief, NOT_BEGUN)


def test_a_return_serves_in_the_browser_that_began_alone(issuer: Issuer) -> None:
    desk = desk_with(issuer)
    attacker, victim = Visitor(desk), Visitor(desk)
    back = agreed(issuer, asked_of(goes(attacker)))
    refused(comes_back(victim, back), victim, NOT_BEGUN)
    goes(victim)
    refused(comes_back(victim, back), victim, NOT_BEGUN)


def test_a_return_to_another_partys_address_signs_nobody_in(issuer: Issuer) -> None:
    visitor = Visitor(desk_with(issuer))
    back = agreed(issuer, asked_of(goes(visitor)))
    refused(comes_back(visitor, back.replace("/EST/", "/JPN/")), visitor, NOT_BEGUN)


def test_a_return_after_ten_minutes_is_too_late(issuer: Issuer) -> None:
    visitor = Visitor(desk_with(issuer))
    back = agreed(issuer, asked_of(goes(visitor)))
    assert isinstance(visitor.desk.book.clock, Standing)
    visitor.desk.book.clock.now += LASTS
    refused(comes_back(visitor, back), visitor, NOT_BEGUN)


def test_a_code_serves_once(issuer: Issuer) -> None:
    visitor = Visitor(desk_with(issuer))
    back = agreed(issuer, asked_of(goes(visitor)))
    issuer.codes.clear()
    refused(comes_back(visitor, back), visitor, "does not know this sign-in")


def test_another_issuers_answer_signs_nobody_in(issuer: Issuer) -> None:
    visitor = Visitor(desk_with(issuer))
    back = agreed(issuer, asked_of(goes(visitor)))
    refused(comes_back(visitor, back[: back.index("&iss=")] + "&iss=https%3A%2F%2Fevil.example"), visitor, "another")
    back = agreed(issuer, asked_of(goes(visitor)))
    refused(comes_back(visitor, back[: back.index("&iss=")]), visitor, "another provider")


def test_whoever_says_no_at_the_provider_is_not_signed_in(issuer: Issuer) -> None:
    visitor = Visitor(desk_with(issuer))
    back = agreed(issuer, asked_of(goes(visitor))) + "&error=access_denied&error_description=%3Cscript%3E"
    answer = comes_back(visitor, back)
    refused(answer, visitor, "did not sign you in")
    assert "script>" not in answer.text


def changed(**said: object) -> Callable[[Issuer], None]:
    def change(issuer: Issuer) -> None:
        for name, value in said.items():
            setattr(issuer, name, value)

    return change


def claims(**said: object) -> Callable[[Issuer], None]:
    return changed(claims=said)


NOW = int(Standing(START).now // SECOND)
SHARED = OctKey.import_key(SECRET.encode().ljust(32), {"kid": "one"})
FALSE: dict[str, tuple[Callable[[Issuer], None], str]] = {
    "another nonce: an answer to another sign-in": (claims(nonce="of-another-sign-in"), "invalid_claim"),
    "no nonce": (claims(nonce=None), "missing_claim"),
    "for another program": (claims(aud="another"), "invalid_claim"),
    "for nobody": (claims(aud=None), "missing_claim"),
    "for several, by another": (claims(aud=[CLIENT, "another"], azp="another"), "another program"),
    "for several, by nobody": (claims(aud=[CLIENT, "another"]), "another program"),
    "by another issuer": (claims(iss="https://evil.example"), "invalid_claim"),
    "expired": (claims(exp=NOW), "expired_token"),
    "without an end": (claims(exp=None), "missing_claim"),
    "without a beginning": (claims(iat=None), "missing_claim"),
    "without a subject": (claims(sub=None), "missing_claim"),
    "without the name": (claims(preferred_username=None), "does not vouch for a name"),
    "a name that is none": (claims(preferred_username=["mari"]), "does not vouch for a name"),
    "unsigned": (changed(signed=unsigned), "cannot be relied on"),
    "signed by the shared secret": (changed(signed=signed_by(SHARED, alg="HS256", kid="one")), "unsupported_algorithm"),
    "signed by another's key of the same name": (changed(signed=signed_by(ANOTHER, alg="RS256", kid="one")),
                                                 "bad_signature"),
    "signed by a key nobody shows": (changed(signed=signed_by(ANOTHER, alg="RS256", kid="two")), "invalid_key_id"),
    "no token at all": (changed(signed=lambda _: ""), "cannot be relied on"),
    "something else": (changed(signed=lambda _: "a.b.c"), "cannot be relied on"),
}  # fmt: skip


@pytest.mark.parametrize(("change", "says"), FALSE.values(), ids=FALSE)
def test_a_word_that_cannot_be_relied_on_signs_nobody_in(
    issuer: Issuer, change: Callable[[Issuer], None], says: str
) -> None:
    change(issuer)
    visitor = Visitor(desk_with(issuer))
    answer = round_trip(visitor, issuer)
    assert answer.status_code in {400, 403}
    refused(answer, visitor, says, answer.status_code)


def test_a_new_key_of_the_provider_is_asked_for(issuer: Issuer) -> None:
    desk = desk_with(issuer)
    round_trip(Visitor(desk), issuer)
    two = RSAKey.generate_key(2048, {"kid": "two"})
    issuer.shown, issuer.signed = [issuer.key, two], signed_by(two, alg="PS256", kid="two")
    assert round_trip(Visitor(desk), issuer).status_code == 200
    assert issuer.asked.count("/keys") == 2
    assert issuer.asked.count("/.well-known/openid-configuration") == 1


LYING: dict[str, dict[str, object]] = {
    "it gives itself another name": {"issuer": "https://evil.example"},
    "its door leads elsewhere": {"authorization_endpoint": "https://evil.example/authorize"},
    "codes are redeemed elsewhere": {"token_endpoint": "https://evil.example/token"},
    "its keys are elsewhere": {"jwks_uri": "http://127.0.0.1:9/keys"},
    "it says nothing of its keys": {"jwks_uri": None},
}


@pytest.mark.parametrize("metadata", LYING.values(), ids=LYING)
def test_nothing_but_the_issuers_own_address_is_contacted(issuer: Issuer, metadata: dict[str, object]) -> None:
    issuer.metadata = metadata
    answer = Visitor(desk_with(issuer)).client.get(WAY, follow_redirects=False)
    assert answer.status_code == 503
    assert "the provider of EST" in answer.text


def test_a_provider_that_is_down_is_told_kindly_and_passwords_still_work(issuer: Issuer) -> None:
    desk = desk_with(issuer)
    visitor = Visitor(desk)
    url = goes(visitor)
    issuer.down = True
    refused(comes_back(visitor, agreed(issuer, asked_of(url))), visitor, "try again later", 503)
    assert isinstance(desk.book.clock, Standing)
    desk.book.clock.now += HOUR
    answer = visitor.client.get(WAY, follow_redirects=False)
    assert answer.status_code == 503
    assert "sign in by name and password" in answer.text
    assert "Traceback" not in answer.text
    desk.accounts.add(Person("jaan", "EST"), "a password for tests")
    signed = visitor.post("/sign-in", {"party": "EST", "name": "jaan", "password": "a password for tests"})
    assert signed.status_code == 303


def test_a_provider_that_is_nowhere_is_told_kindly() -> None:
    told = Told("EST", "http://127.0.0.1:9", CLIENT, "sub", f"http://{HOST}", SECRET)
    desk = office()
    answer = Visitor(office(book=desk.book, providers=(Provider(told, desk.book.clock),))).get(WAY)
    assert answer.status_code == 503
    assert "does not answer as it should" in answer.text


def test_no_provider_no_way() -> None:
    visitor = Visitor(office())
    assert "provider" not in visitor.get("/sign-in").text
    assert visitor.get(WAY).status_code == visitor.get(f"{WAY}/back").status_code == 404


# What the keeper says of a provider

GOOD = """\
issuer: https://login.example.mil/realms/staff
client: comity
party: EST
person: preferred_username
address: https://comity.example.mil/
secret_env: COMITY_OIDC_SECRET
scope: openid profile
"""
ENVIRONMENT = {"COMITY_OIDC_SECRET": SECRET}


def test_what_the_keeper_says_is_read(tmp_path: Path) -> None:
    (tmp_path / "est.yaml").write_text(GOOD)
    told = read(tmp_path / "est.yaml", ENVIRONMENT)
    assert told.back == "https://comity.example.mil/sign-in/provider/EST/back"
    assert (told.secret, told.scope) == (SECRET, "openid profile")
    assert SECRET not in repr(told)


def test_the_secret_may_stand_in_a_file_of_its_own(tmp_path: Path) -> None:
    file = tmp_path / "est.yaml"
    file.write_text(GOOD.replace("secret_env: COMITY_OIDC_SECRET", "secret_file: est.secret"))
    (tmp_path / "est.secret").write_text(f"{SECRET}\n")
    (tmp_path / "est.secret").chmod(0o644)
    with pytest.raises(ComityError, match="others may read this secret"):
        read(file, {})
    (tmp_path / "est.secret").chmod(0o600)
    assert read(file, {}).secret == SECRET


WRONG = {
    "a field nobody knows": ("client:", "clinet:", "clinet: is no field here"),
    "something missing": ("person: preferred_username\n", "", "person: is missing"),
    "no HTTPS": ("https://login", "http://login", "issuer: 'http://login.example.mil/realms/staff' is no address"),
    "an address with a question": ("/realms/staff", "/?x=1", "is no address to trust"),
    "a scope of something else": ("openid profile", "profile", "lacks openid"),
    "no secret": ("secret_env: COMITY_OIDC_SECRET\n", "", "secret_file: is missing"),
    "an empty secret": ("COMITY_OIDC_SECRET", "NOT_SET", "the client's secret is empty"),
    "a secret in the file itself": ("secret_env: COMITY_OIDC_SECRET", "secret: x", "secret: is no field here"),
    "authorities that are not there": ("scope:", "ca: none.pem\nscope:", "none.pem: cannot be read"),
    "a number": ("client: comity", "client: 7", "client: is missing or no text"),
}


@pytest.mark.parametrize(("old", "new", "says"), WRONG.values(), ids=WRONG)
def test_a_file_that_is_wrong_says_where(tmp_path: Path, old: str, new: str, says: str) -> None:
    file = tmp_path / "est.yaml"
    file.write_text(GOOD.replace(old, new))
    with pytest.raises(ComityError) as told:
        read(file, ENVIRONMENT)
    assert says in str(told.value)
    assert str(tmp_path) in str(told.value)


WITHOUT = """
import sys
from importlib.machinery import PathFinder
class Without(PathFinder):
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        gone = name.split(".")[0] in {"authlib", "joserfc", "httpx2"}
        return None if gone else PathFinder.find_spec(name, path, target)
sys.meta_path = [Without if one is PathFinder else one for one in sys.meta_path]
from comity.cli import main
from comity.serve.app import application
sys.exit(main(sys.argv[1:]))
"""


def test_without_the_extra_the_option_says_so_and_the_rest_works(tmp_path: Path) -> None:
    book, file = tmp_path / "book", tmp_path / "est.yaml"
    file.write_text(GOOD)

    def comity(*told: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", WITHOUT, *told], capture_output=True, text=True, input=typed, check=False
        )

    assert comity("ledger", "new", str(book)).returncode == 0
    added = comity("serve", "--book", str(book), "--add-account", "EST", "mari", typed="a password for tests\n")
    assert added.returncode == 0, added.stderr
    assert "mari acts for EST, in every role." in added.stdout
    told = comity("serve", "--book", str(book), "--oidc", str(file))
    assert told.returncode == 2
    assert "pip install 'comity[oidc]'" in told.stderr
