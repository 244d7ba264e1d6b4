"""What an object of intelligence refers to and what refers to it, as a network, by what its audience sees.

Rules:
1. The object stands in the middle, what it is joined to around it, and what these are joined to on the outer ring.
2. A relationship between two objects is the line between them, and no node.
3. At most so many nodes are drawn, nearest first, and of what one thing refers to, or is referred to by, only so many
   are looked at: a collection, or an author of everything, would fill every drawing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from comity.formats import network
from comity.formats.network import Edge, Node
from comity.formats.tables import Table
from comity.instruments.intelligence.seen import ObjectId, SeenObject
from comity.instruments.intelligence.shelf import Shelf

MOST = 40
LINK = "relationship"
_LONGEST, _LONG, _SHORT = 40, 28, 20
"""So many letters of a name are drawn: where nothing stands beyond, else on the outer ring, and on the inner one."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A drawing, what it joins, and whether more is joined to it than was drawn."""

    svg: str
    nodes: tuple[Node, ...] = field(repr=False)
    edges: tuple[Edge, ...] = field(repr=False)
    more: bool

    @property
    def table(self) -> Table:
        """The same as rows."""
        return network.edge_table(self.nodes, self.edges)


def around(shelf: Shelf, name: ObjectId, link: Callable[[ObjectId], str] | None = None) -> Drawn:
    """The network around an object.

    Args:
        shelf: what the audience sees.
        name: the object.
        link: where a node leads.

    Raises:
        Impossible: the object is not seen.
    """
    rings, edges, more = _rings(shelf, name)
    things = {one: shelf.get(one) for one in rings}
    outward = 2 in rings.values()
    nodes = tuple(_node(things[one], ring, link, outward=outward) for one, ring in rings.items())
    joined = tuple(edge for edge in dict.fromkeys(edges) if edge.one in rings and edge.two in rings)
    title = f"What {things[name].name} is joined to"
    described = f"{len(nodes)} objects, joined by {len(joined)} references."
    return Drawn(network.svg(nodes, joined, title, described, key="joined"), nodes, joined, more)


def _rings(shelf: Shelf, name: ObjectId) -> tuple[dict[ObjectId, int], list[Edge], bool]:
    """Each object with its ring, what joins them, and whether some were left out: rules 1 and 3."""
    rings, edges, more = {name: 0}, list[Edge](), False
    for ring in (1, 2):
        for one in [thing for thing, at in rings.items() if at == ring - 1]:
            to, by = shelf.references(one), shelf.referring(one)
            more = more or len(to) > MOST or len(by) > MOST
            for other, edge in _joined(shelf, one, to[:MOST], by[:MOST]):
                edges.append(edge)
                if other not in rings:
                    more = more or len(rings) >= MOST
                    if len(rings) < MOST:
                        rings[other] = ring
    return rings, edges, more


def _joined(
    shelf: Shelf, name: ObjectId, to: Sequence[ObjectId], by: Sequence[ObjectId]
) -> Iterator[tuple[ObjectId, Edge]]:
    """What an object is joined to among what it refers to and what refers to it, and by what: rule 2."""
    one = shelf.get(name)
    for other in to:
        if not _is_link(other):
            yield other, Edge(name, other, _by(one, other))
    for other in by:
        if not _is_link(other):
            yield other, Edge(other, name, _by(shelf.get(other), name))
            continue
        link = shelf.get(other).properties
        source, target, word = (str(link.get(key, "")) for key in ("source_ref", "target_ref", "relationship_type"))
        for end in {source, target} - {name}:
            if end in shelf:
                yield end, Edge(source, target, word)


def _is_link(name: ObjectId) -> bool:
    return name.startswith(f"{LINK}--")


def _by(one: SeenObject, other: ObjectId) -> str:
    """The properties by which an object refers to another."""
    found = [key for key, value in one.properties.items() if other == value or _among(other, value)]
    return ", ".join(found) or "refers to it"


def _among(other: ObjectId, value: object) -> bool:
    return isinstance(value, list) and other in value


def _node(one: SeenObject, ring: int, link: Callable[[ObjectId], str] | None, *, outward: bool) -> Node:
    most = (_LONGEST, _SHORT, _LONG)[ring] if outward else _LONGEST
    short = one.name if len(one.name) <= most else f"{one.name[: most - 1]}…"
    reach = 9.0 if ring == 0 else 5.0
    return Node(one.id, short, ring, "us" if ring == 0 else "", reach, link and link(one.id), f"{one.type}: {one.name}")
