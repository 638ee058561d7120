from pathlib import Path

from cli.reported import keep_report, told
from sampler.coverage import Covered, Part
from sampler.report import CoveredPart, Reporter, read_report
from sampler.task import append_task
from tests.sampler.test_report import HARD, extension


def test_the_table_has_a_line_for_each_figure() -> None:
    reporter = Reporter()
    for number in range(4):
        reporter.add(extension(number, difficulty=HARD, template="t", calls=number + 1))
    reporter.add_time(2.0, 4)
    for reason in ("stuck", "stuck", "odd", "dull", "dark"):
        reporter.add_drop(reason)

    lines = list(told(reporter.report([CoveredPart(what="tools", used=3, total=4)])))

    text = " ".join(" ".join(lines).split())
    assert "tasks 4 in 1 templates over 1 environments" in text
    assert "levels 3 100%" in text
    assert "calls 2.5 in the mean, 1 to 4" in text
    assert "tools 3 of 4 (75.0%)" in text
    assert "seconds 0.50 a task" in text
    assert "drops 5: 2 stuck; 1 dark; 1 dull; ..." in text


def test_the_files_of_a_report_lie_beside_the_tasks_and_time_adds_up(tmp_path: Path) -> None:
    tasks = tmp_path / "tasks.jsonl"
    for number in range(3):
        append_task(tasks, extension(number))
    keep_report(tasks, ["stuck"], seconds=4.0, made=2)

    report = keep_report(tasks, ["stuck", "odd"], Covered(3, Part(1, 2, ()), {}, Part(0, 0, ())), seconds=2.0, made=1)

    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "report.html", "report.json", "report.md", "tasks.jsonl",
    ]  # fmt: skip
    assert read_report(tmp_path) == report
    assert (report.tasks, report.timed, report.seconds) == (3, 3, 2.0)
    assert report.drops == {"odd": 1, "stuck": 1}
    assert [part.what for part in report.coverage] == ["tools", "refusals"]


def test_the_time_of_tasks_that_are_gone_does_not_count(tmp_path: Path) -> None:
    tasks = tmp_path / "tasks.jsonl"
    append_task(tasks, extension(1))
    keep_report(tasks, (), seconds=9.0, made=1)
    tasks.unlink()
    append_task(tasks, extension(2))

    assert keep_report(tasks, (), seconds=1.0, made=1).seconds == 1.0


def test_a_sampling_that_made_nothing_has_a_report_too(tmp_path: Path) -> None:
    assert keep_report(tmp_path / "tasks.jsonl", ["stuck"]).tasks == 0
    assert (tmp_path / "report.html").exists()
