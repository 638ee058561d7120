"""The example and the program in docs/rewards.md run as they stand."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from farm.farm import Farm
from rollouts.batch import play_all
from rollouts.lineup import NAMES, UnknownPolicyError, line_up
from sampler.task import Task, append_task

ROOT = Path(__file__).parents[2]


def run(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "error", *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=60, check=False)


def test_play_one_task_pays_the_truth_and_nobody_else(tiny_air_folder: Path) -> None:
    ran = run("examples/play_one_task.py", str(tiny_air_folder), "3")

    assert ran.returncode == 0, ran.stderr
    assert re.search(r"replay: \d+ calls, reward 1.0 \n", ran.stdout)
    assert "null: 0 calls, reward 0.0" in ran.stdout
    assert "curious: " in ran.stdout


def test_play_one_task_without_an_argument_says_how_it_is_used() -> None:
    ran = run("examples/play_one_task.py")

    assert ran.returncode == 1
    assert "python examples/play_one_task.py" in ran.stderr


async def test_stored_episodes_score_the_same_again(reading: Task, booking: Task, farm: Farm, tmp_path: Path) -> None:
    program = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "rewards.md").read_text("utf-8"), re.DOTALL)
    out, tasks = tmp_path / "runs" / "demo", [reading, booking]
    await play_all(tasks, line_up(NAMES, tasks), farm, trials=1, out=out, concurrency=2)
    for task in tasks:
        append_task(out / "tasks.jsonl", task)

    ran = run("-c", program[0], cwd=tmp_path)

    assert ran.returncode == 0, ran.stderr


def test_an_unknown_policy_is_named_with_the_known_ones() -> None:
    with pytest.raises(UnknownPolicyError, match="no policy 'chat'; there are replay, random, null"):
        line_up(["null", "chat"], [])
