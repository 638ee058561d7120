"""How good a sampling is: speed, memory, coverage, words, and the truth of its tasks, each executed anew.

python benchmarks/sampling.py [--count N] [--seed S] [--together K] [--out FOLDER] [--only PART]... [--sample N]

Samples with `envfarm sample` into a fresh folder, or looks at the tasks in FOLDER if it has some, then measures in
parts: `sampling` (seconds, peak memory of all processes), `report` (coverage, shape and words), `truth` (each
solution executed once more in a fresh process, and each recorded other order), `vacuous` (what doing nothing earns)
and `mutants` (a call left out, an argument changed, a write too many: played and scored). `--sample` bounds how many
tasks the last is done for. Exit 1 if a measure is not met.
"""

from __future__ import annotations

import argparse
import asyncio
import heapq
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from envkit.manifest import Manifest, read_manifest
from farm.farm import Farm
from registry.entry import entries
from rollouts.controls import control
from rollouts.mutants import Verdict, judge, mutants_of, perform
from rollouts.play import play
from rollouts.policy import NullPolicy
from rollouts.retold import retell
from sampler.journal import Journal
from sampler.replay import replay
from sampler.report import SamplingReport
from sampler.sketch import hash_of
from sampler.stage import stage_for
from sampler.summary import summarise
from sampler.task import Task, stream_tasks

ROOT = Path(__file__).resolve().parent.parent
SERVERS = ROOT / "servers"
PARTS = ("sampling", "report", "truth", "vacuous", "mutants")
TASKS = "tasks.jsonl"
AT_ONCE = 6
POLL_S = 0.25
TIMEOUT_S = 60.0
NAMED = 10

_SNAKE = re.compile(r"(?<![\w@.])[a-z][a-z0-9]*(?:_[a-z0-9]+)+(?![\w@])")
_QUOTED = re.compile(r"\"[^\"]*\"|“[^”]*”|'[^']{2,}'")


@dataclass(slots=True)
class Board:
    """What was measured: rows of a table, and sentences about what is wrong."""

    rows: list[tuple[str, str, str, bool]] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def tell(self, measure: str, wanted: str, figure: str, is_met: bool = True) -> None:
        """Print a row, and keep whether it is as wanted."""
        self.rows.append((measure, wanted, figure, is_met))
        print(f"| {measure} | {wanted} | {figure} | {'yes' if is_met else 'NO'} |", flush=True)

    def remark(self, sentence: str) -> None:
        """Keep a sentence for below the table."""
        self.remarks.append(sentence)

    @property
    def is_met(self) -> bool:
        """Whether every measure is as wanted."""
        return all(is_met for *_, is_met in self.rows)


