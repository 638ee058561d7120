"""A language model plays from the command line, over real HTTP: costs, failures, resuming, and keys."""

import json
import os
import signal
import subprocess
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

import pytest

from cli.players import Players
from farm.launch import HostProcess
from rollouts.episode import read_episodes
from sampler.task import read_tasks
from tests.chat.scripted import Body, Move, Script, Scripted, closing, good, scripted, slow, status
from tests.cli.conftest import COMMAND, Envfarm, invoke
from tests.rollouts.solver import solver, written


def chat(server: Scripted, *more: object) -> tuple[object, ...]:
    return ("--policy", "chat", "--model", "m", "--base-url", server.url, "--price", 1, 10, "--json", *more)


def test_a_model_is_played_scored_and_priced(tasks: Path, envfarm: Envfarm) -> None:
    with scripted(solver(read_tasks(tasks / "tasks.jsonl"))) as server:
        played = envfarm("play", tasks, *chat(server), "--out", "p", ENVFARM_MODEL_KEY="secret")

    assert (played.exit_code, played.stderr) == (0, ""), played.output
    said = json.loads(played.stdout)
    assert said["policies"] == [{"policy": "chat:m", "episodes": 3, "reward": 1.0, "unscored": 0}]
    (cost,) = said["costs"]
    assert (cost["prompt_tokens"], cost["completion_tokens"]) == (server.prompt_tokens, server.completion_tokens)
    assert cost["money"] == pytest.approx((server.prompt_tokens + 10 * server.completion_tokens) / 1e6)
    assert {*server.keys} == {"Bearer secret"}
    assert "secret" not in Path("p/episodes.jsonl").read_text("utf-8")
    assert sum(episode.cost.tokens for episode in read_episodes(Path("p/episodes.jsonl")) if episode.cost) == (
        server.prompt_tokens + server.completion_tokens
    )


def test_models_are_evaluated_beside_other_policies(tasks: Path, envfarm: Envfarm) -> None:
    with scripted(solver(read_tasks(tasks / "tasks.jsonl"))) as server:
        options = ("--policy", "null", "--policy", "chat", "--model", "m", "--base-url", server.url, "--trials", 2)
        evaluated = envfarm("evaluate", tasks, *options)

    assert evaluated.exit_code == 0, evaluated.output
    lines = evaluated.stdout.splitlines()
    assert lines[0] == "3 tasks, 2 trials each"
    assert [line.split()[0] for line in lines[2:4]] == ["null", "chat:m"]
    assert ["model", "replies", "prompt_tokens", "completion_tokens", "money"] in [line.split() for line in lines]


def test_a_model_is_also_said_by_where_the_only_one_is_served(tasks: Path, envfarm: Envfarm) -> None:
    with scripted(solver(read_tasks(tasks / "tasks.jsonl")), models=("m",)) as server:
        played = envfarm("play", tasks, "--model", server.url, "--json", "--out", "p", ENVFARM_MODEL_KEY="secret")

    assert played.exit_code == 0, played.output
    assert json.loads(played.stdout)["policies"] == [{"policy": "chat:m", "episodes": 3, "reward": 1.0, "unscored": 0}]
    assert {*server.keys} == {"Bearer secret"}


def test_a_policy_that_is_no_model_can_be_said_as_one(tasks: Path, envfarm: Envfarm) -> None:
    played = envfarm("play", tasks, "--policy", "null", "--model", "replay", "--json", "--out", "p")

    assert played.exit_code == 0, played.output
    assert [row["policy"] for row in json.loads(played.stdout)["policies"]] == ["null", "replay"]


def test_what_is_set_otherwise_is_played_anew_and_what_is_not_is_not(tasks: Path, envfarm: Envfarm) -> None:
    with scripted(solver(read_tasks(tasks / "tasks.jsonl"))) as server:
        counts = []
        for more in ((), (), ("--temperature", 0.5), (), ("--user", "scripted")):
            assert envfarm("play", tasks, *chat(server, *more), "--out", "p").exit_code == 0
            counts.append((len(server.requests), len(read_episodes(Path("p/episodes.jsonl")))))

    first = counts[0][0]
    assert [episodes for _, episodes in counts] == [3, 3, 6, 6, 9]
    assert [requests for requests, _ in counts] == [first, first, 2 * first, 2 * first, 2 * first]


