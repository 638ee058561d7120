"""Random walks: calls drawn by chance, grounded in the state they meet, that also look at what they changed."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace

from envkit.calls import JsonObject, ToolCall
from envkit.clock import derive
from envkit.manifest import Manifest, ToolSpec
from registry.case import Case
from registry.checks.ground import propose
from registry.checks.probe import Probe, State
from registry.checks.recording import Seen, Walk, observe, stand

KNOWN_GOOD = 0.25
"""How often a walk tries arguments that the oracle knows to succeed somewhere: chance rarely passes deep guards."""
LOOKS = 0.5
"""How often a walk gets a row it has just written: what a server leaks between worlds shows where rows differ."""


async def record_walk(
    probe: Probe, manifest: Manifest, cases: Sequence[Case], *, seed: int, part: int, length: int
) -> Walk:
    """Play `length` calls on a fresh world of that seed; `part` tells walks of one seed apart."""
    rng = random.Random(derive(seed, "walk", part))
    known = _known_good(cases)
    start = soundness = await probe.soundness()
    standing = await stand(probe)
    seen: list[Seen] = []
    for _ in range(length):
        call = _look(manifest, seen, rng) or _step(manifest, standing.state, seen, known, rng)
        each, standing = await observe(probe, manifest, call, standing)
        if each.is_touched:
            soundness = await probe.soundness()  # an untouched world keeps its judgement
        seen.append(replace(each, soundness=soundness))
    return Walk(seed, start, tuple(seen), await probe.digest())


def _look(manifest: Manifest, seen: Sequence[Seen], rng: random.Random) -> ToolCall | None:
    """Return a call that gets a row the last call wrote, if there is one and chance wants it."""
    if not seen or rng.random() >= LOOKS:
        return None
    written = [
        (entity, row_id)
        for part in (seen[-1].diff.added, seen[-1].diff.changed)
        for entity, rows in part.items()
        for row_id in rows
    ]
    rng.shuffle(written)
    for entity, row_id in written:
        for tool in manifest.tools:
            if tool.kind == "get" and tool.entity == entity:
                return ToolCall(manifest.slug, tool.name, {tool.arguments[0].name: row_id})
    return None


def _step(
    manifest: Manifest,
    state: State,
    seen: Sequence[Seen],
    known: Mapping[str, Sequence[JsonObject]],
    rng: random.Random,
) -> ToolCall:
    succeeded = {each.call.tool for each in seen if not each.observation.is_refused}
    # Writers move the world, and a tool that never succeeded yet has the most to show.
    weights = [(1 if tool.read_only else 3) * (1 if tool.name in succeeded else 2) for tool in manifest.tools]
    tool: ToolSpec = rng.choices(manifest.tools, weights)[0]
    if tool.name in known and rng.random() < KNOWN_GOOD:
        return ToolCall(manifest.slug, tool.name, rng.choice(known[tool.name]))
    return ToolCall(manifest.slug, tool.name, propose(tool, manifest, state, rng))


def _known_good(cases: Sequence[Case]) -> Mapping[str, Sequence[JsonObject]]:
    known: dict[str, list[JsonObject]] = {}
    for case in cases:
        for step in case.steps:
            if step.expect.code is None and "cursor" not in step.arguments:
                known.setdefault(step.tool, []).append(step.arguments)
    return known
