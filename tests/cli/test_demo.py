import json
import signal
import sqlite3
from pathlib import Path

import pytest

from registry.entry import entries
from sampler.task import read_tasks
from tests.cli.conftest import LENDING, Watched, holders_of, in_shell, invoke


@pytest.fixture
def blueprints(tmp_path: Path) -> Path:
    """A folder with one small blueprint to stand for those that were written."""
    folder = tmp_path / "blueprints" / "lending"
    folder.mkdir(parents=True)
    text = LENDING.read_text("utf-8")
    start, end = text.index("source:"), text.index("clock:")  # the golden one names no real document
    (folder / "lending_desk.yaml").write_text(text[:start] + text[end:], "utf-8")
    return folder.parent


def test_a_folder_with_other_things_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work", "utf-8")

    ran = invoke("demo", "--out", tmp_path)

    assert ran.exit_code == 2
    assert ran.stderr == f"error: {tmp_path}: holds thesis.txt; name a new folder with --out\n"
    assert (tmp_path / "thesis.txt").read_text("utf-8") == "years of work"


def test_blueprints_that_are_not_there_are_a_complaint(tmp_path: Path) -> None:
    ran = invoke("demo", "--out", tmp_path / "demo", ENVFARM_BLUEPRINTS=str(tmp_path / "none"))

    assert ran.exit_code == 2
    assert ran.stderr.startswith(f"error: {tmp_path}/none: no such file or folder")


@pytest.mark.parametrize("moment", [b"build:", pytest.param(b"verify:", marks=pytest.mark.slow)])
@pytest.mark.slow
def test_an_interrupted_demo_leaves_no_process(moment: bytes, blueprints: Path, tmp_path: Path) -> None:
    runs = str(tmp_path / "r")

    demo = Watched("demo", "--out", tmp_path / "demo", ENVFARM_BLUEPRINTS=str(blueprints), ENVFARM_RUNS=runs)
    demo.until(moment)
    demo.send(signal.SIGINT)

    assert demo.end() == 130
    (sentence,) = demo.sentences
    assert sentence.endswith("interrupted")
    assert holders_of(f"ENVFARM_RUNS={runs}") == {}


@pytest.mark.slow
def test_the_demo_goes_all_the_way(blueprints: Path, tmp_path: Path) -> None:
    out = tmp_path / "demo"

    ran = in_shell("demo", "--tasks", 4, "--out", out, "--json", ENVFARM_BLUEPRINTS=str(blueprints))

    assert (ran.returncode, ran.stderr) == (0, ""), ran.stderr
    said = json.loads(ran.stdout)
    assert [row["blueprint"] for row in said["resources"]] == ["google_tasks", "google_calendar"]
    assert {row["verdict"] for row in said["environments"]} == {"admitted"}
    assert len(entries(out / "servers")) == 3
    assert len(read_tasks(out / "tasks.jsonl")) == said["tasks"] == 4
    rewards = {row["policy"]: row["mean_reward"] for row in said["policies"]}
    assert (rewards["replay"], rewards["null"]) == (1.0, 0.0)
    assert rewards["random"] < 0.3
    assert json.loads((out / "demo.json").read_text("utf-8")) == said
    with sqlite3.connect(out / "ledger.db") as ledger:
        assert ledger.execute("SELECT kind FROM runs").fetchall() == [("demo",)]


@pytest.mark.slow
def test_a_second_demo_replaces_the_first_and_prints_a_table(blueprints: Path, tmp_path: Path) -> None:
    out = tmp_path / "demo"
    (out / "servers" / "old").mkdir(parents=True)

    ran = in_shell("demo", "--tasks", 2, "--out", out, ENVFARM_BLUEPRINTS=str(blueprints))

    assert (ran.returncode, ran.stderr) == (0, ""), ran.stderr
    assert not (out / "servers" / "old").exists()
    titles = [line for line in ran.stdout.splitlines() if line[:1].isdigit()]
    assert [line.split(" ")[0] for line in titles] == ["1", "2", "3", "4", "5"]
    assert ran.stdout.splitlines()[-1] == f"everything is in {out}"
