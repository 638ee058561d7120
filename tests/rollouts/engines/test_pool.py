from collections.abc import Sequence
from pathlib import Path

import pytest

from farm.farm import Farm
from rollouts.batch import play_all, play_on
from rollouts.engines import pool
from rollouts.engines.engine import EngineError
from rollouts.engines.pool import ANY, Bounds, PoolEngine
from rollouts.episode import Episode
from sampler.task import Task
from tests.rollouts.engines.conftest import SEATING, TERMS, Desktop, Office, bare, kill_servers, never


async def pooled(office: Office, tasks: Sequence[Task], out: Path, bounds: Bounds = ANY, trials: int = 4):
    engine = PoolEngine(office, 2, bounds)
    return await play_on(engine, tasks, SEATING(tasks), TERMS, trials=trials, out=out)


async def in_process(farm: Farm, tasks: Sequence[Task], out: Path, trials: int = 4) -> tuple[Episode, ...]:
    policies, limits = SEATING(tasks), TERMS.limits
    return await play_all(tasks, policies, farm, trials=trials, out=out, concurrency=4, limits=limits)


async def test_shards_play_the_episodes_that_this_process_would(
    reading: Task, booking: Task, farm: Farm, folders: list[Path], tmp_path: Path
) -> None:
    office = Office(folders, 2, never)

    there = await pooled(office, [reading, booking], tmp_path / "there")

    assert len(there) == 16
    assert bare(there) == bare(await in_process(farm, [reading, booking], tmp_path / "here"))
    assert len(office.shards) == 2
    assert sum(shard.handed for shard in office.shards) == 16
    assert all(shard.is_closed for shard in office.shards)


async def test_a_run_that_began_in_this_process_goes_on_on_shards(
    reading: Task, farm: Farm, folders: list[Path], tmp_path: Path
) -> None:
    begun = await in_process(farm, [reading], tmp_path / "both", trials=2)
    office = Office(folders, 1, never)

    whole = await pooled(office, [reading], tmp_path / "both")

    assert sum(shard.handed for shard in office.shards) == 4
    assert {*bare(begun)} < {*bare(whole)}
    assert bare(whole) == bare(await in_process(farm, [reading], tmp_path / "here"))


async def test_what_was_in_play_on_a_shard_that_is_lost_is_played_again_on_another(
    reading: Task, booking: Task, farm: Farm, folders: list[Path], tmp_path: Path
) -> None:
    office = Office(folders, 1, lambda shard, exchange: (shard.number, exchange) == (0, 2))

    there = await pooled(office, [reading, booking], tmp_path / "there")

    assert len(office.shards) == 2
    assert sum(shard.handed for shard in office.shards) > 16
    assert bare(there) == bare(await in_process(farm, [reading, booking], tmp_path / "here"))


async def test_episodes_whose_servers_die_are_lost_with_the_shard_and_no_failure_of_the_run(
    reading: Task, booking: Task, farm: Farm, folders: list[Path], tmp_path: Path
) -> None:
    def strike(shard: Desktop, exchange: int) -> bool:
        if (shard.number, exchange) == (0, 1):
            kill_servers(shard.farm)
        return False

    office = Office(folders, 1, strike)

    there = await pooled(office, [reading, booking], tmp_path / "there", trials=6)

    assert len(office.shards) == 2
    assert bare(there) == bare(await in_process(farm, [reading, booking], tmp_path / "here", trials=6))


async def test_a_rollout_that_is_lost_with_every_shard_is_left_unscored_in_the_end(
    reading: Task, folders: list[Path], tmp_path: Path
) -> None:
    office = Office(folders, 1, lambda shard, exchange: True)

    episodes = await pooled(office, [reading], tmp_path, trials=1)

    assert len(office.shards) == pool.MOST_LOSSES
    assert [(episode.stop, episode.reward.total) for episode in episodes] == [("machine_error", None)] * 2
    assert episodes[0].trouble == "lost 3 times; the last time: shard 2 is gone"


async def test_a_run_without_any_shard_is_given_up_with_the_reason(
    reading: Task, folders: list[Path], tmp_path: Path
) -> None:
    office = Office(folders, 1, never, failures=pool.MOST_FAILURES)

    with pytest.raises(EngineError, match="no shard came up in 3 attempts; the last one: the node has no disk left"):
        await pooled(office, [reading], tmp_path)


async def test_shards_are_as_many_as_there_is_work_for_within_the_bounds(
    reading: Task, folders: list[Path], tmp_path: Path
) -> None:
    counts = []
    for bounds, trials in ((ANY, 1), (ANY, 4), (Bounds(1, 2), 4), (Bounds(2, 2), 1)):
        office = Office(folders, 3, never)
        await pooled(office, [reading], tmp_path / str(len(counts)), bounds, trials)
        counts.append(len(office.shards))

    assert counts == [1, 3, 2, 2]


async def test_a_shard_with_nothing_to_do_is_released_while_others_play_on(
    reading: Task, folders: list[Path], tmp_path: Path
) -> None:
    open_at_each = list[int]()

    def look(shard: Desktop, exchange: int) -> bool:
        open_at_each.append(sum(not each.is_closed for each in office.shards))
        return False

    office = Office(folders, 2, look)
    await pooled(office, [reading], tmp_path, trials=20)

    assert max(open_at_each) == 2
    assert all(shard.is_closed for shard in office.shards)
