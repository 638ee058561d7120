import json
from pathlib import Path

from tests.cli.conftest import invoke, tamper


def test_each_task_becomes_a_folder(tasks: Path, tmp_path: Path) -> None:
    said = invoke("harbor", tasks, "--out", tmp_path / "harbor", "--json")

    assert said.exit_code == 0, said.stderr
    ids = sorted(json.loads(line)["id"] for line in (tasks / "tasks.jsonl").read_text().splitlines())
    assert sorted(json.loads(said.stdout)["tasks"]) == ids
    assert sorted(path.name for path in (tmp_path / "harbor").iterdir()) == ids


def test_tasks_of_another_version_are_refused(tasks: Path, tiny_air: Path, tmp_path: Path) -> None:
    tamper(tiny_air)

    said = invoke("harbor", tasks, "--out", tmp_path / "harbor")

    assert (said.exit_code, said.stdout) == (1, "")
    assert not (tmp_path / "harbor").exists()
