"""Two runs of the same tasks, task by task: how much better the second is, and how sure that is."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict

from envkit.clock import derive
from evaluation.estimate import Delta, paired
from rollouts.episode import Episode
from rollouts.reward import PARTS, is_success

T = TypeVar("T")

NAMED_TASKS = 20
"""How many of the tasks that changed most are named, either way."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Measure(_Frozen):
    """One number of both sides, each over the tasks that both have, and the difference between them.

    `first` and `second` are None where no task has both.
    """

    name: str
    first: float | None
    second: float | None
    delta: Delta


class Changed(_Frozen):
    """A task whose mean reward is not the same on both sides."""

    task: str
    first: float
    second: float


class Comparison(_Frozen):
    """How two sides did on the tasks that both have a scored rollout of.

    `unscored` counts the rollouts of either side that have no score; they are in no number. `fell` and `rose` name the
    tasks that changed most, the greatest change first.
    """

    comparison: Literal[1] = 1
    first: str
    second: str
    tasks: int
    unscored: tuple[int, int]
    measures: tuple[Measure, ...]
    fell: tuple[Changed, ...]
    rose: tuple[Changed, ...]


def compare(
    first: Iterable[Episode], second: Iterable[Episode], names: tuple[str, str], *, seed: int = 0
) -> Comparison:
    """Compare two sides by task: reward, success, the parts of the reward that differ anywhere, and calls.

    A task's value is the mean of its scored rollouts on a side; tasks that only one side has are left out and counted.
    `seed` feeds the resampling.
    """
    sides = [*map(_by_task, (first, second))]
    scored = [{task: kept for task, each in side.items() if (kept := [*filter(_is_scored, each)])} for side in sides]
    both = sorted(scored[0].keys() & scored[1].keys())
    measures = [_measure(name, value, scored, both, derive(seed, "compare", name)) for name, value in _VALUES.items()]
    rewards = [{task: _mean(side[task], _reward) for task in both} for side in scored]
    changed = [Changed(task=task, first=rewards[0][task], second=rewards[1][task]) for task in both]
    changed.sort(key=lambda each: (each.second - each.first, each.task))
    return Comparison(
        first=names[0],
        second=names[1],
        tasks=len(both),
        unscored=(_unscored(sides[0]), _unscored(sides[1])),
        measures=tuple(each for each in measures if each.name in _ALWAYS or each.delta.better or each.delta.worse),
        fell=tuple(each for each in changed[:NAMED_TASKS] if each.second < each.first),
        rose=tuple(each for each in changed[::-1][:NAMED_TASKS] if each.second > each.first),
    )


def _by_task(episodes: Iterable[Episode]) -> dict[str, list[Episode]]:
    found: dict[str, list[Episode]] = {}
    for episode in episodes:
        found.setdefault(episode.task, []).append(episode)
    return found


def _is_scored(episode: Episode) -> bool:
    return episode.reward.total is not None


def _unscored(side: Mapping[str, list[Episode]]) -> int:
    return sum(not _is_scored(episode) for each in side.values() for episode in each)


def _measure(
    name: str, value: Callable[[Episode], float], sides: list[dict[str, list[Episode]]], both: list[str], seed: int
) -> Measure:
    first, second = ({task: _mean(each, value) for task, each in side.items()} for side in sides)
    return Measure(
        name=name,
        first=_mean(both, first.__getitem__) if both else None,
        second=_mean(both, second.__getitem__) if both else None,
        delta=paired(first, second, seed),
    )


def _mean(things: Sequence[T], value: Callable[[T], float]) -> float:
    return math.fsum(map(value, things)) / len(things)


def _reward(episode: Episode) -> float:
    return episode.reward.total or 0.0


def _success(episode: Episode) -> float:
    return float(is_success(episode.reward))


def _calls(episode: Episode) -> float:
    return float(episode.counts.calls)


def _part(name: str) -> Callable[[Episode], float]:
    return lambda episode: episode.reward.parts.get(name, 1.0)


_ALWAYS = ("reward", "success", "calls")
_VALUES: Mapping[str, Callable[[Episode], float]] = {
    "reward": _reward,
    "success": _success,
    **{name: _part(name) for name in (*PARTS, "thrift")},
    "calls": _calls,
}
