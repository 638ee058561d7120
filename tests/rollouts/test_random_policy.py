from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from envkit.calls import Observation, Step, ToolCall
from farm.link import Tool
from rollouts.policy import Move, Scene
from rollouts.random_policy import MAX_CALLS, RandomPolicy

PROPERTIES: dict[str, Any] = {
    "status": {"enum": ["open", "closed"], "type": "string"},
    "size": {"type": "integer", "minimum": 3, "maximum": 5},
    "since": {"anyOf": [{"type": "string", "format": "date-time"}, {"type": "null"}]},
    "order_id": {"type": "string"},
    "guest_ids": {"type": "array", "items": {"type": "string"}},
    "is_new": {"type": "boolean"},
}
TOOL = Tool("look", "", {"type": "object", "properties": PROPERTIES, "required": list(PROPERTIES)}, None, {})
SEEN = Step(ToolCall("air", "look", {}), Observation("", {"items": [{"id": "ord_aaaaaa"}, {"id": "ord_bbbbbb"}]}))


def a_scene(seed: int = 0, steps: tuple[Step, ...] = (), tools: tuple[Tool, ...] = (TOOL,)) -> Scene:
    return Scene("task", seed, 0, {"air": tools}, (), "?", steps, 9)


async def moves(seed: int) -> list[Move]:
    steps: list[Step] = []
    made = []
    while (move := await RandomPolicy().act(a_scene(seed, tuple(steps)))).calls:
        made.append(move)
        steps.append(SEEN)
    return [*made, move]


@given(seed=st.integers(0, 10**6))
@settings(max_examples=50, deadline=None)
@pytest.mark.asyncio
async def test_arguments_keep_to_the_schema(seed: int) -> None:
    for move in (await moves(seed))[:-1]:
        arguments: Any = move.calls[0].arguments
        assert arguments.keys() == PROPERTIES.keys()
        assert arguments["status"] in ("open", "closed")
        assert 3 <= arguments["size"] <= 5
        assert arguments["since"].endswith("Z")
        assert isinstance(arguments["is_new"], bool)


async def test_ids_are_taken_from_what_was_seen() -> None:
    move = await RandomPolicy().act(a_scene(seed=1, steps=(SEEN,)))

    arguments: Any = move.calls[0].arguments
    assert {arguments["order_id"], *arguments["guest_ids"]} <= {"ord_aaaaaa", "ord_bbbbbb"}


async def test_the_same_seed_makes_the_same_moves_and_another_does_not() -> None:
    assert await moves(1) == await moves(1)
    assert await moves(1) != await moves(2)


async def test_it_stops_after_a_few_calls_and_says_nothing() -> None:
    lengths = {len(await moves(seed)) - 1 for seed in range(40)}

    assert lengths == set(range(1, MAX_CALLS + 1))
    assert (await moves(0))[-1] == Move()


async def test_without_tools_it_gives_up() -> None:
    assert await RandomPolicy().act(a_scene(tools=())) == Move()
