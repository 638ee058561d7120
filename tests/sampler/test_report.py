import tracemalloc
from collections.abc import Iterable
from pathlib import Path

import pytest

from sampler.report import OTHER_REASONS, SAMPLES, Covered, Reporter, SamplingReport, write_report
from sampler.task import Difficulty, Persona, Proof, Task
from tests.sampler.making import fact, made, step

HARD = Difficulty(calls=2, depth=2, breadth=1, servers=1, hidden=1, distractors=9, turns=1, level=3)


def report_of(tasks: Iterable[Task], coverage: Iterable[Covered] = ()) -> SamplingReport:
    reporter = Reporter()
    for task in tasks:
        reporter.add(task)
    return reporter.report(coverage)


def extension(number: int, *, query: str = "", calls: int = 2, **more: object) -> Task:
    steps = [step("extend", {"row": f"row_{number}"}, writes=True) for _ in range(calls)]
    task = made((query or f"Extend the loan number {number} please", steps), facts=[fact("loan.due", "May")], **more)
    (turn,) = task.turns
    return task.model_copy(update={"turns": (turn.model_copy(update={"plain": f"{turn.query} {turn.query}"}),)})


def test_each_task_is_counted_by_what_it_is() -> None:
    report = report_of(
        [
            extension(1, kind="act", difficulty=HARD, template="a", proof=Proof(solved=True)),
            extension(2, kind="policy", calls=3, persona=Persona(manner="brief"), template="b"),
            extension(3, kind="act", environments=("desk", "air"), template="a", calls=12),
        ],
        [Covered(what="tools", used=1, total=4, missing=("b", "c", "d"))],
    )

    assert (report.tasks, report.kinds, report.levels) == (3, {"act": 2, "policy": 1}, {3: 1})
    assert (report.calls, report.turns, report.spans) == ({2: 1, 3: 1, 12: 1}, {1: 3}, {1: 2, 2: 1})
    assert (report.environments, report.manners, report.templates) == ({"air": 1, "desk": 3}, {"brief": 1}, 2)
    assert report.hidden == 1.0
    assert report.solved == pytest.approx(1 / 3, abs=1e-4)
    assert report.coverage[0].share == 0.25


def test_words_are_measured_against_the_plain_forms() -> None:
    words = report_of([extension(1), extension(2)]).words

    assert (words.mean, words.shorter) == (6.0, 0.5)
    assert words.distinct_3 == 6 / 8


def test_drops_are_counted_by_reason_without_ids_and_never_without_bound() -> None:
    reporter = Reporter()

    reporter.add_drop("the same as task_0123456789abcdef")
    reporter.add_drop("the same as task_89abcdef01234567")
    for number in range(1000):
        reporter.add_drop(f"reason {number}")

    drops = reporter.report().drops
    assert drops["the same as ..."] == 2
    assert sum(drops.values()) == 1002
    assert drops[OTHER_REASONS] > 700


def test_the_samples_are_the_same_in_whatever_order_the_tasks_come() -> None:
    tasks = [extension(number) for number in range(60)]

    samples = report_of(tasks).samples

    assert len(samples) == SAMPLES
    assert samples == report_of(tasks[::-1]).samples
    assert samples[0].turns[0].tools == ("extend", "extend")
    assert samples[0].turns[0].facts == ("loan.due: May",)


def test_a_report_is_read_as_it_was_written(tmp_path: Path) -> None:
    reporter = Reporter()
    reporter.add(extension(1, difficulty=HARD))
    reporter.add_time(3.0, 1)
    reporter.add_time(1.0, 3)
    reporter.add_drop("stuck")
    report = reporter.report()

    written = write_report(tmp_path, report)

    assert SamplingReport.model_validate_json(written.read_bytes()) == report
    assert (report.seconds, report.timed) == (1.0, 4)


def test_no_task_gives_a_report_of_nothing() -> None:
    report = report_of([])

    assert (report.tasks, report.samples, report.hidden, report.words.distinct_3) == (0, (), 0.0, 0.0)


def test_memory_does_not_grow_with_the_tasks() -> None:
    reporter = Reporter()
    for number in range(100):
        reporter.add(extension(number))
    tracemalloc.start()

    for number in range(100, 600):
        reporter.add(extension(number))

    grown, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert grown < 500_000
