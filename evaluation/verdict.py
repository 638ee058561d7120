"""The verdicts on one episode, kept apart: what it did to the state, what it said, what it was not allowed to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod
from typing import Literal

from rollouts.episode import Episode
from rollouts.reward import forced_calls
from sampler.task import Task

Aspect = Literal["state", "answer", "policy", "efficiency"]

ASPECTS: Mapping[Aspect, tuple[str, ...]] = {
    "state": ("state", "forbidden"),
    "answer": ("facts", "outcomes"),
    "policy": ("rules",),
    "efficiency": ("thrift",),
}
"""Which parts of a reward each verdict is the product of; every part belongs to one, so their product is the total."""

DIMENSIONS = ("domain", "kind", "environments", "turns", "calls", "level", "distractors")
"""What tasks can be told apart by."""


def verdicts(task: Task, episode: Episode) -> dict[Aspect, float]:
    """Return the verdicts that apply to a scored episode, each in [0, 1].

    `state`: what had to change did and nothing else did. `answer`: the facts were told, and a turn that could not be
    granted ended in a question or a refusal; where neither is demanded it does not apply. `policy`: no call broke a
    rule of the task; without rules it does not apply. `efficiency`: what needless calls and writes leave of a success.
    The product of those that apply is the reward, since a part that nothing is demanded of is 1.
    """
    parts = episode.reward.parts
    return {aspect: prod(parts[name] for name in names) for aspect, names in ASPECTS.items() if _applies(aspect, task)}


def selection(task: Task, episode: Episode) -> tuple[float | None, float | None]:
    """Return the precision and the recall of the tools called against those that the truth calls, each in [0, 1].

    Precision is None where no tool was called, recall where none is needed. A tool that is not offered counts as
    called: it was chosen.
    """
    needed = {(step.environment, step.tool) for step in task.truth.trajectory}
    called = {(step.environment, step.tool) for step in episode.steps}
    hit = len(needed & called)
    return (hit / len(called) if called else None), (hit / len(needed) if needed else None)


def spare_calls(task: Task, episode: Episode) -> int:
    """Return how many calls it made beyond the shortest known solution; negative if it found a shorter one.

    Those that its profile of realism forced on it do not count.
    """
    return episode.counts.calls - forced_calls(episode) - len(task.truth.trajectory)


def slices(task: Task, domains: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Return what a task belongs to, as (dimension, value): one of each dimension, but a domain for each that it has.

    `domains` gives that of each environment; one that it does not know has none.
    """
    made = len(task.truth.trajectory)
    found = [("domain", name) for name in sorted({domains[slug] for slug in task.environments if slug in domains})]
    found += [
        ("kind", task.kind),
        ("environments", str(len(task.environments))),
        ("turns", _between(len(task.turns), (1, 2, 4, 6))),
        ("calls", _between(made, (0, 1, 3, 6, 9, 12))),
    ]
    if task.difficulty is not None:
        found += [
            ("level", str(task.difficulty.level)),
            ("distractors", _between(task.difficulty.distractors, (0, 10, 20, 40))),
        ]
    return tuple(found)


def _applies(aspect: Aspect, task: Task) -> bool:
    if aspect == "answer":
        return bool(task.criteria.facts) or any(turn.outcome != "done" for turn in task.turns)
    return bool(task.rules) if aspect == "policy" else True


def _between(number: int, starts: Sequence[int]) -> str:
    """Return the range a number lies in, such as `3-5` or `12+`; a range begins at each of the starts."""
    first = max(start for start in starts if start <= number)
    later = [start for start in starts if start > number]
    if not later:
        return f"{first}+"
    return str(first) if later[0] == first + 1 else f"{first}-{later[0] - 1}"
