import json
import signal
import socket
from pathlib import Path

import httpx2

from cli.gateway import gateway_command
from tests.cli.conftest import Watched, holders_of, invoke, tamper


def test_gateway_serves_tasks_until_ctrl_c_and_leaves_no_process(tasks: Path, project: Path) -> None:
    runs = str(project / "r")

    up = Watched("gateway", tasks, "--port", 0, ENVFARM_RUNS=runs)
    url = up.first_line().split()[1].decode()
    one = json.loads((tasks / "tasks.jsonl").read_text().splitlines()[0])["id"]
    plain = httpx2.post(f"{url}/list-tools", trust_env=False).json()
    own = httpx2.get(f"{url}/s/{one}/enabled-servers", trust_env=False).json()
    up.send(signal.SIGINT)

    assert up.end() == 0
    assert plain[0]["name"].startswith("tiny-air_")
    assert own["servers"] == [["tiny-air", "OK"]]
    assert holders_of(f"ENVFARM_RUNS={runs}") == {}


def test_a_port_in_use_is_a_complaint(tasks: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        served = invoke("gateway", tasks, "--port", port)

    assert served.exit_code == 2
    assert f"cannot listen on port {port}" in served.stderr


def test_tasks_of_another_version_are_refused(tasks: Path, tiny_air: Path) -> None:
    tamper(tiny_air)

    served = invoke("gateway", tasks, "--port", 0)

    assert (served.exit_code, served.stdout) == (1, "")


def test_the_command_says_where_a_task_has_worlds_of_its_own() -> None:
    assert "URL/s/TASK" in (gateway_command.help or "")
