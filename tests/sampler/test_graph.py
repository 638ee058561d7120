from collections.abc import Mapping
from pathlib import Path

from envkit.manifest import Edge, Manifest
from sampler.edges import GraphEdge, places, precondition
from sampler.graph import ToolGraph, build, joined, read_proven, write_proven

BOOK_BY_SEARCH = GraphEdge("tiny_air", "search_flights", "items[].id", "book_flight", "flight_id", "flight")


def test_every_edge_that_the_manifests_declare_is_in_the_graph(both_graph: ToolGraph) -> None:
    found = {(edge.producer, edge.path, edge.consumer, edge.argument) for edge in both_graph.edges}

    for manifest in both_graph.manifests.values():
        assert {(edge.producer, edge.path, edge.consumer, edge.argument) for edge in manifest.edges} <= found


def test_edges_lead_from_rows_and_references_to_arguments_of_their_entity(both_graph: ToolGraph) -> None:
    edges = set(both_graph.edges)

    assert BOOK_BY_SEARCH in edges
    assert GraphEdge("tiny_air", "list_bookings", "items[].flight_id", "get_flight", "flight_id", "flight") in edges
    assert GraphEdge("tiny_desk", "get_ticket_details", "notes[].id", "remove_note", "note_id", "note") in edges
    assert all(edge.producer != edge.consumer and edge.producer != "remove_note" for edge in edges)


def test_the_order_of_edges_does_not_depend_on_the_order_of_environments(manifests: Mapping[str, Manifest]) -> None:
    schemas = _all_schemas(manifests)

    one, other = build(manifests, schemas), build(dict(reversed(manifests.items())), schemas)

    assert one.edges == other.edges
    assert list(one.manifests) == list(other.manifests)


def test_a_tool_or_an_argument_that_is_not_served_has_no_edges(manifests: Mapping[str, Manifest]) -> None:
    schemas = _all_schemas(manifests)
    del schemas["tiny_air"]["search_flights"]
    schemas["tiny_air"]["book_flight"] = {"properties": {"flight_id": {}}}
    schemas["tiny_air"]["get_flight"] = {}

    edges = [edge for edge in build(manifests, schemas).edges if edge.environment == "tiny_air"]

    assert not [edge for edge in edges if "search_flights" in (edge.producer, edge.consumer)]
    assert {edge.argument for edge in edges if edge.consumer == "book_flight"} == {"flight_id"}
    assert not [edge for edge in edges if edge.consumer == "get_flight"]


def test_a_declared_edge_into_an_unknown_tool_or_a_plain_value_is_left_out(manifests: Mapping[str, Manifest]) -> None:
    strange = (
        Edge(producer="search_flights", path="items[].fare", consumer="book_flight", argument="passengers"),
        Edge(producer="search_flights", path="items[].id", consumer="fly", argument="flight_id"),
    )
    changed = {**manifests, "tiny_air": manifests["tiny_air"].model_copy(update={"edges": strange})}

    edges = [edge for edge in build(changed, _all_schemas(manifests)).edges if edge.kind == "id"]

    assert not [edge for edge in edges if edge.consumer == "fly" or edge.argument == "passengers"]


def test_proven_producers_come_first(air_graph: ToolGraph) -> None:
    before = air_graph.producers("tiny_air", "book_flight", "flight_id")
    last = before[-1]

    after = air_graph.with_proven([last]).producers("tiny_air", "book_flight", "flight_id")

    assert after[0] == last
    assert set(before) == set(after)


def test_carriers_and_preconditions_are_told_by_tool(air_graph: ToolGraph) -> None:
    frees = precondition("tiny_air", "cancel_booking", "book_flight", "sold_out")
    email = GraphEdge(
        "tiny_air", "find_customer", "items[].email", "update_customer", "email", "", "attribute", "email"
    )

    graph = air_graph.with_proven([email, frees], {email: "find_customer() → update_customer()", frees: "so"})

    assert graph.carriers("tiny_air", "update_customer", "email")[0] == email
    assert graph.producers("tiny_air", "update_customer", "email") == ()
    assert graph.into("tiny_air", "book_flight", "precondition") == (frees,)
    assert graph.proofs[frees] == "so"
    assert graph.counts("tiny_air")["precondition"] == (1, 1)


