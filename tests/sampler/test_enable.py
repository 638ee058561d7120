"""Preconditions found on an emitted server, whose oracle's cases tell which guards refuse what."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from envkit.manifest import read_manifest
from farm.farm import Farm
from farm.launch import Host, HostProcess, launch
from farm.session import Session
from registry.case import Case, read_cases
from sampler.enable import enabling
from sampler.graph import ToolGraph
from sampler.hints import UNASKED

TASKS = Path(__file__).parents[2] / "servers" / "office" / "google_tasks"


@pytest.fixture(scope="module")
def tasks_host() -> Iterator[HostProcess]:
    process = asyncio.run(launch(Host((TASKS,))))
    yield process
    asyncio.run(process.stop())


@pytest.fixture
async def session(tasks_host: HostProcess) -> AsyncIterator[Session]:
    async with Farm.attach(tasks_host.url, lean=True) as farm, await farm.open(["google_tasks"], seed=0) as session:
        yield session


@pytest.fixture(scope="module")
def graph() -> ToolGraph:
    return ToolGraph({"google_tasks": read_manifest(TASKS)}, (), ())


@pytest.fixture(scope="module")
def cases() -> tuple[Case, ...]:
    return read_cases(TASKS, read_manifest(TASKS)) or ()


async def test_what_lets_a_guard_pass_is_found_and_told_as_it_was_executed(
    session: Session, graph: ToolGraph, cases: tuple[Case, ...]
) -> None:
    found = await enabling(graph, session, {"google_tasks": cases})

    assert found.proven
    for edge in found.proven:
        assert edge.kind == "precondition"
        assert edge.code in {each.code for each in graph.manifests["google_tasks"].tool(edge.consumer).refusals}
        assert edge.code not in UNASKED
        refused, enabled, passed = found.proofs[edge].split(" → ")
        assert refused == f"{passed} ✗ {edge.code}"
        assert enabled.startswith(f"{edge.producer}(")


async def test_the_guards_of_a_tool_are_told_with_what_lets_them_pass(
    session: Session, graph: ToolGraph, cases: tuple[Case, ...]
) -> None:
    found = await enabling(graph, session, {"google_tasks": cases})

    edge = next(iter(sorted(found.proven)))
    assert edge in found.into("google_tasks", edge.consumer, "precondition")


async def test_a_server_without_cases_is_searched_with_drawn_arguments(session: Session, graph: ToolGraph) -> None:
    assert (await enabling(graph, session)).proven


async def test_the_search_leaves_the_world_as_it_was_and_finds_the_same_again(
    session: Session, graph: ToolGraph, cases: tuple[Case, ...]
) -> None:
    before = await session.digest()

    one = await enabling(graph, session, {"google_tasks": cases})
    other = await enabling(graph, session, {"google_tasks": cases})

    assert one.proofs == other.proofs
    assert await session.digest() == before
