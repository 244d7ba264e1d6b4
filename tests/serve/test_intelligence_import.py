"""Bringing a file in on a page: shown row by row first, signed whole or not at all."""

from __future__ import annotations

import gzip
import json
import re
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from httpx import Response

from comity.flow import books
from comity.formats import packed
from comity.instruments.intelligence.shelf import Shelf
from comity.serve import pending
from comity.serve.roles import Role
from comity.serve.routes import intelligence_import, signing
from comity.serve.routes.signing import MOST
from tests.serve.desks import OURS, Visitor, book_of, desk_of
from tests.serve.held import GROUP, SEEN
from tests.serve.staff import appoint, at, office

EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "examples"
WATCH = (EXAMPLES / "port-watch.json").read_bytes()


def visitor(party: str = "EST") -> Visitor:
    return Visitor(desk_of(book_of(SEEN)), party)


def begun(who: Visitor, data: bytes, name: str = "watch.json", /, *, misp: bytes | None = None,
          rules: bytes | None = None, **fields: str) -> Response:  # fmt: skip
    """A file sent to be looked at; the way to the work that looks it through."""
    beside = {key: (f"{key}.yaml", one, "x/y") for key, one in (("misp", misp), ("rules", rules)) if one is not None}
    files = {"file": (name, data, "application/json"), **beside}
    return who.client.post("/intelligence/import", files=files, data=fields, headers=OURS, follow_redirects=False)


def brought(who: Visitor, data: bytes, name: str = "watch.json", /, **how: Any) -> Response:
    """A file sent to be looked at, and what came of it."""
    answer = begun(who, data, name, **how)
    return ended(who, answer.headers["location"]) if answer.status_code == 303 else answer


def ended(who: Visitor, where: str) -> Response:
    """What came of a work, when it is done."""
    until = time.monotonic() + 60
    while (answer := who.client.get(where)).headers.get("refresh"):
        assert time.monotonic() < until, answer.text
        time.sleep(0.01)
    return answer


def to_sign(shown: Response) -> str:
    """Where what was looked at waits for its signature."""
    assert shown.status_code == 200, shown.text
    return shown.text.split('<a class="button" href="')[1].split('"')[0]


def malware(number: int) -> dict[str, object]:
    name = f"malware--5e6b41a4-6a29-4e1d-8e62-66f4a3a4{number:04}"
    born = "2026-01-01T00:00:00.000Z"
    return {"type": "malware", "spec_version": "2.1", "id": name, "created": born, "modified": born,
            "name": f"m{number}", "is_family": True}  # fmt: skip


def test_nothing_is_added_before_it_is_signed_and_then_all_of_it() -> None:
    who = visitor()
    shown = brought(who, WATCH, to="POL", clause="harbour")
    assert shown.text.count("EST: harbour → POL") == 3
    assert Shelf.of(who.desk.book.view("POL")).search("heron").total == 2, "what was there before"
    where = to_sign(shown)
    assert who.get(where).status_code == 200
    assert who.post(where).headers["location"] == "/intelligence"
    assert Shelf.of(who.desk.book.view("POL")).search("heron").total == 4
    assert "There is nothing new in it." in brought(who, WATCH, to="POL", clause="harbour").text


def test_with_a_bad_row_nothing_is_drafted_and_each_is_told_with_its_place() -> None:
    who = visitor()
    broken = json.loads(WATCH)
    del broken[1]["name"]
    broken[2]["published"] = "yesterday"
    shown = brought(who, json.dumps(broken).encode())
    assert shown.status_code == 200
    assert "/sign/" not in shown.text
    assert "would be added: 0 · here already: 0 · bad: 2" in text(shown)
    for words in ("published", "intrusion-set--0c1e6f5b", "Nothing was added."):
        assert words in shown.text
    skipped = brought(who, json.dumps(broken).encode(), skip="yes")
    who.post(to_sign(skipped))
    assert Shelf.of(who.desk.book.view("EST")).search("netscan").total == 2


