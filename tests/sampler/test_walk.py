import random
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress

import pytest

from envkit.calls import ToolCall
from envkit.manifest import Manifest
from farm.farm import Farm
from farm.session import Session
from sampler.draft import MAX_JOINED, Draft
from sampler.facts import as_text, gives_away
from sampler.graph import ToolGraph
from sampler.hints import Hints
from sampler.opening import opened
from sampler.plan import Fixed
from sampler.shape import MAX_TURNS, Shape
from sampler.state import read_states
from sampler.task import LONG_HORIZON, Kind, Outcome
from sampler.uses import Uses
from sampler.walk import Walked, WalkError, choose_goal, walk

PLAIN = Shape("act_and_answer", 2)


async def _walks(farm: Farm, graph: ToolGraph, count: int, shape: Shape = PLAIN) -> list[Walked]:
    found = []
    uses = Uses()
    for seed in range(count):
        async with await farm.open(tuple(graph.manifests), seed=seed) as session:
            try:
                found.append(await walk(session, graph, seed, uses, shape, {}, {}, {}))
            except WalkError:
                continue
            uses.goals.update(turn.goal for turn in found[-1].turns)
    assert len(found) >= count // 3
    return found


async def test_walks_keep_to_their_bounds(farm: Farm, desk_graph: ToolGraph) -> None:
    for walked in await _walks(farm, desk_graph, 10):
        assert 1 <= len(walked.turns) <= MAX_TURNS
        assert all(1 <= calls <= MAX_JOINED for calls in walked.plan.turns)
        assert sum(walked.plan.turns) == len(walked.plan.choices)


async def test_ids_are_read_from_earlier_steps_unless_the_query_says_them(farm: Farm, desk_graph: ToolGraph) -> None:
    for walked in await _walks(farm, desk_graph, 8):
        words = " ".join(turn.plain for turn in walked.turns)
        for choice in walked.plan.choices:
            spec = desk_graph.manifests["tiny_desk"].tool(choice.tool)
            for argument in spec.arguments:
                binding = choice.arguments.get(argument.name)
                if argument.type == "ref" and isinstance(binding, Fixed):
                    assert str(binding.value) in words


async def test_every_literal_of_a_writing_call_stands_in_the_query(farm: Farm, desk_graph: ToolGraph) -> None:
    for walked in await _walks(farm, desk_graph, 8):
        words = " ".join(turn.plain for turn in walked.turns)
        for choice in walked.plan.choices:
            if desk_graph.manifests["tiny_desk"].tool(choice.tool).writes:
                literals = [each.value for each in choice.arguments.values() if isinstance(each, Fixed)]
                assert all(as_text(value) in words for value in literals)


async def test_no_query_gives_a_fact_away(farm: Farm, desk_graph: ToolGraph) -> None:
    for walked in await _walks(farm, desk_graph, 10):
        words = " ".join(turn.plain for turn in walked.turns)
        for turn in walked.turns:
            assert not [asked for asked in turn.asked if gives_away(words, as_text(asked.value))]


async def test_the_same_seed_walks_the_same_way(farm: Farm, both_graph: ToolGraph) -> None:
    assert await _walks(farm, both_graph, 6) == await _walks(farm, both_graph, 6)


async def test_a_walk_over_two_environments_serves_both_and_names_them(farm: Farm, both_graph: ToolGraph) -> None:
    for walked in await _walks(farm, both_graph, 6):
        assert {choice.environment for choice in walked.plan.choices} == {"tiny_air", "tiny_desk"}
        titles = {"tiny_air": "Tiny Air", "tiny_desk": "Tiny Desk"}
        assert all(titles[turn.goal[0]] in turn.plain for turn in walked.turns)


async def test_turns_build_on_each_other(farm: Farm, both_graph: ToolGraph) -> None:
    queries = [
        turn.plain for walked in await _walks(farm, both_graph, 30, Shape("multi_turn", 3)) for turn in walked.turns
    ]

    assert [query for query in queries if "from my request number" in query], "a value is carried into a later turn"
    assert [query for query in queries if " Afterwards look up the " in query], "a change is read back"


