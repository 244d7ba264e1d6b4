"""What stands on the shelf for whom: portions, references, renditions, and the order of things."""

from __future__ import annotations

import pytest

from comity.errors import Impossible, Malformed
from comity.ledger.book import Draft
from comity.values.label import Atom
from tests.instruments.intelligence.shelves import (
    APT,
    DAY,
    GREEN,
    RED,
    TOOL,
    USES,
    Stix,
    book,
    brought_in,
    bundle,
    held_back,
    name,
    report,
    seen,
    statement,
    thing,
)


def test_what_everybody_may_read_leaves_as_it_came_in() -> None:
    one = book()
    brought_in(one, APT, TOOL, USES)
    shelf = seen(one)
    assert {str(found): shelf.export(found) for found in shelf.ids()} == {str(o["id"]): o for o in (APT, TOOL, USES)}
    assert all(shelf.get(found).whole for found in shelf.ids())


def test_a_relationship_goes_with_one_of_its_ends() -> None:
    one = book()
    brought_in(one, APT, TOOL, USES, rules=[held_back(APT, to=["GBR"])])
    assert seen(one, "FRA").ids() == [TOOL["id"]]
    assert set(seen(one, "GBR").ids()) == {APT["id"], TOOL["id"], USES["id"]}


def test_a_reference_to_what_was_never_there_is_dropped_like_one_to_what_is_withheld() -> None:
    withheld, absent = book(), book()
    weekly = report(APT, TOOL)
    brought_in(withheld, APT, TOOL, weekly, rules=[held_back(APT)])
    brought_in(absent, TOOL, weekly)
    for one in (withheld, absent):
        shelf = seen(one, "FRA")
        assert shelf.get(str(weekly["id"])).properties["object_refs"] == [TOOL["id"]]
        left = shelf.export(str(weekly["id"]))
        assert left["object_refs"] == [TOOL["id"]]
        assert left["id"] != weekly["id"], "who omits anything gives a new id"


def test_a_report_about_nothing_that_is_seen_is_not_seen() -> None:
    one = book()
    weekly = report(APT)
    brought_in(one, APT, TOOL, weekly, rules=[held_back(APT)])
    assert seen(one, "FRA").ids() == [TOOL["id"]]


def test_what_refers_to_what_is_not_seen_goes_to_the_end_of_the_chain() -> None:
    one = book()
    noted = thing("note", "a note", content="on the relationship", object_refs=[USES["id"]])
    opined = thing("opinion", "an opinion", opinion="agree", object_refs=[noted["id"]])
    brought_in(one, APT, TOOL, USES, noted, opined)
    secret = Draft("USA", frozenset({Atom("USA", "held-back")}))
    assert len(seen(one).ids()) == 5
    two = book()
    brought_in(two, TOOL, USES, noted, opined)
    assert seen(two).ids() == [TOOL["id"]]
    two.record({"intelligence-filed": {"collection": "x", "thing": str(APT["id"])}}, secret)
    assert seen(two).ids() == [TOOL["id"]]


def test_a_granular_marking_divides_an_object() -> None:
    one = book()
    marked = {**APT, "granular_markings": [{"marking_ref": RED, "selectors": ["description"]}]}
    brought_in(one, marked, to=["GBR", "FRA"], tlp={"RED": ["GBR"]})
    partial, whole = seen(one, "FRA"), seen(one, "GBR")
    assert "description" not in partial.get(str(APT["id"])).properties
    assert not partial.get(str(APT["id"])).whole
    assert whole.export(str(APT["id"])) == marked
    assert whole.get(str(APT["id"])).whole
    left = partial.export(str(APT["id"]))
    assert left["id"] != APT["id"]
    assert "granular_markings" not in left


def test_a_marking_inside_a_property_holds_for_the_whole_of_it() -> None:
    one = book()
    marked = {**APT, "granular_markings": [{"marking_ref": RED, "selectors": ["aliases.[1]", "description"]}]}
    brought_in(one, marked, to=["GBR", "FRA"], tlp={"RED": ["GBR"]})
    assert "aliases" not in seen(one, "FRA").get(str(APT["id"])).properties


