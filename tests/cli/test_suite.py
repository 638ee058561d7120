import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import Result

from evaluation.suites import SUITES
from sampler.task import read_tasks
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
    assert "Evaluation of suite policy, version 1" in Path("runs/evaluate/policy/evaluation.html").read_text("utf-8")


def test_the_controls_of_a_suite_are_played_once_and_shown_each_time(made: Result, envfarm: Envfarm) -> None:
    first = envfarm("evaluate", "--suite", "policy", "--policy", "null")
    Path("runs/suites/policy-1/controls/episodes.jsonl").unlink()
    again = envfarm("evaluate", "--suite", "policy", "--policy", "null")

    assert (first.exit_code, again.exit_code) == (0, 0), first.output
    assert again.stdout == first.stdout
    assert not Path("runs/suites/policy-1/controls/episodes.jsonl").exists()
    lines = [line.split() for line in first.stdout.splitlines()]
    assert ["replay", "2", "0", "2", "1.000", "[1.000,", "1.000]", "1"] in lines
    assert ["null", "2", "0", "0", "0.000", "[0.000,", "0.000]", "0"] in lines
    (kept,) = Path("runs/suites/policy-1/controls").iterdir()
    written = json.loads(Path("runs/evaluate/policy/metrics.json").read_text())
    assert written["controls"] == json.loads(kept.read_text())
    assert "below 1" in Path("runs/evaluate/policy/evaluation.html").read_text("utf-8")


def test_other_distractors_make_other_tasks_of_a_suite(made: Result, envfarm: Envfarm) -> None:
    def hidden(near: object) -> set[int]:
        out = Path("runs/evaluate/policy", f"distractors-{near}")
        found = envfarm("evaluate", "--suite", "policy", "--policy", "replay", "--distractors", near, "--json")
        (policy,) = json.loads(found.stdout)["policies"]
        assert (found.exit_code, policy["succeeded"]) == (0, 2), found.output
        assert (policy["precision"]["value"], policy["recall"]["value"]) == (1.0, 1.0)
        assert (out / "evaluation.html").is_file()
        return {len(task.hidden_tools) for task in read_tasks(out / "tasks.jsonl")}

    none, one, every = (hidden(near) for near in (0, 1, "all"))

    assert every == {0}
    assert {each - 1 for each in none} == one


@pytest.mark.parametrize("arguments", [(), ("tasks", "--suite", "atlas")])
def test_tasks_or_a_suite_and_one_of_the_two(arguments: tuple[str, ...], tasks: Path, envfarm: Envfarm) -> None:
    refused = envfarm("evaluate", *arguments)

    assert refused.exit_code == 2
    assert "give TASKS or --suite NAME" in refused.stderr


def test_a_suite_whose_environments_are_not_there_is_refused(project: Path, envfarm: Envfarm) -> None:
    assert envfarm("suite", "atlas").exit_code != 0


def test_distractors_are_a_number_or_all(made: Result, envfarm: Envfarm) -> None:
    refused = envfarm("evaluate", "--suite", "policy", "--distractors", "some")

    assert refused.exit_code == 2
    assert "expected a number, such as 0 or 10, or all, not 'some'" in refused.stderr


def test_tasks_as_they_were_sampled_are_missed_by_name(made: Result, envfarm: Envfarm) -> None:
    Path("runs/suites/policy-1/sampled/tasks.jsonl").unlink()

    refused = envfarm("evaluate", "--suite", "policy", "--distractors", 0)

    assert refused.exit_code == 2
    assert "remove runs/suites/policy-1 and try again" in refused.stderr
