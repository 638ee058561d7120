"""What the pages say: of one environment, all that was found and the evidence; of the farm, a row each."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

from registry.admit import Verified
from registry.causes import Reason, reasons
from registry.mutants.coverage import sum_of
from registry.mutants.verdict import LawVerdict, MutantVerdict, MutationReport
from registry.pages.document import Cell, Code, Details, Heading, Link, Page, Paragraph, Part, Status, Table
from registry.report import CheckResult, Evidence, Finding, Report

GOOD = {"passed": True, "failed": False, "not_applicable": None}


def farm_page(found: Sequence[Verified]) -> Page:
    """Return the page of all environments, with links to their own."""
    passed = sum(each.report.passed for each in found)
    seconds = sum(each.report.seconds + (each.mutation.seconds if each.mutation else 0.0) for each in found)
    sums = f"{passed} of {len(found)} environments are proven; {seconds:.1f} s of verification in all."
    columns = ["environment", "verdict", "tier", "checks passed", "calls", "findings", "seconds"]
    rows = [_farm_row(each) for each in found]
    parts: list[Part] = [Paragraph(sums), Table(columns, rows)]
    mutated = [(each.report.environment, each.mutation) for each in found if each.mutation is not None]
    if mutated:
        parts += [Heading("Mutants"), _mutation_table(mutated)]
    return Page("Verification", parts)


def environment_page(verified: Verified) -> Page:
    """Return the page of one environment."""
    report = verified.report
    parts: list[Part] = [
        Paragraph(_verdict(report)),
        Table(
            ["version", "tier", "digest", "seconds"],
            [[report.version, report.tier, Code(report.digest), f"{report.seconds:.1f}"]],
        ),
        Heading("Checks"),
        Table(
            ["#", "check", "what a pass proves", "status", "put to the test", "calls", "seconds"],
            [_check_row(check) for check in report.checks],
        ),
        Heading("Findings"),
        *(_reason(reason) for reason in reasons(report.findings)),
    ]
    if not report.findings:
        parts.append(Paragraph("None."))
    parts += _overlaps(report)
    if verified.mutation is not None:
        parts += _mutation(verified.mutation)
    return Page(f"Verification of {report.environment}", parts)


def _farm_row(verified: Verified) -> list[Cell]:
    report = verified.report
    checks = f"{sum(check.status == 'passed' for check in report.checks)} of {len(report.checks)}"
    calls = sum(check.calls for check in report.checks)
    return [
        Link(report.environment, page_name(report.environment)),
        _status(report),
        report.tier,
        checks,
        calls,
        len(report.findings),
        f"{report.seconds:.1f}",
    ]


def page_name(environment: str) -> str:
    """Return the name of an environment's page: the slug, or for a server by others its command or URL made plain."""
    return re.sub(r"[^A-Za-z0-9_.]+", "-", environment).strip("-.") or "server"


def _status(report: Report) -> Status:
    if report.tier == "foreign":
        return Status("reported on")
    return Status("admitted" if report.passed else "not admitted", report.passed)


def _verdict(report: Report) -> str:
    if report.tier == "foreign":
        return "A server by others, known over MCP only: this says what was found, and nothing is admitted."
    return "Every check that applies has passed." if report.passed else "It is not admitted: a check has failed."


def _check_row(check: CheckResult) -> list[Cell]:
    word = check.status.replace("_", " ")
    status = Status(f"{word}: {check.reason}" if check.reason else word, GOOD[check.status])
    return [check.number, check.name, check.title, status, check.observed, check.calls, f"{check.seconds:.2f}"]


def _reason(reason: Reason) -> Details:
    return _finding(reason.finding, [_finding(each, ()) for each in reason.follows])


def _finding(finding: Finding, follows: Sequence[Part]) -> Details:
    head = f"{finding.check}: {finding.tool}: " if finding.tool else f"{finding.check}: "
    also = [Paragraph("Most likely for the same reason:"), *follows] if follows else []
    return Details(head + finding.sentence, [*_evidence(finding.evidence), *also])


def _evidence(evidence: Evidence) -> Iterator[Part]:
    if not evidence.calls and not evidence.edits:
        yield Paragraph("It shows without a call.")
        return
    yield Paragraph(f"In a fresh world of seed {evidence.seed}:")
    steps: list[list[Cell]] = [["edit", f"{edit.entity} {edit.id}", Code(_json(edit.set))] for edit in evidence.edits]
    steps += [["call", call.tool, Code(_json(call.arguments))] for call in evidence.calls]
    yield Table(["", "what", "with"], steps)
    if evidence.expected is not None or evidence.actual is not None:
        yield Table(["expected", "actual"], [[Code(_json(evidence.expected)), Code(_json(evidence.actual))]])


