import json
import shutil
import signal
import threading
from pathlib import Path

import pytest
import yaml

from tests.chat.scripted import Body, Move, Scripted, broken, good, in_turn, refusing, scripted, slow, status, truncated
from tests.cli.conftest import Watched, in_shell, invoke
from tests.generator.drafting import Writer, answers, forgetful_return, misnamed_pool, stage_of

PRICES = ("--price", "1", "2")


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "servers").mkdir()


def drafting(server: Scripted, *more: object) -> tuple[object, ...]:
    where = ("--out", "lending/lending_desk.yaml", "--base-url", server.url, "--model", "m")
    return ("draft", "topic:a desk that lends out tools", *where, *PRICES, "--json", *more)


def listed() -> dict[str, object]:
    (row,) = json.loads(invoke("list", "--costs", "--json").stdout)
    return dict(row)


@pytest.mark.slow
def test_a_draft_with_slips_of_many_kinds_ends_admitted_and_its_costs_are_the_servers() -> None:
    writer = Writer(
        propose=[status(429, retry_after="0"), refusing()],
        entities=[truncated(), status(500), misnamed_pool()],
        tools=[broken(), forgetful_return()],
    )
    with scripted(writer) as server:
        drafted = invoke(*drafting(server))

    assert drafted.exit_code == 0, drafted.output
    said = json.loads(drafted.stdout)
    assert (said["slug"], said["status"]) == ("lending_desk", "admitted")
    assert Path(said["folder"], "certificate.json").is_file()
    row = listed()
    assert row["status"] == "admitted"
    assert (row["prompt_tokens"], row["completion_tokens"]) == (server.prompt_tokens, server.completion_tokens)
    assert row["money"] == pytest.approx((server.prompt_tokens + 2 * server.completion_tokens) / 1e6)
    assert (row["answers"], row["rounds"]) == (len(server.requests) - 2, 5)


def test_a_budget_stops_cleanly_and_more_of_it_goes_on_without_paying_twice() -> None:
    with scripted(Writer()) as server:
        stopped = invoke(*drafting(server, "--budget-tokens", 25_000))
        before = len(server.requests)
        drafted = invoke(*drafting(server))

    assert stopped.exit_code == 1
    assert "the budget of 25000 tokens ends here" in stopped.stderr
    kept = yaml.safe_load(Path("lending/lending_desk.attempt").read_text("utf-8"))
    assert 0 < before < len(server.requests) == 5
    assert kept["title"] == "Lending desk"
    assert drafted.exit_code == 0, drafted.output
    assert listed()["prompt_tokens"] == server.prompt_tokens


def test_a_draft_killed_midway_goes_on_without_paying_twice(tmp_path: Path) -> None:
    reached = threading.Event()

    def script(body: Body, number: int) -> Move:
        if stage_of(body) != "tools" or reached.is_set():
            return good(answers()[stage_of(body)])
        reached.set()
        return slow()

    with scripted(script) as server:
        watched = Watched(*drafting(server))
        assert reached.wait(timeout=60)
        watched.send(signal.SIGKILL)
        ended = watched.end()
        before = [stage_of(body) for body in server.requests]
        drafted = in_shell(*drafting(server))

    assert ended == -signal.SIGKILL
    assert before == ["propose", "entities", "tools"]
    assert drafted.returncode == 0, drafted.stderr
    asked = [stage_of(body) for body in server.requests]
    assert [asked.count(stage) for stage in ("propose", "entities")] == [1, 1]
    row = listed()
    assert (row["prompt_tokens"], row["completion_tokens"]) == (server.prompt_tokens, server.completion_tokens)


def test_what_rounds_do_not_repair_is_kept_with_its_findings() -> None:
    with scripted(Writer(tools=[forgetful_return()] * 9)) as server:
        drafted = invoke(*drafting(server, "--rounds", 1))

    assert drafted.exit_code == 1
    said = json.loads(drafted.stdout)
    assert said["status"] == "unfinished"
    assert said["findings"]
    assert "the rounds are over; the best attempt, with" in drafted.stderr
    assert Path(said["kept"]).read_text("utf-8").startswith("# left: lending_desk: ")
    assert not list(Path("servers").iterdir())


def test_an_endpoint_that_refuses_the_key_ends_the_draft_in_a_sentence() -> None:
    with scripted(in_turn(status(401, "no such key"))) as server:
        drafted = invoke(*drafting(server), ENVFARM_MODEL_KEY="mine")

    assert drafted.exit_code == 1
    assert server.keys == ["Bearer mine"]
    assert "check ENVFARM_MODEL_KEY" in drafted.stderr


@pytest.mark.slow
def test_ctrl_c_ends_a_draft_at_once() -> None:
    reached = threading.Event()

    def script(body: Body, number: int) -> Move:
        reached.set()
        return slow()

    with scripted(script) as server:
        watched = Watched(*drafting(server))
        assert reached.wait(timeout=60)
        watched.send(signal.SIGINT)

        assert watched.end() == 130
    assert watched.sentences[-1] == "interrupted"


def test_a_model_without_a_file_is_a_complaint() -> None:
    drafted = invoke("draft", "topic:x", "--model", "m")

    assert drafted.exit_code == 2
    assert drafted.stderr.startswith("error: --model needs --out DOMAIN/SLUG.yaml")


def test_environments_without_a_draft_cost_nothing(tiny_air_folder: Path) -> None:
    shutil.copytree(tiny_air_folder, Path("servers/travel/tiny_air"))

    assert listed()["answers"] == 0
    assert "prompt_tokens" in invoke("list", "--costs").stdout
