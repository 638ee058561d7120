import json
import tomllib
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

import pytest

from envkit.errors import REFUSAL, TRANSIENT
from envkit.seat import Seating
from evaluation.harbor import solve
from evaluation.harbor.folder import write_task
from rollouts.reward import PARTS
from sampler.task import Rule, Task
from tests.evaluation.harbor.conftest import container

Folders = Mapping[str, Path]
PAID = (*PARTS, "thrift")


def test_the_truth_earns_all_in_the_container(booking: Task, folders: Folders, tmp_path: Path) -> None:
    with container(write_task(booking, folders, tmp_path), tmp_path / "root") as up:
        tested = up.turn(1)

        assert tested.returncode == 0, tested.stderr
        assert json.loads(up.reward.read_text())["reward"] == 1.0


def test_turns_are_scored_together_when_the_last_is_over(reading: Task, folders: Folders, tmp_path: Path) -> None:
    with container(write_task(reading, folders, tmp_path), tmp_path / "root") as up:
        up.turn(1)
        before = json.loads(up.reward.read_text())
        up.turn(2)

        assert before["facts"] == 0.0
        assert json.loads(up.reward.read_text())["reward"] == 1.0


def test_an_answer_in_the_wrong_turn_earns_nothing(reading: Task, folders: Folders, tmp_path: Path) -> None:
    with container(write_task(reading, folders, tmp_path), tmp_path / "root") as up:
        up.turn(1)
        up.answers.joinpath("answer-1.txt").rename(up.answers / "answer-2.txt")
        up.turn(2, solves=False)

        assert json.loads(up.reward.read_text())["reward"] == 0.0


def test_changes_left_out_earn_nothing(booking: Task, folders: Folders, tmp_path: Path) -> None:
    task = write_task(booking, folders, tmp_path)
    path = task / "steps" / "turn-1" / "solution" / "truth.json"
    truth = json.loads(path.read_text())
    path.write_text(json.dumps({**truth, "steps": truth["steps"][:-1]}))
    with container(task, tmp_path / "root") as up:
        up.turn(1)

        reward = json.loads(up.reward.read_text())
        assert (reward["reward"], reward["state"], reward["forbidden"]) == (0.0, 0.0, 1.0)
        assert up.reward.with_name("reason.txt").read_text().startswith("missing: ")


def test_doing_nothing_earns_nothing(booking: Task, folders: Folders, tmp_path: Path) -> None:
    with container(write_task(booking, folders, tmp_path), tmp_path / "root") as up:
        up.turn(1, solves=False)

        assert json.loads(up.reward.read_text())["reward"] == 0.0


def test_a_machine_that_failed_leaves_no_reward(booking: Task, folders: Folders, tmp_path: Path) -> None:
    with container(write_task(booking, folders, tmp_path), tmp_path / "root") as up:
        pass

    tested = up.turn(1, solves=False)

    assert tested.returncode != 0
    assert not up.reward.exists()


def test_a_call_against_a_rule_is_told_from_the_calls_that_were_kept(
    booking: Task, folders: Folders, tmp_path: Path
) -> None:
    rule = Rule(text="Never book.", environment="twin_air", tool="book_flight")
    task = write_task(booking.model_copy(update={"rules": (rule,)}), folders, tmp_path)
    with container(task, tmp_path / "root") as up:
        up.turn(1)

        reward = json.loads(up.reward.read_text())
        assert (reward["reward"], reward["rules"], reward["state"]) == (0.0, 0.0, 1.0)
        assert "Rule: Never book." in (task / "steps" / "turn-1" / "instruction.md").read_text()


def test_nothing_that_tells_the_truth_stays_for_the_next_turn(reading: Task, folders: Folders, tmp_path: Path) -> None:
    with container(write_task(reading, folders, tmp_path), tmp_path / "root") as up:
        up.turn(1)

        assert [path.name for path in (up.root / "tests").iterdir()] == ["test.sh"]


