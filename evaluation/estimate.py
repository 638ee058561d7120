"""Estimate rates from a few trials a task, with intervals that respect that trials of a task hang together."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

RESAMPLES = 2000
COVERAGE = 0.95


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
    """Return the 95 % percentile interval of a mean over tasks, by resampling whole tasks.

    Trials of a task are not independent, so the task is what is drawn anew. Source: Efron and Tibshirani 1993, ch. 13;
    clustering by question as in Miller 2024 (arXiv:2411.00640). `values` holds one mean a task and is not empty.
    """
    means = sorted(math.fsum(chance.choices(values, k=len(values))) / len(values) for _ in range(RESAMPLES))
    tail = round(RESAMPLES * (1 - COVERAGE) / 2)
    return means[tail], means[RESAMPLES - 1 - tail]


def estimate(values: Sequence[float], seed: int) -> Estimate:
    """Average one value a task; `seed` feeds the resampling."""
    if not values:
        return Estimate(value=None, low=None, high=None, tasks=0)
    low, high = interval(values, random.Random(seed))
    return Estimate(value=math.fsum(values) / len(values), low=low, high=high, tasks=len(values))


def _require_counts(wins: int, trials: int, k: int) -> None:
    if not (0 <= wins <= trials and 1 <= k <= trials):
        raise ValueError(f"expected 0 <= wins <= trials and 1 <= k <= trials, got {wins=}, {trials=}, {k=}")