def test_what_an_object_cannot_be_without_restricts_the_whole_of_it() -> None:
    one = book()
    marked = {**APT, "granular_markings": [{"marking_ref": RED, "selectors": ["name"]}]}
    brought_in(one, marked, to=["GBR", "FRA"], tlp={"RED": ["GBR"]})
    assert seen(one, "FRA").ids() == []
    assert seen(one, "GBR").ids() == [APT["id"]]


def test_an_observable_whose_id_says_its_value_is_never_divided() -> None:
    one = book()
    address: Stix = {"type": "ipv4-addr", "id": name("ipv4-addr", "x", 5), "value": "203.0.113.9"}
    marked = {**address, "granular_markings": [{"marking_ref": RED, "selectors": ["value"]}]}
    brought_in(one, marked, to=["GBR", "FRA"], tlp={"RED": ["GBR"]})
    assert seen(one, "FRA").ids() == []
    assert seen(one, "GBR").export(str(address["id"])) == marked


def test_a_name_in_the_words_of_others_is_withheld_with_what_bears_it() -> None:
    one = book()
    telling = thing("tool", "Beacon", description="Used by HOLLOW-REED since 2020.", x_more="nothing of it")
    silent = thing("tool", "Torch", description="The reeds are hollow here.")
    brought_in(one, APT, telling, silent, rules=[held_back(APT, to=["GBR"])])
    assert "description" not in seen(one, "FRA").get(str(telling["id"])).properties
    assert seen(one, "FRA").get(str(telling["id"])).properties["x_more"] == "nothing of it"
    assert seen(one, "FRA").export(str(silent["id"])) == silent
    assert seen(one, "GBR").export(str(telling["id"])) == telling


def test_a_name_known_from_an_earlier_import_is_withheld_too() -> None:
    one = book()
    brought_in(one, APT, to=["GBR"], clause="secret")
    telling = thing("tool", "Beacon", description="Used by group[.]99 since 2020.")
    brought_in(one, telling)
    assert "description" not in seen(one, "FRA").get(str(telling["id"])).properties
    assert seen(one, "GBR").export(str(telling["id"])) == telling


def test_what_an_object_calls_itself_is_no_mention_of_another() -> None:
    one = book()
    pattern = {"pattern": "[ipv4-addr:value = '203.0.113.9']", "pattern_type": "stix", "valid_from": DAY}
    brought_in(one, thing("indicator", "as a source told it", **pattern), to=["GBR"], clause="secret")
    open_one = thing("indicator", "as anybody may know it", **pattern)
    brought_in(one, open_one)
    assert seen(one, "FRA").export(str(open_one["id"])) == open_one


def test_a_rendition_is_called_the_same_each_time_and_otherwise_for_those_who_see_more() -> None:
    one = book()
    marked = {**APT, "granular_markings": [
        {"marking_ref": RED, "selectors": ["description"]}, {"marking_ref": GREEN, "selectors": ["aliases"]},
    ]}  # fmt: skip
    brought_in(one, marked, to=["GBR", "FRA", "POL"], tlp={"RED": ["GBR"], "GREEN": ["GBR", "FRA"]})
    ids = {party: seen(one, party).export(str(APT["id"]))["id"] for party in ("GBR", "FRA", "POL")}
    assert ids["GBR"] == APT["id"]
    assert len(set(ids.values())) == 3
    brought_in(one, TOOL, to=["GBR"])
    assert {party: seen(one, party).export(str(APT["id"]))["id"] for party in ids} == ids
    assert seen(one, "POL").resolve(str(ids["POL"])) == (APT["id"], APT["modified"])
    with pytest.raises(Impossible):
        seen(one, "POL").resolve(str(ids["FRA"]))


