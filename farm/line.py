"""What a line to a world does, whichever client speaks over it."""

from __future__ import annotations

from typing import Protocol

from envkit.calls import JsonObject, Observation
from farm.link import Tool


class Line(Protocol):
    """One line to the MCP endpoint of one world."""

    @property
    def is_broken(self) -> bool:
        """Whether the line can carry no more calls."""

    async def tools(self) -> tuple[Tool, ...]:
        """List every tool."""

    async def call(
        self, tool: str, arguments: JsonObject, *, key: str | None = None, timeout_s: float | None = None
    ) -> Observation:
        """Call a tool; a refusal is an observation, a line that failed is a FarmError.

        Sent again with the same `key`, a call is not executed again.
        """

    async def close(self) -> None:
        """Hang up."""


class Lines(Protocol):
    """All lines of one farm, which share what can be shared."""

    def to(self, url: str) -> Line:
        """Make a line to an MCP endpoint; it opens at its first use."""

    async def close(self) -> None:
        """Let go of what the lines share."""
