"""The network: the same rows make the same picture, and everything of it stands in the table."""

from __future__ import annotations

import math
from xml.etree import ElementTree

import pytest

from comity.formats.network import Edge, Node, edge_table, layout, svg

SVG = "{http://www.w3.org/2000/svg}"
NODES = [
    Node("us", "We", 0),
    *(Node(f"t{n}", f"Treaty {n}", 1) for n in range(4)),
    *(Node(f"p{n}", f"Party {n}", 2, href=f"/p{n}") for n in range(4)),
]
EDGES = [
    *(Edge(f"t{n}", "us", "a party") for n in range(4)),
    *(Edge(f"t{n}", f"p{3 - n}", "a party") for n in range(4)),
]


def test_the_same_rows_make_the_same_bytes() -> None:
    assert svg(NODES, EDGES, "t", "d", seed=3) == svg(NODES, EDGES, "t", "d", seed=3)
    assert svg(NODES, EDGES, "t", "d", seed=3) != svg(NODES, EDGES, "t", "d", seed=4)


def test_a_seed_turns_the_whole_and_nothing_else() -> None:
    one, two = layout(NODES, EDGES), layout(NODES, EDGES, seed=7)
    turns = {round((two[name] - one[name]) % (2 * math.pi), 6) for name in one}
    assert len(turns) == 1


def test_a_party_stands_near_what_it_is_joined_to() -> None:
    angles = layout(NODES, EDGES)
    for n in range(4):
        assert math.cos(angles[f"t{n}"] - angles[f"p{3 - n}"]) == pytest.approx(1, abs=0.05)


def test_every_node_is_drawn_and_linked_and_an_edge_to_nobody_is_not() -> None:
    root = ElementTree.fromstring(svg(NODES, [*EDGES, Edge("t0", "nobody", "x")], "t", "d"))
    assert {one.attrib["data-code"] for one in root.iter(f"{SVG}circle")} == {node.id for node in NODES}
    assert [one.attrib["href"] for one in root.iter(f"{SVG}a")] == [f"/p{n}" for n in range(4)]
    assert len(list(root.iter(f"{SVG}path"))) == len(EDGES)


def test_a_link_is_called_by_what_is_seen_of_it() -> None:
    drawn = svg(
        [Node("t", "T-1", 1, href="/t", told="Treaty of the Lake"), Node("p", "We", 2, href="/p")], [], "t", "d"
    )
    links = list(ElementTree.fromstring(drawn).iter(f"{SVG}a"))
    assert [one.attrib["aria-label"] for one in links] == ["T-1: Treaty of the Lake", "We"]


def test_the_table_has_every_edge_in_words() -> None:
    assert edge_table(NODES, EDGES).rows[0] == ("Treaty 0", "We", "a party")
    assert len(edge_table(NODES, EDGES).rows) == len(EDGES)


def test_no_nodes_make_an_empty_drawing_and_words_no_markup() -> None:
    assert ElementTree.fromstring(svg([], [], "t", "d")).attrib["role"] == "img"
    drawn = svg([Node("<", "<b>", 2, '"', told="&")], [], "<t>", "d")
    ElementTree.fromstring(drawn)
    assert "<b>" not in drawn
