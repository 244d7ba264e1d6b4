"""TAXII on paper: media types, resources, errors, and filters as values."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.errors import Malformed
from comity.formats import taxii, taxii_load
from comity.formats.taxii import Became, Listed
from comity.formats.taxii_filters import Filters, chosen, order, read
from comity.values.instant import SECOND, instant

TAKEN = {
    "the type itself": "application/taxii+json;version=2.1",
    "with a blank, in capitals": "Application/TAXII+json; Version=2.1",
    "in quotes": 'application/taxii+json;version="2.1"',
    "no version": "application/taxii+json",
    "among others": "text/html, application/taxii+json;version=2.0, application/taxii+json;version=2.1;q=0.2",
    "anything": "*/*",
    "any application": "application/*;q=0.5",
    "no wish": "",
}
NOT_TAKEN = {
    "another version": "application/taxii+json;version=2.0",
    "another type": "application/json",
    "the old type": "application/vnd.oasis.taxii+json;version=2.1",
    "not at all": "application/taxii+json;version=2.1;q=0",
    "an unreadable weight": "*/*;q=high",
    "a page": "text/html,application/xhtml+xml",
}


@pytest.mark.parametrize("accept", TAKEN.values(), ids=TAKEN)
def test_who_takes_taxii_is_told_in_it(accept: str) -> None:
    assert taxii.takes(accept)


@pytest.mark.parametrize("accept", NOT_TAKEN.values(), ids=NOT_TAKEN)
def test_who_takes_something_else_is_not(accept: str) -> None:
    assert not taxii.takes(accept)


def test_what_is_sent_bears_the_type_itself() -> None:
    assert taxii.is_taxii("application/taxii+json; version=2.1")
    assert taxii.is_taxii("application/taxii+json")
    for other in ("", "*/*", "application/json", "application/taxii+json;version=2.0", "application/stix+json"):
        assert not taxii.is_taxii(other), other


@given(st.text(alphabet='aq*/;=,."10 +-', max_size=30))
def test_no_header_is_too_odd_to_be_read(header: str) -> None:
    taxii.takes(header)
    taxii.is_taxii(header)


def test_instants_bear_six_digits() -> None:
    assert taxii.stamp(instant("2016-11-03T12:30:59Z")) == "2016-11-03T12:30:59.000000Z"
    assert taxii.stamp(instant("2016-11-03T12:30:59Z") + 1) == "2016-11-03T12:30:59.000001Z"
    assert taxii.stamp(instant("0009-01-01")) == "0009-01-01T00:00:00.000000Z"


def test_an_error_tells_its_status_as_text() -> None:
    assert taxii.error(404, "not here") == {"title": "Not Found", "description": "not here", "http_status": "404"}
    assert taxii.error(422, "x", details={"field": "objects"})["details"] == {"field": "objects"}


LATE, EARLY = Listed(20, "tool--2", "2026-01-01T00:00:00Z", "2.0"), Listed(10, "url--1", "", "2.1")


def test_a_page_tells_what_it_holds_and_where_it_goes_on() -> None:
    assert taxii.envelope([{"id": "x"}], "t") == {"more": True, "next": "t", "objects": [{"id": "x"}]}
    assert taxii.envelope([{"id": "x"}]) == {"more": False, "objects": [{"id": "x"}]}
    assert taxii.envelope([]) == taxii.manifest([]) == taxii.versions([]) == {}
    assert taxii.versions([EARLY, LATE])["versions"] == ["1970-01-01T00:00:00.000010Z", "2026-01-01T00:00:00Z"]
    assert taxii.manifest([LATE])["objects"] == [
        {"id": "tool--2", "date_added": "1970-01-01T00:00:00.000020Z", "version": "2026-01-01T00:00:00Z",
         "media_type": "application/stix+json;version=2.0"},
    ]  # fmt: skip
    assert taxii.dates([EARLY, LATE]) == {
        "X-TAXII-Date-Added-First": "1970-01-01T00:00:00.000010Z",
        "X-TAXII-Date-Added-Last": "1970-01-01T00:00:00.000020Z",
    }
    assert taxii.dates([]) == {}


def test_a_status_counts_what_became_of_each_object() -> None:
    good, bad = Became("tool--1", "v"), Became("tool--2", "", "why")
    told = taxii.status("s", 0, [good], [bad])
    assert (told["status"], told["total_count"], told["success_count"], told["failure_count"]) == ("complete", 2, 1, 1)
    assert told["successes"] == [{"id": "tool--1", "version": "v"}]
    assert told["failures"] == [{"id": "tool--2", "message": "why"}]
    assert "pendings" not in told
    assert taxii.status("s", 0, pendings=[good])["status"] == "pending"


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"{}", b'{"objects": []}', b'{"objects": [1]}', b'{"objects": {}}', b"[" * 9999]
)
def test_what_is_no_envelope_is_refused(body: bytes) -> None:
    with pytest.raises(Malformed):
        taxii.objects_of(body)


def test_versions_and_editions_are_read_off_an_object() -> None:
    made, changed = {"created": "a"}, {"created": "a", "modified": "b", "spec_version": "2.1"}
    assert [taxii.version_of(one) for one in (made, changed, {}, {"modified": 5})] == ["a", "b", "", ""]
    assert [taxii.edition_of(one) for one in (made, changed, {})] == ["2.0", "2.1", "2.1"]


# Filters

BAD = {
    "an instant without a zone": ("added_after", "2016-11-03T12:30:59"),
    "a day": ("added_after", "2016-11-03"),
    "an empty instant": ("added_after", ""),
    "no page": ("limit", "0"),
    "less than none": ("limit", "-20"),
    "half a page": ("limit", "1.5"),
    "a page of other digits": ("limit", "٣"),
    "a page too large to count": ("limit", "9" * 19),
    "an empty version": ("match[version]", ""),
    "no such version": ("match[version]", "newest"),
    "no such day": ("match[version]", "2016-02-30T00:00:00Z"),
    "an empty type": ("match[type]", "indicator,"),
}


@pytest.mark.parametrize("field", BAD.values(), ids=BAD)
def test_what_cannot_be_read_is_refused_by_its_field(field: tuple[str, str]) -> None:
    with pytest.raises(Malformed) as told:
        read([field])
    assert told.value.field == field[0]
    assert told.value.next_step


def test_a_field_stands_once_and_an_unknown_one_is_passed_over() -> None:
    with pytest.raises(Malformed, match="stands twice"):
        read([("limit", "1"), ("limit", "2")])
    assert read([("match[colour]", "red"), ("colour", "red"), ("colour", "blue")]) == Filters()


def test_a_filter_is_read() -> None:
    asked = [
        ("added_after", "2016-11-03T12:30:59Z"), ("match[id]", "a--1,b--1"), ("match[type]", "a"), ("limit", "5"),
        ("match[version]", "first,2016-12-25T12:30:59.440Z"), ("match[spec_version]", "2.0,2.1"), ("next", "t"),
    ]  # fmt: skip
    assert read(asked) == Filters(
        instant("2016-11-03T12:30:59Z"), frozenset({"a--1", "b--1"}), frozenset({"a"}),
        frozenset({"first", "2016-12-25T12:30:59.44"}), frozenset({"2.0", "2.1"}), 5, "t",
    )  # fmt: skip


def test_a_token_is_bound_to_what_is_asked_and_not_to_how_much_at_once() -> None:
    one = read([("match[type]", "a,b"), ("limit", "5")])
    assert one.bound() == read([("match[type]", "b,a"), ("limit", "6"), ("next", "t")]).bound()
    assert one.bound() != read([("match[id]", "a,b"), ("limit", "5")]).bound()
    assert one.bound() != read([("match[type]", "a,b"), ("match[version]", "first")]).bound()


def test_versions_are_ordered_by_the_instant_and_not_by_how_it_is_written() -> None:
    assert order("2016-12-25T12:30:59.4Z") == order("2016-12-25T12:30:59.400Z")
    assert order("2016-12-25T12:30:59Z") < order("2016-12-25T12:30:59.001Z") < order("2016-12-25T12:30:59.01Z")
    assert order("yesterday") == order("2016-99-25T12:30:59Z") == ("", "")


V1, V2, V3 = (f"2026-01-0{n}T00:00:00.000Z" for n in (1, 2, 3))
FIRST, SECOND_, OLD, THIRD = (
    Listed(1, "tool--1", V1, "2.1"), Listed(2, "tool--1", V2, "2.1"), Listed(3, "tool--1", V3, "2.0"),
    Listed(4, "url--1", "", "2.1"),
)  # fmt: skip
EVERY = [FIRST, SECOND_, OLD, THIRD]
CHOSEN = {
    "the last of the latest edition": ([], [SECOND_, THIRD]),
    "the first": ([("match[version]", "first")], [FIRST, THIRD]),
    "both ends": ([("match[version]", "first,last")], [FIRST, SECOND_, THIRD]),
    "one by its instant, written otherwise": ([("match[version]", "2026-01-01T00:00:00Z")], [FIRST]),
    "all": ([("match[version]", "all")], [FIRST, SECOND_, THIRD]),
    "another edition": ([("match[spec_version]", "2.0")], [OLD]),
    "the last of both editions": ([("match[spec_version]", "2.0,2.1")], [OLD, THIRD]),
    "a type": ([("match[type]", "url")], [THIRD]),
    "an id": ([("match[id]", "url--1,none--1")], [THIRD]),
    "what came after an instant": ([("added_after", "1970-01-01T00:00:00.000002Z")], [THIRD]),
    "nothing, for the last came before": (
        [("match[type]", "tool"), ("added_after", "1970-01-01T00:00:00.000002Z")], [],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CHOSEN.values(), ids=CHOSEN)
def test_a_filter_chooses(case: tuple[list[tuple[str, str]], list[Listed]]) -> None:
    asked, expected = case
    assert chosen(EVERY, read(asked)) == expected


def test_an_older_version_that_came_late_is_not_the_last() -> None:
    late = Listed(9, "tool--1", V1, "2.1")
    assert chosen([SECOND_, late], read([])) == [SECOND_]
    assert chosen([SECOND_, late], read([("match[version]", "first")])) == [late]
    after = taxii.stamp(SECOND_.added)
    assert chosen([SECOND_, late], read([("added_after", after)])) == []


# The data file of the reference server

FILE = {
    "/discovery": {"title": "T", "default": "http://host/two/", "api_roots": ["http://host/one/", "http://host/two/"]},
    "one": {"information": {"title": "One"}},
    "two": {
        "information": {"title": "Two"},
        "status": [{"id": "s"}],
        "collections": [{
            "id": "c", "title": "C", "can_read": True, "can_write": False, "objects": [{"id": "tool--1"}],
            "manifest": [{"id": "tool--1", "version": V1, "date_added": "2026-01-01T00:00:01Z"}],
        }],
    },
}  # fmt: skip


def test_the_data_file_of_the_reference_server_is_read() -> None:
    found = taxii_load.read(json.dumps(FILE).encode(), "f.json")
    assert (found.default, found.order, [one.name for one in found.roots]) == ("two", ["one", "two"], ["one", "two"])
    (collection,) = found.roots[1].collections
    assert collection.said == {"id": "c", "title": "C", "can_read": True, "can_write": False}
    assert collection.added == {("tool--1", V1): instant("2026-01-01") + SECOND}
    assert found.roots[1].statuses == [{"id": "s"}]


SPOILT = {
    "no JSON": b"{",
    "a list": b"[]",
    "a root that is a text": b'{"one": "x"}',
    "collections that are none": b'{"one": {"collections": {}}}',
    "a collection without an id": b'{"one": {"collections": [{}]}}',
    "a date that is none": b'{"one": {"collections": [{"id": "c", "manifest": [{"date_added": "x"}]}]}}',
}


@pytest.mark.parametrize("data", SPOILT.values(), ids=SPOILT)
def test_a_data_file_that_is_none_is_refused(data: bytes) -> None:
    with pytest.raises(Malformed, match=r"f\.json"):
        taxii_load.read(data, "f.json")


def test_a_date_that_is_none_is_told_by_its_place() -> None:
    with pytest.raises(Malformed, match=re.escape("f.json: one: collections[0]: manifest[0]: date_added: 'x' is no")):
        taxii_load.read(SPOILT["a date that is none"], "f.json")


def test_users_are_read_wherever_the_configuration_has_them() -> None:
    for told in ({"users": {"a": "b"}}, {"auth": {"users": {"a": "b"}}}, {"users": {"a": {"password": "b"}}}):
        assert taxii_load.users(json.dumps(told).encode(), "c.json") == {"a": "b"}
    assert taxii_load.users(b"{}", "c.json") == {}
    with pytest.raises(Malformed, match="has no password"):
        taxii_load.users(b'{"users": {"a": 5}}', "c.json")


def test_five_hundred_values_are_taken_and_one_more_is_told_with_the_limit() -> None:
    names = [f"tool--{number}" for number in range(501)]
    assert read([("match[id]", ",".join(names[:500]))]).ids == frozenset(names[:500])
    with pytest.raises(Malformed) as caught:
        read([("match[id]", ",".join(names))])
    assert (caught.value.field, caught.value.message) == ("match[id]", "names 501 values, and a request may name 500")
    assert caught.value.next_step == "ask several times, for 500 values at most each time"
