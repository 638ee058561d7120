"""Folders go in, reports come out in their order; what cannot be served is a finding."""

from pathlib import Path

from registry.report import Report
from registry.verify import verify
from tests.registry.conftest import silent


async def test_a_folder_that_is_not_there_is_one_finding(tmp_path: Path) -> None:
    (report,) = await verify([tmp_path / "nowhere"], jobs=1, progress=silent)

    assert [finding.sentence for finding in report.findings] == [f"{tmp_path}/nowhere: no such environment folder"]


async def test_a_server_that_does_not_start_is_one_finding_with_its_reason(proven: Path) -> None:
    (proven / "server.py").write_text("def broken(:\n")

    (report,) = await verify([proven], jobs=1, progress=silent)

    (finding,) = report.findings
    assert finding.check == "executable"
    assert "SyntaxError" in finding.sentence


async def test_a_case_that_is_no_case_is_one_finding_with_its_line(proven: Path) -> None:
    cases = (proven / "cases.jsonl").read_text().splitlines()
    (proven / "cases.jsonl").write_text("\n".join([cases[0], '{"case": 1}', *cases[1:]]))

    (report,) = await verify([proven], jobs=1, progress=silent)

    (finding,) = report.findings
    assert "line 2" in finding.sentence


async def test_progress_counts_to_the_number_of_checks(by_hand: Path) -> None:
    told: list[tuple[str, int, int]] = []

    (report,) = await verify([by_hand], jobs=1, progress=lambda *news: told.append(news))

    assert told == [("tiny_air", done, len(report.checks)) for done in range(1, len(report.checks) + 1)]


async def test_folders_verified_side_by_side_report_in_their_order(proven: Path, tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    ended: list[Path] = []

    async def finished(folder: Path, report: Report) -> None:
        ended.append(folder)

    folders = [tmp_path / "nowhere", proven]
    reports = await verify(folders, jobs=2, progress=lambda *news: told.append(news), finished=finished)

    assert [report.environment for report in reports] == ["nowhere", "tiny_air"]
    assert sorted(ended) == sorted(folders)
    assert told[-1] == ("tiny_air", len(reports[1].checks), len(reports[1].checks))
