"""What the profiles of realism do to those who play, and what they cost.

    python benchmarks/realism.py TASKS [--tasks N] [--seed S]

TASKS is a tasks file, or a folder with tasks.jsonl, of the environments in servers/. N of them, spread over the file,
are played in each profile (but the one that only waits) by two policies: `replay` makes each call of the truth until it
gets through, `once` makes each a single time. Then one reading call is made in this process, again and again, in worlds
without a profile and in worlds of each, by turns; the cost is CPU. Exit 1 if replay is not paid in full.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from envkit.calls import ToolCall
from envkit.realism import PROFILES, ProfileName
from envkit.serve import make_host
from farm.farm import Farm
from rollouts.batch import play_all
from rollouts.engines.engine import Limits
from rollouts.episode import Episode
from rollouts.policy import Move, ReplayPolicy, Scene, answer_of
from sampler.task import Task, read_tasks

ROOT = Path(__file__).resolve().parent.parent
BUDGET = 40
CALLS, ROUNDS = 400, 25


@dataclass(frozen=True)
class Once:
    """Makes each call of the truth once, whatever comes back, and states the facts."""

    tasks: dict[str, Task]
    name: str = "once"

    async def act(self, scene: Scene) -> Move:
        """Make the calls of a turn, then answer."""
        task = self.tasks[scene.task]
        steps = task.steps_of(scene.request)[len(scene.steps) :]
        calls = tuple(ToolCall(step.environment, step.tool, step.arguments) for step in steps)
        return Move(calls) if calls else Move(answer=answer_of(task, scene.request))


async def played(tasks: Sequence[Task], name: ProfileName | None, seed: int) -> dict[str, list[Episode]]:
    """Play the tasks in a profile; return the episodes by policy."""
    within = [task.model_copy(update={"realism": name}) for task in tasks]
    slugs = sorted({slug for task in tasks for slug in task.environments})
    folders = [next(ROOT.glob(f"servers/*/{slug}")) for slug in slugs]
    policies = [ReplayPolicy(within), Once({task.id: task for task in within})]
    with tempfile.TemporaryDirectory() as out:
        async with Farm.launch(folders, lean=True) as farm:
            found = await play_all(
                within,
                policies,
                farm,
                trials=1,
                out=Path(out),
                concurrency=8,
                seed=seed,
                limits=Limits(BUDGET, 300.0),
            )
    return {policy.name: [each for each in found if each.policy == policy.name] for policy in policies}


def costs(task: Task) -> dict[str, float]:
    """Return the CPU of a reading call in microseconds, without a profile and in each."""
    step = next(step for step in task.truth.trajectory if not step.writes and step.code is None)
    host = make_host([next(ROOT.glob(f"servers/*/{step.environment}"))])
    hosted = host.environments[step.environment]
    worlds = {"none": hosted.episodes.open(task.seed)}
    worlds |= {name: hosted.episodes.open(task.seed, realism=profile) for name, profile in PROFILES.items()}
    spent: dict[str, list[float]] = {name: [] for name in worlds}
    for _ in range(ROUNDS):
        for name, world in worlds.items():
            begun = time.process_time()
            for _ in range(CALLS):
                hosted.call(world, step.tool, dict(step.arguments))
            spent[name].append(1e6 * (time.process_time() - begun) / CALLS)
    return {name: median(each) for name, each in spent.items()}


def mean(values: Sequence[float]) -> float:
    """Return the mean."""
    return sum(values) / len(values)


def main() -> None:
    """Play, measure and print."""
    parser = argparse.ArgumentParser(description="What the profiles of realism do, and what they cost.")
    parser.add_argument("tasks", type=Path)
    parser.add_argument("--tasks", dest="count", type=int, default=40)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    everything = read_tasks(asked.tasks / "tasks.jsonl" if asked.tasks.is_dir() else asked.tasks)
    tasks = everything[:: max(1, len(everything) // asked.count)][: asked.count]
    is_met = True
    print(f"{len(tasks)} tasks, {mean([len(task.truth.trajectory) for task in tasks]):.1f} calls in the mean")
    print(f"{'profile':10} {'replay':>8} {'once':>8} {'calls':>8} {'refused':>8}   (the last two of replay)")
    for name in (None, *(name for name in PROFILES if name != "latency")):
        found = asyncio.run(played(tasks, name, asked.seed))
        rewards = {policy: mean([each.reward.total or 0.0 for each in each_of]) for policy, each_of in found.items()}
        calls, refused = (
            mean([float(getattr(each.counts, part)) for each in found["replay"]]) for part in ("calls", "refused")
        )
        print(
            f"{name or 'none':10} {rewards['replay']:8.3f} {rewards['once']:8.3f} {calls:8.2f} {refused:8.2f}",
            flush=True,
        )
        is_met &= rewards["replay"] == 1.0
    for name, cost in costs(tasks[0]).items():
        print(f"CPU of a reading call in this process, {name}: {cost:.1f} us")
    sys.exit(not is_met)


if __name__ == "__main__":
    main()
