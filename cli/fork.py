"""`envfarm fork` plays on from inside stored episodes."""

from __future__ import annotations

from pathlib import Path

import click

from cli.output import ComplaintError, remark
from cli.play import (
    Lineup,
    Starts,
    arguments_of,
    lineup_options,
    parquet_option,
    play_and_tell,
    tasks_argument,
    tasks_at,
)
from cli.settings import Settings
from rollouts.batch import EPISODES
from rollouts.episode import Episode, stream_episodes
from rollouts.start import ForkError, Place, Start, branch, parse_place
from sampler.task import Task

episodes_argument = click.argument(
    "episodes", type=click.Path(exists=True, path_type=Path), metavar="EPISODES", required=True
)


class _PlaceType(click.ParamType[Place]):
    name = "place"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Place:
        """Read TURNS or TURNS.CALLS."""
        try:
            return value if isinstance(value, Place) else parse_place(str(value))
        except ForkError as error:
            self.fail(str(error), param, ctx)


@click.command("fork")
@tasks_argument
@lineup_options
@episodes_argument
@click.option(
    "--at", "place", type=_PlaceType(), required=True, metavar="TURNS[.CALLS]", help="1.2: in the second turn."
)
@click.option("--line", "lines", type=click.IntRange(1), multiple=True, help="Of the file, from 1; again for another.")
@parquet_option
def fork_command(
    settings: Settings,
    tasks: Path,
    lineup: Lineup,
    out: Path | None,
    as_json: bool,
    episodes: Path,
    place: Place,
    lines: tuple[int, ...],
    parquet: bool,
) -> None:
    """Play on from inside the episodes of a file (or of a folder's episodes.jsonl), each rollout in a world of its own.

    The beginning is made again, once, and held against what was recorded; then the worlds are forked for each trial and
    policy. Without --line all episodes are forked that go so far. Exit 1 as for play.
    """
    folder = out or settings.runs / "fork"
    read = tasks_at(tasks)
    starts = _starts(read, episodes_at(episodes), place, lines)
    chosen = [task for task in read if task.id in starts]
    arguments = {**arguments_of(tasks, lineup, folder), "episodes": str(episodes), "at": str(place), "lines": [*lines]}
    play_and_tell("fork", chosen, lineup, settings, folder, arguments, as_json, parquet, starts)


def episodes_at(path: Path) -> Path:
    """Return an episodes file, given it or its folder."""
    return path / EPISODES if path.is_dir() else path


def _starts(tasks: tuple[Task, ...], path: Path, place: Place, lines: tuple[int, ...]) -> Starts:
    known = {task.id: task for task in tasks}
    starts: dict[str, list[Start]] = {}
    short = 0
    for number, episode in enumerate(stream_episodes(path), 1):
        if lines and number not in lines:
            continue
        try:
            start = branch(_task_of(episode, known, path), episode, place)
        except ForkError:
            if lines:
                raise
            short += 1
            continue
        starts.setdefault(episode.task, []).append(start)
    if not starts:
        raise ComplaintError(f"{path}: no episode goes as far as {place}; see how many turns and calls they have")
    if short:
        remark(f"{short} episodes do not go as far as {place} and are left out")
    return starts


def _task_of(episode: Episode, known: dict[str, Task], path: Path) -> Task:
    if episode.task not in known:
        raise ComplaintError(f"{path} has an episode of {episode.task}, which is not among the tasks; name theirs")
    return known[episode.task]
