"""Who makes the draws: this process, or workers beside it. The draws are the same either way."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, Protocol

import orjson

from farm.errors import FarmError
from farm.farm import Farm
from registry.crew import WorkerError, worker_process
from sampler.draw import Commission, Drawn, Stage, draw
from sampler.task import Task
from sampler.uses import Uses
from sampler.worker import HANDS, Order, Outfit

_AHEAD = 6
"""How many draws are asked for at a time for each worker: they are taken in order, and some take ten times as long."""


class Crew(Protocol):
    """Makes draws; `ahead` is how many are worth asking for at a time."""

    ahead: int

    async def draw(self, commission: Commission, uses: Uses) -> Drawn:
        """Make a draw."""


class Alone:
    """Makes draws in this process, one at a time."""

    ahead = 1

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    async def draw(self, commission: Commission, uses: Uses) -> Drawn:
        """Make a draw."""
        return await draw(commission, self._stage, uses)


class Workers:
    """Has draws made by worker processes, each of which has HANDS in hand."""

    def __init__(self, processes: Sequence[asyncio.subprocess.Process]) -> None:
        self.ahead = _AHEAD * len(processes)
        self._idle: asyncio.Queue[_Worker] = asyncio.Queue()
        for worker in [*map(_Worker, processes)] * HANDS:
            self._idle.put_nowait(worker)

    async def draw(self, commission: Commission, uses: Uses) -> Drawn:
        """Make a draw; raises FarmError as a draw does, WorkerError if the worker dies over it."""
        worker = await self._idle.get()
        said = await worker.answer(Order.of(commission, uses))
        self._idle.put_nowait(worker)
        task = Task.model_validate(said["task"]) if said["task"] else None
        return Drawn(commission, task, said["reason"])


class _Worker:
    """A worker process; of those who wait for its answers one reads, for all of them."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._said: dict[int, dict[str, Any]] = {}  # Any: JSON
        self._trouble = ""
        self._reading = asyncio.Lock()

    async def answer(self, order: Order) -> dict[str, Any]:
        """Give an order and wait for what it comes to."""
        process = self._process
        assert process.stdin is not None
        process.stdin.write(order.line())
        with contextlib.suppress(ConnectionError):  # it has died: then no line comes back either
            await process.stdin.drain()
        while order.number not in self._said:
            async with self._reading:
                if order.number not in self._said:
                    await self._read()
        return self._said.pop(order.number)

    async def _read(self) -> None:
        assert self._process.stdout is not None
        line = await self._process.stdout.readline()
        said = orjson.loads(line) if line else {}
        self._trouble = self._trouble or said.get("trouble", "")
        if self._trouble:
            raise FarmError(self._trouble)
        if not line:
            status = await self._process.wait()
            raise WorkerError(f"a worker that sampled ended with status {status}; sample again to go on")
        self._said[said["number"]] = said


@asynccontextmanager
async def crew_of(stage: Stage, folders: Sequence[Path], cache: Path, jobs: int) -> AsyncIterator[Crew]:
    """Give what makes the draws: this process for one job, else as many workers, which attach to the stage's farm."""
    if jobs == 1:
        yield Alone(stage)
        return
    async with AsyncExitStack() as stack:
        outfit = _outfit(stage.farm, folders, cache)
        processes = []
        for _ in range(jobs):
            process = await stack.enter_async_context(worker_process("sampler.worker"))
            assert process.stdin is not None
            process.stdin.write(outfit.line())
            processes.append(process)
        yield Workers(processes)


def _outfit(farm: Farm, folders: Sequence[Path], cache: Path) -> Outfit:
    paths = tuple(str(folder.resolve()) for folder in folders)
    return Outfit(url=farm.url, token=farm.token or "", folders=paths, cache=str(cache.resolve()))
