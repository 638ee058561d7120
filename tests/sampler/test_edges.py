from collections.abc import Mapping

from envkit.manifest import Manifest
from sampler.edges import GraphEdge, attribute_edges, crossing_edges, precondition, user_edges


def test_typed_values_lead_from_columns_to_arguments_of_other_tools(manifests: Mapping[str, Manifest]) -> None:
    edges = set(attribute_edges("tiny_air", manifests["tiny_air"]))

    expected = GraphEdge(
        "tiny_air", "find_customer", "items[].email", "update_customer", "email", "", "attribute", "email"
    )
    assert expected in edges
    assert all(edge.producer != edge.consumer and edge.value for edge in edges)


def test_only_the_user_says_what_takes_no_ids_that_a_tool_gives(manifests: Mapping[str, Manifest]) -> None:
    air = {(edge.consumer, edge.argument) for edge in user_edges("tiny_air", manifests["tiny_air"])}
    desk = {(edge.consumer, edge.argument) for edge in user_edges("tiny_desk", manifests["tiny_desk"])}

    assert ("book_flight", "passengers") in air
    assert ("book_flight", "flight_id") not in air
    assert ("top_up", "account_id") in desk


def test_shared_types_cross_from_tools_that_only_read(manifests: Mapping[str, Manifest]) -> None:
    desk = manifests["tiny_desk"].model_copy(update={"slug": "other", "entities": manifests["tiny_air"].entities})
    other = desk.model_copy(update={"tools": manifests["tiny_air"].tools})

    edges = list(crossing_edges({"tiny_air": manifests["tiny_air"], "other": other}))

    assert {edge.environment for edge in edges} == {"tiny_air", "other"}
    assert {edge.producer for edge in edges} <= {"search_flights", "get_flight", "find_customer", "list_bookings"}
    assert all(edge.consumed_in == edge.into != edge.environment for edge in edges)
    assert not list(crossing_edges({"tiny_air": manifests["tiny_air"]}))


def test_an_edge_tells_itself_in_one_line() -> None:
    book = GraphEdge("air", "search", "items[].id", "book", "flight_id", "flight")

    assert book.told == "air/search items[].id -> air/book flight_id"
    assert precondition("air", "pay", "fly", "unpaid").told == "air/pay -> air/fly unpaid"
    assert GraphEdge("air", "user", "", "book", "seats", "", "user").told == "user -> air/book seats"