def test_what_refers_to_a_rendition_follows_it_and_is_one_itself() -> None:
    one = book()
    marked = {**TOOL, "granular_markings": [{"marking_ref": RED, "selectors": ["description"]}]}
    brought_in(one, APT, marked, USES, to=["GBR", "FRA"], tlp={"RED": ["GBR"]})
    shelf = seen(one, "FRA")
    uses = shelf.export(str(USES["id"]))
    assert uses["target_ref"] == shelf.export(str(TOOL["id"]))["id"]
    assert uses["source_ref"] == APT["id"]
    assert uses["id"] != USES["id"]


def test_a_rendition_is_called_otherwise_where_what_it_leads_to_is_otherwise() -> None:
    one = book()
    marked = {**TOOL, "x_note": "y", "granular_markings": [
        {"marking_ref": RED, "selectors": ["description"]}, {"marking_ref": GREEN, "selectors": ["x_note"]},
    ]}  # fmt: skip
    weekly = report(USES)
    brought_in(one, APT, marked, USES, weekly, to=["GBR", "FRA", "POL"], tlp={"RED": ["GBR"], "GREEN": ["GBR", "FRA"]})
    ids = [seen(one, party).exported_id(str(weekly["id"])) for party in ("GBR", "FRA", "POL")]
    assert ids[0] == weekly["id"]
    assert len(set(ids)) == 3


def test_one_id_and_version_say_one_thing_to_whoever_gets_them() -> None:
    one = book()
    weekly = report(APT, TOOL, granular_markings=[{"marking_ref": RED, "selectors": ["name"]}])
    marked = {**TOOL, "granular_markings": [{"marking_ref": RED, "selectors": ["description"]}]}
    brought_in(one, APT, marked, USES, weekly, to=["GBR", "FRA", "POL"], tlp={"RED": ["GBR"]},
               rules=[held_back(APT, to=["GBR", "FRA"])])  # fmt: skip
    left: dict[tuple[object, object], object] = {}
    for audience in ("GBR", "FRA", "POL", "USA"):
        shelf = seen(one, audience)
        for found in map(shelf.export, shelf.ids()):
            assert left.setdefault((found["id"], found["modified"]), found) == found


@pytest.mark.parametrize("divided", [False, True], ids=["whole", "in portions"])
def test_who_states_a_version_in_other_words_is_shown_with_his_own(divided: bool) -> None:
    one = book()
    marks = {"granular_markings": [{"marking_ref": RED, "selectors": ["description"]}]} if divided else {}
    ours = {**TOOL, **marks}
    theirs = {**ours, "name": "Torch", "description": "Theirs.", "labels": ["new"]}
    brought_in(one, ours, to=["GBR"], tlp={"RED": ["GBR"]})
    brought_in(one, theirs, by="EST", to=["GBR"], tlp={"RED": ["GBR"]}, clause="estonia")
    found = seen(one, "GBR").get(str(TOOL["id"]))
    said: dict[str, dict[str, object]] = {"USA": {}, "EST": {}}
    for portion in found.portions:
        said[portion.originator] |= found.said(portion)
    assert (said["USA"]["name"], said["USA"]["description"]) == ("Lantern", "A tool of many.")
    assert (said["EST"]["name"], said["EST"]["description"]) == ("Torch", "Theirs.")
    assert found.name == "Lantern"


def test_an_object_goes_with_the_marking_that_it_bears() -> None:
    one = book()
    words = statement("for exercises only")
    marked = {**TOOL, "object_marking_refs": [words["id"]]}
    brought_in(one, words, marked, APT)
    assert set(seen(one).ids()) == {words["id"], TOOL["id"], APT["id"]}
    assert seen(one).export(str(TOOL["id"])) == marked


def test_a_marking_stands_wherever_it_is_used() -> None:
    one = book()
    words = statement("for exercises only")
    brought_in(one, words, {**TOOL, "object_marking_refs": [words["id"]]},
               {**APT, "object_marking_refs": [words["id"], GREEN]}, to=None, tlp={"GREEN": ["GBR"]})  # fmt: skip
    assert set(seen(one, "GBR").ids()) == {words["id"], APT["id"]}
    assert seen(one, "FRA").ids() == []


