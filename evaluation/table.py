"""Lay metrics out as plain text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from evaluation.controls import KINDS, MUST_BE, Controls, told
from evaluation.estimate import Estimate
from evaluation.metrics import Metrics, PolicyMetrics
from evaluation.verdict import ASPECTS

NAMED = 5
"""How many mutants that were paid are named."""


def table(metrics: Metrics) -> str:
    """Lay the metrics out as plain text, a line a policy: how often each succeeds, the verdicts; then failures."""
    size = f"{metrics.tasks} task{'s' * (metrics.tasks > 1)}, {metrics.trials} trial{'s' * (metrics.trials > 1)} each"
    return "\n".join([size, *_rates(metrics), "", *_verdicts(metrics), *_failed(metrics)])


def slice_table(metrics: Metrics, dimension: str) -> str:
    """Lay out how often each policy succeeds by one dimension, a line a value; empty if the tasks have none."""
    values = [each for each in metrics.policies[0].slices if each.dimension == dimension]
    if not values:
        return ""
    rows = [[dimension, "tasks", *(each.policy for each in metrics.policies)]]
    for place, one in enumerate(metrics.policies[0].slices):
        if one.dimension == dimension:
            rows.append([one.value, str(one.tasks), *(str(each.slices[place].success) for each in metrics.policies)])
    return "\n".join(_laid_out(rows))


def controls_table(controls: Controls) -> str:
    """Lay the controls out as plain text, a line each, and below them the mutants that were paid."""
    head = ["control", "rollouts", "unscored", "passed", "reward [95 %]", "must be"]
    rows = [
        [
            f"  {KINDS[each.kind]}" if each.kind else each.name,
            *map(str, (each.rollouts, each.unscored, each.passed, each.reward)),
            "" if each.kind else MUST_BE[each.name],
        ]
        for each in controls.rows
    ]
    said = [*_laid_out([head, *rows])]
    said += [f"passed: {each.task} ({KINDS[each.kind]}): {told(each)}" for each in controls.passed[:NAMED]]
    if len(controls.passed) > NAMED:
        said.append(f"passed: {len(controls.passed) - NAMED} more, which the report names")
    return "\n".join(said)


def _rates(metrics: Metrics) -> Iterator[str]:
    k = metrics.trials
    head = ["policy", "reward [95 %]", "pass@1"]
    head += [f"pass@{k}", f"pass^{k}"] if k > 1 else []
    head += ["succeeded", "failed", "unscored", "missing", "calls"]
    return _laid_out([head, *(_row(each, k) for each in metrics.policies)])


def _verdicts(metrics: Metrics) -> Iterator[str]:
    head = ["policy", *ASPECTS, "coverage", "tool precision", "tool recall", "spare calls"]
    rows = [
        [
            each.policy,
            *(_shown(each.verdicts[aspect]) for aspect in ASPECTS),
            _shown(each.coverage),
            _shown(each.precision),
            _shown(each.recall),
            _number(each.spare_calls),
        ]
        for each in metrics.policies
    ]
    return _laid_out([head, *rows])


def failures(metrics: Metrics) -> list[tuple[str, list[int]]]:
    """Return the modes that came up, each with how many rollouts of each policy failed by it."""
    modes = dict.fromkeys(mode for each in metrics.policies for mode in each.failures)
    return [(mode.replace("_", " "), [each.failures.get(mode, 0) for each in metrics.policies]) for mode in modes]


def _failed(metrics: Metrics) -> Iterator[str]:
    if rows := [[mode, *map(str, counts)] for mode, counts in failures(metrics)]:
        yield ""
        yield from _laid_out([["failed by", *(each.policy for each in metrics.policies)], *rows])


def _laid_out(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return (_line(row, widths) for row in rows)


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    first, *rest = zip(row, widths, strict=True)
    return "  ".join([first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in rest)])


def _row(each: PolicyMetrics, k: int) -> list[str]:
    rates = [each.pass_at[1]] + ([each.pass_at[k], each.pass_hat[k]] if k > 1 else [])
    counts = (each.succeeded, each.failed, each.unscored, each.missing)
    return [each.policy, str(each.reward), *map(_shown, rates), *map(str, counts), _number(each.calls)]


def _shown(rate: Estimate) -> str:
    return "-" if rate.value is None else f"{rate.value:.3f}"


def _number(mean: float | None) -> str:
    return "-" if mean is None else f"{mean:.1f}"
