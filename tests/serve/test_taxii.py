"""TAXII over HTTP: what a program of a party is told, what it may send and take back, and how it is refused."""

from __future__ import annotations

import json
from functools import lru_cache

import pytest
from httpx import Response

from comity.flow import taxii_intake, taxii_rooms
from comity.flow.intelligence_import import How, plan
from comity.flow.taking_back import take_back
from comity.formats.taxii import MEDIA, stamp
from comity.instruments.intelligence.shelf import Shelf
from comity.ledger.book import Draft
from comity.serve.accounts import Person
from comity.serve.app import application
from comity.serve.basic import QUESTIONS, Callers, TooMany
from comity.serve.desk import MINUTE, Desk
from comity.serve.roles import Role
from comity.values.instant import DAY
from comity.values.label import PUBLIC, Atom
from comity.values.party import Recipient
from tests.serve.desks import Standing, book_of
from tests.serve.exchanging import (
    AMBER,
    AT,
    NAME,
    Program,
    basic,
    envelope,
    one_of,
    opened,
    stated,
    tool,
    url,
    uses,
    uuid,
)
from tests.serve.staff import PASSWORD, appoint, office

OBJECTS, MANIFEST = f"{AT}/objects/", f"{AT}/manifest/"
FOR_BOTH, OURS, THEIRS = tool(1), tool(2), tool(3)


def desk() -> Desk:
    """A desk with an object of Poland's for Estonia too, one of Poland's own, and one of Japan's own."""
    book = book_of([])
    opened(book, tlp={"AMBER": ["EST"]})
    stated(book, "POL", [FOR_BOTH], ["EST"])
    stated(book, "POL", [OURS])
    stated(book, "JPN", [THEIRS, uses(4, THEIRS, FOR_BOTH)])
    return office(book=book)


@pytest.fixture
def pol() -> Program:
    """A program of Poland's, in every role."""
    made = desk()
    return Program(made, appoint(made, "anna", "POL"))


def beside(one: Program, party: str, *roles: Role) -> Program:
    """A program of another party, before the same desk."""
    return Program(one.desk, appoint(one.desk, "mari", party, roles or list(Role)))


def later(one: Program, by: int = MINUTE) -> None:
    """Let time pass."""
    assert isinstance(one.desk.book.clock, Standing)
    one.desk.book.clock.now += by


# What is told


def test_discovery_tells_the_roots_as_addresses_that_can_be_reached(pol: Program) -> None:
    told = pol.get("/taxii2/")
    assert told.headers["content-type"] == MEDIA
    assert told.json() == {
        "title": "Comity", "default": "http://testserver.local/shared/", "api_roots": ["http://testserver.local/shared/"],
    }  # fmt: skip


def test_a_root_and_its_collections_are_told(pol: Program) -> None:
    assert pol.get("/shared/").json() == {
        "title": "Shared intelligence", "versions": [MEDIA], "max_content_length": taxii_rooms.LARGEST,
    }  # fmt: skip
    expected = {
        "id": NAME, "title": "Ours", "can_read": True, "can_write": True,
        "media_types": ["application/stix+json;version=2.1"],
    }  # fmt: skip
    assert pol.get(AT).json() == expected
    assert pol.get("/shared/collections/").json() == {"collections": [expected]}


def test_a_collection_is_found_by_its_alias_and_told_by_its_uuid(pol: Program) -> None:
    opened(pol.desk.book, "baltic")
    later(pol)
    told = pol.get("/shared/collections/baltic/").json()
    assert told["alias"] == "baltic"
    assert pol.get(f"/shared/collections/{told['id']}/").json() == told
    listed = [one["id"] for one in pol.get("/shared/collections/").json()["collections"]]
    assert listed == sorted(listed)


def test_a_party_is_told_what_it_may_read(pol: Program) -> None:
    assert pol.ids() == [FOR_BOTH["id"], OURS["id"]]
    assert beside(pol, "EST").ids() == [FOR_BOTH["id"]]
    assert set(beside(pol, "JPN").ids()) == {THEIRS["id"]}, "its relationship leads to what it may not read"
    assert beside(pol, "KOR").get(OBJECTS).json() == {}


def test_an_object_is_told_as_it_was_stated(pol: Program) -> None:
    assert one_of(pol.get(f"{OBJECTS}{FOR_BOTH['id']}/").json()) == FOR_BOTH


def test_a_manifest_and_the_headers_tell_when_each_was_added(pol: Program) -> None:
    told = pol.get(MANIFEST)
    first, second = told.json()["objects"]
    assert (first["id"], first["version"]) == (FOR_BOTH["id"], FOR_BOTH["modified"])
    assert first["date_added"] < second["date_added"]
    assert told.headers["x-taxii-date-added-first"] == first["date_added"]
    assert told.headers["x-taxii-date-added-last"] == second["date_added"]
    assert stamp(pol.desk.book.clock()) == first["date_added"]


