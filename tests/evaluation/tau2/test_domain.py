import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

pytest.importorskip("tau2.registry", reason="the bridge takes tau2-bench; `make test-tau2` makes what it needs")

from tau2.data_model.message import ToolCall
from tau2.registry import registry

from envkit.manifest import read_manifest
from evaluation.tau2.domain import Domain, domains_at, register
from evaluation.tau2.folder import write_domains
from farm.farm import Farm
from rollouts.controls import truth_episode
from rollouts.episode import Episode
from rollouts.reward import score
from sampler.task import Rule, Task
from tests.chat.scripted import Body, Move, Script, scripted
from tests.evaluation.tau2.playing import episodes_of, play_again, unequal
from tests.rollouts.conftest import Record

RULE = Rule(text="Never book.", environment="twin_air", tool="book_flight")
RUN_S = 300


@dataclass(frozen=True)
class Export:
    """Tasks of the tests as tau2 has them."""

    root: Path
    folders: dict[str, Path]

    def domain(self, task: Task) -> Domain:
        """Export a task alone and register its domain, which is a new one for each test."""
        write_domains([(task, self.folders)], self.root)
        (domain,) = domains_at(self.root)
        return domain


@pytest.fixture
def export(environments: Path, tmp_path: Path) -> Export:
    return Export(tmp_path / "export", {folder.name: folder for folder in environments.iterdir()})


@pytest.fixture(autouse=True)
def _registry_as_it_was() -> Iterator[None]:
    """Take away the domains that a test registers."""
    before = [dict(each) for each in (registry._domains, registry._tasks, registry._task_splits, registry._users)]
    yield
    registry._domains, registry._tasks, registry._task_splits, registry._users = before


def registered(export: Export, task: Task) -> Domain:
    export.domain(task)
    (domain,) = register(export.root)
    return domain


def with_episode(task: Task, **changes: object) -> Episode:
    episode = truth_episode(task).model_copy(update={"policy": "replay", **changes})
    return episode.model_copy(update={"reward": score(task, episode)})


async def test_the_truth_nothing_and_mutants_earn_what_they_earn_here(
    booking: Task, reading: Task, export: Export, farm: Farm
) -> None:
    write_domains([(booking, export.folders), (reading, export.folders)], export.root)
    domains = {domain.form.name: domain for domain in register(export.root)}
    manifests = {slug: read_manifest(folder) for slug, folder in export.folders.items()}

    for task in (booking, reading):
        async for kind, episode in episodes_of(task, farm, manifests, most=4):
            played = play_again(domains["+".join(task.environments)], episode)

            assert unequal(task, episode, played) == (), kind
            assert (played.reward.reward == 1.0) == (kind == "replay")


def test_an_answer_in_the_wrong_turn_earns_nothing(reading: Task, export: Export) -> None:
    domain = registered(export, reading)
    first, second = truth_episode(reading).turns
    turns = (first.model_copy(update={"answer": "later"}), second.model_copy(update={"answer": first.answer}))
    episode = with_episode(reading, turns=turns)

    played = play_again(domain, episode)

    assert played.reward.reward == episode.reward.total == 0.0
    assert [check.met for check in played.reward.env_assertions] == [False]


def test_a_broken_rule_earns_nothing_though_the_database_matches(booking: Task, export: Export) -> None:
    task = booking.model_copy(update={"rules": (RULE,)})
    domain = registered(export, task)

    played = play_again(domain, with_episode(task))

    assert played.reward.db_check.db_match
    assert [check.met for check in played.reward.env_assertions] == [True, False]
    assert played.reward.reward == 0.0


async def test_other_ids_and_stamps_are_the_same_state(record: Record, export: Export) -> None:
    book = {"customer_id": "cus_cddd0v", "flight_id": "flt_csnrwr"}
    calls = [("tiny_air", "book_flight", {**book, "passengers": count}) for count in (1, 2)]
    task, reordered = await record([calls], []), await record([[*reversed(calls)]], [])
    domain = registered(export, task)
    assert reordered.truth.digests != task.truth.digests
    episode = truth_episode(reordered).model_copy(update={"task": task.id})
    episode = episode.model_copy(update={"reward": score(task, episode)})

    played = play_again(domain, episode)

    assert unequal(task, episode, played) == ()
    assert played.reward.reward == 1.0


