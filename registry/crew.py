"""The crew: worker processes that verify folders side by side, and their end whatever happens."""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import orjson

from farm.errors import leaves
from registry.report import Report

Progress = Callable[[str, int, int], None]
"""Told (environment, checks done, checks in all) whenever a check ends."""

Finished = Callable[[Path, Report], Awaitable[None]]
"""Awaited with each folder and its report as soon as there is one."""

LINE_BYTES = 1 << 28
"""The longest line between a crew and its workers: a report with all its evidence."""
LEAVE_S = 15.0
"""How long a worker may take to stop its servers before it is killed; they end with it either way."""


class WorkerError(Exception):
    """A worker ended before it had reported: a bug of a check, or somebody killed it."""


async def verify_apart(
    folders: Sequence[Path], *, jobs: int, progress: Progress, finished: Finished, seed: int
) -> tuple[Report, ...]:
    """Verify folders in `jobs` processes; raises WorkerError if one of them dies."""
    reports: dict[int, Report] = {}
    waiting = iter(enumerate(folders))

    async def one() -> None:
        async with _worker(seed) as worker:
            await _keep_busy(worker, waiting, reports, progress, finished)

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(min(jobs, len(folders))):
                group.create_task(one())
    except BaseExceptionGroup as errors:
        raise next(leaves(errors)) from errors
    return tuple(reports[place] for place in range(len(folders)))


async def _keep_busy(
    worker: asyncio.subprocess.Process,
    waiting: Iterator[tuple[int, Path]],
    reports: dict[int, Report],
    progress: Progress,
    finished: Finished,
) -> None:
    assert worker.stdin is not None
    for place, folder in waiting:
        worker.stdin.write(orjson.dumps(str(folder.resolve())) + b"\n")
        reports[place] = await _reported(worker, folder, progress)
        await finished(folder, reports[place])


async def _reported(worker: asyncio.subprocess.Process, folder: Path, progress: Progress) -> Report:
    assert worker.stdout is not None
    while line := await worker.stdout.readline():
        said = orjson.loads(line)
        if "report" in said:
            return Report.model_validate_json(orjson.dumps(said["report"]))
        progress(*said["progress"])
    raise WorkerError(f"{folder}: the process that verified it ended with status {await worker.wait()}")


@asynccontextmanager
async def _worker(seed: int) -> AsyncIterator[asyncio.subprocess.Process]:
    """Start a worker for a while; closing its input tells it to end, also if this process dies."""
    worker = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "registry.worker",
        str(seed),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        limit=LINE_BYTES,
        start_new_session=True,  # Ctrl-C is for this process, which then ends its workers in order
    )
    try:
        yield worker
    finally:
        await _leave(worker)


async def _leave(worker: asyncio.subprocess.Process) -> None:
    assert worker.stdin is not None
    worker.stdin.close()
    try:
        await asyncio.wait_for(worker.communicate(), LEAVE_S)
    finally:
        if worker.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                worker.kill()
            await worker.wait()
