"""A line to a stranger's server that survives what its tools do to it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager

from envkit.calls import JsonObject, Observation, ToolCall
from farm.errors import AnswerError, FarmError
from farm.link import FOREIGN_REFUSAL, Link, Tool
from registry.checks.probe import Trail

Connect = Callable[[], AbstractAsyncContextManager[Link]]
"""Opens one more line; where the server is started by its command, to a fresh process."""


class Line:
    """One client's line: its calls so far, and a new connection after one that broke."""

    def __init__(self, name: str, connect: Connect, call_s: float) -> None:
        self.trail = Trail()
        self.calls = 0
        self._name, self._connect, self._call_s = name, connect, call_s
        self._stack = AsyncExitStack()
        self._link: Link | None = None

    async def tools(self) -> tuple[Tool, ...]:
        """List the tools."""
        return await (await self._open()).tools()

    async def call(self, tool: str, arguments: JsonObject) -> Observation:
        """Call a tool; a protocol error is a refusal too. Raises a FarmError if no answer came."""
        link = await self._open()
        self.trail = self.trail.then(ToolCall(self._name, tool, arguments))
        self.calls += 1
        try:
            return await link.call(tool, arguments, timeout_s=self._call_s)
        except AnswerError as error:
            return Observation(f"{FOREIGN_REFUSAL}: {error}", code=FOREIGN_REFUSAL)
        except FarmError:
            await self.close()
            raise

    async def close(self) -> None:
        """Hang up; the next call connects anew."""
        self._link, self.trail = None, Trail()
        await self._stack.aclose()

    async def _open(self) -> Link:
        if self._link is None:
            self._link = await self._stack.enter_async_context(self._connect())
        return self._link


@asynccontextmanager
async def line_to(name: str, connect: Connect, call_s: float) -> AsyncIterator[Line]:
    """Keep a line for a while."""
    line = Line(name, connect, call_s)
    try:
        yield line
    finally:
        await line.close()
