"""Rows to imitate: conversations with tool calls, for TRL, OpenAI's fine-tuning and LlamaFactory.

Sources of the forms: TRL's "Dataset formats" and `SFTTrainer`, OpenAI's `FineTuneChatRequestInput`, LlamaFactory's
`SharegptDatasetConverter` and `FunctionFormatter`.
"""

from __future__ import annotations

from collections.abc import Iterator

import orjson

from envkit.calls import Json, JsonObject
from rollouts.briefing import tool_name
from rollouts.episode import PlayedStep
from rollouts.export.example import (
    Example,
    ExportError,
    callable_name,
    function_of,
    function_tools,
    system,
)

OPENAI_TOOLS = 128
"""How many tools OpenAI takes in a row."""

LLAMAFACTORY_INFO = {
    "formatting": "sharegpt",
    "columns": {"messages": "conversations", "system": "system", "tools": "tools"},
}
"""What LlamaFactory's `dataset_info.json` says of a file, but for the file's name."""


def trl_row(example: Example) -> JsonObject:
    """Write a row for TRL: arguments are objects, since chat templates write them as JSON themselves."""
    messages: list[Json] = [{"role": "system", "content": system(example.task)}]
    number = 0
    for turn in example.turns:
        messages.append({"role": "user", "content": turn.query})
        for step in turn.steps:
            # Nine letters and digits, because some chat templates refuse ids of any other form.
            name, call_id = _name(step), f"call{number:05d}"
            call: Json = {"id": call_id, "type": "function", "function": {"name": name, "arguments": step.arguments}}
            messages.append({"role": "assistant", "content": "", "tool_calls": [call]})
            messages.append({"role": "tool", "name": name, "tool_call_id": call_id, "content": seen(step)})
            number += 1
        messages.append({"role": "assistant", "content": turn.answer})
    tools = text_of(function_tools(example))
    return {"task": example.task.id, "environment": example.place, "messages": messages, "tools": tools}


def openai_row(example: Example) -> JsonObject:
    """Write a row for OpenAI's fine-tuning: arguments are text, and the ids of calls carry the task's id.

    The API's row has no member that could hold the id.
    """
    tools = function_tools(example)
    if len(tools) > OPENAI_TOOLS:
        sentence = f"openai takes at most {OPENAI_TOOLS} tools a row, but {example.task.id} is offered {len(tools)}"
        raise ExportError(f"{sentence}; leave out --format openai, or sample tasks over fewer environments")
    for environment, tool in example.tools:
        callable_name(tool_name(environment, tool.name), "openai")
    messages: list[Json] = [{"role": "system", "content": system(example.task)}]
    number = 0
    for turn in example.turns:
        messages.append({"role": "user", "content": turn.query})
        for step in turn.steps:
            call_id = f"{example.task.id}_{number}"
            messages.append({"role": "assistant", "tool_calls": [text_call(_name(step), call_id, step)]})
            messages.append({"role": "tool", "tool_call_id": call_id, "content": seen(step)})
            number += 1
        messages.append({"role": "assistant", "content": turn.answer})
    return {"messages": messages, "tools": tools, "parallel_tool_calls": False}


def llamafactory_row(example: Example) -> JsonObject:
    """Write a row for LlamaFactory's sharegpt form: what the user or a tool says alternates with what is to learn."""
    tools = text_of([function_of(environment, tool) for environment, tool in example.tools])
    told: Json = [{"from": speaker, "value": value} for speaker, value in _sharegpt(example)]
    return {
        "task": example.task.id,
        "environment": example.place,
        "conversations": told,
        "system": system(example.task),
        "tools": tools,
    }


def text_call(name: str, call_id: str, step: PlayedStep) -> JsonObject:
    """Write a call as OpenAI's API does, with its arguments as text."""
    return {"id": call_id, "type": "function", "function": {"name": name, "arguments": text_of(step.arguments)}}


def seen(step: PlayedStep) -> str:
    """Return what a language model read when the call came back."""
    return step.as_step().observation.text


def text_of(value: Json) -> str:
    """Write a value as compact JSON, its keys in their order."""
    return orjson.dumps(value).decode()


def _sharegpt(example: Example) -> Iterator[tuple[str, str]]:
    for turn in example.turns:
        yield "human", turn.query
        for step in turn.steps:
            yield "function_call", text_of({"name": _name(step), "arguments": step.arguments})
            yield "observation", seen(step)
        yield "gpt", turn.answer


def _name(step: PlayedStep) -> str:
    return tool_name(step.environment, step.tool)
