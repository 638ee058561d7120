from sampler.edges import GraphEdge, precondition
from sampler.flows import EdgeIndex
from sampler.graph import ToolGraph
from sampler.task import StepRecord
from sampler.uses import Uses
from tests.sampler.making import made, step

NO_EDGES = EdgeIndex(ToolGraph({}, (), ()))
LIST, GET = step("list", content={"items": [{"id": "tic_1"}]}), step("get", {"ticket_id": "tic_1"})
CLOSE, REFUSED = step("close", writes=True), step("close", code="not_open")


def _counted(*turns: tuple[StepRecord, ...], index: EdgeIndex = NO_EDGES, **more: object) -> Uses:
    uses = Uses()
    uses.add(made(*(("Please.", steps) for steps in turns), **more), index)
    return uses


def test_writes_count_and_of_reads_the_last_one_of_a_turn() -> None:
    uses = _counted((LIST, CLOSE), (LIST, GET), ())

    assert uses.goals == {("desk", "close"): 1, ("desk", "get"): 1}
    assert uses.environments == {"desk": 1}


def test_refusals_count_with_their_codes_and_are_no_use_of_the_tool() -> None:
    uses = _counted((LIST, REFUSED))

    assert uses.refusals == {("desk", "close", "not_open"): 1}
    assert (uses.goals, uses.granted) == ({}, {("desk", "list"): 1})


def test_what_a_task_hides_counts_as_its_goal() -> None:
    assert _counted((), hidden_tools=(("desk", "close"),)).goals == {("desk", "close"): 1}


def test_the_edges_that_a_truth_follows_count() -> None:
    edge = GraphEdge("desk", "list", "items[].id", "get", "ticket_id", "ticket")
    index = EdgeIndex(ToolGraph({}, (edge,), ()))

    assert _counted((LIST, GET), index=index).edges == {edge: 1}
    assert _counted((LIST, CLOSE), index=index).edges == {}


def test_the_first_use_of_each_proven_edge_counts_for_its_environment() -> None:
    edge = GraphEdge("desk", "list", "items[].id", "get", "ticket_id", "ticket")
    proven, unproven = (EdgeIndex(ToolGraph({}, (edge,), told)) for told in ((edge,), ()))

    assert _counted((LIST, GET), (LIST, GET), index=proven).met == {"desk": 1}
    assert _counted((LIST, GET), index=unproven).met == {}


def test_preconditions_that_a_truth_uses_count() -> None:
    edge = precondition("desk", "open", "close", "not_open")
    opened = step("open", {"ticket_id": "tic_1"}, writes=True)
    closed = step("close", {"ticket_id": "tic_1"}, writes=True)

    assert _counted((opened, closed), index=EdgeIndex(ToolGraph({}, (edge,), ()))).edges == {edge: 1}


def test_a_copy_does_not_grow_with_its_origin() -> None:
    uses = Uses()
    copy = uses.copy()

    uses.add(made(("Close it.", (CLOSE,))), NO_EDGES)

    assert copy == Uses()
