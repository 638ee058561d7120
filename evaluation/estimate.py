"""Estimate rates from a few trials a task, with intervals that respect that trials of a task hang together."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence

import numpy
from pydantic import BaseModel, ConfigDict

RESAMPLES = 10_000
COVERAGE = 0.95

_BLOCK = 1_000_000
"""How many tasks are drawn at a time, so that many tasks do not take much memory."""


class Estimate(BaseModel):
    """A mean over tasks with its 95 % interval; all None where no task has the trials it takes.

    `tasks` says how many of the planned tasks it rests on: less than all as long as something is unscored or missing.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    value: float | None
    low: float | None
    high: float | None
    tasks: int

    def __str__(self) -> str:
        """Write the value with its interval, as tables show it."""
        return "-" if self.value is None else f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"


def pass_at_k(wins: int, trials: int, k: int) -> float:
    """Estimate the chance that at least one of k fresh attempts succeeds.

    wins of trials attempts succeeded; 1 <= k <= trials. Unbiased: 1 - C(trials - wins, k) / C(trials, k).
    Source: Chen et al. 2021 (arXiv:2107.03374). Raises ValueError outside that range.
    """
    _require_counts(wins, trials, k)
    return 1.0 - math.comb(trials - wins, k) / math.comb(trials, k)


def pass_hat_k(wins: int, trials: int, k: int) -> float:
    """Estimate the chance that k fresh attempts all succeed.

    wins of trials attempts succeeded; 1 <= k <= trials. Unbiased: C(wins, k) / C(trials, k).
    Source: tau-bench (arXiv:2406.12045). Raises ValueError outside that range.
    """
    _require_counts(wins, trials, k)
    return math.comb(wins, k) / math.comb(trials, k)


def interval(values: Sequence[float], chance: random.Random) -> tuple[float, float]:
    """Return the 95 % percentile interval of a mean over tasks, by resampling whole tasks RESAMPLES times.

    Trials of a task are not independent, so the task is what is drawn anew. Source: Efron and Tibshirani 1993, ch. 13;
    clustering by question as in Miller 2024 (arXiv:2411.00640). `values` holds one mean a task and is not empty.
    """
    known, size = numpy.asarray(values, dtype=numpy.float64), len(values)
    means = numpy.empty(RESAMPLES)
    step = max(1, _BLOCK // size)
    for first in range(0, RESAMPLES, step):
        rows = min(step, RESAMPLES - first)
        # The bytes are Python's, not numpy's: only the former are promised to stay the same from version to version.
        drawn = numpy.frombuffer(chance.randbytes(4 * rows * size), dtype="<u4").astype(numpy.uint64)
        picked = known[(drawn * size) >> 32]
        means[first : first + rows] = picked.reshape(rows, size).mean(axis=1)
    low, high = numpy.quantile(means, [(1 - COVERAGE) / 2, (1 + COVERAGE) / 2])
    return float(low), float(high)


def estimate(values: Sequence[float], seed: int) -> Estimate:
    """Average one value a task; `seed` feeds the resampling."""
    if not values:
        return Estimate(value=None, low=None, high=None, tasks=0)
    low, high = interval(values, random.Random(seed))
    return Estimate(value=math.fsum(values) / len(values), low=low, high=high, tasks=len(values))


class Delta(BaseModel):
    """How much better the second of two is than the first, over the tasks that both have a value for.

    `mean` is second - first. `better`, `worse` and `equal` count tasks; `left_out` had a value on one side only.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    mean: Estimate
    better: int
    worse: int
    equal: int
    left_out: int


def paired(first: Mapping[str, float], second: Mapping[str, float], seed: int) -> Delta:
    """Compare two sets of values by task; what makes a task easy or hard for both falls out of the differences.

    Source: Miller 2024 (arXiv:2411.00640), section 4.2, with the interval of `interval`.
    """
    both = sorted(first.keys() & second.keys())
    differences = [second[task] - first[task] for task in both]
    better, worse = sum(each > 0 for each in differences), sum(each < 0 for each in differences)
    return Delta(
        mean=estimate(differences, seed),
        better=better,
        worse=worse,
        equal=len(both) - better - worse,
        left_out=len(first.keys() ^ second.keys()),
    )


def _require_counts(wins: int, trials: int, k: int) -> None:
    if not (0 <= wins <= trials and 1 <= k <= trials):
        raise ValueError(f"expected 0 <= wins <= trials and 1 <= k <= trials, got {wins=}, {trials=}, {k=}")
