import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest
from openai.types.chat import ChatCompletionMessageParam, ChatCompletionToolParam
from pydantic import TypeAdapter

from farm.farm import Farm
from rollouts.episode import PlayedStep, Turn
from rollouts.export.example import Example, ExportError
from rollouts.export.sft import llamafactory_row, openai_row, trl_row
from sampler.task import Task

MakeExample = Callable[[Task], Example]


def calls_of(row: Any) -> list[Mapping[str, Any]]:
    return [call for message in row["messages"] for call in message.get("tool_calls", ())]


async def test_schemas_are_those_of_the_live_server(booking: Task, example: MakeExample, farm: Farm) -> None:
    async with await farm.open(booking.environments, seed=1) as session:
        live = {
            f"{slug}_{tool.name}": tool.input_schema
            for slug, tools in (await session.tools()).items()
            for tool in tools
        }

    row: Any = trl_row(example(booking))

    assert {each["function"]["name"]: each["function"]["parameters"] for each in json.loads(row["tools"])} == live


def test_trl_has_arguments_as_objects_and_observations_as_text(booking: Task, example: MakeExample) -> None:
    row: Any = trl_row(example(booking))

    steps = booking.truth.trajectory
    assert [call["function"]["arguments"] for call in calls_of(row)] == [step.arguments for step in steps]
    answers = [message for message in row["messages"] if message["role"] == "tool"]
    assert [json.loads(each["content"]) for each in answers] == [step.content for step in steps]
    assert [each["tool_call_id"] for each in answers] == [call["id"] for call in calls_of(row)]


def test_ids_of_calls_are_of_the_form_that_the_strictest_template_takes(booking: Task, example: MakeExample) -> None:
    for call in calls_of(trl_row(example(booking))):
        assert len(call["id"]) == 9
        assert call["id"].isalnum()


def test_tools_of_two_environments_are_told_apart(booking: Task, example: MakeExample) -> None:
    names = [call["function"]["name"] for call in calls_of(trl_row(example(booking)))]

    assert names == ["tiny_air_find_customer", "tiny_air_book_flight", "twin_air_book_flight"]


def test_openai_has_nothing_that_its_types_do_not_know(booking: Task, example: MakeExample) -> None:
    row: Any = json.loads(json.dumps(openai_row(example(booking))))

    assert row.keys() == {"messages", "tools", "parallel_tool_calls"}
    assert row["parallel_tool_calls"] is False
    TypeAdapter(list[ChatCompletionMessageParam]).validate_python(row["messages"])
    TypeAdapter(list[ChatCompletionToolParam]).validate_python(row["tools"])


def test_openai_has_arguments_as_text_and_ids_that_name_the_task(booking: Task, example: MakeExample) -> None:
    calls = calls_of(openai_row(example(booking)))

    assert [json.loads(call["function"]["arguments"]) for call in calls] == [
        step.arguments for step in booking.truth.trajectory
    ]
    assert [call["id"] for call in calls] == [f"{booking.id}_{number}" for number in range(3)]
    assert max(len(call["id"]) for call in calls) <= 40


def test_llamafactory_alternates_between_what_is_told_and_what_is_learned(reading: Task, example: MakeExample) -> None:
    row: Any = llamafactory_row(example(reading))

    speakers = [message["from"] for message in row["conversations"]]
    assert speakers == ["human", "function_call", "observation", "gpt"] * 2
    assert json.loads(row["conversations"][1]["value"]) == {
        "name": "tiny_air_search_flights",
        "arguments": {"origin": "OSL", "sort": "fare"},
    }
    assert next(tool["name"] for tool in json.loads(row["tools"])).startswith("tiny_air_")


def test_a_refusal_that_a_policy_met_stays_in_with_its_words(booking: Task, example: MakeExample) -> None:
    step = PlayedStep(
        environment="tiny_air", tool="book_flight", arguments={}, code="sold_out", text="sold_out: none is left."
    )
    played = replace(example(booking), turns=(Turn(query="Book.", steps=(step,), answer="It is full."),))

    row: Any = trl_row(played)

    assert [message["content"] for message in row["messages"][1:]] == [
        "Book.", "", "sold_out: none is left.", "It is full."
    ]  # fmt: skip


def test_openai_is_told_of_a_tool_that_it_could_not_take(reading: Task, example: MakeExample) -> None:
    given = example(reading)
    offer = given.offers["tiny_air"]
    odd = replace(offer, tools=(replace(offer.tools[0], name="a.b"),))

    with pytest.raises(ExportError, match=r"openai takes tool names .* not 'tiny_air_a\.b'; leave out --format openai"):
        openai_row(replace(given, offers={"tiny_air": odd}))


def test_openai_is_told_of_more_tools_than_it_takes(reading: Task, example: MakeExample) -> None:
    given = example(reading)
    offer = given.offers["tiny_air"]

    with pytest.raises(ExportError, match=r"at most 128 tools a row, but task_.* is offered 129"):
        openai_row(replace(given, offers={"tiny_air": replace(offer, tools=offer.tools[:1] * 129)}))
