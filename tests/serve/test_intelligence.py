"""The pages of intelligence: found, read portion by portion, taken along, by what may be read."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from comity.casebook.misp_schemes import misp_schemes
from comity.cli.intel_import import misp_bindings
from comity.flow.intelligence_graph import MOST
from comity.flow.intelligence_import import How, plan
from comity.flow.intelligence_incoming import incoming
from comity.formats.misp_sharing import Bindings
from comity.instruments.intelligence.shelf import Shelf
from comity.serve.desk import Settings
from comity.serve.pages import LABEL
from comity.serve.routes.intelligence import LISTED
from tests.serve.desks import Standing, Stated, Visitor, book_of, desk_of
from tests.serve.held import ASIDE, GROUP, LET_GO, REPORT, SEEN, TOOL, USES, VERSION, portion

EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "examples"
RED = "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1"
LATER = "2026-06-01T00:00:00.000Z"


def visitor(party: str | None = "POL", *more: Stated) -> Visitor:
    return Visitor(desk_of(book_of([*SEEN, *more])), party)


def text(page: str) -> str:
    """A page without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", page))


def test_a_search_finds_what_may_be_read_and_counts_nothing_else() -> None:
    found = visitor().get("/intelligence?words=heron&format=json").json()
    assert ([one["id"] for one in found["objects"]], found["total"]) == ([GROUP, REPORT], 2)
    assert found["facets"]["type"] == {"intrusion-set": 1, "report": 1}
    assert visitor("KOR").get("/intelligence?words=heron&format=json").json()["total"] == 0
    assert visitor(None).get("/intelligence?format=json").json()["total"] == 0


def test_a_facet_narrows_the_search_and_widens_it_again() -> None:
    reader = visitor()
    page = reader.get("/intelligence").text
    (narrower,) = re.findall(r'<a href="(/intelligence\?[^"]*)">tool</a> 1', page)
    narrowed = reader.get(narrower.replace("&amp;", "&")).text
    assert "netscan" in narrowed
    assert "Port watch" not in narrowed
    assert 'aria-current="true">tool</a>' in narrowed
    assert ">TLP:AMBER (JPN)</a> 3" in page, "in the words of its policy"


def test_pages_follow_one_another_and_lose_nothing() -> None:
    many = [Stated("a", portion(f"malware--5e6b41a4-6a29-4e1d-8e62-66f4a3a4c{number:03}", "POL", "m", ["EST"],
                                name=f"m{number}", is_family=True), "POL") for number in range(60)]  # fmt: skip
    reader = visitor("POL", *many)
    seen, path = list[str](), "/intelligence?type=malware"
    while path:
        page = reader.get(path).text
        seen += re.findall(r'href="/intelligence/objects/(malware--[^"]*)"', page)
        more = re.search(r'href="(/intelligence\?[^"]*after=[^"]*)">More', page)
        path = more[1].replace("&amp;", "&") if more else ""
    assert (len(seen), len(set(seen))) == (60, 60)


def test_an_object_is_shown_portion_by_portion_with_what_it_is_joined_to() -> None:
    secret = Stated("se", portion(GROUP, "JPN", "close", ["POL"], part=True, goals=["to read tides", "to wait"]), "JPN")
    page = visitor("POL", secret).get(f"/intelligence/objects/{GROUP}").text
    assert "JPN: harbour → EST, POL" in page
    assert "JPN: close → POL" in page
    assert "<dd>to read tides, to wait</dd>" in page
    assert f'href="/intelligence/objects/{REPORT}"' in page, "what refers to it"
    assert "figure data-network" in page
    assert "uses" in text(page[page.index("The same as a table") :]), "a relationship is a line of the network"
    told = visitor("EST", secret).get(f"/intelligence/objects/{GROUP}").text
    assert "tides" not in told.replace("tide tables", "")
    assert "JPN: close" not in told


def test_what_is_partial_says_so_and_leaves_under_an_id_of_its_own() -> None:
    reader = visitor()
    left = reader.get(f"/intelligence/objects/{REPORT}?format=stix")
    bundle = left.json()
    report, *others = bundle["objects"]
    assert left.headers["content-type"].startswith("application/stix+json")
    assert report["id"] != REPORT, "it dropped a reference"
    assert {one["type"] for one in others} == {"intrusion-set", "tool"}
    assert ASIDE not in left.text
    assert set(report["object_refs"]) == {one["id"] for one in others}
    assert json.loads(left.headers[LABEL]) == {
        "audience": ["POL"], "label": ["JPN: harbour → EST, POL", "POL: tools → EST, JPN, KOR"]
    }  # fmt: skip


