"""The drill: play the controls of some tasks on a farm, one after another as any rollouts."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from envkit.manifest import Manifest
from evaluation.controls import KINDS, Mutants, MutatedPolicy, one_of_each
from farm.farm import Farm
from rollouts.batch import play_all
from rollouts.episode import Episode
from rollouts.mutants import Kind, Mutant, mutants_of
from rollouts.policy import NullPolicy, Policy, ReplayPolicy
from sampler.task import Task


async def mutate(tasks: Sequence[Task], farm: Farm, manifests: Mapping[str, Manifest], *, concurrency: int) -> Mutants:
    """Make one mutant of each kind for each task that has one, `concurrency` tasks at once."""
    found: dict[tuple[str, Kind], Mutant] = {}
    waiting = iter(tasks)

    async def work() -> None:
        for task in waiting:
            known = {slug: manifests[slug] for slug in task.environments}
            found.update(one_of_each(task, await mutants_of(task, farm, known)))

    async with asyncio.TaskGroup() as group:
        for _ in range(concurrency):
            group.create_task(work())
    return found


async def drill(
    tasks: Sequence[Task],
    mutants: Mutants,
    farm: Farm,
    out: Path,
    *,
    concurrency: int,
    progress: Callable[[int, int], None],
) -> tuple[Episode, ...]:
    """Play the truth, nothing, and the mutants of each task; `out`/episodes.jsonl keeps what was played.

    `progress` is told how many rollouts of how many are done.
    """
    played: list[Episode] = []
    rounds = [*_rounds(tasks, mutants)]
    total = sum(len(group) for _, group in rounds)
    done = 0

    def heard(_: Episode, __: bool) -> None:
        nonlocal done
        done += 1
        progress(done, total)

    for policy, group in rounds:
        played += await play_all(group, [policy], farm, trials=1, out=out, concurrency=concurrency, progress=heard)
    return tuple(played)


def _rounds(tasks: Sequence[Task], mutants: Mutants) -> Iterator[tuple[Policy, Sequence[Task]]]:
    yield ReplayPolicy(tasks), tasks
    yield NullPolicy(), tasks
    for kind in KINDS:
        if mine := {task.id: mutants[task.id, kind] for task in tasks if (task.id, kind) in mutants}:
            yield MutatedPolicy(kind, mine), [task for task in tasks if task.id in mine]
