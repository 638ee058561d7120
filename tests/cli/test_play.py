import json
import signal
from pathlib import Path

import pytest
from click.testing import Result

from cli.play import Lineup, unscored
from farm.launch import Host, launch
from registry.entry import entry
from rollouts.episode import read_episodes
from tests.cli.conftest import Envfarm, Watched, holders_of, in_shell, invoke, runs_of, tamper


@pytest.fixture
def played(tasks: Path, envfarm: Envfarm) -> Result:
    return envfarm("play", tasks, "--out", "p", "--json")


def test_play_tells_the_mean_reward_of_each_policy(played: Result) -> None:
    assert (played.exit_code, played.stderr) == (0, ""), played.output
    said = json.loads(played.stdout)
    assert said["out"] == "p/episodes.jsonl"
    rewards = {row["policy"]: row["reward"] for row in said["policies"]}
    assert (rewards["replay"], rewards["null"]) == (1.0, 0.0)
    assert rewards["random"] < 0.3
    assert len(read_episodes(Path(said["out"]))) == 9


def test_rollouts_played_already_are_not_played_again(played: Result, tasks: Path, envfarm: Envfarm) -> None:
    before = Path("p/episodes.jsonl").read_bytes()

    again = envfarm("play", tasks / "tasks.jsonl", "--out", "p", "--json")

    assert json.loads(again.stdout) == json.loads(played.stdout)
    assert Path("p/episodes.jsonl").read_bytes() == before


def test_play_and_evaluate_are_runs_in_the_ledger(tasks: Path, envfarm: Envfarm) -> None:
    for verb in ("play", "evaluate"):
        envfarm(verb, tasks, "--policy", "null")

    row = {"policy": "null", "episodes": 3, "reward": 0.0, "unscored": 0}
    (play,), (evaluate,) = (runs_of("sqlite+aiosqlite:///runs/ledger.db", kind) for kind in ("play", "evaluate"))
    assert play.figures == {"tasks": 3, "policies": [row]}
    assert evaluate.figures == {"tasks": 3, "policies": {"null": 0.0}}


def test_in_a_shell_play_launches_a_farm_of_its_own_and_shows_no_bar(tasks: Path, project: Path) -> None:
    played = in_shell("play", tasks, "--policy", "null", "--json", ENVFARM_RUNS=str(project / "r"))

    assert (played.returncode, played.stderr) == (0, "")
    assert json.loads(played.stdout)["out"] == f"{project}/r/play/episodes.jsonl"
    assert holders_of(f"ENVFARM_RUNS={project}/r") == {}


@pytest.mark.parametrize("verb", ["play", "evaluate"])
def test_tasks_of_another_version_of_an_environment_are_refused(verb: str, tasks: Path, tiny_air: Path) -> None:
    digest = entry(tiny_air).digest[:12]
    tamper(tiny_air)

    played = invoke(verb, tasks, "--out", "p")

    assert (played.exit_code, played.stdout) == (1, "")
    assert played.stderr == (
        f"error: 3 of 3 tasks were sampled from version 1 of tiny_air (digest {digest}), which is not here; "
        "sample them again\n"
    )
    assert not Path("p/episodes.jsonl").exists()


def test_a_broken_line_is_named_with_its_number(tasks: Path) -> None:
    lines = (tasks / "tasks.jsonl").read_bytes().splitlines(keepends=True)
    (tasks / "tasks.jsonl").write_bytes(lines[0] + lines[1][40:] + lines[2])

    played = invoke("play", tasks)

    assert played.exit_code == 2
    (line,) = played.stderr.splitlines()
    assert line.startswith(f"error: {tasks}/tasks.jsonl line 2: expected a task, but ")


def test_a_file_without_tasks_is_a_complaint(project: Path) -> None:
    (project / "none.jsonl").touch()

    played = invoke("play", "none.jsonl")

    assert (played.exit_code, played.stderr) == (
        2,
        "error: none.jsonl: holds no tasks; run `envfarm sample` first\n",
    )


def test_tasks_of_an_environment_that_is_not_here_are_a_complaint(tasks: Path, tmp_path: Path) -> None:
    played = invoke("play", tasks, ENVFARM_SERVERS=str(tmp_path / "elsewhere"))

    assert played.exit_code == 2
    assert played.stderr.startswith("error: unknown environment 'tiny_air'")


def test_an_episodes_file_that_is_none_is_a_complaint(tasks: Path, envfarm: Envfarm) -> None:
    Path("p").mkdir()
    Path("p/episodes.jsonl").write_text("{}\n", "utf-8")

    played = envfarm("play", tasks, "--out", "p")

    assert played.exit_code == 2
    (line,) = played.stderr.splitlines()
    assert line.startswith("error: p/episodes.jsonl line 1: expected an episode")


def test_a_ledger_of_no_use_is_a_complaint_before_any_rollout(tasks: Path) -> None:
    played = invoke("play", tasks, "--out", "p", ENVFARM_LEDGER="nonsense")

    assert played.exit_code == 2
    assert played.stderr.startswith("error: the ledger's URL cannot be used: ")
    assert not Path("p/episodes.jsonl").exists()


def test_rollouts_without_a_score_are_told_in_one_sentence(played: Result) -> None:
    episodes = read_episodes(Path("p/episodes.jsonl"))
    lost = episodes[0].model_copy(
        update={"stop": "machine_error", "trouble": "gone", "reward": type(episodes[0].reward)(None)}
    )

    (sentence,) = unscored([lost, *episodes[1:]])

    assert sentence.startswith("1 of 9 rollouts could not be scored, 1 by machine_error, most often: gone;")
    assert list(unscored(episodes)) == []


def test_a_lineup_is_all_policies_once_unless_said_otherwise() -> None:
    assert Lineup() == Lineup(("replay", "random", "null"), trials=1, seed=0, concurrency=8)


@pytest.mark.slow
def test_an_interrupted_play_keeps_its_episodes_and_leaves_no_process(tasks: Path, project: Path) -> None:
    runs = str(project / "r")

    play = Watched("play", tasks, "--trials", 200, "--out", "p", ENVFARM_RUNS=runs)
    play.until(b"%|")
    play.send(signal.SIGINT)

    assert play.end() == 130
    assert play.sentences == ["interrupted"]
    assert read_episodes(Path("p/episodes.jsonl"))
    assert holders_of(f"ENVFARM_RUNS={runs}") == {}


@pytest.mark.slow
async def test_a_farm_that_dies_midway_leaves_rollouts_unscored_and_says_so(tasks: Path, project: Path) -> None:
    farm = await launch(Host((project / "servers",)))

    play = Watched("play", tasks, "--policy", "replay", "--trials", 150, "--out", "p", ENVFARM_FARM=farm.url)
    play.until(b"%|")
    await farm.stop()

    assert play.end() == 1
    (sentence,) = play.sentences
    assert "by machine_error, most often: " in sentence
    assert len(read_episodes(Path("p/episodes.jsonl"))) == 450
