"""How rollouts run: their speed, thousands at once, a soak, and whether tasks pay for what is no solution.

python benchmarks/playing.py TASKS [--only PART]... [--calls N] [--hacks N] [--episodes N] [--seed S]

TASKS is a tasks file, or a folder with tasks.jsonl, of the environments in servers/. Parts: `speed` (episodes of 6
calls over streamable HTTP, by the official client and by the lean one, which must make the same episodes), `crowd` (256
tasks x 8 rollouts open at once in one host), `soak` (calls without end, watching memory, threads, descriptors and
temporary files), `gates` (each task pays its truth in full, and nothing for what only looks like it) and `hacks`
(attempts at being paid without doing the task, played for real). One process hosts, one plays. Rates by CPU are
episodes a second of CPU of the process that takes more of it, which is what two idle cores give; those by the wall
depend on who else is there. Exit 1 if a measure is not met.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import resource
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import uvloop
from hacks import BUDGET, KINDS, Hack, attempts

from envkit.calls import ToolCall
from farm.farm import Farm
from rollouts.batch import play_all
from rollouts.controls import control
from rollouts.engines.engine import Limits
from rollouts.episode import Episode
from rollouts.play import play
from rollouts.policy import Move, ReplayPolicy, Scene
from sampler.opening import opened
from sampler.task import Task, read_tasks

ROOT = Path(__file__).resolve().parent.parent
PARTS = ("speed", "crowd", "soak", "gates", "hacks")
CALLS_AN_EPISODE = 6
CROWD_TASKS, CROWD_TRIALS = 256, 8
AT_ONCE = 32
BARE = 800
HACK_PAYS = 0.2
TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
WARM_SHARE = 0.25
GROWTH_MB = 16.0
"""How much more memory a process may hold at the end of a soak than after its warm-up."""


@dataclass(slots=True)
class Board:
    """What was measured: rows of a table, and sentences about what is wrong."""

    is_met: bool = True
    remarks: list[str] = field(default_factory=list)

    def tell(self, measure: str, wanted: str, figure: str, is_met: bool = True) -> None:
        """Print a row, and keep whether it is as wanted."""
        self.is_met &= is_met
        print(f"| {measure} | {wanted} | {figure} | {'yes' if is_met else 'NO'} |", flush=True)


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds: of the wall, and of this process's and the host's CPU."""

    wall: float
    client: float
    host: float

    @classmethod
    def now(cls, host: int) -> Spent:
        """Read the clocks."""
        used = resource.getrusage(resource.RUSAGE_SELF)
        fields = Path(f"/proc/{host}/stat").read_text().rsplit(")", 1)[1].split()
        return cls(
            time.perf_counter(), used.ru_utime + used.ru_stime, (int(fields[11]) + int(fields[12])) / TICKS_A_SECOND
        )

    def since(self, before: Spent) -> Spent:
        """Return what was spent since."""
        return Spent(self.wall - before.wall, self.client - before.client, self.host - before.host)


@dataclass(frozen=True, slots=True)
class Held:
    """What a process holds: memory in MB, threads, descriptors."""

    memory_mb: float
    threads: int
    descriptors: int

    @classmethod
    def by(cls, pid: int) -> Held:
        """Look at a process."""
        told = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
        descriptors = len([*Path(f"/proc/{pid}/fd").iterdir()])
        return cls(int(told["VmRSS"].split()[0]) / 1024, int(told["Threads"]), descriptors)


