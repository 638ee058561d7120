"""Sandboxes: worlds of its own for each task, opened at its first request, with tools by their names in MCP-Atlas."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from envkit.calls import JsonObject, Observation, ToolCall
from envkit.snapshot import Diff
from farm.farm import Farm
from farm.link import Tool
from farm.session import Session
from rollouts.export.atlas import atlas_name
from sampler.opening import opened
from sampler.task import Task

SHARED = ""
"""The sandbox that no task has to itself: fresh worlds of all environments, from seed 0."""


class UnknownTaskError(Exception):
    """There is no task of that id; says so in a sentence."""


@dataclass(frozen=True, slots=True)
class Sandbox:
    """The worlds of one task, and its tools by their names there; `hold` closes the worlds."""

    session: Session
    tools: Mapping[str, tuple[str, Tool]]
    hold: AsyncExitStack

    @property
    def servers(self) -> list[str]:
        """The names of the servers: what stands before the first underscore of their tools."""
        return sorted({name.partition("_")[0] for name in self.tools})

    async def call(self, name: str, arguments: JsonObject) -> Observation:
        """Call a tool by its name there; KeyError if it is not offered, FarmError if the farm has trouble."""
        environment, tool = self.tools[name]
        return await self.session.call(ToolCall(environment, tool.name, arguments))

    async def diff(self) -> Mapping[str, Diff]:
        """Return what has changed in each world since the task began."""
        return await self.session.diff()


class Sandboxes:
    """Owns the sandboxes that are open; they are closed with it."""

    def __init__(self, farm: Farm, tasks: Sequence[Task]) -> None:
        self._farm = farm
        self._tasks = {task.id: task for task in tasks}
        self._open: dict[str, Sandbox] = {}
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for name in tuple(self._open):
            await self.close(name)

    @property
    def environments(self) -> tuple[str, ...]:
        """The environments of the shared sandbox."""
        return self._farm.environments

    async def of(self, task: str) -> Sandbox:
        """Return the sandbox of a task by its id, or the SHARED one; raises UnknownTaskError, FarmError."""
        if task != SHARED and task not in self._tasks:
            raise UnknownTaskError(f"there is no task {task!r} among the {len(self._tasks)} that are served")
        async with self._turns[task]:
            if task not in self._open:
                self._open[task] = await self._opened(task)
            return self._open[task]

    async def close(self, task: str) -> bool:
        """Close the worlds of a task, so that the next request finds fresh ones; say whether there were any."""
        async with self._turns[task]:
            sandbox = self._open.pop(task, None)
            if sandbox is not None:
                await sandbox.hold.aclose()
        return sandbox is not None

    async def _opened(self, name: str) -> Sandbox:
        task = self._tasks.get(name)
        environments = task.environments if task else self.environments
        hold = AsyncExitStack()
        try:
            seed, setup, realism = (task.seed, task.setup, task.realism) if task else (0, (), None)
            session = await hold.enter_async_context(opened(self._farm, environments, seed, setup, realism))
            hidden = set(task.hidden_tools) if task else set()
            tools = {
                atlas_name(slug, tool.name): (slug, tool)
                for slug, offered in (await session.tools()).items()
                for tool in offered
                if (slug, tool.name) not in hidden
            }
        except BaseException:
            await hold.aclose()
            raise
        return Sandbox(session, tools, hold)
