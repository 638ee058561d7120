"""Tasks sampled from published environments, with all that a reader of their words is given."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from envkit.manifest import read_manifest
from farm.farm import Farm
from farm.launch import Host, HostProcess, launch
from sampler.opening import opened
from sampler.sample import Order, sample
from sampler.say import grammars
from sampler.solve.grammar import Grammar
from sampler.solve.judge import shortfall
from sampler.solve.solve import solve
from sampler.task import Task, read_tasks

SERVERS = Path(__file__).parents[3] / "servers"
MIX = {"act": 0.4, "act_and_answer": 0.4, "multi_turn": 0.2}
CHOSEN = ("academia/heron_review", "commerce/lantern_store", "travel/skyline_air", "office/orbit_calendar")


@dataclass(frozen=True, slots=True)
class Desk:
    """A farm with tasks sampled from it."""

    farm: Farm
    known: Mapping[str, Grammar]
    tasks: tuple[Task, ...]

    async def shortfall(self, task: Task, queries: Sequence[str]) -> str | None:
        """Say where a reader of these queries falls short of the task's truth."""
        async with opened(self.farm, task.environments, task.seed, task.setup) as session:
            known = {name: self.known[name] for name in task.environments}
            solution = await solve(queries, await session.tools(), known, session)
        calls, outcomes = zip(*((turn.calls, turn.outcome) for turn in task.turns), strict=True)
        return shortfall(solution, task.truth, calls, outcomes)


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
        await sample(folders, farm, Order(16, 11, most_environments=1, mix=MIX), tasks_file)
        known = grammars({each.name: read_manifest(each) for each in folders})
        yield Desk(farm, known, read_tasks(tasks_file))
