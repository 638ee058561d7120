import json
from pathlib import Path

import pytest

from cli.compare import compare_command
from tests.cli.conftest import Envfarm


@pytest.fixture
def run(tasks: Path, envfarm: Envfarm) -> str:
    envfarm("play", tasks, "--policy", "replay", "--policy", "null", "--out", "p")
    return "p"


def test_two_policies_of_a_run_are_set_side_by_side(run: str, envfarm: Envfarm) -> None:
    compared = envfarm("compare", f"{run}:null", f"{run}:replay")

    assert (compared.exit_code, compared.stderr) == (0, "")
    lines = compared.stdout.splitlines()
    assert lines[0] == "3 tasks of both: p:null -> p:replay"
    assert lines[2].split() == ["reward", "0.000", "1.000", "+1.000", "[+1.000,", "+1.000]", "3", "0", "0"]
    assert lines[-1].startswith("rose most: task_")


def test_as_json_the_comparison_is_whole(run: str, envfarm: Envfarm) -> None:
    found = json.loads(envfarm("compare", f"{run}/episodes.jsonl:replay", f"{run}:null", "--json").stdout)

    assert (found["tasks"], found["unscored"], len(found["fell"])) == (3, [0, 0], 3)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("p", "expected rollouts of one policy, but there are those of null, replay; say which, as p:null"),
        ("p:chat", "expected rollouts of 'chat', but there are those of null, replay"),
        ("nowhere", "nowhere: expected a run or an episodes file"),
        ("empty.jsonl", "expected rollouts of one policy, but it is empty"),
    ],
)
def test_what_is_no_side_is_refused_in_a_sentence(run: str, envfarm: Envfarm, given: str, said: str) -> None:
    Path("empty.jsonl").write_text("")

    compared = envfarm("compare", given, f"{run}:null")

    assert (compared.exit_code, compared.stdout) == (2, "")
    assert said in compared.stderr


def test_sides_without_a_common_task_are_a_finding(run: str, envfarm: Envfarm) -> None:
    first, *_ = Path(run, "episodes.jsonl").read_text().splitlines(keepends=True)
    Path("other.jsonl").write_text(first.replace("task_", "task_f"))

    compared = envfarm("compare", f"{run}:null", "other.jsonl")

    assert compared.exit_code == 1
    assert "no scored task in common" in compared.stderr


def test_that_worlds_behaved_otherwise_is_said(run: str, tasks: Path, envfarm: Envfarm) -> None:
    envfarm("play", tasks, "--policy", "replay", "--realism", "pages", "--out", "q")

    compared = envfarm("compare", f"{run}:replay", "q")

    assert compared.exit_code == 0
    assert "p:replay was played in none, q:replay in pages (realism)" in compared.stderr


def test_the_command_says_what_a_side_may_be() -> None:
    assert "FOLDER:POLICY" in (compare_command.help or "")
