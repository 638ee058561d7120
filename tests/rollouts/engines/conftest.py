"""A site in this process: its shards have farms of their own, all travels to them as bytes, and they can be lost."""

import os
import pickle
import signal
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import pytest

from rollouts.engines.engine import Limits, Seating, Terms
from rollouts.engines.pool import LostError
from rollouts.engines.shard import Bundle, EnvShard, RolloutWorker, Table, packed
from rollouts.episode import Episode
from rollouts.lineup import line_up
from rollouts.user import FixedUser

TERMS = Terms(0, Limits(20, 30.0), FixedUser())
SEATING = partial(line_up, ("replay", "null"))

Losing = Callable[["Desktop", int], bool]
"""Whether a shard is lost at its nth exchange."""


class Desktop:
    """A shard in this process."""

    def __init__(self, number: int, losing: Losing) -> None:
        self.number, self._losing = number, losing
        self.farm, self.worker = EnvShard(), RolloutWorker()
        self.exchanges = self.handed = 0
        self.is_closed = False

    async def open(self, folders: Sequence[Path], seating: Seating, terms: Terms) -> None:
        url = await self.farm.open(packed(folders), None)
        await self.worker.open(url, None, pickle.loads(pickle.dumps(Table(seating, terms, True, 2))))

    async def exchange(self, bundles: Sequence[Bundle]) -> Sequence[bytes]:
        self.exchanges += 1
        self.handed += sum(len(bundle.rollouts) for bundle in bundles)
        lines = await self.worker.exchange(pickle.loads(pickle.dumps(bundles)))
        if self._losing(self, self.exchanges):
            raise LostError(f"shard {self.number} is gone")
        return lines

    async def is_up(self) -> bool:
        return await self.farm.is_up()

    async def close(self) -> None:
        self.is_closed = True
        await self.worker.close()
        await self.farm.close()


class Office:
    """A site with room for some shards."""

    def __init__(self, folders: Sequence[Path], rooms: int, losing: Losing, failures: int = 0) -> None:
        self.shards: list[Desktop] = []
        self._folders, self._rooms, self._losing, self._failures = folders, rooms, losing, failures

    def room(self) -> int:
        return self._rooms

    async def place(self, terms: Terms) -> Desktop:
        if self._failures:
            self._failures -= 1
            raise LostError("the node has no disk left")
        shard = Desktop(len(self.shards), self._losing)
        self.shards.append(shard)
        try:
            await shard.open(self._folders, SEATING, terms)
        except BaseException:
            await shard.close()
            raise
        return shard


@pytest.fixture
def folders(environments: Path) -> list[Path]:
    return sorted(each for each in environments.iterdir() if each.is_dir())


def kill_servers(shard: EnvShard) -> None:
    """Kill the process of a shard's farm, as running out of memory would."""
    assert shard.farm is not None
    assert shard.farm.pid is not None
    os.kill(shard.farm.pid, signal.SIGKILL)


def never(shard: Desktop, exchange: int) -> bool:
    return False


def bare(episodes: Sequence[Episode]) -> list[str]:
    """Return episodes as their lines, in the order of their keys, without what they took in time."""
    ordered = sorted(episodes, key=lambda episode: episode.key)
    return [episode.model_copy(update={"wall": type(episode.wall)()}).model_dump_json() for episode in ordered]
