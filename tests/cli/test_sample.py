import json
import signal
from pathlib import Path

import pytest
from click.testing import Result

from cli.sample import findings_of
from farm.launch import Host, launch
from sampler.report import Reporter
from sampler.sample import Rejection, Sampled
from sampler.shape import DEFAULT_MIX
from sampler.task import read_tasks
from tests.cli.conftest import Envfarm, Watched, holders_of, in_shell, invoke, runs_of, tamper


def test_sample_writes_the_tasks_it_names(sampling: tuple[Path, Result]) -> None:
    out, sampled = sampling

    assert sampled.exit_code == 0, sampled.output
    said = json.loads(sampled.stdout)
    assert said["out"] == str(out / "tasks.jsonl")
    assert said["findings"] == []
    assert [task.id for task in read_tasks(out / "tasks.jsonl")] == said["tasks"]
    assert len(said["tasks"]) == 3


def test_sample_is_a_run_in_the_ledger(verification: tuple[Path, Result], sampling: tuple[Path, Result]) -> None:
    run = runs_of(f"sqlite+aiosqlite:///{verification[0]}/runs/ledger.db", "sample")[-1]

    asked = {"environments": [], "count": 3, "seed": 0, "together": 3, "mix": dict(DEFAULT_MIX), "difficulty": {}}
    assert run.arguments == {**asked, "out": str(sampling[0])}
    assert run.figures["tasks"] == 3


def test_the_same_seed_gives_the_same_file_and_more_continue_it(envfarm: Envfarm, tasks: Path) -> None:
    three = (tasks / "tasks.jsonl").read_bytes()

    again = envfarm("sample", "--tasks", 3, "--out", "again")
    more = envfarm("sample", "--tasks", 4, "--out", "again")

    assert (again.exit_code, more.exit_code) == (0, 0), more.output
    four = Path("again/tasks.jsonl").read_bytes()
    assert four.startswith(three)
    assert four.count(b"\n") == 4


def test_a_file_of_another_seed_is_not_continued(envfarm: Envfarm, tasks: Path) -> None:
    sampled = envfarm("sample", "--tasks", 3, "--seed", 1, "--out", tasks)

    assert sampled.exit_code == 2
    (line,) = sampled.stderr.splitlines()
    assert line.startswith(f"error: {tasks}/tasks.jsonl was sampled with other settings")


def test_sample_launches_a_farm_of_its_own_and_shows_no_bar_in_a_shell(project: Path) -> None:
    sampled = in_shell("sample", "tiny_air", "--tasks", 1, "--out", "one", "--json", ENVFARM_RUNS=str(project / "r"))

    assert (sampled.returncode, sampled.stderr) == (0, "")
    assert len(json.loads(sampled.stdout)["tasks"]) == 1
    assert holders_of(f"ENVFARM_RUNS={project}/r") == {}


def test_a_tampered_environment_is_refused(tiny_air: Path) -> None:
    tamper(tiny_air)

    sampled = invoke("sample", "tiny_air", "--out", "s")

    assert sampled.exit_code == 1
    assert sampled.stderr == (
        "error: tiny_air is not admitted: tiny_air differs from what was admitted: server.py changed\n"
    )
    assert not Path("s").exists()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["tini_air"], "unknown environment 'tini_air'; did you mean tiny_air?"),
        (["--mix", "acts=1"], "'acts' is no kind of task"),
        (["--difficulty", "6=1"], "expected levels from 1 to 5 with their shares"),
    ],
)
def test_what_cannot_be_sampled_is_a_complaint(
    arguments: list[str], sentence: str, project: Path, envfarm: Envfarm
) -> None:
    sampled = envfarm("sample", *arguments, "--out", "s")

    assert sampled.exit_code == 2
    (line,) = sampled.stderr.splitlines()
    assert sentence in line


def test_out_that_is_a_file_is_a_complaint(project: Path) -> None:
    (project / "out").write_text("x", "utf-8")

    sampled = invoke("sample", "--out", "out")

    assert sampled.exit_code == 2
    assert "Directory 'out' is a file" in sampled.stderr


def test_a_farm_that_is_not_there_is_a_complaint(project: Path, envfarm: Envfarm) -> None:
    sampled = envfarm("sample", "--out", "s", ENVFARM_FARM="http://127.0.0.1:1")

    assert sampled.exit_code == 2
    assert sampled.stderr == "error: http://127.0.0.1:1/: nothing answers there; is the farm up?\n"


def test_too_few_tasks_are_a_finding_with_the_commonest_reason() -> None:
    rejected = (Rejection(0, ("a",), "odd"), Rejection(1, ("a",), "stuck"), Rejection(2, ("a",), "stuck"))

    (finding,) = findings_of(Sampled(Path("none.jsonl"), (), rejected, Reporter().report()), 5)

    assert finding == "only 0 of 5 tasks could be sampled; 2 draws were rejected as: stuck"


@pytest.mark.slow
def test_an_interrupted_sampling_keeps_its_tasks_and_leaves_no_process(project: Path) -> None:
    runs = str(project / "r")

    sample = Watched("sample", "--tasks", 500, "--out", "s", ENVFARM_RUNS=runs)
    sample.until(b"%|")
    sample.send(signal.SIGINT)

    assert sample.end() == 130
    assert sample.sentences == ["interrupted"]
    assert read_tasks(Path("s/tasks.jsonl"))
    assert holders_of(f"ENVFARM_RUNS={runs}") == {}


@pytest.mark.slow
async def test_a_farm_that_dies_midway_is_one_sentence(project: Path) -> None:
    farm = await launch(Host((project / "servers",)))

    sample = Watched("sample", "--tasks", 500, "--out", "s", ENVFARM_FARM=farm.url)
    sample.until(b"%|")
    await farm.stop()

    assert sample.end() == 2
    (sentence,) = sample.sentences
    assert sentence.startswith(f"error: {farm.url}/")
