"""Open an episode in a farm and play in it with three clients: the farm's own, the MCP SDK's and FastMCP's.

python examples/connect_client.py servers/travel/skyline_air      # starts a farm for this folder
python examples/connect_client.py http://127.0.0.1:8080           # uses a farm that is up
"""

import asyncio
import json
import sys
from pathlib import Path

import fastmcp
import mcp

from envkit.calls import ToolCall
from farm import Farm
from farm.client_config import client_config


async def main(where: str) -> None:
    """Open an episode at `where`, a folder or a URL, and look at it with each client."""
    farm = Farm.attach(where) if where.startswith("http") else Farm.launch([Path(where)])
    async with farm:
        environment = farm.environments[0]
        async with await farm.open([environment], seed=7) as session:
            tools = (await session.tools())[environment]
            tool = next(tool for tool in tools if not tool.input_schema.get("required"))
            print(f"{environment}: {len(tools)} tools; calling {tool.name} without arguments")

            seen = await session.call(ToolCall(environment, tool.name, {}))
            print(f"farm.Session    {seen.text[:60]}")

            # The episode stands in the URL, so any client of any revision finds the same private world.
            url = session.urls[environment]
            async with mcp.Client(url) as client:
                result = await client.call_tool(tool.name, {})
                print(f"mcp.Client      {json.dumps(result.structured_content)[:60]}")
            async with fastmcp.Client(url) as second:
                answer = await second.call_tool(tool.name, {})
                print(f"fastmcp.Client  {json.dumps(answer.structured_content)[:60]}")

            print(f"changed: {(await session.diff())[environment].to_json()}")
            print(client_config({environment: url}), end="")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    asyncio.run(main(sys.argv[1]))
