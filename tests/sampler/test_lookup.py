from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from random import Random

import pytest

from envkit.manifest import ArgumentSpec
from farm.session import Session
from sampler.edges import GraphEdge
from sampler.graph import ToolGraph
from sampler.lookup import UnreachableRowError, find
from sampler.plan import Fixed, Output
from sampler.query import say
from sampler.refer import Description
from sampler.state import WorldState
from sampler.trail import Trail

_TRIES = 20


def _row(state: WorldState, entity: str, index: int) -> str:
    return list(state.rows[entity])[index]


def _proven(graph: ToolGraph) -> ToolGraph:
    return ToolGraph(graph.manifests, graph.edges, graph.edges)


async def test_a_row_is_searched_by_its_traits_and_its_id_read_from_the_answer(
    desk: Session, desk_graph: ToolGraph, desk_state: WorldState
) -> None:
    trail = Trail(desk, desk_graph.manifests)
    member = _row(desk_state, "member", 4)

    described = await find(trail, desk_graph, desk_state, "member", member)

    assert say(described) == 'the member whose name is "Eva Fors"'
    assert [dict(step.call.arguments) for step in trail.steps] == [{"query": "Eva Fors"}]
    assert trail.binding("tiny_desk", "member", member) == Output(0, "items[0].id")


async def test_rows_a_description_refers_to_are_looked_up_first(
    desk: Session, desk_graph: ToolGraph, desk_state: WorldState
) -> None:
    trail = Trail(desk, desk_graph.manifests)
    note = _row(desk_state, "note", 1)

    described = await find(trail, desk_graph, desk_state, "note", note)

    tools = [step.call.tool for step in trail.steps]
    assert tools == ["list_projects", "list_tickets", "get_ticket_details"]
    assert "whose ticket is" in say(described)
    assert trail.shown("tiny_desk", "note", note) == Output(2, "notes[0].id")


async def test_a_row_that_was_shown_takes_no_second_call(
    desk: Session, desk_graph: ToolGraph, desk_state: WorldState
) -> None:
    trail = Trail(desk, desk_graph.manifests)
    project = _row(desk_state, "project", 0)
    await find(trail, desk_graph, desk_state, "project", project)

    await find(trail, desk_graph, desk_state, "project", _row(desk_state, "project", 3))

    assert len(trail.steps) == 1


async def test_a_row_that_no_tool_shows_is_named_by_its_id(
    desk: Session, desk_graph: ToolGraph, desk_state: WorldState
) -> None:
    trail = Trail(desk, desk_graph.manifests)
    account = _row(desk_state, "account", 0)

    described = await find(trail, desk_graph, desk_state, "account", account)

    assert say(described) == f"the account with the id {account}"
    assert trail.steps == []
    assert trail.binding("tiny_desk", "account", account) == Fixed(account)


async def test_a_row_without_a_name_is_unreachable_and_leaves_no_calls(
    desk: Session, desk_graph: ToolGraph, desk_state: WorldState
) -> None:
    trail = Trail(desk, desk_graph.manifests)
    member, row = next(iter(desk_state.rows["member"].items()))
    twins = replace(desk_state, rows={**desk_state.rows, "member": {member: row, "mem_twin00": row}})

    with pytest.raises(UnreachableRowError, match="has no natural name"):
        await find(trail, desk_graph, twins, "member", member)

    assert trail.steps == []


async def test_a_row_that_the_answers_do_not_hold_is_unreachable(
    desk: Session, desk_graph: ToolGraph, desk_state: WorldState
) -> None:
    trail = Trail(desk, desk_graph.manifests)
    ghost = {"id": "mem_ghost0", "name": "Gus Holm", "email": "gus@example.com"}
    haunted = replace(desk_state, rows={**desk_state.rows, "member": {"mem_ghost0": ghost}})

    with pytest.raises(UnreachableRowError, match="no call shows member mem_ghost0"):
        await find(trail, desk_graph, haunted, "member", "mem_ghost0")

    assert trail.steps == []


