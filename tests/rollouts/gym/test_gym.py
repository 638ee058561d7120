import asyncio
from pathlib import Path

import pytest

from farm.farm import Farm
from rollouts.episode import read_episodes
from rollouts.gym import Bounds, Fork, Gym, UnknownError
from rollouts.gym.gym import TakenError, toolset
from rollouts.start import ForkError
from sampler.task import Task
from tests.rollouts.gym.conftest import answering, calling, order, truth


async def play(gym: Gym, name: str, task: Task) -> None:
    await gym.open(name, order(task))
    for move, each in enumerate(truth(task)):
        await gym.rollout(name).say(each(move))


async def test_rollouts_of_a_task_are_forks_of_worlds_opened_once(farm: Farm, booking: Task) -> None:
    before = (await farm.capacity()).episodes
    async with Gym(farm, [booking]) as gym:
        await asyncio.gather(*(gym.open(f"r{number}", order(booking)) for number in range(4)))
        during = (await farm.capacity()).episodes
        assert gym.playing == 4

    # two environments: a world of each for the group, and for each of four rollouts
    assert during - before == 2 + 4 * 2
    assert (await farm.capacity()).episodes == before


async def test_what_one_rollout_does_no_other_one_sees(farm: Farm, booking: Task) -> None:
    async with Gym(farm, [booking]) as gym:
        await gym.open("idle", order(booking))
        await play(gym, "busy", booking)
        told = await gym.rollout("idle").say(answering(0, "nothing"))
        busy = gym.rollout("busy").episode

    assert busy is not None
    assert told.episode is not None
    assert busy.reward.total == 1.0
    assert not any(told.episode.diffs.values())


async def test_episodes_are_kept_and_their_trials_go_on_after_a_restart(
    farm: Farm, reading: Task, tmp_path: Path
) -> None:
    for _ in range(2):
        async with Gym(farm, [reading], out=tmp_path) as gym:
            await play(gym, "a", reading)
            await play(gym, "b", reading)

    episodes = read_episodes(tmp_path / "episodes.jsonl")
    assert [episode.trial for episode in episodes] == [0, 1, 2, 3]
    assert {episode.reward.total for episode in episodes} == {1.0}
    assert {episode.policy for episode in episodes} == {"outside"}


async def test_the_same_order_again_begins_nothing_new(farm: Farm, reading: Task) -> None:
    async with Gym(farm, [reading]) as gym:
        assert await gym.open("a", order(reading)) is await gym.open("a", order(reading))
        with pytest.raises(TakenError, match="begun by another order"):
            await gym.open("a", order(reading, policy="other"))


async def test_a_rollout_is_forked_from_the_middle_of_another(farm: Farm, reading: Task) -> None:
    async with Gym(farm, [reading]) as gym:
        await play(gym, "parent", reading)
        told = await gym.open("child", order(reading, fork=Fork(rollout="parent", turns=1)))
        roles = [message.role for message in told.messages]
        await gym.rollout("child").say(calling(0, *reading.steps_of(1)))
        over = await gym.rollout("child").say(answering(1, "51.00"))

        await gym.open("child2", order(reading))
        with pytest.raises(UnknownError, match="'child2' is not over"):
            await gym.open("x", order(reading, fork=Fork(rollout="child2", turns=1)))
        with pytest.raises(ForkError, match="is over after 2 turns"):
            await gym.open("y", order(reading, fork=Fork(rollout="parent", turns=2)))

    assert roles == ["system", "user", "assistant", "tool", "assistant", "user"]
    assert over.episode is not None
    assert over.episode.fork is not None
    assert over.episode.reward.total == 1.0


async def test_a_group_whose_worlds_the_farm_has_closed_is_opened_again(farm: Farm, reading: Task) -> None:
    async with Gym(farm, [reading]) as gym:
        await play(gym, "a", reading)
        for session in tuple(farm._open.sessions):
            await session.close()
        await play(gym, "b", reading)
        episode = gym.rollout("b").episode

    assert episode is not None
    assert episode.reward.total == 1.0


async def test_groups_that_nobody_plays_in_are_closed_but_for_the_latest(
    farm: Farm, reading: Task, booking: Task
) -> None:
    before = (await farm.capacity()).episodes
    async with Gym(farm, [reading, booking], bounds=Bounds(groups=1)) as gym:
        await play(gym, "a", booking)
        await play(gym, "b", reading)

        assert (await farm.capacity()).episodes - before == 1


async def test_old_rollouts_that_are_over_are_forgotten(farm: Farm, reading: Task) -> None:
    async with Gym(farm, [reading], bounds=Bounds(finished=1)) as gym:
        for name in "abc":
            await play(gym, name, reading)
        await gym.open("d", order(reading))

        with pytest.raises(UnknownError, match="no rollout 'b'"):
            gym.rollout("b")
        assert gym.rollout("c").is_over


async def test_a_closed_rollout_is_gone(farm: Farm, reading: Task) -> None:
    async with Gym(farm, [reading]) as gym:
        await gym.open("a", order(reading))

        assert [await gym.close("a"), await gym.close("a")] == [True, False]
        assert gym.playing == 0


async def test_a_task_that_is_not_there_is_said(farm: Farm, reading: Task) -> None:
    async with Gym(farm, []) as gym:
        with pytest.raises(UnknownError, match="among the 0 of this gym"):
            await gym.open("a", order(reading))


async def test_tools_are_those_of_the_task_without_what_it_hides(farm: Farm, reading: Task) -> None:
    hiding = reading.model_copy(update={"hidden_tools": (("tiny_air", "book_flight"),)})
    async with Gym(farm, [hiding]) as gym:
        tools = await gym.tools(hiding.id)

    assert "tiny_air_search_flights" in tools
    assert "tiny_air_book_flight" not in tools
    assert toolset(reading) == "tiny_air"
    assert toolset(hiding).startswith("tiny_air-")
