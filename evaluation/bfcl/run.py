"""One run of BFCL: its servers are written, a farm is launched over them, and a policy plays the tasks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path

from evaluation.bfcl.library import CLASSES
from evaluation.bfcl.play import play_all
from evaluation.bfcl.policies import controls
from evaluation.bfcl.record import BfclEpisode, Category
from evaluation.bfcl.tasks import read_tasks
from evaluation.bfcl.wrapped import emit
from farm.farm import Farm
from rollouts.policy import Policy


async def run(
    categories: Sequence[Category],
    policy: str,
    chat: Policy | None,
    servers: Path,
    *,
    count: int | None,
    concurrency: int,
    seed: int,
    timeout_s: float,
    lean: bool,
    progress: Callable[[int, int], object],
) -> tuple[BfclEpisode, ...]:
    """Play the first `count` tasks of each category (None: all) by a policy of that name, or by `chat` if given.

    The servers of the classes are written below `servers`.
    """
    tasks = [task for category in categories for task in islice(read_tasks(category), count)]
    async with Farm.launch([emit(name, servers) for name in CLASSES], lean=lean) as farm:
        return await play_all(
            tasks,
            chat or controls(tasks)[policy],
            farm,
            concurrency=concurrency,
            seed=seed,
            timeout_s=timeout_s,
            progress=progress,
        )