def test_failures_of_the_provider_are_told_apart_and_played_again(tasks: Path, envfarm: Envfarm) -> None:
    solve = solver(read_tasks(tasks / "tasks.jsonl"))
    with scripted(lambda body, number: status(401) if number == 1 else solve(body, number)) as server:
        failed = envfarm("play", tasks, *chat(server, "--concurrency", 1), "--out", "p")
        again = envfarm("play", tasks, *chat(server), "--out", "p")

    assert (failed.exit_code, again.exit_code) == (1, 0), failed.output
    (row,) = json.loads(failed.stdout)["policies"]
    assert row == {"policy": "chat:m", "episodes": 3, "reward": 1.0, "unscored": 1}
    assert "1 of 3 rollouts could not be scored, 1 by endpoint_error, most often: " in failed.stderr
    assert "check ENVFARM_MODEL_KEY" in failed.stderr
    assert json.loads(again.stdout)["policies"] == [{"policy": "chat:m", "episodes": 3, "reward": 1.0, "unscored": 0}]


def test_a_run_that_is_killed_goes_on_and_loses_and_repeats_nothing(
    tasks: Path, envfarm: Envfarm, host: HostProcess
) -> None:
    solve, running = solver(read_tasks(tasks / "tasks.jsonl")), list[subprocess.Popen[bytes]]()

    def script(body: Body, number: int) -> Move:
        if number == 4:
            os.kill(running[0].pid, signal.SIGKILL)
            return closing()
        return solve(body, number)

    with scripted(script) as server:
        options = [str(each) for each in chat(server, "--concurrency", 1, "--out", "p")]
        running.append(
            subprocess.Popen([COMMAND, "play", str(tasks), *options], env={**os.environ, "ENVFARM_FARM": host.url})
        )
        assert running[0].wait(timeout=60) == -signal.SIGKILL
        kept = Path("p/episodes.jsonl").read_bytes() if Path("p/episodes.jsonl").exists() else b""
        resumed = envfarm("play", tasks, *options)
        killed = server.requests.pop(4)
        whole = envfarm("play", tasks, *options, "--out", "w", ENVFARM_RUNS="other")

    assert (resumed.exit_code, whole.exit_code) == (0, 0), resumed.output
    bodies = [json.dumps(body) for body in server.requests]
    assert bodies.count(json.dumps(killed)) == 2
    assert len(bodies) == 2 * len({*bodies})
    assert kept in Path("p/episodes.jsonl").read_bytes()
    there, here = (read_episodes(Path(folder, "episodes.jsonl")) for folder in "wp")
    assert [episode.digest for episode in here] == [episode.digest for episode in there]
    assert [episode.cost for episode in here] == [episode.cost for episode in there]


class Moody:
    """A model that plays each trial of a task in another mood, one trial after another, and any more in a good one.

    At the beginning of conversation `fatal` it ends whoever asks, once, by `kill`.
    """

    MOODS = ("good", "idle", "slow", "refused", "failing", "hanging up", "malformed", "good")
    TROUBLE: ClassVar = {"slow": slow(), "failing": status(500), "hanging up": closing()}

    def __init__(self, solve: Script, fatal: int, kill: Callable[[], None]) -> None:
        self._solve, self._fatal, self._kill = solve, fatal, kill
        self._begun = Counter[str]()
        self._mood, self._is_asked_again = "good", False

    def __call__(self, body: Body, number: int) -> Move:
        messages = body["messages"]
        is_first = len(messages) == 2
        if is_first and not self._is_asked_again:
            if self._begun.total() == self._fatal:
                self._fatal = -1
                self._kill()
                return closing()
            trial = self._begun[messages[1]["content"]]
            self._begun[messages[1]["content"]] += 1
            self._mood = self.MOODS[trial] if trial < len(self.MOODS) else "good"
            if self._mood in self.TROUBLE:
                self._is_asked_again = True
                return self.TROUBLE[self._mood]
        self._is_asked_again = False
        match self._mood:
            case "idle":
                return good("It is done.")
            case "refused":
                return status(401)
            case "malformed" if is_first:
                return Move(finish="tool_calls", calls=(written("call0", "no_such_tool", "{"),))
            case "malformed":
                return self._solve({**body, "messages": [*messages[:2], *messages[4:]]}, number)
        return self._solve(body, number)


