"""The stage of a sampling: a farm, its scout, and the proven graphs and hints of the environments."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from envkit.manifest import Manifest, read_manifest
from farm.farm import Farm
from sampler.draw import Stage
from sampler.graph import ToolGraph, build, read_proven, write_proven
from sampler.hints import Hint, read_hints
from sampler.prove import lookup_edges, prove
from sampler.uses import Refusal


@asynccontextmanager
async def stage_for(folders: Sequence[Path], farm: Farm, cache: Path) -> AsyncIterator[Stage]:
    """Give the stage for environment folders that the farm hosts; proofs of edges are kept in the cache folder."""
    manifests = {manifest.slug: (folder, manifest) for folder in folders for manifest in [read_manifest(folder)]}
    async with farm.scout() as scout:
        graphs: dict[str, ToolGraph] = {}
        hints: dict[Refusal, Hint] = {}
        for slug, (folder, manifest) in sorted(manifests.items()):
            graphs[slug] = await _graph(manifest, scout, cache)
            hints |= read_hints(folder, manifest)
        yield Stage(farm, scout, graphs, hints)


async def _graph(manifest: Manifest, scout: Farm, cache: Path) -> ToolGraph:
    """Build and prove an environment's graph, or take its proof from the cache folder."""
    async with await scout.open((manifest.slug,), seed=0) as session:
        listed = await session.tools()
        schemas = {manifest.slug: {tool.name: tool.input_schema for tool in listed[manifest.slug]}}
        graph = build({manifest.slug: manifest}, schemas)
        proven = read_proven(cache, graph)
        if proven is None:
            proven = await prove(graph, session, lookup_edges(graph))
            write_proven(cache, proven)
    return proven
