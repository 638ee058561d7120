import random
from collections import Counter

from sampler.draft import Draft
from sampler.edges import GraphEdge, precondition
from sampler.graph import ToolGraph
from sampler.onward import Onward, choose_way, ways_onward, worth_of
from sampler.plan import Fixed

WATCH = GraphEdge("tiny_desk", "list_members", "items[].id", "set_watchers", "member_ids", "member")
OWNED = GraphEdge("tiny_desk", "list_members", "items[].id", "list_projects", "owner_id", "member")
LIFTED = precondition("tiny_desk", "open_ticket", "close_ticket", "not_open")


def _with_proven(draft: Draft, *edges: GraphEdge) -> ToolGraph:
    return draft.graph.with_proven(edges)


async def test_a_way_leads_from_a_value_to_an_argument_that_takes_it(desk_draft: Draft) -> None:
    graph = _with_proven(desk_draft, WATCH)
    await desk_draft.trail.take("tiny_desk", "list_members", {})

    ways = ways_onward(desk_draft, graph, {}, ["tiny_desk"])

    assert {way.tool.name for way in ways} == {"set_watchers"}
    assert all(way.fixed == {"member_ids": [way.value]} and [*way.edges] == [WATCH] for way in ways)
    assert not ways_onward(desk_draft, graph, {WATCH: 1}, ["tiny_desk"])
    assert not ways_onward(desk_draft, graph, {}, [])


async def test_lists_that_would_show_no_row_are_left_out(desk_draft: Draft) -> None:
    owners = {row["owner_id"] for row in desk_draft.states["tiny_desk"].rows["project"].values()}
    await desk_draft.trail.take("tiny_desk", "list_members", {})

    ways = ways_onward(desk_draft, _with_proven(desk_draft, OWNED), {}, ["tiny_desk"])

    assert ways
    assert {way.value for way in ways} <= owners


async def test_lists_that_would_show_only_what_is_known_are_left_out(desk_draft: Draft) -> None:
    await desk_draft.trail.take("tiny_desk", "list_members", {})
    await desk_draft.trail.take("tiny_desk", "list_projects", {})

    assert not ways_onward(desk_draft, _with_proven(desk_draft, OWNED), {}, ["tiny_desk"])


async def test_a_precondition_leads_to_rows_near_those_of_the_enabling_call(desk_draft: Draft) -> None:
    project = next(iter(desk_draft.states["tiny_desk"].rows["project"]))
    given = {"project_id": project, "title": "Paint it", "is_urgent": True, "due_at": "2025-06-02T10:00:00Z"}
    step = await desk_draft.trail.take("tiny_desk", "open_ticket", {name: Fixed(each) for name, each in given.items()})
    await desk_draft.refresh()

    first, *others = ways_onward(desk_draft, _with_proven(desk_draft, LIFTED), {}, ["tiny_desk"])

    assert (first.tool.name, first.argument, [*first.edges]) == ("close_ticket", "ticket_id", [LIFTED])
    tickets = desk_draft.states["tiny_desk"].rows["ticket"]
    assert all(tickets[str(way.value)]["project_id"] == project for way in others)
    assert first.value == step.observation.content["id"]  # type: ignore[index, call-overload]  # a created row


def test_the_more_unused_edges_a_way_follows_the_likelier_it_is(desk_graph: ToolGraph) -> None:
    tool = desk_graph.manifests["tiny_desk"].tool("list_projects")
    chosen: Counter[str] = Counter()
    for seed in range(200):
        ways = [
            Onward("tiny_desk", tool, "owner_id", "few", {OWNED: None}),
            Onward("tiny_desk", tool, "owner_id", "many", {OWNED: None, WATCH: None, LIFTED: None}),
        ]
        chosen[str(choose_way(ways, random.Random(seed)).value)] += 1

    assert chosen["many"] > 3 * chosen["few"]


async def test_a_trajectory_is_worth_the_unused_edges_it_follows(desk_draft: Draft) -> None:
    graph = _with_proven(desk_draft, WATCH, OWNED)
    owner = next(iter(desk_draft.states["tiny_desk"].rows["project"].values()))["owner_id"]
    await desk_draft.trail.take("tiny_desk", "list_members", {"limit": Fixed(50)})
    await desk_draft.trail.take("tiny_desk", "list_projects", {"owner_id": Fixed(owner)})

    assert worth_of(desk_draft.trail.steps, graph, {}) == 1
    assert worth_of(desk_draft.trail.steps, graph, {OWNED: 1}) == 0
    assert worth_of([], graph, {}) == 0
