from itertools import combinations

from sampler.graph import ToolGraph
from sampler.pictures.layout import NODE_HEIGHT, Node, lay_out


def test_every_tool_stands_in_its_environments_panel_readers_left_of_writers(drawn: ToolGraph) -> None:
    drawing = lay_out(drawn)
    panels = {panel.environment: panel for panel in drawing.panels}

    for slug, manifest in drawn.manifests.items():
        panel = panels[slug]
        for tool in manifest.tools:
            node = drawing.nodes[f"{slug}/{tool.name}"]
            assert node.sort == ("writes" if tool.writes else "reads")
            assert panel.x < node.x < node.x + node.width < panel.x + panel.width
            assert panel.y < node.y < node.y + NODE_HEIGHT < panel.y + panel.height
    assert drawing.nodes["tiny_air/search_flights"].x < drawing.nodes["tiny_air#flight"].x
    assert drawing.nodes["tiny_air#flight"].x < drawing.nodes["tiny_air/book_flight"].x


def test_no_two_boxes_lie_on_each_other(drawn: ToolGraph) -> None:
    def overlap(one: Node, other: Node) -> bool:
        beside = one.x + one.width <= other.x or other.x + other.width <= one.x
        return not beside and abs(one.y - other.y) < NODE_HEIGHT

    nodes = lay_out(drawn).nodes.values()

    assert not [(one.key, other.key) for one, other in combinations(nodes, 2) if overlap(one, other)]


def test_edges_that_would_lie_on_each_other_are_one_line_proven_if_one_is(drawn: ToolGraph) -> None:
    lines = {(line.kind, line.start, line.end): line for line in lay_out(drawn).lines}

    assert len(lines) == len(lay_out(drawn).lines)
    assert lines["id", "tiny_air/search_flights", "tiny_air#flight"].is_proven
    assert not lines["id", "tiny_air/list_bookings", "tiny_air#flight"].is_proven
    assert lines["precondition", "tiny_air/cancel_booking", "tiny_air/book_flight"].told == "sold_out"
    assert lines["user", "tiny_air/user", "tiny_air/book_flight"].told == "passengers"
    assert ("attribute", "tiny_air:money", "tiny_desk:money") in lines


def test_a_graph_is_laid_out_the_same_every_time(drawn: ToolGraph) -> None:
    assert lay_out(drawn) == lay_out(drawn)
