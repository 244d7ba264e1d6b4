"""Reports with grades, requests for information and answers, said on pages and over HTTP as on the command line."""

from __future__ import annotations

import re

import pytest
from httpx import Response

from comity.instruments.intelligence.reported import Reply, Report, Request
from comity.instruments.intelligence.reported_gathered import gather
from comity.values.instant import instant
from tests.serve.desks import OURS, Standing, Stated, Visitor, book_of, desk_of
from tests.serve.held import GROUP, REPORT, SEEN

LATE = "2026-12-20T12:00"


def visitor(party: str = "POL") -> Visitor:
    return Visitor(desk_of(book_of(SEEN)), party)


def reports(who: Visitor) -> dict[str, Report]:
    """What the visitor's nation may read of reports, by title."""
    view = who.desk.book.view(who.party or "")
    return {one.title: one for one in gather(view).of(Report)}


def asked(who: Visitor, party: str) -> list[Request]:
    return [one for one in gather(who.desk.book.view(party)).of(Request) if one.stamp.by == "POL"]


def test_a_report_is_stated_with_its_grades_on_a_page() -> None:
    who = visitor()
    page = who.get(f"/intelligence/report?thing={REPORT}").text
    assert f'value="{REPORT}"' in page
    assert "tides/reading" in page
    fields = {"title": "Lamps by night", "says": "Seen\r\ntwice.", "grade": "b3", "source": "S2", "thing": REPORT,
              "observed": "2026-11", "about": "ports\r\n\r\ntides", "to": "jpn",
              "shows": "tides/reading=activity"}  # fmt: skip
    assert who.sign(who.post("/intelligence/report", fields)).status_code == 303
    made = reports(who)["Lamps by night"]
    assert (str(made.grade), made.says, made.about, made.thing) == ("B3", "Seen\ntwice.", ("ports", "tides"), REPORT)
    assert [one.indicator for one in made.bears_on] == ["reading"]
    assert "Lamps by night" in reports(Visitor(who.desk, "JPN"))
    assert "Lamps by night" not in reports(Visitor(who.desk, "EST"))
    assert "Lamps by night" in who.get(f"/intelligence/objects/{REPORT}").text


def test_graded_reports_stand_in_a_table_and_one_lands_there_after_signing() -> None:
    who = visitor()
    signed = who.sign(who.post("/intelligence/report", {"title": "Of no problem", "says": "Lights.", "grade": "C3"}))
    where = signed.headers["location"]
    assert where == "/intelligence/report"
    rows = re.findall(r"<tr><th scope=\"row\">(.*?)<br>", who.get(where).text)
    assert rows[0] == "Of no problem", "the latest stands first"
    assert {"Logins by night", "Logins at dawn"} <= set(rows)
    told = who.get(f"{where}?format=json").json()
    assert [one["title"] for one in told["reports"]] == rows
    assert (told["audience"], told["reports"][0]["reliability"]) == (["POL"], "C")
    sheet = who.get(f"{where}?format=csv").text.splitlines()
    assert "REL" in sheet[0].upper()
    assert (sheet[1].split(",")[:2], sheet[2].split(",")[:2]) == (["title", "grade"], ["Of no problem", "C3"])
    assert who.get(f"{where}?format=xlsx").content[:2] == b"PK"
    assert who.get(f"{where}?format=pdf").status_code == 400
    others = Visitor(who.desk, "EST").get(where).text
    assert "Of no problem" not in others
    assert "Logins" not in others


def test_reports_are_shown_the_latest_first_a_page_at_a_time() -> None:
    many = [Stated(f"m{n}", {"intelligence-report": {"title": f"Lamp {n}", "says": "x"}}, "POL") for n in range(60)]
    who = Visitor(desk_of(book_of([*SEEN, *many])), "POL")
    assert who.get("/intelligence/report").text.count('<th scope="row">') == 50
    (more,) = re.findall(r'href="(\?after=[0-9a-f]{64})"', who.get("/intelligence/report").text)
    rest = who.get(f"/intelligence/report{more}").text
    assert rest.count('<th scope="row">') == 12
    assert "from the beginning" in rest
    assert 'href="?after=' not in rest
    assert len(who.get("/intelligence/report?format=json").json()["reports"]) == 62


NARROWED = {
    "about a topic": ("about=ports", ["Lamps"]),
    "of a thing": ("thing=malware--1", ["Flags", "Lamps"]),
    "stated by a party": ("by=POL", ["Flags", "Lamps"]),
    "of a thing and about a topic": ("thing=malware--1&about=ports", ["Lamps"]),
    "by nobody": ("by=EST", []),
}


