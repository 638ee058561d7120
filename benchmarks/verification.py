"""Measure verification: checks, mutants, branches and laws of each environment, printed as a table.

    python benchmarks/verification.py [FOLDER ...] [--no-mutants] [--seeds N] [--jobs J]

Without folders all of servers/ is measured, one after another, each judged in a process of its own, so that its
seconds and its peak memory are its own too. Laws are judged where the blueprint lies in generator/blueprints/.

`--seeds N` asks for false alarms instead: each environment is verified with N seeds, and every one of them must give
the verdict of seed 0, by which it is admitted.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

import orjson

from envkit.manifest import read_manifest
from generator.laws import notices, trajectories
from generator.load import load
from generator.seeds import seed_rows
from registry import Report, verify
from registry.mutants.mutate import mutate_all
from registry.mutants.verdict import LawVerdict, MutationReport

ROOT = Path(__file__).resolve().parent.parent
CHECKS = ("environment", "tier", "tools", "checks s", "calls")
MUTANTS = (
    *("mutants", "killed", "equivalent", "survived", "rate", "certain"),
    *("branches", "unreachable", "laws owed", "mutants s", "peak MB"),
)
"""`certain`: the kill rate of the operators of which no mutant may survive. `branches`: taken of those reachable.
`laws owed`: caught of the blueprint's mutants that a law must notice."""
SEEDS = ("environment", "tier", "seeds", "other verdicts", "seconds a seed")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--no-mutants", action="store_true", help="measure the checks only")
    parser.add_argument("--seeds", type=int, default=0, metavar="N", help="count verdicts that differ over N seeds")
    parser.add_argument("--jobs", type=int, default=1, help="environments verified side by side, with --seeds")
    asked = parser.parse_args()
    folders = asked.folders or sorted(path.parent for path in (ROOT / "servers").glob("*/*/server.py"))
    if asked.seeds:
        asyncio.run(_false_alarms(folders, asked.seeds, asked.jobs))
    else:
        asyncio.run(_measures(folders, with_mutants=not asked.no_mutants))


async def _measures(folders: Sequence[Path], *, with_mutants: bool) -> None:
    _head(CHECKS + MUTANTS if with_mutants else CHECKS)
    for folder in folders:
        (report,) = await verify([folder], jobs=1, progress=_unseen)
        mutants = await _mutants(folder) if with_mutants else ()
        _row(*_checks(folder, report), *mutants)


async def _false_alarms(folders: Sequence[Path], seeds: int, jobs: int) -> None:
    by_seed: list[Sequence[Report]] = []
    for seed in range(seeds):
        by_seed.append(await verify(folders, jobs=jobs, progress=_unseen, seed=seed))
        same = sum(_verdict(one) == _verdict(first) for one, first in zip(by_seed[-1], by_seed[0], strict=True))
        print(f"seed {seed}: {same} of {len(folders)} verdicts are those of seed 0", file=sys.stderr, flush=True)
    _head(SEEDS)
    for reports in zip(*by_seed, strict=True):
        others = [seed for seed, report in enumerate(reports) if _verdict(report) != _verdict(reports[0])]
        seconds = sum(report.seconds for report in reports) / seeds
        shown = f"{len(others)} (seeds {', '.join(map(str, others))})" if others else "0"
        _row(reports[0].environment, reports[0].tier, str(seeds), shown, f"{seconds:.1f}")


def _verdict(report: Report) -> tuple[str, Sequence[tuple[str, str]]]:
    return report.tier, [(check.name, check.status) for check in report.checks]


def _checks(folder: Path, report: Report) -> Sequence[str]:
    calls = sum(check.calls for check in report.checks)
    tools = len(read_manifest(folder).tools)
    return folder.name, report.tier, str(tools), f"{report.seconds:.1f}", str(calls)


async def _mutants(folder: Path) -> Sequence[str]:
    (report,) = await mutate_all([folder], jobs=1, progress=_unseen, finished=_kept_by_nobody)
    report = report.model_copy(update={"laws": _laws(folder)})
    tally, branches = report.tally, report.branches
    caught = sum(law.status == "caught" for law in report.owed)
    return (
        *map(str, (len(report.verdicts), tally.killed, tally.equivalent, tally.survived)),
        *(f"{tally.rate:.1%}", f"{report.certain.rate:.1%}"),
        *(f"{branches.taken}/{branches.taken + branches.untaken}", str(branches.unreachable)),
        *(f"{caught}/{len(report.owed)}", f"{report.seconds:.1f}", str(report.peak_mb)),
    )


def _laws(folder: Path) -> tuple[LawVerdict, ...]:
    path = ROOT / "generator" / "blueprints" / folder.parent.name / f"{folder.name}.yaml"
    if not path.is_file():
        return ()
    blueprint = load(path)
    cases = [orjson.loads(line) for line in (folder / "cases.jsonl").read_bytes().splitlines()]
    return tuple(notices(blueprint, seed_rows(blueprint), trajectories(cases)))


def _head(columns: Sequence[str]) -> None:
    _row(*columns)
    print("|---" * len(columns) + "|")


def _row(*cells: str) -> None:
    print(f"| {' | '.join(cells)} |", flush=True)


def _unseen(environment: str, done: int, of: int) -> None:
    """Progress nobody watches."""


async def _kept_by_nobody(_folder: Path, _report: MutationReport) -> None:
    return None


if __name__ == "__main__":
    main()
