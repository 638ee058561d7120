"""Servers by others, from npm: an honest report, nothing admitted, and no process left."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.cli.conftest import COMMAND, holders_of

PACKAGES = ("@modelcontextprotocol/server-memory", "@modelcontextprotocol/server-filesystem")
CANNOT = {"effects", "refusals", "boundaries", "edges", "reachable", "round_trip", "invariants", "source", "tasks"}

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if shutil.which("npm") is None:
        pytest.skip("npm is not installed")
    folder = tmp_path_factory.mktemp("npm")
    installed = subprocess.run(
        ["npm", "install", "--silent", *PACKAGES], cwd=folder, capture_output=True, text=True, check=False, timeout=300
    )
    if installed.returncode:
        pytest.skip(f"npm cannot install the reference servers: {installed.stderr[-200:]}")
    return folder / "node_modules" / ".bin"


def report_on(command: str, out: Path, **variables: str) -> tuple[int, dict[str, object]]:
    run = subprocess.run(
        [COMMAND, "verify", "--command", command, "--out", str(out), "--json"],
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    return run.returncode, json.loads(run.stdout)


def test_the_memory_server_is_told_to_be_shared_and_to_outlive_its_process(programs: Path, tmp_path: Path) -> None:
    mark = str(tmp_path / "memory.json")

    code, report = report_on(f"node {programs}/mcp-server-memory", tmp_path, MEMORY_FILE_PATH=mark)

    checks = {check["name"]: check for check in report["checks"]}  # type: ignore[attr-defined]  # a JSON array
    assert (code, report["tier"]) == (1, "foreign")
    assert {name for name, check in checks.items() if check["status"] == "not_applicable"} == CANNOT
    assert all(checks[name]["reason"] for name in CANNOT)
    for name in ("deterministic", "isolated"):
        (first, *_) = checks[name]["findings"]
        assert first["tool"] == "create_entities"
        assert first["evidence"]["calls"][0]["tool"] == "create_entities"
    assert checks["bad_input"]["status"] == checks["protocol"]["status"] == "passed"
    assert (tmp_path / "index.html").exists()
    assert holders_of(mark) == {}


def test_the_filesystem_server_keeps_to_itself_and_leaves_hints_unsaid(programs: Path, tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()

    code, report = report_on(f"node {programs}/mcp-server-filesystem {folder}", tmp_path)

    checks = {check["name"]: check for check in report["checks"]}  # type: ignore[attr-defined]  # a JSON array
    assert code == 1
    assert checks["annotations"]["status"] == "failed"
    assert checks["isolated"]["status"] == checks["bad_input"]["status"] == "passed"
