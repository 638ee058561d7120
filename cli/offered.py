"""Which tasks an evaluation plays: those of a file or a suite, as they are or with other tools offered beside."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Literal

import click

from cli.output import ComplaintError
from cli.play import tasks_at
from cli.sample import TASKS
from cli.settings import Settings
from cli.suite import DRAWN, folder_of, made
from cli.versions import casts_of
from envkit.manifest import Manifest
from evaluation.offer import narrowed
from evaluation.suites import Suite, settled
from registry.entry import intact
from registry.whole import write_whole
from sampler.task import Task, line_of

Near = int | Literal["all"]
"""How many tools are offered beside the needed ones: those most like them, or all there are."""


class NearType(click.ParamType[Near]):
    """Reads a number or `all`."""

    name = "distractors"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Near:
        """Read N or all."""
        if value == "all":
            return "all"
        if not str(value).isdecimal():
            self.fail(f"expected a number, such as 0 or 10, or all, not {value!r}", param, ctx)
        return int(str(value))


def tasks_to_play(tasks: Path | None, suite: Suite | None, near: Near | None, out: Path, settings: Settings) -> Path:
    """Return the file of the tasks to play; a suite is made first if it is not there.

    With `near` these are other tasks, which are written into `out`. What a task itself hides stays hidden.
    """
    if suite is not None:
        folder = folder_of(suite, settings)
        made(suite, settings, folder)
        file, drawn = folder / TASKS, folder / DRAWN
    else:
        assert tasks is not None, "either is given"
        file = drawn = tasks / TASKS if tasks.is_dir() else tasks
    if near is None:
        return file
    if not drawn.is_file():
        raise ComplaintError(
            f"{drawn}: expected the tasks as they were sampled; remove {drawn.parents[1]} and try again"
        )
    out.mkdir(parents=True, exist_ok=True)
    wanted = None if suite is None else replace(suite, near=None if near == "all" else near)
    offered = (_offered(task, wanted, near, manifests) for task, manifests in _played(tasks_at(drawn), settings))
    write_whole(out / TASKS, b"".join(map(line_of, offered)))
    return out / TASKS


def _played(tasks: tuple[Task, ...], settings: Settings) -> Iterator[tuple[Task, Mapping[str, Manifest]]]:
    """Yield the tasks with the manifests of the environments that they are played in."""
    for cast in casts_of(tasks, settings.servers):
        manifests = {slug: intact(entry.folder) for slug, entry in cast.entries.items()}
        yield from ((task, manifests) for task in cast.tasks)


def _offered(task: Task, suite: Suite | None, near: Near, manifests: Mapping[str, Manifest]) -> Task:
    """Return a task as a suite has it that offers so many tools; without a suite only the tools are others."""
    if suite is not None:
        return settled(task, suite, manifests)
    return task if near == "all" else narrowed(task, manifests, near)