@pytest.mark.parametrize(("query", "titles"), NARROWED.values(), ids=NARROWED)
def test_the_list_of_reports_is_narrowed_alike_on_the_page_and_for_programs(query: str, titles: list[str]) -> None:
    given = {"says": "x", "thing": "malware--1"}
    both = [
        Stated("lamps", {"intelligence-report": {"title": "Lamps", "about": ["ports"], **given}}, "POL"),
        Stated("flags", {"intelligence-report": {"title": "Flags", **given}}, "POL"),
    ]
    who = Visitor(desk_of(book_of(both)), "POL")
    page = who.get(f"/intelligence/report?{query}").text
    assert re.findall(r'<th scope="row">(\w+)<br>', page) == titles
    for path in ("/intelligence/report?format=json&", "/api/intelligence/reports?"):
        told = who.get(f"{path}{query}").json()
        assert [one["title"] for one in told["reports"]] == titles
        assert (told["total"], told["after"]) == (len(titles), None)
    sheet = who.get(f"/intelligence/report?format=csv&{query}").text.splitlines()
    assert [line.split(",")[0] for line in sheet[2:]] == titles


def test_programs_read_the_graded_reports_in_parts_that_lose_nothing() -> None:
    many = [Stated(f"m{n}", {"intelligence-report": {"title": f"Lamp {n}", "says": "x"}}, "POL") for n in range(7)]
    who, path = Visitor(desk_of(book_of(many)), "POL"), "/api/intelligence/reports"
    found, after, parts = list[str](), "", 0
    while parts == 0 or after:
        told = who.get(f"{path}?limit=3{after and '&after='}{after}").json()
        found += [one["title"] for one in told["reports"]]
        after, parts = told["after"], parts + 1
        assert (told["total"], told["audience"], len(told["label"])) == (7, ["POL"], 1)
    assert (found, parts) == ([f"Lamp {n}" for n in reversed(range(7))], 3)
    tag = who.get(path).headers["etag"]
    assert who.get(path, **{"if-none-match": tag}).status_code == 304
    assert Visitor(who.desk, "EST").get(path).json()["reports"] == []
    hidden, absent = (
        Visitor(who.desk, "EST").get(f"{path}?after={one}") for one in (told["reports"][0]["id"], "0" * 64)
    )
    assert (hidden.status_code, absent.status_code) == (400, 400)
    assert hidden.json()["next_step"] == absent.json()["next_step"] == "start from the first page"


def test_a_report_rests_on_others_by_their_first_digits_and_tells_of_an_incident() -> None:
    who = visitor()
    first = reports(who)["Logins by night"].stamp.id
    incident = "name: outage\nkind: cyber\nvictim: POL\non: 2026-11-20\n"
    fields = {"title": "Again", "says": "x", "rests_on": first[:8], "incident": incident}
    assert who.sign(who.post("/intelligence/report", fields)).status_code == 303
    made = reports(who)["Again"]
    assert (made.depends_on, (made.incident or {})["name"]) == ((first,), "outage")


BAD: dict[str, tuple[dict[str, str], str]] = {
    "no title": ({"says": "x"}, "title"),
    "a grade of three": ({"title": "x", "says": "x", "grade": "B22"}, "grade"),
    "a letter that is none": ({"title": "x", "says": "x", "grade": "G1"}, "reliability"),
    "a party that is none": ({"title": "x", "says": "x", "to": "XX"}, "to"),
    "what it shows in other words": ({"title": "x", "says": "x", "shows": "tides"}, "shows"),
    "an incident that is none": ({"title": "x", "says": "x", "incident": "- a"}, "incident"),
}


@pytest.mark.parametrize(("fields", "field"), BAD.values(), ids=BAD)
def test_what_cannot_be_read_is_told_by_its_field_on_page_and_over_http(fields: dict[str, str], field: str) -> None:
    who = visitor()
    told = who.post("/intelligence/report", fields)
    assert (told.status_code, field in told.text) == (400, True)
    assert "Lamps" not in reports(who)


def program(who: Visitor, path: str, body: object) -> Response:
    return who.client.post(path, json=body, headers=OURS)


def test_a_program_states_a_report_or_drafts_it() -> None:
    who = visitor()
    body = {"title": "Over HTTP", "says": "x", "grade": "A1", "to": ["JPN"]}
    drafted = program(who, "/api/intelligence/reports?draft=true", body)
    assert drafted.status_code == 201
    assert "Over HTTP" not in reports(who)
    assert who.get(drafted.json()["sign"]).status_code == 200
    stated = program(who, "/api/intelligence/reports", body)
    assert (stated.status_code, stated.json()["facts"][0]["kind"]) == (201, "intelligence-report")
    assert str(reports(who)["Over HTTP"].grade) == "A1"
    for wrong, field in (({**body, "grade": "Z"}, "grade"), ({**body, "more": 1}, "more"), ({"title": "x"}, "says")):
        told = program(who, "/api/intelligence/reports", wrong)
        assert (told.status_code, told.json().get("field")) == (400, field), told.text


