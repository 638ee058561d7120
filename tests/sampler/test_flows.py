from sampler.edges import GraphEdge, precondition
from sampler.flows import EdgeIndex, enabled, followed
from sampler.graph import ToolGraph
from sampler.task import StepRecord

EMAIL_TO_UPDATE = GraphEdge(
    "tiny_air", "find_customer", "items[].email", "update_customer", "email", "", "attribute", "email"
)
PASSENGERS = GraphEdge("tiny_air", "user", "", "book_flight", "passengers", "", "user")
CANCEL_FREES = precondition("tiny_air", "cancel_booking", "book_flight", "sold_out")


def step(tool: str, code: str | None = None, content: object = None, **arguments: object) -> StepRecord:
    return StepRecord.model_validate(
        {"environment": "tiny_air", "tool": tool, "arguments": arguments, "content": content, "code": code}
    )


def test_typed_values_and_the_users_words_are_followed_with_their_proof(air_graph: ToolGraph) -> None:
    found = step("find_customer", content={"items": [{"id": "cus_1", "email": "ada@example.com"}]})
    update = step("update_customer", customer_id="cus_9", email="ada@example.com")
    book = step("book_flight", customer_id="cus_1", flight_id="flt_1", passengers=2)

    followed_edges = followed(EdgeIndex(air_graph), [found, update, book])

    assert followed_edges[EMAIL_TO_UPDATE] == (
        "find_customer() → update_customer(customer_id='cus_9', email='ada@example.com')"
    )
    assert PASSENGERS in followed_edges


def test_what_a_tool_showed_the_user_did_not_say(air_graph: ToolGraph) -> None:
    said = GraphEdge("tiny_air", "user", "", "update_customer", "email", "", "user")
    graph = ToolGraph(air_graph.manifests, [*air_graph.edges, said], ())
    found = step("find_customer", content={"items": [{"id": "cus_1", "email": "ada@example.com"}]})
    update = step("update_customer", customer_id="cus_1", email="ada@example.com")

    assert said not in followed(EdgeIndex(graph), [found, update])
    assert said in followed(EdgeIndex(graph), [update])


def test_a_refused_step_follows_and_shows_nothing(air_graph: ToolGraph) -> None:
    book = step("book_flight", "sold_out", customer_id="cus_1", flight_id="flt_1", passengers=2)

    assert followed(EdgeIndex(air_graph), [book]) == {}


def test_a_precondition_is_used_by_the_enabling_call_and_then_the_tool_about_the_same_row(
    air_graph: ToolGraph,
) -> None:
    index = EdgeIndex(air_graph.with_proven([CANCEL_FREES]))
    cancel = step("cancel_booking", content={"booking": {"id": "bkg_1", "flight_id": "flt_1"}}, booking_id="bkg_1")
    book = step("book_flight", content={"booking": {"id": "bkg_2"}}, customer_id="cus_1", flight_id="flt_1")
    other = step("book_flight", content={"booking": {"id": "bkg_3"}}, customer_id="cus_1", flight_id="flt_2")

    assert list(enabled(index, [cancel, book])) == [CANCEL_FREES]
    assert not list(enabled(index, [book, cancel]))
    assert not list(enabled(index, [cancel, other]))
