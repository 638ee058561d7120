import asyncio
import json
import signal
from dataclasses import dataclass, replace
from pathlib import Path

import httpx2
import pytest

from envkit.calls import ToolCall
from evaluation.suites import SUITES
from farm.farm import Farm
from farm.launch import HostProcess
from rollouts.episode import Episode, read_episodes
from rollouts.play import play
from rollouts.policy import Move, Scene, answer_of
from sampler.task import Task, read_tasks
from tests.cli.conftest import Envfarm, Watched, runs_of

ROBUST = replace(SUITES["robust"], environments=("tiny_air",), spans=(1, 1), count=6, mix={"act": 0.5, "answer": 0.5})


@dataclass(frozen=True)
class Once:
    """Makes each call of a task's truth once, whatever comes back."""

    tasks: dict[str, Task]
    name: str = "once"

    async def act(self, scene: Scene) -> Move:
        task = self.tasks[scene.task]
        steps = task.steps_of(scene.request)[len(scene.steps) :]
        calls = tuple(ToolCall(step.environment, step.tool, step.arguments) for step in steps)
        return Move(calls) if calls else Move(answer=answer_of(task, scene.request))


def test_tasks_are_played_in_the_profile_that_is_asked_for(tasks: Path, envfarm: Envfarm) -> None:
    for name in ("faults", "none"):
        said = envfarm("play", tasks, "--policy", "replay", "--realism", name, "--out", "p", "--json")
        (row,) = json.loads(said.stdout)["policies"]
        assert (said.exit_code, row["reward"]) == (0, 1.0)
        found = read_episodes(Path("p/episodes.jsonl"))
        assert [each.realism for each in found] == [None if name == "none" else name] * 3

    assert [run.arguments["realism"] for run in runs_of("sqlite+aiosqlite:///runs/ledger.db", "play")] == [
        "none",
        "faults",
    ]


@pytest.mark.parametrize("verb", ["play", "evaluate", "gym"])
def test_a_profile_that_is_none_is_misuse(verb: str, tasks: Path, envfarm: Envfarm) -> None:
    refused = envfarm(verb, tasks, "--realism", "rouhg")

    assert refused.exit_code == 2
    assert "'rouhg' is not one of 'faults', 'limits', 'pages', 'latency', 'rough', 'none'" in refused.stderr


def test_the_suite_pays_those_who_retry_and_nobody_else(
    project: Path, envfarm: Envfarm, host: HostProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(SUITES, "robust", ROBUST)  # type: ignore[arg-type]  # a mapping to its readers only
    found = envfarm("evaluate", "--suite", "robust", "--policy", "replay", "--policy", "null", "--json")

    assert found.exit_code == 0, found.output
    rewards = {each["policy"]: each["reward"]["value"] for each in json.loads(found.stdout)["policies"]}
    assert rewards == {"replay": 1.0, "null": 0.0}
    assert json.loads((project / "runs/suites/robust-1/suite.json").read_text())["realism"] == "rough"
    tasks = read_tasks(project / "runs/suites/robust-1/tasks.jsonl")
    once = asyncio.run(played_once(tasks, host.url))
    assert 0 < sum(each.reward.total or 0.0 for each in once) < len(tasks)


async def played_once(tasks: tuple[Task, ...], url: str) -> list[Episode]:
    policy = Once({task.id: task for task in tasks})
    async with Farm.attach(url) as farm:
        return [await play(task, policy, farm, seed=0, trial=0, budget=40, timeout_s=30.0) for task in tasks]


def test_a_gym_opens_its_worlds_in_the_profile(tasks: Path, project: Path) -> None:
    one = json.loads((tasks / "tasks.jsonl").read_text().splitlines()[0])["id"]
    call = {"type": "function", "function": {"name": "tiny_air_search_flights", "arguments": "{}"}}
    calls = [{"id": f"c{number}", **call} for number in range(6)]

    up = Watched("gym", tasks, "--port", 0, "--realism", "limits", ENVFARM_RUNS=str(project / "r"))
    url = up.first_line().split()[1].decode()
    with httpx2.Client(base_url=url, trust_env=False) as client:
        client.put("/rollouts/r", json={"task": one})
        told = client.post("/rollouts/r", json={"move": 0, "tool_calls": calls}).json()
    up.send(signal.SIGINT)

    assert up.end() == 0
    assert [message["content"].startswith("rate_limited: ") for message in told["messages"]] == [False] * 5 + [True]
