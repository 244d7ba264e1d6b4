"""What refers to what, what of it is searched, and what goes with a reference that goes."""

from __future__ import annotations

import pytest

from comity.instruments.intelligence.references import (
    NEEDED,
    OPTIONAL,
    SOME,
    Edge,
    followed,
    is_reference,
    known_to_all,
    walk,
)
from tests.instruments.intelligence.shelves import GREEN, RED, name

SEEN, GONE = name("tool", "seen"), name("tool", "gone")
OTHER = name("identity", "other")

EDGES: dict[str, tuple[str, dict[str, object], list[Edge]]] = {
    "both ends of a relationship are needed": (
        "relationship", {"source_ref": SEEN, "target_ref": GONE}, [Edge(SEEN, NEEDED), Edge(GONE, NEEDED)]
    ),
    "what a sighting is of is needed, where it was is not": (
        "sighting", {"sighting_of_ref": SEEN, "where_sighted_refs": [OTHER]},
        [Edge(SEEN, NEEDED), Edge(OTHER, OPTIONAL)],
    ),
    "a report needs one of what it is about": (
        "report", {"object_refs": [SEEN, GONE]}, [Edge(SEEN, SOME), Edge(GONE, SOME)]
    ),
    "so does what was observed, which may have them in place of objects": (
        "observed-data", {"object_refs": [SEEN]}, [Edge(SEEN, SOME)]
    ),
    "and no other list of it": ("observed-data", {"x_refs": [SEEN]}, [Edge(SEEN, OPTIONAL)]),
    "one reference that a type needs may go": (
        "extension-definition", {"created_by_ref": OTHER}, [Edge(OTHER, OPTIONAL)]
    ),
    "what no standard says needs its list does not": ("x-own", {"object_refs": [SEEN]}, [Edge(SEEN, OPTIONAL)]),
    "nor does a type of the standard that has no such list": ("tool", {"object_refs": [SEEN]}, [Edge(SEEN, OPTIONAL)]),
    "another list is not needed": ("report", {"x_refs": [SEEN]}, [Edge(SEEN, OPTIONAL)]),
    "who made it is not needed": ("tool", {"created_by_ref": OTHER}, [Edge(OTHER, OPTIONAL)]),
    "what marks it is needed": ("tool", {"object_marking_refs": [OTHER]}, [Edge(OTHER, NEEDED)]),
    "what marks a part of it is needed": (
        "tool", {"granular_markings": [{"marking_ref": OTHER, "selectors": ["name"]}]}, [Edge(OTHER, NEEDED)]
    ),
    "what is no mark of a part marks nothing": ("tool", {"granular_markings": [7, {"selectors": ["name"]}]}, []),
    "the language of a part is no reference": (
        "tool", {"granular_markings": [{"lang": "fr", "selectors": ["name"]}]}, []
    ),
    "what everybody knows is none": ("tool", {"object_marking_refs": [GREEN], "x_ref": RED}, []),
    "what is no id is none": ("tool", {"x_ref": "seen", "y_ref": 7, "z_refs": ["tool--seen", None]}, []),
    "a key that only begins like one is none": ("tool", {"x_reference": SEEN, "ref": SEEN}, []),
    "one deep inside": ("tool", {"extensions": {"a": {"b": [{"c_ref": SEEN}]}}}, [Edge(SEEN, OPTIONAL)]),
    "a list of them deep inside": (
        "tool", {"x": [[{"c_refs": [SEEN, GONE]}]]}, [Edge(SEEN, OPTIONAL), Edge(GONE, OPTIONAL)]
    ),
    "one in an item under the key of a list": (
        "tool", {"x_refs": [{"a_ref": SEEN}, "word"]}, [Edge(SEEN, OPTIONAL)]
    ),
    "one in a map under such a key": ("tool", {"x_ref": {"a_ref": SEEN}}, [Edge(SEEN, OPTIONAL)]),
    "an id under a key of another kind is none": ("tool", {"x": {"y": SEEN, "z": [SEEN]}}, []),
    "deep inside, needed nowhere": ("tool", {"x": {"source_ref": SEEN}}, [Edge(SEEN, OPTIONAL)]),
}  # fmt: skip


@pytest.mark.parametrize("case", EDGES.values(), ids=EDGES)
def test_an_object_refers_to_what_its_references_name(case: tuple[str, dict[str, object], list[Edge]]) -> None:
    kind, properties, edges = case
    assert walk(kind, properties).edges == edges


def test_how_much_a_reference_is_needed_stands_in_an_index_by_these_numbers() -> None:
    assert (OPTIONAL, NEEDED, SOME) == (0, 1, 2)


