"""Where the nodes of a small network stand: a column for each ring, from left to right, with words that run level.

Rules:
1. A network is small while no ring of it holds more than three nodes: on rings such a one would be a line, and its
   words would stand on end.
2. The nodes of a column stand evenly, in the order of the middle of what each is joined to in the columns before it,
   else as they are given.
3. Words stand below their node, on three lines at most, no wider than their column.
4. A line leaves its node beside the words: level where it falls, and level into its end where it rises. One between two
   nodes of a column, or past a column, bends aside.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from comity.formats.network import Edge, Node

MOST = 3
"""So many nodes of a ring stand in a column: rule 1."""
WIDE, HIGH, TOP, LINE = 176.0, 108.0, 30.0, 19.0
"""How wide a column is, how far its nodes stand apart, where they begin, and how high a line of words is."""
_LETTERS, _LINES = 18, 3
Place = tuple[float, float]


def small(nodes: Sequence[Node]) -> bool:
    """Whether there are nodes, and few enough of each ring: rule 1."""
    rings = [node.ring for node in nodes]
    return bool(rings) and all(rings.count(ring) <= MOST for ring in set(rings))


def places(nodes: Sequence[Node], edges: Sequence[Edge]) -> tuple[dict[str, Place], tuple[float, float]]:
    """Where each node stands, and how wide and high the drawing is: rule 2."""
    columns = [[node.id for node in nodes if node.ring == ring] for ring in sorted({node.ring for node in nodes})]
    most, found = max(map(len, columns)), dict[str, Place]()
    for number, column in enumerate(columns):
        x, down = (number + 0.5) * WIDE, TOP + (most - len(column)) * HIGH / 2
        heights = {name: _middle(name, found, edges) for name in column}
        for place, name in enumerate(sorted(column, key=lambda name: heights[name])):  # what is equal stays in order
            found[name] = (x, down + place * HIGH)
    return found, (len(columns) * WIDE, TOP + most * HIGH - (HIGH - TOP - _LINES * LINE))


def _middle(name: str, found: Mapping[str, Place], edges: Sequence[Edge]) -> float:
    """How far down, on average, what a node is joined to in the columns before stands; else the top."""
    near = [
        found[other] for edge in edges for one, other in ((edge.one, edge.two), (edge.two, edge.one))
        if one == name and other in found
    ]  # fmt: skip
    return sum(y for _, y in near) / len(near) if near else 0.0


def bend(one: Place, two: Place) -> Place:
    """The point towards which a line between two nodes bends: rule 4."""
    (left, right), middle = sorted((one, two)), ((one[0] + two[0]) / 2, (one[1] + two[1]) / 2)
    if left[0] == right[0]:
        return middle[0] + WIDE / 2, middle[1]
    if right[0] - left[0] > WIDE:
        return middle[0], middle[1] - HIGH / 2
    return middle[0], min(left[1], right[1])


def lines(label: str) -> Iterator[str]:
    """The words of a node, line by line: rule 3."""
    yield from textwrap.wrap(label, _LETTERS, max_lines=_LINES, placeholder="…") or [label]
