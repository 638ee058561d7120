"""A gym over the farm and tasks of all rollouts, and what its client would send."""

from collections.abc import Callable, Sequence
from typing import Any

from rollouts.briefing import tool_name
from rollouts.gym import Order, Said
from rollouts.policy import answer_of
from sampler.task import StepRecord, Task

Body = dict[str, Any]


def calling(move: int, *steps: StepRecord) -> Said:
    """The message in which a policy makes these calls."""
    calls = [
        {"id": f"c{place}", "function": {"name": tool_name(step.environment, step.tool), "arguments": step.arguments}}
        for place, step in enumerate(steps)
    ]
    return Said.model_validate({"move": move, "tool_calls": calls})


def answering(move: int, text: str) -> Said:
    return Said(move=move, content=text)


def truth(task: Task) -> Sequence[Callable[[int], Said]]:
    """The messages of a policy that knows the truth: a turn's calls at once, then its answer."""
    said: list[Callable[[int], Said]] = []
    for turn in range(len(task.turns)):
        if steps := task.steps_of(turn):
            said.append(lambda move, steps=steps: calling(move, *steps))
        said.append(lambda move, turn=turn: answering(move, answer_of(task, turn)))
    return said


def order(task: Task, **more: Any) -> Order:
    return Order(task=task.id, **more)