def test_a_stricter_label_for_what_is_here_already_is_told() -> None:
    who, data = visitor(), json.dumps([malware(1)]).encode()
    who.post(to_sign(brought(who, data, to="POL,KOR", clause="weekly")))
    assert "stricter was asked for" not in brought(who, data, to="POL,KOR", clause="weekly").text
    shown = brought(who, data, to="POL", clause="weekly")
    assert "that stands as it did: 1" in text(shown)
    assert "stricter was asked for:" in shown.text
    (row,) = who.get(f"{shown.url.path}?format=json").json()["rows"]
    assert "KOR" in row["readable by"]
    assert "KOR" not in row["what is wrong"]


def test_a_later_version_under_a_stricter_label_is_told() -> None:
    who, first = visitor(), malware(1)
    who.post(to_sign(brought(who, json.dumps([first]).encode(), to="POL,KOR", clause="weekly")))
    later = json.dumps([{**first, "modified": "2027-01-01T00:00:00Z"}]).encode()
    assert "what came before" not in brought(who, later, to="POL,KOR", clause="daily").text
    shown = brought(who, later, to="POL", clause="daily")
    assert "what came before of it stands under a wider label: EST: weekly \u2192 KOR, POL" in text(shown)
    assert "/sign/" in shown.text
    (row,) = who.get(f"{shown.url.path}?format=json").json()["rows"]
    assert row["what is wrong"].startswith("what came before of it stands under a wider label: EST: weekly")


def test_what_names_it_openly_here_is_told_and_to_whom() -> None:
    who = visitor()
    tells, close = {**malware(2), "description": "Made like Glass Pike."}, {**malware(1), "name": "Glass Pike"}
    who.post(to_sign(brought(who, json.dumps([tells]).encode(), to="POL,KOR", clause="weekly")))
    shown = brought(who, json.dumps([close]).encode(), to="POL", clause="close")
    assert "What is here and names what is new" in shown.text
    (told,) = who.get(f"{shown.url.path}?format=json").json()["named_openly"]
    assert told == {"id": malware(1)["id"], "by": malware(2)["id"], "readers": ["KOR"]}


def test_what_is_wrong_with_a_row_is_told_in_french() -> None:
    who = visitor()
    where = brought(who, json.dumps([{**malware(1), "is_family": "perhaps"}, {"type": "malware"}]).encode()).url.path
    page = who.get(where, **{"accept-language": "fr"}).text
    for french in ("n’est ni", "tout objet malware en a besoin", "manque"):
        assert french in page


def test_what_would_come_to_something_else_by_now_is_not_signed() -> None:
    who = visitor()
    first, second = to_sign(brought(who, WATCH)), to_sign(brought(who, WATCH))
    assert who.post(first).status_code == 303
    size = who.desk.book.store.head().size
    refused = who.post(second)
    assert (refused.status_code, "something arrived since it was drafted" in refused.text) == (503, True)
    assert who.desk.book.store.head().size == size


def test_a_file_that_is_too_large_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intelligence_import, "SENT", 1_000)
    told = brought(visitor(), b" " * 1_001)
    assert (told.status_code, "more than 1,000 bytes" in told.text) == (400, True)
    over = brought(visitor(), b" " * 28_000_000)
    assert (over.status_code, "bring it in by `comity intel import`" in over.text) == (413, True)
    assert 'href="/intelligence/import">Another try' in over.text


UNREADABLE = {
    "cut off": (
        b'{"type": "bundle", "objects": [{',
        "ces octets ne sont pas du JSON\u00a0: les données s’arrêtent trop tôt",
    ),
    "empty": (b" ", "il n’y a rien dedans"),
    "a picture": (b"\x89PNG", "ces octets ne sont pas un objet JSON"),
}


@pytest.mark.parametrize(("data", "french"), UNREADABLE.values(), ids=UNREADABLE)
def test_what_is_no_file_of_intelligence_is_told_with_a_way_back(data: bytes, french: str) -> None:
    who = visitor()
    told = who.get(begun(who, data).headers["location"], **{"accept-language": "fr"})
    assert told.status_code == 400
    assert french in told.text
    assert "vérifiez que le fichier est arrivé entier, et d’où il vient" in told.text
    assert 'href="/intelligence/import">Nouvel essai' in told.text


