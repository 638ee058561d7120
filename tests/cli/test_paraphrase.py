import json
import signal
import threading
from pathlib import Path

import pytest

from cli.versions import places_of
from rollouts.policy import answer_of
from sampler.paraphrase import retold
from sampler.task import append_task, read_tasks, seal
from tests.chat.scripted import Body, Move, Script, Scripted, broken, good, in_turn, scripted, slow, status
from tests.cli.conftest import Envfarm, Watched, in_shell, invoke, runs_of
from tests.rollouts.solver import Answer, solver
from tests.sampler.voicing import Reword, by, inventive, queries, queries_of, roundabout, thankful

PRICES = ("--price", "1", "2")


def asking(server: Scripted, tasks: Path, *more: object) -> tuple[object, ...]:
    return ("paraphrase", tasks, "--model", "m", "--base-url", server.url, *PRICES, "--out", "p", "--json", *more)


def test_a_file_comes_out_in_other_words_and_what_was_paid_is_told(tasks: Path) -> None:
    with scripted(by(thankful)) as server:
        done = invoke(*asking(server, tasks), ENVFARM_MODEL_KEY="mine")

    assert done.exit_code == 0, done.output
    said = json.loads(done.stdout)
    assert (said["tasks"], said["paraphrased"], said["kept"], said["stopped"]) == (3, 3, 0, "")
    assert said["tokens"] == server.prompt_tokens + server.completion_tokens
    assert said["money"] == pytest.approx((server.prompt_tokens + 2 * server.completion_tokens) / 1e6)
    assert server.keys == ["Bearer mine"] * 3
    pairs = zip(read_tasks(tasks / "tasks.jsonl"), read_tasks(Path(said["out"])), strict=True)
    assert all(queries(new) == [thankful(each) for each in queries(old)] for old, new in pairs)


def test_paraphrased_tasks_are_played_as_others_are(tasks: Path, envfarm: Envfarm) -> None:
    with scripted(by(thankful)) as server:
        invoke(*asking(server, tasks))

    played = envfarm("play", "p", "--policy", "replay", "--out", "e", "--json")
    shown = invoke("inspect", "1", "--run", "p")

    assert json.loads(played.stdout)["policies"][0]["reward"] == 1.0
    first, *_ = read_tasks(tasks / "tasks.jsonl")
    assert f"words         of m, instead of those of {first.id}" in shown.stdout
    assert f"said before   {queries(first)[0]}"[:60] in shown.stdout


def test_a_run_is_in_the_ledger(tasks: Path) -> None:
    with scripted(by(thankful)) as server:
        invoke(*asking(server, tasks))

    (run,) = runs_of("sqlite+aiosqlite:///runs/ledger.db", "paraphrase")
    assert (run.figures["paraphrased"], run.figures["tokens"]) == (3, server.prompt_tokens + server.completion_tokens)


def test_an_endpoint_with_slips_of_many_kinds_is_asked_again(tasks: Path) -> None:
    slips = [status(429, retry_after="0"), status(500), broken(), good("nonsense"), good({"queries": 3})]
    answer = by(thankful)

    with scripted(lambda body, number: slips[number] if number < len(slips) else answer(body, number)) as server:
        done = invoke(*asking(server, tasks, "--concurrency", 1, "--tries", 4))

    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["paraphrased"] == 3


def test_tasks_of_which_no_paraphrase_holds_stay_as_they_were(tasks: Path) -> None:
    with scripted(by(inventive)) as server:
        done = invoke(*asking(server, tasks))

    assert done.exit_code == 1
    assert done.stderr == "error: no task could be put into other words; p/rejected.jsonl says why\n"
    assert Path("p/tasks.jsonl").read_bytes() == (tasks / "tasks.jsonl").read_bytes()
    lines = [json.loads(line) for line in Path("p/rejected.jsonl").read_text("utf-8").splitlines()]
    assert [line["task"] for line in lines] == [task.id for task in read_tasks(tasks / "tasks.jsonl")]
    assert {reason for line in lines for reason in line["reasons"]} == {"it brought in friday, quux, zebulon"}


def test_a_budget_stops_cleanly_and_more_of_it_goes_on_without_paying_twice(tasks: Path) -> None:
    with scripted(by(thankful)) as server:
        stopped = invoke(*asking(server, tasks, "--budget-tokens", 5100, "--concurrency", 1))
        done = invoke(*asking(server, tasks))

    assert stopped.exit_code == 1
    assert "the budget of 5100 tokens ends here" in stopped.stderr
    assert "run the command again to go on" in stopped.stderr
    first, second = json.loads(stopped.stdout), json.loads(done.stdout)
    assert 0 < first["tasks"] < 3
    assert (second["paraphrased"], len(server.requests)) == (3, 3)
    assert first["tokens"] + second["tokens"] == server.prompt_tokens + server.completion_tokens


def test_a_run_killed_midway_goes_on_without_paying_twice(tasks: Path) -> None:
    reached = threading.Event()

    def script(body: Body, number: int) -> Move:
        if number != 2 or reached.is_set():
            return good({"queries": [thankful(each) for each in queries_of(body)]})
        reached.set()
        return slow()

    with scripted(script) as server:
        watched = Watched(*asking(server, tasks, "--concurrency", 1))
        assert reached.wait(timeout=60)
        watched.send(signal.SIGKILL)
        assert watched.end() == -signal.SIGKILL
        done = in_shell(*asking(server, tasks, "--concurrency", 1))

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["paraphrased"] == 3
    assert len(server.requests) == 4
    whole = Path("p/tasks.jsonl").read_bytes()
    with scripted(by(thankful)) as server:
        assert invoke(*asking(server, tasks, "--out", "q")).exit_code == 0
    assert Path("q/tasks.jsonl").read_bytes() == whole


