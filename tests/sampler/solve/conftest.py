"""Tasks sampled from published environments, with all that a reader of their words is given."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from envkit.manifest import read_manifest
from farm.farm import Farm
from farm.launch import Host, HostProcess, launch
from sampler.sample import sample
from sampler.say import grammars
from sampler.solve.grammar import Grammar
from sampler.solve.judge import shortfall
from sampler.solve.solve import solve
from sampler.task import Task

SERVERS = Path(__file__).parents[3] / "servers"
CHOSEN = ("academia/heron_review", "commerce/lantern_store", "travel/skyline_air", "office/orbit_calendar")


@dataclass(frozen=True, slots=True)
class Desk:
    """A farm with tasks sampled from it."""

    farm: Farm
    known: Mapping[str, Grammar]
    tasks: tuple[Task, ...]

    async def shortfall(self, task: Task, queries: Sequence[str]) -> str | None:
        """Say where a reader of these queries falls short of the task's truth."""
        async with await self.farm.open(task.environments, seed=task.seed) as session:
            known = {name: self.known[name] for name in task.environments}
            solution = await solve(queries, await session.tools(), known, session)
        return shortfall(solution, task.truth, [turn.outcome for turn in task.turns])


@pytest.fixture(scope="session")
def published_host() -> Iterator[HostProcess]:
    process = asyncio.run(launch(Host(tuple(SERVERS / name for name in CHOSEN))))
    yield process
    asyncio.run(process.stop())


@pytest.fixture(scope="session")
def tasks_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("said") / "tasks.jsonl"


@pytest.fixture
async def published(published_host: HostProcess, tasks_file: Path) -> AsyncIterator[Desk]:
    folders = [SERVERS / name for name in CHOSEN]
    async with Farm.attach(published_host.url) as farm:
        sampled = await sample(folders, farm, count=16, seed=11, out=tasks_file)
        yield Desk(farm, grammars({each.name: read_manifest(each) for each in folders}), sampled.tasks)
