"""A tool graph as GraphML, which Gephi, yEd, Cytoscape and networkx read."""

from __future__ import annotations

import networkx as nx

from sampler.graph import ToolGraph


def graphml(graph: ToolGraph) -> str:
    """Write every node and edge of the graph's network, with all that is known of each."""
    return "\n".join(nx.generate_graphml(graph.network())) + "\n"
