import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import Result

from evaluation.suites import SUITES
from tests.cli.conftest import Envfarm

TINY = replace(SUITES["policy"], environments=("tiny_air",), count=2, mix={"act": 1.0}, near=3)


@pytest.fixture
def made(project: Path, envfarm: Envfarm, monkeypatch: pytest.MonkeyPatch) -> Result:
    monkeypatch.setitem(SUITES, "policy", TINY)  # type: ignore[arg-type]  # a mapping to its readers only
    return envfarm("suite", "policy", "--jobs", 1, "--json")


def test_suites_are_listed_with_their_versions(envfarm: Envfarm) -> None:
    said = envfarm("suite").stdout.splitlines()

    assert said[0].split() == ["suite", "version", "tasks", "about"]
    assert [line.split()[0] for line in said[1:]] == [*SUITES]


def test_a_suite_is_made_and_then_found(made: Result, envfarm: Envfarm) -> None:
    assert made.exit_code == 0, made.output
    said = json.loads(made.stdout)
    before = Path(said["out"]).read_bytes()

    again = envfarm("suite", "policy", "--json")

    assert said["out"] == "runs/suites/policy-1/tasks.jsonl"
    assert json.loads(again.stdout) == said
    assert (Path(said["out"]).read_bytes(), before.count(b"\n")) == (before, 2)


def test_a_suite_is_evaluated_by_its_name(made: Result, envfarm: Envfarm) -> None:
    found = envfarm("evaluate", "--suite", "policy", "--policy", "replay", "--json")

    (policy,) = json.loads(found.stdout)["policies"]
    assert (policy["succeeded"], policy["planned"]) == (2, 2)
    assert Path("runs/evaluate/policy/evaluation.html").is_file()


@pytest.mark.parametrize("arguments", [(), ("tasks", "--suite", "atlas")])
def test_tasks_or_a_suite_and_one_of_the_two(arguments: tuple[str, ...], tasks: Path, envfarm: Envfarm) -> None:
    refused = envfarm("evaluate", *arguments)

    assert refused.exit_code == 2
    assert "give TASKS or --suite NAME" in refused.stderr


def test_a_suite_whose_environments_are_not_there_is_refused(project: Path, envfarm: Envfarm) -> None:
    assert envfarm("suite", "atlas").exit_code != 0
