"""A language model that knows the tasks: it solves them over a scripted endpoint, as well or as badly as it is told."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

from chat.budget import Budget, Prices
from chat.cache import Cache
from chat.client import ChatClient, Endpoint
from rollouts.briefing import tool_name
from rollouts.policy import answer_of
from sampler.task import StepRecord, Task
from tests.chat.scripted import Body, Move, Script, good

Answer = Callable[[Task, int], str]


def solver(tasks: Sequence[Task], answer: Answer = answer_of) -> Script:
    """Make the calls of the truth, a turn's all at once, then answer. The task is known by its first query."""
    known = {task.turns[0].query: task for task in tasks}

    def script(body: Body, number: int) -> Move:
        said = [message for message in body["messages"] if message["role"] != "system"]
        queries = [message["content"] for message in said if message["role"] == "user"]
        task, turn = known[queries[0]], len(queries) - 1
        steps = task.steps_of(turn)
        return good(answer(task, turn)) if said[-1]["role"] == "tool" or not steps else calling(*steps)

    return script


def calling(*steps: StepRecord) -> Move:
    """Make these calls in one reply."""
    return Move(finish="tool_calls", calls=tuple(call(place, step) for place, step in enumerate(steps)))


def call(place: int, step: StepRecord) -> Body:
    return written(f"call{place}", tool_name(step.environment, step.tool), json.dumps(step.arguments))


def written(call_id: str, name: str, arguments: str) -> Body:
    return {"id": call_id, "type": "function", "function": {"name": name, "arguments": arguments}}


def opened(url: str, folder: Path, *, prices: Prices | None = None, attempts: int = 2, timeout_s: float = 30.0):
    """Open a client that waits for next to nothing between attempts."""
    endpoint = Endpoint(url, attempts=attempts, first_wait_s=0.001, timeout_s=timeout_s)
    return ChatClient.open(endpoint, budget=Budget(prices or Prices()), cache=Cache(folder), chance=Random(0))