SEARCHED: dict[str, tuple[dict[str, object], list[str]]] = {
    "its texts": ({"name": "Lantern", "description": "of many"}, ["Lantern", "of many"]),
    "the texts of its lists": ({"aliases": ["Lamp", "Torch"]}, ["Lamp", "Torch"]),
    "those deep inside": ({"x": {"a": "one", "b": [{"c": "two"}, ["three"]]}}, ["one", "two", "three"]),
    "a text with two hyphens in it": ({"x": ["a--b"]}, ["a--b"]),
    "no numbers": ({"count": 7, "is_family": True, "x": [1, {"a": 2.5}], "y": None}, []),
    "neither its id nor its versions nor its language": (
        {"id": SEEN, "type": "tool", "spec_version": "2.1", "created": "c", "modified": "m", "lang": "fr"}, []
    ),
    "nor its marks": ({"granular_markings": [{"lang": "fr", "selectors": ["name"]}], "revoked": False}, []),
    "no references": ({"x_ref": SEEN, "y_refs": [GONE], "z": {"x_ref": SEEN, "a": "one"}}, ["one"]),
    "no word in the place of a reference": (
        {"x_ref": "one", "y_refs": ["two", {"a": "three"}], "z": {"b_ref": "four", "c": "five"}}, ["three", "five"]
    ),
    "the texts of a map in the place of one": ({"x_ref": {"a": "one"}}, ["one"]),
    "no ids among texts": ({"x": ["one", SEEN]}, ["one"]),
    "nothing of an item that may go with its reference": (
        {"x": [{"who_ref": SEEN, "says": "secret"}, {"says": "open"}, [{"to_refs": [SEEN]}, "secret"]]}, ["open"]
    ),
    "nothing of an item in which there is one deeper": (
        {"x": [{"about": {"who_ref": SEEN}, "says": "secret"}, {"about": {"who": "x"}, "says": "open"}]}, ["x", "open"]
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", SEARCHED.values(), ids=SEARCHED)
def test_what_is_searched_of_an_object(case: tuple[dict[str, object], list[str]]) -> None:
    properties, texts = case
    assert walk("tool", properties).text == "\n".join(texts)


def test_what_may_go_with_its_item_is_searched_nowhere_but_refers_still() -> None:
    walked = walk("tool", {"x": [{"who_ref": SEEN, "says": "secret", "deeper": [{"to_ref": GONE}]}]})
    assert walked.edges == [Edge(SEEN, OPTIONAL), Edge(GONE, OPTIONAL)]
    assert walked.text == ""


def test_an_id_is_a_reference_unless_everybody_knows_what_it_names() -> None:
    assert is_reference(SEEN)
    assert not any(map(is_reference, [GREEN, RED, "tool", "a--b", f"{SEEN}x", 7, None, [SEEN], ""]))
    assert {GREEN, RED} <= known_to_all()


LEFT: dict[str, tuple[dict[str, object], dict[str, object]]] = {
    "what refers to nothing stays": (
        {"name": "x", "count": 1, "list": ["a", 1], "map": {"a": [1]}},
        {"name": "x", "count": 1, "list": ["a", 1], "map": {"a": [1]}},
    ),
    "a reference follows": ({"x_ref": SEEN}, {"x_ref": "tool--new"}),
    "a reference to what is gone goes": ({"x_ref": GONE, "name": "x"}, {"name": "x"}),
    "what is no reference stays under its key": (
        {"x_ref": "nobody", "y_refs": [7]}, {"x_ref": "nobody", "y_refs": [7]}
    ),
    "what everybody knows stays": ({"object_marking_refs": [GREEN]}, {"object_marking_refs": [GREEN]}),
    "an id under a key of another kind stays": ({"x": GONE, "y": [GONE, "a"]}, {"x": GONE, "y": [GONE, "a"]}),
    "an item in a list of references goes with its own": (
        {"x_refs": [{"a_ref": GONE, "b": 1}, SEEN]}, {"x_refs": ["tool--new"]}
    ),
    "of a list the rest stays": ({"x_refs": [SEEN, GONE, OTHER]}, {"x_refs": ["tool--new", OTHER]}),
    "a list of which nothing is left goes": ({"x_refs": [GONE], "name": "x"}, {"name": "x"}),
    "a list that was empty stays": ({"x_refs": [], "y": []}, {"x_refs": [], "y": []}),
    "a map under a plural key is walked": ({"x_refs": {"a_ref": GONE, "b": 1}}, {"x_refs": {"b": 1}}),
    "inside a map it goes alone": (
        {"x": {"a_ref": GONE, "b_ref": SEEN, "c": 1}}, {"x": {"b_ref": "tool--new", "c": 1}}
    ),
    "an item goes with its reference": (
        {"x": [{"a_ref": GONE, "says": "secret"}, {"a_ref": SEEN, "says": "open"}]},
        {"x": [{"a_ref": "tool--new", "says": "open"}]},
    ),
    "an item goes with one of its references": (
        {"x": [{"a_refs": [SEEN, GONE]}, {"a_refs": [SEEN]}]}, {"x": [{"a_refs": ["tool--new"]}]}
    ),
    "an item goes with all of them": ({"x": [{"a_refs": [GONE]}, 1]}, {"x": [1]}),
    "an item goes with a reference in a map of it": (
        {"x": [{"about": {"a_ref": GONE}, "says": "secret"}, {"about": {"a_ref": SEEN}, "says": "open"}]},
        {"x": [{"about": {"a_ref": "tool--new"}, "says": "open"}]},
    ),
    "a list of which no item is left goes": ({"x": [{"a_ref": GONE}], "name": "x"}, {"name": "x"}),
    "the item that goes is the inmost": (
        {"x": [{"y": [{"a_ref": GONE}, {"b": 1}], "c": 2}]}, {"x": [{"y": [{"b": 1}], "c": 2}]}
    ),
    "an item goes with the last of its items": ({"x": [{"y": [{"a_ref": GONE}], "c": 2}, 3]}, {"x": [3]}),
    "a list in a list is a list": ({"x": [[{"a_ref": GONE}, 1], [{"a_ref": GONE}], 2]}, {"x": [[1], 2]}),
    "an empty list in an item stays": ({"x": [{"y": [], "a_refs": []}]}, {"x": [{"y": [], "a_refs": []}]}),
}  # fmt: skip


@pytest.mark.parametrize("case", LEFT.values(), ids=LEFT)
def test_what_is_left_of_an_object_where_something_is_gone(case: tuple[dict[str, object], dict[str, object]]) -> None:
    given, left = case
    to = {SEEN: "tool--new", OTHER: OTHER}
    assert followed(given, to.get) == left
