import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from rollouts.export.atlas import atlas_row
from rollouts.export.example import Example, ExportError
from sampler.task import Task

MakeExample = Callable[[Task], Example]


def test_the_columns_are_those_of_the_sample_in_their_order(booking: Task, example: MakeExample) -> None:
    row: Any = atlas_row(example(booking))

    assert [*row] == ["TASK", "ENABLED_TOOLS", "PROMPT", "TRAJECTORY", "GTFA_CLAIMS"]
    assert row["TASK"] == booking.id
    assert json.loads(row["GTFA_CLAIMS"]) == ["The charged (in minor units) is 130.00."]


def test_what_stands_before_the_first_underscore_is_the_server(booking: Task, example: MakeExample) -> None:
    row: Any = atlas_row(example(booking))

    servers = {name.split("_", 1)[0] for name in json.loads(row["ENABLED_TOOLS"])}
    assert servers == {"tiny-air", "twin-air"}


def test_the_trajectory_calls_tools_that_are_enabled(booking: Task, example: MakeExample) -> None:
    row: Any = atlas_row(example(booking))

    said = json.loads(row["TRAJECTORY"])
    called = [call["function"]["name"] for message in said for call in message.get("tool_calls", ())]
    assert called == ["tiny-air_find_customer", "tiny-air_book_flight", "twin-air_book_flight"]
    assert {*called} <= {*json.loads(row["ENABLED_TOOLS"])}
    assert [message["role"] for message in said] == ["assistant", "tool"] * 3
    assert json.loads(said[1]["content"][0]["text"]) == booking.truth.trajectory[0].content


def test_all_turns_are_asked_at_once(reading: Task, example: MakeExample) -> None:
    row: Any = atlas_row(example(reading))

    assert row["PROMPT"] == "Request 0\n\nRequest 1"


def test_a_task_that_asks_for_nothing_is_left_out(booking: Task, example: MakeExample) -> None:
    silent = booking.model_copy(update={"criteria": booking.criteria.model_copy(update={"facts": ()})})

    assert atlas_row(example(silent)) is None


def test_a_name_that_is_too_long_is_told(reading: Task, example: MakeExample) -> None:
    given = example(reading)
    offer = given.offers["tiny_air"]
    odd = replace(offer, tools=(replace(offer.tools[0], name="a" * 60),))

    with pytest.raises(ExportError, match=r"atlas takes tool names of 1 to 64 .* leave out --format atlas"):
        atlas_row(replace(given, offers={"tiny_air": odd}))
