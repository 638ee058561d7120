"""A stranger's server that keeps what it is told in a file of its working directory, for every client alike."""

from pathlib import Path

from mcp.server.mcpserver import MCPServer
from mcp_types import ToolAnnotations

server = MCPServer("memory", log_level="CRITICAL")
kept = Path("kept.txt")


@server.tool(annotations=ToolAnnotations(read_only_hint=False, destructive_hint=False, idempotent_hint=False))
def remember(thing: str) -> int:
    """Keep a thing; returns how many there are."""
    with kept.open("a") as lines:
        lines.write(thing + "\n")
    return len(kept.read_text().splitlines())


if __name__ == "__main__":
    server.run("stdio")
