import json
import signal
import socket
from pathlib import Path

import httpx2

from tests.cli.conftest import Watched, holders_of, invoke, tamper


def test_gym_plays_tasks_until_ctrl_c_and_leaves_episodes_and_no_process(tasks: Path, project: Path) -> None:
    runs = str(project / "r")
    one = json.loads((tasks / "tasks.jsonl").read_text().splitlines()[0])["id"]

    up = Watched("gym", tasks, "--port", 0, ENVFARM_RUNS=runs)
    url = up.first_line().split()[1].decode()
    with httpx2.Client(base_url=url, trust_env=False) as client:
        client.put("/rollouts/r", json={"task": one})
        told = client.post("/rollouts/r", json={"move": 0, "stop": "context"}).json()
    up.send(signal.SIGINT)

    assert up.end() == 0
    assert told["outcome"]["stop"] == "context"
    assert json.loads((project / "r" / "gym" / "episodes.jsonl").read_text())["task"] == one
    assert holders_of(f"ENVFARM_RUNS={runs}") == {}


def test_a_port_in_use_is_a_complaint(tasks: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        served = invoke("gym", tasks, "--port", port)

    assert served.exit_code == 2
    assert f"cannot listen on 127.0.0.1, port {port}" in served.stderr


def test_others_are_let_in_only_with_a_token(tasks: Path) -> None:
    served = invoke("gym", tasks, "--host", "0.0.0.0")

    assert served.exit_code == 2
    assert "set ENVFARM_TOKEN" in served.stderr


def test_tasks_of_another_version_are_refused(tasks: Path, tiny_air: Path) -> None:
    tamper(tiny_air)

    served = invoke("gym", tasks, "--port", 0)

    assert (served.exit_code, served.stdout) == (1, "")