def test_versions_are_told_and_the_last_is_shown(pol: Program) -> None:
    stated(pol.desk.book, "POL", [tool(1, 5)], ["EST"])
    later(pol)
    where = f"{OBJECTS}{FOR_BOTH['id']}/"
    assert pol.get(f"{where}versions/").json()["versions"] == ["2026-01-01T00:00:00.000Z", "2026-01-05T00:00:00.000Z"]
    assert one_of(pol.get(where).json())["modified"] == "2026-01-05T00:00:00.000Z"
    assert one_of(pol.get(f"{where}?match[version]=first").json())["modified"] == "2026-01-01T00:00:00.000Z"
    assert len(pol.get(f"{OBJECTS}?match[version]=all").json()["objects"]) == 3


def test_what_became_readable_late_is_added_late_and_nothing_else_moves(pol: Program) -> None:
    est = beside(pol, "EST")
    before = est.get(MANIFEST).json()["objects"]
    grant = {"grant": {"by": "POL", "to": ["EST"], "actions": ["read"], "scope": NAME}}
    later(pol, DAY)
    pol.desk.book.record(grant, Draft("POL"))
    after = est.get(MANIFEST).json()["objects"]
    assert after[:1] == before
    assert [one["id"] for one in after[1:]] == [OURS["id"]]
    assert after[1]["date_added"] == stamp(pol.desk.book.clock())
    asked = f"{OBJECTS}?added_after={before[0]['date_added']}"
    assert est.ids(asked) == [OURS["id"]], "whoever synchronises is told of it"


def test_what_ceased_to_be_readable_is_told_no_more(pol: Program) -> None:
    est = beside(pol, "EST")
    assert est.ids() == [FOR_BOTH["id"]]
    pol.desk.book.record({"refuse": {"by": "POL", "to": ["EST"], "actions": ["read"], "scope": NAME}}, Draft("POL"))
    assert est.ids() == []
    assert est.get(f"{OBJECTS}{FOR_BOTH['id']}/").status_code == 404


def test_pages_go_on_by_their_token_for_their_owner_alone(pol: Program) -> None:
    stated(pol.desk.book, "POL", [tool(number) for number in range(10, 17)], ["EST"])
    later(pol)
    found, path = [], f"{OBJECTS}?limit=4"
    told = pol.get(path).json()
    while True:
        found += [one["id"] for one in told["objects"]]
        if not told["more"]:
            break
        token = told["next"]
        told = pol.get(f"{path}&next={token}").json()
    assert len(found) == len(set(found)) == 9
    answer = beside(pol, "EST").get(f"{path}&next={token}")
    assert answer.status_code == 400
    assert answer.json()["title"] == "ProcessingError"


def test_the_markings_that_decide_are_told_with_the_rules(pol: Program) -> None:
    told = beside(pol, "EST").get(f"{AT}/markings/").json()
    assert told["party"] == "EST"
    assert [one["objects"] for one in told["markings"]] == [1]
    assert len(told["rules"]) > 3


def test_an_answer_is_made_smaller_for_who_takes_it_so(pol: Program) -> None:
    stated(pol.desk.book, "POL", [tool(number) for number in range(20, 40)])
    later(pol)
    assert pol.get(OBJECTS, **{"accept-encoding": "gzip"}).headers["content-encoding"] == "gzip"


# What is sent and taken back


def test_what_is_sent_is_its_senders_alone_where_it_is_not_marked(pol: Program) -> None:
    est = beside(pol, "EST")
    sent = est.post(OBJECTS, envelope(tool(7), url(8)))
    assert (sent.status_code, sent.headers["content-type"]) == (202, MEDIA)
    told = sent.json()
    assert (told["status"], told["success_count"], told["failure_count"]) == ("complete", 2, 0)
    assert est.get(f"/shared/status/{told['id']}/").json() == told
    assert {tool(7)["id"], url(8)["id"]} <= set(est.ids())
    assert pol.ids() == [FOR_BOTH["id"], OURS["id"]]
    assert pol.get(f"/shared/status/{told['id']}/").status_code == 404, "a status is its party's alone"
    later(pol, DAY + MINUTE)
    assert est.get(f"/shared/status/{told['id']}/").status_code == 404, "and kept for a day"


