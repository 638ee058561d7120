import json
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.cli.conftest import invoke, runs_of

IS_THERE = find_spec("bfcl_eval") is not None
with_bfcl = pytest.mark.skipif(not IS_THERE, reason="takes bfcl-eval; `make test-bfcl` makes what it needs")


@pytest.mark.skipif(IS_THERE, reason="bfcl-eval is installed")
def test_without_the_package_the_command_says_how_to_get_it(tmp_path: Path) -> None:
    said = invoke("bfcl", ENVFARM_RUNS=str(tmp_path / "runs"))

    assert said.exit_code == 2
    assert "pip install --no-deps bfcl-eval mpmath" in said.stderr
    assert not (tmp_path / "runs").exists()


@with_bfcl
def test_true_calls_are_played_counted_and_kept(tmp_path: Path) -> None:
    said = invoke("bfcl", "--category", "base", "--tasks", 2, "--json", ENVFARM_RUNS=str(tmp_path))

    assert said.exit_code == 0
    assert json.loads(said.stdout)["overall"] == 1.0
    assert json.loads((tmp_path / "bfcl" / "numbers.json").read_text()) == json.loads(said.stdout)
    lines = (tmp_path / "bfcl" / "episodes.jsonl").read_text().splitlines()
    assert [json.loads(line)["task"] for line in lines] == ["multi_turn_base_0", "multi_turn_base_1"]
    (run,) = runs_of(f"sqlite+aiosqlite:///{tmp_path / 'ledger.db'}", "bfcl")
    assert run.figures == {"overall": 1.0, "tasks": 2}


@with_bfcl
def test_the_table_names_the_errors(tmp_path: Path) -> None:
    said = invoke("bfcl", "--policy", "null", "--category", "base", "--tasks", 1, ENVFARM_RUNS=str(tmp_path))

    assert said.exit_code == 0
    assert "multi_turn:empty_turn_model_response" in said.stdout


@with_bfcl
def test_a_model_that_cannot_be_reached_leaves_tasks_unscored(tmp_path: Path) -> None:
    said = invoke(
        "bfcl", "--category", "base", "--tasks", 1, "--model", "m", "--base-url", "http://127.0.0.1:9", "--timeout",
        0.01, "--deadline", 1, ENVFARM_RUNS=str(tmp_path),
    )  # fmt: skip

    assert said.exit_code == 1
    assert "1 of 1 tasks could not be scored" in said.stderr
