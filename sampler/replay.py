"""Replay: the truth of a task executed once more on fresh worlds, and held against what was recorded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from envkit.calls import ToolCall
from farm.farm import Farm
from sampler.opening import opened
from sampler.task import Task, canonical

SHOWN = 200
"""How many characters of an answer that differs are told."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """What came of a replay: the end digests, and a sentence for each thing that is not as it was recorded."""

    digests: Mapping[str, str]
    differences: tuple[str, ...]

    @property
    def is_equal(self) -> bool:
        """Whether everything came out as recorded."""
        return not self.differences


async def replay(task: Task, farm: Farm) -> Replayed:
    """Execute a task's truth in worlds opened as the task says; the farm must host its environments."""
    async with opened(farm, task.environments, task.seed, task.setup) as session:
        differences = _differing("begins", task.snapshots, await session.digest()) if task.snapshots else []
        for number, step in enumerate(task.truth.trajectory, 1):
            seen = await session.call(ToolCall(step.environment, step.tool, step.arguments))
            if canonical([seen.content, seen.code]) != canonical([step.content, step.code]):
                differences.append(f"step {number}: {step.tool} answers otherwise: {seen.text[:SHOWN]}")
        diffs = {name: diff.to_json() for name, diff in (await session.diff()).items()}
        digests = dict(sorted((await session.digest()).items()))
    differences += _differing("changes", task.truth.diffs, diffs)
    differences += _differing("ends", task.truth.digests, digests)
    return Replayed(digests, tuple(differences))


def _differing(what: str, recorded: Mapping[str, object], found: Mapping[str, object]) -> list[str]:
    names = sorted({*recorded, *found})
    return [
        f"{name} {what} otherwise than recorded"
        for name in names
        if canonical(recorded.get(name)) != canonical(found.get(name))
    ]
