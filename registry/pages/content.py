"""What the pages say: of one environment, all that was found and the evidence; of the farm, a row each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from registry.admit import Verified
from registry.causes import reasons
from registry.pages.document import Cell, Code, Heading, Link, Number, Page, Paragraph, Part, Status, Table
from registry.pages.evidence import reason_part
from registry.pages.mutation import mutation_parts, mutation_table
from registry.report import CheckResult, Report

INDEX = "index"
"""The name of the farm's page."""

_GOOD = {"passed": True, "failed": False, "not_applicable": None}
_TIERS = {"proven": "proven", "partial": "passed without an oracle", "unproven": "refused", "foreign": "reported on"}


def farm_page(found: Sequence[Verified]) -> Page:
    """Return the page of all environments, with links to their own."""
    columns = ["environment", "verdict", "tier", "checks passed", "calls", "findings", "seconds"]
    rows = [_farm_row(each) for each in found]
    parts: list[Part] = [Paragraph(_sums(found)), Table(columns, rows)]
    mutated = [(each.report.environment, each.mutation) for each in found if each.mutation is not None]
    if mutated:
        parts += [Heading("Mutants"), mutation_table(mutated)]
    return Page("Verification", parts)


def environment_page(verified: Verified) -> Page:
    """Return the page of one environment."""
    report = verified.report
    parts: list[Part] = [
        Link("All environments", INDEX),
        Paragraph(_verdict(report)),
        Table(
            ["version", "tier", "digest", "seconds"],
            [[report.version, report.tier, Code(report.digest), Number(f"{report.seconds:.1f}")]],
        ),
        Heading("Checks"),
        Table(
            ["#", "check", "what a pass proves", "status", "put to the test", "calls", "seconds"],
            [_check_row(check) for check in report.checks],
        ),
        Heading("Findings"),
        *(reason_part(reason) for reason in reasons(report.findings)),
    ]
    if not report.findings:
        parts.append(Paragraph("None."))
    parts += _overlaps(report)
    if verified.mutation is not None:
        parts += mutation_parts(verified.mutation)
    return Page(f"Verification of {report.environment}", parts)


def page_name(environment: str) -> str:
    """Return the name of an environment's page: the slug, or for a server by others its command or URL made plain."""
    plain = re.sub(r"[^A-Za-z0-9_.]+", "-", environment).strip("-.") or "server"
    return f"{plain}-environment" if plain.casefold() == INDEX else plain


def _sums(found: Sequence[Verified]) -> str:
    counts = {tier: sum(each.report.tier == tier for each in found) for tier in _TIERS}
    told = ", ".join(f"{counts[tier]} {word}" for tier, word in _TIERS.items() if counts[tier])
    seconds = sum(each.report.seconds + (each.mutation.seconds if each.mutation else 0.0) for each in found)
    environments = "1 environment" if len(found) == 1 else f"{len(found)} environments"
    return f"{environments}: {told}; {seconds:.1f} s of verification in all." if found else "No environment."


def _farm_row(verified: Verified) -> list[Cell]:
    report = verified.report
    passed = sum(check.status == "passed" for check in report.checks)
    applicable = sum(check.status != "not_applicable" for check in report.checks)
    return [
        Link(report.environment, page_name(report.environment)),
        _status(report),
        report.tier,
        Number(f"{passed} of {applicable}"),
        sum(check.calls for check in report.checks),
        len(report.findings),
        Number(f"{report.seconds:.1f}"),
    ]


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
    status = Status(f"{word}: {check.reason}" if check.reason else word, _GOOD[check.status])
    seconds = Number(f"{check.seconds:.2f}")
    return [check.number, check.name, check.title, status, check.observed, check.calls, seconds]


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
