from collections.abc import Sequence
from pathlib import Path

import pytest

from farm.farm import Farm
from rollouts.batch import EPISODES, play_all
from rollouts.engines.engine import Limits
from rollouts.episode import Episode, EpisodeFileError, read_episodes
from rollouts.policy import Move, NullPolicy, Policy, ReplayPolicy, Scene
from rollouts.random_policy import RandomPolicy
from sampler.task import Task


class Flaky:
    """Fails until it is mended."""

    name = "flaky"
    is_mended = False

    async def act(self, scene: Scene) -> Move:
        if not self.is_mended:
            raise ConnectionError("the provider is down")
        return Move()


async def batch(tasks: Sequence[Task], policies: Sequence[Policy], farm: Farm, out: Path) -> list[Episode]:
    heard: list[Episode] = []
    await play_all(
        tasks,
        policies,
        farm,
        trials=2,
        out=out,
        concurrency=4,
        limits=Limits(20, 30.0),
        progress=lambda episode, _: heard.append(episode),
    )
    return heard


async def test_every_task_is_played_by_every_policy(reading: Task, booking: Task, farm: Farm, tmp_path: Path) -> None:
    policies = [ReplayPolicy([reading, booking]), NullPolicy(), RandomPolicy()]

    heard = await batch([reading, booking], policies, farm, tmp_path)

    stored = read_episodes(tmp_path / EPISODES)
    assert len(heard) == len(stored) == 2 * 3 * 2
    assert {episode.reward.total for episode in stored if episode.policy == "replay"} == {1.0}
    assert {episode.reward.total for episode in stored if episode.policy == "null"} == {0.0}
    assert [episode.key for episode in stored] == sorted(episode.key for episode in heard)


async def test_two_runs_leave_equal_episodes_in_the_same_order(
    reading: Task, booking: Task, farm: Farm, tmp_path: Path
) -> None:
    for name in ("one", "two"):
        await batch([reading, booking], [RandomPolicy()], farm, tmp_path / name)

    one, two = (read_episodes(tmp_path / name / EPISODES) for name in ("one", "two"))
    assert [episode.digest for episode in one] == [episode.digest for episode in two]


async def test_a_resumed_run_plays_only_what_is_missing(
    reading: Task, booking: Task, farm: Farm, tmp_path: Path
) -> None:
    await batch([reading], [RandomPolicy()], farm, tmp_path)
    before = read_episodes(tmp_path / EPISODES)

    await batch([reading, booking], [RandomPolicy()], farm, tmp_path)

    after = read_episodes(tmp_path / EPISODES)
    assert len(after) == 4
    assert set(map(repr, before)) <= set(map(repr, after))


async def test_a_torn_last_line_is_played_again(reading: Task, farm: Farm, tmp_path: Path) -> None:
    await batch([reading], [NullPolicy()], farm, tmp_path)
    text = (tmp_path / EPISODES).read_bytes()
    (tmp_path / EPISODES).write_bytes(text[:-40])

    await batch([reading], [NullPolicy()], farm, tmp_path)

    assert [episode.trial for episode in read_episodes(tmp_path / EPISODES)] == [0, 1]


async def test_failures_stop_nobody_and_are_played_again(reading: Task, farm: Farm, tmp_path: Path) -> None:
    flaky = Flaky()
    await batch([reading], [flaky, NullPolicy()], farm, tmp_path)
    first = [episode.reward.total for episode in read_episodes(tmp_path / EPISODES)]

    flaky.is_mended = True
    await batch([reading], [flaky, NullPolicy()], farm, tmp_path)

    assert first == [None, None, 0.0, 0.0]
    assert [episode.reward.total for episode in read_episodes(tmp_path / EPISODES)] == [0.0] * 4


async def test_another_budget_is_played_again(reading: Task, farm: Farm, tmp_path: Path) -> None:
    for budget in (5, 6):
        await play_all(
            [reading], [NullPolicy()], farm, trials=1, out=tmp_path, concurrency=1, limits=Limits(budget, 30.0)
        )

    assert [episode.budget for episode in read_episodes(tmp_path / EPISODES)] == [6]


async def test_a_file_of_something_else_is_named_with_its_line(reading: Task, farm: Farm, tmp_path: Path) -> None:
    (tmp_path / EPISODES).write_text('{"episode": 1}\n', "utf-8")

    with pytest.raises(EpisodeFileError, match=r"episodes.jsonl line 1: expected an episode, but task: Field required"):
        await batch([reading], [NullPolicy()], farm, tmp_path)
