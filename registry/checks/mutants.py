"""Check 14: the suite notices bugs seeded into the server, and the laws those seeded into its blueprint."""

from __future__ import annotations

from collections.abc import Iterator

from registry.mutants.verdict import MutantVerdict, MutationReport
from registry.report import CheckResult, Evidence, Finding

NUMBER, NAME = 14, "mutants"
TITLE = "the suite kills seeded bugs, takes every reachable branch, and laws notice wrong blueprints"


def judged(report: MutationReport) -> CheckResult:
    """Make the check's result of a mutation report; what falls short is a finding, each survivor beside it.

    `observed` counts mutants, of the code and of the blueprint. No calls are counted: they are made in process.
    """
    findings = tuple(_findings(report))
    return CheckResult(
        name=NAME,
        number=NUMBER,
        title=TITLE,
        status="failed" if findings else "passed",
        findings=findings,
        observed=len(report.verdicts) + len(report.laws),
        seconds=report.seconds,
    )


def _findings(report: MutationReport) -> Iterator[Finding]:
    complaints = report.complaints
    for sentence in complaints:
        yield Finding(check=NAME, sentence=sentence)
    for survivor in report.survivors if complaints else ():
        yield _survived(survivor)


def _survived(verdict: MutantVerdict) -> Finding:
    change = f"line {verdict.line}, {verdict.before or 'nothing'} -> {verdict.after or 'nothing'}"
    sentence = f"No case tells {verdict.id} from the tool ({change})."
    return Finding(check=NAME, tool=verdict.tool, sentence=sentence, evidence=verdict.evidence or Evidence())
