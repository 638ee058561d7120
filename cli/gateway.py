"""`envfarm gateway` serves tasks to the harness of MCP-Atlas."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import click

from cli.farms import farm_for, until_interrupted
from cli.output import ComplaintError, json_option, show
from cli.sample import TASKS
from cli.settings import Settings
from cli.versions import Cast, casts_of
from evaluation.atlas import Sandboxes, served
from sampler.task import Task, read_tasks


@click.command("gateway")
@click.argument("tasks", type=click.Path(exists=True, path_type=Path), metavar="TASKS")
@click.option("--port", type=click.IntRange(0, 65_535), default=1984, show_default=True, help="0 takes a free one.")
@json_option
@click.pass_obj
def gateway_command(settings: Settings, tasks: Path, port: int, as_json: bool) -> None:
    """Serve the tasks of a file (or of a folder's tasks.jsonl) by the sandbox API of MCP-Atlas, until interrupted.

    Its harness reaches all environments at the URL printed, in worlds that all its tasks share; and at URL/s/TASK those
    of one task, in worlds of its own. Exit 1 if a version that tasks were sampled from is not there.
    """
    read = read_tasks(tasks / TASKS if tasks.is_dir() else tasks)
    casts = casts_of(read, settings.servers)
    if len(casts) != 1:
        raise ComplaintError(f"{tasks}: expected tasks of one version of each environment, but there are {len(casts)}")
    try:
        asyncio.run(_serve(casts[0], read, settings, port, as_json))
    except OSError as error:
        raise ComplaintError(f"cannot listen on port {port}: {error.strerror}; choose another") from error


async def _serve(cast: Cast, tasks: Sequence[Task], settings: Settings, port: int, as_json: bool) -> None:
    async with (
        farm_for([*cast.entries.values()], settings) as farm,
        Sandboxes(farm, tasks) as sandboxes,
        served(sandboxes, port=port) as url,
    ):
        lines = [
            f"gateway: {url} ({len(sandboxes.environments)} environments, shared worlds); Ctrl-C stops it",
            f"task by task: {url}/s/{tasks[0].id} and {len(tasks) - 1} more, each in worlds of its own",
        ]
        show({"url": url, "tasks": {task.id: f"{url}/s/{task.id}" for task in tasks}}, lines, as_json=as_json)
        await until_interrupted(farm)
