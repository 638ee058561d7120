from sampler.coverage import Coverage, coverage
from sampler.edges import GraphEdge, precondition
from sampler.graph import ToolGraph
from sampler.task import StepRecord

GET_BY_SEARCH = GraphEdge("tiny_air", "search_flights", "items[].id", "get_flight", "flight_id", "flight")
CANCEL_FREES = precondition("tiny_air", "cancel_booking", "book_flight", "sold_out")


def step(tool: str, code: str | None = None, content: object = None, **arguments: object) -> StepRecord:
    return StepRecord.model_validate(
        {"environment": "tiny_air", "tool": tool, "arguments": arguments, "content": content, "code": code}
    )


SEARCH = step("search_flights", content={"items": [{"id": "flt_1"}]})
GET = step("get_flight", content={"id": "flt_1"}, flight_id="flt_1")
SOLD_OUT = step("book_flight", "sold_out", customer_id="cus_1", flight_id="flt_1", passengers=2)


def test_tools_edges_and_refusals_are_counted_against_all_there_are(air_graph: ToolGraph) -> None:
    graph = air_graph.with_proven([GET_BY_SEARCH, CANCEL_FREES])

    covered = coverage(graph, [[SEARCH, GET], [SOLD_OUT]])

    assert covered.tasks == 2
    assert (covered.tools.used, covered.tools.total) == (2, 8)
    assert ("tiny_air", "book_flight") in covered.tools.missing
    assert (covered.edges["id"].used, covered.edges["id"].total) == (1, 1)
    assert covered.edges["precondition"].missing == (CANCEL_FREES,)
    assert covered.edges["user"].share == 1.0
    assert covered.refusals.used == 1
    assert ("tiny_air", "delete_customer", "in_use") in covered.refusals.missing
    assert len(covered.refusals.missing) == covered.refusals.total - 1


def test_an_edge_that_is_not_proven_does_not_count(air_graph: ToolGraph) -> None:
    covered = coverage(air_graph, [[SEARCH, GET]])

    assert (covered.edges["id"].used, covered.edges["id"].total) == (0, 0)


def test_one_at_a_time_is_the_same_as_all_at_once(air_graph: ToolGraph) -> None:
    graph = air_graph.with_proven([GET_BY_SEARCH])
    counted = Coverage(graph)

    for steps in ([SEARCH], [GET], [SEARCH, GET]):
        counted.add_steps(steps)

    assert counted.covered() == coverage(graph, [[SEARCH], [GET], [SEARCH, GET]])
    assert counted.covered().edges["id"].used == 1


def test_values_do_not_flow_from_one_task_into_the_next(air_graph: ToolGraph) -> None:
    covered = coverage(air_graph.with_proven([GET_BY_SEARCH]), [[SEARCH], [GET]])

    assert covered.edges["id"].used == 0


def test_what_is_missing_is_named_as_json(air_graph: ToolGraph) -> None:
    content = coverage(air_graph.with_proven([GET_BY_SEARCH]), []).to_json()

    assert content["edges"]["id"] == {
        "used": 0,
        "total": 1,
        "missing": ["tiny_air/search_flights items[].id -> tiny_air/get_flight flight_id"],
    }
    assert "tiny_air get_flight" in content["tools"]["missing"]
