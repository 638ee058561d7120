"""`envfarm inspect` shows a task as a person reads it, and replays its truth."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import click

from cli.output import ComplaintError, FindingsError, json_option, show
from cli.portrait import portrait, row_names
from cli.sample import TASKS
from cli.settings import Settings
from cli.versions import versions_of
from farm.farm import Farm
from sampler.difficulty import hidden_of, needs_of
from sampler.replay import Replayed, replay
from sampler.task import Task, stream_tasks


@click.command("inspect")
@click.argument("task", metavar="TASK")
@click.option(
    "--run",
    type=click.Path(exists=True, path_type=Path),
    metavar="TASKS",
    help="A folder with tasks.jsonl, or a file; runs/sample.",
)
@click.option("--replay", "is_replayed", is_flag=True, help="Execute its truth in a fresh process and compare.")
@json_option
@click.pass_obj
def inspect_command(settings: Settings, task: str, run: Path | None, is_replayed: bool, as_json: bool) -> None:
    """Show a task: who says what, the calls of its truth and what they change, what must be told, what is forbidden.

    TASK is an id, the beginning of one that no other has, or the number of its line. Exit 1 if a replay differs.
    """
    place = run or settings.runs / "sample"
    found = find(task, place / TASKS if place.is_dir() else place)
    replayed = asyncio.run(_replayed(found, settings)) if is_replayed else None
    content = {
        "task": found.model_dump(mode="json"),
        "hidden": hidden_of(found),
        "needs": [sorted(each) for each in needs_of(found)],
        "names": row_names(found),
        "replay": replayed and {"equal": replayed.is_equal, "differences": replayed.differences},
    }
    show(content, [*portrait(found), *(_told(found, replayed) if replayed else ())], as_json=as_json)
    if replayed and not replayed.is_equal:
        raise FindingsError("\n".join(f"{found.id}: {each}" for each in replayed.differences))


def find(name: str, path: Path) -> Task:
    """Return the task of a file by its id, a prefix that only one id has, or its line from 1; ComplaintError if none.

    An id may be given without its `task_`.
    """
    number = int(name) if name.isdecimal() and len(name) < 8 else 0
    same: list[Task] = []
    total = 0
    for total, task in enumerate(stream_tasks(path), 1):
        if total == number or name == task.id:
            return task
        if task.id.startswith((name, f"task_{name}")):
            same.append(task)
    if len(same) == 1:
        return same[0]
    if same:
        raise ComplaintError(f"{path}: {name!r} begins {len(same)} ids, such as {same[0].id} and {same[1].id}")
    raise ComplaintError(f"{path}: no task {name!r} among {total}; give an id, its beginning, or a line from 1")


async def _replayed(task: Task, settings: Settings) -> Replayed:
    """Replay a task in a process of its own, whatever farm is up."""
    entries = versions_of([task], settings.servers)
    async with Farm.launch([each.folder for each in entries.values()]) as farm:
        return await replay(task, farm)


def _told(task: Task, replayed: Replayed) -> Iterator[str]:
    yield ""
    if not replayed.is_equal:
        yield "replay        differs"
        return
    yield f"replay        equal in all {len(task.truth.trajectory)} answers, the changes and the digests at the end"
    for slug, digest in replayed.digests.items():
        yield f"              {slug} {digest}"
