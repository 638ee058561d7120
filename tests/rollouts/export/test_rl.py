from collections.abc import Callable
from typing import Any

import orjson
import pytest

from rollouts.controls import truth_episode
from rollouts.export.example import Example
from rollouts.export.rl import trl_rl_row, verifiers_row, verl_row, verl_shape
from rollouts.reward import score
from sampler.task import Task, seal

MakeExample = Callable[[Task], Example]


def truth_of_verl(row: Any) -> str:
    return str(row["reward_model"]["ground_truth"])


@pytest.mark.parametrize(
    ("row_of", "truth_of"),
    [
        (trl_rl_row, lambda row: row["ground_truth"]),
        (verifiers_row, lambda row: row["ground_truth"]),
        (verl_row, truth_of_verl),
    ],
    ids=["trl-rl", "verifiers", "verl"],
)
def test_the_ground_truth_is_the_task_and_scores_an_episode(
    row_of: Callable[[Example], Any], truth_of: Callable[[Any], str], booking: Task, example: MakeExample
) -> None:
    task = Task.model_validate_json(truth_of(row_of(example(booking))))

    assert seal(task).id == booking.id
    assert score(task, truth_episode(booking)).total == 1.0


def test_the_prompt_is_the_first_query_and_nothing_of_the_solution(reading: Task, example: MakeExample) -> None:
    given = example(reading)
    prompts = [str(row["prompt"]) for row in (trl_rl_row(given), verl_row(given), verifiers_row(given))]

    for prompt in prompts:
        assert "Request 0" in prompt
        assert "Request 1" not in prompt
        assert not any(fact.text in prompt for fact in reading.criteria.facts)


def test_queries_are_those_of_all_turns(reading: Task, example: MakeExample) -> None:
    assert trl_rl_row(example(reading))["queries"] == ["Request 0", "Request 1"]


def test_verl_opens_each_tool_with_the_task_and_its_seed(booking: Task, example: MakeExample) -> None:
    extra: Any = verl_row(example(booking))["extra_info"]

    assert extra["tools_kwargs"].keys() == {*extra["tool_selection"]}
    assert extra["tools_kwargs"]["twin_air_book_flight"]["create_kwargs"] == {
        "environment": "twin_air",
        "tool": "book_flight",
        "task": booking.id,
        "seed": booking.seed,
    }


def test_the_shape_of_verl_has_room_for_the_tools_of_the_whole_file(booking: Task, example: MakeExample) -> None:
    given = example(booking)
    extra: Any = verl_row(given)["extra_info"]
    shape: Any = verl_shape(given.offers.values())["extra_info"]

    assert shape.keys() == extra.keys()
    assert shape["tools_kwargs"].keys() == extra["tools_kwargs"].keys()


def test_verifiers_holds_what_replays_the_row(booking: Task, example: MakeExample) -> None:
    row: Any = orjson.loads(orjson.dumps(verifiers_row(example(booking))))

    assert row["id"] == booking.id
    assert row["answer"] == "The charged (in minor units) is 130.00."
    assert row["info"]["environments"] == ["tiny_air", "twin_air"]
    assert row["info"]["seed"] == booking.seed