def test_a_page_of_intelligence_that_is_not_available_leads_to_the_search() -> None:
    told = visitor().get("/intelligence/objects/malware--x")
    assert (told.status_code, '<a href="/intelligence">Intelligence</a> · <a href="/">' in told.text) == (404, True)


def test_too_many_objects_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intelligence_import, "OBJECTS", 10)
    told = brought(visitor(), json.dumps([malware(number) for number in range(11)]).encode())
    assert (told.status_code, "11 objects" in told.text) == (400, True)


def test_what_a_draft_cannot_hold_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intelligence_import, "ROOM", 2_000)
    told = brought(visitor(), WATCH)
    assert (told.status_code, "and a page keeps 1,000" in told.text) == (400, True)


def test_a_packed_file_comes_in_and_a_small_one_that_unpacks_to_anything_does_not() -> None:
    assert "would be added: 3" in text(brought(visitor(), gzip.compress(WATCH), "watch.json.gz", to="POL"))
    bomb = gzip.compress(b" " * (intelligence_import.BYTES + 1))
    assert len(bomb) < 50_000
    told = brought(visitor(), bomb)
    assert (told.status_code, f"unpacks to more than {intelligence_import.BYTES:,} bytes" in told.text) == (400, True)
    half = brought(visitor(), gzip.compress(WATCH)[:-9])
    assert (half.status_code, "it ends too early" in half.text) == (400, True)


def test_rules_hold_back_what_they_name() -> None:
    rules = b"rules:\n  - objects: {types: [report]}\n    to: []\n    clause: held\n"
    shown = brought(visitor(), WATCH, rules=rules, to="POL", clause="harbour")
    assert "EST: held" in shown.text
    assert shown.text.count("EST: harbour → POL") > 1
    assert "hold nothing back" not in shown.text
    slip = brought(visitor(), WATCH, rules=rules.replace(b"report", b"raport"))
    assert "Rules that are about none of its objects, and so hold nothing back: rules[0]" in text(slip)
    stranger = brought(visitor(), WATCH, rules=rules.replace(b"[]", b"[ZZZ]"))
    assert (stranger.status_code, "rules[0].to" in stranger.text) == (400, True)
    stranger = brought(visitor(), WATCH, to="ZZZ")
    assert (stranger.status_code, "ZZZ" in stranger.text) == (400, True)
    wrong = brought(visitor(), WATCH, rules=b"rules: []")
    assert (wrong.status_code, "is no list of rules" in wrong.text) == (400, True)
    many = brought(visitor(), WATCH, rules=b"#" * (intelligence_import.BESIDE + 1))
    assert (many.status_code, "more than 1,000,000 bytes" in many.text) == (400, True)


def test_an_object_with_two_faults_is_one_bad_object() -> None:
    bad = malware(1)
    del bad["is_family"], bad["modified"]
    assert "here already: 0 · bad: 1" in text(brought(visitor(), json.dumps([malware(0), bad]).encode()))


def test_a_level_that_is_bound_to_nobody_is_told_in_words_of_the_form() -> None:
    green = malware(1) | {"object_marking_refs": ["marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb"]}
    who = visitor()
    shown = brought(who, json.dumps([green]).encode())
    assert "say whom it lets read: GREEN=PARTY,..." in text(shown)
    assert "--tlp-binding" not in shown.text
    in_french = who.get(shown.url.path, **{"accept-language": "fr"})
    assert "dites qui il laisse lire\u00a0: GREEN=PARTIE,..." in in_french.text
    assert "would be added: 1" in text(brought(who, json.dumps([green]).encode(), tlp="GREEN=POL"))