def test_a_group_of_eight_is_judged_by_what_the_model_did_whatever_befell_it(
    tasks: Path, envfarm: Envfarm, host: HostProcess
) -> None:
    running = list[subprocess.Popen[bytes]]()
    model = Moody(solver(read_tasks(tasks / "tasks.jsonl")), 10, lambda: os.kill(running[0].pid, signal.SIGKILL))

    with scripted(model) as server:
        options = [str(each) for each in chat(server, "--concurrency", 1, "--group", 8, "--timeout", 2, "--out", "p")]
        running.append(
            subprocess.Popen([COMMAND, "play", str(tasks), *options], env={**os.environ, "ENVFARM_FARM": host.url})
        )
        assert running[0].wait(timeout=60) == -signal.SIGKILL
        kept = Path("p/episodes.jsonl").read_bytes()
        resumed = envfarm("play", tasks, *options)
        judged = read_episodes(Path("p/episodes.jsonl"))
        again = envfarm("play", tasks, *options)

    whole = read_episodes(Path("p/episodes.jsonl"))
    assert kept.count(b"\n") == 10
    assert {line for line in kept.splitlines() if b'"endpoint_error"' not in line} <= {
        *Path("p/episodes.jsonl").read_bytes().splitlines()
    }
    assert (resumed.exit_code, again.exit_code) == (1, 0), again.output
    assert "2 of 24 rollouts could not be scored, 2 by endpoint_error" in resumed.stderr
    for episodes, refused in ((judged, [1.0, None, None]), (whole, [1.0] * 3)):
        rewards = [[each.reward.total for each in episodes if each.trial == trial] for trial in range(8)]
        assert [rewards[0], rewards[1], rewards[2]] == [[1.0] * 3, [0.0] * 3, [1.0] * 3]
        assert sorted(rewards[3], key=lambda total: total is None) == refused
        assert [rewards[4], rewards[5], rewards[7]] == [[1.0] * 3] * 3
        assert all(rewards[6])
    (cost,) = json.loads(again.stdout)["costs"]
    assert (cost["prompt_tokens"], cost["completion_tokens"]) == (server.prompt_tokens, server.completion_tokens)
    assert cost["money"] == pytest.approx((server.prompt_tokens + 10 * server.completion_tokens) / 1e6)


def test_a_budget_of_money_stops_before_it_is_gone_and_more_of_it_goes_on(tasks: Path, envfarm: Envfarm) -> None:
    with scripted(solver(read_tasks(tasks / "tasks.jsonl"))) as server:
        stopped = envfarm("play", tasks, *chat(server, "--budget-tokens", 7_000, "--max-tokens", 100), "--out", "p")
        spent = server.prompt_tokens + server.completion_tokens
        resumed = envfarm("play", tasks, *chat(server, "--max-tokens", 100), "--out", "p")

    assert (stopped.exit_code, resumed.exit_code) == (1, 0), stopped.output
    assert "by endpoint_error, most often: the budget of 7000 tokens ends here" in stopped.stderr
    assert spent <= 7_000


def test_a_user_elsewhere_is_asked_with_a_key_of_its_own(tasks: Path, envfarm: Envfarm) -> None:
    known = read_tasks(tasks / "tasks.jsonl")
    solve = solver(known)

    def script(body: Body, number: int) -> Move:
        return good("Which one do you mean?") if len(body["messages"]) == 2 else solve(body, number)

    with scripted(script) as server, scripted(lambda body, number: good("Just what I said.")) as other:
        user = ("--user", "model", "--user-model", "u", "--user-url", other.url, "--user-price", 2, 2)
        keys = {"ENVFARM_MODEL_KEY": "mine", "ENVFARM_USER_KEY": "its"}
        played = envfarm("play", tasks, *chat(server, *user), "--out", "p", **keys)

    said = json.loads(played.stdout)
    assert ({*server.keys}, {*other.keys}) == ({"Bearer mine"}, {"Bearer its"})
    assert {request["model"] for request in other.requests} == {"u"}
    assert [row["model"] for row in said["costs"]] == ["chat:m", "user of chat:m"]
    assert said["costs"][1]["money"] == pytest.approx(2 * (other.prompt_tokens + other.completion_tokens) / 1e6)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--policy", "chat"), "--policy chat expects the name of a model; add --model NAME"),
        (("--user", "model"), "--user model expects the name of a model; add --model NAME"),
        (
            ("--policy", "null", "--model", "m"),
            "--model m plays as --policy chat, which is not among the policies; add it",
        ),
        (
            ("--model", "http://[::1]:1/", "--base-url", "http://[::1]:2/"),
            "--model http://[::1]:1/ says where, and so does --base-url http://[::1]:2/; leave one of them out",
        ),
        (
            ("--policy", "chat", "--model", "m", "--user-model", "u"),
            "--user-model u plays the user only with --user model; add it",
        ),
    ],
)
def test_options_that_make_no_sense_together_are_a_complaint(
    options: tuple[str, ...], sentence: str, tasks: Path
) -> None:
    played = invoke("play", tasks, *options)

    assert (played.exit_code, played.stderr) == (2, f"error: {sentence}\n")


def test_who_plays_without_a_model_is_set_as_ever() -> None:
    assert Players().limits.budget == 40
    assert Players().name("null") == "null"