def test_tools_are_shown_with_the_servers_own_schemas(booking: Task, export: Export) -> None:
    domain = export.domain(booking)

    environment = domain.get_environment()
    shown = {tool.name: tool.openai_schema["function"] for tool in environment.get_tools()}

    assert set(shown) == set(domain.form.tools)
    tool = domain.tool("tiny_air_book_flight")
    assert shown["tiny_air_book_flight"]["parameters"] == tool.input_schema
    assert shown["tiny_air_book_flight"]["description"] == tool.description
    assert environment.tools.get_statistics()["num_write_tools"] > 0
    assert "tiny_air_book_flight" in environment.get_info(include_tool_info=True).tool_defs


def test_hidden_tools_are_not_there(booking: Task, export: Export) -> None:
    hidden = ("tiny_air", "cancel_booking")
    environment = export.domain(booking.model_copy(update={"hidden_tools": (hidden,)})).get_environment()

    answer = environment.get_response(ToolCall(id="1", name="tiny_air_cancel_booking", arguments={}))

    assert answer.error
    assert answer.content == "Error: Tool 'tiny_air_cancel_booking' not found."


def test_a_refusal_is_an_error_with_its_code(booking: Task, export: Export) -> None:
    environment = export.domain(booking).get_environment()
    call = ToolCall(id="1", name="tiny_air_book_flight", arguments={"customer_id": "cus_nobody"})

    answer = environment.get_response(call)

    assert answer.error
    assert answer.content.startswith("Error: invalid_argument: ")


def test_the_database_is_the_worlds_and_takes_nothing_from_outside(booking: Task, export: Export) -> None:
    environment = export.domain(booking).get_environment()
    kit = environment.tools
    before = environment.get_db_hash()

    kit.begin(booking.id)
    for step in booking.truth.trajectory:
        kit.play(f"{step.environment}_{step.tool}", step.arguments)

    assert environment.get_db_hash() not in (before, None)
    assert environment.check_db(kit.db)
    assert set(kit.db.worlds) == {*booking.environments}
    with pytest.raises(ValueError, match="worlds of EnvFarm are changed by calls only"):
        kit.update_db({"digest": "x"})


def test_the_tasks_of_a_split_are_those_of_the_file(booking: Task, export: Export) -> None:
    domain = export.domain(booking)

    assert [task.id for task in domain.get_tasks("base")] == [task.id for task in domain.get_tasks()] == [booking.id]
    with pytest.raises(ValueError, match="no split 'train'; there are base"):
        domain.get_tasks("train")


def test_there_is_no_solo_mode(booking: Task, export: Export) -> None:
    with pytest.raises(ValueError, match="there is no solo mode"):
        export.domain(booking).get_environment(solo_mode=True)


def playing_the_truth(task: Task) -> Script:
    """Return what a model says that plays a task of one turn: a call for each tool message that has come so far."""

    def move(body: Body, number: int) -> Move:
        made = sum(message["role"] == "tool" for message in body["messages"])
        if made == len(task.truth.trajectory):
            return Move(text="charged: 130.00")
        step = task.truth.trajectory[made]
        function = {"name": f"{step.environment}_{step.tool}", "arguments": json.dumps({**step.arguments})}
        return Move(finish="tool_calls", calls=({"id": f"call_{made}", "type": "function", "function": function},))

    return move


def test_the_folder_runs_where_nothing_else_of_ours_is(booking: Task, export: Export, tmp_path: Path) -> None:
    export.domain(booking)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "ENVFARM"))}
    with scripted(playing_the_truth(booking)) as endpoint:
        told = ["--domain", "tiny_air+twin_air", "--agent-llm", "openai/scripted", "--user", "envfarm_user"]
        told += ["--agent-llm-args", json.dumps({"base_url": endpoint.url})]
        told += ["--results-dir", str(tmp_path / "results"), "--save-to", "run"]
        command = [sys.executable, "-P", str(export.root / "main.py"), "run", *told]
        ran = subprocess.run(
            command, cwd=tmp_path, env={**kept, "LITELLM_LOCAL_MODEL_COST_MAP": "True"},
            capture_output=True, text=True, timeout=RUN_S, check=False,
        )  # fmt: skip

    assert ran.returncode == 0, ran.stderr
    (run,) = json.loads((tmp_path / "results" / "run.json").read_text())["simulations"]
    assert (run["reward_info"]["reward"], run["termination_reason"]) == (1.0, "user_stop")
    system = endpoint.requests[0]["messages"][0]["content"]
    assert "You act for the user, with the tools you are given." in system
    assert {tool["function"]["name"] for tool in endpoint.requests[0]["tools"]} >= {"twin_air_book_flight"}
