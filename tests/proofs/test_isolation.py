"""Shows that worlds do not touch: 200 concurrent episodes of 50 calls, each as if it had been alone."""

import asyncio
import random
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from envkit.calls import Step
from envkit.clock import derive
from envkit.manifest import Manifest, read_manifest
from farm.farm import Farm
from tests.proofs.chance import Caller, play, strings

FOLDER = Path(__file__).parents[2] / "servers" / "travel" / "skyline_air"
EPISODES, CALLS = 200, 50
MARK = re.compile(r"world\d+")
WRITES_AT_LEAST = 1000


@dataclass(frozen=True, slots=True)
class Played:
    """What is left of an episode: its steps, the texts of its rows, the ids it made, its digest."""

    steps: tuple[Step, ...]
    rows: frozenset[str]
    made: frozenset[str]
    digest: str

    @property
    def texts(self) -> frozenset[str]:
        """Every text that the episode holds or was answered."""
        return self.rows.union(*(strings(step.observation.content) for step in self.steps))

    @property
    def marks(self) -> frozenset[str]:
        """The marks of all episodes that can be seen from this one."""
        return frozenset(mark for text in self.texts for mark in MARK.findall(text))


async def one(farm: Farm, manifest: Manifest, number: int, all_open: asyncio.Barrier) -> Played:
    """Play an episode by chance once all are open; every text it writes carries its own mark."""
    slug = manifest.slug
    caller = Caller(manifest, random.Random(derive("isolation", number)), mark=f"world{number}")
    async with await farm.open([slug], seed=number) as session:
        await all_open.wait()
        steps = await play(caller, CALLS, session.call)
        rows = frozenset(strings((await session.state())[slug]))
        added = (await session.diff())[slug].added
        digest = (await session.digest())[slug]
    return Played(steps, rows, frozenset(row_id for each in added.values() for row_id in each), digest)


async def alone(farm: Farm, slug: str, number: int, calls: tuple[Step, ...]) -> tuple[tuple[Step, ...], str]:
    """Play the same calls in a fresh world with nobody else about."""
    async with await farm.open([slug], seed=number) as session:
        steps = [Step(step.call, await session.call(step.call)) for step in calls]
        return tuple(steps), (await session.digest())[slug]


def writes(manifest: Manifest, steps: tuple[Step, ...]) -> int:
    """Count the calls that changed the world."""
    return sum(not manifest.tool(step.call.tool).read_only and step.observation.code is None for step in steps)


@pytest.mark.slow
async def test_200_concurrent_episodes_are_each_as_if_alone():
    manifest = read_manifest(FOLDER)

    all_open = asyncio.Barrier(EPISODES)
    async with Farm.launch([FOLDER], timeout_s=120) as farm, asyncio.TaskGroup() as group:
        tasks = [group.create_task(one(farm, manifest, number, all_open)) for number in range(EPISODES)]
    together = [task.result() for task in tasks]

    assert sum(writes(manifest, episode.steps) for episode in together) >= WRITES_AT_LEAST
    assert sum(bool(episode.marks) for episode in together) >= EPISODES * 0.9, "too few episodes wrote their mark"
    made = frozenset().union(*(episode.made for episode in together))
    for number, episode in enumerate(together):
        assert episode.marks <= {f"world{number}"}
        assert not episode.texts & (made - episode.made), f"episode {number} sees rows made elsewhere"
    async with Farm.launch([FOLDER]) as farm:
        for number, episode in enumerate(together):
            steps, digest = await alone(farm, manifest.slug, number, episode.steps)
            assert steps == episode.steps, f"episode {number} was answered otherwise when alone"
            assert digest == episode.digest, f"episode {number} ended otherwise when alone"
