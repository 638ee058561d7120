"""Policies: what chooses the next call, with the two that leave no choice: the truth's, and doing nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

from chat.messages import Reply
from envkit.calls import Step, ToolCall
from envkit.errors import TRANSIENT
from farm.link import Tool
from rollouts.episode import Turn
from sampler.task import Task


@dataclass(frozen=True, slots=True)
class Scene:
    """What a policy may know when it moves: never the truth or the criteria.

    `past` are the turns already answered, `query` what the user wants now, `steps` what was done for it so far. `rules`
    hold on all calls of the task. `seed` and `trial` feed a policy's chance. With no `calls_left` only an answer is
    still of use. `follows_up`: the query is the user's word on what was asked about the request before. `replies` are
    those that led to the steps so far, if a language model plays.
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
    follows_up: bool = False
    replies: tuple[Reply, ...] = ()

    @property
    def request(self) -> int:
        """The index of the request that is being dealt with, which is that of the task's turn."""
        return sum(not turn.follows_up for turn in self.past) - self.follows_up


@dataclass(frozen=True, slots=True)
class Garbled:
    """A call that cannot be made: the tool as it was named, and what is wrong, as a code and a sentence.

    It becomes a step as any call does: it takes one of the budget, and the sentence is what comes back.
    """

    tool: str
    code: str
    sentence: str


MALFORMED = "malformed_call"
"""The code of a call that is wrong in form."""


@dataclass(frozen=True, slots=True)
class Move:
    """What a policy does next: calls, made in order; or, without any, its answer to the query; or a stop.

    `stop`: it cannot go on, for a reason of its own; the episode ends and is scored. `note` says so, or what befell the
    reply. `reply`: what its language model said, for the record.
    """

    calls: tuple[ToolCall | Garbled, ...] = ()
    answer: str = ""
    stop: Literal["tokens", "context"] | None = None
    note: str = ""
    reply: Reply | None = None


@runtime_checkable
class Configured(Protocol):
    """What can be set in more than one way: a digest of how, by which a run tells what it has played."""

    @property
    def configuration(self) -> str:
        """Return the digest, empty if nothing was set."""


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
        """Repeat the truth's calls of this turn that were not made yet, then state the turn's facts.

        Where calls may be refused for the moment they are made one by one, each until it gets through, since later ones
        build on it.
        """
        task, turn = self._tasks[scene.task], scene.request
        made = sum(step.observation.code not in TRANSIENT for step in scene.steps)
        steps = task.steps_of(turn)[made:]
        if steps and not scene.follows_up:
            calls = tuple(ToolCall(step.environment, step.tool, step.arguments) for step in steps)
            return Move(calls if task.realism is None else calls[:1])
        return Move(answer=answer_of(task, turn))


def answer_of(task: Task, turn: int) -> str:
    """Return the barest right answer to a turn: a line for each fact it asks for, and why it is not granted if so."""
    facts = [f"{fact.name}: {fact.text}" for fact in task.criteria.facts if fact.turn == turn]
    wanted = task.turns[turn]
    about = ", ".join(wanted.about)
    ends = {"done": [], "asks": [f"Which is it? {about}"], "declines": [f"That cannot be done: {about}"]}
    return "\n".join([*facts, *ends[wanted.outcome]])
