"""The lesson of a task: its truth told as turns, with answers in sentences."""

from __future__ import annotations

from rollouts.controls import truth_episode
from rollouts.episode import Turn
from sampler.facts import spaced
from sampler.task import Fact, Task

DONE = "Done."
"""The answer to a turn that asks for no fact."""


def lesson(task: Task) -> tuple[Turn, ...]:
    """Tell the truth of a task as turns: the calls with what really came back, and an answer in sentences."""
    turns = truth_episode(task).turns
    return tuple(turn.model_copy(update={"answer": answer(task, index)}) for index, turn in enumerate(turns))


def answer(task: Task, turn: int) -> str:
    """Answer a turn: a sentence for each fact it asks for, and a question or a reason if it cannot be granted."""
    said = [statement(fact) for fact in task.criteria.facts if fact.turn == turn]
    wanted = task.turns[turn]
    if wanted.outcome == "asks":
        said.append(f"Which one do you mean: {' or '.join(wanted.about)}?" if wanted.about else "Could you say more?")
    elif wanted.outcome == "declines":
        said.append(_excuse(task, turn))
    return "\n".join(said) or DONE


def _excuse(task: Task, turn: int) -> str:
    """Say why a turn is not granted: what the tool said, the rule, or that nothing here does it."""
    refused = next((step for step in task.steps_of(turn) if step.code is not None and step.text), None)
    if refused is not None:
        return f"I cannot do that: {refused.text.partition(': ')[2] or refused.text}"
    if task.rules:
        return f"I am not allowed to do that: {' '.join(rule.text for rule in task.rules)}"
    return f"I cannot do that; I have no tool for it: {', '.join(task.turns[turn].about)}"


def statement(fact: Fact) -> str:
    """State a fact in the words that the query asks for it."""
    owner, _, column = fact.name.rpartition(".")
    subject = f"The {spaced(owner)}'s {spaced(column)}" if owner else f"The {spaced(column)}"
    unit = " (in minor units)" if fact.type == "money" else ""
    return f"{subject}{unit} is {fact.text}."
