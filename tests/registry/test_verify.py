"""Every way to break an environment is rejected by its own check; a sound one is proven."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from registry.report import Report
from registry.verify import verify
from tests.registry.breakages import BREAKAGES, Breakage
from tests.registry.conftest import silent


def test_a_sound_environment_with_an_oracle_is_proven(reports: Mapping[str, Report]) -> None:
    report = reports["sound"]

    assert (report.tier, report.findings) == ("proven", ())


def test_every_check_put_something_to_the_test(reports: Mapping[str, Report]) -> None:
    idle = {check.name for check in reports["sound"].checks if not (check.observed and check.calls)}

    assert idle == {"source"}  # written by hand, and nothing to call


def test_without_an_oracle_the_tier_is_lower_and_the_report_says_why(reports: Mapping[str, Report]) -> None:
    report = reports["by_hand"]

    reasons = {check.name: check.reason for check in report.checks if check.status == "not_applicable"}
    assert report.tier == "partial"
    assert set(reasons) == {"effects", "refusals", "source"}
    assert "cases.jsonl" in reasons["effects"]
    assert "cases.jsonl" in reasons["refusals"]


@pytest.mark.parametrize("breakage", BREAKAGES, ids=lambda breakage: breakage.name)
def test_a_broken_environment_is_rejected_by_its_own_check(breakage: Breakage, reports: Mapping[str, Report]) -> None:
    report = reports[breakage.name]

    named = {(finding.check, finding.tool) for finding in report.findings}
    assert report.tier == "unproven"
    assert (breakage.check, breakage.tool) in named


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
