import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx2
import pytest

from tests.cli.conftest import Watched, holders_of, invoke, tamper


@pytest.mark.slow
def test_up_serves_until_ctrl_c_and_leaves_no_process(project: Path) -> None:
    runs = str(project / "r")

    up = Watched("up", "--port", 0, ENVFARM_RUNS=runs)
    url = up.first_line().split()[1].decode()
    answered = httpx2.get(f"{url}/health", trust_env=False).status_code
    up.send(signal.SIGINT)

    assert up.end() == 0
    assert answered == 200
    assert up.sentences == []
    assert [*json.loads(up.stdout)["mcpServers"]] == ["tiny_air"]
    assert holders_of(f"ENVFARM_RUNS={runs}") == {}


@pytest.mark.slow
def test_up_serves_what_is_unproven_on_request_until_sigterm(tiny_air: Path, project: Path) -> None:
    (tiny_air / "certificate.json").unlink()
    runs = str(project / "r")

    up = Watched("up", "--unproven", "--port", 0, "--ephemeral", "--json", ENVFARM_RUNS=runs)
    first = up.first_line()
    up.send(signal.SIGTERM)

    assert up.end() == 0
    said = json.loads(first + up.stdout)
    assert said["environments"] == {"tiny_air": f"{said['url']}/tiny_air/mcp"}
    assert not Path(runs, "worlds").exists()
    assert holders_of(f"ENVFARM_RUNS={runs}") == {}


@pytest.mark.slow
def test_up_whose_process_dies_says_so_and_ends(project: Path) -> None:
    runs = str(project / "r")

    up = Watched("up", "--port", 0, ENVFARM_RUNS=runs)
    up.first_line()
    (host,) = [pid for pid, command in holders_of(f"ENVFARM_RUNS={runs}").items() if " -m envkit " in command]
    os.kill(host, signal.SIGKILL)

    assert up.end() == 2
    (sentence,) = up.sentences
    assert sentence.startswith("error: http://127.0.0.1:")
    assert holders_of(f"ENVFARM_RUNS={runs}") == {}


def test_a_port_in_use_is_a_complaint(project: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        served = invoke("up", "--port", port, "--ephemeral")

    assert served.exit_code == 2
    (line,) = served.stderr.splitlines()
    assert line.endswith(f"cannot listen on 127.0.0.1:{port}: Address already in use; choose another port")


def test_a_tampered_environment_is_not_served(tiny_air: Path) -> None:
    tamper(tiny_air)

    served = invoke("up", "tiny_air", "--port", 0)

    assert (served.exit_code, served.stdout) == (1, "")
    assert served.stderr == (
        "error: tiny_air is not admitted: tiny_air differs from what was admitted: server.py changed\n"
    )


def test_eject_gives_a_folder_that_runs_alone(project: Path, tmp_path: Path) -> None:
    ejected = invoke("eject", "tiny_air", "out", "--json")

    assert (ejected.exit_code, ejected.stderr) == (0, "")
    said = json.loads(ejected.stdout)
    assert said["slug"] == "tiny_air"
    assert f"{said['folder']}/server.py" in said["files"]
    ran = subprocess.run(
        [sys.executable, "server.py", "--help"], cwd=tmp_path / "out", capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr


@pytest.mark.parametrize(
    ("name", "target", "sentence"),
    [
        ("tini_air", "out", "unknown environment 'tini_air'; did you mean tiny_air?"),
        ("tiny_air", "servers", "servers: is not empty; name a folder that is new or empty"),
        ("tiny_air", "file", "file: is a file; name a folder that is new or empty"),
    ],
)
def test_what_cannot_be_ejected_is_a_complaint(name: str, target: str, sentence: str, project: Path) -> None:
    (project / "file").touch()

    ejected = invoke("eject", name, target)

    assert (ejected.exit_code, ejected.stderr) == (2, f"error: {sentence}\n")


def test_ejecting_what_is_not_admitted_comes_with_a_remark(tiny_air: Path) -> None:
    tamper(tiny_air)

    ejected = invoke("eject", "tiny_air", "out")

    assert ejected.exit_code == 0
    assert ejected.stderr == "note: tiny_air differs from what was admitted: server.py changed\n"


def test_compose_writes_what_check_then_finds_up_to_date(project: Path) -> None:
    (project / "Dockerfile").touch()

    before = invoke("compose", "--check")
    written = invoke("compose", "--json")
    after = invoke("compose", "--check")

    assert before.exit_code == 1
    assert before.stderr.endswith("compose.yaml is not what the servers call for; run `envfarm compose`\n")
    assert json.loads(written.stdout) == {"path": str(project / "compose.yaml")}
    assert after.exit_code == 0
    assert "servers/travel/tiny_air" in (project / "compose.yaml").read_text("utf-8")


def test_compose_where_no_image_can_be_built_is_a_complaint(project: Path) -> None:
    composed = invoke("compose")

    assert composed.exit_code == 2
    assert "expected a folder with servers/ and a Dockerfile" in composed.stderr
    assert not (project / "compose.yaml").exists()
