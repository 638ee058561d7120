import pickle
from dataclasses import replace
from pathlib import Path

import pytest

from envkit.calls import ToolCall
from farm.farm import Farm
from rollouts.engines.engine import EngineError, Rollout
from rollouts.engines.shard import Bundle, EnvShard, RolloutWorker, Table, bundled, packed
from rollouts.episode import episode_of
from rollouts.start import Start
from sampler.task import Task
from tests.rollouts.engines.conftest import SEATING, TERMS, kill_servers


async def test_servers_that_travelled_serve_as_where_they_came_from(folders: list[Path]) -> None:
    shard = EnvShard()
    url = await shard.open(pickle.loads(pickle.dumps(packed(folders))), None)
    async with Farm.attach(url) as farm, await farm.open(["tiny_air"], seed=5) as session:
        assert farm.environments == ("tiny_air", "twin_air")
        seen = await session.call(ToolCall("tiny_air", "search_flights", {"origin": "OSL"}))
        assert seen.code is None
    assert await shard.is_up()

    kill_servers(shard)

    assert not await shard.is_up()
    await shard.close()


async def test_a_node_with_another_envfarm_is_refused(folders: list[Path]) -> None:
    with pytest.raises(EngineError, match=r"but the run is under 9\.9; install the same on every node"):
        await EnvShard().open(replace(packed(folders), version="9.9"), None)


async def test_a_worker_returns_each_episode_once_and_as_it_ends(reading: Task, farm: Farm) -> None:
    worker = RolloutWorker()
    await worker.open(farm.url, None, Table(SEATING, TERMS, True, 2))

    lines = list(await worker.exchange([Bundle(Start(reading), (("null", 0), ("replay", 0), ("replay", 1)))]))
    while len(lines) < 3:
        lines += await worker.exchange([])

    keys = [(episode.policy, episode.trial) for episode in (episode_of(line, "a line") for line in lines)]
    assert sorted(keys) == [("null", 0), ("replay", 0), ("replay", 1)]
    assert await worker.exchange([]) == ()
    await worker.close()


def test_rollouts_of_one_start_travel_in_one_bundle(reading: Task) -> None:
    replay, null = SEATING([reading])
    starts = [Start(reading), Start(reading)]
    rollouts = [
        Rollout(start, policy, trial, (reading.id, "", policy.name, "", trial, 0))
        for start in starts
        for policy in (replay, null)
        for trial in (0, 1)
    ]

    one, other = bundled(rollouts)

    assert one.start is starts[0]
    assert one.rollouts == other.rollouts == (("replay", 0), ("replay", 1), ("null", 0), ("null", 1))
