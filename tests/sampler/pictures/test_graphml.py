import io

import networkx as nx

from sampler.graph import ToolGraph
from sampler.pictures.graphml import graphml


def test_another_program_reads_back_what_was_written(drawn: ToolGraph) -> None:
    net = nx.read_graphml(io.StringIO(graphml(drawn)), force_multigraph=True)

    tools = {node for node, told in net.nodes(data=True) if told["kind"] == "tool"}
    assert tools == {f"{slug}/{tool.name}" for slug, manifest in drawn.manifests.items() for tool in manifest.tools}
    kinds = {"id", "attribute", "precondition", "user"}
    edges = [told for _, _, told in net.edges(data=True) if told["kind"] in kinds]
    assert len(edges) == len(drawn.edges)
    assert sum(told["proven"] for told in edges) == len(drawn.proven)


def test_typed_values_and_the_user_are_nodes(drawn: ToolGraph) -> None:
    net = drawn.network()

    assert net.nodes["tiny_air#flight"]["kind"] == "value"
    assert net.nodes["value:money"]["kind"] == "value"
    assert net.nodes["user"]["kind"] == "user"
    assert net.has_edge("tiny_air/search_flights", "tiny_air#flight")
    assert net.has_edge("tiny_air#flight", "tiny_air/book_flight")
    assert nx.has_path(net, "tiny_air/book_flight", "tiny_desk/top_up")