def test_a_collection_says_whom_its_senders_let_read(pol: Program) -> None:
    opened(pol.desk.book, uuid(97), to=["POL", "EST"], tlp={"AMBER": ["EST"]})
    later(pol)
    where = f"/shared/collections/{uuid(97)}"
    marked = tool(8, object_marking_refs=[AMBER])
    assert beside(pol, "EST").post(f"{where}/objects/", envelope(tool(7), marked)).json()["success_count"] == 2
    assert pol.ids(f"{where}/objects/") == [tool(7)["id"]], "and no wider than its marking"
    assert beside(pol, "JPN").ids(f"{where}/objects/") == []
    assert pol.get(f"{where}/markings/").json()["shared_with"] == ["POL", "EST"]


def test_a_level_that_is_bound_to_nobody_is_told_in_words_of_what_a_program_can_do(pol: Program) -> None:
    green = "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb"
    told = pol.post(OBJECTS, envelope(tool(7, object_marking_refs=[green]))).json()
    (failure,) = told["failures"]
    assert "TLP:GREEN names no party set" in failure["message"]
    assert failure["message"].endswith(f"; {taxii_intake.BIND}")
    assert "--" not in failure["message"], "no option of a command line"


def test_sent_again_it_succeeds_and_is_stated_once(pol: Program) -> None:
    assert pol.post(OBJECTS, envelope(tool(7))).json()["success_count"] == 1
    size = pol.desk.book.store.head().size
    again = {**tool(7)}
    again.pop("modified")
    told = pol.post(OBJECTS, envelope(tool(7), tool(7), again)).json()
    assert (told["success_count"], told["failure_count"]) == (3, 0)
    assert pol.desk.book.store.head().size == size


def test_what_is_here_is_filed_where_it_is_sent_to(pol: Program) -> None:
    opened(pol.desk.book, uuid(99))
    later(pol)
    other = f"/shared/collections/{uuid(99)}/objects/"
    assert pol.post(other, envelope(FOR_BOTH)).json()["success_count"] == 1
    assert pol.ids(other) == [FOR_BOTH["id"]]
    assert beside(pol, "EST").ids(other) == [FOR_BOTH["id"]]
    assert beside(pol, "KOR").get(other).json() == {}


def test_a_bad_object_fails_alone(pol: Program) -> None:
    bad = tool(9)
    bad.pop("name")
    red = {"type": "marking-definition", "spec_version": "2.1", "id": f"marking-definition--{uuid(50)}",
           "created": "2026-01-01T00:00:00.000Z", "definition_type": "iep", "definition": {"iep": "x"}}  # fmt: skip
    marked = tool(11, object_marking_refs=[red["id"]])
    told = pol.post(OBJECTS, envelope(tool(7), bad, red, marked, {"id": 5})).json()
    failed = {one["id"]: one["message"] for one in told["failures"]}
    assert told["success_count"] + told["failure_count"] == told["total_count"] == 5
    assert str(bad["id"]) in failed
    assert "name" in failed[str(bad["id"])]
    assert str(marked["id"]) in failed, "a marking that is not understood makes its object fail"
    assert tool(7)["id"] in {one["id"] for one in told["successes"]}


def test_other_content_under_a_version_that_is_here_fails(pol: Program) -> None:
    told = pol.post(OBJECTS, envelope({**FOR_BOTH, "name": "otherwise"})).json()
    assert told["failure_count"] == 1
    assert one_of(pol.get(f"{OBJECTS}{FOR_BOTH['id']}/").json()) == FOR_BOTH


def closed_to(one: Program, readers: list[str], number: int = 97, **more: object) -> str:
    """Open a collection of Poland's for some readers; its name."""
    told = {"name": uuid(number), "title": "Closed", "read": readers, "write": readers, **more}
    label = frozenset({Atom("POL", taxii_rooms.COLLECTION, tuple(readers))})
    one.desk.book.record({taxii_rooms.COLLECTION: told}, Draft("POL", label))
    later(one)
    return uuid(number)


def test_a_collection_that_one_may_not_know_of_is_not_told_by_what_lies_in_it(pol: Program) -> None:
    name, book = closed_to(pol, ["EST", "POL"]), pol.desk.book
    where = f"/shared/collections/{name}/objects/"
    halved = tool(
        8, description="for Estonia", granular_markings=[{"marking_ref": AMBER, "selectors": ["description"]}]
    )
    readers: tuple[Recipient, ...] = ("EST", "JPN")
    how = How("POL", "weekly", readers, {"AMBER": ("EST",)}, collections=(name, NAME))
    assert plan(book, envelope(tool(7), halved), how).commit().objects == 2
    stated(book, "POL", [tool(9)], ["EST", "JPN"])
    assert pol.post(where, envelope(tool(9))).json()["success_count"] == 1
    est, jpn = beside(pol, "EST"), beside(pol, "JPN")
    inside = {tool(7)["id"], tool(8)["id"], tool(9)["id"]}
    assert inside == set(est.ids(where)) == set(pol.ids(where))
    assert jpn.get(where).status_code == 404
    shelf = Shelf.of(book.view("JPN"))
    assert inside <= set(shelf.ids(collection=NAME))
    assert not any(name.encode() in seen.record.data for seen in book.view("JPN").records())
    assert set(shelf.search().facets["collection"]) == {NAME}


