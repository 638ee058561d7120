"""How long blueprints take to emit: seconds of wall and of processor for each, then for all of them at once.

python benchmarks/building.py [--jobs N] [BLUEPRINT ...]

Without BLUEPRINT: the whole catalogue. Nothing is written.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from generator.build import build, find_blueprints

CATALOGUE = Path(__file__).parents[1] / "generator" / "blueprints"


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Give the seconds of wall and of processor that some work takes, its child processes included."""
    wall, processor = time.perf_counter(), _processor_s()
    work()
    return time.perf_counter() - wall, _processor_s() - processor


def emitted(blueprints: Sequence[Path], jobs: int) -> None:
    """Emit blueprints and compare them with an empty folder."""
    with tempfile.TemporaryDirectory() as empty:
        for built in build(blueprints, Path(empty), check=True, jobs=jobs):
            assert built.folder is not None, "\n".join(map(str, built.findings))


def _processor_s() -> float:
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("blueprints", nargs="*", type=Path, metavar="BLUEPRINT")
    parser.add_argument("--jobs", type=int, default=2, help="processes that emit all of them at once")
    asked = parser.parse_args()
    blueprints = asked.blueprints or find_blueprints(CATALOGUE)
    print("| blueprint | wall s | processor s |")
    print("|---|---|---|")
    for path in blueprints:
        wall, processor = timed(lambda path=path: emitted([path], 1))
        print(f"| {path.stem} | {wall:.1f} | {processor:.1f} |", flush=True)
    wall, processor = timed(lambda: emitted(blueprints, asked.jobs))
    print(f"| all {len(blueprints)}, {asked.jobs} jobs | {wall:.1f} | {processor:.1f} |")


if __name__ == "__main__":
    main()
