from pathlib import Path

from cli.reported import keep, told
from sampler.report import Covered, Reporter
from tests.sampler.test_report import HARD, extension


def test_the_table_has_a_line_for_each_figure() -> None:
    reporter = Reporter()
    for number in range(4):
        reporter.add(extension(number, difficulty=HARD, template="t", calls=number + 1))
    reporter.add_time(2.0, 4)
    for reason in ("stuck", "stuck", "odd", "dull", "dark"):
        reporter.add_drop(reason)

    lines = list(told(reporter.report([Covered(what="tools", used=3, total=4)])))

    text = " ".join(" ".join(lines).split())
    assert "tasks 4 in 1 templates over 1 environments" in text
    assert "levels 3 100%" in text
    assert "calls 2.5 in the mean, 1 to 4" in text
    assert "tools 3 of 4 (75.0%)" in text
    assert "seconds 0.50 a task" in text
    assert "drops 5: 2 stuck; 1 dark; 1 dull; ..." in text


def test_the_files_of_a_report_lie_in_the_folder_of_the_run(tmp_path: Path) -> None:
    page = keep(tmp_path, Reporter().report())

    assert page == tmp_path / "report.html"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["report.html", "report.json", "report.md"]
