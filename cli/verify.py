"""`envfarm verify` puts environments to the proof and admits those that pass; `envfarm list` tells how all stand."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from cli.choose import chosen
from cli.costs import COST_COLUMNS, costs_of
from cli.output import ComplaintError, columns, json_option, progress, remark, show
from cli.settings import Settings
from registry.admit import Asked, admit_all
from registry.entry import entries
from registry.ledger import Ledger
from registry.report import Report


@click.command("verify")
@click.argument("names", nargs=-1, metavar="[ENV]...")
@click.option("--all", "everything", is_flag=True, help="Verify every environment there is.")
@click.option("--jobs", type=click.IntRange(1), help="How many at once; the cores by default.")
@json_option
@click.pass_obj
def verify_command(
    settings: Settings, names: tuple[str, ...], everything: bool, jobs: int | None, as_json: bool
) -> None:
    """Prove environments by execution, and admit those that pass every check.

    ENV is a slug or a folder. Exit 1 if any environment fails.
    """
    if bool(names) == everything:
        raise ComplaintError("name the environments to verify, or say --all")
    folders = [each.folder for each in chosen(names, settings.servers)]
    reports = asyncio.run(verified(folders, settings.ledger, jobs or settings.jobs))
    show([summary(report) for report in reports], _told(reports), as_json=as_json)
    if not all(report.passed for report in reports):
        raise SystemExit(1)


async def verified(folders: Sequence[Path], ledger_url: str, jobs: int) -> tuple[Report, ...]:
    """Admit what passes, with a bar on stderr and every report in the ledger."""
    with progress("verify") as advance:
        seen: dict[str, tuple[int, int]] = {}

        def told(slug: str, done: int, total: int) -> None:
            seen[slug] = (done, total)
            advance(sum(each[0] for each in seen.values()), total * len(folders))

        async with Ledger.open(ledger_url, lambda: datetime.now(UTC)) as ledger:
            asked = Asked(again=True)
            verified = await admit_all(folders, ledger=ledger, jobs=jobs, progress=told, asked=asked)
            return tuple(each.report for each in verified)


def summary(report: Report) -> dict[str, object]:
    """Return what a report says, without the evidence's bulk."""
    return {
        "slug": report.environment,
        "version": report.version,
        "status": "admitted" if report.passed else "refused",
        "tier": report.tier,
        "checks": [
            {"name": each.name, "status": each.status, "observed": each.observed, "calls": each.calls}
            for each in report.checks
        ],
        "findings": [finding.model_dump(mode="json") for finding in report.findings],
        "seconds": round(report.seconds, 2),
    }


def _told(reports: Sequence[Report]) -> list[str]:
    lines = []
    for report in reports:
        passed = sum(check.status == "passed" for check in report.checks)
        calls = sum(check.calls for check in report.checks)
        verdict = "admitted" if report.passed else "refused"
        lines.append(
            f"{verdict} {report.environment}: {passed} of {len(report.checks)} checks passed, "
            f"{calls} calls, {report.seconds:.1f} s"
        )
        lines += [
            f"  {finding.check}: {finding.tool or 'environment'}: {finding.sentence}" for finding in report.findings
        ]
    return lines


@click.command("list")
@click.option("--costs", is_flag=True, help="Tell what the language models that drafted them cost.")
@json_option
@click.pass_obj
def list_command(settings: Settings, costs: bool, as_json: bool) -> None:
    """List the environments and how they stand."""
    found = entries(settings.servers)
    if not found:
        remark(f"{settings.servers}: no environments here; run `envfarm build` first")
    rows = [
        {
            "slug": each.slug,
            "domain": each.domain,
            "version": each.version,
            "tools": each.tools,
            "status": each.status,
            "reason": each.reason,
        }
        for each in found
    ]
    names: tuple[str, ...] = ("slug", "domain", "version", "tools", "status", "reason")
    if costs:
        spent = asyncio.run(costs_of([each.slug for each in found], settings.ledger))
        rows = [{**row, **figures} for row, figures in zip(rows, spent, strict=True)]
        names = ("slug", "status", *COST_COLUMNS)
    show(rows, columns(rows, names), as_json=as_json)