def test_what_is_sent_to_a_collection_for_some_tells_nobody_of_it(pol: Program) -> None:
    name = closed_to(pol, ["EST", "POL"], to=["JPN"])
    where, est, book = f"/shared/collections/{name}/objects/", beside(pol, "EST"), pol.desk.book
    assert est.post(where, envelope(tool(7))).json()["success_count"] == 1
    later(pol)
    (atom,) = Shelf.of(book.view("JPN")).get(str(tool(7)["id"])).label
    assert atom.scope.startswith("sent-")
    assert not any(name.encode() in seen.record.data for seen in book.view("JPN").records())
    assert est.post(where, envelope(tool(8))).json()["success_count"] == 1
    assert Shelf.of(book.view("JPN")).get(str(tool(8)["id"])).label == {atom}, "one clause, so that one consent serves"


def test_what_is_withdrawn_whole_is_in_no_collection_when_it_comes_again(pol: Program) -> None:
    name = closed_to(pol, ["EST", "POL"])
    where, est = f"/shared/collections/{name}/objects/", beside(pol, "EST")
    est.post(where, envelope(tool(7), tool(7, 2)))
    assert est.delete(f"{where}{tool(7)['id']}/?match[version]=all").status_code == 200
    later(pol)
    assert est.post(OBJECTS, envelope(tool(7))).json()["success_count"] == 1
    later(pol)
    assert tool(7)["id"] in est.ids()
    assert est.ids(where) == []


def test_where_nothing_is_read_nor_written_there_is_nothing_to_delete(pol: Program) -> None:
    opened(pol.desk.book, uuid(98), read=["EST"], write=["EST"])
    opened(pol.desk.book, uuid(99), read=["POL"], write=["EST"])
    later(pol)
    gone = f"/objects/{FOR_BOTH['id']}/"
    assert pol.delete(f"/shared/collections/{uuid(98)}{gone}").status_code == 404
    assert pol.delete(f"/shared/collections/{uuid(99)}{gone}").status_code == 403
    assert pol.get(f"/shared/collections/{uuid(98)}{gone}").status_code == 403


def test_what_came_in_the_older_stix_leaves_as_what_it_came_as(pol: Program) -> None:
    old = {"type": "tool", "id": f"tool--{uuid(7)}", "name": "x", "labels": ["exploitation"],
           "created": "2026-01-01T00:00:00.000Z", "modified": "2026-01-01T00:00:00.000Z"}  # fmt: skip
    assert pol.post(OBJECTS, envelope(old)).json()["success_count"] == 1
    assert "spec_version" not in one_of(pol.get(f"{OBJECTS}{old['id']}/?match[spec_version]=2.0").json())
    listed = {one["id"]: one["media_type"] for one in pol.get(MANIFEST).json()["objects"]}
    assert listed[str(old["id"])] == "application/stix+json;version=2.0"
    assert pol.get(f"{OBJECTS}{old['id']}/?match[spec_version]=2.1").json() == {}


def test_its_originator_takes_an_object_back_and_nobody_else(pol: Program) -> None:
    est = beside(pol, "EST")
    where = f"{OBJECTS}{FOR_BOTH['id']}/"
    assert est.delete(where).status_code == 403
    assert pol.delete(f"{OBJECTS}{THEIRS['id']}/").status_code == 404, "what he may not read is not there"
    assert pol.delete(where).status_code == 200
    for one in (pol, est):
        assert one.get(where).status_code == 404
        assert FOR_BOTH["id"] not in one.ids()
    assert pol.post(OBJECTS, envelope({**FOR_BOTH, "name": "anew"})).json()["success_count"] == 1
    assert one_of(pol.get(where).json())["name"] == "anew"


def test_an_object_that_is_divided_is_taken_back_whole(pol: Program) -> None:
    split = tool(7, description="for few", granular_markings=[
        {"marking_ref": AMBER, "selectors": ["description"]},
    ])  # fmt: skip
    stated(pol.desk.book, "POL", [split], ["EST"])
    later(pol)
    (left,) = [one for one in beside(pol, "EST").ids() if one != FOR_BOTH["id"]]
    assert pol.delete(f"{OBJECTS}{split['id']}/").status_code == 200
    assert split["id"] not in pol.ids()
    assert left not in beside(pol, "EST").ids()
    assert pol.post(OBJECTS, envelope(split)).json()["success_count"] == 1
    assert one_of(pol.get(f"{OBJECTS}{split['id']}/").json()) == split


