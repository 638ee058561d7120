"""Check 14: the suite notices bugs seeded into the server, and the laws those seeded into its blueprint."""

from __future__ import annotations

from collections.abc import Iterator

from registry.mutants.verdict import KILLED, MutantVerdict, MutationReport
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
    for sentence in report.complaints:
        yield Finding(check=NAME, sentence=sentence)
    if report.tally.rate < KILLED or report.certain.survived:
        yield from (_survived(each) for each in report.survivors)
    for tool in report.coverage:
        for branch in tool.branches:
            if branch.status == "untaken":
                way = "holds" if branch.holds else "does not hold"
                sentence = f"No case gets to where the condition in line {branch.line} {way}: {branch.source}"
                yield Finding(check=NAME, tool=tool.tool, sentence=sentence)


def _survived(verdict: MutantVerdict) -> Finding:
    change = f"line {verdict.line}, {verdict.before or 'nothing'} -> {verdict.after or 'nothing'}"
    sentence = f"No case tells {verdict.id} from the tool ({change})."
    return Finding(check=NAME, tool=verdict.tool, sentence=sentence, evidence=verdict.evidence or Evidence())
