"""A server that is not ours: made with the SDK's own high-level class, no codes, no structured refusals."""

import asyncio
import os
import sys

from mcp.server.mcpserver import Image, MCPServer
from mcp.server.mcpserver.exceptions import ToolError

server = MCPServer("foreign", version="7", log_level="CRITICAL")


@server.tool()
def add(a: int, b: int) -> int:
    """Add two numbers."""
    if a < 0:
        raise ToolError("a is negative")
    return a + b


@server.tool()
def draw() -> list[str | Image]:
    """Answer in several blocks."""
    return ["a dot:", Image(data=b"png", format="png")]


@server.tool()
async def hang() -> str:
    """Never answer."""
    await asyncio.Event().wait()
    return ""


@server.tool()
def die() -> str:
    """End the process."""
    print("out of luck", file=sys.stderr, flush=True)  # noqa: T201
    os._exit(3)


if __name__ == "__main__":
    server.run("stdio")