def _overlaps(report: Report) -> Iterator[Part]:
    yield Heading("Namesakes in public benchmarks")
    if not report.overlaps:
        yield Paragraph("No tool has the name of a function of BFCL v3 or tau2.")
        return
    rows: list[list[Cell]] = [
        [each.tool, each.benchmark, Code(each.function), "the same" if each.is_same_signature else "others"]
        for each in report.overlaps
    ]
    yield Table(["tool", "benchmark", "function", "arguments"], rows)


def _mutation(report: MutationReport) -> Iterator[Part]:
    yield Heading("Mutants")
    yield Paragraph(" ".join(report.complaints) or "Every measure is met.")
    yield _mutation_table([(report.environment, report)])
    yield Heading("By operator", 3)
    yield Table(
        ["operator", "killed", "equivalent", "survived"],
        [[name, tally.killed, tally.equivalent, tally.survived] for name, tally in report.by_operator.items()],
    )
    yield Heading("Branches of the tools", 3)
    yield Table(
        ["tool", "taken", "untaken", "unreachable"],
        [
            [tool.tool, (sums := sum_of([tool])).taken, sums.untaken, sums.unreachable]
            for tool in report.coverage
            if tool.branches
        ],
    )
    left = [(tool.tool, branch) for tool in report.coverage for branch in tool.branches if branch.status != "taken"]
    if left:
        rows: list[list[Cell]] = [
            [tool, branch.line, Code(branch.source), "holds" if branch.holds else "does not hold", branch.status]
            for tool, branch in left
        ]
        columns = ["tool", "line", "condition", "way", "status"]
        yield Details(f"{len(left)} branches not taken", [Table(columns, rows)])
    for status in ("survived", "equivalent"):
        chosen = [verdict for verdict in report.verdicts if verdict.status == status]
        if chosen:
            yield Details(f"{len(chosen)} mutants {status}", [*_verdicts(chosen)])
    if report.laws:
        yield from _laws(report.laws)


def _verdicts(verdicts: Sequence[MutantVerdict]) -> Iterator[Part]:
    rows: list[list[Cell]] = [[each.id, each.line, Code(each.before), Code(each.after), each.how] for each in verdicts]
    yield Table(["mutant", "line", "before", "after", ""], rows)
    for each in verdicts:
        if each.evidence is not None:
            yield Details(f"What tells {each.id} from the tool", [*_evidence(each.evidence)])


def _laws(laws: Sequence[LawVerdict]) -> Iterator[Part]:
    yield Heading("Mutants of the blueprint", 3)
    yield Paragraph(
        "Those that change money, a counter or an interval must be noticed by an invariant or a conserved value."
    )
    owed = [law for law in laws if law.is_owed]
    rows: list[list[Cell]] = [
        [law.path, law.operator, Code(law.before), Code(law.after), Status(law.status, law.status != "missed"), law.by]
        for law in owed
    ]
    caught = sum(law.status == "caught" for law in owed)
    summary = f"{caught} of {len(owed)} that a law must notice are noticed"
    yield Details(summary, [Table(["place", "operator", "before", "after", "status", "by"], rows)])


def _mutation_table(mutated: Sequence[tuple[str, MutationReport]]) -> Table:
    columns = [
        "environment",
        "mutants",
        "killed",
        "equivalent",
        "survived",
        "rate",
        "certain",
        "branches taken",
        "unreachable",
        "laws",
        "seconds",
        "peak MB",
    ]
    return Table(columns, [_mutation_row(name, report) for name, report in mutated])


def _mutation_row(name: str, report: MutationReport) -> list[Cell]:
    tally, owed = report.tally, report.owed
    return [
        name,
        len(report.verdicts),
        tally.killed,
        tally.equivalent,
        tally.survived,
        f"{tally.rate:.1%}",
        f"{report.certain.rate:.1%}",
        f"{report.branches.rate:.1%}",
        report.branches.unreachable,
        f"{sum(law.status == 'caught' for law in owed)} of {len(owed)}",
        f"{report.seconds:.1f}",
        report.peak_mb,
    ]


def _json(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=dict)
