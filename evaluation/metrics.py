"""Turn episodes into numbers: how often each policy succeeds, how reliably, and how sure that is."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Literal

import orjson
from pydantic import BaseModel, ConfigDict

from envkit.clock import derive
from evaluation.estimate import Estimate, estimate, pass_at_k, pass_hat_k
from rollouts.episode import Episode
from rollouts.reward import is_success
from sampler.task import Task


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PolicyMetrics(_Frozen):
    """How one policy did. Every planned rollout is in exactly one of succeeded, failed, unscored and missing.

    `pass_at` and `pass_hat` are by k. `floor` and `ceiling` bound the share of successes over the fixed denominator of
    all planned rollouts: had all the unscored and missing ones failed, or succeeded.
    """

    policy: str
    planned: int
    succeeded: int
    failed: int
    unscored: int
    missing: int
    floor: float
    ceiling: float
    reward: Estimate
    pass_at: Mapping[int, Estimate]
    pass_hat: Mapping[int, Estimate]
    calls: float | None
    refused: float | None
    stops: Mapping[str, int]


class Metrics(_Frozen):
    """The numbers of a run: the same tasks and trials for every policy."""

    metrics: Literal[1] = 1
    tasks: int
    trials: int
    seed: int
    policies: tuple[PolicyMetrics, ...]


def measure(
    episodes: Iterable[Episode], tasks: Sequence[Task], policies: Sequence[str], *, trials: int, seed: int = 0
) -> Metrics:
    """Measure the policies on exactly these tasks, `trials` times each.

    An episode of another task or policy, or of a trial beyond `trials`, is passed over; of two for the same rollout the
    later counts; one that was asked for and is not there is missing. `seed` feeds the resampling. Raises ValueError
    without tasks or trials.
    """
    names = tuple(dict.fromkeys(task.id for task in tasks))
    if not names or trials < 1:
        raise ValueError(f"expected at least one task and one trial, got {len(names)} tasks and {trials} trials")
    planned = {(name, trial) for name in names for trial in range(trials)}
    by_policy: dict[str, dict[tuple[str, int], Episode]] = {policy: {} for policy in policies}
    for episode in episodes:
        if episode.policy in by_policy and (episode.task, episode.trial) in planned:
            by_policy[episode.policy][episode.task, episode.trial] = episode
    return Metrics(
        tasks=len(names),
        trials=trials,
        seed=seed,
        policies=tuple(
            _measure_policy(policy, found, names, trials, derive(seed, "metrics", policy))
            for policy, found in by_policy.items()
        ),
    )


def write_metrics(path: Path, metrics: Metrics) -> None:
    """Write the metrics as JSON, in one step."""
    partial = path.with_suffix(".partial")
    partial.write_bytes(
        orjson.dumps(metrics.model_dump(mode="json"), option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS)
    )
    partial.replace(path)


def read_metrics(path: Path) -> Metrics:
    """Read what `write_metrics` wrote; OSError or pydantic.ValidationError if it cannot be."""
    return Metrics.model_validate_json(path.read_bytes())


def _measure_policy(
    policy: str, found: Mapping[tuple[str, int], Episode], tasks: Sequence[str], trials: int, seed: int
) -> PolicyMetrics:
    scored: dict[str, list[Episode]] = {task: [] for task in tasks}
    for key in sorted(found):
        if found[key].reward.total is not None:
            scored[key[0]].append(found[key])
    rated = [episode for each in scored.values() for episode in each]
    planned, succeeded = len(tasks) * trials, sum(is_success(episode.reward) for episode in rated)

    def over_tasks(name: str, k: int, rate: Callable[[Sequence[Episode], int], float]) -> Estimate:
        """Average a rate over the tasks with at least k scored trials."""
        return estimate([rate(each, k) for each in scored.values() if len(each) >= k], derive(seed, name, k))

    return PolicyMetrics(
        policy=policy,
        planned=planned,
        succeeded=succeeded,
        failed=len(rated) - succeeded,
        unscored=len(found) - len(rated),
        missing=planned - len(found),
        floor=succeeded / planned,
        ceiling=1 - (len(rated) - succeeded) / planned,
        reward=over_tasks("reward", 1, _mean_reward),
        pass_at={k: over_tasks("pass_at", k, _pass_at) for k in range(1, trials + 1)},
        pass_hat={k: over_tasks("pass_hat", k, _pass_hat) for k in range(1, trials + 1)},
        calls=_mean([episode.counts.calls for episode in rated]),
        refused=_mean([episode.counts.refused for episode in rated]),
        stops=dict(sorted(Counter(episode.stop for episode in found.values()).items())),
    )


def _pass_at(episodes: Sequence[Episode], k: int) -> float:
    return pass_at_k(_wins(episodes), len(episodes), k)


def _pass_hat(episodes: Sequence[Episode], k: int) -> float:
    return pass_hat_k(_wins(episodes), len(episodes), k)


def _wins(episodes: Sequence[Episode]) -> int:
    return sum(is_success(episode.reward) for episode in episodes)


def _mean_reward(episodes: Sequence[Episode], _: int) -> float:
    return math.fsum(episode.reward.total or 0.0 for episode in episodes) / len(episodes)


def _mean(values: Sequence[int]) -> float | None:
    return sum(values) / len(values) if values else None
