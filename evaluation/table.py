"""Lay metrics out as plain text."""

from __future__ import annotations

from collections.abc import Sequence

from evaluation.estimate import Estimate
from evaluation.metrics import Metrics, PolicyMetrics


def table(metrics: Metrics) -> str:
    """Lay the metrics out as plain text, one line a policy."""
    k = metrics.trials
    head = ["policy", "reward [95 %]", "pass@1"]
    head += [f"pass@{k}", f"pass^{k}"] if k > 1 else []
    head += ["succeeded", "failed", "unscored", "missing", "calls"]
    rows = [head, *(_row(each, k) for each in metrics.policies)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    size = f"{metrics.tasks} task{'s' * (metrics.tasks > 1)}, {k} trial{'s' * (k > 1)} each"
    return "\n".join([size, *(_line(row, widths) for row in rows)])


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    first, *rest = zip(row, widths, strict=True)
    return "  ".join([first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in rest)])


def _row(each: PolicyMetrics, k: int) -> list[str]:
    rates = [each.pass_at[1]] + ([each.pass_at[k], each.pass_hat[k]] if k > 1 else [])
    counts = (each.succeeded, each.failed, each.unscored, each.missing)
    calls = "-" if each.calls is None else f"{each.calls:.1f}"
    return [each.policy, str(each.reward), *map(_shown, rates), *map(str, counts), calls]


def _shown(rate: Estimate) -> str:
    return "-" if rate.value is None else f"{rate.value:.3f}"
