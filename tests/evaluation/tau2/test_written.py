from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from envkit.manifest import ArgumentSpec, Manifest, read_manifest
from evaluation.tau2.form import requests_of
from evaluation.tau2.written import Group, UnplayableError, grouped, told
from sampler.task import Persona, Rule, Task

RULE = Rule(text="Never book.", environment="twin_air", tool="book_flight")


@pytest.fixture
def folders(environments: Path) -> dict[str, Path]:
    return {folder.name: folder for folder in environments.iterdir()}


@pytest.fixture
def manifests(folders: Mapping[str, Path]) -> dict[Path, Manifest]:
    return {folder: read_manifest(folder) for folder in folders.values()}


def parted(folders: Mapping[str, Path], manifests: Mapping[Path, Manifest], *tasks: Task) -> tuple[Group, ...]:
    return grouped([(task, folders) for task in tasks], manifests)


def test_tasks_that_offer_the_same_share_a_domain(
    booking: Task, reading: Task, folders: dict[str, Path], manifests: dict[Path, Manifest]
) -> None:
    groups = parted(folders, manifests, booking, reading, booking.model_copy(update={"id": "task_2"}))

    assert [(group.domain.name, len(group.tasks)) for group in groups] == [("tiny_air", 1), ("tiny_air+twin_air", 2)]


def test_rules_and_hidden_tools_make_domains_of_their_own(
    booking: Task, folders: dict[str, Path], manifests: dict[Path, Manifest]
) -> None:
    ruled = booking.model_copy(update={"rules": (RULE,)})
    hiding = booking.model_copy(update={"hidden_tools": (("tiny_air", "book_flight"),)})

    tasks = (booking, ruled, hiding)

    groups = parted(folders, manifests, *tasks)

    assert len({group.domain.name for group in groups}) == 3
    plain, with_rule, with_less = (next(group for group in groups if task in group.tasks) for task in tasks)
    assert "Rule: Never book." in with_rule.policy
    assert "Rule:" not in plain.policy
    assert set(plain.domain.tools) - set(with_less.domain.tools) == {"tiny_air_book_flight"}


def test_an_older_version_is_another_domain(
    reading: Task, folders: dict[str, Path], manifests: dict[Path, Manifest], tmp_path: Path
) -> None:
    old = {"tiny_air": tmp_path / "tiny_air@1"}

    groups = grouped(
        [(reading, folders), (reading, old)], {**manifests, old["tiny_air"]: manifests[folders["tiny_air"]]}
    )

    assert [group.domain.folders for group in groups] == [{"tiny_air": "tiny_air"}, {"tiny_air": "tiny_air@1"}]


def test_an_argument_that_tau2_keeps_for_itself_is_told(
    reading: Task, folders: dict[str, Path], manifests: dict[Path, Manifest]
) -> None:
    manifest = manifests[folders["tiny_air"]]
    argument = ArgumentSpec(name="requestor", type="str", description="")
    tools = (manifest.tools[0].model_copy(update={"arguments": (argument,)}), *manifest.tools[1:])
    manifests[folders["tiny_air"]] = manifest.model_copy(update={"tools": tools})

    with pytest.raises(UnplayableError, match="takes an argument 'requestor', which tau2 keeps for itself"):
        parted(folders, manifests, reading)


def test_a_task_in_a_profile_of_realism_is_told(
    reading: Task, folders: dict[str, Path], manifests: dict[Path, Manifest]
) -> None:
    with pytest.raises(UnplayableError, match="is played in the profile faults"):
        parted(folders, manifests, reading.model_copy(update={"realism": "faults"}))


def written(task: Task, folders: Mapping[str, Path], manifests: Mapping[Path, Manifest]) -> Any:
    (group,) = parted(folders, manifests, task)
    return told(task, group.domain)


