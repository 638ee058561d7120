"""The controls of the tasks a command is about: played once, and kept beside the tasks under their digest."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from cli.engines import AT_ONCE
from cli.farms import farm_for
from cli.output import Advance, progress
from cli.settings import Settings
from cli.versions import casts_of
from evaluation.controls import Controls, Mutants, digest_of, judge_controls, read_controls, write_controls
from evaluation.drill import drill, mutate
from registry.entry import intact
from rollouts.episode import Episode
from sampler.task import Task

FOLDER = "controls"


def controls_beside(path: Path, tasks: Sequence[Task], settings: Settings) -> Controls:
    """Return the controls of the tasks of a file; they are played first if they are not kept in the folder beside it.

    Those that a machine broke off are not kept, so that the next call plays what is missing.
    """
    digest, folder = digest_of(tasks), path.parent / FOLDER
    kept = folder / f"{digest[:16]}.json"
    if found := read_controls(kept, digest):
        return found
    folder.mkdir(parents=True, exist_ok=True)
    with progress("controls") as advance:
        played = asyncio.run(_played(tasks, settings, folder, advance))
    if played.is_complete:
        write_controls(kept, played)
    return played


async def _played(tasks: Sequence[Task], settings: Settings, folder: Path, advance: Advance) -> Controls:
    mutants: Mutants = {}
    episodes: list[Episode] = []
    for cast in casts_of(tasks, settings.servers):
        manifests = {slug: intact(entry.folder) for slug, entry in cast.entries.items()}
        async with farm_for([*cast.entries.values()], settings, lean=True) as farm:
            here = await mutate(cast.tasks, farm, manifests, concurrency=AT_ONCE["local"])
            mutants = {**mutants, **here}
            episodes += await drill(cast.tasks, here, farm, folder, concurrency=AT_ONCE["local"], progress=advance)
    return judge_controls(tasks, mutants, episodes)
