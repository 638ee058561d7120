"""Measure verification: seconds, calls and mutants of each environment, printed as a table.

    python benchmarks/verification.py [FOLDER ...] [--no-mutants]

Without folders all of servers/ is measured. Each environment is mutated in a process of its own, so that its peak
memory is its own too.
"""

from __future__ import annotations

import argparse
import asyncio
import resource
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from registry import verify
from registry.mutants import MutationReport, mutate

ROOT = Path(__file__).resolve().parent.parent
COLUMNS = (
    "| environment | tier | checks s | calls | mutants | killed | equivalent | survived | rate | certain | "
    "mutants s | peak MB |"
)
"""`certain`: the kill rate of the operators of which no mutant may survive."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--no-mutants", action="store_true", help="measure the checks only")
    asked = parser.parse_args()
    folders = asked.folders or sorted(path.parent for path in (ROOT / "servers").glob("*/*/server.py"))
    print(COLUMNS)
    print("|---" * (COLUMNS.count("|") - 1) + "|")
    for folder in folders:
        print(f"| {folder.name} | {_checks(folder)} | {'' if asked.no_mutants else _mutants(folder)} |", flush=True)


def _checks(folder: Path) -> str:
    (report,) = asyncio.run(verify([folder], jobs=1, progress=lambda *_: None))
    calls = sum(check.calls for check in report.checks)
    return f"{report.tier} | {report.seconds:.1f} | {calls}"


def _mutants(folder: Path) -> str:
    # A fresh process: the peak memory of one that has worked before would be that of its largest work.
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as pool:
        report, peak_mb = pool.submit(_mutated, folder).result()
    tally, certain = report.tally, report.certain
    return (
        f"{len(report.verdicts)} | {tally.killed} | {tally.equivalent} | {tally.survived} | {tally.rate:.1%} | "
        f"{certain.rate:.1%} | {report.seconds:.1f} | {peak_mb}"
    )


def _mutated(folder: Path) -> tuple[MutationReport, int]:
    report = mutate(folder)
    return report, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    main()