def test_a_request_is_asked_answered_and_passed_on() -> None:
    who = visitor()
    page = who.get(f"/intelligence/requests?thing={GROUP}").text
    assert 'value="JPN"' in page, "who has reported on it might know"
    fields = {"do": "ask", "asks": "Who pays?", "to": "JPN, EST", "answer_by": LATE, "thing": GROUP, "apart": "true"}
    assert who.sign(who.post("/intelligence/requests", fields)).status_code == 303
    assert [one.to for one in asked(who, "EST")] == [("EST",)], "apart: none learns who else is asked"
    (ours,) = asked(who, "JPN")
    japan = Visitor(who.desk, "JPN")
    there = japan.get("/intelligence/requests").text
    assert f'name="of" value="{ours.stamp.id}"' in there
    passed = {"do": "pass-on", "passes_on": ours.stamp.id, "asks": "Do you know?", "to": "KOR", "answer_by": LATE}
    assert japan.sign(japan.post("/intelligence/requests", passed)).status_code == 303
    answer = {"do": "answer", "of": ours.stamp.id, "answer": "nothing held", "says": "Sorry."}
    assert japan.sign(japan.post("/intelligence/requests", answer)).status_code == 303
    (reply,) = (one for one in gather(who.desk.book.view("POL")).of(Reply) if one.of == ours.stamp.id)
    assert (reply.answer.value, reply.says) == ("nothing held", "Sorry.")
    assert "Answer once more" in japan.get("/intelligence/requests").text
    korea = Visitor(who.desk, "KOR")
    assert "Answer once more" not in korea.get("/intelligence/requests").text
    assert "Do you know?" in korea.get("/intelligence/requests").text
    assert "Who pays?" not in korea.get("/intelligence/requests").text


REFUSED: dict[str, tuple[dict[str, str], int, str]] = {
    "no act": ({"asks": "x"}, 400, "is no act"),
    "nobody asked": ({"do": "ask", "asks": "x", "answer_by": LATE}, 400, "to"),
    "a deadline that passed": ({"do": "ask", "asks": "x", "to": "JPN", "answer_by": "2020-01-01T00:00"}, 400, "passed"),
    "a deadline that is none": ({"do": "ask", "asks": "x", "to": "JPN", "answer_by": "soon"}, 400, "answer_by"),
    "what one was not asked": ({"do": "answer", "of": "none", "answer": "answered"}, 404, "none"),
    "an answer that is none": ({"do": "answer", "of": "none", "answer": "perhaps"}, 400, "answer"),
    "nothing passed on": ({"do": "pass-on", "asks": "x", "to": "JPN", "answer_by": LATE}, 400, "passes_on"),
}


@pytest.mark.parametrize(("fields", "status", "told"), REFUSED.values(), ids=REFUSED)
def test_what_is_asked_wrongly_is_told(fields: dict[str, str], status: int, told: str) -> None:
    answer = visitor("EST").post("/intelligence/requests", fields)
    assert (answer.status_code, told in answer.text) == (status, True)


def test_a_request_is_signed_before_its_deadline_or_not_at_all() -> None:
    who = visitor()
    fields = {"do": "ask", "asks": "Soon?", "to": "JPN", "answer_by": "2026-11-26T12:01"}
    drafted = who.post("/intelligence/requests", fields)
    who.wait()
    who.wait()
    refused = who.post(drafted.headers["location"])
    assert (refused.status_code, "the deadline has passed" in refused.text) == (403, True)


def test_what_we_are_asked_waits_in_the_inbox_until_we_have_answered() -> None:
    who = visitor()
    page = who.get("/inbox").text
    (asked_of_us,) = re.findall(r'href="/intelligence/requests#([0-9a-f]{64})"', page)
    assert f'<article id="{asked_of_us}"' in who.get("/intelligence/requests").text
    assert "Who reads tables?" in page
    assert '<time datetime="2026-12-01T12:00Z">' in page
    assert "overdue" not in page
    for path in ("/inbox?format=json", "/api/inbox"):
        told = who.get(path).json()
        (one,) = told["requests"]
        assert (one["id"], one["by"], one["answer_by"]) == (asked_of_us, "JPN", "2026-12-01T12:00Z")
        assert (one["overdue"], told["audience"]) == (False, ["POL"])
        assert Visitor(who.desk, "JPN").get(path).json()["requests"] == [], "what we ask does not wait for us"
    answer = {"do": "answer", "of": asked_of_us, "answer": "nothing held"}
    assert who.sign(who.post("/intelligence/requests", answer)).status_code == 303
    assert who.get("/api/inbox").json()["requests"] == []
    assert "Who reads tables?" not in who.get("/inbox").text