def main() -> None:
    """Measure the parts that are asked for and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=2575)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--together", type=int, default=3, help="environments a task spans at most")
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="keep the tasks here, or take those that are here")
    parser.add_argument("--only", action="append", choices=PARTS, help="again for another; all by default")
    parser.add_argument("--sample", type=int, default=300, help="tasks whose mutants are played")
    asked = parser.parse_args()
    parts = asked.only or PARTS
    board = Board()
    print("| measure | wanted | figure | met |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as fresh:
        folder = asked.out or Path(fresh)
        if not (folder / TASKS).exists():
            sampled(folder, asked.count, asked.seed, asked.together, board)
        elif "sampling" in parts:
            board.remark(f"{folder} has its tasks already, so how long they took was not measured")
        if "report" in parts:
            asyncio.run(reported(folder / TASKS, board))
        if {"truth", "vacuous", "mutants"} & {*parts}:
            asyncio.run(executed(folder / TASKS, parts, asked.sample, board))
    print("", *board.remarks, sep="\n")
    sys.exit(0 if board.is_met else 1)


def sampled(folder: Path, count: int, seed: int, together: int, board: Board) -> None:
    """Sample in processes of its own; tell how long that took and how much memory they had at once, at most."""
    command = [str(Path(sys.executable).parent / "envfarm"), "sample", "--tasks", str(count), "--seed", str(seed)]
    command += ["--together", str(together), "--out", str(folder), "--json"]
    begun, peak_kb = time.perf_counter(), 0
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, stdout=said, stderr=subprocess.STDOUT, cwd=ROOT)
        while process.poll() is None:
            peak_kb = max(peak_kb, memory_kb(process.pid))
            time.sleep(POLL_S)
        seconds = time.perf_counter() - begun
        said.seek(0)
        if process.returncode:
            board.remark(f"envfarm sample ended with {process.returncode}: {said.read().decode()[-600:].strip()}")
    made = sum(1 for _ in stream_tasks(folder / TASKS)) if (folder / TASKS).exists() else 0
    board.tell("tasks sampled", f"{count:,}", f"{made:,}", made >= count)
    board.tell("seconds a task", "", f"{seconds / max(1, made):.3f} ({seconds:.0f} s in all)")
    board.tell("peak memory of all processes", "", f"{peak_kb / 1024:.0f} MB")


def memory_kb(root: int) -> int:
    """Return the resident memory of a process and of all that descend from it, in kB."""
    parents: dict[int, int] = {}
    resident: dict[int, int] = {}
    for place in Path("/proc").glob("[0-9]*"):
        try:
            told = (place / "status").read_text()
        except OSError:
            continue
        found = dict(line.split(":", 1) for line in told.splitlines() if ":" in line)
        parents[int(place.name)] = int(found["PPid"])
        resident[int(place.name)] = int(found.get("VmRSS", "0 kB").split()[0])
    family, grown = {root}, True
    while grown:
        more = {pid for pid, parent in parents.items() if parent in family} - family
        family |= more
        grown = bool(more)
    return sum(resident.get(pid, 0) for pid in family)


async def reported(path: Path, board: Board) -> None:
    """Tell the figures of the report, and how the queries read."""
    leaks, settings = Leaks(manifests()), ""
    for task in stream_tasks(path):
        leaks.add(task)
        settings = task.origin.settings if task.origin else ""
    folders = [each.folder for each in entries(SERVERS)]
    async with fresh_farm() as farm, stage_for(folders, farm, path.parent / "graphs") as stage:
        report = summarise(Journal.open(path, settings), stage, seconds=0.0, made=0)
    for part in report.coverage:
        board.tell(f"{part.what} used", "", f"{part.used:,} of {part.total:,} ({part.share:.1%})")
        if part.missing:
            more = ", ..." if len(part.missing) > NAMED else ""
            board.remark(f"{part.what} not used: {', '.join(part.missing[:NAMED])}{more}")
    shape(report, board)
    for what, found in leaks.counts.items():
        board.tell(f"queries with {what}", "0", f"{found:,}", not found)
    for sentence in leaks.examples:
        board.remark(sentence)


def shape(report: SamplingReport, board: Board) -> None:
    """Tell how the tasks are spread, and how their words are."""
    whole = max(1, report.tasks)
    board.tell("kinds", "", ", ".join(f"{name} {times / whole:.0%}" for name, times in report.kinds.items()))
    board.tell("levels", "", ", ".join(f"{level}: {times / whole:.0%}" for level, times in report.levels.items()))
    board.tell("calls", "", f"{min(report.calls, default=0)} to {max(report.calls, default=0)}")
    board.tell("turns", "", f"{min(report.turns, default=0)} to {max(report.turns, default=0)}")
    board.tell("tasks with an unsaid argument", ">= 60 %", f"{report.hidden:.1%}", report.hidden >= 0.6)
    board.tell("shorter than plain", ">= 30 %", f"{report.words.shorter:.1%}", report.words.shorter >= 0.3)
    board.tell("distinct trigrams", ">= 0.5", f"{report.words.distinct_3:.3f}", report.words.distinct_3 >= 0.5)


class Leaks:
    """Queries that say what no person would: ids, tool names, names of code."""

    def __init__(self, known: Mapping[str, Manifest]) -> None:
        prefixes = {entity.prefix for manifest in known.values() for entity in manifest.entities}
        self._id = re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(prefixes)))})_(?=[a-z]*[0-9])[a-z0-9]{{4,}}\b")
        self._tools = {tool.name for manifest in known.values() for tool in manifest.tools if "_" in tool.name}
        self.counts: Counter[str] = Counter({"ids": 0, "tool names": 0, "snake_case": 0})
        self.examples: list[str] = []

    def add(self, task: Task) -> None:
        """Look at a task's queries; what stands in quotes is a value, not a name."""
        for turn in task.turns:
            names = {*_SNAKE.findall(_QUOTED.sub(" ", turn.query))}
            ids = {*self._id.findall(turn.query)}
            found = {"ids": ids, "tool names": names & self._tools, "snake_case": names - ids - self._tools}
            for what, texts in found.items():
                self.counts[what] += bool(texts)
                if texts and len(self.examples) < NAMED:
                    self.examples.append(f"{task.id}: {what}: {', '.join(sorted(texts))}")


async def executed(path: Path, parts: Iterable[str], sample: int, board: Board) -> None:
    """Measure what needs a farm, in a fresh process."""
    async with fresh_farm() as farm:
        if "truth" in parts:
            await truth(path, farm, board)
        if "vacuous" in parts:
            await vacuous(path, farm, board)
        if "mutants" in parts:
            await mutated(path, sample, farm, board)


@asynccontextmanager
async def fresh_farm() -> AsyncIterator[Farm]:
    """Start every environment anew, in one process."""
    async with Farm.launch([each.folder for each in entries(SERVERS)], lean=True) as farm:
        yield farm


