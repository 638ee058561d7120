import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from rollouts.episode import read_episodes
from tests.cli.conftest import Envfarm, runs_of


@pytest.fixture
def played(tasks: Path, envfarm: Envfarm) -> Path:
    envfarm("play", tasks, "--policy", "replay", "--out", "p")
    return Path("p")


def test_fork_plays_on_from_inside_episodes(played: Path, tasks: Path, envfarm: Envfarm) -> None:
    forked = envfarm("fork", tasks, played, "--at", "0.1", "--policy", "replay", "--trials", 2, "--out", "f", "--json")

    assert forked.exit_code == 0, forked.output
    episodes = read_episodes(Path("f/episodes.jsonl"))
    assert json.loads(forked.stdout)["policies"] == [
        {"policy": "replay", "episodes": len(episodes), "reward": 1.0, "unscored": 0}
    ]
    assert {(each.fork.turns, each.fork.calls) for each in episodes if each.fork} == {(0, 1)}
    (run,) = runs_of("sqlite+aiosqlite:///runs/ledger.db", "fork")
    assert run.arguments["at"] == "0.1"


def test_fork_takes_the_lines_it_is_given(played: Path, tasks: Path, envfarm: Envfarm) -> None:
    forked = envfarm("fork", tasks, played, "--at", "0.1", "--line", 2, "--policy", "null", "--out", "f", "--parquet")

    assert forked.exit_code == 0, forked.output
    assert forked.stdout.splitlines()[-2:] == ["episodes: f/episodes.jsonl", "episodes: f/episodes.parquet"]
    (episode,) = read_episodes(Path("f/episodes.jsonl"))
    assert episode.task == read_episodes(played / "episodes.jsonl")[1].task
    assert pq.read_table("f/episodes.parquet").num_rows == 1


def test_a_place_that_no_episode_has_is_a_complaint(played: Path, tasks: Path, envfarm: Envfarm) -> None:
    none = envfarm("fork", tasks, played, "--at", "0.99")
    named = envfarm("fork", tasks, played, "--at", "0.99", "--line", 1)
    bad = envfarm("fork", tasks, played, "--at", "x")

    assert [each.exit_code for each in (none, named, bad)] == [2, 2, 2]
    assert none.stderr.startswith("error: p/episodes.jsonl: no episode goes as far as 0.99")
    assert "so 0.99 is not in it" in named.stderr
    assert "expected TURNS or TURNS.CALLS" in bad.stderr


def test_episodes_of_tasks_that_are_not_there_are_a_complaint(played: Path, tasks: Path, envfarm: Envfarm) -> None:
    lines = (tasks / "tasks.jsonl").read_bytes().splitlines(keepends=True)
    (tasks / "tasks.jsonl").write_bytes(lines[0])

    forked = envfarm("fork", tasks, played, "--at", "0.1")

    assert forked.exit_code == 2
    assert "which is not among the tasks; name theirs" in forked.stderr


def test_play_says_how_many_groups_are_flat(tasks: Path, envfarm: Envfarm) -> None:
    played = envfarm("play", tasks, "--policy", "null", "--policy", "replay", "--trials", 2, "--out", "p")

    assert "6 of 6 groups earned the same in every trial" in played.stdout.splitlines()
