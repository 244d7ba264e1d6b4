"""The network: the same rows make the same picture, and everything of it stands in the table."""

from __future__ import annotations

import math
from collections.abc import Iterator
from xml.etree import ElementTree

import pytest

from comity.formats.network import Edge, Node, Place, edge_table, layout, svg

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


LONG = "A report with a rather long title, 2026"
FEW = {
    "one alone": ([Node("a", "A", 0)], []),
    "two": ([Node("a", LONG, 0), Node("b", LONG, 1)], [Edge("a", "b", "x")]),
    "a triangle": (
        [Node("a", LONG, 0), Node("b", LONG, 1), Node("c", LONG, 1)],
        [Edge("a", "b", "x"), Edge("a", "c", "x"), Edge("b", "c", "x")],
    ),
    "four in a chain": (
        [Node("a", LONG, 0), Node("b", LONG, 1), Node("c", LONG, 2), Node("d", LONG, 2)],
        [Edge("a", "b", "x"), Edge("b", "c", "x"), Edge("b", "d", "x")],
    ),
    "a star, and one beyond": (
        [Node("a", LONG, 0), *(Node(f"b{n}", LONG, 1) for n in range(3)), Node("c", LONG, 2)],
        [*(Edge("a", f"b{n}", "x") for n in range(3)), Edge("b2", "c", "x"), Edge("a", "c", "x")],
    ),
    "pairs without a middle": (
        [Node("a", LONG, 1), Node("b", LONG, 1), Node("c", LONG, 2), Node("d", LONG, 2)],
        [Edge("a", "d", "x"), Edge("b", "c", "x")],
    ),
}


def boxes(root: ElementTree.Element) -> list[tuple[float, float, float, float]]:
    """Left, top, right and bottom of each node with its words, at sixteen units of type."""
    found = []
    for circle, text in zip(root.iter(f"{SVG}circle"), root.iter(f"{SVG}text"), strict=True):
        lines = list(text.iter(f"{SVG}tspan"))
        half = max(len(line.text or "") for line in lines) * 16 * 0.55 / 2
        x, y = float(circle.attrib["cx"]), float(circle.attrib["cy"])
        found.append((x - half, y - float(circle.attrib["r"]), x + half, float(lines[-1].attrib["y"]) + 4))
    return found


@pytest.mark.parametrize(("nodes", "edges"), FEW.values(), ids=FEW)
def test_a_few_nodes_stand_apart_with_level_words_inside_the_drawing(nodes: list[Node], edges: list[Edge]) -> None:
    drawn = svg(nodes, edges, "t", "d")
    root = ElementTree.fromstring(drawn)
    _, _, wide, high = map(float, root.attrib["viewBox"].split())
    assert root.attrib["class"] == "network few"
    assert "rotate" not in drawn
    assert wide <= 530, "three columns are read on a phone"
    every = boxes(root)
    assert len(every) == len(nodes)
    for place, (left, top, right, bottom) in enumerate(every):
        assert (left >= 0, top >= 0, right <= wide, bottom <= high) == (True, True, True, True)
        for other in every[place + 1 :]:
            assert right <= other[0] or other[2] <= left or bottom <= other[1] or other[3] <= top
    assert len(list(root.iter(f"{SVG}path"))) == len(edges)
    assert drawn == svg(nodes, edges, "t", "d", seed=5)


def test_lines_between_few_nodes_do_not_cross_where_they_need_not() -> None:
    nodes, edges = FEW["pairs without a middle"]
    at = {
        one.attrib["data-code"]: one.attrib["cy"]
        for one in ElementTree.fromstring(svg(nodes, edges, "t", "d")).iter(f"{SVG}circle")
    }
    assert (at["a"] == at["d"], at["b"] == at["c"]) == (True, True)


def test_a_fourth_node_of_a_ring_brings_the_rings_back() -> None:
    nodes, edges = FEW["a star, and one beyond"]
    root = ElementTree.fromstring(svg([*nodes, Node("b3", "B", 1)], edges, "t", "d"))
    assert root.attrib["class"] == "network"


RING = [Node("m", "We", 0), *(Node(f"a{n}", LONG, 1) for n in range(12))]
FULL = {
    "short words": (NODES, True),
    "a ring of long words": (RING, False),
    "two rings of long words": (
        [
            Node("m", "We", 0),
            *(Node(f"a{n}", LONG[:20], 1) for n in range(12)),
            *(Node(f"b{n}", LONG, 2) for n in range(9)),
        ],
        False,
    ),
    "letters as wide as they are high": ([Node("m", "We", 0), *(Node(f"a{n}", "港" * 28, 1) for n in range(8))], False),
    "long words in the middle": ([Node("m", LONG * 4, 0), *NODES[1:]], False),
}


@pytest.mark.parametrize(("nodes", "square"), FULL.values(), ids=FULL)
def test_no_word_of_a_ring_is_cut_and_none_runs_into_the_ring_outside(nodes: list[Node], square: bool) -> None:
    root = ElementTree.fromstring(svg(nodes, [], "t", "d"))
    left, top, across, down = map(float, root.attrib["viewBox"].split())
    assert ((left, top, across, down) == (0, 0, 960, 960)) is square
    far = {0: 0.0, 1: 0.0, 2: 0.0}
    outer = min((math.dist(at, (480, 480)) for node, at, _ in ends(nodes, root) if node.ring == 2), default=math.inf)
    for node, _, (x, y) in ends(nodes, root):
        assert (left <= x <= left + across, top <= y <= top + down) == (True, True), node
        far[node.ring] = max(far[node.ring], math.dist((x, y), (480, 480)))
    assert far[1] < outer


def ends(nodes: list[Node], root: ElementTree.Element) -> Iterator[tuple[Node, Place, Place]]:
    """Each node, where it stands, and where its words end: eight units a letter, twice that for a wide one."""
    for node, circle in zip(nodes, root.iter(f"{SVG}circle"), strict=True):
        x, y = float(circle.attrib["cx"]), float(circle.attrib["cy"])
        long = 8 * sum(1 + (one == "港") for one in node.label)
        if node.ring == 0:
            yield node, (x, y), (x - long / 2, y)
            continue
        angle, far = math.atan2(y - 480, x - 480), node.reach + 6 + long
        yield node, (x, y), (x + far * math.cos(angle), y + far * math.sin(angle))


def test_words_of_a_few_nodes_are_read_whole_by_a_script() -> None:
    (text,) = ElementTree.fromstring(svg([Node("a", LONG, 0)], [], "t", "d")).iter(f"{SVG}text")
    assert "".join(text.itertext()) == LONG


def test_the_table_has_every_edge_in_words() -> None:
    assert edge_table(NODES, EDGES).rows[0] == ("Treaty 0", "We", "a party")
    assert len(edge_table(NODES, EDGES).rows) == len(EDGES)


def test_no_nodes_make_an_empty_drawing_and_words_no_markup() -> None:
    assert ElementTree.fromstring(svg([], [], "t", "d")).attrib["role"] == "img"
    drawn = svg([Node("<", "<b>", 2, '"', told="&")], [], "<t>", "d")
    ElementTree.fromstring(drawn)
    assert "<b>" not in drawn
