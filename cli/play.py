"""`envfarm play` lets policies play tasks and scores them; `envfarm evaluate` turns that into numbers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

import click

from cli.choose import chosen
from cli.farms import farm_for
from cli.output import ComplaintError, columns, json_option, progress, show
from cli.sample import TASKS
from cli.settings import Settings
from evaluation.metrics import measure, write_metrics
from evaluation.table import table
from rollouts.batch import play_all
from rollouts.episode import Episode
from rollouts.lineup import NAMES, line_up
from sampler.task import Task, read_tasks


def _play_options(command: Callable[..., None]) -> Callable[..., None]:
    options: tuple[Callable[[Callable[..., None]], Callable[..., None]], ...] = (
        click.argument("tasks", type=click.Path(exists=True, path_type=Path), metavar="TASKS"),
        click.option(
            "--policy", "names", multiple=True, type=click.Choice(NAMES), help="Again for another; all three."
        ),
        click.option("--trials", type=click.IntRange(1), default=1, show_default=True, help="Rollouts of each task."),
        click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Of the policies' chance."),
        click.option("--concurrency", type=click.IntRange(1), default=8, show_default=True, help="Rollouts at once."),
        click.option("--out", type=click.Path(path_type=Path), metavar="DIR", help="Where episodes.jsonl goes."),
        json_option,
        click.pass_obj,
    )
    for option in reversed(options):
        command = option(command)
    return command


@click.command("play")
@_play_options
def play_command(
    settings: Settings,
    tasks: Path,
    names: tuple[str, ...],
    trials: int,
    seed: int,
    concurrency: int,
    out: Path | None,
    as_json: bool,
) -> None:
    """Play the tasks of a file (or of a folder's tasks.jsonl); rollouts played already are not played again."""
    folder = out or settings.runs / "play"
    read = _read(tasks)
    folder.mkdir(parents=True, exist_ok=True)
    episodes = asyncio.run(played(read, names or NAMES, settings, trials, seed, concurrency, folder))
    rows = [_row(name, episodes) for name in names or NAMES]
    said = [*columns(rows, ("policy", "episodes", "reward", "unscored")), f"episodes: {folder / 'episodes.jsonl'}"]
    show({"policies": rows, "out": str(folder / "episodes.jsonl")}, said, as_json=as_json)


@click.command("evaluate")
@_play_options
def evaluate_command(
    settings: Settings,
    tasks: Path,
    names: tuple[str, ...],
    trials: int,
    seed: int,
    concurrency: int,
    out: Path | None,
    as_json: bool,
) -> None:
    """Play the tasks and measure the policies, with confidence intervals; the machine's failures are counted apart."""
    folder = out or settings.runs / "evaluate"
    read = _read(tasks)
    folder.mkdir(parents=True, exist_ok=True)
    episodes = asyncio.run(played(read, names or NAMES, settings, trials, seed, concurrency, folder))
    metrics = measure(episodes, read, names or NAMES, trials=trials, seed=seed)
    write_metrics(folder / "metrics.json", metrics)
    show(metrics.model_dump(mode="json"), table(metrics).splitlines(), as_json=as_json)


async def played(
    tasks: Sequence[Task], names: Sequence[str], settings: Settings, trials: int, seed: int, concurrency: int, out: Path
) -> tuple[Episode, ...]:
    """Play on a farm, with a bar on stderr."""
    slugs = sorted({slug for task in tasks for slug in task.environments})
    policies = line_up(names, tasks)
    total = len(tasks) * len(policies) * trials
    with progress("play") as advance:
        done = 0

        def heard(_: Episode) -> None:
            nonlocal done
            done += 1
            advance(done, total)

        async with farm_for(chosen(slugs, settings.servers), settings) as farm:
            return await play_all(
                tasks, policies, farm, trials=trials, out=out, concurrency=concurrency, seed=seed, progress=heard
            )


def _read(path: Path) -> tuple[Task, ...]:
    tasks = tuple(read_tasks(path / TASKS if path.is_dir() else path))
    if not tasks:
        raise ComplaintError(f"{path}: holds no tasks; run `envfarm sample` first")
    return tasks


def _row(policy: str, episodes: Sequence[Episode]) -> dict[str, object]:
    mine = [episode for episode in episodes if episode.policy == policy]
    scored = [episode.reward.total for episode in mine if episode.reward.total is not None]
    mean = round(sum(scored) / len(scored), 3) if scored else None
    return {"policy": policy, "episodes": len(mine), "reward": mean, "unscored": len(mine) - len(scored)}
