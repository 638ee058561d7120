"""Client configuration: the `mcpServers` JSON that MCP clients read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Command:
    """How a client starts a server for itself, over stdio."""

    command: str
    args: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)


def client_config(servers: Mapping[str, str | Command], *, token: str | None = None) -> str:
    """Write `{"mcpServers": ...}` for servers given by name as a URL or a command; a token goes to the URLs."""
    entries = {name: _entry(server, token) for name, server in servers.items()}
    return json.dumps({"mcpServers": entries}, indent=2) + "\n"


def _entry(server: str | Command, token: str | None) -> Mapping[str, object]:
    if isinstance(server, Command):
        started = {"command": server.command, "args": list(server.args)}
        return {**started, "env": dict(server.env)} if server.env else started
    reached: Mapping[str, object] = {"type": "http", "url": server}
    return {**reached, "headers": {"Authorization": f"Bearer {token}"}} if token else reached
