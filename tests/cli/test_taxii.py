"""`comity taxii`: collections and data files over the command line; pulling and pushing between nodes over a socket."""

from __future__ import annotations

import json
import ssl
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from comity.cli import main, taxii_exchange, taxii_http
from comity.cli.taxii_cursors import Cursors
from comity.cli.taxii_http import Remote
from comity.errors import ComityError, Impossible, Malformed, Refused, Unavailable
from comity.flow import taxii_exchange as exchange
from comity.flow import taxii_intake
from comity.flow.books import open as open_book
from comity.flow.recalling import disclosures, owed_to
from comity.flow.taking_back import take_back
from comity.instruments.intelligence.shelf import Shelf
from comity.serve.accounts import Accounts
from tests.cli.loopback import Telling, listening
from tests.serve.exchanging import AMBER, NAME, Object, opened, stated, tool, url, uses, uuid
from tests.serve.staff import PASSWORD, appoint, office
from tests.serve.taxii_nodes import Node, serving

Captured = pytest.CaptureFixture[str]
WORDS: Object = {"type": "marking-definition", "spec_version": "2.1", "id": f"marking-definition--{uuid(70)}",
         "created": "2026-01-01T00:00:00.000Z", "definition_type": "statement",
         "definition": {"statement": "ours"}}  # fmt: skip


@pytest.fixture
def node() -> Iterator[Node]:
    """A node of Poland's, at which Estonia has an account."""
    book = open_book(None)
    for party in ("POL", "EST"):
        book.introduce(party)
    opened(book, tlp={"RED": ["EST"]})
    stated(book, "POL", [tool(number) for number in range(1, 8)], ["EST"])
    stated(book, "POL", [uses(20, tool(1), tool(2))], ["EST"])
    stated(book, "POL", [tool(30)])
    desk = office(book=book)
    appoint(desk, "mari", "EST")
    with serving(desk) as made:
        yield made


def exchanged(verb: str, node: Node, *more: str) -> int:
    words = ["--collection", NAME, "--book", "b.comity", "--as", "EST", "--user", "EST/mari"]
    return main(["taxii", verb, f"{node.url}/taxii2/", *words, *more])


def held(party: str = "EST", path: str = "b.comity") -> set[str]:
    """What a party sees in a book."""
    book = open_book(path)
    try:
        return set(Shelf.of(book.view(party)).ids())
    finally:
        book.close()


def test_what_may_be_read_there_is_pulled_once(here: Path, node: Node, capsys: Captured) -> None:
    assert exchanged("pull", node) == 0
    assert "8 objects pulled" in capsys.readouterr().out
    assert held() == {str(one["id"]) for one in (*map(tool, range(1, 8)), uses(20, tool(1), tool(2)))}
    assert held("POL") == set(), "what is not marked is the puller's alone"
    assert exchanged("pull", node, "--json") == 0
    nothing = {"recalls": True, "hidden": 0, "asked_back": 0, "answered": 0, "stay": [], "failures": {}}
    assert json.loads(capsys.readouterr().out) == {"pulled": 1, "facts": 0, **nothing}, "the last comes again"
    stated(node.desk.book, "POL", [tool(1, 9)], ["EST"])
    assert exchanged("pull", node, "--json") == 0
    assert json.loads(capsys.readouterr().out) == {"pulled": 2, "facts": 2, **nothing}, "one says where from"
    assert exchanged("pull", node, "--json", "--from-start") == 0
    assert json.loads(capsys.readouterr().out)["facts"] == 0


def test_a_pull_that_opens_what_is_not_marked_to_everybody_says_so_first(
    here: Path, node: Node, capsys: Captured
) -> None:
    assert exchanged("pull", node, "--to", "EST,LVA") == 0
    assert "public" not in capsys.readouterr().err
    assert (len(held("LVA")), len(held("KOR"))) == (8, 0)
    stated(node.desk.book, "POL", [tool(41)], ["EST"])
    assert exchanged("pull", node, "--to", "*", "--json") == 0
    said = capsys.readouterr()
    assert "whatever comes without a marking becomes public here" in said.err
    json.loads(said.out)
    assert held("KOR") == {str(tool(41)["id"])}


