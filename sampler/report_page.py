"""The report of a sampling as a page, for a browser or a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from registry.pages.document import Cell, Details, Heading, Number, Page, Paragraph, Part, Table
from registry.pages.write import write_page
from sampler.report import Covered, SampleTask, SamplingReport

PAGE = "report"
BAR = 40
"""How long the bar of a share of 1 is, in characters."""

MISSING_SHOWN = 200


def write_report_page(folder: Path, report: SamplingReport) -> Path:
    """Write `report.html` and `report.md` into a run's folder; return the path of the first."""
    return write_page(folder, PAGE, report_page(report))


def report_page(report: SamplingReport) -> Page:
    """Return the page of a sampling."""
    return Page("Sampling", [*_opening(report), *_shape(report), *_words(report), *_drops(report), *_samples(report)])


def _opening(report: SamplingReport) -> Iterator[Part]:
    spent = f"; {report.seconds:.2f} s a task" if report.timed else ""
    drops = sum(report.drops.values())
    yield Paragraph(
        f"{_count(report.tasks, 'task')} in {_count(report.templates, 'template')} over "
        f"{_count(len(report.environments), 'environment')}; {_count(drops, 'draw')} dropped{spent}."
    )
    if report.coverage:
        yield Heading("Coverage")
        yield Table(
            ["what", "used", "of", "share"],
            [[each.what, each.used, each.total, _percent(each.share)] for each in report.coverage],
        )
        yield from (_missing(each) for each in report.coverage if each.missing)


def _missing(covered: Covered) -> Details:
    rows: list[list[Cell]] = [[name] for name in covered.missing[:MISSING_SHOWN]]
    left = len(covered.missing) - len(rows)
    more = [Paragraph(f"And {left} more; report.json has all of them.")] if left else []
    return Details(f"{covered.what} that no task uses: {len(covered.missing)}", [Table([covered.what], rows), *more])


def _shape(report: SamplingReport) -> Iterator[Part]:
    for title, column, counts in (
        ("Kinds", "kind", {name.replace("_", " "): times for name, times in report.kinds.items()}),
        ("Difficulty", "level", report.levels),
        ("Calls", "calls", report.calls),
        ("Turns", "turns", report.turns),
        ("Environments a task spans", "environments", report.spans),
        ("Environments", "environment", report.environments),
        ("Manners", "manner", report.manners),
    ):
        if counts:
            yield Heading(title)
            yield _histogram(column, counts, report.tasks)


def _histogram(column: str, counts: Mapping[str, int] | Mapping[int, int], whole: int) -> Table:
    rows: list[list[Cell]] = [
        [name, times, _percent(times / whole), "■" * round(BAR * times / whole)] for name, times in counts.items()
    ]
    return Table([column, "tasks", "share", ""], rows)


def _words(report: SamplingReport) -> Iterator[Part]:
    yield Heading("Words")
    yield Table(
        ["words a task", "shorter than plain", "distinct trigrams", "with an unsaid argument", "solved from the words"],
        [
            [
                Number(f"{report.words.mean:.1f}"),
                _percent(report.words.shorter),
                _percent(report.words.distinct_3),
                _percent(report.hidden),
                _percent(report.solved),
            ]
        ],
    )


def _drops(report: SamplingReport) -> Iterator[Part]:
    yield Heading("Drops")
    if not report.drops:
        yield Paragraph("None.")
        return
    yield Table(["reason", "draws"], [[reason, times] for reason, times in report.drops.items()])


def _samples(report: SamplingReport) -> Iterator[Part]:
    yield Heading(f"{_count(len(report.samples), 'task')} to read")
    for each in report.samples:
        yield Heading(f"{each.kind.replace('_', ' ')}{f', level {each.level}' if each.level else ''}: {each.id}", 3)
        yield _turns(each)


def _turns(sample: SampleTask) -> Table:
    has_plain = any(turn.plain not in ("", turn.query) for turn in sample.turns)
    rows: list[list[Cell]] = [
        [
            str(number) if turn.outcome == "done" else f"{number}, {turn.outcome}",
            turn.query,
            *([turn.plain] if has_plain else []),
            ", ".join(turn.tools),
            "; ".join(turn.facts),
        ]
        for number, turn in enumerate(sample.turns, 1)
    ]
    return Table(["turn", "the user says", *(["plainly"] if has_plain else []), "calls", "must tell"], rows)


def _percent(share: float) -> Number:
    return Number(f"{share:.1%}")


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