def test_only_a_precondition_is_added_by_its_proof(air_graph: ToolGraph) -> None:
    strange = GraphEdge("tiny_air", "search_flights", "items[].id", "fly", "flight_id", "flight")
    frees = precondition("tiny_air", "cancel_booking", "book_flight", "sold_out")

    graph = air_graph.with_proven([strange, frees])

    assert graph.proven == {frees}
    assert set(graph.edges) - set(air_graph.edges) == {frees}


def test_typed_values_that_live_rows_contradict_have_no_edges(manifests: Mapping[str, Manifest]) -> None:
    samples = {"tiny_air": {("customer", "email"): ["not one"]}}

    edges = build(manifests, _all_schemas(manifests), samples).edges

    assert not [edge for edge in edges if edge.value == "email" and edge.environment == "tiny_air"]


def test_joined_graphs_keep_what_is_proven_and_add_what_crosses(air_graph: ToolGraph, desk_graph: ToolGraph) -> None:
    graph = joined([air_graph.with_proven([BOOK_BY_SEARCH]), desk_graph])

    assert graph.proven == {BOOK_BY_SEARCH}
    assert set(joined([air_graph, desk_graph], crossing=False).edges) == {edge for edge in graph.edges if not edge.into}
    fares = GraphEdge(
        "tiny_air", "search_flights", "items[].fare", "top_up", "amount", "", "attribute", "money", into="tiny_desk"
    )
    assert fares in graph.carriers("tiny_desk", "top_up", "amount")


def test_lists_are_the_first_sources_of_rows_and_gets_are_none(desk_graph: ToolGraph) -> None:
    assert [each.spec.name for each in desk_graph.sources("tiny_desk", "ticket")] == [
        "list_tickets",
        "get_ticket_details",
    ]
    assert [each.path for each in desk_graph.sources("tiny_desk", "note")] == ["notes[].id"]
    assert desk_graph.sources("tiny_desk", "account") == ()


def test_depth_counts_the_tools_that_lead_to_a_tool(desk_graph: ToolGraph) -> None:
    depths = desk_graph.depths("tiny_desk")

    assert depths["list_tickets"] == 0
    assert depths["close_ticket"] == 1
    assert depths["remove_note"] == 2
    assert depths["top_up"] == 0


def test_a_tool_whose_ids_nothing_gives_has_no_depth(manifests: Mapping[str, Manifest]) -> None:
    desk = manifests["tiny_desk"]

    assert "close_ticket" not in ToolGraph({"tiny_desk": desk}, (), ()).depths("tiny_desk")


def test_a_delete_shows_no_rows(manifests: Mapping[str, Manifest]) -> None:
    desk = manifests["tiny_desk"]

    assert list(places(desk, desk.tool("remove_note"))) == []


def test_proven_edges_are_cached_under_the_manifests_digest(
    air_graph: ToolGraph, desk_graph: ToolGraph, tmp_path: Path
) -> None:
    frees = precondition("tiny_air", "cancel_booking", "book_flight", "sold_out")
    write_proven(tmp_path / "graphs", air_graph.with_proven([BOOK_BY_SEARCH, frees], {frees: "so"}))

    cached = read_proven(tmp_path / "graphs", air_graph)

    assert cached is not None
    assert cached.proven == {BOOK_BY_SEARCH, frees}
    assert cached.proofs == {frees: "so"}
    assert read_proven(tmp_path / "graphs", desk_graph) is None


def test_a_torn_cache_file_counts_as_none(air_graph: ToolGraph, tmp_path: Path) -> None:
    write_proven(tmp_path, air_graph.with_proven([BOOK_BY_SEARCH]))
    (file,) = tmp_path.iterdir()
    file.write_bytes(file.read_bytes()[:20])

    assert read_proven(tmp_path, air_graph) is None


def _all_schemas(manifests: Mapping[str, Manifest]) -> dict[str, dict[str, dict[str, dict[str, None]]]]:
    return {
        slug: {
            tool.name: {"properties": dict.fromkeys(each.name for each in tool.arguments)} for tool in manifest.tools
        }
        for slug, manifest in manifests.items()
    }
