"""Shows that trainers and harnesses play our tasks and get our rewards, each in an environment of its own.

`make test-adapters` makes these environments, which have nothing of ours but the client of the gym, and runs this.
What plays there says what a scripted endpoint tells it, which knows the truth; the farm judges it as it judges all.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest

from rollouts.episode import Episode, read_episodes
from rollouts.policy import answer_of
from sampler.task import Task, read_tasks
from tests.chat.scripted import good, in_turn, scripted
from tests.rollouts.solver import solver

ROOT = Path(__file__).parents[2]
ENVIRONMENTS = ROOT / ".adapters"
EXAMPLES = ROOT / "examples"
PLAYS = Path(__file__).parent / "adapters"
PLAY_S = 900
ENVFARM = str(Path(sys.executable).parent / "envfarm")

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Stage:
    """A gym that is up and where it keeps its episodes; one whose rollouts are all too late to be scored.

    `endpoint` knows the tasks, `idle` gives up.
    """

    gym: str
    late: str
    endpoint: str
    idle: str
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
    sample = [ENVFARM, "sample", "google_tasks", "--tasks", "4", "--out", str(folder)]
    subprocess.run(sample, env=settings, check=True, capture_output=True, timeout=PLAY_S)
    tasks = read_tasks(folder / "tasks.jsonl")
    with (
        scripted(solver(tasks, said)) as endpoint,
        scripted(in_turn(good("I do not know."))) as idle,
        served(folder, folder / "gym", settings) as gym,
        served(folder, folder / "late", settings, "--deadline", "0.001") as late,
    ):
        yield Stage(gym, late, endpoint.url, idle.url, tasks, folder / "gym" / "episodes.jsonl")


@contextmanager
def served(tasks: Path, out: Path, settings: Mapping[str, str], *more: str) -> Iterator[str]:
    """Put a gym up for as long as the block takes, and give its URL."""
    command = [ENVFARM, "gym", str(tasks), "--port", "0", "--out", str(out), *more]
    with subprocess.Popen(command, env=settings, stdout=subprocess.PIPE, text=True) as gym:
        try:
            assert gym.stdout is not None
            yield gym.stdout.readline().split()[1]
        finally:
            gym.terminate()


def ran(stack: str, *command: str, cwd: Path | None = None, **variables: str) -> str:
    """Run a program of a stack's environment, offline, and return what it printed."""
    programs = ENVIRONMENTS / stack / "bin"
    if not programs.exists():
        pytest.skip(f"there is no {programs.parent.relative_to(ROOT)}; `make test-adapters` makes it")
    clean = {name: value for name, value in kept().items() if not name.startswith("PYTHON")}
    path = os.pathsep.join(map(str, (ROOT / "adapters" / "src", PLAYS)))
    offline = {"HF_HUB_OFFLINE": "1", "TRL_EXPERIMENTAL_SILENCE": "1", "PYTHONPATH": path, **variables}
    made = subprocess.run(
        [str(programs / command[0]), *command[1:]],
        env={**clean, **offline},
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=PLAY_S,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    return made.stdout


def played(stack: str, *arguments: str) -> Any:  # Any: what a play reports, as JSON
    """Run a stack's play, and read what it prints last."""
    return json.loads(ran(stack, "python", str(PLAYS / stack / "play.py"), *arguments).splitlines()[-1])


def choices(schema: Mapping[str, Any]) -> list[object]:
    """Return the values that a schema allows, wherever it lists them."""
    inner = [value for each in schema.get("anyOf", ()) for value in choices(each)]
    return [*schema.get("enum", ()), *inner]


@pytest.fixture(scope="module")
def trl(stage: Stage) -> Mapping[str, Any]:
    report: Mapping[str, Any] = played("trl", stage.gym, stage.endpoint, str(EXAMPLES))
    return report


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


def evaluated(gym: str, stage: Stage, folder: Path) -> list[Mapping[str, Any]]:
    """Let verifiers evaluate a gym, two rollouts a task, and return its traces."""
    place = ("--env.taskset.gym", gym, "--env.agent.runtime.type", "subprocess", "--no-push", "-r", "2")
    model = ("-m", "told", "--client.base-url", stage.endpoint, "--client.api-key-var", "NO_KEY", "-o", str(folder))
    ran("verifiers", "vf-eval", "envfarm_verifiers", *place, *model, cwd=folder, NO_KEY="none")
    (file,) = folder.rglob("traces.jsonl")
    return [trace for line in file.read_text("utf-8").splitlines() for trace in json.loads(line)["traces"]]


def test_verifiers_evaluates_with_a_world_for_each_rollout(stage: Stage, tmp_path: Path) -> None:
    traces = evaluated(stage.gym, stage, tmp_path)

    episodes = stage.of("verifiers")
    assert [trace["rewards"]["farm"]["score"] for trace in traces] == [1.0] * 2 * len(stage.tasks)
    assert {trace["task"]["key"] for trace in traces} == {task.id for task in stage.tasks}
    assert len(episodes) == len(traces)
    assert {episode.trial for episode in episodes} == {0, 1}


def test_verifiers_has_an_error_and_no_reward_for_what_could_not_be_scored(stage: Stage, tmp_path: Path) -> None:
    traces = evaluated(stage.late, stage, tmp_path)

    assert len(traces) == 2 * len(stage.tasks)
    assert all("UnscoredError: timeout" in trace["errors"][-1]["message"] for trace in traces)


def test_skyrl_pays_each_step_and_in_sum_the_reward(stage: Stage) -> None:
    report = played("skyrl", stage.gym, stage.endpoint, stage.late)

    assert [round(sum(steps), 9) for steps in report["told"]] == [1.0] * len(stage.tasks)
    assert all(any(step != 0 for step in steps[:-1]) for steps in report["told"])
    assert report["idle"] == [[0.0, True, "tokens"]] * len(stage.tasks)
    assert all("<tools>" in system for system in report["system"])
    assert all(late.startswith("timeout: ") for late in report["late"])


def test_the_example_of_skyrl_plays_every_task(stage: Stage) -> None:
    said = ran("skyrl", "python", str(EXAMPLES / "skyrl_rollout.py"), stage.gym, stage.idle, "idle")

    assert [line.split()[:2] for line in said.splitlines()] == [[task.id, "0.000"] for task in stage.tasks]


def test_openenv_plays_sessions_abreast(stage: Stage) -> None:
    report = played("openenv", stage.gym, stage.endpoint, stage.late, str(EXAMPLES))

    told = report["told"]
    assert [each["reward"] for each in told] == [1.0] * len(stage.tasks)
    assert [each["task"] for each in told] == [task.id for task in stage.tasks]
    assert report["late"][0].startswith("timeout: ")
    assert "1.000  in " in report["example"]
    assert [each["episode"] for each in told] == [f"openenv{place}" for place in range(len(stage.tasks))]


def test_inspect_scores_samples_by_the_reward(stage: Stage, tmp_path: Path) -> None:
    report = played("inspect", stage.gym, stage.endpoint, stage.idle, stage.late, str(EXAMPLES), str(tmp_path))

    assert report["told"]["scores"] == [1.0] * len(stage.tasks)
    assert report["told"]["why"] == [""] * len(stage.tasks)
    assert report["idle"]["scores"] == [0.0] * len(stage.tasks)
    assert all(report["idle"]["why"])
    assert report["late"]["scores"] == []
    assert all("timeout: " in error for error in report["late"]["errors"])


def test_verl_gets_the_tokens_of_a_rollout_with_its_reward(stage: Stage) -> None:
    report = played("verl", stage.gym, stage.endpoint, stage.late)

    assert [each["reward"] for each in report["whole"]] == [1.0] * len(stage.tasks)
    for each, task in zip(report["whole"], stage.tasks, strict=True):
        assert each["logprobs"]
        assert each["tensors"] == ["prompts", "response_mask", "responses", "rm_scores"]
        assert all(said(task, turn) in each["learned"] for turn in range(len(task.turns)))
        assert all(turn.query in each["seen"] for turn in task.turns[1:])
    assert all(late.startswith("UnscoredError('timeout: ") for late in report["late"])
    assert [(each["reward"], each["stop"]) for each in report["short"]] == [(0.0, "tokens")] * len(stage.tasks)


def test_the_example_of_nemo_gym_writes_a_row_for_each_task(stage: Stage) -> None:
    said = ran("nemo", "python", str(EXAMPLES / "nemo_gym_app.py"), "rows", stage.gym)

    rows = [json.loads(line) for line in said.splitlines()]
    assert [row["task"] for row in rows] == [task.id for task in stage.tasks]
    assert all(row["responses_create_params"]["tools"] for row in rows)


def test_nemo_gym_verifies_sessions_by_the_reward(stage: Stage) -> None:
    report = played("nemo", stage.gym, stage.endpoint, stage.late)

    assert [(each["reward"], each["mask_sample"]) for each in report["told"]] == [(1.0, False)] * len(stage.tasks)
    assert [(each["reward"], each["mask_sample"]) for each in report["idle"]] == [(0.0, False)] * len(stage.tasks)
    assert [(each["stop"], each["mask_sample"]) for each in report["late"]] == [("timeout", True)] * len(stage.tasks)
    assert report["unseeded"] == 400
