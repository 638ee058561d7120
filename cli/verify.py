"""`envfarm verify` puts environments to the proof and admits those that pass; `envfarm list` tells how all stand."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import click

from cli.choose import chosen
from cli.costs import COST_COLUMNS, costs_of
from cli.foreign import told_foreign, verified_foreign
from cli.output import ComplaintError, columns, json_option, progress, remark, show
from cli.proof import summary, told
from cli.settings import Settings
from registry.admit import Asked, Verified, admit_all
from registry.crew import Work, work_apart
from registry.entry import entries
from registry.ledger import Ledger
from registry.mutants.verdict import LawReport, LawVerdict
from registry.pages import write_pages


@click.command("verify")
@click.argument("names", nargs=-1, metavar="[ENV]...")
@click.option("--all", "everything", is_flag=True, help="Verify every environment there is.")
@click.option("--jobs", type=click.IntRange(1), help="How many at once; the cores by default.")
@click.option("--url", metavar="URL", help="Report on the MCP server at a URL, whoever wrote it.")
@click.option("--command", metavar="LINE", help="Report on the MCP server that a command line starts on stdio.")
@click.option("--mutants", is_flag=True, help="Seed bugs into what is proven, too, and see whether they are noticed.")
@click.option("--again", is_flag=True, help="Verify also what stands admitted already.")
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), metavar="DIR", help="Where pages go; runs/verify."
)
@json_option
@click.pass_obj
def verify_command(
    settings: Settings,
    names: tuple[str, ...],
    everything: bool,
    jobs: int | None,
    url: str | None,
    command: str | None,
    mutants: bool,
    again: bool,
    out: Path | None,
    as_json: bool,
) -> None:
    """Prove environments by execution, and admit those that pass every check.

    ENV is a slug or a folder. What stands admitted by these very files is recalled, so that an interrupted run goes on
    where it stopped. The reports are written as pages to read. Exit 1 if any environment fails.

    With --url or --command, the tools of any MCP server are called and its report is written; nothing is admitted.
    """
    pages = out or settings.runs / "verify"
    if url is not None or command is not None:
        if names or everything or (url is not None and command is not None):
            raise ComplaintError("--url and --command stand alone: name one server, and no environments")
        report = asyncio.run(verified_foreign(url, command))
        index = write_pages(pages, [Verified(report)])
        show(report.model_dump(mode="json"), [*told_foreign(report), f"report: {index}"], as_json=as_json)
        raise SystemExit(1 if report.findings else 0)
    if bool(names) == everything:
        raise ComplaintError("name the environments to verify, or say --all")
    folders = [each.folder for each in chosen(names, settings.servers)]
    asked = Asked(again=again, mutants=mutants, laws=partial(laws_of, str(settings.blueprints.resolve())))
    found = asyncio.run(verified(folders, settings.ledger, jobs or settings.jobs, asked))
    index = write_pages(pages, found)
    show([summary(each) for each in found], [*told(found), f"reports: {index}"], as_json=as_json)
    if not all(each.report.passed for each in found):
        raise SystemExit(1)


async def verified(folders: Sequence[Path], ledger_url: str, jobs: int, asked: Asked) -> tuple[Verified, ...]:
    """Admit what passes, with a bar on stderr and every report in the ledger."""
    with progress("verify") as advance:
        async with Ledger.open(ledger_url, lambda: datetime.now(UTC)) as ledger:
            tell = _summed(advance, len(folders) * (2 if asked.mutants else 1))
            return await admit_all(folders, ledger=ledger, jobs=jobs, progress=tell, asked=asked)


async def laws_of(blueprints: str, folder: Path) -> Sequence[LawVerdict]:
    """Judge the mutants of the blueprint that a folder was emitted from, in a process apart."""
    work = Work("generator.law_worker", (blueprints,), LawReport)
    (report,) = await work_apart(work, [folder], jobs=1, progress=lambda *_: None, finished=_nothing)
    return report.laws


async def _nothing(_folder: Path, _report: LawReport) -> None:
    return None


def _summed(advance: Callable[[int, int], None], parts: int) -> Callable[[str, int, int], None]:
    """Make one bar of the progress of many pieces of work: a thousandth each is a step."""
    seen: dict[str, float] = {}

    def tell(name: str, done: int, total: int) -> None:
        seen[name] = done / total
        advance(round(1000 * sum(seen.values())), 1000 * parts)

    return tell


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
