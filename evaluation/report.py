"""The report of an evaluation as one page that needs no network: the numbers first, then the trajectories."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from evaluation.claims import THRESHOLDS
from evaluation.controls import KINDS, MUST_BE
from evaluation.estimate import Estimate
from evaluation.metrics import Metrics, PolicyMetrics, Slice
from evaluation.table import failures
from evaluation.trajectory import trajectory
from evaluation.verdict import ASPECTS
from registry.pages.document import (
    Bar,
    Cell,
    Chart,
    Code,
    Details,
    Heading,
    Item,
    Listing,
    Number,
    Page,
    Paragraph,
    Part,
    Table,
)
from registry.pages.write import write_page
from rollouts.episode import Episode
from rollouts.reward import is_success
from sampler.task import Task

PAGE = "evaluation"
MOST_EPISODES = 400
"""How many episodes are shown step by step, so that a browser still opens the page; failures come first."""

_TAGS = ("policy", "outcome", "kind", "environments", "stop")


def write_report(
    folder: Path, subject: str, metrics: Metrics, tasks: Sequence[Task], episodes: Sequence[Episode]
) -> Path:
    """Write `evaluation.html` and `evaluation.md` into a run's folder; return the path of the first.

    `subject` names the tasks in the title.
    """
    return write_page(folder, PAGE, report_page(subject, metrics, tasks, episodes))


def report_page(subject: str, metrics: Metrics, tasks: Sequence[Task], episodes: Sequence[Episode]) -> Page:
    """Return the page: how often policies succeed, the controls, the verdicts apart, breakdowns, the trajectories."""
    by_id = {task.id: task for task in tasks}
    played = [each for each in episodes if each.task in by_id]
    numbers = [part for section in _SECTIONS for part in section(metrics)]
    return Page(f"Evaluation of {subject}", [*numbers, *_played(by_id, played)])


def _headline(metrics: Metrics) -> Iterator[Part]:
    each_one = f"{metrics.trials} rollout{'s' * (metrics.trials > 1)} each"
    yield Paragraph(f"{metrics.tasks:,} tasks, {each_one}; 95 % intervals by resampling tasks, seed {metrics.seed}.")
    yield Chart([bar for each in metrics.policies for bar in _bar(each.policy, each.reward)])
    ks = sorted({1, metrics.trials})
    rates = [*map("pass@{}".format, ks), *map("pass^{}".format, ks[1:])]
    yield Table(["policy", "reward", *rates], [_rates(each, ks) for each in metrics.policies])
    yield Table(["policy", *_COUNTS, "at least", "at most"], [_counts(each) for each in metrics.policies])


_COUNTS = ("planned", "succeeded", "failed", "unscored", "missing")


def _rates(each: PolicyMetrics, ks: Sequence[int]) -> list[Cell]:
    pass_at, pass_hat = ([_number(of[k]) for k in ks] for of in (each.pass_at, each.pass_hat))
    return [each.policy, _number(each.reward), *pass_at, *pass_hat[1:]]


def _counts(each: PolicyMetrics) -> list[Cell]:
    counts = [Number(f"{getattr(each, name):,}") for name in _COUNTS]
    return [each.policy, *counts, Number(f"{each.floor:.3f}"), Number(f"{each.ceiling:.3f}")]


def _verdicts(metrics: Metrics) -> Iterator[Part]:
    yield Heading("Verdicts")
    rows: list[list[Cell]] = [
        [each.policy, *(_number(each.verdicts[aspect]) for aspect in ASPECTS)] for each in metrics.policies
    ]
    yield Table(["policy", *ASPECTS], rows)
    yield Heading("Tools")
    yield Table(
        ["policy", "precision", "recall", "calls", "spare calls", "refused"],
        [
            [
                each.policy,
                _number(each.precision),
                _number(each.recall),
                *map(_mean, (each.calls, each.spare_calls, each.refused)),
            ]
            for each in metrics.policies
        ],
    )


def _claims(metrics: Metrics) -> Iterator[Part]:
    yield Heading("Claims")
    yield Table(
        ["policy", "coverage", *(f"at least {least:.2f}" for least in THRESHOLDS), "unjudged"],
        [
            [
                each.policy,
                _number(each.coverage),
                *(_number(each.covered[least]) for least in THRESHOLDS),
                each.unjudged,
            ]
            for each in metrics.policies
        ],
    )


def _failures(metrics: Metrics) -> Iterator[Part]:
    if failed := failures(metrics):
        yield Heading("Failures")
        columns = ["mode", *(each.policy for each in metrics.policies)]
        yield Table(columns, [[mode, *counts] for mode, counts in failed])


def _controls(metrics: Metrics) -> Iterator[Part]:
    controls = metrics.controls
    if controls is None:
        return
    yield Heading("Controls")
    yield Paragraph(
        "The same tasks played by those whose reward is known; if one is not what it must be, trust no number."
    )
    yield Table(
        ["control", "rollouts", "unscored", "passed", "reward", "must be"],
        [
            [
                f"{each.name}: {KINDS[each.kind]}" if each.kind else each.name,
                *(Number(f"{count:,}") for count in (each.rollouts, each.unscored, each.passed)),
                _number(each.reward),
                "" if each.kind else MUST_BE[each.name],
            ]
            for each in controls.rows
        ],
    )
    for fault in controls.faults:
        yield Paragraph(f"Not as it must be: {fault}.")
    if controls.passed:
        rows: list[list[Cell]] = [
            [each.task, KINDS[each.kind], Code(each.what), Number(f"{each.reward:.2f}"), each.fate]
            for each in controls.passed
        ]
        yield Details(
            f"{len(rows)} mutant{'s' * (len(rows) > 1)} passed",
            [Table(["task", "wrong is", "how", "reward", "fate"], rows)],
        )


def _breakdowns(metrics: Metrics) -> Iterator[Part]:
    yield Heading("Breakdowns")
    for dimension in dict.fromkeys(each.dimension for each in metrics.policies[0].slices):
        parts: list[Part] = []
        for policy in metrics.policies:
            bars = [bar for each in policy.slices if each.dimension == dimension for bar in _slice(each)]
            parts += [Heading(policy.policy, 3), Chart(bars) if bars else Paragraph("No scored rollout.")]
        yield Details(f"Success by {dimension}", parts)


_SECTIONS = (_headline, _controls, _verdicts, _claims, _failures, _breakdowns)
"""What the page says before the trajectories, in this order."""


def _slice(each: Slice) -> Iterator[Bar]:
    return _bar(f"{each.value.replace('_', ' ')} ({each.tasks:,})", each.success)


def _bar(label: str, of: Estimate) -> Iterator[Bar]:
    if of.value is not None and of.low is not None and of.high is not None:
        yield Bar(label, of.value, of.low, of.high)


def _played(tasks: Mapping[str, Task], episodes: Sequence[Episode]) -> Iterator[Part]:
    ranked = sorted(episodes, key=lambda each: (_RANKS[_outcome(each)], each.key))
    yield Heading("Trajectories")
    if len(ranked) > MOST_EPISODES:
        yield Paragraph(f"{MOST_EPISODES} of {len(ranked):,}, failures first; the episodes file has all.")
    yield Listing(_TAGS, [_item(tasks[each.task], each) for each in ranked[:MOST_EPISODES]])


def _item(task: Task, episode: Episode) -> Item:
    values = (episode.policy, _outcome(episode), task.kind, " + ".join(task.environments), episode.stop)
    return Item(trajectory(task, episode), dict(zip(_TAGS, values, strict=True)))


_RANKS = {"failed": 0, "unscored": 1, "succeeded": 2}


def _outcome(episode: Episode) -> str:
    if episode.reward.total is None:
        return "unscored"
    return "succeeded" if is_success(episode.reward) else "failed"


def _number(of: Estimate) -> Number:
    return Number("-" if of.value is None else f"{of.value:.3f} [{of.low:.3f}, {of.high:.3f}]")


def _mean(number: float | None) -> Number:
    return Number("-" if number is None else f"{number:.1f}")
