"""A variant bears its marking for whoever knows no label of ours, and is read by ours alone where it comes in."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from typing import cast

import pytest

from comity.casebook.book import Casebook
from comity.casebook.markings import policies
from comity.casebook.misp_schemes import misp_schemes
from comity.errors import Refused
from comity.flow.intelligence_import import How, Plan, plan
from comity.flow.intelligence_leaving import events
from comity.flow.recalling import owed_to
from comity.flow.released_text import Text
from comity.flow.taking_back import take_back
from comity.flow.variant import Variant, Words, begun
from comity.flow.variant_draft import DRAFT, drafted, kept, next_version, propose
from comity.flow.variant_release import release
from comity.formats import stix_marking, stix_release
from comity.formats.marking_lines import read_line, write_line
from comity.formats.misp_sharing import Bindings
from comity.formats.stix_marking import EXTENSION
from comity.instruments.intelligence.facts import Properties
from comity.instruments.intelligence.shelf import Shelf
from comity.ledger.book import Book
from comity.values.label import Atom
from comity.values.party import PartyCode
from tests.flow.test_variant_release import BORN, NOTE, REPORT, agreed, let_go, made, shared, texts, variant
from tests.serve.desks import book_of

RED = "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1"
AMBER = "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82"
PLACE = "location--5e6b41a4-6a29-4e1d-8e62-66f4a3a4a555"
LINE = "Released by EST to POL; passing it on needs the consent of EST"
FROM_ESTONIA = Atom("EST", "baltic", ("POL",))
Change = Callable[[list[Properties]], object]


def definitions(one: Variant) -> list[Properties]:
    return [each for each in one.objects if each["type"] == "marking-definition"]


def went() -> list[Properties]:
    """What Poland has of a variant, as it may leave, without what it refers to."""
    book = made()
    one, _ = let_go(book)
    theirs = Shelf.of(book.view("POL"))
    return [theirs.export(str(each["id"])) for each in one.objects]


def test_every_object_names_the_release_its_words_and_the_nearest_level() -> None:
    one = variant(made())
    marks = [each.get("object_marking_refs") for each in one.objects if each["type"] != "marking-definition"]
    assert marks[0] == marks[1]
    ids = {str(each["id"]) for each in definitions(one)}
    assert marks[0] == [str(definitions(one)[1]["id"]), str(definitions(one)[0]["id"]), RED]
    assert [each.get("name") or each["definition"] for each in definitions(one)] == [{"statement": LINE}, LINE]
    assert RED not in ids, "the definition of TLP is named, and not sent"
    (ours,) = [each for each in definitions(one) if "extensions" in each]
    assert ours["extensions"] == {EXTENSION: {"extension_type": "property-extension", "marking": {
        "policy": "NONE", "classification": "UNMARKED", "originators": ["EST"], "releasable_to": ["POL"]}}}  # fmt: skip
    assert "JPN" not in json.dumps(one.objects), "no owner of an original is named"


def test_the_definitions_are_part_of_the_text_that_is_consented_to() -> None:
    one = variant(made())
    bare = tuple(each for each in one.objects if each["type"] != "marking-definition")
    assert replace(one, objects=bare).digest != one.digest
    book = made()
    let_go(book)
    assert texts(book, "POL") == [Text.SAME]


def test_stix2_validator_takes_a_variant_as_valid() -> None:
    validator = import_module("stix2validator")
    bundle = {"type": "bundle", "id": "bundle--00000000-0000-4000-8000-000000000000", "objects": went()}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a package that is not ours
        assert validator.validate_string(json.dumps(bundle), validator.ValidationOptions(version="2.1")).is_valid


def second(book: Book[Casebook], to: PartyCode, title: str) -> Variant:
    """Another variant of the same report."""
    line = begun(book.clock(), lambda size: bytes([len(title)] * size))
    one = drafted(book, "EST", [REPORT], [to], Words(title, "Watch for scanning."), line=line)
    agreed(book, one)
    release(book, kept(book, "EST", one.id))
    return one


def test_two_variants_for_one_audience_share_their_definitions_and_one_goes_without_the_other() -> None:
    book = made()
    one, _ = let_go(book)
    two = second(book, "POL", "Scanning")
    assert definitions(one) == definitions(two)
    take_back(book, "EST", one.id)
    theirs = Shelf.of(book.view("POL"))
    assert {str(each["id"]) for each in two.objects} <= {*theirs.ids()}
    assert theirs.get(two.id).whole
    assert theirs.export(two.id) == two.objects[-1]
    assert one.id not in theirs
    assert {owed.thing for owed in owed_to(book, "EST")} == {one.id}
    take_back(book, "EST", two.id)
    assert not [name for name in Shelf.of(book.view("POL")).ids() if name.startswith("marking-definition--")]


def test_a_later_version_for_others_names_others_and_who_made_it_has_a_later_version_too() -> None:
    book = made()
    one, _ = let_go(book)
    line = next_version(book, "EST", one.id, bytes)
    two = drafted(book, "EST", [REPORT], ["KOR", "POL"], Words("Interest in a port", "It goes on."), line=line)
    agreed(book, two)
    release(book, kept(book, "EST", two.id))
    assert not {str(each["id"]) for each in definitions(one)} & {str(each["id"]) for each in definitions(two)}
    first, later = one.objects[0], two.objects[0]
    assert (first["id"], first["created"]) == (later["id"], later["created"])
    assert str(first["modified"]) < str(later["modified"])
    assert Shelf.of(book.view("POL")).get(str(first["id"]), str(first["modified"])).whole
    assert Shelf.of(book.view("KOR")).get(str(first["id"])).versions == (str(later["modified"]),)


def test_a_draft_of_before_without_markings_is_let_go_as_it_was_consented_to() -> None:
    book = made()
    one = variant(book)
    bare = tuple({name: value for name, value in each.items() if name != "object_marking_refs"}
                 for each in one.objects if each["type"] != "marking-definition")  # fmt: skip
    agreed(book, replace(one, objects=bare))
    release(book, kept(book, "EST", one.id))
    assert "object_marking_refs" not in Shelf.of(book.view("POL")).export(one.id)
    assert texts(book, "POL") == [Text.SAME]
    assert next_version(book, "EST", one.id, bytes).creator == one.objects[0]["id"]


# What is withheld and what the marking says


def test_whom_it_is_for_shows_in_no_marking_and_still_shows_in_the_text() -> None:
    book = made()
    place = {"type": "location", "id": PLACE, **BORN, "name": "POL", "region": "x",
             "aliases": ["EST"]}  # fmt: skip
    shared(book, "JPN", [place], "harbour", ["EST"])
    line = begun(book.clock(), lambda size: bytes([5] * size))

    def shows(text: str) -> set[str]:
        one = drafted(book, "EST", [REPORT, PLACE], ["POL"], Words("Ports", text), line=line)
        return {leak.object for leak in one.shows}

    assert not any(name.startswith("marking-definition--") for name in shows("It begins."))
    assert any(name.startswith("report--") for name in shows("It begins at POL."))


def test_what_was_made_from_a_variant_shows_nothing_of_the_others_marking() -> None:
    book = made()
    one, _ = let_go(book)
    for audience in (["POL", "USA"], ["KOR"], ["POL"]):
        line = begun(book.clock(), lambda size: bytes([9] * size))
        again = drafted(book, "EST", [one.id], audience, Words("In short", "Look at ports."), line=line)
        marked = {str(each["id"]) for each in definitions(again)}
        assert not [leak for leak in again.shows if leak.object in marked or "marking" in leak.field], audience


def test_what_surely_shows_in_the_text_is_still_refused() -> None:
    book = made()
    with pytest.raises(Refused, match="quiet heron"):
        propose(book, variant(book, Words("Ports", "Quiet Heron looks at ports.")))
    assert book.view("EST").records([DRAFT]) == []


# Through MISP

ORGANISATION = "5e6b41a4-6a29-4e1d-8e62-66f4a3a4a999"
BOUND = {
    "for those it names": ({"1": ("EST", "POL")}, "1"),
    "for others": ({"1": ("POL", "KOR")}, "0"),
    "alone": ({}, "0"),
}


@pytest.mark.parametrize(("communities", "distribution"), BOUND.values(), ids=BOUND)
def test_as_an_event_of_misp_it_is_for_exactly_those_it_names_or_for_its_creator_alone(
    communities: dict[str, tuple[str, ...]], distribution: str
) -> None:
    book = made()
    one, _ = let_go(book)
    bound = Bindings({ORGANISATION: "EST"}, communities, {}, misp_schemes())
    (event,) = events(Shelf.of(book.view("EST")), one.id, bound, "EST").objects
    inside = cast("dict[str, object]", event["Event"])
    assert (inside["distribution"], inside["Tag"]) == (distribution, [{"name": "tlp:red"}])
    carriers = [each for each in cast("list[dict[str, object]]", inside["Object"]) if "STIX" in str(each["comment"])]
    assert {each["distribution"] for each in carriers} <= {"5", "0"}
    assert all("marking-definition--" not in str(each) or each["distribution"] == "5" for each in carriers)
    there = book_of([])
    found = plan(there, json.dumps(event).encode(), How("POL", "baltic", misp=bound))
    assert found.bad == ()
    assert {label for row in found.rows if row.type == "report" for label in row.labels} == {frozenset({FROM_ESTONIA})}


def test_as_an_event_of_somebody_else_its_markings_are_refused_by_name() -> None:
    book = made()
    one, _ = let_go(book)
    bound = Bindings({ORGANISATION: "POL"}, {}, {}, misp_schemes())
    with pytest.raises(Refused, match="is neither a distribution nor a tag"):
        events(Shelf.of(book.view("POL")), one.id, bound, "POL")


# Coming in


def planned(objects: list[Properties], by: str = "POL") -> tuple[Book[Casebook], Plan[Casebook]]:
    book = book_of([])
    return book, plan(book, json.dumps(objects).encode(), How(by, "baltic", skip_bad=True))


def label_of(objects: list[Properties]) -> frozenset[Atom]:
    """The label that the report comes in under."""
    _, found = planned(objects)
    assert found.bad == ()
    (label,) = [one.labels[0] for one in found.rows if one.type == "report"]
    return label


ALONE = Atom("POL", "baltic")


def test_the_label_is_the_releasing_partys_and_for_those_it_names() -> None:
    assert label_of(went()) == {FROM_ESTONIA}


def unsaid(objects: list[Properties]) -> object:
    (said,) = [one for one in objects if "definition" in one]
    for one in objects:
        refs = one.get("object_marking_refs", [])
        refs.remove(said["id"]) if refs else None  # type: ignore[attr-defined]  # a list of ids
    objects.remove(said)
    return objects


def said_otherwise(objects: list[Properties]) -> object:
    (said,) = [one for one in objects if "definition" in one]
    return said.update(definition={"statement": f"{LINE}."})


def marked_besides(objects: list[Properties]) -> object:
    white = "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9"
    return [one["object_marking_refs"].append(white) for one in objects if "object_marking_refs" in one]  # type: ignore[attr-defined]


def first_edition(objects: list[Properties]) -> object:
    other = "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed"
    for one in objects:
        refs = one.get("object_marking_refs")
        if isinstance(refs, list):
            refs[refs.index(RED)] = other
    return objects


def more_in_ours(objects: list[Properties]) -> object:
    (ours,) = [one for one in objects if "extensions" in one]
    return ours["extensions"][EXTENSION]["marking"].update(review="2030-01-01")  # type: ignore[index]


OTHERWISE: dict[str, Change] = {
    "without the statement": unsaid,
    "a statement that says something else": said_otherwise,
    "another level besides": marked_besides,
    "a level of another edition": first_edition,
    "a marking that says more": more_in_ours,
}


@pytest.mark.parametrize("change", OTHERWISE.values(), ids=OTHERWISE)
def test_any_other_combination_is_the_join_of_all_that_is_there(change: Change) -> None:
    objects = went()
    change(objects)
    assert label_of(objects) == {FROM_ESTONIA, ALONE}, "red is for named recipients, and the import names none"


def test_a_level_that_nobody_bound_beside_ours_is_refused_as_ever() -> None:
    objects = went()
    for one in objects:
        if isinstance(refs := one.get("object_marking_refs"), list):
            refs[refs.index(RED)] = AMBER
    _, found = planned(objects)
    assert {fault.id for fault in found.bad} == {str(one["id"]) for one in objects if "object_marking_refs" in one}


def test_a_classified_marking_of_ours_speaks_alone_too() -> None:
    every = policies()
    given = read_line("NATO CONFIDENTIAL Releasable to POL", every["NATO"])
    defined = stix_marking.write(given, write_line(given, every["NATO"]), "2026-01-01T00:00:00.000Z", every["TLP"])
    note: Properties = {**NOTE, "object_marking_refs": [str(one["id"]) for one in defined]}
    book = book_of([])
    found = plan(book, json.dumps([note, *defined[:2]]).encode(), How("POL", "baltic", skip_bad=True))
    (row,) = [fault for fault in found.bad if fault.id == note["id"]]
    assert "above what this book may hold" in row.says, "and no statement is held against it"


@pytest.mark.parametrize("field", ["originators", "releasable_to"])
def test_a_code_nobody_knows_is_refused_by_name(field: str) -> None:
    by, readers = ("XQZ", ["POL"]) if field == "originators" else ("EST", ["POL", "XQZ"])
    refs, defined = stix_release.written(by, readers, policies()["TLP"])
    _, found = planned([{**NOTE, "object_marking_refs": refs}, *defined])
    assert [(fault.id, fault.field, "XQZ" in fault.says) for fault in found.bad] == [
        (NOTE["id"], "object_marking_refs", True)
    ]


def test_whoever_may_read_it_there_reads_its_definitions_though_they_came_before_it() -> None:
    refs, defined = stix_release.written("EST", ["POL", "FIN"], policies()["TLP"])
    note: Properties = {**NOTE, "object_marking_refs": refs}
    book = book_of([])
    for objects in ([*defined], [note, *defined]):
        plan(book, json.dumps(objects).encode(), How("POL", "baltic")).commit()
    for party, sees in {"POL": 3, "FIN": 3, "EST": 3, "KOR": 0}.items():
        shelf = Shelf.of(book.view(party))
        assert len(shelf.ids()) == sees, party
        assert not sees or shelf.export(str(NOTE["id"])) == note
    again = plan(book, json.dumps([note, *defined]).encode(), How("POL", "baltic"))
    assert again.new == 0


def test_definitions_that_came_before_stay_out_of_sight_until_something_bears_them() -> None:
    _, defined = stix_release.written("EST", ["POL", "FIN"], policies()["TLP"])
    book = book_of([])
    plan(book, json.dumps(defined).encode(), How("POL", "baltic")).commit()
    assert (len(Shelf.of(book.view("POL")).ids()), len(Shelf.of(book.view("FIN")).ids())) == (2, 0)
