from pathlib import Path

from sampler.report import Covered, Reporter
from sampler.report_page import report_page, write_report_page
from tests.sampler.test_report import HARD, extension


def test_the_pages_say_what_the_report_holds(tmp_path: Path) -> None:
    reporter = Reporter()
    for number in range(3):
        reporter.add(extension(number, difficulty=HARD, kind="multi_turn", template="t"))
    reporter.add_time(0.75, 3)
    reporter.add_drop("stuck <here>")
    report = reporter.report([Covered(what="refusals", used=1, total=3, missing=("desk: close: too_late",))])

    page = write_report_page(tmp_path, report)

    markdown, html = (tmp_path / "report.md").read_text("utf-8"), page.read_text("utf-8")
    assert page.name == "report.html"
    assert "3 tasks in 1 template over 1 environment; 1 draw dropped; 0.25 s a task" in markdown
    assert "| multi turn | 3 | 100.0% |" in markdown
    assert "refusals that no task uses: 1" in html
    assert "desk: close: too_late" in html
    assert "stuck &lt;here&gt;" in html
    assert all(task.id in html for task in report.samples)
    assert "<script" not in html


def test_a_report_of_nothing_is_a_page_too() -> None:
    assert report_page(Reporter().report()).title == "Sampling"