OTHER = f"/shared/collections/{uuid(99)}/objects/"


def test_what_lies_in_two_collections_leaves_the_one_that_is_named(pol: Program) -> None:
    opened(pol.desk.book, uuid(99))
    later(pol)
    pol.post(OTHER, envelope(FOR_BOTH))
    stated(pol.desk.book, "POL", [tool(1, 5)], ["EST"])
    later(pol)
    est = beside(pol, "EST")
    where, last = f"{OBJECTS}{FOR_BOTH['id']}/", "2026-01-05T00:00:00.000Z"
    refused = pol.delete(f"{where}?match[version]={last}")
    assert refused.status_code == 403
    assert "some of its versions cannot leave one" in refused.text
    assert pol.delete(where).status_code == 200
    later(pol)
    for one in (pol, est):
        assert FOR_BOTH["id"] not in one.ids()
        told = one.get(f"{OTHER}?match[version]=all").json()["objects"]
        assert [(each["id"], each["modified"]) for each in told if each["id"] == FOR_BOTH["id"]] == [
            (FOR_BOTH["id"], FOR_BOTH["modified"]), (FOR_BOTH["id"], last),
        ]  # fmt: skip
    assert pol.delete(f"{OTHER}{FOR_BOTH['id']}/?match[version]=all").status_code == 200
    assert FOR_BOTH["id"] not in pol.ids(OTHER)


def test_what_was_filed_in_a_collection_leaves_it_and_stays_where_it_was(pol: Program) -> None:
    opened(pol.desk.book, uuid(99))
    later(pol)
    pol.post(OTHER, envelope(FOR_BOTH))
    later(pol)
    assert pol.delete(f"{OTHER}{FOR_BOTH['id']}/").status_code == 200
    assert pol.ids(OTHER) == []
    assert FOR_BOTH["id"] in pol.ids()
    assert pol.post(OTHER, envelope(FOR_BOTH)).json()["success_count"] == 1
    later(pol)
    assert pol.ids(OTHER) == [FOR_BOTH["id"]]


def test_an_object_that_is_divided_leaves_one_collection_whole(pol: Program) -> None:
    split = tool(7, description="for few", granular_markings=[
        {"marking_ref": AMBER, "selectors": ["description"]},
    ])  # fmt: skip
    opened(pol.desk.book, uuid(99))
    stated(pol.desk.book, "POL", [split], ["EST"])
    later(pol)
    assert pol.post(OTHER, envelope(split)).json()["success_count"] == 1
    later(pol)
    assert pol.delete(f"{OBJECTS}{split['id']}/").status_code == 200
    later(pol)
    assert split["id"] not in pol.ids()
    assert one_of(pol.get(f"{OTHER}{split['id']}/").json()) == split, "its cover holds its parts as they are called now"


def test_what_another_filed_there_too_is_not_taken_from_there_alone(pol: Program) -> None:
    opened(pol.desk.book, uuid(99))
    later(pol)
    beside(pol, "EST").post(OTHER, envelope(FOR_BOTH))
    later(pol)
    refused = pol.delete(f"{OTHER}{FOR_BOTH['id']}/")
    assert refused.status_code == 403
    assert "somebody else filed it there" in refused.text
    assert FOR_BOTH["id"] in pol.ids(OTHER)


# Who may


def test_reading_needs_no_role_and_writing_the_one_that_signs(pol: Program) -> None:
    reader = beside(pol, "EST", Role.READER, Role.DRAFTER)
    assert reader.ids() == [FOR_BOTH["id"]]
    assert reader.get(AT).json()["can_write"] is False
    assert reader.post(OBJECTS, envelope(tool(7))).status_code == 403
    assert reader.delete(f"{OBJECTS}{FOR_BOTH['id']}/").status_code == 403


def test_a_collection_says_who_reads_and_writes_and_every_answer_is_a_truth_value(pol: Program) -> None:
    for number, (read, write) in enumerate([(["POL"], ["EST"]), ([], ["*"]), (["*"], [])]):
        opened(pol.desk.book, uuid(90 + number), read=read, write=write)
    later(pol)
    est = beside(pol, "EST")
    said = {
        (one["id"], asker): (one["can_read"], one["can_write"])
        for asker, program in (("POL", pol), ("EST", est))
        for one in program.get("/shared/collections/").json()["collections"]
    }
    assert said[uuid(90), "POL"] == (True, False)
    assert said[uuid(90), "EST"] == (False, True)
    assert said[uuid(91), "POL"] == (False, True)
    assert said[uuid(92), "POL"] == (True, False)
    assert est.get(f"/shared/collections/{uuid(90)}/manifest/").status_code == 403
    assert pol.post(f"/shared/collections/{uuid(90)}/objects/", envelope(tool(7))).status_code == 403


