"""`envfarm harbor` writes tasks as the folders that Harbor runs."""

from __future__ import annotations

from pathlib import Path

import click

from cli.output import json_option, show
from cli.play import tasks_argument, tasks_at
from cli.settings import Settings
from cli.versions import casts_of
from evaluation.harbor.folder import write_task


@click.command("harbor")
@tasks_argument
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), metavar="DIR", help="Where folders go; runs/harbor."
)
@json_option
@click.pass_obj
def harbor_command(settings: Settings, tasks: Path, out: Path | None, as_json: bool) -> None:
    """Write the tasks of a file (or of a folder's tasks.jsonl) as folders of Harbor, one for each task.

    In the container stand the environments, in the versions that a task was sampled from; what was reached is scored
    there as here. Exit 1 if a version is not there.
    """
    read, folder = tasks_at(tasks), out or settings.runs / "harbor"
    written = [
        write_task(task, {slug: cast.entries[slug].folder for slug in task.environments}, folder)
        for cast in casts_of(read, settings.servers)
        for task in cast.tasks
    ]
    content = {"tasks": [path.name for path in written], "out": str(folder)}
    show(content, [f"{len(written)} tasks in {folder}", f"try: harbor run -p {written[0]} -a oracle"], as_json=as_json)