def test_versions_are_kept_beside_one_another() -> None:
    later = Stated("zz", portion(TOOL, "POL", "tools", ["JPN"], name="netscan 2", modified=LATER), "POL")
    reader = visitor("POL", later)
    page = reader.get(f"/intelligence/objects/{TOOL}").text
    assert "netscan 2" in page
    assert f'href="?version={VERSION}"'.replace(":", "%3A") in page
    assert "<h1>netscan</h1>" in reader.get(f"/intelligence/objects/{TOOL}?version={VERSION}").text


@pytest.mark.parametrize("name", [ASIDE, "none", f"malware--{'0' * 8}-0000-4000-8000-{'0' * 12}"])
def test_what_may_not_be_read_and_what_is_not_there_are_one(name: str) -> None:
    hidden = Stated("hi", portion(ASIDE, "JPN", "close", ["KOR"], name="Hidden", is_family=True), "JPN")
    answers = {visitor("POL", *more).get(f"/intelligence/objects/{name}").text for more in ((), (hidden,))}
    assert len(answers) == 1
    assert f"no object {name} is available" in answers.pop()


def test_who_opens_an_object_is_told_to_whoever_stated_it() -> None:
    reader = visitor()
    reader.get(f"/intelligence/objects/{LET_GO}")
    (fact,) = re.findall(r'"/ledger/([0-9a-f]{64})">the signed fact', reader.get(f"/intelligence/objects/{USES}").text)
    japan = Visitor(reader.desk, "JPN")
    assert "POL" in text(japan.get(f"/ledger/{fact}").text.split("<main")[1])


def test_a_report_leaves_as_an_event_of_misp_where_organisations_are_bound() -> None:
    reader = visitor("EST")
    sent = (EXAMPLES / "intrusion.misp.json").read_bytes()
    bound = misp_bindings(str(EXAMPLES / "misp-bindings.yaml"))
    plan(reader.desk.book, sent, How("EST", "misp", misp=bound)).commit()
    (report,) = (
        one["id"] for one in reader.get("/intelligence?type=report&originator=EST&format=json").json()["objects"]
    )
    refused = reader.get(f"/intelligence/objects/{report}?format=misp")
    assert (refused.status_code, "nobody bound" in refused.text) == (400, True)
    reader.desk.settings = Settings(misp=bound)
    assert "MISP, as it may leave" in reader.get(f"/intelligence/objects/{report}").text
    told = reader.get(f"/intelligence/objects/{report}?format=misp").json()
    before = json.loads(sent)
    assert told["response"] == [before if "Event" in before else {"Event": before}]
    assert told["audience"] == ["EST"]


def bound_for(party: str) -> Bindings:
    """An organisation of MISP's for a party, and the marking schemes."""
    return Bindings({"11111111-1111-4111-8111-111111111111": party}, schemes=misp_schemes())


def test_a_plain_report_goes_to_misp_from_its_page_and_comes_back_equal() -> None:
    reader = visitor()
    page = reader.get(f"/intelligence/objects/{REPORT}").text
    assert "MISP" not in page, "nobody bound anything"
    reader.desk.settings = Settings(misp=bound_for("POL"))
    page = reader.get(f"/intelligence/objects/{REPORT}?version={VERSION}").text
    (way,) = re.findall(r'href="([^"]*format=misp)"', page)
    answer = reader.get(f"/intelligence/objects/{REPORT}{way.replace('&amp;', '&')}")
    assert answer.status_code == 200
    left = reader.get(f"/intelligence/objects/{REPORT}?format=stix").json()["objects"]
    back = incoming(json.dumps(answer.json()["response"]).encode(), "MISP", bound_for("POL"))
    assert back.faults == ()
    assert {one["id"]: one for one in json.loads(back.data)} == {one["id"]: one for one in left}


def test_a_page_tells_why_a_report_does_not_go_to_misp_and_offers_no_way_there() -> None:
    marked: dict[str, Any] = {"granular_markings": [{"marking_ref": RED, "selectors": ["name"]}]}
    own = "report--2f6f4b0e-1c3f-4b0a-9b5e-0d6f5f6c7a01"
    more = Stated("mi", portion(own, "POL", "m", ["EST"], name="Ours", published=VERSION, object_refs=[TOOL], **marked))
    reader = visitor("POL", more)
    reader.desk.settings = Settings(misp=bound_for("POL"))
    page = reader.get(f"/intelligence/objects/{own}").text
    assert "format=misp" not in page
    assert f"<li>{own}: granular_markings: MISP would show what they withhold</li>" in page
    told = reader.get(f"/intelligence/objects/{own}?format=misp")
    assert (told.status_code, "This does not go to MISP" in told.text) == (409, True)
    french = reader.get(f"/intelligence/objects/{own}", **{"accept-language": "fr"}).text
    assert "MISP montrerait ce qu’ils retiennent" in french
    nobody = visitor("EST", more)
    nobody.desk.settings = Settings(misp=bound_for("POL"))
    assert "nor to EST" in nobody.get(f"/intelligence/objects/{own}").text


