"""A crew hears its workers out, and ends them whatever they do."""

import asyncio
import os
from pathlib import Path

import pytest

from registry import crew
from registry.crew import Work, WorkerError, tell, work_apart
from registry.report import Report
from tests.registry.conftest import silent

# Python's own stop-watch stands for workers that do not do as they should: it runs what it is told, and reads nothing.
ENDS_AT_ONCE = Work("timeit", ("-n", "1", "-r", "1", "raise SystemExit"), Report)
NEVER_ENDS = Work("timeit", ("-n", "1", "-r", "1", "print('{\"progress\": [\"air\", 1, 2]}', flush=True)",
                             "while True: pass"), Report)  # fmt: skip


async def nobody(folder: Path, report: Report) -> None:
    """Finished, for nobody who cares."""


async def test_no_folders_are_no_work() -> None:
    assert await work_apart(ENDS_AT_ONCE, [], jobs=2, progress=silent, finished=nobody) == ()


async def test_a_worker_that_ends_before_its_report_is_an_error_that_names_the_folder(tmp_path: Path) -> None:
    with pytest.raises(WorkerError, match=f"{tmp_path}: the process that worked on it ended with status"):
        await work_apart(ENDS_AT_ONCE, [tmp_path], jobs=1, progress=silent, finished=nobody)


async def test_a_worker_that_does_not_leave_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew, "LEAVE_S", 0.01)
    started = asyncio.Event()

    work = asyncio.create_task(
        work_apart(NEVER_ENDS, [tmp_path], jobs=1, progress=lambda *_: started.set(), finished=nobody)
    )
    await started.wait()
    work.cancel()

    with pytest.raises(asyncio.CancelledError):
        await work


def test_what_is_told_to_nobody_is_dropped() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb", buffering=0) as out:
        tell(out, "progress", b"[]")
