"""What a verification found, as the command line tells it: a row an environment, and evidence one can follow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import orjson

from cli.output import columns
from registry.admit import Verified
from registry.causes import Reason, reasons
from registry.mutants.verdict import MutationReport
from registry.report import Evidence, Finding

EVIDENCE_CHARACTERS = 400
"""How much of one value is shown on a line; the pages and --json have all of it."""


def summary(verified: Verified) -> dict[str, object]:
    """Return what is known of an environment, as JSON."""
    report = verified.report
    return {
        "slug": report.environment,
        "version": report.version,
        "status": "admitted" if report.passed else "refused",
        "tier": report.tier,
        "recalled": verified.is_recalled,
        "checks": [
            {
                "number": each.number,
                "name": each.name,
                "status": each.status,
                "observed": each.observed,
                "calls": each.calls,
                "reason": each.reason,
            }
            for each in report.checks
        ],
        "findings": [finding.model_dump(mode="json") for finding in report.findings],
        "overlaps": [overlap.model_dump(mode="json") for overlap in report.overlaps],
        "mutants": None if verified.mutation is None else _mutants(verified.mutation),
        "seconds": round(report.seconds, 2),
    }


def told(found: Sequence[Verified]) -> Iterator[str]:
    """Yield a table of the environments, and below it each finding with its evidence."""
    rows = [_row(each) for each in found]
    yield from columns(rows, [*rows[0]])
    for each in found:
        for reason in reasons(each.report.findings):
            yield ""
            yield from told_reason(each.report.environment, reason)


def told_reason(environment: str, reason: Reason) -> Iterator[str]:
    """Yield what is wrong, the calls that show it, what they should have given and gave, and where else it shows."""
    head, *evidence = told_finding(reason.finding)
    yield f"{environment}: {reason.finding.check}: {head}"
    yield from evidence
    if reason.follows:
        checks = dict.fromkeys(each.check for each in reason.follows)
        yield f"  it shows as well in {', '.join(checks)}"


def told_finding(finding: Finding) -> Iterator[str]:
    """Yield what is wrong, and below it the calls that show it, and what they should have given and gave."""
    yield f"{finding.tool or 'environment'}: {finding.sentence}"
    if finding.evidence.calls:
        yield from _told_evidence(finding.evidence)


def _told_evidence(evidence: Evidence) -> Iterator[str]:
    yield f"  from a fresh world of seed {evidence.seed}"
    for edit in evidence.edits:
        yield f"  edit {edit.entity} {edit.id}: {_brief(edit.set)}"
    for call in evidence.calls:
        yield f"  call {call.tool} {_brief(call.arguments)}"
    yield from _contrast(evidence)


def _contrast(evidence: Evidence) -> Iterator[str]:
    if evidence.expected is not None or evidence.actual is not None:
        yield f"  expected {_brief(evidence.expected)}"
        yield f"  actual   {_brief(evidence.actual)}"


def _brief(value: object) -> str:
    text = orjson.dumps(value, default=dict).decode()
    return text if len(text) <= EVIDENCE_CHARACTERS else f"{text[:EVIDENCE_CHARACTERS]} ..."


def _row(verified: Verified) -> dict[str, object]:
    report = verified.report
    row: dict[str, object] = {
        "environment": report.environment,
        "verdict": "admitted" if report.passed else "refused",
        "tier": report.tier,
        "checks": f"{sum(check.status == 'passed' for check in report.checks)} of {len(report.checks)}",
        "calls": sum(check.calls for check in report.checks),
        "seconds": "earlier" if verified.is_recalled else f"{report.seconds:.1f}",
    }
    if verified.mutation is None:
        return row
    mutation = _mutants(verified.mutation)
    return row | {
        "killed": mutation["killed"],
        "equivalent": mutation["equivalent"],
        "survived": mutation["survived"],
        "rate": f"{mutation['rate']:.1%}",
        "certain": f"{mutation['certain']:.1%}",
        "branches": f"{mutation['branches']:.1%}",
        "laws": f"{mutation['laws_caught']} of {mutation['laws_owed']}",
        "mutants s": f"{mutation['seconds']:.1f}",
    }


def _mutants(report: MutationReport) -> Mapping[str, float]:
    tally, owed = report.tally, report.owed
    return {
        "killed": tally.killed,
        "equivalent": tally.equivalent,
        "survived": tally.survived,
        "rate": tally.rate,
        "certain": report.certain.rate,
        "branches": report.branches.rate,
        "unreachable_branches": report.branches.unreachable,
        "laws_caught": sum(law.status == "caught" for law in owed),
        "laws_owed": len(owed),
        "seconds": report.seconds,
        "peak_mb": report.peak_mb,
    }