async def truth(path: Path, farm: Farm, board: Board) -> None:
    """Tell how many truths come out as recorded, and how many of the other orders are paid in full."""
    equal = whole = paid = orders = 0

    async def look(task: Task) -> None:
        nonlocal equal, whole, paid, orders
        replayed = await replay(task, farm)
        whole += 1
        equal += replayed.is_equal
        for difference in replayed.differences[:1]:
            board.remark(f"{task.id}: {difference}")
        for order in task.truth.orders:
            episode = await perform(task, retell(task, order), farm)
            orders += 1
            paid += episode.reward.total == 1.0

    begun = time.perf_counter()
    await each_of(stream_tasks(path), look)
    seconds = time.perf_counter() - begun
    board.tell("truths that come out the same", "100 %", f"{equal:,} of {whole:,} in {seconds:.0f} s", equal == whole)
    board.tell("recorded other orders paid in full", "100 %", f"{paid:,} of {orders:,}", paid == orders)


async def vacuous(path: Path, farm: Farm, board: Board) -> None:
    """Tell how many tasks pay for doing nothing, played, or fail another control."""
    paid = faults = whole = 0

    async def look(task: Task) -> None:
        nonlocal paid, faults, whole
        whole += 1
        found = control(task)
        faults += bool(found)
        for sentence in found[:1]:
            board.remark(sentence)
        episode = await play(task, NullPolicy(), farm, seed=0, trial=0, budget=1, timeout_s=TIMEOUT_S)
        paid += episode.reward.total != 0.0

    await each_of(stream_tasks(path), look)
    board.tell("tasks that pay for doing nothing", "0", f"{paid:,} of {whole:,}", not paid)
    board.tell("tasks that fail a control", "0", f"{faults:,} of {whole:,}", not faults)


async def mutated(path: Path, sample: int, farm: Farm, board: Board) -> None:
    """Tell how many mutants of solutions earn nothing, and how many calls are of no use."""
    known = manifests()
    verdicts: list[tuple[Task, list[Verdict]]] = []

    async def look(task: Task) -> None:
        mutants = await mutants_of(task, farm, {slug: known[slug] for slug in task.environments})
        verdicts.append((task, [await judge(task, mutant, farm) for mutant in mutants]))

    begun = time.perf_counter()
    await each_of(fair_sample(path, sample), look)
    seconds = time.perf_counter() - begun
    fates = Counter((each.mutant.kind, each.fate) for _, group in verdicts for each in group)
    rates = [rate(group) for _, group in verdicts if group]
    mean = sum(rates) / max(1, len(rates))
    for kind in ("dropped", "changed", "extra"):
        told = ", ".join(f"{fates[kind, fate]:,} {fate}" for fate in ("rejected", "equivalent", "paid"))
        board.tell(f"mutants: {kind}", "", told)
    board.tell(
        "mutants rejected, mean of the tasks",
        ">= 95 %",
        f"{mean:.1%} over {len(rates):,} tasks (lowest {min(rates, default=1.0):.0%}) in {seconds:.0f} s",
        mean >= 0.95,
    )
    strict = [sum(each.fate == "rejected" for each in group) / len(group) for _, group in verdicts if group]
    board.tell("the same with equivalent ones counted", "", f"{sum(strict) / max(1, len(strict)):.1%}")
    dead = fates["dropped", "equivalent"] + fates["dropped", "paid"]
    board.tell("dead calls", "0", f"{dead:,}", not dead)
    for task, group in verdicts:
        for each in group:
            if each.fate == "paid" or (each.fate == "equivalent" and each.mutant.kind == "dropped"):
                board.remark(f"{task.id}: {each.mutant.kind}: {each.mutant.what}: {each.fate}")


def rate(verdicts: Iterable[Verdict]) -> float:
    """Return the share of a task's mutants that earn nothing; those that are solutions too do not count."""
    fates = Counter(each.fate for each in verdicts)
    told = fates["rejected"] + fates["paid"]
    return fates["rejected"] / told if told else 1.0


def fair_sample(path: Path, count: int) -> list[Task]:
    """Return the tasks whose ids have the smallest hashes: the same whatever order they stand in."""
    return heapq.nsmallest(count, stream_tasks(path), key=lambda task: hash_of(task.id))


async def each_of(tasks: Iterable[Task], look: Callable[[Task], Awaitable[None]]) -> None:
    """Look at tasks, AT_ONCE at a time; they are read as they are needed."""
    waiting = iter(tasks)

    async def work() -> None:
        for task in waiting:
            await look(task)

    async with asyncio.TaskGroup() as group:
        for _ in range(AT_ONCE):
            group.create_task(work())


def manifests() -> dict[str, Manifest]:
    """Read the manifests of all environments."""
    return {each.slug: read_manifest(each.folder) for each in entries(SERVERS)}


if __name__ == "__main__":
    main()
