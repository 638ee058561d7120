"""The crew: worker processes that see to folders side by side, and their end whatever happens."""

from __future__ import annotations

import asyncio
import contextlib
import os
import queue
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Generic, NoReturn, TypeVar

import orjson
from pydantic import BaseModel

from farm.errors import leaves

ReportT = TypeVar("ReportT", bound=BaseModel)

Progress = Callable[[str, int, int], None]
"""Told (environment, steps done, steps in all) whenever a step of its work ends: a check, or a tool's mutants."""

Finished = Callable[[Path, ReportT], Awaitable[None]]
"""Awaited with each folder and its report as soon as there is one."""

LINE_BYTES = 1 << 28
"""The longest line between a crew and its workers: a report with all its evidence."""
LEAVE_S = 15.0
"""How long a worker may take to stop its servers before it is killed; they end with it either way."""


@dataclass(frozen=True, slots=True)
class Work(Generic[ReportT]):
    """What workers do: the module that does it, the words it is started with, and the report it makes of a folder.

    A worker reads folders as JSON strings, a line each, and writes `{"progress": [environment, done, of]}` and, once
    for each folder, `{"report": ...}`. It ends when its input does.
    """

    module: str
    words: tuple[str, ...]
    report: type[ReportT]


class WorkerError(Exception):
    """A worker ended before it had reported: a bug of a check, or somebody killed it."""


async def work_apart(
    work: Work[ReportT], folders: Sequence[Path], *, jobs: int, progress: Progress, finished: Finished[ReportT]
) -> tuple[ReportT, ...]:
    """See to folders in `jobs` processes; the reports come in the order of the folders.

    Raises WorkerError if one of the processes dies.
    """
    reports: dict[int, ReportT] = {}
    waiting = iter(enumerate(folders))

    async def one() -> None:
        async with worker_process(work.module, work.words) as worker:
            for place, folder in waiting:
                reports[place] = await _reported(worker, work, folder, progress)
                await finished(folder, reports[place])

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(min(jobs, len(folders))):
                group.create_task(one())
    except BaseExceptionGroup as errors:
        raise next(leaves(errors)) from errors
    return tuple(reports[place] for place in range(len(folders)))


async def _reported(
    worker: asyncio.subprocess.Process, work: Work[ReportT], folder: Path, progress: Progress
) -> ReportT:
    assert worker.stdin is not None
    assert worker.stdout is not None
    worker.stdin.write(_asked(folder))
    while line := await worker.stdout.readline():
        said = orjson.loads(line)
        if "report" in said:
            return work.report.model_validate_json(orjson.dumps(said["report"]))
        progress(*said["progress"])
    raise WorkerError(f"{folder}: the process that worked on it ended with status {await worker.wait()}")


def be_worker(said: BinaryIO, out: BinaryIO, see_to: Callable[[Path, Progress], BaseModel]) -> NoReturn:
    """See to each folder that `said` names, until it ends: the main program of a worker that does not await.

    The work is done in the main thread, where signals can interrupt it; another one listens, and ends the process when
    its input does, since a thread at work would not hear of it.
    """

    def progressed(environment: str, done: int, of: int) -> None:
        tell(out, "progress", orjson.dumps([environment, done, of]))

    folders: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=listen, args=(said, folders), daemon=True).start()
    while True:
        report = see_to(Path(orjson.loads(folders.get())), progressed)
        tell(out, "report", report.model_dump_json().encode())


def listen(said: BinaryIO, lines: queue.SimpleQueue[bytes]) -> None:
    """Put what a worker is told into a queue, in a thread of its own; the process ends when its input does."""
    for line in said:
        lines.put(line)
    os._exit(0)


def tell(out: BinaryIO, what: str, said: bytes) -> None:
    """Say one thing to the crew, from a worker: `said` is JSON."""
    try:
        out.write(b'{"' + what.encode() + b'": ' + said + b"}\n")
        out.flush()
    except BrokenPipeError:
        return  # nobody listens any more; the input ends at the same moment


def _asked(folder: Path) -> bytes:
    return orjson.dumps(str(folder.resolve())) + b"\n"


@asynccontextmanager
async def worker_process(module: str, words: Sequence[str] = ()) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run a module as a worker for a while; closing its input tells it to end, also if this process dies."""
    worker = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        module,
        *words,
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
        with contextlib.suppress(TimeoutError):  # then it is killed: no failure of those who wait for it
            await asyncio.wait_for(worker.communicate(), LEAVE_S)
    finally:
        if worker.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                worker.kill()
            await worker.wait()
