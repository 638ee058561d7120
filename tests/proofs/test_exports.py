"""Shows that exports are read by the libraries they are for: datasets, TRL, verl's reader, verifiers, LlamaFactory.

`make test-exports` makes their environment, which has no PyTorch and nothing of ours, and runs this.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from rollouts.export.formats import FORMATS
from rollouts.export.lesson import lesson
from sampler.task import Task, read_tasks

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / ".exports" / "bin" / "python"
READER = Path(__file__).parent / "exports" / "read.py"
READ_S = 300

pytestmark = pytest.mark.slow


def envfarm(*arguments: object, cwd: Path) -> None:
    settings = {"ENVFARM_SERVERS": str(ROOT / "servers"), "ENVFARM_RUNS": str(cwd)}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ENVFARM_")}
    command = [str(Path(sys.executable).parent / "envfarm"), *map(str, arguments)]
    subprocess.run(command, env={**kept, **settings}, cwd=cwd, check=True, capture_output=True, timeout=READ_S)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sample tasks over two environments of different shapes, and export them in all formats."""
    if not PYTHON.exists():
        pytest.skip("there is no .exports; `make test-exports` makes it")
    folder = tmp_path_factory.mktemp("exports")
    envfarm("sample", "skyline_air", "orbit_calendar", "--tasks", 6, "--together", 2, "--out", folder, cwd=folder)
    formats = [word for name in FORMATS for word in ("--format", name)]
    envfarm("export", folder, *formats, "--out", folder / "dataset", cwd=folder)
    return folder


@pytest.fixture(scope="module")
def tasks(folder: Path) -> Sequence[Task]:
    return read_tasks(folder / "tasks.jsonl")


@pytest.fixture(scope="module")
def report(folder: Path) -> Mapping[str, Any]:
    """What the libraries made of the export, offline and with no cache of an earlier run."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "ENVFARM_"))}
    offline = {"HF_HOME": str(folder / "hub"), "HF_HUB_OFFLINE": "1", "HF_DATASETS_DISABLE_PROGRESS_BARS": "1"}
    command = [str(PYTHON), str(READER), str(folder / "dataset")]
    ran = subprocess.run(
        command, env={**kept, **offline}, cwd=folder, capture_output=True, text=True, timeout=READ_S, check=False
    )
    assert ran.returncode == 0, ran.stderr
    read: Mapping[str, Any] = json.loads(ran.stdout)
    return read


def test_rows_arrive_through_the_card_as_they_left(report: Mapping[str, Any]) -> None:
    assert report["same"] == dict.fromkeys(("trl", "openai", "llamafactory", "trl-rl", "verifiers"), True)


def test_templates_of_trl_write_every_call_with_its_arguments(report: Mapping[str, Any], tasks: Sequence[Task]) -> None:
    for row, task in zip(report["trl"], tasks, strict=True):
        for step in task.truth.trajectory:
            named = f"{step.environment}_{step.tool}"
            call = json.dumps({"name": named, "arguments": step.arguments}, ensure_ascii=False)
            assert call in row["texts"]["qwen3_training"]
            assert all(named in text for text in row["texts"].values())


def test_what_a_policy_says_is_learned_and_what_it_sees_is_not(
    report: Mapping[str, Any], tasks: Sequence[Task]
) -> None:
    for row, task in zip(report["trl"], tasks, strict=True):
        for turn in lesson(task):
            assert turn.answer in row["learned"]
            assert turn.query not in row["learned"]
            assert all(step.tool in row["learned"] for step in turn.steps)
            assert all(step.as_step().observation.text not in row["learned"] for step in turn.steps)


def test_prompts_of_trl_end_where_the_policy_begins(report: Mapping[str, Any], tasks: Sequence[Task]) -> None:
    for row, task in zip(report["trl-rl"], tasks, strict=True):
        assert row["environment"] == "+".join(task.environments)
        assert row["text"].endswith(f"{task.turns[0].query}<|im_end|>\n<|im_start|>assistant\n")


def test_verl_opens_every_tool_it_selects_with_the_seed_of_the_task(
    report: Mapping[str, Any], tasks: Sequence[Task]
) -> None:
    for row, task in zip(report["verl"], tasks, strict=True):
        assert row["task"] == task.id
        assert (row["roles"], row["style"]) == (["system", "user"], "rule")
        assert row["tools"] == row["selection"]
        assert row["seeds"] == [task.seed]


def test_verifiers_keeps_what_replays_a_task(report: Mapping[str, Any], tasks: Sequence[Task]) -> None:
    rows = {row["id"]: row for row in report["verifiers"]}

    assert rows.keys() == {task.id for task in tasks}
    assert len({row["key"] for row in rows.values()}) == len(tasks)
    for task in tasks:
        assert rows[task.id]["prompt"] == task.turns[0].query
        assert rows[task.id]["seed"] == task.seed
        assert all(fact.text in rows[task.id]["answer"] for fact in task.criteria.facts)


def test_llamafactory_drops_no_message_and_writes_calls_as_objects(
    report: Mapping[str, Any], tasks: Sequence[Task]
) -> None:
    for row, task in zip(report["llamafactory"], tasks, strict=True):
        assert row["messages"] == 2 * (len(task.turns) + len(task.truth.trajectory))
        assert len(row["calls"]) == len(task.truth.trajectory)
        for call, step in zip(row["calls"], task.truth.trajectory, strict=True):
            assert json.dumps(step.arguments, ensure_ascii=False) in call
            assert f'"name": "{step.environment}_{step.tool}"' in row["tools"]


def test_atlas_finds_each_server_by_the_name_before_the_first_underscore(
    report: Mapping[str, Any], tasks: Sequence[Task]
) -> None:
    asking = [task for task in tasks if task.criteria.facts]
    for row, task in zip(report["atlas"], asking, strict=True):
        assert row["servers"] == sorted({step.environment.replace("_", "-") for step in task.truth.trajectory})
        assert row["unknown"] == []
        assert len(row["claims"]) == len(task.criteria.facts)