async def test_walks_reach_every_writing_tool(farm: Farm, desk_graph: ToolGraph) -> None:
    uses: Counter[tuple[str, str]] = Counter()
    for walked in await _walks(farm, desk_graph, 25):
        uses.update(turn.goal for turn in walked.turns)

    writers = {tool.name for tool in desk_graph.manifests["tiny_desk"].tools if tool.writes}
    assert writers <= {tool for _, tool in uses}


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [
        ("missing_parameter", "asks"),
        ("ambiguous", "asks"),
        ("missing_tool", "declines"),
        ("policy", "declines"),
    ],
)
async def test_a_special_kind_has_its_turn_and_another_that_demands_something(
    farm: Farm, desk_graph: ToolGraph, kind: Kind, outcome: Outcome
) -> None:
    for walked in await _walks(farm, desk_graph, 4, Shape(kind, 2)):
        assert walked.kind == kind
        assert outcome in [turn.outcome for turn in walked.turns]
        assert "done" in [turn.outcome for turn in walked.turns]
        assert bool(walked.hidden) == (kind == "missing_tool")
        assert bool(walked.rules) == (kind == "policy")


async def test_refusals_that_hints_lead_to_are_met_and_declined(
    real_farm: Farm, store_draft: Draft, real_hints: Hints
) -> None:
    graph, declined = store_draft.graph, 0
    for seed in range(4):
        async with await real_farm.open(("lantern_store",), seed=seed) as session:
            walked = await walk(session, graph, seed, Uses(), Shape("infeasible", 2), real_hints, {}, {}, {})
        assert walked.kind == "infeasible"
        codes = [choice.code for choice in walked.plan.choices if choice.code]
        turns = [turn for turn in walked.turns if turn.outcome == "declines"]
        assert len(codes) == len(turns) >= 1
        declined += len(turns)
    assert declined > 4, "some refuse twice"


async def test_what_is_hidden_or_ruled_out_is_never_called(farm: Farm, desk_graph: ToolGraph) -> None:
    for kind in ("missing_tool", "policy"):
        for walked in await _walks(farm, desk_graph, 5, Shape(kind, 3)):
            barred = {*walked.hidden, *((rule.environment, rule.tool) for rule in walked.rules)}
            after = next(index for index, turn in enumerate(walked.turns) if turn.outcome == "declines")
            later = walked.plan.choices[sum(walked.plan.turns[:after]) :]
            assert not barred & {(choice.environment, choice.tool) for choice in later}


async def test_a_long_horizon_takes_twelve_calls_or_is_called_something_else(
    real_farm: Farm, skyline_draft: Draft
) -> None:
    walks = await _walks(real_farm, skyline_draft.graph, 5, Shape("long_horizon", 4, LONG_HORIZON))

    assert "long_horizon" in {walked.kind for walked in walks}
    for walked in walks:
        assert (len(walked.plan.choices) >= LONG_HORIZON) == (walked.kind == "long_horizon")


async def test_a_task_that_only_acts_asks_nothing(farm: Farm, desk_graph: ToolGraph) -> None:
    for walked in await _walks(farm, desk_graph, 5, Shape("act", 2)):
        changing = [turn for turn in walked.turns if desk_graph.manifests["tiny_desk"].tool(turn.goal[1]).writes]
        assert changing
        assert not [turn for turn in changing if turn.asked]


async def test_some_worlds_have_a_past_which_is_the_start_of_the_task(farm: Farm, desk_graph: ToolGraph) -> None:
    arranged = [walked for walked in await _walks(farm, desk_graph, 16) if walked.plan.setup]

    assert arranged
    for walked in arranged:
        async with opened(farm, ("tiny_desk",), walked.plan.seed, walked.plan.setup) as session:
            assert await read_states(session, desk_graph.manifests) == walked.states
            assert (await session.diff())["tiny_desk"].is_empty


@pytest.mark.parametrize("kind", ["infeasible", "missing_parameter"])
async def test_a_special_turn_that_cannot_be_reached_is_said(
    desk: Session, manifests: Mapping[str, Manifest], kind: Kind
) -> None:
    quiet = _with_writers(manifests["tiny_desk"], ())

    with pytest.raises(WalkError, match=f"no turn of the kind {kind} could be reached"):
        await walk(desk, ToolGraph({"tiny_desk": quiet}, (), ()), 1, Uses(), Shape(kind, 2), {}, {}, {})


async def test_an_environment_without_writing_tools_still_gives_questions(
    farm: Farm, manifests: Mapping[str, Manifest]
) -> None:
    graph = ToolGraph({"tiny_desk": _with_writers(manifests["tiny_desk"], ())}, (), ())

    for walked in await _walks(farm, graph, 4):
        assert all(turn.asked for turn in walked.turns)


async def test_a_walk_without_a_tool_to_call_says_so(desk: Session, manifests: Mapping[str, Manifest]) -> None:
    graph = ToolGraph({"tiny_desk": manifests["tiny_desk"].model_copy(update={"tools": ()})}, (), ())

    with pytest.raises(WalkError, match="no goal could be reached"):
        await walk(desk, graph, 1, Uses(), PLAIN, {}, {}, {})