async def test_a_row_that_is_to_be_read_is_not_named_by_its_id(
    desk: Session, desk_graph: ToolGraph, desk_state: WorldState
) -> None:
    toward = ("get_project", "project_id")
    for seed in range(12):
        trail = Trail(desk, desk_graph.manifests, Random(seed))

        said = await find(trail, desk_graph, desk_state, "project", _row(desk_state, "project", 1), toward=toward)

        assert said.traits or said.extreme or said.via, seed


async def test_late_in_a_run_a_tool_from_which_no_task_went_on_reads_a_row_that_another_points_at(
    desk: Session, desk_graph: ToolGraph, desk_state: WorldState
) -> None:
    toward, project = ("get_project", "project_id"), _row(desk_state, "project", 0)
    desk_graph = _proven(desk_graph)
    edges = desk_graph.within("tiny_desk")
    onward = desk_graph.onward("tiny_desk", "get_project")
    assert onward

    async def named(state: WorldState, uses: Iterable[GraphEdge]) -> list[Description]:
        every = []
        for seed in range(_TRIES):
            trail = Trail(desk, desk_graph.manifests, Random(seed))
            trail.uses = Counter(uses)
            every.append(await find(trail, desk_graph, state, "project", project, toward=toward))
        return every

    late = sum(said.via is not None for said in await named(desk_state, edges - {*onward}))
    done = sum(said.via is not None for said in await named(desk_state, edges))
    early = sum(said.via is not None for said in await named(desk_state, [*edges][: len(edges) // 2]))
    assert late == _TRIES > max(done, early)
    by_id = Description("project", project)
    assert await named(_unpointed(desk_state, "project"), edges - {*onward}) == [by_id] * _TRIES
    assert by_id not in await named(_unpointed(desk_state, "project"), edges)


def _unpointed(state: WorldState, entity: str) -> WorldState:
    """Have no column point at rows of a kind."""
    entities = [
        spec.model_copy(
            update={
                "fields": tuple(
                    each.model_copy(update={"type": "str", "to": ""}) if each.to == entity else each
                    for each in spec.fields
                )
            }
        )
        for spec in state.manifest.entities
    ]
    return replace(state, manifest=state.manifest.model_copy(update={"entities": tuple(entities)}))


async def test_late_in_a_run_rows_are_named_by_others_where_that_may_take_a_way_that_no_task_took(
    desk: Session, desk_graph: ToolGraph, desk_state: WorldState
) -> None:
    async def named_by_others(uses: Counter[GraphEdge]) -> int:
        named = 0
        for seed in range(40):
            trail = Trail(desk, desk_graph.manifests, Random(seed))
            trail.uses = uses
            said = await find(
                trail,
                desk_graph,
                desk_state,
                "member",
                _row(desk_state, "member", 2),
                toward=("list_projects", "owner_id"),
            )
            named += said.via is not None
        return named

    desk_graph = _proven(desk_graph)
    edges = desk_graph.within("tiny_desk")
    into = {edge for edge in desk_graph.producers("tiny_desk", "list_projects", "owner_id") if edge in edges}
    assert into
    assert await named_by_others(Counter(edges - {min(into, key=repr)})) > await named_by_others(Counter(edges))


async def test_a_row_that_no_tool_lists_is_named_by_its_id_only_if_none_points_at_its_kind(
    desk: Session, desk_graph: ToolGraph, desk_state: WorldState
) -> None:
    graph = desk_graph.without({("tiny_desk", "list_members")})
    trail = Trail(desk, graph.manifests)
    account, member = _row(desk_state, "account", 0), _row(desk_state, "member", 0)

    assert await find(trail, graph, desk_state, "account", account) == Description("account", account)
    with pytest.raises(UnreachableRowError, match="no row leads to"):
        await find(trail, graph, desk_state, "member", member)


async def test_a_reference_that_leads_too_deep_is_unreachable(
    desk: Session, desk_graph: ToolGraph, desk_state: WorldState
) -> None:
    trail = Trail(desk, desk_graph.manifests)

    with pytest.raises(UnreachableRowError):
        await find(trail, desk_graph, desk_state, "note", _row(desk_state, "note", 1), depth=1)

    assert trail.steps == []


async def test_filters_are_said_when_a_short_name_does_not_narrow_enough(
    air: Session, air_graph: ToolGraph, air_state: WorldState
) -> None:
    trail = Trail(air, air_graph.manifests)
    flight = _row(air_state, "flight", 0)

    described = await find(trail, air_graph, air_state, "flight", flight)

    assert trail.shown("tiny_air", "flight", flight) is not None
    assert say(described).startswith("the flight whose number is")


async def test_a_list_that_neither_searches_nor_grows_is_read_as_it_is(
    desk: Session, desk_graph: ToolGraph, desk_state: WorldState
) -> None:
    graph = _without_arguments(desk_graph, "list_members")
    trail = Trail(desk, graph.manifests)

    await find(trail, graph, desk_state, "member", _row(desk_state, "member", 0))

    assert [dict(step.call.arguments) for step in trail.steps] == [{}]
    with pytest.raises(UnreachableRowError):
        await find(trail, graph, desk_state, "member", _row(desk_state, "member", 4))


async def test_a_source_asked_by_more_than_its_rows_owner_is_not_used(
    desk: Session, desk_graph: ToolGraph, desk_state: WorldState
) -> None:
    key = ArgumentSpec(name="pin", type="str", description="")
    graph = _with_arguments(desk_graph, "get_ticket_details", (key,))
    trail = Trail(desk, graph.manifests)

    with pytest.raises(UnreachableRowError, match="no call shows note"):
        await find(trail, graph, desk_state, "note", _row(desk_state, "note", 0))


def _without_arguments(graph: ToolGraph, name: str) -> ToolGraph:
    return _with_arguments(graph, name, ())


def _with_arguments(graph: ToolGraph, name: str, arguments: tuple[ArgumentSpec, ...]) -> ToolGraph:
    desk = graph.manifests["tiny_desk"]
    tools = tuple(
        tool.model_copy(update={"arguments": arguments}) if tool.name == name else tool for tool in desk.tools
    )
    return ToolGraph({"tiny_desk": desk.model_copy(update={"tools": tools})}, (), ())


async def test_a_cut_trail_forgets_what_was_shown(desk: Session, desk_graph: ToolGraph, desk_state: WorldState) -> None:
    trail = Trail(desk, desk_graph.manifests)
    await trail.take("tiny_desk", "list_projects", {})
    await trail.take("tiny_desk", "list_tickets", {})

    trail.cut(1)

    assert set(trail.focus("tiny_desk")) == {"project"}
    assert trail.focus("tiny_air") == {}
    assert trail.is_mentioned("tiny_desk", "member", _row(desk_state, "member", 0))
    assert trail.shown("tiny_desk", "member", _row(desk_state, "member", 0)) is None


async def test_an_empty_reference_shows_nothing(desk: Session, desk_graph: ToolGraph) -> None:
    manifest = desk_graph.manifests["tiny_desk"]
    ticket = manifest.entity("ticket")
    fields = tuple(
        field.model_copy(update={"type": "ref", "to": "member"}) if field.name == "closed_at" else field
        for field in ticket.fields
    )
    entities = tuple(
        ticket.model_copy(update={"fields": fields}) if each == ticket else each for each in manifest.entities
    )
    trail = Trail(desk, {"tiny_desk": manifest.model_copy(update={"entities": entities})})

    await trail.take("tiny_desk", "list_tickets", {})

    assert set(trail.focus("tiny_desk")) == {"ticket"}


async def test_a_refused_call_shows_nothing(desk: Session, desk_graph: ToolGraph) -> None:
    trail = Trail(desk, desk_graph.manifests)

    step = await trail.take("tiny_desk", "get_project", {"project_id": Fixed("prj_none00")})

    assert step.observation.code == "not_found"
    assert trail.focus("tiny_desk") == {}