def test_versions_stand_beside_each_other_latest_first() -> None:
    one = book()
    later = {**TOOL, "modified": "2025-01-01T00:00:00.000Z", "description": "Known better now."}
    brought_in(one, TOOL, APT)
    brought_in(one, later, to=["GBR"])
    assert seen(one, "GBR").get(str(TOOL["id"])).versions == (later["modified"], TOOL["modified"])
    assert seen(one, "GBR").ids()[0] == TOOL["id"]
    assert seen(one, "GBR").export(str(TOOL["id"]), str(TOOL["modified"])) == TOOL
    assert seen(one, "FRA").export(str(TOOL["id"])) == TOOL
    with pytest.raises(Impossible):
        seen(one, "FRA").get(str(TOOL["id"]), str(later["modified"]))


def test_what_is_withheld_and_what_never_was_end_alike() -> None:
    one = book()
    brought_in(one, APT, to=["GBR"])
    absent = name("intrusion-set", "nobody")
    told = []
    for asked in (str(APT["id"]), absent):
        with pytest.raises(Impossible) as error:
            seen(one, "FRA").get(asked)
        told.append(str(error.value).replace(asked, "ID"))
    assert told[0] == told[1]


def test_pages_go_through_all_that_is_seen() -> None:
    one = book()
    tools = [thing("tool", f"tool {number}") for number in range(25)]
    brought_in(one, *tools, rules=[held_back(*tools[::3])])
    shelf = seen(one, "FRA")
    found, after = [], None
    while page := shelf.ids(after=after, limit=4):
        found += page
        after = page[-1]
    assert found == shelf.ids()
    assert set(found) == {str(tool["id"]) for tool in tools} - {str(tool["id"]) for tool in tools[::3]}
    assert shelf.count() == len(found)
    with pytest.raises(Malformed):
        shelf.ids(after=str(tools[0]["id"]))


def test_a_search_finds_words_that_are_seen_and_counts_nothing_else() -> None:
    one = book()
    hidden = thing("malware", "Lantern Two", is_family=False)
    brought_in(one, APT, TOOL, hidden, USES, rules=[held_back(hidden, to=["GBR"])], collections=["weekly"])
    found = seen(one, "FRA").search("lantern")
    assert [hit.id for hit in found.hits] == [TOOL["id"]]
    assert found.facets["type"] == {"tool": 1}
    assert found.facets["collection"] == {"weekly": 1}
    assert found.facets["originator"] == {"USA": 1}
    assert [*found.facets["marking"].values()] == [1]
    assert seen(one, "GBR").search("lantern").total == 2
    assert seen(one, "GBR").search('"lantern two"').total == 1
    assert seen(one, "GBR").search("lantern", types=["malware"]).total == 1
    assert seen(one, "FRA").search(str(hidden["id"])).total == 0
    assert seen(one, "FRA").search("", collection="weekly").total == len(seen(one, "FRA").ids())


def test_a_search_by_several_words_finds_them_in_several_portions() -> None:
    one = book()
    marked = {**APT, "granular_markings": [{"marking_ref": RED, "selectors": ["description"]}]}
    brought_in(one, marked, to=["GBR", "FRA"], tlp={"RED": ["GBR"]})
    assert seen(one, "GBR").search("reed careful").total == 1
    assert seen(one, "FRA").search("reed careful").total == 0


def test_a_search_is_no_language() -> None:
    one = book()
    brought_in(one, thing("tool", 'a "quoted" NEAR(x) OR tool*'))
    for words in ('"', "NEAR(", "x OR y", "*", "-", "tool*", '"quoted', "a:b", "^a", "{a}"):
        seen(one).search(words)
    assert seen(one).search("near").total == 1