def text(answer: Response) -> str:
    """A page without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", answer.text))


def test_many_rows_are_shown_part_by_part_by_what_becomes_of_them_and_kept_as_a_table() -> None:
    who, born = visitor(), [malware(number) for number in range(240)]
    who.post(to_sign(brought(who, json.dumps(born[:30]).encode())))
    for one in born[200:]:
        del one["name"], one["is_family"]
    shown = brought(who, json.dumps(born).encode(), skip="yes")
    where = shown.url.path
    assert "would be added: 170 · here already: 30 · bad: 40" in text(shown)
    assert shown.text.count('<tr class="unknown">') == 40, "what is bad comes first"
    assert shown.text.count("<tr>") - shown.text.count("<thead><tr>") == 60
    seen = [row for begins in (0, 100, 200) for row in rows(who.get(f"{where}?from={begins}"))]
    assert (len(seen), len(set(seen))) == (240, 240)
    assert len(rows(who.get(f"{where}?only=known"))) == 30
    assert len(rows(who.get(f"{where}?only=bad&from=9999"))) == 40, "beyond the end is the last part"
    assert 'href="' + where + '?from=100"' in shown.text
    lines = who.get(f"{where}?format=csv").text.splitlines()
    assert (len(lines), lines[0].strip('"').startswith("RELEASABLE TO EST")) == (242, True)
    told = who.get(f"{where}?format=json").json()
    assert [sum(one["becomes"] == fate for one in told["rows"]) for fate in ("bad", "new", "known")] == [40, 170, 30]
    assert who.get(f"{where}?format=xlsx").content.startswith(b"PK")


def rows(page: Response) -> list[str]:
    """The numbers of the rows on a page."""
    return re.findall(r'<th scope="row">(\d+)</th>', page.text)


def test_what_was_looked_through_is_its_authors_alone() -> None:
    desk = office(SEEN)
    mari, jaan = (appoint(desk, name, "EST", [Role.DRAFTER]) for name in ("mari", "jaan"))
    shown = brought(at(desk, mari), WATCH)
    name = shown.url.path.rpartition("/")[2]
    for who in (at(desk, jaan), Visitor(desk, "POL"), Visitor(desk, None)):
        for path in (f"/intelligence/import/{name}", f"/progress/{name}"):
            told, nothing = who.get(path), who.get(path.replace(name, "none"))
            assert (told.status_code, told.text.replace(name, "none")) == (404, nothing.text)
        assert who.post(f"/progress/{name}").status_code in {403, 404}


@pytest.fixture
def filed(tmp_path: Path) -> Iterator[Visitor]:
    """A visitor of a book in a file, so that works go on beside the pages."""
    with closing(books.open(tmp_path / "nation.comity", create=True)) as book:
        book.introduce("EST")
        yield Visitor(desk_of(book), "EST")


def test_a_file_is_looked_through_beside_the_pages_and_signed_beside_them(
    filed: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signing, "AT_ONCE", 1_000)
    where = begun(filed, json.dumps([malware(number) for number in range(500)]).encode()).headers["location"]
    shown = ended(filed, where)
    assert "would be added: 500" in text(shown)
    assert filed.desk.book.store.head().size == 1, "its key alone"
    answer = filed.post(to_sign(shown))
    assert answer.headers["location"].startswith("/progress/")
    assert ended(filed, answer.headers["location"]).url.path == "/intelligence"
    assert len(Shelf.of(filed.desk.book.view("EST")).ids()) == 500
    assert filed.get(to_sign(shown)).status_code == 404, "it waits no more"
    assert "There is nothing new in it." in brought(filed, json.dumps([malware(3)]).encode()).text


def test_what_stands_in_the_way_of_a_work_is_told_as_if_it_was_met_at_once(
    filed: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = brought(filed, b"{")
    assert (told.status_code, "watch.json" in told.text) == (400, True)
    monkeypatch.setattr(signing, "AT_ONCE", 1_000)
    first, second = (to_sign(brought(filed, WATCH)) for _ in range(2))
    ended(filed, filed.post(first).headers["location"])
    size = filed.desk.book.store.head().size
    refused = ended(filed, filed.post(second).headers["location"])
    assert (refused.status_code, "something arrived since it was drafted" in refused.text) == (503, True)
    assert filed.desk.book.store.head().size == size


def test_a_work_is_stopped_and_leaves_nothing(filed: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    held, real = threading.Event(), packed.unpacked

    def waiting(*given: Any) -> bytes:
        held.wait(60)
        return real(*given)

    monkeypatch.setattr(intelligence_import, "unpacked", waiting)
    many = json.dumps([malware(number) for number in range(2_100)]).encode()
    names = [begun(filed, many).headers["location"] for _ in range(3)]
    assert "reads" in (page := filed.get(names[0])).text
    assert page.headers["refresh"]
    assert "Stop it" in page.text
    assert filed.get("/intelligence").status_code == 200, "everybody else is answered meanwhile"
    more = begun(filed, many)
    assert (more.status_code, "3 works of your nation are not done yet" in more.text) == (403, True)
    for name in names:
        assert filed.post(name).headers["location"] == name
    held.set()
    for name in names:
        assert "It was stopped. Nothing of it is in the book." in ended(filed, name).text
    assert filed.desk.book.store.head().size == 1


def test_many_facts_are_shown_part_by_part_before_they_are_signed() -> None:
    who = visitor()
    where = to_sign(brought(who, json.dumps([malware(number) for number in range(MOST + 5)]).encode()))
    first, second = who.get(where).text, who.get(f"{where}?from={MOST}").text
    assert (first.count('<section class="signed">'), second.count('<section class="signed">')) == (MOST, 6), (
        "the clause's title too"
    )
    assert f'href="{where}?from={MOST}"' in first


def test_misp_comes_in_where_somebody_says_who_its_organisations_are() -> None:
    who, event = visitor(), (EXAMPLES / "intrusion.misp.json").read_bytes()
    refused = brought(who, event)
    assert (refused.status_code, "nobody said who its organisations" in refused.text) == (403, True)
    strange = begun(who, event, misp=b"communities: {'1': [NOPE@dynamic]}")
    assert (strange.status_code, "no group that is known here" in strange.text) == (400, True)
    shown = brought(who, event, misp=(EXAMPLES / "misp-bindings.yaml").read_bytes())
    assert who.post(to_sign(shown)).status_code == 303
    assert len(Shelf.of(who.desk.book.view("EST")).ids(types=["report"])) == 2


def test_a_drafter_brings_in_and_a_release_authority_signs() -> None:
    desk = office(SEEN)
    mari, jaan = appoint(desk, "mari", "EST", [Role.DRAFTER]), appoint(desk, "jaan", "EST", [Role.RELEASE_AUTHORITY])
    drafter, signer = at(desk, mari), at(desk, jaan)
    where = to_sign(brought(drafter, WATCH))
    assert drafter.post(where).status_code == 403
    drafter.post(f"{where}/hand")
    assert "brings 3 objects of intelligence in" in signer.get("/inbox").text
    assert signer.post(where).status_code == 303
    assert GROUP in Shelf.of(desk.book.view("EST"))
    assert Shelf.of(desk.book.view("EST")).search("Port watch").total == 2


def test_what_waits_for_a_signature_has_its_bounds_in_bytes_and_the_oldest_goes_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    who = visitor()
    monkeypatch.setattr(pending, "ROOM", 3_000)
    first, second = to_sign(brought(who, WATCH)), to_sign(brought(who, WATCH))
    assert (who.get(first).status_code, who.get(second).status_code) == (404, 200)


def test_what_nobody_signed_is_gone_when_the_server_is_started_anew_and_the_pages_say_so() -> None:
    who = visitor()
    shown = begun(who, WATCH)
    preview = ended(who, shown.headers["location"]).request.url.path
    page = who.get(preview).text
    sign = to_sign(who.get(preview))
    assert "or until the server is started anew; after that, bring the file in again" in page
    assert "or until the server is started anew; after that it is gone" in who.get(sign).text
    anew = Visitor(desk_of(who.desk.book), "EST")
    for path, step in ((preview, "bring the file in again"), (sign, "start again from the page you came from")):
        lost = anew.get(path)
        assert lost.status_code == 404
        assert f"{step}; what nobody had signed is gone once the server is started anew" in lost.text
        assert lost.text == Visitor(who.desk, "EST").get(path.replace(path.rsplit("/")[-1], "none")).text.replace(
            "/none", path[path.rfind("/") :]
        ), "and so says one that never was"
