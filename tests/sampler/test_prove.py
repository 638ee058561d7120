from farm.session import Session
from sampler.edges import GraphEdge
from sampler.graph import ToolGraph
from sampler.prove import prove, traced
from sampler.task import StepRecord

GET_BY_SEARCH = GraphEdge("tiny_air", "search_flights", "items[].id", "get_flight", "flight_id", "flight")
CANCEL_BY_BOOK = GraphEdge("tiny_air", "book_flight", "booking.id", "cancel_booking", "booking_id", "booking")
DELETE_BY_BOOKINGS = GraphEdge(
    "tiny_air", "list_bookings", "items[].customer_id", "delete_customer", "customer_id", "customer"
)
WATCH_BY_LIST = GraphEdge("tiny_desk", "list_members", "items[].id", "set_watchers", "member_ids", "member")
NOTE_BY_DETAILS = GraphEdge("tiny_desk", "get_ticket_details", "notes[].id", "remove_note", "note_id", "note")


async def test_an_edge_is_proven_when_producer_and_consumer_succeed(air: Session, air_graph: ToolGraph) -> None:
    proven = await prove(air_graph, air, [GET_BY_SEARCH, CANCEL_BY_BOOK])

    assert proven.proven == {GET_BY_SEARCH, CANCEL_BY_BOOK}


async def test_an_edge_that_always_refuses_is_not_proven(air: Session, air_graph: ToolGraph) -> None:
    proven = await prove(air_graph, air, [DELETE_BY_BOOKINGS])

    assert not proven.proven


async def test_a_list_proves_an_edge_only_if_it_shows_what_the_producer_did_not(
    desk: Session, desk_graph: ToolGraph
) -> None:
    again = GraphEdge("tiny_desk", "list_projects", "items[].owner_id", "list_projects", "owner_id", "member")
    owned = GraphEdge("tiny_desk", "list_members", "items[].id", "list_projects", "owner_id", "member")
    graph = ToolGraph(desk_graph.manifests, [*desk_graph.edges, again], ())

    assert (await prove(graph, desk, [again, owned])).proven == {owned}


async def test_lists_of_ids_and_nested_rows_are_proven_too(desk: Session, desk_graph: ToolGraph) -> None:
    proven = await prove(desk_graph, desk, [WATCH_BY_LIST, NOTE_BY_DETAILS])

    assert proven.proven == {WATCH_BY_LIST, NOTE_BY_DETAILS}


async def test_typed_values_are_proven_when_the_consumer_takes_them(air: Session, air_graph: ToolGraph) -> None:
    email = GraphEdge(
        "tiny_air", "find_customer", "items[].email", "update_customer", "email", "", "attribute", "email"
    )

    proven = await prove(air_graph, air, [email])

    assert proven.proven == {email}
    assert proven.proofs[email].startswith("find_customer() → update_customer(")


async def test_what_the_user_says_is_proven_by_a_call_that_succeeds(air: Session, air_graph: ToolGraph) -> None:
    said = GraphEdge("tiny_air", "user", "", "book_flight", "passengers", "", "user")

    proven = await prove(air_graph, air, [said])

    assert proven.proven == {said}
    assert "passengers=" in proven.proofs[said]


async def test_proving_leaves_the_world_as_it_was(air: Session, air_graph: ToolGraph) -> None:
    before = await air.digest()

    await prove(air_graph, air, [CANCEL_BY_BOOK])

    assert await air.digest() == before


async def test_proving_twice_proves_the_same(desk: Session, desk_graph: ToolGraph) -> None:
    edges = [each for each in desk_graph.edges if each.kind == "id"]

    assert (await prove(desk_graph, desk, edges)).proven == (await prove(desk_graph, desk, edges)).proven


def test_a_trajectory_proves_the_edges_it_followed(air_graph: ToolGraph) -> None:
    search = StepRecord(
        environment="tiny_air", tool="search_flights", arguments={}, content={"items": [{"id": "flt_1"}, {"id": None}]}
    )
    get = StepRecord(environment="tiny_air", tool="get_flight", arguments={"flight_id": "flt_1"}, content={})
    refused = get.model_copy(update={"code": "not_found"})

    assert traced(air_graph, [search, get]).proven == {GET_BY_SEARCH}
    assert not traced(air_graph, [get, search]).proven
    assert not traced(air_graph, [search, refused]).proven


def test_a_trajectory_proves_edges_into_lists(desk_graph: ToolGraph) -> None:
    listed = StepRecord(
        environment="tiny_desk", tool="list_members", arguments={}, content={"items": [{"id": "mem_1"}]}
    )
    watched = StepRecord(environment="tiny_desk", tool="set_watchers", arguments={"member_ids": ["mem_1"]}, content={})

    assert traced(desk_graph, [listed, watched]).proven == {WATCH_BY_LIST}
