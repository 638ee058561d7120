"""`envfarm rescore` judges stored episodes again, and tells what changed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from cli.fork import episodes_argument, episodes_at
from cli.output import FindingsError, columns, json_option, show
from cli.play import tasks_at
from cli.settings import Settings
from rollouts.episode import stream_episodes
from rollouts.rescore import Rescored, rescore, write_rescored

NAMED = 20
"""How many episodes are shown as text."""


@click.command("rescore")
@click.argument("tasks", type=click.Path(exists=True, path_type=Path), metavar="TASKS")
@episodes_argument
@click.option("--write", "is_written", is_flag=True, help="Put the new rewards into the episodes file.")
@json_option
@click.pass_obj
def rescore_command(settings: Settings, tasks: Path, episodes: Path, is_written: bool, as_json: bool) -> None:
    """Judge stored episodes again, without a farm or a model, and print what changed.

    Exit 1 if a reward is another than the one that is stored, unless it is written.
    """
    path = episodes_at(episodes)
    known = {task.id: task for task in tasks_at(tasks)}
    judged = 0
    changed: list[Rescored] = []
    for each in rescore(known, stream_episodes(path)):
        judged += 1
        if each.is_changed:
            changed.append(each)
    if is_written:
        write_rescored(path, known)
    rows = [each.row() for each in changed]
    content = {"episodes": judged, "changed": rows, "written": is_written}
    show(content, _told(rows, judged), as_json=as_json)
    if rows and not is_written:
        raise FindingsError(
            f"{len(rows)} of {judged} rewards are not what is stored in {path}; --write puts them there"
        )


def _told(rows: list[dict[str, object]], judged: int) -> Iterator[str]:
    if rows:
        yield from columns(rows[:NAMED], ("task", "policy", "trial", "stored", "now", "codes"))
    more = f", {len(rows) - NAMED} not shown" if len(rows) > NAMED else ""
    yield f"{judged} episodes judged, {len(rows)} changed{more}"