def test_objects_are_in_the_collections_they_were_filed_in() -> None:
    one = book()
    brought_in(one, APT, TOOL, collections=["all"])
    one.record({"intelligence-filed": {"collection": "tools", "thing": str(TOOL["id"])}}, Draft("USA", frozenset()))
    assert seen(one).ids(collection="tools") == [TOOL["id"]]
    assert seen(one).get(str(TOOL["id"])).collections == ("all", "tools")
    assert [entry.id for entry in seen(one).entries("tools")] == [TOOL["id"]]
    assert seen(one).ids(collection="none") == []


def test_an_entry_has_another_digest_when_it_leaves_otherwise() -> None:
    one, two = book(), book()
    marked = {**APT, "granular_markings": [{"marking_ref": RED, "selectors": ["description"]}]}
    for each, objects in ((one, (marked,)), (two, (marked, TOOL))):
        brought_in(each, *objects, to=["GBR", "FRA"], tlp={"RED": ["GBR"]})
    whole, partial = ([*seen(one, party).entries()] for party in ("GBR", "FRA"))
    assert whole[0].id == APT["id"]
    assert partial[0].id == seen(one, "FRA").export(str(APT["id"]))["id"]
    assert whole[0].digest != partial[0].digest
    assert [*seen(one, "FRA").entries()] == partial


def test_a_correction_takes_a_portion_off_the_shelf() -> None:
    one = book()
    brought = brought_in(one, TOOL, APT)
    assert len(seen(one).ids()) == 2
    body = {"thing": str(APT["id"]), "supersedes": brought.receipts[1].id}
    one.record({"own-recall": body}, Draft("USA", frozenset()))
    assert seen(one).ids() == [TOOL["id"]]


def test_a_view_of_the_past_shows_what_had_arrived() -> None:
    one = book()
    brought_in(one, TOOL)
    then = one.clock()
    brought_in(one, APT)
    from comity.instruments.intelligence.shelf import Shelf

    assert Shelf.of(one.view(known=then)).ids() == [TOOL["id"]]
    assert len(seen(one).ids()) == 2


def test_a_view_holds_still() -> None:
    one = book()
    brought_in(one, TOOL)
    from comity.instruments.intelligence.shelf import Shelf

    view = one.view()
    brought_in(one, APT)
    assert Shelf.of(view).ids() == [TOOL["id"]]


def test_the_bundle_of_these_tests_is_one() -> None:
    assert bundle(TOOL).startswith(b'{"type": "bundle"')


def test_a_hit_is_named_by_and_attributed_to_the_one_whose_words_were_found() -> None:
    one = book()
    brought_in(one, thing("malware", "x", is_family=False) | {"name": "Lantern"}, to=["FRA"])
    brought_in(
        one, thing("malware", "x", is_family=False) | {"name": "Torch", "aliases": ["wick"]}, by="GBR", to=["FRA"]
    )
    named = {
        words: [(hit.name, hit.by) for hit in seen(one, "FRA").search(words).hits]
        for words in ("lantern", "wick", "lantern wick", "")
    }
    assert named == {
        "lantern": [("Lantern", ("USA",))],
        "wick": [("Torch", ("GBR",))],
        "lantern wick": [("Lantern", ("GBR", "USA"))],
        "": [("Lantern", ("GBR", "USA"))],
    }
    assert [(hit.name, hit.by) for hit in seen(one, "FRA").search("", originator="GBR").hits] == [("Torch", ("GBR",))]
    assert [(hit.name, hit.by) for hit in seen(one, "GBR").search("").hits] == [("Torch", ("GBR",))]


def test_what_matches_unseen_neither_names_nor_attributes_a_hit() -> None:
    one = book()
    brought_in(one, thing("malware", "x", is_family=False), by="GBR", to=["POL"])
    brought_in(one, thing("malware", "x", is_family=False) | {"name": "Torch"}, to=["FRA"])
    brought_in(one, thing("malware", "x", is_family=False) | {"name": "Torch, hidden"}, by="DEU", to=None)
    (hit,) = seen(one, "FRA").search("torch").hits
    assert (hit.name, hit.by) == ("Torch", ("USA",))
