"""Playing the oracle's cases, looking at a world only as often as it takes to know what each step changed."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass

from envkit.calls import Json
from envkit.manifest import Manifest
from envkit.snapshot import Diff
from registry.case import Case
from registry.checks.host import Host
from registry.checks.probe import Mark, Probe
from registry.checks.recording import Played, Seen, Standing, cursor_of, record_case, stand, step_call


@dataclass(frozen=True, slots=True)
class _Fresh:
    """A world of one seed and the way back to its beginning."""

    probe: Probe
    start: Mark
    standing: Standing


async def play_cases(host: Host, manifest: Manifest, cases: Sequence[Case]) -> tuple[Played, ...]:
    """Play every case on a world that stands where it begins; the plays come in the order of the cases.

    Cases that should change nothing are played on one world in a row, and one digest at the end proves that they did
    not; if it does not, they are played once more with a look at each step.
    """
    played: dict[int, Played] = {}
    async with AsyncExitStack() as stack:
        for seed in sorted({case.seed for case in cases}):
            probe = await stack.enter_async_context(host.probe(seed))
            fresh = _Fresh(probe, await probe.mark(), await stand(probe))
            quiet = [place for place, case in enumerate(cases) if case.seed == seed and _is_quiet(case, manifest)]
            played.update(await _in_a_row(fresh, manifest, [(place, cases[place]) for place in quiet]))
            for place, case in enumerate(cases):
                if case.seed == seed and place not in played:
                    played[place] = await _apart(host, fresh, manifest, case)
    return tuple(played[place] for place in range(len(cases)))


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
