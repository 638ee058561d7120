"""Proven graphs: the tool graphs of environments on a farm, executed once and kept under the manifests' digests."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from envkit.manifest import Manifest, read_manifest
from farm.farm import Farm
from farm.session import Session
from registry.case import read_cases
from sampler.enable import enabling
from sampler.graph import ToolGraph, build, joined, read_proven, write_proven
from sampler.prove import Cases, prove
from sampler.state import WorldState, read_states
from sampler.values import Samples

_AT_ONCE = 2
_SAMPLES = 20


async def proven_graphs(
    folders: Mapping[str, Path],
    farm: Farm,
    cache: Path,
    *,
    progress: Callable[[int, int], None] = lambda done, wanted: None,
) -> dict[str, ToolGraph]:
    """Return each environment's graph, by slug, proven in a fresh world of seed 0 or as a cache folder keeps it."""
    graphs: dict[str, ToolGraph] = {}
    turn = asyncio.Semaphore(_AT_ONCE)

    async def prove_one(slug: str, folder: Path) -> None:
        async with turn:
            graphs[slug] = await _proven_graph(slug, folder, farm, cache)
        progress(len(graphs), len(folders))

    async with asyncio.TaskGroup() as group:
        for slug, folder in folders.items():
            group.create_task(prove_one(slug, folder))
    return dict(sorted(graphs.items()))


async def proven_join(graphs: Sequence[ToolGraph], folders: Mapping[str, Path], farm: Farm, cache: Path) -> ToolGraph:
    """Return the graph over several environments, what crosses between them proven, or as a cache folder keeps it."""
    graph = joined(graphs)
    if len(graph.manifests) == 1:
        return graph
    kept = read_proven(cache, graph)
    if kept is not None:
        return kept
    async with await farm.open(tuple(graph.manifests), seed=0) as session:
        crossing = [edge for edge in graph.edges if edge.into]
        proven = await prove(graph, session, crossing, _cases(graph.manifests, folders))
    write_proven(cache, proven)
    return proven


async def _proven_graph(slug: str, folder: Path, farm: Farm, cache: Path) -> ToolGraph:
    manifests = {slug: read_manifest(folder)}
    async with await farm.open((slug,), seed=0) as session:
        graph = await _built(session, manifests)
        kept = read_proven(cache, graph)
        if kept is not None:
            return kept
        cases = _cases(manifests, {slug: folder})
        proven = await enabling(await prove(graph, session, graph.edges, cases), session, cases)
    write_proven(cache, proven)
    return proven


async def _built(session: Session, manifests: Mapping[str, Manifest]) -> ToolGraph:
    listed = await session.tools()
    schemas = {slug: {tool.name: tool.input_schema for tool in tools} for slug, tools in listed.items()}
    states = await read_states(session, manifests)
    return build(manifests, schemas, {slug: _samples(state) for slug, state in states.items()})


def _samples(state: WorldState) -> Samples:
    return {
        (entity.name, field.name): state.column(entity.name, field.name)[:_SAMPLES]
        for entity in state.manifest.entities
        for field in entity.fields
    }


def _cases(manifests: Mapping[str, Manifest], folders: Mapping[str, Path]) -> Cases:
    return {slug: read_cases(folders[slug], manifest) or () for slug, manifest in manifests.items()}