def test_options_tells_what_the_caller_may_do_and_nothing_of_what_is_not_there(pol: Program) -> None:
    book = pol.desk.book
    for number, (read, write) in enumerate([(["POL"], ["EST"]), ([], ["*"]), (["*"], [])]):
        opened(book, uuid(90 + number), read=read, write=write)
    book.record({"intelligence-collection": {"name": uuid(95), "title": "Theirs"}}, Draft("JPN"))
    later(pol)
    reader = Program(pol.desk, appoint(pol.desk, "jaan", "EST", [Role.READER]))
    askers = {"POL": pol, "EST": beside(pol, "EST"), "reader": reader, "JPN": beside(pol, "JPN")}

    def may(number: int, asker: str) -> str:
        return askers[asker].options(f"/shared/collections/{uuid(number)}/objects/").headers["allow"]

    assert pol.options(OBJECTS).headers["allow"] == "GET, OPTIONS, POST"
    assert reader.options(OBJECTS).headers["allow"] == "GET, OPTIONS", "writing needs the role that signs"
    assert (may(90, "POL"), may(90, "EST"), may(90, "reader")) == ("GET, OPTIONS", "OPTIONS, POST", "OPTIONS")
    assert (may(91, "POL"), may(92, "POL"), may(95, "JPN")) == ("OPTIONS, POST", "GET, OPTIONS", "GET, OPTIONS")
    hidden, none = (pol.options(f"/shared/collections/{uuid(number)}/objects/") for number in (95, 404))
    assert (hidden.status_code, hidden.headers) == (404, none.headers)
    assert hidden.text.replace(uuid(95), "X") == none.text.replace(uuid(404), "X")
    assert "allow" not in hidden.headers
    nobody = Program(pol.desk, None)
    asked = [nobody.options(f"/shared/collections/{name}/objects/") for name in (NAME, uuid(95), uuid(404))]
    assert {(one.status_code, one.content) for one in asked} == {(401, asked[0].content)}


def test_a_collection_or_root_that_is_not_in_the_view_is_not_there(pol: Program) -> None:
    book = pol.desk.book
    book.record({"intelligence-collection": {"name": uuid(95), "title": "Theirs", "root": "closed"}}, Draft("JPN"))
    book.record({"taxii-root": {"name": "closed", "title": "Theirs"}}, Draft("JPN"))
    later(pol)
    for path in ("/closed/", "/closed/collections/", f"/closed/collections/{uuid(95)}/"):
        there, nowhere = pol.get(path), pol.get(path.replace("closed", "nowhere"))
        assert (there.status_code, there.content) == (404, nowhere.content.replace(b"nowhere", b"closed")), path
    jpn = beside(pol, "JPN")
    assert jpn.get("/closed/").json()["title"] == "Theirs"
    assert jpn.get(f"/closed/collections/{uuid(95)}/").json()["title"] == "Theirs"
    assert pol.get("/taxii2/").json()["api_roots"] == ["http://testserver.local/shared/"]


def test_nobody_sets_anothers_collection_aside(pol: Program) -> None:
    line = {"intelligence-collection": {"name": NAME, "title": "Taken", "write": []}}
    later(pol)
    pol.desk.book.record(line, Draft("JPN", label=PUBLIC))
    assert pol.get(AT).json()["title"] == "Ours"


def test_no_root_takes_the_address_of_a_page() -> None:
    paths = {route.path for route in application(office()).routes}
    first = {path.strip("/").split("/")[0] for path in paths} - {"", "{root:str}", "schema"}
    assert first <= taxii_rooms.RESERVED


# Who asks

REFUSED = {
    "nobody": None,
    "no scheme": "anna",
    "another scheme": "Digest x",
    "no base64": "Basic !!!",
    "no party": basic("anna", PASSWORD),
    "a wrong password": basic("POL/anna", "wrong"),
    "another's party": basic("EST/anna", PASSWORD),
    "nobody's name": basic("POL/none", PASSWORD),
    "a bearer of nothing": "Bearer nothing",
    "letters that are none": "Basic /////w==",
}


@pytest.mark.parametrize("said", REFUSED.values(), ids=REFUSED)
def test_who_does_not_say_who_he_is_is_asked(pol: Program, said: str | None) -> None:
    pol.headers.pop("authorization")
    answer = pol.get(OBJECTS, **({"authorization": said} if said else {}))
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == 'Basic realm="TAXII", charset="UTF-8"'
    assert answer.json()["http_status"] == "401"


