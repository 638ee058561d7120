"""How long blueprints take to emit: seconds of wall and of processor, with every case searched for and with a lock.

    python benchmarks/building.py [--jobs N] [--rounds N] [--servers DIR] [--together] [BLUEPRINT ...]

Without BLUEPRINT: the whole catalogue, one after another and then all at once; with --together, only at once. `cold`
starts from nothing, `warm` from the cases of the servers in DIR, as `envfarm build --check` does. Nothing is written.
Of several --rounds the least counts: other work on a machine makes seconds longer, never shorter.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from generator.build import build, find_blueprints

ROOT = Path(__file__).parents[1]


def timed(work: Callable[[], object], rounds: int) -> tuple[float, float]:
    """Give the least seconds of wall and of processor that some work takes, its child processes included."""
    found = []
    for _ in range(rounds):
        wall, processor = time.perf_counter(), _processor_s()
        work()
        found.append((time.perf_counter() - wall, _processor_s() - processor))
    return min(wall for wall, _ in found), min(processor for _, processor in found)


def emitted(blueprints: Sequence[Path], servers: Path, jobs: int) -> None:
    """Emit blueprints and compare them with what stands in a folder."""
    for built in build(blueprints, servers, check=True, jobs=jobs):
        assert built.folder is not None, "\n".join(map(str, built.findings))


def row(name: str, blueprints: Sequence[Path], jobs: int, asked: argparse.Namespace) -> str:
    """Measure blueprints emitted at once, cold and warm, and write the figures as a row of the table."""
    with tempfile.TemporaryDirectory() as empty:
        cold = timed(lambda: emitted(blueprints, Path(empty), jobs), asked.rounds)
    warm = timed(lambda: emitted(blueprints, asked.servers, jobs), asked.rounds)
    return f"| {name} | {cold[0]:.1f} | {cold[1]:.1f} | {warm[0]:.1f} | {warm[1]:.1f} |"


def _processor_s() -> float:
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("blueprints", nargs="*", type=Path, metavar="BLUEPRINT")
    parser.add_argument("--jobs", type=int, default=2, help="processes that emit all of them at once")
    parser.add_argument("--rounds", type=int, default=1, help="how often each is emitted")
    parser.add_argument("--servers", type=Path, default=ROOT / "servers", metavar="DIR", help="where servers stand")
    parser.add_argument("--together", action="store_true", help="only all of them at once")
    asked = parser.parse_args()
    blueprints = asked.blueprints or find_blueprints(ROOT / "generator" / "blueprints")
    print("| blueprint | cold wall s | cold processor s | warm wall s | warm processor s |")
    print("|---|---|---|---|---|")
    for path in () if asked.together else blueprints:
        print(row(path.stem, [path], 1, asked), flush=True)
    print(row(f"all {len(blueprints)}, {asked.jobs} jobs", blueprints, asked.jobs, asked))


if __name__ == "__main__":
    main()
