"""Language models are evaluated from the command line: their failures, the machine's, and a run that is killed."""

import json
import os
import signal
import subprocess
from pathlib import Path

import pytest

from farm.launch import HostProcess
from sampler.task import read_tasks
from tests.chat.scripted import Body, Move, Script, closing, good, scripted, status
from tests.cli.conftest import COMMAND, Envfarm
from tests.rollouts.solver import solver, written

PLANNED = 6


def by_name(solve: Script) -> Script:
    """Answer as the model's name says."""

    def script(body: Body, number: int) -> Move:
        match body["model"]:
            case "well":
                return solve(body, number)
            case "badly":
                return good("It is done.")
            case "broken-json":
                is_first = len(body["messages"]) == 2
                return Move(finish="tool_calls", calls=(written("c", "t", '{"id": '),)) if is_first else good("Well.")
            case "locked":
                return status(401)
            case "no-json":
                return Move(raw=b'{"choices": [')
        return status(500)

    return script


@pytest.mark.parametrize(
    ("model", "counts", "failures"),
    [
        ("well", {"succeeded": PLANNED}, {}),
        ("badly", {"failed": PLANNED}, {"no_tool_use": PLANNED}),
        ("broken-json", {"failed": PLANNED}, {"malformed_call": PLANNED}),
        ("locked", {"unscored": PLANNED}, {}),
        pytest.param("no-json", {"unscored": PLANNED}, {}, marks=pytest.mark.slow),
        pytest.param("down", {"unscored": PLANNED}, {}, marks=pytest.mark.slow),
    ],
)
def test_failures_of_the_model_and_of_the_machine_are_told_apart(
    model: str, counts: dict[str, int], failures: dict[str, int], tasks: Path, envfarm: Envfarm
) -> None:
    with scripted(by_name(solver(read_tasks(tasks / "tasks.jsonl")))) as server:
        options = ("--model", model, "--base-url", server.url, "--trials", 2, "--out", "e", "--json")
        evaluated = envfarm("evaluate", tasks, *options)

    (found,) = json.loads(evaluated.stdout)["policies"]
    assert found["policy"] == f"chat:{model}"
    assert {name: found[name] for name in ("succeeded", "failed", "unscored", "missing") if found[name]} == counts
    assert found["failures"] == failures
    assert (found["floor"], found["ceiling"]) == (
        counts.get("succeeded", 0) / PLANNED,
        1 - counts.get("failed", 0) / PLANNED,
    )
    assert evaluated.exit_code == (1 if "unscored" in counts else 0), evaluated.output
    assert (f"{PLANNED} by endpoint_error" in evaluated.stderr) is ("unscored" in counts)


def test_an_evaluation_that_is_killed_and_goes_on_has_the_same_numbers(
    tasks: Path, envfarm: Envfarm, host: HostProcess
) -> None:
    solve, running = solver(read_tasks(tasks / "tasks.jsonl")), list[subprocess.Popen[bytes]]()

    def script(body: Body, number: int) -> Move:
        if number == 5:
            os.kill(running[0].pid, signal.SIGKILL)
            return closing()
        return solve(body, number)

    with scripted(script) as server:
        options = [*map(str, ("evaluate", tasks, "--model", "m", "--base-url", server.url, "--concurrency", 1))]
        running.append(
            subprocess.Popen([COMMAND, *options, "--out", "e"], env={**os.environ, "ENVFARM_FARM": host.url})
        )
        assert running[0].wait(timeout=60) == -signal.SIGKILL
        assert not Path("e/metrics.json").exists()
        resumed = envfarm(*options, "--out", "e")
        whole = envfarm(*options, "--out", "w", ENVFARM_RUNS="other")

    assert (resumed.exit_code, whole.exit_code) == (0, 0), resumed.output
    assert Path("e/metrics.json").read_bytes() == Path("w/metrics.json").read_bytes()