def test_a_token_serves_as_a_password_and_as_itself(pol: Program) -> None:
    secret = pol.desk.accounts.make_token(Person("anna", "POL"))
    for said in (f"Bearer {secret}", basic("POL/anna", secret)):
        assert pol.get(OBJECTS, authorization=said).status_code == 200
    assert pol.get(OBJECTS, authorization=basic("EST/anna", secret)).status_code == 401


def test_a_page_session_asks_nothing_here(pol: Program) -> None:
    pol.headers.pop("authorization")
    pol.client.cookies.set("comity-session", pol.desk.accounts.open_session(Person("anna", "POL")))
    assert pol.get(OBJECTS).status_code == 401


def test_a_password_is_looked_at_once_and_a_new_one_ends_what_was_remembered(pol: Program) -> None:
    checks = []
    accounts = pol.desk.accounts
    check = accounts.check

    def counted(party: str, name: str, password: str) -> Person:
        checks.append(name)
        return check(party, name, password)

    accounts.check = counted  # type: ignore[method-assign]
    for _ in range(3):
        assert pol.get(OBJECTS).status_code == 200
    assert len(checks) == 1
    accounts.add(Person("anna", "POL"), "a new password for tests")
    assert pol.get(OBJECTS).status_code == 401
    assert len(checks) == 2


def test_who_guesses_waits(pol: Program) -> None:
    answers = [pol.get(OBJECTS, authorization=basic("POL/anna", f"guess {n}")).status_code for n in range(40)]
    assert answers[:30] == [401] * 30
    assert set(answers[30:]) == {429}
    refused = pol.get(OBJECTS, authorization=basic("POL/anna", "guess"))
    assert int(refused.headers["retry-after"]) > 0
    assert refused.json()["http_status"] == "429"


def test_who_asks_too_often_waits() -> None:
    made = desk()
    callers = Callers(made.accounts, questions=3)
    person = appoint(made, "anna", "POL")
    said = basic("POL/anna", PASSWORD)
    assert [callers.person(said, "a") for _ in range(3)] == [person] * 3
    with pytest.raises(TooMany):
        callers.person(said, "a")
    assert QUESTIONS > 1000


# How it is refused


@lru_cache
def steady() -> Program:
    """A program before a desk that stays as it is."""
    made = desk()
    return Program(made, appoint(made, "anna", "POL"))


ASKED = {
    "a wish for a page": (406, "GET", OBJECTS, {"accept": "text/html"}, b""),
    "a wish for the older": (406, "GET", OBJECTS, {"accept": "application/taxii+json;version=2.0"}, b""),
    "a bad limit": (400, "GET", f"{OBJECTS}?limit=0", {}, b""),
    "a bad instant": (400, "GET", f"{MANIFEST}?added_after=x", {}, b""),
    "an empty version": (400, "GET", f"{OBJECTS}?match[version]=", {}, b""),
    "a token of nobody": (400, "GET", f"{OBJECTS}?next=x", {}, b""),
    "a filter twice": (400, "GET", f"{OBJECTS}?limit=1&limit=2", {}, b""),
    "no such collection": (404, "GET", "/shared/collections/none/objects/", {}, b""),
    "no such object": (404, "GET", f"{OBJECTS}tool--none/", {}, b""),
    "no such status": (404, "GET", "/shared/status/none/", {}, b""),
    "no such way": (405, "POST", MANIFEST, {}, b"{}"),
    "another type": (415, "POST", OBJECTS, {"content-type": "application/json"}, b"{}"),
    "something packed": (415, "POST", OBJECTS, {"content-encoding": "gzip"}, b"\x1f\x8b"),
    "answers that are packed": (415, "POST", f"{AT}/recalls/", {"content-encoding": "br"}, b"{}"),
    "no type": (415, "POST", OBJECTS, {"content-type": ""}, b"{}"),
    "no envelope": (422, "POST", OBJECTS, {}, b'{"type": "tool"}'),
    "no text": (422, "POST", OBJECTS, {}, b"\xff\xfe"),
    "an abyss": (422, "POST", OBJECTS, {}, b"[" * 20_000),
}


def asked(program: Program, case: tuple[int, str, str, dict[str, str], bytes]) -> Response:
    _, method, path, headers, body = case
    told = {**program.headers, **({"content-type": MEDIA} if body else {}), **headers}
    return program.client.request(method, path, headers=told, content=body)


@pytest.mark.parametrize("case", ASKED.values(), ids=ASKED)
def test_an_error_is_told_as_the_standard_says(case: tuple[int, str, str, dict[str, str], bytes]) -> None:
    answer = asked(steady(), case)
    assert answer.status_code == case[0], answer.text
    told = answer.json()
    assert answer.headers["content-type"] == MEDIA
    assert told["http_status"] == str(case[0])
    assert told["title"]
    assert told["description"]