def test_a_reader_keeps_out_what_does_not_lead_to_the_truth(tasks: Path, envfarm: Envfarm) -> None:
    with scripted(by(roundabout, thankful)) as server:
        done = envfarm(*asking(server, tasks, "--read"))

    assert done.exit_code == 0, done.output
    assert (json.loads(done.stdout)["paraphrased"], len(server.requests)) == (3, 6)
    assert all(task.proof.solved for task in read_tasks(Path("p/tasks.jsonl")))


def playing(tasks: Path, answer: Answer, reword: Reword = thankful) -> Script:
    """Put queries into other words, and play the tasks in these."""
    found = read_tasks(tasks / "tasks.jsonl")
    words, play = by(reword), solver([retold(task, [*map(reword, queries(task))], "m") for task in found], answer)
    return lambda body, number: play(body, number) if body.get("tools") else words(body, number)


def test_what_the_model_solves_often_enough_is_kept(tasks: Path, envfarm: Envfarm) -> None:
    with scripted(playing(tasks, answer_of, roundabout)) as server:
        done = envfarm(*asking(server, tasks, "--read", "--solve", "2/3"))

    assert done.exit_code == 0, done.output
    said = json.loads(done.stdout)
    assert (said["paraphrased"], said["tokens"]) == (3, server.prompt_tokens + server.completion_tokens)
    made = [task.paraphrase for task in read_tasks(Path("p/tasks.jsonl")) if task.paraphrase]
    assert [(each.rollouts, each.wins) for each in made] == [(2, 2)] * 3
    assert "2 of 2 rollouts came to the truth" in " ".join(invoke("inspect", "1", "--run", "p").stdout.split())


def test_what_the_model_does_not_solve_is_not_kept(tasks: Path, envfarm: Envfarm) -> None:
    with scripted(playing(tasks, lambda task, turn: "No idea.")) as server:
        done = envfarm(*asking(server, tasks, "--solve", "2/3", "--tries", 1))

    lines = [json.loads(line) for line in Path("p/rejected.jsonl").read_text("utf-8").splitlines()]
    asks = [task.id for task in read_tasks(tasks / "tasks.jsonl") if task.criteria.facts]
    assert asks
    assert [line["task"] for line in lines] == asks
    assert {reason for line in lines for reason in line["reasons"]} == {"0 of 2 rollouts came to the truth"}
    assert json.loads(done.stdout)["kept"] == len(asks)


def test_a_rollout_that_cannot_be_scored_ends_the_run_which_goes_on_later(tasks: Path, envfarm: Envfarm) -> None:
    script, broken_down = playing(tasks, answer_of), [True]
    down = status(401, "no such key")
    with scripted(
        lambda body, number: down if body.get("tools") and broken_down[0] else script(body, number)
    ) as server:
        stopped = envfarm(*asking(server, tasks, "--solve", "1/1", "--concurrency", 1))
        broken_down[0] = False
        done = envfarm(*asking(server, tasks, "--solve", "1/1"))

    assert stopped.exit_code == 1
    assert "error: a rollout could not be scored: " in stopped.stderr
    assert Path("p/rejected.jsonl").exists() is False
    assert json.loads(done.stdout)["paraphrased"] == 3, done.output


@pytest.mark.parametrize("value", ["3/2", "0/2", "two", "1/"])
def test_what_is_no_share_of_rollouts_is_a_complaint(value: str, tasks: Path) -> None:
    done = invoke("paraphrase", tasks, "--model", "m", "--solve", value)

    assert done.exit_code == 2
    assert f"expected K/N with K from 1 to N, such as 2/3, got '{value}'" in done.stderr


def test_an_endpoint_that_refuses_the_key_ends_it_in_a_sentence(tasks: Path) -> None:
    with scripted(in_turn(status(401, "no such key"))) as server:
        done = invoke(*asking(server, tasks))

    assert done.exit_code == 1
    (line,) = done.stderr.splitlines()
    assert "check ENVFARM_MODEL_KEY; 0 tasks are done: run the command again to go on" in line


def test_another_model_does_not_continue_a_folder(tasks: Path) -> None:
    with scripted(by(thankful)) as server:
        invoke(*asking(server, tasks))
        other = invoke(*asking(server, tasks, "--model", "n"))

    assert other.exit_code == 2
    assert other.stderr == "error: p was begun with another model or other options; give another --out\n"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--model", "m", "--out", "tasks"), "--out tasks: holds the tasks to paraphrase; give another folder"),
        (("--out", "p"), "Missing option '--model'"),
    ],
)
def test_what_cannot_be_asked_is_a_complaint(tasks: Path, arguments: tuple[str, ...], sentence: str) -> None:
    done = invoke("paraphrase", tasks.name, *arguments)

    assert done.exit_code == 2
    assert sentence in done.stderr


def test_each_task_has_a_place_with_all_of_its_versions(tasks: Path) -> None:
    old, *_ = found = read_tasks(tasks / "tasks.jsonl")
    newer = seal(old.model_copy(update={"environment_digests": {}, "environment_versions": {}}))
    append_task(tasks / "tasks.jsonl", newer)

    places = places_of([*found, newer], Path("servers"))

    assert [*places] == [tuple(old.versions.values()), tuple(newer.versions.values())]
    assert len({id(cast) for cast in places.values()}) == 1
    assert all(cast.tasks == [] for cast in places.values())