def test_a_pull_that_was_stopped_goes_on_and_loses_nothing(
    here: Path, node: Node, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.setattr(exchange, "PAGE", 3)
    asked, take = list[object](), taxii_intake.taken

    def stopped(*told: object, **more: object) -> object:
        asked.append(told)
        if len(asked) == 2:
            raise KeyboardInterrupt
        return take(*told, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(taxii_exchange, "taken", stopped)
    assert exchanged("pull", node) == 130
    assert len(held()) == 3
    stated(node.desk.book, "POL", [tool(40)], ["EST"])
    assert exchanged("pull", node) == 0
    assert held() == {str(one["id"]) for one in (*map(tool, (*range(1, 8), 40)), uses(20, tool(1), tool(2)))}
    assert len(asked) == 5, "the page that was on its way and those after it, from the last instant on"


def test_what_cannot_be_decided_is_refused_object_by_object(here: Path, node: Node, capsys: Captured) -> None:
    stated(node.desk.book, "POL", [tool(50, object_marking_refs=[AMBER])], ["EST"], amber=["EST"])
    assert exchanged("pull", node) == 1
    said = capsys.readouterr()
    assert str(tool(50)["id"]) in said.err
    assert "bind it to a party set: --tlp-binding AMBER=PARTY,..." in said.err
    assert str(tool(50)["id"]) not in held()
    assert exchanged("pull", node, "--from-start", "--tlp-binding", "AMBER=EST") == 0
    assert str(tool(50)["id"]) in held()


def test_a_marking_comes_before_what_it_marks(here: Path, node: Node, capsys: Captured) -> None:
    stated(node.desk.book, "POL", [WORDS, tool(60, object_marking_refs=[WORDS["id"]])], ["EST"])
    assert exchanged("pull", node) == 0, capsys.readouterr().err
    assert {str(WORDS["id"]), str(tool(60)["id"])} <= held()


def test_what_both_may_read_is_pushed_and_nothing_else(here: Path, node: Node, capsys: Captured) -> None:
    book = open_book("b.comity")
    stated(book, "EST", [tool(80), uses(82, tool(80), tool(81)), tool(81)], ["POL"], into="ours")
    stated(book, "EST", [tool(83)], into="ours")
    book.close()
    words = ("--from", "ours", "--to", "POL")
    assert exchanged("push", node, *words) == 0
    assert "3 objects pushed" in capsys.readouterr().out
    there = set(Shelf.of(node.desk.book.view("EST")).ids())
    assert {str(one["id"]) for one in (tool(80), tool(81), uses(82, tool(80), tool(81)))} <= there
    assert str(tool(83)["id"]) not in there
    assert exchanged("push", node, *words, "--json") == 0
    assert json.loads(capsys.readouterr().out)["pushed"] == 0, "it goes on where it ended"


SLIPS = {
    "a reader of what is pulled": ("pull", ["--to", "POL,XXX"], "--to"),
    "a group of what is pulled": ("pull", ["--to", "NOSUCH@dynamic"], "--to"),
    "a reader by a level of TLP": ("pull", ["--tlp-binding", "AMBER=XXX"], "--tlp-binding"),
    "whom something is pushed for": ("push", ["--from", "ours", "--to", "XXX"], "--to"),
}


@pytest.mark.parametrize("slip", SLIPS.values(), ids=SLIPS)
def test_nobody_reads_whom_nobody_knows(
    here: Path, node: Node, capsys: Captured, slip: tuple[str, list[str], str]
) -> None:
    verb, words, field = slip
    assert exchanged(verb, node, *words) == 2
    assert f"{field}: " in capsys.readouterr().err
    assert held() == set()


def test_a_push_from_where_nothing_lies_says_so(here: Path, node: Node, capsys: Captured) -> None:
    assert exchanged("push", node, "--from", "nosuch", "--to", "POL") == 0
    assert "nothing lies in nosuch" in capsys.readouterr().err


def test_a_level_of_a_collection_binds_nobody_whom_nobody_knows(here: Path, capsys: Captured) -> None:
    words = ["--book", "b.comity", "--as", "EST", "--title", "Ours", "--tlp-binding", "AMBER=XXX"]
    assert main(["taxii", "collection", "own", *words]) == 2
    assert "--tlp-binding: " in capsys.readouterr().err


def test_what_is_pushed_from_a_collection_of_ones_own_need_not_be_known_there(here: Path, node: Node) -> None:
    words = ["--book", "b.comity", "--as", "EST", "--title", "Ours", "--readers", "EST"]
    assert main(["taxii", "collection", "own", *words]) == 0
    book = open_book("b.comity")
    stated(book, "EST", [tool(80)], ["POL"], into="own")
    stated(book, "EST", [tool(81)], into="own")
    assert Shelf.of(book.view("EST")).get(str(tool(80)["id"])).collections == ("own",)
    assert Shelf.of(book.view("POL")).get(str(tool(80)["id"])).collections == ()
    book.close()
    assert exchanged("push", node, "--from", "own", "--to", "POL") == 0
    there = set(Shelf.of(node.desk.book.view("EST")).ids())
    assert str(tool(80)["id"]) in there
    assert str(tool(81)["id"]) not in there


def test_what_was_pushed_and_taken_stands_in_the_register_and_is_owed_back(
    here: Path, node: Node, capsys: Captured
) -> None:
    stated(node.desk.book, "POL", [{**tool(81), "name": "other"}], ["EST"])
    book = open_book("b.comity")
    stated(book, "EST", [tool(80), tool(81), url(82)], ["POL"], into="ours")
    words = ("--from", "ours", "--to", "POL")
    assert exchanged("push", node, *words) == 1, "of one, another content is there"
    entries = disclosures(book, "EST")
    at = f"Ours ({node.url}/shared/collections/{NAME}/)"
    expected = {(str(tool(80)["id"]), str(tool(80)["modified"])), (str(url(82)["id"]), "")}
    assert {(one.thing, one.version) for one in entries} == expected
    assert {(one.by, one.to, one.over) for one in entries} == {("EST", ("POL",), at)}
    assert exchanged("push", node, *words, "--from-start") == 1
    assert len(disclosures(book, "EST")) == 2, "what is pushed twice was disclosed once"
    capsys.readouterr()
    assert main(["intel", "disclosures", "--book", "b.comity", "--as", "EST"]) == 0
    assert f"through: {at}" in capsys.readouterr().out
    assert owed_to(book, "EST") == []
    take_back(book, "EST", str(tool(80)["id"]))
    assert [(one.thing, one.party) for one in owed_to(book, "EST")] == [(tool(80)["id"], "POL")]
    book.close()


def test_what_is_not_let_is_said(here: Path, node: Node, capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMITY_TAXII_PASSWORD", "wrong")
    assert exchanged("pull", node) == 1
    assert "401" in capsys.readouterr().err
    monkeypatch.setenv("COMITY_TAXII_PASSWORD", PASSWORD)
    words = ["--collection", "none", "--book", "b.comity", "--as", "EST", "--user", "EST/mari"]
    assert main(["taxii", "pull", f"{node.url}/taxii2/", *words]) == 1
    assert "there is no collection none" in capsys.readouterr().err


def test_a_password_is_read_from_standard_input_where_no_variable_tells_it(
    here: Path, node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COMITY_TAXII_PASSWORD")
    monkeypatch.setattr(sys, "stdin", StringIO(f"{PASSWORD}\n"))
    assert exchanged("pull", node) == 0


def test_a_cursor_is_its_address_and_partys_own(tmp_path: Path) -> None:
    cursors = Cursors(tmp_path / "b")
    key = ("pull", "https://a/", "EST", "c")
    cursors.keep(key, ("1", "", "2"))
    cursors.keep(key, ("3", "t", "4"))
    cursors.close()
    again = Cursors(tmp_path / "b")
    assert again.get(key) == ["3", "t", "4"]
    assert again.get(("push", *key[1:])) == []
    again.close()
    (tmp_path / "c.taxii").write_bytes(b"no such file" * 100)
    with pytest.raises(Malformed, match="no file of cursors"):
        Cursors(tmp_path / "c")


# The network


class Scripted(Telling):
    """A server that answers as a list says, one after the other."""

    answers: list[tuple[int, dict[str, str], bytes]] = []  # noqa: RUF012  # set for each test
    asked: list[tuple[str, str | None]] = []  # noqa: RUF012

    def do_GET(self) -> None:  # noqa: N802  # the library's name
        self.asked.append((self.path, self.headers.get("authorization")))
        status, headers, body = self.answers[min(len(self.asked), len(self.answers)) - 1]
        self.tell(status, headers, body)


@pytest.fixture
def scripted() -> Iterator[str]:
    Scripted.answers, Scripted.asked = [], []
    with listening(Scripted) as url:
        yield url


GOOD: tuple[int, dict[str, str], bytes] = (200, {}, b"{}")


def test_what_is_busy_is_asked_again_after_a_while_and_other_answers_are_answers(scripted: str) -> None:
    slept: list[float] = []
    Scripted.answers = [(503, {}, b""), (429, {"retry-after": "7"}, b""), (502, {"retry-after": "9999"}, b""), GOOD]
    remote = Remote(scripted, sleep=slept.append)
    assert remote.get(f"{scripted}/x")[::3] == (200, 4)
    assert slept == [1.0, 7.0, taxii_http.LONGEST]
    Scripted.answers, Scripted.asked = [(500, {}, b"")], []
    assert remote.get(f"{scripted}/x").status == 500
    assert len(Scripted.asked) == 1
    remote.close()


def test_a_server_that_is_not_there_is_given_up_in_the_end() -> None:
    slept: list[float] = []
    remote = Remote("http://127.0.0.1:9/", sleep=slept.append)
    with pytest.raises(Unavailable, match="cannot be reached"):
        remote.get("http://127.0.0.1:9/taxii2/")
    assert slept == [1.0, 2.0, 4.0, 8.0, 16.0]
    remote.close()


def test_nobody_is_led_to_another_host_with_what_he_knows(scripted: str) -> None:
    remote = Remote(scripted, user=("EST/mari", "secret"), sleep=lambda _: None)
    Scripted.answers = [(302, {"location": "/taxii2/"}, b""), GOOD]
    assert remote.get(f"{scripted}/x").status == 200
    assert [path for path, _ in Scripted.asked] == ["/x", "/taxii2/"]
    for elsewhere in ("http://localhost:1/", "https://127.0.0.1/", scripted.replace("http", "https")):
        Scripted.answers, Scripted.asked = [(302, {"location": elsewhere}, b"")], []
        with pytest.raises(Refused, match="leads to another host"):
            remote.get(f"{scripted}/x")
        assert len(Scripted.asked) == 1
    Scripted.answers = [(302, {"location": "/x"}, b"")]
    with pytest.raises(Unavailable, match="in circles"):
        remote.get(f"{scripted}/x")
    with pytest.raises(Refused, match="another host"):
        remote.get("https://elsewhere.example/")
    remote.close()


def test_without_tls_only_this_machine_is_asked() -> None:
    with pytest.raises(Refused, match="spoken over HTTPS"):
        Remote("http://taxii.example/taxii2/")


def test_a_certificate_that_nobody_vouches_for_is_not_believed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    day = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
        .not_valid_before(day - timedelta(days=1)).not_valid_after(day + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, SHA256())
    )  # fmt: skip
    (tmp_path / "c.pem").write_bytes(made.public_bytes(Encoding.PEM))
    (tmp_path / "k.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "c.pem", tmp_path / "k.pem")
    with listening(Scripted, context) as url:
        Scripted.answers, Scripted.asked = [GOOD], []
        with pytest.raises(Unavailable, match=r"(?i)certificate"):
            Remote(f"{url}/", sleep=lambda _: None).get(f"{url}/")
        assert Scripted.asked == []
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "c.pem"))
        assert Remote(f"{url}/", sleep=lambda _: None).get(f"{url}/").status == 200


# What a server may tell

ONE, TWO = {"more": True, "objects": [{"id": "a"}]}, {"more": False, "objects": [{"id": "b"}]}
PAGED: dict[str, tuple[list[dict[str, object]], int, str]] = {
    "a token": ([{**ONE, "next": "t"}, TWO], 2, "next=t"),
    "the same token again, as medallion has it": (
        [{**ONE, "next": "t"}, {**TWO, "more": True, "next": "t"}, {}],
        2,
        "next=t",
    ),
    "no token, but an instant": ([ONE, TWO], 2, "added_after=2025-12-31T23%3A59%3A59.999999Z"),
    "nothing": ([{}], 0, "limit"),
}


class Told:
    """A server of answers in a row."""

    def __init__(self, pages: list[dict[str, object]], lost: str = "nothing") -> None:
        self.pages, self.asked, self.lost = pages, list[str](), lost

    def get(self, url: str) -> exchange.Answer:
        self.asked.append(url)
        if self.asked.count(url) == 1 and url.endswith(self.lost):
            return exchange.Answer(200, {}, b"{}", tries=2)
        if "marking-definition" in url:
            return exchange.Answer(200, {}, b"{}")
        number = sum("marking-definition" not in one for one in self.asked) - 1
        headers = {"x-taxii-date-added-last": f"2026-01-0{number + 1}T00:00:00.000000Z"}
        return exchange.Answer(200, headers, json.dumps(self.pages[number]).encode())

    def post(self, url: str, body: bytes) -> exchange.Answer:
        raise AssertionError(url)

    def delete(self, url: str) -> exchange.Answer:
        raise AssertionError(url)

    def wait(self) -> None:
        raise AssertionError


FOUND = exchange.Found("https://host/root/collections/c/", "C", True, False, 1000)


@pytest.mark.parametrize("case", PAGED.values(), ids=PAGED)
def test_a_walk_goes_on_by_what_the_server_tells(case: tuple[list[dict[str, object]], int, str]) -> None:
    pages, number, asked = case
    server = Told(pages)
    found = list(exchange.pages(server, FOUND))
    assert sum(one.number for one in found) == number
    assert asked in server.asked[-1]
    if found:
        assert found[-1].since == "2026-01-01T23:59:59.999999Z", "a later walk begins just before the last instant"


def test_a_page_that_was_asked_for_twice_is_not_trusted_to_a_token() -> None:
    server = Told([{**ONE, "next": "t"}, {}, TWO], lost="next=t")
    assert [one.number for one in exchange.pages(server, FOUND)] == [1, 1]
    assert "next=" not in server.asked[-1]
    assert "added_after=2025-12-31T23%3A59%3A59.999999Z" in server.asked[-1]


def test_a_server_that_goes_in_circles_is_left() -> None:
    for page in ({**ONE, "next": "t"}, ONE):
        with pytest.raises(Unavailable, match="again and again"):
            list(exchange.pages(Told([page] * 3), FOUND))
    with pytest.raises(Malformed, match="no page"):
        list(exchange.pages(Told([{"objects": 5}]), FOUND))


def test_a_server_that_tells_page_after_page_of_nothing_is_left() -> None:
    one = {"objects": [tool(1)], "more": False}
    nothing: list[Object] = [{"objects": [], "more": True, "next": str(number)} for number in range(500)]
    some = Told([*nothing[: exchange.EMPTY], one])
    assert [page.number for page in exchange.pages(some, FOUND)] == [1]
    with pytest.raises(Unavailable, match="again and again"):
        list(exchange.pages(Told(nothing), FOUND))


# Collections and data files


def test_a_collection_is_opened_and_a_data_file_taken_in(here: Path, capsys: Captured) -> None:
    words = ["taxii", "collection", "baltic", "--book", "b.comity", "--as", "EST", "--title", "Baltic"]
    assert main([*words, "--readers", "POL", "--tlp-binding", "AMBER=EST,POL"]) == 0
    assert "EST opened the collection baltic" in capsys.readouterr().out
    data = {"root1": {"information": {"title": "R"}, "collections": [
        {"id": NAME, "title": "C", "can_read": True, "can_write": False, "objects": [tool(1), {"type": "tool"}]},
    ]}}  # fmt: skip
    Path("d.json").write_text(json.dumps(data))
    Path("c.json").write_text(json.dumps({"users": {"mari": PASSWORD, "jaan": "short"}}))
    load = ["taxii", "load", "d.json", "--book", "b.comity", "--as", "EST", "--users", "c.json"]
    assert main([*load, "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["roots"], told["collections"], told["objects"], told["users"]) == (1, 1, 1, ["mari"])
    assert list(told["users_refused"]) == ["jaan"]
    assert len(told["failures"]) == 1
    assert main([*load, "--json"]) == 1
    again = json.loads(capsys.readouterr().out)
    assert (again["roots"], again["collections"]) == (0, 0), "a file may be loaded twice"
    book = open_book("b.comity")
    accounts = Accounts(Path("b.comity.accounts"), book.clock)
    assert accounts.check("EST", "mari", PASSWORD).name == "mari"
    accounts.close()
    book.close()
    assert PASSWORD.encode() not in Path("b.comity.accounts").read_bytes()


BAD = {
    "no party": ["taxii", "collection", "x", "--book", "b.comity", "--as", "XXX", "--title", "T"],
    "a page's address": [
        "taxii",
        "collection",
        "x",
        "--book",
        "b.comity",
        "--as",
        "EST",
        "--title",
        "T",
        "--root",
        "may",
    ],
    "no level": [
        "taxii",
        "collection",
        "x",
        "--book",
        "b.comity",
        "--as",
        "EST",
        "--title",
        "T",
        "--tlp-binding",
        "PINK=EST",
    ],
    "no file": ["taxii", "load", "none.json", "--book", "b.comity", "--as", "EST"],
    **{
        f"no address: {url}": ["taxii", "pull", url, "--collection", "c", "--book", "b.comity", "--as", "EST"]
        for url in ("http://[::1", "http://localhost:abc/", "x", "")
    },
    "no TLS": ["taxii", "pull", "http://h.example/", "--collection", "c", "--book", "b.comity", "--as", "EST"],
}


@pytest.mark.parametrize("words", BAD.values(), ids=BAD)
def test_what_is_wrong_is_said_and_nothing_is_done(here: Path, capsys: Captured, words: list[str]) -> None:
    before = Path("b.comity").read_bytes()
    assert main(words) in {1, 2}
    assert capsys.readouterr().err.startswith("comity: ")
    assert Path("b.comity").read_bytes() == before


UNADDRESSABLE = ["a/b", "a\\b", "a?b", "a#b", "a%2Fb", "..", ".", " a", "a\u202eb", "a\nb"]


@pytest.mark.parametrize("name", UNADDRESSABLE)
def test_what_cannot_stand_in_an_address_names_no_collection_and_no_root(
    here: Path, capsys: Captured, name: str
) -> None:
    before, told = Path("b.comity").read_bytes(), ["--title", "T", "--book", "b.comity", "--as", "EST"]
    assert main(["taxii", "collection", name, *told]) == 2
    assert "NAME: " in (said := capsys.readouterr().err)
    assert "cannot stand in an address; write letters" in said
    assert main(["taxii", "collection", "ports", "--root", name, *told]) == 2
    assert "root: " in capsys.readouterr().err
    Path("d.json").write_text(json.dumps({name: {"collections": [{"id": "c"}]}}))
    assert main(["taxii", "load", "d.json", "--book", "b.comity", "--as", "EST"]) == 2
    capsys.readouterr()
    assert Path("b.comity").read_bytes() == before


@pytest.mark.parametrize("name", ["ports", "Weekly ports 9", "порты", "a.b~c-d_e"])
def test_other_names_do(here: Path, name: str) -> None:
    assert main(["taxii", "collection", name, "--title", "T", "--book", "b.comity", "--as", "EST"]) == 0


def test_a_data_file_whose_root_is_a_page_is_refused_whole(here: Path, capsys: Captured) -> None:
    Path("d.json").write_text(json.dumps({"ours": {}, "ledger": {"collections": [{"id": "c"}]}}))
    before = Path("b.comity").read_bytes()
    assert main(["taxii", "load", "d.json", "--book", "b.comity", "--as", "EST"]) == 2
    assert "ledger is the address of a page" in capsys.readouterr().err
    assert Path("b.comity").read_bytes() == before


def test_a_server_that_leads_to_no_address_ends_in_no_traceback(scripted: str) -> None:
    Scripted.answers, Scripted.asked = [(302, {"location": "http://[::1"}, b"")], []
    with pytest.raises(Malformed, match="no address"):
        Remote(scripted).get(scripted)
    with pytest.raises(Malformed, match="no address"):
        exchange.find(Told([{"api_roots": ["http://[::1"]}]), "http://localhost/taxii2/", "baltic")


def test_a_server_that_names_its_collections_oddly_ends_in_no_traceback() -> None:
    server = Told([{"versions": ["x"]}, {"collections": [{"id": ["a"], "alias": {"b": 1}, "title": None}, "c"]}])
    with pytest.raises(Impossible, match="no collection baltic"):
        exchange.find(server, "http://localhost/root/", "baltic")


REFUSALS = {
    "who is not known": (401, {"title": "Who?"}, "the server answered 401: Who?; say who asks"),
    "who may not": (403, {}, "the server answered 403; ask its keeper to let you"),
    "what is not there": (404, {}, "the server answered 404; check the address and the collection"),
    "a failure": (500, {"description": "Down"}, "the server answered 500: Down; ask its keeper"),
}


@pytest.mark.parametrize(("status", "body", "told"), REFUSALS.values(), ids=REFUSALS)
def test_a_server_that_refuses_is_told_with_what_to_do(status: int, body: dict[str, str], told: str) -> None:
    with pytest.raises(ComityError) as refused:
        exchange.resource_of(exchange.Answer(status, {}, json.dumps(body).encode()), "https://h.example/taxii2/")
    assert told in str(refused.value)
