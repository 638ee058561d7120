"""`envfarm sample` makes tasks with executed ground truth."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import click

from cli.choose import admitted
from cli.farms import farm_for
from cli.output import json_option, progress, show
from cli.settings import Settings
from registry.entry import Entry
from sampler.sample import Sampled, sample

TASKS = "tasks.jsonl"


@click.command("sample")
@click.argument("names", nargs=-1, metavar="[ENV]...")
@click.option("--count", type=click.IntRange(1), default=20, show_default=True, help="Tasks to have in the end.")
@click.option(
    "--seed", type=click.IntRange(0), default=0, show_default=True, help="The same seed gives the same tasks."
)
@click.option("--together", type=click.IntRange(1), default=1, show_default=True, help="Environments a task spans.")
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR", help="Where tasks.jsonl goes; runs/sample.")
@json_option
@click.pass_obj
def sample_command(
    settings: Settings, names: tuple[str, ...], count: int, seed: int, together: int, out: Path | None, as_json: bool
) -> None:
    """Sample tasks from admitted environments; a file begun with the same settings is continued."""
    found = admitted(names, settings.servers)
    folder = out or settings.runs / "sample"
    folder.mkdir(parents=True, exist_ok=True)
    sampled = asyncio.run(sampled_tasks(found, settings, count, seed, together, folder))
    content = {
        "tasks": [task.id for task in sampled.tasks],
        "rejected": len(sampled.rejected),
        "out": str(folder / TASKS),
    }
    said = f"sampled {len(sampled.tasks)} tasks, {len(sampled.rejected)} draws rejected: {folder / TASKS}"
    show(content, [said], as_json=as_json)
    if len(sampled.tasks) < count:
        raise SystemExit(1)


async def sampled_tasks(
    found: Sequence[Entry], settings: Settings, count: int, seed: int, together: int, folder: Path
) -> Sampled:
    """Sample on a farm, with a bar on stderr."""
    with progress("sample") as advance:
        async with farm_for(found, settings) as farm:
            return await sample(
                found,
                farm,
                count=count,
                seed=seed,
                out=folder / TASKS,
                environments_per_task=together,
                progress=advance,
            )
