"""Play solutions of tasks and mutants of them here and in tau2 itself, and print whether the rewards are equal.

    python -m benchmarks.tau2 TASKS [--tasks N] [--mutants N]

In an environment that has tau2; `make test-tau2` makes one. Each solution is played on a farm and scored, then the same
calls and answers are played in an export of the tasks by tau2's own orchestrator and judged by its own evaluator. Equal
means: tau2 pays 1 where a reward here is above 0, and 0 where it is 0; its database matches where `state` and
`forbidden` are 1; and every tool says the same, character by character. Exits with 1 unless all are equal, all truths
earn 1 on both sides, and tau2 finds every fact in their answers. `--mutants N`: at most so many of each kind and task.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from cli.versions import Cast, casts_of
from envkit.manifest import read_manifest
from evaluation.tau2.domain import Domain, register
from evaluation.tau2.folder import write_domains
from farm.farm import Farm
from sampler.task import Task, read_tasks
from tests.evaluation.tau2.playing import episodes_of, play_again, unequal

SERVERS = Path("servers")


def main() -> None:
    """Play all and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tasks", type=Path, help="a tasks file")
    parser.add_argument("--tasks", type=int, default=None, metavar="N", dest="count")
    parser.add_argument("--mutants", type=int, default=3, metavar="N")
    asked = parser.parse_args()
    tasks = read_tasks(asked.tasks)[: asked.count]
    with tempfile.TemporaryDirectory() as out:
        casts = casts_of(tasks, SERVERS)
        placed = [(task, _folders(cast, task)) for cast in casts for task in cast.tasks]
        write_domains(placed, Path(out))
        by_task = {task: domain for domain in register(Path(out)) for task in domain.truths}
        counts, faults = asyncio.run(_compared(casts, by_task, asked.mutants))
    for fault in faults:
        print(f"  {fault}")
    for (kind, ours), number in sorted(counts.items()):
        print(f"{kind}: {number} {'paid' if ours else 'not paid'} by both")
    print(f"{len(tasks)} tasks in {len({*map(id, by_task.values())})} domains, {len(faults)} unequal")
    if faults or not tasks:
        sys.exit(1)


async def _compared(
    casts: Sequence[Cast], domains: Mapping[str, Domain], most: int
) -> tuple[Counter[tuple[str, bool]], list[str]]:
    counts: Counter[tuple[str, bool]] = Counter()
    faults = []
    for cast in casts:
        async with Farm.launch([each.folder for each in cast.entries.values()], lean=True) as farm:
            for task in cast.tasks:
                manifests = {slug: read_manifest(cast.entries[slug].folder) for slug in task.environments}
                async for kind, episode in episodes_of(task, farm, manifests, most):
                    said = unequal(task, episode, play_again(domains[task.id], episode))
                    faults += [f"{task.id} {kind}: {each}" for each in said]
                    counts[kind, bool(episode.reward.total)] += not said
    return counts, faults


def _folders(cast: Cast, task: Task) -> Mapping[str, Path]:
    return {slug: cast.entries[slug].folder for slug in task.environments}


if __name__ == "__main__":
    main()