def test_whether_a_report_goes_to_misp_depends_on_nothing_hidden() -> None:
    hidden = Stated("hi", portion(REPORT, "JPN", "close", ["KOR"], part=True, confidence=3), "JPN")
    pages = set()
    for more in ((), (hidden,)):
        reader = visitor("POL", *more)
        reader.desk.settings = Settings(misp=bound_for("POL"))
        event = reader.get(f"/intelligence/objects/{REPORT}?format=misp")
        pages.add((reader.get(f"/intelligence/objects/{REPORT}").content, event.status_code, event.content))
    assert len(pages) == 1


def test_a_table_goes_out_under_its_label() -> None:
    told = visitor().get(f"/intelligence/objects/{REPORT}?format=csv").text.splitlines()
    assert told[0].strip('"').startswith("RELEASABLE TO POL; ")
    assert "JPN: harbour → EST, POL" in told[0]
    assert "TLP:AMBER" in told[2]


def test_what_everything_refers_to_fills_no_drawing() -> None:
    author = f"identity--{TOOL.partition('--')[2]}"
    many = [Stated("a", portion(author, "POL", "m", ["EST"], name="Staff", identity_class="group"), "POL")]
    many += [Stated("b", portion(f"malware--5e6b41a4-6a29-4e1d-8e62-66f4a3a4d{number:03}", "POL", "m", ["EST"],
                                 name=f"m{number}", is_family=True, created_by_ref=author), "POL")
             for number in range(LISTED + 10)]  # fmt: skip
    page = visitor("POL", *many).get(f"/intelligence/objects/{author}").text
    assert page.count("<circle") == MOST
    assert "Nearest first; more is joined to these." in page
    assert f"Referred to by ({LISTED + 10})" in page
    assert page.count('<li>malware: <a href="/intelligence/objects/malware--') == LISTED


PICTURES = {
    "an object's": f"/intelligence/objects/{REPORT}",
    "a warning problem's": "/intelligence/warning/tides",
}


@pytest.mark.parametrize("path", PICTURES.values(), ids=PICTURES)
def test_what_a_network_joins_is_had_as_a_table_and_for_programs(path: str) -> None:
    who = visitor()
    page = who.get(path).text
    shown = page.partition('aria-label="What is joined to what"')[2].partition("</table>")[0].count("<tr><td>")
    ways = dict(re.findall(r'href="(\?[^"]*of=network&amp;format=(?:csv|xlsx|json))">(\w+)</a>', page))
    assert sorted(ways.values()) == ["CSV", "JSON", "XLSX"]
    csv, xlsx, told = (who.get(f"{path}?of=network&format={form}") for form in ("csv", "xlsx", "json"))
    assert "RELEASABLE TO" in csv.text.splitlines()[0]
    assert csv.text.splitlines()[1] == "one,other,joined by"
    assert xlsx.content[:2] == b"PK"
    assert len(told.json()["joined"]) == len(csv.text.splitlines()) - 2 == shown > 0
    assert told.json()["label"]
    assert who.get(f"{path}?of=network&format=pdf").status_code == 400


def test_the_warning_board_says_its_instant_and_deadlines_as_the_visitor_reads_dates() -> None:
    who = visitor()
    clock = who.desk.book.clock
    assert isinstance(clock, Standing)
    clock.now += 123_456
    for path in ("/intelligence/warning", "/intelligence/warning/tides", "/intelligence/requests"):
        page = who.get(path).text
        assert not re.search(r"T\d\d:\d\d:\d\d\.\d{6}Z", page.partition("<main")[2]), path
        assert "<time datetime=" in page
    assert not re.search(r"\.\d{6}Z", who.get("/api/intelligence/warning/tides").text)


def test_the_planner_names_what_stands_in_the_way_and_says_how_our_own_consent_is_given() -> None:
    who = Visitor(visitor().desk, "JPN")
    page = who.get(f"/intelligence/release?things={GROUP}&to=KOR").text
    name = Shelf.of(who.desk.book.view("JPN")).get(GROUP).name
    assert f'<a href="/intelligence/objects/{GROUP}">{name}</a>' in page
    assert "Our own consent is among them" in page
