"""One host over a flat and a deep environment with a session and a draft in each, and a host of real environments."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path

import pytest

from envkit.manifest import Manifest, read_manifest
from farm.farm import Farm
from farm.launch import Host, HostProcess, launch
from farm.session import Session
from sampler.draft import Draft
from sampler.graph import ToolGraph, build
from sampler.hints import Hints, hints_of, sound_cases
from sampler.state import WorldState, read_states

DESK = Path(__file__).parent / "environments" / "office" / "tiny_desk"
SERVERS = Path(__file__).parents[2] / "servers"
REAL = (SERVERS / "travel" / "skyline_air", SERVERS / "commerce" / "lantern_store")


@pytest.fixture(scope="session")
def folders(tiny_air_folder: Path) -> tuple[Path, Path]:
    return tiny_air_folder, DESK


@pytest.fixture(scope="session")
def manifests(folders: tuple[Path, Path]) -> Mapping[str, Manifest]:
    return {folder.name: read_manifest(folder) for folder in folders}


@pytest.fixture(scope="session")
def sampler_host(folders: tuple[Path, Path]) -> Iterator[HostProcess]:
    process = asyncio.run(launch(Host(folders)))
    yield process
    asyncio.run(process.stop())


@pytest.fixture
async def farm(sampler_host: HostProcess) -> AsyncIterator[Farm]:
    async with Farm.attach(sampler_host.url) as farm:
        yield farm


@pytest.fixture
async def air(farm: Farm) -> AsyncIterator[Session]:
    async with await farm.open(["tiny_air"], seed=1) as session:
        yield session


@pytest.fixture
async def desk(farm: Farm) -> AsyncIterator[Session]:
    async with await farm.open(["tiny_desk"], seed=1) as session:
        yield session


@pytest.fixture
async def both(farm: Farm) -> AsyncIterator[Session]:
    async with await farm.open(["tiny_air", "tiny_desk"], seed=1) as session:
        yield session


@pytest.fixture
async def air_state(air: Session, manifests: Mapping[str, Manifest]) -> WorldState:
    return (await read_states(air, {"tiny_air": manifests["tiny_air"]}))["tiny_air"]


@pytest.fixture
async def desk_state(desk: Session, manifests: Mapping[str, Manifest]) -> WorldState:
    return (await read_states(desk, {"tiny_desk": manifests["tiny_desk"]}))["tiny_desk"]


async def live_graph(session: Session, manifests: Mapping[str, Manifest]) -> ToolGraph:
    listed = await session.tools()
    schemas = {slug: {tool.name: tool.input_schema for tool in tools} for slug, tools in listed.items()}
    return build({slug: manifests[slug] for slug in schemas}, schemas)


@pytest.fixture
async def air_graph(air: Session, manifests: Mapping[str, Manifest]) -> ToolGraph:
    return await live_graph(air, manifests)


@pytest.fixture
async def desk_graph(desk: Session, manifests: Mapping[str, Manifest]) -> ToolGraph:
    return await live_graph(desk, manifests)


@pytest.fixture
async def both_graph(both: Session, manifests: Mapping[str, Manifest]) -> ToolGraph:
    return await live_graph(both, manifests)


async def draft_in(session: Session, manifests: Mapping[str, Manifest]) -> Draft:
    graph = await live_graph(session, manifests)
    return Draft(session, graph, await read_states(session, graph.manifests))


@pytest.fixture
async def desk_draft(desk: Session, manifests: Mapping[str, Manifest]) -> Draft:
    return await draft_in(desk, manifests)


@pytest.fixture
async def air_draft(air: Session, manifests: Mapping[str, Manifest]) -> Draft:
    return await draft_in(air, manifests)


@pytest.fixture(scope="session")
def real_manifests() -> Mapping[str, Manifest]:
    return {folder.name: read_manifest(folder) for folder in REAL}


@pytest.fixture(scope="session")
def real_hints(real_manifests: Mapping[str, Manifest]) -> Hints:
    return {
        key: hint
        for folder in REAL
        for key, hint in hints_of(sound_cases(folder, real_manifests[folder.name]), real_manifests[folder.name]).items()
    }


@pytest.fixture(scope="session")
def real_host() -> Iterator[HostProcess]:
    process = asyncio.run(launch(Host(REAL)))
    yield process
    asyncio.run(process.stop())


@pytest.fixture
async def real_farm(real_host: HostProcess) -> AsyncIterator[Farm]:
    async with Farm.attach(real_host.url) as farm:
        yield farm


@pytest.fixture
async def store_draft(real_farm: Farm, real_manifests: Mapping[str, Manifest]) -> AsyncIterator[Draft]:
    async with await real_farm.open(["lantern_store"], seed=1) as session:
        yield await draft_in(session, real_manifests)


@pytest.fixture
async def skyline_draft(real_farm: Farm, real_manifests: Mapping[str, Manifest]) -> AsyncIterator[Draft]:
    async with await real_farm.open(["skyline_air"], seed=1) as session:
        yield await draft_in(session, real_manifests)
