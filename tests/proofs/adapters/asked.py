"""The policy of plays: an endpoint that knows the tasks, asked over HTTP with nothing but Python."""

import json
import urllib.request
from collections.abc import Sequence
from typing import Any

Body = dict[str, Any]


def ask(endpoint: str, messages: Sequence[Body]) -> Body:
    """Return the endpoint's next message."""
    body = json.dumps({"model": "told", "messages": messages}).encode()
    request = urllib.request.Request(f"{endpoint}/chat/completions", body, {"content-type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        message: Body = json.loads(answer.read())["choices"][0]["message"]
    return {name: each for name, each in message.items() if each is not None}


def calls_of(message: Body) -> list[Body]:
    """Return the calls of a message: their names, and their arguments as text."""
    return [{**call["function"], "id": call["id"]} for call in message.get("tool_calls", ())]


def written(message: Body) -> str:
    """Write a message as a model of the Hermes family does."""
    calls = [
        f'<tool_call>\n{{"name": "{call["name"]}", "arguments": {call["arguments"]}}}\n</tool_call>'
        for call in calls_of(message)
    ]
    return "\n".join(calls) or str(message.get("content", ""))
