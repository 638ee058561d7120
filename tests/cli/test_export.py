import json
import sys
from pathlib import Path

import pytest

from sampler.task import Task, append_task, read_tasks, seal
from tests.cli.conftest import Envfarm, in_shell, invoke, runs_of, tamper


@pytest.fixture
def episodes(tasks: Path, envfarm: Envfarm) -> Path:
    """The folder of episodes of a policy that succeeds and of one that does nothing."""
    envfarm("play", tasks, "--policy", "replay", "--policy", "null", "--out", "p")
    return Path("p")


def rows(path: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in Path(path).read_bytes().splitlines()]


def test_export_tells_the_rows_of_each_format(tasks: Path, envfarm: Envfarm) -> None:
    done = envfarm("export", tasks, "--format", "trl", "--format", "openai", "--out", "o", "--json")

    assert (done.exit_code, done.stderr) == (0, ""), done.output
    said = json.loads(done.stdout)
    assert said == {
        "rows": {"trl": 3, "openai": 3},
        "left_out": {},
        "files": ["trl/train.jsonl", "openai/train.jsonl", "README.md"],
        "out": "o",
    }
    assert [row["task"] for row in rows("o/trl/train.jsonl")] == [task.id for task in read_tasks(tasks / "tasks.jsonl")]


def test_in_a_shell_export_launches_a_farm_of_its_own(tasks: Path, project: Path) -> None:
    done = in_shell("export", tasks / "tasks.jsonl", "--format", "verl", ENVFARM_RUNS=str(project / "r"))

    assert (done.returncode, done.stderr) == (0, "")
    folder = project / "r" / "export"
    assert done.stdout.splitlines() == [f"verl: 3 rows in {folder}/verl/train.parquet", f"card: {folder}/README.md"]


def test_export_is_a_run_in_the_ledger(tasks: Path, envfarm: Envfarm) -> None:
    envfarm("export", tasks, "--format", "trl", "--split", "dev")

    (run,) = runs_of("sqlite+aiosqlite:///runs/ledger.db", "export")
    assert run.figures == {"rows": {"trl": 3}}
    assert run.arguments["split"] == "dev"


def test_episodes_that_succeeded_are_imitated(tasks: Path, episodes: Path, envfarm: Envfarm) -> None:
    done = envfarm("export", tasks, "--format", "llamafactory", "--episodes", episodes, "--out", "o", "--json")

    assert json.loads(done.stdout)["rows"] == {"llamafactory": 3}
    assert "earned a reward of 0.95 or more" in Path("o/README.md").read_text("utf-8")


def test_tasks_that_ask_for_nothing_are_told_to_be_left_out(tasks: Path, envfarm: Envfarm) -> None:
    task, *_ = read_tasks(tasks / "tasks.jsonl")
    append_task(tasks / "tasks.jsonl", seal(silenced(task)))

    done = envfarm("export", tasks, "--format", "atlas", "--out", "o")

    assert done.stderr == "note: left out of atlas: 1, which ask for no fact; only answers are judged there\n"
    assert done.stdout.startswith("atlas: 3 rows in o/atlas/train.csv\n")


def test_tasks_of_two_versions_are_described_each_in_its_own(tasks: Path, tiny_air: Path) -> None:
    """The older version is kept beside the newer, whose description of a tool was changed."""
    old, *_ = read_tasks(tasks / "tasks.jsonl")
    tiny_air.rename(tiny_air.with_name("tiny_air@1"))
    renewed(tiny_air)
    append_task(tasks / "tasks.jsonl", seal(old.model_copy(update={"environment_digests": {}})))

    done = invoke("export", tasks, "--format", "trl", "--out", "o")

    assert done.exit_code == 0, done.output
    described = [json.loads(str(row["tools"]))[0]["function"]["description"] for row in rows("o/trl/train.jsonl")]
    assert len({*described}) == 2
    assert described[-1].startswith("Newly described.")


def test_tasks_of_a_version_that_is_not_there_are_a_finding(tasks: Path, tiny_air: Path) -> None:
    tamper(tiny_air)

    done = invoke("export", tasks, "--format", "trl", "--out", "o")

    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith("error: 3 of 3 tasks were sampled from version 1 of tiny_air (digest ")
    assert not Path("o").exists()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "Missing option '--format'. Choose from:"),
        (["--format", "arff"], "Invalid value for '--format': 'arff' is not one of"),
        (["--format", "trl", "--min-reward", "1"], "--min-reward chooses among episodes; name them with --episodes"),
        (["--format", "trl", "--split", "a b"], "--split expects letters, digits, _ and single dots"),
        (["--format", "verl", "--episodes", "p"], "--episodes makes rows to imitate, as trl, openai, llamafactory are"),
        (["--format", "trl", "--episodes", "p", "--min-reward", "2"], "Invalid value for '--min-reward'"),
    ],
)
def test_what_cannot_be_exported_is_a_complaint(
    arguments: list[str], sentence: str, tasks: Path, episodes: Path, envfarm: Envfarm
) -> None:
    done = envfarm("export", tasks, *arguments, "--out", "o")

    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith(f"error: {sentence}"), done.stderr
    assert not Path("o").exists()


def test_without_pyarrow_export_says_what_to_install(
    tasks: Path, envfarm: Envfarm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "rollouts.export.parquet", raising=False)
    monkeypatch.setitem(sys.modules, "pyarrow", None)

    done = envfarm("export", tasks, "--format", "verl", "--out", "o")

    assert done.exit_code == 2
    assert done.stderr == (
        "error: a parquet file takes pyarrow, which is not installed; install envfarm[export], or leave out "
        "--format verl and --parquet\n"
    )


def test_a_line_that_is_no_task_is_one_sentence(tasks: Path, envfarm: Envfarm) -> None:
    with (tasks / "tasks.jsonl").open("a", encoding="utf-8") as file:
        file.write("{}\n")

    done = envfarm("export", tasks, "--format", "trl", "--out", "o")

    assert done.exit_code == 2
    (line,) = done.stderr.splitlines()
    assert "tasks.jsonl line 4: expected a task" in line


def silenced(task: Task) -> Task:
    """Return a task that asks for nothing."""
    return task.model_copy(update={"criteria": task.criteria.model_copy(update={"facts": ()})})


def renewed(tiny_air: Path) -> None:
    """Put a second version in place, the first of whose tools says something else of itself."""
    older = tiny_air.with_name("tiny_air@1")
    tiny_air.mkdir()
    for path in older.iterdir():
        if path.is_file():
            (tiny_air / path.name).write_bytes(path.read_bytes())
    manifest = json.loads((tiny_air / "manifest.json").read_text("utf-8"))
    (tiny_air / "manifest.json").write_text(json.dumps({**manifest, "version": 2}), "utf-8")
    said = manifest["tools"][0]["description"]
    server = (tiny_air / "server.py").read_text("utf-8")
    assert said in server
    (tiny_air / "server.py").write_text(server.replace(said, f"Newly described. {said}"), "utf-8")
