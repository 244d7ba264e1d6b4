"""A network of parties and what joins them, on rings: the same rows give the same picture, without chance.

Rules:
1. A node stands on its ring: 0 is the middle, 1 the inner, 2 the outer one. Nodes of a ring stand evenly, in the order
   that brings each nearest to what it is joined to (the barycentre rule of Sugiyama, Tagawa and Toda 1981, IEEE
   Transactions on Systems, Man, and Cybernetics 11: 109-125, on a circle). The outermost ring is then turned to fit.
2. `seed` turns the whole by a fixed angle; nothing else depends on it.
3. Words run outward, so that those of a full ring do not meet; the outer ring stands off as far as those of the inner
   one reach, within bounds, and the drawing is as large as all words need.
4. A few nodes stand in columns instead, with level words (`comity.formats.network_few`); a seed turns nothing there.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from comity.formats import network_few
from comity.formats.drawing import Box, escape, linked, number, opening, wide
from comity.formats.tables import Table, table

SIZE = 960.0
_INNER, _OUTER, _FARTHEST = 155.0, 320.0, 440.0
_TYPE, _BOLD, _GAP = 13.0, 1.1, 6.0
"""How high words are, how much wider those of the inner ring, and how far from their node they begin."""
_SWEEPS = 12
_GOLDEN = math.pi * (3 - math.sqrt(5))
Place = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Node:
    """A party, or what joins parties: its ring, words, class, size and where it leads."""

    id: str
    label: str
    ring: int
    css: str = ""
    reach: float = 5.0
    href: str | None = None
    told: str = ""


@dataclass(frozen=True, slots=True)
class Edge:
    """What joins two nodes."""

    one: str
    two: str
    label: str
    css: str = ""


def svg(
    nodes: Sequence[Node], edges: Sequence[Edge], title: str, describe: str, *, seed: int = 0, key: str = "network"
) -> str:
    """Draw the network.

    Args:
        nodes: the nodes; an edge to none of them is not drawn.
        edges: what joins them.
        title: what the drawing shows.
        describe: the same for readers who do not see it.
        seed: which way the whole is turned: rule 2.
        key: what every id of the drawing begins with.
    """
    if network_few.small(nodes):
        css, box, drawn, words = _few(nodes, edges)
    else:
        css, box, drawn, words = _rings(nodes, edges, seed)
    leads = any(node.href is not None for node in nodes)
    parts = [
        opening(key, css, box, (title, describe), linked=leads),
        *drawn,
        *(
            linked(shape, node.href, node.told or node.label, node.label)
            for node, shape in zip(nodes, words, strict=True)
        ),
        "</svg>",
    ]
    return "\n".join(parts)


_Drawn = tuple[str, Box, list[str], list[str]]
"""The class of a drawing, its left, top, width and height, its lines, and its nodes with their words."""


def _rings(nodes: Sequence[Node], edges: Sequence[Edge], seed: int) -> _Drawn:
    """On rings: rules 1 to 3."""
    angles, radii = layout(nodes, edges, seed), _radii(nodes)
    at = {node.id: _place(angles[node.id], radii[min(node.ring, 2)]) for node in nodes}
    places = {name: _Spot(*place) for name, place in at.items()}
    lines = [_edge(edge, places) for edge in edges if edge.one in places and edge.two in places]
    drawn = [f"{_point(node, at[node.id])}{_words(node, at[node.id], angles[node.id])}" for node in nodes]
    return "network", _box([end for node in nodes for end in _ends(node, at[node.id], angles[node.id])]), lines, drawn


def _radii(nodes: Iterable[Node]) -> tuple[float, float, float]:
    """How far from the middle each ring stands: rule 3."""
    reach = max((node.reach + 2 * _GAP + _long(node) for node in nodes if node.ring == 1), default=0.0)
    return 0.0, _INNER, min(max(_OUTER, _INNER + reach), _FARTHEST)


def _long(node: Node) -> float:
    return wide(node.label, _TYPE) * (_BOLD if node.ring == 1 else 1.0)


def _ends(node: Node, at: Place, angle: float) -> tuple[Place, ...]:
    """Where the words of a node end; those of the middle stand level, and end on both sides."""
    if node.ring == 0:
        half = _long(node) / 2
        return (at[0] - half, at[1]), (at[0] + half, at[1])
    far = node.reach + _GAP + _long(node)
    return ((at[0] + far * math.cos(angle), at[1] + far * math.sin(angle)),)


def _box(ends: Sequence[Place]) -> Box:
    """What holds the rings and the ends of all words: rule 3."""
    left, top = (min([0.0, *(end[axis] - _TYPE for end in ends)]) for axis in (0, 1))
    right, bottom = (max([SIZE, *(end[axis] + _TYPE for end in ends)]) for axis in (0, 1))
    return left, top, right - left, bottom - top


def _few(nodes: Sequence[Node], edges: Sequence[Edge]) -> _Drawn:
    """In columns: rule 4."""
    at, size = network_few.places(nodes, edges)
    spots = {name: _Spot(*place) for name, place in at.items()}
    lines = [
        _line(edge, spots, network_few.bend(at[edge.one], at[edge.two]))
        for edge in edges
        if {edge.one, edge.two} <= set(at)
    ]
    return (
        "network few",
        (0.0, 0.0, *size),
        lines,
        [f"{_point(node, at[node.id])}{_below(node, at[node.id])}" for node in nodes],
    )


def edge_table(nodes: Iterable[Node], edges: Iterable[Edge]) -> Table:
    """The same as rows: what joins which."""
    words = {node.id: node.told or node.label for node in nodes}
    return table(("one", "other", "joined by"), [(words.get(e.one), words.get(e.two), e.label) for e in edges])


def layout(nodes: Sequence[Node], edges: Sequence[Edge], seed: int = 0) -> dict[str, float]:
    """The angle of each node, in radians from the right, clockwise: rules 1 and 2."""
    near: dict[str, list[str]] = {node.id: [] for node in nodes}
    for edge in edges:
        if edge.one in near and edge.two in near:
            near[edge.one].append(edge.two)
            near[edge.two].append(edge.one)
    rings = {ring: [node.id for node in nodes if node.ring == ring] for ring in sorted({node.ring for node in nodes})}
    angles = {name: angle for members in rings.values() for name, angle in _spread(members).items()}
    ways = {name: (math.cos(angle), math.sin(angle)) for name, angle in angles.items()}
    for _ in range(_SWEEPS):
        before = dict(angles)
        for members in reversed(rings.values()):
            pulls = {name: _pull(angles[name], near[name], ways) for name in members}
            spread = _spread(sorted(members, key=lambda name: (pulls[name], name)))  # sorted at once
            angles |= spread
            ways |= {name: (math.cos(angle), math.sin(angle)) for name, angle in spread.items()}
        if angles == before:
            break  # whatever comes after is the same again
    outer = rings[max(rings)] if rings else []
    turn = _turn(_pull(angles[name], near[name], ways) - angles[name] for name in outer if near[name])
    return {name: angle + seed * _GOLDEN + (turn if name in outer else 0.0) for name, angle in angles.items()}


def _turn(differences: Iterable[float]) -> float:
    """How far to turn a ring so that its nodes come nearest to what they are joined to, on average."""
    found = [difference - math.pi / 2 for difference in differences]
    x, y = sum(math.cos(angle) for angle in found), sum(math.sin(angle) for angle in found)
    return round(math.atan2(y, x), 9) if math.hypot(x, y) > 1e-9 else 0.0


def _spread(members: Sequence[str]) -> dict[str, float]:
    """Evenly around the ring, from the top."""
    return {name: 2 * math.pi * place / len(members) - math.pi / 2 for place, name in enumerate(members)}


def _pull(own: float, near: Iterable[str], ways: Mapping[str, tuple[float, float]]) -> float:
    """The angle, from the top, of the middle of what a node is joined to; its own where that has none."""
    x = y = 0.0
    for other in near:
        x, y = x + ways[other][0], y + ways[other][1]
    angle = math.atan2(y, x) if math.hypot(x, y) > 1e-9 else own
    return round((angle + math.pi / 2) % (2 * math.pi), 9)


def _place(angle: float, radius: float) -> Place:
    return SIZE / 2 + radius * math.cos(angle), SIZE / 2 + radius * math.sin(angle)


class _Spot:
    """A place, and how it is written."""

    def __init__(self, x: float, y: float) -> None:
        self.x, self.y, self.written = x, y, f"{number(x)},{number(y)}"


def _edge(edge: Edge, places: Mapping[str, _Spot]) -> str:
    """A line bent a little towards the middle, so that lines of one bundle part late."""
    one, two = places[edge.one], places[edge.two]
    return _line(edge, places, (0.35 * (one.x + two.x) + 0.15 * SIZE, 0.35 * (one.y + two.y) + 0.15 * SIZE))


def _line(edge: Edge, places: Mapping[str, _Spot], bent: Place) -> str:
    one, two = places[edge.one], places[edge.two]
    drawn = f"M{one.written}Q{number(bent[0])},{number(bent[1])} {two.written}"
    return f'<path class="{escape(f"edge {edge.css}".strip())}" d="{drawn}"><title>{escape(edge.label)}</title></path>'


def _point(node: Node, at: Place) -> str:
    told = f"<title>{escape(node.told)}</title>" if node.told else ""
    css = escape(f"node {node.css}".strip())
    return (
        f'<circle class="{css}" data-code="{escape(node.id)}" cx="{number(at[0])}" cy="{number(at[1])}"'
        f' r="{number(node.reach)}">{told}</circle>'
    )


def _below(node: Node, at: Place) -> str:
    """The words of a node below it, line by line."""
    x, first = number(at[0]), at[1] + node.reach + 15
    written = [
        f'<tspan x="{x}" y="{number(first + place * network_few.LINE)}">{escape(line)}</tspan>'
        for place, line in enumerate(network_few.lines(node.label))
    ]
    css = "hub-text" if node.ring == 0 else "node-text"
    return f'<text class="{css}" text-anchor="middle">{" ".join(written)}</text>'


def _words(node: Node, at: Place, angle: float) -> str:
    """The words of a node, which run outward: rule 3."""
    gap = node.reach + _GAP
    css = "hub-text" if node.ring == 1 else "node-text"
    if node.ring == 0:
        return (
            f'<text class="{css}" x="{number(at[0])}" y="{number(at[1] + gap + 12)}" text-anchor="middle">'
            f"{escape(node.label)}</text>"
        )
    turned = math.degrees(angle) % 360
    left = 90 < turned < 270
    turn = f"rotate({number(turned - 180 if left else turned)} {number(at[0])} {number(at[1])})"
    x, anchor = (at[0] - gap, "end") if left else (at[0] + gap, "start")
    return (
        f'<text class="{css}" transform="{turn}" x="{number(x)}" y="{number(at[1] + 4)}" text-anchor="{anchor}">'
        f"{escape(node.label)}</text>"
    )
