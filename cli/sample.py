"""`envfarm sample` makes tasks with executed ground truth."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from cli.choose import admitted
from cli.farms import farm_for
from cli.output import FindingsError, json_option, progress, show
from cli.runs import recorded
from cli.settings import Settings
from envkit.calls import Json
from registry.entry import Entry
from rollouts.controls import control
from sampler.sample import Sampled, sample

TASKS = "tasks.jsonl"


@click.command("sample")
@click.argument("names", nargs=-1, metavar="[ENV]...")
@click.option("--count", type=click.IntRange(1), default=20, show_default=True, help="Tasks to have in the end.")
@click.option(
    "--seed", type=click.IntRange(0), default=0, show_default=True, help="The same seed gives the same tasks."
)
@click.option("--together", type=click.IntRange(1), default=1, show_default=True, help="Environments a task spans.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Where tasks.jsonl goes; runs/sample.",
)
@json_option
@click.pass_obj
def sample_command(
    settings: Settings, names: tuple[str, ...], count: int, seed: int, together: int, out: Path | None, as_json: bool
) -> None:
    """Sample tasks from admitted environments; a file begun with the same settings is continued.

    ENV is a slug or a folder; all that are admitted by default. Exit 1 if there are fewer tasks than asked for, or one
    that does not pay its own truth.
    """
    found = admitted(names, settings.servers)
    folder = out or settings.runs / "sample"
    folder.mkdir(parents=True, exist_ok=True)
    asked: dict[str, Json] = {"environments": [*names], "count": count, "seed": seed, "together": together}
    with recorded(settings.ledger, "sample", {**asked, "out": str(folder)}) as figures:
        sampled = asyncio.run(sampled_tasks(found, settings, count, seed, together, folder))
        findings = list(findings_of(sampled, count))
        figures |= {"tasks": len(sampled.tasks), "rejected": len(sampled.rejected), "findings": len(findings)}
    content = {
        "tasks": [task.id for task in sampled.tasks],
        "rejected": len(sampled.rejected),
        "findings": findings,
        "out": str(folder / TASKS),
    }
    said = f"sampled {len(sampled.tasks)} tasks, {len(sampled.rejected)} draws rejected: {folder / TASKS}"
    show(content, [said], as_json=as_json)
    if findings:
        raise FindingsError("\n".join(findings))


def findings_of(sampled: Sampled, count: int) -> Iterator[str]:
    """Yield what is wrong with a sampling: each task that fails its controls, and that there are too few."""
    for task in sampled.tasks:
        yield from control(task)
    if len(sampled.tasks) < count:
        reasons = Counter(each.reason for each in sampled.rejected).most_common(1)
        why = "".join(f"; {times} draws were rejected as: {reason}" for reason, times in reasons)
        yield f"only {len(sampled.tasks)} of {count} tasks could be sampled{why}"


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
