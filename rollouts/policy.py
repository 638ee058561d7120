"""Policies: what chooses the next call, with the two that leave no choice: the truth's, and doing nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from envkit.calls import Step, ToolCall
from farm.link import Tool
from rollouts.episode import Turn
from sampler.task import Task


@dataclass(frozen=True, slots=True)
class Scene:
    """What a policy may know when it moves: never the truth or the criteria.

    `past` are the turns already answered, `query` what the user wants now, `steps` what was done for it so far. `rules`
    hold on all calls of the task. `seed` and `trial` feed a policy's chance. With no `calls_left` only an answer is
    still of use.
    """

    task: str
    seed: int
    trial: int
    tools: Mapping[str, tuple[Tool, ...]]
    past: tuple[Turn, ...]
    query: str
    steps: tuple[Step, ...]
    calls_left: int
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Move:
    """What a policy does next: calls, made in order; or, without any, its answer to the query."""

    calls: tuple[ToolCall, ...] = ()
    answer: str = ""


class Policy(Protocol):
    """Chooses moves. It keeps no state of an episode: one policy plays many at once."""

    @property
    def name(self) -> str:
        """What the policy is called in episodes and tables."""

    async def act(self, scene: Scene) -> Move:
        """Choose the next move."""


@dataclass(frozen=True, slots=True)
class NullPolicy:
    """Does nothing and says nothing: what it earns, a task gives away."""

    name: str = "null"

    async def act(self, scene: Scene) -> Move:
        """Give up at once."""
        return Move()


class ReplayPolicy:
    """Plays the truth of the tasks it was given and states their facts: what it misses, a task cannot be scored for."""

    name = "replay"

    def __init__(self, tasks: Sequence[Task]) -> None:
        self._tasks = {task.id: task for task in tasks}

    async def act(self, scene: Scene) -> Move:
        """Repeat the truth's calls of this turn that were not made yet, then state the turn's facts."""
        task, turn = self._tasks[scene.task], len(scene.past)
        steps = task.steps_of(turn)[len(scene.steps) :]
        if steps:
            return Move(tuple(ToolCall(step.environment, step.tool, step.arguments) for step in steps))
        return Move(answer=answer_of(task, turn))


def answer_of(task: Task, turn: int) -> str:
    """Return the barest right answer to a turn: a line for each fact it asks for, and why it is not granted if so."""
    facts = [f"{fact.name}: {fact.text}" for fact in task.criteria.facts if fact.turn == turn]
    wanted = task.turns[turn]
    about = ", ".join(wanted.about)
    ends = {"done": [], "asks": [f"Which is it? {about}"], "declines": [f"That cannot be done: {about}"]}
    return "\n".join([*facts, *ends[wanted.outcome]])