async def test_a_walk_that_leaves_an_environment_out_says_so(both: Session, both_graph: ToolGraph) -> None:
    idle = both_graph.manifests["tiny_desk"].model_copy(update={"tools": ()})
    graph = ToolGraph({**both_graph.manifests, "tiny_desk": idle}, both_graph.edges, ())

    with pytest.raises(WalkError, match="an environment was left out"):
        await walk(both, graph, 1, Uses(), PLAIN, {}, {}, {})


async def test_a_walk_that_finds_no_change_to_make_says_so(desk: Session, desk_graph: ToolGraph) -> None:
    closing = _with_writers(desk_graph.manifests["tiny_desk"], ("close_ticket",))
    state = (await read_states(desk, {"tiny_desk": closing}))["tiny_desk"]
    for ticket_id in state.rows["ticket"]:
        assert not (await desk.call(ToolCall("tiny_desk", "close_ticket", {"ticket_id": ticket_id}))).is_refused

    with pytest.raises(WalkError, match="no goal could be reached"):
        await walk(
            desk, ToolGraph({"tiny_desk": closing}, desk_graph.edges, ()), 1, Uses(), Shape("act", 1), {}, {}, {}
        )


def _with_writers(manifest: Manifest, names: Sequence[str]) -> Manifest:
    """Return a manifest with the tools that only read, and those of these names."""
    tools = tuple(tool for tool in manifest.tools if not tool.writes or tool.name in names)
    return manifest.model_copy(update={"tools": tools})


def test_rarely_used_goals_with_longer_ways_are_likelier(desk_graph: ToolGraph) -> None:
    uses = Uses(goals=Counter({("tiny_desk", "add_note"): 9}))

    chosen = Counter(
        tool.name for n in range(400) if (tool := choose_goal(desk_graph, "tiny_desk", True, uses, random.Random(n)))
    )

    assert chosen["remove_note"] > chosen["close_ticket"] > chosen["add_note"]


def test_goals_from_which_unused_edges_start_are_likelier(desk_graph: ToolGraph) -> None:
    edges = [edge for edge in desk_graph.edges if edge.producer == "open_ticket"]
    graph = desk_graph.with_proven(edges)

    def chosen(uses: Uses) -> int:
        tools = [choose_goal(graph, "tiny_desk", True, uses, random.Random(n)) for n in range(200)]
        return sum(tool is not None and tool.name == "open_ticket" for tool in tools)

    assert chosen(Uses()) > chosen(Uses(edges=Counter(edges)))


async def test_attempts_at_the_same_walk_go_other_ways(farm: Farm, desk_graph: ToolGraph) -> None:
    walked = []
    for attempt in (0, 1):
        async with await farm.open(["tiny_desk"], seed=3) as session:
            walked.append(await walk(session, desk_graph, 3, Uses(), PLAIN, {}, {}, {}, attempt))

    assert walked[0].plan != walked[1].plan
    assert walked[0].worth == walked[1].worth == 0, "nothing is proven"


async def test_turns_go_on_along_proven_edges_until_they_are_used(farm: Farm, desk_graph: ToolGraph) -> None:
    graph = desk_graph.with_proven(edge for edge in desk_graph.edges if edge.argument)
    worth = Counter[str]()
    for seed in range(6):
        for name, uses in (("unused", Uses()), ("used", Uses(edges=Counter(graph.edges)))):
            async with await farm.open(["tiny_desk"], seed=seed) as session:
                with suppress(WalkError):
                    worth[name] += (await walk(session, graph, seed, uses, Shape("multi_turn", 4), {}, {}, {})).worth

    assert worth["unused"] > 12
    assert worth["used"] == 0


async def test_what_a_tool_takes_that_no_task_used_happens_before_the_task(farm: Farm, desk_graph: ToolGraph) -> None:
    async with await farm.open(["tiny_desk"], seed=0) as session:
        ticket = next(iter((await read_states(session, desk_graph.manifests))["tiny_desk"].rows["ticket"]))
    noting = ToolCall("tiny_desk", "add_note", {"ticket_id": ticket, "kind": "call", "body": "Seen.", "minutes": 7})
    setups = {("tiny_desk", "remove_note"): (noting,)}

    async def prepared(uses: Uses) -> int:
        found = 0
        for seed in range(24):
            async with await farm.open(["tiny_desk"], seed=seed) as session:
                with suppress(WalkError):
                    plan = (await walk(session, desk_graph, seed, uses, PLAIN, {}, {}, setups)).plan
                    found += [dict(step.arguments) for step in plan.setup] == [dict(noting.arguments)]
        return found

    assert await prepared(Uses()) > 2
    assert await prepared(Uses(granted=Counter({("tiny_desk", "remove_note"): 1}))) == 0
