"""Turn episodes into numbers: how often each policy succeeds, how reliably, and how sure that is."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal

import orjson
from pydantic import BaseModel, ConfigDict

from envkit.clock import derive
from evaluation.claims import THRESHOLDS, Claims
from evaluation.controls import Controls
from evaluation.estimate import Estimate, estimate, pass_at_k, pass_hat_k
from evaluation.taxonomy import Mode, tally
from evaluation.verdict import ASPECTS, Aspect, selection, slices, spare_calls, verdicts
from registry.whole import write_whole
from rollouts.episode import Episode, Key
from rollouts.reward import is_success
from sampler.task import Task

Value = Callable[[Task, Episode], float | None]
"""What is averaged: a number of a scored rollout of a task, None where there is none."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Slice(_Frozen):
    """How a policy did on the tasks that share something: a `value` of a `dimension`, such as `act` of `kind`.

    `tasks` of them were planned; `reward` and `success` are over those with a score.
    """

    dimension: str
    value: str
    tasks: int
    reward: Estimate
    success: Estimate


class PolicyMetrics(_Frozen):
    """How one policy did. Every planned rollout is in exactly one of succeeded, failed, unscored and missing.

    `pass_at` and `pass_hat` are by k. `floor` and `ceiling` bound the share of successes over the fixed denominator of
    all planned rollouts: had all the unscored and missing ones failed, or succeeded. `verdicts` (evaluation/verdict.py)
    are each over the tasks that they apply to; `precision` and `recall` are those of the tools it chose;
    `spare_calls` is how many calls a success took beyond the shortest known solution.

    `coverage` is that of the claims (evaluation/claims.py), `covered` the share of the tasks that pass at a threshold,
    over the tasks that have claims; `unjudged` counts rollouts left out of both because a judge failed. `failures`
    counts the failed rollouts by the first mode of each (evaluation/taxonomy.py).
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
    verdicts: Mapping[Aspect, Estimate]
    precision: Estimate
    recall: Estimate
    spare_calls: float | None
    coverage: Estimate
    covered: Mapping[float, Estimate]
    unjudged: int
    failures: Mapping[Mode, int]
    slices: tuple[Slice, ...]
    calls: float | None
    refused: float | None
    stops: Mapping[str, int]


class Metrics(_Frozen):
    """The numbers of a run: the same tasks and trials for every policy; and what the tasks' controls earned, if known.

    `controls` tell whether the tasks' rewards can be trusted, whoever played.
    """

    metrics: Literal[3] = 3
    tasks: int
    trials: int
    seed: int
    policies: tuple[PolicyMetrics, ...]
    controls: Controls | None = None


def measure(
    episodes: Iterable[Episode],
    tasks: Sequence[Task],
    policies: Sequence[str],
    *,
    trials: int,
    seed: int = 0,
    domains: Mapping[str, str] | None = None,
    claims: Mapping[Key, Claims] | None = None,
    controls: Controls | None = None,
) -> Metrics:
    """Measure the policies on exactly these tasks, `trials` times each.

    An episode of another task or policy, or of a trial beyond `trials`, is passed over; of two for the same rollout the
    later counts; one that was asked for and is not there is missing. `seed` feeds the resampling. `domains` gives the
    domain of each environment, by which the numbers are broken down too; `claims` those of each episode, by its key;
    `controls` what those of the tasks earned. Raises ValueError without tasks or trials.
    """
    planned = {task.id: task for task in tasks}
    if not planned or trials < 1:
        raise ValueError(f"expected at least one task and one trial, got {len(planned)} tasks and {trials} trials")
    by_policy: dict[str, dict[tuple[str, int], Episode]] = {policy: {} for policy in policies}
    for episode in episodes:
        if episode.policy in by_policy and episode.task in planned and 0 <= episode.trial < trials:
            by_policy[episode.policy][episode.task, episode.trial] = episode
    return Metrics(
        tasks=len(planned),
        trials=trials,
        seed=seed,
        policies=tuple(
            _Measured(planned, found, trials, derive(seed, "metrics", policy), domains or {}, claims or {}).of(policy)
            for policy, found in by_policy.items()
        ),
        controls=controls,
    )


def write_metrics(path: Path, metrics: Metrics) -> None:
    """Write the metrics as JSON, in one step."""
    form = orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS
    write_whole(path, orjson.dumps(metrics.model_dump(mode="json"), option=form))


def read_metrics(path: Path) -> Metrics:
    """Read what `write_metrics` wrote; OSError or pydantic.ValidationError if it cannot be."""
    return Metrics.model_validate_json(path.read_bytes())


class _Measured:
    """The rollouts of one policy, those with a score by task."""

    def __init__(
        self,
        tasks: Mapping[str, Task],
        found: Mapping[tuple[str, int], Episode],
        trials: int,
        seed: int,
        domains: Mapping[str, str],
        claims: Mapping[Key, Claims],
    ) -> None:
        self._tasks, self._found, self._trials, self._seed, self._domains = tasks, found, trials, seed, domains
        self._claims = claims
        self._scored: dict[str, list[Episode]] = {name: [] for name in tasks}
        for name, trial in sorted(found):
            if found[name, trial].reward.total is not None:
                self._scored[name].append(found[name, trial])

    def of(self, policy: str) -> PolicyMetrics:
        """Return the numbers."""
        rated = [episode for each in self._scored.values() for episode in each]
        wins = [episode for episode in rated if is_success(episode.reward)]
        planned = len(self._tasks) * self._trials
        ks = range(1, self._trials + 1)
        return PolicyMetrics(
            policy=policy,
            planned=planned,
            succeeded=len(wins),
            failed=len(rated) - len(wins),
            unscored=len(self._found) - len(rated),
            missing=planned - len(self._found),
            floor=len(wins) / planned,
            ceiling=1 - (len(rated) - len(wins)) / planned,
            reward=self._estimate("reward", _total),
            pass_at={k: self._over_trials("pass_at", pass_at_k, k) for k in ks},
            pass_hat={k: self._over_trials("pass_hat", pass_hat_k, k) for k in ks},
            verdicts={aspect: self._estimate(aspect, _verdict(aspect)) for aspect in ASPECTS},
            precision=self._estimate("precision", lambda task, episode: selection(task, episode)[0]),
            recall=self._estimate("recall", lambda task, episode: selection(task, episode)[1]),
            spare_calls=_mean([spare_calls(self._tasks[episode.task], episode) for episode in wins]),
            coverage=self._estimate("coverage", self._coverage),
            covered={least: self._estimate(f"covered {least}", self._covered(least)) for least in THRESHOLDS},
            unjudged=sum(episode.key in self._claims and self._is_unjudged(episode) for episode in rated),
            failures=tally((self._tasks[episode.task], episode) for episode in rated),
            slices=tuple(self._slices()),
            calls=_mean([episode.counts.calls for episode in rated]),
            refused=_mean([episode.counts.refused for episode in rated]),
            stops=dict(sorted(Counter(episode.stop for episode in self._found.values()).items())),
        )

    def _coverage(self, _: Task, episode: Episode) -> float | None:
        claims = self._claims.get(episode.key)
        return claims.coverage if claims else None

    def _covered(self, least: float) -> Value:
        def covers(task: Task, episode: Episode) -> float | None:
            covered = self._coverage(task, episode)
            return None if covered is None else float(covered >= least)

        return covers

    def _is_unjudged(self, episode: Episode) -> bool:
        return bool(self._claims[episode.key].scores) and self._claims[episode.key].coverage is None

    def _slices(self) -> Iterator[Slice]:
        members: dict[tuple[str, str], list[str]] = {}
        for name, task in self._tasks.items():
            for place in slices(task, self._domains):
                members.setdefault(place, []).append(name)
        for (dimension, value), names in sorted(members.items(), key=_order):
            label = f"{dimension} {value}"
            yield Slice(
                dimension=dimension,
                value=value,
                tasks=len(names),
                reward=self._estimate(f"{label} reward", _total, names),
                success=self._estimate(f"{label} success", _success, names),
            )

    def _estimate(self, name: str, value: Value, among: Sequence[str] | None = None) -> Estimate:
        """Average over the tasks what the mean of each one's rollouts is, leaving out where there is no value."""
        means = []
        for task in self._tasks if among is None else among:
            found = (value(self._tasks[task], episode) for episode in self._scored[task])
            if values := [each for each in found if each is not None]:
                means.append(math.fsum(values) / len(values))
        return estimate(means, derive(self._seed, name))

    def _over_trials(self, name: str, rate: Callable[[int, int, int], float], k: int) -> Estimate:
        """Average a rate over the tasks with at least k scored trials."""
        enough = [each for each in self._scored.values() if len(each) >= k]
        rates = [rate(sum(is_success(one.reward) for one in each), len(each), k) for each in enough]
        return estimate(rates, derive(self._seed, name, k))


def _total(_: Task, episode: Episode) -> float | None:
    return episode.reward.total


def _success(_: Task, episode: Episode) -> float:
    return float(is_success(episode.reward))


def _verdict(aspect: Aspect) -> Value:
    return lambda task, episode: verdicts(task, episode).get(aspect)


def _order(place: tuple[tuple[str, str], object]) -> tuple[str, int, str]:
    """Order slices by dimension, and numbers within one by their size."""
    dimension, value = place[0]
    number = re.match(r"\d+", value)
    return dimension, int(number[0]) if number else 0, value


def _mean(values: Sequence[int]) -> float | None:
    return sum(values) / len(values) if values else None
