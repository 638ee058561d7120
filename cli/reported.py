"""What a sampling came to, as the command line tells it: a short table, and the files of the whole report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from cli.output import columns
from sampler.report import SamplingReport, write_report
from sampler.report_page import write_report_page

REASONS = 3


def keep(folder: Path, report: SamplingReport) -> Path:
    """Write `report.json`, `report.html` and `report.md` into a run's folder; return the page to open."""
    write_report(folder, report)
    return write_report_page(folder, report)


def told(report: SamplingReport) -> Iterator[str]:
    """Yield a line for each figure, the measure first."""
    rows = [{"measure": name, "figure": figure} for name, figure in _figures(report)]
    yield from columns(rows, ("measure", "figure"))


def _figures(report: SamplingReport) -> Iterator[tuple[str, str]]:
    yield "tasks", f"{report.tasks:,} in {report.templates:,} templates over {len(report.environments)} environments"
    yield "kinds", _shares({name.replace("_", " "): times for name, times in report.kinds.items()}, report.tasks)
    if report.levels:
        yield "levels", _shares(report.levels, report.tasks)
    yield "calls", _spread(report.calls)
    yield "turns", _spread(report.turns)
    yield "words", f"{report.words.mean:.1f} a task, {report.words.shorter:.0%} shorter than plain"
    yield "distinct trigrams", f"{report.words.distinct_3:.2f}"
    yield "unsaid argument", f"{report.hidden:.0%} of the tasks"
    for each in report.coverage:
        yield each.what, f"{each.used:,} of {each.total:,} ({each.share:.1%})"
    if report.timed:
        yield "seconds", f"{report.seconds:.2f} a task"
    yield "drops", _drops(report.drops)


def _shares(counts: Mapping[str, int] | Mapping[int, int], whole: int) -> str:
    return ", ".join(f"{name} {times / max(1, whole):.0%}" for name, times in counts.items())


def _spread(counts: Mapping[int, int]) -> str:
    """Write the mean, the least and the most of a histogram."""
    if not counts:
        return "none"
    mean = sum(number * times for number, times in counts.items()) / sum(counts.values())
    return f"{mean:.1f} in the mean, {min(counts)} to {max(counts)}"


def _drops(drops: Mapping[str, int]) -> str:
    if not drops:
        return "none"
    first = "; ".join(f"{times} {reason}" for reason, times in [*drops.items()][:REASONS])
    return f"{sum(drops.values()):,}: {first}{'; ...' if len(drops) > REASONS else ''}"
