"""The gym's book: which rollouts are being played, in which groups, and where their episodes go."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from farm.farm import Farm
from rollouts.batch import EPISODES
from rollouts.briefing import Offered, offered
from rollouts.episode import Episode, append_episode, stream_episodes
from rollouts.gym.rollout import Rollout, Told
from rollouts.play import play_in
from rollouts.policy import Policy
from rollouts.start import Group, Place, Start, branch, visible
from rollouts.user import FixedUser, User
from sampler.task import Task, canonical

Count = tuple[str, str, str, int]
"""Task, fork, policy and seed: rollouts that are alike in these are told apart by their trial."""


class UnknownError(Exception):
    """There is no task or rollout of that name; says so in a sentence."""


class TakenError(Exception):
    """A rollout of that name is another one's."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Fork(_Frozen):
    """Where a rollout begins inside another one that is over: after `turns` answered turns and `calls` of the next."""

    rollout: str
    turns: int = Field(ge=0)
    calls: int = Field(default=0, ge=0)


class Order(_Frozen):
    """What is to be played: a task, by which policy (its name in the records), from where if not from its opening."""

    task: str
    policy: str = Field(default="outside", min_length=1, max_length=200)
    seed: int = 0
    fork: Fork | None = None


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one rollout may take, and how many are remembered.

    `budget` bounds its calls, `timeout_s` its time in all, `most_chars` what is told of an observation. `groups` are
    kept open although nobody plays in them, and `finished` rollouts may still be asked for.
    """

    budget: int = 40
    timeout_s: float = 3600.0
    most_chars: int = 20_000
    groups: int = 64
    finished: int = 1024


@dataclass(slots=True)
class _Held:
    group: Group
    playing: int = 0


class Gym:
    """Owns the rollouts that are being played; they are abandoned with it.

    All rollouts from one start are forks of the same worlds. An episode is a line of `out`/episodes.jsonl as it ends.
    """

    def __init__(
        self,
        farm: Farm,
        tasks: Sequence[Task],
        *,
        out: Path | None = None,
        user: User | None = None,
        bounds: Bounds | None = None,
    ) -> None:
        """Open nothing yet. Raises EpisodeFileError if `out` holds another kind of file."""
        self.tasks: Mapping[str, Task] = {task.id: task for task in tasks}
        self._farm, self._user, self._bounds = farm, user or FixedUser(), bounds or Bounds()
        self._path = None if out is None else out / EPISODES
        self._trials = _trials(self._path)
        self._rollouts: dict[str, Rollout] = {}
        self._orders: dict[str, Order] = {}
        self._held: dict[tuple[str, str], _Held] = {}

    async def __aenter__(self) -> Self:
        if self._path is not None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for name in tuple(self._rollouts):
            await self.close(name)
        for held in self._held.values():
            await held.group.close()

    @property
    def playing(self) -> int:
        """How many rollouts are not over."""
        return sum(not rollout.is_over for rollout in self._rollouts.values())

    async def open(self, name: str, order: Order) -> Told:
        """Begin a rollout of that name, and tell its beginning; one that was begun by the same order is told as it is.

        Raises UnknownError, TakenError, and ForkError if there is no such place in the rollout it is to leave.
        """
        if self._orders.setdefault(name, order) != order:
            raise TakenError(f"rollout {name!r} was begun by another order; choose another name")
        if name not in self._rollouts:
            try:
                self._rollouts[name] = self._begun(order)
            except BaseException:
                del self._orders[name]
                raise
            self._forget()
        return await self._rollouts[name].begin()

    def rollout(self, name: str) -> Rollout:
        """Return a rollout; UnknownError if there is none of that name."""
        if name not in self._rollouts:
            raise UnknownError(f"there is no rollout {name!r}; it was closed, or is forgotten")
        return self._rollouts[name]

    async def close(self, name: str) -> bool:
        """Forget a rollout, abandoned if it is not over; say whether there was one."""
        rollout = self._rollouts.pop(name, None)
        self._orders.pop(name, None)
        if rollout is not None:
            await rollout.abandon()
        return rollout is not None

    async def tools(self, task: str) -> Offered:
        """Return the tools that a task offers, by name; raises UnknownError, FarmError."""
        wanted = self._task(task)
        async with await self._farm.open(wanted.environments) as session:
            return offered(visible(await session.tools(), wanted))

    def _task(self, task: str) -> Task:
        if task not in self.tasks:
            raise UnknownError(f"there is no task {task!r} among the {len(self.tasks)} of this gym")
        return self.tasks[task]

    def _begun(self, order: Order) -> Rollout:
        task = self._task(order.task)
        start = Start(task) if order.fork is None else self._branch(task, order.fork)
        trial = self._trials[task.id, start.name, order.policy, order.seed]
        self._trials[task.id, start.name, order.policy, order.seed] += 1

        async def play(policy: Policy) -> Episode:
            return await self._play(start, policy, order.seed, trial)

        bounds = self._bounds
        return Rollout(task, order.policy, play, budget=bounds.budget, most_chars=bounds.most_chars)

    def _branch(self, task: Task, fork: Fork) -> Start:
        parent = self.rollout(fork.rollout).episode
        if parent is None:
            raise UnknownError(f"rollout {fork.rollout!r} is not over, so it cannot be forked yet")
        return branch(task, parent, Place(fork.turns, fork.calls))

    async def _play(self, start: Start, policy: Policy, seed: int, trial: int) -> Episode:
        key = (start.task.id, start.name)
        held = self._held.setdefault(key, _Held(Group(start, self._farm, None)))
        held.playing += 1
        bounds = self._bounds
        try:
            episode = await play_in(
                held.group,
                policy,
                seed=seed,
                trial=trial,
                budget=bounds.budget,
                timeout_s=bounds.timeout_s,
                user=self._user,
            )
        finally:
            held.playing -= 1
            self._held[key] = self._held.pop(key)  # the latest used stands last
            await self._close_idle()
        if self._path is not None:
            append_episode(self._path, episode)
        return episode

    async def _close_idle(self) -> None:
        """Close the groups that nobody plays in, but for those used last."""
        idle = [key for key, held in self._held.items() if not held.playing]
        for key in idle[: max(0, len(idle) - self._bounds.groups)]:
            await self._held.pop(key).group.close()

    def _forget(self) -> None:
        """Forget the oldest rollouts that are over, if there are too many."""
        over = [name for name, rollout in self._rollouts.items() if rollout.is_over]
        for name in over[: max(0, len(over) - self._bounds.finished)]:
            del self._rollouts[name], self._orders[name]


def toolset(task: Task) -> str:
    """Name the tools that a task offers: its environments, and a mark of what it hides."""
    mark = hashlib.sha256(canonical(sorted(task.hidden_tools))).hexdigest()[:8]
    return "+".join(task.environments) + (f"-{mark}" if task.hidden_tools else "")


def _trials(path: Path | None) -> Counter[Count]:
    """Count the trials that a file of episodes holds, so that those to come are told apart from them."""
    trials: Counter[Count] = Counter()
    if path is not None and path.exists():
        for episode in stream_episodes(path):
            task, fork, policy, _, trial, seed = episode.key
            key = (task, fork, policy, seed)
            trials[key] = max(trials[key], trial + 1)
    return trials
