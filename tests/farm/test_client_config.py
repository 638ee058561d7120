import json
import sys
from pathlib import Path

import fastmcp

from farm.client_config import Command, client_config
from farm.farm import Farm


def test_urls_and_commands_are_written_as_clients_read_them() -> None:
    text = client_config({"air": "http://farm/air/mcp", "cal": Command("uv", ("run", "server.py"), {"TZ": "UTC"})})

    assert json.loads(text) == {
        "mcpServers": {
            "air": {"type": "http", "url": "http://farm/air/mcp"},
            "cal": {"command": "uv", "args": ["run", "server.py"], "env": {"TZ": "UTC"}},
        }
    }


def test_a_token_goes_to_urls_only() -> None:
    servers = json.loads(client_config({"air": "http://farm/air/mcp", "cal": Command("cal")}, token="t"))["mcpServers"]

    assert servers["air"]["headers"] == {"Authorization": "Bearer t"}
    assert servers["cal"] == {"command": "cal", "args": []}


async def test_fastmcp_reads_a_written_configuration(farm: Farm, tiny_air: Path) -> None:
    command = Command(sys.executable, (str(tiny_air / "server.py"),))
    async with await farm.open(["tiny_air"]) as session:
        config = json.loads(client_config({"far": session.urls["tiny_air"], "near": command}))

        async with fastmcp.Client(config) as client:
            names = {tool.name for tool in await client.list_tools()}

    assert {"far_get_flight", "near_get_flight"} <= names
