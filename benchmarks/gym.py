"""What the gym costs: rollouts of the truth over HTTP by clients in threads, as a trainer plays them.

PYTHONPATH=adapters/src python benchmarks/gym.py TASKS [--rollouts N] [--threads N]

TASKS is a file of sampled tasks, or its folder. The gym and the farm run in processes of their own, the clients in this
one. A move is a message of the policy with all calls of a turn, or an answer.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from envfarm_gym import Call, Gym
from rollouts.briefing import tool_name
from rollouts.policy import answer_of
from sampler.task import Task, read_tasks

ENVFARM = Path(sys.executable).parent / "envfarm"


def main() -> None:
    """Play and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tasks", type=Path)
    parser.add_argument("--rollouts", type=int, default=400)
    parser.add_argument("--threads", type=int, default=16)
    given = parser.parse_args()
    tasks = read_tasks(given.tasks / "tasks.jsonl" if given.tasks.is_dir() else given.tasks)
    with tempfile.TemporaryDirectory() as out, served(given.tasks, Path(out)) as (url, pid):
        gym = Gym(url)
        chosen = [tasks[number % len(tasks)] for number in range(given.rollouts)]
        begun, before = time.perf_counter(), cpus(pid)
        with ThreadPoolExecutor(given.threads) as pool:
            played = list(pool.map(lambda task: play(gym, task), chosen))
        spent_s, after = time.perf_counter() - begun, cpus(pid)
    moves = sorted(move_s for _, moves in played for move_s in moves)
    paid = sum(reward == 1.0 for reward, _ in played)
    calls = sum(len(task.truth.trajectory) for task in chosen)
    print(f"rollouts           {len(played):,} of {len(tasks):,} tasks, {paid:,} paid in full")
    print(f"moves and calls    {len(moves):,} and {calls:,} in {spent_s:.0f} s, by {given.threads} threads")
    print(
        f"a move takes       {1000 * moves[len(moves) // 2]:.0f} ms, {1000 * moves[len(moves) * 99 // 100]:.0f} at p99"
    )
    for name, was, now in zip(("client", "gym", "farm"), before, after, strict=True):
        print(f"CPU of the {name:6}  {1000 * (now - was) / len(played):.1f} ms a rollout")


def cpus(gym: int) -> tuple[float, float, float]:
    """Return the seconds of CPU that this process, the gym and the farm it started have taken."""
    farm = int(Path(f"/proc/{gym}/task/{gym}/children").read_text().split()[0])
    return time.process_time(), cpu_of(gym), cpu_of(farm)


def cpu_of(pid: int) -> float:
    """Return the seconds of CPU that a process has taken."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def served(tasks: Path, out: Path) -> Iterator[tuple[str, int]]:
    """Put a gym up for as long as the block takes, and give its URL and its process."""
    command = [str(ENVFARM), "gym", str(tasks), "--port", "0", "--out", str(out)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=dict(os.environ)) as gym:
        try:
            assert gym.stdout is not None
            yield gym.stdout.readline().split()[1], gym.pid
        finally:
            gym.terminate()


def play(gym: Gym, task: Task) -> tuple[float | None, Sequence[float]]:
    """Play a task's truth; return what it earned and how long each move took."""
    moves_s: list[float] = []

    def say(text: str, calls: Sequence[Call]) -> None:
        begun = time.perf_counter()
        rollout.say(text, calls)
        moves_s.append(time.perf_counter() - begun)

    with gym.open(task.id, policy="benchmark") as rollout:
        for turn in range(len(task.turns)):
            steps = task.steps_of(turn)
            if steps:
                say("", [Call(tool_name(step.environment, step.tool), dict(step.arguments)) for step in steps])
            say(answer_of(task, turn) or "Done.", [])
    assert rollout.outcome is not None, "every request was answered"
    return rollout.outcome.reward, moves_s


if __name__ == "__main__":
    main()
