from pathlib import Path

import pytest

from farm.farm import Farm
from rollouts.batch import EPISODES, play_all
from rollouts.episode import EpisodeFileError, Reward, read_episodes, write_episodes
from rollouts.policy import NullPolicy, ReplayPolicy
from rollouts.rescore import rescore, write_rescored
from sampler.task import Task


async def test_episodes_are_judged_as_they_were_and_another_reward_is_told(
    booking: Task, farm: Farm, tmp_path: Path
) -> None:
    path, tasks = tmp_path / EPISODES, {booking.id: booking}
    policies = [ReplayPolicy([booking]), NullPolicy()]
    null, replay = await play_all([booking], policies, farm, trials=1, out=tmp_path, concurrency=2)
    assert [each.is_changed for each in rescore(tasks, [null, replay])] == [False, False]

    write_episodes(path, [null.model_copy(update={"reward": Reward(1.0, replay.reward.parts)}), replay])
    changed, same = rescore(tasks, read_episodes(path))
    assert (changed.is_changed, same.is_changed) == (True, False)
    assert changed.row() == {
        "task": booking.id,
        "policy": "null",
        "trial": 0,
        "stored": 1.0,
        "now": 0.0,
        "codes": "missing_change not_looked",
    }

    write_rescored(path, tasks)
    assert read_episodes(path) == (null, replay)


async def test_an_episode_of_a_task_that_is_not_there_is_named(reading: Task, farm: Farm, tmp_path: Path) -> None:
    episodes = await play_all([reading], [NullPolicy()], farm, trials=1, out=tmp_path, concurrency=1)

    with pytest.raises(EpisodeFileError, match=f"an episode is of {reading.id}, which is not among the tasks"):
        list(rescore({}, episodes))
