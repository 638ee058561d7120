"""The stage of a sampling: a farm, its scout, and the proven graphs and hints of the environments."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from envkit.calls import JsonObject, ToolCall
from envkit.cast import cast_of
from envkit.manifest import read_manifest
from farm.farm import Farm
from sampler.draw import Stage
from sampler.hints import Hint, hints_of, setups_of, sound_cases, successes_of
from sampler.proven import proven_graphs
from sampler.say import grammars
from sampler.uses import Goal, Refusal


@asynccontextmanager
async def stage_for(folders: Sequence[Path], farm: Farm, cache: Path) -> AsyncIterator[Stage]:
    """Give the stage for environment folders that the farm hosts; proofs of edges are kept in the cache folder."""
    manifests = {manifest.slug: (folder, manifest) for folder in folders for manifest in [read_manifest(folder)]}
    async with farm.scout() as scout:
        graphs = await proven_graphs({slug: folder for slug, (folder, _) in manifests.items()}, scout, cache)
        hints: dict[Refusal, Hint] = {}
        known: dict[Goal, tuple[JsonObject, ...]] = {}
        setups: dict[Goal, tuple[ToolCall, ...]] = {}
        for folder, manifest in manifests.values():
            cases = sound_cases(folder, manifest)
            hints |= hints_of(cases, manifest)
            known |= successes_of(cases, manifest)
            setups |= setups_of(cases, manifest)
        spoken = grammars({slug: manifest for slug, (_, manifest) in manifests.items()})
        casts = {slug: cast for slug, (folder, manifest) in manifests.items() if (cast := cast_of(folder, manifest))}
        yield Stage(farm, scout, graphs, hints, known, setups, spoken, casts)
