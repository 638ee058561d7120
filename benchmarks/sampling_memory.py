"""How the memory of a sampling grows with its tasks: all of its processes, each by what it does.

python benchmarks/sampling_memory.py [--count N] [--seed S] [--jobs J] [--out FOLDER]

Samples with `envfarm sample` into a fresh folder, or goes on with the tasks in FOLDER, and prints a row at 50 tasks,
100, 200 and so on, and at the end: the resident memory of the command, of the farm it starts and of its workers, and
the peak of all together until then. Below stands what a task costs from the last row but one to the last, and what a
straight line from there comes to at 10,000 tasks: more than it will be, since caches fill up.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
POLL_S = 0.2
FIRST_ROW, FAR = 50, 10_000
WORKER = "sampler.worker"


@dataclass(frozen=True, slots=True)
class Row:
    """How much memory, in kB, the processes had when there were so many tasks, and the peak until then."""

    tasks: int
    parts: Counter[str]
    peak: int

    @property
    def told(self) -> str:
        """The row of the table, in MB."""
        parts = " | ".join(f"{self.parts[name] / 1024:,.0f}" for name in ("command", "farm", "workers"))
        return f"| {self.tasks:,} | {parts} | {self.parts.total() / 1024:,.0f} | {self.peak / 1024:,.0f} |"


def main() -> None:
    """Sample, measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=400)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--out", type=Path, metavar="FOLDER")
    asked = parser.parse_args()
    print("| tasks | command | farm | workers | together | peak |\n|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as fresh:
        rows = list(sampled(asked.out or Path(fresh), asked.count, asked.seed, asked.jobs))
    if len(rows) < 2:
        sys.exit("too few tasks for two rows; ask for more with --count")
    first, last = rows[-2:]
    slope = (last.parts.total() - first.parts.total()) / (last.tasks - first.tasks)
    far = last.peak + max(0.0, slope) * (FAR - last.tasks)
    print(f"\n{slope:.1f} kB a task from {first.tasks} to {last.tasks}; {far / 1024:,.0f} MB at {FAR:,}")


def sampled(folder: Path, count: int, seed: int, jobs: int) -> Iterator[Row]:
    """Sample in processes of its own, and yield and print the rows."""
    command = [str(Path(sys.executable).parent / "envfarm"), "sample", "--tasks", str(count), "--seed", str(seed)]
    command += ["--jobs", str(jobs), "--out", str(folder), "--json"]
    path, wanted, peak = folder / "tasks.jsonl", FIRST_ROW, 0
    row = Row(0, Counter(), 0)
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, stdout=said, stderr=subprocess.STDOUT, cwd=ROOT)
        while process.poll() is None:
            parts = memory_kb(process.pid)
            peak = max(peak, parts.total())
            row = Row(lines(path), parts, peak) if parts["workers"] or jobs == 1 else row
            if row.tasks >= wanted:
                print(row.told, flush=True)
                yield row
                while wanted <= row.tasks:
                    wanted *= 2
            time.sleep(POLL_S)
        said.seek(0)
        if process.returncode:
            sys.exit(f"envfarm sample ended with {process.returncode}: {said.read().decode()[-600:].strip()}")
    if row.tasks * 2 > wanted:
        print(row.told, flush=True)
        yield row


def lines(path: Path) -> int:
    """Count the lines of a file that may not be there yet."""
    return path.read_bytes().count(b"\n") if path.exists() else 0


def memory_kb(root: int) -> Counter[str]:
    """Return the resident memory of a process and of all that descend from it, in kB, by what they do."""
    parents: dict[int, int] = {}
    resident: dict[int, int] = {}
    names: dict[int, str] = {}
    for place in Path("/proc").glob("[0-9]*"):
        try:
            told = (place / "status").read_text()
            line = (place / "cmdline").read_text().replace("\0", " ")
        except OSError:
            continue
        found = dict(each.split(":", 1) for each in told.splitlines() if ":" in each)
        parents[int(place.name)] = int(found["PPid"])
        resident[int(place.name)] = int(found.get("VmRSS", "0 kB").split()[0])
        names[int(place.name)] = "workers" if WORKER in line else "farm"
    family, grown = {root}, True
    while grown:
        more = {pid for pid, parent in parents.items() if parent in family} - family
        family |= more
        grown = bool(more)
    parts = Counter[str]()
    for pid in family:
        parts["command" if pid == root else names.get(pid, "farm")] += resident.get(pid, 0)
    return parts


if __name__ == "__main__":
    main()