def test_what_an_agent_reads_tells_the_turns_before_and_not_the_truth(
    reading: Task, folders: Folders, tmp_path: Path
) -> None:
    task = write_task(reading, folders, tmp_path)

    first, second = ((task / "steps" / f"turn-{n}" / "instruction.md").read_text() for n in (1, 2))

    assert reading.turns[1].query not in first
    assert f"> {reading.turns[0].query}\n\n(answered in `/app/answer-1.txt`)" in second
    assert second.endswith(f"Now the user says:\n\n{reading.turns[1].query}\n")
    seen = [path for path in (task / "environment").rglob("*") if path.is_file()]
    assert not [path for path in seen if reading.id in path.read_text(errors="replace")]


def test_the_configuration_names_a_server_for_each_environment(booking: Task, folders: Folders, tmp_path: Path) -> None:
    config = tomllib.loads((write_task(booking, folders, tmp_path) / "task.toml").read_text())

    servers = config["environment"]["mcp_servers"]
    assert [each["name"] for each in servers] == [*booking.environments]
    assert servers[0]["url"] == f"http://127.0.0.1:8931/{booking.environments[0]}/episodes/seat/mcp"
    assert [step["name"] for step in config["steps"]] == ["turn-1"]
    assert config["agent"]["user"] == "agent"
    assert config["task"]["name"] == f"envfarm/{booking.id}"


def test_hidden_tools_and_the_setup_go_into_the_seating(booking: Task, folders: Folders, tmp_path: Path) -> None:
    first = booking.truth.trajectory[0]
    task = booking.model_copy(update={"hidden_tools": ((first.environment, "x"),), "setup": (first,)})

    written = write_task(task, folders, tmp_path)

    seating = Seating.model_validate_json((written / "environment" / "world" / "seating.json").read_bytes())
    assert seating.hidden_tools == ((first.environment, "x"),)
    assert [call.tool for call in seating.setup] == [first.tool]


def test_writing_again_gives_the_same_files(booking: Task, folders: Folders, tmp_path: Path) -> None:
    def files() -> dict[str, bytes]:
        task = write_task(booking, folders, tmp_path)
        return {str(path): path.read_bytes() for path in task.rglob("*") if path.is_file()}

    assert files() == files()


def test_only_the_worlds_of_the_seat_are_open_to_all(reading: Task, folders: Folders, tmp_path: Path) -> None:
    slug = reading.environments[0]
    with container(write_task(reading, folders, tmp_path), tmp_path / "root") as up:
        for path in (f"/{slug}/episodes/seat/state", f"/{slug}/mcp", "/"):
            with pytest.raises(urllib.error.HTTPError, match="401"):
                urllib.request.urlopen(f"http://127.0.0.1:{up.port}{path}", timeout=5)


def test_a_task_in_a_profile_is_played_in_it_and_its_solution_gets_through(
    reading: Task, folders: Folders, tmp_path: Path
) -> None:
    look = reading.truth.trajectory[0]
    truth = reading.truth.model_copy(update={"trajectory": (look,) * 8})
    turns = tuple(turn.model_copy(update={"calls": 4}) for turn in reading.turns)
    task = reading.model_copy(update={"truth": truth, "turns": turns, "realism": "limits"})
    with container(write_task(task, folders, tmp_path), tmp_path / "root") as up:
        up.turn(1)
        up.turn(2)

        steps = [json.loads(line)["code"] for line in (up.root / "opt/world/steps.jsonl").read_bytes().splitlines()]
        assert json.loads(up.reward.read_text()) == {"reward": 1.0, **dict.fromkeys(PAID, 1.0)}
    assert steps == [None] * 5 + ["rate_limited"] * 2 + [None] * 3


def test_a_solution_knows_the_refusals_after_which_it_calls_again() -> None:
    assert (solve.REFUSAL, solve.TRANSIENT) == (REFUSAL, TRANSIENT)
