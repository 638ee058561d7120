import json
import random
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("bfcl_eval", reason="the bridge takes bfcl-eval; `make test-bfcl` makes what it needs")

from chat.budget import Budget, Prices
from chat.cache import Cache
from chat.client import ChatClient, Endpoint
from envkit.calls import ToolCall
from evaluation.bfcl.play import play, play_all
from evaluation.bfcl.policies import controls
from evaluation.bfcl.record import CATEGORIES, BfclEpisode
from evaluation.bfcl.tasks import BfclTask, read_tasks
from farm.farm import Farm
from rollouts.chat_policy import ChatPolicy, ChatSettings
from rollouts.policy import Move, Policy, Scene
from tests.chat.scripted import Body, Scripted, scripted
from tests.chat.scripted import Move as Reply

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def played(task: BfclTask, policy: Policy, farm: Farm) -> BfclEpisode:
    return await play(task, policy, farm, seed=0, timeout_s=60)


@pytest.mark.parametrize("category", CATEGORIES)
async def test_true_calls_are_valid_and_one_left_out_is_not(farm: Farm, category: Any) -> None:
    tasks = read_tasks(category)[:10]

    for name, valid in (("replay", 10), ("dropping", 0)):
        episodes = await play_all(
            tasks, controls(tasks)[name], farm, concurrency=4, seed=0, timeout_s=60, progress=lambda done, total: None
        )
        verdicts = [each.verdict for each in episodes if each.verdict is not None]
        assert (len(verdicts), sum(each.valid for each in verdicts)) == (10, valid)
        assert all(each.agrees for each in verdicts)


async def test_a_task_leaves_no_world_and_no_snapshot(farm: Farm) -> None:
    task = read_tasks("base")[0]
    before = await farm.capacity()

    await played(task, controls([task])["replay"], farm)

    assert await farm.capacity() == before


async def test_who_does_nothing_is_told_which_turn_was_empty(farm: Farm) -> None:
    task = read_tasks("base")[0]

    episode = await played(task, controls([task])["null"], farm)

    assert episode.verdict is not None
    assert episode.verdict.kind == "multi_turn:empty_turn_model_response"
    assert not episode.verdict.turns[0].called


class Restless:
    name = "restless"

    async def act(self, scene: Scene) -> Move:
        return Move((ToolCall("gorilla_file_system", "ls", {}),))


async def test_a_turn_has_20_steps(farm: Farm) -> None:
    episode = await played(read_tasks("base")[0], Restless(), farm)

    assert (episode.stop, len(episode.turns), len(episode.turns[0].steps)) == ("forced", 1, 20)
    assert episode.verdict is not None
    assert (episode.verdict.kind, episode.verdict.agrees) == ("multi_turn:force_terminated", True)


class Broken:
    name = "broken"

    async def act(self, scene: Scene) -> Move:
        raise ValueError("no idea")


async def test_trouble_of_a_policy_is_unscored(farm: Farm) -> None:
    episode = await played(read_tasks("base")[0], Broken(), farm)

    assert (episode.stop, episode.verdict, episode.trouble) == ("policy_error", None, "ValueError: no idea")


class Early:
    name = "early"

    async def act(self, scene: Scene) -> Move:
        return Move() if scene.steps else Move((ToolCall("gorilla_file_system", "sort", {"file_name": "a"}),))


async def test_a_withheld_tool_is_refused_and_not_judged(farm: Farm) -> None:
    task = read_tasks("miss_func")[0]

    episode = await played(task, Early(), farm)

    assert [turn.steps[0].code for turn in episode.turns[:3]] == ["unknown_tool"] * 3
    assert episode.turns[3].steps[0].environment == "gorilla_file_system"


async def test_a_language_model_plays_and_sees_withheld_tools_with_their_turn(farm: Farm, tmp_path: Path) -> None:
    task = read_tasks("miss_func")[0]

    with scripted(lambda body, number: knowing(task, body)) as endpoint:
        async with ChatClient.open(
            Endpoint(endpoint.url),
            budget=Budget(Prices()),
            cache=Cache(tmp_path),
            chance=random.Random(0),
        ) as client:
            episode = await played(task, ChatPolicy(client, ChatSettings("m"), "here"), farm)

    assert episode.verdict is not None
    assert (episode.verdict.valid, episode.verdict.agrees) == (True, True)
    assert episode.cost is not None
    assert episode.cost.replies == len(endpoint.requests)
    assert turns_with_sort(endpoint) == {4, 5}


def knowing(task: BfclTask, body: Body) -> Reply:
    """Answer as a model would that knows the true calls: all of a turn at once, then a word."""
    messages = body["messages"]
    turn = sum(message["role"] == "user" for message in messages) - 1
    true = task.truth(turn)
    if messages[-1]["role"] == "tool" or not true:
        return Reply(text="Done.")
    calls = [
        {
            "id": f"c{turn:04d}{place:04d}",
            "type": "function",
            "function": {"name": f"{call.environment}_{call.tool}", "arguments": json.dumps(call.arguments)},
        }
        for place, call in enumerate(true)
    ]
    return Reply(finish="tool_calls", calls=tuple(calls))


def turns_with_sort(endpoint: Scripted) -> set[int]:
    return {
        sum(message["role"] == "user" for message in body["messages"])
        for body in endpoint.requests
        if any(tool["function"]["name"] == "gorilla_file_system_sort" for tool in body["tools"])
    }
