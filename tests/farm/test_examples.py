import subprocess
import sys
from pathlib import Path

import pytest

from farm.launch import HostProcess

EXAMPLE = Path(__file__).parents[2] / "examples" / "connect_client.py"


def run_example(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", str(EXAMPLE), *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("where", ["folder", "url"])
def test_connect_client_plays_with_three_clients(where: str, tiny_air: Path, host: HostProcess) -> None:
    ran = run_example(str(tiny_air) if where == "folder" else host.url)

    assert ran.returncode == 0, ran.stderr
    clients = [line.split()[0] for line in ran.stdout.splitlines() if "Client" in line or "Session" in line]
    assert clients == ["farm.Session", "mcp.Client", "fastmcp.Client"]
    assert "changed: {}" in ran.stdout
    assert '"mcpServers"' in ran.stdout


def test_connect_client_without_an_argument_says_how_it_is_used() -> None:
    ran = run_example()

    assert ran.returncode == 1
    assert "python examples/connect_client.py" in ran.stderr
