"""Shows that trainers and harnesses play our tasks and get our rewards, each in an environment of its own.

`make test-adapters` makes these environments, which have nothing of ours but the client of the gym, and runs this.
What plays there says what a scripted endpoint tells it, which knows the truth; the farm judges it as it judges all.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest

from rollouts.episode import Episode, read_episodes
from rollouts.policy import answer_of
from sampler.task import Task, read_tasks
from tests.chat.scripted import scripted
from tests.rollouts.solver import solver

ROOT = Path(__file__).parents[2]
ENVIRONMENTS = ROOT / ".adapters"
PLAYS = Path(__file__).parent / "adapters"
PLAY_S = 900

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Stage:
    """A gym that is up, an endpoint that knows its tasks, and where the gym keeps its episodes."""

    gym: str
    endpoint: str
    tasks: Sequence[Task]
    episodes: Path

    def of(self, policy: str) -> list[Episode]:
        return [episode for episode in read_episodes(self.episodes) if episode.policy == policy]


def said(task: Task, turn: int) -> str:
    """Answer a turn; something is said also where nothing was asked."""
    return answer_of(task, turn) or "Done."


def kept() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("ENVFARM_")}


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Sample tasks in two environments, and put up the gym and the endpoint."""
    folder = tmp_path_factory.mktemp("adapters")
    settings = {**kept(), "ENVFARM_SERVERS": str(ROOT / "servers"), "ENVFARM_RUNS": str(folder)}
    envfarm = str(Path(sys.executable).parent / "envfarm")
    sample = [envfarm, "sample", "google_tasks", "--tasks", "4", "--out", str(folder)]
    subprocess.run(sample, env=settings, check=True, capture_output=True, timeout=PLAY_S)
    tasks = read_tasks(folder / "tasks.jsonl")
    command = [envfarm, "gym", str(folder), "--port", "0", "--json"]
    with (
        scripted(solver(tasks, said)) as endpoint,
        subprocess.Popen([*command[:-1]], env=settings, stdout=subprocess.PIPE, text=True) as gym,
    ):
        try:
            assert gym.stdout is not None
            url = gym.stdout.readline().split()[1]
            yield Stage(url, endpoint.url, tasks, folder / "gym" / "episodes.jsonl")
        finally:
            gym.terminate()


def played(stack: str, script: Path, *arguments: str) -> str:
    """Run a script in the environment of a stack, offline, and return what it printed."""
    python = ENVIRONMENTS / stack / "bin" / "python"
    if not python.exists():
        pytest.skip(f"there is no {python.parents[1].relative_to(ROOT)}; `make test-adapters` makes it")
    clean = {name: value for name, value in kept().items() if not name.startswith("PYTHON")}
    offline = {"HF_HUB_OFFLINE": "1", "TRL_EXPERIMENTAL_SILENCE": "1", "PYTHONPATH": str(ROOT / "adapters" / "src")}
    command = [str(python), str(script), *arguments]
    ran = subprocess.run(command, env={**clean, **offline}, capture_output=True, text=True, timeout=PLAY_S, check=False)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def choices(schema: Mapping[str, Any]) -> list[object]:
    """Return the values that a schema allows, wherever it lists them."""
    inner = [value for each in schema.get("anyOf", ()) for value in choices(each)]
    return [*schema.get("enum", ()), *inner]


@pytest.fixture(scope="module")
def trl(stage: Stage) -> Mapping[str, Any]:
    read: Mapping[str, Any] = json.loads(
        played("trl", PLAYS / "trl" / "play.py", stage.gym, stage.endpoint, str(ROOT / "examples")).splitlines()[-1]
    )
    return read


def test_trl_trains_on_the_rewards_of_the_farm(trl: Mapping[str, Any], stage: Stage) -> None:
    assert trl["earned"] == [1.0, 0.0, 1.0, 0.0] * 2
    assert all(step["grad_norm"] > 0 for step in trl["steps"])
    assert trl["moved"]
    assert [episode.reward.total for episode in stage.of("trl")] == [1.0, 0.0, 1.0, 0.0] * 2


def test_trl_describes_tools_as_the_environment_does(trl: Mapping[str, Any], stage: Stage) -> None:
    toolsets = httpx2.get(f"{stage.gym}/toolsets", trust_env=False).json()["toolsets"]
    offered = {tool["function"]["name"]: tool["function"] for tools in toolsets.values() for tool in tools}
    described = {each["function"]["name"]: each["function"] for schemas in trl["schemas"].values() for each in schemas}

    assert described.keys() == {*offered, "say_to_user"}
    for name, tool in offered.items():
        properties = described[name]["parameters"]["properties"]
        assert described[name]["description"] == " ".join(tool["description"].split())
        assert described[name]["parameters"].get("required", []) == tool["parameters"].get("required", [])
        assert {each: choices(properties[each]) for each in properties} == {
            each: choices(schema) for each, schema in tool["parameters"]["properties"].items()
        }
