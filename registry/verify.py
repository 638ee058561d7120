"""Verification: environment folders in, one report each out, by all checks over started servers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path

from envkit.store import StoreError
from farm.errors import FarmError
from registry.case import CaseError, read_cases
from registry.checks.check import Check, Outcome
from registry.checks.served import served
from registry.checks.subject import Subject
from registry.checks.table import CHECKS
from registry.crew import Finished, Progress, Work, work_apart
from registry.entry import FolderError, intact
from registry.folder import file_digests, folder_digest
from registry.overlap import overlaps
from registry.report import CheckResult, Finding, Report, Status, tier_of

READY_S = 60.0
ABREAST = 2
"""Checks that play calls on the main host at the same time: more only wait for the one client."""


async def verify(
    folders: Sequence[Path], *, jobs: int, progress: Progress, finished: Finished[Report] | None = None, seed: int = 0
) -> tuple[Report, ...]:
    """Verify environment folders, in up to `jobs` processes; the reports come in the order of the folders.

    `finished` is awaited as soon as a folder has its report. All that is drawn by chance is drawn from `seed`; an
    admission rests on seed 0. Raises WorkerError if a process is lost.
    """
    kept = finished or _kept_by_nobody
    if min(jobs, len(folders)) > 1:
        work = Work("registry.worker", (str(seed),), Report)
        return await work_apart(work, folders, jobs=jobs, progress=progress, finished=kept)
    reports: list[Report] = []
    for folder in folders:
        reports.append(await verify_folder(folder, progress=progress, seed=seed))
        await kept(folder, reports[-1])
    return tuple(reports)


async def _kept_by_nobody(_folder: Path, _report: Report) -> None:
    return None


async def verify_folder(folder: Path, *, progress: Progress, seed: int = 0) -> Report:
    """Verify one environment folder; whatever is wrong with it is in the report, never an exception."""
    begun = time.monotonic()
    try:
        manifest = intact(folder)
    except FolderError as error:
        return _unstartable(folder.name, 0, "", str(error), begun)
    digest = folder_digest(file_digests(folder))
    try:
        async with served(folder, manifest, read_cases(folder, manifest), seed=seed, ready_s=READY_S) as subject:
            checks = await _asked(subject, progress)
    except (FarmError, CaseError, StoreError) as error:
        return _unstartable(manifest.slug, manifest.version, digest, str(error), begun)
    return Report(
        environment=manifest.slug,
        version=manifest.version,
        digest=digest,
        tier=tier_of(checks),
        checks=checks,
        overlaps=overlaps((tool.name, [each.name for each in tool.arguments]) for tool in manifest.tools),
        seconds=round(time.monotonic() - begun, 3),
    )


async def _asked(subject: Subject, progress: Progress) -> tuple[CheckResult, ...]:
    """Ask all checks: those on the twin in turn, those on the main host a few abreast, those apart at once."""
    results: dict[int, CheckResult] = {}
    slots = asyncio.Semaphore(ABREAST)

    async def one(check: Check) -> None:
        results[check.number] = await _result(check, subject)
        progress(subject.manifest.slug, len(results), len(CHECKS))

    async def in_slot(check: Check) -> None:
        async with slots:
            await one(check)

    async def on_twin() -> None:
        for check in CHECKS:
            if check.lane == "twin":
                await one(check)

    async with asyncio.TaskGroup() as group:
        group.create_task(on_twin())
        for check in CHECKS:
            if check.lane == "apart":
                group.create_task(one(check))
            elif check.lane != "twin":
                group.create_task(in_slot(check))
    return tuple(results[check.number] for check in CHECKS)


async def _result(check: Check, subject: Subject) -> CheckResult:
    begun = time.monotonic()
    try:
        outcome = await check.ask(subject)
    except FarmError as error:
        # The server died or stopped answering: that is a finding of this check, and the others still have their say.
        outcome = Outcome((Finding(check=check.name, sentence=f"The server failed during the check: {error}"),))
    status: Status = "failed" if outcome.findings else "not_applicable" if outcome.reason else "passed"
    return CheckResult(
        name=check.name,
        number=check.number,
        title=check.title,
        status=status,
        findings=outcome.findings,
        observed=outcome.observed,
        calls=outcome.calls,
        seconds=round(time.monotonic() - begun, 3),
        reason=outcome.reason,
    )


def _unstartable(environment: str, version: int, digest: str, sentence: str, begun: float) -> Report:
    first = CHECKS[0]
    finding = Finding(check=first.name, sentence=sentence)
    failed = CheckResult(name=first.name, number=first.number, title=first.title, status="failed", findings=(finding,))
    seconds = round(time.monotonic() - begun, 3)
    return Report(
        environment=environment, version=version, digest=digest, tier="unproven", checks=(failed,), seconds=seconds
    )
