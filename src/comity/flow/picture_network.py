"""The picture as a network: agreements on the inner ring, their parties on the outer one, and we in the middle.

Rules:
1. With us, only agreements that bind us; without, all that were asked for.
2. An agreement is joined to each of its parties of the day, by a dashed line where that is not certain. Its size tells
   how many they are, and nothing else.
3. Everything comes from `picture.hubs`, and so from what the audience may see.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from comity.casebook.book import Casebook
from comity.flow import picture, ties
from comity.flow.picture import Hub
from comity.formats import network
from comity.formats.network import Edge, Node
from comity.formats.tables import Table
from comity.values.instant import Instant, show

Link = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Network:
    """A network, what it joins, and its colours as (class, words)."""

    svg: str
    legend: tuple[tuple[str, str], ...]
    nodes: tuple[Node, ...] = field(repr=False)
    edges: tuple[Edge, ...] = field(repr=False)

    @property
    def table(self) -> Table:
        """The same as rows."""
        return network.edge_table(self.nodes, self.edges)


def draw(
    book: Casebook,
    on: Instant,
    *,
    us: str | None = None,
    kinds: Iterable[str] = (),
    at_most: int | None = None,
    seed: int = 0,
    link: Link | None = None,
    key: str = "network",
) -> Network:
    """The network of a day.

    Args:
        book: the casebook as the audience may see it.
        on: the day.
        us: whose agreements are shown; None shows everybody's.
        kinds: only agreements with one of these kinds; () is all.
        at_most: only agreements of this many parties or fewer; None is all.
        seed: which way the drawing is turned.
        link: where a node leads, by the code of a party or the id of an agreement.
        key: what the ids of the drawing begin with.
    """
    found = picture.hubs(book, on, kinds=kinds, party=us)
    shown = [hub for hub in found if at_most is None or len(hub.everybody) <= at_most]
    nodes, edges = tuple(_nodes(shown, book, us, link)), tuple(_edges(shown))
    whose = "" if us is None else f" of {book.parties.get(us, us)}"
    svg = network.svg(
        nodes,
        edges,
        f"Agreements{whose} and their parties on {show(on)}",
        f"{len(shown)} agreements, joined to {len(nodes) - len(shown)} parties.",
        seed=seed,
        key=key,
    )
    colours = ties.in_order(hub.kind for hub in shown)
    return Network(svg, tuple((f"tie-{k}", ties.KINDS[k]) for k in colours), nodes, edges)


def _nodes(shown: Sequence[Hub], book: Casebook, us: str | None, link: Link | None) -> Iterator[Node]:
    for hub in shown:
        told, reach = f"{hub.name} ({hub.state})", 4 + 1.6 * math.sqrt(len(hub.everybody))
        yield Node(hub.agreement, hub.agreement, 1, f"tie-{hub.kind}", reach, _href(link, hub.agreement), told)
    for code in sorted({code for hub in shown for code in hub.everybody}):
        name = book.parties.get(code, code)
        ring, css = (0, "us") if code == us else (2, "")
        yield Node(code, name, ring, css, 10 if code == us else 4, _href(link, code), name)


def _href(link: Link | None, name: str) -> str | None:
    return None if link is None else link(name)


def _edges(shown: Iterable[Hub]) -> Iterator[Edge]:
    for hub in shown:
        for code in hub.everybody:
            css = f"tie-{hub.kind}" + (" perhaps" if code in hub.perhaps else "")
            yield Edge(hub.agreement, code, f"{hub.name}: {'perhaps ' if code in hub.perhaps else ''}a party", css)
