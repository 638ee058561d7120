import json
import sys
from pathlib import Path

import pytest

from farm.launch import HostProcess
from tests.cli.conftest import invoke

ALONE = "--url and --command stand alone: name one server, and no environments"
SERVER = Path(__file__).parent.parent / "farm" / "servers" / "foreign.py"


def test_a_server_by_its_command_gets_a_report_and_a_page(tmp_path: Path) -> None:
    told = invoke("verify", "--command", f"{sys.executable} {SERVER}", "--out", tmp_path)

    assert told.exit_code == 1
    lines = told.stdout.splitlines()
    assert lines[0].endswith("a server by others; nothing is admitted")
    assert any("cannot apply: no oracle says what its tools should do" in line for line in lines)
    assert lines[-1] == f"report: {tmp_path}/index.html"
    assert "reported on" in (tmp_path / "index.md").read_text("utf-8")


def test_a_server_by_its_url_is_reported_as_json(host: HostProcess, tmp_path: Path) -> None:
    told = invoke("verify", "--url", f"{host.url}/tiny_air/mcp", "--out", tmp_path, "--json")

    report = json.loads(told.stdout)
    assert report["tier"] == "foreign"
    reasons = {check["name"]: check["reason"] for check in report["checks"]}
    assert reasons["deterministic"] == "a server at a URL cannot be started again"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--url", "ftp://x"], "--url expects a URL such as http://127.0.0.1:8080/air/mcp, got 'ftp://x'"),
        (["--command", ""], "--command expects a command line that starts an MCP server on stdio"),
        (["--command", "a 'b"], '--command expects a command line, got "a \'b": No closing quotation'),
        (["--url", "http://x", "--all"], ALONE),
        (
            ["--url", "http://x", "--command", "y"],
            ALONE,
        ),
    ],
)
def test_a_server_named_badly_is_a_complaint(arguments: list[str], sentence: str) -> None:
    told = invoke("verify", *arguments)

    assert (told.exit_code, told.stderr) == (2, f"error: {sentence}\n")


def test_a_command_that_does_not_start_a_server_is_a_finding(tmp_path: Path) -> None:
    told = invoke("verify", "--command", "/no/such/program", "--out", tmp_path)

    assert told.exit_code == 1
    assert "The server cannot be spoken to" in told.stdout
