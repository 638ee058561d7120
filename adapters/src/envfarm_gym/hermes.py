"""Tools as text: how models of the Hermes and Qwen families are told of tools, and how they write calls.

For trainers that hand over what a model wrote as it is. Source of the form: the chat template of Qwen3.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from envfarm_gym.forms import Call, Json

_TOOLS = """

# Tools

You may call one or more functions to assist with the user query.

You are provided with function signatures within <tools></tools> XML tags:
<tools>
{tools}
</tools>

For each function call, return a json object with function name and arguments within <tool_call></tool_call> XML tags:
<tool_call>
{{"name": <function-name>, "arguments": <args-json-object>}}
</tool_call>"""
_THOUGHT = re.compile(r"\s*<think>.*?(?:</think>\s*|\Z)", re.DOTALL)
_CALL = re.compile(r"<tool_call>\s*(.*?)\s*(?:</tool_call>|\Z)", re.DOTALL)
_NAME = re.compile(r'"name"\s*:\s*"([^"]*)"')


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a model wrote: its words, without thoughts and calls, and its calls."""

    text: str
    calls: tuple[Call, ...] = ()


def told(tools: Sequence[Json]) -> str:
    """Say in a system prompt which tools there are, and how to call them."""
    return _TOOLS.format(tools="\n".join(json.dumps(tool) for tool in tools)) if tools else ""


def heard(text: str) -> Spoken:
    """Read what a model wrote; a call that is no JSON is one all the same, and the gym says what is wrong with it."""
    said = _THOUGHT.sub("", text, count=1)
    return Spoken(_CALL.sub("", said).strip(), tuple(_call(found) for found in _CALL.findall(said)))


def observed(messages: Sequence[Json]) -> list[dict[str, str]]:
    """Write what follows a message as the template does: all observations in one message of the user."""
    words = [str(message["content"]) for message in messages]
    if messages and messages[0]["role"] == "tool":
        return [{"role": "user", "content": "\n".join(f"<tool_response>\n{each}\n</tool_response>" for each in words)}]
    return [{"role": "user", "content": each} for each in words]


def _call(written: str) -> Call:
    try:
        read = json.loads(written)
        return Call(str(read["name"]), read.get("arguments", {}))
    except (ValueError, KeyError, TypeError, AttributeError):
        named = _NAME.search(written)
        return Call(named[1] if named else "", written)