def main() -> None:
    """Measure the parts that are asked for and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tasks", type=Path, metavar="TASKS")
    parser.add_argument("--only", action="append", choices=PARTS, help="again for another; all by default")
    parser.add_argument("--calls", type=int, default=200_000, help="of the soak")
    parser.add_argument("--hacks", type=int, default=1000, help="attempts")
    parser.add_argument("--episodes", type=int, default=512, help="whose speed is measured, with each client")
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    parts = asked.only or PARTS
    tasks = read_tasks(asked.tasks / "tasks.jsonl" if asked.tasks.is_dir() else asked.tasks)
    board = Board()
    print("| measure | wanted | figure | met |\n|---|---|---|---|")
    if "speed" in parts:
        uvloop.run(speed(tasks, asked.episodes, board))
    if "crowd" in parts:
        uvloop.run(crowd(tasks, board))
    if "soak" in parts:
        uvloop.run(soak(tasks, asked.calls, board))
    if "gates" in parts:
        gates(tasks, board)
    if "hacks" in parts:
        uvloop.run(hacks(tasks, asked.hacks, asked.seed, board))
    print("", *board.remarks, sep="\n")
    sys.exit(0 if board.is_met else 1)


def farm_over(tasks: Sequence[Task], *, lean: bool, env: Mapping[str, str] | None = None) -> Farm:
    """Launch one host over the environments of some tasks."""
    slugs = sorted({slug for task in tasks for slug in task.environments})
    folders = [folder for slug in slugs for folder in ROOT.glob(f"servers/*/{slug}")]
    return Farm.launch(folders, lean=lean, timeout_s=120.0, env=env)


async def replayed(tasks: Sequence[Task], farm: Farm, trials: int) -> tuple[Episode, ...]:
    """Replay tasks."""
    with tempfile.TemporaryDirectory() as out:
        policy, limits = ReplayPolicy(tasks), Limits(BUDGET, 600.0)
        return await play_all(tasks, [policy], farm, trials=trials, out=Path(out), concurrency=AT_ONCE, limits=limits)


async def speed(tasks: Sequence[Task], episodes: int, board: Board) -> None:
    """Play episodes of 6 calls with either client."""
    chosen = [task for task in tasks if len(task.truth.trajectory) == CALLS_AN_EPISODE and not task.setup][:64]
    trials = max(1, episodes // len(chosen))
    digests: dict[str, list[str]] = {}
    for name, wanted in (("official", 60), ("lean", 200)):
        async with farm_over(chosen, lean=name == "lean") as farm:
            assert farm.pid is not None
            await replayed(chosen, farm, 1)
            before = Spent.now(farm.pid)
            played = await replayed(chosen, farm, trials)
            spent = Spent.now(farm.pid).since(before)
            bare = await bare_calls(chosen, farm, farm.pid)
        count, busiest = len(played), max(spent.client, spent.host)
        digests[name] = [episode.digest for episode in played]
        cost = f"client {1000 * spent.client / count:.1f} ms, host {1000 * spent.host / count:.1f} ms CPU an episode"
        board.tell(
            f"episodes/s of {CALLS_AN_EPISODE} calls, {name} client, CPU",
            f">= {wanted}",
            f"{count / busiest:.0f} ({cost})",
            count / busiest >= wanted,
        )
        told = f"client {1000 * bare.client / BARE:.2f} ms, host {1000 * bare.host / BARE:.2f} ms"
        board.tell(f"CPU of one of {BARE} bare calls, {name} client", "", told)
        board.tell(f"the same by the wall, {count} episodes, {AT_ONCE} at once", "", f"{count / spent.wall:.0f}")
        paid = sum(episode.reward.total == 1.0 for episode in played)
        board.tell("of them paid in full", f"{count}", f"{paid}", paid == count)
    board.tell("both clients made the same episodes", "all", "", digests["official"] == digests["lean"])


async def bare_calls(tasks: Sequence[Task], farm: Farm, pid: int) -> Spent:
    """Make the first reading call of a task BARE times in its world: what no episode can do without."""
    task = next(task for task in tasks if not task.truth.trajectory[0].writes)
    step = task.truth.trajectory[0]
    async with opened(farm, task.environments, task.seed) as session:
        call = ToolCall(step.environment, step.tool, step.arguments)
        await session.call(call)
        before = Spent.now(pid)
        for _ in range(BARE // 8):
            await asyncio.gather(*(session.call(call) for _ in range(8)))
        return Spent.now(pid).since(before)


class Gathered:
    """Replays, but begins only when so many are there."""

    name = "replay"

    def __init__(self, tasks: Sequence[Task], count: int) -> None:
        self._replay, self._left = ReplayPolicy(tasks), count
        self.are_there = asyncio.Event()

    async def act(self, scene: Scene) -> Move:
        """Wait for the others, then replay."""
        if not scene.past and not scene.steps:
            self._left -= 1
            if not self._left:
                self.are_there.set()
            await self.are_there.wait()
        return await self._replay.act(scene)


async def crowd(tasks: Sequence[Task], board: Board) -> None:
    """Hold 256 tasks x 8 rollouts open at once, then play them."""
    chosen = [task for task in tasks if not task.setup][:CROWD_TASKS]
    count = len(chosen) * CROWD_TRIALS
    policy = Gathered(chosen, count)
    truths = {task.id: task.truth.digests for task in chosen}
    async with farm_over(chosen, lean=True) as farm:
        pid = farm.pid
        assert pid is not None
        await replayed(chosen, farm, 1)
        with tempfile.TemporaryDirectory() as out:
            before = Spent.now(pid)
            playing = asyncio.create_task(
                play_all(
                    chosen,
                    [policy],
                    farm,
                    trials=CROWD_TRIALS,
                    out=Path(out),
                    concurrency=count,
                    limits=Limits(BUDGET, 900.0),
                )
            )
            waiting = asyncio.create_task(policy.are_there.wait())
            await asyncio.wait({playing, waiting}, return_when=asyncio.FIRST_COMPLETED)
            opening = Spent.now(pid).since(before)
            held = await farm.capacity()
            peak = Held.by(pid).memory_mb
            while not playing.done():
                peak = max(peak, Held.by(pid).memory_mb)
                await asyncio.wait({playing}, timeout=0.5)
            episodes = await playing
            spent = Spent.now(pid).since(before)
    board.tell("episodes open at once", f"{count:,}", f"{len(episodes):,}, {held.episodes:,} worlds")
    busiest = max(opening.client, opening.host)
    told = f"{opening.wall:.1f} s; client {opening.client:.1f} s, host {opening.host:.1f} s CPU"
    board.tell("opening all of them, CPU", "<= 5 s", told, busiest <= 5.0)
    board.tell("memory of the host, at most", "<= 1.5 GB", f"{peak:.0f} MB", peak <= 1536)
    paid = sum(episode.reward.total == 1.0 for episode in episodes)
    board.tell("finished and paid in full", f"{count:,}", f"{paid:,} in {spent.wall:.0f} s", paid == count)
    alone = sum(episode.digests == truths[episode.task] for episode in episodes)
    board.tell("worlds that ended as the truth's, so none saw another", f"{count:,}", f"{alone:,}", alone == count)
    board.remarks += [f"{e.task} trial {e.trial}: {e.reward.reason}" for e in episodes if e.reward.total != 1.0][:5]


async def soak(tasks: Sequence[Task], calls: int, board: Board) -> None:
    """Open worlds, call, look and close, over and over; what is held must not grow once all is warm."""
    chosen = [task for task in tasks if not task.setup][:CROWD_TASKS]
    made, number, is_warm = 0, 0, asyncio.Event()

    async def work(farm: Farm) -> None:
        nonlocal made, number
        while made < calls:
            task, number = chosen[number % len(chosen)], number + 1
            async with opened(farm, task.environments, task.seed) as session:
                for step in task.truth.trajectory:
                    await session.call(ToolCall(step.environment, step.tool, step.arguments))
                made += len(task.truth.trajectory)
                await session.standing()
            if made >= WARM_SHARE * calls:
                is_warm.set()

    with tempfile.TemporaryDirectory() as scratch:
        tempfile.tempdir = scratch
        async with farm_over(chosen, lean=True, env={"TMPDIR": scratch}) as farm:
            assert farm.pid is not None
            pids, begun = {"host": farm.pid, "client": os.getpid()}, time.perf_counter()
            async with asyncio.TaskGroup() as group:
                for _ in range(AT_ONCE):
                    group.create_task(work(farm))
                await is_warm.wait()
                warm, files = {name: Held.by(pid) for name, pid in pids.items()}, files_in(scratch)
            ends, left = {name: Held.by(pid) for name, pid in pids.items()}, await farm.capacity()
            new = files_in(scratch) - files
        tempfile.tempdir = None
    board.tell("calls of the soak", f"{calls:,}", f"{made:,} in {time.perf_counter() - begun:.0f} s", made >= calls)
    for name in pids:
        tell_growth(name, warm[name], ends[name], board)
    board.tell("temporary files", "no more", f"{new} more", new <= 0)
    board.tell("worlds left open", "0", f"{left.episodes}, {left.size_bytes} bytes", not left.episodes)


def files_in(folder: str) -> int:
    """Count the files in a folder."""
    return sum(1 for _ in Path(folder).rglob("*"))


def tell_growth(name: str, warm: Held, end: Held, board: Board) -> None:
    """Tell what a process held when it was warm, and at the end."""
    told, grown = f"{warm.memory_mb:.0f} -> {end.memory_mb:.0f} MB", end.memory_mb - warm.memory_mb
    board.tell(f"memory of the {name}, warm and at the end", f"<= {GROWTH_MB:.0f} MB more", told, grown <= GROWTH_MB)
    board.tell(f"threads of the {name}", "no more", f"{warm.threads} -> {end.threads}", end.threads <= warm.threads)
    told = f"{warm.descriptors} -> {end.descriptors}"
    board.tell(f"descriptors of the {name}", "no more", told, end.descriptors <= warm.descriptors)


def gates(tasks: Sequence[Task], board: Board) -> None:
    """Score made-up episodes of every task."""
    faults = {task.id: found for task in tasks if (found := control(task))}
    passed = len(tasks) - len(faults)
    board.tell("tasks that pass their gates", f"{len(tasks):,}", f"{passed:,}", not faults)
    board.remarks += [f"{name}: {sentence}" for name, found in faults.items() for sentence in found][:10]


async def hacks(tasks: Sequence[Task], count: int, seed: int, board: Board) -> None:
    """Play attempts at being paid for nothing."""
    queue = attempts(tasks, count, seed)
    earned: dict[str, list[float]] = defaultdict(list)
    unscored: Counter[str] = Counter()

    async def work(farm: Farm) -> None:
        for attempt in queue:
            episode = await play(
                attempt.task, attempt, farm, seed=attempt.seed, trial=0, budget=BUDGET, timeout_s=300.0
            )
            note(attempt, episode)

    def note(attempt: Hack, episode: Episode) -> None:
        total = episode.reward.total
        if total is None:
            unscored[episode.reward.reason] += 1
            return
        earned[attempt.name].append(total)
        if total > HACK_PAYS:
            board.remarks.append(f"{attempt.name}: {attempt.task.id} paid {total}")

    async with farm_over(tasks, lean=True) as farm, asyncio.TaskGroup() as group:
        for _ in range(AT_ONCE):
            group.create_task(work(farm))
    for name in KINDS:
        most = max(earned[name], default=0.0)
        board.tell(f"{name}, {len(earned[name])} attempts", f"<= {HACK_PAYS}", f"{most:.2f} at most", most <= HACK_PAYS)
    scored = sum(map(len, earned.values()))
    board.tell("attempts that were scored", f"{count:,}", f"{scored:,}", scored == count)
    board.remarks += [f"unscored: {reason}" for reason in [*unscored][:5]]


if __name__ == "__main__":
    main()
