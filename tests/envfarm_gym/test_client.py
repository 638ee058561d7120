import asyncio
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from envfarm_gym import Call, Gym, GymError, UnscoredError
from envfarm_gym.client import OVER
from farm.farm import Farm
from farm.listen import served
from rollouts.briefing import tool_name
from rollouts.episode import read_episodes
from rollouts.gym import Bounds, application
from rollouts.gym import Gym as Served
from rollouts.policy import answer_of
from sampler.task import Task
from tests.envfarm_gym.conftest import BUDGET

DOCS = Path(__file__).parents[2] / "docs" / "adapters.md"


async def test_a_task_is_played_and_earns_its_reward(url: str, booking: Task, tmp_path: Path) -> None:
    def play() -> None:
        with Gym(url).open(booking.id, policy="mine", seed=3) as rollout:
            assert [message["role"] for message in rollout.messages] == ["system", "user"]
            assert rollout.calls_left == BUDGET
            for step in booking.truth.trajectory:
                seen = rollout.call(tool_name(step.environment, step.tool), step.arguments)
                assert seen.startswith("{")
            assert rollout.calls_left == BUDGET - len(booking.truth.trajectory)
            assert rollout.answer(answer_of(booking, 0)) == ""
            assert rollout.is_over
            assert rollout.outcome is not None
            assert (rollout.outcome.earned, rollout.outcome.stop) == (1.0, "done")
            assert rollout.call("tiny_air_search_flights", {}) == OVER

    await asyncio.to_thread(play)
    (episode,) = read_episodes(tmp_path / "episodes.jsonl")
    assert (episode.policy, episode.seed, episode.reward.total) == ("mine", 3, 1.0)


async def test_a_message_brings_what_the_user_says_next(url: str, reading: Task) -> None:
    def play() -> None:
        with Gym(url).open(reading.id) as rollout:
            assert rollout.answer("TA103") == reading.turns[1].query
            assert rollout.say("Let me see.") == []
            assert rollout.outcome is not None
            assert rollout.outcome.findings[0] == "not_looked"

    await asyncio.to_thread(play)


async def test_arguments_that_are_no_json_are_told_to_the_policy(url: str, reading: Task) -> None:
    def play() -> None:
        with Gym(url).open(reading.id) as rollout:
            (seen,) = rollout.say(calls=[Call("tiny_air_search_flights", '{"origin": ')])
            assert seen["role"] == "tool"
            assert seen["content"].startswith("malformed_call")

    await asyncio.to_thread(play)


async def test_tasks_and_toolsets_are_listed(url: str, reading: Task, booking: Task) -> None:
    gym = Gym(url)
    tasks, toolsets = await asyncio.to_thread(gym.tasks), await asyncio.to_thread(gym.toolsets)

    assert [task.task for task in tasks] == [reading.id, booking.id]
    assert tasks[1].environments == booking.environments
    assert tasks[0].messages[1] == {"role": "user", "content": reading.turns[0].query}
    assert {task.toolset for task in tasks} == toolsets.keys()


async def test_a_rollout_is_known_by_its_name_and_forked_by_it(url: str, reading: Task) -> None:
    def play() -> None:
        gym = Gym(url)
        first = gym.open(reading.id, name="my/parent 1")
        assert gym.outcome("my/parent 1") is None
        first.answer("TA103")
        ended = first.stop("context")
        assert gym.outcome("my/parent 1") == ended
        child = gym.open(reading.id, fork=("my/parent 1", 1, 0))
        assert [message["role"] for message in child.messages] == ["system", "user", "assistant", "user"]
        gym.close("my/parent 1")
        with pytest.raises(GymError, match="no rollout 'my/parent 1'") as error:
            gym.outcome("my/parent 1")
        assert error.value.code == "unknown"

    await asyncio.to_thread(play)


async def test_what_could_not_be_scored_is_raised_and_is_no_zero(farm: Farm, reading: Task) -> None:
    step = reading.truth.trajectory[0].model_copy(update={"code": "sold_out"})
    broken = reading.model_copy(update={"setup": (step,)})

    def play(url: str) -> None:
        rollout = Gym(url).open(broken.id)
        assert rollout.outcome is not None
        assert rollout.outcome.reward is None
        with pytest.raises(UnscoredError, match="was recorded otherwise"):
            _ = rollout.outcome.earned

    async with Served(farm, [broken]) as gym, served(application(gym)) as url:
        await asyncio.to_thread(play, url)


async def test_a_rollout_that_was_over_before_it_began_is_told_apart(url: str, late_url: str, reading: Task) -> None:
    def play() -> None:
        Gym(url).open(reading.id).require_begun()
        with pytest.raises(UnscoredError, match="timeout: not done within"):
            Gym(late_url).open(reading.id).require_begun()

    await asyncio.to_thread(play)


async def test_the_token_comes_from_the_variable_unless_it_is_given(
    farm: Farm, reading: Task, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ENVFARM_TOKEN", "secret")
    async with Served(farm, [reading], bounds=Bounds()) as gym, served(application(gym, token="secret")) as url:
        assert await asyncio.to_thread(Gym(url).tasks)
        with pytest.raises(GymError, match="expected the gym's token"):
            await asyncio.to_thread(Gym(url, token="other").tasks)


async def test_the_program_in_the_docs_plays_as_it_stands(url: str, booking: Task, tmp_path: Path) -> None:
    program = re.findall(r"```python\n(.*?)```", DOCS.read_text("utf-8"), re.DOTALL)[-1]

    def ask(messages: Sequence[Mapping[str, Any]], tools: Sequence[Mapping[str, Any]]) -> tuple[str, list[Any]]:
        assert {tool["type"] for tool in tools} == {"function"}
        return "I do not know.", []

    await asyncio.to_thread(exec, program.replace("http://127.0.0.1:8090", url), {"ask": ask})

    assert {episode.policy for episode in read_episodes(tmp_path / "episodes.jsonl")} == {"mine/step-20"}