def test_a_task_begins_with_its_own_name_and_asks_for_what_its_truth_did(
    booking: Task, folders: dict[str, Path], manifests: dict[Path, Manifest]
) -> None:
    task = written(booking, folders, manifests)

    (begun,) = task["initial_state"]["initialization_actions"]
    criteria = task["evaluation_criteria"]
    assert (begun["func_name"], begun["arguments"]) == ("begin", {"task": booking.id})
    assert [action["name"] for action in criteria["actions"]] == [
        "tiny_air_find_customer",
        "tiny_air_book_flight",
        "twin_air_book_flight",
    ]
    assert criteria["actions"][1]["arguments"] == booking.truth.trajectory[1].arguments
    assert criteria["communicate_info"] == ["130.00"]
    assert criteria["reward_basis"] == ["DB", "ENV_ASSERTION"]
    assert [each["arguments"] for each in criteria["env_assertions"]] == [{"part": "facts"}]


def test_calls_that_were_refused_are_no_actions(
    booking: Task, folders: dict[str, Path], manifests: dict[Path, Manifest]
) -> None:
    first, *rest = booking.truth.trajectory
    refused = first.model_copy(update={"code": "not_found", "content": None})
    truth = booking.truth.model_copy(update={"trajectory": (refused, *rest)})

    task = written(booking.model_copy(update={"truth": truth}), folders, manifests)

    assert len(task["evaluation_criteria"]["actions"]) == 2


def test_facts_are_told_without_the_commas_that_tau2_takes_out_of_answers(
    booking: Task, folders: dict[str, Path], manifests: dict[Path, Manifest]
) -> None:
    facts = tuple(fact.model_copy(update={"text": "1,300.00"}) for fact in booking.criteria.facts)
    criteria = booking.criteria.model_copy(update={"facts": facts})

    task = written(booking.model_copy(update={"criteria": criteria}), folders, manifests)

    assert task["evaluation_criteria"]["communicate_info"] == ["1300.00"]


def test_a_task_without_facts_is_judged_by_its_database_alone(
    booking: Task, folders: dict[str, Path], manifests: dict[Path, Manifest]
) -> None:
    criteria = booking.criteria.model_copy(update={"facts": ()})

    task = written(booking.model_copy(update={"criteria": criteria}), folders, manifests)

    assert task["evaluation_criteria"]["reward_basis"] == ["DB"]
    assert task["evaluation_criteria"]["env_assertions"] == []


def test_what_cannot_be_granted_and_what_rules_forbid_is_asserted(
    booking: Task, folders: dict[str, Path], manifests: dict[Path, Manifest]
) -> None:
    turns = tuple(turn.model_copy(update={"outcome": "declines"}) for turn in booking.turns)

    task = written(booking.model_copy(update={"turns": turns, "rules": (RULE,)}), folders, manifests)

    parts = [each["arguments"]["part"] for each in task["evaluation_criteria"]["env_assertions"]]
    assert parts == ["facts", "outcomes", "rules"]


def test_the_user_is_told_the_requests_and_their_meaning_and_who_it_is(
    reading: Task, folders: dict[str, Path], manifests: dict[Path, Manifest]
) -> None:
    asks, done = reading.turns
    turns = (
        asks.model_copy(update={"plain": "The flight whose origin is OSL.", "outcome": "asks"}),
        done.model_copy(update={"plain": "The fare of that flight."}),
    )
    persona = Persona(manner="brief", name="Eli Nygard", email="eli@example.com")

    scenario = written(reading.model_copy(update={"turns": turns, "persona": persona}), folders, manifests)[
        "user_scenario"
    ]

    instructions = scenario["instructions"]["task_instructions"]
    assert requests_of(instructions) == tuple(turn.query for turn in turns)
    assert "In full: The fare of that flight." in instructions
    assert "origin is OSL" not in instructions
    assert scenario["persona"] == (
        "Your name is Eli Nygard. Your e-mail address is eli@example.com. You say no more words than it takes."
    )