def test_what_is_refused_says_what_is_taken_instead() -> None:
    program = steady()
    for address in (MANIFEST, "/taxii2/"):
        assert "GET" in program.post(address, b"{}").headers["allow"].split(", ")
    packed = program.post(OBJECTS, b"\x1f\x8b", **{"content-encoding": "gzip"})
    assert packed.headers["accept-encoding"] == "identity"


def test_what_is_too_large_is_not_taken(pol: Program) -> None:
    book = pol.desk.book
    book.record(
        {"taxii-root": {"name": "small", "title": "S", "max_content_length": 50}}, Draft(label=PUBLIC, adopt=True)
    )
    opened(book, uuid(96), root="small")
    later(pol)
    where = f"/small/collections/{uuid(96)}/objects/"
    assert pol.get("/small/").json()["max_content_length"] == 50
    assert pol.post(where, envelope(tool(7))).status_code == 413
    assert pol.post(OBJECTS, b" " * (taxii_rooms.LARGEST + 1)).status_code == 413


def test_what_comes_from_a_page_of_another_site_is_not_taken(pol: Program) -> None:
    for told in ({"origin": "http://elsewhere.example"}, {"sec-fetch-site": "cross-site"}):
        assert pol.post(OBJECTS, envelope(tool(7)), **told).status_code == 403
    pol.client.cookies.set("comity-session", "x")
    assert pol.post(OBJECTS, envelope(tool(7))).status_code == 403


def test_words_of_an_error_name_nothing_that_is_hidden(pol: Program) -> None:
    hidden, none = f"{OBJECTS}{THEIRS['id']}/", f"{OBJECTS}tool--{uuid(404)}/"
    one, other = pol.get(hidden), pol.get(none)
    assert one.text.replace(str(THEIRS["id"]), "X") == other.text.replace(f"tool--{uuid(404)}", "X")
    assert one.status_code == other.status_code == 404
    assert json.loads(one.text)["http_status"] == "404"


def test_nobody_keeps_its_originator_from_taking_it_back_by_filing_it_elsewhere(pol: Program) -> None:
    opened(pol.desk.book, uuid(99))
    later(pol)
    beside(pol, "EST").post(f"/shared/collections/{uuid(99)}/objects/", envelope(FOR_BOTH))
    assert pol.delete(f"{OBJECTS}{FOR_BOTH['id']}/").status_code == 200
    assert FOR_BOTH["id"] not in pol.ids() + beside(pol, "EST").ids(f"/shared/collections/{uuid(99)}/objects/")


def test_what_was_given_is_not_passed_on_by_sending_it(pol: Program) -> None:
    pol.desk.book.record({"intelligence-collection": {
        "name": uuid(98), "title": "Wide", "write": ["*"], "to": ["EST", "JPN"]
    }}, Draft(label=PUBLIC, adopt=True))  # fmt: skip
    later(pol)
    wide, newer = f"/shared/collections/{uuid(98)}/objects/", {**FOR_BOTH, "modified": "2026-05-01T00:00:00.000Z"}
    assert beside(pol, "EST").post(wide, envelope(newer)).json()["success_count"] == 1
    later(pol)
    assert beside(pol, "JPN").ids(wide) == []


def test_what_is_taken_back_is_served_no_more(pol: Program) -> None:
    est = beside(pol, "EST")
    assert FOR_BOTH["id"] in est.ids()
    later(pol)
    take_back(pol.desk.book, "POL", str(FOR_BOTH["id"]), ["EST"])
    assert FOR_BOTH["id"] not in est.ids()
    assert est.get(f"{OBJECTS}{FOR_BOTH['id']}/").status_code == 404
    assert FOR_BOTH["id"] in pol.ids()


def test_an_edition_that_is_no_text_is_refused_and_not_taken_for_an_old_one(pol: Program) -> None:
    told = pol.post(OBJECTS, envelope({**tool(8), "spec_version": 2.1})).json()
    assert (told["success_count"], told["failure_count"]) == (0, 1)
    assert "spec_version" in told["failures"][0]["message"]


def test_half_of_a_letter_makes_its_object_fail_by_its_field_and_no_other(pol: Program) -> None:
    said = pol.post(OBJECTS, envelope(tool(20), {**tool(21), "aliases": ["a", "b\ud800"]}, tool(22))).json()
    assert (said["success_count"], said["failure_count"]) == (2, 1)
    (bad,) = said["failures"]
    assert bad["id"] == tool(21)["id"]
    assert bad["message"].startswith("aliases[1]: half of a letter stands in it")
    later(pol)
    assert {tool(20)["id"], tool(22)["id"]} <= {*pol.ids()}
