"""What reports rest on, as a network: reports on the inner ring, their sources and what else they rest on around them.

Rules:
1. A report is joined to the source that its issuer names, to the reports it rests on, and to what it rests on that is
   not available here; what another party claims is dashed.
2. Nothing is weighed: every node has the same size.
"""

from __future__ import annotations

from collections.abc import Collection

from comity.flow.intelligence_graph import Drawn
from comity.formats import network
from comity.formats.network import Edge, Node
from comity.instruments.intelligence.lineage import Graph
from comity.instruments.intelligence.reported import Report

MOST = 60


def drawn(ties: Graph, among: Collection[str]) -> Drawn:
    """The network of some reports and of all they rest on: rules 1 and 2."""
    reached = _reached(ties, among)
    shown = [ties.reports[name] for name in sorted(reached)][:MOST]
    known = {one.stamp.id for one in shown}
    nodes = {one.stamp.id: _report(one) for one in shown}
    edges = list[Edge]()
    for one in shown:
        if one.source is not None:
            name = f"source {one.stamp.by} {one.source}"
            nodes.setdefault(name, Node(name, f"{one.stamp.by}: {one.source}"[:40], 2, "", 4.0))
            edges.append(Edge(one.stamp.id, name, "has the source"))
    for tie in ties.ties:
        if tie.report in known:
            if not tie.readable:
                nodes.setdefault(tie.rests_on, Node(tie.rests_on, "not available here", 2, "", 4.0))
            claimed = "" if tie.claimed is None else f", as {tie.claimed} says"
            edges.append(Edge(tie.report, tie.rests_on, f"rests on{claimed}", "perhaps" if tie.claimed else ""))
    drawn_edges = tuple(edge for edge in edges if edge.one in nodes and edge.two in nodes)
    described = f"{len(shown)} reports, joined by {len(drawn_edges)} lines."
    svg = network.svg([*nodes.values()], drawn_edges, "What the reports rest on", described, key="rests")
    return Drawn(svg, tuple(nodes.values()), drawn_edges, len(reached) > MOST)


def _reached(ties: Graph, among: Collection[str]) -> set[str]:
    """Some reports, and those they rest on, on and on."""
    found, waiting = set(among), [*among]
    while waiting:
        name = waiting.pop()
        for tie in ties.ties:
            if tie.report == name and tie.readable and tie.rests_on not in found:
                found.add(tie.rests_on)
                waiting.append(tie.rests_on)
    return {name for name in found if name in ties.reports}


def _report(one: Report) -> Node:
    title = one.title if len(one.title) <= 40 else f"{one.title[:39]}…"
    return Node(one.stamp.id, f"{one.grade} {title}", 1, "us", 5.0, f"/ledger/{one.stamp.id}", f"{one.grade} {title}")
