import json
from pathlib import Path

import pytest

from sampler.task import read_tasks
from tests.cli.conftest import invoke


def test_a_task_is_found_by_id_by_the_beginning_of_it_and_by_its_line(tasks: Path) -> None:
    second = read_tasks(tasks / "tasks.jsonl")[1]

    found = [invoke("inspect", name, "--run", tasks) for name in (second.id, second.id[:12], second.id[5:12], "2")]

    assert {each.exit_code for each in found} == {0}
    assert {each.stdout for each in found} == {found[0].stdout}
    assert found[0].stdout.startswith(second.id)
    assert second.turns[0].query[:40] in found[0].stdout


def test_a_replay_executes_the_truth_in_a_process_of_its_own(tasks: Path) -> None:
    said = json.loads(invoke("inspect", 1, "--run", tasks, "--replay", "--json").stdout)

    assert said["replay"] == {"equal": True, "differences": []}
    assert said["task"]["id"] == read_tasks(tasks / "tasks.jsonl")[0].id
    assert len(said["hidden"]) == len(said["needs"]) == len(said["task"]["truth"]["trajectory"])


def test_a_truth_that_does_not_hold_is_a_finding(tasks: Path) -> None:
    lines = (tasks / "tasks.jsonl").read_text("utf-8").splitlines()
    task = json.loads(lines[0])
    task["truth"]["digests"] = {"tiny_air": "0" * 64}
    (tasks / "wrong.jsonl").write_text(json.dumps(task) + "\n", "utf-8")

    said = invoke("inspect", 1, "--run", tasks / "wrong.jsonl", "--replay")

    assert said.exit_code == 1
    assert said.stderr == f"error: {task['id']}: tiny_air ends otherwise than recorded\n"
    assert "replay        differs" in said.stdout


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("task_", "'task_' begins 3 ids, such as task_"),
        ("4", "no task '4' among 3"),
        ("task_xyz", "no task 'task_xyz'"),
    ],
)
def test_what_names_no_task_is_a_complaint(name: str, words: str, tasks: Path) -> None:
    said = invoke("inspect", name, "--run", tasks)

    assert said.exit_code == 2
    assert words in said.stderr