def test_the_first_page_counts_what_the_inbox_lists() -> None:
    who = visitor()

    def listed() -> int:
        page = who.get("/inbox").text
        silences = page.partition("<h2>From consultations and the channel</h2>")[2].partition("</ul>")[0]
        return page.count('<article class="answer">') + silences.count("<li")

    def counted() -> int:
        (found,) = re.findall(r'<a href="/inbox"><strong>(\d+)</strong>', who.get("/").text)
        return int(found)

    before = counted()
    assert before == listed() > 0
    assert "Who reads tables?" in who.get("/inbox").text
    Visitor(who.desk, "JPN").send("/api/channel/question", {"to": ["POL"], "asks": "When?", "answer_by": f"{LATE}Z"})
    assert counted() == listed() == before + 1
    (request,) = who.get("/api/inbox").json()["requests"]
    answer = {"do": "answer", "of": request["id"], "answer": "nothing held"}
    assert who.sign(who.post("/intelligence/requests", answer)).status_code == 303
    assert counted() == listed() == before


def test_a_request_whose_deadline_has_passed_waits_as_overdue() -> None:
    who = visitor()
    fields = {"do": "ask", "asks": "Soon?", "to": "JPN", "answer_by": "2026-11-26T12:05"}
    assert who.sign(who.post("/intelligence/requests", fields)).status_code == 303
    japan = Visitor(who.desk, "JPN")
    assert "Nothing waits" not in japan.get("/inbox").text
    clock = who.desk.book.clock
    assert isinstance(clock, Standing)
    clock.now = instant("2026-11-26T12:05Z") - 1
    assert not japan.get("/api/inbox").json()["requests"][0]["overdue"]
    clock.now += 1  # the deadline itself
    assert "overdue" in japan.get("/inbox").text
    assert japan.get("/api/inbox").json()["requests"][0]["overdue"]


def test_programs_ask_and_answer() -> None:
    who = visitor()
    body = {"asks": "Who?", "answer_by": f"{LATE}Z", "to": ["JPN"], "name": "rfi-7"}
    assert program(who, "/api/intelligence/requests", body).status_code == 201
    japan = Visitor(who.desk, "JPN")
    answer = program(japan, "/api/intelligence/answers", {"of": "rfi-7", "answer": "answered", "says": "We know."})
    assert answer.status_code == 201
    told = who.get("/intelligence/requests?format=json").json()
    (mine,) = (one for one in told["requests"] if one["asks"] == "Who?")
    assert [one["says"] for one in mine["addressees"]] == ["We know."]


@pytest.mark.parametrize("field", ["to", "tell"])
def test_programs_name_only_parties_somebody_knows(field: str) -> None:
    body = {"to": ["JPN"], "asks": "Whose?", "answer_by": "2026-12-20T12:00Z", field: ["ZZZ"]}
    told = program(visitor(), "/api/intelligence/requests", body)
    assert (told.status_code, told.json().get("field")) == (400, field), told.text


def test_a_later_version_of_a_text_stands_in_the_line_of_the_earlier_one() -> None:
    who = visitor()
    (kept,) = re.findall(r'href="/intelligence/release/([^"]*)"', who.get("/intelligence/release").text)
    page = who.get(f"/intelligence/release/{kept}").text
    (later,) = re.findall(r'href="(/intelligence/release\?[^"]*version_of[^"]*)"', page)
    form = who.get(later.replace("&amp;", "&")).text
    assert f'<option value="{kept}" selected>' in form
    fields = {
        "things": REPORT,
        "to": "KOR",
        "version_of": kept,
        "title": "Shorter",
        "tearline": "Tides.",
        "do": "propose",
    }
    drafted = who.post("/intelligence/release", fields)
    assert who.sign(drafted).headers["location"] == f"/intelligence/release/{kept}"
    assert "<h1>Shorter</h1>" in who.get(f"/intelligence/release/{kept}").text
    none = who.post("/intelligence/release", {**fields, "version_of": "report--none"})
    assert none.status_code == 404


def test_requests_are_kept_as_a_table_of_what_their_reader_may_read() -> None:
    who = visitor("EST")
    fields = {"do": "ask", "asks": "Who pays?", "to": "JPN, POL", "answer_by": "2026-12-20T12:00"}
    assert who.sign(who.post("/intelligence/requests", fields)).status_code == 303
    assert 'href="?&amp;format=xlsx">XLSX' in who.get("/intelligence/requests").text
    rows = [line for line in who.get("/intelligence/requests?format=csv").text.splitlines() if "Who pays?" in line]
    assert [line.split(",")[6:8] for line in rows] == [["JPN", "open"], ["POL", "open"]]
    assert who.get("/intelligence/requests?format=xlsx").content.startswith(b"PK")
    assert "Who pays?" not in Visitor(who.desk, "KOR").get("/intelligence/requests?format=csv").text
