"""The tier says how far a report can be trusted."""

import pytest

from registry.report import CheckResult, Finding, Report, Status, tier_of


def result(name: str, status: Status) -> CheckResult:
    findings = (Finding(check=name, sentence="It does not."),) if status == "failed" else ()
    return CheckResult(name=name, number=1, title=name, status=status, findings=findings)


@pytest.mark.parametrize(
    ("statuses", "tier"),
    [
        ({"effects": "passed", "edges": "passed"}, "proven"),
        ({"effects": "passed", "edges": "not_applicable"}, "proven"),
        ({"effects": "not_applicable", "edges": "passed"}, "partial"),
        ({"effects": "passed", "edges": "failed"}, "unproven"),
        ({"effects": "not_applicable", "edges": "failed"}, "unproven"),
        ({"effects": "not_applicable"}, "unproven"),
        ({}, "unproven"),
    ],
)
def test_the_tier_follows_from_the_checks(statuses: dict[str, Status], tier: str) -> None:
    checks = tuple(result(name, status) for name, status in statuses.items())

    assert tier_of(checks) == tier


def test_a_report_survives_being_written_and_read() -> None:
    checks = (result("effects", "failed"), result("edges", "passed"))
    report = Report(environment="tiny_air", version=1, digest="0" * 64, tier="unproven", checks=checks)

    assert Report.model_validate_json(report.model_dump_json()) == report


def test_the_findings_of_a_report_are_those_of_its_checks() -> None:
    checks = (result("effects", "failed"), result("edges", "passed"), result("schema", "failed"))
    report = Report(environment="tiny_air", version=1, digest="0" * 64, tier="unproven", checks=checks)

    assert [finding.check for finding in report.findings] == ["effects", "schema"]
    assert not report.passed
