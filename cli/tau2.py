"""Commands between here and tau2-bench: `envfarm tau2` gives it our tasks, `envfarm tau2-serve` serves its domains."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from cli.output import ComplaintError, columns, json_option, show
from cli.play import tasks_argument, tasks_at
from cli.serve import serve
from cli.settings import Settings
from cli.versions import casts_of
from evaluation.tau2.borrowed import DOMAINS, BorrowError, source_of
from evaluation.tau2.folder import MAIN, OccupiedError, write_domains
from evaluation.tau2.wrapped import emit
from evaluation.tau2.written import UnplayableError
from farm.farm import Farm

READY_S = 180.0
"""How long a server of tau2's may take to start: it imports pandas, whatever it is asked."""


@click.command("tau2")
@tasks_argument
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), metavar="DIR", help="The folder; runs/tau2.")
@json_option
@click.pass_obj
def tau2_command(settings: Settings, tasks: Path, out: Path | None, as_json: bool) -> None:
    """Write the tasks of a file (or of a folder's tasks.jsonl) as domains of tau2-bench, whose reward is ours.

    A domain is what offers the same tools under the same rules. The folder has tau2's command line with these domains;
    a folder that holds anything but an earlier export is refused. Exit 1 if a version is not there.
    """
    read, folder = tasks_at(tasks), out or settings.runs / "tau2"
    placed = [
        (task, {slug: cast.entries[slug].folder for slug in task.environments})
        for cast in casts_of(read, settings.servers)
        for task in cast.tasks
    ]
    try:
        groups = write_domains(placed, folder)
    except (OccupiedError, UnplayableError) as error:
        raise ComplaintError(str(error)) from error
    rows = [{"domain": group.domain.name, "tasks": len(group.tasks)} for group in groups]
    first = max(groups, key=lambda group: len(group.tasks)).domain.name
    said = [
        *columns(rows, ["domain", "tasks"]),
        f"{len(placed)} tasks in {len(groups)} domains: {folder}",
        f"try: python {folder / MAIN} run --domain {first} --agent-llm NAME --user-llm NAME",
    ]
    show({"domains": {group.domain.name: [task.id for task in group.tasks] for group in groups}, "out": str(folder)},
         said, as_json=as_json)  # fmt: skip


@click.command("tau2-serve")
@click.argument("domain", type=click.Choice(DOMAINS), metavar="DOMAIN")
@click.option("--tau2", "checkout", type=click.Path(path_type=Path, exists=True, file_okay=False), metavar="PATH",
              help="A checkout of tau2-bench; else its package is taken.")  # fmt: skip
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), metavar="DIR",
              help="Where the server goes; runs/tau2-servers.")  # fmt: skip
@click.option("--port", type=click.IntRange(0, 65_535), default=8080, show_default=True, help="0 takes a free one.")
@json_option
@click.pass_obj
def tau2_serve_command(
    settings: Settings, domain: str, checkout: Path | None, out: Path | None, port: int, as_json: bool
) -> None:
    """Serve a domain of tau2-bench (retail, airline or mock) as an MCP server until interrupted.

    Its worlds are episodes like any other: each has one of its own. Writes the environment's folder first, which any
    host serves, with the domain's policy.
    """
    try:
        folder = emit(domain, out or settings.runs / "tau2-servers", source_of(checkout) if checkout else "")
    except BorrowError as error:
        raise ComplaintError(str(error)) from error
    farm = Farm.launch([folder], token=settings.token or None, port=port, ready_s=READY_S)
    asyncio.run(serve(farm, settings.token or None, as_json=as_json))
