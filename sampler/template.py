"""The template of a task: its shape, the same for tasks that differ in rows, values and words only."""

from __future__ import annotations

import hashlib

from sampler.task import StepRecord, Task, canonical


def template(task: Task) -> str:
    """Return the digest of a task's shape, as 16 hex digits.

    The shape: kind, environments, the rules' tools, the tools not offered, and for each turn how it must end, the goals
    (tools and argument names) and the facts asked for. How rows are looked up is no part of it.
    """
    return hashlib.sha256(canonical(_shape(task))).hexdigest()[:16]


def goals(task: Task, turn: int) -> tuple[StepRecord, ...]:
    """Return the steps of a turn that do what it is about: those that write or are refused, and the last one."""
    steps = task.steps_of(turn)
    return tuple(
        step for index, step in enumerate(steps) if step.writes or step.code is not None or index == len(steps) - 1
    )


def _shape(task: Task) -> list[object]:
    turns = [
        [
            turn.outcome,
            [[step.environment, step.tool, sorted(step.arguments), step.code or ""] for step in goals(task, index)],
            [fact.name for fact in task.criteria.facts if fact.turn == index],
        ]
        for index, turn in enumerate(task.turns)
    ]
    rules = [[rule.environment, rule.tool, rule.argument] for rule in task.rules]
    setup = [[step.environment, step.tool] for step in task.setup]
    return [task.kind, list(task.environments), rules, [list(each) for each in task.hidden_tools], setup, turns]
