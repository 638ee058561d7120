"""Playing the oracle's cases, looking at a world only as often as it takes to know what each step changed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from envkit.calls import Json
from envkit.manifest import Manifest
from envkit.snapshot import Diff
from registry.case import Case
from registry.checks.host import Host
from registry.checks.probe import Mark, Probe
from registry.checks.recording import Played, Seen, Standing, cursor_of, record_case, stand, step_call

ABREAST = 2
"""Worlds of one seed that are played on at the same time: while one call is answered the next is made ready."""


@dataclass(frozen=True, slots=True)
class _Fresh:
    """A world of one seed and the way back to its beginning."""

    probe: Probe
    start: Mark
    standing: Standing


async def play_cases(host: Host, manifest: Manifest, cases: Sequence[Case]) -> tuple[Played, ...]:
    """Play every case on a world that stands where it begins; the plays come in the order of the cases.

    Several worlds are played on side by side. Cases that should change nothing are played on one world in a row, and
    one digest at the end proves that they did not; if it does not, they are played once more, with a look at each step.
    """
    placed = [*enumerate(cases)]
    played: dict[int, Played] = {}

    async def apart(seed: int, share: Sequence[tuple[int, Case]]) -> None:
        async with _fresh(host, seed) as fresh:
            for place, case in share:
                played[place] = await _apart(host, fresh, manifest, case)

    async def in_a_row(seed: int, share: Sequence[tuple[int, Case]]) -> None:
        async with _fresh(host, seed) as fresh:
            told = await _in_a_row(fresh, manifest, share)
        played.update(told)
        if not told:
            await apart(seed, share)

    async with asyncio.TaskGroup() as group:
        for seed in sorted({case.seed for case in cases}):
            quiet = [(place, case) for place, case in placed if case.seed == seed and _is_quiet(case, manifest)]
            loud = [(place, case) for place, case in placed if case.seed == seed and not _is_quiet(case, manifest)]
            if quiet:
                group.create_task(in_a_row(seed, quiet))
            for first in range(min(ABREAST, len(loud))):
                group.create_task(apart(seed, loud[first::ABREAST]))
    return tuple(played[place] for place in range(len(cases)))


@asynccontextmanager
async def _fresh(host: Host, seed: int) -> AsyncIterator[_Fresh]:
    async with host.probe(seed) as probe:
        yield _Fresh(probe, await probe.mark(), await stand(probe))


def _is_quiet(case: Case, manifest: Manifest) -> bool:
    """Return whether the oracle expects a case from the seed to change nothing at all."""
    return not case.edits and _expects_nothing(case, manifest)


def _expects_nothing(case: Case, manifest: Manifest) -> bool:
    return all(step.expect.code is not None or manifest.tool(step.tool).read_only for step in case.steps)


async def _in_a_row(fresh: _Fresh, manifest: Manifest, cases: Sequence[tuple[int, Case]]) -> dict[int, Played]:
    """Play quiet cases on one world; {} if it moved, after which it stands at its beginning again."""
    played: dict[int, Played] = {}
    for place, case in cases:
        fresh.probe.trail = fresh.start.trail
        played[place] = await _unseen(fresh.probe, manifest, case)
    if not cases or await fresh.probe.digest() == fresh.standing.digest:
        return played
    return {}


async def _apart(host: Host, fresh: _Fresh, manifest: Manifest, case: Case) -> Played:
    """Play one case on the world of its own that its edits make."""
    probe = fresh.probe
    if not case.edits:
        await probe.back(fresh.start)
        return await record_case(probe, manifest, case, fresh.standing)
    begun = await host.edited(case.seed, case.edits)
    await probe.back(begun.mark)
    if _expects_nothing(case, manifest):
        played = await _unseen(probe, manifest, case)
        if await probe.digest() == begun.digest:
            return played
        await probe.back(begun.mark)
    standing = Standing(fresh.standing.state.edited(case.edits), begun.digest)
    return await record_case(probe, manifest, case, standing)


async def _unseen(probe: Probe, manifest: Manifest, case: Case) -> Played:
    """Play a case without a look at its world."""
    seen: list[Seen] = []
    cursor: Json = None
    for step in case.steps:
        call = step_call(manifest, step, cursor)
        observation = await probe.call(call.tool, call.arguments)
        cursor = cursor_of(observation)
        seen.append(Seen(probe.trail, call, observation, Diff(), False, ()))
    return Played(case, tuple(seen))
