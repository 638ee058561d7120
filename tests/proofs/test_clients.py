"""Shows that any client will do: `envfarm up` and stdio, two clients, every way to agree on a revision."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import fastmcp
import mcp
import pytest
from fastmcp.client.transports import StdioTransport
from mcp.client.stdio import StdioServerParameters

from envkit.manifest import Manifest, read_manifest

ROOT = Path(__file__).parents[2]
FOLDERS = sorted(path.parent for path in (ROOT / "servers").glob("*/*/manifest.json"))
MANIFESTS = [read_manifest(folder) for folder in FOLDERS]
MODES = ("auto", "legacy", "2026-07-28")
CLIENTS = {"mcp": mcp.Client, "fastmcp": fastmcp.Client}

pytestmark = pytest.mark.slow


@contextlib.contextmanager
def up(cwd: Path) -> Iterator[Mapping[str, Any]]:
    """Run `envfarm up` until the block ends, as with Ctrl-C; give the client configuration it prints."""
    command = [str(Path(sys.executable).parent / "envfarm"), "up", "--port", "0", "--ephemeral", "--unproven"]
    with subprocess.Popen(command, cwd=cwd, stdout=subprocess.PIPE, text=True, env=clean()) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline().startswith("farm: http://127.0.0.1:")
            lines = list(iter(process.stdout.readline, "}\n"))
            yield json.loads("".join([*lines, "}"]))
        finally:
            process.send_signal(signal.SIGINT)
            assert process.wait(20) == 0


def clean() -> dict[str, str]:
    """Return the environment without settings that point elsewhere."""
    return {name: value for name, value in os.environ.items() if not name.startswith("ENVFARM_")}


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, Any]]:
    with up(tmp_path_factory.mktemp("elsewhere")) as printed:
        yield printed


async def use(client: Any, manifest: Manifest) -> None:
    """List the tools, call one that lists and one that refuses."""
    listed = await client.list_tools()
    names = [tool.name for tool in getattr(listed, "tools", listed)]
    lister = next(tool.name for tool in manifest.tools if tool.kind == "list")
    answer = await client.call_tool(lister, {"limit": 1})
    refusing = {"raise_on_error": False} if isinstance(client, fastmcp.Client) else {}
    refused = await client.call_tool(lister, {"limit": 0}, **refusing)

    assert names == [tool.name for tool in manifest.tools]
    assert len(answer.structured_content["items"]) == 1
    assert refused.is_error
    assert refused.content[0].text.startswith("invalid_argument: limit: ")


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", CLIENTS)
@pytest.mark.parametrize("manifest", MANIFESTS, ids=lambda manifest: manifest.slug)
async def test_a_farm_that_is_up_serves_any_client(
    config: Mapping[str, Any], manifest: Manifest, name: str, mode: str
) -> None:
    async with CLIENTS[name](config["mcpServers"][manifest.slug]["url"], mode=mode) as client:
        await use(client, manifest)


async def test_the_configuration_it_prints_is_one_that_clients_read(config: Mapping[str, Any]) -> None:
    async with fastmcp.Client(dict(config)) as client:
        names = {tool.name for tool in await client.list_tools()}

    assert names == {f"{manifest.slug}_{tool.name}" for manifest in MANIFESTS for tool in manifest.tools}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
async def test_a_server_file_speaks_over_stdio(folder: Path, mode: str, tmp_path: Path) -> None:
    server = StdioServerParameters(command=sys.executable, args=[str(folder / "server.py")], cwd=tmp_path, env=clean())
    async with mcp.Client(server, mode=mode) as client:
        await use(client, read_manifest(folder))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
async def test_a_server_file_speaks_over_stdio_to_fastmcp(folder: Path, tmp_path: Path) -> None:
    transport = StdioTransport(sys.executable, [str(folder / "server.py")], cwd=str(tmp_path), env=clean())
    async with fastmcp.Client(transport) as client:
        await use(client, read_manifest(folder))
