"""The lesson of a task: its truth told as turns, with answers in sentences."""

from __future__ import annotations

from rollouts.controls import truth_episode
from rollouts.episode import Turn
from rollouts.export.example import ExportError
from sampler.facts import spaced
from sampler.task import Fact, Task

DONE = "Done."
"""The answer to a turn that asks for no fact."""


def lesson(task: Task) -> tuple[Turn, ...]:
    """Tell the truth of a task as turns: the calls with what really came back, and an answer that states the facts.

    ExportError if a call was refused, which no sampled truth has: a truth does not keep the words of a refusal.
    """
    if refused := next((step for step in task.truth.trajectory if step.code is not None), None):
        sentence = f"{task.id}: {refused.tool} was refused in its truth, which does not keep the words of a refusal"
        raise ExportError(f"{sentence}; sample it again")
    turns = truth_episode(task).turns
    return tuple(turn.model_copy(update={"answer": answer(task, index)}) for index, turn in enumerate(turns))


def answer(task: Task, turn: int) -> str:
    """Answer a turn: a sentence for each fact it asks for."""
    return "\n".join(statement(fact) for fact in task.criteria.facts if fact.turn == turn) or DONE


def statement(fact: Fact) -> str:
    """State a fact in the words that the query asks for it."""
    owner, _, column = fact.name.rpartition(".")
    subject = f"The {spaced(owner)}'s {spaced(column)}" if owner else f"The {spaced(column)}"
    unit = " (in minor units)" if fact.type == "money" else ""
    return f"{subject}{unit} is {fact.text}."
